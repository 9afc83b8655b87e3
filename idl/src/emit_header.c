// SPDX-License-Identifier: BSD-3-Clause
/* The header: types, constants and prototypes, for stub and skel alike. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "check.h"
#include "cname.h"
#include "emit.h"

struct header {
	struct idl *idl;
	const struct layout *layout;
	struct text *out;
	struct map sequences; /* structs of nameless sequences that are there */
};

static void print_doc(struct text *out, const char *doc, const char *indent)
{
	if (!doc)
		return;
	for (;;) {
		size_t length = strcspn(doc, "\r\n");

		while (*doc == ' ' || *doc == '\t') {
			doc++;
			length--;
		}
		if (length)
			text_print(out, "%s%s%.*s\n", indent,
				   *doc == '*' ? " " : "", (int)length, doc);
		doc += length;
		doc += strspn(doc, "\r\n");
		if (!*doc)
			return;
	}
}

/* ---- Constants --------------------------------------------------------- */

static void print_bytes(struct text *out, const char *bytes, size_t length)
{
	text_print(out, "\"");
	for (size_t i = 0; i < length; i++) {
		unsigned char c = (unsigned char)bytes[i];

		if (c == '"' || c == '\\')
			text_print(out, "\\%c", c);
		else if (isprint(c) && c != '?')
			text_print(out, "%c", c);
		else
			text_print(out, "\\%03o", c);
	}
	text_print(out, "\"");
}

static void print_integer(struct text *out, const struct value *value,
			  const struct type *type)
{
	unsigned long long magnitude = value->magnitude;
	bool wide = type->kind == TYPE_PRIM && prim_size(type->prim) == 8;
	bool is_unsigned = type->kind == TYPE_PRIM &&
			   (type->prim == PRIM_ULONG ||
			    type->prim == PRIM_UINT32 ||
			    type->prim == PRIM_ULONGLONG ||
			    type->prim == PRIM_UINT64);
	const char *suffix = wide	 ? is_unsigned ? "ULL" : "LL" :
			     is_unsigned ? "U" :
					   "";

	if (!value->negative)
		text_print(out, "%llu%s", magnitude, suffix);
	else if (magnitude == (wide ? 1ULL << 63 : 1ULL << 31))
		/* The least number has no positive counterpart. */
		text_print(out, "(-%llu%s - 1)", magnitude - 1, suffix);
	else
		text_print(out, "(-%llu%s)", magnitude, suffix);
}

static void print_const(struct header *h, const struct decl *decl)
{
	const struct value *value = &decl->value;
	char number[64];

	print_doc(h->out, decl->doc, "");
	text_print(h->out, "#define %s ", decl->c_name);
	switch (value->kind) {
	case VALUE_STRING:
		if (type_strip(decl->type)->kind == TYPE_WSTRING)
			text_print(h->out, "L");
		print_bytes(h->out, value->bytes, value->length);
		break;
	case VALUE_FLOAT:
		snprintf(number, sizeof(number), "%.17g", value->number);
		if (!strpbrk(number, ".en"))
			strcat(number, ".0");
		text_print(h->out, value->number < 0 ? "(%s)" : "%s", number);
		break;
	case VALUE_BOOLEAN:
		text_print(h->out, "%d", (int)value->magnitude);
		break;
	default:
		print_integer(h->out, value, type_strip(decl->type));
		break;
	}
	text_print(h->out, "\n\n");
}

/* ---- Types ------------------------------------------------------------- */

/* Structs for sequences inside of the type that have no name of their own. */
static void need_sequences(struct header *h, const struct type *type,
			   bool as_element)
{
	struct idl *idl = h->idl;
	const char *name;

	if (type->kind == TYPE_ARRAY)
		need_sequences(h, type->element, true);
	if (type->kind != TYPE_SEQUENCE)
		return;
	need_sequences(h, type->element, true);
	if (!as_element || type->owner != idl->main)
		return;
	name = idl_name(idl, c_sequence_name(idl, type));
	if (map_get(&h->sequences, name))
		return;
	map_put(&idl->arena, &h->sequences, name, h);
	text_print(h->out,
		   "typedef struct %s {\n\t%s;\n\tint dataLen;\n} "
		   "%s;\n\n",
		   name, c_declarator(idl, type->element, "*", "data"), name);
}

