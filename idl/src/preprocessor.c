// SPDX-License-Identifier: BSD-3-Clause
#include "preprocessor.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "idl.h"
#include "lexer.h"

/*
 * Files that include each other twice, and macros that name others twice, grow
 * without end from a few lines.
 */
#define DEPTH_MAX    64
#define INCLUDES_MAX 2000
#define TOKENS_MAX   4000000

struct frame {
	struct lexer lexer; /* of a file */
	struct source *source;
	struct loc included; /* by this line */
	size_t conditions;   /* open when the file began */
	struct macro *macro; /* of a macro: which, and how far */
	size_t at;
};

struct condition {
	struct loc loc;
	bool taken; /* one of its branches was */
	bool had_else;
};

struct preprocessor {
	struct idl *idl;
	struct frame frames[DEPTH_MAX];
	size_t depth;
	struct map macros;
	struct condition conditions[DEPTH_MAX];
	size_t condition_count;
	size_t includes;
	size_t tokens;
	struct token end;
};

static void handle_directive(struct preprocessor *p);

static void push_file(struct preprocessor *p, struct source *source,
		      struct loc included)
{
	struct frame *frame = &p->frames[p->depth++];

	*frame = (struct frame){
		.source = source,
		.included = included,
		.conditions = p->condition_count,
	};
	source->open = true;
	lexer_init(&frame->lexer, p->idl, source);
}

static void define(struct preprocessor *p, const char *name,
		   const struct token *tokens, size_t count)
{
	struct macro *macro = arena_alloc(&p->idl->arena, sizeof(*macro));

	*macro = (struct macro){ name, tokens, count, false, true };
	map_put(&p->idl->arena, &p->macros, name, macro);
}

static const struct token *keep(struct idl *idl, const struct token *tokens,
				size_t count)
{
	struct token *copy = arena_alloc(&idl->arena, count * sizeof(*copy));

	if (count)
		memcpy(copy, tokens, count * sizeof(*copy));
	return copy;
}

/* -D NAME is 1, as a C compiler has it. */
static void define_option(struct preprocessor *p, const char *option)
{
	const char *equal = strchr(option, '=');
	size_t length = equal ? (size_t)(equal - option) : strlen(option);
	const char *value = equal ? equal + 1 : "1";
	struct token tokens[64];
	struct lexer lexer;
	size_t count = 0;

	lexer_init(&lexer, p->idl,
		   source_memory(p->idl, "<command line>", value,
				 strlen(value)));
	while (count < 64) {
		tokens[count] = lexer_next(&lexer);
		if (tokens[count].kind == TOKEN_END)
			break;
		count++;
	}
	define(p, names_intern(&p->idl->arena, &p->idl->names, option, length),
	       keep(p->idl, tokens, count), count);
}

struct preprocessor *preprocessor_new(struct idl *idl,
				      const struct source *source)
{
	struct preprocessor *p = arena_alloc(&idl->arena, sizeof(*p));

	p->idl = idl;
	for (size_t i = 0; i < idl->defines.count; i++)
		define_option(p, idl->defines.items[i]);
	push_file(p, (struct source *)source, (struct loc){ 0 });
	return p;
}

struct macro *preprocessor_macro(struct preprocessor *p, const char *name)
{
	struct macro *macro = map_get(&p->macros, name);

	return macro && macro->defined ? macro : NULL;
}

static void pop(struct preprocessor *p)
{
	struct frame *frame = &p->frames[p->depth - 1];

	if (frame->macro) {
		frame->macro->active = false;
	} else {
		while (p->condition_count > frame->conditions) {
			diag_error(p->idl,
				   p->conditions[--p->condition_count].loc,
				   "close it with #endif in the same file",
				   "the #if has no end");
		}
		frame->source->open = false;
	}
	p->depth--;
}

static struct token take(struct preprocessor *p)
{
	struct frame *frame = &p->frames[p->depth - 1];

	if (!frame->macro)
		return lexer_next(&frame->lexer);
	if (frame->at < frame->macro->count)
		return frame->macro->tokens[frame->at++];
	return (struct token){ .kind = TOKEN_END };
}

