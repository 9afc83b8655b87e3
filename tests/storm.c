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
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "dsp_map.h"
#include "dsp_probe.h"
#include "remotectl.h"
#include "sysfs.h"

#define PROCESSES	24
#define STORM_MS	6000
#define CALLS		32
#define RESTART_MS	20000
#define BANKS_MS	15000
#define WANTS_MAX	1000

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

static void on_alarm(int signal)
{
	(void)signal;
}

static void start_alarms(unsigned int *seed)
{
	struct sigaction action = { .sa_handler = on_alarm };
	struct itimerval timer = { { 0, 2000 }, { 0, 2000 } };

	if (random_below(seed, 2))
		action.sa_flags = SA_RESTART;
	sigaction(SIGALRM, &action, NULL);
	setitimer(ITIMER_REAL, &timer, NULL);
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
	map = map_whole(kind, &bo, kind == DRM_QDA_MAP_HEAP ? 0 :
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
	submit, submit, submit, wait_some, contend, call_and_wait, lend_buffer,
	share_buffer, keep_memory, crash,
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
	start_alarms(&victim.seed);
	for (;;)
		one_session(&victim);
}

/* Every context bank can be had, and works. */
static void banks_are_free(void)
{
	int64_t end = deadline_in(BANKS_MS);
	int fd = node_open_within(RESTART_MS);
	unsigned int count, i;
	int files[64];
	int ret;

	check(fd >= 0);
	count = device_query(fd).sessions;
	close(fd);
	check(count <= ARRAY_SIZE(files));
	for (i = 0; i < count; i++) {
		files[i] = file_open();
		do {
			ret = process_create(files[i]);
		} while (ret == -EBUSY && now_ns() < end);
		check_ok(ret);
	}
	while (count--)
		close(files[count]);
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
	banks_are_free();
}

/* A number that is right, nearly right or wrong. */
static uint64_t odd_number(unsigned int *seed)
{
	static const uint64_t numbers[] = {
		0, 1, 2, 3, 4, 7, 8, 24, 32, 40, 4095, 4096, 4097, 0x7fffffff,
		0x80000000, 0xffffffff, 0x100000000, 0x7fffffffffffffff,
		0x8000000000000000, 0xffffffffffffffff, 0xfffffffffffff000,
	};

	if (random_below(seed, 4) == 0)
		return (uint64_t)rand_r(seed) << random_below(seed, 34);
	return numbers[random_below(seed, ARRAY_SIZE(numbers))];
}

/* What a request may point to */
static uint64_t scratch[1024];

static uint64_t odd_pointer(unsigned int *seed)
{
	switch (random_below(seed, 8)) {
	case 0:
		return odd_number(seed);
	case 1:
		return (uintptr_t)scratch + sizeof(scratch) - 8;
	default:
		return (uintptr_t)scratch;
	}
}

static void fill_scratch(unsigned int *seed)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(scratch); i++)
		scratch[i] = random_below(seed, 2) ? 0 : odd_number(seed);
}

static void odd_invoke(int fd, unsigned int *seed)
{
	unsigned int count = random_below(seed, 4);
	struct drm_qda_remote_invoke invoke = {
		.remote_handle = (uint32_t)odd_number(seed),
		.scalars = DRM_QDA_SCALARS(random_below(seed, 32), count, 0, 0, 0),
		.args_ptr = odd_pointer(seed),
		.args_count = count,
		.args_stride = 40,
		.flags = random_below(seed, 8) ? DRM_QDA_INVOKE_NOWAIT : 0,
	};

	if (random_below(seed, 3) == 0)
		invoke.scalars = (uint32_t)odd_number(seed);
	if (random_below(seed, 3) == 0)
		invoke.args_count = (uint32_t)odd_number(seed);
	if (random_below(seed, 3) == 0)
		invoke.args_stride = (uint32_t)odd_number(seed);
	if (random_below(seed, 5) == 0)
		invoke.flags = (uint32_t)odd_number(seed);
	/* In the past, so that nothing here waits for ever. */
	if (!(invoke.flags & DRM_QDA_INVOKE_NOWAIT))
		invoke.deadline_ns = -(int64_t)(odd_number(seed) >> 1);
	if (random_below(seed, 4) == 0)
		invoke.call = odd_number(seed);
	request(fd, DRM_IOCTL_QDA_REMOTE_INVOKE, &invoke);
}

