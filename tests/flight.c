// SPDX-License-Identifier: BSD-3-Clause
/* Calls in flight: many at once, interrupted, abandoned */
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "alarms.h"
#include "dsp_probe.h"

#define PAGE	   4096ULL
#define THREADS	   8
#define CALLS	   64
#define PER_THREAD (CALLS / THREADS)
#define ROUNDS	   5
#define COPY_SIZE  3001
#define STORM_US   3000

static struct probe shared;
static struct bo shared_bo;

/* Where a call's input and output lie in the BO that all threads share. */
static uint64_t input_at(unsigned int slot)
{
	return slot * 2 * PAGE + 7;
}

static uint64_t output_at(unsigned int slot)
{
	return slot * 2 * PAGE + PAGE + 11;
}

static uint64_t submit_copy(unsigned int slot, unsigned int seed)
{
	struct call call;

	pattern_fill(shared_bo.map + input_at(slot), COPY_SIZE, seed);
	memset(shared_bo.map + output_at(slot), 0, COPY_SIZE);
	probe_copy_call(&shared, &call, 1, 0);
	call_arg(&call, 0, &shared_bo, input_at(slot), COPY_SIZE);
	call_arg(&call, 1, &shared_bo, output_at(slot), COPY_SIZE);
	return call_submit(shared.fd, &call);
}

static void collect_copy(uint64_t number, unsigned int slot, unsigned int seed)
{
	struct drm_qda_remote_call end;

	check_ok(call_collect(shared.fd, number, deadline_in(20000), &end));
	check_equal(end.done, 1);
	check_equal(end.error, 0);
	check_equal(end.result, 0);
	pattern_check(shared_bo.map + output_at(slot), COPY_SIZE, seed);
}

static void *copy_thread(void *argument)
{
	unsigned int thread = (uintptr_t)argument;
	uint64_t numbers[PER_THREAD];
	unsigned int round, i;

	for (round = 0; round < ROUNDS; round++) {
		for (i = 0; i < PER_THREAD; i++)
			numbers[i] = submit_copy(thread * PER_THREAD + i,
						 round + thread);
		for (i = PER_THREAD; i-- > 0;)
			collect_copy(numbers[i], thread * PER_THREAD + i,
				     round + thread);
	}
	return NULL;
}

static void run_threads(void *(*run)(void *))
{
	pthread_t threads[THREADS];
	uintptr_t i;

	for (i = 0; i < THREADS; i++)
		check_equal(pthread_create(&threads[i], NULL, run, (void *)i),
			    0);
	for (i = 0; i < THREADS; i++)
		check_equal(pthread_join(threads[i], NULL), 0);
}

static void sixty_four_from_eight_threads(void)
{
	probe_open(&shared);
	bo_create(shared.fd, CALLS * 2 * PAGE, &shared_bo);
	run_threads(copy_thread);
	check_equal(session_query(shared.fd).calls, 0);
	bo_destroy(&shared_bo);
	probe_close(&shared);
}

/* All of them are in flight before one is collected. */
static void sixty_four_at_once(void)
{
	struct drm_qda_remote_call ends[CALLS] = { 0 };
	struct drm_qda_remote_wait wait = {
		.calls_ptr = (uintptr_t)ends,
		.calls_count = CALLS,
		.calls_stride = sizeof(ends[0]),
		.deadline_ns = deadline_in(20000),
	};
	struct call call;
	unsigned int i;

	probe_open(&shared);
	for (i = 0; i < CALLS; i++) {
		probe_sleep_call(&shared, &call, i, 5);
		ends[i].call = call_submit(shared.fd, &call);
	}
	check_ok(request(shared.fd, DRM_IOCTL_QDA_REMOTE_WAIT, &wait));
	check_equal(wait.done, CALLS);
	for (i = 0; i < CALLS; i++)
		check_equal(ends[i].result, 0);
	probe_close(&shared);
}

static void *sync_thread(void *argument)
{
	unsigned int thread = (uintptr_t)argument;
	struct call call;
	unsigned int i;

	for (i = 0; i < 50; i++) {
		int32_t result = (int32_t)(thread * 1000 + i);

		probe_return_call(&shared, &call, thread, result);
		check_ok(call_run(shared.fd, &call));
		check_equal(call.invoke.result, result);
	}
	return NULL;
}

