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

/* Calls that are waited for without an allocation */
#define QDA_WAIT_FEW	16

/* How long the ends of calls are looked for in memory */
#define QDA_WAIT_POLL	(10 * NSEC_PER_MSEC)

/**
 * struct qda_wait_call - a call that a thread waits for
 * @call: the call, with a reference
 * @done: it has ended
 */
struct qda_wait_call {
	struct qda_call *call;
	bool done;
};

/**
 * struct qda_wait - calls that a thread waits for
 * @session: their session
 * @any: one is enough
 * @count: number of calls
 * @calls: the calls
 * @few: where they stand unless they are too many
 */
struct qda_wait {
	struct qda_session *session;
	bool any;
	unsigned int count;
	struct qda_wait_call *calls;
	struct qda_wait_call few[QDA_WAIT_FEW];
};

static ktime_t qda_wait_left(s64 deadline)
{
	ktime_t now = ktime_get();

	if (deadline == DRM_QDA_DEADLINE_NONE)
		return KTIME_MAX;

	return deadline > now ? ktime_sub(deadline, now) : 0;
}

/**
 * qda_call_poll_end - see how long a thread may look for the end of its calls
 *
 * Return: a time for qda_call_wait().
 */
ktime_t qda_call_poll_end(void)
{
	return ktime_add_ns(ktime_get(), QDA_WAIT_POLL);
}
EXPORT_SYMBOL_IF_KUNIT(qda_call_poll_end);

/*
 * Looks for the end of a call in memory, which the DSP writes: only the one
 * value that says that it is done counts, as a result of 0.
 */
static void qda_call_poll(struct qda_call *call, ktime_t end)
{
	while (!qda_call_is_done(call)) {
		if (qda_metadata_poll_word(call->metadata->cpu, call->args) ==
		    QDA_POLL_DONE) {
			/* What the DSP wrote before is read after it. */
			dma_rmb();
			qda_call_finish_polled(call);
			return;
		}
		if (need_resched() || signal_pending(current) ||
		    ktime_compare(ktime_get(), end) >= 0)
			return;
		cpu_relax();
	}
}

/**
 * qda_call_wait - wait for a call to end
 * @call: the call
 * @deadline: in ns of CLOCK_MONOTONIC, or DRM_QDA_DEADLINE_NONE
 * @poll_end: until when to look for its end in memory first
 *
 * Return: 0, -ETIME or -ERESTARTSYS.
 */
int qda_call_wait(struct qda_call *call, s64 deadline, ktime_t poll_end)
{
	if (call->polled)
		qda_call_poll(call, min(deadline, poll_end));

	return wait_event_interruptible_hrtimeout(call->wait, qda_call_is_done(call),
						  qda_wait_left(deadline));
}
EXPORT_SYMBOL_IF_KUNIT(qda_call_wait);

static int qda_wait_alloc(struct qda_wait *wait, unsigned int count)
{
	wait->count = count;
	wait->calls = wait->few;
	if (count > QDA_WAIT_FEW)
		wait->calls = kvzalloc_objs(*wait->calls, count);

	return wait->calls ? 0 : -ENOMEM;
}

static void qda_wait_free(struct qda_wait *wait)
{
	for (unsigned int i = 0; i < wait->count; i++)
		if (wait->calls[i].call)
			qda_call_leave(wait->calls[i].call);
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
	ktime_t poll_end = qda_call_poll_end();
	int ret;

	if (wait->any)
		return wait_event_interruptible_hrtimeout(wait->session->any_wait,
							  qda_wait_has_one(wait),
							  qda_wait_left(deadline));

	for (unsigned int i = 0; i < wait->count; i++) {
		ret = qda_call_wait(wait->calls[i].call, deadline, poll_end);
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
	struct qda_wait wait = {
		.session = to_qda_session(file),
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

	ret = qda_wait_alloc(&wait, args->calls_count);
	if (ret)
		return ret;

	ret = qda_wait_read(&wait, args);
	if (!ret)
		ret = qda_wait_refuse_twins(&wait);
	if (!ret)
		ret = qda_wait_sleep(&wait, args->deadline_ns);
	if (!ret)
		ret = qda_wait_collect(&wait, args);
	qda_wait_free(&wait);

	return ret;
}
