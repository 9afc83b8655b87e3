/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Memory that a DSP can reach: a dma-buf, known by what a file descriptor
 * refers to and not by its number, which may be closed and used again.
 */
#ifndef FASTRPC_MEMORY_H
#define FASTRPC_MEMORY_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "fastrpc.h"
#include "tree.h"

struct session;

struct memory {
	dev_t device;
	ino_t inode;
	atomic_uint refs; /* ranges, maps, handles and calls */
	int fd;		  /* the library's own; keeps the identity */
	uint64_t size;

	/* In which sessions it is imported; under the registry's lock. */
	struct import *imports;
};

/* Where the program has it. */
enum range_kind {
	RANGE_REGISTERED,  /* remote_register_buf() */
	RANGE_RPCMEM,	   /* rpcmem_alloc(): mapped by the library */
	RANGE_PLACEHOLDER, /* remote_register_fd(): addresses only */
};

struct range {
	struct tree_node node;
	struct memory *memory;
	enum range_kind kind;
	bool hidden;	    /* calls do not find it */
	bool map_static;    /* FASTRPC_ATTR_TRY_MAP_STATIC */
	unsigned int uses;  /* how often it was registered */
	struct range *next; /* in a list of those with map_static */
};

/*
 * The memory that @fd refers to; a reference of it is the caller's. @adopt: the
 * descriptor becomes the library's, also on failure.
 */
int memory_get(int fd, bool adopt, struct memory **memory);
void memory_put(struct memory *memory);

/* The memory that @fd refers to if it is known, with a reference; else NULL. */
struct memory *memory_known(int fd);
bool memory_is(const struct memory *memory, int fd);

/* Adds a range, which takes the reference of the memory over. */
int range_add(struct memory *memory, void *address, size_t size,
	      enum range_kind kind, uint32_t flags, struct range **range);
#define RANGE_HIDDEN	 1u
#define RANGE_MAP_STATIC 2u

/*
 * Takes one registration of the range that starts there back. @range is set to
 * what is to be freed, or to NULL where it was registered more than once.
 */
int range_remove(void *address, size_t size, enum range_kind kind,
		 struct range **range);
void range_free(struct range *range);

/* The descriptor of the kind's range that starts there, or -1. */
int range_fd(void *address, enum range_kind kind);

/* A place that was found, and that holds a reference of its memory. */
struct place {
	struct memory *memory;
	void *buffer;
	uint64_t offset;
};

/*
 * Where [pointer, pointer + length) lies: 0 and a NULL memory where it is
 * ordinary; -ERANGE when it begins in a range and ends outside.
 */
int memory_find(struct session *session, const void *pointer, size_t length,
		struct place *place);

/* The import of @memory in @session. */
int memory_import(struct session *session, struct memory *memory,
		  void **buffer);

/* What the back end made with the memory is its import; -ENOMEM. */
int memory_set_import(struct session *session, struct memory *memory,
		      void *buffer);

/* The session's back end is about to be closed. */
void memory_forget_session(struct session *session);

/* The ranges with RANGE_MAP_STATIC, each with a reference of its memory. */
struct static_range {
	struct memory *memory;
	void *address;
	size_t size;
};
size_t range_list_static(struct static_range **list);

void memory_fork(enum fork_step step);

/* For tests: nodes that lookups have visited. */
extern _Thread_local unsigned long memory_steps;

#endif
