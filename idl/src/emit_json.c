// SPDX-License-Identifier: BSD-3-Clause
/*
 * The layout as JSON, for tools: traces that name methods and arguments, calls
 * by name. docs/idl.md describes the keys.
 */
#include <string.h>

#include "check.h"
#include "cname.h"
#include "emit.h"
#include "parser.h"
#include "version.h"

static void print_string(struct text *out, const char *text)
{
	text_print(out, "\"");
	for (; *text; text++) {
		unsigned char c = (unsigned char)*text;

		if (c == '"' || c == '\\')
			text_print(out, "\\%c", c);
		else if (c < 0x20 || c >= 0x7f)
			text_print(out, "\\u%04x", c);
		else
			text_print(out, "%c", c);
	}
	text_print(out, "\"");
}

static void print_record(struct text *out, const struct record *record)
{
	if (record->used)
		text_print(out,
			   "{\"used\": %u, \"size\": %u, "
			   "\"alignment\": %u}",
			   record->used, record->size, record->alignment);
	else
		text_print(out, "null");
}

static void print_type(struct text *out, const struct type *type);

/* The first dimension is the outermost. */
static void print_array(struct text *out, const struct type *type)
{
	const struct type *element = type;

	while (element->kind == TYPE_ARRAY)
		element = element->element;
	print_type(out, element);
	for (; type->kind == TYPE_ARRAY; type = type->element)
		text_print(out, "[%llu]", (unsigned long long)type->count);
}

/* The type as it is written in the language. */
static void print_type(struct text *out, const struct type *type)
{
	switch (type->kind) {
	case TYPE_PRIM:
		text_print(out, "%s", prim_names[type->prim]);
		break;
	case TYPE_STRING:
	case TYPE_WSTRING:
		text_print(out,
			   type->kind == TYPE_STRING ? "string" : "wstring");
		if (type->count)
			text_print(out, "<%llu>",
				   (unsigned long long)type->count);
		break;
	case TYPE_SEQUENCE:
		text_print(out, "sequence<");
		print_type(out, type->element);
		if (type->count)
			text_print(out, ", %llu",
				   (unsigned long long)type->count);
		text_print(out, ">");
		break;
	case TYPE_ARRAY:
		print_array(out, type);
		break;
	case TYPE_DMAHANDLE:
		text_print(out, "dmahandle");
		break;
	default:
		text_print(out, "%s",
			   type->name ? type->name : type->decl->name);
		break;
	}
}

static const char *kind_name(const struct shape *shape)
{
	static const char *const names[] = {
		[SHAPE_FIXED] = "fixed",       [SHAPE_STRING] = "string",
		[SHAPE_SEQUENCE] = "sequence", [SHAPE_RECORDS] = "records",
		[SHAPE_STRUCT] = "struct",     [SHAPE_DMA] = "dmahandle",
	};

	if (shape->kind == SHAPE_STRING && shape->wide)
		return "wstring";
	return names[shape->kind];
}

static void print_extent(struct text *out, const char *name,
			 struct extent extent)
{
	if (extent.size)
		text_print(out, ", \"%s\": {\"size\": %u, \"alignment\": %u}",
			   name, extent.size, extent.alignment);
}

static void print_shape(struct text *out, const struct shape *shape);

static void print_fields(struct text *out, const struct shape *shape)
{
	text_print(out, ", \"fields\": [");
	for (uint32_t i = 0; i < shape->field_count; i++) {
		const struct field *field = &shape->fields[i];

		text_print(out, "%s{\"name\": ", i ? ", " : "");
		print_string(out, field->member->name);
		if (field->shape->in.size)
			text_print(out, ", \"in\": %u", field->in);
		if (field->shape->capacity.size)
			text_print(out, ", \"capacity\": %u", field->capacity);
		if (field->shape->out.size)
			text_print(out, ", \"out\": %u", field->out);
		text_print(out, ", \"type\": ");
		print_shape(out, field->shape);
		text_print(out, "}");
	}
	text_print(out, "]");
}

/* Structs are named here, and described once in "structs". */
static void print_shape(struct text *out, const struct shape *shape)
{
	text_print(out, "{\"kind\": \"%s\", \"idl\": \"", kind_name(shape));
	print_type(out, shape->type);
	text_print(out, "\"");
	if (shape->kind == SHAPE_STRING)
		text_print(out, ", \"element_size\": %u", shape->wide ? 2 : 1);
	if (shape->kind == SHAPE_SEQUENCE)
		text_print(out, ", \"element_size\": %u",
			   shape->element->in.size);
	if (shape->kind == SHAPE_FIXED)
		text_print(out, ", \"size\": %u, \"alignment\": %u",
			   shape->in.size, shape->in.alignment);
	if (shape->bound)
		text_print(out, ", \"bound\": %llu",
			   (unsigned long long)shape->bound);
	if (shape->element) {
		text_print(out, ", \"element\": ");
		print_shape(out, shape->element);
	}
	text_print(out, "}");
}

static const char *mode_name(enum mode mode)
{
	static const char *const names[] = {
		[MODE_IN] = "in",
		[MODE_ROUT] = "rout",
		[MODE_INROUT] = "inrout",
	};

	return names[mode];
}

