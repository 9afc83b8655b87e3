// SPDX-License-Identifier: BSD-3-Clause
/*
 * The DSP crashes and starts again, or a process on it dies, whatever the
 * machine is doing: nothing, calls, a create, a close, a probe, a removal.
 * Each wait ends in time and with an errno that the header names; who opens
 * the node again has a session that works; nothing stays behind.
 */
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "holder.h"
#include "platform.h"

#define BOUND_NS     5000000000LL
#define STEPS	     40 /* of a moment that is swept over */
#define STEP_US	     250
#define CYCLES	     1000
#define CYCLES_DEBUG 150
#define LOADS	     2
#define VICTIMS	     24
#define KILLS	     40

/* ---- what a program may be told ---- */

/* Of a request while the DSP goes down or comes back. */
static bool is_restart_errno(int ret)
{
	switch (ret) {
	case 0:
	case -ENODEV:
	case -EPIPE:
	case -ECONNRESET:
	case -EBUSY:
		return true;
	default:
		return false;
	}
}

/* Of an open: the node is not there, or goes in the middle. */
static bool is_open_errno(int ret)
{
	return ret >= 0 || ret == -ENOENT || ret == -ENODEV || ret == -ENXIO;
}

#define check_restart_errno(value)           \
	do {                                 \
		int got_ = (int)(value);     \
		if (!is_restart_errno(got_)) \
			check_ok(got_);      \
	} while (0)

static void in_time(int64_t start)
{
	check(now_ns() - start < BOUND_NS);
}

/* ---- nothing in flight ---- */

static void restart_with(enum hold hold)
{
	struct holder holder;

	holder_open(&holder, hold);
	dsp_restart();
	device_works(&holder);
	holder_lost(&holder);
	holder_close(&holder);
	device_works(NULL);
	nothing_is_left();
}

static void idle(void)
{
	dsp_restart();
	device_works(NULL);
	nothing_is_left();
}

static void with_file(void)
{
	restart_with(HOLD_FILE);
}

static void with_mmap(void)
{
	restart_with(HOLD_MMAP);
}

static void with_dma_buf(void)
{
	restart_with(HOLD_DMA_BUF);
}

static void in_calls(void)
{
	restart_with(HOLD_CALLS);
}

static void with_all(void)
{
	restart_with(HOLD_ALL);
}

/* Calls that were sent, and to which nobody has come back yet. */
static void with_calls_nobody_waits_for(void)
{
	struct drm_qda_remote_call end;
	struct probe probe;
	struct call call;
	uint64_t number;

	probe_open(&probe);
	probe_sleep_call(&probe, &call, 0, 60000);
	number = call_submit(probe.fd, &call);
	dsp_restart();
	check_errno(call_collect(probe.fd, number, deadline_in(5000), &end),
		    -ENODEV);
	probe_abandon(&probe);
	device_works(NULL);
	nothing_is_left();
}

/* ---- in the middle of something ---- */

static void *kill_after(void *argument)
{
	usleep((useconds_t)(uintptr_t)argument);
	check_ok(dsp_kill());
	return NULL;
}

/* Does it while the DSP crashes a little later each time. */
static void sweep(void (*deed)(void))
{
	pthread_t killer;
	int64_t start, starts;
	uintptr_t step;

	for (step = 0; step < STEPS; step++) {
		starts = dsp_starts();
		check_equal(pthread_create(&killer, NULL, kill_after,
					   (void *)(step * STEP_US)),
			    0);
		start = now_ns();
		deed();
		in_time(start);
		check_equal(pthread_join(killer, NULL), 0);
		dsp_wait(starts);
	}
	device_works(NULL);
	nothing_is_left();
}

static void create(void)
{
	int fd = node_open();

	check(is_open_errno(fd));
	if (fd >= 0)
		check_restart_errno(process_create(fd));
	close(fd);
}

static void in_create(void)
{
	sweep(create);
}

/* Created before it crashes; what is closed has calls in flight. */
static void close_file(void)
{
	int fd = node_open();
	struct call call;
	int ret = -1;

	check(is_open_errno(fd));
	if (fd >= 0)
		ret = process_create(fd);
	if (!ret) {
		call_init(&call, 0, DRM_QDA_SCALARS(31, 0, 0, 0, 0));
		call.invoke.flags = DRM_QDA_INVOKE_NOWAIT;
		call.invoke.deadline_ns = 0;
		check_restart_errno(call_send(fd, &call));
	}
	close(fd);
}

