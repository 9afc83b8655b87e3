/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What a call costs in things that can be counted: from the driver's and the
 * machine's files in debugfs ("name: number"), the kernel's trace events, and
 * this program's system calls. Needs root; what is not there is left out.
 */
#ifndef BENCH_COUNTERS_H
#define BENCH_COUNTERS_H

#include "contender.h"

#define COUNTERS_MAX	 64
#define COUNTER_NAME_MAX 40

struct counter {
	char name[COUNTER_NAME_MAX];
	double value; /* for each call */
};

struct counters {
	unsigned int count;
	struct counter list[COUNTERS_MAX];
};

/* How many calls are counted, and how many at most; how often at most. */
#define COUNTED_CALLS	  192
#define COUNTED_CALLS_MAX 1152
#define COUNTED_TIMES_MAX 3

/**
 * counters_measure - count for an open contender
 * @calls: of the longer of two runs; at most COUNTED_CALLS_MAX, a multiple of 192
 *
 * The shorter one has a third of them. The two are compared, so that what is there
 * once is not counted. 0, what run returned, or -ENOBUFS when the kernel traced
 * more than it could keep.
 */
int counters_measure(const struct contender *contender,
		     struct contender_state *state, unsigned int calls,
		     struct counters *counters);

/**
 * counters_median - of the same counters, counted @count times
 * @of: at most COUNTED_TIMES_MAX, of which the first has all names
 */
void counters_median(struct counters *counters, const struct counters *of,
		     unsigned int count);

/** counters_get - a counter's value, NAN if there is none of that name */
double counters_get(const struct counters *counters, const char *name);

/** counters_add - to a counter, which is 0 where there is none of that name yet */
void counters_add(struct counters *counters, const char *name, double value);

/** counters_calls - how many calls counters_measure() makes, both runs together */
unsigned int counters_calls(unsigned int calls);

/*
 * Of this program: ioctl, send, receive, read, write; and bytes that a CPU copied
 * for them: structs, descriptors of arguments, and data where it is not shared.
 * See system_calls.c.
 */
extern unsigned long system_calls;
extern unsigned long copied_bytes;

#endif
