// SPDX-License-Identifier: GPL-2.0-only
/*
 * Events: room for them, when they come and when they do not.
 */
#include <kunit/test.h>

#include <linux/of.h>
#include <linux/slab.h>

#include "../qda_call.h"
#include "../qda_event.h"
#include "qda_mock.h"

static int qda_event_test_init(struct kunit *test)
{
	test->priv = qda_mock_create(test);

	return 0;
}

static void qda_event_test_exit(struct kunit *test)
{
	if (test->priv)
		qda_mock_destroy(test->priv);
}

/* As the ioctl does it, up to the point where it is sent. */
static struct qda_call *qda_test_event_call(struct kunit *test, struct qda_mock *mock,
					    u64 user_data)
{
	struct qda_session *session = to_qda_session(&mock->files[0]);
	struct qda_call *call = qda_call_create(session, 0);

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, call);
	KUNIT_ASSERT_EQ(test, 0, qda_event_reserve_call(call, &mock->files[0], user_data));
	KUNIT_ASSERT_EQ(test, 0, qda_calls_publish_user(&call, 1));

	return call;
}

static void qda_test_news(struct kunit *test, struct qda_mock *mock,
			  unsigned int number, u32 what, u32 reason, u32 device)
{
	union qda_mock_event event;

	KUNIT_ASSERT_TRUE(test, qda_mock_read(mock, number, &event));
	KUNIT_EXPECT_EQ(test, event.base.type, DRM_QDA_EVENT_SESSION);
	KUNIT_EXPECT_EQ(test, event.base.length, sizeof(event.session));
	KUNIT_EXPECT_EQ(test, event.session.what, what);
	KUNIT_EXPECT_EQ(test, event.session.reason, reason);
	KUNIT_EXPECT_EQ(test, event.session.device, device);
	KUNIT_EXPECT_EQ(test, event.session.pad, 0);
}

static void qda_test_silence(struct kunit *test, struct qda_mock *mock,
			     unsigned int number)
{
	union qda_mock_event event;

	KUNIT_EXPECT_FALSE(test, qda_mock_read(mock, number, &event));
}

static void qda_test_delivered(struct kunit *test)
{
	struct qda_mock *mock = test->priv;
	struct qda_session *session = qda_mock_open(test, mock, 0);
	int room = mock->files[0].event_space;
	struct qda_call *call = qda_test_event_call(test, mock, 0xfedcba9876543210);
	u64 context = call->context;
	union qda_mock_event event;

	KUNIT_EXPECT_EQ(test, mock->files[0].event_space,
			room - (int)sizeof(struct drm_qda_event_call));
	KUNIT_ASSERT_EQ(test, 0, qda_call_send(call, 1, 100, 0));
	KUNIT_EXPECT_NULL(test, qda_call_find(session, context));
	qda_call_leave(call);
	KUNIT_EXPECT_EQ(test, session->uncollected, 1);
	qda_test_silence(test, mock, 0);

	qda_mock_answer(mock, context, -3);
	KUNIT_EXPECT_EQ(test, session->uncollected, 0);
	KUNIT_EXPECT_EQ(test, session->num_calls, 0);
	qda_mock_answer(mock, context, -4);
	KUNIT_ASSERT_TRUE(test, qda_mock_read(mock, 0, &event));
	KUNIT_EXPECT_EQ(test, event.base.type, DRM_QDA_EVENT_CALL);
	KUNIT_EXPECT_EQ(test, event.base.length, sizeof(event.call));
	KUNIT_EXPECT_EQ(test, event.call.call, context);
	KUNIT_EXPECT_EQ(test, event.call.user_data, 0xfedcba9876543210);
	KUNIT_EXPECT_EQ(test, event.call.error, 0);
	KUNIT_EXPECT_EQ(test, event.call.result, -3);
	qda_test_silence(test, mock, 0);
	KUNIT_EXPECT_EQ(test, mock->files[0].event_space, room);
	KUNIT_EXPECT_EQ(test, atomic_long_read(&mock->qda->counters.works_queued), 0);
	qda_mock_close(mock, 0);
}

