// SPDX-License-Identifier: BSD-3-Clause
/*
 * Calls whose bytes on the wire are written down by hand (../wire/vectors.txt
 * says how). The oracle must produce them; then stub and skel must.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <AEEStdErr.h>

#include "harness.h"

#define PARAMETERS 32

struct vector {
	const struct interface *interface;
	const struct method *method;
	remote_handle64 handle;
	struct value in[PARAMETERS], out[PARAMETERS];
	struct message expected;
	bool unsupported, given;
	unsigned int line;
};

static const char *file_name;
static unsigned int calls;

__attribute__((noreturn)) static void bad(const struct vector *vector,
					  const char *what, const char *at)
{
	fprintf(stderr, "%s:%u: %s: %s\n", file_name, vector->line, what, at);
	exit(2);
}

static const char *skip_blanks(const char *at)
{
	while (isspace((unsigned char)*at))
		at++;
	return at;
}

/* ---- values ------------------------------------------------------------ */

static const char *parse_value(struct vector *vector, struct pool *pool,
			       const struct type *type, const char *at,
			       struct value *value);

static const char *parse_scalar(const struct type *type, const char *at,
				struct value *value)
{
	char *end;
	double real;
	float single;

	*value = (struct value){ 0 };
	if (type->content == CONTENT_DOUBLE) {
		real = strtod(at, &end);
		memcpy(&value->bits, &real, sizeof(real));
	} else if (type->content == CONTENT_FLOAT) {
		single = strtof(at, &end);
		memcpy(&value->bits, &single, sizeof(single));
	} else if (*at == '-') {
		value->bits = (uint64_t)strtoll(at, &end, 0);
	} else {
		value->bits = strtoull(at, &end, 0);
	}
	return end == at ? NULL : end;
}

static struct value *append(struct pool *pool, struct value *value,
			    uint32_t *room)
{
	if (value->count == *room) {
		struct value *items;

		*room = 2 * *room + 8;
		items = pool_alloc(pool, *room * sizeof(*items));
		if (value->count)
			memcpy(items, value->items,
			       value->count * sizeof(*items));
		value->items = items;
	}
	return &value->items[value->count++];
}

/* "text" or "text":CAPACITY, with the zero at its end */
static const char *parse_string(struct vector *vector, struct pool *pool,
				const char *at, struct value *value)
{
	uint32_t room = 0, capacity = 0;
	char *end;

	*value = (struct value){ 0 };
	if (*at++ != '"')
		bad(vector, "a string expected", at - 1);
	for (; *at && *at != '"'; at++)
		*append(pool, value,
			&room) = (struct value){ .bits = (unsigned char)*at };
	*append(pool, value, &room) = (struct value){ 0 };
	if (*at++ != '"')
		bad(vector, "the string does not end", at - 1);
	if (*at == ':') {
		capacity = (uint32_t)strtoul(at + 1, &end, 10);
		at = end;
		if (!capacity)
			value->count = 0;
	}
	while (value->count < capacity)
		*append(pool, value, &room) = (struct value){ 0 };
	return at;
}

/* Items up to a bracket; "value*3" stands for three of them. */
static const char *parse_items(struct vector *vector, struct pool *pool,
			       const struct type *type, const char *at,
			       char close, struct value *value)
{
	uint32_t room = 0;

	*value = (struct value){ 0 };
	for (at = skip_blanks(at + 1); *at && *at != close;
	     at = skip_blanks(at)) {
		const struct type *inner = type->element;
		struct value item;
		unsigned long times = 1;

		if (type->kind == KIND_STRUCT)
			inner = type->members[value->count].type;
		at = parse_value(vector, pool, inner, at, &item);
		if (*at == '*') {
			char *end;

			times = strtoul(at + 1, &end, 10);
			at = end;
		}
		while (times--)
			*append(pool, value, &room) = item;
	}
	if (!*at)
		bad(vector, "the bracket is not closed", at);
	return at + 1;
}

static const char *parse_value(struct vector *vector, struct pool *pool,
			       const struct type *type, const char *at,
			       struct value *value)
{
	static const struct type number = { KIND_SCALAR, 4, .size = 4 };
	static const struct type handle = { KIND_ARRAY, 12, .element = &number,
					    .count = 3 };
	const char *end;

