/* SPDX-License-Identifier: BSD-3-Clause */
/* Where the host looks for files that a DSP needs. */
#ifndef FASTRPC_PATH_H
#define FASTRPC_PATH_H

#include <stdbool.h>

/*
 * Opens a file of that name, which may be a path, in the first folder of
 * DSP_LIBRARY_PATH (or ADSP_LIBRARY_PATH, or the default ones) that has it.
 * Neither ".." nor a link leads out of the folder. A negative errno without.
 */
int path_open(const char *name, int flags);

/* Whether there is a folder to look in. */
bool path_is_there(void);

#endif
