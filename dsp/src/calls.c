// SPDX-License-Identifier: BSD-3-Clause
/* The calls that were not answered yet, found by their context or their id. */
#include "subsystem.h"

/* The type is no part of what tells contexts apart. */
static uint64_t key(uint64_t ctx)
{
	return ctx & ~FASTRPC_CTX_TYPE_MASK;
}

static struct call **bucket(struct subsystem *s, uint64_t ctx)
{
	/* Neighbours get far apart. */
	uint64_t hash = key(ctx) * 0x9e3779b97f4a7c15ull;

	return &s->calls.bucket[hash >> (64 - CALLS_BUCKET_BITS)];
}

struct call *calls_find(struct subsystem *s, enum glink_channel_id channel,
			uint64_t ctx)
{
	struct call *c = *bucket(s, ctx);

	while (c && (c->channel != channel || key(c->m.ctx) != key(ctx)))
		c = c->next;
	return c;
}

struct call *calls_add(struct subsystem *s, enum glink_channel_id channel,
		       const struct fastrpc_message *m)
{
	struct calls *calls = &s->calls;
	struct call **first = bucket(s, m->ctx), *c = calls->free;

	if (c)
		calls->free = c->next;
	else if (calls->fresh < CALLS_MAX)
		c = &calls->call[calls->fresh++];
	else
		return NULL;
	calls->used++;
	c->used = true;
	c->generation++;
	c->channel = channel;
	c->m = *m;
	c->handle_count = 0;
	c->next = *first;
	*first = c;
	return c;
}

void calls_remove(struct subsystem *s, struct call *c)
{
	struct call **link = bucket(s, c->m.ctx);

	while (*link != c)
		link = &(*link)->next;
	*link = c->next;
	s->calls.used--;
	c->used = false;
	c->next = s->calls.free;
	s->calls.free = c;
}

uint64_t calls_id(const struct subsystem *s, const struct call *c)
{
	return (uint64_t)c->generation << 32 | (uint64_t)(c - s->calls.call);
}

struct call *calls_by_id(struct subsystem *s, uint64_t id)
{
	uint32_t i = (uint32_t)id;
	struct call *c;

	if (i >= CALLS_MAX)
		return NULL;
	c = &s->calls.call[i];
	return c->used && c->generation == id >> 32 ? c : NULL;
}
