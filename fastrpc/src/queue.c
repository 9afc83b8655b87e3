// SPDX-License-Identifier: BSD-3-Clause
#include "queue.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "AEEStdErr.h"
#include "fastrpc.h"
#include "queue_rpc.h"
#include "rpcmem.h"

#define SIGNALS_SIZE 4096
_Static_assert(sizeof(struct queue_signals) <= SIGNALS_SIZE, "");

/*
 * The queues of each slot. Who makes or ends what they have in common waits for
 * the DSP and for other threads, and so holds no lock: it marks the place, and
 * others wait for it. The lock is taken before that of a struct queues.
 */
static struct place {
	struct queues *all;
	bool busy;
	pthread_t by;
} table[SLOTS];
static pthread_mutex_t table_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t table_changed = PTHREAD_COND_INITIALIZER;

/* Called with the table's lock held, as what follows. */
static void begin_change(struct place *place)
{
	place->busy = true;
	place->by = pthread_self();
}

static void end_change(struct place *place, struct queues *all)
{
	place->busy = false;
	place->all = all;
	pthread_cond_broadcast(&table_changed);
}

/* False: what would be waited for is this thread, in a callback. */
static bool wait_unchanging(struct place *place)
{
	while (place->busy) {
		if (pthread_equal(place->by, pthread_self()) ||
		    (place->all &&
		     pthread_equal(place->all->thread, pthread_self())))
			return false;
		pthread_cond_wait(&table_changed, &table_lock);
	}
	return true;
}

/* ---- what they have in common ---- */

static void get(struct queues *all)
{
	pthread_mutex_lock(&all->lock);
	all->refs++;
	pthread_mutex_unlock(&all->lock);
}

static void put(struct queues *all)
{
	bool was_last;

	pthread_mutex_lock(&all->lock);
	was_last = !--all->refs;
	pthread_mutex_unlock(&all->lock);
	if (!was_last)
		return;
	pthread_mutex_destroy(&all->lock);
	pthread_cond_destroy(&all->changed);
	pthread_cond_destroy(&all->wanted);
	free(all);
}

