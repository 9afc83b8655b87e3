// SPDX-License-Identifier: BSD-3-Clause
/*
 * A stub that lies: real calls with a few things changed, and pure noise. A
 * sanitizer watches over the skel and over the function, which touches all
 * that the skel says it may.
 */
#include <stdlib.h>
#include <string.h>

#include "harness.h"

static const uint32_t LENGTHS[] = {
	0,	    1,		2,	    3,		4,
	5,	    7,		8,	    16,		31,
	0x7fffffff, 0x80000000, 0xffffffff, 0xfffffffc, 0x40000000,
	0x20000000, 0x10000000, 255,	    256,	1000,
};

#define LENGTH_COUNT (sizeof(LENGTHS) / sizeof(LENGTHS[0]))

/* One change of an in-buffer's bytes, most often of a length in it. */
static void change_bytes(struct random *random, struct bytes *bytes)
{
	uint32_t at, value = LENGTHS[random_below(random, LENGTH_COUNT)];

	if (bytes->size < 4)
		return;
	at = random_below(random, (uint32_t)bytes->size / 4) * 4;
	memcpy(&bytes->data[at], &value, sizeof(value));
	if (random_below(random, 4) == 0)
		bytes->data[random_below(random, (uint32_t)bytes->size)] =
			(uint8_t)random_next(random);
}

static void change_size(struct pool *pool, struct random *random,
			struct bytes *bytes)
{
	size_t size = random_below(random, 2) ?
			      random_below(random, (uint32_t)bytes->size + 9) :
			      bytes->size - (bytes->size > 0);
	uint8_t *data = pool_alloc(pool, size);

	memset(data, (int)random_next(random), size);
	if (size && bytes->size)
		memcpy(data, bytes->data,
		       size < bytes->size ? size : bytes->size);
	*bytes = (struct bytes){ data, size, size };
}

static uint32_t change_scalars(struct random *random, uint32_t scalars)
{
	switch (random_below(random, 4)) {
	case 0: /* a buffer more or less */
		return scalars + (0x10100u >> random_below(random, 2) * 8);
	case 1:
		return scalars ^ 1u << random_below(random, 32);
	case 2:
		return (uint32_t)random_next(random);
	default:
		return scalars - (1u << 8 * (1 + random_below(random, 2)));
	}
}

static void change(struct pool *pool, struct random *random,
		   struct message *message)
{
	unsigned int all = message->in_count + message->out_count;
	unsigned int at;

	if (!all || random_below(random, 8) == 0) {
		message->scalars = change_scalars(random, message->scalars);
		return;
	}
	at = random_below(random, all);
	if (at < message->in_count && random_below(random, 3))
		change_bytes(random, &message->in[at]);
	else if (at < message->in_count)
		change_size(pool, random, &message->in[at]);
	else
		change_size(pool, random,
			    &message->out[at - message->in_count]);
}

/* The message's buffers as far as it has any, then such of random sizes. */
static remote_arg *arguments(struct pool *pool, struct random *random,
			     const struct message *message)
{
	unsigned int in = REMOTE_SCALARS_INBUFS(message->scalars);
	unsigned int out = REMOTE_SCALARS_OUTBUFS(message->scalars);
	unsigned int all = REMOTE_SCALARS_LENGTH(message->scalars);
	remote_arg *args = pool_alloc(pool, all * sizeof(*args));

	for (unsigned int i = 0; i < all; i++) {
		unsigned int index = i < in ? i : i - in;
		bool known = i < in ? index < message->in_count :
				      index < message->out_count;
		struct bytes bytes = { NULL, 0, 0 };

		if (i >= in + out) {
			args[i].h64 = random_next(random);
			continue;
		}
		if (known)
			bytes = i < in ? message->in[index] :
					 message->out[index];
		else
			change_size(pool, random, &bytes);
		args[i].buf.nLen = bytes.size;
		args[i].buf.pv = pool_alloc(pool, bytes.size);
		if (bytes.size)
			memcpy(args[i].buf.pv, bytes.data, bytes.size);
		else if (random_below(random, 2))
			args[i].buf.pv = NULL;
	}
	return args;
}

static void attack(const struct interface *interface,
		   const struct method *method, struct random *random)
{
	size_t count = method->parameter_count + 1;
	struct pool pool = { 0 };
	struct value *in = pool_alloc(&pool, count * sizeof(*in));
	struct value *out = pool_alloc(&pool, count * sizeof(*out));
	struct message *message = pool_alloc(&pool, sizeof(*message));
	struct invocation invocation = { .handle = random_next(random) };
	uint32_t changes = random_below(random, 4);

	values_random(&pool, random, method, (int)random_below(random, 2), in,
		      out);
	if (!oracle_marshal(&pool, method, in, out, message))
		memset(message, 0, sizeof(*message));
	while (changes--)
		change(&pool, random, message);
	invocation.scalars = message->scalars;
	invocation.args = arguments(&pool, random, message);
	current = (struct call){ .interface = interface, .method = method };
	deliver_here(&invocation);
	pool_free(&pool);
}

void hostile_all(uint64_t seed, unsigned int rounds)
{
	struct random random = { seed };

	serve_hostile = true;
	for (unsigned int i = 0; i < interface_count; i++)
		for (unsigned int j = 0; j < interfaces[i]->method_count; j++)
			for (unsigned int round = 0; round < rounds; round++)
				attack(interfaces[i],
				       &interfaces[i]->methods[j], &random);
}
