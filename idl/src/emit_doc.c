// SPDX-License-Identifier: BSD-3-Clause
/* Documentation as Markdown: what is said in comments, and what goes where. */
#include <string.h>

#include "check.h"
#include "cname.h"
#include "emit.h"
#include "parser.h"

/* One line of a comment without what makes it one. */
static void print_line(struct text *out, const char *line, size_t length)
{
	size_t end = length;

	if (end >= 2 && line[end - 2] == '*' && line[end - 1] == '/')
		end -= 2;
	while (end && (line[end - 1] == ' ' || line[end - 1] == '\t'))
		end--;
	while (end && (*line == ' ' || *line == '\t')) {
		line++;
		end--;
	}
	while (end && strchr("/*!", *line)) {
		line++;
		end--;
	}
	if (end && *line == ' ') {
		line++;
		end--;
	}
	/* "@param x" names what follows. */
	if (end && (*line == '@' || *line == '\\'))
		text_print(out, "- ");
	text_print(out, "%.*s\n", (int)end, line);
}

static void print_doc(struct text *out, const char *doc)
{
	if (!doc)
		return;
	while (*doc) {
		size_t length = strcspn(doc, "\r\n");

		print_line(out, doc, length);
		doc += length;
		doc += *doc == '\r';
		doc += *doc == '\n';
	}
	text_print(out, "\n");
}

static void print_name(struct text *out, const struct type *type);

/* The first dimension is the outermost. */
static void print_array(struct text *out, const struct type *type)
{
	const struct type *element = type;

	while (element->kind == TYPE_ARRAY)
		element = element->element;
	print_name(out, element);
	for (; type->kind == TYPE_ARRAY; type = type->element)
		text_print(out, "[%llu]", (unsigned long long)type->count);
}

static void print_name(struct text *out, const struct type *type)
{
	switch (type->kind) {
	case TYPE_PRIM:
		text_print(out, "%s", prim_names[type->prim]);
		break;
	case TYPE_STRING:
		text_print(out, "string");
		break;
	case TYPE_WSTRING:
		text_print(out, "wstring");
		break;
	case TYPE_SEQUENCE:
		text_print(out, "sequence&lt;");
		print_name(out, type->element);
		if (type->count)
			text_print(out, ", %llu",
				   (unsigned long long)type->count);
		text_print(out, "&gt;");
		return;
	case TYPE_ARRAY:
		print_array(out, type);
		return;
	case TYPE_DMAHANDLE:
		text_print(out, "dmahandle");
		return;
	default:
		text_print(out, "%s", type->name);
		return;
	}
	if (type->count)
		text_print(out, "&lt;%llu&gt;",
			   (unsigned long long)type->count);
}

static void print_offset(struct text *out, bool there, uint32_t offset)
{
	if (there)
		text_print(out, " %u |", offset);
	else
		text_print(out, " |");
}

static const char *what(const struct shape *shape)
{
	switch (shape->kind) {
	case SHAPE_FIXED:
		return "value";
	case SHAPE_DMA:
		return "handle";
	case SHAPE_STRUCT:
		return "block";
	default:
		return "count";
	}
}

static void print_parameters(struct text *out, const struct wire_method *method)
{
	text_print(out,
		   "| parameter | mode | type | in the records | in | room "
		   "| out |\n|---|---|---|---|---|---|---|\n");
	for (uint32_t i = 0; i < method->parameter_count; i++) {
		const struct wire_parameter *p = &method->parameters[i];
		const struct shape *shape = p->shape;
		bool back = wire_back(p->decl);

		text_print(out, "| %s | %s | ", p->decl->name,
			   p->decl->mode == MODE_IN   ? "in" :
			   p->decl->mode == MODE_ROUT ? "rout" :
							"inrout");
		print_name(out, p->decl->type);
		text_print(out, " | %s |", what(shape));
		print_offset(out, wire_in(p->decl) && shape->in.size, p->in);
		print_offset(out, back && shape->capacity.size, p->capacity);
		print_offset(out, back && shape->out.size, p->out);
		text_print(out, "\n");
	}
	text_print(out, "\n");
}

static void print_method(struct idl *idl, struct text *out,
			 const struct wire_interface *interface,
			 const struct wire_method *method)
{
	text_print(out, "### %s\n\n```c\n", method->decl->name);
	emit_prototype(idl, out, interface, method, "");
	text_print(out, ";\n```\n\n");
	print_doc(out, method->decl->doc);
	text_print(out,
		   "Method %u%s; %s%u to the DSP, %u back, %u and %u DMA "
		   "handles; records of %u and %u bytes.\n\n",
		   method->id, method->decl->async ? ", asynchronous" : "",
		   method->complex ? "buffers: at least " : "buffers: ",
		   method->in_buffers, method->out_buffers, method->in_handles,
		   method->out_handles, method->in.size, method->out.size);
	if (method->parameter_count)
		print_parameters(out, method);
}

static void print_interface(struct idl *idl, struct text *out,
			    const struct wire_interface *interface)
{
	text_print(out, "## Interface %s\n\n", interface->name);
	print_doc(out, interface->decl->doc);
	text_print(out, "Skel: `%s` in `%s`.", interface->symbol,
		   interface->library);
	if (interface->decl->handle64)
		text_print(out,
			   " `%s_open()` loads it, `%s_close()` unloads "
			   "it.",
			   interface->name, interface->name);
	text_print(out, "\n\n");
	for (uint32_t i = 0; i < interface->method_count; i++)
		print_method(idl, out, interface, &interface->methods[i]);
}

static void print_struct(struct text *out, const struct decl *decl)
{
	text_print(out, "## struct %s\n\n", decl->c_name);
	print_doc(out, decl->doc);
	text_print(out, "| member | type | offset |\n|---|---|---|\n");
	for (uint32_t i = 0; i < decl->shape->field_count; i++) {
		const struct field *field = &decl->shape->fields[i];

		text_print(out, "| %s | ", field->member->name);
		print_name(out, field->member->type);
		text_print(out, " | %u |\n", field->in);
	}
	text_print(out, "\n");
}

static void print_enum(struct text *out, const struct decl *decl)
{
	text_print(out, "## enum %s\n\n", decl->c_name);
	print_doc(out, decl->doc);
	text_print(out, "| enumerator | value |\n|---|---|\n");
	for (const struct decl *e = decl->first; e; e = e->next)
		text_print(out, "| %s | %llu |\n", e->name,
			   (unsigned long long)e->value.magnitude);
	text_print(out, "\n");
}

static void print_types(const struct idl *idl, struct text *out,
			const struct decl *scope)
{
	for (const struct decl *decl = scope->first; decl; decl = decl->next) {
		if (decl->kind == DECL_MODULE || decl->kind == DECL_INTERFACE)
			print_types(idl, out, decl);
		if (decl->owner != idl->main)
			continue;
		if (decl->kind == DECL_STRUCT)
			print_struct(out, decl);
		if (decl->kind == DECL_ENUM)
			print_enum(out, decl);
	}
}

void emit_doc(struct idl *idl, const struct layout *layout, struct text *out)
{
	text_print(out, "# %s\n\n", idl->base);
	if (idl->version)
		text_print(out, "Version %s.\n\n", idl->version);
	for (const struct wire_interface *i = layout->interfaces; i;
	     i = i->next)
		print_interface(idl, out, i);
	print_types(idl, out, idl->root);
}
