// SPDX-License-Identifier: BSD-3-Clause
#include <errno.h>

#include "internal.h"

_Static_assert(QDA_BATCH_MAX == DRM_QDA_BATCH_CALLS_MAX, "");

struct batch {
	struct drm_qda_remote_batch ioctl;
	struct drm_qda_remote_batch_call elements[QDA_BATCH_MAX];
	struct qda_call *calls[QDA_BATCH_MAX];
};

static void put_calls(struct batch *batch, size_t count)
{
	for (size_t i = 0; i < count; i++)
		qda_call_put(batch->calls[i]);
}

static int prepare(struct qda_session *session, struct batch *batch,
		   const struct qda_batch_call *calls, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct qda_call *call;
		int ret = qda_call_get(session, calls[i].scalars, calls[i].args,
				       calls[i].count, &call);

		if (ret) {
			batch->ioctl.failed = (uint32_t)i;
			put_calls(batch, i);
			return ret;
		}
		batch->calls[i] = call;
		batch->elements[i] = (struct drm_qda_remote_batch_call){
			.remote_handle = calls[i].handle,
			.scalars = calls[i].scalars,
			.args_ptr = call->count ? (uintptr_t)call->args : 0,
			.args_count = call->count,
			.args_stride = call->args_stride,
		};
	}
	batch->ioctl.failed = (uint32_t)count;
	return 0;
}

/* After an ioctl that left calls in flight: those that have ended are had. */
static void collect_some(struct qda_session *session, struct batch *batch,
			 size_t count)
{
	struct drm_qda_remote_call asked[QDA_BATCH_MAX];
	unsigned int wanted = 0;

	for (size_t i = 0; i < count; i++)
		if (!batch->elements[i].done)
			asked[wanted++] = (struct drm_qda_remote_call){
				.call = batch->elements[i].call
			};
	if (!wanted || qda_calls_ask(session, asked, wanted))
		return;
	wanted = 0;
	for (size_t i = 0; i < count; i++) {
		struct drm_qda_remote_batch_call *e = &batch->elements[i];

		if (e->done)
			continue;
		e->done = asked[wanted].done;
		e->error = asked[wanted].error;
		e->result = asked[wanted++].result;
	}
}

/* What the program is told of each call; the first error is the batch's. */
static int settle(struct batch *batch, struct qda_batch_call *calls,
		  size_t count, int ret)
{
	int first = 0;

	for (size_t i = 0; i < count; i++) {
		const struct drm_qda_remote_batch_call *e = &batch->elements[i];
		struct qda_call *call = batch->calls[i];

		call->id = e->call;
		if (e->done)
			qda_call_settle(call, -(int)e->error, e->result);
		calls[i].error = e->done ? call->error : ret;
		calls[i].result = call->result;
		if (!first)
			first = calls[i].error;
	}
	return first;
}

static int run(struct qda_session *session, struct batch *batch,
	       struct qda_batch_call *calls, size_t count)
{
	/* Restarted after a signal with what it left: each call is sent once. */
	int ret = qda_node_ioctl(session->fd, DRM_IOCTL_QDA_REMOTE_BATCH,
				 &batch->ioctl);

	if (!batch->ioctl.sent)
		return ret;
	qda_count(&session->counters.calls, batch->ioctl.sent);
	if (ret)
		collect_some(session, batch, count);
	return settle(batch, calls, count, ret);
}

QDA_EXPORT int qda_invoke_batch(struct qda_session *session,
				struct qda_batch_call *calls, size_t count,
				int64_t deadline_ns, size_t *failed)
{
	struct batch batch;
	int ret;

	if (failed)
		*failed = count;
	for (size_t i = 0; i < count; i++) {
		calls[i].error = -ECANCELED;
		calls[i].result = 0;
	}
	ret = qda_session_check(session);
	if (ret)
		return ret;
	if (!session->batches)
		return -EOPNOTSUPP;
	if (!count || count > QDA_BATCH_MAX)
		return count ? -E2BIG : -EINVAL;
	batch.ioctl = (struct drm_qda_remote_batch){
		.calls_ptr = (uintptr_t)batch.elements,
		.calls_count = (uint32_t)count,
		.calls_stride = sizeof(batch.elements[0]),
		.deadline_ns = deadline_ns,
	};
	ret = prepare(session, &batch, calls, count);
	if (!ret) {
		ret = run(session, &batch, calls, count);
		put_calls(&batch, count);
	}
	if (!batch.ioctl.sent && batch.ioctl.failed < count) {
		calls[batch.ioctl.failed].error = ret;
		if (failed)
			*failed = batch.ioctl.failed;
	}
	return ret;
}
