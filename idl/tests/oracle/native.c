// SPDX-License-Identifier: BSD-3-Clause
#include <string.h>

#include "native.h"

/* Found in padding, so that it shows where padding goes on the wire. */
#define GARBAGE 0xa5

/* What has a length, where it is not a member: inside a sequence. */
struct pair {
	void *data;
	int length;
};

static size_t native_size(const struct type *type)
{
	return type_has_length(type) ? sizeof(struct pair) : type->native_size;
}

/* Where the length is, of what is at an offset. */
struct place {
	uint8_t *at;
	uint8_t *length;
};

static struct place place_of_item(const struct type *element, void *items,
				  size_t index)
{
	uint8_t *at = (uint8_t *)items + index * native_size(element);

	return (struct place){ at, at + offsetof(struct pair, length) };
}

static struct place place_of_member(const struct member *member, uint8_t *at)
{
	return (struct place){ at + member->offset,
			       at + member->length_offset };
}

static void *pointer_at(const uint8_t *at)
{
	void *pointer;

	memcpy(&pointer, at, sizeof(pointer));
	return pointer;
}

static uint32_t length_at(const uint8_t *at)
{
	int length;

	memcpy(&length, at, sizeof(length));
	return (uint32_t)length;
}

static void build(struct pool *pool, const struct type *type,
		  const struct value *content, const struct value *room,
		  struct place place);

/* Elements that go on the wire as they are have no garbage between them. */
static void *build_items(struct pool *pool, const struct type *element,
			 const struct value *content, const struct value *room)
{
	size_t size = room->count * native_size(element);
	void *items = pool_alloc(pool, size);

	memset(items, type_is_simple(element) ? 0 : GARBAGE, size);
	for (uint32_t i = 0; i < room->count; i++)
		build(pool, element,
		      content && i < content->count ? &content->items[i] : NULL,
		      &room->items[i], place_of_item(element, items, i));
	return items;
}

static void build(struct pool *pool, const struct type *type,
		  const struct value *content, const struct value *room,
		  struct place place)
{
	int length = (int)room->count;
	void *items;

	switch (type->kind) {
	case KIND_SCALAR:
		if (content)
			memcpy(place.at, &content->bits, type->size);
		break;
	case KIND_ARRAY:
		for (uint32_t i = 0; i < type->count; i++)
			build(pool, type->element,
			      content ? &content->items[i] : NULL,
			      &room->items[i],
			      place_of_item(type->element, place.at, i));
		break;
	case KIND_STRUCT:
		for (unsigned int i = 0; i < type->member_count; i++)
			build(pool, type->members[i].type,
			      content ? &content->items[i] : NULL,
			      &room->items[i],
			      place_of_member(&type->members[i], place.at));
		break;
	case KIND_DMAHANDLE:
		break;
	default:
		items = build_items(pool, type_element(type), content, room);
		memcpy(place.at, &items, sizeof(items));
		memcpy(place.length, &length, sizeof(length));
		break;
	}
}

static bool equal_items(const struct type *element, const struct value *value,
			void *items);

static bool equal(const struct type *type, const struct value *value,
		  struct place place)
{
	switch (type->kind) {
	case KIND_SCALAR:
		return !memcmp(place.at, &value->bits, type->size);
	case KIND_ARRAY:
		return equal_items(type->element, value, place.at);
	case KIND_STRUCT:
		for (unsigned int i = 0; i < type->member_count; i++)
			if (!equal(type->members[i].type, &value->items[i],
				   place_of_member(&type->members[i],
						   place.at)))
				return false;
		return true;
	case KIND_DMAHANDLE:
		return true;
	default:
		return length_at(place.length) == value->count &&
		       equal_items(type_element(type), value,
				   pointer_at(place.at));
	}
}

static bool equal_items(const struct type *element, const struct value *value,
			void *items)
{
	for (uint32_t i = 0; i < value->count; i++)
		if (!equal(element, &value->items[i],
			   place_of_item(element, items, i)))
			return false;
	return true;
}

