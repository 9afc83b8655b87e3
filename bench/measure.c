// SPDX-License-Identifier: BSD-3-Clause
#include "measure.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WARM_UP_PART 10 /* of a block's calls, one in so many */
#define CALLS_LEAST  16
#define MULTIPLE     4 /* of which a block's calls are: batches fit */

/* While it is measured. */
struct runner {
	struct series *series;
	struct contender_state *state;
	uint64_t made;	      /* calls since it was opened */
	uint64_t busy_before; /* the DSP's tally when its blocks began, in ns */
	double elapsed;	      /* of its blocks, in ns */
};

static void __attribute__((format(printf, 3, 4)))
set_state(struct series *series, enum series_state state, const char *format,
	  ...)
{
	va_list args;

	series->state = state;
	va_start(args, format);
	vsnprintf(series->why, sizeof(series->why), format, args);
	va_end(args);
}

static void set_failed(struct series *series, const char *where, int error)
{
	if (error == -EBADMSG)
		set_state(series, SERIES_FAILED, "%s: an answer is wrong",
			  where);
	else
		set_state(series, SERIES_FAILED, "%s: %s (%s)", where,
			  strerrorname_np(-error), strerror(-error));
}

void comparison_add(struct comparison *comparison,
		    const struct contender *contender,
		    const struct workload *workload, const char *variant)
{
	if (comparison->count == COMPARISON_MAX)
		return;
	comparison->series[comparison->count++] = (struct series){
		.contender = contender,
		.workload = *workload,
		.variant = variant,
	};
}

const struct series *comparison_reference(const struct comparison *comparison)
{
	for (unsigned int i = 0; i < comparison->count; i++)
		if (comparison->series[i].state == SERIES_MEASURED)
			return &comparison->series[i];
	return NULL;
}

const struct series *comparison_find(const struct comparison *comparison,
				     const char *name)
{
	for (unsigned int i = 0; i < comparison->count; i++)
		if (comparison->series[i].state == SERIES_MEASURED &&
		    !strcmp(comparison->series[i].contender->name, name))
			return &comparison->series[i];
	return NULL;
}

struct counters comparison_counters(const struct comparison *comparison)
{
	struct counters all = { 0 };

	for (unsigned int i = 0; i < comparison->count; i++) {
		const struct counters *own = &comparison->series[i].counters;

		for (unsigned int j = 0; j < own->count; j++)
			if (fabs(own->list[j].value) >= COUNTER_LEAST &&
			    all.count < COUNTERS_MAX &&
			    isnan(counters_get(&all, own->list[j].name)))
				all.list[all.count++] = own->list[j];
	}
	return all;
}

const char *series_title(const struct series *series,
			 char text[SERIES_TITLE_MAX])
{
	snprintf(text, SERIES_TITLE_MAX, "%s%s%s", series->contender->title,
		 series->variant ? ": " : "",
		 series->variant ? series->variant : "");
	return text;
}

static int run_calls(struct runner *runner, unsigned int calls, uint32_t *ns)
{
	int ret = runner->series->contender->run(runner->state, calls, ns);

	runner->made += calls;
	if (ret)
		set_failed(runner->series, "a call", ret);
	return ret;
}

static unsigned int calls_least(const struct workload *workload)
{
	unsigned int least = CALLS_LEAST;

	if (least < workload->batch)
		least = workload->batch;
	return least < 2 * workload->depth ? 2 * workload->depth : least;
}

/* A first block, to learn how many calls of it the time is enough for. */
static void warm_up(struct runner *runner,
		    const struct measure_options *options, uint32_t *ns)
{
	unsigned int least = calls_least(&runner->series->workload);
	unsigned int warm = options->calls / WARM_UP_PART, calls;
	uint64_t start = bench_ticks();
	double each;

	if (run_calls(runner, least, ns))
		return;
	each = bench_elapsed(bench_ticks() - start) / least;
	calls = options->calls;
	if (options->block_ns > 0 && each * calls > options->block_ns)
		calls = (unsigned int)(options->block_ns / (each + 1));
	if (calls < least)
		calls = least;
	runner->series->calls = calls - calls % MULTIPLE;
	if (warm > calls)
		warm = calls;
	if (warm > least)
		run_calls(runner, warm - least, ns);
}

