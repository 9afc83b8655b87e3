// SPDX-License-Identifier: BSD-3-Clause
#include "lexer.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "idl.h"

void lexer_init(struct lexer *lexer, struct idl *idl,
		const struct source *source)
{
	*lexer = (struct lexer){
		.idl = idl,
		.source = source,
		.line = 1,
		.starts_line = true,
	};
}

/* The character @ahead of the next one; 0 after the end. */
static unsigned char peek(const struct lexer *lexer, size_t ahead)
{
	if (lexer->source->size - lexer->position <= ahead)
		return 0;
	return (unsigned char)lexer->source->text[lexer->position + ahead];
}

static bool at_end(const struct lexer *lexer)
{
	return lexer->position >= lexer->source->size;
}

static struct loc here(const struct lexer *lexer)
{
	return (struct loc){
		.source = lexer->source,
		.offset = (uint32_t)lexer->position,
		.length = 1,
		.line = lexer->line,
		.column = (uint32_t)(lexer->position - lexer->line_start) + 1,
	};
}

#define complain(lexer, loc, hint, ...)                                   \
	do {                                                              \
		if (!(lexer)->quiet)                                      \
			diag_error((lexer)->idl, loc, hint, __VA_ARGS__); \
	} while (0)

static void newline(struct lexer *lexer)
{
	lexer->position++;
	lexer->line++;
	lexer->line_start = lexer->position;
	lexer->starts_line = true;
}

/* A comment that documents what comes after it: slash and two stars, and so on. */
static void keep_doc(struct lexer *lexer, size_t start, size_t end)
{
	const char *text = lexer->source->text + start;
	size_t length = end - start;
	const char *piece;

	if (length < 3 || (text[2] != '!' && text[2] != text[1]) ||
	    (length > 3 && (text[3] == '<' || text[3] == text[1])))
		return;
	if (text[1] == '*' && length < 5)
		return;
	piece = arena_copy(&lexer->idl->arena, text, length);
	if (lexer->doc && text[1] == '/')
		lexer->doc = arena_format(&lexer->idl->arena, "%s\n%s",
					  lexer->doc, piece);
	else
		lexer->doc = piece;
}

static void skip_block_comment(struct lexer *lexer)
{
	struct loc start = here(lexer);
	size_t from = lexer->position;

	lexer->position += 2;
	while (!at_end(lexer)) {
		if (peek(lexer, 0) == '*' && peek(lexer, 1) == '/') {
			lexer->position += 2;
			keep_doc(lexer, from, lexer->position);
			return;
		}
		if (peek(lexer, 0) == '\n') {
			bool starts_line = lexer->starts_line;

			newline(lexer);
			lexer->starts_line = starts_line;
		} else {
			lexer->position++;
		}
	}
	start.length = 2;
	complain(lexer, start, "close it with */", "the comment has no end");
}

static void skip_line_comment(struct lexer *lexer)
{
	size_t from = lexer->position;

	while (!at_end(lexer) && peek(lexer, 0) != '\n')
		lexer->position++;
	keep_doc(lexer, from, lexer->position);
}

/* Stops before a newline that ends a directive. */
static void skip_blanks(struct lexer *lexer)
{
	for (;;) {
		unsigned char c = peek(lexer, 0);

		if (at_end(lexer))
			return;
		if (c == '/' && peek(lexer, 1) == '*') {
			skip_block_comment(lexer);
		} else if (c == '/' && peek(lexer, 1) == '/') {
			skip_line_comment(lexer);
		} else if (c == '\\' && peek(lexer, 1) == '\n') {
			bool starts_line = lexer->starts_line;

			lexer->position++;
			newline(lexer);
			lexer->starts_line = starts_line;
		} else if (c == '\n') {
			if (lexer->in_directive)
				return;
			newline(lexer);
		} else if (isspace(c)) {
			lexer->position++;
		} else {
			return;
		}
	}
}

static void read_name(struct lexer *lexer, struct token *token)
{
	const char *start = lexer->source->text + lexer->position;
	size_t length = 0;

	while (isalnum(peek(lexer, length)) || peek(lexer, length) == '_')
		length++;
	lexer->position += length;
	token->kind = TOKEN_NAME;
	token->name = names_intern(&lexer->idl->arena, &lexer->idl->names,
				   start, length);
	token->loc.length = (uint32_t)length;
}

static int digit_value(unsigned char c)
{
	if (isdigit(c))
		return c - '0';
	return isxdigit(c) ? tolower(c) - 'a' + 10 : 99;
}

static void read_float(struct lexer *lexer, struct token *token, size_t length)
{
	const char *start = lexer->source->text + token->loc.offset;
	char *copy = arena_copy(&lexer->idl->arena, start, length);
	char *end;

	token->kind = TOKEN_FLOAT;
	errno = 0;
	token->number = strtod(copy, &end);
	if (*end)
		complain(lexer, token->loc, NULL, "\"%s\" is not a number",
			 copy);
	else if (errno == ERANGE && (token->number > 1 || token->number < -1))
		complain(lexer, token->loc, NULL,
			 "the number does not fit into a double");
}

