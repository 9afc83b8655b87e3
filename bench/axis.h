/* SPDX-License-Identifier: BSD-3-Clause */
/* Where values are on a scale, and which of them are marked. */
#ifndef BENCH_AXIS_H
#define BENCH_AXIS_H

#include <stdbool.h>

#define AXIS_TICKS_MAX 16

struct axis {
	bool logarithmic;
	double low;   /* the value at @start */
	double high;  /* the value at @end */
	double start; /* in the plot's units */
	double end;
	unsigned int count;
	double ticks[AXIS_TICKS_MAX];
};

/**
 * axis_init - for values from @low to @high, rounded so that it ends at ticks
 * @logarithmic: @low must be above 0
 */
void axis_init(struct axis *axis, double low, double high, bool logarithmic,
	       double start, double end);

/** axis_place - where a value is */
double axis_place(const struct axis *axis, double value);

#endif
