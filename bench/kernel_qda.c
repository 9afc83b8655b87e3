// SPDX-License-Identifier: BSD-3-Clause
/* This project's driver: everything that a call needs lies in buffer objects. */
#include <errno.h>
#include <limits.h>
#include <stddef.h>
#include <stdlib.h>

#include "kernel_driver.h"
#include "qda_bench.h"

struct call {
	struct drm_qda_remote_invoke invoke;
	struct drm_qda_remote_arg args[REQUEST_ARGS_MAX];
};

struct kernel_session {
	struct qda_bench bench;
	struct qda_buffer *records; /* the requests */
	void *requests;
	struct qda_buffer **buffers;
	struct call *calls;
	struct drm_qda_remote_invoke
		invoke; /* what the loop passes to the ioctl */
};

static void close_session(struct kernel_session *session)
{
	qda_bench_close(&session->bench);
	free(session->buffers);
	free(session->calls);
	free(session);
}

static int add_buffers(struct kernel_session *session, unsigned int count,
		       size_t size)
{
	int ret = 0;

	session->buffers = calloc(count, sizeof(struct qda_buffer *));
	if (!session->buffers)
		return -ENOMEM;
	for (unsigned int i = 0; !ret && i < count; i++)
		ret = qda_buffer_create(session->bench.session, size,
					&session->buffers[i]);
	return ret;
}

static int add_requests(struct kernel_session *session, unsigned int slots)
{
	int ret = qda_buffer_create(session->bench.session,
				    slots * sizeof(struct request),
				    &session->records);

	if (!ret)
		ret = qda_buffer_map(session->records, &session->requests);
	session->calls = calloc(slots, sizeof(*session->calls));
	return session->calls ? ret : -ENOMEM;
}

static int open_session(struct kernel_session **session, unsigned int slots,
			size_t size, unsigned int buffers, bool poll)
{
	struct kernel_session *new = calloc(1, sizeof(*new));
	int ret;

	if (!new)
		return -ENOMEM;
	ret = qda_bench_open(&new->bench, poll ? QDA_SESSION_POLL : 0);
	if (!ret)
		ret = add_requests(new, slots);
	if (!ret && size)
		ret = add_buffers(new, buffers, size);
	if (ret)
		close_session(new);
	else
		*session = new;
	return ret;
}

static struct request *requests(struct kernel_session *session)
{
	return session->requests;
}

static void *memory(struct kernel_session *session, unsigned int index)
{
	void *map;

	return qda_buffer_map(session->buffers[index], &map) ? NULL : map;
}

static struct drm_qda_remote_arg arg_of(const struct kernel_session *session,
					const struct request_arg *arg,
					unsigned int index)
{
	if (!arg->length)
		return (struct drm_qda_remote_arg){ 0 };
	if (arg->payload)
		return (struct drm_qda_remote_arg){
			.handle = qda_buffer_handle(session->buffers[index]),
			.offset = arg->offset,
			.length = arg->length,
		};
	return (struct drm_qda_remote_arg){
		.handle = qda_buffer_handle(session->records),
		.offset = (uint64_t)((uint8_t *)arg->data -
				     (uint8_t *)session->requests),
		.length = arg->length,
	};
}

static void fill(struct kernel_session *session, const struct request *request,
		 unsigned int number, unsigned int index,
		 struct qda_bench_loop *loop, struct qda_bench_slot *slot)
{
	struct call *call = &session->calls[number];

	for (unsigned int i = 0; i < request->in + request->out; i++)
		call->args[i] = arg_of(session, &request->args[i], index);
	call->invoke = qda_bench_prepare(&session->bench, request, call->args);
	call->invoke.deadline_ns = DRM_QDA_DEADLINE_NONE;
	slot->template_ptr = (uintptr_t)&call->invoke;
	loop->fd = qda_session_fd(session->bench.session);
	loop->command = DRM_IOCTL_QDA_REMOTE_INVOKE;
	loop->struct_ptr = (uintptr_t)&session->invoke;
	loop->struct_size = sizeof(session->invoke);
	loop->result_offset = offsetof(struct drm_qda_remote_invoke, result);
}

static int invoke(struct kernel_session *session, struct request *request)
{
	return qda_bench_invoke(&session->bench, request, NULL);
}

const struct kernel_driver kernel_qda = {
	.buffers_max = UINT_MAX,
	.open = open_session,
	.requests = requests,
	.memory = memory,
	.fill = fill,
	.invoke = invoke,
	.close = close_session,
};
