/* SPDX-License-Identifier: BSD-3-Clause */
/* Packet queues: what those of one process on the DSP have in common. */
#ifndef FASTRPC_QUEUE_H
#define FASTRPC_QUEUE_H

#include <pthread.h>
#include <stdbool.h>

#include "dspqueue.h"
#include "fastrpc.h"
#include "remote.h"
#include "ring.h"

/* A thread that is in the error callback of a queue just now. */
struct telling {
	bool on;
	pthread_t thread;
};

struct queues {
	unsigned int slot;
	remote_handle64 rpc;
	struct queue_signals *signals;
	pthread_t thread;    /* waits for the DSP's signals */
	pthread_t signaller; /* signals the DSP */
	uint32_t created;    /* how many there were */

	/* What follows, and the queues' rings. */
	pthread_mutex_t lock;
	pthread_cond_t changed; /* the DSP has signalled; CLOCK_MONOTONIC */
	pthread_cond_t wanted;	/* the DSP is to be signalled, or all ends */
	unsigned int refs; /* each queue's, each thread's, and who ends it */
	bool signal;
	bool ending;
	int error; /* why they are of no use any more; AEE_* */
	struct telling telling[QUEUES_MAX]; /* the queue of that number */
	struct dspqueue *queue[QUEUES_MAX];
	unsigned int count;
};

struct dspqueue {
	struct queues *all;
	uint32_t number;
	uint64_t id;
	struct queue_header *header; /* shared memory, by rpcmem_alloc() */
	size_t size;
	struct ring requests, responses;
	dspqueue_callback_t packet_callback;
	dspqueue_callback_t error_callback;
	void *context;
	pthread_t thread; /* calls packet_callback */
	bool closing;
	bool told;	    /* error_callback was called */
	uint64_t wakeup_us; /* when an early wake-up came, or 0 */
	uint64_t wakeup_wait_us;
	uint64_t wakeup_misses;
};

/* Finds or makes what queues of the slot have in common; adds the queue to it. */
int queues_add(unsigned int slot, struct dspqueue *queue);

/*
 * Takes it out; with the last one what they have in common goes too. Waits
 * while another thread is in the queue's error callback.
 */
void queues_remove(struct dspqueue *queue);

/*
 * The DSP waits for what was just done. Called with the lock held; does not wait
 * for the call that tells it, so that what is done meanwhile needs no other.
 */
void queues_signal(struct queues *all);

/* Why they are of no use any more, AEE_*; 0 while they are. */
int queues_error(struct queues *all);

/* The slot's process is about to end: nobody waits for it any more. */
void queues_stop(unsigned int slot);

void queues_fork(enum fork_step step);

#endif