static void in_close(void)
{
	sweep(close_file);
}

/* Many sessions of a program that is killed. */
static void program_dies(void)
{
	pid_t child = fork();

	check(child >= 0);
	if (child == 0) {
		unsigned int i;
		int fd;

		for (i = 0; i < 4; i++) {
			fd = node_open();
			if (fd < 0 || process_create(fd))
				break;
		}
		raise(SIGKILL);
	}
	check(waitpid(child, NULL, 0) == child);
}

static void in_death_of_a_program(void)
{
	sweep(program_dies);
}

static void unbind(void)
{
	int ret = driver_unbind();

	check(ret == 0 || ret == -ENODEV);
}

static void in_remove(void)
{
	sweep(unbind);
}

/* It crashes again before, while and after the driver finds it. */
static void in_probe(void)
{
	int64_t starts, end;
	unsigned int step;

	for (step = 0; step < 2 * STEPS; step++) {
		starts = dsp_starts();
		check_ok(dsp_kill());
		end = deadline_in(PLATFORM_BACK_MS);
		while (dsp_starts() == starts && now_ns() < end)
			usleep(50);
		usleep(step * STEP_US / 2);
		starts = dsp_starts();
		check_ok(dsp_kill());
		dsp_wait(starts);
	}
	device_works(NULL);
	nothing_is_left();
}

/* ---- a process on the DSP ---- */

/* It dies when nobody calls it, which the next call is told. */
static void process_dies_idle(void)
{
	int64_t end = deadline_in(5000);
	struct holder holder;
	struct call call;

	holder_open(&holder, HOLD_FILE | HOLD_DMA_BUF);
	probe_crash_call(&holder.probe, &call, PROBE_CRASH_LATER);
	check_ok(call_run(holder.probe.fd, &call));
	while (session_query(holder.probe.fd).state !=
		       DRM_QDA_SESSION_STATE_DEAD &&
	       now_ns() < end)
		sleep_ms(5);
	probe_return_call(&holder.probe, &call, 0, 1);
	check_errno(call_send(holder.probe.fd, &call), -ECONNRESET);
	pattern_check(holder.map, holder.bo.size, 5);
	device_works(&holder);
	holder_close(&holder);
	nothing_is_left();
}

static void process_dies_in_close(void)
{
	struct probe probe;
	struct call call;
	unsigned int step;

	for (step = 0; step < STEPS; step++) {
		probe_open(&probe);
		probe_sleep_call(&probe, &call, 1, 60000);
		call_submit(probe.fd, &call);
		probe_crash_call(&probe, &call, PROBE_CRASH_LATER);
		check_ok(call_run(probe.fd, &call));
		usleep((PROBE_CRASH_LATER_MS - 5) * 1000 + step * STEP_US);
		probe_abandon(&probe);
	}
	device_works(NULL);
	nothing_is_left();
}

/* ---- again and again, under load ---- */

static unsigned int cycles(void)
{
	return kernel_is_debug() ? CYCLES_DEBUG : CYCLES;
}

struct load {
	unsigned int good; /* calls that brought back what they should */
	unsigned int lost; /* sessions that the DSP took along */
};

static int load_calls(struct load *load, int fd)
{
	int64_t start;
	struct call call;
	unsigned int i;
	int ret;

	for (i = 0; i < 10; i++) {
		call_init(&call, 0, DRM_QDA_SCALARS(31, 0, 0, 0, 0));
		call.invoke.deadline_ns = DRM_QDA_DEADLINE_NONE;
		start = now_ns();
		ret = call_send(fd, &call);
		in_time(start);
		if (ret)
			return ret;
		load->good++;
	}
	return 0;
}

static void load_session(struct load *load)
{
	struct drm_qda_bo_create bo = { .size = 65536 };
	int fd = node_open();
	int ret;

	check(is_open_errno(fd));
	if (fd < 0) {
		usleep(500);
		return;
	}
	ret = request(fd, DRM_IOCTL_QDA_BO_CREATE, &bo);
	if (!ret)
		ret = process_create(fd);
	if (!ret)
		ret = load_calls(load, fd);
	check_restart_errno(ret);
	load->lost += ret != 0;
	close(fd);
}

/* Shared with the processes that make the load. */
static volatile bool *going;