static void each_thread_gets_its_own_result(void)
{
	probe_open(&shared);
	run_threads(sync_thread);
	probe_close(&shared);
}

static void *session_thread(void *argument)
{
	struct probe probe;
	struct call call;
	unsigned int i;

	(void)argument;
	for (i = 0; i < 5; i++) {
		probe_open(&probe);
		probe_return_call(&probe, &call, 0, 7);
		check_ok(call_run(probe.fd, &call));
		check_equal(call.invoke.result, 7);
		probe_close(&probe);
	}
	return NULL;
}

/* Sessions come and go side by side, no more than there are banks. */
static void sessions_side_by_side(void)
{
	pthread_t threads[4];
	uintptr_t i;

	for (i = 0; i < ARRAY_SIZE(threads); i++)
		check_equal(pthread_create(&threads[i], NULL, session_thread,
					   NULL),
			    0);
	for (i = 0; i < ARRAY_SIZE(threads); i++)
		check_equal(pthread_join(threads[i], NULL), 0);
}

static void more_than_the_limit(void)
{
	struct drm_qda_remote_call end;
	struct call call;
	uint64_t *numbers;
	uint32_t limit, i;

	probe_open(&shared);
	limit = device_query(shared.fd).calls;
	numbers = calloc(limit, sizeof(*numbers));
	check(numbers != NULL);
	for (i = 0; i < limit; i++) {
		probe_sleep_call(&shared, &call, i % PROBE_SLOTS, 0);
		numbers[i] = call_submit(shared.fd, &call);
	}
	/* To be collected is what frees a place, not to be answered. */
	probe_return_call(&shared, &call, 0, 1);
	check_errno(call_send(shared.fd, &call), -ENOSPC);
	check_equal(call.invoke.call, 0);
	for (i = 0; i < limit; i++)
		check_ok(call_collect(shared.fd, numbers[i], deadline_in(20000),
				      &end));
	call.invoke.deadline_ns = deadline_in(10000);
	check_ok(call_run(shared.fd, &call));
	free(numbers);
	probe_close(&shared);
}

static void handle_closed_while_in_flight(void)
{
	struct drm_qda_remote_call end;
	struct call call;
	uint64_t number;
	struct bo bo;

	probe_open(&shared);
	bo_create(shared.fd, 2 * PAGE, &bo);
	pattern_fill(bo.map, 100, 4);
	probe_sleep_call(&shared, &call, 0, 200);
	call_submit(shared.fd, &call);
	probe_copy_call(&shared, &call, 1, 0);
	call_arg(&call, 0, &bo, 0, 100);
	call_arg(&call, 1, &bo, PAGE, 100);
	number = call_submit(shared.fd, &call);
	check_ok(handle_close(shared.fd, bo.handle));
	check_ok(call_collect(shared.fd, number, deadline_in(10000), &end));
	check_equal(end.result, 0);
	pattern_check(bo.map + PAGE, 100, 4);
	munmap(bo.map, bo.size);
	close(shared.fd);
	munmap(shared.bo.map, shared.bo.size);
}

/* close() does not wait for the DSP, and the machine survives its answer. */
static void file_closed_while_in_flight(void)
{
	struct call call;
	int64_t start;
	unsigned int i;

	for (i = 0; i < 5; i++) {
		probe_open(&shared);
		probe_sleep_call(&shared, &call, 0, 300);
		call_submit(shared.fd, &call);
		probe_count_call(&shared, &call, 1, 0);
		call_submit(shared.fd, &call);
		start = now_ns();
		close(shared.fd);
		check(now_ns() - start < 5000000000LL);
		munmap(shared.bo.map, shared.bo.size);
	}
	sleep_ms(500);
	probe_open(&shared);
	check_equal(probe_count(&shared), 0);
	probe_close(&shared);
}

/* A process that is killed in a call leaves nothing behind. */
static void caller_killed(void)
{
	struct call call;
	unsigned int i;
	pid_t child;

	for (i = 0; i < 8; i++) {
		child = fork();
		check(child >= 0);
		if (child == 0) {
			probe_open(&shared);
			probe_sleep_call(&shared, &call, 0, 1000);
			call.invoke.deadline_ns = DRM_QDA_DEADLINE_NONE;
			call_send(shared.fd, &call);
			_exit(0);
		}
		sleep_ms(20 + 40 * i);
		check(kill(child, SIGKILL) == 0);
		check(waitpid(child, NULL, 0) == child);
	}
	probe_open(&shared);
	probe_close(&shared);
}

