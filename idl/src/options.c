// SPDX-License-Identifier: BSD-3-Clause
/*
 * The command line. Single-dash options of several letters are those that build
 * systems of FastRPC programs use already, so getopt_long() does not fit.
 */
#include "options.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "version.h"

static const char help[] =
	"Usage: qda-idl [OPTION]... FILE.idl...\n"
	"Makes a header, a stub and a skel of FastRPC interfaces: FILE.h,\n"
	"FILE_stub.c and FILE_skel.c.\n"
	"\n"
	"  -o, --output-path DIR   where outputs go; default: .\n"
	"  -I, --include-path DIR  where includes are searched for (repeatable)\n"
	"  -D, --define NAME[=V]   define a macro (repeatable)\n"
	"  -ho, --header-only      only the header\n"
	"  -ro, --remoting-only    only stub and skel\n"
	"  -s, --parse-only        check the file, write nothing\n"
	"  -st, --standard-types   boolean is bool, not unsigned char\n"
	"  -Wu, --warn-undefined   warn of interfaces that are never defined\n"
	"      --emit=LIST         what to write: h,stub,skel,json,md\n"
	"      --json              print the wire layout as JSON, write nothing\n"
	"      --doc               print documentation as Markdown, write nothing\n"
	"      --check-abi OLD     say what a peer made of OLD would not\n"
	"                          understand, write nothing; exit status 1 if\n"
	"                          there is something\n"
	"  -MD                     write the dependencies to FILE.d, for make\n"
	"  -MF PATH                write them to PATH instead\n"
	"  -v, --version           print the version and exit\n"
	"  -h, --help              print this and exit\n"
	"\n"
	"Accepted without an effect: -mdll, -p CPP, -pa ARG, -i WIDTH. The exit\n"
	"status is 0, 1 when the input has errors, 2 after a wrong command line.\n";

enum option {
	OPTION_OUTPUT,
	OPTION_INCLUDE,
	OPTION_DEFINE,
	OPTION_HEADER_ONLY,
	OPTION_REMOTING_ONLY,
	OPTION_PARSE_ONLY,
	OPTION_STANDARD_TYPES,
	OPTION_WARN_UNDEFINED,
	OPTION_EMIT,
	OPTION_JSON,
	OPTION_DOC,
	OPTION_CHECK_ABI,
	OPTION_DEPENDENCIES,
	OPTION_DEPENDENCY_FILE,
	OPTION_VERSION,
	OPTION_HELP,
	OPTION_IGNORED,
	OPTION_IGNORED_ARGUMENT,
};

static const struct known {
	const char *name;
	enum option option;
	bool argument;
} known[] = {
	/* A longer name comes before one that it begins with. */
	{ "--output-path", OPTION_OUTPUT, true },
	{ "--include-path", OPTION_INCLUDE, true },
	{ "--define", OPTION_DEFINE, true },
	{ "--header-only", OPTION_HEADER_ONLY, false },
	{ "--remoting-only", OPTION_REMOTING_ONLY, false },
	{ "--parse-only", OPTION_PARSE_ONLY, false },
	{ "--standard-types", OPTION_STANDARD_TYPES, false },
	{ "--warn-undefined", OPTION_WARN_UNDEFINED, false },
	{ "--emit", OPTION_EMIT, true },
	{ "--json", OPTION_JSON, false },
	{ "--doc", OPTION_DOC, false },
	{ "--check-abi", OPTION_CHECK_ABI, true },
	{ "--version", OPTION_VERSION, false },
	{ "--help", OPTION_HELP, false },
	{ "--map-dll", OPTION_IGNORED, false },
	{ "--cpp", OPTION_IGNORED_ARGUMENT, true },
	{ "--arg-cpp", OPTION_IGNORED_ARGUMENT, true },
	{ "--indent", OPTION_IGNORED_ARGUMENT, true },
	{ "-mdll", OPTION_IGNORED, false },
	{ "-MD", OPTION_DEPENDENCIES, false },
	{ "-MF", OPTION_DEPENDENCY_FILE, true },
	{ "-Wu", OPTION_WARN_UNDEFINED, false },
	{ "-ho", OPTION_HEADER_ONLY, false },
	{ "-ro", OPTION_REMOTING_ONLY, false },
	{ "-st", OPTION_STANDARD_TYPES, false },
	{ "-pa", OPTION_IGNORED_ARGUMENT, true },
	{ "-s", OPTION_PARSE_ONLY, false },
	{ "-v", OPTION_VERSION, false },
	{ "-h", OPTION_HELP, false },
	{ "-o", OPTION_OUTPUT, true },
	{ "-I", OPTION_INCLUDE, true },
	{ "-D", OPTION_DEFINE, true },
	{ "-p", OPTION_IGNORED_ARGUMENT, true },
	{ "-i", OPTION_IGNORED_ARGUMENT, true },
};

static bool wrong(const char *format, const char *what)
{
	fprintf(stderr, "qda-idl: ");
	fprintf(stderr, format, what);
	fprintf(stderr, "\nTry \"qda-idl --help\".\n");
	return false;
}

