// SPDX-License-Identifier: BSD-3-Clause
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "internal.h"

int qda_bo_create(int fd, uint64_t size, struct qda_bo *bo)
{
	struct drm_qda_bo_create create = { .size = size };
	int ret = qda_node_ioctl(fd, DRM_IOCTL_QDA_BO_CREATE, &create);

	if (ret)
		return ret;
	*bo = (struct qda_bo){ create.handle, create.size, create.mmap_offset };
	return 0;
}

void qda_bo_close(int fd, uint32_t handle)
{
	struct drm_gem_close close = { .handle = handle };

	qda_node_ioctl(fd, DRM_IOCTL_GEM_CLOSE, &close);
}

/* Makes room for the handle in the table; handles are small numbers. */
static int reserve_handle(struct qda_session *session, uint32_t handle)
{
	uint32_t count = session->buffers_count;
	struct qda_buffer **buffers;

	if (handle < count)
		return 0;
	count = count ? count : 16;
	while (count <= handle && count <= UINT32_MAX / 2)
		count *= 2;
	if (count <= handle)
		return -ENOMEM;
	buffers = reallocarray(session->buffers, count, sizeof(*buffers));
	if (!buffers)
		return -ENOMEM;
	memset(buffers + session->buffers_count, 0,
	       (count - session->buffers_count) * sizeof(*buffers));
	session->buffers = buffers;
	session->buffers_count = count;
	return 0;
}

/* Takes the BO over, also on failure. Called with buffers_lock held. */
static int add_buffer(struct qda_session *session, const struct qda_bo *bo,
		      int dma_buf, struct qda_buffer **buffer)
{
	struct qda_buffer *new = calloc(1, sizeof(*new));
	int ret = new && bo->size <= SIZE_MAX ? 0 : -ENOMEM;

	if (!ret)
		ret = reserve_handle(session, bo->handle);
	if (ret) {
		free(new);
		qda_bo_close(session->fd, bo->handle);
		return ret;
	}
	new->session = session;
	new->handle = bo->handle;
	new->refs = 1;
	new->size = bo->size;
	new->mmap_offset = bo->mmap_offset;
	new->dma_buf = dma_buf;
	session->buffers[bo->handle] = new;
	*buffer = new;
	return 0;
}

QDA_EXPORT int qda_buffer_create(struct qda_session *session, size_t size,
				 struct qda_buffer **buffer)
{
	struct qda_bo bo;
	int ret = qda_session_check(session);

	if (!ret)
		ret = qda_bo_create(session->fd, size, &bo);
	if (ret)
		return ret;
	pthread_mutex_lock(&session->buffers_lock);
	ret = add_buffer(session, &bo, -1, buffer);
	pthread_mutex_unlock(&session->buffers_lock);
	return ret;
}

static int bo_info(int fd, uint32_t handle, struct qda_bo *bo)
{
	struct drm_qda_bo_info info = { .handle = handle };
	int ret = qda_node_ioctl(fd, DRM_IOCTL_QDA_BO_INFO, &info);

	if (ret)
		return ret;
	*bo = (struct qda_bo){ handle, info.size, info.mmap_offset };
	return 0;
}

/* Called with buffers_lock held. */
static int import_new(struct qda_session *session, uint32_t handle, int fd,
		      struct qda_buffer **buffer)
{
	struct qda_bo bo;
	int ret = bo_info(session->fd, handle, &bo);
	int dma_buf;

	if (ret) {
		qda_bo_close(session->fd, handle);
		return ret;
	}
	dma_buf = fcntl(fd, F_DUPFD_CLOEXEC, 0);
	if (dma_buf < 0) {
		ret = -errno;
		qda_bo_close(session->fd, handle);
		return ret;
	}
	ret = add_buffer(session, &bo, dma_buf, buffer);
	if (ret)
		close(dma_buf);
	return ret;
}

/* Called with buffers_lock held. */
static int import(struct qda_session *session, int fd,
		  struct qda_buffer **buffer)
{
	struct drm_prime_handle prime = { .fd = fd };
	struct qda_buffer *known = NULL;
	int ret = qda_node_ioctl(session->fd, DRM_IOCTL_PRIME_FD_TO_HANDLE,
				 &prime);

	if (ret)
		return ret;
	if (prime.handle < session->buffers_count)
		known = session->buffers[prime.handle];
	if (!known)
		return import_new(session, prime.handle, fd, buffer);
	known->refs++;
	*buffer = known;
	return 0;
}

QDA_EXPORT int qda_buffer_import(struct qda_session *session, int fd,
				 struct qda_buffer **buffer)
{
	int ret = qda_session_check(session);

