// SPDX-License-Identifier: GPL-2.0-only
/*
 * Calls in flight: what an answer of the DSP may do to them and what not.
 */
#include <kunit/test.h>

#include <linux/random.h>
#include <linux/slab.h>
#include <linux/unaligned.h>

#include "../qda_call.h"
#include "qda_mock.h"

#define QDA_TEST_IN_FLIGHT	65536

static int qda_call_test_init(struct kunit *test)
{
	test->priv = qda_mock_create(test);

	return 0;
}

static void qda_call_test_exit(struct kunit *test)
{
	struct qda_mock *mock = test->priv;

	if (!mock)
		return;

	/* It may be about to free what a closed session kept. */
	qda_calls_stop_trim(mock->qda);
	KUNIT_EXPECT_TRUE(test, xa_empty(&mock->qda->calls));
	KUNIT_EXPECT_TRUE(test, list_empty(&mock->qda->sessions));
	KUNIT_EXPECT_EQ(test, mock->bank.sessions, 0);
	qda_mock_destroy(mock);
}

static long qda_test_dropped(struct qda_mock *mock)
{
	struct qda_counters *counters = &mock->qda->counters;

	return atomic_long_read(&counters->dropped_late) +
	       atomic_long_read(&counters->dropped_duplicate) +
	       atomic_long_read(&counters->dropped_stranger) +
	       atomic_long_read(&counters->dropped_malformed);
}

/* The message names the call, its session and page-sized metadata. */
static void qda_test_sent(struct kunit *test)
{
	struct qda_mock *mock = test->priv;
	struct qda_session *session = qda_mock_open(test, mock, 1);
	struct qda_call *call = qda_mock_submit(test, session);
	u64 stream = 3ull << 56;

	KUNIT_EXPECT_EQ(test, mock->sent, 1);
	KUNIT_EXPECT_EQ(test, le64_to_cpu(mock->last.context), call->context);
	KUNIT_EXPECT_EQ(test, le32_to_cpu(mock->last.client_id), 2);
	KUNIT_EXPECT_EQ(test, le32_to_cpu(mock->last.handle), 100);
	KUNIT_EXPECT_EQ(test, le64_to_cpu(mock->last.addr) & GENMASK_ULL(63, 56), stream);
	KUNIT_EXPECT_EQ(test, le64_to_cpu(mock->last.size), PAGE_SIZE);
	KUNIT_EXPECT_EQ(test, call->context & 0xf0, 0);

	qda_mock_answer(mock, call->context, 0);
	qda_mock_close(mock, 1);
}

static void qda_test_answered(struct kunit *test)
{
	struct qda_mock *mock = test->priv;
	struct qda_session *session = qda_mock_open(test, mock, 0);
	struct qda_call *call = qda_mock_submit(test, session);

	KUNIT_EXPECT_FALSE(test, call->done);
	qda_mock_answer(mock, call->context, -7);
	KUNIT_EXPECT_TRUE(test, call->done);
	KUNIT_EXPECT_EQ(test, call->error, 0);
	KUNIT_EXPECT_EQ(test, call->result, -7);
	KUNIT_EXPECT_EQ(test, session->uncollected, 1);
	qda_mock_collect(session, call);
	KUNIT_EXPECT_EQ(test, session->uncollected, 0);
	KUNIT_EXPECT_EQ(test, session->num_calls, 0);
	KUNIT_EXPECT_EQ(test, qda_test_dropped(mock), 0);

	qda_mock_close(mock, 0);
}

