// SPDX-License-Identifier: GPL-2.0-only
/*
 * Calls of user space: from GEM handles to the metadata that the DSP reads.
 */
#include <linux/uaccess.h>

#include <drm/qda_accel.h>

#include "qda_call.h"
#include "qda_drv.h"
#include "qda_event.h"
#include "qda_gem.h"
#include "qda_invoke.h"
#include "qda_message.h"
#include "qda_session.h"

static int qda_invoke_check(const struct drm_qda_remote_invoke *args)
{
	if (args->flags & ~(DRM_QDA_INVOKE_NOWAIT | DRM_QDA_INVOKE_EVENT) ||
	    args->scalars >> 29)
		return -EINVAL;
	if (args->flags & DRM_QDA_INVOKE_NOWAIT && args->deadline_ns)
		return -EINVAL;
	if (args->flags & DRM_QDA_INVOKE_EVENT ? !(args->flags & DRM_QDA_INVOKE_NOWAIT) :
						 args->user_data)
		return -EINVAL;

	if (args->remote_handle == QDA_HANDLE_PROCESS ||
	    args->remote_handle == QDA_HANDLE_UTILITIES)
		return -EPERM;

	if (args->args_count > DRM_QDA_ARGS_MAX)
		return -E2BIG;
	if (args->args_count != qda_scalars_args(args->scalars))
		return -EINVAL;
	if (!args->args_count)
		return args->args_ptr || args->args_stride ? -EINVAL : 0;

	return qda_check_stride(args->args_stride);
}

static int qda_invoke_check_arg(const struct drm_qda_remote_arg *arg, bool handle)
{
	if (arg->flags || arg->pad)
		return -EINVAL;
	if (handle ? !arg->tag || arg->tag == -1 : arg->tag)
		return -EINVAL;
	if (arg->length ? !arg->handle : arg->handle || arg->offset)
		return -EINVAL;

	return 0;
}

static int qda_invoke_set_arg(struct qda_call *call, struct drm_file *file,
			      unsigned int i, bool handle,
			      const struct drm_qda_remote_arg *arg)
{
	void *metadata = call->metadata->cpu;
	struct qda_mapping *mapping;
	u64 address = 0, size = 0;
	int ret;

	ret = qda_invoke_check_arg(arg, handle);
	if (ret)
		return ret;

	if (arg->length) {
		mapping = qda_mapping_find(file, arg->handle);
		if (!mapping)
			return -ENOENT;

		call->mappings[i] = mapping;
		address = mapping->address;
		size = qda_mapping_size(mapping);
		ret = qda_check_range(arg->offset, arg->length, size);
		if (ret)
			return ret;
	}

	if (handle)
		qda_metadata_set_handle(metadata, call->args, i, arg->tag, address,
					size, arg->offset, arg->length);
	else
		qda_metadata_set_buffer(metadata, call->args, i,
					address + arg->offset, arg->length);

	return 0;
}

static int qda_invoke_set_args(struct qda_call *call, struct drm_file *file,
			       const struct drm_qda_remote_invoke *args)
{
	const void __user *from = u64_to_user_ptr(args->args_ptr);
	unsigned int buffers = qda_scalars_buffers(args->scalars);
	struct drm_qda_remote_arg arg;
	int ret;

	for (unsigned int i = 0; i < args->args_count; i++) {
		ret = copy_struct_from_user(&arg, sizeof(arg), from, args->args_stride);
		if (ret)
			return ret;

		ret = qda_invoke_set_arg(call, file, i, i >= buffers, &arg);
		if (ret)
			return ret;

		from += args->args_stride;
	}

	return 0;
}

/**
 * qda_invoke_make - check a call of user space and make it ready
 * @file: file of the caller
 * @args: the call
 *
 * Return: a call that is complete but not published, to be left by
 * qda_call_leave() or qda_invoke_drop(), or an error pointer.
 */
struct qda_call *qda_invoke_make(struct drm_file *file,
				 const struct drm_qda_remote_invoke *args)
{
	struct qda_session *session = to_qda_session(file);
	struct qda_call *call;
	int ret;

	ret = qda_invoke_check(args);
	if (ret)
		return ERR_PTR(ret);

	/* A session that can make calls has a context bank. */
	scoped_guard(spinlock_irq, qda_calls_lock(session->qda))
		ret = qda_session_check(session);
	if (ret)
		return ERR_PTR(ret);

	call = qda_call_create(session, args->args_count);
	if (IS_ERR(call))
		return call;

	call->handle = args->remote_handle;
	call->scalars = args->scalars;
	call->polled = READ_ONCE(session->poll) &&
		       args->remote_handle > QDA_HANDLE_STATIC_MAX;
	ret = qda_invoke_set_args(call, file, args);
	if (!ret && args->flags & DRM_QDA_INVOKE_EVENT)
		ret = qda_event_reserve_call(call, file, args->user_data);
	if (ret) {
		qda_invoke_drop(call);
		return ERR_PTR(ret);
	}

	return call;
}

/**
 * qda_invoke_drop - give up a call that is not published, or not any more
 * @call: call of qda_invoke_make()
 */
void qda_invoke_drop(struct qda_call *call)
{
	qda_event_cancel_call(call);
	qda_call_leave(call);
}

/**
 * qda_invoke_send - send a published call of user space
 * @call: call of qda_invoke_make()
 *
 * Return: as qda_call_send().
 */
int qda_invoke_send(struct qda_call *call)
{
	return qda_call_send(call, call->session->client_id, call->handle,
			     call->scalars);
}

static struct qda_call *qda_invoke_start(struct drm_file *file,
					 const struct drm_qda_remote_invoke *args)
{
	struct qda_call *call;
	int ret;

	call = qda_invoke_make(file, args);
	if (IS_ERR(call))
		return call;

	ret = qda_calls_publish_user(&call, 1);
	if (!ret)
		ret = qda_invoke_send(call);
	if (ret) {
		qda_invoke_drop(call);
		return ERR_PTR(ret);
	}

	return call;
}

static int qda_invoke_collect(struct qda_call *call,
			      struct drm_qda_remote_invoke *args)
{
	struct qda_session *session = call->session;
	int ret;

	ret = mutex_lock_interruptible(&session->collect_lock);
	if (ret)
		return ret;

	if (!qda_call_collect(call)) {
		ret = -ENOENT;
	} else {
		args->result = call->result;
		ret = call->error;
	}
	mutex_unlock(&session->collect_lock);

	return ret;
}

/**
 * qda_ioctl_invoke - DRM_IOCTL_QDA_REMOTE_INVOKE
 * @drm: DRM device
 * @data: struct drm_qda_remote_invoke
 * @file: file of the caller
 *
 * The struct is copied back also after an error, so that the number of the
 * call is with the caller when a wait was interrupted.
 *
 * Return: 0 or a negative error code.
 */
int qda_ioctl_invoke(struct drm_device *drm, void *data, struct drm_file *file)
{
	struct drm_qda_remote_invoke *args = data;
	struct qda_call *call;
	bool wait = true;
	int ret = 0;

	args->result = 0;
	if (args->call) {
		call = qda_call_find(to_qda_session(file), args->call);
		if (!call)
			return -ENOENT;
	} else {
		call = qda_invoke_start(file, args);
		if (IS_ERR(call))
			return PTR_ERR(call);

		args->call = call->context;
		wait = !(args->flags & DRM_QDA_INVOKE_NOWAIT);
	}

	if (wait) {
		ret = qda_call_wait(call, args->deadline_ns, qda_call_poll_end());
		if (!ret)
			ret = qda_invoke_collect(call, args);
	}
	qda_call_leave(call);

	return ret;
}
