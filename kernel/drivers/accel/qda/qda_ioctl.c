// SPDX-License-Identifier: GPL-2.0-only
/*
 * Ioctls about the device, buffer objects and the session.
 */
#include <linux/capability.h>
#include <linux/sizes.h>
#include <linux/uaccess.h>

#include <drm/drm_gem.h>
#include <drm/drm_vma_manager.h>
#include <drm/qda_accel.h>

#include "qda_call.h"
#include "qda_drv.h"
#include "qda_event.h"
#include "qda_gem.h"
#include "qda_message.h"
#include "qda_process.h"
#include "qda_session.h"

#define QDA_SHELL_LENGTH_MAX	SZ_4M

static int qda_query_copy(struct drm_qda_query *args, const void *info, u32 size)
{
	u32 room = args->size;

	args->size = size;
	if (!args->data_ptr)
		return 0;

	return copy_struct_to_user(u64_to_user_ptr(args->data_ptr), room, info, size,
				   NULL);
}

/**
 * qda_ioctl_query - DRM_IOCTL_QDA_QUERY
 * @drm: DRM device
 * @data: struct drm_qda_query
 * @file: file of the caller
 *
 * Return: 0 or a negative error code.
 */
int qda_ioctl_query(struct drm_device *drm, void *data, struct drm_file *file)
{
	struct qda_device *qda = to_qda_device(drm);
	struct drm_qda_query_session session = { };
	struct drm_qda_query *args = data;
	struct drm_qda_query_device device = {
		.domain = qda->domain,
		.sessions = qda->sessions_max,
		.calls = QDA_SESSION_CALLS_MAX,
		.address_bits = qda->dma_bits,
		.bo_size_max = QDA_BO_SIZE_MAX,
	};

	if (qda->poll)
		device.features |= DRM_QDA_FEATURE_POLL;

	switch (args->type) {
	case DRM_QDA_QUERY_DEVICE:
		return qda_query_copy(args, &device, sizeof(device));
	case DRM_QDA_QUERY_SESSION:
		qda_session_query(to_qda_session(file), &session);
		return qda_query_copy(args, &session, sizeof(session));
	default:
		return -EINVAL;
	}
}

/**
 * qda_ioctl_bo_create - DRM_IOCTL_QDA_BO_CREATE
 * @drm: DRM device
 * @data: struct drm_qda_bo_create
 * @file: file of the caller
 *
 * Return: 0 or a negative error code.
 */
int qda_ioctl_bo_create(struct drm_device *drm, void *data, struct drm_file *file)
{
	struct drm_qda_bo_create *args = data;
	struct drm_gem_shmem_object *shmem;
	int ret;

	if (args->flags || !args->size || args->size > QDA_BO_SIZE_MAX)
		return -EINVAL;

	shmem = drm_gem_shmem_create(drm, args->size);
	if (IS_ERR(shmem))
		return PTR_ERR(shmem);

	/* The handle may be closed by another thread as soon as it is there. */
	args->size = shmem->base.size;
	args->mmap_offset = drm_vma_node_offset_addr(&shmem->base.vma_node);
	ret = drm_gem_handle_create(file, &shmem->base, &args->handle);
	drm_gem_object_put(&shmem->base);

	return ret;
}

/**
 * qda_ioctl_bo_info - DRM_IOCTL_QDA_BO_INFO
 * @drm: DRM device
 * @data: struct drm_qda_bo_info
 * @file: file of the caller
 *
 * Return: 0 or a negative error code.
 */
int qda_ioctl_bo_info(struct drm_device *drm, void *data, struct drm_file *file)
{
	struct drm_qda_bo_info *args = data;
	struct drm_gem_object *obj;

	if (args->flags)
		return -EINVAL;

	obj = drm_gem_object_lookup(file, args->handle);
	if (!obj)
		return -ENOENT;

	args->size = obj->size;
	if (to_qda_bo(obj)->import) {
		args->flags = DRM_QDA_BO_IMPORTED;
		args->mmap_offset = 0;
	} else {
		args->mmap_offset = drm_vma_node_offset_addr(&obj->vma_node);
	}
	drm_gem_object_put(obj);

	return 0;
}

static int qda_session_create_check(const struct drm_qda_remote_session_create *args)
{
	if (args->kind != DRM_QDA_SESSION_DYNAMIC ||
	    args->flags & ~(DRM_QDA_SESSION_EVENTS | DRM_QDA_SESSION_POLL) ||
	    args->signature_length ||
	    args->attributes & ~DRM_QDA_PROCESS_UNSIGNED)
		return -EINVAL;

	if (args->shell_handle) {
		if (!args->shell_length || args->shell_length > QDA_SHELL_LENGTH_MAX)
			return -EINVAL;
	} else if (args->shell_offset || args->shell_length) {
		return -EINVAL;
	}

	if (!(args->attributes & DRM_QDA_PROCESS_UNSIGNED) && !capable(CAP_SYS_ADMIN))
		return -EPERM;

	return 0;
}

static int qda_session_set_flags(struct qda_session *session, struct drm_file *file,
				 const struct drm_qda_remote_session_create *args)
{
	if (args->flags & DRM_QDA_SESSION_POLL) {
		if (args->kind != DRM_QDA_SESSION_DYNAMIC)
			return -EINVAL;
		if (!session->qda->poll)
			return -EOPNOTSUPP;
	}

	return args->flags & DRM_QDA_SESSION_EVENTS ? qda_events_watch(session, file) : 0;
}

/* What was asked for begins, or is undone if the session is as it was before. */
static void qda_session_settle_flags(struct qda_session *session,
				     const struct drm_qda_remote_session_create *args,
				     int error)
{
	bool unused;

	if (!error)
		WRITE_ONCE(session->poll, args->flags & DRM_QDA_SESSION_POLL);

	scoped_guard(spinlock_irq, qda_calls_lock(session->qda))
		unused = session->state == DRM_QDA_SESSION_STATE_NONE;
	if (args->flags & DRM_QDA_SESSION_EVENTS && (unused || error == -EEXIST))
		qda_events_unwatch(session);
}

/**
 * qda_ioctl_session_create - DRM_IOCTL_QDA_REMOTE_SESSION_CREATE
 * @drm: DRM device
 * @data: struct drm_qda_remote_session_create
 * @file: file of the caller
 *
 * Return: 0 or a negative error code.
 */
int qda_ioctl_session_create(struct drm_device *drm, void *data,
			     struct drm_file *file)
{
	struct drm_qda_remote_session_create *args = data;
	struct qda_process_shell shell = {
		.offset = args->shell_offset,
		.length = args->shell_length,
	};
	int ret;

	args->result = 0;
	ret = qda_session_create_check(args);
	if (ret)
		return ret;

	if (args->shell_handle) {
		shell.mapping = qda_mapping_find(file, args->shell_handle);
		if (!shell.mapping)
			return -ENOENT;

		ret = qda_check_range(shell.offset, shell.length,
				      qda_mapping_size(shell.mapping));
		if (ret)
			goto out_put;
	}

	ret = qda_session_set_flags(to_qda_session(file), file, args);
	if (ret)
		goto out_put;

	ret = qda_process_create(to_qda_session(file), &shell, args->attributes,
				 &args->result);
	qda_session_settle_flags(to_qda_session(file), args, ret);
out_put:
	if (shell.mapping)
		qda_mapping_put(shell.mapping);

	return ret;
}
