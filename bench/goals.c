// SPDX-License-Identifier: BSD-3-Clause
#include "goals.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "format.h"

static struct goal *new_goal(struct goals *goals, const char *number,
			     const char *what, const char *target)
{
	struct goal *goal = &goals->list[goals->count];

	if (goals->count < GOALS_MAX - 1)
		goals->count++;
	*goal = (struct goal){
		.number = number,
		.what = what,
		.target = target,
		.measured = "-",
		.value = { NAN, NAN, NAN },
		.verdict = GOAL_NOT_MEASURED,
	};
	return goal;
}

static void __attribute__((format(printf, 3, 4)))
judge(struct goal *goal, bool met, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(goal->measured, sizeof(goal->measured), format, args);
	va_end(args);
	goal->verdict = met ? GOAL_MET : GOAL_NOT_MET;
}

static void judge_interval(struct goal *goal, struct interval interval,
			   double limit, bool at_least, const char *unit)
{
	char text[FORMAT_MAX];

	if (isnan(interval.value))
		return;
	goal->value = interval;
	judge(goal,
	      at_least ? interval.value >= limit : interval.value <= limit,
	      "%s%s", format_interval(text, &interval), unit);
}

static struct interval scaled(struct interval interval, double factor)
{
	interval.value *= factor;
	interval.low *= factor;
	interval.high *= factor;
	return interval;
}

/* ---- Of two series of a table ------------------------------------------ */

struct pair {
	const struct comparison *comparison;
	const struct series *a;
	const struct series *b;
};

static bool find_pair(struct pair *pair, const struct plan *plan,
		      const char *table, const char *a, const char *b)
{
	pair->comparison = plan_find(plan, table);
	if (!pair->comparison)
		return false;
	pair->a = comparison_find(pair->comparison, a);
	pair->b = comparison_find(pair->comparison, b);
	return pair->a && pair->b;
}

/* The last variant that was measured to the first. */
static bool find_ends(struct pair *pair, const struct plan *plan,
		      const char *table)
{
	pair->comparison = plan_find(plan, table);
	pair->a = pair->b = NULL;
	for (unsigned int i = 0;
	     pair->comparison && i < pair->comparison->count; i++) {
		const struct series *series = &pair->comparison->series[i];

		if (series->state != SERIES_MEASURED)
			continue;
		if (!pair->b)
			pair->b = series;
		pair->a = series;
	}
	return pair->b && pair->a != pair->b;
}

static struct interval estimate(const struct pair *pair, bool difference,
				enum figure figure, struct random *random)
{
	return comparison_estimate(pair->comparison, pair->a, pair->b,
				   difference, figure, random);
}

struct ratio_goal {
	const char *number;
	const char *what;
	const char *target;
	const char *table;
	const char *a;
	const char *b;
	bool difference;
	enum figure figure;
	double limit;
	bool at_least;
};

static void judge_ratios(struct goals *goals, const struct plan *plan,
			 const struct ratio_goal *list, size_t count,
			 struct random *random)
{
	for (size_t i = 0; i < count; i++) {
		const struct ratio_goal *wanted = &list[i];
		struct goal *goal = new_goal(goals, wanted->number,
					     wanted->what, wanted->target);
		struct interval interval;
		struct pair pair;

		if (!find_pair(&pair, plan, wanted->table, wanted->a,
			       wanted->b))
			continue;
		interval = estimate(&pair, wanted->difference, wanted->figure,
				    random);
		if (wanted->difference)
			judge_interval(goal, scaled(interval, 1e-3),
				       wanted->limit, wanted->at_least,
				       " \302\265s");
		else
			judge_interval(goal, interval, wanted->limit,
				       wanted->at_least, "x");
	}
}

/* ---- Of counters ------------------------------------------------------- */

struct counter_goal {
	const char *number;
	const char *what;
	const char *target;
	const char *table;
	const char *contender;
	const char *counters[3]; /* their sum */
	double factor;		 /* calls that are looked at together */
	double limit;
};

/* What a timer may do meanwhile, in a call or in calls that are looked at together. */
#define COUNT_TOLERANCE 0.011
#define SUM_TOLERANCE	0.1

static void judge_counters(struct goals *goals, const struct plan *plan,
			   const struct counter_goal *list, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct counter_goal *wanted = &list[i];
		struct goal *goal = new_goal(goals, wanted->number,
					     wanted->what, wanted->target);
		const struct comparison *table = plan_find(plan, wanted->table);
		const struct series *series;
		double sum = 0;

		series = table ? comparison_find(table, wanted->contender) :
				 NULL;
		for (size_t j = 0; series && j < 3 && wanted->counters[j]; j++)
			sum += counters_get(&series->counters,
					    wanted->counters[j]);
		if (!series || isnan(sum))
			continue;
		sum *= wanted->factor;
		goal->value = (struct interval){ sum, sum, sum };
		judge(goal,
		      sum <= wanted->limit + (wanted->factor > 1 ?
						      SUM_TOLERANCE :
						      COUNT_TOLERANCE),
		      "%.2f", fabs(sum) < 0.005 ? 0.0 : sum);
	}
}

