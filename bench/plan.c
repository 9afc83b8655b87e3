// SPDX-License-Identifier: BSD-3-Clause
#include "plan.h"

#include <errno.h>
#include <fnmatch.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "payload.h"

#define KIB (1ull << 10)
#define MIB (1ull << 20)

/*
 * What a buffer of a page takes beside it: the GEM object, its file in shmem,
 * the pages' addresses, the mapping; measured 2.3 KiB on Linux 7.3.
 */
#define HANDLE_BYTES (4 * KIB + 3 * KIB)

#define CONTENDERS_MAX	  64
#define QUICK_HANDLES_MAX 10000

#define SERVICE_NS 50000
/* More than the debug kernel takes from sending a call to waiting for it. */
#define SERVICE_NS_COUNTED 500000

const struct table tables[] = {
	{ "kernel-sleep",
	  "Loop in the kernel, sleeping: no argument",
	  BENCH_KERNEL,
	  BENCH_SLEEP,
	  { 0 } },
	{ "kernel-sleep-4k",
	  "Loop in the kernel, sleeping: 4 KiB each way",
	  BENCH_KERNEL,
	  BENCH_SLEEP,
	  { .payload = 4 * KIB } },
	{ "kernel-poll",
	  "Loop in the kernel, polling: no argument",
	  BENCH_KERNEL,
	  BENCH_POLL,
	  { 0 } },
	{ "kernel-poll-4k",
	  "Loop in the kernel, polling: 4 KiB each way",
	  BENCH_KERNEL,
	  BENCH_POLL,
	  { .payload = 4 * KIB } },
	{ "kernel-batch",
	  "Loop in the kernel: 64 calls at once",
	  BENCH_KERNEL,
	  BENCH_STREAM,
	  { .batch = 64 } },
	{ "user-sleep",
	  "With system calls, sleeping: no argument",
	  BENCH_SYSTEM_CALLS,
	  BENCH_SLEEP,
	  { 0 } },
	{ "user-sleep-4k",
	  "With system calls, sleeping: 4 KiB each way",
	  BENCH_SYSTEM_CALLS,
	  BENCH_SLEEP,
	  { .payload = 4 * KIB } },
	{ "user-sleep-1m",
	  "With system calls, sleeping: 1 MiB each way",
	  BENCH_SYSTEM_CALLS,
	  BENCH_SLEEP,
	  { .payload = MIB } },
	{ "user-sleep-50us",
	  "With system calls, sleeping: the DSP works 50 \302\265s",
	  BENCH_SYSTEM_CALLS,
	  BENCH_SLEEP,
	  { .args = 2, .service_ns = SERVICE_NS } },
	{ "user-poll",
	  "With system calls, polling: no argument",
	  BENCH_SYSTEM_CALLS,
	  BENCH_POLL,
	  { 0 } },
	{ "user-poll-4k",
	  "With system calls, polling: 4 KiB each way",
	  BENCH_SYSTEM_CALLS,
	  BENCH_POLL,
	  { .payload = 4 * KIB } },
	{ "user-poll-1m",
	  "With system calls, polling: 1 MiB each way",
	  BENCH_SYSTEM_CALLS,
	  BENCH_POLL,
	  { .payload = MIB } },
	{ "user-depth",
	  "With system calls: 16 calls in flight",
	  BENCH_SYSTEM_CALLS,
	  BENCH_STREAM,
	  { .depth = 16 } },
	{ "user-depth-50us",
	  "With system calls: 16 calls in flight, the DSP works 50 \302\265s",
	  BENCH_SYSTEM_CALLS,
	  BENCH_STREAM,
	  { .args = 2, .depth = 16, .service_ns = SERVICE_NS } },
	{ "user-batch",
	  "With system calls: 64 calls at once",
	  BENCH_SYSTEM_CALLS,
	  BENCH_STREAM,
	  { .batch = 64 } },

	/* Of one contender, what a workload costs beside another. */
	{ "payload",
	  "In the kernel, sleeping: 16 MiB each way against 64 bytes",
	  BENCH_KERNEL,
	  BENCH_SLEEP,
	  { 0 },
	  { { "kernel-qda-sleep", "64 B", { .payload = 64 } },
	    { "kernel-qda-sleep", "16 MiB", { .payload = 16 * MIB } } } },
	{ "arguments",
	  "In the kernel, sleeping: arguments of a call",
	  BENCH_KERNEL,
	  BENCH_SLEEP,
	  { 0 },
	  { { "kernel-qda-sleep",
	      "5 arguments",
	      { .args = 5, .payload = 2 * 64 } },
	    { "kernel-qda-sleep",
	      "128 arguments",
	      { .args = 128, .payload = 125 * 64 } },
	    { "kernel-qda-sleep",
	      "255 arguments",
	      { .args = 255, .payload = 252 * 64 } } } },
	{ "buffers",
	  "In the kernel, sleeping: buffers of the session",
	  BENCH_KERNEL,
	  BENCH_SLEEP,
	  { 0 },
	  { { "kernel-qda-sleep", "10", { .payload = 64, .handles = 10 } },
	    { "kernel-qda-sleep",
	      "10,000",
	      { .payload = 64, .handles = 10000 } },
	    { "kernel-qda-sleep",
	      "100,000",
	      { .payload = 64, .handles = 100000 } },
	    { "kernel-qda-sleep",
	      "1,000,000",
	      { .payload = 64, .handles = 1000000 } } },
	  .last = true },
	{ "batch-mainline",
	  "In the kernel: 64 calls at once against single ones",
	  BENCH_KERNEL,
	  BENCH_STREAM,
	  { 0 },
	  { { "kernel-fastrpc-sleep", "sleeping", { 0 } },
	    { "kernel-fastrpc-poll", "polling", { 0 } },
	    { "kernel-qda-batch", "64", { .batch = 64 } } } },
	{ 0 },
};

