// SPDX-License-Identifier: BSD-3-Clause
#include <errno.h>
#include <string.h>

#include "internal.h"

_Static_assert(QDA_REASON_RESTART == DRM_QDA_REASON_RESTART, "");

/* read() gives whole events: room for the largest gets one at a time at least. */
union raw_event {
	struct drm_event base;
	struct drm_qda_event_call call;
	struct drm_qda_event_session session;
};

static int read_raw(struct qda_session *session, int64_t deadline_ns,
		    union raw_event *raw)
{
	long n;
	int ret;

	for (;;) {
		n = qda_sys->read(session->fd, raw, sizeof(*raw));
		if (n >= (long)sizeof(raw->base))
			return n == (long)raw->base.length ? 0 : -EPROTO;
		if (n != -EAGAIN && n != -EINTR)
			return n < 0 ? (int)n : -EPROTO;
		ret = qda_sys->wait(session->fd, deadline_ns);
		if (ret && ret != -EINTR)
			return ret;
	}
}

static uint32_t what_of(uint32_t what)
{
	switch (what) {
	case DRM_QDA_EVENT_PROCESS_DIED:
		return QDA_EVENT_PROCESS_DIED;
	case DRM_QDA_EVENT_DSP_DOWN:
		return QDA_EVENT_DSP_DOWN;
	case DRM_QDA_EVENT_DSP_UP:
		return QDA_EVENT_DSP_UP;
	default:
		return 0;
	}
}

/* False: it is none for the caller. */
static bool translate(const union raw_event *raw, struct qda_event *event)
{
	*event = (struct qda_event){ 0 };
	if (raw->base.type == DRM_QDA_EVENT_CALL) {
		struct qda_call *call = (struct qda_call *)(uintptr_t)
						raw->call.user_data;

		event->what = QDA_EVENT_CALL;
		event->call = call;
		event->user = call->user;
		return qda_call_ended(call, (int)raw->call.error,
				      raw->call.result);
	}
	if (raw->base.type == DRM_QDA_EVENT_SESSION) {
		event->what = what_of(raw->session.what);
		event->reason = raw->session.reason;
		event->device = raw->session.device;
	}
	return event->what;
}

QDA_EXPORT int qda_session_event(struct qda_session *session,
				 int64_t deadline_ns, struct qda_event *event,
				 size_t size)
{
	int ret = qda_session_check(session);
	struct qda_event known;
	union raw_event raw;

	if (ret)
		return ret;
	do {
		ret = read_raw(session, deadline_ns, &raw);
		if (ret)
			return ret;
	} while (!translate(&raw, &known));
	qda_copy_struct(event, size, &known, sizeof(known));
	return 0;
}
