// SPDX-License-Identifier: BSD-3-Clause
/*
 * Many processes that do at random what a session can do, and are killed in
 * the middle of it. What they are told is not looked at: the machine must
 * survive, and in the end all context banks must be free again. The seed is
 * printed; QDA_STORM_SEED sets it.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "alarms.h"
#include "dsp_map.h"
#include "dsp_probe.h"
#include "platform.h"

#define PROCESSES 24
#define STORM_MS  6000
#define CALLS	  32

struct victim {
	struct probe probe;
	struct drm_qda_remote_call calls[CALLS];
	unsigned int count;
	unsigned int seed;
};

static unsigned int random_below(unsigned int *seed, unsigned int bound)
{
	return (unsigned int)rand_r(seed) % bound;
}

static unsigned int storm_seed(void)
{
	const char *text = getenv("QDA_STORM_SEED");
	unsigned int seed = text ? (unsigned int)strtoul(text, NULL, 0) :
				   (unsigned int)now_ns();

	printf("seed %u\n", seed);
	return seed;
}

/* A call that mostly ends soon, sent without waiting. */
static void submit(struct victim *victim)
{
	unsigned int slot = victim->count;
	struct call call;

	if (slot == CALLS)
		return;
	if (random_below(&victim->seed, 2))
		probe_sleep_call(&victim->probe, &call, slot,
				 random_below(&victim->seed, 40));
	else
		probe_count_call(&victim->probe, &call, slot, 0);
	call.invoke.flags = DRM_QDA_INVOKE_NOWAIT;
	call.invoke.deadline_ns = 0;
	if (call_send(victim->probe.fd, &call))
		return;
	victim->calls[victim->count++].call = call.invoke.call;
}

static void forget_collected(struct victim *victim)
{
	unsigned int kept = 0, i;

	for (i = 0; i < victim->count; i++)
		if (!victim->calls[i].done)
			victim->calls[kept++] = victim->calls[i];
	victim->count = kept;
}

static void wait_some(struct victim *victim)
{
	struct drm_qda_remote_wait wait = {
		.calls_ptr = (uintptr_t)victim->calls,
		.calls_count = victim->count,
		.calls_stride = sizeof(victim->calls[0]),
		.flags = random_below(&victim->seed, 2),
		.deadline_ns = deadline_in(random_below(&victim->seed, 50)),
	};

	if (victim->count &&
	    !request(victim->probe.fd, DRM_IOCTL_QDA_REMOTE_WAIT, &wait))
		forget_collected(victim);
}

static void *collect_one(void *argument)
{
	struct victim *victim = argument;
	struct drm_qda_remote_call end;

	call_collect(victim->probe.fd, victim->calls[0].call, deadline_in(30),
		     &end);
	return NULL;
}

/* Two threads go for the same calls. */
static void contend(struct victim *victim)
{
	pthread_t thread;

	if (!victim->count ||
	    pthread_create(&thread, NULL, collect_one, victim))
		return;
	wait_some(victim);
	pthread_join(thread, NULL);
}

static void call_and_wait(struct victim *victim)
{
	struct call call;

	probe_sleep_call(&victim->probe, &call, CALLS,
			 random_below(&victim->seed, 30));
	call.invoke.deadline_ns = deadline_in(random_below(&victim->seed, 30));
	call_send(victim->probe.fd, &call);
	call_send(victim->probe.fd, &call);
}

/* The BO goes, under one handle or several, while a call uses it. */
static void lend_buffer(struct victim *victim)
{
	int fd = victim->probe.fd;
	struct call call;
	struct bo bo;
	int dma_buf;

	bo_create(fd, 4096 * (1 + random_below(&victim->seed, 64)), &bo);
	dma_buf = handle_export(fd, bo.handle);
	handle_import(fd, dma_buf);
	probe_copy_call(&victim->probe, &call, 1, 0);
	call_arg(&call, 0, &bo, 0, bo.size);
	call_arg(&call, 1, &bo, 0, bo.size);
	call.invoke.flags = DRM_QDA_INVOKE_NOWAIT;
	call.invoke.deadline_ns = 0;
	call_send(fd, &call);
	bo_destroy(&bo);
	close(dma_buf);
}

/* Another session with the same BO, that goes first or last. */
static void share_buffer(struct victim *victim)
{
	int other = node_open();
	struct bo bo;
	int dma_buf;

	bo_create(victim->probe.fd, 65536, &bo);
	dma_buf = handle_export(victim->probe.fd, bo.handle);
	handle_import(other, dma_buf);
	if (random_below(&victim->seed, 2)) {
		bo_destroy(&bo);
		close(other);
	} else {
		close(other);
		bo_destroy(&bo);
	}
	close(dma_buf);
}

