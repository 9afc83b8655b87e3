/* SPDX-License-Identifier: BSD-3-Clause */
/* Values of constant expressions. */
#ifndef IDL_CONSTANT_H
#define IDL_CONSTANT_H

#include "ast.h"

struct idl;

/**
 * constant_evaluate - the value of an expression
 * @scope: where names are looked up from
 *
 * Errors are reported; the value is then VALUE_ERROR.
 */
struct value constant_evaluate(struct idl *idl, struct decl *scope,
			       const struct expr *expr);

/** constant_check - evaluate DECL_CONST and fit it into its type, once */
void constant_check(struct idl *idl, struct decl *decl);

/** constant_count - a size or a bound: 1 to 2^31 - 1; 0 after an error */
uint64_t constant_count(struct idl *idl, struct decl *scope,
			const struct expr *expr, const char *what);

#endif
