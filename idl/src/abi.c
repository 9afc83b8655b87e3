// SPDX-License-Identifier: BSD-3-Clause
#include "abi.h"

#include <string.h>

#include "check.h"
#include "emit.h"

/* Types may be shared in ways that make comparing each use endless. */
#define COMPARISONS_MAX 1000000

struct comparison {
	struct idl *now;
	struct map equal; /* shape of old → the one it was found equal to */
	struct map enums; /* enums of old that were compared */
	unsigned int breaks;
	unsigned int steps;
};

__attribute__((format(printf, 4, 5))) static void broken(struct comparison *c,
							 const struct decl *now,
							 const struct decl *old,
							 const char *format,
							 ...)
{
	va_list arguments;
	struct text text = { 0 };

	va_start(arguments, format);
	text_vprint(&text, format, arguments);
	va_end(arguments);
	diag_error(c->now, now->loc, NULL, "%s", text.data);
	text_free(&text);
	if (old)
		diag_note(c->now, old->loc, "it was this");
	c->breaks++;
}

/* ---- Types ------------------------------------------------------------- */

/* Two that are the same number on the wire have the same. */
static const char *number_kind(enum prim prim)
{
	switch (prim) {
	case PRIM_OCTET:
	case PRIM_UINT8:
	case PRIM_USHORT:
	case PRIM_UINT16:
	case PRIM_ULONG:
	case PRIM_UINT32:
	case PRIM_ULONGLONG:
	case PRIM_UINT64:
		return "unsigned integer";
	case PRIM_FLOAT:
	case PRIM_DOUBLE:
		return "floating-point number";
	case PRIM_CHAR:
	case PRIM_WCHAR:
		return "character";
	case PRIM_BOOLEAN:
		return "boolean";
	default:
		return "signed integer";
	}
}

static void compare_enums(struct comparison *c, const struct decl *now,
			  const struct decl *old)
{
	const struct decl *a = now->first, *b = old->first;

	if (map_get(&c->enums, old) == now)
		return;
	map_put(&c->now->arena, &c->enums, old, (void *)now);
	for (; b; b = b->next) {
		if (!a) {
			broken(c, now, b, "enumerator \"%s\" is gone", b->name);
			return;
		}
		if (strcmp(a->name, b->name) != 0) {
			broken(c, a, b,
			       "enumerator %llu of \"%s\" is \"%s\", "
			       "and was \"%s\"",
			       (unsigned long long)a->value.magnitude,
			       now->name, a->name, b->name);
			return;
		}
		a = a->next;
	}
	if (a)
		diag_note(c->now, a->loc,
			  "a peer that is older does not know "
			  "this enumerator");
}

static bool same_fixed(struct comparison *c, const struct type *now,
		       const struct type *old, const char **why)
{
	now = type_strip(now);
	old = type_strip(old);
	if (now->kind != old->kind) {
		*why = "is another kind of type";
		return false;
	}
	if (now->kind == TYPE_ARRAY) {
		if (now->count != old->count)
			*why = "has another number of elements";
		return !*why && same_fixed(c, now->element, old->element, why);
	}
	if (now->kind == TYPE_PRIM) {
		if (strcmp(number_kind(now->prim), number_kind(old->prim)) != 0)
			*why = "is another kind of number";
		else if (prim_size(now->prim) != prim_size(old->prim))
			*why = "has another size";
		return !*why;
	}
	if (now->decl->kind != old->decl->kind) {
		*why = "is another kind of type";
		return false;
	}
	if (now->decl->kind == DECL_ENUM)
		compare_enums(c, now->decl, old->decl);
	return true;
}

static bool same_shape(struct comparison *c, const struct shape *now,
		       const struct shape *old, const char **why);

/*
 * A name that both have means the same thing, wherever it stands; @first begins
 * the list that @old is of.
 */