/* ---- Of one series with other workloads -------------------------------- */

/* The driver's own time for a call, from its trace events, in ns. */
static double own_time(const struct series *series)
{
	return counters_get(&series->counters, "driver_ns");
}

/*
 * The DSP's part is left out as the driver's trace events tell it: on the
 * simulated machine it walks the page tables of 8,192 pages for each call.
 */
static void judge_payload(struct goals *goals, const struct plan *plan,
			  struct random *random)
{
	struct goal *goal = new_goal(goals, "1b",
				     "16 MiB to 64 B, but for the DSP's work",
				     "at most 1.05x");
	struct interval whole;
	char text[FORMAT_MAX];
	struct pair pair;
	double more, ratio;

	if (!find_ends(&pair, plan, "payload"))
		return;
	whole = estimate(&pair, false, FIGURE_P50, random);
	more = own_time(pair.a) - own_time(pair.b);
	if (isnan(more))
		return;
	ratio = 1 + more / pair.b->p50.value;
	goal->value = (struct interval){ ratio, NAN, NAN };
	judge(goal, ratio <= 1.05, "%.3fx; with it %s", ratio,
	      format_interval(text, &whole));
}

static void judge_arguments(struct goals *goals, const struct plan *plan,
			    struct random *random)
{
	struct goal *each = new_goal(
		goals, "4a", "an argument, of 255 against 5; the driver's own",
		"at most 20 ns");
	struct goal *linear = new_goal(goals, "4b",
				       "the second half of them to the first",
				       "at most 1.2x");
	const struct comparison *table = plan_find(plan, "arguments");
	const struct series *series = table ? table->series : NULL;
	struct interval whole;
	char text[FORMAT_MAX];
	double first, second;
	struct pair pair;

	if (!table || !find_ends(&pair, plan, "arguments") ||
	    table->count != 3 || series[1].state != SERIES_MEASURED ||
	    isnan(own_time(pair.a)))
		return;
	whole = scaled(estimate(&pair, true, FIGURE_P50, random), 1.0 / 250);
	each->value.value = (own_time(pair.a) - own_time(pair.b)) / 250;
	judge(each, each->value.value <= 20, "%.1f ns; with the DSP's %s",
	      each->value.value, format_interval(text, &whole));
	first = (own_time(&series[1]) - own_time(&series[0])) / 123;
	second = (own_time(&series[2]) - own_time(&series[1])) / 127;
	linear->value.value = second / first;
	judge(linear, second <= 1.2 * first, "%.2fx", second / first);
}

static void judge_buffers(struct goals *goals, const struct plan *plan,
			  struct random *random)
{
	struct goal *goal = new_goal(
		goals, "4c", "1,000,000 buffers against 10; the driver's own",
		"at most +0.5 \302\265s");
	struct interval interval;
	double own;
	struct pair pair;
	char text[FORMAT_MAX];

	if (!find_ends(&pair, plan, "buffers") || isnan(own_time(pair.a)))
		return;
	own = (own_time(pair.a) - own_time(pair.b)) / 1000;
	interval = scaled(estimate(&pair, true, FIGURE_P50, random), 1e-3);
	goal->value.value = own;
	judge(goal, own <= 0.5, "%+.2f \302\265s; with the DSP's %s%s%s", own,
	      format_interval(text, &interval),
	      pair.a->workload.handles == 1000000 ? "" : "; of ",
	      pair.a->workload.handles == 1000000 ? "" : pair.a->variant);
}

/* Rates are what is asked for; medians are not those of what else the host does. */
static void judge_batch(struct goals *goals, const struct plan *plan,
			struct random *random)
{
	struct goal *goal = new_goal(
		goals, "5c", "calls/s: 64 at once to mainline, sleeping",
		"at least 20x");
	char text[FORMAT_MAX], medians[FORMAT_MAX];
	struct interval median;
	struct pair pair;

	if (!find_pair(&pair, plan, "batch-mainline", "kernel-fastrpc-sleep",
		       "kernel-qda-batch"))
		return;
	median = estimate(&pair, false, FIGURE_P50, random);
	pair = (struct pair){ pair.comparison, pair.b, pair.a };
	goal->value = estimate(&pair, false, FIGURE_RATE, random);
	judge(goal, goal->value.value >= 20, "%sx; by medians %s",
	      format_interval(text, &goal->value),
	      format_interval(medians, &median));
}

