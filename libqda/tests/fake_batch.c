// SPDX-License-Identifier: BSD-3-Clause
/* Batches of the device that is none. */
#include <errno.h>

#include "fake.h"
#include "fake_internal.h"

static struct drm_qda_remote_invoke invoke_of(
	const struct drm_qda_remote_batch *batch,
	const struct drm_qda_remote_batch_call *call)
{
	return (struct drm_qda_remote_invoke){
		.remote_handle = call->remote_handle,
		.scalars = call->scalars,
		.args_ptr = call->args_ptr,
		.args_count = call->args_count,
		.args_stride = call->args_stride,
		.flags = call->flags,
		.user_data = call->user_data,
		.deadline_ns = batch->deadline_ns,
	};
}

static int check_batch(struct fake_file *file,
		       struct drm_qda_remote_batch *batch)
{
	struct drm_qda_remote_batch_call *calls = (void *)(uintptr_t)
							  batch->calls_ptr;
	int ret = 0;

	if (!batch->calls_count || batch->pad || batch->flags ||
	    batch->calls_stride != sizeof(*calls))
		return -EINVAL;
	for (uint32_t i = 0; !ret && i < batch->calls_count; i++) {
		const struct drm_qda_remote_invoke invoke = invoke_of(
			batch, &calls[i]);

		batch->failed = i;
		ret = fake_check_invoke(file, &invoke);
	}
	if (!ret)
		batch->failed = batch->calls_count;
	return ret;
}

/* From the first that cannot be sent on none is. */
static void send_batch(struct fake_file *file,
		       struct drm_qda_remote_batch *batch)
{
	struct drm_qda_remote_batch_call *calls = (void *)(uintptr_t)
							  batch->calls_ptr;

	for (uint32_t i = 0; i < batch->calls_count; i++) {
		struct drm_qda_remote_invoke invoke = invoke_of(batch,
								&calls[i]);
		bool full = fake.batch_room && i >= fake.batch_room;

		calls[i].done = full;
		calls[i].error = full ? ETIMEDOUT : 0;
		calls[i].call = 0;
		if (full)
			continue;
		fake_start(file, &invoke);
		calls[i].call = invoke.call;
		batch->sent++;
	}
}

int fake_batch(struct fake_file *file, struct drm_qda_remote_batch *batch)
{
	struct drm_qda_remote_batch_call *calls = (void *)(uintptr_t)
							  batch->calls_ptr;
	int ret = 0;

	if (!batch->sent) {
		ret = check_batch(file, batch);
		if (!ret)
			send_batch(file, batch);
	}
	if (!ret)
		ret = fake_not_yet();
	for (uint32_t i = 0; !ret && i < batch->calls_count; i++) {
		struct fake_call *call = fake_call_at(file, calls[i].call);

		if (!calls[i].call)
			continue;
		if (!call)
			return -ENOENT;
		call->id = 0;
		calls[i].done = 1;
		calls[i].error = (uint32_t)call->error;
		calls[i].result = call->result;
	}
	return ret;
}