/* Memory that the process keeps, and that is taken back now and then. */
static void keep_memory(struct victim *victim)
{
	uint32_t kind = random_below(&victim->seed, 4);
	int fd = victim->probe.fd;
	struct drm_qda_remote_map map;
	struct bo bo;

	bo_create(fd, 4096 * (1 + random_below(&victim->seed, 16)), &bo);
	map = map_whole(kind, &bo,
			kind == DRM_QDA_MAP_HEAP ?
				0 :
				1 + (int)random_below(&victim->seed, 8));
	map_send(fd, &map);
	if (random_below(&victim->seed, 2))
		map_remove(fd, 1 + random_below(&victim->seed, 16), NULL);
	bo_destroy(&bo);
	if (random_below(&victim->seed, 2))
		map_remove(fd, map.map, NULL);
}

static void crash(struct victim *victim)
{
	struct call call;

	if (random_below(&victim->seed, 20))
		return;
	probe_crash_call(&victim->probe, &call, PROBE_CRASH_ABORT);
	call_send(victim->probe.fd, &call);
}

static void (*const deeds[])(struct victim *) = {
	submit,	       submit,	    submit,	  wait_some,   contend,
	call_and_wait, lend_buffer, share_buffer, keep_memory, crash,
};

static void one_session(struct victim *victim)
{
	unsigned int left = random_below(&victim->seed, 40);

	victim->count = 0;
	victim->probe.fd = node_open();
	if (victim->probe.fd < 0)
		return;
	bo_create(victim->probe.fd, PROBE_SLOTS * 64, &victim->probe.bo);
	check_ok(process_create(victim->probe.fd));
	victim->probe.handle = remote_open(victim->probe.fd, "probe");
	while (left--)
		deeds[random_below(&victim->seed, ARRAY_SIZE(deeds))](victim);
	probe_abandon(&victim->probe);
}

/* A failed check only ends the process, which is as good as any other end. */
static void silence(void)
{
	int null = open("/dev/null", O_WRONLY | O_CLOEXEC);

	dup2(null, STDOUT_FILENO);
	close(null);
}

static pid_t start_victim(unsigned int seed)
{
	struct victim victim = { .seed = seed };
	pid_t pid = fork();

	check(pid >= 0);
	if (pid)
		return pid;

	silence();
	alarms_start(2000, random_below(&victim.seed, 2) ? SA_RESTART : 0);
	for (;;)
		one_session(&victim);
}

static void killed_at_random(void)
{
	unsigned int seed = storm_seed(), i, dead = 0;
	int64_t end = deadline_in(STORM_MS);
	pid_t victims[PROCESSES];

	for (i = 0; i < PROCESSES; i++)
		victims[i] = start_victim((unsigned int)rand_r(&seed));
	while (now_ns() < end) {
		sleep_ms(random_below(&seed, 25));
		i = random_below(&seed, PROCESSES);
		kill(victims[i], SIGKILL);
		check(waitpid(victims[i], NULL, 0) == victims[i]);
		victims[i] = start_victim((unsigned int)rand_r(&seed));
		dead++;
	}
	for (i = 0; i < PROCESSES; i++)
		kill(victims[i], SIGKILL);
	for (i = 0; i < PROCESSES; i++)
		check(waitpid(victims[i], NULL, 0) == victims[i]);
	check(dead > 0);
	nothing_is_left();
}

/* What is late must not be taken for something of the next device's. */
static void unbound_and_bound_again(void)
{
	struct drm_qda_remote_call end;
	uint32_t process[2];
	uint64_t number[2];
	struct probe probe;
	struct call call;
	unsigned int i;

	for (i = 0; i < 2; i++) {
		node_wait();
		probe_open(&probe);
		process[i] = session_query(probe.fd).process;
		probe_sleep_call(&probe, &call, 0, 300);
		number[i] = call_submit(probe.fd, &call);
		check_ok(driver_unbind());
		check_errno(call_collect(probe.fd, number[i], deadline_in(1000),
					 &end),
			    -ENODEV);
		probe_abandon(&probe);
	}
	check(process[0] != process[1]);
	check(number[0] != number[1]);
	nothing_is_left();
}

static const struct subtest tests[] = {
	LONG(killed_at_random),
	LONG(unbound_and_bound_again),
};

int main(int argc, char **argv)
{
	return harness_main(argc, argv, tests, ARRAY_SIZE(tests));
}
