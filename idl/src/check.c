// SPDX-License-Identifier: BSD-3-Clause
/* Names and types. */
#include "check.h"

#include <string.h>

#include "constant.h"
#include "idl.h"
#include "parser.h"

/* ---- Names ------------------------------------------------------------- */

/* In one scope; an interface also knows what those above it declare. */
static struct decl *find_inside(const struct decl *scope, const char *name)
{
	for (int depth = 0; scope && depth <= BASES_MAX; depth++) {
		struct decl *found = map_get(&scope->names, name);

		if (found || scope->kind != DECL_INTERFACE)
			return found;
		scope = scope->base;
	}
	return NULL;
}

static struct decl *find_first(struct idl *idl, struct decl *scope,
			       const char *name)
{
	for (; scope; scope = scope->parent) {
		struct decl *found = NULL;

		/* A member or a parameter hides nothing. */
		if (scope->kind == DECL_MODULE || scope->kind == DECL_INTERFACE)
			found = find_inside(scope, name);
		if (found)
			return found;
	}
	return map_get(&idl->builtin->names, name);
}

/* Takes the name up to the next "::" off. */
static const char *next_part(struct idl *idl, const char **rest)
{
	const char *end = strstr(*rest, "::");
	size_t length = end ? (size_t)(end - *rest) : strlen(*rest);
	const char *part = names_intern(&idl->arena, &idl->names, *rest,
					length);

	*rest = end ? end + 2 : "";
	return part;
}

/* The names that could have been meant, nearest first. */
static const char *suggest(struct idl *idl, struct decl *scope,
			   const char *name, const char *what)
{
	const char *near = NULL;
	unsigned int best = strlen(name) > 3 ? 3 : strlen(name) > 2 ? 2 : 0;
	unsigned int looked = 0;

	if (!strcmp(what, "type")) {
		static const char *const words[] = { "sequence", "string",
						     "wstring",	 "dmahandle",
						     "unsigned", "int32",
						     "int64",	 NULL };

		near = diag_nearest(name, words);
		near = near ? near : diag_nearest(name, prim_names);
	}
	for (; !near && scope; scope = scope->parent)
		for (struct decl *decl = scope->first; decl && looked < 10000;
		     decl = decl->next, looked++) {
			unsigned int distance = diag_distance(name, decl->name,
							      3);

			if (distance && distance < best) {
				best = distance;
				near = decl->name;
			}
		}
	if (!strcmp(name, "int"))
		near = "long";
	return near ? arena_format(&idl->arena, "did you mean \"%s\"?", near) :
		      NULL;
}

struct decl *check_lookup(struct idl *idl, struct decl *scope, const char *name,
			  struct loc loc, uint32_t order, const char *what)
{
	const char *rest = name;
	struct decl *found;

	if (!strncmp(rest, "::", 2)) {
		rest += 2;
		found = find_inside(idl->root, next_part(idl, &rest));
	} else {
		found = find_first(idl, scope, next_part(idl, &rest));
	}
	while (found && *rest) {
		bool scopes = found->kind == DECL_MODULE ||
			      found->kind == DECL_INTERFACE;
		const char *part = next_part(idl, &rest);

		found = scopes ? find_inside(found, part) : NULL;
	}
	if (!found) {
		diag_error(idl, loc, suggest(idl, scope, name, what),
			   "there is no %s \"%s\"", what, name);
		return NULL;
	}
	if (found->order > order && found->owner &&
	    !found->loc.source->builtin) {
		diag_error(idl, loc, "move the declaration up",
			   "\"%s\" is used before it is declared", name);
		diag_note(idl, found->loc, "\"%s\" is declared here", name);
		return NULL;
	}
	return found;
}

/* ---- Types ------------------------------------------------------------- */

uint32_t prim_size(enum prim prim)
{
	switch (prim) {
	case PRIM_OCTET:
	case PRIM_CHAR:
	case PRIM_BOOLEAN:
	case PRIM_INT8:
	case PRIM_UINT8:
		return 1;
	case PRIM_WCHAR:
	case PRIM_SHORT:
	case PRIM_USHORT:
	case PRIM_INT16:
	case PRIM_UINT16:
		return 2;
	case PRIM_LONGLONG:
	case PRIM_ULONGLONG:
	case PRIM_INT64:
	case PRIM_UINT64:
	case PRIM_DOUBLE:
		return 8;
	default:
		return 4;
	}
}

const struct type *type_strip(const struct type *type)
{
	while (type->kind == TYPE_NAME && type->decl->kind == DECL_TYPEDEF)
		type = type->decl->resolved;
	return type;
}

uint32_t type_alignment(const struct type *type)
{
	type = type_strip(type);
	while (type->kind == TYPE_ARRAY)
		type = type_strip(type->element);
	if (type->kind == TYPE_PRIM)
		return prim_size(type->prim);
	return type->decl->kind == DECL_ENUM ? 4 : type->decl->alignment;
}

