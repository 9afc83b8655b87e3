// SPDX-License-Identifier: BSD-3-Clause
/*
 * A DSP that misbehaves: each subtest is named after the mode of qda-dsp's
 * --fault in which it has to be run, on a machine of its own; "_at_9" makes it
 * the ninth call.
 */
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "dsp_map.h"

#define RESTART_MS 20000
#define BOUND_NS   15000000000LL

static void returns(struct probe *probe, unsigned int slot, int32_t result)
{
	struct call call;

	probe_return_call(probe, &call, slot, result);
	check_ok(call_run(probe->fd, &call));
	check_equal(call.invoke.result, result);
}

/* A session from beginning to end, as if nothing were the matter. */
static void all_is_well(void)
{
	struct probe probe;
	unsigned int i;

	probe_open(&probe);
	for (i = 0; i < 20; i++)
		returns(&probe, i, (int32_t)i * 3 - 7);
	check_equal(session_query(probe.fd).calls, 0);
	probe_close(&probe);
}

/* A call that gets no answer: it stays in flight until the file is closed. */
static void first_call_is_not_answered(void)
{
	struct probe probe;
	struct call call;

	probe_open(&probe);
	probe_return_call(&probe, &call, 0, 5);
	call.invoke.deadline_ns = deadline_in(300);
	check_errno(call_send(probe.fd, &call), -ETIME);
	check_equal(session_query(probe.fd).calls, 1);
	call.invoke.deadline_ns = deadline_in(100);
	check_errno(call_send(probe.fd, &call), -ETIME);
	probe_abandon(&probe);
}

static void drop(void)
{
	first_call_is_not_answered();
	all_is_well();
}

/* The answer arrives when the process has been released. */
static void late(void)
{
	first_call_is_not_answered();
	all_is_well();
}

static void never_reply(void)
{
	unsigned int i;

	for (i = 0; i < 8; i++)
		first_call_is_not_answered();
}

/* On a slow machine the answer may be there before the wait begins. */
static void delay(void)
{
	unsigned int late = 0, tries;
	struct probe probe;
	struct call call;
	int ret;

	probe_open(&probe);
	for (tries = 0; tries < 10; tries++) {
		probe_return_call(&probe, &call, 0, 5);
		call.invoke.deadline_ns = deadline_in(30);
		ret = call_send(probe.fd, &call);
		if (ret) {
			check_errno(ret, -ETIME);
			late++;
			call.invoke.deadline_ns = deadline_in(10000);
			check_ok(call_run(probe.fd, &call));
		}
		check_equal(call.invoke.result, 5);
	}
	check(late > 0);
	probe_close(&probe);
}

static void reorder(void)
{
	struct drm_qda_remote_call end;
	struct probe probe;
	struct call call;
	uint64_t numbers[8];
	int32_t i;

	probe_open(&probe);
	for (i = 0; i < 8; i++) {
		probe_return_call(&probe, &call, i, i + 1);
		numbers[i] = call_submit(probe.fd, &call);
	}
	for (i = 0; i < 8; i++) {
		check_ok(call_collect(probe.fd, numbers[i], deadline_in(10000),
				      &end));
		check_equal(end.error, 0);
		check_equal(end.result, i + 1);
	}
	probe_close(&probe);
}

/* The status is the DSP's word: it goes to the caller as it came. */
static void corrupt(void)
{
	struct probe probe;
	struct call call;

	probe_open(&probe);
	probe_return_call(&probe, &call, 0, 5);
	check_ok(call_run(probe.fd, &call));
	check_equal(call.invoke.result, ~5);
	probe_abandon(&probe);
}

static void crash_pd(void)
{
	struct probe victim, bystander;
	struct call call;

	probe_open(&bystander);
	probe_open(&victim);
	probe_return_call(&victim, &call, 0, 5);
	check_errno(call_run(victim.fd, &call), -ECONNRESET);
	check_equal(session_query(victim.fd).state, DRM_QDA_SESSION_STATE_DEAD);
	returns(&bystander, 0, 8);
	probe_abandon(&victim);
	probe_close(&bystander);
	all_is_well();
}

