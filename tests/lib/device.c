// SPDX-License-Identifier: BSD-3-Clause
#include "device.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#define NODES "/dev/accel"
/*
 * A device that went away keeps its number until its last file is closed, so
 * the one that came back may have another.
 */
int node_open(void)
{
	DIR *dir = opendir(NODES);
	int fd = -ENOENT;
	struct dirent *entry;
	char path[300];

	if (!dir)
		return -errno;
	while (fd < 0 && (entry = readdir(dir))) {
		if (strncmp(entry->d_name, "accel", 5) != 0)
			continue;
		snprintf(path, sizeof(path), NODES "/%s", entry->d_name);
		fd = open(path, O_RDWR | O_CLOEXEC);
		if (fd < 0)
			fd = -errno;
	}
	closedir(dir);
	return fd;
}

int file_open(void)
{
	int fd = node_open();

	if (fd < 0)
		check_ok(fd);
	return fd;
}

int node_open_within(unsigned int ms)
{
	int64_t end = deadline_in(ms);
	int fd = node_open();

	while (fd < 0 && now_ns() < end) {
		sleep_ms(10);
		fd = node_open();
	}
	return fd;
}

int request(int fd, unsigned long number, void *argument)
{
	return ioctl(fd, number, argument) == -1 ? -errno : 0;
}

int bo_try_create(int fd, uint64_t size, uint32_t flags, struct bo *bo)
{
	struct drm_qda_bo_create create = { .size = size, .flags = flags };
	int ret = request(fd, DRM_IOCTL_QDA_BO_CREATE, &create);

	if (ret)
		return ret;
	*bo = (struct bo){
		.fd = fd,
		.handle = create.handle,
		.size = create.size,
		.mmap_offset = create.mmap_offset,
	};
	bo->map = mmap(NULL, bo->size, PROT_READ | PROT_WRITE, MAP_SHARED, fd,
		       (off_t)bo->mmap_offset);
	return bo->map == MAP_FAILED ? -errno : 0;
}

void bo_create_flags(int fd, uint64_t size, uint32_t flags, struct bo *bo)
{
	int ret = bo_try_create(fd, size, flags, bo);

	if (ret)
		check_ok(ret);
}

void bo_create(int fd, uint64_t size, struct bo *bo)
{
	bo_create_flags(fd, size, 0, bo);
}

void bo_destroy(struct bo *bo)
{
	munmap(bo->map, bo->size);
	check_ok(handle_close(bo->fd, bo->handle));
}

int handle_close(int fd, uint32_t handle)
{
	struct drm_gem_close close = { .handle = handle };

	return request(fd, DRM_IOCTL_GEM_CLOSE, &close);
}

int handle_export(int fd, uint32_t handle)
{
	struct drm_prime_handle prime = {
		.handle = handle,
		.flags = DRM_CLOEXEC | DRM_RDWR,
		.fd = -1,
	};
	int ret = request(fd, DRM_IOCTL_PRIME_HANDLE_TO_FD, &prime);

	return ret ? ret : prime.fd;
}

int64_t handle_import(int fd, int dma_buf)
{
	struct drm_prime_handle prime = { .fd = dma_buf };
	int ret = request(fd, DRM_IOCTL_PRIME_FD_TO_HANDLE, &prime);

	return ret ? ret : (int64_t)prime.handle;
}

int process_create_flags(int fd, uint32_t flags)
{
	struct drm_qda_remote_session_create create = {
		.kind = DRM_QDA_SESSION_DYNAMIC,
		.attributes = DRM_QDA_PROCESS_UNSIGNED,
		.flags = flags,
	};

	return request(fd, DRM_IOCTL_QDA_REMOTE_SESSION_CREATE, &create);
}

int process_create(int fd)
{
	return process_create_flags(fd, 0);
}

int session_open(void)
{
	int fd = file_open();

	check_ok(process_create(fd));
	return fd;
}

static void query(int fd, uint32_t type, void *data, uint32_t size)
{
	struct drm_qda_query query = {
		.type = type,
		.size = size,
		.data_ptr = (uintptr_t)data,
	};

	check_ok(request(fd, DRM_IOCTL_QDA_QUERY, &query));
}

struct drm_qda_query_device device_query(int fd)
{
	struct drm_qda_query_device device;

	query(fd, DRM_QDA_QUERY_DEVICE, &device, sizeof(device));
	return device;
}

struct drm_qda_query_session session_query(int fd)
{
	struct drm_qda_query_session session;

	query(fd, DRM_QDA_QUERY_SESSION, &session, sizeof(session));
	return session;
}

int64_t deadline_in(unsigned int ms)
{
	return now_ns() + ms * 1000000LL;
}

static unsigned int scalars_args(uint32_t scalars)
{
	return DRM_QDA_SCALARS_IN_BUFFERS(scalars) +
	       DRM_QDA_SCALARS_OUT_BUFFERS(scalars) +
	       DRM_QDA_SCALARS_IN_HANDLES(scalars) +
	       DRM_QDA_SCALARS_OUT_HANDLES(scalars);
}

void call_init(struct call *call, uint32_t remote, uint32_t scalars)
{
	unsigned int count = scalars_args(scalars);

	memset(call, 0, sizeof(*call));
	call->invoke.remote_handle = remote;
	call->invoke.scalars = scalars;
	call->invoke.args_count = count;
	call->invoke.deadline_ns = deadline_in(10000);
	if (count) {
		call->invoke.args_ptr = (uintptr_t)call->args;
		call->invoke.args_stride = sizeof(call->args[0]);
	}
}

void call_arg(struct call *call, unsigned int index, const struct bo *bo,
	      uint64_t offset, uint64_t length)
{
	struct drm_qda_remote_arg *arg = &call->args[index];

	arg->handle = bo->handle;
	arg->offset = offset;
	arg->length = length;
}

int call_send(int fd, struct call *call)
{
	return request(fd, DRM_IOCTL_QDA_REMOTE_INVOKE, &call->invoke);
}

int call_run(int fd, struct call *call)
{
	int ret;

	do {
		ret = call_send(fd, call);
	} while (ret == -EINTR && now_ns() < call->invoke.deadline_ns);
	return ret;
}

uint64_t call_submit(int fd, struct call *call)
{
	call->invoke.flags = DRM_QDA_INVOKE_NOWAIT;
	call->invoke.deadline_ns = 0;
	check_ok(call_send(fd, call));
	check(call->invoke.call != 0);
	return call->invoke.call;
}

int call_collect(int fd, uint64_t number, int64_t deadline_ns,
		 struct drm_qda_remote_call *end)
{
	struct drm_qda_remote_wait wait = {
		.calls_ptr = (uintptr_t)end,
		.calls_count = 1,
		.calls_stride = sizeof(*end),
		.deadline_ns = deadline_ns,
	};

	*end = (struct drm_qda_remote_call){ .call = number };
	return request(fd, DRM_IOCTL_QDA_REMOTE_WAIT, &wait);
}