int queues_error(struct queues *all)
{
	int error;

	pthread_mutex_lock(&all->lock);
	error = all->error;
	pthread_mutex_unlock(&all->lock);
	return error;
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

/*
 * The queues are of no use any more: who waits learns it, and each is told once.
 * It may be closed then, by its callback too.
 */
static void tell(struct queues *all, int error)
{
	struct dspqueue *queue;

	pthread_mutex_lock(&all->lock);
	all->error = error;
	pthread_cond_broadcast(&all->changed);
	while ((queue = next_untold(all))) {
		struct telling *telling = &all->telling[queue->number];

		queue->told = true;
		*telling = (struct telling){ true, pthread_self() };
		pthread_mutex_unlock(&all->lock);
		queue->error_callback(queue, error, queue->context);
		pthread_mutex_lock(&all->lock);
		telling->on = false;
		pthread_cond_broadcast(&all->changed);
	}
	pthread_mutex_unlock(&all->lock);
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
	if (!is_ending(all))
		tell(all, AEE_ECONNRESET);
	put(all);
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
	put(all);
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

/* No queue is left: the DSP lets go of what they had in common. */
static void leave_dsp(struct queues *all)
{
	remote_handle64_close(all->rpc);
	if (!all->signals)
		return;
	fastrpc_munmap((int)all->slot, rpcmem_to_fd(all->signals), all->signals,
		       SIGNALS_SIZE);
	rpcmem_free(all->signals);
}

static void end_signaller(struct queues *all)
{
	pthread_mutex_lock(&all->lock);
	all->ending = true;
	pthread_cond_signal(&all->wanted);
	pthread_mutex_unlock(&all->lock);
	end_thread(all->signaller);
}

static int start_one(pthread_t *thread, void *(*run)(void *),
		     struct queues *all)
{
	int ret;

	pthread_mutex_lock(&all->lock);
	ret = start_thread(thread, run, all);
	if (!ret)
		all->refs++;
	pthread_mutex_unlock(&all->lock);
	return ret ? AEE_ENOMEMORY : 0;
}

static int start_threads(struct queues *all)
{
	int ret = start_one(&all->signaller, send_signals, all);

	if (ret)
		return ret;
	ret = start_one(&all->thread, wait_signals, all);
	if (ret)
		end_signaller(all);
	return ret;
}

static void *cancel(void *data)
{
	struct queues *all = data;

	queue_rpc_cancel(all->rpc);
	put(all);
	return NULL;
}

/* The threads end, or are left to a DSP that does not answer. */
static void end_threads(struct queues *all)
{
	end_signaller(all);
	if (!queues_error(all)) {
		get(all);
		run_for_a_while(cancel, all);
	}
	end_thread(all->thread);
}

static int make(unsigned int slot, struct queues **made)
{
	struct queues *all = calloc(1, sizeof(*all));
	pthread_condattr_t attributes;
	int ret;

	if (!all)
		return AEE_ENOMEMORY;
	all->slot = slot;
	all->refs = 1;
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
	if (ret) {
		leave_dsp(all);
		put(all);
	} else {
		*made = all;
	}
	return ret;
}

/* ---- the queues ---- */

static int add(struct queues *all, struct dspqueue *queue)
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
	if (!ret) {
		queue->header->count = ++all->created;
		all->refs++;
	}
	pthread_mutex_unlock(&all->lock);
	return ret;
}

/* Called with the table's lock held. The new one's reference is the caller's. */
static int make_in(struct place *place)
{
	unsigned int slot = (unsigned int)(place - table);
	struct queues *all = NULL;
	int ret;

	begin_change(place);
	pthread_mutex_unlock(&table_lock);
	ret = make(slot, &all);
	pthread_mutex_lock(&table_lock);
	end_change(place, all);
	return ret;
}

int queues_add(unsigned int slot, struct dspqueue *queue)
{
	struct place *place = &table[slot];
	struct queues *made = NULL;
	int ret = 0;

	pthread_mutex_lock(&table_lock);
	/* Those of a process that has died stay until they are closed. */
	if (!wait_unchanging(place) || (place->all && queues_error(place->all)))
		ret = AEE_EBADSTATE;
	if (!ret && !place->all) {
		ret = make_in(place);
		made = place->all;
	}
	if (!ret)
		ret = add(place->all, queue);
	pthread_mutex_unlock(&table_lock);
	if (made)
		put(made);
	return ret;
}

static void take_out(struct queues *all, struct dspqueue *queue)
{
	struct telling *telling = &all->telling[queue->number];

	pthread_mutex_lock(&all->lock);
	while (telling->on && !pthread_equal(telling->thread, pthread_self()))
		pthread_cond_wait(&all->changed, &all->lock);
	all->queue[queue->number] = NULL;
	pthread_mutex_unlock(&all->lock);
}

/* Of those that are taken out at the same time one is the last. */
static bool was_last(struct queues *all)
{
	bool last;

	pthread_mutex_lock(&all->lock);
	last = !--all->count;
	pthread_mutex_unlock(&all->lock);
	return last;
}

void queues_remove(struct dspqueue *queue)
{
	struct queues *all = queue->all;
	struct place *place = &table[all->slot];
	bool last, ends;

	take_out(all, queue);
	pthread_mutex_lock(&table_lock);
	last = was_last(all);
	/* Else somebody else does, or has. */
	ends = last && place->all == all && !place->busy;
	if (ends)
		begin_change(place);
	pthread_mutex_unlock(&table_lock);
	if (ends)
		end_threads(all);
	if (last)
		leave_dsp(all);
	put(all);
	if (!ends)
		return;
	pthread_mutex_lock(&table_lock);
	end_change(place, NULL);
	pthread_mutex_unlock(&table_lock);
}

void queues_stop(unsigned int slot)
{
	struct place *place = &table[slot];
	struct queues *all = NULL;

	pthread_mutex_lock(&table_lock);
	if (wait_unchanging(place))
		all = place->all;
	if (all) {
		get(all);
		begin_change(place);
	}
	pthread_mutex_unlock(&table_lock);
	if (!all)
		return;
	end_threads(all);
	pthread_mutex_lock(&table_lock);
	end_change(place, NULL);
	pthread_mutex_unlock(&table_lock);
	tell(all, AEE_ECONNRESET);
	put(all);
}

/* ---- fork() ---- */

/* Threads that wait are not there, and would be waited for. */
static void forget_threads(struct queues *all)
{
	all->error = AEE_ECONNRESET;
	all->refs = all->count;
	memset(all->telling, 0, sizeof(all->telling));
	pthread_mutex_init(&all->lock, NULL);
	pthread_cond_init(&all->changed, NULL);
	pthread_cond_init(&all->wanted, NULL);
	for (unsigned int i = 0; i < QUEUES_MAX; i++)
		if (all->queue[i])
			all->queue[i]->packet_callback = NULL;
}

void queues_fork(enum fork_step step)
{
	fork_lock(&table_lock, step);
	if (step != FORK_CHILD)
		return;
	pthread_cond_init(&table_changed, NULL);
	for (unsigned int i = 0; i < SLOTS; i++) {
		if (table[i].all)
			forget_threads(table[i].all);
		table[i] = (struct place){ 0 };
	}
}
