// SPDX-License-Identifier: BSD-3-Clause
/* Processes on the DSP that die, alone */
#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "dsp_probe.h"

#define BOUND_NS 5000000000LL

static void still_works(struct probe *probe)
{
	struct call call;

	probe_return_call(probe, &call, 0, 1234);
	check_ok(call_run(probe->fd, &call));
	check_equal(call.invoke.result, 1234);
}

/* Every call to a session whose process died. */
static void is_dead(struct probe *probe)
{
	struct drm_qda_query_session session = session_query(probe->fd);
	struct call call;

	check_equal(session.state, DRM_QDA_SESSION_STATE_DEAD);
	check_equal(session.calls, 0);
	probe_return_call(probe, &call, 0, 1);
	check_errno(call_send(probe->fd, &call), -ECONNRESET);
	check_equal(call.invoke.call, 0);
	call.invoke.flags = DRM_QDA_INVOKE_NOWAIT;
	call.invoke.deadline_ns = 0;
	check_errno(call_send(probe->fd, &call), -ECONNRESET);
	check_errno(process_create(probe->fd), -EEXIST);
}

/* A call kills its process, within a bound and without harm to others. */
static void dies_alone(enum probe_crash crash)
{
	struct probe victim, bystander;
	struct call call;
	int64_t start;

	probe_open(&bystander);
	probe_open(&victim);
	probe_crash_call(&victim, &call, crash);
	start = now_ns();
	check_errno(call_run(victim.fd, &call), -ECONNRESET);
	check(now_ns() - start < BOUND_NS);
	is_dead(&victim);
	still_works(&bystander);
	probe_abandon(&victim);
	still_works(&bystander);
	probe_open(&victim);
	still_works(&victim);
	probe_close(&victim);
	probe_close(&bystander);
}

#define DIES_ALONE(name, crash)    \
	static void name(void)     \
	{                          \
		dies_alone(crash); \
	}

DIES_ALONE(skel_follows_null, PROBE_CRASH_NULL)
DIES_ALONE(skel_reads_what_is_not_mapped, PROBE_CRASH_WILD_READ)
DIES_ALONE(skel_writes_what_is_not_mapped, PROBE_CRASH_WILD_WRITE)
DIES_ALONE(skel_aborts, PROBE_CRASH_ABORT)
DIES_ALONE(skel_exits, PROBE_CRASH_EXIT)
DIES_ALONE(skel_divides_by_zero, PROBE_CRASH_DIVIDE)
DIES_ALONE(skel_overflows_its_stack, PROBE_CRASH_STACK)
DIES_ALONE(skel_executes_data, PROBE_CRASH_JUMP)
DIES_ALONE(skel_is_killed, PROBE_CRASH_KILL)

static void other_calls_of_the_process(void)
{
	struct drm_qda_remote_call end;
	struct probe probe;
	struct call call;
	uint64_t sleeping, crashing;
	int64_t start;

	probe_open(&probe);
	probe_sleep_call(&probe, &call, 1, 20000);
	sleeping = call_submit(probe.fd, &call);
	probe_crash_call(&probe, &call, PROBE_CRASH_ABORT);
	start = now_ns();
	crashing = call_submit(probe.fd, &call);
	check_ok(call_collect(probe.fd, crashing, deadline_in(10000), &end));
	check_equal(end.error, ECONNRESET);
	check_ok(call_collect(probe.fd, sleeping, deadline_in(10000), &end));
	check_equal(end.error, ECONNRESET);
	check(now_ns() - start < BOUND_NS);
	is_dead(&probe);
	probe_abandon(&probe);
}

/* What the CPU has mapped stays, for the error report if nothing else. */
static void buffers_outlive_the_process(void)
{
	struct probe probe;
	struct call call;
	struct bo bo;
	int dma_buf;

	probe_open(&probe);
	bo_create(probe.fd, 65536, &bo);
	pattern_fill(bo.map, bo.size, 6);
	probe_crash_call(&probe, &call, PROBE_CRASH_ABORT);
	check_errno(call_run(probe.fd, &call), -ECONNRESET);
	pattern_check(bo.map, bo.size, 6);
	dma_buf = handle_export(probe.fd, bo.handle);
	check(dma_buf >= 0);
	bo_destroy(&bo);
	bo_create(probe.fd, 4096, &bo);
	bo_destroy(&bo);
	close(dma_buf);
	probe_abandon(&probe);
}

/* As often as one likes: no bank, no memory is lost. */
static void again_and_again(void)
{
	struct probe probe;
	struct call call;
	unsigned int i;

	for (i = 0; i < 20; i++) {
		probe_open(&probe);
		probe_crash_call(&probe, &call, PROBE_CRASH_ABORT);
		check_errno(call_run(probe.fd, &call), -ECONNRESET);
		probe_abandon(&probe);
	}
	probe_open(&probe);
	still_works(&probe);
	probe_close(&probe);
}

static const struct subtest tests[] = {
	SUBTEST(skel_follows_null),
	SUBTEST(skel_reads_what_is_not_mapped),
	SUBTEST(skel_writes_what_is_not_mapped),
	SUBTEST(skel_aborts),
	SUBTEST(skel_exits),
	SUBTEST(skel_divides_by_zero),
	SUBTEST(skel_overflows_its_stack),
	SUBTEST(skel_executes_data),
	SUBTEST(skel_is_killed),
	SUBTEST(other_calls_of_the_process),
	SUBTEST(buffers_outlive_the_process),
	LONG(again_and_again),
};

int main(int argc, char **argv)
{
	return harness_main(argc, argv, tests, ARRAY_SIZE(tests));
}
