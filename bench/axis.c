// SPDX-License-Identifier: BSD-3-Clause
#include "axis.h"

#include <math.h>

#define STEPS_WANTED 5

/* 1, 2 or 5 times a power of ten, about a fifth of the range. */
static double step_for(double range)
{
	double raw = range / STEPS_WANTED;
	double power = pow(10, floor(log10(raw)));
	double part = raw / power;

	return (part < 1.5 ? 1 : part < 3.5 ? 2 : part < 7.5 ? 5 : 10) * power;
}

static void init_linear(struct axis *axis, double low, double high)
{
	double step = step_for(high > low ? high - low : 1);

	axis->low = floor(low / step + 1e-9) * step;
	axis->high = ceil(high / step - 1e-9) * step;
	if (axis->high <= axis->low)
		axis->high = axis->low + step;
	for (unsigned int i = 0; i < AXIS_TICKS_MAX; i++) {
		double tick = axis->low + i * step;

		if (tick > axis->high + step / 2)
			break;
		axis->ticks[axis->count++] = tick;
	}
}

/* Ticks at 1, 2, 5, or at powers of ten (or of a hundred) where they are many. */
static void init_logarithmic(struct axis *axis, double low, double high)
{
	static const double parts[] = { 1, 2, 5 };
	double decades = log10(high / low);
	unsigned int many = decades > 3.2 ? 1 : 3;
	int skip = decades > 12 ? 2 : 1;
	int first = (int)floor(log10(low)),
	    last = (int)ceil(log10(high)) + skip;

	axis->low = low;
	axis->high = high;
	for (int power = first; power <= last; power += skip) {
		for (unsigned int i = 0; i < many; i++) {
			double tick = parts[i] * pow(10, power);

			if (tick <= low * 1.0001) {
				axis->low = tick;
				axis->count = 0;
			}
			if (axis->count < AXIS_TICKS_MAX)
				axis->ticks[axis->count++] = tick;
			if (tick >= high * 0.9999) {
				axis->high = tick;
				return;
			}
		}
	}
}

void axis_init(struct axis *axis, double low, double high, bool logarithmic,
	       double start, double end)
{
	*axis = (struct axis){ .logarithmic = logarithmic,
			       .start = start,
			       .end = end };
	if (logarithmic)
		init_logarithmic(axis, low, high > low ? high : low * 10);
	else
		init_linear(axis, low, high);
}

double axis_place(const struct axis *axis, double value)
{
	double part;

	if (axis->logarithmic)
		part = log(value / axis->low) / log(axis->high / axis->low);
	else
		part = (value - axis->low) / (axis->high - axis->low);
	return axis->start + part * (axis->end - axis->start);
}
