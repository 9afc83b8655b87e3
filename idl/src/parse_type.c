// SPDX-License-Identifier: BSD-3-Clause
/* Names, expressions and types. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "parse.h"
#include "parser.h"

const char *const prim_names[PRIM_COUNT + 1] = {
	[PRIM_OCTET] = "octet",	       [PRIM_CHAR] = "char",
	[PRIM_WCHAR] = "wchar",	       [PRIM_BOOLEAN] = "boolean",
	[PRIM_SHORT] = "short",	       [PRIM_USHORT] = "unsigned short",
	[PRIM_LONG] = "long",	       [PRIM_ULONG] = "unsigned long",
	[PRIM_LONGLONG] = "long long", [PRIM_ULONGLONG] = "unsigned long long",
	[PRIM_INT8] = "int8",	       [PRIM_UINT8] = "uint8",
	[PRIM_INT16] = "int16",	       [PRIM_UINT16] = "uint16",
	[PRIM_INT32] = "int32",	       [PRIM_UINT32] = "uint32",
	[PRIM_INT64] = "int64",	       [PRIM_UINT64] = "uint64",
	[PRIM_FLOAT] = "float",	       [PRIM_DOUBLE] = "double",
};

static const char *const keywords[] = {
	"async",      "attribute", "boolean",	"case",	     "char",
	"const",      "default",   "dmahandle", "double",    "enum",
	"ext_params", "FALSE",	   "float",	"in",	     "inrout",
	"int16",      "int16_t",   "int32",	"int32_t",   "int64",
	"int64_t",    "int8",	   "int8_t",	"interface", "local",
	"long",	      "module",	   "native",	"octet",     "readonly",
	"rout",	      "sequence",  "short",	"string",    "struct",
	"switch",     "TRUE",	   "typedef",	"uint16",    "uint16_t",
	"uint32",     "uint32_t",  "uint64",	"uint64_t",  "uint8",
	"uint8_t",    "union",	   "unsigned",	"void",	     "wchar",
	"wstring",    NULL
};

bool is_keyword(const char *name)
{
	for (const char *const *word = keywords; *word; word++)
		if (!strcmp(*word, name))
			return true;
	return false;
}

void parse_advance(struct parser *p)
{
	p->before = p->token;
	if (p->has_ahead)
		p->token = p->ahead;
	else
		p->token = preprocessor_next(p->preprocessor);
	p->has_ahead = false;
}

bool parse_is(const struct parser *p, unsigned int punctuation)
{
	return p->token.kind == TOKEN_PUNCTUATION &&
	       p->token.integer == punctuation;
}

bool parse_is_word(const struct parser *p, const char *word)
{
	return p->token.kind == TOKEN_NAME && !strcmp(p->token.name, word);
}

bool parse_accept(struct parser *p, unsigned int punctuation)
{
	if (!parse_is(p, punctuation))
		return false;
	parse_advance(p);
	return true;
}

bool parse_accept_word(struct parser *p, const char *word)
{
	if (!parse_is_word(p, word))
		return false;
	parse_advance(p);
	return true;
}

/* What the next token is, for "expected ..., not ...". */
static const char *describe(const struct parser *p)
{
	const struct token *token = &p->token;
	struct arena *arena = &p->idl->arena;

	if (token->kind == TOKEN_END)
		return "the end of the file";
	if (token->kind == TOKEN_NAME && is_keyword(token->name))
		return arena_format(arena, "the keyword \"%.60s\"",
				    token->name);
	if (token->kind == TOKEN_STRING)
		return "a string";
	return arena_format(arena, "\"%.*s\"",
			    (int)(token->loc.length < 60 ? token->loc.length :
							   60),
			    token->loc.source->text + token->loc.offset);
}

/* Of all that is missing at the end the first is said. */
static bool ended_before(struct parser *p)
{
	bool before = p->ended;

	p->ended = p->token.kind == TOKEN_END;
	return before;
}

void parse_error(struct parser *p, const char *hint, const char *format, ...)
{
	va_list arguments;
	char text[256];

	if (ended_before(p))
		return;
	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	diag_error(p->idl, p->token.loc, hint, "expected %s, not %s", text,
		   describe(p));
}

