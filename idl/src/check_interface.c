// SPDX-License-Identifier: BSD-3-Clause
/* Interfaces and their methods. */
#include <string.h>

#include "check.h"
#include "idl.h"

/* remote_handle64 numbers open and close. */
#define HANDLE64_METHODS 2

static bool is_remote_handle64(const struct decl *interface)
{
	return !strcmp(interface->name, "remote_handle64") &&
	       !(interface->parent && interface->parent->parent);
}

static void note_declared(struct idl *idl, const struct decl *decl)
{
	diag_note(idl, decl->loc, "\"%s\" is declared here", decl->name);
}

static void warn_no_include(struct idl *idl, struct decl *interface)
{
	if (interface->base !=
	    map_get(&idl->builtin->names, idl_name(idl, "remote_handle64")))
		return;
	diag_warning(idl, interface->base_loc,
		     "add #include \"remote.idl\"; it is built in",
		     "other compilers do not know remote_handle64 without its "
		     "include");
}

void check_base(struct idl *idl, struct decl *interface)
{
	unsigned int depth = 0;
	struct decl *base;

	if (interface->forward && !interface->definition && idl->warn_undefined)
		diag_warning(idl, interface->loc, NULL,
			     "interface \"%s\" is never defined",
			     interface->name);
	if (!interface->base_name)
		return;
	base = check_lookup(idl, interface->parent, interface->base_name,
			    interface->base_loc, interface->order, "interface");
	if (!base)
		return;
	if (base->kind != DECL_INTERFACE) {
		diag_error(idl, interface->base_loc, NULL,
			   "\"%s\" is not an interface", base->name);
		note_declared(idl, base);
		return;
	}
	if (base->forward || base == interface) {
		diag_error(idl, interface->base_loc,
			   "declare its methods before",
			   "the methods of \"%s\" are not known here",
			   base->name);
		note_declared(idl, base);
		return;
	}
	interface->base = base;
	for (struct decl *above = base; above; above = above->base)
		depth++;
	if (depth > BASES_MAX) {
		diag_error(idl, interface->base_loc, NULL,
			   "interfaces derive from each other more than %d "
			   "deep",
			   BASES_MAX);
		interface->base = NULL;
	}
	interface->handle64 = is_remote_handle64(base) || base->handle64;
	warn_no_include(idl, interface);
}

/* ---- Parameters -------------------------------------------------------- */

static bool is_complex(const struct type *type)
{
	if (type->kind == TYPE_SEQUENCE)
		return !type->element->fixed;
	return type->kind == TYPE_NAME && !type->fixed;
}

static bool check_kind(struct idl *idl, const struct decl *parameter,
		       const struct type *type)
{
	const char *what = NULL, *hint = NULL;

	if (type->kind == TYPE_ERROR)
		return false;
	if (type->kind == TYPE_VOID) {
		what = "a parameter cannot be void";
	} else if (type->kind == TYPE_INTERFACE ||
		   (type->kind == TYPE_NAME &&
		    type->decl->kind == DECL_INTERFACE)) {
		what = "an interface cannot be a parameter";
		hint = "FastRPC cannot carry interfaces; a handle can be "
		       "carried as a uint64";
	} else if (parameter->mode == MODE_INROUT &&
		   type->kind == TYPE_DMAHANDLE) {
		what = "a dmahandle cannot be inrout";
		hint = "use in: the DSP may write to the buffer as well";
	} else if (parameter->mode == MODE_INROUT && is_complex(type)) {
		what = "what holds strings or sequences cannot be inrout";
		hint = "use two parameters, in and rout";
	}
	if (what)
		diag_error(idl, parameter->type->loc, hint, "%s", what);
	return !what;
}

/*
 * The stub has returned when an async method ends: nobody is left who could
 * copy what came back to where it belongs.
 */
static void check_async(struct idl *idl, const struct decl *parameter,
			const struct type *type)
{
	if (parameter->mode == MODE_IN || type->kind == TYPE_DMAHANDLE ||
	    (parameter->mode == MODE_ROUT && type->kind == TYPE_SEQUENCE &&
	     type->element->fixed))
		return;
	diag_error(idl, parameter->loc,
		   "let it return a sequence of numbers or structs",
		   "an async method cannot return this: the stub that would "
		   "unpack it returns before the DSP has run");
}

