// SPDX-License-Identifier: BSD-3-Clause
#include "clock.h"

#include <time.h>

#define CALIBRATION_NS 50000000ll
#define NSEC_PER_SEC   1000000000ll

static double ticks_per_ns = 1;

static int64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * NSEC_PER_SEC + now.tv_nsec;
}

/* The counter at a time: of a few tries the one that was disturbed least. */
static void read_both(uint64_t *ticks, int64_t *ns)
{
	uint64_t least = UINT64_MAX;

	for (int i = 0; i < 20; i++) {
		uint64_t before = bench_ticks();
		int64_t now = now_ns();
		uint64_t after = bench_ticks();

		if (after - before >= least)
			continue;
		least = after - before;
		*ticks = before + (after - before) / 2;
		*ns = now;
	}
}

void bench_clock_calibrate(void)
{
	uint64_t ticks[2] = { 0 };
	int64_t ns[2] = { 0 };

	read_both(&ticks[0], &ns[0]);
	while (now_ns() - ns[0] < CALIBRATION_NS)
		;
	read_both(&ticks[1], &ns[1]);
	ticks_per_ns = (double)(ticks[1] - ticks[0]) / (double)(ns[1] - ns[0]);
}

double bench_elapsed(uint64_t ticks)
{
	return (double)ticks / ticks_per_ns;
}

uint32_t bench_ns(uint64_t ticks)
{
	double ns = bench_elapsed(ticks);

	return ns < (double)UINT32_MAX ? (uint32_t)ns : UINT32_MAX;
}
