// SPDX-License-Identifier: BSD-3-Clause
#include "batch.h"

#include <string.h>

#define DEADLINE_MS 20000

void batch_init(struct batch *batch, uint32_t flags)
{
	memset(batch, 0, sizeof(*batch));
	batch->batch = (struct drm_qda_remote_batch){
		.calls_ptr = (uintptr_t)batch->calls,
		.calls_stride = sizeof(batch->calls[0]),
		.flags = flags,
	};
	if (!(flags & DRM_QDA_INVOKE_NOWAIT))
		batch->batch.deadline_ns = deadline_in(DEADLINE_MS);
}

struct drm_qda_remote_batch_call *batch_add(struct batch *batch,
					    const struct call *call)
{
	const struct drm_qda_remote_invoke *invoke = &call->invoke;
	struct drm_qda_remote_batch_call *element;
	uint32_t i = batch->batch.calls_count++;

	check(i < DRM_QDA_BATCH_CALLS_MAX);
	check(invoke->args_count <= BATCH_ARGS_MAX);
	memcpy(batch->args[i], call->args, sizeof(batch->args[i]));
	element = &batch->calls[i];
	*element = (struct drm_qda_remote_batch_call){
		.remote_handle = invoke->remote_handle,
		.scalars = invoke->scalars,
		.args_count = invoke->args_count,
	};
	if (invoke->args_count) {
		element->args_ptr = (uintptr_t)batch->args[i];
		element->args_stride = sizeof(batch->args[i][0]);
	}
	return element;
}

int batch_send(int fd, struct batch *batch)
{
	return request(fd, DRM_IOCTL_QDA_REMOTE_BATCH, &batch->batch);
}

int batch_again(int fd, struct batch *batch, int64_t deadline_ns)
{
	batch->batch.deadline_ns = deadline_ns;
	return batch_send(fd, batch);
}

void batch_of_results(struct probe *probe, struct batch *batch, uint32_t flags,
		      unsigned int count, int32_t first)
{
	struct call call;
	unsigned int i;

	batch_init(batch, flags);
	for (i = 0; i < count; i++) {
		probe_return_call(probe, &call, i, first + (int32_t)i);
		batch_add(batch, &call);
	}
}

void batch_check_results(const struct batch *batch, int32_t first)
{
	uint32_t i;

	check_equal(batch->batch.sent, batch->batch.calls_count);
	check_equal(batch->batch.failed, batch->batch.calls_count);
	for (i = 0; i < batch->batch.calls_count; i++) {
		check_equal(batch->calls[i].done, 1);
		check_equal(batch->calls[i].error, 0);
		check_equal(batch->calls[i].result, first + (int32_t)i);
		check(batch->calls[i].call != 0);
	}
}