/* The same call, another name; what is late for the first misses the second. */
static void qda_test_recycled(struct kunit *test)
{
	struct qda_mock *mock = test->priv;
	struct qda_session *session = qda_mock_open(test, mock, 0);
	struct qda_counters *counters = &mock->qda->counters;
	struct qda_call *first, *second;
	u64 context;

	first = qda_mock_submit(test, session);
	context = first->context;
	qda_mock_answer(mock, context, 1);
	qda_mock_collect(session, first);

	second = qda_mock_submit(test, session);
	KUNIT_EXPECT_PTR_EQ(test, first, second);
	KUNIT_EXPECT_EQ(test, qda_context_index(context),
			qda_context_index(second->context));
	KUNIT_EXPECT_NE(test, context, second->context);
	KUNIT_EXPECT_EQ(test, atomic_long_read(&counters->calls_allocated), 1);
	KUNIT_EXPECT_EQ(test, atomic_long_read(&counters->slots_allocated), 1);
	KUNIT_EXPECT_EQ(test, atomic_long_read(&counters->works_queued), 0);

	qda_mock_answer(mock, context, 2);
	KUNIT_EXPECT_FALSE(test, second->done);
	KUNIT_EXPECT_TRUE(test, second->in_flight);
	KUNIT_EXPECT_EQ(test, atomic_long_read(&counters->dropped_late), 1);
	KUNIT_EXPECT_NULL(test, qda_call_find(session, context));

	qda_mock_answer(mock, second->context, 3);
	KUNIT_EXPECT_EQ(test, second->result, 3);
	qda_mock_close(mock, 0);
}

/* Metadata that a call leaves behind is not seen by the next one. */
static void qda_test_metadata_is_zeroed(struct kunit *test)
{
	struct qda_mock *mock = test->priv;
	struct qda_session *session = qda_mock_open(test, mock, 0);
	const unsigned int args[] = { 0, QDA_METADATA_PAGE_ARGS, DRM_QDA_ARGS_MAX };
	struct qda_call *call;

	for (unsigned int i = 0; i < 2 * ARRAY_SIZE(args); i++) {
		unsigned int n = args[i / 2];

		KUNIT_ASSERT_EQ(test, 0, qda_mock_publish(session, n, &call));
		KUNIT_EXPECT_NULL(test, memchr_inv(call->metadata->cpu, 0,
						   qda_metadata_size(n)));
		KUNIT_EXPECT_GE(test, call->metadata->size, qda_metadata_size(n));
		memset(call->metadata->cpu, 0xa5, call->metadata->size);
		KUNIT_ASSERT_EQ(test, 0, qda_call_send(call, 1, 100, 0));
		qda_call_leave(call);
		qda_mock_answer(mock, call->context, 0);
		qda_mock_collect(session, call);
	}
	qda_mock_close(mock, 0);
}

static void qda_test_duplicate(struct kunit *test)
{
	struct qda_mock *mock = test->priv;
	struct qda_session *session = qda_mock_open(test, mock, 0);
	struct qda_call *call = qda_mock_submit(test, session);
	struct qda_counters *counters = &mock->qda->counters;
	u64 context = call->context;

	qda_mock_answer(mock, context, 1);
	qda_mock_answer(mock, context, 2);
	KUNIT_EXPECT_EQ(test, call->result, 1);
	KUNIT_EXPECT_EQ(test, atomic_long_read(&counters->dropped_duplicate), 1);
	qda_mock_collect(session, call);
	qda_mock_answer(mock, context, 3);
	KUNIT_EXPECT_EQ(test, atomic_long_read(&counters->dropped_duplicate), 2);

	qda_mock_close(mock, 0);
	qda_mock_answer(mock, context, 4);
	KUNIT_EXPECT_EQ(test, atomic_long_read(&counters->dropped_duplicate), 2);
	KUNIT_EXPECT_EQ(test, atomic_long_read(&counters->dropped_stranger), 1);
}

