/* SPDX-License-Identifier: BSD-3-Clause */
/* One run of the compiler: what every part of it shares. */
#ifndef IDL_H
#define IDL_H

#include "arena.h"
#include "ast.h"
#include "diagnostics.h"
#include "source.h"

/** A list of texts that the caller keeps. */
struct strings {
	const char **items;
	size_t count;
};

struct idl {
	struct arena arena;
	struct names names;
	struct source *sources;
	struct source **sources_end;

	struct strings include_paths; /* -I */
	struct strings defines;	      /* -D: "NAME" or "NAME=VALUE" */
	bool standard_types;	      /* -st */
	bool warn_undefined;	      /* -Wu */

	struct text messages; /* what was said so far */
	unsigned int errors;
	unsigned int name_errors; /* of them, in names: the tree is complete */
	unsigned int warnings;
	bool muted; /* the last error was not shown */

	const struct source *main; /* the file on the command line */
	const char *base;	   /* its name, for the names of outputs */
	struct decl *root;	   /* what it declares, a nameless module */
	struct decl *builtin;	   /* what is known without an include */
	const char *version;	   /* IDL_VERSION, NULL where there is none */
};

void idl_init(struct idl *idl);
void idl_free(struct idl *idl);

/* The name as a pointer that is equal for equal names. */
const char *idl_name(struct idl *idl, const char *text);

#endif
