// SPDX-License-Identifier: GPL-2.0-only
/*
 * Many calls in one ioctl: all are made ready, then all are sent, then all are
 * waited for.
 */
#include <linux/bits.h>
#include <linux/err.h>
#include <linux/stddef.h>
#include <linux/uaccess.h>

#include <drm/qda_accel.h>

#include "qda_call.h"
#include "qda_drv.h"
#include "qda_invoke.h"
#include "qda_message.h"
#include "qda_session.h"
#include "qda_wait.h"

/* Where an element begins to say what became of the call; it goes on to its end. */
#define QDA_BATCH_OUT	offsetof(struct drm_qda_remote_batch_call, done)

static int qda_batch_check(const struct drm_qda_remote_batch *args)
{
	int ret;

	if (args->pad || !args->calls_count || args->sent > args->calls_count)
		return -EINVAL;
	if (!args->sent) {
		if (args->flags & ~DRM_QDA_INVOKE_NOWAIT)
			return -EINVAL;
		if (args->flags & DRM_QDA_INVOKE_NOWAIT && args->deadline_ns)
			return -EINVAL;
	}
	if (args->calls_count > DRM_QDA_BATCH_CALLS_MAX)
		return -E2BIG;

	ret = qda_check_stride(args->calls_stride);
	if (ret)
		return ret;

	/* No program knows less of an element than the first kernel did. */
	return args->calls_stride < offsetofend(struct drm_qda_remote_batch_call,
						result) ? -EINVAL : 0;
}

static struct qda_call *qda_batch_make(struct drm_file *file, u32 flags,
				       const struct drm_qda_remote_batch_call *element)
{
	const struct drm_qda_remote_invoke invoke = {
		.remote_handle = element->remote_handle,
		.scalars = element->scalars,
		.args_ptr = element->args_ptr,
		.args_count = element->args_count,
		.args_stride = element->args_stride,
		.flags = element->flags | flags,
		.user_data = element->user_data,
	};

	if (element->flags & ~DRM_QDA_INVOKE_EVENT)
		return ERR_PTR(-EINVAL);

	return qda_invoke_make(file, &invoke);
}

static struct qda_call *qda_batch_find(struct qda_session *session, u64 number)
{
	if (!number)
		return NULL;

	return qda_call_find(session, number) ?: ERR_PTR(-ENOENT);
}

/* Makes the calls of a new batch, or finds those of one that was sent. */
static int qda_batch_read(struct qda_wait *wait, struct drm_file *file,
			  struct drm_qda_remote_batch *args)
{
	const void __user *from = u64_to_user_ptr(args->calls_ptr);
	struct drm_qda_remote_batch_call element;
	int ret;

	for (unsigned int i = 0; i < wait->count; i++, from += args->calls_stride) {
		struct qda_call *call;

		args->failed = i;
		ret = copy_struct_from_user(&element, sizeof(element), from,
					    args->calls_stride);
		if (ret)
			return ret;

		call = args->sent ? qda_batch_find(wait->session, element.call) :
				    qda_batch_make(file, args->flags, &element);
		if (IS_ERR(call))
			return PTR_ERR(call);

		wait->calls[i] = call;
	}
	args->failed = args->calls_count;

	return 0;
}

static int qda_batch_write(void __user *to, u64 number, bool done, int error,
			   s32 result)
{
	const struct drm_qda_remote_batch_call element = {
		.done = done,
		.call = number,
		.error = -error,
		.result = result,
	};

	return copy_to_user(to + QDA_BATCH_OUT, (const void *)&element + QDA_BATCH_OUT,
			    sizeof(element) - QDA_BATCH_OUT) ? -EFAULT : 0;
}

static int qda_batch_write_call(void __user *to, u32 stride, struct qda_call *call,
				bool done)
{
	return qda_batch_write(to, call->context, done, done ? call->error : 0,
			       done ? call->result : 0);
}

/* Before a call is sent its number is where a thread that is interrupted finds it. */
static int qda_batch_write_numbers(struct qda_wait *wait,
				   const struct drm_qda_remote_batch *args)
{
	void __user *to = u64_to_user_ptr(args->calls_ptr);
	int ret = 0;

	for (unsigned int i = 0; i < wait->count && !ret; i++) {
		ret = qda_batch_write_call(to, args->calls_stride, wait->calls[i], false);
		to += args->calls_stride;
	}

	return ret;
}

static void qda_batch_drop(struct qda_wait *wait)
{
	for (unsigned int i = 0; i < wait->count; i++) {
		if (wait->calls[i])
			qda_invoke_drop(wait->calls[i]);
		wait->calls[i] = NULL;
	}
}

/*
 * The first call that cannot be sent is the last one that is tried, or a later
 * one could overtake it.
 */
static int qda_batch_send(struct qda_wait *wait, struct drm_qda_remote_batch *args)
{
	void __user *to = u64_to_user_ptr(args->calls_ptr);
	int error = 0, fault = 0;

	for (unsigned int i = 0; i < wait->count; i++, to += args->calls_stride) {
		struct qda_call *call = wait->calls[i];
		bool known;

		if (!error) {
			error = qda_invoke_send(call);
			known = !error;
			if (error)
				args->failed = i;
		} else {
			known = qda_call_cancel(call);
		}
		if (known) {
			args->sent++;
			continue;
		}

		qda_invoke_drop(call);
		wait->calls[i] = NULL;
		if (qda_batch_write(to, 0, true, error, 0))
			fault = -EFAULT;
	}

	return args->sent ? fault : error;
}

static int qda_batch_start(struct qda_wait *wait, struct drm_qda_remote_batch *args)
{
	int ret;

	ret = qda_batch_write_numbers(wait, args);
	if (!ret)
		ret = qda_calls_publish_user(wait->calls, wait->count);
	if (ret) {
		qda_batch_drop(wait);
		return ret;
	}

	return qda_batch_send(wait, args);
}

static int qda_batch_end(struct qda_wait *wait, struct drm_qda_remote_batch *args)
{
	u32 collected;
	int ret;

	ret = qda_wait_for_all(wait, args->deadline_ns);
	if (ret)
		return ret;

	return qda_wait_collect(wait, u64_to_user_ptr(args->calls_ptr),
				args->calls_stride, qda_batch_write_call, &collected);
}

/**
 * qda_ioctl_batch - DRM_IOCTL_QDA_REMOTE_BATCH
 * @drm: DRM device
 * @data: struct drm_qda_remote_batch
 * @file: file of the caller
 *
 * The struct is copied back also after an error, so that the caller knows that
 * calls were sent when a wait was interrupted.
 *
 * Return: 0 or a negative error code.
 */
int qda_ioctl_batch(struct drm_device *drm, void *data, struct drm_file *file)
{
	struct drm_qda_remote_batch *args = data;
	struct qda_wait wait = {};
	bool collect = true;
	int ret;

	args->failed = args->calls_count;
	ret = qda_batch_check(args);
	if (ret)
		return ret;

	ret = qda_wait_init(&wait, to_qda_session(file), args->calls_count);
	if (ret)
		return ret;

	ret = qda_batch_read(&wait, file, args);
	if (args->sent) {
		if (!ret)
			ret = qda_wait_refuse_twins(&wait);
	} else if (ret) {
		qda_batch_drop(&wait);
	} else {
		ret = qda_batch_start(&wait, args);
		collect = !(args->flags & DRM_QDA_INVOKE_NOWAIT);
	}
	if (!ret && collect)
		ret = qda_batch_end(&wait, args);
	qda_wait_leave(&wait);

	return ret;
}
