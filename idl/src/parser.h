/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IDL_PARSER_H
#define IDL_PARSER_H

#include "ast.h"

struct idl;

/**
 * parser_run - make the tree of idl->main
 *
 * Errors are reported; the tree is then incomplete but sound. Sets idl->root.
 */
void parser_run(struct idl *idl);

/* The names of basic types, NULL-terminated, in the order of enum prim. */
extern const char *const prim_names[];

#endif
