// SPDX-License-Identifier: GPL-2.0-only
/*
 * Ioctls about the device, buffer objects and the session.
 */
#include <linux/capability.h>
#include <linux/cleanup.h>
#include <linux/sizes.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include <drm/drm_gem.h>
#include <drm/drm_vma_manager.h>
#include <drm/qda_accel.h>

#include "qda_attributes.h"
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

static int qda_query_dsp(struct qda_session *session, struct drm_qda_query *args)
{
	struct drm_qda_query_dsp *dsp __free(kfree) = NULL;
	int ret;

	if (!args->data_ptr)
		return qda_query_copy(args, NULL, sizeof(*dsp));

	dsp = kmalloc_obj(*dsp);
	if (!dsp)
		return -ENOMEM;

	ret = qda_attributes_get(session, dsp->attributes);

	return ret ?: qda_query_copy(args, dsp, sizeof(*dsp));
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
		.maps = QDA_SESSION_MAPS_MAX,
	};

	if (qda->poll)
		device.features |= DRM_QDA_FEATURE_POLL;
	if (qda->coherent)
		device.features |= DRM_QDA_FEATURE_COHERENT;

	switch (args->type) {
	case DRM_QDA_QUERY_DEVICE:
		return qda_query_copy(args, &device, sizeof(device));
	case DRM_QDA_QUERY_SESSION:
		qda_session_query(to_qda_session(file), &session);
		return qda_query_copy(args, &session, sizeof(session));
	case DRM_QDA_QUERY_DSP:
		return qda_query_dsp(to_qda_session(file), args);
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

	if (args->flags & ~DRM_QDA_BO_CACHED || !args->size ||
	    args->size > QDA_BO_SIZE_MAX)
		return -EINVAL;

	shmem = drm_gem_shmem_create(drm, args->size);
	if (IS_ERR(shmem))
		return PTR_ERR(shmem);

	if (args->flags & DRM_QDA_BO_CACHED) {
		to_qda_bo(&shmem->base)->cached = true;
		shmem->map_wc = false;
	}

	/* The handle may be closed by another thread as soon as it is there. */
	args->size = shmem->base.size;
	args->mmap_offset = drm_vma_node_offset_addr(&shmem->base.vma_node);
	ret = drm_gem_handle_create(file, &shmem->base, &args->handle);
	if (!ret)
		qda_mapping_note(file, &shmem->base, args->handle);
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
		if (to_qda_bo(obj)->cached)
			args->flags = DRM_QDA_BO_CACHED;
		args->mmap_offset = drm_vma_node_offset_addr(&obj->vma_node);
	}
	drm_gem_object_put(obj);

	return 0;
}

/* Attributes that whoever may open the node may ask for */
#define QDA_ATTRIBUTES_FREE \
	(DRM_QDA_PROCESS_UNSIGNED | DRM_QDA_PROCESS_ADAPTIVE_QOS)

/* Those that need privileges; others the DSP knows are the kernel's to set. */
#define QDA_ATTRIBUTES_PRIVILEGED \
	(DRM_QDA_PROCESS_DEBUG | DRM_QDA_PROCESS_PTRACE | \
	 DRM_QDA_PROCESS_SYSTEM | DRM_QDA_PROCESS_DUMP | \
	 DRM_QDA_PROCESS_DEBUG_DUMP)

static int qda_session_check_shell(const struct drm_qda_remote_session_create *args)
{
	if (!args->shell_handle)
		return args->shell_offset || args->shell_length ||
		       args->signature_length ? -EINVAL : 0;

	if (!args->shell_length || args->shell_length > QDA_SHELL_LENGTH_MAX ||
	    args->signature_length > QDA_SHELL_LENGTH_MAX - args->shell_length)
		return -EINVAL;

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

	if (!error && args->flags & DRM_QDA_SESSION_POLL) {
		session->quiet = qda_attributes_quiet(session);
		/* Pairs with the acquire of who makes a call. */
		smp_store_release(&session->poll, true);
	}

	scoped_guard(spinlock_irq, qda_calls_lock(session->qda))
		unused = session->state == DRM_QDA_SESSION_STATE_NONE;
	if (args->flags & DRM_QDA_SESSION_EVENTS && (unused || error == -EEXIST))
		qda_events_unwatch(session);
}

