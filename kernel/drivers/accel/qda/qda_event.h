/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _QDA_EVENT_H_
#define _QDA_EVENT_H_

#include <linux/list.h>
#include <linux/types.h>

#include <drm/qda_accel.h>

struct device_node;
struct drm_file;
struct qda_call;
struct qda_device;
struct qda_session;
struct qda_session_event;

/* Values of &drm_qda_event_session.what */
#define QDA_SESSION_EVENTS	(DRM_QDA_EVENT_DSP_UP + 1)

/**
 * struct qda_session_events - what a session asked to be told
 *
 * A lock of all sessions protects it, which is taken inside the lock of calls.
 */
struct qda_session_events {
	/** @node: In the list of sessions to be told; empty when it is not. */
	struct list_head node;

	/** @np: The DSP's node in the device tree, with a reference. */
	struct device_node *np;

	/** @down: The DSP went down since. */
	bool down;

	/** @pending: Events that were not sent, by &drm_qda_event_session.what. */
	struct qda_session_event *pending[QDA_SESSION_EVENTS];
};

int qda_event_reserve_call(struct qda_call *call, struct drm_file *file,
			   u64 user_data);
void qda_event_send_call(struct qda_call *call);
void qda_event_cancel_call(struct qda_call *call);

void qda_events_init(struct qda_session *session, struct drm_file *file);
int qda_events_watch(struct qda_session *session, struct drm_file *file);
void qda_events_unwatch(struct qda_session *session);
void qda_events_process_died(struct qda_session *session, u32 reason);
void qda_events_dsp_down(struct qda_device *qda);
void qda_events_dsp_up(struct qda_device *qda);

#endif