static void qda_test_strangers(struct kunit *test)
{
	struct qda_mock *mock = test->priv;
	struct qda_session *session = qda_mock_open(test, mock, 0);
	struct qda_call *call = qda_mock_submit(test, session);
	struct qda_counters *counters = &mock->qda->counters;
	static const u8 bytes[24] = { 0xff, 0xff, 0xff, 0xff };

	qda_mock_answer(mock, 0, 0);
	qda_mock_answer(mock, U64_MAX, 0);
	qda_mock_answer(mock, call->context + BIT_ULL(8), 0);
	qda_receive(mock->qda, bytes, 8);
	qda_mock_status(mock, 99, DRM_QDA_REASON_EXIT);
	KUNIT_EXPECT_EQ(test, atomic_long_read(&counters->dropped_stranger), 5);

	/* A sequence before and one after, and bits that are always 0. */
	qda_mock_answer(mock, call->context - BIT_ULL(32), 0);
	qda_mock_answer(mock, call->context + BIT_ULL(32), 0);
	qda_mock_answer(mock, call->context | BIT_ULL(4), 0);
	KUNIT_EXPECT_EQ(test, atomic_long_read(&counters->dropped_late), 3);

	for (unsigned int length = 0; length < 16; length++)
		if (length != 8)
			qda_receive(mock->qda, bytes, length);
	KUNIT_EXPECT_EQ(test, atomic_long_read(&counters->dropped_malformed), 15);

	KUNIT_EXPECT_FALSE(test, call->done);
	qda_mock_answer(mock, call->context, 0);
	KUNIT_EXPECT_TRUE(test, call->done);
	qda_mock_close(mock, 0);
}

/* The DSP may clear the kind of process. */
static void qda_test_process_bits_cleared(struct kunit *test)
{
	struct qda_mock *mock = test->priv;
	struct qda_session *session = qda_mock_open(test, mock, 0);
	struct qda_call *call = qda_mock_submit(test, session);

	qda_mock_answer(mock, call->context & ~0xfull, 9);
	KUNIT_EXPECT_TRUE(test, call->done);
	KUNIT_EXPECT_EQ(test, call->result, 9);
	qda_mock_close(mock, 0);
}

static void qda_test_early_answer(struct kunit *test)
{
	struct qda_mock *mock = test->priv;
	struct qda_session *session = qda_mock_open(test, mock, 0);
	struct qda_call *call = qda_mock_submit(test, session);
	u8 reply[24] = { [20] = 2 };

	memcpy(reply, &(__le64){ cpu_to_le64(call->context) }, 8);
	for (reply[12] = 1; reply[12] <= 2; reply[12]++)
		qda_receive(mock->qda, reply, sizeof(reply));
	KUNIT_EXPECT_FALSE(test, call->done);
	KUNIT_EXPECT_EQ(test, qda_test_dropped(mock), 0);
	reply[12] = 0;
	qda_receive(mock->qda, reply, sizeof(reply));
	KUNIT_EXPECT_TRUE(test, call->done);
	qda_mock_close(mock, 0);
}

/* A process that dies ends its calls for the caller, not for the DSP. */
static void qda_test_process_died(struct kunit *test)
{
	struct qda_mock *mock = test->priv;
	struct qda_session *session = qda_mock_open(test, mock, 0);
	struct qda_session *other = qda_mock_open(test, mock, 1);
	struct qda_call *call = qda_mock_submit(test, session);
	struct qda_call *others = qda_mock_submit(test, other);
	struct qda_call *refused;

	qda_mock_status(mock, session->client_id, 0);
	KUNIT_EXPECT_FALSE(test, call->done);
	qda_mock_status(mock, session->client_id, DRM_QDA_REASON_EXCEPTION);
	KUNIT_EXPECT_TRUE(test, call->done);
	KUNIT_EXPECT_EQ(test, call->error, -ECONNRESET);
	KUNIT_EXPECT_TRUE(test, call->in_flight);
	KUNIT_EXPECT_EQ(test, session->state, DRM_QDA_SESSION_STATE_DEAD);
	KUNIT_EXPECT_EQ(test, qda_mock_publish(session, 0, &refused), -ECONNRESET);
	KUNIT_EXPECT_FALSE(test, others->done);

	qda_mock_collect(session, call);
	qda_mock_answer(mock, call->context, 5);
	KUNIT_EXPECT_FALSE(test, call->in_flight);
	KUNIT_EXPECT_EQ(test, call->error, -ECONNRESET);
	qda_mock_answer(mock, others->context, 0);
	qda_mock_close(mock, 0);
	qda_mock_close(mock, 1);
}

