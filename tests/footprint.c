// SPDX-License-Identifier: BSD-3-Clause
/*
 * How much of the kernel's memory calls and sessions take. What is measured is
 * what the machine has less, so that what no driver keeps books of counts too.
 * Calls stay in flight on a DSP that never replies (--fault never-reply).
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include "dsp_probe.h"
#include "kernel_text.h"

#define PAGE	      4096LL
#define CALLS	      10000
#define CALL_LIMIT    512 /* bytes of a call beyond its page of metadata */
#define SESSIONS      7	  /* that the machine's context banks carry */
#define FILES	      1000
#define SESSION_LIMIT (64LL << 10)
#define BURST	      200
#define ROUNDS	      2
#define REST_MS	      4500

/* What else the machine does meanwhile, and what goes to lists per CPU */
#define NOISE (256LL << 10)

/*
 * Memory in use that is neither a file's nor a program's. BOs, and with them what
 * the processes on the DSP have, are shmem, which counts as cached.
 */
static int64_t kernel_memory(void)
{
	static const char *const others[] = { "MemFree", "Buffers", "Cached",
					      "AnonPages" };
	char *text = text_read("/proc/meminfo");
	int64_t kib = (int64_t)text_number(text, "MemTotal");
	size_t i;

	for (i = 0; i < ARRAY_SIZE(others); i++)
		kib -= (int64_t)text_number(text, others[i]);
	free(text);
	return kib << 10;
}

static void no_more_than(const char *what, int64_t taken, int64_t count,
			 int64_t limit)
{
	printf("# %s: %lld bytes each, %lld may be\n", what,
	       (long long)(taken / count), (long long)limit);
	if (taken > count * limit + NOISE)
		subtest_fail(__FILE__, __LINE__,
			     "%s: %lld bytes each, not %lld", what,
			     (long long)(taken / count), (long long)limit);
}

/* ---- calls in flight ---------------------------------------------------- */

static void send_calls(struct probe *probe, unsigned int count)
{
	struct call call;
	unsigned int i;

	for (i = 0; i < count; i++) {
		probe_return_call(probe, &call, i % PROBE_SLOTS, 0);
		call_submit(probe->fd, &call);
	}
}

static void call_in_flight(void)
{
	struct probe probe;
	int64_t before;

	probe_open(&probe);
	send_calls(&probe, BURST);
	before = kernel_memory();
	send_calls(&probe, CALLS);
	check_equal(session_query(probe.fd).calls, CALLS + BURST);
	no_more_than("a call in flight",
		     kernel_memory() - before - CALLS * PAGE, CALLS,
		     CALL_LIMIT);
	close(probe.fd);
}

/* ---- sessions ----------------------------------------------------------- */

static struct probe probes[SESSIONS];

/* Had many calls at once, one of them with many arguments, and rests. */
static int session_with_a_past(void)
{
	static unsigned int next;
	struct probe *probe = &probes[next++ % SESSIONS];
	struct drm_qda_remote_call end;
	static uint64_t numbers[BURST];
	struct call call;
	unsigned int i;

	probe_open(probe);
	munmap(probe->bo.map, probe->bo.size);
	for (i = 0; i < BURST; i++) {
		call_init(&call, probe->handle,
			  DRM_QDA_SCALARS(31, 0, 0, 0, 0));
		numbers[i] = call_submit(probe->fd, &call);
	}
	for (i = 0; i < BURST; i++)
		check_ok(call_collect(probe->fd, numbers[i], deadline_in(10000),
				      &end));
	for (i = 16; i < 255; i += 119) {
		call_init(&call, probe->handle,
			  DRM_QDA_SCALARS(31, i, 0, 0, 0));
		check_ok(call_run(probe->fd, &call));
	}
	return probe->fd;
}

static int64_t memory_of_sessions(int *fds, unsigned int count,
				  int (*start)(void), unsigned int rest_ms)
{
	int64_t before = kernel_memory(), taken;
	unsigned int i;

	for (i = 0; i < count; i++)
		fds[i] = start();
	sleep_ms(rest_ms);
	taken = kernel_memory() - before;
	for (i = 0; i < count; i++)
		close(fds[i]);
	sleep_ms(500);
	return taken;
}

/* The first time what stays for all sessions is allocated. */
static void measure_sessions(const char *what, unsigned int count,
			     int (*start)(void), unsigned int rest_ms)
{
	int64_t least = INT64_MAX, taken;
	static int fds[FILES];
	unsigned int i;

	for (i = 0; i < ROUNDS; i++) {
		taken = memory_of_sessions(fds, count, start, rest_ms);
		if (taken < least)
			least = taken;
	}
	no_more_than(what, least, count, SESSION_LIMIT);
}

static void idle_session(void)
{
	measure_sessions("an idle session", SESSIONS, session_with_a_past,
			 REST_MS);
}

static void idle_file(void)
{
	struct rlimit files = { 2 * FILES, 2 * FILES };

	check_ok(setrlimit(RLIMIT_NOFILE, &files));
	measure_sessions("an open file", FILES, file_open, 0);
}

static const struct subtest tests[] = {
	LONG(call_in_flight),
	LONG(idle_session),
	LONG(idle_file),
};

int main(int argc, char **argv)
{
	return harness_main(argc, argv, tests, ARRAY_SIZE(tests));
}