/* Names inside of a macro are shown where the macro is used. */
static struct loc outermost(const struct preprocessor *p, struct loc loc)
{
	size_t i = p->depth;

	while (i > 1 && p->frames[i - 1].macro)
		i--;
	return i < p->depth ? p->frames[i].included : loc;
}

static bool expand(struct preprocessor *p, const struct token *token)
{
	struct macro *macro;

	if (token->kind != TOKEN_NAME)
		return false;
	macro = preprocessor_macro(p, token->name);
	if (!macro || macro->active || p->depth == DEPTH_MAX)
		return false;
	macro->active = true;
	p->frames[p->depth] = (struct frame){
		.macro = macro,
		.included = outermost(p, token->loc),
	};
	p->depth++;
	return true;
}

struct token preprocessor_next(struct preprocessor *p)
{
	while (p->depth) {
		struct token token = take(p);

		if (token.kind == TOKEN_END) {
			if (p->depth == 1)
				p->end = token;
			pop(p);
			continue;
		}
		token.loc = outermost(p, token.loc);
		if (token.kind == TOKEN_PUNCTUATION && token.integer == '#' &&
		    token.starts_line && !p->frames[p->depth - 1].macro) {
			handle_directive(p);
			continue;
		}
		if (++p->tokens > TOKENS_MAX) {
			diag_error(p->idl, token.loc, NULL,
				   "the input is too large: more than %d "
				   "tokens with what it includes",
				   TOKENS_MAX);
			p->end = token;
			p->end.kind = TOKEN_END;
			while (p->depth)
				pop(p);
			break;
		}
		if (!expand(p, &token))
			return token;
	}
	return p->end;
}

static struct lexer *file_lexer(struct preprocessor *p)
{
	return &p->frames[p->depth - 1].lexer;
}

static void skip_line(struct preprocessor *p)
{
	while (lexer_next(file_lexer(p)).kind != TOKEN_NEWLINE)
		;
}

/* Nothing may follow on the line. */
static void expect_newline(struct preprocessor *p, const char *directive)
{
	struct token token = lexer_next(file_lexer(p));

	if (token.kind == TOKEN_NEWLINE)
		return;
	diag_warning(p->idl, token.loc, NULL, "this is not part of #%s",
		     directive);
	skip_line(p);
}

static struct source *search(struct preprocessor *p, const char *name,
			     const char **why)
{
	const char *including = p->frames[p->depth - 1].source->path;
	const char *slash = strrchr(including, '/');
	struct idl *idl = p->idl;
	struct source *source = source_builtin(idl, name);

	if (source)
		return source;
	if (*name == '/')
		return source_load(idl, name, why);
	if (slash)
		source = source_load(idl,
				     arena_format(&idl->arena, "%.*s/%s",
						  (int)(slash - including),
						  including, name),
				     why);
	else
		source = source_load(idl, name, why);
	for (size_t i = 0; !source && i < idl->include_paths.count; i++)
		source = source_load(idl,
				     arena_format(&idl->arena, "%s/%s",
						  idl->include_paths.items[i],
						  name),
				     why);
	return source;
}

static void note_includers(struct preprocessor *p)
{
	for (size_t i = p->depth; i-- > 1;)
		if (!p->frames[i].macro)
			diag_note(p->idl, p->frames[i].included,
				  "included from here");
}

static void include(struct preprocessor *p)
{
	struct loc loc;
	const char *name = lexer_include_name(file_lexer(p), &loc);
	const char *why = strerror(ENOENT);
	struct source *source;

	if (!name) {
		skip_line(p);
		return;
	}
	expect_newline(p, "include");
	file_lexer(p)->in_directive = false;
	source = search(p, name, &why);
	if (!source) {
		diag_error(p->idl, loc,
			   strcmp(why, strerror(ENOENT)) ?
				   NULL :
				   "-I DIR adds a directory to search",
			   "cannot read \"%s\": %s", name, why);
		note_includers(p);
	} else if (source->open) {
		diag_error(p->idl, loc, NULL, "\"%s\" includes itself",
			   source->path);
		note_includers(p);
	} else if (p->depth == DEPTH_MAX || ++p->includes > INCLUDES_MAX) {
		diag_error(p->idl, loc, NULL,
			   "too many files are included (%d deep, %d in all)",
			   DEPTH_MAX, INCLUDES_MAX);
	} else {
		push_file(p, source, loc);
	}
}

