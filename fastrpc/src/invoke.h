/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef FASTRPC_INVOKE_H
#define FASTRPC_INVOKE_H

#include "remote.h"
#include "session.h"

/* Calls and waits; returns what remote_handle_invoke() does. */
int invoke(struct session *session, uint32_t remote, uint32_t scalars,
	   const remote_arg *args);

#endif
