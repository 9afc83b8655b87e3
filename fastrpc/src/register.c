// SPDX-License-Identifier: BSD-3-Clause
/* Memory that the program has by itself and wants calls to use. */
#include <errno.h>
#include <sys/mman.h>

#include "AEEStdErr.h"
#include "dma_handle.h"
#include "map.h"
#include "memory.h"
#include "remote.h"

static void unregister(void *buf, size_t size)
{
	struct range *range;

	if (range_remove(buf, size, RANGE_REGISTERED, &range) &&
	    range_remove(buf, size, RANGE_PLACEHOLDER, &range)) {
		log_text("remote_register_buf: nothing is registered at %p",
			 buf);
		return;
	}
	if (!range)
		return;
	if (range->map_static)
		map_remove_static(range->memory);
	range_free(range);
}

/*
 * Memory is never cached where the DSP would not see it, maps last as long as
 * the registration, so of the attributes two change something.
 */
EXPORT void remote_register_buf_attr2(void *buf, size_t size, int fd, int attr)
{
	struct memory *memory;
	struct range *range;
	uint32_t flags = 0;
	int ret;

	if (fd == -1) {
		unregister(buf, size);
		return;
	}
	if (attr & FASTRPC_ATTR_NOMAP)
		flags |= RANGE_HIDDEN;
	if (attr & FASTRPC_ATTR_TRY_MAP_STATIC)
		flags |= RANGE_MAP_STATIC;
	ret = memory_get(fd, false, &memory);
	if (!ret && size > memory->size) {
		memory_put(memory);
		ret = -ERANGE;
	}
	if (!ret) {
		ret = range_add(memory, buf, size, RANGE_REGISTERED, flags,
				&range);
		if (ret)
			memory_put(memory);
	}
	if (ret)
		log_failure(ret, 0,
			    "remote_register_buf: %zu bytes at %p, "
			    "descriptor %d",
			    size, buf, fd);
	else if (flags & RANGE_MAP_STATIC)
		map_static_everywhere(memory, buf, size);
}

EXPORT void remote_register_buf_attr(void *buf, int size, int fd, int attr)
{
	remote_register_buf_attr2(buf, size > 0 ? (size_t)size : 0, fd, attr);
}

EXPORT void remote_register_buf(void *buf, int size, int fd)
{
	remote_register_buf_attr(buf, size, fd, FASTRPC_ATTR_NONE);
}

EXPORT void *remote_register_fd2(int fd, size_t size)
{
	struct memory *memory;
	struct range *range;
	void *address;
	int ret;

	ret = memory_get(fd, false, &memory);
	if (ret || !size || size > memory->size) {
		log_failure(ret ? ret : -ERANGE, 0,
			    "remote_register_fd: %zu "
			    "bytes, descriptor %d",
			    size, fd);
		if (!ret)
			memory_put(memory);
		return (void *)-1;
	}
	address = mmap(NULL, size, PROT_NONE,
		       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (address != MAP_FAILED &&
	    !range_add(memory, address, size, RANGE_PLACEHOLDER, 0, &range))
		return address;
	if (address != MAP_FAILED)
		munmap(address, size);
	memory_put(memory);
	return (void *)-1;
}

EXPORT void *remote_register_fd(int fd, int size)
{
	return size > 0 ? remote_register_fd2(fd, (size_t)size) : (void *)-1;
}

/* A length of 0 takes the registration back. */
EXPORT int remote_register_dma_handle_attr(int fd, uint32_t len, uint32_t attr)
{
	int ret = dma_handle_set(fd, len);

	(void)attr;
	if (ret)
		log_failure(ret, 0,
			    "remote_register_dma_handle: %u bytes, "
			    "descriptor %d",
			    len, fd);
	return ret == -EBADF ? AEE_EINVALIDFD : aee_of(ret, 0);
}

EXPORT int remote_register_dma_handle(int fd, uint32_t len)
{
	return remote_register_dma_handle_attr(fd, len, FASTRPC_ATTR_NONE);
}
