// SPDX-License-Identifier: BSD-3-Clause
/* Many calls in one ioctl: each once, in order, whatever interrupts them */
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "alarms.h"
#include "batch.h"

#define FEW	 8
#define CALLS	 64
#define STORM_US 3000

static struct batch batch;
static struct probe probe;

/* Calls that count, then sleep. */
static void counting(unsigned int count, uint32_t ms, uint32_t flags)
{
	struct call call;
	unsigned int i;

	batch_init(&batch, flags);
	for (i = 0; i < count; i++) {
		probe_count_call(&probe, &call, i, ms);
		batch_add(&batch, &call);
	}
}

/* Each ran once: what they counted are the numbers from @first on. */
static void counted_once(unsigned int count, unsigned int first)
{
	bool seen[DRM_QDA_BATCH_CALLS_MAX] = { false };
	unsigned int i;

	for (i = 0; i < count; i++) {
		uint32_t word = probe_word(&probe, i) - first;

		check(word < count && !seen[word]);
		seen[word] = true;
	}
}

static void all_returned_zero(void)
{
	uint32_t i;

	check_equal(batch.batch.sent, batch.batch.calls_count);
	for (i = 0; i < batch.batch.calls_count; i++) {
		check_equal(batch.calls[i].done, 1);
		check_equal(batch.calls[i].error, 0);
		check_equal(batch.calls[i].result, 0);
	}
}

static void of_any_size(void)
{
	static const unsigned int counts[] = {
		1, 2, 63, 64, 65, 128, DRM_QDA_BATCH_CALLS_MAX,
	};
	unsigned int i;

	probe_open(&probe);
	for (i = 0; i < ARRAY_SIZE(counts); i++) {
		batch_of_results(&probe, &batch, 0, counts[i], 100 * (int)i);
		check_ok(batch_send(probe.fd, &batch));
		batch_check_results(&batch, 100 * (int)i);
		check_equal(session_query(probe.fd).calls, 0);
	}
	probe_close(&probe);
}

/* Ends in an order that is not theirs. */
static void ended_backwards(void)
{
	struct call call;
	unsigned int i;

	probe_open(&probe);
	batch_init(&batch, 0);
	for (i = 0; i < FEW; i++) {
		probe_sleep_call(&probe, &call, i, 20 * (FEW - i));
		batch_add(&batch, &call);
	}
	check_ok(batch_send(probe.fd, &batch));
	all_returned_zero();
	probe_close(&probe);
}

/* The elements of a program that knows more of them. */
static void longer_elements(void)
{
	static struct {
		struct drm_qda_remote_batch_call call;
		uint64_t newer[16];
	} calls[FEW];
	unsigned int i;

	probe_open(&probe);
	batch_of_results(&probe, &batch, 0, FEW, 7);
	for (i = 0; i < FEW; i++)
		calls[i].call = batch.calls[i];
	batch.batch.calls_ptr = (uintptr_t)calls;
	batch.batch.calls_stride = sizeof(calls[0]);
	check_ok(batch_send(probe.fd, &batch));
	for (i = 0; i < FEW; i++) {
		check_equal(calls[i].call.result, 7 + i);
		check_equal(calls[i].call.scalars, batch.calls[i].scalars);
	}
	probe_close(&probe);
}

/* Interrupted again and again, each of its calls runs once. */
static void storm(int flags)
{
	unsigned int alarms = 0, interrupted = 0, rounds = 5, i;
	int ret;

	probe_open(&probe);
	for (i = 0; i < rounds; i++) {
		counting(FEW, 50, 0);
		alarms_start(STORM_US, flags);
		while ((ret = batch_send(probe.fd, &batch)) == -EINTR) {
			interrupted++;
			check(batch.batch.sent == 0 || batch.batch.sent == FEW);
		}
		alarms += alarms_stop();
		check_ok(ret);
		all_returned_zero();
		counted_once(FEW, i * FEW + 1);
	}
	check(alarms > 10);
	check(flags & SA_RESTART || interrupted > 0);
	check_equal(probe_count(&probe), rounds * FEW);
	check_equal(session_query(probe.fd).calls, 0);
	probe_close(&probe);
}

