/* SPDX-License-Identifier: BSD-3-Clause */
/* What is made of times. Nothing here depends on how they were taken. */
#ifndef BENCH_STATISTICS_H
#define BENCH_STATISTICS_H

#include <stddef.h>
#include <stdint.h>

/* A generator (splitmix64): the same seed gives the same numbers everywhere. */
struct random {
	uint64_t state;
};

uint64_t random_next(struct random *random);

/** random_below - each of 0 to @bound - 1 alike */
uint64_t random_below(struct random *random, uint64_t bound);

/** sort_doubles - the least first */
void sort_doubles(double *values, size_t count);

/** quantile - of sorted values, between two of them in proportion; @part 0 to 1 */
double quantile(const double *sorted, size_t count, double part);

/** median - of values in any order; NAN of none or without memory */
double median(const double *values, size_t count);

/* An estimate, and where it is in 95 of 100 repetitions. */
struct interval {
	double value;
	double low;
	double high;
};

/**
 * bootstrap_median - the median of values, with its confidence interval
 *
 * Values are drawn from the given ones, as many as there are, 2,000 times, and
 * the interval is from 2.5 % to 97.5 % of the medians. Values must be
 * independent of each other: blocks are, calls of one block are not.
 */
struct interval bootstrap_median(const double *values, size_t count,
				 struct random *random);

/* What a block of calls comes to, in nanoseconds. */
struct block {
	double p10;
	double p50;
	double p90;
	double mean;
};

/** block_of - of @count times, which get sorted */
struct block block_of(uint32_t *ns, size_t count);

/**
 * abba - who is when in a round of @count contenders
 *
 * Every other round is in reverse, A B C C B A, so that what grows or sinks by
 * and by favours none.
 */
unsigned int abba(unsigned int count, unsigned int round, unsigned int turn);

#endif