static void qda_test_failed_calls(struct kunit *test)
{
	struct qda_mock *mock = test->priv;
	struct qda_session *session = qda_mock_open(test, mock, 0);
	struct qda_call *call = qda_test_event_call(test, mock, 1);
	union qda_mock_event event;

	KUNIT_ASSERT_EQ(test, 0, qda_call_send(call, 1, 100, 0));
	qda_call_leave(call);
	qda_mock_status(mock, session->client_id, DRM_QDA_REASON_KILLED);
	KUNIT_ASSERT_TRUE(test, qda_mock_read(mock, 0, &event));
	KUNIT_EXPECT_EQ(test, event.call.error, ECONNRESET);
	KUNIT_EXPECT_EQ(test, event.call.result, 0);
	qda_test_silence(test, mock, 0);
	qda_mock_answer(mock, call->context, 0);
	qda_test_silence(test, mock, 0);

	session->state = DRM_QDA_SESSION_STATE_RUNNING;
	call = qda_test_event_call(test, mock, 2);
	KUNIT_ASSERT_EQ(test, 0, qda_call_send(call, 1, 100, 0));
	qda_call_leave(call);
	qda_calls_disconnect(mock->qda);
	KUNIT_ASSERT_TRUE(test, qda_mock_read(mock, 0, &event));
	KUNIT_EXPECT_EQ(test, event.call.error, EPIPE);
	qda_calls_abort(mock->qda);
	qda_test_silence(test, mock, 0);
	qda_mock_close(mock, 0);
}

/* A call that is not sent has no event, and gives its room back. */
static void qda_test_cancelled(struct kunit *test)
{
	struct qda_mock *mock = test->priv;
	struct qda_session *session = qda_mock_open(test, mock, 0);
	int room = mock->files[0].event_space;
	struct qda_call *call = qda_test_event_call(test, mock, 1);

	mock->send_error = -EINVAL;
	KUNIT_EXPECT_EQ(test, qda_call_send(call, 1, 100, 0), -ENODEV);
	qda_event_cancel_call(call);
	qda_call_leave(call);
	KUNIT_EXPECT_EQ(test, mock->files[0].event_space, room);
	KUNIT_EXPECT_EQ(test, session->uncollected, 0);
	KUNIT_EXPECT_EQ(test, session->num_calls, 0);
	qda_test_silence(test, mock, 0);
	qda_mock_close(mock, 0);
}

/* It cannot be sent, but its process died meanwhile: that is told, once. */
static void qda_test_ended_before_it_was_sent(struct kunit *test)
{
	struct qda_mock *mock = test->priv;
	struct qda_session *session = qda_mock_open(test, mock, 0);
	struct qda_call *call = qda_test_event_call(test, mock, 1);
	union qda_mock_event event;

	qda_mock_status(mock, session->client_id, DRM_QDA_REASON_EXIT);
	mock->send_error = -EINVAL;
	KUNIT_EXPECT_EQ(test, qda_call_send(call, 1, 100, 0), 0);
	qda_call_leave(call);
	KUNIT_ASSERT_TRUE(test, qda_mock_read(mock, 0, &event));
	KUNIT_EXPECT_EQ(test, event.call.error, ECONNRESET);
	KUNIT_EXPECT_EQ(test, session->uncollected, 0);
	KUNIT_EXPECT_EQ(test, session->num_calls, 0);
	qda_mock_close(mock, 0);
}

static void qda_test_no_room(struct kunit *test)
{
	struct qda_mock *mock = test->priv;
	struct qda_session *session = qda_mock_open(test, mock, 0);
	struct qda_call *call = qda_call_create(session, 0);

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, call);
	mock->files[0].event_space = sizeof(struct drm_qda_event_call) - 1;
	KUNIT_EXPECT_EQ(test, qda_event_reserve_call(call, &mock->files[0], 0), -ENOSPC);
	KUNIT_EXPECT_NULL(test, call->event);
	KUNIT_EXPECT_FALSE(test, call->with_event);
	qda_call_leave(call);

	/* All or none of a session's. */
	mock->files[0].event_space = 3 * sizeof(struct drm_qda_event_session) - 1;
	KUNIT_EXPECT_EQ(test, qda_events_watch(session, &mock->files[0]), -ENOSPC);
	KUNIT_EXPECT_EQ(test, mock->files[0].event_space,
			3 * sizeof(struct drm_qda_event_session) - 1);
	mock->files[0].event_space++;
	KUNIT_EXPECT_EQ(test, qda_events_watch(session, &mock->files[0]), 0);
	KUNIT_EXPECT_EQ(test, mock->files[0].event_space, 0);
	qda_events_unwatch(session);
	KUNIT_EXPECT_EQ(test, mock->files[0].event_space,
			3 * sizeof(struct drm_qda_event_session));
	qda_mock_close(mock, 0);
}

/* The core lets go of the file; the event is freed when it is sent. */
static void qda_test_closed_file(struct kunit *test)
{
	struct qda_mock *mock = test->priv;
	struct qda_session *session = qda_mock_open(test, mock, 0);
	struct qda_call *call = qda_test_event_call(test, mock, 1);

	KUNIT_ASSERT_EQ(test, 0, qda_call_send(call, 1, 100, 0));
	qda_call_leave(call);
	KUNIT_ASSERT_EQ(test, 0, qda_events_watch(session, &mock->files[0]));
	qda_mock_close(mock, 0);
	qda_mock_answer(mock, call->context, 0);
	flush_workqueue(mock->qda->wq);
	KUNIT_EXPECT_EQ(test, mock->bank.sessions, 0);
	qda_events_dsp_down(mock->qda);
	qda_events_dsp_up(mock->qda);
	KUNIT_EXPECT_TRUE(test, list_empty(&mock->files[0].event_list));
}