static void print_enum(struct header *h, const struct decl *decl)
{
	print_doc(h->out, decl->doc, "");
	text_print(h->out, "typedef enum %s {\n", decl->c_name);
	for (const struct decl *e = decl->first; e; e = e->next) {
		print_doc(h->out, e->doc, "\t");
		text_print(h->out, "\t%s = %llu,\n", e->c_name,
			   (unsigned long long)e->value.magnitude);
	}
	/* Four bytes for every compiler and with -fshort-enums. */
	text_print(h->out, "\t_32BIT_PLACEHOLDER_%s = 0x7fffffff\n} %s;\n\n",
		   decl->c_name, decl->c_name);
}

/* On i386 numbers of 8 bytes would be aligned to 4. */
static const char *alignment_of(const struct type *type)
{
	type = type_strip(type);
	while (type->kind == TYPE_ARRAY)
		type = type_strip(type->element);
	if (type->kind == TYPE_PRIM && prim_size(type->prim) == 8)
		return " __attribute__((aligned(8)))";
	return "";
}

static void print_member(struct header *h, const struct decl *member)
{
	const struct type *type = type_strip(member->type);
	const char *name = member->c_name;
	struct text *out = h->out;

	print_doc(out, member->doc, "\t");
	switch (type->kind) {
	case TYPE_STRING:
		text_print(out, "\tchar *%s;\n\tint %sLen;\n", name, name);
		break;
	case TYPE_WSTRING:
		text_print(out, "\t_wchar_t *%s;\n\tint %sLen;\n", name, name);
		break;
	case TYPE_SEQUENCE:
		text_print(out, "\t%s;\n\tint %sLen;\n",
			   c_declarator(h->idl, type->element, "*", name),
			   name);
		break;
	default:
		text_print(out, "\t%s%s;\n",
			   c_declarator(h->idl, member->type, "", name),
			   alignment_of(member->type));
		break;
	}
}

static void print_struct(struct header *h, const struct decl *decl)
{
	for (const struct decl *m = decl->first; m; m = m->next)
		need_sequences(h, m->type, false);
	print_doc(h->out, decl->doc, "");
	text_print(h->out, "typedef struct %s {\n", decl->c_name);
	for (const struct decl *m = decl->first; m; m = m->next)
		print_member(h, m);
	text_print(h->out, "} %s;\n\n", decl->c_name);
}

static void print_typedef(struct header *h, const struct decl *decl)
{
	const struct type *type = decl->type;

	need_sequences(h, type, false);
	print_doc(h->out, decl->doc, "");
	if (type->kind == TYPE_SEQUENCE)
		text_print(h->out,
			   "typedef struct %s {\n\t%s;\n\tint "
			   "dataLen;\n} %s;\n\n",
			   decl->c_name,
			   c_declarator(h->idl, type->element, "*", "data"),
			   decl->c_name);
	else
		text_print(h->out, "typedef %s;\n\n",
			   c_declarator(h->idl, type, "", decl->c_name));
}

/* ---- Interfaces -------------------------------------------------------- */

static const struct wire_interface *find(const struct layout *layout,
					 const struct decl *decl)
{
	const struct wire_interface *interface = layout->interfaces;

	while (interface && interface->decl != decl)
		interface = interface->next;
	return interface;
}

static void print_interface(struct header *h,
			    const struct wire_interface *interface)
{
	struct text *out = h->out;

	for (uint32_t i = 0; i < interface->method_count; i++) {
		const struct decl *method = interface->methods[i].decl;

		for (const struct decl *p = method->first; p; p = p->next)
			need_sequences(h, p->type, false);
	}
	print_doc(out, interface->decl->doc, "");
	if (interface->decl->handle64) {
		text_print(out,
			   "#ifndef %s_URI\n#define %s_URI \\\n\t\"%s\"\n"
			   "#endif\n\n",
			   interface->name, interface->name, interface->uri);
		emit_open_prototype(out, interface, "__QAIC_HEADER");
		text_print(out, " __QAIC_HEADER_ATTRIBUTE;\n");
		emit_close_prototype(out, interface, "__QAIC_HEADER");
		text_print(out, " __QAIC_HEADER_ATTRIBUTE;\n\n");
	}
	for (uint32_t i = 0; i < interface->method_count; i++) {
		const struct wire_method *method = &interface->methods[i];

		print_doc(out, method->decl->doc, "");
		emit_prototype(h->idl, out, interface, method, "__QAIC_HEADER");
		text_print(out, " __QAIC_HEADER_ATTRIBUTE;\n\n");
	}
}

