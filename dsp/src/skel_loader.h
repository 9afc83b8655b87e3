/* SPDX-License-Identifier: BSD-3-Clause */
/* Skels of this process, and the remote handles that name them. */
#ifndef DSP_SKEL_LOADER_H
#define DSP_SKEL_LOADER_H

#include <stddef.h>
#include <stdint.h>

#include "remote.h"

/**
 * skel_loader_init() - before the first open
 * @path: folders separated by colons, may be NULL
 * @domain: the domain that _dom has to name, if it is given
 * @seed: differs between processes, so that their handles differ
 */
void skel_loader_init(const char *path, const char *domain, uint32_t seed);

/**
 * skel_open() - load the skel that @uri names
 * @handle: set to a new handle
 * @error: set to a reason when it fails
 *
 * Return: 0, a DSP status, or what the skel's own open returned.
 */
int skel_open(const char *uri, uint32_t *handle, char *error,
	      size_t error_size);

/** skel_close() - as skel_open(); a handle with calls in flight is refused */
int skel_close(uint32_t handle, char *error, size_t error_size);

/** skel_invoke() - call a method; returns what the skel returned */
int skel_invoke(uint32_t handle, uint32_t sc, remote_arg *args);

/**
 * skel_module_at() - name the code at @pc; safe in a signal handler
 *
 * Return: offset of @pc in the module, or @pc itself when it is unknown.
 */
uint64_t skel_module_at(uint64_t pc, char *name, size_t size);

#endif /* DSP_SKEL_LOADER_H */
