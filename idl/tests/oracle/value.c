// SPDX-License-Identifier: BSD-3-Clause
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "describe.h"

/* With two buffers of records and primIn they make 255. */
#define MANY_ELEMENTS 252

static const struct type unit_8 = { KIND_SCALAR, 1, .size = 1 };
static const struct type unit_16 = { KIND_SCALAR, 2, .size = 2 };

/*
 * A block is never NULL, and of no more bytes than asked for: one of none is
 * the end of another.
 */
void *pool_alloc(struct pool *pool, size_t size)
{
	size_t before = size ? 0 : 16;
	uint8_t *block = malloc(before + size);

	if (pool->count == pool->room) {
		pool->room = pool->room ? 2 * pool->room : 64;
		pool->blocks = realloc(pool->blocks,
				       pool->room * sizeof(*pool->blocks));
	}
	if (!block || !pool->blocks) {
		fputs("out of memory\n", stderr);
		abort();
	}
	pool->blocks[pool->count++] = block;
	return block + before;
}

void pool_free(struct pool *pool)
{
	while (pool->count)
		free(pool->blocks[--pool->count]);
	free(pool->blocks);
	*pool = (struct pool){ 0 };
}

/* splitmix64 */
uint64_t random_next(struct random *random)
{
	uint64_t z = random->state += 0x9e3779b97f4a7c15u;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
	z = (z ^ z >> 27) * 0x94d049bb133111ebu;
	return z ^ z >> 31;
}

uint32_t random_below(struct random *random, uint32_t limit)
{
	return (uint32_t)(random_next(random) >> 32) % limit;
}

const struct type *type_element(const struct type *type)
{
	if (type->kind == KIND_STRING)
		return &unit_8;
	if (type->kind == KIND_WSTRING)
		return &unit_16;
	return type->element;
}

bool type_is_simple(const struct type *type)
{
	if (type->kind == KIND_ARRAY)
		return type_is_simple(type->element);
	for (unsigned int i = 0; i < type->member_count; i++)
		if (!type_is_simple(type->members[i].type))
			return false;
	return !type_has_length(type) && type->kind != KIND_DMAHANDLE;
}

static uint64_t random_scalar(struct random *random, const struct type *type)
{
	uint64_t bits = random_next(random);
	double real = (double)(int32_t)bits / 64;
	float single = (float)(int16_t)bits / 16;
	uint32_t half;

	switch (type->content) {
	case CONTENT_BOOLEAN:
		return bits & 1;
	case CONTENT_ENUM:
		return bits % type->enumerators;
	case CONTENT_DOUBLE:
		memcpy(&bits, &real, sizeof(bits));
		return bits;
	case CONTENT_FLOAT:
		memcpy(&half, &single, sizeof(half));
		return half;
	case CONTENT_ANY:
		break;
	}
	/* The extremes, now and then. */
	switch (random_below(random, 16)) {
	case 0:
		bits = 0;
		break;
	case 1:
		bits = UINT64_MAX;
		break;
	case 2:
		bits = (uint64_t)1 << (8 * type->size - 1);
		break;
	}
	return type->size == 8 ? bits :
				 bits & (((uint64_t)1 << 8 * type->size) - 1);
}

static uint32_t random_count(struct random *random, const struct type *type,
			     int sizes)
{
	uint32_t count = random_below(random, 5);

	if (sizes == 1)
		count = 0;
	else if (sizes == 2 && type_is_simple(type_element(type)))
		count = type->bound ? type->bound :
				      1000 + random_below(random, 4000);
	else if (sizes == 3 && !type_is_simple(type_element(type)))
		count = MANY_ELEMENTS;
	return type->bound && count > type->bound ? type->bound : count;
}

static void random_value(struct pool *pool, struct random *random,
			 const struct type *type, int sizes,
			 struct value *value);

static void random_items(struct pool *pool, struct random *random,
			 const struct type *element, int sizes,
			 struct value *value)
{
	value->items = pool_alloc(pool, value->count * sizeof(*value->items));
	for (uint32_t i = 0; i < value->count; i++)
		random_value(pool, random, element, sizes, &value->items[i]);
}

static void random_string(struct pool *pool, struct random *random,
			  const struct type *type, int sizes,
			  struct value *value)
{
	random_items(pool, random, type_element(type), sizes, value);
	for (uint32_t i = 0; i < value->count; i++)
		value->items[i].bits += !value->items[i].bits;
	if (value->count)
		value->items[value->count - 1].bits = 0;
}

static void random_value(struct pool *pool, struct random *random,
			 const struct type *type, int sizes,
			 struct value *value)
{
	static const struct type number = { KIND_SCALAR, 4, .size = 4 };

	*value = (struct value){ 0 };
	switch (type->kind) {
	case KIND_SCALAR:
		value->bits = random_scalar(random, type);
		break;
	case KIND_STRING:
	case KIND_WSTRING:
		value->count = 1 + random_count(random, type, sizes);
		random_string(pool, random, type, sizes, value);
		break;
	case KIND_SEQUENCE:
		value->count = random_count(random, type, sizes);
		random_items(pool, random, type->element,
			     sizes == 3 ? 0 : sizes, value);
		break;
	case KIND_ARRAY:
		value->count = type->count;
		random_items(pool, random, type->element, sizes, value);
		break;
	case KIND_STRUCT:
		value->count = type->member_count;
		value->items = pool_alloc(pool,
					  value->count * sizeof(*value->items));
		for (uint32_t i = 0; i < value->count; i++)
			random_value(pool, random, type->members[i].type, sizes,
				     &value->items[i]);
		break;
	case KIND_DMAHANDLE:
		value->count = 3;
		random_items(pool, random, &number, 0, value);
		/* The length follows from the fd, as on a DSP it would. */
		value->items[0].bits = 100 + value->items[0].bits % 900;
		value->items[1].bits %= 4096;
		value->items[2].bits = 4096 + value->items[0].bits;
		break;
	}
}

/* What comes back from an inrout parameter has the shape of what went in. */
static void reshape(struct pool *pool, struct random *random,
		    const struct type *type, const struct value *from,
		    struct value *to)
{
	bool text = type->kind == KIND_STRING || type->kind == KIND_WSTRING;

	if (type->kind == KIND_SCALAR || type->kind == KIND_DMAHANDLE) {
		random_value(pool, random, type, 0, to);
		return;
	}
	to->bits = 0;
	to->count = from->count + (text ? random_below(random, 3) : 0);
	if (text) {
		random_string(pool, random, type, 0, to);
		return;
	}
	to->items = pool_alloc(pool, to->count * sizeof(*to->items));
	for (uint32_t i = 0; i < to->count; i++)
		reshape(pool, random,
			type->kind == KIND_STRUCT ? type->members[i].type :
						    type->element,
			&from->items[i], &to->items[i]);
}

void values_random(struct pool *pool, struct random *random,
		   const struct method *method, int sizes, struct value *in,
		   struct value *out)
{
	for (unsigned int i = 0; i < method->parameter_count; i++) {
		const struct parameter *parameter = &method->parameters[i];

		if (parameter->mode & MODE_IN)
			random_value(pool, random, parameter->type, sizes,
				     &in[i]);
		if (parameter->mode == MODE_ROUT)
			random_value(pool, random, parameter->type, sizes,
				     &out[i]);
		if (parameter->mode == MODE_INROUT)
			reshape(pool, random, parameter->type, &in[i], &out[i]);
	}
}
