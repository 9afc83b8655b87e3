/* SPDX-License-Identifier: BSD-3-Clause */
/* TLB invalidation: the supervisor makes the PDs drop pages. */
#ifndef DSP_INVALIDATE_H
#define DSP_INVALIDATE_H

#include "dsp.h"

/**
 * invalidate_serve() - carry out Linux's request if there is a new one
 *
 * When this returns, no process of the DSP reaches the pages through a
 * dropped translation: a PD that does not answer within a bound is killed.
 *
 * Return: 0, or -ETIME when the subsystem itself has to be killed for it.
 */
int invalidate_serve(struct dsp *dsp, pid_t subsystem);

#endif /* DSP_INVALIDATE_H */
