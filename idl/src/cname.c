// SPDX-License-Identifier: BSD-3-Clause
#include "cname.h"

#include <string.h>

#include "check.h"
#include "idl.h"

/* Keywords of C and C++, and macros that a compiler defines by itself. */
static const char *const kept[] = { "alignas",
				    "alignof",
				    "and",
				    "and_eq",
				    "asm",
				    "auto",
				    "bitand",
				    "bitor",
				    "bool",
				    "break",
				    "case",
				    "catch",
				    "char",
				    "char16_t",
				    "char32_t",
				    "char8_t",
				    "class",
				    "co_await",
				    "co_return",
				    "co_yield",
				    "compl",
				    "concept",
				    "const",
				    "const_cast",
				    "consteval",
				    "constexpr",
				    "constinit",
				    "continue",
				    "decltype",
				    "default",
				    "delete",
				    "do",
				    "double",
				    "dynamic_cast",
				    "else",
				    "enum",
				    "explicit",
				    "export",
				    "extern",
				    "false",
				    "float",
				    "for",
				    "friend",
				    "goto",
				    "i386",
				    "if",
				    "inline",
				    "int",
				    "linux",
				    "long",
				    "mutable",
				    "namespace",
				    "new",
				    "noexcept",
				    "not",
				    "not_eq",
				    "nullptr",
				    "operator",
				    "or",
				    "or_eq",
				    "private",
				    "protected",
				    "public",
				    "register",
				    "reinterpret_cast",
				    "requires",
				    "restrict",
				    "return",
				    "short",
				    "signed",
				    "sizeof",
				    "static",
				    "static_assert",
				    "static_cast",
				    "struct",
				    "switch",
				    "template",
				    "this",
				    "thread_local",
				    "throw",
				    "true",
				    "try",
				    "typedef",
				    "typeid",
				    "typename",
				    "typeof",
				    "union",
				    "unix",
				    "unsigned",
				    "using",
				    "virtual",
				    "void",
				    "volatile",
				    "wchar_t",
				    "while",
				    "xor",
				    "xor_eq",
				    NULL };

const char *c_word(struct idl *idl, const char *name)
{
	for (const char *const *word = kept; *word; word++)
		if (!strcmp(*word, name))
			return arena_format(&idl->arena, "_cxx_%s", name);
	return name;
}

const char *c_scoped(struct idl *idl, const struct decl *decl)
{
	const char *name = decl->name;
	const struct decl *scope = decl->parent;

	/* An interface's name is only ever the first part of another. */
	if (!scope || !scope->parent)
		return decl->kind == DECL_INTERFACE ? name : c_word(idl, name);
	for (; scope->parent; scope = scope->parent)
		name = arena_format(&idl->arena, "%s_%s", scope->name, name);
	return name;
}

static const char *prim_type(struct idl *idl, enum prim prim)
{
	static const char *const names[PRIM_COUNT] = {
		[PRIM_OCTET] = "unsigned char",
		[PRIM_CHAR] = "char",
		[PRIM_WCHAR] = "_wchar_t",
		[PRIM_BOOLEAN] = "unsigned char",
		[PRIM_SHORT] = "short",
		[PRIM_USHORT] = "unsigned short",
		[PRIM_LONG] = "int",
		[PRIM_ULONG] = "unsigned int",
		[PRIM_LONGLONG] = "int64_t",
		[PRIM_ULONGLONG] = "uint64_t",
		[PRIM_INT8] = "int8_t",
		[PRIM_UINT8] = "uint8_t",
		[PRIM_INT16] = "int16_t",
		[PRIM_UINT16] = "uint16_t",
		[PRIM_INT32] = "int32_t",
		[PRIM_UINT32] = "uint32_t",
		[PRIM_INT64] = "int64_t",
		[PRIM_UINT64] = "uint64_t",
		[PRIM_FLOAT] = "float",
		[PRIM_DOUBLE] = "double",
	};

	if (prim == PRIM_BOOLEAN && idl->standard_types)
		return "bool";
	return names[prim];
}

/* A part of a name, for each element type another. */
static const char *mangle(struct idl *idl, const struct type *type)
{
	char *name;

	if (type->kind == TYPE_SEQUENCE)
		return arena_format(&idl->arena, "seq_%s",
				    mangle(idl, type->element));
	name = arena_format(&idl->arena, "%s", c_type(idl, type));
	for (char *c = name; *c; c++)
		if (*c == ' ')
			*c = '_';
	return name;
}

const char *c_sequence_name(struct idl *idl, const struct type *type)
{
	char *name = arena_format(&idl->arena, "%s__%s",
				  source_base(idl, type->owner),
				  mangle(idl, type));

	for (char *c = name; *c; c++)
		if (!strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
			    "0123456789_",
			    *c))
			*c = '_';
	if (*name >= '0' && *name <= '9')
		name = arena_format(&idl->arena, "_%s", name);
	return name;
}

const char *c_type(struct idl *idl, const struct type *type)
{
	switch (type->kind) {
	case TYPE_PRIM:
		return prim_type(idl, type->prim);
	case TYPE_STRING:
		return "_cstring1_t";
	case TYPE_WSTRING:
		return "_wstring1_t";
	case TYPE_SEQUENCE:
		return c_sequence_name(idl, type);
	case TYPE_ARRAY:
		return c_type(idl, type->element);
	case TYPE_DMAHANDLE:
		return "int";
	default:
		break;
	}
	/* The built-in includes have no header: their types are spelled out. */
	if (type->decl->kind == DECL_TYPEDEF && type->decl->loc.source->builtin)
		return c_type(idl, type->decl->type);
	if (!type->decl->c_name)
		type->decl->c_name = c_scoped(idl, type->decl);
	return type->decl->c_name;
}

const char *c_declarator(struct idl *idl, const struct type *type,
			 const char *before, const char *name)
{
	const char *gap = *before == '*' || !*name ? "" : " ";
	struct text dimensions = { 0 };
	const struct type *element = type;
	const char *result;

	for (; element->kind == TYPE_ARRAY; element = element->element)
		text_print(&dimensions, "[%llu]",
			   (unsigned long long)element->count);
	if (*before == '*' && element != type)
		result = arena_format(&idl->arena, "%s (%s%s)%s",
				      c_type(idl, element), before, name,
				      dimensions.data);
	else
		result = arena_format(&idl->arena, "%s%s%s%s%s",
				      c_type(idl, element),
				      *before == '*' ? " " : gap, before, name,
				      dimensions.data ? dimensions.data : "");
	text_free(&dimensions);
	return result;
}