	switch (type->kind) {
	case KIND_SCALAR:
		end = parse_scalar(type, at, value);
		break;
	case KIND_STRING:
	case KIND_WSTRING:
		return parse_string(vector, pool, at, value);
	case KIND_DMAHANDLE:
		type = &handle;
		/* fall through */
	default:
		end = *at == '[' ?
			      parse_items(vector, pool, type, at, ']', value) :
			      NULL;
		break;
	}
	if (!end)
		bad(vector, "a value expected", at);
	return end;
}

static void parse_values(struct vector *vector, struct pool *pool,
			 enum mode mode, const char *at, struct value *values)
{
	for (unsigned int i = 0; i < vector->method->parameter_count; i++) {
		const struct parameter *parameter =
			&vector->method->parameters[i];

		at = skip_blanks(at);
		if (parameter->mode & mode)
			at = parse_value(vector, pool, parameter->type, at,
					 &values[i]);
	}
	if (*skip_blanks(at))
		bad(vector, "too many values", at);
}

/* ---- bytes ------------------------------------------------------------- */

static void parse_bytes(struct vector *vector, struct pool *pool,
			const char *at, struct bytes *bytes)
{
	static uint8_t data[1 << 20];
	size_t size = 0;

	for (at = skip_blanks(at); *at && *at != '-'; at = skip_blanks(at)) {
		unsigned int byte;
		unsigned long times = 1;
		char *end;

		if (*at == '\'') {
			for (at++; *at && *at != '\''; at++)
				data[size++] = (uint8_t)*at;
			at += *at == '\'';
			continue;
		}
		if (sscanf(at, "%2x", &byte) != 1)
			bad(vector, "hexadecimal bytes expected", at);
		at += 2;
		if (*at == '*') {
			times = strtoul(at + 1, &end, 10);
			at = end;
		}
		while (times-- && size < sizeof(data))
			data[size++] = (uint8_t)byte;
	}
	bytes->data = pool_alloc(pool, size);
	bytes->size = bytes->used = size;
	memcpy(bytes->data, data, size);
}

static void parse_handle(struct vector *vector, const char *at,
			 struct dma *handle)
{
	if (sscanf(at, "%d %u", &handle->fd, &handle->offset) != 2)
		bad(vector, "fd and offset expected", at);
}

static void parse_scalars(struct vector *vector, const char *at)
{
	unsigned int method, in, out, in_handles, out_handles;

	if (!strncmp(at, "unsupported", 11)) {
		vector->unsupported = true;
		return;
	}
	if (sscanf(at, "%u %u/%u/%u/%u", &method, &in, &out, &in_handles,
		   &out_handles) != 5)
		bad(vector, "METHOD IN/OUT/IN-HANDLES/OUT-HANDLES expected",
		    at);
	vector->expected.scalars = REMOTE_SCALARS_MAKEX(
		0, method, in, out, in_handles, out_handles);
}

/* ---- a vector ---------------------------------------------------------- */

static void compare_list(const char *what, const struct bytes *is,
			 unsigned int is_count, const struct bytes *should,
			 unsigned int count)
{
	if (is_count != count) {
		complain("the oracle has %u %s-buffers, not %u", is_count, what,
			 count);
		return;
	}
	for (unsigned int i = 0; i < count; i++)
		if (is[i].size != should[i].size ||
		    (is[i].size &&
		     memcmp(is[i].data, should[i].data, is[i].size) != 0))
			complain("the oracle's %s-buffer %u is different", what,
				 i);
}

static void compare_handle_list(const char *what, const struct dma *is,
				const struct dma *should, unsigned int count)
{
	for (unsigned int i = 0; i < count; i++)
		if (is[i].fd != should[i].fd ||
		    is[i].offset != should[i].offset)
			complain("the oracle's %s-handle %u is different", what,
				 i);
}

static void compare_with_oracle(struct vector *vector)
{
	const struct message *expected = &vector->expected;
	static struct message message;
	struct pool pool = { 0 };
	bool fits;

	fits = oracle_marshal(&pool, vector->method, vector->in, vector->out,
			      &message);
	if (fits == vector->unsupported)
		complain("the oracle says it %s",
			 fits ? "fits" : "does not fit");
	if (fits && message.scalars != expected->scalars)
		complain("the oracle's scalars are %08x, not %08x",
			 message.scalars, expected->scalars);
	if (fits && !vector->unsupported) {
		compare_list("in", message.in, message.in_count, expected->in,
			     expected->in_count);
		compare_list("out", message.out, message.out_count,
			     expected->out, expected->out_count);
		compare_handle_list("in", message.in_handles,
				    expected->in_handles,
				    message.in_handle_count);
		compare_handle_list("out", message.out_handles,
				    expected->out_handles,
				    message.out_handle_count);
	}
	pool_free(&pool);
}

