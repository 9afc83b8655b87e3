// SPDX-License-Identifier: GPL-2.0-only
/*
 * Calls in flight: naming them, sending them, and what ends them.
 */
#include <linux/lockdep.h>
#include <linux/sched.h>

#include <kunit/visibility.h>

#include "qda_call.h"
#include "qda_coredump.h"
#include "qda_drv.h"
#include "qda_event.h"
#include "qda_gem.h"
#include "qda_message.h"
#include "qda_session.h"
#include "qda_trace.h"
#include "qda_usage.h"

/* The longest pause before a message is tried again; all of them are twice it */
#define QDA_SEND_PATIENCE	HZ

/* Calls of all sessions that are ended before interrupts are let in */
#define QDA_CALLS_AT_ONCE	256

static spinlock_t *qda_call_lock(struct qda_call *call)
{
	return qda_calls_lock(call->session->qda);
}

/* Gives up what the DSP needed for the call, when it needs it no longer. */
static void qda_call_drop_buffers(struct qda_call *call)
{
	while (call->num_mappings)
		qda_mapping_put(call->mappings[--call->num_mappings]);
	if (call->payload)
		qda_slot_put(call->session, call->payload);
	call->payload = NULL;
}

/* The same as far as it can be done in interrupt context; true if that is all. */
static bool qda_call_try_drop_buffers(struct qda_call *call)
{
	for (; call->num_mappings; call->num_mappings--)
		if (!qda_mapping_try_put(call->mappings[call->num_mappings - 1]))
			return false;

	return !call->payload;
}

static void qda_call_free(struct kref *ref)
{
	struct qda_call *call = container_of(ref, struct qda_call, ref);
	struct qda_session *session = call->session;

	qda_call_drop_buffers(call);
	scoped_guard(spinlock_irq, qda_call_lock(call))
		qda_call_park(call);
	qda_session_put(session);
}

/* The same in interrupt context, if nothing has to be freed. */
static bool qda_call_try_free(struct qda_call *call)
{
	lockdep_assert_held(qda_call_lock(call));

	if (!qda_call_try_drop_buffers(call) || !qda_session_try_put(call->session))
		return false;

	qda_call_park(call);

	return true;
}

/**
 * qda_call_put - drop a reference
 * @call: the call
 *
 * Context: May sleep.
 */
void qda_call_put(struct qda_call *call)
{
	kref_put(&call->ref, qda_call_free);
}

/*
 * Drops a reference that cannot be the last one, because the caller knows of
 * another that cannot go while it holds the lock.
 */
static void qda_call_put_locked(struct qda_call *call)
{
	lockdep_assert_held(qda_call_lock(call));
	refcount_dec(&call->ref.refcount);
}

/* The DSP is through with the call and nobody waits for it. */
static void qda_call_retire(struct qda_call *call)
{
	if (call->release && !call->error)
		qda_calls_end(call->session);
	qda_call_drop_buffers(call);
}

/**
 * qda_call_work - do what cannot be done in interrupt context
 * @work: &qda_call.work of a call that the DSP is through with
 */
void qda_call_work(struct work_struct *work)
{
	struct qda_call *call = container_of(work, struct qda_call, work);

	qda_call_retire(call);
	qda_call_put(call);
}

static void qda_call_publish(struct qda_call *call, ktime_t now)
{
	struct qda_session *session = call->session;

	/* The index is reserved, so that nothing is allocated here. */
	__xa_store(&session->qda->calls, qda_context_index(call->context), call, 0);
	list_add_tail(&call->node, &session->calls);
	call->in_flight = true;
	call->submitted = now;
	if (call->release) {
		session->qda->releases++;
	} else {
		call->counted = true;
		qda_usage_begin(session, now);
	}
	kref_get(&call->ref);
}

/* The DSP does not work on it, or not for anybody. */
static void qda_call_uncount_at(struct qda_call *call, ktime_t now)
{
	if (call->counted)
		qda_usage_end(call->session, now);
	call->counted = false;
}

static void qda_call_uncount(struct qda_call *call)
{
	if (call->counted)
		qda_call_uncount_at(call, ktime_get());
}

static void qda_call_land(struct qda_call *call)
{
	struct qda_device *qda = call->session->qda;

	lockdep_assert_held(qda_call_lock(call));

	call->in_flight = false;
	qda_call_uncount(call);
	if (call->release && !--qda->releases)
		wake_up(&qda->settled);
}