bool parse_expect(struct parser *p, unsigned int punctuation, const char *where)
{
	if (parse_accept(p, punctuation))
		return true;
	/* An unclosed string has swallowed what was to come. */
	if (p->before.broken)
		return false;
	/* What is missing belongs behind the token before it. */
	if ((punctuation == ';' || punctuation == ',') &&
	    p->before.loc.source) {
		struct loc loc = p->before.loc;

		if (ended_before(p))
			return false;
		loc.column += loc.length;
		loc.offset += loc.length;
		loc.length = 1;
		diag_error(p->idl, loc, NULL, "expected \"%c\" %s, not %s",
			   (char)punctuation, where, describe(p));
	} else {
		parse_error(p, NULL, "\"%c\" %s", (char)punctuation, where);
	}
	return false;
}

const char *parse_identifier(struct parser *p, const char *what,
			     struct loc *loc)
{
	const char *name = p->token.name;

	*loc = p->token.loc;
	if (p->token.kind == TOKEN_NAME && !is_keyword(name)) {
		if (!strncmp(name, "_q_", 3))
			diag_error(p->idl, *loc, NULL,
				   "names that begin with \"_q_\" are kept for "
				   "generated code");
		parse_advance(p);
		return name;
	}
	if (p->token.kind == TOKEN_NAME)
		parse_error(p, "a keyword cannot be a name", "%s", what);
	else
		parse_error(p, NULL, "%s", what);
	return NULL;
}

const char *parse_scoped_name(struct parser *p, const char *what,
			      struct loc *loc)
{
	struct text text = { 0 };
	const char *name;

	*loc = p->token.loc;
	if (parse_accept(p, PUNCT_SCOPE))
		text_print(&text, "::");
	do {
		struct loc part;

		name = parse_identifier(p, what, &part);
		if (!name)
			break;
		text_print(&text, "%s", name);
		if (loc->source == part.source && loc->line == part.line &&
		    part.offset >= loc->offset)
			loc->length = part.offset + part.length - loc->offset;
		name = names_intern(&p->idl->arena, &p->idl->names, text.data,
				    text.length);
		if (!parse_is(p, PUNCT_SCOPE))
			break;
		text_print(&text, "::");
		parse_advance(p);
	} while (text.length < 4096);
	text_free(&text);
	return name;
}

/* ---- Expressions ------------------------------------------------------- */

static struct expr *parse_binary(struct parser *p, int lowest);

static struct expr *new_expr(struct parser *p, enum expr_kind kind)
{
	struct expr *expr = arena_alloc(&p->idl->arena, sizeof(*expr));

	expr->kind = kind;
	expr->loc = p->token.loc;
	expr->order = p->order;
	return expr;
}

static struct expr *parse_literal(struct parser *p)
{
	struct expr *expr = new_expr(p, EXPR_VALUE);
	struct value *value = &expr->value;

	switch (p->token.kind) {
	case TOKEN_INTEGER:
	case TOKEN_CHARACTER:
		value->kind = VALUE_INTEGER;
		value->character = p->token.kind == TOKEN_CHARACTER;
		value->magnitude = p->token.integer;
		break;
	case TOKEN_FLOAT:
		value->kind = VALUE_FLOAT;
		value->number = p->token.number;
		break;
	default:
		value->kind = VALUE_STRING;
		value->bytes = p->token.name;
		value->length = p->token.length;
		break;
	}
	parse_advance(p);
	return expr;
}

static struct expr *parse_primary(struct parser *p)
{
	struct expr *expr;

	if (p->token.kind == TOKEN_INTEGER || p->token.kind == TOKEN_FLOAT ||
	    p->token.kind == TOKEN_CHARACTER || p->token.kind == TOKEN_STRING)
		return parse_literal(p);
	if (parse_is_word(p, "TRUE") || parse_is_word(p, "FALSE")) {
		expr = new_expr(p, EXPR_VALUE);
		expr->value.kind = VALUE_BOOLEAN;
		expr->value.magnitude = parse_is_word(p, "TRUE");
		parse_advance(p);
		return expr;
	}
	if (parse_accept(p, '(')) {
		expr = parse_binary(p, 0);
		if (!expr || !parse_expect(p, ')', "after the expression"))
			return NULL;
		return expr;
	}
	expr = new_expr(p, EXPR_NAME);
	expr->name = parse_scoped_name(p, "a value", &expr->loc);
	return expr->name ? expr : NULL;
}

