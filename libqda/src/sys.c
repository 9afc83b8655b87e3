// SPDX-License-Identifier: BSD-3-Clause
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "sys.h"

static int linux_open(const char *path)
{
	int fd = open(path, O_RDWR | O_CLOEXEC | O_NONBLOCK);

	return fd < 0 ? -errno : fd;
}

static void linux_close(int fd)
{
	close(fd);
}

static int linux_ioctl(int fd, unsigned long request, void *arg)
{
	return ioctl(fd, request, arg) < 0 ? -errno : 0;
}

static int linux_map(int fd, size_t size, uint64_t offset, void **address)
{
	void *map = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd,
			 (off_t)offset);

	if (map == MAP_FAILED)
		return -errno;
	*address = map;
	return 0;
}

static void linux_unmap(void *address, size_t size)
{
	munmap(address, size);
}

static int linux_wait(int fd, int64_t deadline_ns)
{
	struct pollfd poll = { .fd = fd, .events = POLLIN };
	struct timespec left = { 0 }, *wait = &left;
	struct timespec now;
	int64_t ns;
	int ret;

	clock_gettime(CLOCK_MONOTONIC, &now);
	ns = deadline_ns - (now.tv_sec * 1000000000LL + now.tv_nsec);
	if (deadline_ns == INT64_MAX)
		wait = NULL;
	else if (ns > 0)
		left = (struct timespec){ ns / 1000000000, ns % 1000000000 };
	ret = ppoll(&poll, 1, wait, NULL);
	if (ret < 0)
		return -errno;
	return ret ? 0 : -ETIME;
}

static long linux_read(int fd, void *data, size_t size)
{
	ssize_t n = read(fd, data, size);

	return n < 0 ? -errno : n;
}

const struct qda_sys qda_sys_linux = {
	.class_dir = "/sys/class/accel",
	.node_dir = "/dev/accel",
	.open = linux_open,
	.close = linux_close,
	.ioctl = linux_ioctl,
	.map = linux_map,
	.unmap = linux_unmap,
	.wait = linux_wait,
	.read = linux_read,
};

const struct qda_sys *qda_sys = &qda_sys_linux;
