/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef QDA_SYS_H
#define QDA_SYS_H

#include <stddef.h>
#include <stdint.h>

/* What the library asks the system for. Tests put a device of their own here. */
struct qda_sys {
	const char *class_dir; /* lists the devices */
	const char *node_dir;  /* holds their nodes */
	int (*open)(const char *path);
	void (*close)(int fd);
	int (*ioctl)(int fd, unsigned long request, void *arg);
	int (*map)(int fd, size_t size, uint64_t offset, void **address);
	void (*unmap)(void *address, size_t size);
	/* Waits until there is something to read; -ETIME when there is not. */
	int (*wait)(int fd, int64_t deadline_ns);
	/* Returns how many bytes it read. */
	long (*read)(int fd, void *data, size_t size);
};

/* These return 0 (open: a descriptor) or a negative errno. */
extern const struct qda_sys *qda_sys;
extern const struct qda_sys qda_sys_linux;

#endif
