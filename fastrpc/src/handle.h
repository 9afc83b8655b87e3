/* SPDX-License-Identifier: BSD-3-Clause */
/* Libraries that the program has opened on DSPs. */
#ifndef FASTRPC_HANDLE_H
#define FASTRPC_HANDLE_H

#include "session.h"

/*
 * Whom a handle of the program's means: the session, with a reference, and the
 * DSP's own handle. AEE_EINVHANDLE where it was never opened or closed since.
 */
int handle_get(uint64_t handle, struct session **session, uint32_t *remote);

/* Opens a library in the slot's session; the code of a public function. */
int handle_open(unsigned int slot, const char *uri, uint32_t *handle);

/* Forgets the handles of the slot; the DSP is not told. */
void handle_forget_slot(unsigned int slot);

/* Whether the handle is void, or the process that it was opened in has ended. */
bool handle_is_gone(uint64_t handle);

void handle_fork(enum fork_step step);

#endif
