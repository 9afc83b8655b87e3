// SPDX-License-Identifier: BSD-3-Clause
#include <string.h>

#include "oracle.h"

/*
 * A record holds scalars and lengths. There are three kinds: what goes to the
 * function (IN), the capacities for what comes back (CAPACITY), and the
 * scalars that come back (OUT).
 */
enum part {
	PART_IN,
	PART_CAPACITY,
	PART_OUT,
};

struct extent {
	size_t size, align;
};

static size_t round_up(size_t size, size_t align)
{
	return (size + align - 1) / align * align;
}

/* Rule 1: natural alignment; structs as C lays them out. */
static struct extent extent_of(const struct type *type, enum part part)
{
	struct extent extent = { 0, 1 }, inner;

	switch (type->kind) {
	case KIND_SCALAR:
		if (part != PART_CAPACITY)
			extent.size = extent.align = type->size;
		break;
	case KIND_STRING:
	case KIND_WSTRING:
	case KIND_SEQUENCE:
		if (part != PART_OUT)
			extent.size = extent.align = 4;
		break;
	case KIND_ARRAY:
		extent = extent_of(type->element, part);
		extent.size *= type->count;
		break;
	case KIND_STRUCT:
		for (unsigned int i = 0; i < type->member_count; i++) {
			inner = extent_of(type->members[i].type, part);
			extent.size = round_up(extent.size, inner.align) +
				      inner.size;
			if (inner.align > extent.align)
				extent.align = inner.align;
		}
		extent.size = round_up(extent.size, extent.align);
		break;
	case KIND_DMAHANDLE:
		break;
	}
	return extent;
}

static void put_u32(uint8_t *to, uint32_t value)
{
	memcpy(to, &value, sizeof(value));
}

static uint8_t *new_buffer(struct pool *pool, struct bytes *list,
			   unsigned int *count, size_t size)
{
	uint8_t *data = pool_alloc(pool, size);

	memset(data, 0, size);
	if (*count < MESSAGE_BUFFERS)
		list[*count] = (struct bytes){ data, size, size };
	++*count;
	return data;
}

static void put_handle(struct dma *list, unsigned int *count,
		       const struct value *value)
{
	if (*count < MESSAGE_HANDLES)
		list[*count] = (struct dma){
			(int32_t)value->items[0].bits,
			(uint32_t)value->items[1].bits,
			(uint32_t)value->items[2].bits,
		};
	++*count;
}

static void pack_in(struct pool *pool, struct message *message,
		    const struct type *type, const struct value *value,
		    uint8_t *record)
{
	const struct type *element;
	struct extent inner;
	size_t offset = 0;

	switch (type->kind) {
	case KIND_SCALAR:
		memcpy(record, &value->bits, type->size);
		return;
	case KIND_DMAHANDLE:
		put_handle(message->in_handles, &message->in_handle_count,
			   value);
		return;
	case KIND_STRUCT:
		for (unsigned int i = 0; i < type->member_count; i++) {
			inner = extent_of(type->members[i].type, PART_IN);
			offset = round_up(offset, inner.align);
			pack_in(pool, message, type->members[i].type,
				&value->items[i], record + offset);
			offset += inner.size;
		}
		return;
	case KIND_ARRAY:
		element = type->element;
		break;
	default:
		/* Rule 3, rule 7: the array of records, then what is in them */
		element = type_element(type);
		put_u32(record, value->count);
		record = new_buffer(pool, message->in, &message->in_count,
				    extent_of(element, PART_IN).size *
					    value->count);
		break;
	}
	inner = extent_of(element, PART_IN);
	for (uint32_t i = 0; i < value->count; i++)
		pack_in(pool, message, element, &value->items[i],
			record + i * inner.size);
}

static void pack_out(struct pool *pool, struct message *message,
		     const struct type *type, const struct value *value,
		     uint8_t *capacities, uint8_t *record);

static void pack_out_items(struct pool *pool, struct message *message,
			   const struct type *element,
			   const struct value *value, uint8_t *capacities,
			   uint8_t *record)
{
	size_t in_step = extent_of(element, PART_CAPACITY).size;
	size_t out_step = extent_of(element, PART_OUT).size;

	for (uint32_t i = 0; i < value->count; i++)
		pack_out(pool, message, element, &value->items[i],
			 capacities + i * in_step, record + i * out_step);
}

static void pack_out_struct(struct pool *pool, struct message *message,
			    const struct type *type, const struct value *value,
			    uint8_t *capacities, uint8_t *record)
{
	size_t in_offset = 0, out_offset = 0;

	for (unsigned int i = 0; i < type->member_count; i++) {
		const struct type *inner = type->members[i].type;
		struct extent in = extent_of(inner, PART_CAPACITY);
		struct extent out = extent_of(inner, PART_OUT);

		in_offset = round_up(in_offset, in.align);
		out_offset = round_up(out_offset, out.align);
		pack_out(pool, message, inner, &value->items[i],
			 capacities + in_offset, record + out_offset);
		in_offset += in.size;
		out_offset += out.size;
	}
}

