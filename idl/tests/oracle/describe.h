/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Tables that describe methods, and values for them. They are what the oracle
 * marshals from; nothing of the interface compiler is in them. Offsets and
 * sizes of native C types come from the compiler of C (offsetof, sizeof),
 * which is how the generated header is proven too.
 */
#ifndef DESCRIBE_H
#define DESCRIBE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum kind {
	KIND_SCALAR,
	KIND_STRING,
	KIND_WSTRING,
	KIND_SEQUENCE,
	KIND_ARRAY,
	KIND_STRUCT,
	KIND_DMAHANDLE,
};

/* What a scalar may hold: a float must survive being passed by value. */
enum content {
	CONTENT_ANY,
	CONTENT_BOOLEAN,
	CONTENT_FLOAT,
	CONTENT_DOUBLE,
	CONTENT_ENUM,
};

struct type {
	enum kind kind;
	size_t native_size;
	/* scalars */
	unsigned int size;
	enum content content;
	unsigned int enumerators; /* values 0 to enumerators - 1 */
	/* sequences and arrays */
	const struct type *element;
	unsigned int count; /* of an array */
	unsigned int bound; /* of a sequence, 0 for none */
	/* structs */
	const struct member *members;
	unsigned int member_count;
};

struct member {
	const struct type *type;
	size_t offset;
	size_t length_offset; /* of what has a length */
};

enum mode {
	MODE_IN = 1,
	MODE_ROUT = 2,
	MODE_INROUT = 3,
};

struct parameter {
	const char *name;
	enum mode mode;
	const struct type *type;
};

/* A native argument: what a C function has one to three parameters for. */
struct slot {
	void *data;
	int length;
	int32_t fd;
	uint32_t offset;
	uint32_t size;
};

struct method {
	const char *name;
	unsigned int index; /* as it is on the wire */
	const struct parameter *parameters;
	unsigned int parameter_count;
	int (*call)(uint64_t handle, const struct slot *slots);
};

/*
 * A scalar has bits; a DMA handle the items fd, offset and length; all else
 * has items, a string one for each unit, the terminating zero too.
 */
struct value {
	uint64_t bits;
	uint32_t count;
	struct value *items;
};

/* What one call allocates, each in a block of its own exact size. */
struct pool {
	void **blocks;
	size_t count, room;
};

void *pool_alloc(struct pool *pool, size_t size);
void pool_free(struct pool *pool);

struct random {
	uint64_t state;
};

uint64_t random_next(struct random *random);
/* random_below - 0 to @limit - 1 */
uint32_t random_below(struct random *random, uint32_t limit);

/**
 * values_random - values for each parameter of a method
 * @sizes: 0 for what is small, 1 for empty, 2 for long sequences, 3 for as many
 *	elements with something inside as there are buffers for
 * @in: what the caller gives
 * @out: what the function answers, and by its counts how much room there is
 */
void values_random(struct pool *pool, struct random *random,
		   const struct method *method, int sizes, struct value *in,
		   struct value *out);

/* Strings and sequences: what counts of its own go on the wire. */
static inline bool type_has_length(const struct type *type)
{
	return type->kind == KIND_STRING || type->kind == KIND_WSTRING ||
	       type->kind == KIND_SEQUENCE;
}

/* type_element - of what has a length: for strings the unit */
const struct type *type_element(const struct type *type);

/* type_is_simple - without a length anywhere inside */
bool type_is_simple(const struct type *type);

#endif
