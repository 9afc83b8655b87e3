/* SPDX-License-Identifier: BSD-3-Clause */
/* How a process on the DSP begins. */
#ifndef FASTRPC_PROCESS_H
#define FASTRPC_PROCESS_H

#include "session.h"

/* The DSP's constant handle for the process itself. */
#define CURRENT_PROCESS 4

/* Finds the shell, if there is one, and starts the session's process with it. */
int process_start(struct session *session, struct process_options *options,
		  int32_t *result);

/* Tells the process how its threads are to be, where it wants to know. */
void process_set_threads(struct session *session, int priority, int stack_size);

/* Asks it to exit; a DSP that does not answer is not waited for for ever. */
void process_end(struct session *session);

#endif