	if (ret)
		return ret;
	pthread_mutex_lock(&session->buffers_lock);
	ret = import(session, fd, buffer);
	pthread_mutex_unlock(&session->buffers_lock);
	return ret;
}

QDA_EXPORT int qda_buffer_export(struct qda_buffer *buffer, int *fd)
{
	struct drm_prime_handle prime = {
		.handle = buffer->handle,
		.flags = DRM_CLOEXEC | DRM_RDWR,
		.fd = -1,
	};
	int ret = qda_session_check(buffer->session);

	if (!ret)
		ret = qda_node_ioctl(buffer->session->fd,
				     DRM_IOCTL_PRIME_HANDLE_TO_FD, &prime);
	if (!ret)
		*fd = prime.fd;
	return ret;
}

/* Called with buffers_lock held. */
static int map(struct qda_session *session, struct qda_buffer *buffer)
{
	bool own = buffer->dma_buf < 0;
	void *address;
	int ret = qda_sys->map(own ? session->fd : buffer->dma_buf,
			       buffer->size, own ? buffer->mmap_offset : 0,
			       &address);

	if (ret)
		return ret;
	pthread_rwlock_wrlock(&session->ranges_lock);
	ret = qda_ranges_insert(&session->ranges, (uintptr_t)address,
				buffer->size, buffer);
	pthread_rwlock_unlock(&session->ranges_lock);
	if (ret)
		qda_sys->unmap(address, buffer->size);
	else
		buffer->address = address;
	return ret;
}

QDA_EXPORT int qda_buffer_map(struct qda_buffer *buffer, void **address)
{
	struct qda_session *session = buffer->session;
	int ret = qda_session_check(session);

	if (ret)
		return ret;
	pthread_mutex_lock(&session->buffers_lock);
	if (!buffer->address)
		ret = map(session, buffer);
	if (!ret)
		*address = buffer->address;
	pthread_mutex_unlock(&session->buffers_lock);
	return ret;
}

QDA_EXPORT size_t qda_buffer_size(const struct qda_buffer *buffer)
{
	return buffer->size;
}

QDA_EXPORT uint32_t qda_buffer_handle(const struct qda_buffer *buffer)
{
	return buffer->handle;
}

static void release(struct qda_buffer *buffer)
{
	if (buffer->address)
		qda_sys->unmap(buffer->address, buffer->size);
	if (buffer->dma_buf >= 0)
		close(buffer->dma_buf);
	free(buffer);
}

/*
 * A child shares the open file, and so the handle, with its parent: it lets go
 * of its own mapping and descriptor only.
 */
static void free_in_child(struct qda_buffer *buffer)
{
	if (--buffer->refs)
		return;
	buffer->session->buffers[buffer->handle] = NULL;
	release(buffer);
}

QDA_EXPORT void qda_buffer_free(struct qda_buffer *buffer)
{
	struct qda_session *session;

	if (!buffer)
		return;
	session = buffer->session;
	if (qda_session_check(session)) {
		free_in_child(buffer);
		return;
	}
	pthread_mutex_lock(&session->buffers_lock);
	if (--buffer->refs) {
		pthread_mutex_unlock(&session->buffers_lock);
		return;
	}
	session->buffers[buffer->handle] = NULL;
	if (buffer->address) {
		pthread_rwlock_wrlock(&session->ranges_lock);
		qda_ranges_remove(&session->ranges, (uintptr_t)buffer->address);
		pthread_rwlock_unlock(&session->ranges_lock);
	}
	qda_bo_close(session->fd, buffer->handle);
	pthread_mutex_unlock(&session->buffers_lock);
	release(buffer);
}

void qda_session_free_buffers(struct qda_session *session)
{
	for (uint32_t i = 0; i < session->buffers_count; i++)
		if (session->buffers[i])
			release(session->buffers[i]);
	free(session->buffers);
	qda_ranges_free(&session->ranges);
}

int qda_session_find(struct qda_session *session, const void *pointer,
		     size_t length, struct qda_buffer **buffer,
		     uint64_t *offset)
{
	const struct qda_range *range;
	int ret = 0;

	*buffer = NULL;
	pthread_rwlock_rdlock(&session->ranges_lock);
	range = qda_ranges_find(&session->ranges, (uintptr_t)pointer);
	if (range) {
		*offset = (uintptr_t)pointer - range->start;
		if (length > range->size - *offset)
			ret = -ERANGE;
		else
			*buffer = range->buffer;
	}
	pthread_rwlock_unlock(&session->ranges_lock);
	return ret;
}
