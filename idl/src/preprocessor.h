/* SPDX-License-Identifier: BSD-3-Clause */
/* Directives, macros and included files; what comes out is one row of tokens. */
#ifndef IDL_PREPROCESSOR_H
#define IDL_PREPROCESSOR_H

#include "token.h"

struct preprocessor;

/** preprocessor_new - start with the file on the command line */
struct preprocessor *preprocessor_new(struct idl *idl,
				      const struct source *source);

/** preprocessor_next - the next token; TOKEN_END again and again at the end */
struct token preprocessor_next(struct preprocessor *preprocessor);

/* Which macro a name is, for #if; see preprocessor_if.c. */
struct macro {
	const char *name;
	const struct token *tokens;
	size_t count;
	bool active; /* being replaced: not replaced again inside */
	bool defined;
};

struct macro *preprocessor_macro(struct preprocessor *preprocessor,
				 const char *name);

/** preprocessor_condition - the value of a #if's line, false after an error */
bool preprocessor_condition(struct preprocessor *preprocessor, struct idl *idl,
			    const struct token *tokens, size_t count,
			    struct loc loc);

#endif
