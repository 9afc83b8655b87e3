// SPDX-License-Identifier: BSD-3-Clause
/*
 * Calls that nobody waits for. They are carried out by threads, as many as the
 * drivers let be in flight with room to spare for others; what comes on top
 * waits its turn here.
 */
#include <errno.h>
#include <pthread.h>
#include <search.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "AEEStdErr.h"
#include "async.h"
#include "handle.h"
#include "invoke.h"
#include "memory.h"
#include "remote.h"
#include "session.h"

#define WORKERS_MAX 32
#define JOBS_MAX    8192

struct job {
	fastrpc_async_jobid id;
	struct job *next;
	struct session *session; /* with a reference */
	uint32_t remote;
	uint32_t scalars;
	fastrpc_async_descriptor_t how;
	bool done;
	int result;
	void *copies; /* of inputs in ordinary memory */
	remote_arg args[];
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t work = PTHREAD_COND_INITIALIZER;
static pthread_cond_t ended; /* by CLOCK_MONOTONIC */
static struct job *first, *last;
static void *jobs; /* by id, a tree of tsearch(3) */
static unsigned int count;
static unsigned int waiting; /* jobs that no thread has taken yet */
static unsigned int workers, idle;
static fastrpc_async_jobid last_id;

static void init_ended(void)
{
	pthread_condattr_t attributes;

	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(&ended, &attributes);
	pthread_condattr_destroy(&attributes);
}

__attribute__((constructor)) static void init(void)
{
	init_ended();
}

/* The threads are the parent's, and so are the jobs: a child has none. */
static void forget_all(void)
{
	pthread_cond_init(&work, NULL);
	init_ended();
	first = NULL;
	last = NULL;
	jobs = NULL;
	count = 0;
	waiting = 0;
	workers = 0;
	idle = 0;
}

void async_fork(enum fork_step step)
{
	fork_lock(&lock, step);
	if (step == FORK_CHILD)
		forget_all();
}

static int by_id(const void *a, const void *b)
{
	const struct job *one = a, *other = b;

	return one->id < other->id ? -1 : one->id > other->id;
}

/* Called with the lock held. */
static struct job *find(fastrpc_async_jobid id)
{
	struct job key = { .id = id };
	struct job **found = tfind(&key, &jobs, by_id);

	return found ? *found : NULL;
}

static void free_job(struct job *job)
{
	session_put(job->session);
	free(job->copies);
	free(job);
}

/* Called with the lock held. */
static void forget(struct job *job)
{
	tdelete(job, &jobs, by_id);
	count--;
}

static void finish(struct job *job, int result)
{
	bool is_callback = job->how.type == FASTRPC_ASYNC_CALLBACK;
	fastrpc_async_callback_t callback = job->how.cb;
	fastrpc_async_jobid id = job->id;

	pthread_mutex_lock(&lock);
	job->result = result;
	job->done = true;
	if (job->how.type == FASTRPC_ASYNC_NO_SYNC) {
		forget(job);
	} else {
		job = NULL;
		pthread_cond_broadcast(&ended);
	}
	pthread_mutex_unlock(&lock);
	if (job)
		free_job(job);
	if (is_callback)
		callback.fn(id, callback.context, result);
}

static struct job *take_work(void)
{
	struct job *job;

