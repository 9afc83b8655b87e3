// SPDX-License-Identifier: BSD-3-Clause
#include "diagnostics.h"

#include <ctype.h>
#include <stdarg.h>
#include <string.h>

#include "idl.h"

/* What is shown of a line. */
#define SHOWN_MAX 160

bool diag_stopped(const struct idl *idl)
{
	return idl->errors >= DIAGNOSTICS_ERRORS_MAX;
}

static void print_marker(struct text *out, const char *line, size_t start,
			 size_t column, size_t length)
{
	text_print(out, "  ");
	for (size_t i = start; i < column; i++)
		text_print(out, "%c", line[i] == '\t' ? '\t' : ' ');
	text_print(out, "^");
	for (size_t i = 1; i < length; i++)
		text_print(out, "~");
	text_print(out, "\n");
}

static void print_line(struct text *out, struct loc loc)
{
	const char *text = loc.source->text;
	const char *line = text + loc.offset - (loc.column - 1);
	size_t column = loc.column - 1, start = 0, end = column;
	size_t rest = (size_t)(text + loc.source->size - line);

	while (end < rest && line[end] != '\n' && line[end] != '\r')
		end++;
	if (column > SHOWN_MAX / 2)
		start = column - SHOWN_MAX / 2;
	if (end - start > SHOWN_MAX)
		end = start + SHOWN_MAX;
	text_print(out, "  ");
	for (size_t i = start; i < end; i++) {
		unsigned char c = (unsigned char)line[i];

		text_print(out, "%c",
			   c == '\t' || c >= 0x80 || isprint(c) ? line[i] :
								  '?');
	}
	text_print(out, "\n");
	rest = end > column ? end - column : 1;
	print_marker(out, line, start, column,
		     loc.length < rest ? loc.length : rest);
}

static void report(struct idl *idl, struct loc loc, const char *severity,
		   const char *format, va_list arguments)
{
	struct text *out = &idl->messages;

	if (loc.source)
		text_print(out, "%s:%u:%u: %s: ", loc.source->path, loc.line,
			   loc.column, severity);
	else
		text_print(out, "qda-idl: %s: ", severity);
	text_vprint(out, format, arguments);
	text_print(out, "\n");
	if (loc.source && !loc.source->builtin)
		print_line(out, loc);
}

static void print_hint(struct idl *idl, const char *hint)
{
	if (hint)
		text_print(&idl->messages, "  hint: %s\n", hint);
}

void diag_error(struct idl *idl, struct loc loc, const char *hint,
		const char *format, ...)
{
	va_list arguments;

	idl->muted = diag_stopped(idl);
	if (idl->muted)
		return;
	idl->errors++;
	va_start(arguments, format);
	report(idl, loc, "error", format, arguments);
	va_end(arguments);
	print_hint(idl, hint);
}

void diag_warning(struct idl *idl, struct loc loc, const char *hint,
		  const char *format, ...)
{
	va_list arguments;

	idl->muted = diag_stopped(idl) ||
		     idl->warnings >= DIAGNOSTICS_ERRORS_MAX;
	if (idl->muted)
		return;
	idl->warnings++;
	va_start(arguments, format);
	report(idl, loc, "warning", format, arguments);
	va_end(arguments);
	print_hint(idl, hint);
}

void diag_note(struct idl *idl, struct loc loc, const char *format, ...)
{
	va_list arguments;

	if (idl->muted)
		return;
	va_start(arguments, format);
	report(idl, loc, "note", format, arguments);
	va_end(arguments);
}

unsigned int diag_distance(const char *a, const char *b, unsigned int limit)
{
	size_t length_a = strlen(a), length_b = strlen(b);
	unsigned int row[33];

	if (length_a > 32 || length_b > 32)
		return limit + 1;
	for (unsigned int j = 0; j <= length_b; j++)
		row[j] = j;
	for (unsigned int i = 1; i <= length_a; i++) {
		unsigned int diagonal = row[0];

		row[0] = i;
		for (unsigned int j = 1; j <= length_b; j++) {
			unsigned int cost = diagonal + (a[i - 1] != b[j - 1]);

			diagonal = row[j];
			if (row[j - 1] + 1 < cost)
				cost = row[j - 1] + 1;
			if (row[j] + 1 < cost)
				cost = row[j] + 1;
			row[j] = cost;
		}
	}
	return row[length_b] <= limit ? row[length_b] : limit + 1;
}

const char *diag_nearest(const char *name, const char *const *names)
{
	unsigned int best = strlen(name) > 3 ? 3 : strlen(name) > 2 ? 2 : 0;
	const char *nearest = NULL;

	for (; *names; names++) {
		unsigned int distance = diag_distance(name, *names, 3);

		if (distance < best) {
			best = distance;
			nearest = *names;
		}
	}
	return nearest;
}
