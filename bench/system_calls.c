// SPDX-License-Identifier: BSD-3-Clause
/*
 * This program's system calls, counted. The libraries' calls of these functions
 * end here too, because a program's symbols come before those of libraries.
 */
#include <stdarg.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "counters.h"

unsigned long system_calls;

static void count(void)
{
	__atomic_fetch_add(&system_calls, 1, __ATOMIC_RELAXED);
}

int ioctl(int fd, unsigned long request, ...)
{
	va_list args;
	void *data;

	va_start(args, request);
	data = va_arg(args, void *);
	va_end(args);
	count();
	return (int)syscall(SYS_ioctl, fd, request, data);
}

ssize_t sendmsg(int fd, const struct msghdr *message, int flags)
{
	count();
	return syscall(SYS_sendmsg, fd, message, flags);
}

ssize_t recvmsg(int fd, struct msghdr *message, int flags)
{
	count();
	return syscall(SYS_recvmsg, fd, message, flags);
}

ssize_t read(int fd, void *data, size_t size)
{
	count();
	return syscall(SYS_read, fd, data, size);
}

ssize_t write(int fd, const void *data, size_t size)
{
	count();
	return syscall(SYS_write, fd, data, size);
}
