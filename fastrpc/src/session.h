/* SPDX-License-Identifier: BSD-3-Clause */
/* The program's processes on the DSPs, by effective domain id. */
#ifndef FASTRPC_SESSION_H
#define FASTRPC_SESSION_H

#include <pthread.h>
#include <stdatomic.h>

#include "AEEStdErr.h"
#include "backend.h"
#include "fastrpc.h"

/* What the DSP answers to a call to a process that it does not have. */
#define PROCESS_IS_GONE ((int32_t)(DSP_AEE_EOFFSET + AEE_EBADSTATE))

struct map;
struct listener;

/*
 * Refcounted: the slot, each open handle and each call hold one. The back end
 * is closed with the last.
 */
struct session {
	struct session *next; /* of all, also those that no slot has */
	atomic_uint refs;
	unsigned int slot;
	const struct backend *backend;
	void *inner;  /* the back end's */
	bool started; /* under the slot's lock */
	bool is_unsigned;
	atomic_bool dead; /* nothing but closing is of use any more */

	pthread_t notifier; /* tells what becomes of the process */
	bool notified;	    /* there is that thread */

	struct listener *listener; /* answers the process, or NULL */
	uint64_t grown; /* by which its heap has; the listener's thread */
	bool listening; /* its thread runs; see listener_wait() */

	pthread_mutex_t maps_lock;
	struct map *maps; /* memory the process keeps; see map.c */
};

/* How the slot's next process is to be. -EBUSY: one runs and is otherwise. */
struct slot_options {
	bool threads_set; /* priority and stack_size are the program's */
	bool is_unsigned;
	bool dump;
	bool adaptive_qos;
	bool poll;
	int priority; /* 1 to 255 */
	int stack_size;
};

/*
 * The slot's session, with a reference. @start: with a process, else it may
 * have none yet.
 */
int session_get(unsigned int slot, bool start, struct session **session,
		int32_t *result);
void session_get_again(struct session *session);
void session_put(struct session *session);

/* The slot's session if there is one, with a reference; else NULL. */
struct session *session_peek(unsigned int slot);

/* Starts a process of another kind in a slot that has none. */
int session_start_kind(unsigned int slot, enum process_kind kind,
		       const char *name, int32_t *result);

/* The slot forgets its session; who has a reference may still use it. */
void session_drop(unsigned int slot);

/*
 * A call ended that way. Where that means that the process is gone, the slot's
 * next use makes a new one.
 */
void session_note_end(struct session *session, int error, int32_t result);

/* 0 where there is a DSP of that domain that the program may use, or why not. */
int session_probe(int domain);

/* Calls @change with the options of the slot, locked. */
int slot_change(unsigned int slot,
		int (*change)(struct slot_options *options,
			      const struct session *session, void *data),
		void *data);

/* A slot above 0 that nobody uses, for the domain; -EBUSY. */
int slot_reserve(int domain, unsigned int *slot);
bool slot_is_valid(int effective_domain);

/* "cdsp", or "cdsp session 1" */
const char *slot_name(unsigned int slot, char *text, size_t size);

#endif
