/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Time stamps. On the simulated machine every clock of Linux is a system call,
 * which costs more than what is measured: the processor's counter is read
 * instead, and calibrated once.
 */
#ifndef BENCH_CLOCK_H
#define BENCH_CLOCK_H

#include <stdint.h>

#if !defined(__x86_64__) && !defined(__aarch64__)
#error "there is no counter here that programs may read"
#endif

static inline uint64_t bench_ticks(void)
{
#ifdef __x86_64__
	uint32_t low, high;

	/* The fence keeps what is measured between its time stamps. */
	__asm__ volatile("lfence; rdtsc; lfence"
			 : "=a"(low), "=d"(high)::"memory");
	return (uint64_t)high << 32 | low;
#else
	uint64_t ticks;

	__asm__ volatile("isb; mrs %0, cntvct_el0; isb"
			 : "=r"(ticks)::"memory");
	return ticks;
#endif
}

/** bench_clock_calibrate - takes 50 ms, once before the functions below */
void bench_clock_calibrate(void);

/** bench_elapsed - a difference of bench_ticks(), in ns */
double bench_elapsed(uint64_t ticks);

/** bench_ns - the same for an element of contender.run's ns[]: at most UINT32_MAX */
uint32_t bench_ns(uint64_t ticks);

#endif
