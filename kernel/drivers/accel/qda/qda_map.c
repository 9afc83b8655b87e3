// SPDX-License-Identifier: GPL-2.0-only
/*
 * Memory that the process on the DSP is given to keep: it finds it by a tag, or
 * its heap grows by it.
 *
 * A map holds a reference to the BO's mapping, so neither closing the handle nor
 * the DSP's late answer takes memory away that the process still has. Whoever
 * has the map out of the session's table, or the table's last user, drops it:
 * after the DSP said that it is unmapped or never was, or with the session,
 * which ends when the process was released or the DSP is down.
 */
#include <linux/slab.h>

#include <drm/qda_accel.h>

#include "qda_call.h"
#include "qda_drv.h"
#include "qda_gem.h"
#include "qda_kernel_call.h"
#include "qda_map.h"
#include "qda_map_table.h"
#include "qda_process_group.h"
#include "qda_session.h"

static void qda_map_free(struct qda_map *map)
{
	if (map->mapping)
		qda_mapping_put(map->mapping);
	kfree(map);
}

/**
 * qda_maps_free - give up all maps
 * @session: session whose process can reach its memory no longer
 *
 * Context: May sleep.
 */
void qda_maps_free(struct qda_session *session)
{
	struct qda_map *map;
	unsigned long id;

	xa_for_each(&session->maps.ids, id, map)
		qda_map_free(map);
	qda_map_table_fini(&session->maps);
}

static int qda_map_check(const struct drm_qda_remote_map *args)
{
	if (args->kind > DRM_QDA_MAP_HEAP || args->flags)
		return -EINVAL;
	if (args->kind == DRM_QDA_MAP_HEAP ? args->tag : !args->tag || args->tag == -1)
		return -EINVAL;
	if (!args->length || !IS_ALIGNED(args->offset | args->length, QDA_WIRE_PAGE))
		return -EINVAL;

	return 0;
}

/* Makes a map that is the caller's, with a number and a tag nobody else has. */
static struct qda_map *qda_map_create(struct drm_file *file,
				      const struct drm_qda_remote_map *args)
{
	struct qda_map *map;
	int ret;

	map = kzalloc_obj(*map);
	if (!map)
		return ERR_PTR(-ENOMEM);

	map->kind = args->kind;
	map->tag = args->tag;
	map->size = args->length;
	map->mapping = qda_mapping_find(file, args->handle);
	if (!map->mapping) {
		ret = -ENOENT;
		goto err_free;
	}

	ret = qda_check_range(args->offset, args->length, map->mapping->size);
	if (!ret)
		ret = qda_map_table_add(&to_qda_session(file)->maps, map);
	if (ret)
		goto err_free;

	return map;

err_free:
	qda_map_free(map);
	return ERR_PTR(ret);
}

static void qda_map_fill(struct qda_process_group *group, u32 client_id,
			 const struct qda_map *map, u64 offset)
{
	static const u32 flags[] = {
		[DRM_QDA_MAP_TAG] = QDA_MEM_MAP_TAG,
		[DRM_QDA_MAP_TAG_DELAYED] = QDA_MEM_MAP_TAG_DELAYED,
		[DRM_QDA_MAP_STATIC] = QDA_MEM_MAP_STATIC,
	};
	u64 address = map->mapping->address + offset;

	if (map->kind == DRM_QDA_MAP_HEAP)
		qda_process_group_mmap(group, client_id, address, map->size);
	else
		qda_process_group_mem_map(group, client_id, flags[map->kind],
					  map->tag, address, map->size);
}

static void qda_unmap_fill(struct qda_process_group *group, u32 client_id,
			   const struct qda_map *map)
{
	if (map->kind == DRM_QDA_MAP_HEAP)
		qda_process_group_munmap(group, client_id, map->address, map->size);
	else
		qda_process_group_mem_unmap(group, client_id, map->tag,
					    map->address, map->size);
}

/* Return: the call, which was sent, or an error pointer if nothing was. */
static struct qda_call *qda_map_send(struct qda_session *session,
				     const struct qda_kernel_request *request)
{
	struct qda_call *call;
	int ret;

	call = qda_kernel_call_create(session, request);
	if (IS_ERR(call))
		return call;

	ret = qda_call_publish_process(call);
	if (!ret)
		ret = qda_call_send(call, 0, request->handle, request->scalars);
	if (ret) {
		qda_call_leave(call);
		return ERR_PTR(ret);
	}

	return call;
}