/* A file that was open when the DSP went down. */
static void file_is_useless(struct probe *probe)
{
	struct call call;

	probe_return_call(probe, &call, 0, 1);
	check_errno(call_send(probe->fd, &call), -ENODEV);
	check_errno(process_create(probe->fd), -ENODEV);
}

static void opens_after_restart(void)
{
	int fd = node_open_within(RESTART_MS);

	if (fd < 0)
		check_ok(fd);
	close(fd);
	all_is_well();
}

/* The DSP goes down in a call: waiters learn, the next open works. */
static void goes_down(struct probe *probe, struct call *call)
{
	int64_t start = now_ns();

	check_errno(call_run(probe->fd, call), -EPIPE);
	check(now_ns() - start < BOUND_NS);
	file_is_useless(probe);
	opens_after_restart();
	file_is_useless(probe);
	probe_abandon(probe);
	all_is_well();
}

static void crash_dsp(void)
{
	struct drm_qda_remote_call end;
	struct probe idle, probe;
	struct call call;
	uint64_t number;
	struct bo bo;

	probe_open(&idle);
	probe_open(&probe);
	bo_create(probe.fd, 65536, &bo);
	pattern_fill(bo.map, bo.size, 1);
	probe_sleep_call(&probe, &call, 0, 5000);
	number = call_submit(probe.fd, &call);
	check_ok(call_collect(probe.fd, number, deadline_in(10000), &end));
	check_equal(end.done, 1);
	check_equal(end.error, EPIPE);
	file_is_useless(&idle);
	pattern_check(bo.map, bo.size, 1);
	munmap(bo.map, bo.size);
	probe_abandon(&idle);
	opens_after_restart();
	file_is_useless(&probe);
	probe_abandon(&probe);
	opens_after_restart();
}

#define WAITERS	   8
#define PER_WAITER 4

struct waiter {
	pthread_t thread;
	int fd;
	struct drm_qda_remote_call calls[PER_WAITER];
};

static void *wait_for_the_end(void *argument)
{
	struct waiter *waiter = argument;
	struct drm_qda_remote_wait wait = {
		.calls_ptr = (uintptr_t)waiter->calls,
		.calls_count = PER_WAITER,
		.calls_stride = sizeof(waiter->calls[0]),
		.deadline_ns = deadline_in(20000),
	};
	unsigned int i;

	check_ok(request(waiter->fd, DRM_IOCTL_QDA_REMOTE_WAIT, &wait));
	check_equal(wait.done, PER_WAITER);
	for (i = 0; i < PER_WAITER; i++) {
		check_equal(waiter->calls[i].done, 1);
		check_equal(waiter->calls[i].error, EPIPE);
	}
	return NULL;
}

/* Eight threads wait for 32 calls; the 33rd, of another session, crashes. */
static void crash_dsp_at_33(void)
{
	struct waiter waiters[WAITERS] = { 0 };
	struct probe sleeper, probe;
	struct call call;
	unsigned int i, j;

	probe_open(&sleeper);
	probe_open(&probe);
	for (i = 0; i < WAITERS; i++) {
		waiters[i].fd = sleeper.fd;
		for (j = 0; j < PER_WAITER; j++) {
			probe_sleep_call(&sleeper, &call, i * PER_WAITER + j,
					 20000);
			waiters[i].calls[j].call = call_submit(sleeper.fd,
							       &call);
		}
		check_equal(pthread_create(&waiters[i].thread, NULL,
					   wait_for_the_end, &waiters[i]),
			    0);
	}
	sleep_ms(200);
	probe_return_call(&probe, &call, 0, 5);
	goes_down(&probe, &call);
	for (i = 0; i < WAITERS; i++)
		check_equal(pthread_join(waiters[i].thread, NULL), 0);
	probe_abandon(&sleeper);
}

/*
 * A DSP that does not even drop translations is declared crashed by the SMMU:
 * memory cannot be freed before.
 */
