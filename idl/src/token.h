/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IDL_TOKEN_H
#define IDL_TOKEN_H

#include "source.h"

enum token_kind {
	TOKEN_END,
	TOKEN_NEWLINE, /* the end of a directive; only there */
	TOKEN_NAME,    /* identifiers and keywords */
	TOKEN_INTEGER,
	TOKEN_FLOAT,
	TOKEN_CHARACTER,
	TOKEN_STRING,
	TOKEN_PUNCTUATION,
};

/* Punctuation of one character is that character. */
enum {
	PUNCT_SCOPE = 256, /* :: */
	PUNCT_LEFT,	   /* << */
	PUNCT_RIGHT,	   /* >> */
	PUNCT_AND,	   /* && and what follows: in #if only */
	PUNCT_OR,
	PUNCT_EQUAL,
	PUNCT_UNEQUAL,
	PUNCT_AT_MOST,
	PUNCT_AT_LEAST,
};

struct token {
	enum token_kind kind;
	bool starts_line;
	bool broken; /* an error in it was reported */
	struct loc loc;
	const char *name; /* TOKEN_NAME: interned; TOKEN_STRING: its bytes */
	size_t length;	  /* of a string, which may contain NULs */
	uint64_t integer; /* also a character, and which punctuation */
	double number;	  /* TOKEN_FLOAT */
	const char *doc;  /* documentation comment before it, or NULL */
};

#endif