static size_t read_line(struct preprocessor *p, struct token *tokens,
			size_t most)
{
	size_t count = 0;

	for (;;) {
		struct token token = lexer_next(file_lexer(p));

		if (token.kind == TOKEN_NEWLINE)
			return count;
		if (count < most)
			tokens[count++] = token;
		else if (count++ == most)
			diag_error(p->idl, token.loc, NULL,
				   "the directive is too long");
	}
}

static const char *read_macro_name(struct preprocessor *p,
				   const char *directive, struct loc *loc)
{
	struct token token = lexer_next(file_lexer(p));

	*loc = token.loc;
	if (token.kind == TOKEN_NAME)
		return token.name;
	diag_error(p->idl, token.loc, NULL, "expected a name after #%s",
		   directive);
	if (token.kind != TOKEN_NEWLINE)
		skip_line(p);
	return NULL;
}

static void handle_define(struct preprocessor *p)
{
	struct token tokens[256];
	struct loc loc;
	const char *name = read_macro_name(p, "define", &loc);
	size_t count;

	if (!name)
		return;
	count = read_line(p, tokens, 256);
	if (count > 256)
		return;
	if (count && tokens[0].kind == TOKEN_PUNCTUATION &&
	    tokens[0].integer == '(' &&
	    tokens[0].loc.offset == loc.offset + loc.length) {
		diag_error(p->idl, tokens[0].loc,
			   "use a constant: const long NAME = value;",
			   "macros with parameters are not supported");
		return;
	}
	define(p, name, keep(p->idl, tokens, count), count);
}

static void handle_undef(struct preprocessor *p)
{
	struct loc loc;
	const char *name = read_macro_name(p, "undef", &loc);
	struct macro *macro = name ? map_get(&p->macros, name) : NULL;

	if (macro)
		macro->defined = false;
	if (name)
		expect_newline(p, "undef");
}

static bool read_condition(struct preprocessor *p, const char *directive,
			   struct loc loc)
{
	struct token tokens[256];
	const char *name;
	bool value;

	if (!strcmp(directive, "if") || !strcmp(directive, "elif")) {
		size_t count = read_line(p, tokens, 256);

		return count <= 256 &&
		       preprocessor_condition(p, p->idl, tokens, count, loc);
	}
	name = read_macro_name(p, directive, &loc);
	if (!name)
		return false;
	value = preprocessor_macro(p, name) != NULL;
	expect_newline(p, directive);
	return value == !strcmp(directive, "ifdef");
}

/*
 * Leaves out lines up to the #elif that holds, the #else or the #endif. Ends
 * behind that line.
 */
static void skip_branch(struct preprocessor *p)
{
	struct condition *condition = &p->conditions[p->condition_count - 1];
	struct lexer *lexer = file_lexer(p);
	unsigned int nested = 0;

	lexer->in_directive = false;
	lexer->quiet = true;
	for (;;) {
		struct token token = lexer_next(lexer);

		if (token.kind == TOKEN_END)
			break;
		if (token.kind != TOKEN_PUNCTUATION || token.integer != '#' ||
		    !token.starts_line)
			continue;
		lexer->in_directive = true;
		token = lexer_next(lexer);
		if (token.kind != TOKEN_NAME)
			token.name = "";
		if (!strncmp(token.name, "if", 2)) {
			nested++;
		} else if (nested) {
			nested -= !strcmp(token.name, "endif");
		} else if (!strcmp(token.name, "endif")) {
			p->condition_count--;
			break;
		} else if (!strcmp(token.name, "else") && !condition->taken) {
			condition->taken = condition->had_else = true;
			break;
		} else if (!strcmp(token.name, "elif") && !condition->taken) {
			lexer->quiet = false;
			condition->taken = read_condition(p, "elif", token.loc);
			lexer->quiet = true;
			if (condition->taken)
				break;
		}
		lexer->in_directive = false;
	}
	lexer->quiet = false;
	lexer->in_directive = false;
}

