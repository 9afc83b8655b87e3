// SPDX-License-Identifier: BSD-3-Clause
/* qda-bench: calls to the DSP by every way there is, compared. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/sysinfo.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>
#ifdef __x86_64__
#include <cpuid.h>
#endif

#include "counters_file.h"
#include "options.h"
#include "report.h"
#include "report_names.h"

/* Blocks of tables with --quick and of points end after this, in ns. */
#define BLOCK_NS_QUICK 4e6
#define BLOCK_NS_POINT 20e6
#define BLOCK_NS_TABLE 4e8

static void list_all(void)
{
	puts("Contenders");
	for (size_t i = 0; contenders[i]; i++)
		printf("  %-24s %-26s %-13s %s\n", contenders[i]->name,
		       contenders[i]->title, clock_name(contenders[i]->clock),
		       wait_name(contenders[i]->wait));
	puts("Tables");
	for (size_t i = 0; tables[i].name; i++)
		printf("  %-24s %s\n", tables[i].name, tables[i].title);
	puts("Sweeps");
	for (size_t i = 0; sweeps[i].name; i++)
		printf("  %-24s %s\n", sweeps[i].name, sweeps[i].title);
}

/* Of the host too: a simulated machine's /proc/cpuinfo does not know it. */
static void find_processor(char *text, size_t size)
{
#ifdef __x86_64__
	unsigned int words[13] = { 0 };
	const char *name = (const char *)words;

	for (unsigned int i = 0; i < 3; i++)
		if (!__get_cpuid(0x80000002 + i, &words[4 * i],
				 &words[4 * i + 1], &words[4 * i + 2],
				 &words[4 * i + 3]))
			break;
	while (*name == ' ')
		name++;
	snprintf(text, size, "%s", *name ? name : "unknown");
#else
	snprintf(text, size, "unknown");
#endif
}

static void describe_machine(struct report *report)
{
	struct utsname names;
	struct sysinfo info;
	time_t now = time(NULL);
	struct tm utc;

	if (!uname(&names))
		snprintf(report->kernel, sizeof(report->kernel),
			 "%.40s %.60s %.40s", names.sysname, names.release,
			 names.machine);
	if (!sysinfo(&info))
		report->memory = (uint64_t)info.totalram * info.mem_unit;
	report->processors = (unsigned int)sysconf(_SC_NPROCESSORS_ONLN);
	gmtime_r(&now, &utc);
	strftime(report->date, sizeof(report->date), "%Y-%m-%dT%H:%M:%SZ",
		 &utc);
	find_processor(report->processor, sizeof(report->processor));
}

static void raise_file_limit(void)
{
	struct rlimit limit;

	/* Sessions and buffers are files. */
	if (getrlimit(RLIMIT_NOFILE, &limit))
		return;
	limit.rlim_cur = limit.rlim_max;
	setrlimit(RLIMIT_NOFILE, &limit);
}

static double seconds_since(time_t start)
{
	return difftime(time(NULL), start);
}

static int run_step(struct plan *plan, unsigned int i,
		    const struct options *options, struct random *random,
		    time_t start)
{
	struct step *step = &plan->steps[i];
	struct measure_options how = {
		.rounds = step->sweep ? options->points_blocks :
					options->blocks,
		.calls = options->calls,
		.block_ns = options->plan.quick ? BLOCK_NS_QUICK :
			    step->sweep		? BLOCK_NS_POINT :
						  BLOCK_NS_TABLE,
		.random = random,
	};
	bool first = !i || plan->steps[i - 1].sweep != step->sweep;
	int ret;

	fprintf(stderr, "qda-bench: %u of %u, %.0f s: %s\n", i + 1, plan->count,
		seconds_since(start), step->comparison.title);
	ret = comparison_run(&step->comparison, &how);
	if (ret)
		return ret;
	if (step->sweep)
		report_point(stdout, step, first);
	else if (how.rounds)
		report_table(stdout, &step->comparison);
	return 0;
}

