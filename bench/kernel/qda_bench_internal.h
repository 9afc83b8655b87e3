/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef QDA_BENCH_INTERNAL_H
#define QDA_BENCH_INTERNAL_H

#include <linux/fs.h>

#include "qda_bench_ioctl.h"

extern const struct file_operations qda_bench_fops;

/* Every clock of User-Mode Linux is a system call of its host; this one is not. */
static inline u64 qda_bench_ticks(void)
{
	u32 low, high;

	/* The fences keep what is measured between its time stamps. */
	asm volatile("lfence; rdtsc; lfence" : "=a" (low), "=d" (high) : : "memory");
	return (u64)high << 32 | low;
}

/* qda_bench_ns() - a difference of qda_bench_ticks() */
u32 qda_bench_ns(u64 ticks);

/* qda_bench_pass() - between two calls: let works run. Return: 0 or -EINTR. */
int qda_bench_pass(void);

/* qda_bench_loop() - QDA_BENCH_IOCTL_LOOP; @loop->done and @loop->nonce are set */
int qda_bench_loop(struct qda_bench_loop *loop);

/* qda_bench_echo() - QDA_BENCH_IOCTL_ECHO; @echo->done is set */
int qda_bench_echo(struct qda_bench_echo *echo);

int qda_bench_echo_register(void);
void qda_bench_echo_unregister(void);

#endif
