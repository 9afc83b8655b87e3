// SPDX-License-Identifier: BSD-3-Clause
/* The expression after #if and #elif. */
#include <string.h>

#include "idl.h"
#include "preprocessor.h"

#define NESTING_MAX 64

struct condition_parser {
	struct preprocessor *preprocessor;
	struct idl *idl;
	const struct token *tokens;
	size_t count;
	size_t at;
	struct loc loc; /* of the directive */
	unsigned int nesting;
	bool failed;
};

static int64_t parse_binary(struct condition_parser *p, int lowest);

static void fail(struct condition_parser *p, const char *what)
{
	struct loc loc = p->at < p->count ? p->tokens[p->at].loc : p->loc;

	if (!p->failed)
		diag_error(p->idl, loc, NULL, "%s", what);
	p->failed = true;
}

static bool accept(struct condition_parser *p, unsigned int punctuation)
{
	if (p->at >= p->count || p->tokens[p->at].kind != TOKEN_PUNCTUATION ||
	    p->tokens[p->at].integer != punctuation)
		return false;
	p->at++;
	return true;
}

static int64_t parse_defined(struct condition_parser *p)
{
	bool parenthesis = accept(p, '(');
	bool value;

	if (p->at >= p->count || p->tokens[p->at].kind != TOKEN_NAME) {
		fail(p, "expected a name after \"defined\"");
		return 0;
	}
	value = preprocessor_macro(p->preprocessor, p->tokens[p->at++].name) !=
		NULL;
	if (parenthesis && !accept(p, ')'))
		fail(p, "expected \")\"");
	return value;
}

/* A name is what it was defined as, if that is a number, else 0. */
static int64_t value_of(struct condition_parser *p, const char *name)
{
	for (int i = 0; i < NESTING_MAX; i++) {
		struct macro *macro = preprocessor_macro(p->preprocessor, name);

		if (!macro || macro->count != 1)
			return 0;
		if (macro->tokens[0].kind == TOKEN_INTEGER)
			return (int64_t)macro->tokens[0].integer;
		if (macro->tokens[0].kind != TOKEN_NAME)
			return 0;
		name = macro->tokens[0].name;
	}
	return 0;
}

static int64_t parse_primary(struct condition_parser *p)
{
	const struct token *token;
	int64_t value;

	if (p->at >= p->count) {
		fail(p, "expected an expression");
		return 0;
	}
	token = &p->tokens[p->at];
	if (accept(p, '(')) {
		value = parse_binary(p, 0);
		if (!accept(p, ')'))
			fail(p, "expected \")\"");
		return value;
	}
	if (token->kind == TOKEN_INTEGER || token->kind == TOKEN_CHARACTER) {
		p->at++;
		return (int64_t)token->integer;
	}
	if (token->kind == TOKEN_NAME) {
		p->at++;
		if (!strcmp(token->name, "defined"))
			return parse_defined(p);
		return value_of(p, token->name);
	}
	fail(p, "expected a number, a name or \"defined\"");
	return 0;
}

static int64_t parse_unary(struct condition_parser *p)
{
	int64_t value;

	if (p->failed)
		return 0;
	if (++p->nesting > NESTING_MAX) {
		fail(p, "the expression is nested too deep");
		return 0;
	}
	if (accept(p, '!'))
		value = !parse_unary(p);
	else if (accept(p, '-'))
		value = (int64_t)(0 - (uint64_t)parse_unary(p));
	else if (accept(p, '~'))
		value = ~parse_unary(p);
	else
		value = parse_primary(p);
	p->nesting--;
	return value;
}

static int precedence(const struct token *token)
{
	if (token->kind != TOKEN_PUNCTUATION)
		return -1;
	switch (token->integer) {
	case PUNCT_OR:
		return 0;
	case PUNCT_AND:
		return 1;
	case PUNCT_EQUAL:
	case PUNCT_UNEQUAL:
		return 2;
	case '<':
	case '>':
	case PUNCT_AT_MOST:
	case PUNCT_AT_LEAST:
		return 3;
	case '+':
	case '-':
		return 4;
	case '*':
		return 5;
	default:
		return -1;
	}
}

static int64_t apply(uint64_t operator, int64_t a, int64_t b)
{
	switch (operator) {
	case PUNCT_OR:
		return a || b;
	case PUNCT_AND:
		return a && b;
	case PUNCT_EQUAL:
		return a == b;
	case PUNCT_UNEQUAL:
		return a != b;
	case '<':
		return a < b;
	case '>':
		return a > b;
	case PUNCT_AT_MOST:
		return a <= b;
	case PUNCT_AT_LEAST:
		return a >= b;
	case '+':
		return (int64_t)((uint64_t)a + (uint64_t)b);
	case '-':
		return (int64_t)((uint64_t)a - (uint64_t)b);
	default:
		return (int64_t)((uint64_t)a * (uint64_t)b);
	}
}

static int64_t parse_binary(struct condition_parser *p, int lowest)
{
	int64_t value = parse_unary(p);

	while (!p->failed && p->at < p->count) {
		const struct token *operator= & p->tokens[p->at];
		int binds = precedence(operator);

		if (binds < lowest)
			break;
		p->at++;
		value = apply(operator->integer, value,
			      parse_binary(p, binds + 1));
	}
	return value;
}

bool preprocessor_condition(struct preprocessor *preprocessor, struct idl *idl,
			    const struct token *tokens, size_t count,
			    struct loc loc)
{
	struct condition_parser p = {
		.preprocessor = preprocessor,
		.idl = idl,
		.tokens = tokens,
		.count = count,
		.loc = loc,
	};
	int64_t value = parse_binary(&p, 0);

	if (!p.failed && p.at < count)
		fail(&p, "this is not part of the expression");
	return !p.failed && value;
}