/* What the DSP wrote is the process's own address: it means nothing here. */
static u64 qda_map_read_address(struct qda_call *call,
				const struct qda_kernel_request *request)
{
	unsigned int output = DRM_QDA_SCALARS_IN_BUFFERS(request->scalars);
	struct qda_wire_mapped mapped;

	memcpy(&mapped, call->payload->cpu + qda_kernel_payload_offset(request, output),
	       sizeof(mapped));

	return le64_to_cpu(mapped.address);
}

/* The DSP says that it does not have the memory, or nothing was sent. */
static void qda_map_drop(struct qda_session *session, struct qda_map *map)
{
	qda_map_table_remove(&session->maps, map);
	qda_map_free(map);
}

static int qda_session_check_running(struct qda_session *session)
{
	guard(spinlock_irq)(qda_calls_lock(session->qda));

	return qda_session_check(session);
}

/**
 * qda_ioctl_map - DRM_IOCTL_QDA_REMOTE_MAP
 * @drm: DRM device
 * @data: struct drm_qda_remote_map
 * @file: file of the caller
 *
 * Return: 0 or a negative error code.
 */
int qda_ioctl_map(struct drm_device *drm, void *data, struct drm_file *file)
{
	struct qda_session *session = to_qda_session(file);
	struct drm_qda_remote_map *args = data;
	struct qda_process_group group;
	struct qda_call *call;
	struct qda_map *map;
	int ret;

	args->address = 0;
	args->map = 0;
	args->result = 0;
	ret = qda_map_check(args);
	if (!ret)
		ret = qda_session_check_running(session);
	if (ret)
		return ret;

	map = qda_map_create(file, args);
	if (IS_ERR(map))
		return PTR_ERR(map);

	qda_map_fill(&group, session->client_id, map, args->offset);
	call = qda_map_send(session, &group.request);
	if (IS_ERR(call)) {
		qda_map_drop(session, map);
		return PTR_ERR(call);
	}

	ret = qda_kernel_call_wait(call, &args->result);
	switch (ret) {
	case 0:
		map->address = qda_map_read_address(call, &group.request);
		if (map->kind != DRM_QDA_MAP_TAG_DELAYED)
			args->address = map->address;
		args->map = map->id;
		qda_map_table_settle(&session->maps, map, QDA_MAP_READY);
		break;
	case -EREMOTEIO:
		qda_map_drop(session, map);
		break;
	default:
		qda_map_table_settle(&session->maps, map, QDA_MAP_STUCK);
		break;
	}
	qda_call_leave(call);

	return ret;
}

/**
 * qda_ioctl_unmap - DRM_IOCTL_QDA_REMOTE_UNMAP
 * @drm: DRM device
 * @data: struct drm_qda_remote_unmap
 * @file: file of the caller
 *
 * Return: 0 or a negative error code.
 */
int qda_ioctl_unmap(struct drm_device *drm, void *data, struct drm_file *file)
{
	struct qda_session *session = to_qda_session(file);
	struct drm_qda_remote_unmap *args = data;
	struct qda_process_group group;
	struct qda_call *call;
	struct qda_map *map;
	int ret;

	args->result = 0;
	if (args->flags || args->pad)
		return -EINVAL;
	ret = qda_session_check_running(session);
	if (ret)
		return ret;

	map = qda_map_table_claim(&session->maps, args->map);
	if (!map)
		return -ENOENT;

	qda_unmap_fill(&group, session->client_id, map);
	call = qda_map_send(session, &group.request);
	if (IS_ERR(call)) {
		qda_map_table_settle(&session->maps, map, QDA_MAP_READY);
		return PTR_ERR(call);
	}

	ret = qda_kernel_call_wait(call, &args->result);
	switch (ret) {
	case 0:
		qda_map_drop(session, map);
		break;
	case -EREMOTEIO:
		qda_map_table_settle(&session->maps, map, QDA_MAP_READY);
		break;
	default:
		qda_map_table_settle(&session->maps, map, QDA_MAP_STUCK);
		break;
	}
	qda_call_leave(call);

	return ret;
}
