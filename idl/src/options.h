/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IDL_OPTIONS_H
#define IDL_OPTIONS_H

#include "idl.h"

/* Exit status; 0 is success. */
#define EXIT_DIAGNOSTICS 1
#define EXIT_USAGE	 2

/* What is written; bits of &options.emit. */
enum {
	EMIT_HEADER = 1 << 0,
	EMIT_STUB = 1 << 1,
	EMIT_SKEL = 1 << 2,
	EMIT_JSON = 1 << 3,
	EMIT_DOC = 1 << 4,
	EMIT_ALL_CODE = EMIT_HEADER | EMIT_STUB | EMIT_SKEL,
};

struct options {
	struct arena arena;
	struct strings files;
	struct strings include_paths;
	struct strings defines;
	const char *directory;	  /* -o */
	const char *dependencies; /* -MF */
	const char *old;	  /* --check-abi */
	unsigned int emit;
	bool write_dependencies; /* -MD */
	bool print_json;	 /* to standard output */
	bool print_doc;
	bool standard_types;
	bool warn_undefined;
};

/**
 * options_read - the command line
 *
 * Returns false when the program is to end with *status: after --help and
 * --version, or after an error that was said on stderr.
 */
bool options_read(struct options *options, int argc, char **argv, int *status);

#endif
