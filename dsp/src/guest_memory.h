/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The machine's memory, as the guest handed it over: file descriptors with
 * ranges of guest physical addresses. Every address comes from the guest and
 * is checked here.
 */
#ifndef DSP_GUEST_MEMORY_H
#define DSP_GUEST_MEMORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DSP_PAGE_SHIFT	  12
#define DSP_PAGE_SIZE	  ((uint64_t)4096)
#define DSP_PAGE_MASK	  (DSP_PAGE_SIZE - 1)
#define GUEST_REGIONS_MAX 8

struct guest_region {
	uint64_t guest; /* guest physical address */
	uint64_t user;	/* the same place in the front end's view */
	uint64_t size;
	uint64_t offset; /* in the file */
	int fd;
	uint8_t *map;
};

struct guest_memory {
	unsigned int count;
	struct guest_region region[GUEST_REGIONS_MAX];
};

/**
 * guest_memory_add() - map one more range
 * @region: what to map; map is ignored, fd belongs to @mem on success
 *
 * Return: 0 or a negative errno.
 */
int guest_memory_add(struct guest_memory *mem,
		     const struct guest_region *region);

/** guest_memory_clear() - unmap and close everything */
void guest_memory_clear(struct guest_memory *mem);

/** guest_memory_read_only() - give up the right to write through the maps */
int guest_memory_read_only(const struct guest_memory *mem);

/** guest_memory_find() - region holding [guest, guest + size), or NULL */
const struct guest_region *guest_memory_find(const struct guest_memory *mem,
					     uint64_t guest, uint64_t size);

/** guest_memory_at() - pointer to [guest, guest + size), or NULL */
void *guest_memory_at(const struct guest_memory *mem, uint64_t guest,
		      uint64_t size);

/** guest_memory_at_user() - as guest_memory_at(), by front-end address */
void *guest_memory_at_user(const struct guest_memory *mem, uint64_t user,
			   uint64_t size);

#endif /* DSP_GUEST_MEMORY_H */