static void signals_without_restart(void)
{
	storm(0);
}

static void signals_with_restart(void)
{
	storm(SA_RESTART);
}

/* A deadline that passes collects nothing and loses nothing. */
static void deadline_and_again(void)
{
	unsigned int i, again = 0;
	int ret;

	probe_open(&probe);
	counting(FEW, 300, 0);
	batch.batch.deadline_ns = deadline_in(20);
	ret = batch_send(probe.fd, &batch);
	check_errno(ret, -ETIME);
	check_equal(batch.batch.sent, FEW);
	check_equal(batch.batch.failed, FEW);
	for (i = 0; i < FEW; i++) {
		check(batch.calls[i].call != 0);
		check_equal(batch.calls[i].done, 0);
	}
	check_equal(session_query(probe.fd).calls, FEW);
	while ((ret = batch_again(probe.fd, &batch, deadline_in(20))) == -ETIME)
		check(++again < 1000);
	check_ok(ret);
	all_returned_zero();
	counted_once(FEW, 1);
	check_equal(probe_count(&probe), FEW);
	probe_close(&probe);
}

/* Waits by the other ioctl for all calls of the batch. */
static void wait_for_calls(struct drm_qda_remote_call *ends,
			   int64_t deadline_ns)
{
	struct drm_qda_remote_wait wait = {
		.calls_ptr = (uintptr_t)ends,
		.calls_count = CALLS,
		.calls_stride = sizeof(ends[0]),
		.deadline_ns = deadline_ns,
	};
	unsigned int i;

	for (i = 0; i < CALLS; i++)
		ends[i].call = batch.calls[i].call;
	check_ok(request(probe.fd, DRM_IOCTL_QDA_REMOTE_WAIT, &wait));
}

/* Sent and forgotten until somebody asks: by this ioctl, or the other. */
static void sent_and_waited_for(void)
{
	struct drm_qda_remote_call ends[CALLS] = { 0 };
	unsigned int i;

	probe_open(&probe);
	batch_of_results(&probe, &batch, DRM_QDA_INVOKE_NOWAIT, CALLS, 1);
	check_ok(batch_send(probe.fd, &batch));
	check_equal(session_query(probe.fd).calls, CALLS);
	check_ok(batch_again(probe.fd, &batch, deadline_in(20000)));
	batch_check_results(&batch, 1);

	batch_of_results(&probe, &batch, DRM_QDA_INVOKE_NOWAIT, CALLS, 2);
	check_ok(batch_send(probe.fd, &batch));
	wait_for_calls(ends, deadline_in(20000));
	for (i = 0; i < CALLS; i++)
		check_equal(ends[i].result, 2 + i);
	check_errno(batch_again(probe.fd, &batch, deadline_in(20000)), -ENOENT);
	probe_close(&probe);
}

/* Two threads wait for the same calls: one of them collects. */
static void *collect_thread(void *argument)
{
	int *ret = argument;
	struct batch *mine = malloc(sizeof(*mine));

	check(mine != NULL);
	*mine = batch;
	mine->batch.calls_ptr = (uintptr_t)mine->calls;
	*ret = batch_again(probe.fd, mine, deadline_in(20000));
	free(mine);
	return NULL;
}

static void waited_for_twice(void)
{
	pthread_t threads[3];
	int rets[3], ok = 0;
	unsigned int i;

	probe_open(&probe);
	counting(FEW, 200, DRM_QDA_INVOKE_NOWAIT);
	check_ok(batch_send(probe.fd, &batch));
	for (i = 0; i < ARRAY_SIZE(threads); i++)
		check_equal(pthread_create(&threads[i], NULL, collect_thread,
					   &rets[i]),
			    0);
	for (i = 0; i < ARRAY_SIZE(threads); i++) {
		check_equal(pthread_join(threads[i], NULL), 0);
		check(rets[i] == 0 || rets[i] == -ENOENT);
		ok += rets[i] == 0;
	}
	check_equal(ok, 1);
	check_equal(session_query(probe.fd).calls, 0);
	probe_close(&probe);
}