static void find_type(struct idl *idl, struct decl *scope, struct type *type)
{
	struct decl *decl;

	if (type->kind != TYPE_NAME || type->decl)
		return;
	decl = check_lookup(idl, scope, type->name, type->loc, type->order,
			    "type");
	if (decl && (decl->kind == DECL_TYPEDEF || decl->kind == DECL_STRUCT ||
		     decl->kind == DECL_UNION || decl->kind == DECL_ENUM ||
		     decl->kind == DECL_INTERFACE)) {
		type->decl = decl;
		return;
	}
	if (decl) {
		diag_error(idl, type->loc, NULL, "\"%s\" is not a type",
			   type->name);
		diag_note(idl, decl->loc, "\"%s\" is declared here",
			  decl->name);
	}
	type->kind = TYPE_ERROR;
}

struct type *check_resolve(struct idl *idl, struct decl *scope,
			   struct type *type)
{
	find_type(idl, scope, type);
	if (type->kind != TYPE_NAME || type->decl->kind != DECL_TYPEDEF)
		return type;
	/* What a typedef names was found when it was declared. */
	if (type->decl->resolved)
		return type->decl->resolved;
	diag_error(idl, type->loc, NULL, "the type \"%s\" is made of itself",
		   type->name);
	type->kind = TYPE_ERROR;
	return type;
}

static void set(struct type *type, bool fixed, uint64_t size, uint32_t depth)
{
	type->fixed = fixed;
	type->size = (uint32_t)size;
	type->depth = depth;
}

static bool too_deep(struct idl *idl, struct loc loc, uint32_t depth)
{
	if (depth <= TYPE_DEPTH_MAX)
		return false;
	diag_error(idl, loc, NULL,
		   "types are nested more than %d deep, counting those that "
		   "names stand for",
		   TYPE_DEPTH_MAX);
	return true;
}

/* What can be in a sequence, an array or a struct. */
static bool is_value(struct idl *idl, const struct type *type,
		     const struct type *resolved, const char *where)
{
	const char *what = NULL, *hint = NULL;

	if (resolved->kind == TYPE_ERROR)
		return false;
	if (resolved->kind == TYPE_DMAHANDLE) {
		what = "a dmahandle";
		hint = "pass it as a parameter of the method: handles travel "
		       "beside the data";
	} else if (resolved->kind == TYPE_VOID) {
		what = "void";
	} else if (resolved->kind == TYPE_INTERFACE ||
		   (resolved->kind == TYPE_NAME &&
		    resolved->decl->kind == DECL_INTERFACE)) {
		what = "an interface";
		hint = "FastRPC cannot carry interfaces; a handle can be "
		       "carried as a uint64";
	} else if (resolved->kind == TYPE_NAME &&
		   resolved->decl->kind == DECL_UNION) {
		return false;
	}
	if (what)
		diag_error(idl, type->loc, hint, "%s cannot be %s", what,
			   where);
	return !what;
}

static void check_sequence(struct idl *idl, struct decl *scope,
			   struct type *type)
{
	struct type *element = type->element, *resolved;

	check_type(idl, scope, element);
	resolved = check_resolve(idl, scope, element);
	if (!is_value(idl, element, resolved, "in a sequence") ||
	    too_deep(idl, type->loc, element->depth + 1)) {
		type->kind = TYPE_ERROR;
		return;
	}
	if (type->bound)
		type->count = constant_count(idl, scope, type->bound,
					     "the bound of a sequence");
	set(type, false, 0, element->depth + 1);
}

static void check_array(struct idl *idl, struct decl *scope, struct type *type)
{
	struct type *element = type->element, *resolved;
	uint64_t size;

	check_type(idl, scope, element);
	type->count = constant_count(idl, scope, type->bound,
				     "the size of an array");
	resolved = check_resolve(idl, scope, element);
	if (!type->count || !is_value(idl, element, resolved, "in an array") ||
	    too_deep(idl, type->loc, element->depth + 1)) {
		type->kind = TYPE_ERROR;
		return;
	}
	if (!element->fixed) {
		diag_error(idl, type->loc, "use a sequence",
			   "an array cannot hold what has a length of its own: "
			   "strings, sequences and structs with them");
		type->kind = TYPE_ERROR;
		return;
	}
	size = type->count * element->size;
	if (size > FIXED_SIZE_MAX) {
		diag_error(idl, type->bound->loc, "use a sequence",
			   "the array has %llu bytes; the most is %u",
			   (unsigned long long)size, FIXED_SIZE_MAX);
		type->kind = TYPE_ERROR;
		return;
	}
	set(type, true, size, element->depth + 1);
}

static void check_named(struct idl *idl, struct decl *scope, struct type *type)
{
	find_type(idl, scope, type);
	if (type->kind == TYPE_ERROR)
		return;
	switch (type->decl->kind) {
	case DECL_ENUM:
		set(type, true, 4, 0);
		break;
	case DECL_STRUCT:
		if (type->decl->visiting) {
			diag_error(idl, type->loc, NULL,
				   "struct \"%s\" contains itself", type->name);
			type->kind = TYPE_ERROR;
		}
		if (type->decl->broken)
			type->kind = TYPE_ERROR;
		set(type, type->decl->fixed, type->decl->size,
		    type->decl->depth + 1);
		break;
	case DECL_TYPEDEF:
		if (check_resolve(idl, scope, type)->kind == TYPE_ERROR)
			type->kind = TYPE_ERROR;
		else
			set(type, type->decl->type->fixed,
			    type->decl->type->size, type->decl->type->depth);
		break;
	case DECL_UNION:
		/* It was reported where it is declared. */
		type->kind = TYPE_ERROR;
		break;
	default:
		break;
	}
}

