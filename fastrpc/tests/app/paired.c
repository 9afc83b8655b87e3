// SPDX-License-Identifier: BSD-3-Clause
#include "paired.h"

#include <stdint.h>
#include <stdio.h>

#include "harness.h"
#include "statistics.h"

#define ATTEMPTS 3
#define TURNS	 101
#define BLOCK	 20 /* calls */

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

void check_cost(const char *name, const struct contender *base,
		const struct contender *what, double limit)
{
	unsigned int above = 0;
	struct interval ratio = { 0 };
	double ratios[TURNS];

	for (int i = 0; i < ATTEMPTS; i++) {
		/* The same interval every time for the same ratios. */
		struct random random = { 1 };

		measure(base, what, ratios);
		ratio = bootstrap_median(ratios, TURNS, &random);
		printf("# %s: %.3f [%.3f, %.3f] of at most %.2f\n", name,
		       ratio.value, ratio.low, ratio.high, limit);
		fflush(stdout);
		if (ratio.high <= limit)
			return;
		above += ratio.low > limit;
	}
	if (above == ATTEMPTS)
		subtest_fail(__FILE__, __LINE__,
			     "%s: %.3f [%.3f, %.3f] is "
			     "above %.2f",
			     name, ratio.value, ratio.low, ratio.high, limit);
	subtest_skip("%s: too noisy to tell %.3f [%.3f, %.3f] from %.2f", name,
		     ratio.value, ratio.low, ratio.high, limit);
}

double median_ns(void (*run)(void *data), void *data)
{
	double times[TURNS];

	for (unsigned int i = 0; i < TURNS; i++) {
		int64_t start = now_ns();

		run(data);
		times[i] = (double)(now_ns() - start);
	}
	return median(times, TURNS);
}
