/* SPDX-License-Identifier: BSD-3-Clause */
/* How much longer one thing takes than another, in one run on a noisy machine. */
#ifndef APP_PAIRED_H
#define APP_PAIRED_H

struct contender {
	void (*run)(void *data); /* does it once */
	void *data;
};

/**
 * check_cost - the subtest fails when @what costs more than @limit times @base
 *
 * Blocks of both take turns (base, what, what, base, and the other way round), so
 * that what changes slowly meets both alike. The ratio is the median over the turns, with a 95 %
 * confidence interval by resampling. It is measured up to three times: an
 * interval below the limit is a pass, one above it in all three a failure; else
 * the machine is too noisy to tell, and the subtest is skipped and says so.
 */
void check_cost(const char *name, const struct contender *base,
		const struct contender *what, double limit);

/** median_ns - how long it takes once, the median of a hundred times */
double median_ns(void (*run)(void *data), void *data);

#endif
