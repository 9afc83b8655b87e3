// SPDX-License-Identifier: BSD-3-Clause
/* One BO a call, with the buffers in 128-byte steps, as mainline packs them. */
#include "rpc.h"

#include <string.h>

#include "device.h"

#define STEP 128

static uint64_t step_up(uint64_t size)
{
	return (size + STEP - 1) / STEP * STEP;
}

static int qda_invoke(int fd, uint32_t handle, uint32_t scalars,
		      const struct rpc_buffer *buffers, int32_t *result)
{
	unsigned int inputs = DRM_QDA_SCALARS_IN_BUFFERS(scalars);
	unsigned int count = inputs + DRM_QDA_SCALARS_OUT_BUFFERS(scalars);
	uint64_t offset = 0, total = STEP;
	struct call call;
	struct bo bo;
	unsigned int i;
	int ret;

	for (i = 0; i < count; i++)
		total += step_up(buffers[i].size);
	bo_create(fd, total, &bo);
	call_init(&call, handle, scalars);
	for (i = 0; i < count; i++) {
		if (!buffers[i].size)
			continue;
		call_arg(&call, i, &bo, offset, buffers[i].size);
		if (i < inputs)
			memcpy(bo.map + offset, buffers[i].data, buffers[i].size);
		offset += step_up(buffers[i].size);
	}
	ret = call_run(fd, &call);
	*result = call.invoke.result;
	for (i = inputs; ret == 0 && i < count; i++)
		if (buffers[i].size)
			memcpy(buffers[i].data, bo.map + call.args[i].offset,
			       buffers[i].size);
	bo_destroy(&bo);
	return ret;
}

const struct rpc_driver rpc_qda = {
	.name = "qda",
	.open = node_open,
	.create = process_create,
	.invoke = qda_invoke,
};