void check_type(struct idl *idl, struct decl *scope, struct type *type)
{
	if (type->checked)
		return;
	type->checked = true;
	switch (type->kind) {
	case TYPE_PRIM:
		set(type, true, prim_size(type->prim), 0);
		break;
	case TYPE_STRING:
	case TYPE_WSTRING:
	case TYPE_DMAHANDLE:
		if (type->bound)
			type->count = constant_count(idl, scope, type->bound,
						     "the bound");
		break;
	case TYPE_SEQUENCE:
		check_sequence(idl, scope, type);
		break;
	case TYPE_ARRAY:
		check_array(idl, scope, type);
		break;
	case TYPE_NAME:
		check_named(idl, scope, type);
		break;
	default:
		break;
	}
}

/* ---- Declarations ------------------------------------------------------ */

static uint64_t align(uint64_t offset, uint32_t alignment)
{
	return (offset + alignment - 1) / alignment * alignment;
}

static void check_struct(struct idl *idl, struct decl *decl)
{
	uint64_t size = 0;

	decl->visiting = true;
	decl->fixed = true;
	decl->alignment = 1;
	for (struct decl *member = decl->first; member; member = member->next) {
		struct type *type = member->type;
		struct type *resolved;
		uint32_t alignment;

		check_type(idl, decl->parent, type);
		resolved = check_resolve(idl, decl->parent, type);
		if (!is_value(idl, type, resolved, "in a struct")) {
			decl->broken = true;
			continue;
		}
		if (type->depth > decl->depth)
			decl->depth = type->depth;
		/* Of what is not fixed this is the most that its block takes. */
		alignment = type->fixed ? type_alignment(type) : 8;
		decl->fixed &= type->fixed;
		size = align(size, alignment) + (type->size ? type->size : 4);
		if (alignment > decl->alignment)
			decl->alignment = alignment;
		if (size > FIXED_SIZE_MAX) {
			diag_error(idl, member->loc, "use a sequence",
				   "the struct has more than %u bytes here",
				   FIXED_SIZE_MAX);
			decl->broken = true;
			break;
		}
	}
	decl->broken |= too_deep(idl, decl->loc, decl->depth + 1);
	decl->size = (uint32_t)align(size, decl->alignment);
	decl->visiting = false;
	if (!diag_stopped(idl) && !idl->errors)
		check_members(idl, decl);
}

static void check_typedef(struct idl *idl, struct decl *decl)
{
	struct type *resolved;

	check_type(idl, decl->parent, decl->type);
	resolved = check_resolve(idl, decl->parent, decl->type);
	if (resolved->kind != TYPE_DMAHANDLE &&
	    !is_value(idl, decl->type, resolved, "what a typedef names")) {
		decl->type->kind = TYPE_ERROR;
		resolved = decl->type;
	}
	decl->resolved = resolved;
}

/* "1", "1.2" or "1.2.3", each up to 999. */
static bool is_version(const char *text)
{
	for (int part = 0; part < 3; part++) {
		size_t digits = strspn(text, "0123456789");

		if (!digits || digits > 3)
			return false;
		text += digits;
		if (!*text)
			return true;
		if (*text++ != '.')
			return false;
	}
	return false;
}

static void check_version(struct idl *idl, const struct decl *decl)
{
	if (decl->value.kind != VALUE_STRING ||
	    strcmp(decl->name, "IDL_VERSION") != 0 || decl->parent->parent)
		return;
	if (is_version(decl->value.bytes))
		idl->version = decl->value.bytes;
	else
		diag_error(idl, decl->expr->loc, NULL,
			   "a version is one to three numbers of up to three "
			   "digits, such as \"1.2.3\"");
}

static void check_declarations(struct idl *idl, struct decl *scope)
{
	for (struct decl *decl = scope->first; decl; decl = decl->next) {
		if (diag_stopped(idl))
			return;
		switch (decl->kind) {
		case DECL_MODULE:
			check_declarations(idl, decl);
			break;
		case DECL_CONST:
			constant_check(idl, decl);
			check_version(idl, decl);
			break;
		case DECL_TYPEDEF:
			check_typedef(idl, decl);
			break;
		case DECL_STRUCT:
			check_struct(idl, decl);
			break;
		case DECL_INTERFACE:
			check_base(idl, decl);
			check_declarations(idl, decl);
			check_methods(idl, decl);
			break;
		default:
			break;
		}
	}
}

void check_run(struct idl *idl)
{
	check_declarations(idl, idl->builtin);
	check_declarations(idl, idl->root);
	if (!idl->errors)
		check_names(idl);
}
