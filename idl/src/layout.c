// SPDX-License-Identifier: BSD-3-Clause
#include "layout.h"

#include "check.h"
#include "cname.h"
#include "idl.h"

static const struct extent none = { 0, 1 };
static const struct extent count = { 4, 4 };

static uint32_t align(uint32_t offset, uint32_t alignment)
{
	return (offset + alignment - 1) / alignment * alignment;
}

/* Puts a part behind what is there; returns where. */
static uint32_t place(struct extent *block, struct extent part)
{
	uint32_t offset = align(block->size, part.alignment);

	if (!part.size)
		return block->size;
	block->size = offset + part.size;
	if (part.alignment > block->alignment)
		block->alignment = part.alignment;
	return offset;
}

static void pad(struct extent *block)
{
	block->size = align(block->size, block->alignment);
}

static uint32_t saturate(uint32_t a, uint32_t b)
{
	return a + b > BUFFERS_MAX ? BUFFERS_MAX + 1 : a + b;
}

static void set_native(struct shape *shape, struct extent native32,
		       struct extent native64)
{
	shape->native32 = native32;
	shape->native64 = native64;
}

/* ---- Types ------------------------------------------------------------- */

static void shape_fixed(struct idl *idl, struct layout *layout,
			struct shape *shape, struct type *type);

static void shape_string(struct shape *shape, bool wide)
{
	shape->kind = SHAPE_STRING;
	shape->wide = wide;
	shape->in = shape->capacity = count;
	shape->out = none;
	shape->in_buffers = shape->out_buffers = 1;
	set_native(shape, (struct extent){ 8, 4 }, (struct extent){ 16, 8 });
}

static void shape_sequence(struct idl *idl, struct layout *layout,
			   struct shape *shape, struct type *type)
{
	shape->element = layout_shape(idl, layout, type->element);
	shape->in = shape->capacity = count;
	shape->out = none;
	shape->in_buffers = 1;
	set_native(shape, (struct extent){ 8, 4 }, (struct extent){ 16, 8 });
	if (shape->element->kind == SHAPE_FIXED) {
		shape->kind = SHAPE_SEQUENCE;
		shape->out_buffers = 1;
		return;
	}
	shape->kind = SHAPE_RECORDS;
	shape->room_buffers = 1;
	shape->out_buffers = shape->element->out.size > 0;
}

static void add_field(struct idl *idl, struct layout *layout,
		      struct shape *shape, struct decl *member)
{
	struct field *field = &shape->fields[shape->field_count++];
	struct shape *inner = layout_shape(idl, layout, member->type);

	*field = (struct field){
		.member = member,
		.shape = inner,
		.in = place(&shape->in, inner->in),
		.capacity = place(&shape->capacity, inner->capacity),
		.out = place(&shape->out, inner->out),
	};
	shape->in_buffers = saturate(shape->in_buffers, inner->in_buffers);
	shape->room_buffers = saturate(shape->room_buffers,
				       inner->room_buffers);
	shape->out_buffers = saturate(shape->out_buffers, inner->out_buffers);
	if (inner->kind == SHAPE_FIXED || inner->kind == SHAPE_STRUCT) {
		place(&shape->native32, inner->native32);
		place(&shape->native64, inner->native64);
	} else {
		/* A pointer and an int. */
		place(&shape->native32, (struct extent){ 4, 4 });
		place(&shape->native32, (struct extent){ 4, 4 });
		place(&shape->native64, (struct extent){ 8, 8 });
		place(&shape->native64, (struct extent){ 4, 4 });
	}
}

static void shape_struct(struct idl *idl, struct layout *layout,
			 struct shape *shape, struct decl *decl)
{
	uint32_t members = 0, bytes = 0;

	for (struct decl *member = decl->first; member; member = member->next)
		members++;
	shape->fields = arena_alloc(&idl->arena,
				    members * sizeof(*shape->fields));
	shape->in = shape->capacity = shape->out = none;
	set_native(shape, none, none);
	for (struct decl *member = decl->first; member; member = member->next)
		add_field(idl, layout, shape, member);
	for (uint32_t i = 0; i < members; i++) {
		bytes += shape->fields[i].shape->in.size;
		shape->padded |= shape->fields[i].shape->padded;
	}
	pad(&shape->in);
	pad(&shape->capacity);
	pad(&shape->out);
	pad(&shape->native32);
	pad(&shape->native64);
	shape->padded |= bytes != shape->in.size;
	shape->kind = decl->fixed ? SHAPE_FIXED : SHAPE_STRUCT;
	if (decl->fixed)
		shape->out = shape->in;
}

