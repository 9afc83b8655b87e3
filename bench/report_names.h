/* SPDX-License-Identifier: BSD-3-Clause */
/* Stable words for what is an enum here. */
#ifndef BENCH_REPORT_NAMES_H
#define BENCH_REPORT_NAMES_H

#include "goals.h"

static inline const char *clock_name(enum bench_clock clock)
{
	return clock == BENCH_KERNEL ? "kernel" : "system-calls";
}

static inline const char *wait_name(enum bench_wait wait)
{
	static const char *const names[] = {
		[BENCH_SLEEP] = "sleep",
		[BENCH_POLL] = "poll",
		[BENCH_STREAM] = "stream",
	};

	return names[wait];
}

static inline const char *unit_name(enum bench_unit unit)
{
	return unit == BENCH_LATENCY ? "latency" : "period";
}

static inline const char *state_name(enum series_state state)
{
	static const char *const names[] = {
		[SERIES_MEASURED] = "measured",
		[SERIES_UNFIT] = "unfit",
		[SERIES_ABSENT] = "absent",
		[SERIES_FAILED] = "failed",
	};

	return names[state];
}

static inline const char *verdict_name(enum goal_verdict verdict)
{
	static const char *const names[] = {
		[GOAL_MET] = "met",
		[GOAL_NOT_MET] = "not met",
		[GOAL_NOT_MEASURED] = "not measured",
	};

	return names[verdict];
}

#endif
