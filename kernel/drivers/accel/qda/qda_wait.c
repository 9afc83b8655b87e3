// SPDX-License-Identifier: GPL-2.0-only
/*
 * Waiting for calls, one or several, and collecting them.
 */
#include <linux/ktime.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <linux/wait.h>

#include <drm/qda_accel.h>

#include "qda_call.h"
#include "qda_drv.h"
#include "qda_message.h"
#include "qda_session.h"

/**
 * struct qda_wait - calls that a thread waits for
 * @session: their session
 * @any: one is enough
 * @count: number of calls
 * @calls: the calls, each with a reference
 */
struct qda_wait {
	struct qda_session *session;
	bool any;
	unsigned int count;
	struct {
		struct qda_call *call;
		bool done;
	} calls[] __counted_by(count);
};

static ktime_t qda_wait_left(s64 deadline)
{
	ktime_t now = ktime_get();

	if (deadline == DRM_QDA_DEADLINE_NONE)
		return KTIME_MAX;

	return deadline > now ? ktime_sub(deadline, now) : 0;
}

/**
 * qda_call_wait - wait for a call to end
 * @call: the call
 * @deadline: in ns of CLOCK_MONOTONIC, or DRM_QDA_DEADLINE_NONE
 *
 * Return: 0, -ETIME or -ERESTARTSYS.
 */
int qda_call_wait(struct qda_call *call, s64 deadline)
{
	return wait_event_interruptible_hrtimeout(call->wait, qda_call_is_done(call),
						  qda_wait_left(deadline));
}

static void qda_wait_free(struct qda_wait *wait)
{
	for (unsigned int i = 0; i < wait->count; i++)
		if (wait->calls[i].call)
			qda_call_leave(wait->calls[i].call);
	kvfree(wait);
}

static int qda_wait_read(struct qda_wait *wait,
			 const struct drm_qda_remote_wait *args)
{
	const void __user *from = u64_to_user_ptr(args->calls_ptr);
	struct drm_qda_remote_call element;
	int ret;

	for (unsigned int i = 0; i < wait->count; i++) {
		ret = copy_struct_from_user(&element, sizeof(element), from,
					    args->calls_stride);
		if (ret)
			return ret;
		if (element.pad)
			return -EINVAL;

		wait->calls[i].call = qda_call_find(wait->session, element.call);
		if (!wait->calls[i].call)
			return -ENOENT;

		from += args->calls_stride;
	}

	return 0;
}

static int qda_wait_refuse_twins(struct qda_wait *wait)
{
	int ret = 0;

	ret = mutex_lock_interruptible(&wait->session->collect_lock);
	if (ret)
		return ret;

	for (unsigned int i = 0; i < wait->count; i++) {
		if (wait->calls[i].call->picked)
			ret = -ENOENT;
		wait->calls[i].call->picked = true;
	}
	for (unsigned int i = 0; i < wait->count; i++)
		wait->calls[i].call->picked = false;
	mutex_unlock(&wait->session->collect_lock);

	return ret;
}

static bool qda_wait_has_one(struct qda_wait *wait)
{
	for (unsigned int i = 0; i < wait->count; i++)
		if (qda_call_is_done(wait->calls[i].call))
			return true;

	return false;
}

static int qda_wait_sleep(struct qda_wait *wait, s64 deadline)
{
	int ret;

	if (wait->any)
		return wait_event_interruptible_hrtimeout(wait->session->any_wait,
							  qda_wait_has_one(wait),
							  qda_wait_left(deadline));

	for (unsigned int i = 0; i < wait->count; i++) {
		ret = qda_call_wait(wait->calls[i].call, deadline);
		if (ret)
			return ret;
	}

	return 0;
}

static int qda_wait_write(struct qda_wait *wait, struct drm_qda_remote_wait *args)
{
	void __user *to = u64_to_user_ptr(args->calls_ptr);
	int ret;

	for (unsigned int i = 0; i < wait->count; i++) {
		struct qda_call *call = wait->calls[i].call;
		struct drm_qda_remote_call element = { .call = call->context };

		wait->calls[i].done = qda_call_is_done(call);
		if (wait->calls[i].done) {
			if (!qda_call_is_collectable(call))
				return -ENOENT;
			element.done = 1;
			element.error = -call->error;
			element.result = call->result;
		}

		ret = copy_struct_to_user(to, args->calls_stride, &element,
					  sizeof(element), NULL);
		if (ret)
			return ret;

		to += args->calls_stride;
	}

	return 0;
}

/* Collects all that have ended or, after an error, none. */
static int qda_wait_collect(struct qda_wait *wait, struct drm_qda_remote_wait *args)
{
	int ret;

	ret = mutex_lock_interruptible(&wait->session->collect_lock);
	if (ret)
		return ret;

	ret = qda_wait_write(wait, args);
	for (unsigned int i = 0; i < wait->count && !ret; i++)
		if (wait->calls[i].done && qda_call_collect(wait->calls[i].call))
			args->done++;
	mutex_unlock(&wait->session->collect_lock);

	return ret;
}

/**
 * qda_ioctl_wait - DRM_IOCTL_QDA_REMOTE_WAIT
 * @drm: DRM device
 * @data: struct drm_qda_remote_wait
 * @file: file of the caller
 *
 * Return: 0 or a negative error code.
 */
int qda_ioctl_wait(struct drm_device *drm, void *data, struct drm_file *file)
{
	struct drm_qda_remote_wait *args = data;
	struct qda_wait *wait;
	int ret;

	args->done = 0;
	if (args->flags & ~DRM_QDA_WAIT_ANY || !args->calls_count)
		return -EINVAL;
	if (args->calls_count > DRM_QDA_WAIT_CALLS_MAX)
		return -E2BIG;
	ret = qda_check_stride(args->calls_stride);
	if (ret)
		return ret;

	wait = kvzalloc_flex(*wait, calls, args->calls_count);
	if (!wait)
		return -ENOMEM;

	wait->count = args->calls_count;
	wait->session = to_qda_session(file);
	wait->any = args->flags & DRM_QDA_WAIT_ANY;

	ret = qda_wait_read(wait, args);
	if (!ret)
		ret = qda_wait_refuse_twins(wait);
	if (!ret)
		ret = qda_wait_sleep(wait, args->deadline_ns);
	if (!ret)
		ret = qda_wait_collect(wait, args);
	qda_wait_free(wait);

	return ret;
}
