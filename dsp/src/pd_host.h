/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Calls to the host. The host waits for them in a call of its own, "next", whose
 * answer is a request and whose arguments are the answer to the one before.
 */
#ifndef DSP_PD_HOST_H
#define DSP_PD_HOST_H

#include <stdbool.h>
#include <stddef.h>

#include "remote.h"

/** pd_host_listener() - the static handle by which the host listens */
int pd_host_listener(uint32_t sc, remote_arg *args);

/** pd_host_listens() - the host has said that it will, to this process */
bool pd_host_listens(void);

/** pd_host_is_there() - the host listens, to this process or for it */
bool pd_host_is_there(void);

/**
 * pd_host_exchange() - hand a request to the host that listens to this process
 * @bytes: the inputs and the lengths of the outputs
 * @reply: set to the outputs, or NULL; the caller frees it
 *
 * Return: what the host's function returned.
 */
int pd_host_exchange(uint32_t handle, uint32_t sc, const uint8_t *bytes,
		     size_t size, uint8_t **reply, size_t *reply_size);

/** pd_host_open() - find a module of the host by its name */
int pd_host_open(const char *name, uint32_t *handle);

/**
 * pd_host_invoke() - call a module of the host
 * @handle: 0 opens modules
 * @args: buffers only
 *
 * Return: what the host's function returned.
 */
int pd_host_invoke(uint32_t handle, uint32_t sc, remote_arg *args);

/**
 * pd_host_load() - read a file of the host's search path
 * @name: of the file
 * @fd: set to a file with its contents; the caller closes it
 *
 * Return: 0, or why not.
 */
int pd_host_load(const char *name, int *fd);

/** pd_host_grow() - ask for more heap, of at least that size */
int pd_host_grow(size_t size);

#endif /* DSP_PD_HOST_H */
