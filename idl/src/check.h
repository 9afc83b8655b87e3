/* SPDX-License-Identifier: BSD-3-Clause */
/* What must hold beyond the grammar: names, values, types and their places. */
#ifndef IDL_CHECK_H
#define IDL_CHECK_H

#include "ast.h"

struct idl;

/* Types inside of types, and interfaces above interfaces. */
#define TYPE_DEPTH_MAX 64
#define BASES_MAX      64

/* Of what is not sent by reference: it is copied on the DSP's small stacks. */
#define FIXED_SIZE_MAX (1U << 20)

/**
 * check_run - check all that idl->root declares
 *
 * Errors are reported. Without errors every name is resolved, every constant
 * has a value and every type can be sent where it stands.
 */
void check_run(struct idl *idl);

/**
 * check_lookup - what a scoped name means
 * @scope: the declaration that it stands in
 * @order: of its place; what is declared later is not known yet
 * @what: "type", "value", ... for the message
 *
 * Returns NULL after an error that was reported.
 */
struct decl *check_lookup(struct idl *idl, struct decl *scope, const char *name,
			  struct loc loc, uint32_t order, const char *what);

/**
 * check_resolve - the type behind a name
 *
 * Returns a type that is no typedef: a TYPE_NAME in it is a struct, an enum, a
 * union or an interface. TYPE_ERROR after an error that was reported.
 */
struct type *check_resolve(struct idl *idl, struct decl *scope,
			   struct type *type);

/** check_type - a type and all inside of it; sets type->fixed and its size */
void check_type(struct idl *idl, struct decl *scope, struct type *type);

/** check_base - find what the interface derives from */
void check_base(struct idl *idl, struct decl *interface);

/** check_methods - methods and their numbers */
void check_methods(struct idl *idl, struct decl *interface);

/** check_members - that members of a struct are different in C as well */
void check_members(struct idl *idl, struct decl *decl);

/** check_names - that names are different in C as well */
void check_names(struct idl *idl);

/** prim_size - in bytes, which is also its alignment */
uint32_t prim_size(enum prim prim);

/** type_alignment - of a fixed type that was checked */
uint32_t type_alignment(const struct type *type);

/** type_strip - a checked type without typedefs */
const struct type *type_strip(const struct type *type);

#endif