static void run_vector(struct vector *vector, struct pool *pool)
{
	struct call call = { .in = vector->in, .out = vector->out };
	unsigned int before = complaints;

	if (vector->given) {
		current = (struct call){ .interface = vector->interface,
					 .method = vector->method };
		compare_with_oracle(vector);
		run_call(vector->interface, vector->method, vector->handle,
			 &call);
		calls++;
		if (complaints != before)
			fprintf(stderr, "%s:%u: this call\n", file_name,
				vector->line);
	}
	vector->given = vector->unsupported = false;
	memset(&vector->expected, 0, sizeof(vector->expected));
	memset(vector->in, 0, sizeof(vector->in));
	memset(vector->out, 0, sizeof(vector->out));
	pool_free(pool);
}

static void choose_interface(struct vector *vector, const char *name)
{
	size_t length = strcspn(name, " \n");

	vector->interface = NULL;
	for (unsigned int i = 0; i < interface_count; i++)
		if (strlen(interfaces[i]->name) == length &&
		    !strncmp(interfaces[i]->name, name, length))
			vector->interface = interfaces[i];
	if (!vector->interface)
		bad(vector, "no such interface", name);
	current = (struct call){ .interface = vector->interface };
	vector->handle = 0;
	if (vector->interface->open &&
	    vector->interface->open(vector->interface->uri, &vector->handle))
		complain("open failed");
}

static void choose_method(struct vector *vector, const char *name)
{
	size_t length = strcspn(name, " (\n");
	const struct interface *interface = vector->interface;

	vector->method = NULL;
	for (unsigned int i = 0; i < interface->method_count; i++)
		if (strlen(interface->methods[i].name) == length &&
		    !strncmp(interface->methods[i].name, name, length))
			vector->method = &interface->methods[i];
	if (!vector->method || vector->method->parameter_count > PARAMETERS)
		bad(vector, "no such method", name);
}

static void read_line(struct vector *vector, struct pool *pool, const char *at)
{
	struct message *expected = &vector->expected;
	size_t word = strcspn(at, " \n");
	const char *rest = skip_blanks(at + word);

#define IS(text) (word == strlen(text) && !strncmp(at, text, word))
	if (IS("interface")) {
		run_vector(vector, pool);
		choose_interface(vector, rest);
	} else if (IS("method") || IS("async") || IS("again")) {
		run_vector(vector, pool);
		choose_method(vector, rest);
	} else if (IS("call")) {
		run_vector(vector, pool);
		vector->given = true;
		parse_values(vector, pool, MODE_IN, rest, vector->in);
	} else if (IS("answer")) {
		parse_values(vector, pool, MODE_ROUT, rest, vector->out);
	} else if (IS("sc")) {
		parse_scalars(vector, rest);
	} else if (IS("in")) {
		parse_bytes(vector, pool, rest,
			    &expected->in[expected->in_count++]);
	} else if (IS("out")) {
		parse_bytes(vector, pool, rest,
			    &expected->out[expected->out_count++]);
	} else if (IS("inh")) {
		parse_handle(
			vector, rest,
			&expected->in_handles[expected->in_handle_count++]);
	} else if (IS("outh")) {
		parse_handle(
			vector, rest,
			&expected->out_handles[expected->out_handle_count++]);
	} else if (word && *at != '#' && !IS("type") && !IS("fill") &&
		   !IS("attribute") && !IS("readonly")) {
		bad(vector, "what is this", at);
	}
#undef IS
}

void vectors_all(const char *file)
{
	static struct vector vector;
	struct pool pool = { 0 };
	char *line = NULL;
	size_t room = 0;
	FILE *stream = fopen(file, "re");

	file_name = file;
	if (!stream) {
		perror(file);
		exit(2);
	}
	while (getline(&line, &room, stream) > 0) {
		vector.line++;
		read_line(&vector, &pool, skip_blanks(line));
	}
	run_vector(&vector, &pool);
	free(line);
	fclose(stream);
	printf("%u calls\n", calls);
}