/* @capacities and @record have room for what the type has there, or none. */
static void pack_out(struct pool *pool, struct message *message,
		     const struct type *type, const struct value *value,
		     uint8_t *capacities, uint8_t *record)
{
	const struct type *element;
	size_t in_step, out_step;
	uint8_t none[1];

	switch (type->kind) {
	case KIND_SCALAR:
		memcpy(record, &value->bits, type->size);
		return;
	case KIND_DMAHANDLE:
		put_handle(message->out_handles, &message->out_handle_count,
			   value);
		return;
	case KIND_STRUCT:
		pack_out_struct(pool, message, type, value, capacities, record);
		return;
	case KIND_ARRAY:
		pack_out_items(pool, message, type->element, value, capacities,
			       record);
		return;
	default:
		break;
	}
	element = type_element(type);
	put_u32(capacities, value->count);
	in_step = extent_of(element, PART_CAPACITY).size;
	out_step = extent_of(element, PART_OUT).size;
	capacities = record = none;
	if (in_step)
		capacities = new_buffer(pool, message->in, &message->in_count,
					in_step * value->count);
	if (out_step)
		record = new_buffer(pool, message->out, &message->out_count,
				    out_step * value->count);
	pack_out_items(pool, message, element, value, capacities, record);
}

/* The first buffer each way; its bytes are there before its size is known. */
struct prim {
	uint8_t *data;
	size_t size, align;
};

static uint8_t *place(struct prim *prim, struct extent extent)
{
	size_t offset = round_up(prim->size, extent.align);

	if (!extent.size)
		return prim->data;
	prim->size = offset + extent.size;
	if (extent.align > prim->align)
		prim->align = extent.align;
	return prim->data + offset;
}

static struct bytes close_prim(const struct prim *prim)
{
	return (struct bytes){ prim->data, round_up(prim->size, prim->align),
			       prim->size };
}

static size_t room_for_prims(const struct method *method)
{
	size_t room = 16;

	for (unsigned int i = 0; i < method->parameter_count; i++)
		room += 2 * oracle_size(method->parameters[i].type) + 16;
	return room;
}

static struct prim open_prim(struct pool *pool, size_t room)
{
	struct prim prim = { pool_alloc(pool, room), 0, 1 };

	memset(prim.data, 0, room);
	return prim;
}

/* A prim is sent where anything is in it; it is the first buffer then. */
static void finish_prim(struct bytes *list, unsigned int *count,
			const struct prim *prim)
{
	if (prim->size) {
		list[0] = close_prim(prim);
		return;
	}
	--*count;
	memmove(list, list + 1,
		(*count < MESSAGE_BUFFERS ? *count : MESSAGE_BUFFERS - 1) *
			sizeof(*list));
}

static uint32_t scalars_of(const struct method *method,
			   const struct message *message)
{
	uint32_t index = method->index < 31 ? method->index : 31;

	return index << 24 | message->in_count << 16 | message->out_count << 8 |
	       message->in_handle_count << 4 | message->out_handle_count;
}

/* Something with a length inside of something with a length or a struct. */
static bool is_complex(const struct type *type)
{
	if (type->kind == KIND_DMAHANDLE || type_is_simple(type))
		return false;
	return !type_has_length(type) || !type_is_simple(type_element(type));
}

/*
 * Rule 7: where their number depends on the values, stubs stop at 254 buffers
 * beside the prims, though one more would fit where there is no prim.
 */
static unsigned int most_buffers(const struct method *method,
				 const struct prim *prim)
{
	for (unsigned int i = 0; i < method->parameter_count; i++)
		if (is_complex(method->parameters[i].type))
			return 254 + (prim->size > 0);
	return MESSAGE_BUFFERS;
}

bool oracle_marshal(struct pool *pool, const struct method *method,
		    const struct value *in, const struct value *out,
		    struct message *message)
{
	size_t room = room_for_prims(method);
	struct prim prim_in = open_prim(pool, room);
	struct prim prim_out = open_prim(pool, room);
	uint8_t *capacities;

	memset(message, 0, sizeof(*message));
	message->in_count = message->out_count = 1;
	if (method->index >= 31) /* rule 6 */
		put_u32(place(&prim_in, (struct extent){ 4, 4 }),
			method->index);
	for (unsigned int i = 0; i < method->parameter_count; i++) {
		const struct parameter *parameter = &method->parameters[i];
		const struct type *type = parameter->type;

		if (parameter->mode & MODE_IN)
			pack_in(pool, message, type, &in[i],
				place(&prim_in, extent_of(type, PART_IN)));
		if (parameter->mode & MODE_ROUT) {
			capacities = place(&prim_in,
					   extent_of(type, PART_CAPACITY));
			pack_out(pool, message, type, &out[i], capacities,
				 place(&prim_out, extent_of(type, PART_OUT)));
		}
	}
	finish_prim(message->in, &message->in_count, &prim_in);
	finish_prim(message->out, &message->out_count, &prim_out);
	if (message->in_count > most_buffers(method, &prim_in) ||
	    message->out_count > most_buffers(method, &prim_out) ||
	    message->in_handle_count > MESSAGE_HANDLES ||
	    message->out_handle_count > MESSAGE_HANDLES)
		return false;
	message->scalars = scalars_of(method, message);
	return true;
}

size_t oracle_size(const struct type *type)
{
	return extent_of(type, PART_IN).size;
}