static void odd_wait(int fd, unsigned int *seed)
{
	struct drm_qda_remote_wait wait = {
		.calls_ptr = odd_pointer(seed),
		.calls_count = (uint32_t)odd_number(seed),
		.calls_stride = (uint32_t)odd_number(seed),
		.flags = random_below(seed, 4),
		.deadline_ns = -(int64_t)(odd_number(seed) >> 1),
	};

	request(fd, DRM_IOCTL_QDA_REMOTE_WAIT, &wait);
}

static void odd_query(int fd, unsigned int *seed)
{
	struct drm_qda_query query = {
		.type = random_below(seed, 3),
		.size = (uint32_t)odd_number(seed),
		.data_ptr = odd_pointer(seed),
	};

	/* It writes as many bytes as it is told to. */
	if (query.size > 8)
		query.size %= sizeof(scratch);
	if (query.data_ptr >= (uintptr_t)scratch + 8)
		query.data_ptr = 0;
	request(fd, DRM_IOCTL_QDA_QUERY, &query);
}

static void odd_bo(int fd, unsigned int *seed)
{
	struct drm_qda_bo_create create = {
		.size = odd_number(seed),
		.flags = random_below(seed, 4) ? 0 : 1,
		.handle = (uint32_t)odd_number(seed),
	};
	struct drm_qda_bo_info info = {
		.handle = (uint32_t)odd_number(seed),
		.flags = random_below(seed, 4) ? 0 : 1,
	};

	/* Larger ones are a matter of how much memory there is. */
	if (create.size <= 1 << 20 || create.size >> 32)
		request(fd, DRM_IOCTL_QDA_BO_CREATE, &create);
	request(fd, DRM_IOCTL_QDA_BO_INFO, &info);
	handle_close(fd, random_below(seed, 64));
}

static void odd_create(int fd, unsigned int *seed)
{
	struct drm_qda_remote_session_create create = {
		.kind = random_below(seed, 8) ? 0 : (uint32_t)odd_number(seed),
		.flags = random_below(seed, 8) ? 0 : (uint32_t)odd_number(seed),
		.attributes = DRM_QDA_PROCESS_UNSIGNED,
		.shell_handle = random_below(seed, 2),
		.shell_offset = odd_number(seed),
		.shell_length = odd_number(seed),
	};

	if (random_below(seed, 8) == 0)
		create.attributes = (uint32_t)odd_number(seed);
	request(fd, DRM_IOCTL_QDA_REMOTE_SESSION_CREATE, &create);
}

static void odd_map(int fd, unsigned int *seed)
{
	struct drm_qda_remote_map map = {
		.kind = random_below(seed, 5),
		.flags = random_below(seed, 8) ? 0 : (uint32_t)odd_number(seed),
		.handle = random_below(seed, 64),
		.tag = (int32_t)odd_number(seed),
		.offset = odd_number(seed) & ~0xfffULL,
		.length = odd_number(seed) & ~0xfffULL,
	};
	struct drm_qda_remote_unmap unmap = {
		.map = random_below(seed, 32),
		.flags = random_below(seed, 8) ? 0 : (uint32_t)odd_number(seed),
	};

	request(fd, DRM_IOCTL_QDA_REMOTE_MAP, &map);
	request(fd, DRM_IOCTL_QDA_REMOTE_UNMAP, &unmap);
}

static void (*const oddities[])(int, unsigned int *) = {
	odd_invoke, odd_invoke, odd_wait, odd_query, odd_bo, odd_create,
	odd_map,
};

static void random_requests(void)
{
	unsigned int seed = storm_seed(), i, round;
	int64_t end = deadline_in(STORM_MS);
	int fd;

	for (round = 0; now_ns() < end; round++) {
		fd = file_open();
		if (round % 2)
			check_ok(process_create(fd));
		for (i = 0; i < 400; i++) {
			if (i % 16 == 0)
				fill_scratch(&seed);
			oddities[random_below(&seed, ARRAY_SIZE(oddities))](fd, &seed);
		}
		close(fd);
	}
	banks_are_free();
}