static void set_payload(struct workload *workload, double x)
{
	workload->payload = (uint64_t)x;
}

/* Parts of 64 bytes, as far as there are parts. */
static void set_args(struct workload *workload, double x)
{
	workload->args = (unsigned int)x;
	if (workload->args > 4)
		workload->payload = 64ull *
				    (workload->args - PAYLOAD_GATHER_OWN);
}

static void set_handles(struct workload *workload, double x)
{
	workload->handles = (unsigned int)x;
}

static void set_threads(struct workload *workload, double x)
{
	workload->threads = (unsigned int)x;
}

static void set_depth(struct workload *workload, double x)
{
	workload->depth = (unsigned int)x;
}

static void set_sessions(struct workload *workload, double x)
{
	workload->sessions = (unsigned int)x;
}

static void set_batch(struct workload *workload, double x)
{
	workload->batch = (unsigned int)x;
}

#define PAYLOAD_POINTS                                                         \
	{                                                                      \
		64, KIB, 4 * KIB, 16 * KIB, 64 * KIB, 256 * KIB, MIB, 4 * MIB, \
			16 * MIB                                               \
	}
#define ARGS_POINTS                        \
	{                                  \
		1, 8, 16, 32, 64, 128, 255 \
	}
/* More are in the table "buffers": to make and to free them takes a minute. */
#define HANDLES_POINTS                       \
	{                                    \
		10, 100, 1000, 10000, 100000 \
	}
#define BATCH_POINTS                             \
	{                                        \
		1, 2, 4, 8, 16, 32, 64, 128, 256 \
	}

#define PAYLOAD(clock_, wait_, title_)                              \
	.title = title_, .axis = "bytes each way", .clock = clock_, \
	.wait = wait_, .bytes = true, .step = 3, .quick = 3,        \
	.set = set_payload, .points = PAYLOAD_POINTS
