// SPDX-License-Identifier: BSD-3-Clause
/* REMOTE_WAIT and the numbers of calls */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "dsp_probe.h"

#define ALL	0
#define SLOW_MS 1000 /* ends long after a deadline, also on a slow machine */

static uint64_t submit_sleep(struct probe *probe, unsigned int slot,
			     uint32_t ms)
{
	struct call call;

	probe_sleep_call(probe, &call, slot, ms);
	return call_submit(probe->fd, &call);
}

static int wait_for(int fd, struct drm_qda_remote_call *calls, uint32_t count,
		    uint32_t flags, int64_t deadline_ns, uint32_t *done)
{
	struct drm_qda_remote_wait wait = {
		.calls_ptr = (uintptr_t)calls,
		.calls_count = count,
		.calls_stride = sizeof(calls[0]),
		.flags = flags,
		.deadline_ns = deadline_ns,
	};
	int ret = request(fd, DRM_IOCTL_QDA_REMOTE_WAIT, &wait);

	*done = wait.done;
	return ret;
}

/* One wrong field; the call stays, to be collected afterwards. */
static void refused(struct probe *probe, struct drm_qda_remote_wait wait,
		    int error)
{
	check_errno(request(probe->fd, DRM_IOCTL_QDA_REMOTE_WAIT, &wait),
		    error);
	check_equal(session_query(probe->fd).calls, 1);
}

#define REFUSED(name, error, change)                                         \
	static void name(void)                                               \
	{                                                                    \
		struct drm_qda_remote_call call = { 0 }, end;                \
		struct drm_qda_remote_wait wait = {                          \
			.calls_ptr = (uintptr_t)&call,                       \
			.calls_count = 1,                                    \
			.calls_stride = sizeof(call),                        \
			.deadline_ns = deadline_in(5000),                    \
		};                                                           \
		struct probe probe;                                          \
                                                                             \
		probe_open(&probe);                                          \
		call.call = submit_sleep(&probe, 0, 1);                      \
		end.call = call.call;                                        \
		change;                                                      \
		refused(&probe, wait, error);                                \
		check_ok(call_collect(probe.fd, end.call, deadline_in(5000), \
				      &end));                                \
		probe_close(&probe);                                         \
	}

REFUSED(no_calls, -EINVAL, wait.calls_count = 0)
REFUSED(too_many_calls, -E2BIG, wait.calls_count = DRM_QDA_WAIT_CALLS_MAX + 1)
REFUSED(most_calls_countable, -E2BIG, wait.calls_count = UINT32_MAX)
REFUSED(stride_zero, -EINVAL, wait.calls_stride = 0)
REFUSED(stride_unaligned, -EINVAL, wait.calls_stride += 4)
REFUSED(unknown_flag_1, -EINVAL, wait.flags = 1U << 1)
REFUSED(unknown_flag_31, -EINVAL, wait.flags = 1U << 31)
REFUSED(calls_not_mapped, -EFAULT, wait.calls_ptr = 8)
REFUSED(calls_null, -EFAULT, wait.calls_ptr = 0)
REFUSED(nonzero_padding, -EINVAL, call.pad = 1)
REFUSED(number_zero, -ENOENT, call.call = 0)
REFUSED(number_unknown, -ENOENT, call.call += 1ULL << 32)

static void number_twice(void)
{
	struct drm_qda_remote_call calls[2] = { 0 }, end;
	struct probe probe;
	uint32_t done;

	probe_open(&probe);
	calls[0].call = calls[1].call = submit_sleep(&probe, 0, 1);
	check_errno(wait_for(probe.fd, calls, 2, ALL, deadline_in(5000), &done),
		    -ENOENT);
	check_errno(wait_for(probe.fd, calls, 2, DRM_QDA_WAIT_ANY,
			     deadline_in(5000), &done),
		    -ENOENT);
	check_ok(
		call_collect(probe.fd, calls[0].call, deadline_in(5000), &end));
	probe_close(&probe);
}

static void collected_twice(void)
{
	struct drm_qda_remote_call end;
	struct probe probe;
	struct call call;
	uint64_t number;

	probe_open(&probe);
	number = submit_sleep(&probe, 0, 1);
	check_ok(call_collect(probe.fd, number, deadline_in(5000), &end));
	check_errno(call_collect(probe.fd, number, deadline_in(5000), &end),
		    -ENOENT);
	call_init(&call, 0, 0);
	call.invoke.call = number;
	check_errno(call_send(probe.fd, &call), -ENOENT);
	probe_close(&probe);
}

/* A synchronous call is done with when its ioctl returns. */
static void number_of_a_finished_call(void)
{
	struct drm_qda_remote_call end;
	struct probe probe;
	struct call call;

	probe_open(&probe);
	probe_sleep_call(&probe, &call, 0, 1);
	check_ok(call_send(probe.fd, &call));
	check(call.invoke.call != 0);
	check_errno(call_collect(probe.fd, call.invoke.call, deadline_in(5000),
				 &end),
		    -ENOENT);
	check_equal(session_query(probe.fd).calls, 0);
	probe_close(&probe);
}