static void shape_fixed(struct idl *idl, struct layout *layout,
			struct shape *shape, struct type *type)
{
	struct extent extent = { type->size, type_alignment(type) };
	const struct type *element = type;

	while (element->kind == TYPE_ARRAY)
		element = type_strip(element->element);
	if (element->kind == TYPE_NAME && element->decl->kind == DECL_STRUCT)
		shape->padded = layout_shape(idl, layout,
					     (struct type *)element)
					->padded;
	shape->kind = SHAPE_FIXED;
	shape->in = shape->out = extent;
	shape->capacity = none;
	set_native(shape, extent, extent);
}

static void register_shape(struct layout *layout, struct shape *shape)
{
	bool padded_struct = shape->padded && shape->kind == SHAPE_FIXED &&
			     shape->field_count;

	if (shape->kind == SHAPE_RECORDS || shape->kind == SHAPE_STRUCT)
		shape->number = ++layout->shape_count;
	else if (!padded_struct)
		return;
	*layout->last_shape = shape;
	layout->last_shape = &shape->next;
}

/* Equal for types that helpers need not tell apart. */
static const char *type_key(struct idl *idl, const struct type *type)
{
	unsigned long long bound;

	type = type_strip(type);
	bound = type->count;
	switch (type->kind) {
	case TYPE_SEQUENCE:
		return arena_format(&idl->arena, "sequence<%s %s, %llu>",
				    c_type(idl, type->element),
				    type_key(idl, type->element), bound);
	case TYPE_STRING:
	case TYPE_WSTRING:
		return arena_format(&idl->arena, "%s<%llu>", c_type(idl, type),
				    bound);
	case TYPE_ARRAY:
		return "";
	default:
		return c_type(idl, type);
	}
}

/* Also what is inside: helpers call each other. */
static void mark(struct shape *shape, bool back)
{
	bool *done = back ? &shape->comes_back : &shape->goes_in;
	const struct type *type = shape->type;

	if (*done)
		return;
	*done = true;
	if (shape->element)
		mark(shape->element, back);
	while (type->kind == TYPE_ARRAY)
		type = type_strip(type->element);
	if (type != shape->type && type->kind == TYPE_NAME &&
	    type->decl->kind == DECL_STRUCT)
		mark(type->decl->shape, back);
	for (uint32_t i = 0; i < shape->field_count; i++)
		mark(shape->fields[i].shape, back);
}

static void fill_shape(struct idl *idl, struct layout *layout,
		       struct shape *shape, struct type *type)
{
	shape->type = type;
	shape->bound = type->count;
	switch (type->kind) {
	case TYPE_STRING:
	case TYPE_WSTRING:
		shape_string(shape, type->kind == TYPE_WSTRING);
		break;
	case TYPE_SEQUENCE:
		shape_sequence(idl, layout, shape, type);
		break;
	case TYPE_DMAHANDLE:
		shape->kind = SHAPE_DMA;
		shape->in = shape->capacity = shape->out = none;
		break;
	case TYPE_NAME:
		if (type->decl->kind == DECL_STRUCT) {
			shape_struct(idl, layout, shape, type->decl);
			break;
		}
		shape_fixed(idl, layout, shape, type);
		break;
	default:
		shape_fixed(idl, layout, shape, type);
		break;
	}
	register_shape(layout, shape);
}

struct shape *layout_shape(struct idl *idl, struct layout *layout,
			   struct type *type)
{
	struct type *stripped = (struct type *)type_strip(type);
	struct shape **shape = &stripped->shape;

	/* One for each struct, not for each place that names it. */
	if (stripped->kind == TYPE_NAME && stripped->decl->kind == DECL_STRUCT)
		shape = &stripped->decl->shape;
	if (!*shape && stripped->kind == TYPE_SEQUENCE) {
		const char *key = idl_name(idl, type_key(idl, stripped));

		*shape = map_get(&layout->sequences, key);
		if (!*shape) {
			*shape = arena_alloc(&idl->arena, sizeof(**shape));
			fill_shape(idl, layout, *shape, stripped);
			map_put(&idl->arena, &layout->sequences, key, *shape);
		}
	} else if (!*shape) {
		*shape = arena_alloc(&idl->arena, sizeof(**shape));
		fill_shape(idl, layout, *shape, stripped);
	}
	return *shape;
}