/*
 * The kernel's fault injection: the nth allocation of this thread fails.
 * False without it.
 */
/*
 * Open all the time, since opening it would count as well. So does access to
 * it, for copies from and to user space are among what can fail.
 */
static int nth_file;

static bool fail_nth(unsigned int nth)
{
	char text[16];
	int size = snprintf(text, sizeof(text), "%u", nth);

	return pwrite(nth_file, text, (size_t)size, 0) == size;
}

/* Did it come to the nth, other than by this question? */
static bool has_failed(void)
{
	char text[16] = "";
	ssize_t size = pread(nth_file, text, sizeof(text) - 1, 0);

	return size > 0 && atoi(text) == 0;
}

static int wanting_open(int unused, uint32_t handle)
{
	int fd = node_open();

	(void)unused;
	(void)handle;
	close(fd);
	return fd < 0 ? fd : 0;
}

static int wanting_bo(int fd, uint32_t handle)
{
	struct drm_qda_bo_create create = { .size = 65536 };
	int ret = request(fd, DRM_IOCTL_QDA_BO_CREATE, &create);

	(void)handle;
	if (!ret)
		handle_close(fd, create.handle);
	return ret;
}

static int wanting_first_bo(int unused, uint32_t handle)
{
	int fd = node_open();
	int ret = wanting_bo(fd, handle);

	(void)unused;
	close(fd);
	return ret;
}

static int wanting_create(int unused, uint32_t handle)
{
	int fd = node_open();
	int ret = process_create(fd);

	(void)unused;
	(void)handle;
	close(fd);
	return ret;
}

static int wanting_call(int fd, uint32_t handle)
{
	struct bo bo = { .handle = handle };
	struct call call;
	unsigned int i;

	/* Enough for metadata of several pages. */
	call_init(&call, 0, DRM_QDA_SCALARS(31, 200, 0, 0, 0));
	for (i = 0; i < 200; i++)
		call_arg(&call, i, &bo, i, 1);
	return call_send(fd, &call);
}

static int wanting_share(int fd, uint32_t handle)
{
	int other = node_open();
	int dma_buf = handle_export(fd, handle);
	int64_t ret = dma_buf < 0 ? dma_buf : handle_import(other, dma_buf);

	close(dma_buf);
	close(other);
	/* DRM's core leaves the dma-buf open when it cannot tell its number. */
	closefrom((fd > nth_file ? fd : nth_file) + 1);
	return ret < 0 ? (int)ret : 0;
}

static int wanting_wait(int fd, uint32_t handle)
{
	struct drm_qda_remote_call end;
	struct call call;
	int ret;

	(void)handle;
	call_init(&call, 0, DRM_QDA_SCALARS(31, 0, 0, 0, 0));
	call.invoke.flags = DRM_QDA_INVOKE_NOWAIT;
	call.invoke.deadline_ns = 0;
	ret = call_send(fd, &call);
	if (!ret) {
		ret = call_collect(fd, call.invoke.call, deadline_in(5000), &end);
		if (ret)
			call_collect(fd, call.invoke.call, deadline_in(5000), &end);
	}
	return ret;
}

static int wanting_attributes(int fd, uint32_t handle)
{
	struct drm_qda_query_dsp dsp;
	struct drm_qda_query query = {
		.type = DRM_QDA_QUERY_DSP,
		.size = sizeof(dsp),
		.data_ptr = (uintptr_t)&dsp,
	};

	(void)handle;
	return request(fd, DRM_IOCTL_QDA_QUERY, &query);
}

/*
 * What could not be unmapped is so in the second attempt. A map whose number
 * could not be told stays with its tag.
 */
static int wanting_map(int fd, uint32_t handle)
{
	static int32_t tag;
	struct drm_qda_remote_map map = {
		.kind = DRM_QDA_MAP_TAG,
		.handle = handle,
		.tag = ++tag,
		.length = 4096,
	};
	int ret = map_send(fd, &map);

	if (ret)
		return ret;
	ret = map_remove(fd, map.map, NULL);
	if (ret == -ENOMEM)
		check_ok(map_remove(fd, map.map, NULL));
	return ret;
}