/**
 * qda_calls_publish_user - make complete calls of user space known
 * @calls: the calls, of one session
 * @count: how many they are, not 0
 *
 * Return: 0; -ENODEV, -ENOTCONN, -ECONNRESET or -ENOSPC as the uAPI says, and
 * none is known.
 */
int qda_calls_publish_user(struct qda_call *const *calls, unsigned int count)
{
	struct qda_session *session = calls[0]->session;
	ktime_t now = ktime_get();
	int ret;

	guard(spinlock_irq)(qda_calls_lock(session->qda));

	ret = qda_session_check(session);
	if (ret)
		return ret;
	if (session->num_calls + count > QDA_SESSION_CALLS_MAX)
		return -ENOSPC;

	session->num_calls += count;
	session->uncollected += count;
	for (unsigned int i = 0; i < count; i++) {
		calls[i]->user = true;
		if (!calls[i]->with_event) {
			calls[i]->collectable = true;
			kref_get(&calls[i]->ref);
		}
		qda_call_publish(calls[i], now);
	}

	return 0;
}
EXPORT_SYMBOL_IF_KUNIT(qda_calls_publish_user);

/**
 * qda_call_publish_kernel - make a complete call of the kernel known
 * @call: the call
 *
 * Return: 0 or -ENODEV.
 */
int qda_call_publish_kernel(struct qda_call *call)
{
	guard(spinlock_irq)(qda_call_lock(call));

	if (call->session->qda->down)
		return -ENODEV;

	qda_call_publish(call, ktime_get());

	return 0;
}

/**
 * qda_call_publish_process - make a call of the kernel about a process known
 * @call: the call
 *
 * Return: 0; -ENODEV, -ENOTCONN or -ECONNRESET as the uAPI says.
 */
int qda_call_publish_process(struct qda_call *call)
{
	int ret;

	guard(spinlock_irq)(qda_call_lock(call));

	ret = qda_session_check(call->session);
	if (!ret)
		qda_call_publish(call, ktime_get());

	return ret;
}

static void qda_call_forget_number(struct qda_call *call)
{
	call->collectable = false;
	call->session->uncollected--;
}

/* Ends the call for its caller. */
static void qda_call_finish(struct qda_call *call, int error, s32 result)
{
	lockdep_assert_held(qda_call_lock(call));

	if (call->done)
		return;

	qda_call_uncount(call);
	trace_qda_done(call, error, result, call->submitted);
	call->error = error;
	call->result = result;
	/* Pairs with the acquire in qda_call_is_done(). */
	smp_store_release(&call->done, true);

	if (call->with_event) {
		qda_event_send_call(call);
		call->session->uncollected--;
	}
	if (call->countdown && !--call->countdown->left)
		wake_up(&call->countdown->wait);
	wake_up(&call->wait);
	wake_up(&call->session->any_wait);
}

/* Undoes it; true if user space was told how the call ended nevertheless. */
static bool qda_call_unpublish(struct qda_call *call)
{
	guard(spinlock_irq)(qda_call_lock(call));

	call->session->usage.total -= call->counted;
	if (!call->collectable)
		trace_qda_done(call, -ENODEV, 0, call->submitted);

	/* The maker still holds a reference of its own. */
	if (call->in_flight) {
		qda_call_land(call);
		qda_call_put_locked(call);
	}
	if (call->collectable) {
		/* The number may have been guessed and be waited for. */
		qda_call_finish(call, -ENODEV, 0);
		qda_call_forget_number(call);
		qda_call_put_locked(call);
	}
	list_del_init(&call->node);

	if (!call->with_event)
		return false;
	if (call->done)
		return true;

	call->session->uncollected--;
	return false;
}

static int qda_call_send_once(struct qda_call *call, struct qda_message *message,
			      bool wait, bool again)
{
	struct qda_device *qda = call->session->qda;

	guard(rwsem_read)(&qda->transport_lock);

	if (!qda->rpdev || (qda->leaving && !call->release))
		return -ENODEV;

	/* Hardly later than it was published, and reading a clock takes time. */
	call->sent = again || trace_qda_send_enabled() ? ktime_get() : call->submitted;
	trace_qda_send(call);
	qda_coredump_sent(qda, message, call->sent);

	return qda->send(qda->rpdev, message, wait);
}

