/* SPDX-License-Identifier: BSD-3-Clause */
/* Files that appear all at once, complete, or not at all. */
#ifndef IDL_OUTPUT_H
#define IDL_OUTPUT_H

#include "arena.h"

struct staged;

struct outputs {
	struct staged *files;
};

/**
 * output_stage - write a file under another name
 *
 * Returns false after an error that was said on stderr.
 */
bool output_stage(struct arena *arena, struct outputs *outputs,
		  const char *path, const struct text *text);

/** output_commit - give all of them their names */
bool output_commit(struct outputs *outputs);

/** output_discard - remove what was not committed */
void output_discard(struct outputs *outputs);

#endif