static void read_integer(struct lexer *lexer, struct token *token,
			 size_t length)
{
	const char *text = lexer->source->text + token->loc.offset;
	bool hex = length > 1 && text[0] == '0' && tolower(text[1]) == 'x';
	unsigned int base = hex ? 16 : text[0] == '0' ? 8 : 10;
	bool overflow = false;
	uint64_t value = 0;

	token->kind = TOKEN_INTEGER;
	for (size_t i = hex ? 2 : 0; i < length; i++) {
		unsigned int digit = (unsigned int)digit_value(
			(unsigned char)text[i]);

		if (digit >= base) {
			complain(lexer, token->loc,
				 "write it without a suffix: decimal, 0x and "
				 "hexadecimal digits, or 0 and octal digits",
				 "\"%.*s\" is not an integer",
				 (int)(length < 40 ? length : 40), text);
			return;
		}
		overflow |= value > (UINT64_MAX - digit) / base;
		value = value * base + digit;
	}
	if (hex && length == 2)
		complain(lexer, token->loc, NULL, "no digits follow 0x");
	else if (overflow)
		complain(lexer, token->loc, NULL,
			 "the integer does not fit into 64 bits");
	token->integer = value;
}

static void read_number(struct lexer *lexer, struct token *token)
{
	bool hex = peek(lexer, 0) == '0' && tolower(peek(lexer, 1)) == 'x';
	bool fraction = false;
	size_t length = 0;

	for (;;) {
		unsigned char c = peek(lexer, length);

		if (!hex && tolower(c) == 'e' &&
		    (peek(lexer, length + 1) == '-' ||
		     peek(lexer, length + 1) == '+')) {
			fraction = true;
			length++;
		} else if (c == '.' || (!hex && tolower(c) == 'e')) {
			fraction = true;
		} else if (!isalnum(c) && c != '_') {
			break;
		}
		length++;
	}
	lexer->position += length;
	token->loc.length = (uint32_t)length;
	if (fraction)
		read_float(lexer, token, length);
	else
		read_integer(lexer, token, length);
}

static unsigned int read_digits(struct lexer *lexer, int base, int most)
{
	unsigned int value = 0;

	for (int i = 0; i < most; i++) {
		int digit = digit_value(peek(lexer, 0));

		if (digit >= base)
			break;
		value = value * (unsigned int)base + (unsigned int)digit;
		lexer->position++;
	}
	return value;
}

/* What comes after a backslash. */
static unsigned int read_escape(struct lexer *lexer)
{
	static const char letters[] = "abfnrtv", values[] = "\a\b\f\n\r\t\v";
	unsigned char c = peek(lexer, 0);
	const char *letter = c ? strchr(letters, c) : NULL;
	struct loc loc = here(lexer);

	if (c >= '0' && c <= '7')
		return read_digits(lexer, 8, 3);
	lexer->position++;
	if (letter)
		return (unsigned char)values[letter - letters];
	if (c == 'x' && isxdigit(peek(lexer, 0)))
		return read_digits(lexer, 16, 2);
	if (c == 'u' && isxdigit(peek(lexer, 0)))
		return read_digits(lexer, 16, 4);
	if (!strchr("\\'\"?", c) || !c)
		complain(lexer, loc,
			 "known are \\a \\b \\f \\n \\r \\t \\v "
			 "\\\\ \\' \\\" \\? \\ooo \\xhh \\uhhhh",
			 "unknown escape sequence");
	return c;
}

static bool ends_line(const struct lexer *lexer)
{
	return at_end(lexer) || peek(lexer, 0) == '\n';
}

static void read_string(struct lexer *lexer, struct token *token)
{
	struct text bytes = { 0 };

	token->kind = TOKEN_STRING;
	lexer->position++;
	while (!ends_line(lexer) && peek(lexer, 0) != '"') {
		unsigned int c = peek(lexer, 0);
		char byte;

		lexer->position++;
		if (c == '\\' && !ends_line(lexer)) {
			struct loc loc = here(lexer);

			c = read_escape(lexer);
			if (c > 0xff)
				complain(lexer, loc, NULL,
					 "the character does not fit into a "
					 "byte");
		}
		byte = (char)c;
		text_add(&bytes, &byte, 1);
	}
	token->length = bytes.length;
	token->name = arena_copy(&lexer->idl->arena,
				 bytes.data ? bytes.data : "", bytes.length);
	text_free(&bytes);
	token->broken = ends_line(lexer);
	if (token->broken)
		complain(lexer, token->loc, "close it with \" on the same line",
			 "the string has no end");
	else
		lexer->position++;
	token->loc.length = (uint32_t)(lexer->position - token->loc.offset);
}

