// SPDX-License-Identifier: BSD-3-Clause
#include <errno.h>
#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "sys.h"

static int linux_open(const char *path)
{
	int fd = open(path, O_RDWR | O_CLOEXEC);

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

const struct qda_sys qda_sys_linux = {
	.class_dir = "/sys/class/accel",
	.node_dir = "/dev/accel",
	.open = linux_open,
	.close = linux_close,
	.ioctl = linux_ioctl,
	.map = linux_map,
	.unmap = linux_unmap,
};

const struct qda_sys *qda_sys = &qda_sys_linux;
