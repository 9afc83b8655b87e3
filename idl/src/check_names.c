// SPDX-License-Identifier: BSD-3-Clause
/* Names that are different here may be the same in C. */
#include <string.h>

#include "check.h"
#include "cname.h"
#include "idl.h"

/*
 * What generated code calls, or what the headers that it includes declare: a
 * parameter or a type of that name would hide it.
 */
static const char *const reserved[] = { "_cstring1_t",
					"_h",
					"_wchar_t",
					"_wstring1_t",
					"adsp_mmap_fd_getinfo",
					"asyncDesc",
					"calloc",
					"errno",
					"fastrpc_async_descriptor_t",
					"free",
					"malloc",
					"memcpy",
					"memmove",
					"memset",
					"NULL",
					"remote_arg",
					"remote_buf",
					"remote_dma_handle",
					"remote_handle",
					"remote_handle64",
					"remote_register_dma_handle",
					"size_t",
					"ssize_t",
					"strlen",
					"strncmp",
					"strstr",
					"strtoul",
					"uintptr_t",
					NULL };

static bool is_reserved(const char *name)
{
	for (const char *const *word = reserved; *word; word++)
		if (!strcmp(*word, name))
			return true;
	return !strncmp(name, "REMOTE_SCALARS_", 15) ||
	       !strncmp(name, "__QAIC_", 7) || !strncmp(name, "AEE_E", 5);
}

static void complain_reserved(struct idl *idl, const struct decl *decl)
{
	diag_error(idl, decl->loc, "give it another name",
		   "generated code uses the name \"%s\" itself", decl->name);
}

/* @names maps C names at file scope to declarations. */
static void add_name(struct idl *idl, struct map *names, const char *c_name,
		     struct decl *decl)
{
	struct decl *known;

	c_name = idl_name(idl, c_name);
	known = map_get(names, c_name);
	if (known == decl)
		return;
	if (known) {
		diag_error(idl, decl->loc, "give one of them another name",
			   "\"%s\" and \"%s\" are both \"%s\" in C",
			   known->name, decl->name, c_name);
		diag_note(idl, known->loc, "\"%s\" is declared here",
			  known->name);
		return;
	}
	/* Others' headers may well declare what those that we include do. */
	if (is_reserved(c_name) && decl->owner == idl->main)
		complain_reserved(idl, decl);
	map_put(&idl->arena, names, c_name, decl);
}

/* Methods are called after the interface, whoever declares them. */
static void add_methods(struct idl *idl, struct map *names,
			struct decl *interface)
{
	for (struct decl *above = interface; above; above = above->base)
		for (struct decl *decl = above->first; decl; decl = decl->next)
			if (decl->kind == DECL_METHOD)
				add_name(idl, names,
					 arena_format(&idl->arena, "%s_%s",
						      interface->c_name,
						      decl->name),
					 decl);
}

static void add_names(struct idl *idl, struct map *names, struct decl *scope)
{
	for (struct decl *decl = scope->first; decl; decl = decl->next) {
		/* Enumerators are the same whatever is around the enum. */
		decl->c_name = decl->kind == DECL_ENUMERATOR ?
				       c_word(idl, decl->name) :
				       c_scoped(idl, decl);
		switch (decl->kind) {
		case DECL_CONST:
		case DECL_TYPEDEF:
		case DECL_STRUCT:
		case DECL_ENUMERATOR:
			add_name(idl, names, decl->c_name, decl);
			break;
		case DECL_ENUM:
			add_name(idl, names, decl->c_name, decl);
			add_names(idl, names, decl);
			break;
		case DECL_MODULE:
			add_names(idl, names, decl);
			break;
		case DECL_INTERFACE:
			add_names(idl, names, decl);
			if (!decl->forward && decl->owner == idl->main)
				add_methods(idl, names, decl);
			break;
		default:
			break;
		}
	}
}

/* Whether the C name of the type, or of one in it, is @name. */
static bool uses_name(struct idl *idl, const struct type *type,
		      const char *name)
{
	while (type->kind == TYPE_SEQUENCE || type->kind == TYPE_ARRAY)
		type = type->element;
	return type->kind == TYPE_NAME && !strcmp(c_type(idl, type), name);
}

/* Members of a struct, or parameters of a method. */
static void check_inner(struct idl *idl, const struct map *names,
			struct decl *scope)
{
	for (struct decl *decl = scope->first; decl; decl = decl->next) {
		struct decl *known;

		decl->c_name = c_word(idl, decl->name);
		known = map_get(names, idl_name(idl, decl->c_name));
		if (decl->kind == DECL_PARAMETER && is_reserved(decl->c_name)) {
			complain_reserved(idl, decl);
			continue;
		}
		if (known && known->kind == DECL_CONST) {
			diag_error(idl, decl->loc,
				   "a constant is a macro in C: give one of "
				   "them another name",
				   "\"%s\" is the name of a constant",
				   decl->name);
			diag_note(idl, known->loc, "\"%s\" is declared here",
				  known->name);
			continue;
		}
		for (struct decl *user = known ? scope->first : NULL; user;
		     user = user->next)
			if (uses_name(idl, user->type, decl->c_name)) {
				diag_error(idl, decl->loc, NULL,
					   "\"%s\" is also the name of a type "
					   "that is used here",
					   decl->name);
				diag_note(idl, known->loc,
					  "\"%s\" is declared here",
					  known->name);
				break;
			}
	}
}

/* A parameter hides the function that has it. */
static void check_method(struct idl *idl, const struct decl *method)
{
	const char *name = arena_format(&idl->arena, "%s_%s",
					c_scoped(idl, method->parent),
					method->name);

	for (struct decl *decl = method->first; decl; decl = decl->next)
		if (!strcmp(decl->name, name))
			diag_error(idl, decl->loc, NULL,
				   "\"%s\" is also the name of the function "
				   "in C",
				   decl->name);
}

static void check_scope(struct idl *idl, const struct map *names,
			struct decl *scope)
{
	for (struct decl *decl = scope->first; decl; decl = decl->next) {
		if (diag_stopped(idl))
			return;
		if (decl->kind == DECL_STRUCT || decl->kind == DECL_METHOD)
			check_inner(idl, names, decl);
		if (decl->kind == DECL_METHOD)
			check_method(idl, decl);
		if (decl->kind == DECL_MODULE || decl->kind == DECL_INTERFACE)
			check_scope(idl, names, decl);
	}
}

void check_names(struct idl *idl)
{
	struct map names = { 0 };

	add_names(idl, &names, idl->root);
	check_scope(idl, &names, idl->root);
}
