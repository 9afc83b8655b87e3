// SPDX-License-Identifier: BSD-3-Clause
/*
 * Sessions that look for the end of their calls in memory. Whether the DSP
 * writes there is its own business: with qda-sim --poll it does, without it
 * every call ends by its answer. With --fault delay the answer is so late that
 * there is no doubt by which a call ended; QDA_TEST_POLL says that it is so.
 */
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "dsp_probe.h"
#include "kernel_text.h"

#define CALLS 40

static void poller_open(struct probe *probe)
{
	int fd = file_open();

	check(device_query(fd).features & DRM_QDA_FEATURE_POLL);
	probe_open_in(probe, fd, DRM_QDA_SESSION_POLL);
	check(probe->handle > 20);
}

static void run_calls(struct probe *probe)
{
	struct call call;
	int32_t i;

	/* The word stands for a result of 0 alone; others come by the answer. */
	for (i = 0; i < CALLS; i++) {
		probe_count_call(probe, &call, 0, 0);
		check_ok(call_run(probe->fd, &call));
		check_equal(call.invoke.result, 0);
		check_equal(probe_word(probe, 0), 2 * i + 1);
		probe_return_call(probe, &call, 1, i % 5);
		check_ok(call_run(probe->fd, &call));
		check_equal(call.invoke.result, i % 5);
		probe_count_call(probe, &call, 0, 0);
		check_ok(call_run(probe->fd, &call));
	}
	check_equal(session_query(probe->fd).calls, 0);
}

/* Ends are seen in memory if the DSP writes there, and results are right. */
static void calls_end(void)
{
	int64_t polled = (int64_t)counter_read("calls_polled");
	struct probe probe;

	poller_open(&probe);
	run_calls(&probe);
	polled = (int64_t)counter_read("calls_polled") - polled;
	if (getenv("QDA_TEST_POLL"))
		check(polled > CALLS);
	else
		check_equal(polled, 0);
	probe_close(&probe);
}

/* Who did not ask for it does not look. */
static void without_the_flag(void)
{
	int64_t polled = (int64_t)counter_read("calls_polled");
	struct probe probe;

	probe_open(&probe);
	run_calls(&probe);
	check_equal((int64_t)counter_read("calls_polled"), polled);
	probe_close(&probe);
}

/* A call that takes long ends by its answer, one that is late by its deadline. */
static void long_calls(void)
{
	struct probe probe;
	struct call call;

	poller_open(&probe);
	probe_sleep_call(&probe, &call, 0, 100);
	check_ok(call_run(probe.fd, &call));
	check_equal(call.invoke.result, 0);
	probe_sleep_call(&probe, &call, 0, 300);
	call.invoke.deadline_ns = deadline_in(20);
	check_errno(call_send(probe.fd, &call), -ETIME);
	call.invoke.deadline_ns = deadline_in(10000);
	check_ok(call_run(probe.fd, &call));
	probe_close(&probe);
}

/* The answer that follows belongs to nobody else, and costs no allocation. */
static void answers_follow(void)
{
	static const char *const names[] = {
		"dropped_late",	     "dropped_duplicate", "dropped_stranger",
		"dropped_malformed", "calls_allocated",	  "works_queued",
	};
	int64_t before[ARRAY_SIZE(names)];
	struct probe probe;
	size_t i;

	poller_open(&probe);
	run_calls(&probe);
	for (i = 0; i < ARRAY_SIZE(names); i++)
		before[i] = (int64_t)counter_read(names[i]);
	for (i = 0; i < CALLS; i++)
		probe_count(&probe);
	sleep_ms(500);
	for (i = 0; i < 4; i++)
		check_equal((int64_t)counter_read(names[i]), before[i]);
	/* Answers that are a while behind hold a call each. */
	check((int64_t)counter_read("calls_allocated") - before[4] <= CALLS);
	check_equal((int64_t)counter_read("works_queued"), before[5]);
	probe_close(&probe);
}

static void process_dies(void)
{
	struct probe probe;
	struct call call;

	poller_open(&probe);
	probe_crash_call(&probe, &call, PROBE_CRASH_NULL);
	check_errno(call_run(probe.fd, &call), -ECONNRESET);
	probe_abandon(&probe);
}

static const struct subtest tests[] = {
	LONG(calls_end),      LONG(without_the_flag), SUBTEST(long_calls),
	LONG(answers_follow), SUBTEST(process_dies),
};

int main(int argc, char **argv)
{
	return harness_main(argc, argv, tests, ARRAY_SIZE(tests));
}
