// SPDX-License-Identifier: GPL-2.0-only
/*
 * Events that user space reads from the file: calls that ended, processes that
 * died, the DSP that goes and comes.
 *
 * Room is set aside when an event is asked for. DRM's core takes care of events
 * that are sent after the file was closed: it lets go of the file then.
 */
#include <linux/device.h>
#include <linux/of.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

#include <kunit/visibility.h>

#include <drm/drm_file.h>

#include "qda_call.h"
#include "qda_drv.h"
#include "qda_event.h"
#include "qda_session.h"

/* All that a session may wait for at once, and what it is told of itself */
#define QDA_EVENT_SPACE \
	(QDA_SESSION_CALLS_MAX * sizeof(struct drm_qda_event_call) + \
	 QDA_SESSION_EVENTS * sizeof(struct drm_qda_event_session))

/* DRM's core frees both structs by the address of their first member. */
struct qda_call_event {
	struct drm_pending_event base;
	struct drm_qda_event_call event;
};

struct qda_session_event {
	struct drm_pending_event base;
	struct drm_qda_event_session event;
};

static_assert(offsetof(struct qda_call_event, base) == 0);
static_assert(offsetof(struct qda_session_event, base) == 0);

/* Protects all of struct qda_session_events, of every device. */
static DEFINE_SPINLOCK(qda_events_lock);

/*
 * Sessions to be told. Those whose DSP went down wait here until it is back, as
 * another device; their files keep the old one and this module.
 */
static LIST_HEAD(qda_events_sessions);

/* The core has one errno for no room, and it is another one. */
static int qda_event_reserve(struct qda_session *session, struct drm_file *file,
			     struct drm_pending_event *pending,
			     struct drm_event *event)
{
	return drm_event_reserve_init(&session->qda->drm, file, pending, event) ?
	       -ENOSPC : 0;
}

/**
 * qda_event_reserve_call - set aside the event of a call's end
 * @call: call that is not published yet
 * @file: file of the caller
 * @user_data: given back to user space
 *
 * Return: 0, -ENOSPC or -ENOMEM.
 */
int qda_event_reserve_call(struct qda_call *call, struct drm_file *file,
			   u64 user_data)
{
	struct qda_call_event *event;
	int ret;

	event = kzalloc_obj(*event, GFP_KERNEL_ACCOUNT);
	if (!event)
		return -ENOMEM;

	event->event.base.type = DRM_QDA_EVENT_CALL;
	event->event.base.length = sizeof(event->event);
	event->event.call = call->context;
	event->event.user_data = user_data;
	ret = qda_event_reserve(call->session, file, &event->base, &event->event.base);
	if (ret) {
		kfree(event);
		return ret;
	}

	call->event = event;
	call->with_event = true;

	return 0;
}
EXPORT_SYMBOL_IF_KUNIT(qda_event_reserve_call);

/**
 * qda_event_send_call - tell user space that a call ended
 * @call: call whose event was reserved
 *
 * Context: Any. Holds the lock of calls.
 */
void qda_event_send_call(struct qda_call *call)
{
	struct qda_call_event *event = call->event;

	event->event.error = -call->error;
	event->event.result = call->result;
	call->event = NULL;
	drm_send_event(&call->session->qda->drm, &event->base);
}

/**
 * qda_event_cancel_call - give up an event that will not be sent
 * @call: call that is not published
 */
void qda_event_cancel_call(struct qda_call *call)
{
	if (call->event)
		drm_event_cancel_free(&call->session->qda->drm, &call->event->base);
	call->event = NULL;
}
EXPORT_SYMBOL_IF_KUNIT(qda_event_cancel_call);

/**
 * qda_events_init - initialise the events of a new session
 * @session: the session
 * @file: its file
 */
void qda_events_init(struct qda_session *session, struct drm_file *file)
{
	INIT_LIST_HEAD(&session->events.node);
	file->event_space = QDA_EVENT_SPACE;
}

static void qda_events_send(struct qda_session *session, u32 what, u32 reason,
			    u32 device)
{
	struct qda_session_event *event = session->events.pending[what];

	lockdep_assert_held(&qda_events_lock);

	if (!event)
		return;

	event->event.reason = reason;
	event->event.device = device;
	session->events.pending[what] = NULL;
	drm_send_event(&session->qda->drm, &event->base);
}

static void qda_events_cancel(struct qda_session *session, u32 what)
{
	struct qda_session_event *event = session->events.pending[what];

	if (event)
		drm_event_cancel_free(&session->qda->drm, &event->base);
	session->events.pending[what] = NULL;
}