/* The answer comes after the poll word and the collection: it only frees. */
static void qda_test_polled(struct kunit *test)
{
	struct qda_mock *mock = test->priv;
	struct qda_session *session = qda_mock_open(test, mock, 0);
	struct qda_call *call = qda_mock_submit(test, session), *next;
	u64 context = call->context;

	qda_call_finish_polled(call);
	KUNIT_EXPECT_TRUE(test, call->done);
	KUNIT_EXPECT_EQ(test, call->result, 0);
	qda_mock_collect(session, call);
	KUNIT_EXPECT_TRUE(test, call->in_flight);
	KUNIT_EXPECT_EQ(test, session->num_calls, 1);

	/* Its memory is not the next one's, until then. */
	next = qda_mock_submit(test, session);
	KUNIT_EXPECT_PTR_NE(test, call, next);
	qda_mock_answer(mock, context, 77);
	KUNIT_EXPECT_FALSE(test, next->done);
	KUNIT_EXPECT_EQ(test, session->num_calls, 1);
	KUNIT_EXPECT_EQ(test, qda_test_dropped(mock), 0);
	KUNIT_EXPECT_EQ(test, atomic_long_read(&mock->qda->counters.works_queued), 0);
	qda_mock_answer(mock, next->context, 0);
	qda_mock_close(mock, 0);
}

static const struct qda_test_word {
	const char *name;
	u32 word;
	bool polled;
	int ret;
} qda_test_words[] = {
	{ "nothing", 0, true, -ETIME },
	{ "early", 0xabbccdde, true, -ETIME },
	{ "scribble", 0xffffffff, true, -ETIME },
	{ "nearly done", 0xdecae, true, -ETIME },
	{ "done", 0xdecaf, true, 0 },
	{ "done, but not asked for", 0xdecaf, false, -ETIME },
};

KUNIT_ARRAY_PARAM_DESC(qda_test_word, qda_test_words, name);

/* Of all that the DSP may write, one value is an end. */
static void qda_test_poll_words(struct kunit *test)
{
	const struct qda_test_word *param = test->param_value;
	struct qda_mock *mock = test->priv;
	struct qda_session *session = qda_mock_open(test, mock, 0);
	struct qda_call *call;
	s64 deadline;

	KUNIT_ASSERT_EQ(test, 0, qda_mock_publish(session, 5, &call));
	call->polled = param->polled;
	KUNIT_ASSERT_EQ(test, 0, qda_call_send(call, 1, 100, 0));
	put_unaligned_le32(param->word, call->metadata->cpu + 5 * 40 + 384);

	deadline = ktime_get() + NSEC_PER_MSEC;
	KUNIT_EXPECT_EQ(test, param->ret,
			qda_call_wait(call, deadline));
	KUNIT_EXPECT_EQ(test, call->done, !param->ret);
	KUNIT_EXPECT_EQ(test, call->error, 0);
	KUNIT_EXPECT_EQ(test, call->result, 0);
	KUNIT_EXPECT_TRUE(test, call->in_flight);
	KUNIT_EXPECT_EQ(test, atomic_long_read(&mock->qda->counters.calls_polled),
			!param->ret);

	qda_mock_answer(mock, call->context, 0);
	qda_call_leave(call);
	KUNIT_EXPECT_EQ(test, qda_test_dropped(mock), 0);
	qda_mock_close(mock, 0);
}