static void read_character(struct lexer *lexer, struct token *token)
{
	token->kind = TOKEN_CHARACTER;
	lexer->position++;
	if (!ends_line(lexer) && peek(lexer, 0) != '\'') {
		token->integer = peek(lexer, 0);
		lexer->position++;
		if (token->integer == '\\' && !ends_line(lexer))
			token->integer = read_escape(lexer);
	} else {
		complain(lexer, token->loc, NULL, "the character is missing");
	}
	token->broken = peek(lexer, 0) != '\'';
	while (!ends_line(lexer) && peek(lexer, 0) != '\'')
		lexer->position++;
	if (!ends_line(lexer))
		lexer->position++;
	if (token->broken)
		complain(lexer, token->loc,
			 "write one character between ' and '",
			 "this is not one character");
	token->loc.length = (uint32_t)(lexer->position - token->loc.offset);
}

static void read_punctuation(struct lexer *lexer, struct token *token)
{
	static const struct {
		char text[3];
		unsigned int value;
	} pairs[] = {
		{ "::", PUNCT_SCOPE },	  { "<<", PUNCT_LEFT },
		{ ">>", PUNCT_RIGHT },	  { "&&", PUNCT_AND },
		{ "||", PUNCT_OR },	  { "==", PUNCT_EQUAL },
		{ "!=", PUNCT_UNEQUAL },  { "<=", PUNCT_AT_MOST },
		{ ">=", PUNCT_AT_LEAST },
	};
	unsigned char c = peek(lexer, 0);

	token->kind = TOKEN_PUNCTUATION;
	token->integer = c;
	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		if (c == (unsigned char)pairs[i].text[0] &&
		    peek(lexer, 1) == (unsigned char)pairs[i].text[1]) {
			token->integer = pairs[i].value;
			token->loc.length = 2;
		}
	}
	lexer->position += token->loc.length;
}

/* Letters of other alphabets: one error, and taken for a name. */
static void read_foreign(struct lexer *lexer, struct token *token)
{
	size_t length = 0;

	while (peek(lexer, length) >= 0x80 || isalnum(peek(lexer, length)))
		length++;
	token->kind = TOKEN_NAME;
	token->name = names_intern(&lexer->idl->arena, &lexer->idl->names,
				   lexer->source->text + lexer->position,
				   length);
	token->loc.length = (uint32_t)length;
	lexer->position += length;
	complain(lexer, token->loc, "names are of ASCII letters and digits",
		 "only comments and strings can have other characters than "
		 "ASCII");
}

static bool read_token(struct lexer *lexer, struct token *token)
{
	unsigned char c = peek(lexer, 0), next = peek(lexer, 1);

	if (c == 'L' && (next == '"' || next == '\'')) {
		lexer->position++;
		c = next;
	}
	if (isalpha(c) || c == '_') {
		read_name(lexer, token);
	} else if (isdigit(c) || (c == '.' && isdigit(next))) {
		read_number(lexer, token);
	} else if (c == '"') {
		read_string(lexer, token);
	} else if (c == '\'') {
		read_character(lexer, token);
	} else if (c && strchr("{}()[]<>;:,=+-*/%&|^~!#?@.", c)) {
		read_punctuation(lexer, token);
	} else if (c >= 0x80) {
		read_foreign(lexer, token);
	} else {
		if (isprint(c))
			complain(lexer, token->loc, NULL,
				 "unexpected character '%c'", c);
		else
			complain(lexer, token->loc, NULL,
				 "unexpected byte 0x%02x", c);
		lexer->position++;
		return false;
	}
	return true;
}

struct token lexer_next(struct lexer *lexer)
{
	struct token token;

	do {
		skip_blanks(lexer);
		token = (struct token){
			.loc = here(lexer),
			.starts_line = lexer->starts_line,
		};
		if (at_end(lexer) || diag_stopped(lexer->idl)) {
			token.kind = lexer->in_directive ? TOKEN_NEWLINE :
							   TOKEN_END;
			token.loc.length = 1;
			return token;
		}
		if (peek(lexer, 0) == '\n') {
			token.kind = TOKEN_NEWLINE;
			return token;
		}
		lexer->starts_line = false;
	} while (!read_token(lexer, &token));
	token.doc = lexer->doc;
	lexer->doc = NULL;
	return token;
}

const char *lexer_include_name(struct lexer *lexer, struct loc *loc)
{
	char close;
	size_t length = 1;

	skip_blanks(lexer);
	*loc = here(lexer);
	close = peek(lexer, 0) == '"' ? '"' : peek(lexer, 0) == '<' ? '>' : 0;
	while (close && peek(lexer, length) &&
	       peek(lexer, length) != (unsigned char)close &&
	       peek(lexer, length) != '\n')
		length++;
	if (!close || peek(lexer, length) != (unsigned char)close ||
	    length == 1) {
		complain(lexer, *loc, "write #include \"file.idl\"",
			 "expected the name of a file after #include");
		return NULL;
	}
	lexer->position += length + 1;
	loc->length = (uint32_t)length + 1;
	return arena_copy(&lexer->idl->arena,
			  lexer->source->text + loc->offset + 1, length - 1);
}
