// SPDX-License-Identifier: GPL-2.0-only
/*
 * Waiting for calls, one or several, and collecting them.
 */
#include <linux/ktime.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <linux/wait.h>

#include <kunit/visibility.h>

#include <drm/qda_accel.h>

#include "qda_call.h"
#include "qda_drv.h"
#include "qda_message.h"
#include "qda_session.h"
#include "qda_wait.h"

/* How long the end of a call is looked for in memory, from its sending on */
#define QDA_WAIT_POLL	(10 * NSEC_PER_MSEC)

/* Looks between two at the clock */
#define QDA_WAIT_LOOKS	32

static ktime_t qda_wait_left(s64 deadline)
{
	ktime_t now;

	if (deadline == DRM_QDA_DEADLINE_NONE)
		return KTIME_MAX;

	now = ktime_get();

	return deadline > now ? ktime_sub(deadline, now) : 0;
}

/*
 * Looks for the end of a call in memory, which the DSP writes: only the one
 * value that says that it is done counts, as a result of 0. Others may have the
 * CPU in between.
 */
static void qda_call_poll(struct qda_call *call, s64 deadline)
{
	ktime_t end = min(deadline, ktime_add_ns(call->submitted, QDA_WAIT_POLL));
	unsigned int looks = 0;

	while (!qda_call_is_done(call)) {
		if (qda_metadata_poll_word(call->metadata->cpu, call->args) ==
		    QDA_POLL_DONE) {
			/* What the DSP wrote before is read after it. */
			dma_rmb();
			qda_call_finish_polled(call);
			return;
		}
		cpu_relax();
		if (++looks % QDA_WAIT_LOOKS)
			continue;

		if (signal_pending(current) || ktime_compare(ktime_get(), end) >= 0)
			return;
		cond_resched();
	}
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
	if (call->polled)
		qda_call_poll(call, deadline);

	return wait_event_interruptible_hrtimeout(call->wait, qda_call_is_done(call),
						  qda_wait_left(deadline));
}
EXPORT_SYMBOL_IF_KUNIT(qda_call_wait);

/**
 * qda_wait_init - begin to wait for calls
 * @wait: what is waited for, zeroed
 * @session: session of the calls
 * @count: how many elements there will be in &qda_wait.calls
 *
 * Return: 0 or -ENOMEM.
 */
int qda_wait_init(struct qda_wait *wait, struct qda_session *session,
		  unsigned int count)
{
	wait->session = session;
	wait->count = count;
	wait->calls = wait->few;
	if (count > QDA_WAIT_FEW)
		wait->calls = kvzalloc_objs(*wait->calls, count);

	return wait->calls ? 0 : -ENOMEM;
}

/**
 * qda_wait_leave - stop waiting
 * @wait: what was waited for
 */
void qda_wait_leave(struct qda_wait *wait)
{
	for (unsigned int i = 0; i < wait->count; i++)
		if (wait->calls[i])
			qda_call_leave(wait->calls[i]);
	if (wait->calls != wait->few)
		kvfree(wait->calls);
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

		wait->calls[i] = qda_call_find(wait->session, element.call);
		if (!wait->calls[i])
			return -ENOENT;

		from += args->calls_stride;
	}

	return 0;
}

/**
 * qda_wait_refuse_twins - see if a call stands in the array twice
 * @wait: what is waited for
 *
 * Return: 0, -ENOENT or -EINTR.
 */
int qda_wait_refuse_twins(struct qda_wait *wait)
{
	int ret = 0;

	ret = mutex_lock_interruptible(&wait->session->collect_lock);
	if (ret)
		return ret;

	for (unsigned int i = 0; i < wait->count; i++) {
		if (!wait->calls[i])
			continue;
		if (wait->calls[i]->picked)
			ret = -ENOENT;
		wait->calls[i]->picked = true;
	}
	for (unsigned int i = 0; i < wait->count; i++)
		if (wait->calls[i])
			wait->calls[i]->picked = false;
	mutex_unlock(&wait->session->collect_lock);

	return ret;
}

static bool qda_wait_has_one(struct qda_wait *wait)
{
	for (unsigned int i = 0; i < wait->count; i++)
		if (qda_call_is_done(wait->calls[i]))
			return true;

	return false;
}

/*
 * Sleeps until all have ended that no other thread counts, and wakes once.
 * *@all is set to whether that is all.
 */
static int qda_wait_count_down(struct qda_wait *wait, s64 deadline, bool *all)
{
	struct qda_countdown countdown = { .qda = wait->session->qda };
	int ret;

	*all = qda_calls_count_down(&countdown, wait->calls, wait->count);
	ret = wait_event_interruptible_hrtimeout(countdown.wait,
						 !READ_ONCE(countdown.left),
						 qda_wait_left(deadline));
	qda_calls_stop_countdown(&countdown, wait->calls, wait->count);

	return ret;
}