static bool has_moved(const struct decl *now, const struct decl *old,
		      const struct decl *first)
{
	if (!strcmp(now->name, old->name))
		return false;
	while (first && strcmp(now->name, first->name) != 0)
		first = first->next;
	return first;
}

static bool same_fields(struct comparison *c, const struct shape *now,
			const struct shape *old, const char **why)
{
	for (uint32_t i = 0; i < old->field_count; i++) {
		const char *inner = NULL;

		if (i == now->field_count ||
		    !same_shape(c, now->fields[i].shape, old->fields[i].shape,
				&inner)) {
			const struct decl *member = old->fields[i].member;

			*why = arena_format(&c->now->arena,
					    "has another layout: member "
					    "\"%s\" %s",
					    member->name,
					    inner ? inner : "is gone");
			return false;
		}
		if (has_moved(now->fields[i].member, old->fields[i].member,
			      old->fields[0].member)) {
			*why = arena_format(&c->now->arena,
					    "has another layout: member "
					    "\"%s\" has moved",
					    now->fields[i].member->name);
			return false;
		}
	}
	if (now->field_count == old->field_count)
		return true;
	*why = arena_format(&c->now->arena,
			    "has another layout: member \"%s\" is new",
			    now->fields[old->field_count].member->name);
	return false;
}

/* An array of structs has the fields one level below. */
static const struct shape *struct_of(const struct shape *shape)
{
	const struct type *type = type_strip(shape->type);

	while (type->kind == TYPE_ARRAY)
		type = type_strip(type->element);
	if (type->kind == TYPE_NAME && type->decl->kind == DECL_STRUCT &&
	    type->decl->shape)
		return type->decl->shape;
	return shape;
}

static bool same_shape(struct comparison *c, const struct shape *now,
		       const struct shape *old, const char **why)
{
	bool same;

	if (map_get(&c->equal, old) == now || c->steps++ > COMPARISONS_MAX)
		return true;
	if (now->kind != old->kind || now->wide != old->wide)
		*why = "is another kind of type";
	else if (now->bound != old->bound)
		*why = "has another bound";
	if (*why)
		return false;
	if (now->kind == SHAPE_FIXED)
		same = same_fixed(c, now->type, old->type, why) &&
		       same_fields(c, struct_of(now), struct_of(old), why);
	else if (now->element)
		same = same_shape(c, now->element, old->element, why);
	else
		same = same_fields(c, now, old, why);
	if (same)
		map_put(&c->now->arena, &c->equal, old, (void *)now);
	return same;
}

/* ---- Methods ----------------------------------------------------------- */

static void compare_parameters(struct comparison *c,
			       const struct wire_method *now,
			       const struct wire_method *old)
{
	for (uint32_t i = 0; i < old->parameter_count; i++) {
		const struct decl *b = old->parameters[i].decl;
		const char *why = NULL;

		if (i == now->parameter_count) {
			broken(c, now->decl, b,
			       "parameter \"%s\" of \"%s\" is "
			       "gone",
			       b->name, now->decl->name);
			return;
		}
		if (now->parameters[i].decl->mode != b->mode)
			why = "has another mode";
		else
			same_shape(c, now->parameters[i].shape,
				   old->parameters[i].shape, &why);
		if (!why &&
		    has_moved(now->parameters[i].decl, b, old->decl->first))
			why = "has moved";
		if (why)
			broken(c, now->parameters[i].decl, b,
			       "parameter \"%s\" of \"%s\" %s",
			       now->parameters[i].decl->name, now->decl->name,
			       why);
	}
	if (now->parameter_count > old->parameter_count)
		broken(c, now->parameters[old->parameter_count].decl, NULL,
		       "parameter \"%s\" of \"%s\" is new",
		       now->parameters[old->parameter_count].decl->name,
		       now->decl->name);
}

static const struct wire_method *find_method(const struct wire_interface *in,
					     const char *name)
{
	for (uint32_t i = 0; i < in->method_count; i++)
		if (!strcmp(in->methods[i].decl->name, name))
			return &in->methods[i];
	return NULL;
}