static int qda_call_send_message(struct qda_call *call, struct qda_message *message,
				 bool wait)
{
	unsigned long pause = 1;
	int ret;

	/* The DSP must see the metadata before the message that names it. */
	dma_wmb();

	/* A busy DSP has no receive buffer for a moment, and says so. */
	ret = qda_call_send_once(call, message, wait, false);
	while (ret == -EAGAIN && wait && pause < QDA_SEND_PATIENCE) {
		if (schedule_timeout_killable(pause))
			return -EINTR;
		pause *= 2;
		ret = qda_call_send_once(call, message, wait, true);
	}

	switch (ret) {
	case 0:
	case -ENOMEM:
		return ret;
	case -EAGAIN:
	case -EBUSY: /* from GLINK, if it may not wait for a receive buffer */
	case -ETIMEDOUT:
		return -ETIMEDOUT;
	default:
		return -ENODEV;
	}
}

static int __qda_call_send(struct qda_call *call, u32 client_id, u32 handle,
			   u32 scalars, bool wait)
{
	struct qda_message message;
	int ret;

	call->handle = handle;
	call->scalars = scalars;
	trace_qda_submit(call);

	qda_message_fill(&message, client_id, task_pid_nr(current), call->context,
			 handle, scalars,
			 qda_slot_address(call->session, call->metadata),
			 PAGE_ALIGN(qda_metadata_size(call->args)));

	ret = qda_call_send_message(call, &message, wait);
	if (ret && qda_call_unpublish(call))
		return 0;

	return ret;
}

/**
 * qda_call_send - send a published call
 * @call: the call
 * @client_id: process that executes it, 0 for one of the kernel's own
 * @handle: remote handle
 * @scalars: DRM_QDA_SCALARS()
 *
 * May wait until the DSP offers a receive buffer, for as long as the transport
 * allows.
 *
 * Return: 0, or a negative error code when nothing was sent; the call is then
 * as it was before it was published. 0 also if nothing was sent but an event
 * told so already.
 */
int qda_call_send(struct qda_call *call, u32 client_id, u32 handle, u32 scalars)
{
	return __qda_call_send(call, client_id, handle, scalars, true);
}
EXPORT_SYMBOL_IF_KUNIT(qda_call_send);

/**
 * qda_call_try_send - send a published call if that can be done at once
 * @call: the call
 * @client_id: process that executes it, 0 for one of the kernel's own
 * @handle: remote handle
 * @scalars: DRM_QDA_SCALARS()
 *
 * Return: as qda_call_send().
 */
int qda_call_try_send(struct qda_call *call, u32 client_id, u32 handle, u32 scalars)
{
	return __qda_call_send(call, client_id, handle, scalars, false);
}

/**
 * qda_call_cancel - give up a published call that is not to be sent
 * @call: the call
 *
 * Return: false if the call is as it was before it was published; true if an
 * event told already how it ended.
 */
bool qda_call_cancel(struct qda_call *call)
{
	trace_qda_submit(call);

	return qda_call_unpublish(call);
}
EXPORT_SYMBOL_IF_KUNIT(qda_call_cancel);

/**
 * qda_call_join - become a waiter of a call
 * @call: the call, to be left by qda_call_leave()
 *
 * Context: Holds the lock of calls.
 */
void qda_call_join(struct qda_call *call)
{
	lockdep_assert_held(qda_call_lock(call));

	kref_get(&call->ref);
	call->waiters++;
}

/**
 * qda_call_find - find a call by its number
 * @session: session of the caller
 * @number: number of the call
 *
 * Return: the call, to be left by qda_call_leave(), or NULL.
 */
struct qda_call *qda_call_find(struct qda_session *session, u64 number)
{
	struct qda_device *qda = session->qda;
	struct qda_call *call;

	guard(spinlock_irq)(qda_calls_lock(qda));

	call = xa_load(&qda->calls, qda_context_index(number));
	if (!call || call->context != number || call->session != session ||
	    !call->collectable)
		return NULL;

	qda_call_join(call);

	return call;
}
EXPORT_SYMBOL_IF_KUNIT(qda_call_find);

/**
 * qda_call_leave - stop waiting for a call
 * @call: the call; the caller's reference is dropped
 */
void qda_call_leave(struct qda_call *call)
{
	bool retire;

	scoped_guard(spinlock_irq, qda_call_lock(call)) {
		call->waiters--;
		retire = !call->waiters && call->done && !call->in_flight &&
			 !call->retired;
		if (retire)
			call->retired = true;
	}

	if (retire)
		qda_call_retire(call);
	qda_call_put(call);
}
EXPORT_SYMBOL_IF_KUNIT(qda_call_leave);

