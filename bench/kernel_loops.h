/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Loops in the kernel, by /dev/qda_bench: see kernel/qda_bench_ioctl.h for what
 * they do before, between and after the time stamps.
 */
#ifndef BENCH_KERNEL_LOOPS_H
#define BENCH_KERNEL_LOOPS_H

#include <stdint.h>

#include "kernel/qda_bench_ioctl.h"

/** loops_open - Return: a file for the functions below, -ENODEV without the module */
int loops_open(void);

/**
 * loops_ioctl - call an ioctl of another file @loop->calls times
 * @loops: of loops_open()
 * @loop: all but done and ns_ptr; the nonce counts on
 * @ns: an element for each call
 *
 * Return: 0, -EBADMSG for an answer that is wrong, -EREMOTEIO for one that is an
 * error of the DSP, or what the first failed call got.
 */
int loops_ioctl(int loops, struct qda_bench_loop *loop, uint32_t *ns);

/**
 * loops_echo - messages on the echo channel
 * @flags: QDA_BENCH_ECHO_*
 *
 * Return: 0, -ENODEV when the DSP has no such channel, -EBADMSG, -ETIMEDOUT.
 */
int loops_echo(int loops, uint32_t flags, unsigned int calls, uint32_t *ns);

/** loops_nothing - the floor: an ioctl that does nothing. Return: 0 or a negative errno */
int loops_nothing(int loops, unsigned int calls, uint32_t *ns);

#endif