static void hang(void)
{
	struct probe probe;
	struct call call;
	struct bo bo;
	int ret;

	probe_open(&probe);
	bo_create(probe.fd, 1 << 20, &bo);
	probe_return_call(&probe, &call, 0, 5);
	call.invoke.deadline_ns = deadline_in(300);
	check_errno(call_send(probe.fd, &call), -ETIME);
	bo_destroy(&bo);
	call.invoke.deadline_ns = deadline_in(RESTART_MS);
	ret = call_run(probe.fd, &call);
	check(ret == -EPIPE ||
	      ret == -ENODEV); /* who comes late meets no device */
	file_is_useless(&probe);
	probe_abandon(&probe);
	opens_after_restart();
}

static void bad_index(void)
{
	struct probe probe;
	struct call call;

	probe_open(&probe);
	probe_return_call(&probe, &call, 0, 5);
	goes_down(&probe, &call);
}

/* What these modes send besides the answers has to be dropped. */
#define SURVIVED(mode)                                           \
	{                                                        \
		.name = #mode, .run = all_is_well, .timeout = 60 \
	}
/*
 * The DSP maps and says so when nobody waits any more: the map stays, with its
 * tag, until the process is released. A program that is killed leaves at once.
 */
static void late_maps(void)
{
	struct drm_qda_remote_map map;
	struct probe probe;
	struct bo bo;
	int64_t start;
	pid_t child;

	probe_open(&probe);
	bo_create(probe.fd, 65536, &bo);
	map = map_whole(DRM_QDA_MAP_TAG, &bo, 5);
	start = now_ns();
	check_errno(map_send(probe.fd, &map), -ETIMEDOUT);
	check(now_ns() - start > 9000000000LL);
	check(now_ns() - start < BOUND_NS);
	check_equal(map.map, 0);
	check_errno(map_send(probe.fd, &map), -EBUSY);
	check_errno(map_remove(probe.fd, 1, NULL), -ENOENT);
	bo_destroy(&bo);
	returns(&probe, 0, 7);
	sleep_ms(2000);
	bo_create(probe.fd, 65536, &bo);
	map.handle = bo.handle;
	check_errno(map_send(probe.fd, &map), -EBUSY);
	bo_destroy(&bo);
	probe_close(&probe);

	child = fork();
	check(child >= 0);
	if (child == 0) {
		probe_open(&probe);
		bo_create(probe.fd, 65536, &bo);
		map_create(probe.fd, DRM_QDA_MAP_HEAP, &bo, 0);
		_exit(0);
	}
	sleep_ms(500);
	start = now_ns();
	check_ok(kill(child, SIGKILL) ? -errno : 0);
	check(waitpid(child, NULL, 0) == child);
	check(now_ns() - start < 5000000000LL);
	all_is_well();
	sleep_ms(12000);
	all_is_well();
}

static int ask_attributes(int fd)
{
	struct drm_qda_query_dsp dsp;
	struct drm_qda_query query = {
		.type = DRM_QDA_QUERY_DSP,
		.size = sizeof(dsp),
		.data_ptr = (uintptr_t)&dsp,
	};

	return request(fd, DRM_IOCTL_QDA_QUERY, &query);
}

static void no_attributes(void)
{
	int fd = file_open();

	check_errno(ask_attributes(fd), -EOPNOTSUPP);
	check_errno(ask_attributes(fd), -EOPNOTSUPP);
	check_equal(session_query(fd).state, DRM_QDA_SESSION_STATE_NONE);
	close(fd);
	all_is_well();
}

#define FAULT(mode) SUBTEST_WITHIN(mode, 60)

static const struct subtest tests[] = {
	FAULT(drop),
	FAULT(never_reply),
	FAULT(delay),
	FAULT(late),
	SURVIVED(duplicate),
	FAULT(reorder),
	FAULT(corrupt),
	SURVIVED(unknown_ctx),
	SURVIVED(stale_seq),
	SURVIVED(early_response),
	SURVIVED(short_packet),
	SURVIVED(stray_signal),
	SURVIVED(stray_status),
	SURVIVED(scribble),
	SURVIVED(status_after),
	FAULT(crash_pd),
	FAULT(crash_dsp),
	FAULT(crash_dsp_at_33),
	FAULT(hang),
	FAULT(bad_index),
	FAULT(late_maps),
	FAULT(no_attributes),
};

int main(int argc, char **argv)
{
	return harness_main(argc, argv, tests, ARRAY_SIZE(tests));
}