static void append(struct options *options, struct strings *list,
		   const char *text)
{
	const char **items = arena_alloc(&options->arena,
					 (list->count + 1) * sizeof(*items));

	if (list->count)
		memcpy(items, list->items, list->count * sizeof(*items));
	items[list->count++] = text;
	list->items = items;
}

static bool read_emit(struct options *options, const char *list)
{
	static const struct {
		const char *name;
		unsigned int bit;
	} outputs[] = {
		{ "h", EMIT_HEADER },  { "stub", EMIT_STUB },
		{ "skel", EMIT_SKEL }, { "json", EMIT_JSON },
		{ "md", EMIT_DOC },
	};

	options->emit = 0;
	while (*list) {
		size_t length = strcspn(list, ","), i;

		for (i = 0; i < 5; i++)
			if (strlen(outputs[i].name) == length &&
			    !strncmp(outputs[i].name, list, length))
				break;
		if (i == 5)
			return wrong("--emit takes a list of h, stub, skel, "
				     "json and md, not \"%s\"",
				     list);
		options->emit |= outputs[i].bit;
		list += length + (list[length] == ',');
	}
	return options->emit || wrong("--emit needs a list%s", "");
}

static bool apply_argument(struct options *options, enum option option,
			   const char *argument)
{
	switch (option) {
	case OPTION_OUTPUT:
		options->directory = argument;
		return true;
	case OPTION_INCLUDE:
		append(options, &options->include_paths, argument);
		return true;
	case OPTION_DEFINE:
		append(options, &options->defines, argument);
		return true;
	case OPTION_EMIT:
		return read_emit(options, argument);
	case OPTION_CHECK_ABI:
		options->old = argument;
		options->emit = 0;
		return true;
	case OPTION_DEPENDENCY_FILE:
		options->dependencies = argument;
		options->write_dependencies = true;
		return true;
	default:
		return true;
	}
}

static void apply(struct options *options, enum option option)
{
	switch (option) {
	case OPTION_HEADER_ONLY:
		options->emit = EMIT_HEADER;
		break;
	case OPTION_REMOTING_ONLY:
		options->emit = EMIT_STUB | EMIT_SKEL;
		break;
	case OPTION_PARSE_ONLY:
		options->emit = 0;
		break;
	case OPTION_STANDARD_TYPES:
		options->standard_types = true;
		break;
	case OPTION_WARN_UNDEFINED:
		options->warn_undefined = true;
		break;
	case OPTION_JSON:
		options->print_json = true;
		options->emit = 0;
		break;
	case OPTION_DOC:
		options->print_doc = true;
		options->emit = 0;
		break;
	case OPTION_DEPENDENCIES:
		options->write_dependencies = true;
		break;
	default:
		break;
	}
}

/* "-o DIR", "-oDIR", "-o=DIR"; a long one needs the "=". */
static const struct known *find(const char *word, const char **argument)
{
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		size_t length = strlen(known[i].name);

		if (strncmp(known[i].name, word, length) != 0)
			continue;
		*argument = word[length] ? word + length : NULL;
		if (!*argument)
			return &known[i];
		if (known[i].argument && **argument == '=') {
			++*argument;
			return &known[i];
		}
		if (known[i].argument && word[1] != '-')
			return &known[i];
	}
	return NULL;
}

static bool read_option(struct options *options, char **argv, int *at,
			int *status)
{
	const char *argument;
	const struct known *found = find(argv[*at], &argument);

	if (!found)
		return wrong("unknown option \"%s\"", argv[*at]);
	if (found->option == OPTION_HELP || found->option == OPTION_VERSION) {
		if (found->option == OPTION_HELP)
			fputs(help, stdout);
		else
			puts("qda-idl " QDA_IDL_VERSION);
		*status = EXIT_SUCCESS;
		return false;
	}
	if (!found->argument) {
		apply(options, found->option);
		return true;
	}
	if (!argument)
		argument = argv[++*at];
	if (!argument || (!*argument && found->option != OPTION_INCLUDE))
		return wrong("%s needs an argument", found->name);
	return apply_argument(options, found->option, argument);
}

bool options_read(struct options *options, int argc, char **argv, int *status)
{
	bool only_files = false;

	*options = (struct options){
		.directory = ".",
		.emit = EMIT_ALL_CODE,
	};
	*status = EXIT_USAGE;
	for (int i = 1; i < argc; i++) {
		if (!only_files && !strcmp(argv[i], "--"))
			only_files = true;
		else if (only_files || argv[i][0] != '-' || !argv[i][1])
			append(options, &options->files, argv[i]);
		else if (!read_option(options, argv, &i, status))
			return false;
	}
	if (!options->files.count)
		return wrong("no input file%s", "");
	if (options->files.count > 1 && options->dependencies)
		return wrong("-MF takes one input file%s", "");
	if (options->files.count > 1 && options->old)
		return wrong("--check-abi takes one input file%s", "");
	return true;
}