#define ARGS(clock_, wait_, title_)                                          \
	.title = title_, .axis = "arguments of a call", .clock = clock_,     \
	.wait = wait_, .bent = true, .step = 3, .quick = 3, .set = set_args, \
	.points = ARGS_POINTS
#define HANDLES(clock_, wait_, title_)                                       \
	.title = title_, .axis = "buffers of the session", .clock = clock_,  \
	.wait = wait_, .step = 2, .quick = 2, .workload = { .payload = 64 }, \
	.set = set_handles, .points = HANDLES_POINTS
#define BATCH(clock_, title_)                                         \
	.title = title_, .axis = "calls in a batch", .clock = clock_, \
	.wait = BENCH_STREAM, .rate = true, .step = 4, .quick = 3,    \
	.set = set_batch, .points = BATCH_POINTS

const struct sweep sweeps[] = {
	{ .name = "payload",
	  PAYLOAD(BENCH_SYSTEM_CALLS, BENCH_SLEEP,
		  "Payload, with system calls, sleeping") },
	{ .name = "payload",
	  PAYLOAD(BENCH_KERNEL, BENCH_SLEEP,
		  "Payload, in the kernel, sleeping"),
	  .slow = true },
	{ .name = "payload",
	  PAYLOAD(BENCH_KERNEL, BENCH_POLL,
		  "Payload, in the kernel, polling") },
	{ .name = "args",
	  ARGS(BENCH_SYSTEM_CALLS, BENCH_SLEEP,
	       "Arguments, with system calls, sleeping") },
	{ .name = "args",
	  ARGS(BENCH_KERNEL, BENCH_SLEEP, "Arguments, in the kernel, sleeping"),
	  .slow = true },
	{ .name = "args",
	  ARGS(BENCH_KERNEL, BENCH_POLL, "Arguments, in the kernel, polling") },
	{ .name = "handles",
	  HANDLES(BENCH_SYSTEM_CALLS, BENCH_SLEEP,
		  "Buffers, with system calls, sleeping"),
	  .slow = true },
	{ .name = "handles",
	  HANDLES(BENCH_KERNEL, BENCH_SLEEP,
		  "Buffers, in the kernel, sleeping"),
	  .slow = true },
	{ .name = "handles",
	  HANDLES(BENCH_KERNEL, BENCH_POLL,
		  "Buffers, in the kernel, polling") },
	{ .name = "threads",
	  .title = "Threads, with system calls",
	  .axis = "threads",
	  .clock = BENCH_SYSTEM_CALLS,
	  .wait = BENCH_SLEEP,
	  .rate = true,
	  .step = 2,
	  .quick = 3,
	  .set = set_threads,
	  .points = { 1, 2, 4, 8, 16 } },
	{ .name = "depth",
	  .title = "Calls in flight, the DSP works 50 \302\265s",
	  .axis = "calls in flight",
	  .clock = BENCH_SYSTEM_CALLS,
	  .wait = BENCH_STREAM,
	  .rate = true,
	  .step = 3,
	  .quick = 3,
	  .workload = { .args = 2, .service_ns = SERVICE_NS },
	  .set = set_depth,
	  .points = { 1, 2, 4, 8, 16, 32, 64 } },
	{ .name = "sessions",
	  .title = "Sessions in turn, with system calls, sleeping",
	  .axis = "sessions",
	  .clock = BENCH_SYSTEM_CALLS,
	  .wait = BENCH_SLEEP,
	  .step = 2,
	  .quick = 2,
	  .set = set_sessions,
	  .points = { 1, 2, 4, 8, 16, 32 } },
	{ .name = "batch",
	  BATCH(BENCH_SYSTEM_CALLS, "Batches, with system calls") },
	{ .name = "batch", BATCH(BENCH_KERNEL, "Batches, in the kernel") },
	{ 0 },
};