/* ---- Methods ----------------------------------------------------------- */

struct counts {
	uint32_t in;
	uint32_t out;
	struct extent in_record;
	struct extent out_record;
};

static void place_in(struct wire_method *method, struct counts *counts,
		     struct wire_parameter *parameter)
{
	const struct shape *shape = parameter->shape;

	if (shape->kind == SHAPE_DMA) {
		parameter->handle = method->in_handles++;
		return;
	}
	parameter->in = place(&counts->in_record, shape->in);
	parameter->in_buffer = counts->in;
	counts->in = saturate(counts->in, shape->in_buffers);
}

static void place_back(struct wire_method *method, struct counts *counts,
		       struct wire_parameter *parameter)
{
	const struct shape *shape = parameter->shape;

	if (shape->kind == SHAPE_DMA) {
		parameter->handle = method->out_handles++;
		return;
	}
	parameter->capacity = place(&counts->in_record, shape->capacity);
	parameter->out = place(&counts->out_record, shape->out);
	parameter->out_buffer = counts->out;
	counts->in = saturate(counts->in, shape->room_buffers);
	counts->out = saturate(counts->out, shape->out_buffers);
}

static void finish(struct record *record, struct extent extent)
{
	record->used = extent.size;
	record->alignment = extent.alignment;
	pad(&extent);
	record->size = extent.size;
}

/* Buffers are counted behind the records until it is known which there are. */
static void number_buffers(struct wire_method *method, struct counts *counts)
{
	method->in_buffers = counts->in + (method->in.used > 0);
	method->out_buffers = counts->out + (method->out.used > 0);
	for (uint32_t i = 0; i < method->parameter_count; i++) {
		struct wire_parameter *parameter = &method->parameters[i];

		parameter->in_buffer += method->in.used > 0;
		parameter->out_buffer += method->in_buffers +
					 (method->out.used > 0);
		parameter->handle += method->in_buffers + method->out_buffers;
		if (wire_back(parameter->decl))
			parameter->handle += method->in_handles;
	}
}

static bool exceeds(struct idl *idl, const struct decl *method, uint32_t number,
		    uint32_t most, const char *what)
{
	if (number <= most)
		return false;
	diag_error(idl, method->loc, "split the method",
		   "method \"%s\" needs more than %u %s", method->name, most,
		   what);
	return true;
}

static void check_limits(struct idl *idl, const struct wire_method *method)
{
	const struct decl *decl = method->decl;

	if (exceeds(idl, decl, method->in.used, FIXED_SIZE_MAX,
		    "bytes of values beside the sequences") ||
	    exceeds(idl, decl, method->out.used, FIXED_SIZE_MAX,
		    "bytes of values beside the sequences"))
		return;
	if (exceeds(idl, decl, method->in_buffers, BUFFERS_MAX,
		    "buffers to the DSP") ||
	    exceeds(idl, decl, method->out_buffers, BUFFERS_MAX,
		    "buffers from the DSP"))
		return;
	if (!exceeds(idl, decl, method->in_handles, HANDLES_MAX,
		     "DMA handles to the DSP"))
		exceeds(idl, decl, method->out_handles, HANDLES_MAX,
			"DMA handles from the DSP");
}

static void lay_out_method(struct idl *idl, struct layout *layout,
			   struct wire_method *method, struct decl *decl,
			   uint32_t id)
{
	struct counts counts = {
		.in_record = none,
		.out_record = none,
	};

	*method = (struct wire_method){ .decl = decl, .id = id };
	for (struct decl *p = decl->first; p; p = p->next)
		method->parameter_count++;
	method->parameters = arena_alloc(&idl->arena,
					 method->parameter_count *
						 sizeof(*method->parameters));
	if (id >= METHOD_EXTENDED)
		place(&counts.in_record, count);
	method->parameter_count = 0;
	for (struct decl *p = decl->first; p; p = p->next) {
		struct wire_parameter *parameter =
			&method->parameters[method->parameter_count++];

		parameter->decl = p;
		parameter->shape = layout_shape(idl, layout, p->type);
		method->complex |= parameter->shape->number > 0;
		if (wire_in(p)) {
			mark(parameter->shape, false);
			place_in(method, &counts, parameter);
		}
		if (wire_back(p)) {
			mark(parameter->shape, true);
			place_back(method, &counts, parameter);
		}
		/* Sums stay far below 2^32. */
		if (counts.in_record.size > FIXED_SIZE_MAX ||
		    counts.out_record.size > FIXED_SIZE_MAX)
			break;
	}
	finish(&method->in, counts.in_record);
	finish(&method->out, counts.out_record);
	number_buffers(method, &counts);
	check_limits(idl, method);
}