static struct qda_session_event *qda_event_create(struct qda_session *session,
						  struct drm_file *file, u32 what)
{
	struct qda_session_event *event;
	int ret;

	event = kzalloc_obj(*event);
	if (!event)
		return ERR_PTR(-ENOMEM);

	event->event.base.type = DRM_QDA_EVENT_SESSION;
	event->event.base.length = sizeof(event->event);
	event->event.what = what;
	ret = qda_event_reserve(session, file, &event->base, &event->event.base);
	if (ret) {
		kfree(event);
		return ERR_PTR(ret);
	}

	return event;
}

/* Takes over @created, unless the session is told already. */
static bool qda_events_join(struct qda_session *session,
			    struct qda_session_event *created[QDA_SESSION_EVENTS])
{
	struct qda_session_events *events = &session->events;

	guard(spinlock_irq)(&qda_events_lock);

	if (!list_empty(&events->node))
		return false;

	for (u32 what = 0; what < QDA_SESSION_EVENTS; what++)
		events->pending[what] = created[what];
	events->np = of_node_get(session->qda->drm.dev->of_node);
	list_add_tail(&events->node, &qda_events_sessions);

	return true;
}

/**
 * qda_events_watch - let a session be told of its process and the DSP
 * @session: session that is about to create its process
 * @file: its file
 *
 * Return: 0, -EEXIST, -ENOSPC or -ENOMEM.
 */
int qda_events_watch(struct qda_session *session, struct drm_file *file)
{
	struct qda_session_event *created[QDA_SESSION_EVENTS];
	int ret = 0;
	u32 what;

	for (what = 0; what < QDA_SESSION_EVENTS; what++) {
		created[what] = qda_event_create(session, file, what);
		if (IS_ERR(created[what])) {
			ret = PTR_ERR(created[what]);
			goto err_cancel;
		}
	}

	if (qda_events_join(session, created))
		return 0;

	ret = -EEXIST;
err_cancel:
	while (what--)
		drm_event_cancel_free(&session->qda->drm, &created[what]->base);

	return ret;
}
EXPORT_SYMBOL_IF_KUNIT(qda_events_watch);

/**
 * qda_events_unwatch - tell a session nothing any more
 * @session: session that has, and will have, no process, or whose file is closed
 */
void qda_events_unwatch(struct qda_session *session)
{
	struct qda_session_events *events = &session->events;
	struct device_node *np;

	scoped_guard(spinlock_irq, &qda_events_lock) {
		for (u32 what = 0; what < QDA_SESSION_EVENTS; what++)
			qda_events_cancel(session, what);
		list_del_init(&events->node);
		np = events->np;
		events->np = NULL;
	}
	of_node_put(np);
}
EXPORT_SYMBOL_IF_KUNIT(qda_events_unwatch);

/**
 * qda_events_process_died - tell a session that its process ended by itself
 * @session: the session
 * @reason: what the DSP said, DRM_QDA_REASON_*
 *
 * Context: Any.
 */
void qda_events_process_died(struct qda_session *session, u32 reason)
{
	guard(spinlock_irqsave)(&qda_events_lock);

	qda_events_send(session, DRM_QDA_EVENT_PROCESS_DIED, reason, 0);
}

/**
 * qda_events_dsp_down - tell all sessions of a device that the DSP is gone
 * @qda: the device
 *
 * What becomes of their processes is no news after that.
 */
void qda_events_dsp_down(struct qda_device *qda)
{
	struct qda_session *session;

	guard(spinlock_irq)(&qda_events_lock);

	list_for_each_entry(session, &qda_events_sessions, events.node) {
		if (session->qda != qda || session->events.down)
			continue;

		session->events.down = true;
		qda_events_cancel(session, DRM_QDA_EVENT_PROCESS_DIED);
		qda_events_send(session, DRM_QDA_EVENT_DSP_DOWN, 0, 0);
	}
}
EXPORT_SYMBOL_IF_KUNIT(qda_events_dsp_down);

/**
 * qda_events_dsp_up - tell sessions of older devices that their DSP is back
 * @qda: device that can be opened
 */
void qda_events_dsp_up(struct qda_device *qda)
{
	struct device_node *np = qda->drm.dev->of_node;
	struct qda_session *session;

	guard(spinlock_irq)(&qda_events_lock);

	list_for_each_entry(session, &qda_events_sessions, events.node)
		if (session->events.down && session->events.np == np)
			qda_events_send(session, DRM_QDA_EVENT_DSP_UP, 0,
					qda->drm.accel->index);
}
EXPORT_SYMBOL_IF_KUNIT(qda_events_dsp_up);