static bool is_wanted(const char *name, const char **patterns,
		      unsigned int count)
{
	if (!count)
		return true;
	for (unsigned int i = 0; i < count; i++)
		if (!fnmatch(patterns[i], name, 0))
			return true;
	return false;
}

static void add_contenders(struct comparison *comparison,
			   const struct workload *workload,
			   const struct contender *const *all,
			   const struct plan_options *options)
{
	for (; *all; all++)
		if ((*all)->clock == comparison->clock &&
		    (*all)->wait == comparison->wait &&
		    is_wanted((*all)->name, options->contenders,
			      options->contenders_count))
			comparison_add(comparison, *all, workload, NULL);
}

static void add_variants(struct comparison *comparison,
			 const struct table *table,
			 const struct contender *const *all,
			 const struct plan_options *options)
{
	for (unsigned int i = 0;
	     i < VARIANTS_MAX && table->variants[i].contender; i++) {
		const struct variant *variant = &table->variants[i];

		if (!is_wanted(variant->contender, options->contenders,
			       options->contenders_count))
			continue;
		for (unsigned int j = 0; all[j]; j++)
			if (!strcmp(all[j]->name, variant->contender))
				comparison_add(comparison, all[j],
					       &variant->workload,
					       variant->label);
	}
}

/* Is there one that can have it? The others show why they cannot. */
static bool is_for_somebody(const struct comparison *comparison)
{
	for (unsigned int i = 0; i < comparison->count; i++)
		if (!comparison->series[i].contender->unfit(
			    &comparison->series[i].workload))
			return true;
	return false;
}

/* A call that has ended before its caller waits costs less. */
static void make_sleep(struct comparison *comparison)
{
	for (unsigned int i = 0; i < comparison->count; i++)
		comparison->series[i].workload.service_ns = SERVICE_NS_COUNTED;
}

/*
 * More where nothing is timed: what the machine does now and then takes many locks.
 * Polling, the DSP may interrupt once for 32 calls, and that takes many, too.
 */
static unsigned int counted_calls(const struct table *table,
				  const struct plan_options *options)
{
	if (!options->counters_only)
		return COUNTED_CALLS;
	return table->wait == BENCH_POLL ? COUNTED_CALLS_MAX :
					   COUNTED_CALLS_MAX / 2;
}

static void add_table(struct plan *plan, const struct table *table,
		      const struct contender *const *all,
		      const struct plan_options *options)
{
	struct step *step = &plan->steps[plan->count];

	/* A point that nobody can have may have been there. */
	*step = (struct step){ 0 };
	step->comparison = (struct comparison){
		.name = table->name,
		.title = table->title,
		.clock = table->clock,
		.wait = table->wait,
		.counted = counted_calls(table, options),
		.counted_times = options->counters_only ? COUNTED_TIMES_MAX : 1,
	};
	if (table->variants[0].contender)
		add_variants(&step->comparison, table, all, options);
	else
		add_contenders(&step->comparison, &table->workload, all,
			       options);
	if (options->counters_only && table->wait == BENCH_SLEEP)
		make_sleep(&step->comparison);
	if (is_for_somebody(&step->comparison))
		plan->count++;
}

static void add_point(struct plan *plan, const struct sweep *sweep, double x,
		      const struct contender *const *all,
		      const struct plan_options *options)
{
	struct step *step = &plan->steps[plan->count];
	struct workload workload = sweep->workload;

	*step = (struct step){ .sweep = sweep };
	step->comparison = (struct comparison){
		.name = sweep->name,
		.title = sweep->title,
		.clock = sweep->clock,
		.wait = sweep->wait,
		.x = x,
	};
	sweep->set(&workload, x);
	add_contenders(&step->comparison, &workload, all, options);
	if (is_for_somebody(&step->comparison))
		plan->count++;
}