static long sleeps(void)
{
	struct rusage usage;

	check(getrusage(RUSAGE_THREAD, &usage) == 0);
	return usage.ru_nvcsw;
}

/* Each call ends at another time; the thread wakes for the last one. */
static void wakes_once(void)
{
	struct drm_qda_remote_call ends[CALLS] = { 0 };
	unsigned int round, i;
	struct call call;
	long before;

	probe_open(&probe);
	for (round = 0; round < 2; round++) {
		batch_init(&batch, DRM_QDA_INVOKE_NOWAIT);
		for (i = 0; i < CALLS; i++) {
			probe_sleep_call(&probe, &call, i, 100 + 5 * i);
			batch_add(&batch, &call);
		}
		check_ok(batch_send(probe.fd, &batch));
		before = sleeps();
		if (round)
			wait_for_calls(ends, DRM_QDA_DEADLINE_NONE);
		else
			check_ok(batch_again(probe.fd, &batch,
					     DRM_QDA_DEADLINE_NONE));
		check(sleeps() - before >= 1);
		check(sleeps() - before <= 3);
	}
	probe_close(&probe);
}

/* Some of its calls end as events, and can be had in no other way. */
static void events_in_a_batch(void)
{
	unsigned int i, events = 0, waited = 0;
	struct drm_qda_event_call event;
	struct drm_qda_remote_call end;

	probe_open(&probe);
	batch_of_results(&probe, &batch, DRM_QDA_INVOKE_NOWAIT, CALLS, 50);
	for (i = 0; i < CALLS; i += 2) {
		batch.calls[i].flags = DRM_QDA_INVOKE_EVENT;
		batch.calls[i].user_data = 1000 + i;
	}
	check_ok(batch_send(probe.fd, &batch));
	check_equal(batch.batch.sent, CALLS);
	for (i = 0; i < CALLS; i += 2) {
		check_equal(read(probe.fd, &event, sizeof(event)),
			    sizeof(event));
		check_equal(event.base.type, DRM_QDA_EVENT_CALL);
		check(event.user_data >= 1000 &&
		      event.user_data < 1000 + CALLS);
		check_equal(event.call,
			    batch.calls[event.user_data - 1000].call);
		check_equal(event.result, 50 + event.user_data - 1000);
		check_equal(event.error, 0);
		events++;
	}
	check_errno(batch_again(probe.fd, &batch, deadline_in(5000)), -ENOENT);
	for (i = 1; i < CALLS; i += 2) {
		check_ok(call_collect(probe.fd, batch.calls[i].call,
				      deadline_in(20000), &end));
		check_equal(end.result, 50 + i);
		waited++;
	}
	check_equal(events + waited, CALLS);
	probe_close(&probe);
}

/* All or none: a batch that would pass the limit is not begun. */
static void more_than_the_limit(void)
{
	struct drm_qda_remote_call end;
	struct call call;
	uint64_t *numbers;
	uint32_t limit, i;

	probe_open(&probe);
	limit = device_query(probe.fd).calls;
	numbers = calloc(limit, sizeof(*numbers));
	check(numbers != NULL);
	for (i = 0; i < limit - FEW + 1; i++) {
		probe_sleep_call(&probe, &call, 100, 0);
		numbers[i] = call_submit(probe.fd, &call);
	}
	counting(FEW, 0, 0);
	check_errno(batch_send(probe.fd, &batch), -ENOSPC);
	check_equal(batch.batch.sent, 0);
	check_equal(session_query(probe.fd).calls, limit - FEW + 1);
	check_ok(call_collect(probe.fd, numbers[0], deadline_in(20000), &end));
	check_ok(batch_again(probe.fd, &batch, deadline_in(20000)));
	counted_once(FEW, 1);
	for (i = 1; i < limit - FEW + 1; i++)
		check_ok(call_collect(probe.fd, numbers[i], deadline_in(20000),
				      &end));
	free(numbers);
	probe_close(&probe);
}

