/* SPDX-License-Identifier: BSD-3-Clause */
/* What the parts of the parser share. */
#ifndef IDL_PARSE_H
#define IDL_PARSE_H

#include "idl.h"
#include "preprocessor.h"
#include "token.h"

/* Types and expressions inside of each other. */
#define NESTING_MAX 100

struct parser {
	struct idl *idl;
	struct preprocessor *preprocessor;
	struct token token; /* the next one */
	struct token ahead; /* the one after it, if it was looked at */
	bool has_ahead;
	struct token before; /* the last one that was taken */
	unsigned int nesting;
	bool ended;			/* an error at the end was reported */
	const struct source *outermost; /* see decl.owner */
	uint32_t order;
};

void parse_advance(struct parser *p);
bool parse_is(const struct parser *p, unsigned int punctuation);
bool parse_is_word(const struct parser *p, const char *word);
bool parse_accept(struct parser *p, unsigned int punctuation);
bool parse_accept_word(struct parser *p, const char *word);

/* These report what is there instead, and return false. */
bool parse_expect(struct parser *p, unsigned int punctuation,
		  const char *where);
const char *parse_identifier(struct parser *p, const char *what,
			     struct loc *loc);
__attribute__((format(printf, 3, 4))) void parse_error(struct parser *p,
						       const char *hint,
						       const char *format, ...);

/* "a::b", interned; NULL after an error. */
const char *parse_scoped_name(struct parser *p, const char *what,
			      struct loc *loc);

struct expr *parse_expression(struct parser *p);

/* Never NULL: TYPE_ERROR after an error. */
struct type *parse_type(struct parser *p);
/* "[N][M]" after a name. */
struct type *parse_dimensions(struct parser *p, struct type *type);

bool is_keyword(const char *name);

#endif
