// SPDX-License-Identifier: BSD-3-Clause
/* REMOTE_BATCH: one wrong field each, and nothing of the batch is sent */
#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "batch.h"

#define CALLS	3
#define WRONG	1    /* the call that has the wrong field */
#define SLOW_MS 1000 /* ends long after a deadline, also on a slow machine */

static struct batch batch;
static struct probe probe;

/* Calls that count, so that one that was sent by mistake shows. */
static void prepare(uint32_t flags)
{
	struct call call;
	unsigned int i;

	probe_open(&probe);
	batch_init(&batch, flags);
	for (i = 0; i < CALLS; i++) {
		probe_count_call(&probe, &call, 1 + i, 0);
		batch_add(&batch, &call);
	}
}

static void refused(int error, uint32_t failed)
{
	check_errno(batch_send(probe.fd, &batch), error);
	check_equal(batch.batch.sent, 0);
	check_equal(batch.batch.failed, failed);
	check_equal(session_query(probe.fd).calls, 0);
	check_equal(probe_count(&probe), 0);
	probe_close(&probe);
}

/* The batch as such is wrong. */
#define REFUSED(name, error, change)                     \
	static void name(void)                           \
	{                                                \
		prepare(0);                              \
		change;                                  \
		refused(error, batch.batch.calls_count); \
	}

/* One of its calls is. */
#define WRONG_CALL(name, error, change)                                       \
	static void name(void)                                                \
	{                                                                     \
		struct drm_qda_remote_batch_call *call = &batch.calls[WRONG]; \
		struct drm_qda_remote_arg *args = batch.args[WRONG];          \
                                                                              \
		(void)call;                                                   \
		(void)args;                                                   \
		prepare(0);                                                   \
		change;                                                       \
		refused(error, WRONG);                                        \
	}

REFUSED(no_calls, -EINVAL, batch.batch.calls_count = 0)
REFUSED(too_many_calls, -E2BIG,
	batch.batch.calls_count = DRM_QDA_BATCH_CALLS_MAX + 1)
REFUSED(most_calls_countable, -E2BIG, batch.batch.calls_count = UINT32_MAX)
REFUSED(stride_zero, -EINVAL, batch.batch.calls_stride = 0)
REFUSED(stride_unaligned, -EINVAL, batch.batch.calls_stride += 4)
REFUSED(stride_too_short, -EINVAL, batch.batch.calls_stride = 48)
REFUSED(stride_too_long, -E2BIG, batch.batch.calls_stride = 4096 + 8)
REFUSED(flag_of_a_call, -EINVAL, batch.batch.flags = DRM_QDA_INVOKE_EVENT)
REFUSED(unknown_flag_2, -EINVAL, batch.batch.flags = 1U << 2)
REFUSED(unknown_flag_31, -EINVAL, batch.batch.flags = 1U << 31)
REFUSED(nonzero_padding, -EINVAL, batch.batch.pad = 1)
REFUSED(deadline_without_a_wait, -EINVAL,
	batch.batch.flags = DRM_QDA_INVOKE_NOWAIT)

static void calls_not_mapped(void)
{
	prepare(0);
	batch.batch.calls_ptr = 8;
	refused(-EFAULT, 0);
}

static void calls_null(void)
{
	prepare(0);
	batch.batch.calls_ptr = 0;
	refused(-EFAULT, 0);
}

WRONG_CALL(call_flag_nowait, -EINVAL, call->flags = DRM_QDA_INVOKE_NOWAIT)
WRONG_CALL(call_flag_event_without_nowait, -EINVAL,
	   call->flags = DRM_QDA_INVOKE_EVENT)
WRONG_CALL(call_unknown_flag_2, -EINVAL, call->flags = 1U << 2)
WRONG_CALL(call_unknown_flag_31, -EINVAL, call->flags = 1U << 31)
WRONG_CALL(call_user_data_without_event, -EINVAL, call->user_data = 1)
WRONG_CALL(call_handle_1, -EPERM, call->remote_handle = 1)
WRONG_CALL(call_handle_2, -EPERM, call->remote_handle = 2)
WRONG_CALL(call_scalars_bit_29, -EINVAL, call->scalars |= 1U << 29)
WRONG_CALL(call_one_argument_less, -EINVAL, call->args_count--)
WRONG_CALL(call_one_argument_more, -EINVAL, call->args_count++)
WRONG_CALL(call_too_many_arguments, -E2BIG,
	   call->args_count = DRM_QDA_ARGS_MAX + 1)