static struct expr *parse_unary(struct parser *p)
{
	struct expr *expr;

	if (p->nesting >= NESTING_MAX) {
		diag_error(p->idl, p->token.loc, NULL,
			   "the expression is nested more than %d deep",
			   NESTING_MAX);
		return NULL;
	}
	p->nesting++;
	if (parse_is(p, '-') || parse_is(p, '+') || parse_is(p, '~')) {
		expr = new_expr(p, EXPR_UNARY);
		expr->operator=(unsigned int) p->token.integer;
		parse_advance(p);
		expr->left = parse_unary(p);
		if (!expr->left)
			expr = NULL;
	} else {
		expr = parse_primary(p);
	}
	p->nesting--;
	return expr;
}

static int precedence(const struct token *token)
{
	if (token->kind != TOKEN_PUNCTUATION)
		return -1;
	switch (token->integer) {
	case '|':
		return 0;
	case '^':
		return 1;
	case '&':
		return 2;
	case PUNCT_LEFT:
	case PUNCT_RIGHT:
		return 3;
	case '+':
	case '-':
		return 4;
	case '*':
	case '/':
	case '%':
		return 5;
	default:
		return -1;
	}
}

static struct expr *parse_binary(struct parser *p, int lowest)
{
	struct expr *left = parse_unary(p);
	unsigned int depth = 0;

	while (left) {
		int binds = precedence(&p->token);
		struct expr *expr;

		if (binds < lowest)
			break;
		if (++depth > NESTING_MAX) {
			diag_error(p->idl, p->token.loc,
				   "give a part of it a name: const",
				   "the expression has more than %d operators",
				   NESTING_MAX);
			return NULL;
		}
		expr = new_expr(p, EXPR_BINARY);
		expr->operator=(unsigned int) p->token.integer;
		parse_advance(p);
		expr->left = left;
		expr->right = parse_binary(p, binds + 1);
		left = expr->right ? expr : NULL;
	}
	return left;
}

struct expr *parse_expression(struct parser *p)
{
	return parse_binary(p, 0);
}

/* ---- Types ------------------------------------------------------------- */

static struct type *new_type(struct parser *p, enum type_kind kind)
{
	struct type *type = arena_alloc(&p->idl->arena, sizeof(*type));

	type->kind = kind;
	type->loc = p->token.loc;
	type->owner = p->outermost;
	type->order = p->order;
	return type;
}

/* The closing ">" of sequence<sequence<T>> may be half of a ">>". */
static bool expect_greater(struct parser *p, const char *where)
{
	if (!parse_is(p, PUNCT_RIGHT))
		return parse_expect(p, '>', where);
	p->token.integer = '>';
	p->token.loc.offset++;
	p->token.loc.column++;
	p->token.loc.length = 1;
	return true;
}

/* "<N>" after string. N may not contain a shift. */
static bool parse_bound(struct parser *p, struct type *type)
{
	type->bound = parse_binary(p, 4);
	return type->bound && expect_greater(p, "after the bound");
}

static struct type *parse_sequence(struct parser *p)
{
	struct type *type = new_type(p, TYPE_SEQUENCE);

	parse_advance(p);
	if (!parse_accept(p, '<')) {
		parse_error(p, "write sequence<type>",
			    "\"<\" after \"sequence\"");
		type->kind = TYPE_ERROR;
		return type;
	}
	type->element = parse_type(p);
	if (type->element->kind == TYPE_ERROR ||
	    (parse_accept(p, ',') ? !parse_bound(p, type) :
				    !expect_greater(p, "after the type")))
		type->kind = TYPE_ERROR;
	return type;
}

static struct type *parse_string(struct parser *p, enum type_kind kind)
{
	struct type *type = new_type(p, kind);

	parse_advance(p);
	if (parse_accept(p, '<') && !parse_bound(p, type))
		type->kind = TYPE_ERROR;
	return type;
}

static struct type *parse_integer(struct parser *p)
{
	struct type *type = new_type(p, TYPE_PRIM);
	bool is_unsigned = parse_accept_word(p, "unsigned");

