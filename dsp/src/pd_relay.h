/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Calls to the host of processes that no host listens to: another process makes
 * them, to which a daemon of the host has attached and said so by the module
 * adsp_default_listener.
 */
#ifndef DSP_PD_RELAY_H
#define DSP_PD_RELAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dsp.h"

/** pd_relay_open() - make the sockets, once for all processes */
int pd_relay_open(struct dsp *dsp);

/** pd_relay_init() - in a new process: which service it is of */
void pd_relay_init(const struct dsp *dsp, enum dsp_service service);

/** pd_relay_is_there() - a process would make calls for this one */
bool pd_relay_is_there(void);

/**
 * pd_relay_invoke() - have a call made
 * @bytes: the request, as pd_host.c packs it
 * @reply: set to what came back, or NULL; the caller frees it
 *
 * Return: what the host's function returned.
 */
int pd_relay_invoke(uint32_t handle, uint32_t sc, const uint8_t *bytes,
		    size_t size, uint8_t **reply, size_t *reply_size);

#endif /* DSP_PD_RELAY_H */
