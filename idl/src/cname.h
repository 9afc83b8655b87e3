/* SPDX-License-Identifier: BSD-3-Clause */
/* What things are called in C. */
#ifndef IDL_CNAME_H
#define IDL_CNAME_H

#include "ast.h"

struct idl;

/** c_word - the name, or the name with "_cxx_" where C or C++ keeps it */
const char *c_word(struct idl *idl, const char *name);

/** c_scoped - module_interface_name */
const char *c_scoped(struct idl *idl, const struct decl *decl);

/** c_type - the C type of one value: "int", "point", "_cstring1_t" */
const char *c_type(struct idl *idl, const struct type *type);

/**
 * c_declarator - a declaration of @name: "int a[3]", "const point *p"
 * @before: what stands before the name: "", "*"
 */
const char *c_declarator(struct idl *idl, const struct type *type,
			 const char *before, const char *name);

/** c_sequence_name - of the struct for an element that is a nameless sequence */
const char *c_sequence_name(struct idl *idl, const struct type *type);

#endif
