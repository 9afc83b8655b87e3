// SPDX-License-Identifier: BSD-3-Clause
#include "paired.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "harness.h"

#define ATTEMPTS 3
#define TURNS	 101
#define BLOCK	 20   /* calls */
#define SAMPLES	 2000 /* of the bootstrap */

struct interval {
	double low, median, high;
};

static int by_value(const void *a, const void *b)
{
	double one = *(const double *)a, other = *(const double *)b;

	return (one > other) - (one < other);
}

static double median_of(double *values, size_t count)
{
	qsort(values, count, sizeof(*values), by_value);
	return values[count / 2];
}

static int64_t block(const struct contender *c)
{
	int64_t start = now_ns();

	for (int i = 0; i < BLOCK; i++)
		c->run(c->data);
	return now_ns() - start;
}

/* The order changes from turn to turn. */
static void measure(const struct contender *base, const struct contender *what,
		    double *ratios)
{
	block(base);
	block(what);
	for (unsigned int i = 0; i < TURNS; i++) {
		const struct contender *outer = i % 2 ? what : base;
		const struct contender *inner = i % 2 ? base : what;
		int64_t first = block(outer);
		int64_t both = block(inner) + block(inner);
		double ratio = (double)both / (double)(first + block(outer));

		ratios[i] = i % 2 ? 1 / ratio : ratio;
	}
}

/* The same every time for the same ratios. */
static struct interval interval_of(double *ratios)
{
	static double medians[SAMPLES];
	double drawn[TURNS];
	unsigned int state = 1;

	for (int i = 0; i < SAMPLES; i++) {
		for (unsigned int k = 0; k < TURNS; k++)
			drawn[k] = ratios[(unsigned int)rand_r(&state) % TURNS];
		medians[i] = median_of(drawn, TURNS);
	}
	qsort(medians, SAMPLES, sizeof(*medians), by_value);
	return (struct interval){ medians[SAMPLES / 40],
				  median_of(ratios, TURNS),
				  medians[SAMPLES - 1 - SAMPLES / 40] };
}

void check_cost(const char *name, const struct contender *base,
		const struct contender *what, double limit)
{
	unsigned int above = 0;
	struct interval ratio = { 0 };
	double ratios[TURNS];

	for (int i = 0; i < ATTEMPTS; i++) {
		measure(base, what, ratios);
		ratio = interval_of(ratios);
		printf("# %s: %.3f [%.3f, %.3f] of at most %.2f\n", name,
		       ratio.median, ratio.low, ratio.high, limit);
		fflush(stdout);
		if (ratio.high <= limit)
			return;
		above += ratio.low > limit;
	}
	if (above == ATTEMPTS)
		subtest_fail(__FILE__, __LINE__,
			     "%s: %.3f [%.3f, %.3f] is "
			     "above %.2f",
			     name, ratio.median, ratio.low, ratio.high, limit);
	subtest_skip("%s: too noisy to tell %.3f [%.3f, %.3f] from %.2f", name,
		     ratio.median, ratio.low, ratio.high, limit);
}

double median_ns(void (*run)(void *data), void *data)
{
	double times[TURNS];

	for (unsigned int i = 0; i < TURNS; i++) {
		int64_t start = now_ns();

		run(data);
		times[i] = (double)(now_ns() - start);
	}
	return median_of(times, TURNS);
}