/* Of a batch either all calls are known or none is. */
static void qda_test_all_or_none(struct kunit *test)
{
	struct qda_mock *mock = test->priv;
	struct qda_session *session = qda_mock_open(test, mock, 0);
	struct qda_call *calls[3];

	for (unsigned int i = 0; i < ARRAY_SIZE(calls); i++) {
		calls[i] = qda_call_create(session, 0);
		KUNIT_ASSERT_NOT_ERR_OR_NULL(test, calls[i]);
	}

	session->num_calls = QDA_SESSION_CALLS_MAX - 2;
	KUNIT_EXPECT_EQ(test, qda_calls_publish_user(calls, 3), -ENOSPC);
	KUNIT_EXPECT_EQ(test, session->uncollected, 0);
	KUNIT_EXPECT_NULL(test, qda_call_find(session, calls[0]->context));

	session->num_calls = 0;
	KUNIT_EXPECT_EQ(test, qda_calls_publish_user(calls, 3), 0);
	KUNIT_EXPECT_EQ(test, session->uncollected, 3);
	KUNIT_EXPECT_EQ(test, session->num_calls, 3);

	KUNIT_EXPECT_EQ(test, qda_call_send(calls[0], 1, 100, 0), 0);
	KUNIT_EXPECT_FALSE(test, qda_call_cancel(calls[1]));
	KUNIT_EXPECT_FALSE(test, qda_call_cancel(calls[2]));
	KUNIT_EXPECT_EQ(test, session->uncollected, 1);
	KUNIT_EXPECT_EQ(test, mock->sent, 1);
	KUNIT_EXPECT_NULL(test, qda_call_find(session, calls[1]->context));

	qda_mock_answer(mock, calls[0]->context, 0);
	for (unsigned int i = 0; i < ARRAY_SIZE(calls); i++)
		qda_call_leave(calls[i]);
	qda_mock_collect(session, calls[0]);
	KUNIT_EXPECT_EQ(test, session->num_calls, 0);
	qda_mock_close(mock, 0);
}

/* The last end of several wakes; a call counts for one thread only. */
static void qda_test_countdown(struct kunit *test)
{
	struct qda_mock *mock = test->priv;
	struct qda_countdown first = { .qda = mock->qda };
	struct qda_countdown second = { .qda = mock->qda };
	struct qda_session *session = qda_mock_open(test, mock, 0);
	struct qda_call *calls[4] = {};

	for (unsigned int i = 0; i < 3; i++) {
		KUNIT_ASSERT_EQ(test, 0, qda_mock_publish(session, 0, &calls[i]));
		KUNIT_ASSERT_EQ(test, 0, qda_call_send(calls[i], 1, 100, 0));
	}

	qda_mock_answer(mock, calls[0]->context, 0);
	KUNIT_EXPECT_TRUE(test, qda_calls_count_down(&first, calls, 4));
	KUNIT_EXPECT_EQ(test, first.left, 2);
	KUNIT_EXPECT_FALSE(test, qda_calls_count_down(&second, calls, 4));
	KUNIT_EXPECT_EQ(test, second.left, 0);

	qda_mock_answer(mock, calls[2]->context, 0);
	qda_mock_answer(mock, calls[2]->context, 0);
	KUNIT_EXPECT_EQ(test, first.left, 1);
	qda_calls_stop_countdown(&second, calls, 4);
	qda_mock_answer(mock, calls[1]->context, 0);
	KUNIT_EXPECT_EQ(test, first.left, 0);
	KUNIT_EXPECT_EQ(test, second.left, 0);
	qda_calls_stop_countdown(&first, calls, 4);

	for (unsigned int i = 0; i < 3; i++) {
		KUNIT_EXPECT_NULL(test, calls[i]->countdown);
		qda_call_leave(calls[i]);
		qda_mock_collect(session, calls[i]);
	}
	qda_mock_close(mock, 0);
}

/* An answer that a DSP guessed may have come before the call was published. */
static void qda_test_answered_too_early(struct kunit *test)
{
	struct qda_mock *mock = test->priv;
	struct qda_session *session = qda_mock_open(test, mock, 0);
	struct qda_call *call;

	KUNIT_ASSERT_EQ(test, 0, qda_mock_publish(session, 0, &call));
	KUNIT_ASSERT_EQ(test, 0, qda_call_send(call, 1, 100, 0));
	session->usage.since = ktime_add_ns(ktime_get(), NSEC_PER_SEC);
	qda_mock_answer(mock, call->context, 0);
	KUNIT_EXPECT_EQ(test, session->usage.in_flight, 0);
	KUNIT_EXPECT_EQ(test, session->usage.busy_ns, 0);

	qda_call_leave(call);
	qda_mock_collect(session, call);
	qda_mock_close(mock, 0);
}