static int wanting_watch(int unused, uint32_t handle)
{
	struct drm_qda_remote_session_create create = {
		.attributes = DRM_QDA_PROCESS_UNSIGNED,
		.flags = DRM_QDA_SESSION_EVENTS,
	};
	int fd = node_open();
	int ret = request(fd, DRM_IOCTL_QDA_REMOTE_SESSION_CREATE, &create);

	(void)unused;
	(void)handle;
	close(fd);
	return ret;
}

/* An event that could not be copied is read again. */
static int wanting_event(int fd, uint32_t handle)
{
	struct drm_qda_event_call event;
	unsigned int tries;
	struct call call;
	int ret;

	(void)handle;
	call_init(&call, 0, DRM_QDA_SCALARS(31, 0, 0, 0, 0));
	call.invoke.flags = DRM_QDA_INVOKE_NOWAIT | DRM_QDA_INVOKE_EVENT;
	call.invoke.deadline_ns = 0;
	ret = call_send(fd, &call);
	for (tries = 0; !ret && tries < 10; tries++)
		if (read(fd, &event, sizeof(event)) == sizeof(event))
			break;
	return ret;
}

static const struct {
	const char *name;
	int (*run)(int fd, uint32_t handle);
} wants[] = {
	{ "open", wanting_open }, { "first BO", wanting_first_bo },
	{ "BO", wanting_bo }, { "create", wanting_create },
	{ "call", wanting_call }, { "share", wanting_share },
	{ "wait", wanting_wait }, { "attributes", wanting_attributes },
	{ "map", wanting_map },
	{ "wait", wanting_wait }, { "watch", wanting_watch },
	{ "event", wanting_event },
};

/* Lets the nth allocation fail, for every n, until there are no more. */
static void want(unsigned int i, int fd, uint32_t handle)
{
	unsigned int nth;
	bool failed;

	for (nth = 1; nth < WANTS_MAX; nth++) {
		check(fail_nth(nth));
		wants[i].run(fd, handle);
		failed = has_failed();
		if (!fail_nth(0))
			check(fail_nth(0));
		if (!failed) {
			printf("%s: %u can fail\n", wants[i].name, nth - 1);
			check_ok(wants[i].run(fd, handle));
			return;
		}
	}
	subtest_fail(__FILE__, __LINE__, "%s: no end", wants[i].name);
}

static bool inject_faults(void)
{
	return write_text("/sys/kernel/debug/failslab/ignore-gfp-wait", "N") &&
	       write_text("/sys/kernel/debug/fail_page_alloc/ignore-gfp-wait", "N") &&
	       write_text("/sys/kernel/debug/fail_page_alloc/min-order", "0");
}

/*
 * Allocations, and copies from and to user space, fail one after the other:
 * nothing is lost and the session goes on. On a kernel that cannot inject
 * faults all of them succeed.
 */
static void each_allocation_fails(void)
{
	bool inject = inject_faults();
	struct bo bo;
	unsigned int i;
	int fd;

	fd = session_open();
	bo_create(fd, 65536, &bo);
	nth_file = inject ? open("/proc/self/fail-nth", O_RDWR | O_CLOEXEC) : -1;
	for (i = 0; i < ARRAY_SIZE(wants); i++) {
		if (nth_file >= 0)
			want(i, fd, bo.handle);
		else
			check_ok(wants[i].run(fd, bo.handle));
	}
	bo_destroy(&bo);
	close(fd);
	close(nth_file);
	banks_are_free();
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
		close(node_open_within(RESTART_MS));
		probe_open(&probe);
		process[i] = session_query(probe.fd).process;
		probe_sleep_call(&probe, &call, 0, 300);
		number[i] = call_submit(probe.fd, &call);
		driver_unbind();
		check_errno(call_collect(probe.fd, number[i], deadline_in(1000),
					 &end), -ENODEV);
		probe_abandon(&probe);
	}
	check(process[0] != process[1]);
	check(number[0] != number[1]);
	banks_are_free();
}

#define LONG(function) { .name = #function, .run = function, .timeout = 120 }

static const struct subtest tests[] = {
	LONG(killed_at_random),
	LONG(random_requests),
	LONG(each_allocation_fails),
	LONG(unbound_and_bound_again),
};

int main(int argc, char **argv)
{
	return harness_main(argc, argv, tests, ARRAY_SIZE(tests));
}
