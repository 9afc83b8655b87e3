// SPDX-License-Identifier: BSD-3-Clause
#include "statistics.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "payload.h"

#define RESAMPLES 2000
#define TAIL	  0.025 /* at each end of a confidence interval */

uint64_t random_next(struct random *random)
{
	return payload_mix(random->state += 0x9e3779b97f4a7c15ull);
}

/* What does not fill a whole multiple of the bound is drawn again. */
uint64_t random_below(struct random *random, uint64_t bound)
{
	uint64_t least = -bound % bound, value;

	do {
		value = random_next(random);
	} while (value < least);
	return value % bound;
}

static int compare_doubles(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static int compare_times(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

/* Between which two of @count values, and how far from the first. */
static size_t place(size_t count, double part, double *beyond)
{
	double at = part * (double)(count - 1);
	size_t below = (size_t)at;

	*beyond = at - (double)below;
	return below;
}

void sort_doubles(double *values, size_t count)
{
	qsort(values, count, sizeof(*values), compare_doubles);
}

double quantile(const double *sorted, size_t count, double part)
{
	double beyond;
	size_t below;

	if (!count)
		return NAN;
	below = place(count, part, &beyond);
	if (below + 1 >= count)
		return sorted[count - 1];
	return sorted[below] + beyond * (sorted[below + 1] - sorted[below]);
}

static double median_in_place(double *values, size_t count)
{
	sort_doubles(values, count);
	return quantile(values, count, 0.5);
}

double median(const double *values, size_t count)
{
	double *copy = count ? malloc(count * sizeof(*copy)) : NULL, value;

	if (!copy)
		return NAN;
	memcpy(copy, values, count * sizeof(*copy));
	value = median_in_place(copy, count);
	free(copy);
	return value;
}

struct interval bootstrap_median(const double *values, size_t count,
				 struct random *random)
{
	struct interval interval = { NAN, NAN, NAN };
	double *drawn = malloc((count + 1) * sizeof(*drawn));
	double *medians = malloc(RESAMPLES * sizeof(*medians));

	if (count && drawn && medians) {
		interval.value = median(values, count);
		for (size_t i = 0; i < RESAMPLES; i++) {
			for (size_t j = 0; j < count; j++)
				drawn[j] = values[random_below(random, count)];
			medians[i] = median_in_place(drawn, count);
		}
		sort_doubles(medians, RESAMPLES);
		interval.low = quantile(medians, RESAMPLES, TAIL);
		interval.high = quantile(medians, RESAMPLES, 1 - TAIL);
	}
	free(drawn);
	free(medians);
	return interval;
}

static double quantile_of_times(const uint32_t *sorted, size_t count,
				double part)
{
	double beyond;
	size_t below = place(count, part, &beyond);

	if (below + 1 >= count)
		return sorted[count - 1];
	return sorted[below] +
	       beyond * ((double)sorted[below + 1] - sorted[below]);
}

struct block block_of(uint32_t *ns, size_t count)
{
	struct block block = { NAN, NAN, NAN, 0 };

	if (!count)
		return block;
	qsort(ns, count, sizeof(*ns), compare_times);
	for (size_t i = 0; i < count; i++)
		block.mean += (double)ns[i] / (double)count;
	block.p10 = quantile_of_times(ns, count, 0.1);
	block.p50 = quantile_of_times(ns, count, 0.5);
	block.p90 = quantile_of_times(ns, count, 0.9);
	return block;
}

unsigned int abba(unsigned int count, unsigned int round, unsigned int turn)
{
	return round % 2 ? count - 1 - turn : turn;
}