static void qda_test_not_sent(struct kunit *test)
{
	struct qda_mock *mock = test->priv;
	struct qda_session *session = qda_mock_open(test, mock, 0);
	struct qda_call *call;

	KUNIT_ASSERT_EQ(test, 0, qda_mock_publish(session, 0, &call));
	mock->send_error = -EINVAL;
	KUNIT_EXPECT_EQ(test, qda_call_send(call, 1, 100, 0), -ENODEV);
	KUNIT_EXPECT_NULL(test, qda_call_find(session, call->context));
	KUNIT_EXPECT_EQ(test, session->uncollected, 0);
	qda_mock_answer(mock, call->context, 0);
	KUNIT_EXPECT_EQ(test, atomic_long_read(&mock->qda->counters.dropped_duplicate), 1);
	qda_call_leave(call);
	KUNIT_EXPECT_EQ(test, session->num_calls, 0);
	qda_mock_close(mock, 0);
}

static void qda_test_dsp_down(struct kunit *test)
{
	struct qda_mock *mock = test->priv;
	struct qda_session *session = qda_mock_open(test, mock, 0);
	struct qda_call *call = qda_mock_submit(test, session), *refused;

	qda_calls_disconnect(mock->qda);
	KUNIT_EXPECT_EQ(test, call->error, -EPIPE);
	KUNIT_EXPECT_TRUE(test, call->in_flight);
	qda_calls_abort(mock->qda);
	KUNIT_EXPECT_FALSE(test, call->in_flight);
	KUNIT_EXPECT_EQ(test, qda_mock_publish(session, 0, &refused), -ENODEV);
	qda_mock_collect(session, call);
	qda_mock_close(mock, 0);
}

/* The file goes while the DSP works: the session stays for the answer. */
static void qda_test_closed_in_flight(struct kunit *test)
{
	struct qda_mock *mock = test->priv;
	struct qda_session *session = qda_mock_open(test, mock, 0);
	struct qda_call *call = qda_mock_submit(test, session);

	qda_mock_close(mock, 0);
	KUNIT_EXPECT_EQ(test, mock->bank.sessions, 1);
	qda_mock_answer(mock, call->context, 0);
	flush_workqueue(mock->qda->wq);
	KUNIT_EXPECT_EQ(test, mock->bank.sessions, 0);
	KUNIT_EXPECT_EQ(test, atomic_long_read(&mock->qda->counters.works_queued), 1);
}

static void qda_test_session_limit(struct kunit *test)
{
	struct qda_mock *mock = test->priv;
	struct qda_session *session = qda_mock_open(test, mock, 0);
	struct qda_call *call, *refused;

	call = qda_mock_submit(test, session);
	session->num_calls = QDA_SESSION_CALLS_MAX;
	KUNIT_EXPECT_EQ(test, qda_mock_publish(session, 0, &refused), -ENOSPC);
	session->num_calls = 1;
	qda_mock_answer(mock, call->context, 0);
	qda_mock_close(mock, 0);
}

