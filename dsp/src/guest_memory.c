// SPDX-License-Identifier: BSD-3-Clause
#include "guest_memory.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static bool region_is_sane(const struct guest_region *r)
{
	struct stat st;
	uint64_t end;

	if (!r->size || ((r->guest | r->size | r->offset) & DSP_PAGE_MASK))
		return false;
	if (__builtin_add_overflow(r->guest, r->size, &end) ||
	    __builtin_add_overflow(r->user, r->size, &end) ||
	    __builtin_add_overflow(r->offset, r->size, &end))
		return false;
	/* Pages beyond the end of the file would raise SIGBUS later. */
	return !fstat(r->fd, &st) && (uint64_t)st.st_size >= end;
}

int guest_memory_add(struct guest_memory *mem,
		     const struct guest_region *region)
{
	struct guest_region *r;
	void *map;

	if (mem->count == GUEST_REGIONS_MAX)
		return -ENOSPC;
	if (!region_is_sane(region))
		return -EINVAL;
	map = mmap(NULL, region->size, PROT_READ | PROT_WRITE, MAP_SHARED,
		   region->fd, (off_t)region->offset);
	if (map == MAP_FAILED)
		return -errno;
	r = &mem->region[mem->count++];
	*r = *region;
	r->map = map;
	return 0;
}

void guest_memory_clear(struct guest_memory *mem)
{
	unsigned int i;

	for (i = 0; i < mem->count; i++) {
		munmap(mem->region[i].map, mem->region[i].size);
		close(mem->region[i].fd);
	}
	memset(mem, 0, sizeof(*mem));
}

int guest_memory_read_only(const struct guest_memory *mem)
{
	unsigned int i;

	for (i = 0; i < mem->count; i++) {
		if (mprotect(mem->region[i].map, mem->region[i].size,
			     PROT_READ))
			return -errno;
	}
	return 0;
}

static bool range_within(uint64_t start, uint64_t size, uint64_t address,
			 uint64_t length)
{
	return address >= start && length <= size &&
	       address - start <= size - length;
}

const struct guest_region *guest_memory_find(const struct guest_memory *mem,
					     uint64_t guest, uint64_t size)
{
	const struct guest_region *r;

	for (r = mem->region; r < mem->region + mem->count; r++) {
		if (range_within(r->guest, r->size, guest, size))
			return r;
	}
	return NULL;
}

void *guest_memory_at(const struct guest_memory *mem, uint64_t guest,
		      uint64_t size)
{
	const struct guest_region *r = guest_memory_find(mem, guest, size);

	return r ? r->map + (guest - r->guest) : NULL;
}

void *guest_memory_at_user(const struct guest_memory *mem, uint64_t user,
			   uint64_t size)
{
	const struct guest_region *r;

	for (r = mem->region; r < mem->region + mem->count; r++) {
		if (range_within(r->user, r->size, user, size))
			return r->map + (user - r->user);
	}
	return NULL;
}
