// SPDX-License-Identifier: BSD-3-Clause
#include "dsp_map.h"

#include <string.h>

#define IN_MAX	16
#define OUT	32
#define OUT_MAX 32

struct drm_qda_remote_map map_whole(uint32_t kind, const struct bo *bo,
				    int32_t tag)
{
	return (struct drm_qda_remote_map){
		.kind = kind,
		.handle = bo->handle,
		.tag = tag,
		.length = bo->size,
	};
}

int map_send(int fd, struct drm_qda_remote_map *map)
{
	return request(fd, DRM_IOCTL_QDA_REMOTE_MAP, map);
}

uint32_t map_create(int fd, uint32_t kind, const struct bo *bo, int32_t tag)
{
	struct drm_qda_remote_map map = map_whole(kind, bo, tag);

	check_ok(map_send(fd, &map));
	check_equal(map.result, 0);
	check(map.map != 0);
	return map.map;
}

int map_remove(int fd, uint32_t map, int32_t *result)
{
	struct drm_qda_remote_unmap unmap = { .map = map, .result = 77 };
	int ret = request(fd, DRM_IOCTL_QDA_REMOTE_UNMAP, &unmap);

	if (result)
		*result = unmap.result;
	return ret;
}

int32_t probe_run(struct probe *probe, enum probe_method method, const void *in,
		  uint32_t in_size, void *out, uint32_t out_size)
{
	struct call call;

	check(in_size <= IN_MAX && out_size <= OUT_MAX);
	memset(probe->bo.map, 0, OUT + OUT_MAX);
	if (in_size)
		memcpy(probe->bo.map, in, in_size);
	call_init(&call, probe->handle,
		  DRM_QDA_SCALARS(method, in_size != 0, out_size != 0, 0, 0));
	if (in_size)
		call_arg(&call, 0, &probe->bo, 0, in_size);
	if (out_size)
		call_arg(&call, in_size != 0, &probe->bo, OUT, out_size);
	check_ok(call_run(probe->fd, &call));
	if (out_size)
		memcpy(out, probe->bo.map + OUT, out_size);
	return call.invoke.result;
}

static int32_t sum(struct probe *probe, int32_t tag, uint32_t keep,
		   uint32_t *result)
{
	const uint32_t in[] = { (uint32_t)tag, keep };

	return probe_run(probe, PROBE_TAG_SUM, in, sizeof(in), result,
			 sizeof(*result));
}

int64_t tag_sum(struct probe *probe, int32_t tag)
{
	uint32_t result;

	return sum(probe, tag, 0, &result) ? -1 : (int64_t)result;
}

int32_t tag_hold(struct probe *probe, int32_t tag)
{
	uint32_t result;

	return sum(probe, tag, 1, &result);
}

int32_t tag_let_go(struct probe *probe, int32_t tag)
{
	return probe_run(probe, PROBE_TAG_PUT, &tag, sizeof(tag), NULL, 0);
}

int32_t tag_fill(struct probe *probe, int32_t tag, uint8_t value, uint32_t size)
{
	const uint32_t in[] = { (uint32_t)tag, value, size };

	return probe_run(probe, PROBE_TAG_FILL, in, sizeof(in), NULL, 0);
}
