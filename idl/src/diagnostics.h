/* SPDX-License-Identifier: BSD-3-Clause */
/* What is said to the user about an input. */
#ifndef IDL_DIAGNOSTICS_H
#define IDL_DIAGNOSTICS_H

#include "source.h"

/* After so many errors the rest is guesswork. */
#define DIAGNOSTICS_ERRORS_MAX 20

struct idl;

/**
 * diag_error - "FILE:LINE:COLUMN: error: TEXT", the line and a caret
 * @hint: what to do, NULL for nothing; printed below
 */
__attribute__((format(printf, 4, 5))) void diag_error(struct idl *idl,
						      struct loc loc,
						      const char *hint,
						      const char *format, ...);
__attribute__((format(printf, 4, 5))) void diag_warning(struct idl *idl,
							struct loc loc,
							const char *hint,
							const char *format,
							...);

/** diag_note - belongs to the error or warning before it */
__attribute__((format(printf, 3, 4))) void diag_note(struct idl *idl,
						     struct loc loc,
						     const char *format, ...);

/** diag_stopped - whether there were too many errors to go on */
bool diag_stopped(const struct idl *idl);

/**
 * diag_nearest - the name that was probably meant
 * @names: NULL-terminated
 *
 * Returns NULL where none is close.
 */
const char *diag_nearest(const char *name, const char *const *names);

/** diag_distance - how many letters must change, at most @limit + 1 */
unsigned int diag_distance(const char *a, const char *b, unsigned int limit);

#endif