static void compare_methods(struct comparison *c,
			    const struct wire_interface *now,
			    const struct wire_interface *old)
{
	for (uint32_t i = 0; i < old->method_count; i++) {
		const struct wire_method *b = &old->methods[i];
		const struct wire_method *a =
			i < now->method_count &&
					!strcmp(now->methods[i].decl->name,
						b->decl->name) ?
				&now->methods[i] :
				find_method(now, b->decl->name);

		if (!a) {
			broken(c, now->decl, b->decl, "method \"%s\" is gone",
			       b->decl->name);
			continue;
		}
		if (a->id != b->id)
			broken(c, a->decl, b->decl,
			       "method \"%s\" is number "
			       "%u, and was %u",
			       b->decl->name, a->id, b->id);
		compare_parameters(c, a, b);
	}
	for (uint32_t i = old->method_count; i < now->method_count; i++)
		if (!find_method(old, now->methods[i].decl->name))
			diag_note(c->now, now->methods[i].decl->loc,
				  "method \"%s\" is new; an older skel answers "
				  "AEE_EUNSUPPORTED",
				  now->methods[i].decl->name);
}

static void compare_interfaces(struct comparison *c,
			       const struct layout *layout,
			       const struct wire_interface *old)
{
	const struct wire_interface *now = layout->interfaces;

	while (now && strcmp(now->name, old->name) != 0)
		now = now->next;
	if (!now) {
		diag_error(c->now, old->decl->loc, NULL,
			   "interface \"%s\" is gone", old->name);
		c->breaks++;
		return;
	}
	if (strcmp(now->library, old->library) != 0 ||
	    strcmp(now->symbol, old->symbol) != 0)
		broken(c, now->decl, old->decl,
		       "interface \"%s\" is %s in %s, and was %s in %s",
		       now->name, now->symbol, now->library, old->symbol,
		       old->library);
	compare_methods(c, now, old);
}

/* "1.2.3" as a number; what is missing is 0. */
static unsigned long version_number(const char *text)
{
	unsigned long parts[3] = { 0 };

	for (int i = 0; i < 3 && *text; i++) {
		while (*text >= '0' && *text <= '9')
			parts[i] = 10 * parts[i] +
				   (unsigned long)(*text++ - '0');
		text += *text == '.';
	}
	return (parts[0] * 1000 + parts[1]) * 1000 + parts[2];
}

static void compare_versions(struct comparison *c, const struct idl *old)
{
	struct idl *now = c->now;
	struct loc nowhere = { 0 };

	if (!now->version && !old->version)
		return;
	if (!now->version || !old->version) {
		diag_error(now, nowhere, NULL, "IDL_VERSION is %s: %s",
			   now->version ? "new" : "gone",
			   now->version ? "skels refuse older stubs, which say "
					  "no version" :
					  "older skels refuse stubs that say "
					  "no version");
		c->breaks++;
	} else if (version_number(now->version) <
		   version_number(old->version)) {
		diag_error(now, nowhere, NULL,
			   "IDL_VERSION is %s, and was %s: skels refuse stubs "
			   "that are newer",
			   now->version, old->version);
		c->breaks++;
	} else if (version_number(now->version) >
		   version_number(old->version)) {
		diag_warning(now, nowhere, NULL,
			     "IDL_VERSION is %s, and was %s: older skels "
			     "refuse the new stubs",
			     now->version, old->version);
	}
}

unsigned int abi_compare(struct idl *now, const struct layout *layout,
			 struct idl *old, const struct layout *old_layout)
{
	struct comparison c = { .now = now };

	compare_versions(&c, old);
	for (const struct wire_interface *i = old_layout->interfaces; i;
	     i = i->next)
		compare_interfaces(&c, layout, i);
	return c.breaks;
}