/* The names of its C parameters: v and vLen; h, hOffset and hLen. */
static const char *const *suffixes(const struct decl *parameter,
				   const struct type *type)
{
	static const char *const one[] = { "", NULL };
	static const char *const two[] = { "", "Len", NULL };
	static const char *const three[] = { "", "Offset", "Len", NULL };

	if (type->kind == TYPE_DMAHANDLE)
		return three;
	if (type->kind == TYPE_SEQUENCE)
		return two;
	if (type->kind == TYPE_STRING || type->kind == TYPE_WSTRING)
		return parameter->kind == DECL_PARAMETER &&
				       parameter->mode == MODE_IN ?
			       one :
			       two;
	return one;
}

/* Also for members. @names maps C names to declarations. */
static void check_suffixes(struct idl *idl, struct map *names,
			   struct decl *decl)
{
	const char *const *suffix = suffixes(decl, type_strip(decl->type));

	for (; *suffix; suffix++) {
		const char *name = idl_name(idl,
					    arena_format(&idl->arena, "%s%s",
							 decl->name, *suffix));
		struct decl *known = map_get(names, name);

		/* The same name twice was reported before. */
		if (known && known->name != decl->name) {
			diag_error(idl, decl->loc, NULL,
				   "in C \"%s\" and \"%s\" are both \"%s\"",
				   known->name, decl->name, name);
			note_declared(idl, known);
			return;
		}
		map_put(&idl->arena, names, name, decl);
	}
}

static void check_parameters(struct idl *idl, struct decl *interface,
			     struct decl *method)
{
	struct map names = { 0 };

	for (struct decl *parameter = method->first; parameter;
	     parameter = parameter->next) {
		const struct type *type;

		if (parameter->type->kind == TYPE_ERROR)
			continue;
		check_type(idl, interface, parameter->type);
		type = check_resolve(idl, interface, parameter->type);
		if (parameter->type->kind == TYPE_ERROR ||
		    !check_kind(idl, parameter, type)) {
			/* Both accessors of an attribute share the type. */
			parameter->type->kind = TYPE_ERROR;
			continue;
		}
		if (method->async)
			check_async(idl, parameter, type);
		check_suffixes(idl, &names, parameter);
	}
}

/* ---- Methods ----------------------------------------------------------- */

static void check_result(struct idl *idl, struct decl *interface,
			 struct decl *method)
{
	struct type *type = method->type, *resolved;

	check_type(idl, interface, type);
	resolved = check_resolve(idl, interface, type);
	if (resolved->kind == TYPE_ERROR ||
	    (resolved->kind == TYPE_PRIM && resolved->prim == PRIM_LONG))
		return;
	diag_error(idl, type->loc,
		   "write long or AEEResult: 0, or a code of AEEStdErr.h; "
		   "other results are rout parameters",
		   "a method returns long");
}

static uint32_t count_methods(const struct decl *interface)
{
	uint32_t count = 0;

	for (const struct decl *decl = interface->first; decl;
	     decl = decl->next)
		count += decl->kind == DECL_METHOD;
	return count;
}

static uint32_t first_id(const struct decl *interface)
{
	uint32_t id = interface->handle64 ? HANDLE64_METHODS : 0;

	for (const struct decl *above = interface->base; above;
	     above = above->base)
		if (!is_remote_handle64(above))
			id += count_methods(above);
	return id;
}

static void check_inherited(struct idl *idl, const struct decl *interface,
			    const struct decl *method)
{
	if (interface->handle64 &&
	    (!strcmp(method->name, "open") || !strcmp(method->name, "close"))) {
		diag_error(idl, method->loc, NULL,
			   "\"%s\" is a method that remote_handle64 has",
			   method->name);
		return;
	}
	for (const struct decl *above = interface->base; above;
	     above = above->base) {
		const struct decl *known = map_get(&above->names, method->name);

		if (!known || known->kind != DECL_METHOD)
			continue;
		diag_error(idl, method->loc, "give it another name",
			   "method \"%s\" is inherited already", method->name);
		note_declared(idl, known);
		return;
	}
}

void check_members(struct idl *idl, struct decl *decl)
{
	struct map names = { 0 };

	for (struct decl *member = decl->first; member; member = member->next)
		if (type_strip(member->type)->kind != TYPE_ERROR)
			check_suffixes(idl, &names, member);
}

void check_methods(struct idl *idl, struct decl *interface)
{
	uint32_t id = first_id(interface);

	if (is_remote_handle64(interface))
		return;
	for (struct decl *decl = interface->first; decl; decl = decl->next) {
		if (diag_stopped(idl))
			return;
		if (decl->kind != DECL_METHOD)
			continue;
		decl->id = id++;
		check_inherited(idl, interface, decl);
		check_result(idl, interface, decl);
		check_parameters(idl, interface, decl);
	}
}
