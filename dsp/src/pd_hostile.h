/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Fault mode "requests": the first answers to a host that listens are requests
 * of any kind, from the fixed start of a seed; see the DSP's README.
 */
#ifndef DSP_PD_HOSTILE_H
#define DSP_PD_HOSTILE_H

#include <stdbool.h>
#include <stdint.h>

#include "remote.h"

/* What the host gets of a request. */
struct pd_request_head {
	uint32_t context;
	uint32_t handle;
	uint32_t sc;
	int32_t length;
};

/** pd_hostile_init() - begin with @seed in the @client-th process; 0: behave */
void pd_hostile_init(uint32_t seed, uint32_t client);

/**
 * pd_hostile_next() - the next request, instead of one that code has made
 * @answer: to the one before; that it has nothing from outside is checked
 * @room: takes the beginning of the request
 * @status: set to what the host's call returns
 *
 * Return: false when there are no more.
 */
bool pd_hostile_next(const remote_buf *answer, struct pd_request_head *head,
		     const remote_buf *room, int *status);

/**
 * pd_hostile_fetch() - more of a request
 *
 * Return: whether it was one of those.
 */
bool pd_hostile_fetch(const remote_buf *to, int *status);

#endif /* DSP_PD_HOSTILE_H */