/* The name of a static process ends within its field, by zeroes alone. */
static int qda_session_check_name(const struct drm_qda_remote_session_create *args)
{
	size_t length = strnlen(args->name, sizeof(args->name));

	if (args->kind == DRM_QDA_SESSION_STATIC ? !length : length)
		return -EINVAL;
	if (length == sizeof(args->name) ||
	    memchr_inv(args->name + length, 0, sizeof(args->name) - length))
		return -EINVAL;

	return 0;
}

static int qda_session_check_fields(const struct drm_qda_remote_session_create *args)
{
	int ret;

	if (args->kind > DRM_QDA_SESSION_SENSORS)
		return -EINVAL;
	if (args->flags & ~(DRM_QDA_SESSION_EVENTS | DRM_QDA_SESSION_POLL))
		return -EINVAL;
	if (args->attributes & ~(QDA_ATTRIBUTES_FREE | QDA_ATTRIBUTES_PRIVILEGED))
		return -EINVAL;
	if (args->kind != DRM_QDA_SESSION_DYNAMIC &&
	    (args->attributes || args->shell_handle))
		return -EINVAL;

	ret = qda_session_check_shell(args);

	return ret ?: qda_session_check_name(args);
}

static bool qda_session_needs_privilege(const struct drm_qda_remote_session_create *args)
{
	return args->kind != DRM_QDA_SESSION_DYNAMIC ||
	       !(args->attributes & DRM_QDA_PROCESS_UNSIGNED) ||
	       args->attributes & QDA_ATTRIBUTES_PRIVILEGED;
}

static bool qda_domain_has_kind(u32 domain, u32 kind)
{
	switch (kind) {
	case DRM_QDA_SESSION_STATIC:
		return domain == DRM_QDA_DOMAIN_ADSP || qda_domain_is_compute(domain);
	case DRM_QDA_SESSION_SENSORS:
		return domain == DRM_QDA_DOMAIN_ADSP || domain == DRM_QDA_DOMAIN_SDSP;
	default:
		return true;
	}
}

static int qda_session_create(struct qda_session *session, struct drm_file *file,
			      struct drm_qda_remote_session_create *args,
			      const struct qda_process_params *params)
{
	int ret;

	if (atomic_xchg_acquire(&session->creating, 1))
		return -EEXIST;

	ret = qda_session_set_flags(session, file, args);
	if (!ret) {
		ret = qda_process_create(session, params, &args->result);
		qda_session_settle_flags(session, args, ret);
	}
	atomic_set_release(&session->creating, 0);

	return ret;
}

static int qda_session_create_check(struct qda_device *qda,
				    const struct drm_qda_remote_session_create *args)
{
	int ret;

	ret = qda_session_check_fields(args);
	if (ret)
		return ret;
	if (qda_session_needs_privilege(args) && !capable(CAP_SYS_ADMIN))
		return -EPERM;

	return qda_domain_has_kind(qda->domain, args->kind) ? 0 : -EOPNOTSUPP;
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
	struct qda_process_params params = {
		.kind = args->kind,
		.attributes = args->attributes,
		.shell_offset = args->shell_offset,
		.shell_length = args->shell_length + args->signature_length,
		.signature_length = args->signature_length,
		.name = args->name,
	};
	int ret;

	args->result = 0;
	ret = qda_session_create_check(to_qda_device(drm), args);
	if (ret)
		return ret;

	if (args->shell_handle) {
		params.shell = qda_mapping_find(file, args->shell_handle);
		if (!params.shell)
			return -ENOENT;

		ret = qda_check_range(params.shell_offset, params.shell_length,
				      params.shell->size);
		if (ret)
			goto out_put;
	}

	ret = qda_session_create(to_qda_session(file), file, args, &params);
out_put:
	if (params.shell)
		qda_mapping_put(params.shell);

	return ret;
}
