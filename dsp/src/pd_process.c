// SPDX-License-Identifier: BSD-3-Clause
/*
 * The process of a protection domain: threads that take jobs from a ring.
 * There is always one that waits, so that a call that blocks blocks no other.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "log.h"
#include "pd.h"
#include "pd_handles.h"
#include "pd_heap.h"
#include "pd_hostile.h"
#include "pd_log.h"
#include "pd_memory.h"
#include "pd_process.h"
#include "pd_relay.h"
#include "pd_runtime.h"
#include "skel_loader.h"

#define WORKERS_MAX 256
#define STACK_SIZE  (1024 * 1024)

#define PRIORITY_MAX   255
#define STACK_SIZE_MIN (16 * 1024)
#define STACK_SIZE_MAX (8 * 1024 * 1024)

static struct {
	int socket;
	struct pd_rings *rings;
	pthread_mutex_t jobs_lock; /* protects jobs_tail */
	uint32_t jobs_tail;
	pthread_mutex_t replies_lock; /* protects replies_head */
	uint32_t replies_head;
	uint32_t idle;
	uint32_t workers;
	size_t stack_size;
	unsigned int spin_us;
} process = {
	.jobs_lock = PTHREAD_MUTEX_INITIALIZER,
	.replies_lock = PTHREAD_MUTEX_INITIALIZER,
	.stack_size = STACK_SIZE,
};

static _Thread_local bool exit_after_reply;

void pd_exit_after_reply(void)
{
	/* Never given back: who has the reply gets no other call through. */
	pthread_mutex_lock(&process.jobs_lock);
	exit_after_reply = true;
}

int32_t pd_set_threads(uint32_t priority, uint32_t stack_size)
{
	size_t size = stack_size;

	if (!priority || priority > PRIORITY_MAX ||
	    stack_size < STACK_SIZE_MIN || stack_size > STACK_SIZE_MAX)
		return DSP_STATUS(AEE_EBADPARM);
	/* What a host's libraries need beside the skel. */
	if (size < STACK_SIZE)
		size = STACK_SIZE;
	__atomic_store_n(&process.stack_size, size, __ATOMIC_RELAXED);
	return 0;
}

static bool in_region(const struct pd_job_arg *a)
{
	return a->iova <= DSP_REGION_SIZE &&
	       a->length <= DSP_REGION_SIZE - a->iova;
}

static bool put_reply(const struct pd_reply *reply)
{
	bool put;

	pthread_mutex_lock(&process.replies_lock);
	put = pd_ring_put(&process.rings->replies, &process.replies_head, reply,
			  sizeof(*reply));
	pthread_mutex_unlock(&process.replies_lock);
	return put;
}

/* The subsystem takes replies whatever else there is: room comes soon. */
static void send_reply(const struct pd_reply *reply)
{
	const uint8_t byte = 0;

	while (!put_reply(reply))
		sched_yield();
	/* A full socket has woken it already. */
	if (pd_ring_is_expected(&process.rings->replies) &&
	    send(process.socket, &byte, sizeof(byte),
		 MSG_NOSIGNAL | MSG_DONTWAIT) < 0 &&
	    errno != EAGAIN)
		_exit(0);
}

static enum smmu_result prepare_buffer(const struct pd_job_arg *a, bool out,
				       remote_buf *buffer, uint64_t *bad_iova)
{
	if (!in_region(a))
		return SMMU_UNMAPPED;
	buffer->pv = pd_memory_pointer(a->iova);
	buffer->nLen = a->length;
	return pd_memory_map(a->iova, a->length, out, bad_iova);
}

/* Return: false when an argument is beyond the address space. */
static bool prepare_args(const struct pd_job *job, remote_arg *args)
{
	unsigned int in = REMOTE_SCALARS_INBUFS(job->sc);
	unsigned int buffers = in + REMOTE_SCALARS_OUTBUFS(job->sc);
	struct pd_reply notice = { .id = job->id };
	unsigned int i;

	for (i = 0; i < job->count; i++) {
		const struct pd_job_arg *a = &job->arg[i];

		memset(&args[i], 0, sizeof(args[i]));
		if (i >= buffers) {
			args[i].dma.fd = a->tag;
			args[i].dma.offset = a->offset;
			continue;
		}
		if (!a->length)
			continue;
		notice.bad_iova = a->iova;
		notice.bad_reason = prepare_buffer(a, i >= in, &args[i].buf,
						   &notice.bad_iova);
		if (notice.bad_reason == SMMU_OK)
			continue;
		notice.bad_arg = i + 1;
		send_reply(&notice);
		if (!args[i].buf.pv)
			return false;
	}
	return true;
}

static void crash(void)
{
	raise(SIGSEGV);
}

static void run_job(const struct pd_job *job)
{
	struct pd_reply reply = { .id = job->id };
	remote_arg args[FASTRPC_ARGS_MAX];

	if (job->flags & PD_JOB_ECHO)
		reply.status = (int32_t)(job->sc + 1);
	else if (!prepare_args(job, args))
		reply.status = DSP_STATUS(AEE_EBADVA);
	else if (job->flags & PD_JOB_CRASH)
		crash();
	else if (job->handle <= FASTRPC_HANDLE_STATIC_MAX)
		reply.status = pd_handle_invoke(job->handle, job->sc, args);
	else
		reply.status = skel_invoke(job->handle, job->sc, args);
	/* Who has the result has what was logged on the way. */
	if (job->handle > FASTRPC_HANDLE_STATIC_MAX)
		pd_log_flush();
	fflush(stdout);
	send_reply(&reply);
	if (exit_after_reply)
		_exit(0);
}

static void *worker(void *unused);

