/* SPDX-License-Identifier: BSD-3-Clause */
/* The files that a run reads, and places in them. */
#ifndef IDL_SOURCE_H
#define IDL_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* No interface is this long; a device or a pipe may be. */
#define SOURCE_SIZE_MAX ((size_t)16 << 20)

/** A file, or text that is compiled in. */
struct source {
	struct source *next; /* in the order in which they were first read */
	const char *path;    /* as it is named in messages */
	const char *text;    /* with a NUL after it; may contain others */
	size_t size;
	bool builtin;
	bool open; /* being read: including it again is a cycle */
};

/** A place; lines and columns count from 1, columns count bytes. */
struct loc {
	const struct source *source;
	uint32_t offset;
	uint32_t length;
	uint32_t line;
	uint32_t column;
};

struct idl;

/**
 * source_load - read a file, once
 *
 * Returns NULL and sets @why (a text that lives as long as the run).
 */
struct source *source_load(struct idl *idl, const char *path, const char **why);

/** source_memory - make a source of text that the caller keeps */
struct source *source_memory(struct idl *idl, const char *path,
			     const char *text, size_t size);

/** source_builtin - AEEStdDef.idl or remote.idl, NULL for another name */
struct source *source_builtin(struct idl *idl, const char *name);

/** source_base - the file's name without directories and without ".idl" */
const char *source_base(struct idl *idl, const struct source *source);

#endif