/* @busy_ns: how long the DSP worked since it was opened */
static int check_count(struct runner *runner, uint64_t *busy_ns)
{
	struct series *series = runner->series;
	struct tally tally;
	int ret = series->contender->count(runner->state, &tally);

	if (ret) {
		set_failed(series, "the DSP's counts", ret);
	} else if (tally.refused || tally.calls != runner->made) {
		ret = -EBADMSG;
		set_state(
			series, SERIES_FAILED,
			"the DSP had %llu of %llu calls, and refused %llu of them",
			(unsigned long long)tally.calls,
			(unsigned long long)runner->made,
			(unsigned long long)tally.refused);
	}
	if (ret)
		return ret;
	series->checked = tally.calls;
	*busy_ns = tally.busy_ns;
	return 0;
}

static void open_runner(struct runner *runner,
			const struct measure_options *options, uint32_t *ns)
{
	struct series *series = runner->series;
	const struct contender *contender = series->contender;
	const char *unfit = contender->unfit(&series->workload);
	struct contender_state *state;
	int ret;

	if (unfit) {
		set_state(series, SERIES_UNFIT, "%s", unfit);
		return;
	}
	ret = contender->open(&state, &series->workload);
	if (ret == -ENODEV)
		set_state(series, SERIES_ABSENT,
			  "this machine does not have it");
	else if (ret)
		set_failed(series, "opening", ret);
	if (ret)
		return;
	runner->state = state;
	warm_up(runner, options, ns);
	if (series->state == SERIES_MEASURED)
		check_count(runner, &runner->busy_before);
}

static void run_block(struct runner *runner, unsigned int round, uint32_t *ns)
{
	struct series *series = runner->series;
	uint64_t start = bench_ticks();
	double elapsed;

	if (run_calls(runner, series->calls, ns))
		return;
	elapsed = bench_elapsed(bench_ticks() - start);
	runner->elapsed += elapsed;
	series->blocks[round] = block_of(ns, series->calls);
	/* One call after the other: without what the caller does between them. */
	if (series->contender->unit == BENCH_LATENCY &&
	    series->workload.threads < 2)
		series->period[round] = series->blocks[round].mean;
	else
		series->period[round] = elapsed / series->calls;
}

static void run_rounds(struct comparison *comparison, struct runner *runners,
		       uint32_t *ns)
{
	for (unsigned int round = 0; round < comparison->rounds; round++) {
		for (unsigned int turn = 0; turn < comparison->count; turn++) {
			unsigned int i = abba(comparison->count, round, turn);

			if (comparison->series[i].state == SERIES_MEASURED)
				run_block(&runners[i], round, ns);
		}
	}
}

static void count_one(struct runner *runner,
		      const struct comparison *comparison)
{
	struct counters counters[COUNTED_TIMES_MAX];
	struct series *series = runner->series;
	unsigned int done;
	uint64_t unused;
	int ret = 0;

	for (done = 0; !ret && done < comparison->counted_times; done++) {
		ret = counters_measure(series->contender, runner->state,
				       comparison->counted, &counters[done]);
		runner->made += counters_calls(comparison->counted);
	}
	if (ret) {
		set_failed(series, "counting", ret);
	} else {
		counters_median(&series->counters, counters, done);
		check_count(runner, &unused);
	}
}

/* After its blocks: were all of them calls, and how busy was the DSP? */
static void finish_runner(struct runner *runner,
			  const struct comparison *comparison)
{
	uint64_t busy_ns;

	if (check_count(runner, &busy_ns))
		return;
	if (runner->elapsed > 0)
		runner->series->busy = (double)(busy_ns - runner->busy_before) /
				       runner->elapsed;
	if (comparison->counted)
		count_one(runner, comparison);
}

static int allocate(struct comparison *comparison)
{
	for (unsigned int i = 0; i < comparison->count; i++) {
		struct series *series = &comparison->series[i];

		series->blocks = calloc(comparison->rounds,
					sizeof(*series->blocks));
		series->period = calloc(comparison->rounds,
					sizeof(*series->period));
		if (!series->blocks || !series->period)
			return -ENOMEM;
	}
	return 0;
}

/* ---- Estimates --------------------------------------------------------- */

static double figure_of(const struct series *series, unsigned int round,
			enum figure figure)
{
	const struct block *block = &series->blocks[round];