static bool fits_anywhere(const struct contender *contender,
			  const struct sweep *sweep)
{
	for (unsigned int i = 0; i < SWEEP_POINTS_MAX && sweep->points[i] > 0;
	     i++) {
		struct workload workload = sweep->workload;

		sweep->set(&workload, sweep->points[i]);
		if (!contender->unfit(&workload))
			return true;
	}
	return false;
}

/* Without those that cannot have any of its points. */
static void add_sweep(struct plan *plan, const struct sweep *sweep,
		      const struct contender *const *all,
		      const struct plan_options *options)
{
	unsigned int step = options->quick ? sweep->step : 1;
	unsigned int most = options->quick ? sweep->quick : SWEEP_POINTS_MAX;
	const struct contender *fit[CONTENDERS_MAX + 1] = { NULL };

	for (unsigned int i = 0, count = 0; all[i] && count < CONTENDERS_MAX;
	     i++)
		if (fits_anywhere(all[i], sweep))
			fit[count++] = all[i];
	for (unsigned int i = 0; i < SWEEP_POINTS_MAX && i / step < most;
	     i += step)
		if (sweep->points[i] > 0)
			add_point(plan, sweep, sweep->points[i], fit, options);
}

static void add_tables(struct plan *plan, bool last,
		       const struct contender *const *all,
		       const struct plan_options *options)
{
	for (size_t i = 0; options->tables && tables[i].name; i++)
		if (tables[i].last == last &&
		    is_wanted(tables[i].name, options->table_names,
			      options->table_names_count))
			add_table(plan, &tables[i], all, options);
}

int plan_make(struct plan *plan, const struct contender *const *all,
	      const struct plan_options *options)
{
	size_t count = sizeof(tables) / sizeof(tables[0]), i;

	for (i = 0; sweeps[i].name; i++)
		count += SWEEP_POINTS_MAX;
	*plan = (struct plan){ calloc(count, sizeof(struct step)), 0 };
	if (!plan->steps)
		return -ENOMEM;
	add_tables(plan, false, all, options);
	for (i = 0; options->sweeps && sweeps[i].name; i++)
		if (!(sweeps[i].slow && options->quick &&
		      !options->names_count) &&
		    is_wanted(sweeps[i].name, options->names,
			      options->names_count))
			add_sweep(plan, &sweeps[i], all, options);
	add_tables(plan, true, all, options);
	return 0;
}

void plan_free(struct plan *plan)
{
	for (unsigned int i = 0; i < plan->count; i++)
		comparison_free(&plan->steps[i].comparison);
	free(plan->steps);
}

static void cut(struct series *series, const char *why)
{
	series->state = SERIES_UNFIT;
	snprintf(series->why, sizeof(series->why), "cut: %s", why);
}

/* They are open at the same time. What else there is needs a part, too. */
void plan_cut(struct comparison *comparison, uint64_t memory, bool quick)
{
	uint64_t left = memory / 20 * 17;
	char text[100];

	for (unsigned int i = 0; i < comparison->count; i++) {
		struct series *series = &comparison->series[i];
		uint64_t needed = series->workload.handles * HANDLE_BYTES;

		if (series->contender->unfit(&series->workload))
			continue;
		if (quick && series->workload.handles > QUICK_HANDLES_MAX) {
			cut(series, "not with --quick");
		} else if (needed >= left) {
			snprintf(text, sizeof(text),
				 "it takes %" PRIu64 " MiB, and of the "
				 "machine's %" PRIu64 " there are %" PRIu64
				 " (BENCH_MEMORY=)",
				 (uint64_t)(needed / MIB),
				 (uint64_t)(memory / MIB),
				 (uint64_t)(left / MIB));
			cut(series, text);
		} else {
			left -= needed;
		}
	}
}

const struct comparison *plan_find(const struct plan *plan, const char *name)
{
	for (unsigned int i = 0; i < plan->count; i++)
		if (!plan->steps[i].sweep &&
		    !strcmp(plan->steps[i].comparison.name, name))
			return &plan->steps[i].comparison;
	return NULL;
}
