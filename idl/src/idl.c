// SPDX-License-Identifier: BSD-3-Clause
#include "idl.h"

#include <string.h>

void idl_init(struct idl *idl)
{
	*idl = (struct idl){ 0 };
	idl->sources_end = &idl->sources;
}

void idl_free(struct idl *idl)
{
	text_free(&idl->messages);
	arena_free(&idl->arena);
}

const char *idl_name(struct idl *idl, const char *text)
{
	return names_intern(&idl->arena, &idl->names, text, strlen(text));
}
