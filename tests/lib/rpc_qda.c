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
			memcpy(bo.map + offset, buffers[i].data,
			       buffers[i].size);
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

static int qda_create(int fd, enum rpc_kind kind)
{
	static const uint32_t kinds[] = {
		[RPC_UNSIGNED] = DRM_QDA_SESSION_DYNAMIC,
		[RPC_SIGNED] = DRM_QDA_SESSION_DYNAMIC,
		[RPC_ROOT] = DRM_QDA_SESSION_ROOT,
		[RPC_SENSORS] = DRM_QDA_SESSION_SENSORS,
		[RPC_AUDIO] = DRM_QDA_SESSION_STATIC,
	};
	struct drm_qda_remote_session_create create = { .kind = kinds[kind] };

	if (kind == RPC_UNSIGNED)
		create.attributes = DRM_QDA_PROCESS_UNSIGNED;
	if (kind == RPC_AUDIO)
		memcpy(create.name, "audiopd", 8);
	return request(fd, DRM_IOCTL_QDA_REMOTE_SESSION_CREATE, &create);
}

static uint32_t qda_attribute(int fd, uint32_t number)
{
	struct drm_qda_query_dsp dsp;
	struct drm_qda_query query = {
		.type = DRM_QDA_QUERY_DSP,
		.size = sizeof(dsp),
		.data_ptr = (uintptr_t)&dsp,
	};

	check_ok(request(fd, DRM_IOCTL_QDA_QUERY, &query));
	return dsp.attributes[number];
}

/* The map keeps the memory, so the handle goes at once. */
static int qda_map(int fd, struct rpc_map *map)
{
	static const uint32_t kinds[] = {
		[RPC_TAG] = DRM_QDA_MAP_TAG,
		[RPC_TAG_DELAYED] = DRM_QDA_MAP_TAG_DELAYED,
		[RPC_STATIC] = DRM_QDA_MAP_STATIC,
		[RPC_HEAP] = DRM_QDA_MAP_HEAP,
	};
	struct drm_qda_remote_map request_map = {
		.kind = kinds[map->kind],
		.tag = map->tag,
		.length = map->size,
	};
	struct bo bo;
	int ret;

	bo_create(fd, map->size, &bo);
	request_map.handle = bo.handle;
	ret = request(fd, DRM_IOCTL_QDA_REMOTE_MAP, &request_map);
	bo_destroy(&bo);
	map->address = request_map.address;
	map->number = request_map.map;
	return ret;
}

static int qda_unmap(int fd, const struct rpc_map *map)
{
	struct drm_qda_remote_unmap unmap = { .map = map->number };

	return request(fd, DRM_IOCTL_QDA_REMOTE_UNMAP, &unmap);
}

const struct rpc_driver rpc_qda = {
	.name = "qda",
	.open = node_open,
	.create = qda_create,
	.attribute = qda_attribute,
	.map = qda_map,
	.unmap = qda_unmap,
	.invoke = qda_invoke,
};