static void number_of_another_session(void)
{
	struct drm_qda_remote_call end;
	struct probe a, b;
	uint64_t number;

	probe_open(&a);
	probe_open(&b);
	number = submit_sleep(&a, 0, 50);
	check_errno(call_collect(b.fd, number, deadline_in(5000), &end),
		    -ENOENT);
	check_ok(call_collect(a.fd, number, deadline_in(5000), &end));
	check_equal(end.done, 1);
	check_equal(end.error, 0);
	probe_close(&a);
	probe_close(&b);
}

static void numbers_are_never_reused(void)
{
	struct drm_qda_remote_call end;
	uint64_t numbers[600];
	struct probe probe;
	size_t i, j;

	probe_open(&probe);
	for (i = 0; i < ARRAY_SIZE(numbers); i++) {
		numbers[i] = submit_sleep(&probe, 0, 0);
		check_ok(call_collect(probe.fd, numbers[i], deadline_in(5000),
				      &end));
		for (j = 0; j < i; j++)
			check(numbers[i] != numbers[j]);
	}
	probe_close(&probe);
}

/* A deadline that passes leaves the call in flight. */
static void deadline_then_invoke_again(void)
{
	struct probe probe;
	struct call call;
	uint64_t number;

	probe_open(&probe);
	probe_sleep_call(&probe, &call, 0, SLOW_MS);
	call.invoke.deadline_ns = deadline_in(20);
	check_errno(call_send(probe.fd, &call), -ETIME);
	number = call.invoke.call;
	check(number != 0);
	check_equal(session_query(probe.fd).calls, 1);
	call.invoke.deadline_ns = deadline_in(10000);
	check_ok(call_run(probe.fd, &call));
	check_equal(call.invoke.call, number);
	check_equal(call.invoke.result, 0);
	check_equal(session_query(probe.fd).calls, 0);
	probe_close(&probe);
}

static void deadline_then_wait(void)
{
	struct drm_qda_remote_call end;
	struct probe probe;
	struct call call;

	probe_open(&probe);
	probe_sleep_call(&probe, &call, 0, SLOW_MS);
	call.invoke.deadline_ns = deadline_in(20);
	check_errno(call_send(probe.fd, &call), -ETIME);
	check_errno(call_collect(probe.fd, call.invoke.call, deadline_in(20),
				 &end),
		    -ETIME);
	check_equal(end.done, 0);
	check_ok(call_collect(probe.fd, call.invoke.call, deadline_in(10000),
			      &end));
	check_equal(end.done, 1);
	check_equal(end.error, 0);
	check_equal(end.result, 0);
	probe_close(&probe);
}

/* 0 and negative times are past: they ask without waiting. */
static void deadlines_in_the_past(void)
{
	static const int64_t past[] = { 0, 1, -1, INT64_MIN };
	struct drm_qda_remote_call end;
	struct probe probe;
	uint64_t number;
	int64_t start;
	size_t i;

	probe_open(&probe);
	number = submit_sleep(&probe, 0, SLOW_MS);
	start = now_ns();
	for (i = 0; i < ARRAY_SIZE(past); i++)
		check_errno(call_collect(probe.fd, number, past[i], &end),
			    -ETIME);
	check(now_ns() - start < SLOW_MS * 1000000LL);
	check_ok(call_collect(probe.fd, number, DRM_QDA_DEADLINE_NONE, &end));
	probe_close(&probe);
}

static void deadline_is_kept(void)
{
	struct drm_qda_remote_call end;
	struct probe probe;
	uint64_t number;
	int64_t start;

	probe_open(&probe);
	number = submit_sleep(&probe, 0, SLOW_MS);
	start = now_ns();
	check_errno(call_collect(probe.fd, number, start + 100000000, &end),
		    -ETIME);
	check(now_ns() - start >= 100000000);
	check_ok(call_collect(probe.fd, number, deadline_in(10000), &end));
	probe_close(&probe);
}

static void nowait_returns_at_once(void)
{
	struct drm_qda_remote_call end;
	struct probe probe;
	uint64_t number;
	int64_t start;

	probe_open(&probe);
	start = now_ns();
	number = submit_sleep(&probe, 0, 3000);
	check(now_ns() - start < 2500000000);
	check_equal(session_query(probe.fd).calls, 1);
	check_ok(call_collect(probe.fd, number, deadline_in(10000), &end));
	check(now_ns() - start >= 3000000000);
	probe_close(&probe);
}

/* Whether the DSP runs calls side by side or in turn does not matter here. */
static void any_of_several(void)
{
	struct drm_qda_remote_call calls[3] = { 0 };
	struct probe probe;
	uint32_t done;

	probe_open(&probe);
	calls[1].call = submit_sleep(&probe, 0, 20);
	calls[0].call = submit_sleep(&probe, 1, 3000);
	calls[2].call = submit_sleep(&probe, 2, 3000);
	check_ok(wait_for(probe.fd, calls, 3, DRM_QDA_WAIT_ANY,
			  deadline_in(10000), &done));
	check_equal(done, 1);
	check_equal(calls[0].done, 0);
	check_equal(calls[1].done, 1);
	check_equal(calls[2].done, 0);
	check_equal(session_query(probe.fd).calls, 2);
	calls[1] = calls[2];
	check_ok(wait_for(probe.fd, calls, 2, ALL, deadline_in(10000), &done));
	check_equal(done, 2);
	probe_close(&probe);
}