/* Are lengths and arrangement those that the caller made room for? */
static bool has_room(const struct type *type, const struct value *room,
		     struct place place)
{
	const struct type *element;
	void *items = place.at;

	if (type->kind == KIND_STRUCT) {
		for (unsigned int i = 0; i < type->member_count; i++)
			if (!has_room(type->members[i].type, &room->items[i],
				      place_of_member(&type->members[i],
						      place.at)))
				return false;
		return true;
	}
	if (type_is_simple(type) || type->kind == KIND_DMAHANDLE)
		return true;
	element = type_element(type);
	if (type_has_length(type)) {
		if (length_at(place.length) != room->count)
			return false;
		items = pointer_at(place.at);
	}
	for (uint32_t i = 0; !type_is_simple(element) && i < room->count; i++)
		if (!has_room(element, &room->items[i],
			      place_of_item(element, items, i)))
			return false;
	return true;
}

static void fill(const struct type *type, const struct value *value,
		 struct place place)
{
	const struct type *element = type_element(type);
	void *items = place.at;

	switch (type->kind) {
	case KIND_SCALAR:
		memcpy(place.at, &value->bits, type->size);
		return;
	case KIND_STRUCT:
		for (unsigned int i = 0; i < type->member_count; i++)
			fill(type->members[i].type, &value->items[i],
			     place_of_member(&type->members[i], place.at));
		return;
	case KIND_DMAHANDLE:
		return;
	case KIND_ARRAY:
		break;
	default:
		items = pointer_at(place.at);
		/* Padding in a sequence's buffer is the function's own. */
		if (value->count && type_is_simple(element))
			memset(items, 0, value->count * native_size(element));
		break;
	}
	for (uint32_t i = 0; i < value->count; i++)
		fill(element, &value->items[i],
		     place_of_item(element, items, i));
}

/* A slot holds pointer and length where a struct's members would. */
static struct place place_of_slot(const struct parameter *parameter,
				  const struct slot *slot)
{
	struct place place = { slot->data, (uint8_t *)&slot->length };

	if (type_has_length(parameter->type))
		place.at = (uint8_t *)&slot->data;
	return place;
}

void native_give(struct pool *pool, const struct parameter *parameter,
		 const struct value *in, const struct value *out,
		 struct slot *slot)
{
	const struct type *type = parameter->type;
	const struct value *content = parameter->mode & MODE_IN ? in : NULL;
	const struct value *room = parameter->mode & MODE_ROUT ? out : in;

	*slot = (struct slot){ 0 };
	if (type->kind == KIND_DMAHANDLE) {
		slot->fd = (int32_t)room->items[0].bits;
		slot->offset = (uint32_t)room->items[1].bits;
		slot->size = (uint32_t)room->items[2].bits;
		return;
	}
	if (!type_has_length(type)) {
		slot->data = pool_alloc(pool, type->native_size);
		memset(slot->data, GARBAGE, type->native_size);
	}
	build(pool, type, content, room, place_of_slot(parameter, slot));
}

static bool received_handle(const struct value *value, const struct slot *slot)
{
	return slot->fd == (int32_t)value->items[0].bits &&
	       slot->offset == (uint32_t)value->items[1].bits &&
	       slot->size == (uint32_t)value->items[2].bits;
}

bool native_received(const struct parameter *parameter, const struct value *in,
		     const struct value *out, const struct slot *slot)
{
	const struct type *type = parameter->type;
	struct place place = place_of_slot(parameter, slot);
	bool in_string = parameter->mode == MODE_IN &&
			 (type->kind == KIND_STRING ||
			  type->kind == KIND_WSTRING);

	if (type->kind == KIND_DMAHANDLE)
		return received_handle(parameter->mode & MODE_ROUT ? out : in,
				       slot);
	if (in_string) /* ends by itself, no length is passed */
		return equal_items(type_element(type), in, slot->data);
	if (parameter->mode == MODE_IN)
		return equal(type, in, place);
	if (!has_room(type, out, place))
		return false;
	if (parameter->mode == MODE_ROUT)
		return true;
	/* The room is that for the answer, what is in it may be shorter. */
	if (type_has_length(type))
		return equal_items(type_element(type), in, slot->data);
	return type_is_simple(type) ? equal(type, in, place) : true;
}