/* Interrupted again and again, a call runs once. */
static void storm(int flags)
{
	unsigned int interrupted = 0, calls = 10, i;
	struct call call;
	int ret;

	probe_open(&shared);
	alarms_start(STORM_US, flags);
	for (i = 0; i < calls; i++) {
		probe_count_call(&shared, &call, 0, 30);
		while ((ret = call_send(shared.fd, &call)) == -EINTR) {
			check(call.invoke.call != 0);
			interrupted++;
		}
		check_ok(ret);
		check_equal(call.invoke.result, 0);
		check_equal(probe_word(&shared, 0), i + 1);
	}
	check(alarms_stop() > 10);
	check(flags & SA_RESTART || interrupted > 0);
	check_equal(probe_count(&shared), calls);
	check_equal(session_query(shared.fd).calls, 0);
	probe_close(&shared);
}

static void signals_without_restart(void)
{
	storm(0);
}

static void signals_with_restart(void)
{
	storm(SA_RESTART);
}

/* WAIT is interrupted too, and collects nothing then. */
static void signals_during_wait(void)
{
	unsigned int interrupted = 0;
	struct drm_qda_remote_call end;
	struct call call;
	uint64_t number;
	int ret;

	probe_open(&shared);
	alarms_start(STORM_US, 0);
	probe_count_call(&shared, &call, 0, 200);
	number = call_submit(shared.fd, &call);
	while ((ret = call_collect(shared.fd, number, deadline_in(10000),
				   &end)) == -EINTR) {
		check_equal(end.done, 0);
		interrupted++;
	}
	alarms_stop();
	check_ok(ret);
	check_equal(end.done, 1);
	check(interrupted > 0);
	check_equal(probe_count(&shared), 1);
	probe_close(&shared);
}

/* The process is created once, however many signals arrive. */
static void signals_during_create(void)
{
	unsigned int i;
	int fd;

	alarms_start(STORM_US, 0);
	for (i = 0; i < 20; i++) {
		fd = file_open();
		check_ok(process_create(fd));
		check_equal(session_query(fd).state,
			    DRM_QDA_SESSION_STATE_RUNNING);
		close(fd);
	}
	alarms_stop();
}

/* Two threads wait for one call: one collects it, the other learns so. */
static uint64_t contested;
static int outcomes[2];

static void *contest_thread(void *argument)
{
	struct drm_qda_remote_call end;

	outcomes[(uintptr_t)argument] = call_collect(shared.fd, contested,
						     deadline_in(10000), &end);
	return NULL;
}

static void two_waiters_for_one_call(void)
{
	pthread_t threads[2];
	struct call call;
	uintptr_t i;

	probe_open(&shared);
	probe_sleep_call(&shared, &call, 0, 300);
	contested = call_submit(shared.fd, &call);
	for (i = 0; i < 2; i++)
		check_equal(pthread_create(&threads[i], NULL, contest_thread,
					   (void *)i),
			    0);
	for (i = 0; i < 2; i++)
		check_equal(pthread_join(threads[i], NULL), 0);
	check(outcomes[0] == 0 || outcomes[1] == 0);
	check_errno(outcomes[0] + outcomes[1], -ENOENT);
	probe_close(&shared);
}

static const struct subtest tests[] = {
	LONG(sixty_four_from_eight_threads),
	LONG(sixty_four_at_once),
	LONG(each_thread_gets_its_own_result),
	LONG(sessions_side_by_side),
	/* Many mappings that the DSP has to let go of, one after the other. */
	SUBTEST_WITHIN(more_than_the_limit, 400),
	SUBTEST(handle_closed_while_in_flight),
	LONG(file_closed_while_in_flight),
	LONG(caller_killed),
	LONG(signals_without_restart),
	LONG(signals_with_restart),
	SUBTEST(signals_during_wait),
	LONG(signals_during_create),
	SUBTEST(two_waiters_for_one_call),
};

int main(int argc, char **argv)
{
	return harness_main(argc, argv, tests, ARRAY_SIZE(tests));
}