static void print_scope(struct header *h, const struct decl *scope)
{
	for (const struct decl *decl = scope->first; decl; decl = decl->next) {
		if (decl->kind == DECL_MODULE)
			print_scope(h, decl);
		if (decl->owner != h->idl->main)
			continue;
		switch (decl->kind) {
		case DECL_CONST:
			print_const(h, decl);
			break;
		case DECL_ENUM:
			print_enum(h, decl);
			break;
		case DECL_STRUCT:
			print_struct(h, decl);
			break;
		case DECL_TYPEDEF:
			if (type_strip(decl->type)->kind != TYPE_DMAHANDLE)
				print_typedef(h, decl);
			break;
		case DECL_INTERFACE:
			print_scope(h, decl);
			if (find(h->layout, decl))
				print_interface(h, find(h->layout, decl));
			break;
		default:
			break;
		}
	}
}

/* ---- The file ---------------------------------------------------------- */

static void print_common_types(struct text *out)
{
	/* Other compilers' headers declare the same under these guards. */
	text_print(out, "#ifndef _WCHAR_T_DEFINED_BY_IDL\n"
			"#define _WCHAR_T_DEFINED_BY_IDL\n"
			"typedef unsigned short _wchar_t;\n"
			"#endif\n"
			"#if !defined(__QAIC_STRING1_OBJECT_DEFINED__) && "
			"!defined(__STRING1_OBJECT__)\n"
			"#define __QAIC_STRING1_OBJECT_DEFINED__\n"
			"#define __STRING1_OBJECT__\n"
			"typedef struct _cstring1_s {\n"
			"\tchar *data;\n\tint dataLen;\n} _cstring1_t;\n"
			"#endif\n"
			"#if !defined(__QAIC_WSTRING1_OBJECT_DEFINED__) && "
			"!defined(__WSTRING1_OBJECT__)\n"
			"#define __QAIC_WSTRING1_OBJECT_DEFINED__\n"
			"#define __WSTRING1_OBJECT__\n"
			"typedef struct _wstring1_s {\n"
			"\t_wchar_t *data;\n\tint dataLen;\n} _wstring1_t;\n"
			"#endif\n");
}

static bool has_async(const struct layout *layout)
{
	for (const struct wire_interface *i = layout->interfaces; i;
	     i = i->next)
		for (uint32_t m = 0; m < i->method_count; m++)
			if (i->methods[m].decl->async)
				return true;
	return false;
}

/* One for each file that declares something at the top. */
static void print_includes(struct header *h)
{
	struct map seen = { 0 };

	for (const struct decl *decl = h->idl->root->first; decl;
	     decl = decl->next) {
		const struct source *source = decl->owner;

		if (!source || source == h->idl->main || map_get(&seen, source))
			continue;
		map_put(&h->idl->arena, &seen, source, h);
		if (!source->builtin)
			text_print(h->out, "#include \"%s.h\"\n",
				   source_base(h->idl, source));
		else if (!strcmp(source->path, "AEEStdDef.idl"))
			/* Functions may be written with its types. */
			text_print(h->out,
				   "#ifdef __has_include\n"
				   "#if __has_include(\"AEEStdDef.h\")\n"
				   "#include \"AEEStdDef.h\"\n"
				   "#endif\n#endif\n");
	}
}

static const char *guard(struct idl *idl)
{
	char *name = arena_format(&idl->arena, "IDL_%s_H", idl->base);

	for (char *c = name; *c; c++)
		*c = isalnum((unsigned char)*c) ?
			     (char)toupper((unsigned char)*c) :
			     '_';
	return name;
}

void emit_header(struct idl *idl, const struct layout *layout, struct text *out)
{
	struct header h = { idl, layout, out, { 0 } };

	emit_banner(idl, out, "Types and functions");
	text_print(out, "#ifndef %s\n#define %s\n\n", guard(idl), guard(idl));
	text_print(out, "#include <stddef.h>\n#include <stdint.h>\n");
	if (idl->standard_types)
		text_print(out, "#include <stdbool.h>\n");
	text_print(out, "\n#include \"remote.h\"\n");
	print_includes(&h);
	text_print(out,
		   "\n/* Define these to rename or to export functions. */\n");
	emit_macro(out, "__QAIC_HEADER", "(ff) ff");
	emit_macro(out, "__QAIC_HEADER_EXPORT", "");
	emit_macro(out, "__QAIC_HEADER_ATTRIBUTE", "");
	text_print(out, "\n#ifdef __cplusplus\nextern \"C\" {\n#endif\n\n");
	print_common_types(out);
	if (has_async(layout))
		text_print(out, "\ntypedef struct fastrpc_async_descriptor "
				"fastrpc_async_descriptor_t;\n");
	text_print(out, "\n");
	print_scope(&h, idl->root);
	text_print(out, "#ifdef __cplusplus\n}\n#endif\n\n#endif\n");
}