void native_answer(const struct parameter *parameter, const struct value *out,
		   const struct slot *slot)
{
	if (parameter->mode & MODE_ROUT)
		fill(parameter->type, out, place_of_slot(parameter, slot));
}

bool native_answered(const struct parameter *parameter, const struct value *out,
		     const struct slot *slot)
{
	return !(parameter->mode & MODE_ROUT) ||
	       equal(parameter->type, out, place_of_slot(parameter, slot));
}

static bool ended(const struct type *type, struct place place)
{
	bool text = type->kind == KIND_STRING || type->kind == KIND_WSTRING;
	const struct type *element = type_element(type);
	uint32_t count = type->count;
	uint8_t *items = place.at;
	static const uint8_t zero[2];

	if (type->kind == KIND_STRUCT) {
		for (unsigned int i = 0; i < type->member_count; i++)
			if (!ended(type->members[i].type,
				   place_of_member(&type->members[i],
						   place.at)))
				return false;
		return true;
	}
	if (type_is_simple(type) || type->kind == KIND_DMAHANDLE)
		return true;
	if (type_has_length(type)) {
		count = length_at(place.length);
		items = pointer_at(place.at);
	}
	if (text)
		return !count || !memcmp(items + (count - 1) * element->size,
					 zero, element->size);
	for (uint32_t i = 0; i < count; i++)
		if (!ended(element, place_of_item(element, items, i)))
			return false;
	return true;
}

bool native_ended(const struct parameter *parameter, const struct slot *slot)
{
	struct slot copy = *slot;

	return !(parameter->mode & MODE_ROUT) ||
	       ended(parameter->type, place_of_slot(parameter, &copy));
}

static void touch(const struct type *type, bool write, struct place place,
		  uint64_t *sink);

static void touch_items(const struct type *element, bool write, void *items,
			uint32_t count, uint64_t *sink)
{
	for (uint32_t i = 0; i < count; i++)
		touch(element, write, place_of_item(element, items, i), sink);
}

static void touch(const struct type *type, bool write, struct place place,
		  uint64_t *sink)
{
	uint64_t bits = 0;

	switch (type->kind) {
	case KIND_SCALAR:
		memcpy(&bits, place.at, type->size);
		*sink += bits;
		if (write)
			memset(place.at, 0x5a, type->size);
		break;
	case KIND_ARRAY:
		touch_items(type->element, write, place.at, type->count, sink);
		break;
	case KIND_STRUCT:
		for (unsigned int i = 0; i < type->member_count; i++)
			touch(type->members[i].type, write,
			      place_of_member(&type->members[i], place.at),
			      sink);
		break;
	case KIND_DMAHANDLE:
		break;
	default:
		touch_items(type_element(type), write, pointer_at(place.at),
			    length_at(place.length), sink);
		break;
	}
}

void native_touch(const struct parameter *parameter, const struct slot *slot,
		  uint64_t *sink)
{
	const struct type *type = parameter->type;
	struct slot copy = *slot;

	if (parameter->mode == MODE_IN && type->kind == KIND_STRING) {
		*sink += strlen(slot->data);
		return;
	}
	if (parameter->mode == MODE_IN && type->kind == KIND_WSTRING) {
		const uint16_t *unit = slot->data;

		while (*unit)
			*sink += *unit++;
		return;
	}
	touch(type, parameter->mode & MODE_ROUT,
	      place_of_slot(parameter, &copy), sink);
}