/* Indices run out cleanly, and one that is free again serves another session. */
static void qda_test_index_exhaustion(struct kunit *test)
{
	struct qda_mock *mock = test->priv;
	struct qda_session *session = qda_mock_open(test, mock, 0);
	struct qda_session *other = qda_mock_open(test, mock, 1);
	struct qda_call *calls[8], *refused;

	mock->qda->calls_max = ARRAY_SIZE(calls);
	for (unsigned int i = 0; i < ARRAY_SIZE(calls); i++)
		calls[i] = qda_mock_submit(test, session);
	KUNIT_EXPECT_EQ(test, qda_mock_publish(other, 0, &refused), -ENOSPC);
	KUNIT_EXPECT_EQ(test, qda_mock_publish(session, 0, &refused), -ENOSPC);

	/* What the session keeps is its own. */
	qda_mock_answer(mock, calls[3]->context, 0);
	qda_mock_collect(session, calls[3]);
	KUNIT_EXPECT_EQ(test, qda_mock_publish(other, 0, &refused), -ENOSPC);
	calls[3] = qda_mock_submit(test, session);

	for (unsigned int i = 0; i < ARRAY_SIZE(calls); i++)
		qda_mock_answer(mock, calls[i]->context, 0);
	qda_mock_close(mock, 0);
	calls[0] = qda_mock_submit(test, other);
	qda_mock_answer(mock, calls[0]->context, 0);
	qda_mock_close(mock, 1);
}

static void qda_test_burst(struct kunit *test, struct qda_session *session,
			   struct qda_call **calls, unsigned int count)
{
	struct qda_mock *mock = test->priv;

	for (unsigned int i = 0; i < count; i++)
		calls[i] = qda_mock_submit(test, session);
	for (unsigned int i = 0; i < count; i++) {
		qda_call_finish_polled(calls[i]);
		qda_mock_collect(session, calls[i]);
		qda_mock_answer(mock, calls[i]->context, 0);
	}
}

/* Calls that were needed at once are kept for the next time, but not for long. */
static void qda_test_pool_is_trimmed(struct kunit *test)
{
	struct qda_mock *mock = test->priv;
	struct qda_session *session = qda_mock_open(test, mock, 0);
	struct qda_call_pool *pool = &session->pools[QDA_CALL_SMALL];
	struct work_struct *trim = &mock->qda->trim_work.work;
	struct qda_counters *counters = &mock->qda->counters;
	const unsigned int count = 1000;
	struct qda_call **calls;

	/* It is done here, and at no other time. */
	disable_delayed_work_sync(&mock->qda->trim_work);
	calls = kunit_kcalloc(test, count, sizeof(*calls), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, calls);

	for (unsigned int i = 0; i < 3; i++) {
		qda_test_burst(test, session, calls, count);
		KUNIT_EXPECT_EQ(test, pool->num_idle, count);
		qda_calls_trim_work(trim);
	}
	KUNIT_EXPECT_EQ(test, atomic_long_read(&counters->calls_allocated), count);
	KUNIT_EXPECT_EQ(test, atomic_long_read(&counters->works_queued), 0);

	qda_test_burst(test, session, calls, 10);
	qda_calls_trim_work(trim);
	KUNIT_EXPECT_EQ(test, pool->num_idle, 10);
	qda_calls_trim_work(trim);
	KUNIT_EXPECT_LE(test, pool->num_idle, 4);
	KUNIT_EXPECT_GT(test, pool->num_idle, 0);
	KUNIT_EXPECT_EQ(test, pool->num_used, 0);
	KUNIT_EXPECT_EQ(test, atomic_long_read(&counters->calls_allocated), count);
	qda_mock_close(mock, 0);
}

/* What is in flight is nobody else's, whatever is trimmed. */
static void qda_test_trim_in_flight(struct kunit *test)
{
	struct qda_mock *mock = test->priv;
	struct qda_session *session = qda_mock_open(test, mock, 0);
	struct qda_call_pool *pool = &session->pools[QDA_CALL_SMALL];
	struct qda_call *calls[20];

	disable_delayed_work_sync(&mock->qda->trim_work);
	for (unsigned int i = 0; i < ARRAY_SIZE(calls); i++)
		calls[i] = qda_mock_submit(test, session);
	for (unsigned int i = 0; i < 3; i++)
		qda_calls_trim_work(&mock->qda->trim_work.work);
	KUNIT_EXPECT_EQ(test, pool->num_used, ARRAY_SIZE(calls));
	for (unsigned int i = 0; i < ARRAY_SIZE(calls); i++) {
		qda_mock_answer(mock, calls[i]->context, i);
		KUNIT_EXPECT_EQ(test, calls[i]->result, i);
		qda_mock_collect(session, calls[i]);
	}
	KUNIT_EXPECT_EQ(test, qda_test_dropped(mock), 0);
	KUNIT_EXPECT_EQ(test, pool->num_idle, ARRAY_SIZE(calls));
	qda_mock_close(mock, 0);
}