/**
 * qda_call_is_done - see if a call ended
 * @call: the call
 *
 * Return: true if its error and result are valid.
 */
bool qda_call_is_done(struct qda_call *call)
{
	/* Pairs with the release in qda_call_finish(). */
	return smp_load_acquire(&call->done);
}
EXPORT_SYMBOL_IF_KUNIT(qda_call_is_done);

/**
 * qda_calls_count_down - let the end of the last of several calls wake a thread
 * @countdown: of the thread, to be stopped by qda_calls_stop_countdown()
 * @calls: the calls, of one session, with references; or NULL
 * @count: how many they are, not 0
 *
 * Calls that another thread counts already are left out.
 *
 * Return: true if there are none of these.
 */
bool qda_calls_count_down(struct qda_countdown *countdown,
			  struct qda_call *const *calls, unsigned int count)
{
	bool all = true;

	init_waitqueue_head(&countdown->wait);
	countdown->left = 0;

	guard(spinlock_irq)(qda_calls_lock(countdown->qda));

	for (unsigned int i = 0; i < count; i++) {
		if (!calls[i] || calls[i]->done)
			continue;
		if (calls[i]->countdown) {
			all = false;
			continue;
		}

		calls[i]->countdown = countdown;
		countdown->left++;
	}

	return all;
}
EXPORT_SYMBOL_IF_KUNIT(qda_calls_count_down);

/**
 * qda_calls_stop_countdown - undo qda_calls_count_down()
 * @countdown: the same
 * @calls: the same
 * @count: the same
 */
void qda_calls_stop_countdown(struct qda_countdown *countdown,
			      struct qda_call *const *calls, unsigned int count)
{
	guard(spinlock_irq)(qda_calls_lock(countdown->qda));

	for (unsigned int i = 0; i < count; i++)
		if (calls[i] && calls[i]->countdown == countdown)
			calls[i]->countdown = NULL;
}
EXPORT_SYMBOL_IF_KUNIT(qda_calls_stop_countdown);

/**
 * qda_call_is_collectable - see if a call's number is still valid
 * @call: the call
 *
 * Context: Holds &qda_session.collect_lock, so that a call that ended stays so.
 *
 * Return: true if nobody collected it.
 */
bool qda_call_is_collectable(struct qda_call *call)
{
	lockdep_assert_held(&call->session->collect_lock);

	guard(spinlock_irq)(qda_call_lock(call));

	return call->collectable;
}

/**
 * qda_call_collect - make the number of a call that ended void
 * @call: the call
 *
 * Context: Holds &qda_session.collect_lock.
 *
 * Return: false if somebody else collected it.
 */
bool qda_call_collect(struct qda_call *call)
{
	lockdep_assert_held(&call->session->collect_lock);

	guard(spinlock_irq)(qda_call_lock(call));

	if (!call->collectable)
		return false;

	qda_call_forget_number(call);
	qda_call_put_locked(call);

	return true;
}
EXPORT_SYMBOL_IF_KUNIT(qda_call_collect);

/**
 * qda_call_finish_polled - end a call whose poll word says so
 * @call: the call
 *
 * The answer follows; the DSP may touch the call's memory until then.
 */
void qda_call_finish_polled(struct qda_call *call)
{
	guard(spinlock_irq)(qda_call_lock(call));

	if (!call->done)
		atomic_long_inc(&call->session->qda->counters.calls_polled);
	qda_call_finish(call, 0, 0);
}
EXPORT_SYMBOL_IF_KUNIT(qda_call_finish_polled);

/* Ends the call for the DSP, which does not touch its memory any more. */
static void qda_call_end_flight(struct qda_call *call)
{
	qda_call_land(call);
	if (call->waiters || call->collectable) {
		/* Who waits or collects needs the lock, and has a reference. */
		qda_call_put_locked(call);
		return;
	}

	call->retired = true;
	if (!call->release) {
		if (!refcount_dec_and_test(&call->ref.refcount))
			return; /* A waiter is just leaving. */
		if (qda_call_try_free(call))
			return;
		refcount_set(&call->ref.refcount, 1);
	}
	atomic_long_inc(&call->session->qda->counters.works_queued);
	queue_work(call->session->qda->wq, &call->work);
}

/**
 * qda_call_answer - take an answer of the DSP
 * @qda: device
 * @reply: the answer
 * @now: when it came
 *
 * An answer that belongs to no call in flight, because it is late, repeated or
 * wrong, is dropped.
 *
 * Context: Any.
 */
