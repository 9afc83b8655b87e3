// SPDX-License-Identifier: BSD-3-Clause
#include "goals.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "format.h"

static struct goal *new_goal(struct goals *goals, const char *number, const char *what,
			     const char *target)
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

static void judge_interval(struct goal *goal, struct interval interval, double limit,
			   bool at_least, const char *unit)
{
	char text[FORMAT_MAX];

	if (isnan(interval.value))
		return;
	goal->value = interval;
	judge(goal, at_least ? interval.value >= limit : interval.value <= limit, "%s%s",
	      format_interval(text, &interval), unit);
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

static bool find_pair(struct pair *pair, const struct plan *plan, const char *table,
		      const char *a, const char *b)
{
	pair->comparison = plan_find(plan, table);
	if (!pair->comparison)
		return false;
	pair->a = comparison_find(pair->comparison, a);
	pair->b = comparison_find(pair->comparison, b);
	return pair->a && pair->b;
}

/* The last variant that was measured to the first. */
static bool find_ends(struct pair *pair, const struct plan *plan, const char *table)
{
	pair->comparison = plan_find(plan, table);
	pair->a = pair->b = NULL;
	for (unsigned int i = 0; pair->comparison && i < pair->comparison->count; i++) {
		const struct series *series = &pair->comparison->series[i];

		if (series->state != SERIES_MEASURED)
			continue;
		if (!pair->b)
			pair->b = series;
		pair->a = series;
	}
	return pair->b && pair->a != pair->b;
}

static struct interval estimate(const struct pair *pair, bool difference, enum figure figure,
				struct random *random)
{
	return comparison_estimate(pair->comparison, pair->a, pair->b, difference, figure,
				   random);
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
			 const struct ratio_goal *list, size_t count, struct random *random)
{
	for (size_t i = 0; i < count; i++) {
		const struct ratio_goal *wanted = &list[i];
		struct goal *goal = new_goal(goals, wanted->number, wanted->what,
					     wanted->target);
		struct interval interval;
		struct pair pair;

		if (!find_pair(&pair, plan, wanted->table, wanted->a, wanted->b))
			continue;
		interval = estimate(&pair, wanted->difference, wanted->figure, random);
		if (wanted->difference)
			judge_interval(goal, scaled(interval, 1e-3), wanted->limit,
				       wanted->at_least, " \302\265s");
		else
			judge_interval(goal, interval, wanted->limit, wanted->at_least, "x");
	}
}

/* ---- Of counters ------------------------------------------------------- */

struct counter_goal {
	const char *number;
	const char *what;
	const char *target;
	const char *table;
	const char *contender;
	const char *counters[3];	/* their sum */
	double factor;			/* calls that are looked at together */
	double limit;
};

/* A hundredth of one is what a timer may do meanwhile. */
#define COUNT_TOLERANCE 0.011

static void judge_counters(struct goals *goals, const struct plan *plan,
			   const struct counter_goal *list, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct counter_goal *wanted = &list[i];
		struct goal *goal = new_goal(goals, wanted->number, wanted->what,
					     wanted->target);
		const struct comparison *table = plan_find(plan, wanted->table);
		const struct series *series;
		double sum = 0;

		series = table ? comparison_find(table, wanted->contender) : NULL;
		for (size_t j = 0; series && j < 3 && wanted->counters[j]; j++)
			sum += counters_get(&series->counters, wanted->counters[j]);
		if (!series || isnan(sum))
			continue;
		sum *= wanted->factor;
		goal->value = (struct interval){ sum, sum, sum };
		judge(goal, sum <= wanted->limit + COUNT_TOLERANCE * wanted->factor, "%.2f",
		      fabs(sum) < 0.005 ? 0.0 : sum);
	}
}

/* ---- Of one series with other workloads -------------------------------- */

static void judge_payload(struct goals *goals, const struct plan *plan, struct random *random)
{
	struct goal *goal = new_goal(goals, "1b", "16 MiB each way to 64 bytes, p50",
				     "at most 1.05x");
	struct pair pair;

	if (find_ends(&pair, plan, "payload"))
		judge_interval(goal, estimate(&pair, false, FIGURE_P50, random), 1.05, false,
			       "x");
}

static void judge_arguments(struct goals *goals, const struct plan *plan,
			    struct random *random)
{
	struct goal *each = new_goal(goals, "4a", "an argument, of 255 against 5",
				     "at most 20 ns");
	struct goal *linear = new_goal(goals, "4b", "the second half of them to the first",
				       "at most 1.2x");
	const struct comparison *table = plan_find(plan, "arguments");
	const struct series *series = table ? table->series : NULL;
	double first, second;
	struct pair pair;

	if (!find_ends(&pair, plan, "arguments") || table->count != 3 ||
	    series[1].state != SERIES_MEASURED)
		return;
	judge_interval(each, scaled(estimate(&pair, true, FIGURE_P50, random), 1.0 / 250), 20,
		       false, " ns");
	first = (series[1].p50.value - series[0].p50.value) / 123;
	second = (series[2].p50.value - series[1].p50.value) / 127;
	linear->value.value = second / first;
	judge(linear, second <= 1.2 * first, "%.2fx", second / first);
}

