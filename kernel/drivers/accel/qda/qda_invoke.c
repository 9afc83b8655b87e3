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

/* Descriptors that are copied at once; 512 bytes of stack */
#define QDA_INVOKE_ARGS_AT_ONCE	16

/**
 * struct qda_invoke_args - arguments that are being described
 * @call: their call
 * @file: file of the caller
 * @buffers: how many are buffers; DMA handles follow
 * @handle: handle of the last one that has a BO
 * @mapping: its mapping, to which @call has a reference; NULL before the first
 */
struct qda_invoke_args {
	struct qda_call *call;
	struct drm_file *file;
	unsigned int buffers;
	u32 handle;
	struct qda_mapping *mapping;
};

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

/* One reference is enough for arguments in a row in one BO. */
static struct qda_mapping *qda_invoke_get_mapping(struct qda_invoke_args *args,
						  u32 handle)
{
	if (handle != args->handle || !args->mapping) {
		args->mapping = qda_mapping_find(args->file, handle);
		args->handle = handle;
		if (args->mapping)
			qda_call_keep(args->call, args->mapping);
	}

	return args->mapping;
}

static int qda_invoke_set_arg(struct qda_invoke_args *args, unsigned int i,
			      const struct drm_qda_remote_arg *arg)
{
	bool handle = i >= args->buffers;
	struct qda_call *call = args->call;
	void *metadata = call->metadata->cpu;
	struct qda_mapping *mapping;
	u64 address = 0, size = 0;
	int ret;

	ret = qda_invoke_check_arg(arg, handle);
	if (ret)
		return ret;

	if (arg->length) {
		mapping = qda_invoke_get_mapping(args, arg->handle);
		if (!mapping)
			return -ENOENT;

		address = mapping->address;
		size = mapping->size;
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

/*
 * Descriptors that are shorter than what is known here, where they are: what
 * they do not have is 0. From the last word on, since none moves down; words,
 * because calls without DMA handles come this way.
 */
static void qda_invoke_widen_args(struct drm_qda_remote_arg *arg, unsigned int count,
				  u32 stride)
{
	unsigned int to = sizeof(*arg) / sizeof(u64), from = stride / sizeof(u64);
	u64 *words = (u64 *)arg;

	while (count--)
		for (unsigned int i = to; i--;)
			words[count * to + i] = i < from ? words[count * from + i] : 0;
}

/*
 * Copies descriptors from user space, all at once if they are not longer than
 * what is known here: a copy has its price, whatever its size.
 */
static int qda_invoke_read_args(struct drm_qda_remote_arg *arg, unsigned int count,
				const void __user *from, u32 stride)
{
	int ret = 0;

	if (stride > sizeof(*arg)) {
		for (unsigned int i = 0; i < count && !ret; i++)
			ret = copy_struct_from_user(&arg[i], sizeof(*arg),
						    from + i * stride, stride);
		return ret;
	}

	if (copy_from_user(arg, from, count * stride))
		return -EFAULT;
	if (stride == sizeof(*arg))
		return 0;

	qda_invoke_widen_args(arg, count, stride);

	return 0;
}

static int qda_invoke_set_args(struct qda_call *call, struct drm_file *file,
			       const struct drm_qda_remote_invoke *invoke)
{
	const void __user *from = u64_to_user_ptr(invoke->args_ptr);
	struct drm_qda_remote_arg some[QDA_INVOKE_ARGS_AT_ONCE];
	struct qda_invoke_args args = {
		.call = call,
		.file = file,
		.buffers = qda_scalars_buffers(invoke->scalars),
	};
	unsigned int count = 0;
	int ret;

	for (unsigned int i = 0; i < invoke->args_count; i++) {
		unsigned int at = i % ARRAY_SIZE(some);

		if (!at) {
			count = min(invoke->args_count - i, ARRAY_SIZE(some));
			ret = qda_invoke_read_args(some, count, from,
						   invoke->args_stride);
			if (ret)
				return ret;
			from += count * invoke->args_stride;
		}
		ret = qda_invoke_set_arg(&args, i, &some[at]);
		if (ret)
			return ret;
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
	/* Pairs with the release of who created the session. */
	call->polled = smp_load_acquire(&session->poll) &&
		       args->remote_handle > QDA_HANDLE_STATIC_MAX;
	if (call->polled && session->quiet && !(args->flags & DRM_QDA_INVOKE_NOWAIT))
		call->context |= QDA_CONTEXT_POLLED;
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
		ret = qda_call_wait(call, args->deadline_ns);
		if (!ret)
			ret = qda_invoke_collect(call, args);
	}
	qda_call_leave(call);

	return ret;
}
