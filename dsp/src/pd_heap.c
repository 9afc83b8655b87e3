// SPDX-License-Identifier: BSD-3-Clause
/*
 * The part of a process's heap that the host adds to it: HAP_malloc() takes
 * from there. Which bytes are taken is noted outside of them, where the host
 * cannot write.
 */
#include "pd_heap.h"

#include <pthread.h>
#include <stdbool.h>
#include <string.h>

#include "HAP_mem.h"
#include "pd_host.h"
#include "pd_memory.h"

#define EXPORT	    __attribute__((visibility("default")))
#define BLOCKS_MAX  256
#define BLOCK_ALIGN 64u

struct block {
	struct pd_tag *segment; /* NULL: free */
	uint64_t offset;
	uint64_t size;
};

static struct {
	struct pd_slot *slot;
	pthread_mutex_t lock;
	struct block blocks[BLOCKS_MAX];
} heap = { .lock = PTHREAD_MUTEX_INITIALIZER };

void pd_heap_init(struct pd_slot *slot)
{
	heap.slot = slot;
}

static bool is_segment(const struct pd_tag *t)
{
	return __atomic_load_n(&t->valid, __ATOMIC_ACQUIRE) && t->heap;
}

/* The block that is in the way of [offset, offset + size), or NULL. */
static const struct block *obstacle(const struct pd_tag *segment,
				    uint64_t offset, uint64_t size)
{
	const struct block *b;

	for (b = heap.blocks; b < heap.blocks + BLOCKS_MAX; b++) {
		if (b->segment == segment && offset < b->offset + b->size &&
		    b->offset < offset + size)
			return b;
	}
	return NULL;
}

static bool find_room(const struct pd_tag *segment, uint64_t size,
		      uint64_t *offset)
{
	const struct block *b;

	*offset = 0;
	while ((b = obstacle(segment, *offset, size)))
		*offset = b->offset + b->size;
	return *offset + size <= segment->size;
}

static struct block *unused_block(void)
{
	struct block *b;

	for (b = heap.blocks; b < heap.blocks + BLOCKS_MAX; b++) {
		if (!b->segment)
			return b;
	}
	return NULL;
}

static void *block_pointer(const struct block *b)
{
	return (uint8_t *)pd_memory_pointer(b->segment->iova) + b->offset;
}

static bool take(struct block *b, uint64_t size)
{
	struct pd_tag *t = heap.slot->tags;

	for (; t < heap.slot->tags + DSP_PD_MAPS; t++) {
		if (!is_segment(t) || !find_room(t, size, &b->offset))
			continue;
		/* Held first: from here on the host cannot have it back. */
		__atomic_add_fetch(&t->held, 1, __ATOMIC_ACQ_REL);
		b->segment = t;
		b->size = size;
		return true;
	}
	return false;
}

static int allocate(uint64_t size, void **pptr)
{
	int ret = AEE_ENOMEMORY;
	struct block *b;

	pthread_mutex_lock(&heap.lock);
	b = unused_block();
	if (b && take(b, size)) {
		*pptr = block_pointer(b);
		ret = AEE_SUCCESS;
	}
	pthread_mutex_unlock(&heap.lock);
	return ret;
}

EXPORT int HAP_malloc(uint32_t bytes, void **pptr)
{
	uint64_t size = ((uint64_t)bytes + BLOCK_ALIGN - 1) &
			-(uint64_t)BLOCK_ALIGN;
	int ret;

	*pptr = NULL;
	if (!bytes)
		return AEE_EBADPARM;
	ret = allocate(size, pptr);
	/* The host is asked once; what it gives it may not get back. */
	if (ret && pd_host_is_there() && !pd_host_grow(size))
		ret = allocate(size, pptr);
	return ret;
}

EXPORT int HAP_free(void *ptr)
{
	int ret = AEE_EBADPARM;
	struct block *b;

	pthread_mutex_lock(&heap.lock);
	for (b = heap.blocks; b < heap.blocks + BLOCKS_MAX; b++) {
		if (!b->segment || block_pointer(b) != ptr)
			continue;
		__atomic_sub_fetch(&b->segment->held, 1, __ATOMIC_ACQ_REL);
		b->segment = NULL;
		ret = AEE_SUCCESS;
		break;
	}
	pthread_mutex_unlock(&heap.lock);
	return ret;
}

EXPORT int HAP_mem_get_stats(HAP_mem_stats_t *stats)
{
	const struct pd_tag *t = heap.slot->tags;
	const struct block *b;

	memset(stats, 0, sizeof(*stats));
	pthread_mutex_lock(&heap.lock);
	for (; t < heap.slot->tags + DSP_PD_MAPS; t++) {
		if (!is_segment(t))
			continue;
		stats->bytes_free += t->size;
		stats->seg_used += !!t->held;
		stats->seg_free += !t->held;
	}
	for (b = heap.blocks; b < heap.blocks + BLOCKS_MAX; b++) {
		if (b->segment)
			stats->bytes_used += b->size;
	}
	stats->bytes_free -= stats->bytes_used;
	pthread_mutex_unlock(&heap.lock);
	return AEE_SUCCESS;
}