WRONG_CALL(call_args_stride_zero, -EINVAL, call->args_stride = 0)
WRONG_CALL(call_args_stride_unaligned, -EINVAL, call->args_stride += 4)
WRONG_CALL(call_args_null, -EFAULT, call->args_ptr = 0)
WRONG_CALL(call_args_not_mapped, -EFAULT, call->args_ptr = 8)
WRONG_CALL(arg_handle_unknown, -ENOENT, args[1].handle = 12345)
WRONG_CALL(arg_beyond_the_bo, -ERANGE, args[0].offset = probe.bo.size)
WRONG_CALL(arg_flags, -EINVAL, args[0].flags = 1)
WRONG_CALL(arg_padding, -EINVAL, args[1].pad = 1)
WRONG_CALL(arg_tag_of_a_buffer, -EINVAL, args[1].tag = 1)

/* They must be zero; then they are left alone. */
static void call_with_bytes_of_a_newer_kernel(void)
{
	static struct {
		struct drm_qda_remote_batch_call call;
		uint64_t newer;
	} calls[CALLS];
	unsigned int i;

	prepare(0);
	for (i = 0; i < CALLS; i++)
		calls[i].call = batch.calls[i];
	batch.batch.calls_ptr = (uintptr_t)calls;
	batch.batch.calls_stride = sizeof(calls[0]);
	calls[2].newer = 1;
	check_errno(batch_send(probe.fd, &batch), -E2BIG);
	check_equal(batch.batch.failed, 2);
	check_equal(session_query(probe.fd).calls, 0);
	calls[2].newer = 0;
	check_ok(batch_send(probe.fd, &batch));
	check_equal(batch.batch.sent, CALLS);
	check_equal(calls[2].call.done, 1);
	check_equal(calls[2].newer, 0);
	check_equal(probe_count(&probe), CALLS);
	probe_close(&probe);
}

/* What the kernel cannot write to it does not send. */
static void calls_read_only(void)
{
	struct drm_qda_remote_batch_call *calls;

	prepare(0);
	calls = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
		     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	check(calls != MAP_FAILED);
	memcpy(calls, batch.calls, CALLS * sizeof(calls[0]));
	check(mprotect(calls, 4096, PROT_READ) == 0);
	batch.batch.calls_ptr = (uintptr_t)calls;
	refused(-EFAULT, CALLS);
}

static void session_without_a_process(void)
{
	int fd = file_open();
	struct call call;

	batch_init(&batch, 0);
	call_init(&call, 0, 0);
	batch_add(&batch, &call);
	check_errno(batch_send(fd, &batch), -ENOTCONN);
	check_equal(batch.batch.sent, 0);
	check_equal(batch.batch.failed, 0);
	close(fd);
}

/* ---- a batch that was sent ---- */

static void send_slow(uint32_t ms)
{
	struct call call;
	unsigned int i;

	probe_open(&probe);
	batch_init(&batch, DRM_QDA_INVOKE_NOWAIT);
	for (i = 0; i < CALLS; i++) {
		probe_sleep_call(&probe, &call, i, ms);
		batch_add(&batch, &call);
	}
	check_ok(batch_send(probe.fd, &batch));
	check_equal(batch.batch.sent, CALLS);
	check_equal(batch.batch.failed, CALLS);
	for (i = 0; i < CALLS; i++) {
		check(batch.calls[i].call != 0);
		check_equal(batch.calls[i].done, 0);
	}
}

static void collect(void)
{
	unsigned int i;

	check_ok(batch_again(probe.fd, &batch, deadline_in(10000)));
	for (i = 0; i < CALLS; i++)
		check_equal(batch.calls[i].done, 1);
	check_equal(session_query(probe.fd).calls, 0);
	probe_close(&probe);
}

static void again_with_a_number_that_is_none(void)
{
	uint64_t number;

	send_slow(1);
	number = batch.calls[WRONG].call;
	batch.calls[WRONG].call = number + (1ULL << 32);
	check_errno(batch_again(probe.fd, &batch, deadline_in(5000)), -ENOENT);
	check_equal(batch.batch.failed, WRONG);
	check_equal(session_query(probe.fd).calls, CALLS);
	batch.calls[WRONG].call = number;
	collect();
}

static void again_with_a_number_twice(void)
{
	uint64_t number;

	send_slow(1);
	number = batch.calls[WRONG].call;
	batch.calls[WRONG].call = batch.calls[0].call;
	check_errno(batch_again(probe.fd, &batch, deadline_in(5000)), -ENOENT);
	check_equal(session_query(probe.fd).calls, CALLS);
	batch.calls[WRONG].call = number;
	collect();
}

