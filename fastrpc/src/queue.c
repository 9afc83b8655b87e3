// SPDX-License-Identifier: BSD-3-Clause
#include "queue.h"

#include <errno.h>
#include <stdlib.h>
#include <time.h>

#include "AEEStdErr.h"
#include "fastrpc.h"
#include "queue_rpc.h"
#include "rpcmem.h"

#define SIGNALS_SIZE 4096
_Static_assert(sizeof(struct queue_signals) <= SIGNALS_SIZE, "");

/* Makes and unmakes; taken before the lock of a struct queues. */
static pthread_mutex_t table_lock = PTHREAD_MUTEX_INITIALIZER;
static struct queues *table[SLOTS];

/* While it lasts no other thread frees queues; a callback may. */
struct telling {
	struct telling *outer;	/* a callback of which ends the session */
	pthread_t thread;
	bool all_gone;
};

/* The queues are of no use any more: who waits learns it. */
static void begin_telling(struct queues *all, int error,
			  struct telling *telling)
{
	pthread_mutex_lock(&all->lock);
	*telling = (struct telling){ all->telling, pthread_self(), false };
	all->error = error;
	all->telling = telling;
	pthread_cond_broadcast(&all->changed);
	pthread_mutex_unlock(&all->lock);
}

/* Called with the lock held. */
static struct dspqueue *next_untold(struct queues *all)
{
	for (unsigned int i = 0; i < QUEUES_MAX; i++)
		if (all->queue[i] && !all->queue[i]->told &&
		    all->queue[i]->error_callback)
			return all->queue[i];
	return NULL;
}

/* Each is told once, and may be closed then, by its callback too. */
static void tell(struct queues *all, struct telling *telling)
{
	struct dspqueue *queue;

	pthread_mutex_lock(&all->lock);
	while ((queue = next_untold(all))) {
		int error = all->error;

		queue->told = true;
		pthread_mutex_unlock(&all->lock);
		queue->error_callback(queue, error, queue->context);
		if (telling->all_gone)
			return;
		pthread_mutex_lock(&all->lock);
	}
	all->telling = telling->outer;
	pthread_cond_broadcast(&all->changed);
	pthread_mutex_unlock(&all->lock);
}

/* Takes both locks, at a moment when no other thread tells the queues. */
static void lock_untold(struct queues *all)
{
	for (;;) {
		pthread_mutex_lock(&table_lock);
		pthread_mutex_lock(&all->lock);
		if (!all->telling ||
		    pthread_equal(all->telling->thread, pthread_self()))
			return;
		pthread_mutex_unlock(&table_lock);
		pthread_cond_wait(&all->changed, &all->lock);
		pthread_mutex_unlock(&all->lock);
	}
}

static bool is_ending(struct queues *all)
{
	bool ending;

	pthread_mutex_lock(&all->lock);
	ending = all->ending;
	pthread_mutex_unlock(&all->lock);
	return ending;
}

static void *wait_signals(void *data)
{
	struct queues *all = data;
	struct telling telling;
	int32_t signal = 0;
	int ret;

	for (;;) {
		ret = queue_rpc_wait(all->rpc, &signal);
		if (ret || signal < 0)
			break;
		pthread_mutex_lock(&all->lock);
		pthread_cond_broadcast(&all->changed);
		pthread_mutex_unlock(&all->lock);
	}
	/* Without signals the queues are of no use, whatever the reason. */
	if (!is_ending(all)) {
		begin_telling(all, AEE_ECONNRESET, &telling);
		tell(all, &telling);
	}
	return NULL;
}

static void *send_signals(void *data)
{
	struct queues *all = data;
	int ret = 0;

	pthread_mutex_lock(&all->lock);
	while (!ret) {
		while (!all->signal && !all->ending)
			pthread_cond_wait(&all->wanted, &all->lock);
		if (all->ending)
			break;
		all->signal = false;
		pthread_mutex_unlock(&all->lock);
		ret = queue_rpc_signal(all->rpc);
		pthread_mutex_lock(&all->lock);
	}
	pthread_mutex_unlock(&all->lock);
	return NULL;
}

void queues_signal(struct queues *all)
{
	all->signal = true;
	pthread_cond_signal(&all->wanted);
}

static int map_signals(struct queues *all)
{
	int fd, ret;

	all->signals = rpcmem_alloc(RPCMEM_HEAP_ID_SYSTEM, 0, SIGNALS_SIZE);
	if (!all->signals)
		return AEE_ENOMEMORY;
	fd = rpcmem_to_fd(all->signals);
	ret = fastrpc_mmap((int)all->slot, fd, all->signals, 0, SIGNALS_SIZE,
			   FASTRPC_MAP_FD);
	return ret ? ret : queue_rpc_init(all->rpc, fd);
}

static void free_signals(struct queues *all)
{
	if (!all->signals)
		return;
	fastrpc_munmap((int)all->slot, rpcmem_to_fd(all->signals), all->signals,
		       SIGNALS_SIZE);
	rpcmem_free(all->signals);
}