void qda_call_answer(struct qda_device *qda, const struct qda_reply *reply,
		     ktime_t now)
{
	struct qda_call *call;

	guard(spinlock_irqsave)(qda_calls_lock(qda));

	call = xa_load(&qda->calls, qda_context_index(reply->context));
	if (!call) {
		atomic_long_inc(&qda->counters.dropped_stranger);
	} else if (!qda_context_match(call->context, reply->context)) {
		atomic_long_inc(&qda->counters.dropped_late);
	} else if (!call->in_flight) {
		atomic_long_inc(&qda->counters.dropped_duplicate);
	} else {
		trace_qda_reply(call, 0, reply->result, call->sent);
		qda_call_uncount_at(call, now);
		qda_call_finish(call, 0, reply->result);
		qda_call_end_flight(call);
	}
}

/**
 * qda_calls_fail - end a session's calls for their callers
 * @session: session whose process died
 *
 * The DSP may still answer them.
 *
 * Context: Holds the lock of calls.
 */
void qda_calls_fail(struct qda_session *session)
{
	struct qda_call *call;

	lockdep_assert_held(qda_calls_lock(session->qda));

	list_for_each_entry(call, &session->calls, node)
		if (!call->release && !call->detached)
			qda_call_finish(call, -ECONNRESET, 0);
}

/**
 * qda_calls_end - end a session's calls for good
 * @session: session whose process was released
 */
void qda_calls_end(struct qda_session *session)
{
	struct qda_call *call, *next;

	guard(spinlock_irq)(qda_calls_lock(session->qda));

	list_for_each_entry_safe(call, next, &session->calls, node) {
		if (!call->in_flight || call->detached)
			continue;

		qda_call_finish(call, -ECONNRESET, 0);
		qda_call_end_flight(call);
	}
}

/**
 * qda_calls_forget - make the numbers of all calls void
 * @session: session whose file is closed, so that nobody waits
 */
void qda_calls_forget(struct qda_session *session)
{
	struct qda_call *call, *next;
	LIST_HEAD(ended);

	scoped_guard(spinlock_irq, qda_calls_lock(session->qda)) {
		list_for_each_entry_safe(call, next, &session->calls, node) {
			if (!call->collectable)
				continue;

			qda_call_forget_number(call);
			if (call->in_flight)
				qda_call_put_locked(call);
			else
				list_move(&call->node, &ended);
		}
	}

	list_for_each_entry_safe(call, next, &ended, node) {
		list_del_init(&call->node);
		qda_call_put(call);
	}
}

static void qda_call_abort(struct qda_call *call)
{
	if (!call->in_flight)
		return;

	qda_call_finish(call, -EPIPE, 0);
	qda_call_end_flight(call);
}

static void qda_call_disconnect(struct qda_call *call)
{
	if (call->in_flight && !call->release)
		qda_call_finish(call, -EPIPE, 0);
}

/* Lets interrupts in now and then: there may be very many. */
static void qda_calls_for_each(struct qda_device *qda, void (*end)(struct qda_call *))
{
	struct qda_call *call;
	unsigned int ended = 0;
	unsigned long index;

	spin_lock_irq(qda_calls_lock(qda));
	xa_for_each(&qda->calls, index, call) {
		end(call);
		if (++ended % QDA_CALLS_AT_ONCE)
			continue;

		spin_unlock_irq(qda_calls_lock(qda));
		cond_resched();
		spin_lock_irq(qda_calls_lock(qda));
	}
	spin_unlock_irq(qda_calls_lock(qda));
}

/**
 * qda_calls_disconnect - end all calls for their callers
 * @qda: device that sends no more calls
 *
 * The DSP may still answer them.
 *
 * Context: May sleep.
 */
void qda_calls_disconnect(struct qda_device *qda)
{
	qda_calls_for_each(qda, qda_call_disconnect);
}
EXPORT_SYMBOL_IF_KUNIT(qda_calls_disconnect);

/**
 * qda_calls_abort - end all calls for good, because the DSP is down
 * @qda: device
 *
 * No call is published and no work is queued after this.
 *
 * Context: May sleep.
 */
void qda_calls_abort(struct qda_device *qda)
{
	scoped_guard(spinlock_irq, qda_calls_lock(qda))
		qda->down = true;

	qda_calls_for_each(qda, qda_call_abort);
}
EXPORT_SYMBOL_IF_KUNIT(qda_calls_abort);