static void judge_buffers(struct goals *goals, const struct plan *plan, struct random *random)
{
	struct goal *goal = new_goal(goals, "4c", "1,000,000 buffers against 10, p50",
				     "at most +0.5 \302\265s");
	struct interval interval;
	struct pair pair;
	char text[FORMAT_MAX];

	if (!find_ends(&pair, plan, "buffers"))
		return;
	interval = scaled(estimate(&pair, true, FIGURE_P50, random), 1e-3);
	judge_interval(goal, interval, 0.5, false, " \302\265s");
	if (pair.a->workload.handles != 1000000)
		judge(goal, interval.value <= 0.5, "%s \302\265s with %s only",
		      format_interval(text, &interval), pair.a->variant);
}

static void judge_busy(struct goals *goals, const struct plan *plan)
{
	struct goal *goal = new_goal(goals, "6", "DSP busy: 16 in flight, 50 \302\265s, one thread",
				     "at least 95 %");
	const struct comparison *table = plan_find(plan, "user-depth-50us");
	const struct series *series = table ? comparison_find(table, "qda-nowait") : NULL;

	if (!series)
		return;
	goal->value = (struct interval){ series->busy, series->busy, series->busy };
	judge(goal, series->busy >= 0.95, "%.0f %%", series->busy * 100);
}

void goals_judge(struct goals *goals, const struct plan *plan, struct random *random)
{
	static const struct counter_goal copies[] = {
		{ "1a", "bytes copied by the CPU in a call of 4 arguments", "at most 160",
		  "user-sleep-1m", "qda-sleep", { "copied_bytes" }, 1, 160 },
	};
	static const struct counter_goal warm[] = {
		{ "2a", "allocations of a warm call", "0", "kernel-sleep-4k", "kernel-qda-sleep",
		  { "kernel_allocations", "page_allocations" }, 1, 0 },
		{ "2b", "maps", "0", "kernel-sleep-4k", "kernel-qda-sleep", { "mappings_made" },
		  1, 0 },
		{ "2c", "work items", "0", "kernel-sleep-4k", "kernel-qda-sleep",
		  { "work_items" }, 1, 0 },
		{ "2d", "system calls", "1", "user-sleep-4k", "qda-sleep", { "system_calls" },
		  1, 1 },
		{ "2e", "messages to the DSP", "1", "user-sleep-4k", "qda-sleep",
		  { "sent" }, 1, 1 },
		{ "2f", "messages from it, sleeping", "1", "user-sleep-4k", "qda-sleep",
		  { "received" }, 1, 1 },
		{ "2g", "messages from it, polling", "0", "user-poll-4k", "qda-poll",
		  { "received" }, 1, 0 },
	};
	static const struct ratio_goal modes[] = {
		{ "3a", "sleeping: beyond raw rpmsg, p50", "at most +0.5 \302\265s",
		  "kernel-sleep", "kernel-qda-sleep", "kernel-raw-sleep", true, FIGURE_P50,
		  0.5, false },
		{ "3b", "sleeping: to raw rpmsg, p90", "at most 1.1x", "kernel-sleep",
		  "kernel-qda-sleep", "kernel-raw-sleep", false, FIGURE_P90, 1.1, false },
		{ "3c", "polling: to send + poll word, p50", "at most 1.3x", "kernel-poll",
		  "kernel-qda-poll", "kernel-raw-poll", false, FIGURE_P50, 1.3, false },
		{ "3d", "polling: to send + poll word, p10", "at most 1.15x", "kernel-poll",
		  "kernel-qda-poll", "kernel-raw-poll", false, FIGURE_P10, 1.15, false },
	};
	static const struct counter_goal doorbells[] = {
		{ "5a", "doorbells of 64 calls at once", "1", "user-batch", "qda-batch",
		  { "kicks" }, 64, 1 },
		{ "5b", "interrupts of them", "at most 1", "user-batch", "qda-batch",
		  { "interrupts" }, 64, 1 },
	};
	static const struct ratio_goal batch[] = {
		{ "5c", "calls/s: 64 at once to mainline, sleeping", "at least 20x",
		  "batch-mainline", "kernel-qda-batch", "kernel-fastrpc-sleep", false,
		  FIGURE_RATE, 20, true },
	};
	static const struct ratio_goal against[] = {
		{ "8", "1 MiB to a UNIX socket, p50", "at most 0.05x", "user-sleep-1m",
		  "qda-sleep", "socket", false, FIGURE_P50, 0.05, false },
	};

	goals->count = 0;
	judge_counters(goals, plan, copies, 1);
	judge_payload(goals, plan, random);
	judge_counters(goals, plan, warm, sizeof(warm) / sizeof(warm[0]));
	judge_ratios(goals, plan, modes, sizeof(modes) / sizeof(modes[0]), random);
	judge_arguments(goals, plan, random);
	judge_buffers(goals, plan, random);
	judge_counters(goals, plan, doorbells, sizeof(doorbells) / sizeof(doorbells[0]));
	judge_ratios(goals, plan, batch, 1, random);
	judge_busy(goals, plan);
	judge_ratios(goals, plan, against, 1, random);
}
