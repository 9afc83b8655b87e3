/* SPDX-License-Identifier: BSD-3-Clause */
/* Contenders whose times are known, without a clock. */
#ifndef BENCH_TESTS_FAKES_H
#define BENCH_TESTS_FAKES_H

#include "contender.h"

/* "slow" takes twice as long as "quick"; both get slower from block to block. */
extern const struct contender fake_quick;
extern const struct contender fake_slow;
extern const struct contender fake_absent;
extern const struct contender fake_unfit;
extern const struct contender fake_refused; /* open fails with ENOSPC */
extern const struct contender fake_failing; /* so does its third run */
extern const struct contender fake_idle;    /* does not call the DSP */
/* Calls it twice to warm up and in three blocks, but not in a run after that. */
extern const struct contender fake_uncounted;

/* Names' first letters, one for each run. */
extern char fake_order[256];

/* How many are open. */
extern int fake_open;

#endif