/* ---- Interfaces -------------------------------------------------------- */

static void lay_out_methods(struct idl *idl, struct layout *layout,
			    struct wire_interface *interface)
{
	struct decl *chain[BASES_MAX + 1];
	uint32_t depth = 0, most = 0, id;

	for (struct decl *decl = (struct decl *)interface->decl;
	     decl && depth <= BASES_MAX; decl = decl->base) {
		chain[depth++] = decl;
		for (struct decl *m = decl->first; m; m = m->next)
			most += m->kind == DECL_METHOD;
	}
	interface->methods = arena_alloc(&idl->arena,
					 most * sizeof(*interface->methods));
	id = interface->decl->handle64 ? 2 : 0;
	/* Those of the topmost interface come first. */
	while (depth--) {
		if (interface->decl->handle64 && !chain[depth]->base)
			continue;
		for (struct decl *m = chain[depth]->first; m; m = m->next)
			if (m->kind == DECL_METHOD)
				lay_out_method(
					idl, layout,
					&interface->methods
						 [interface->method_count++],
					m, id++);
	}
}

/* "const long _const_NAME_handle = 3;": nothing has to be opened. */
static const struct decl *fixed_handle(struct idl *idl, const char *name)
{
	const char *constant = arena_format(&idl->arena, "_const_%s_handle",
					    name);
	const struct decl *decl = map_get(&idl->root->names,
					  idl_name(idl, constant));

	return decl && decl->kind == DECL_CONST &&
			       decl->value.kind == VALUE_INTEGER ?
		       decl :
		       NULL;
}

static void name_interface(struct idl *idl, struct wire_interface *interface)
{
	bool handle64 = interface->decl->handle64;

	interface->name = interface->decl->c_name;
	interface->handle = handle64 ? NULL :
				       fixed_handle(idl, interface->name);
	interface->library = arena_format(&idl->arena, "lib%s_skel.so",
					  idl->base);
	interface->symbol = arena_format(&idl->arena, "%s_skel_%sinvoke",
					 interface->name,
					 handle64 ? "handle_" : "");
	interface->uri = arena_format(
		&idl->arena, "file:///%s?%s%s%s%s", interface->library,
		interface->symbol, handle64 ? "&_modver=1.0" : "",
		handle64 && idl->version ? "&_idlver=" : "",
		handle64 && idl->version ? idl->version : "");
}

static void lay_out_structs(struct idl *idl, struct layout *layout,
			    struct decl *scope)
{
	for (struct decl *decl = scope->first; decl; decl = decl->next) {
		struct type *type;

		if (decl->kind != DECL_STRUCT || decl->owner != idl->main)
			continue;
		type = arena_alloc(&idl->arena, sizeof(*type));
		type->kind = TYPE_NAME;
		type->decl = decl;
		layout_shape(idl, layout, type);
	}
}

static void lay_out_scope(struct idl *idl, struct layout *layout,
			  struct wire_interface ***last, struct decl *scope)
{
	lay_out_structs(idl, layout, scope);
	for (struct decl *decl = scope->first; decl; decl = decl->next) {
		struct wire_interface *interface;

		if (decl->kind == DECL_MODULE)
			lay_out_scope(idl, layout, last, decl);
		if (decl->kind != DECL_INTERFACE || decl->forward ||
		    decl->owner != idl->main || diag_stopped(idl))
			continue;
		interface = arena_alloc(&idl->arena, sizeof(*interface));
		interface->decl = decl;
		lay_out_structs(idl, layout, decl);
		name_interface(idl, interface);
		lay_out_methods(idl, layout, interface);
		**last = interface;
		*last = &interface->next;
	}
}

void layout_run(struct idl *idl, struct layout *layout)
{
	struct wire_interface **last = &layout->interfaces;

	*layout = (struct layout){ .last_shape = &layout->shapes };
	lay_out_scope(idl, layout, &last, idl->root);
}