static void add_worker(void)
{
	pthread_attr_t attr;
	pthread_t thread;

	if (__atomic_add_fetch(&process.workers, 1, __ATOMIC_RELAXED) >
	    WORKERS_MAX) {
		__atomic_sub_fetch(&process.workers, 1, __ATOMIC_RELAXED);
		return;
	}
	__atomic_add_fetch(&process.idle, 1, __ATOMIC_ACQ_REL);
	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, __atomic_load_n(&process.stack_size,
							 __ATOMIC_RELAXED));
	pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
	if (pthread_create(&thread, &attr, worker, NULL)) {
		__atomic_sub_fetch(&process.idle, 1, __ATOMIC_ACQ_REL);
		__atomic_sub_fetch(&process.workers, 1, __ATOMIC_RELAXED);
	}
	pthread_attr_destroy(&attr);
}

static bool take_job(struct pd_job *job)
{
	int size;

	pthread_mutex_lock(&process.jobs_lock);
	size = pd_ring_get(&process.rings->jobs, &process.jobs_tail, job,
			   sizeof(*job));
	pthread_mutex_unlock(&process.jobs_lock);
	if (size < 0)
		_exit(1);
	return size;
}

/*
 * For benchmarks one thread looks for a job for a while before it sleeps, as
 * the subsystem does.
 */
static bool look_for_job(struct pd_job *job)
{
	struct pd_ring *jobs = &process.rings->jobs;
	uint64_t now, end = 0;
	bool taken;

	if (!pd_ring_look(jobs))
		return false;
	do {
		taken = take_job(job);
		if (taken)
			break;
		sched_yield();
		now = now_us();
		if (!end)
			end = now + process.spin_us;
	} while (now < end);
	pd_ring_look_away(jobs);
	return taken;
}

/* Who takes a job wakes another thread for the next one. */
static void wait_for_job(struct pd_job *job)
{
	struct pd_ring *jobs = &process.rings->jobs;
	uint32_t *tail = &process.jobs_tail;

	if (!process.spin_us || !look_for_job(job))
		while (!take_job(job))
			pd_ring_wait(jobs, tail);
	if (pd_ring_has(jobs, __atomic_load_n(tail, __ATOMIC_RELAXED)))
		pd_ring_wake(jobs);
}

static void *worker(void *unused)
{
	struct pd_job job;

	(void)unused;
	if (pd_memory_thread_init())
		_exit(1);
	for (;;) {
		wait_for_job(&job);
		if (!__atomic_sub_fetch(&process.idle, 1, __ATOMIC_ACQ_REL))
			add_worker();
		run_job(&job);
		__atomic_add_fetch(&process.idle, 1, __ATOMIC_ACQ_REL);
	}
	return NULL;
}

static int by_value(const void *a, const void *b)
{
	return *(const int *)a - *(const int *)b;
}

/* Only what this process works with stays open. */
static void close_others(const struct pd_config *c)
{
	const struct guest_memory *mem = &c->dsp->vhost.memory;
	int keep[GUEST_REGIONS_MAX + 2 + 2 * DSP_SERVICES];
	unsigned int i, n = 0, next = 3;

	keep[n++] = c->socket;
	keep[n++] = log_fd();
	for (i = 0; i < DSP_SERVICES; i++) {
		keep[n++] = c->dsp->relay[i][0];
		keep[n++] = c->dsp->relay[i][1];
	}
	for (i = 0; i < mem->count; i++)
		keep[n++] = mem->region[i].fd;
	qsort(keep, n, sizeof(keep[0]), by_value);
	for (i = 0; i < n; i++) {
		if (keep[i] < (int)next)
			continue;
		if (keep[i] > (int)next)
			syscall(SYS_close_range, next, keep[i] - 1, 0);
		next = keep[i] + 1;
	}
	syscall(SYS_close_range, next, ~0u, 0);
}

static void redirect_output(const struct pd_config *c)
{
	int null = open("/dev/null", O_RDONLY);

	if (null >= 0)
		dup2(null, STDIN_FILENO);
	dup2(c->output, STDOUT_FILENO);
	dup2(c->output, STDERR_FILENO);
	setvbuf(stdout, NULL, _IOLBF, 0);
}

static void reset_signals(void)
{
	sigset_t none;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGPIPE, SIG_DFL);
}

void pd_main(const struct pd_config *c)
{
	char name[16];
	int ret;

	die_with_parent(c->parent);
	__atomic_store_n(&c->slot->pid, getpid(), __ATOMIC_RELEASE);
	snprintf(name, sizeof(name), "qda-pd-%d", c->client);
	prctl(PR_SET_NAME, name);
	redirect_output(c);
	close_others(c);
	reset_signals();
	process.socket = c->socket;
	process.rings = c->rings;
	process.spin_us = c->dsp->options.spin_us;
	pd_runtime_init(c->client, c->slot);
	pd_heap_init(c->slot);
	pd_relay_init(c->dsp, c->service);
	skel_loader_init(c->dsp->options.skel_path, c->dsp->options.domain,
			 (uint32_t)getpid());
	if (c->dsp->options.fault.mode == FAULT_REQUESTS)
		pd_hostile_init(c->dsp->options.fault.seed,
				(uint32_t)c->client);
	ret = pd_memory_init(&c->dsp->vhost.memory, c->dsp->smmu, c->slot,
			     c->stream);
	if (ret) {
		log_pd(c->client, "start", "%s", strerror(-ret));
		_exit(1);
	}
	__atomic_add_fetch(&process.workers, 1, __ATOMIC_RELAXED);
	__atomic_add_fetch(&process.idle, 1, __ATOMIC_ACQ_REL);
	worker(NULL);
	_exit(0);
}