	switch (figure) {
	case FIGURE_P10:
		return block->p10;
	case FIGURE_P50:
		return block->p50;
	case FIGURE_P90:
		return block->p90;
	case FIGURE_MEAN:
		return block->mean;
	default:
		return 1e9 / series->period[round];
	}
}

struct interval comparison_estimate(const struct comparison *comparison,
				    const struct series *series,
				    const struct series *to, bool difference,
				    enum figure figure, struct random *random)
{
	double *values = calloc(comparison->rounds, sizeof(*values));
	struct interval interval = { NAN, NAN, NAN };

	for (unsigned int i = 0; values && i < comparison->rounds; i++) {
		values[i] = figure_of(series, i, figure);
		if (to && difference)
			values[i] -= figure_of(to, i, figure);
		else if (to)
			values[i] /= figure_of(to, i, figure);
	}
	if (values)
		interval = bootstrap_median(values, comparison->rounds, random);
	free(values);
	return interval;
}

static void estimate_series(const struct comparison *comparison,
			    struct series *series, struct random *random)
{
	const struct series *to = comparison_reference(comparison);
	const struct {
		struct interval *interval;
		const struct series *to;
		bool difference;
		enum figure figure;
	} estimates[] = {
		{ &series->p10, NULL, false, FIGURE_P10 },
		{ &series->p50, NULL, false, FIGURE_P50 },
		{ &series->p90, NULL, false, FIGURE_P90 },
		{ &series->mean, NULL, false, FIGURE_MEAN },
		{ &series->rate, NULL, false, FIGURE_RATE },
		{ &series->ratio_p10, to, false, FIGURE_P10 },
		{ &series->ratio_p50, to, false, FIGURE_P50 },
		{ &series->ratio_p90, to, false, FIGURE_P90 },
		{ &series->ratio_rate, to, false, FIGURE_RATE },
		{ &series->difference_p50, to, true, FIGURE_P50 },
	};

	for (size_t i = 0; i < sizeof(estimates) / sizeof(estimates[0]); i++)
		*estimates[i].interval = comparison_estimate(
			comparison, series, estimates[i].to,
			estimates[i].difference, estimates[i].figure, random);
}

/* ---- All of it --------------------------------------------------------- */

static unsigned int most_calls(const struct comparison *comparison,
			       unsigned int calls)
{
	for (unsigned int i = 0; i < comparison->count; i++) {
		unsigned int least = calls_least(
			&comparison->series[i].workload);

		if (calls < least)
			calls = least;
	}
	return calls;
}

static void measure(struct comparison *comparison, struct runner *runners,
		    const struct measure_options *options, uint32_t *ns)
{
	unsigned int i;

	for (i = 0; i < comparison->count; i++) {
		runners[i].series = &comparison->series[i];
		if (runners[i].series->state == SERIES_MEASURED)
			open_runner(&runners[i], options, ns);
	}
	run_rounds(comparison, runners, ns);
	for (i = 0; i < comparison->count; i++)
		if (runners[i].state &&
		    comparison->series[i].state == SERIES_MEASURED)
			finish_runner(&runners[i], comparison);
	/* In reverse: a server that was forked later has what was open before. */
	while (i--)
		if (runners[i].state)
			comparison->series[i].contender->close(
				runners[i].state);
	for (i = 0; i < comparison->count; i++)
		if (comparison->series[i].state == SERIES_MEASURED)
			estimate_series(comparison, &comparison->series[i],
					options->random);
}

int comparison_run(struct comparison *comparison,
		   const struct measure_options *options)
{
	unsigned int calls = most_calls(comparison, options->calls);
	struct runner *runners = calloc(COMPARISON_MAX, sizeof(*runners));
	uint32_t *ns = calloc(calls, sizeof(*ns));
	int ret = -ENOMEM;

	comparison->rounds = options->rounds;
	if (ns && runners)
		ret = allocate(comparison);
	if (!ret)
		measure(comparison, runners, options, ns);
	free(runners);
	free(ns);
	return ret;
}

void comparison_free(struct comparison *comparison)
{
	for (unsigned int i = 0; i < comparison->count; i++) {
		free(comparison->series[i].blocks);
		free(comparison->series[i].period);
	}
}
