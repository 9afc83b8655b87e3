// SPDX-License-Identifier: BSD-3-Clause
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "abi.h"
#include "compile.h"
#include "emit.h"
#include "options.h"
#include "output.h"

static const struct {
	unsigned int bit;
	const char *suffix;
	void (*emit)(struct idl *idl, const struct layout *layout,
		     struct text *out);
} emitters[] = {
	{ EMIT_HEADER, ".h", emit_header },
	{ EMIT_STUB, "_stub.c", emit_stub },
	{ EMIT_SKEL, "_skel.c", emit_skel },
	{ EMIT_JSON, ".json", emit_json },
	{ EMIT_DOC, ".md", emit_doc },
};

static void set_options(struct idl *idl, const struct options *options)
{
	idl_init(idl);
	idl->include_paths = options->include_paths;
	idl->defines = options->defines;
	idl->standard_types = options->standard_types;
	idl->warn_undefined = options->warn_undefined;
}

static void print_messages(const struct idl *idl)
{
	if (idl->messages.length)
		fwrite(idl->messages.data, 1, idl->messages.length, stderr);
	if (diag_stopped(idl))
		fprintf(stderr, "qda-idl: %d errors; the rest is not shown\n",
			DIAGNOSTICS_ERRORS_MAX);
}

static const char *output_path(struct idl *idl, const struct options *options,
			       const char *suffix)
{
	bool here = !strcmp(options->directory, ".");

	return arena_format(&idl->arena, "%s%s%s%s",
			    here ? "" : options->directory, here ? "" : "/",
			    idl->base, suffix);
}

/* A path as make reads it. */
static void print_path(struct text *out, const char *path)
{
	for (; *path; path++)
		text_print(out, "%s%c",
			   strchr(" #$", *path) ? *path == '$' ? "$" : "\\" :
						  "",
			   *path);
}

static bool write_dependencies(struct idl *idl, const struct options *options,
			       struct outputs *outputs)
{
	const char *path = options->dependencies ?
				   options->dependencies :
				   output_path(idl, options, ".d");
	struct text out = { 0 };
	bool good;

	for (size_t i = 0; i < sizeof(emitters) / sizeof(emitters[0]); i++) {
		if (!(options->emit & emitters[i].bit))
			continue;
		print_path(&out, output_path(idl, options, emitters[i].suffix));
		text_print(&out, " ");
	}
	text_print(&out, ":");
	for (const struct source *s = idl->sources; s; s = s->next) {
		if (s->builtin || s->path[0] == '<')
			continue;
		text_print(&out, " \\\n  ");
		print_path(&out, s->path);
	}
	text_print(&out, "\n");
	good = output_stage(&idl->arena, outputs, path, &out);
	text_free(&out);
	return good;
}

static bool write_outputs(struct idl *idl, const struct options *options,
			  const struct layout *layout, struct outputs *outputs)
{
	for (size_t i = 0; i < sizeof(emitters) / sizeof(emitters[0]); i++) {
		struct text out = { 0 };
		bool good;

		if (!(options->emit & emitters[i].bit))
			continue;
		emitters[i].emit(idl, layout, &out);
		good = output_stage(
			&idl->arena, outputs,
			output_path(idl, options, emitters[i].suffix), &out);
		text_free(&out);
		if (!good)
			return false;
	}
	return !options->write_dependencies ||
	       write_dependencies(idl, options, outputs);
}

static void print_to_stdout(struct idl *idl, const struct options *options,
			    const struct layout *layout)
{
	struct text out = { 0 };

	if (options->print_json)
		emit_json(idl, layout, &out);
	if (options->print_doc)
		emit_doc(idl, layout, &out);
	if (out.length)
		fwrite(out.data, 1, out.length, stdout);
	text_free(&out);
}

static bool check_abi(struct idl *idl, const struct options *options,
		      const struct layout *layout)
{
	struct layout old_layout;
	struct idl old;
	bool good;

	set_options(&old, options);
	good = compile_file(&old, options->old, &old_layout);
	print_messages(&old);
	if (good)
		good = !abi_compare(idl, layout, &old, &old_layout);
	idl_free(&old);
	return good;
}

static bool run_file(struct idl *idl, const struct options *options,
		     const char *path, struct outputs *outputs)
{
	struct layout layout;
	bool good;

	set_options(idl, options);
	good = compile_file(idl, path, &layout);
	if (good && options->old)
		good = check_abi(idl, options, &layout);
	print_messages(idl);
	if (good)
		print_to_stdout(idl, options, &layout);
	return good && write_outputs(idl, options, &layout, outputs);
}

int main(int argc, char **argv)
{
	struct outputs outputs = { 0 };
	struct options options;
	struct idl *runs;
	bool good = true;
	int status;

	if (!options_read(&options, argc, argv, &status)) {
		arena_free(&options.arena);
		return status;
	}
	runs = arena_alloc(&options.arena, options.files.count * sizeof(*runs));
	for (size_t i = 0; i < options.files.count; i++)
		good &= run_file(&runs[i], &options, options.files.items[i],
				 &outputs);
	good = good && output_commit(&outputs);
	output_discard(&outputs);
	for (size_t i = 0; i < options.files.count; i++)
		idl_free(&runs[i]);
	arena_free(&options.arena);
	if (fflush(stdout) || ferror(stdout)) {
		perror("qda-idl: standard output");
		good = false;
	}
	return good ? EXIT_SUCCESS : EXIT_DIAGNOSTICS;
}