/* One of its calls kills the process: all others end as it does. */
static void process_dies(void)
{
	struct probe bystander;
	struct call call;
	unsigned int i;

	probe_open(&bystander);
	probe_open(&probe);
	batch_init(&batch, 0);
	for (i = 0; i < FEW; i++) {
		probe_sleep_call(&probe, &call, i + 1, 20000);
		batch_add(&batch, &call);
	}
	probe_crash_call(&probe, &call, PROBE_CRASH_ABORT);
	batch_add(&batch, &call);
	check_ok(batch_send(probe.fd, &batch));
	for (i = 0; i < FEW + 1; i++) {
		check_equal(batch.calls[i].done, 1);
		check_equal(batch.calls[i].error, ECONNRESET);
	}
	check_equal(session_query(probe.fd).calls, 0);
	check_errno(batch_send(probe.fd, &batch), -ENOENT);
	batch.batch.sent = 0;
	check_errno(batch_send(probe.fd, &batch), -ECONNRESET);
	check_equal(batch.batch.sent, 0);
	probe_abandon(&probe);
	check_equal(probe_count(&bystander), 0);
	probe_close(&bystander);
}

/* A process that is killed in a batch leaves nothing behind. */
static void caller_killed(void)
{
	unsigned int i;
	pid_t child;

	for (i = 0; i < 6; i++) {
		child = fork();
		check(child >= 0);
		if (child == 0) {
			probe_open(&probe);
			counting(CALLS, 1000, 0);
			batch.batch.deadline_ns = DRM_QDA_DEADLINE_NONE;
			batch_send(probe.fd, &batch);
			_exit(0);
		}
		sleep_ms(20 + 40 * i);
		check(kill(child, SIGKILL) == 0);
		check(waitpid(child, NULL, 0) == child);
	}
	probe_open(&probe);
	probe_close(&probe);
}

static void *send_thread(void *argument)
{
	unsigned int thread = (uintptr_t)argument, i;
	struct batch *mine = malloc(sizeof(*mine));
	struct call call;

	check(mine != NULL);
	for (i = 0; i < 20; i++) {
		unsigned int n;

		batch_init(mine, 0);
		for (n = 0; n < CALLS; n++) {
			probe_return_call(&probe, &call, thread * CALLS + n,
					  (int32_t)(thread * 1000 + n));
			batch_add(mine, &call);
		}
		check_ok(batch_send(probe.fd, mine));
		batch_check_results(mine, (int32_t)(thread * 1000));
	}
	free(mine);
	return NULL;
}

/* More calls than the DSP has receive buffers, from several threads. */
static void side_by_side(void)
{
	pthread_t threads[4];
	uintptr_t i;

	probe_open(&probe);
	for (i = 0; i < ARRAY_SIZE(threads); i++)
		check_equal(pthread_create(&threads[i], NULL, send_thread,
					   (void *)i),
			    0);
	for (i = 0; i < ARRAY_SIZE(threads); i++)
		check_equal(pthread_join(threads[i], NULL), 0);
	check_equal(session_query(probe.fd).calls, 0);
	probe_close(&probe);
}

static const struct subtest tests[] = {
	SUBTEST(of_any_size),	       SUBTEST(ended_backwards),
	SUBTEST(longer_elements),      SUBTEST(signals_without_restart),
	SUBTEST(signals_with_restart), SUBTEST(deadline_and_again),
	SUBTEST(sent_and_waited_for),  SUBTEST(waited_for_twice),
	SUBTEST(wakes_once),	       SUBTEST(events_in_a_batch),
	LONG(more_than_the_limit),     SUBTEST(process_dies),
	SUBTEST(caller_killed),	       LONG(side_by_side),
};

int main(int argc, char **argv)
{
	return harness_main(argc, argv, tests, ARRAY_SIZE(tests));
}