/* Which argument of the call it is, where that does not depend on values. */
static void print_places(struct text *out, const struct wire_method *method,
			 const struct wire_parameter *p)
{
	bool in = wire_in(p->decl), back = wire_back(p->decl);

	if (p->shape->kind == SHAPE_DMA) {
		if (!method->complex)
			text_print(out, ", \"handle\": %u", p->handle);
		return;
	}
	if (in)
		text_print(out, ", \"in_offset\": %u", p->in);
	if (back && p->shape->capacity.size)
		text_print(out, ", \"capacity_offset\": %u", p->capacity);
	if (back && p->shape->out.size)
		text_print(out, ", \"out_offset\": %u", p->out);
	if (method->complex || p->shape->kind == SHAPE_FIXED)
		return;
	if (in)
		text_print(out, ", \"in_buffer\": %u", p->in_buffer);
	if (back)
		text_print(out, ", \"out_buffer\": %u", p->out_buffer);
}

static void print_method(struct text *out, const struct wire_method *method)
{
	text_print(out, "\n      {\"name\": ");
	print_string(out, method->decl->name);
	text_print(out,
		   ", \"id\": %u, \"async\": %s, \"complex\": %s,\n"
		   "       \"buffers\": {\"in\": %u, \"out\": %u, "
		   "\"in_handles\": %u, \"out_handles\": %u},\n"
		   "       \"prim_in\": ",
		   method->id, method->decl->async ? "true" : "false",
		   method->complex ? "true" : "false", method->in_buffers,
		   method->out_buffers, method->in_handles,
		   method->out_handles);
	print_record(out, &method->in);
	text_print(out, ", \"prim_out\": ");
	print_record(out, &method->out);
	if (method->id >= METHOD_EXTENDED)
		text_print(out, ", \"method_offset\": 0");
	text_print(out, ",\n       \"parameters\": [");
	for (uint32_t i = 0; i < method->parameter_count; i++) {
		const struct wire_parameter *p = &method->parameters[i];

		text_print(out, "%s\n        {\"name\": ", i ? "," : "");
		print_string(out, p->decl->name);
		text_print(out, ", \"mode\": \"%s\"", mode_name(p->decl->mode));
		print_places(out, method, p);
		text_print(out, ", \"type\": ");
		print_shape(out, p->shape);
		text_print(out, "}");
	}
	text_print(out, "]}");
}

static void print_interface(struct text *out,
			    const struct wire_interface *interface)
{
	text_print(out, "\n    {\"name\": ");
	print_string(out, interface->name);
	text_print(out, ", \"handle64\": %s, \"library\": ",
		   interface->decl->handle64 ? "true" : "false");
	print_string(out, interface->library);
	text_print(out, ", \"symbol\": ");
	print_string(out, interface->symbol);
	text_print(out, ", \"uri\": ");
	print_string(out, interface->uri);
	text_print(out, ",\n     \"methods\": [");
	for (uint32_t i = 0; i < interface->method_count; i++) {
		text_print(out, "%s", i ? "," : "");
		print_method(out, &interface->methods[i]);
	}
	text_print(out, "]}");
}

static void print_enum(struct text *out, const struct decl *decl)
{
	text_print(out, "\n    {\"name\": ");
	print_string(out, decl->c_name);
	text_print(out, ", \"values\": [");
	for (const struct decl *e = decl->first; e; e = e->next) {
		text_print(out, "%s", e == decl->first ? "" : ", ");
		print_string(out, e->name);
	}
	text_print(out, "]}");
}

static void print_struct(struct text *out, const struct decl *decl)
{
	const struct shape *shape = decl->shape;

	text_print(out, "\n    {\"name\": ");
	print_string(out, decl->c_name);
	text_print(out, ", \"kind\": \"%s\"", kind_name(shape));
	print_extent(out, "in", shape->in);
	print_extent(out, "capacity", shape->capacity);
	print_extent(out, "out", shape->out);
	print_extent(out, "native32", shape->native32);
	print_extent(out, "native64", shape->native64);
	print_fields(out, shape);
	text_print(out, "}");
}

/* Those that the file declares or uses. */
static void print_declared(struct text *out, const struct decl *scope,
			   enum decl_kind kind, bool *first)
{
	for (const struct decl *decl = scope->first; decl; decl = decl->next) {
		if (decl->kind == DECL_MODULE || decl->kind == DECL_INTERFACE)
			print_declared(out, decl, kind, first);
		if (decl->kind != kind || (kind == DECL_STRUCT && !decl->shape))
			continue;
		text_print(out, "%s", *first ? "" : ",");
		*first = false;
		if (kind == DECL_STRUCT)
			print_struct(out, decl);
		else
			print_enum(out, decl);
	}
}

void emit_json(struct idl *idl, const struct layout *layout, struct text *out)
{
	bool first = true;

	text_print(out,
		   "{\"format\": 1, \"compiler\": \"qda-idl %s\", "
		   "\"file\": ",
		   QDA_IDL_VERSION);
	print_string(out, idl->main->path);
	text_print(out, ", \"version\": ");
	if (idl->version)
		print_string(out, idl->version);
	else
		text_print(out, "null");
	text_print(out, ",\n  \"enums\": [");
	print_declared(out, idl->root, DECL_ENUM, &first);
	text_print(out, "],\n  \"structs\": [");
	first = true;
	print_declared(out, idl->root, DECL_STRUCT, &first);
	text_print(out, "],\n  \"interfaces\": [");
	for (const struct wire_interface *i = layout->interfaces; i;
	     i = i->next) {
		text_print(out, "%s", i == layout->interfaces ? "" : ",");
		print_interface(out, i);
	}
	text_print(out, "]}\n");
}
