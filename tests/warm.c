// SPDX-License-Identifier: BSD-3-Clause
/*
 * A call that is like one before it costs nothing but itself: the driver's
 * counters of what it allocates, maps and defers stand still.
 */
#include <string.h>
#include <unistd.h>

#include "batch.h"
#include "kernel_text.h"

#define CALLS 1000
#define BATCH 64

static const char *const names[] = {
	"calls_allocated",
	"slots_allocated",
	"mappings_made",
	"works_queued",
};

static int64_t before[ARRAY_SIZE(names)];

static void note_counters(void)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(names); i++)
		before[i] = (int64_t)counter_read(names[i]);
}

static void counters_stand_still(void)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(names); i++) {
		int64_t after = (int64_t)counter_read(names[i]);

		if (after != before[i])
			subtest_fail(__FILE__, __LINE__, "%s rose by %lld",
				     names[i], (long long)(after - before[i]));
	}
}

/* The counters tell what they say, else the rest here shows nothing. */
static void cold_calls_are_counted(void)
{
	struct probe probe;
	struct call call;

	note_counters();
	probe_open(&probe);
	probe_return_call(&probe, &call, 0, 0);
	check_ok(call_run(probe.fd, &call));
	check((int64_t)counter_read("calls_allocated") > before[0]);
	check((int64_t)counter_read("slots_allocated") > before[1]);
	check((int64_t)counter_read("mappings_made") > before[2]);
	probe_close(&probe);
}

static void synchronous(void)
{
	struct probe probe;
	struct call call;
	int32_t i;

	probe_open(&probe);
	for (i = 0; i < CALLS + 1; i++) {
		probe_return_call(&probe, &call, 0, i);
		check_ok(call_run(probe.fd, &call));
		check_equal(call.invoke.result, i);
		if (i == 0)
			note_counters();
	}
	counters_stand_still();
	probe_close(&probe);
}

static void batch(struct probe *probe)
{
	struct drm_qda_remote_call end;
	uint64_t numbers[BATCH];
	struct call call;
	unsigned int i;

	for (i = 0; i < BATCH; i++) {
		probe_return_call(probe, &call, i, (int32_t)i);
		numbers[i] = call_submit(probe->fd, &call);
	}
	for (i = 0; i < BATCH; i++) {
		check_ok(call_collect(probe->fd, numbers[i], deadline_in(10000),
				      &end));
		check_equal(end.result, i);
	}
}

/* Most have ended before somebody waits for them. */
static void sent_and_waited_for(void)
{
	struct probe probe;
	unsigned int i;

	probe_open(&probe);
	batch(&probe);
	note_counters();
	for (i = 0; i < CALLS / BATCH; i++)
		batch(&probe);
	counters_stand_still();
	probe_close(&probe);
}

static void in_one_ioctl(void)
{
	static struct batch calls;
	struct probe probe;
	unsigned int i;

	probe_open(&probe);
	for (i = 0; i < CALLS / BATCH + 1; i++) {
		batch_of_results(&probe, &calls, 0, BATCH, (int32_t)i);
		check_ok(batch_send(probe.fd, &calls));
		batch_check_results(&calls, (int32_t)i);
		if (i == 0)
			note_counters();
	}
	counters_stand_still();
	probe_close(&probe);
}

/* An event is made for each, but nothing that the counters count. */
static void with_events(void)
{
	struct drm_qda_event_call event;
	struct probe probe;
	struct call call;
	unsigned int i;

	probe_open(&probe);
	for (i = 0; i < CALLS + 1; i++) {
		probe_return_call(&probe, &call, 0, 0);
		call.invoke.flags = DRM_QDA_INVOKE_NOWAIT |
				    DRM_QDA_INVOKE_EVENT;
		call.invoke.deadline_ns = 0;
		check_ok(call_send(probe.fd, &call));
		check_equal(read(probe.fd, &event, sizeof(event)),
			    sizeof(event));
		check_equal(event.call, call.invoke.call);
		if (i == 0)
			note_counters();
	}
	counters_stand_still();
	probe_close(&probe);
}

/* Each argument in a BO of its own, or all in one. */
static void most_arguments(unsigned int bos, unsigned int calls)
{
	struct bo bo[255];
	struct probe probe;
	struct call call;
	unsigned int i, n;

	probe_open(&probe);
	for (i = 0; i < bos; i++)
		bo_create(probe.fd, 65536, &bo[i]);
	for (n = 0; n < calls; n++) {
		probe_copy_call(&probe, &call, 127, 0);
		for (i = 0; i < 254; i++)
			call_arg(&call, i, &bo[i % bos], 200 * i, 100);
		for (i = 0; i < 127; i++)
			pattern_fill(bo[i % bos].map + 200 * i, 100, n + i);
		check_ok(call_run(probe.fd, &call));
		check_equal(call.invoke.result, 0);
		for (i = 0; i < 127; i++)
			pattern_check(bo[(i + 127) % bos].map + 200 * (i + 127),
				      100, n + i);
		if (n == 0)
			note_counters();
	}
	counters_stand_still();
	for (i = 0; i < bos; i++)
		bo_destroy(&bo[i]);
	probe_close(&probe);
}

static void most_arguments_in_one_bo(void)
{
	most_arguments(1, 20);
}

static void most_arguments_in_as_many_bos(void)
{
	most_arguments(254, 20);
}

/*
 * What was found by its handle once is not found by it when it is another's. A
 * kernel that gives out again what was freed last has them in another order.
 */
static void handle_used_again(void)
{
	uint32_t first = 0;
	struct probe probe;
	struct bo bo[3];
	unsigned int i, j;

	probe_open(&probe);
	for (i = 0; i < 20; i++) {
		for (j = 0; j < 3; j++) {
			bo_create(probe.fd, 4096 * (1 + j), &bo[j]);
			pattern_fill(bo[j].map, bo[j].size, i + j);
		}
		check(!first || bo[0].handle == first);
		first = bo[0].handle;
		for (j = 0; j < 3; j++)
			check_equal(probe_sum(&probe, bo[j].handle, 0,
					      bo[j].size),
				    pattern_sum(0, bo[j].size, i + j));
		for (j = 0; j < 3; j++)
			bo_destroy(&bo[j]);
	}
	probe_close(&probe);
}

static const struct subtest tests[] = {
	SUBTEST(cold_calls_are_counted),
	LONG(synchronous),
	LONG(sent_and_waited_for),
	LONG(in_one_ioctl),
	LONG(with_events),
	LONG(most_arguments_in_one_bo),
	LONG(most_arguments_in_as_many_bos),
	LONG(handle_used_again),
};

int main(int argc, char **argv)
{
	return harness_main(argc, argv, tests, ARRAY_SIZE(tests));
}
