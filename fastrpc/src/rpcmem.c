// SPDX-License-Identifier: BSD-3-Clause
#include "rpcmem.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/dma-heap.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "dma_handle.h"
#include "map.h"
#include "memory.h"
#include "session.h"

#define HEAP "/dev/dma_heap/system"

EXPORT void rpcmem_init(void)
{
}

EXPORT void rpcmem_deinit(void)
{
}

/* 0 is no tag, and the low numbers are those of others. */
static int move_up(int fd)
{
	int moved;

	if (fd >= 3)
		return fd;
	moved = fcntl(fd, F_DUPFD_CLOEXEC, 3);
	close(fd);
	return moved < 0 ? -errno : moved;
}

static int alloc_from_heap(size_t size)
{
	struct dma_heap_allocation_data data = {
		.len = size,
		.fd_flags = O_RDWR | O_CLOEXEC,
	};
	int heap = open(HEAP, O_RDONLY | O_CLOEXEC);
	int ret;

	if (heap < 0)
		return -errno;
	ret = ioctl(heap, DMA_HEAP_IOCTL_ALLOC, &data) ? -errno : (int)data.fd;
	close(heap);
	return ret;
}

static int get_heap_memory(size_t size, struct memory **memory)
{
	int fd = alloc_from_heap(size);

	if (fd >= 0)
		fd = move_up(fd);
	return fd < 0 ? fd : memory_get(fd, true, memory);
}

/* Memory of the driver's own, which is the session's at once. */
static int get_session_memory(struct session *session, size_t size,
			      struct memory **memory)
{
	void *buffer;
	int ret, fd;

	ret = session->backend->alloc(session->inner, size, &fd, &buffer);
	if (ret)
		return ret;
	fd = move_up(fd);
	ret = fd < 0 ? fd : memory_get(fd, true, memory);
	if (!ret) {
		ret = memory_set_import(session, *memory, buffer);
		if (ret)
			memory_put(*memory);
	}
	if (ret)
		session->backend->release(session->inner, buffer);
	return ret;
}

static int alloc(size_t size, struct memory **memory)
{
	struct session *session = NULL;
	int32_t result;
	int ret, why;

	why = session_get((unsigned int)fastrpc_default_domain, false, &session,
			  &result);
	ret = why;
	if (!why && !session->backend->prefers_heap)
		ret = get_session_memory(session, size, memory);
	else
		ret = -EAGAIN;
	if (ret)
		ret = get_heap_memory(size, memory);
	if (ret && !why && session->backend->prefers_heap)
		ret = get_session_memory(session, size, memory);
	if (!why)
		session_put(session);
	if (ret)
		log_failure(ret, 0,
			    "no %zu bytes of memory from the driver or " HEAP,
			    size);
	return ret;
}

EXPORT void *rpcmem_alloc2(int heapid, uint32_t flags, size_t size)
{
	struct memory *memory;
	struct range *range;
	uint32_t kind = 0;
	void *address;

	if (!size || heapid == RPCMEM_HEAP_ID_SECURE || alloc(size, &memory))
		return NULL;
	address = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED,
		       memory->fd, 0);
	if (flags & RPCMEM_HEAP_NOREG)
		kind |= RANGE_HIDDEN;
	if (flags & RPCMEM_TRY_MAP_STATIC)
		kind |= RANGE_MAP_STATIC;
	if (address == MAP_FAILED) {
		memory_put(memory);
		return NULL;
	}
	if (range_add(memory, address, size, RANGE_RPCMEM, kind, &range)) {
		munmap(address, size);
		memory_put(memory);
		return NULL;
	}
	if (kind & RANGE_MAP_STATIC)
		map_static_everywhere(memory, address, size);
	return address;
}

EXPORT void *rpcmem_alloc(int heapid, uint32_t flags, int size)
{
	return size > 0 ? rpcmem_alloc2(heapid, flags, (size_t)size) : NULL;
}

EXPORT void rpcmem_free(void *po)
{
	struct range *range;

	if (!po || range_remove(po, 0, RANGE_RPCMEM, &range))
		return;
	if (range->map_static)
		map_remove_static(range->memory);
	dma_handle_drop(range->memory->fd);
	range_free(range);
}

EXPORT int rpcmem_to_fd(void *po)
{
	return po ? range_fd(po, RANGE_RPCMEM) : -1;
}