static pid_t start_load(struct load *load)
{
	pid_t pid = fork();

	check(pid >= 0);
	if (pid)
		return pid;
	while (*going) {
		load_session(load);
		usleep(2000);
	}
	_exit(0);
}

static void *shared_memory(size_t size)
{
	void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE,
			    MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	check(memory != MAP_FAILED);
	return memory;
}

/* One process each, for threads of one never run side by side here. */
static void restart_many_times(unsigned int times)
{
	struct load *loads = shared_memory(4096);
	unsigned int good = 0, lost = 0, i;
	pid_t pids[LOADS];
	int status;

	going = shared_memory(4096);
	*going = true;
	for (i = 0; i < LOADS; i++)
		pids[i] = start_load(&loads[i]);
	for (i = 0; i < times; i++) {
		dsp_restart();
		usleep(i % 16 * STEP_US);
	}
	*going = false;
	for (i = 0; i < LOADS; i++) {
		check(waitpid(pids[i], &status, 0) == pids[i]);
		check_equal(status, 0);
		good += loads[i].good;
		lost += loads[i].lost;
	}
	printf("%u restarts, %u good calls, %u sessions lost\n", times, good,
	       lost);
	check(good > times / 4);
	check(lost > times / 4);
	munmap((void *)going, 4096);
	munmap(loads, 4096);
}

static void restarts_under_load(void)
{
	restart_many_times(cycles());
	device_works(NULL);
	nothing_is_left();
}

/* ---- processes that are killed and interrupted meanwhile ---- */

static pid_t start_victim(struct load *load)
{
	pid_t pid = fork();

	check(pid >= 0);
	if (pid)
		return pid;
	for (;;)
		load_session(load);
}

static void killed_while_it_restarts(void)
{
	struct load *load = shared_memory(4096);
	pid_t victims[VICTIMS];
	unsigned int i, round, kills = 0;
	int64_t starts = dsp_starts();

	for (i = 0; i < VICTIMS; i++)
		victims[i] = start_victim(load);
	for (round = 0; round < cycles() / 2; round++) {
		i = round % VICTIMS;
		if (round % 4 == 0 && dsp_kill() == 0)
			kills++;
		usleep(round % 8 * STEP_US);
		check(kill(victims[i], SIGKILL) == 0);
		check(waitpid(victims[i], NULL, 0) == victims[i]);
		victims[i] = start_victim(load);
	}
	for (i = 0; i < VICTIMS; i++)
		check(kill(victims[i], SIGKILL) == 0);
	for (i = 0; i < VICTIMS; i++)
		check(waitpid(victims[i], NULL, 0) == victims[i]);
	munmap(load, 4096);
	check(kills > 0);
	while (dsp_starts() < starts + kills)
		dsp_wait(dsp_starts());
	device_works(NULL);
	nothing_is_left();
}

/* One that is asked for while another goes on is refused, not forgotten. */
static void each_is_a_start(void)
{
	int64_t end = deadline_in(2 * PLATFORM_BACK_MS);
	int64_t starts = dsp_starts();
	unsigned int i, kills = 0;

	for (i = 0; kills < KILLS && now_ns() < end; i++) {
		if (dsp_kill() == 0)
			kills++;
		usleep(i % 8 * 5);
	}
	check(kills > 1);
	sleep_ms(2000);
	node_wait();
	check_equal(dsp_starts(), starts + kills);
	nothing_is_left();
}

/* The machine may be one of many on its host. */
#define PATIENT(function) SUBTEST_WITHIN(function, 600)

static const struct subtest tests[] = {
	PATIENT(idle),
	PATIENT(with_file),
	PATIENT(with_mmap),
	PATIENT(with_dma_buf),
	PATIENT(in_calls),
	PATIENT(with_all),
	PATIENT(with_calls_nobody_waits_for),
	PATIENT(in_create),
	PATIENT(in_close),
	PATIENT(in_death_of_a_program),
	PATIENT(in_remove),
	PATIENT(in_probe),
	PATIENT(process_dies_idle),
	PATIENT(process_dies_in_close),
	PATIENT(restarts_under_load),
	PATIENT(killed_while_it_restarts),
	PATIENT(each_is_a_start),
};

int main(int argc, char **argv)
{
	platform_repair();
	return harness_main(argc, argv, tests, ARRAY_SIZE(tests));
}