static const u32 qda_test_reasons[] = {
	DRM_QDA_REASON_EXIT, DRM_QDA_REASON_KILLED,
	DRM_QDA_REASON_EXCEPTION, DRM_QDA_REASON_RESTART,
};

static void qda_test_process_news(struct kunit *test)
{
	struct qda_mock *mock = test->priv;

	for (unsigned int i = 0; i < ARRAY_SIZE(qda_test_reasons); i++) {
		struct qda_session *session = qda_mock_open(test, mock, i);

		KUNIT_ASSERT_EQ(test, 0, qda_events_watch(session, &mock->files[i]));
		KUNIT_EXPECT_EQ(test, -EEXIST, qda_events_watch(session, &mock->files[i]));
		qda_mock_status(mock, session->client_id, qda_test_reasons[i]);
		qda_test_news(test, mock, i, DRM_QDA_EVENT_PROCESS_DIED,
			      qda_test_reasons[i], 0);
		qda_mock_status(mock, session->client_id, DRM_QDA_REASON_EXIT);
		qda_test_silence(test, mock, i);
	}
	for (unsigned int i = 0; i < ARRAY_SIZE(qda_test_reasons); i++)
		qda_mock_close(mock, i);
}

/* Who creates a process learns of its death by the error of that. */
static void qda_test_no_process_news(struct kunit *test)
{
	struct qda_mock *mock = test->priv;
	struct qda_session *session = qda_mock_open(test, mock, 0);

	session->state = DRM_QDA_SESSION_STATE_CREATING;
	KUNIT_ASSERT_EQ(test, 0, qda_events_watch(session, &mock->files[0]));
	qda_mock_status(mock, session->client_id, DRM_QDA_REASON_EXIT);
	qda_test_silence(test, mock, 0);
	qda_mock_close(mock, 0);
}

/* Down once, up once, and nothing of the process in between. */
static void qda_test_dsp_news(struct kunit *test)
{
	struct qda_mock *mock = test->priv, *next, *stranger;
	struct qda_session *session = qda_mock_open(test, mock, 0);
	struct qda_session *fresh;

	qda_mock_open(test, mock, 1);
	next = qda_mock_create(test);
	stranger = qda_mock_create(test);
	stranger->qda->drm.dev->of_node = of_root;
	fresh = qda_mock_open(test, next, 0);
	KUNIT_ASSERT_EQ(test, 0, qda_events_watch(session, &mock->files[0]));
	KUNIT_ASSERT_EQ(test, 0, qda_events_watch(fresh, &next->files[0]));

	qda_events_dsp_up(next->qda);
	qda_test_silence(test, mock, 0);
	qda_events_dsp_down(mock->qda);
	qda_events_dsp_down(mock->qda);
	qda_mock_status(mock, session->client_id, DRM_QDA_REASON_RESTART);
	qda_test_news(test, mock, 0, DRM_QDA_EVENT_DSP_DOWN, 0, 0);
	qda_test_silence(test, mock, 0);
	if (of_root) {
		qda_events_dsp_up(stranger->qda);
		qda_test_silence(test, mock, 0);
	}
	qda_events_dsp_up(next->qda);
	qda_events_dsp_up(next->qda);
	qda_test_news(test, mock, 0, DRM_QDA_EVENT_DSP_UP, 0, next->qda->drm.accel->index);
	qda_test_silence(test, mock, 0);
	qda_test_silence(test, mock, 1);
	qda_test_silence(test, next, 0);

	stranger->qda->drm.dev->of_node = NULL;
	qda_mock_close(mock, 0);
	qda_mock_close(mock, 1);
	qda_mock_close(next, 0);
	qda_mock_destroy(next);
	qda_mock_destroy(stranger);
}

static struct kunit_case qda_event_cases[] = {
	KUNIT_CASE(qda_test_delivered),
	KUNIT_CASE(qda_test_failed_calls),
	KUNIT_CASE(qda_test_cancelled),
	KUNIT_CASE(qda_test_ended_before_it_was_sent),
	KUNIT_CASE(qda_test_no_room),
	KUNIT_CASE(qda_test_closed_file),
	KUNIT_CASE(qda_test_process_news),
	KUNIT_CASE(qda_test_no_process_news),
	KUNIT_CASE(qda_test_dsp_news),
	{ }
};

static struct kunit_suite qda_event_suite = {
	.name = "qda_event",
	.init = qda_event_test_init,
	.exit = qda_event_test_exit,
	.test_cases = qda_event_cases,
};

kunit_test_suite(qda_event_suite);
