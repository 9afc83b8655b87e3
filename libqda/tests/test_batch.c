// SPDX-License-Identifier: BSD-3-Clause
#include <errno.h>
#include <string.h>

#include "test.h"

#define HANDLE 0x100
#define CALLS  64
#define ADD    QDA_SCALARS(2, 1, 1, 0, 0)

static unsigned int failing; /* this call returns an error; 0: none does */

/* Adds 1 to a number. */
static int32_t add(uint32_t handle, uint32_t scalars, struct fake_arg *args,
		   unsigned int count)
{
	uint32_t number;

	(void)scalars;
	assert_int_equal(handle, HANDLE);
	assert_int_equal(count, 2);
	memcpy(&number, args[0].pointer, sizeof(number));
	if (failing && number == failing)
		return 77;
	number++;
	memcpy(args[1].pointer, &number, sizeof(number));
	return 0;
}

static struct qda_batch_call calls[QDA_BATCH_MAX + 1];
static struct qda_arg args[QDA_BATCH_MAX + 1][2];
static uint32_t in[QDA_BATCH_MAX + 1], out[QDA_BATCH_MAX + 1];

static void build(size_t count)
{
	for (size_t i = 0; i < count; i++) {
		in[i] = 100 + (uint32_t)i;
		out[i] = 0;
		args[i][0] = qda_in(&in[i], sizeof(in[i]));
		args[i][1] = qda_out(&out[i], sizeof(out[i]));
		calls[i] = (struct qda_batch_call){ HANDLE, ADD, args[i],
						    2,	    1,	 1 };
	}
}

static void check_all(size_t count)
{
	for (size_t i = 0; i < count; i++) {
		assert_int_equal(calls[i].error, 0);
		assert_int_equal(calls[i].result, 0);
		assert_int_equal(out[i], 101 + i);
	}
}

static int setup(void **state)
{
	failing = 0;
	return session_setup(state, add);
}

static int run(void **state, size_t count, size_t *failed)
{
	return qda_invoke_batch(*state, calls, count, QDA_DEADLINE_NONE,
				failed);
}

static void a_warm_batch_is_one_ioctl(void **state)
{
	unsigned int ioctls;
	size_t failed;

	build(CALLS);
	assert_int_equal(run(state, CALLS, &failed), 0);
	check_all(CALLS);
	assert_int_equal(failed, CALLS);
	assert_int_equal(fake.runs, CALLS);
	build(CALLS);
	ioctls = fake.ioctls;
	assert_int_equal(run(state, CALLS, NULL), 0);
	assert_int_equal(fake.ioctls, ioctls + 1);
	check_all(CALLS);
	assert_int_equal(fake.deadline_ns, QDA_DEADLINE_NONE);
}

static void takes_the_most_calls(void **state)
{
	struct qda_session_stats stats;

	build(QDA_BATCH_MAX);
	assert_int_equal(run(state, QDA_BATCH_MAX, NULL), 0);
	check_all(QDA_BATCH_MAX);
	qda_session_get_stats(*state, &stats, sizeof(stats));
	assert_int_equal(stats.calls, QDA_BATCH_MAX);
	build(QDA_BATCH_MAX + 1);
	assert_int_equal(run(state, QDA_BATCH_MAX + 1, NULL), -E2BIG);
	assert_int_equal(run(state, 0, NULL), -EINVAL);
	assert_int_equal(fake.runs, QDA_BATCH_MAX);
}

/* What the library refuses and what the kernel does: nothing has run. */
static void a_wrong_call_is_named(void **state)
{
	size_t failed = 99;

	build(4);
	calls[2].count = 1;
	assert_int_equal(run(state, 4, &failed), -EINVAL);
	assert_int_equal(failed, 2);
	assert_int_equal(calls[2].error, -EINVAL);
	assert_int_equal(calls[0].error, -ECANCELED);
	build(4);
	calls[3].handle = 1;
	assert_int_equal(run(state, 4, &failed), -EPERM);
	assert_int_equal(failed, 3);
	assert_int_equal(calls[3].error, -EPERM);
	assert_int_equal(calls[0].error, -ECANCELED);
	assert_int_equal(fake.runs, 0);
	build(4);
	assert_int_equal(run(state, 4, &failed), 0);
	check_all(4);
}

static void a_result_is_no_error(void **state)
{
	build(4);
	failing = 102;
	assert_int_equal(run(state, 4, NULL), 0);
	assert_int_equal(calls[2].error, 0);
	assert_int_equal(calls[2].result, 77);
	assert_int_equal(out[2], 0);
	assert_int_equal(out[3], 104);
}

static void a_signal_does_not_send_twice(void **state)
{
	build(CALLS);
	fake.interrupts = 5;
	assert_int_equal(run(state, CALLS, NULL), 0);
	assert_int_equal(fake.runs, CALLS);
	assert_int_equal(fake.interrupts, 0);
	check_all(CALLS);
}

static void what_ended_in_time_is_had(void **state)
{
	build(4);
	fake.late = 1;
	assert_int_equal(run(state, 4, NULL), 0);
	check_all(4);
}

static void late_calls_are_collected_later(void **state)
{
	unsigned int bos;

	build(4);
	fake.late = 2;
	assert_int_equal(run(state, 4, NULL), -ETIME);
	for (unsigned int i = 0; i < 4; i++) {
		assert_int_equal(calls[i].error, -ETIME);
		assert_int_equal(out[i], 0);
	}
	bos = fake.bos;
	build(4);
	assert_int_equal(run(state, 4, NULL), 0);
	check_all(4);
	build(4);
	assert_int_equal(run(state, 4, NULL), 0);
	assert_int_equal(fake.bos, bos);
	assert_int_equal(fake.runs, 12);
}

static void a_full_dsp_takes_the_first(void **state)
{
	size_t failed;

	build(4);
	fake.batch_room = 2;
	assert_int_equal(run(state, 4, &failed), -ETIMEDOUT);
	assert_int_equal(calls[1].error, 0);
	assert_int_equal(out[1], 102);
	assert_int_equal(calls[2].error, -ETIMEDOUT);
	assert_int_equal(calls[3].error, -ETIMEDOUT);
	assert_int_equal(fake.runs, 2);
}

static void a_dead_process_ends_all(void **state)
{
	build(4);
	fake.invoke_error = -ECONNRESET;
	assert_int_equal(run(state, 4, NULL), -ECONNRESET);
	for (unsigned int i = 0; i < 4; i++)
		assert_int_equal(calls[i].error, -ECONNRESET);
}

static void an_older_driver_has_none(void **state)
{
	qda_session_close(*state);
	fake.minor = 1;
	*state = fake_session();
	build(4);
	assert_int_equal(run(state, 4, NULL), -EOPNOTSUPP);
	assert_int_equal(fake.runs, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		SESSION_TEST(a_warm_batch_is_one_ioctl),
		SESSION_TEST(takes_the_most_calls),
		SESSION_TEST(a_wrong_call_is_named),
		SESSION_TEST(a_result_is_no_error),
		SESSION_TEST(a_signal_does_not_send_twice),
		SESSION_TEST(what_ended_in_time_is_had),
		SESSION_TEST(late_calls_are_collected_later),
		SESSION_TEST(a_full_dsp_takes_the_first),
		SESSION_TEST(a_dead_process_ends_all),
		SESSION_TEST(an_older_driver_has_none),
	};

	return RUN(tests);
}