static void handle_if(struct preprocessor *p, const struct token *directive)
{
	bool value = read_condition(p, directive->name, directive->loc);

	if (p->condition_count == DEPTH_MAX) {
		diag_error(p->idl, directive->loc, NULL,
			   "#if is nested more than %d deep", DEPTH_MAX);
		return;
	}
	p->conditions[p->condition_count++] = (struct condition){
		.loc = directive->loc,
		.taken = value,
	};
	if (!value)
		skip_branch(p);
}

/* The branch before it was taken, or this would have been skipped. */
static void handle_else(struct preprocessor *p, const struct token *directive)
{
	bool ends = !strcmp(directive->name, "endif");

	if (p->condition_count <= p->frames[p->depth - 1].conditions) {
		diag_error(p->idl, directive->loc, NULL, "#%s without #if",
			   directive->name);
		skip_line(p);
		return;
	}
	if (ends) {
		expect_newline(p, directive->name);
		p->condition_count--;
		return;
	}
	if (p->conditions[p->condition_count - 1].had_else)
		diag_error(p->idl, directive->loc, NULL, "#%s after #else",
			   directive->name);
	skip_branch(p);
}

static void handle_error(struct preprocessor *p, const struct token *directive)
{
	const struct lexer *lexer = file_lexer(p);
	const char *text = lexer->source->text + lexer->position;
	size_t length = strcspn(text, "\r\n");

	while (length && (*text == ' ' || *text == '\t')) {
		text++;
		length--;
	}
	if (!strcmp(directive->name, "error"))
		diag_error(p->idl, directive->loc, NULL, "%.*s",
			   (int)(length < 200 ? length : 200), text);
	else
		diag_warning(p->idl, directive->loc, NULL, "%.*s",
			     (int)(length < 200 ? length : 200), text);
	file_lexer(p)->quiet = true;
	skip_line(p);
	file_lexer(p)->quiet = false;
}

static void handle_unknown(struct preprocessor *p,
			   const struct token *directive)
{
	static const char *const known[] = { "include", "define",  "undef",
					     "if",	"ifdef",   "ifndef",
					     "elif",	"else",	   "endif",
					     "error",	"warning", "pragma",
					     NULL };
	const char *near = directive->kind == TOKEN_NAME ?
				   diag_nearest(directive->name, known) :
				   NULL;

	diag_error(p->idl, directive->loc,
		   near ? arena_format(&p->idl->arena, "did you mean #%s?",
				       near) :
			  NULL,
		   "unknown directive");
	if (directive->kind != TOKEN_NEWLINE)
		skip_line(p);
}

static void handle_directive(struct preprocessor *p)
{
	size_t depth = p->depth;
	struct token token;
	const char *name;

	file_lexer(p)->in_directive = true;
	token = lexer_next(file_lexer(p));
	name = token.kind == TOKEN_NAME ? token.name : "";
	if (!strcmp(name, "include")) {
		include(p);
	} else if (!strcmp(name, "define")) {
		handle_define(p);
	} else if (!strcmp(name, "undef")) {
		handle_undef(p);
	} else if (!strcmp(name, "if") || !strcmp(name, "ifdef") ||
		   !strcmp(name, "ifndef")) {
		handle_if(p, &token);
	} else if (!strcmp(name, "else") || !strcmp(name, "elif") ||
		   !strcmp(name, "endif")) {
		handle_else(p, &token);
	} else if (!strcmp(name, "error") || !strcmp(name, "warning")) {
		handle_error(p, &token);
	} else if (!strcmp(name, "pragma") || token.kind == TOKEN_INTEGER) {
		skip_line(p);
	} else if (token.kind != TOKEN_NEWLINE) {
		handle_unknown(p, &token);
	}
	if (p->depth == depth)
		file_lexer(p)->in_directive = false;
}
