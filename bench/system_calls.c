// SPDX-License-Identifier: BSD-3-Clause
/*
 * This program's system calls, counted. The libraries' calls of these functions
 * end here too, because a program's symbols come before those of libraries.
 */
#include <misc/fastrpc.h>
#include <qda_accel.h>
#include <stdarg.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "counters.h"

unsigned long system_calls;
unsigned long copied_bytes;

static void count(void)
{
	__atomic_fetch_add(&system_calls, 1, __ATOMIC_RELAXED);
}

static void count_bytes(size_t bytes)
{
	__atomic_fetch_add(&copied_bytes, bytes, __ATOMIC_RELAXED);
}

static ssize_t counted(ssize_t bytes)
{
	if (bytes > 0)
		count_bytes((size_t)bytes);
	return bytes;
}

/* Mainline copies what has no fd to memory of its own, or back from there. */
static void count_mainline(const struct fastrpc_invoke *invoke)
{
	const struct fastrpc_invoke_args *args =
		(const struct fastrpc_invoke_args *)(uintptr_t)invoke->args;
	unsigned int count = DRM_QDA_SCALARS_IN_BUFFERS(invoke->sc) +
			     DRM_QDA_SCALARS_OUT_BUFFERS(invoke->sc);

	count_bytes(count * sizeof(*args));
	for (unsigned int i = 0; i < count; i++)
		if (args[i].fd == -1)
			count_bytes(args[i].length);
}

/* What the kernel copies: the struct in and out, and the arrays it points to. */
static void count_ioctl(unsigned long request, const void *data)
{
	const struct drm_qda_remote_invoke *invoke = data;
	const struct drm_qda_remote_batch *batch = data;

	if (_IOC_DIR(request) & _IOC_WRITE)
		count_bytes(_IOC_SIZE(request));
	if (_IOC_DIR(request) & _IOC_READ)
		count_bytes(_IOC_SIZE(request));
	if (request == DRM_IOCTL_QDA_REMOTE_INVOKE)
		count_bytes((size_t)invoke->args_count * invoke->args_stride);
	if (request == DRM_IOCTL_QDA_REMOTE_BATCH)
		count_bytes(2 * (size_t)batch->calls_count *
			    batch->calls_stride);
	if (request == FASTRPC_IOCTL_INVOKE)
		count_mainline(data);
}

int ioctl(int fd, unsigned long request, ...)
{
	va_list args;
	void *data;

	va_start(args, request);
	data = va_arg(args, void *);
	va_end(args);
	count();
	count_ioctl(request, data);
	return (int)syscall(SYS_ioctl, fd, request, data);
}

ssize_t sendmsg(int fd, const struct msghdr *message, int flags)
{
	count();
	return counted(syscall(SYS_sendmsg, fd, message, flags));
}

ssize_t recvmsg(int fd, struct msghdr *message, int flags)
{
	count();
	return counted(syscall(SYS_recvmsg, fd, message, flags));
}

ssize_t read(int fd, void *data, size_t size)
{
	count();
	return counted(syscall(SYS_read, fd, data, size));
}

ssize_t write(int fd, const void *data, size_t size)
{
	count();
	return counted(syscall(SYS_write, fd, data, size));
}
