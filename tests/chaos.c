// SPDX-License-Identifier: BSD-3-Clause
/*
 * A DSP that misbehaves at random: in each call another way (--fault
 * random:SEED), or with packets of any content between its answers (--fault
 * fuzz:SEED). Eight threads go on calling it for a time. Each wait ends soon
 * after its deadline at the latest, with what the header names; a session that
 * is opened later works.
 */
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "dsp_probe.h"
#include "platform.h"
#include "remotectl.h"

#define THREADS	    8
#define CALLS	    12
#define DEADLINE_MS 150
#define BOUND_NS    8000000000LL
#define FAST_MS	    8000
#define DEBUG_MS    15000
#define TRIES	    60

/* The fault mode, and what each thread has seen. */
static bool fuzzed;
static int64_t end_ns;

struct tally {
	pthread_t thread;
	unsigned int seed, good, wrong, late, lost;
};

static struct tally tallies[THREADS];

static void check_errno_of_wait(struct tally *tally, int ret)
{
	switch (ret) {
	case 0:
		return;
	case -ETIME:
	case -ETIMEDOUT:
		tally->late++;
		return;
	case -ECONNRESET:
	case -EPIPE:
	case -ENODEV:
		tally->lost++;
		return;
	default:
		check_ok(ret);
	}
}

/* The DSP's word is the caller's, and "corrupt" is inverted. */
static void check_result(struct tally *tally, int32_t result, int32_t expected)
{
	if (result == expected) {
		tally->good++;
		return;
	}
	tally->wrong++;
	if (!fuzzed)
		check_equal(result, ~expected);
}

static int call_once(struct tally *tally, struct probe *probe,
		     unsigned int slot)
{
	int32_t expected = (int32_t)rand_r(&tally->seed);
	int64_t start = now_ns();
	struct call call;
	int ret;

	probe_return_call(probe, &call, slot, expected);
	call.invoke.deadline_ns = deadline_in(DEADLINE_MS);
	ret = call_send(probe->fd, &call);
	check(now_ns() - start < BOUND_NS);
	check_errno_of_wait(tally, ret);
	if (!ret)
		check_result(tally, call.invoke.result, expected);
	return ret;
}

/* Some calls at once; those that are late are left to the closing. */
static int call_several(struct tally *tally, struct probe *probe)
{
	struct drm_qda_remote_call ends[4] = { 0 };
	struct drm_qda_remote_wait wait = {
		.calls_ptr = (uintptr_t)ends,
		.calls_stride = sizeof(ends[0]),
		.flags = (uint32_t)rand_r(&tally->seed) % 2,
		.deadline_ns = deadline_in(DEADLINE_MS),
	};
	int64_t start = now_ns();
	struct call call;
	unsigned int i;
	int ret = 0;

	for (i = 0; i < 4 && !ret; i++) {
		probe_return_call(probe, &call, 100 + i, 100 + (int32_t)i);
		call.invoke.flags = DRM_QDA_INVOKE_NOWAIT;
		call.invoke.deadline_ns = 0;
		ret = call_send(probe->fd, &call);
		ends[i].call = call.invoke.call;
		wait.calls_count += !ret;
	}
	if (wait.calls_count)
		ret = request(probe->fd, DRM_IOCTL_QDA_REMOTE_WAIT, &wait);
	check(now_ns() - start < BOUND_NS);
	check_errno_of_wait(tally, ret);
	for (i = 0; i < wait.calls_count && !ret; i++)
		if (ends[i].done && !ends[i].error)
			check_result(tally, ends[i].result, 100 + (int32_t)i);
		else if (ends[i].done)
			check_errno_of_wait(tally, -(int)ends[i].error);
	return ret;
}

/* Opens what probe_open() does; false when the DSP does not let it. */
static bool try_open(struct probe *probe)
{
	struct remote_opened opened;
	char uri[REMOTECTL_URI_MAX];

	probe->fd = node_open_within(PLATFORM_BACK_MS);
	check(probe->fd >= 0);
	remotectl_uri(uri, "probe", DRM_QDA_DOMAIN_CDSP);
	if (process_create(probe->fd) ||
	    bo_try_create(probe->fd, PROBE_SLOTS * 64, 0, &probe->bo))
		goto no;
	if (remote_open_uri(probe->fd, uri, &opened) || opened.result ||
	    opened.error) {
		munmap(probe->bo.map, probe->bo.size);
		goto no;
	}
	probe->handle = opened.handle;
	return true;
no:
	close(probe->fd);
	return false;
}

static bool is_over(int ret)
{
	return ret == -ECONNRESET || ret == -EPIPE || ret == -ENODEV;
}

static void *call_for_a_time(void *argument)
{
	struct tally *tally = argument;
	struct probe probe;
	unsigned int i;
	int ret;

	while (now_ns() < end_ns) {
		if (!try_open(&probe)) {
			tally->lost++;
			usleep(1000);
			continue;
		}
		for (i = 0, ret = 0; i < CALLS && !is_over(ret); i++)
			ret = i % 3 == 2 ? call_several(tally, &probe) :
					   call_once(tally, &probe, i);
		probe_abandon(&probe);
	}
	return NULL;
}

/* A session that has a whole call, however many it takes. */
static void later_session_works(void)
{
	struct tally tally = { .seed = 1 };
	struct probe probe;
	unsigned int i;

	for (i = 0; i < TRIES && !tally.good; i++) {
		if (!try_open(&probe))
			continue;
		call_once(&tally, &probe, 0);
		probe_abandon(&probe);
	}
	check(tally.good > 0);
}

static void chaos(void)
{
	struct tally sum = { 0 };
	unsigned int i;

	end_ns = deadline_in(kernel_is_debug() ? DEBUG_MS : FAST_MS);
	for (i = 0; i < THREADS; i++) {
		tallies[i].seed = i;
		check_equal(pthread_create(&tallies[i].thread, NULL,
					   call_for_a_time, &tallies[i]),
			    0);
	}
	for (i = 0; i < THREADS; i++) {
		check_equal(pthread_join(tallies[i].thread, NULL), 0);
		sum.good += tallies[i].good;
		sum.wrong += tallies[i].wrong;
		sum.late += tallies[i].late;
		sum.lost += tallies[i].lost;
	}
	printf("%u good, %u wrong, %u late, %u lost\n", sum.good, sum.wrong,
	       sum.late, sum.lost);
	check(sum.good > 0);
	check(sum.wrong + sum.late + sum.lost > 0);
	later_session_works();
}

static void faults_at_random(void)
{
	chaos();
	nothing_is_left();
}

static void fuzzed_replies(void)
{
	fuzzed = true;
	chaos();
}

static const struct subtest tests[] = {
	LONG(faults_at_random),
	LONG(fuzzed_replies),
};

int main(int argc, char **argv)
{
	return harness_main(argc, argv, tests, ARRAY_SIZE(tests));
}
