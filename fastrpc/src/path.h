/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Where the host looks for files that a DSP needs: below the folders of
 * DSP_LIBRARY_PATH (or ADSP_LIBRARY_PATH, or the default ones), each a root of
 * its own, or below one root that path_set_root() named. Neither ".." nor a link
 * leads out of a root. All return a negative errno when they fail.
 */
#ifndef FASTRPC_PATH_H
#define FASTRPC_PATH_H

#include <stdbool.h>
#include <sys/types.h>

/*
 * Opens a file of that name, which may be a path, in the first folder that has
 * it. A name that begins with one of the folders is looked up in that one.
 */
int path_open(const char *name, int flags);

/* The same; below one root, the folders of the search path are tried there. */
int path_search(const char *name, int flags);

/* Whether there is a folder to look in. */
bool path_is_there(void);

/*
 * From now on absolute names and links mean what they mean to a program whose
 * root this is. Before there are sessions; @folder stays the caller's.
 */
void path_set_root(const char *folder);

/* The folders themselves, separated by ";". */
const char *path_folders(void);

/* In the first folder that has the folder of the name, or the name itself. */
int path_make_folder(const char *name, mode_t mode);
int path_remove(const char *name, bool folder);
int path_rename(const char *from, const char *to);

#endif
