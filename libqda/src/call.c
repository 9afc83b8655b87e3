// SPDX-License-Identifier: BSD-3-Clause
#include <errno.h>
#include <stdlib.h>
#include <time.h>

#include "internal.h"

#define NSEC_PER_SEC 1000000000LL

/* How many abandoned calls are asked about at once. */
#define REAP_BATCH 32

_Static_assert(QDA_DEADLINE_NONE == DRM_QDA_DEADLINE_NONE, "");
_Static_assert(QDA_SCALARS(31, 255, 254, 15, 14) ==
		       DRM_QDA_SCALARS(31, 255, 254, 15, 14),
	       "");

QDA_EXPORT int qda_scalars(unsigned int method, unsigned int in,
			   unsigned int out, unsigned int in_handles,
			   unsigned int out_handles, uint32_t *scalars)
{
	if (method > 31)
		return -EINVAL;
	if (in > 255 || out > 255 || in_handles > 15 || out_handles > 15)
		return -E2BIG;
	*scalars = QDA_SCALARS(method, in, out, in_handles, out_handles);
	return 0;
}

QDA_EXPORT int64_t qda_deadline(int64_t timeout_ns)
{
	struct timespec now;
	int64_t deadline;

	clock_gettime(CLOCK_MONOTONIC, &now);
	deadline = now.tv_sec * NSEC_PER_SEC + now.tv_nsec;
	if (__builtin_add_overflow(deadline, timeout_ns, &deadline))
		return timeout_ns < 0 ? 0 : QDA_DEADLINE_NONE;
	return deadline < 0 ? 0 : deadline;
}

static struct qda_call *new_call(struct qda_session *session)
{
	struct qda_call *call = calloc(1, sizeof(*call));

	if (!call)
		return NULL;
	call->session = session;
	pthread_mutex_lock(&session->calls_lock);
	call->next_all = session->calls;
	session->calls = call;
	pthread_mutex_unlock(&session->calls_lock);
	return call;
}

static void put_call(struct qda_call *call)
{
	struct qda_session *session = call->session;

	if (call->arena_size > QDA_ARENA_SIZE_KEEP)
		qda_call_drop_arena(call);
	pthread_mutex_lock(&session->calls_lock);
	call->next = session->idle;
	session->idle = call;
	pthread_mutex_unlock(&session->calls_lock);
}

/* The DSP may still write to its arena, so it is not recycled yet. */
static void abandon_call(struct qda_call *call)
{
	struct qda_session *session = call->session;

	call->next = NULL;
	pthread_mutex_lock(&session->calls_lock);
	if (session->abandoned)
		session->abandoned_last->next = call;
	else
		session->abandoned = call;
	session->abandoned_last = call;
	atomic_store(&session->have_abandoned, true);
	pthread_mutex_unlock(&session->calls_lock);
}

int qda_calls_ask(struct qda_session *session,
		  struct drm_qda_remote_call *calls, unsigned int count)
{
	struct drm_qda_remote_wait wait = {
		.calls_ptr = (uintptr_t)calls,
		.calls_count = count,
		.calls_stride = sizeof(*calls),
		.flags = DRM_QDA_WAIT_ANY,
	};

	return qda_node_ioctl(session->fd, DRM_IOCTL_QDA_REMOTE_WAIT, &wait);
}

/* Collects those of a batch that have ended, and abandons the others again. */
static void reap_batch(struct qda_session *session, struct qda_call **batch,
		       unsigned int count)
{
	struct drm_qda_remote_call asked[REAP_BATCH] = { 0 };
	int ret;

	for (unsigned int i = 0; i < count; i++)
		asked[i].call = batch[i]->id;
	ret = qda_calls_ask(session, asked, count);
	for (unsigned int i = 0; i < count; i++) {
		if (!ret && asked[i].done)
			put_call(batch[i]);
		else
			abandon_call(batch[i]);
	}
}