	if (parse_accept_word(p, "short")) {
		type->prim = is_unsigned ? PRIM_USHORT : PRIM_SHORT;
	} else if (parse_accept_word(p, "long")) {
		if (parse_accept_word(p, "long"))
			type->prim = is_unsigned ? PRIM_ULONGLONG :
						   PRIM_LONGLONG;
		else
			type->prim = is_unsigned ? PRIM_ULONG : PRIM_LONG;
	} else {
		parse_error(p, "an unsigned byte is an octet",
			    "\"short\" or \"long\" after \"unsigned\"");
		type->kind = TYPE_ERROR;
	}
	return type;
}

/* The names of a single word, with or without "_t". */
static bool find_prim(const char *name, enum prim *prim)
{
	size_t length = strlen(name);

	if (length > 2 && !strcmp(name + length - 2, "_t") &&
	    strstr(name, "int"))
		length -= 2;
	for (unsigned int i = 0; i < PRIM_COUNT; i++) {
		if (strlen(prim_names[i]) == length &&
		    !strncmp(prim_names[i], name, length)) {
			*prim = (enum prim)i;
			return true;
		}
	}
	return false;
}

static struct type *parse_named(struct parser *p)
{
	static const char *const others[] = { "any", "Object", "fixed", NULL };
	struct type *type = new_type(p, TYPE_NAME);
	const char *word = p->token.name;

	for (int i = 0; others[i]; i++)
		if (p->token.kind == TOKEN_NAME && !strcmp(word, others[i]))
			diag_error(p->idl, p->token.loc, NULL,
				   "FastRPC cannot carry the type \"%s\"",
				   word);
	parse_accept_word(p, "notnil");
	type->name = parse_scoped_name(p, "a type", &type->loc);
	if (!type->name)
		type->kind = TYPE_ERROR;
	if (type->name && parse_is(p, '<')) {
		diag_error(p->idl, type->loc,
			   "a row of values is a sequence<type>",
			   "\"%s\" is not a type with \"<\"", type->name);
		type->kind = TYPE_ERROR;
	}
	return type;
}

static struct type *parse_word_type(struct parser *p)
{
	struct type *type = new_type(p, TYPE_PRIM);

	if (p->token.kind == TOKEN_NAME &&
	    find_prim(p->token.name, &type->prim)) {
		parse_advance(p);
		return type;
	}
	if (parse_is_word(p, "dmahandle") || parse_is_word(p, "interface") ||
	    parse_is_word(p, "void")) {
		type->kind = parse_is_word(p, "void")	   ? TYPE_VOID :
			     parse_is_word(p, "interface") ? TYPE_INTERFACE :
							     TYPE_DMAHANDLE;
		parse_advance(p);
		return type;
	}
	return parse_named(p);
}

struct type *parse_type(struct parser *p)
{
	struct type *type;

	if (p->nesting >= NESTING_MAX) {
		diag_error(p->idl, p->token.loc, NULL,
			   "the type is nested more than %d deep", NESTING_MAX);
		return new_type(p, TYPE_ERROR);
	}
	p->nesting++;
	if (parse_is_word(p, "sequence"))
		type = parse_sequence(p);
	else if (parse_is_word(p, "string"))
		type = parse_string(p, TYPE_STRING);
	else if (parse_is_word(p, "wstring"))
		type = parse_string(p, TYPE_WSTRING);
	else if (parse_is_word(p, "unsigned") || parse_is_word(p, "long") ||
		 parse_is_word(p, "short"))
		type = parse_integer(p);
	else
		type = parse_word_type(p);
	p->nesting--;
	return type;
}

struct type *parse_dimensions(struct parser *p, struct type *type)
{
	struct type *dimensions[8];
	size_t count = 0;

	while (parse_is(p, '[')) {
		struct type *array = new_type(p, TYPE_ARRAY);

		parse_advance(p);
		if (parse_is(p, ']'))
			parse_error(p, "what has no fixed size is a sequence",
				    "the size of the array");
		else
			array->bound = parse_expression(p);
		if (!array->bound ||
		    !parse_expect(p, ']', "after the size of the array"))
			return new_type(p, TYPE_ERROR);
		if (count == 8) {
			diag_error(p->idl, array->loc, NULL,
				   "an array has at most 8 dimensions");
			return new_type(p, TYPE_ERROR);
		}
		dimensions[count++] = array;
	}
	/* long a[2][3] is an array of 2 arrays of 3. */
	while (count) {
		dimensions[--count]->element = type;
		type = dimensions[count];
	}
	return type;
}
