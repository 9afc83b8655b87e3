// SPDX-License-Identifier: BSD-3-Clause
#include "compile.h"

#include <errno.h>

#include "check.h"
#include "parser.h"

static bool compile(struct idl *idl, struct layout *layout)
{
	idl->base = source_base(idl, idl->main);
	parser_run(idl);
	if (idl->errors == idl->name_errors)
		check_run(idl);
	if (!idl->errors)
		layout_run(idl, layout);
	if (idl->errors)
		*layout = (struct layout){ 0 };
	return !idl->errors;
}

bool compile_file(struct idl *idl, const char *path, struct layout *layout)
{
	const char *why;

	*layout = (struct layout){ 0 };
	idl->main = source_load(idl, path, &why);
	if (!idl->main) {
		diag_error(idl, (struct loc){ 0 }, NULL, "cannot read %s: %s",
			   path, why);
		return false;
	}
	return compile(idl, layout);
}

bool compile_memory(struct idl *idl, const char *name, const char *text,
		    size_t size, struct layout *layout)
{
	*layout = (struct layout){ 0 };
	if (size > SOURCE_SIZE_MAX)
		return false;
	idl->main = source_memory(idl, name, text, size);
	return compile(idl, layout);
}
