/* SPDX-License-Identifier: BSD-3-Clause */
/* Memory that a process on the DSP keeps, by the number the program gave it. */
#ifndef FASTRPC_MAP_H
#define FASTRPC_MAP_H

#include <stdint.h>

#include "backend.h"
#include "session.h"

struct memory;

/* The process is gone, and its maps with it. */
void map_forget_session(struct session *session);

/* Maps the ranges with FASTRPC_ATTR_TRY_MAP_STATIC; failures do not matter. */
void map_static_ranges(struct session *session);
void map_static_everywhere(struct memory *memory, void *address, size_t size);

/* Takes back what the library itself mapped of the memory. */
void map_remove_static(struct memory *memory);

/*
 * A DMA handle is about to be sent: the number must not stand for memory that
 * had it before.
 */
int map_check_tag(struct session *session, int tag, struct memory *memory,
		  int32_t *result);

/* The heap of the process grows. */
int map_grow(struct session *session, uint64_t size, uint64_t *remote,
	     int32_t *result);

/* Takes back what map_grow() gave; -ENOENT. */
int map_shrink(struct session *session, uint64_t remote, uint64_t size,
	       int32_t *result);

/* The part of a map that a queue's packet may refer to. */
struct map_view {
	uint64_t size;
	void *address; /* the program's, may be NULL */
};
bool map_lookup(struct session *session, int tag, struct map_view *view);

#endif
