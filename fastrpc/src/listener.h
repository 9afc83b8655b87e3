/* SPDX-License-Identifier: BSD-3-Clause */
/* Calls of the DSP to the host: by answers to a call that waits for them. */
#ifndef FASTRPC_LISTENER_H
#define FASTRPC_LISTENER_H

#include "session.h"

/*
 * The session has a process: from now on its calls are answered, if the program
 * has files to offer (path.h) and the DSP asks for any. Called with the slot's
 * lock held.
 */
void listener_start(struct session *session);

/*
 * Ends the process, and with it the call that waits. No new call is answered when
 * this returns. A DSP that ends neither is not waited for: the thread then keeps
 * the session, and with it the process, until the DSP answers.
 */
void listener_stop(struct session *session);

/*
 * Waits until the calls of the process are answered no more: it is gone, or
 * listener_stop() ended it. The caller has a reference to the session.
 */
void listener_wait(struct session *session);

/* Whether they are answered at this moment. */
bool listener_runs(struct session *session);

void listener_fork(enum fork_step step);

#endif