static void all_of_several(void)
{
	struct drm_qda_remote_call calls[4] = { 0 };
	struct probe probe;
	struct call call;
	uint32_t done, i;

	probe_open(&probe);
	for (i = 0; i < 4; i++) {
		probe_return_call(&probe, &call, i, (int32_t)i - 2);
		calls[i].call = call_submit(probe.fd, &call);
	}
	check_ok(wait_for(probe.fd, calls, 4, ALL, deadline_in(10000), &done));
	check_equal(done, 4);
	for (i = 0; i < 4; i++) {
		check_equal(calls[i].done, 1);
		check_equal(calls[i].error, 0);
		check_equal(calls[i].result, (int32_t)i - 2);
	}
	check_equal(session_query(probe.fd).calls, 0);
	probe_close(&probe);
}

/* With ETIME nothing is collected, also not what has ended. */
static void all_collects_nothing_before_the_last(void)
{
	struct drm_qda_remote_call calls[2] = { 0 };
	struct probe probe;
	uint32_t done;

	probe_open(&probe);
	calls[0].call = submit_sleep(&probe, 0, 1);
	calls[1].call = submit_sleep(&probe, 1, SLOW_MS);
	check_errno(wait_for(probe.fd, calls, 2, ALL, deadline_in(100), &done),
		    -ETIME);
	check_equal(done, 0);
	check_equal(calls[0].done, 0);
	check_equal(session_query(probe.fd).calls, 2);
	check_ok(wait_for(probe.fd, calls, 2, ALL, deadline_in(10000), &done));
	check_equal(done, 2);
	probe_close(&probe);
}

static void one_unknown_among_several(void)
{
	struct drm_qda_remote_call calls[2] = { 0 }, end;
	struct probe probe;
	uint32_t done;

	probe_open(&probe);
	calls[0].call = submit_sleep(&probe, 0, 0);
	calls[1].call = ~0ULL;
	check_errno(wait_for(probe.fd, calls, 2, DRM_QDA_WAIT_ANY,
			     deadline_in(5000), &done),
		    -ENOENT);
	check_ok(
		call_collect(probe.fd, calls[0].call, deadline_in(5000), &end));
	probe_close(&probe);
}

static void stride_longer(void)
{
	struct {
		struct drm_qda_remote_call call;
		uint64_t more;
	} calls[2] = { 0 };
	struct drm_qda_remote_wait wait = {
		.calls_ptr = (uintptr_t)calls,
		.calls_count = 2,
		.calls_stride = sizeof(calls[0]),
		.deadline_ns = deadline_in(10000),
	};
	struct probe probe;

	probe_open(&probe);
	calls[0].call.call = submit_sleep(&probe, 0, 1);
	calls[1].call.call = submit_sleep(&probe, 1, 1);
	calls[1].more = 1;
	check_errno(request(probe.fd, DRM_IOCTL_QDA_REMOTE_WAIT, &wait),
		    -E2BIG);
	calls[1].more = 0;
	check_ok(request(probe.fd, DRM_IOCTL_QDA_REMOTE_WAIT, &wait));
	check_equal(wait.done, 2);
	check_equal(calls[1].call.done, 1);
	check_equal(calls[1].more, 0);
	probe_close(&probe);
}

static const struct subtest tests[] = {
	SUBTEST(no_calls),
	SUBTEST(too_many_calls),
	SUBTEST(most_calls_countable),
	SUBTEST(stride_zero),
	SUBTEST(stride_unaligned),
	SUBTEST(unknown_flag_1),
	SUBTEST(unknown_flag_31),
	SUBTEST(calls_not_mapped),
	SUBTEST(calls_null),
	SUBTEST(nonzero_padding),
	SUBTEST(number_zero),
	SUBTEST(number_unknown),
	SUBTEST(number_twice),
	SUBTEST(collected_twice),
	SUBTEST(number_of_a_finished_call),
	SUBTEST(number_of_another_session),
	SUBTEST(numbers_are_never_reused),
	SUBTEST(deadline_then_invoke_again),
	SUBTEST(deadline_then_wait),
	SUBTEST(deadlines_in_the_past),
	SUBTEST(deadline_is_kept),
	SUBTEST(nowait_returns_at_once),
	SUBTEST(any_of_several),
	SUBTEST(all_of_several),
	SUBTEST(all_collects_nothing_before_the_last),
	SUBTEST(one_unknown_among_several),
	SUBTEST(stride_longer),
};

int main(int argc, char **argv)
{
	return harness_main(argc, argv, tests, ARRAY_SIZE(tests));
}