static void judge_busy(struct goals *goals, const struct plan *plan)
{
	struct goal *goal = new_goal(
		goals, "6", "DSP busy: 16 in flight, 50 \302\265s, one thread",
		"at least 95 %");
	struct pair pair;

	if (!find_pair(&pair, plan, "user-depth-50us", "qda-stream",
		       "qda-nowait"))
		return;
	goal->value = (struct interval){ pair.a->busy, pair.a->busy,
					 pair.a->busy };
	judge(goal, pair.a->busy >= 0.95,
	      "%.0f %% by batches of 8; call by call %.0f %%",
	      pair.a->busy * 100, pair.b->busy * 100);
}

static const struct counter_goal copies[] = {
	{ "1a",
	  "bytes copied by the CPU in a call of 4 arguments",
	  "at most 160",
	  "user-sleep-1m",
	  "qda-sleep",
	  { "copied_bytes" },
	  1,
	  160 },
};
static const struct counter_goal warm[] = {
	{ "2a",
	  "allocations of a warm call",
	  "0",
	  "kernel-sleep-4k",
	  "kernel-qda-sleep",
	  { "kernel_allocations", "page_allocations" },
	  1,
	  0 },
	{ "2b",
	  "maps",
	  "0",
	  "kernel-sleep-4k",
	  "kernel-qda-sleep",
	  { "mappings_made", "iommu_maps" },
	  1,
	  0 },
	{ "2c",
	  "work items of the driver",
	  "0",
	  "kernel-sleep-4k",
	  "kernel-qda-sleep",
	  { "works_queued" },
	  1,
	  0 },
	{ "2d",
	  "system calls",
	  "1",
	  "user-sleep-4k",
	  "qda-sleep",
	  { "system_calls" },
	  1,
	  1 },
	{ "2e",
	  "messages to the DSP",
	  "1",
	  "user-sleep-4k",
	  "qda-sleep",
	  { "sent" },
	  1,
	  1 },
	{ "2f",
	  "messages from it, sleeping",
	  "1",
	  "user-sleep-4k",
	  "qda-sleep",
	  { "received" },
	  1,
	  1 },
	{ "2g",
	  "messages from it, polling",
	  "0",
	  "kernel-poll-4k",
	  "kernel-qda-poll",
	  { "received" },
	  1,
	  0 },
	{ "2h",
	  "interrupts, polling",
	  "at most 1 in 32",
	  "kernel-poll-4k",
	  "kernel-qda-poll",
	  { "interrupts" },
	  1,
	  1.0 / 32 },
};
static const struct ratio_goal modes[] = {
	{ "3a", "sleeping: beyond raw rpmsg, p50", "at most +0.5 \302\265s",
	  "kernel-sleep", "kernel-qda-sleep", "kernel-raw-sleep", true,
	  FIGURE_P50, 0.5, false },
	{ "3b", "sleeping: to raw rpmsg, p90", "at most 1.1x", "kernel-sleep",
	  "kernel-qda-sleep", "kernel-raw-sleep", false, FIGURE_P90, 1.1,
	  false },
	{ "3c", "polling: to send + poll word, p50", "at most 1.3x",
	  "kernel-poll", "kernel-qda-poll", "kernel-raw-poll", false,
	  FIGURE_P50, 1.3, false },
	{ "3d", "polling: to send + poll word, p10", "at most 1.15x",
	  "kernel-poll", "kernel-qda-poll", "kernel-raw-poll", false,
	  FIGURE_P10, 1.15, false },
};
static const struct counter_goal doorbells[] = {
	{ "5a",
	  "doorbells of 64 calls at once",
	  "1",
	  "kernel-batch",
	  "kernel-qda-batch",
	  { "kicks" },
	  64,
	  1 },
	{ "5b",
	  "interrupts of them",
	  "at most 1",
	  "kernel-batch",
	  "kernel-qda-batch",
	  { "interrupts" },
	  64,
	  1 },
};
static const struct ratio_goal against[] = {
	{ "8a", "1 MiB to a UNIX socket, sleeping, p50", "at most 0.05x",
	  "user-sleep-1m", "qda-sleep", "socket", false, FIGURE_P50, 0.05,
	  false },
	{ "8b", "1 MiB to a UNIX socket, polling, p50", "at most 0.05x",
	  "user-poll-1m", "qda-poll", "socket-poll", false, FIGURE_P50, 0.05,
	  false },
};

void goals_judge(struct goals *goals, const struct plan *plan,
		 struct random *random)
{
	goals->count = 0;
	judge_counters(goals, plan, copies, 1);
	judge_payload(goals, plan, random);
	judge_counters(goals, plan, warm, sizeof(warm) / sizeof(warm[0]));
	judge_ratios(goals, plan, modes, sizeof(modes) / sizeof(modes[0]),
		     random);
	judge_arguments(goals, plan, random);
	judge_buffers(goals, plan, random);
	judge_counters(goals, plan, doorbells,
		       sizeof(doorbells) / sizeof(doorbells[0]));
	judge_batch(goals, plan, random);
	judge_busy(goals, plan);
	judge_ratios(goals, plan, against, sizeof(against) / sizeof(against[0]),
		     random);
}