static void again_with_more_sent_than_calls(void)
{
	send_slow(1);
	batch.batch.sent = CALLS + 1;
	check_errno(batch_again(probe.fd, &batch, deadline_in(5000)), -EINVAL);
	batch.batch.sent = CALLS;
	collect();
}

/* An element without a number is none that is waited for. */
static void again_without_a_number(void)
{
	struct drm_qda_remote_call end;
	uint64_t number;

	send_slow(1);
	number = batch.calls[WRONG].call;
	batch.calls[WRONG].call = 0;
	check_ok(batch_again(probe.fd, &batch, deadline_in(5000)));
	check_equal(batch.calls[0].done, 1);
	check_equal(batch.calls[WRONG].done, 0);
	check_equal(session_query(probe.fd).calls, 1);
	check_ok(call_collect(probe.fd, number, deadline_in(5000), &end));
	probe_close(&probe);
}

/* Only numbers and the deadline are looked at. */
static void again_ignores_the_rest(void)
{
	unsigned int i;

	send_slow(1);
	batch.batch.flags = ~0U;
	for (i = 0; i < CALLS; i++) {
		batch.calls[i].flags = ~0U;
		batch.calls[i].args_ptr = 8;
		batch.calls[i].remote_handle = 1;
	}
	collect();
}

static void collected_twice(void)
{
	send_slow(1);
	check_ok(batch_again(probe.fd, &batch, deadline_in(10000)));
	check_errno(batch_again(probe.fd, &batch, deadline_in(10000)), -ENOENT);
	check_equal(batch.batch.failed, 0);
	probe_close(&probe);
}

static void deadline_past_before_the_end(void)
{
	send_slow(SLOW_MS);
	check_errno(batch_again(probe.fd, &batch, 1), -ETIME);
	check_errno(batch_again(probe.fd, &batch, -1), -ETIME);
	check_equal(batch.batch.sent, CALLS);
	check_equal(session_query(probe.fd).calls, CALLS);
	collect();
}

static void number_of_another_session(void)
{
	struct probe other;
	int64_t start;

	send_slow(1);
	probe_open(&other);
	start = now_ns();
	check_errno(batch_again(other.fd, &batch, deadline_in(20000)), -ENOENT);
	check(now_ns() - start < 10000000000LL);
	probe_close(&other);
	collect();
}

static const struct subtest tests[] = {
	SUBTEST(no_calls),
	SUBTEST(too_many_calls),
	SUBTEST(most_calls_countable),
	SUBTEST(stride_zero),
	SUBTEST(stride_unaligned),
	SUBTEST(stride_too_short),
	SUBTEST(stride_too_long),
	SUBTEST(flag_of_a_call),
	SUBTEST(unknown_flag_2),
	SUBTEST(unknown_flag_31),
	SUBTEST(nonzero_padding),
	SUBTEST(deadline_without_a_wait),
	SUBTEST(calls_not_mapped),
	SUBTEST(calls_null),
	SUBTEST(call_flag_nowait),
	SUBTEST(call_flag_event_without_nowait),
	SUBTEST(call_unknown_flag_2),
	SUBTEST(call_unknown_flag_31),
	SUBTEST(call_user_data_without_event),
	SUBTEST(call_handle_1),
	SUBTEST(call_handle_2),
	SUBTEST(call_scalars_bit_29),
	SUBTEST(call_one_argument_less),
	SUBTEST(call_one_argument_more),
	SUBTEST(call_too_many_arguments),
	SUBTEST(call_args_stride_zero),
	SUBTEST(call_args_stride_unaligned),
	SUBTEST(call_args_null),
	SUBTEST(call_args_not_mapped),
	SUBTEST(arg_handle_unknown),
	SUBTEST(arg_beyond_the_bo),
	SUBTEST(arg_flags),
	SUBTEST(arg_padding),
	SUBTEST(arg_tag_of_a_buffer),
	SUBTEST(call_with_bytes_of_a_newer_kernel),
	SUBTEST(calls_read_only),
	SUBTEST(session_without_a_process),
	SUBTEST(again_with_a_number_that_is_none),
	SUBTEST(again_with_a_number_twice),
	SUBTEST(again_with_more_sent_than_calls),
	SUBTEST(again_without_a_number),
	SUBTEST(again_ignores_the_rest),
	SUBTEST(collected_twice),
	SUBTEST(deadline_past_before_the_end),
	SUBTEST(number_of_another_session),
};

int main(int argc, char **argv)
{
	return harness_main(argc, argv, tests, ARRAY_SIZE(tests));
}
