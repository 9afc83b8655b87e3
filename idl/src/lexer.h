/* SPDX-License-Identifier: BSD-3-Clause */
/* Characters to tokens, of one file. Directives and macros are not its business. */
#ifndef IDL_LEXER_H
#define IDL_LEXER_H

#include "token.h"

struct lexer {
	struct idl *idl;
	const struct source *source;
	size_t position;
	size_t line_start;
	uint32_t line;
	bool starts_line;  /* nothing but blanks since the line began */
	bool in_directive; /* the end of the line is a token */
	bool quiet;	   /* in a part that a #if leaves out */
	const char *doc;   /* the last documentation comment */
};

void lexer_init(struct lexer *lexer, struct idl *idl,
		const struct source *source);
struct token lexer_next(struct lexer *lexer);

/**
 * lexer_include_name - the name after #include
 *
 * Returns "x" or <x> without its quotes, NULL after an error that was
 * reported.
 */
const char *lexer_include_name(struct lexer *lexer, struct loc *loc);

#endif
