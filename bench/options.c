// SPDX-License-Identifier: BSD-3-Clause
#include "options.h"

#include <errno.h>
#include <fnmatch.h>
#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define EXIT_USAGE 2
#define BLOCKS_MAX 10000
#define CALLS_MAX  10000000

static const char help[] =
	"Usage: qda-bench [OPTION...]\n"
	"Measure calls to the DSP by every way there is, on the machine this runs on:\n"
	"    build/machine/qda-sim --root --poll --skel-path build/bench -- \\\n"
	"        build/bench/qda-bench --quick\n"
	"\n"
	"      --list               print contenders, tables and sweeps, and exit\n"
	"  -q, --quick              seconds instead of minutes: few calls, short sweeps\n"
	"  -b, --blocks N           blocks of each contender in a table [24]\n"
	"  -c, --calls N            calls of a block [2000]\n"
	"  -C, --contenders PATTERN only contenders of such names (repeatable; * ? [])\n"
	"  -t, --table PATTERN      only tables of such names, and no sweep (repeatable)\n"
	"  -s, --sweep NAME         only this sweep, and no table (repeatable; \"none\": no\n"
	"                           sweep, all tables)\n"
	"      --counters-only      count what calls cost, and time nothing\n"
	"      --add-counters FILE  of tables, from a run with --counters-only --json FILE\n"
	"                           on another kernel: what this one does not count\n"
	"      --seed N             of what is drawn at random [the time]\n"
	"      --load TEXT          what else keeps this machine busy, for the report\n"
	"  -j, --json FILE          write the figures (docs/performance.md: schema)\n"
	"      --html FILE          write a page with plots\n"
	"  -h, --help               print this and exit\n"
	"\n"
	"Contenders of a table take turns, a block of calls each, in the order A B B A.\n"
	"The DSP checks the data of each call, and counts the calls. A contender that\n"
	"fails is shown as failed. The exit status is 0, 1 if one of this project failed,\n"
	"2 after a wrong command line.\n";

enum {
	OPT_SEED = 256,
	OPT_ADD_COUNTERS,
	OPT_COUNTERS_ONLY,
	OPT_HTML,
	OPT_LIST,
	OPT_LOAD
};

static const struct option table[] = {
	{ "list", no_argument, NULL, OPT_LIST },
	{ "quick", no_argument, NULL, 'q' },
	{ "blocks", required_argument, NULL, 'b' },
	{ "calls", required_argument, NULL, 'c' },
	{ "contenders", required_argument, NULL, 'C' },
	{ "table", required_argument, NULL, 't' },
	{ "sweep", required_argument, NULL, 's' },
	{ "counters-only", no_argument, NULL, OPT_COUNTERS_ONLY },
	{ "add-counters", required_argument, NULL, OPT_ADD_COUNTERS },
	{ "seed", required_argument, NULL, OPT_SEED },
	{ "load", required_argument, NULL, OPT_LOAD },
	{ "json", required_argument, NULL, 'j' },
	{ "html", required_argument, NULL, OPT_HTML },
	{ "help", no_argument, NULL, 'h' },
	{ 0 },
};

static void __attribute__((noreturn, format(printf, 1, 2)))
wrong(const char *format, ...)
{
	va_list args;

	fputs("qda-bench: ", stderr);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputs("\nTry \"qda-bench --help\".\n", stderr);
	exit(EXIT_USAGE);
}

static uint64_t number(const char *name, const char *text, uint64_t most)
{
	unsigned long long value;
	char *end;

	errno = 0;
	value = strtoull(text, &end, 0);
	if (end == text || *end || errno || *text == '-' || !value ||
	    value > most)
		wrong("%s is from 1 to %llu, not \"%s\"", name,
		      (unsigned long long)most, text);
	return value;
}

static void check_sweep(const char *name)
{
	for (size_t i = 0; sweeps[i].name; i++)
		if (!strcmp(sweeps[i].name, name))
			return;
	wrong("there is no sweep \"%s\"; --list prints them", name);
}

static void check_table(const char *pattern)
{
	for (size_t i = 0; tables[i].name; i++)
		if (!fnmatch(pattern, tables[i].name, 0))
			return;
	wrong("there is no table \"%s\"; --list prints them", pattern);
}

static void add(const char ***list, unsigned int *count, const char *word)
{
	const char **grown = reallocarray(*list, *count + 1, sizeof(*grown));

	if (!grown)
		wrong("out of memory");
	grown[(*count)++] = word;
	*list = grown;
}

static void add_sweep(struct options *options, const char *name)
{
	struct plan_options *plan = &options->plan;

	if (!strcmp(name, "none")) {
		plan->sweeps = false;
		return;
	}
	check_sweep(name);
	add(&plan->names, &plan->names_count, name);
}

static void set_quick(struct options *options)
{
	options->plan.quick = true;
	options->blocks = 8;
	options->calls = 200;
	options->points_blocks = 4;
}

static void set(struct options *options, int option, const char *value)
{
	switch (option) {
	case 'b':
		options->blocks = (unsigned int)number("--blocks", value,
						       BLOCKS_MAX);
		break;
	case 'c':
		options->calls = (unsigned int)number("--calls", value,
						      CALLS_MAX);
		break;
	case 'C':
		add(&options->plan.contenders, &options->plan.contenders_count,
		    value);
		break;
	case 't':
		check_table(value);
		add(&options->plan.table_names,
		    &options->plan.table_names_count, value);
		break;
	case 's':
		add_sweep(options, value);
		break;
	case OPT_COUNTERS_ONLY:
		options->plan.counters_only = true;
		break;
	case OPT_ADD_COUNTERS:
		options->add_counters = value;
		break;
	case OPT_SEED:
		options->seed = number("--seed", value, UINT64_MAX);
		break;
	case OPT_LOAD:
		options->load = value;
		break;
	case 'j':
		options->json = value;
		break;
	case OPT_HTML:
		options->html = value;
		break;
	case OPT_LIST:
		options->list = true;
		break;
	case 'h':
		fputs(help, stdout);
		exit(EXIT_SUCCESS);
	default:
		if (option != 'q')
			wrong("what to do is not clear");
	}
}

/* What is named alone, and of what is not timed no sweep. */
static void choose_steps(struct options *options)
{
	struct plan_options *plan = &options->plan;

	if (plan->names_count && !plan->table_names_count)
		plan->tables = false;
	if (plan->table_names_count && !plan->names_count)
		plan->sweeps = false;
	if (!plan->counters_only)
		return;
	if (plan->names_count || options->add_counters)
		wrong("--counters-only counts for tables, and goes without --sweep and --add-counters");
	plan->sweeps = false;
	options->blocks = 0;
}

void options_parse(struct options *options, int argc, char **argv)
{
	int option;

	*options = (struct options){
		.plan = { .tables = true, .sweeps = true },
		.blocks = 24,
		.calls = 2000,
		.points_blocks = 8,
		.seed = (uint64_t)time(NULL),
	};
	/* Before the others, which may say otherwise. */
	for (int i = 1; i < argc; i++)
		if (!strcmp(argv[i], "--quick") || !strcmp(argv[i], "-q"))
			set_quick(options);
	while ((option = getopt_long(argc, argv, "qb:c:C:t:s:j:h", table,
				     NULL)) >= 0)
		set(options, option, optarg);
	if (optind < argc)
		wrong("\"%s\" is not an option", argv[optind]);
	choose_steps(options);
}

void options_free(struct options *options)
{
	free(options->plan.contenders);
	free(options->plan.table_names);
	free(options->plan.names);
}
