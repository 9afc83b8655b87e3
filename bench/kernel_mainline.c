// SPDX-License-Identifier: BSD-3-Clause
/* Mainline's driver, as mainline.h says. */
#include <errno.h>
#include <stdlib.h>

#include "kernel_driver.h"
#include "mainline.h"

struct call {
	struct fastrpc_invoke invoke;
	struct fastrpc_invoke_args args[REQUEST_ARGS_MAX];
};

struct kernel_session {
	struct mainline mainline;
	struct request *requests;
	struct call *calls;
	struct fastrpc_invoke invoke; /* what the loop passes to the ioctl */
};

static void close_session(struct kernel_session *session)
{
	mainline_close(&session->mainline);
	free(session->requests);
	free(session->calls);
	free(session);
}

static int open_options(struct kernel_session **session, unsigned int slots,
			size_t size, unsigned int buffers,
			const struct mainline_options *options)
{
	struct kernel_session *new = calloc(1, sizeof(*new));
	int ret;

	if (!new)
		return -ENOMEM;
	ret = mainline_open(&new->mainline, options, size, buffers);
	new->requests = calloc(slots, sizeof(*new->requests));
	new->calls = calloc(slots, sizeof(*new->calls));
	if (!ret && (!new->requests || !new->calls))
		ret = -ENOMEM;
	if (ret)
		close_session(new);
	else
		*session = new;
	return ret;
}

static int open_session(struct kernel_session **session, unsigned int slots,
			size_t size, unsigned int buffers, bool poll)
{
	return open_options(session, slots, size, buffers,
			    &(struct mainline_options){ .poll = poll });
}

static int open_bypass(struct kernel_session **session, unsigned int slots,
		       size_t size, unsigned int buffers, bool poll)
{
	return open_options(session, slots, size, buffers,
			    &(struct mainline_options){ .poll = poll,
							.bypass = true });
}

static struct request *requests(struct kernel_session *session)
{
	return session->requests;
}

static void *memory(struct kernel_session *session, unsigned int index)
{
	return session->mainline.buffers[index].map;
}

static void fill(struct kernel_session *session, const struct request *request,
		 unsigned int number, unsigned int index,
		 struct qda_bench_loop *loop, struct qda_bench_slot *slot)
{
	struct call *call = &session->calls[number];

	call->invoke = mainline_prepare(&session->mainline, request, call->args,
					index);
	slot->template_ptr = (uintptr_t)&call->invoke;
	loop->fd = session->mainline.fd;
	loop->command = FASTRPC_IOCTL_INVOKE;
	loop->struct_ptr = (uintptr_t)&session->invoke;
	loop->struct_size = sizeof(session->invoke);
	loop->result_offset = -1;
}

static int invoke(struct kernel_session *session, struct request *request)
{
	return mainline_invoke(&session->mainline, request, 0);
}

const struct kernel_driver kernel_mainline = {
	.buffers_max = MAINLINE_BUFFERS_MAX,
	.open = open_session,
	.requests = requests,
	.memory = memory,
	.fill = fill,
	.invoke = invoke,
	.close = close_session,
};

const struct kernel_driver kernel_mainline_bypass = {
	.buffers_max = MAINLINE_BUFFERS_MAX,
	.open = open_bypass,
	.requests = requests,
	.memory = memory,
	.fill = fill,
	.invoke = invoke,
	.close = close_session,
};