static int run_plan(struct plan *plan, const struct options *options,
		    struct random *random, time_t start)
{
	int ret = 0;

	for (unsigned int i = 0; !ret && i < plan->count; i++)
		ret = run_step(plan, i, options, random, start);
	return ret;
}

static int write_reports(const struct report *report,
			 const struct options *options)
{
	int ret = 0;

	if (options->json)
		ret = report_json(report, options->json);
	if (ret)
		fprintf(stderr, "qda-bench: cannot write %s: %s\n",
			options->json, strerror(-ret));
	if (!ret && options->html) {
		ret = report_html(report, options->html);
		if (ret)
			fprintf(stderr, "qda-bench: cannot write %s: %s\n",
				options->html, strerror(-ret));
	}
	return ret;
}

/* Before minutes are spent on a report that then lacks them. */
static int open_added(struct counters_file **file, const char *path)
{
	char error[200];

	*file = path ? counters_file_open(path, error) : NULL;
	if (!path || *file)
		return 0;
	fprintf(stderr, "qda-bench: cannot add counters of %s: %s\n", path,
		error);
	return -EINVAL;
}

/* What all of it comes to, once it was measured. */
static int report_all(const struct report *report, struct goals *goals,
		      const struct options *options, struct random *random)
{
	report_counters(stdout, report);
	if (!options->plan.counters_only)
		goals_judge(goals, report->plan, random);
	if (options->plan.tables && goals->count)
		report_goals(stdout, goals);
	return write_reports(report, options);
}

static int run(const struct options *options, const char *command)
{
	struct goals goals = { 0 };
	struct report report = {
		.goals = &goals,
		.command = command,
		.seed = options->seed,
		.load = options->load,
		.quick = options->plan.quick,
		.counters_only = options->plan.counters_only,
	};
	struct random random = { options->seed };
	struct counters_file *file;
	time_t start = time(NULL);
	struct plan plan;
	int ret = open_added(&file, options->add_counters);

	if (ret)
		return ret;
	describe_machine(&report);
	printf("%s, %s, %s, seed %llu\n", report.kernel, report.processor,
	       report.date, (unsigned long long)options->seed);
	ret = plan_make(&plan, contenders, &options->plan);
	for (unsigned int i = 0; !ret && i < plan.count; i++)
		plan_cut(&plan.steps[i].comparison, report.memory,
			 options->plan.quick);
	if (!ret)
		ret = run_plan(&plan, options, &random, start);
	if (ret)
		fprintf(stderr, "qda-bench: %s\n", strerror(-ret));
	if (!ret && file) {
		counters_file_add(file, &plan, &report.added);
		report.added_kernel = counters_file_kernel(file);
	}
	report.plan = &plan;
	report.seconds = seconds_since(start);
	if (!ret)
		ret = report_all(&report, &goals, options, &random);
	if (!ret && report_failures(stdout, &plan))
		ret = -EIO;
	plan_free(&plan);
	counters_file_close(file);
	return ret;
}

/* As it was typed. */
static char *join(int argc, char **argv)
{
	size_t size = 1;
	char *text;

	for (int i = 0; i < argc; i++)
		size += strlen(argv[i]) + 1;
	text = calloc(1, size);
	for (int i = 0; text && i < argc; i++) {
		if (i)
			strcat(text, " ");
		strcat(text, argv[i]);
	}
	return text;
}

int main(int argc, char **argv)
{
	char *command = join(argc, argv);
	struct options options;
	int ret = 0;

	options_parse(&options, argc, argv);
	raise_file_limit();
	if (options.list) {
		list_all();
	} else {
		bench_clock_calibrate();
		ret = run(&options, command ? command : "");
	}
	options_free(&options);
	free(command);
	return ret ? EXIT_FAILURE : EXIT_SUCCESS;
}