	pthread_mutex_lock(&lock);
	idle++;
	while (!first)
		pthread_cond_wait(&work, &lock);
	idle--;
	job = first;
	first = job->next;
	if (!first)
		last = NULL;
	waiting--;
	pthread_mutex_unlock(&lock);
	return job;
}

static void *worker(void *unused)
{
	(void)unused;
	for (;;) {
		struct job *job = take_work();

		int result = invoke(job->session, job->remote, job->scalars,
				    job->args);

		/* Who is told may close the session next. */
		session_put(job->session);
		job->session = NULL;
		finish(job, result);
	}
	return NULL;
}

/*
 * Called with the lock held: a thread more, where none has time. One that waits
 * may have a job already that it has not woken up for.
 */
static int provide_worker(void)
{
	pthread_t thread;
	int ret;

	if (idle > waiting || workers == WORKERS_MAX)
		return 0;
	ret = start_thread(&thread, worker, NULL);
	if (!ret) {
		pthread_detach(thread);
		workers++;
	}
	return workers ? 0 : -ret;
}

/* Called with the lock held. */
static int queue(struct job *job)
{
	if (count >= JOBS_MAX)
		return AEE_EBUSY;
	if (provide_worker())
		return AEE_ENOMEMORY;
	job->id = ++last_id;
	if (!tsearch(job, &jobs, by_id))
		return AEE_ENOMEMORY;
	count++;
	if (last)
		last->next = job;
	else
		first = job;
	last = job;
	waiting++;
	pthread_cond_signal(&work);
	return 0;
}

static bool is_ordinary(struct session *session, const remote_arg *arg)
{
	struct place place;

	if (!arg->buf.nLen ||
	    memory_find(session, arg->buf.pv, arg->buf.nLen, &place))
		return false;
	if (!place.memory)
		return true;
	memory_put(place.memory);
	return false;
}

/*
 * Generated code has inputs on its stack, which is gone when it returns. So
 * inputs in ordinary memory are read now.
 */
static int copy_inputs(struct job *job)
{
	unsigned int inputs = REMOTE_SCALARS_INBUFS(job->scalars);
	size_t size = 0;
	char *at;

	for (unsigned int i = 0; i < inputs; i++)
		if (is_ordinary(job->session, &job->args[i]) &&
		    __builtin_add_overflow(size, job->args[i].buf.nLen, &size))
			return AEE_EBADPARM;
	if (!size)
		return 0;
	job->copies = malloc(size);
	if (!job->copies)
		return AEE_ENOMEMORY;
	at = job->copies;
	for (unsigned int i = 0; i < inputs; i++) {
		remote_buf *buffer = &job->args[i].buf;

		if (!is_ordinary(job->session, &job->args[i]))
			continue;
		if (buffer->nLen > size - (size_t)(at - (char *)job->copies))
			return AEE_EBADSTATE;
		memcpy(at, buffer->pv, buffer->nLen);
		buffer->pv = at;
		at += buffer->nLen;
	}
	return 0;
}

static int new_job(uint64_t handle, const fastrpc_async_descriptor_t *how,
		   uint32_t scalars, const remote_arg *args, struct job **job)
{
	unsigned int length = REMOTE_SCALARS_LENGTH(scalars);
	struct job *new;
	int ret;

	if ((length && !args) || how->type > FASTRPC_ASYNC_POLL ||
	    (how->type == FASTRPC_ASYNC_CALLBACK && !how->cb.fn))
		return AEE_EBADPARM;
	new = calloc(1, sizeof(*new) + length * sizeof(*args));
	if (!new)
		return AEE_ENOMEMORY;
	ret = handle_get(handle, &new->session, &new->remote);
	if (ret) {
		free(new);
		return ret;
	}
	new->scalars = scalars;
	new->how = *how;
	for (unsigned int i = 0; i < length; i++)
		new->args[i] = args[i];
	ret = new->session->inner ? copy_inputs(new) : AEE_ECONNRESET;
	if (ret)
		free_job(new);
	else
		*job = new;
	return ret;
}

static int submit(uint64_t handle, fastrpc_async_descriptor_t *descriptor,
		  uint32_t scalars, const remote_arg *args)
{
	fastrpc_async_descriptor_t how = { .type = FASTRPC_ASYNC_NO_SYNC };
	struct job *job;
	int ret;

	if (descriptor)
		how = *descriptor;
	ret = new_job(handle, &how, scalars, args, &job);
	if (ret)
		return ret;
	pthread_mutex_lock(&lock);
	ret = queue(job);
	/* Under the lock: the job may have ended, and be gone, right after. */
	if (!ret && descriptor)
		descriptor->jobid = job->id;
	pthread_mutex_unlock(&lock);
	if (ret)
		free_job(job);
	return ret;
}

EXPORT int remote_handle_invoke_async(remote_handle h,
				      fastrpc_async_descriptor_t *desc,
				      uint32_t dwScalars, remote_arg *pra)
{
	return submit(h, desc, dwScalars, pra);
}

EXPORT int remote_handle64_invoke_async(remote_handle64 h,
					fastrpc_async_descriptor_t *desc,
					uint32_t dwScalars, remote_arg *pra)
{
	return submit(h, desc, dwScalars, pra);
}

static void in_us(struct timespec *when, int us)
{
	clock_gettime(CLOCK_MONOTONIC, when);
	when->tv_sec += us / 1000000;
	when->tv_nsec += us % 1000000 * 1000L;
	if (when->tv_nsec >= 1000000000L) {
		when->tv_sec++;
		when->tv_nsec -= 1000000000L;
	}
}

EXPORT int fastrpc_async_get_status(fastrpc_async_jobid jobid, int timeout_us,
				    int *result)
{
	struct timespec when;
	struct job *job;
	int ret = 0;

	if (timeout_us > 0)
		in_us(&when, timeout_us);
	pthread_mutex_lock(&lock);
	while ((job = find(jobid)) && !job->done && !ret) {
		if (!timeout_us)
			ret = ETIMEDOUT;
		else if (timeout_us < 0)
			pthread_cond_wait(&ended, &lock);
		else
			ret = pthread_cond_timedwait(&ended, &lock, &when);
	}
	if (job && job->done && result)
		*result = job->result;
	ret = !job ? AEE_EBADPARM : job->done ? 0 : AEE_EBUSY;
	pthread_mutex_unlock(&lock);
	return ret;
}

EXPORT int fastrpc_release_async_job(fastrpc_async_jobid jobid)
{
	struct job *job;
	int ret = 0;

	pthread_mutex_lock(&lock);
	job = find(jobid);
	if (!job)
		ret = AEE_EBADPARM;
	else if (!job->done)
		ret = AEE_EBUSY;
	else
		forget(job);
	pthread_mutex_unlock(&lock);
	if (!ret)
		free_job(job);
	return ret;
}