static void reap(struct qda_session *session)
{
	struct qda_call *batch[REAP_BATCH];
	unsigned int count = 0;

	pthread_mutex_lock(&session->calls_lock);
	while (session->abandoned && count < REAP_BATCH) {
		batch[count] = session->abandoned;
		session->abandoned = batch[count++]->next;
	}
	if (!session->abandoned)
		atomic_store(&session->have_abandoned, false);
	pthread_mutex_unlock(&session->calls_lock);
	if (count)
		reap_batch(session, batch, count);
}

static struct qda_call *get_call(struct qda_session *session)
{
	struct qda_call *call;

	if (atomic_load_explicit(&session->have_abandoned,
				 memory_order_relaxed))
		reap(session);
	pthread_mutex_lock(&session->calls_lock);
	call = session->idle;
	if (call)
		session->idle = call->next;
	pthread_mutex_unlock(&session->calls_lock);
	if (!call)
		call = new_call(session);
	if (call) {
		call->id = 0;
		call->done = false;
		call->error = 0;
		call->result = 0;
		call->by_event = false;
		call->forgotten = false;
		call->user = NULL;
	}
	return call;
}

int qda_call_get(struct qda_session *session, uint32_t scalars,
		 const struct qda_arg *args, size_t count,
		 struct qda_call **call)
{
	int ret = qda_session_check(session);
	struct qda_call *new;

	if (ret)
		return ret;
	new = get_call(session);
	if (!new)
		return -ENOMEM;
	ret = qda_call_prepare(new, scalars, args, count);
	if (ret) {
		put_call(new);
		return ret;
	}
	qda_call_copy_in(new);
	*call = new;
	return 0;
}

/* Restarted after a signal with the number of the call: it is sent once. */
static int send(struct qda_call *call, uint32_t handle, uint32_t scalars,
		uint32_t flags, int64_t deadline_ns)
{
	struct drm_qda_remote_invoke invoke = {
		.remote_handle = handle,
		.scalars = scalars,
		.args_ptr = call->count ? (uintptr_t)call->args : 0,
		.args_count = call->count,
		.args_stride = call->args_stride,
		.flags = flags,
		.deadline_ns = deadline_ns,
		.user_data = call->by_event ? (uintptr_t)call : 0,
	};
	int ret;

	ret = qda_node_ioctl(call->session->fd, DRM_IOCTL_QDA_REMOTE_INVOKE,
			     &invoke);
	call->id = invoke.call;
	if (call->id)
		qda_count(&call->session->counters.calls, 1);
	if (flags & DRM_QDA_INVOKE_NOWAIT || ret == -ETIME)
		return ret;
	qda_call_settle(call, ret, invoke.result);
	return ret;
}

static bool wants_output(const struct qda_call *call)
{
	return !call->error && (!call->result || call->session->output_always);
}

static int answer(const struct qda_call *call, int32_t *result)
{
	if (result)
		*result = call->result;
	if (!call->error && call->result && !result)
		return -EREMOTEIO;
	return call->error;
}

void qda_call_settle(struct qda_call *call, int error, int32_t result)
{
	call->done = true;
	call->error = error;
	call->result = error ? 0 : result;
	if (wants_output(call))
		qda_call_copy_out(call);
}

/* -ETIME with a call that was sent: only then it is still in flight. */
void qda_call_put(struct qda_call *call)
{
	if (call->done || !call->id)
		put_call(call);
	else
		abandon_call(call);
}

QDA_EXPORT int qda_invoke_until(struct qda_session *session, uint32_t handle,
				uint32_t scalars, const struct qda_arg *args,
				size_t count, int64_t deadline_ns,
				int32_t *result)
{
	struct qda_call *call;
	int ret;

	if (result)
		*result = 0;
	ret = qda_call_get(session, scalars, args, count, &call);
	if (ret)
		return ret;
	ret = send(call, handle, scalars, 0, deadline_ns);
	if (!ret)
		ret = answer(call, result);
	qda_call_put(call);
	return ret;
}

