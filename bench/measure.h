/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A comparison: contenders with the same workload, in turns of a block each.
 * Figures are of blocks; how contenders relate is of the two blocks of a round,
 * which ran next to each other.
 */
#ifndef BENCH_MEASURE_H
#define BENCH_MEASURE_H

#include "contender.h"
#include "counters.h"
#include "statistics.h"

#define COMPARISON_MAX 8 /* contenders */

enum series_state {
	SERIES_MEASURED,
	SERIES_UNFIT,  /* it cannot have such a workload */
	SERIES_ABSENT, /* this machine does not have it */
	SERIES_FAILED,
};

/* What a figure is of: a block's quantile or mean in ns, or calls in a second. */
enum figure {
	FIGURE_P10,
	FIGURE_P50,
	FIGURE_P90,
	FIGURE_MEAN,
	FIGURE_RATE,
};

/* A contender in a comparison. Times are in nanoseconds. */
struct series {
	const struct contender *contender;
	struct workload workload;
	const char *variant; /* what is other than the contender, or NULL */
	enum series_state state;
	char why[120]; /* if it was not measured */

	unsigned int calls;   /* in a block */
	struct block *blocks; /* of each round */
	double *period; /* of each round: how long until the next call, on average */
	double busy;	  /* part of the time in which the DSP worked */
	uint64_t checked; /* calls that the DSP has checked, in all */

	/* Medians of blocks, and to the first series that was measured. */
	struct interval p10, p50, p90, mean, rate;
	struct interval ratio_p10, ratio_p50, ratio_p90, difference_p50,
		ratio_rate;

	struct counters counters;
};

struct comparison {
	const char *name;
	const char *title;
	enum bench_clock clock;
	enum bench_wait wait;
	double x; /* where it is in a sweep */
	unsigned int rounds;
	/* Calls for the counters, which 0 is without, and how often, at least once. */
	unsigned int counted, counted_times;
	unsigned int count;
	struct series series[COMPARISON_MAX];
};

struct measure_options {
	unsigned int rounds;
	unsigned int calls; /* in a block */
	double block_ns; /* a block of fewer calls after this time; 0: never */
	struct random *random;
};

/** comparison_add - another series, unless there are too many */
void comparison_add(struct comparison *comparison,
		    const struct contender *contender,
		    const struct workload *workload, const char *variant);

/**
 * comparison_run - measure; what fails is in the series
 *
 * -ENOMEM, or 0.
 */
int comparison_run(struct comparison *comparison,
		   const struct measure_options *options);

/** comparison_reference - the first series that was measured, or NULL */
const struct series *comparison_reference(const struct comparison *comparison);

/** comparison_find - the first series of a contender, if it was measured, or NULL */
const struct series *comparison_find(const struct comparison *comparison,
				     const char *name);

/**
 * comparison_estimate - a figure of a series over the rounds
 * @to: NULL, or another series of the comparison: the ratio to it in each round
 * @difference: the difference, instead of the ratio
 */
struct interval comparison_estimate(const struct comparison *comparison,
				    const struct series *series,
				    const struct series *to, bool difference,
				    enum figure figure, struct random *random);

/** define COUNTER_LEAST - what is less for each call is as good as nothing */
#define COUNTER_LEAST 0.005

/** comparison_counters - those that are not nothing for all; of interest are names */
struct counters comparison_counters(const struct comparison *comparison);

#define SERIES_TITLE_MAX 64

/** series_title - the contender's, and the variant; in @text */
const char *series_title(const struct series *series,
			 char text[SERIES_TITLE_MAX]);

/** comparison_free - what comparison_run() allocated */
void comparison_free(struct comparison *comparison);

#endif