/**
 * qda_wait_for_all - wait for all calls to end
 * @wait: what is waited for
 * @deadline: in ns of CLOCK_MONOTONIC, or DRM_QDA_DEADLINE_NONE
 *
 * Return: 0, -ETIME or -ERESTARTSYS.
 */
int qda_wait_for_all(struct qda_wait *wait, s64 deadline)
{
	bool all;
	int ret;

	for (unsigned int i = 0; i < wait->count; i++)
		if (wait->calls[i] && wait->calls[i]->polled)
			qda_call_poll(wait->calls[i], deadline);

	ret = qda_wait_count_down(wait, deadline, &all);
	if (all)
		return ret;

	for (unsigned int i = 0; i < wait->count && !ret; i++)
		if (wait->calls[i])
			ret = qda_call_wait(wait->calls[i], deadline);

	return ret;
}

/* Marks those that are to be collected. */
static int qda_wait_pick(struct qda_wait *wait)
{
	for (unsigned int i = 0; i < wait->count; i++) {
		struct qda_call *call = wait->calls[i];

		if (!call)
			continue;

		call->picked = qda_call_is_done(call);
		if (call->picked && !qda_call_is_collectable(call))
			return -ENOENT;
	}

	return 0;
}

static int qda_wait_write(struct qda_wait *wait, void __user *to, u32 stride,
			  qda_wait_write_t write)
{
	for (unsigned int i = 0; i < wait->count; i++, to += stride) {
		struct qda_call *call = wait->calls[i];
		int ret;

		if (!call)
			continue;

		ret = write(to, stride, call, call->picked);
		if (ret)
			return ret;
	}

	return 0;
}

/**
 * qda_wait_collect - collect all calls that ended or, after an error, none
 * @wait: what was waited for
 * @to: user pointer to the array of calls
 * @stride: size of its elements
 * @write: tells user space of one call
 * @collected: set to how many were collected
 *
 * Return: 0, -ENOENT, -EFAULT or -EINTR.
 */
int qda_wait_collect(struct qda_wait *wait, void __user *to, u32 stride,
		     qda_wait_write_t write, u32 *collected)
{
	int ret;

	*collected = 0;
	ret = mutex_lock_interruptible(&wait->session->collect_lock);
	if (ret)
		return ret;

	ret = qda_wait_pick(wait);
	if (!ret)
		ret = qda_wait_write(wait, to, stride, write);
	for (unsigned int i = 0; i < wait->count; i++) {
		struct qda_call *call = wait->calls[i];

		if (!call)
			continue;
		if (!ret && call->picked && qda_call_collect(call))
			(*collected)++;
		call->picked = false;
	}
	mutex_unlock(&wait->session->collect_lock);

	return ret;
}

static int qda_wait_write_call(void __user *to, u32 stride, struct qda_call *call,
			       bool done)
{
	const struct drm_qda_remote_call element = {
		.call = call->context,
		.done = done,
		.error = done ? -call->error : 0,
		.result = done ? call->result : 0,
	};

	return copy_struct_to_user(to, stride, &element, sizeof(element), NULL);
}

static int qda_wait_sleep(struct qda_wait *wait, s64 deadline)
{
	if (!wait->any)
		return qda_wait_for_all(wait, deadline);

	return wait_event_interruptible_hrtimeout(wait->session->any_wait,
						  qda_wait_has_one(wait),
						  qda_wait_left(deadline));
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
	struct qda_wait wait = {
		.any = args->flags & DRM_QDA_WAIT_ANY,
	};
	int ret;

	args->done = 0;
	if (args->flags & ~DRM_QDA_WAIT_ANY || !args->calls_count)
		return -EINVAL;
	if (args->calls_count > DRM_QDA_WAIT_CALLS_MAX)
		return -E2BIG;
	ret = qda_check_stride(args->calls_stride);
	if (ret)
		return ret;

	ret = qda_wait_init(&wait, to_qda_session(file), args->calls_count);
	if (ret)
		return ret;

	ret = qda_wait_read(&wait, args);
	if (!ret)
		ret = qda_wait_refuse_twins(&wait);
	if (!ret)
		ret = qda_wait_sleep(&wait, args->deadline_ns);
	if (!ret)
		ret = qda_wait_collect(&wait, u64_to_user_ptr(args->calls_ptr),
				       args->calls_stride, qda_wait_write_call,
				       &args->done);
	qda_wait_leave(&wait);

	return ret;
}
