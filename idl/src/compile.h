/* SPDX-License-Identifier: BSD-3-Clause */
/* From a file, or from text in memory, to its layout. */
#ifndef IDL_COMPILE_H
#define IDL_COMPILE_H

#include "idl.h"
#include "layout.h"

/**
 * compile_file - read, check and lay out a file
 * @idl: after idl_init(); messages are left in idl->messages
 *
 * Returns false if there were errors; @layout is then empty.
 */
bool compile_file(struct idl *idl, const char *path, struct layout *layout);

/** compile_memory - the same for text; @name is what messages call it */
bool compile_memory(struct idl *idl, const char *name, const char *text,
		    size_t size, struct layout *layout);

#endif