QDA_EXPORT int qda_invoke(struct qda_session *session, uint32_t handle,
			  uint32_t scalars, const struct qda_arg *args,
			  size_t count, int32_t *result)
{
	int64_t deadline_ns = QDA_DEADLINE_NONE;

	if (session->timeout_ns)
		deadline_ns = qda_deadline(session->timeout_ns);
	return qda_invoke_until(session, handle, scalars, args, count,
				deadline_ns, result);
}

static int submit(struct qda_call *call, uint32_t handle, uint32_t scalars,
		  uint32_t flags, struct qda_call **out)
{
	int ret = send(call, handle, scalars, DRM_QDA_INVOKE_NOWAIT | flags, 0);

	if (ret)
		qda_call_put(call);
	else
		*out = call;
	return ret;
}

QDA_EXPORT int qda_call_submit(struct qda_session *session, uint32_t handle,
			       uint32_t scalars, const struct qda_arg *args,
			       size_t count, struct qda_call **call)
{
	struct qda_call *new;
	int ret = qda_call_get(session, scalars, args, count, &new);

	return ret ? ret : submit(new, handle, scalars, 0, call);
}

QDA_EXPORT int qda_call_submit_event(struct qda_session *session,
				     uint32_t handle, uint32_t scalars,
				     const struct qda_arg *args, size_t count,
				     void *user, struct qda_call **call)
{
	struct qda_call *new;
	int ret = qda_call_get(session, scalars, args, count, &new);

	if (ret)
		return ret;
	new->by_event = true;
	new->user = user;
	/* The event may come, and the caller's thread for it look, before. */
	*call = new;
	return submit(new, handle, scalars, DRM_QDA_INVOKE_EVENT, call);
}

bool qda_call_ended(struct qda_call *call, int error, int32_t result)
{
	struct qda_session *session = call->session;
	bool forgotten;

	pthread_mutex_lock(&session->calls_lock);
	forgotten = call->forgotten;
	if (!forgotten) {
		/* Under the lock: who frees it now waits until it is copied. */
		qda_call_settle(call, -error, result);
	}
	pthread_mutex_unlock(&session->calls_lock);
	if (forgotten)
		put_call(call);
	return !forgotten;
}

QDA_EXPORT int qda_call_wait(struct qda_call *call, int64_t deadline_ns,
			     int32_t *result)
{
	struct drm_qda_remote_call wanted = { .call = call->id };
	struct drm_qda_remote_wait wait = {
		.calls_ptr = (uintptr_t)&wanted,
		.calls_count = 1,
		.calls_stride = sizeof(wanted),
		.deadline_ns = deadline_ns,
	};
	int ret;

	if (result)
		*result = 0;
	if (call->done)
		return answer(call, result);
	if (call->by_event)
		return -EINVAL;
	ret = qda_session_check(call->session);
	if (!ret)
		ret = qda_node_ioctl(call->session->fd,
				     DRM_IOCTL_QDA_REMOTE_WAIT, &wait);
	if (ret)
		return ret;
	qda_call_settle(call, -(int)wanted.error, wanted.result);
	return answer(call, result);
}

QDA_EXPORT void qda_call_free(struct qda_call *call)
{
	bool ended;

	/* A child may not lock; the call goes with its session. */
	if (!call || qda_session_check(call->session))
		return;
	if (!call->by_event) {
		qda_call_put(call);
		return;
	}
	pthread_mutex_lock(&call->session->calls_lock);
	ended = call->done;
	call->forgotten = true;
	pthread_mutex_unlock(&call->session->calls_lock);
	if (ended)
		put_call(call);
}

void qda_session_free_calls(struct qda_session *session)
{
	struct qda_call *call = session->calls;

	while (call) {
		struct qda_call *next = call->next_all;

		qda_call_drop_arena(call);
		free(call->args);
		free(call->copies);
		free(call->order);
		free(call);
		call = next;
	}
}
