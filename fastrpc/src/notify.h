/* SPDX-License-Identifier: BSD-3-Clause */
/* Tells the program what becomes of its processes. */
#ifndef FASTRPC_NOTIFY_H
#define FASTRPC_NOTIFY_H

#include "remote.h"
#include "session.h"

/* The function is called for the slot's processes from now on. */
int notify_register(unsigned int slot, fastrpc_notif_fn_t function,
		    void *context);

/* The session has a process; called with the slot's lock held. */
void notify_started(struct session *session);

/* Nobody wants to know any more. @wait: no function runs when this returns. */
void notify_stop(struct session *session, bool wait);

void notify_fork(enum fork_step step);

#endif
