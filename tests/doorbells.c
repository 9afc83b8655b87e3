// SPDX-License-Identifier: BSD-3-Clause
/*
 * What calls cost the machine between Linux and the DSP: doorbells, interrupts
 * and messages, counted by the GLINK edge. For a DSP that tells of answers
 * together (qda-sim --coalesce 200000).
 */
#include <stdlib.h>
#include <unistd.h>

#include "batch.h"
#include "kernel_text.h"

#define CALLS	 64
#define ROUNDS	 3
#define QUIET_MS 500 /* the DSP sleeps again, receive buffers are back */

struct counters {
	uint64_t kicks, interrupts, sent, received;
};

static struct counters before;
static struct batch batch;
static struct probe probe;

static struct counters counters_read(void)
{
	return (struct counters){
		.kicks = edge_counter_read("kicks"),
		.interrupts = edge_counter_read("interrupts"),
		.sent = edge_counter_read("sent"),
		.received = edge_counter_read("received"),
	};
}

static void note_counters(void)
{
	if (!getenv("QDA_TEST_COALESCE"))
		subtest_skip("for a machine with --coalesce");
	sleep_ms(QUIET_MS);
	before = counters_read();
}

/* Since the note, and until nothing moves any more. */
static void crossed(unsigned int messages, unsigned int kicks,
		    unsigned int interrupts)
{
	struct counters after;

	sleep_ms(QUIET_MS);
	after = counters_read();
	check_equal(after.sent - before.sent, messages);
	check_equal(after.received - before.received, messages);
	check_equal(after.kicks - before.kicks, kicks);
	check_equal(after.interrupts - before.interrupts, interrupts);
}

/* The first batch of a session allocates; the DSP starts threads. */
static void warm_up(void)
{
	probe_open(&probe);
	batch_of_results(&probe, &batch, 0, CALLS, 0);
	check_ok(batch_send(probe.fd, &batch));
	batch_of_results(&probe, &batch, 0, CALLS, 0);
}

static void one_call(void)
{
	struct call call;

	warm_up();
	probe_return_call(&probe, &call, 0, 1);
	note_counters();
	check_ok(call_send(probe.fd, &call));
	crossed(1, 1, 1);
	probe_close(&probe);
}

static void batch_of_64(void)
{
	unsigned int i;

	warm_up();
	for (i = 0; i < ROUNDS; i++) {
		batch_of_results(&probe, &batch, 0, CALLS, 10);
		note_counters();
		check_ok(batch_send(probe.fd, &batch));
		crossed(CALLS, 1, 1);
		batch_check_results(&batch, 10);
	}
	probe_close(&probe);
}

static void batch_of_64_sent_and_waited_for(void)
{
	warm_up();
	batch.batch.flags = DRM_QDA_INVOKE_NOWAIT;
	batch.batch.deadline_ns = 0;
	note_counters();
	check_ok(batch_send(probe.fd, &batch));
	check_ok(batch_again(probe.fd, &batch, deadline_in(20000)));
	crossed(CALLS, 1, 1);
	batch_check_results(&batch, 0);
	probe_close(&probe);
}

static const struct subtest tests[] = {
	SUBTEST(one_call),
	SUBTEST(batch_of_64),
	SUBTEST(batch_of_64_sent_and_waited_for),
};

int main(int argc, char **argv)
{
	return harness_main(argc, argv, tests, ARRAY_SIZE(tests));
}
