// SPDX-License-Identifier: BSD-3-Clause
#include "source.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "idl.h"

/*
 * What FastRPC's own two includes declare. remote_handle64 has no methods here:
 * open and close are the wire's, not an interface's.
 */
static const struct {
	const char *name;
	const char *text;
} builtins[] = {
	{ "AEEStdDef.idl", "typedef octet byte;\n"
			   "typedef uint32 AEEUID;\n"
			   "typedef uint32 AEEIID;\n"
			   "typedef uint32 AEECLSID;\n"
			   "typedef uint32 AEEPRIVID;\n"
			   "typedef wchar AECHAR;\n"
			   "typedef long AEEResult;\n" },
	{ "remote.idl", "interface remote_handle64 {};\n" },
};

static struct source *add(struct idl *idl, const char *path, const char *text,
			  size_t size)
{
	struct source *source = arena_alloc(&idl->arena, sizeof(*source));

	source->path = arena_copy(&idl->arena, path, strlen(path));
	source->text = text;
	source->size = size;
	*idl->sources_end = source;
	idl->sources_end = &source->next;
	return source;
}

static const char *read_all(struct idl *idl, FILE *file, size_t *size,
			    const char **why)
{
	struct text text = { 0 };
	const char *copy = NULL;
	char block[4096];
	size_t got;

	*why = NULL;
	errno = 0;
	while ((got = fread(block, 1, sizeof(block), file)) > 0 &&
	       text.length <= SOURCE_SIZE_MAX)
		text_add(&text, block, got);
	if (ferror(file))
		*why = strerror(errno);
	else if (text.length > SOURCE_SIZE_MAX)
		*why = "the file is larger than 16 MiB";
	else
		copy = arena_copy(&idl->arena, text.data ? text.data : "",
				  text.length);
	*size = text.length;
	text_free(&text);
	return copy;
}

struct source *source_load(struct idl *idl, const char *path, const char **why)
{
	struct source *source;
	struct stat status;
	const char *text;
	size_t size;
	FILE *file;

	for (source = idl->sources; source; source = source->next)
		if (!source->builtin && !strcmp(source->path, path))
			return source;
	*why = NULL;
	if (stat(path, &status))
		*why = strerror(errno);
	else if (S_ISDIR(status.st_mode))
		*why = strerror(EISDIR);
	else if (idl->main && !S_ISREG(status.st_mode))
		/* It could make us wait: only the user may ask for that. */
		*why = "it is not a regular file";
	if (*why)
		return NULL;
	file = fopen(path, "re");
	if (!file) {
		*why = strerror(errno);
		return NULL;
	}
	text = read_all(idl, file, &size, why);
	fclose(file);
	return text ? add(idl, path, text, size) : NULL;
}

struct source *source_memory(struct idl *idl, const char *path,
			     const char *text, size_t size)
{
	return add(idl, path, arena_copy(&idl->arena, text, size), size);
}

struct source *source_builtin(struct idl *idl, const char *name)
{
	struct source *source;

	for (source = idl->sources; source; source = source->next)
		if (source->builtin && !strcmp(source->path, name))
			return source;
	for (size_t i = 0; i < sizeof(builtins) / sizeof(builtins[0]); i++) {
		if (strcmp(builtins[i].name, name) != 0)
			continue;
		source = add(idl, name, builtins[i].text,
			     strlen(builtins[i].text));
		source->builtin = true;
		return source;
	}
	return NULL;
}

const char *source_base(struct idl *idl, const struct source *source)
{
	const char *slash = strrchr(source->path, '/');
	const char *name = slash ? slash + 1 : source->path;
	const char *dot = strrchr(name, '.');
	size_t length = dot && dot != name ? (size_t)(dot - name) :
					     strlen(name);

	return arena_copy(&idl->arena, name, length);
}