/* All in flight at once, answered in another order, each with its own result. */
static void qda_test_65536_in_flight(struct kunit *test)
{
	struct qda_mock *mock = test->priv;
	struct qda_session *sessions[4];
	u32 step = 2 * get_random_u32_below(QDA_TEST_IN_FLIGHT / 2) + 1, wrong = 0;
	struct qda_call **calls;

	calls = kvcalloc(QDA_TEST_IN_FLIGHT, sizeof(*calls), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, calls);
	KUNIT_ASSERT_LE(test, QDA_TEST_IN_FLIGHT, 4 * QDA_SESSION_CALLS_MAX);
	for (unsigned int i = 0; i < ARRAY_SIZE(sessions); i++)
		sessions[i] = qda_mock_open(test, mock, i);

	for (u32 i = 0; i < QDA_TEST_IN_FLIGHT; i++)
		calls[i] = qda_mock_submit(test, sessions[i % 4]);
	kunit_info(test, "%u in flight, answered in steps of %u\n", mock->sent, step);
	for (u32 n = 0, i = 0; n < QDA_TEST_IN_FLIGHT; n++) {
		i = (i + step) % QDA_TEST_IN_FLIGHT;
		wrong += calls[i]->done;
		qda_mock_answer(mock, calls[i]->context, i);
	}
	for (u32 i = 0; i < QDA_TEST_IN_FLIGHT; i++) {
		wrong += !calls[i]->done || calls[i]->error || calls[i]->result != i;
		qda_mock_collect(sessions[i % 4], calls[i]);
	}
	KUNIT_EXPECT_EQ(test, wrong, 0);
	KUNIT_EXPECT_EQ(test, qda_test_dropped(mock), 0);
	for (unsigned int i = 0; i < ARRAY_SIZE(sessions); i++) {
		KUNIT_EXPECT_EQ(test, sessions[i]->num_calls, 0);
		qda_mock_close(mock, i);
	}
	kvfree(calls);
}

static struct kunit_case qda_call_cases[] = {
	KUNIT_CASE(qda_test_sent),
	KUNIT_CASE(qda_test_answered),
	KUNIT_CASE(qda_test_recycled),
	KUNIT_CASE(qda_test_metadata_is_zeroed),
	KUNIT_CASE(qda_test_duplicate),
	KUNIT_CASE(qda_test_strangers),
	KUNIT_CASE(qda_test_process_bits_cleared),
	KUNIT_CASE(qda_test_early_answer),
	KUNIT_CASE(qda_test_process_died),
	KUNIT_CASE(qda_test_polled),
	KUNIT_CASE_PARAM(qda_test_poll_words, qda_test_word_gen_params),
	KUNIT_CASE(qda_test_all_or_none),
	KUNIT_CASE(qda_test_countdown),
	KUNIT_CASE(qda_test_answered_too_early),
	KUNIT_CASE(qda_test_not_sent),
	KUNIT_CASE(qda_test_dsp_down),
	KUNIT_CASE(qda_test_closed_in_flight),
	KUNIT_CASE(qda_test_session_limit),
	KUNIT_CASE(qda_test_index_exhaustion),
	KUNIT_CASE(qda_test_pool_is_trimmed),
	KUNIT_CASE(qda_test_trim_in_flight),
	KUNIT_CASE_SLOW(qda_test_65536_in_flight),
	{ }
};

static struct kunit_suite qda_call_suite = {
	.name = "qda_call",
	.init = qda_call_test_init,
	.exit = qda_call_test_exit,
	.test_cases = qda_call_cases,
};

kunit_test_suite(qda_call_suite);