static void free_queues(struct queues *all)
{
	for (struct telling *t = all->telling; t; t = t->outer)
		t->all_gone = true;
	remote_handle64_close(all->rpc);
	free_signals(all);
	pthread_mutex_destroy(&all->lock);
	pthread_cond_destroy(&all->changed);
	pthread_cond_destroy(&all->wanted);
	free(all);
}

static void end_signaller(struct queues *all)
{
	pthread_mutex_lock(&all->lock);
	all->ending = true;
	pthread_cond_signal(&all->wanted);
	pthread_mutex_unlock(&all->lock);
	pthread_join(all->signaller, NULL);
}

static int start_threads(struct queues *all)
{
	if (start_thread(&all->signaller, send_signals, all))
		return AEE_ENOMEMORY;
	if (!start_thread(&all->thread, wait_signals, all))
		return 0;
	end_signaller(all);
	return AEE_ENOMEMORY;
}

static int make(unsigned int slot, struct queues **made)
{
	struct queues *all = calloc(1, sizeof(*all));
	pthread_condattr_t attributes;
	int ret;

	if (!all)
		return AEE_ENOMEMORY;
	all->slot = slot;
	ret = queue_rpc_open(slot, &all->rpc);
	if (ret) {
		free(all);
		/* A DSP without that module has no queues. */
		return ret == (int)(DSP_AEE_EOFFSET + AEE_EUNABLETOLOAD) ?
			       AEE_EUNSUPPORTED :
			       ret;
	}
	pthread_mutex_init(&all->lock, NULL);
	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(&all->changed, &attributes);
	pthread_condattr_destroy(&attributes);
	pthread_cond_init(&all->wanted, NULL);
	ret = map_signals(all);
	if (!ret)
		ret = start_threads(all);
	if (ret)
		free_queues(all);
	else
		*made = all;
	return ret;
}

static int put(struct queues *all, struct dspqueue *queue)
{
	int ret = AEE_ENOMEMORY;

	pthread_mutex_lock(&all->lock);
	for (uint32_t i = 0; i < QUEUES_MAX && ret; i++) {
		if (all->queue[i])
			continue;
		all->queue[i] = queue;
		all->count++;
		queue->all = all;
		queue->number = i;
		ret = 0;
	}
	if (!ret)
		queue->header->count = ++all->created;
	pthread_mutex_unlock(&all->lock);
	return ret;
}

int queues_add(unsigned int slot, struct dspqueue *queue)
{
	struct queues *all;
	int ret = 0;

	pthread_mutex_lock(&table_lock);
	all = table[slot];
	/* Those of a process that has died stay until they are closed. */
	if (all && all->error)
		ret = AEE_EBADSTATE;
	if (!all)
		ret = make(slot, &all);
	if (!ret) {
		table[slot] = all;
		ret = put(all, queue);
	}
	pthread_mutex_unlock(&table_lock);
	return ret;
}

/* Called with the table's lock held. The thread ends before its queues do. */
static void stop(struct queues *all)
{
	table[all->slot] = NULL;
	end_signaller(all);
	if (!all->error)
		queue_rpc_cancel(all->rpc);
	if (pthread_equal(all->thread, pthread_self()))
		pthread_detach(all->thread);
	else
		pthread_join(all->thread, NULL);
}

void queues_remove(struct dspqueue *queue)
{
	struct queues *all = queue->all;
	bool was_last;

	lock_untold(all);
	all->queue[queue->number] = NULL;
	was_last = !--all->count;
	pthread_mutex_unlock(&all->lock);
	if (was_last) {
		if (table[all->slot] == all)
			stop(all);
		free_queues(all);
	}
	pthread_mutex_unlock(&table_lock);
}

void queues_stop(unsigned int slot)
{
	struct telling telling;
	struct queues *all;

	pthread_mutex_lock(&table_lock);
	all = table[slot];
	if (all) {
		stop(all);
		/* From here on the end of a queue waits for this. */
		begin_telling(all, AEE_ECONNRESET, &telling);
	}
	pthread_mutex_unlock(&table_lock);
	if (all)
		tell(all, &telling);
}

/* Threads that wait are not there, and would be waited for. */
static void forget_threads(struct queues *all)
{
	all->error = AEE_ECONNRESET;
	all->telling = NULL;
	pthread_mutex_init(&all->lock, NULL);
	pthread_cond_init(&all->changed, NULL);
	pthread_cond_init(&all->wanted, NULL);
	for (unsigned int i = 0; i < QUEUES_MAX; i++)
		if (all->queue[i])
			all->queue[i]->packet_callback = NULL;
}

void queues_after_fork(void)
{
	pthread_mutex_init(&table_lock, NULL);
	for (unsigned int i = 0; i < SLOTS; i++) {
		if (table[i])
			forget_threads(table[i]);
		table[i] = NULL;
	}
}
