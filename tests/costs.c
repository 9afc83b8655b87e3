// SPDX-License-Identifier: BSD-3-Clause
/*
 * What a warm call costs, seen from outside the driver: the kernel's tracepoints
 * tell of each system call, allocation, mapping, work and message, the edge of
 * the simulated machine of each interrupt. The driver itself is not asked.
 *
 * GLINK has a work of its own for each message that it receives, whoever it is
 * for; a raw RPMsg channel has the same. It is counted apart, and so is what the
 * driver does every two seconds while a session has more calls than an idle one
 * keeps.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "dsp_probe.h"
#include "kernel_text.h"

#define CALLS	   300
#define WARM	   80
#define PAGE	   4096
#define DESCRIPTOR 24 /* what of struct drm_qda_remote_arg a buffer needs */
#define TRACING	   "/sys/kernel/tracing/instances/costs"

/* What is traced, and as what a line that has a text counts; the first counts. */
enum cost {
	SYSTEM_CALLS,
	ALLOCATIONS,
	PAGES,
	MAPS,
	SYNCS,
	GLINK_WORKS,
	TICKS,
	WORKS,
	SENT,
	RECEIVED,
	COSTS
};

static const struct {
	const char *event, *text;
	enum cost cost;
	bool own; /* of this thread alone, or of an interrupt in it */
} events[] = {
	{ "raw_syscalls/sys_enter", "sys_enter: ", SYSTEM_CALLS, true },
	{ "kmem/kmalloc", "kmalloc: ", ALLOCATIONS, true },
	{ "kmem/kmem_cache_alloc", "kmem_cache_alloc: ", ALLOCATIONS, true },
	{ "kmem/mm_page_alloc", "mm_page_alloc: ", PAGES, true },
	{ "dma/dma_alloc", "dma_alloc: ", PAGES, false },
	{ "iommu/map", " map: ", MAPS, false },
	{ "iommu/unmap", " unmap: ", MAPS, false },
	{ "dma/dma_map_sg", "dma_map_sg: ", MAPS, false },
	{ "dma/dma_map_phys", "dma_map_phys: ", MAPS, false },
	{ "dma/dma_sync_sg_for_device", "dma_sync_sg_for_device: ", SYNCS,
	  false },
	{ "dma/dma_sync_sg_for_cpu", "dma_sync_sg_for_cpu: ", SYNCS, false },
	{ "workqueue/workqueue_queue_work", "function=qcom_glink_", GLINK_WORKS,
	  false },
	{ "workqueue/workqueue_queue_work", "function=qda_calls_trim_work",
	  TICKS, false },
	{ "workqueue/workqueue_queue_work", "function=qda_", WORKS, false },
	{ "workqueue/workqueue_queue_work", "workqueue=qda ", WORKS, false },
	{ "qcom_glink/qcom_glink_cmd_tx_data", "tx_data: tx ", SENT, false },
	{ "qcom_glink/qcom_glink_cmd_tx_data", "tx_data: rx ", RECEIVED,
	  false },
};

static const char *const names[COSTS] = {
	"system calls",	 "allocations",	      "pages", "maps",
	"syncs",	 "works of GLINK",    "ticks", "works",
	"messages sent", "messages received",
};

static long costs[COSTS];
static long interrupts;
static int64_t took_ms;

static void trace_enable(const char *value)
{
	char path[128];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(events); i++) {
		snprintf(path, sizeof(path), TRACING "/events/%s/enable",
			 events[i].event);
		text_write(path, value);
	}
}

static int trace_file;

/* To be opened for writing is what empties it. */
static void trace_empty(void)
{
	int fd = open(TRACING "/trace", O_WRONLY | O_TRUNC | O_CLOEXEC);

	check(fd >= 0);
	close(fd);
}

static void trace_start(void)
{
	mkdir(TRACING, 0700);
	text_write(TRACING "/tracing_on", "0");
	text_write(TRACING "/buffer_size_kb", "16384");
	trace_empty();
	trace_enable("1");
	trace_file = open(TRACING "/tracing_on", O_WRONLY);
	check(trace_file >= 0);
	interrupts = (long)edge_counter_read("interrupts");
	took_ms = now_ns() / 1000000;
	check_equal(write(trace_file, "1", 1), 1);
}

static void count_line(const char *line, const char *task)
{
	bool own = strstr(line, task) != NULL;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(events); i++) {
		if (!strstr(line, events[i].text) || (events[i].own && !own))
			continue;
		costs[events[i].cost]++;
		return;
	}
}

/* The write that ends it is a system call of this thread, too. */
static void trace_stop(void)
{
	char *text, *line, *lines, task[32];

	check_equal(write(trace_file, "0", 1), 1);
	took_ms = now_ns() / 1000000 - took_ms;
	interrupts = (long)edge_counter_read("interrupts") - interrupts;
	close(trace_file);
	trace_enable("0");
	text = text_read(TRACING "/trace");
	memset(costs, 0, sizeof(costs));
	costs[SYSTEM_CALLS] = -1;
	snprintf(task, sizeof(task), "costs-%d ", getpid());
	for (line = strtok_r(text, "\n", &lines); line;
	     line = strtok_r(NULL, "\n", &lines)) {
		if (strstr(line, "LOST"))
			subtest_fail(__FILE__, __LINE__, "%s", line);
		count_line(line, task);
	}
	free(text);
}

static void say_costs(const char *what, unsigned int calls)
{
	unsigned int i;

	printf("# %s, %u calls:", what, calls);
	for (i = 0; i < COSTS; i++)
		printf(" %ld %s,", costs[i], names[i]);
	printf(" %ld interrupts\n", interrupts);
}

static void cost_is(enum cost cost, long least, long most)
{
	if (costs[cost] < least || costs[cost] > most)
		subtest_fail(__FILE__, __LINE__, "%ld %s, not %ld to %ld",
			     costs[cost], names[cost], least, most);
}

static void only_the_call(unsigned int calls)
{
	cost_is(SYSTEM_CALLS, calls, calls);
	cost_is(ALLOCATIONS, 0, 0);
	cost_is(PAGES, 0, 0);
	cost_is(MAPS, 0, 0);
	cost_is(SYNCS, 0, 0);
	cost_is(WORKS, 0, 0);
	cost_is(TICKS, 0, calls / 4);
	cost_is(SENT, calls, calls);
	cost_is(GLINK_WORKS, 0, costs[RECEIVED]);
}

static void run_calls(const struct probe *probe, struct call *call,
		      unsigned int calls)
{
	struct drm_qda_remote_invoke invoke = call->invoke;
	unsigned int i;

	for (i = 0; i < calls; i++) {
		call->invoke = invoke;
		check_ok(call_send(probe->fd, call));
		check_equal(call->invoke.result, 0);
	}
	call->invoke = invoke;
}

static void measure(const char *what, const struct probe *probe,
		    struct call *call, unsigned int calls)
{
	call->invoke.deadline_ns = DRM_QDA_DEADLINE_NONE;
	run_calls(probe, call, WARM);
	trace_start();
	run_calls(probe, call, calls);
	trace_stop();
	say_costs(what, calls);
}

/* ---- calls -------------------------------------------------------------- */

/* What is traced is seen, else the zeros below show nothing. */
static void cold_call(void)
{
	struct probe probe;
	struct call call;

	trace_start();
	probe_open(&probe);
	probe_return_call(&probe, &call, 0, 0);
	run_calls(&probe, &call, 1);
	trace_stop();
	say_costs("a session's first", 1);
	cost_is(SYSTEM_CALLS, 4, 1000);
	cost_is(ALLOCATIONS, 4, 10000);
	cost_is(PAGES, 2, 10000);
	cost_is(MAPS, 2, 10000);
	cost_is(SENT, 3, 100);
	cost_is(RECEIVED, 3, 100);
	trace_start();
	probe_close(&probe);
	sleep_ms(300);
	trace_stop();
	cost_is(WORKS, 1, 100);
	cost_is(MAPS, 1, 10000);
}

static void warm_call(void)
{
	struct probe probe;
	struct call call;

	probe_open(&probe);
	probe_return_call(&probe, &call, 0, 0);
	measure("a warm call", &probe, &call, CALLS);
	only_the_call(CALLS);
	cost_is(RECEIVED, CALLS, CALLS);
	check(interrupts <= 2 * CALLS);
	probe_close(&probe);
}

static void most_arguments(void)
{
	struct bo bo[254];
	struct probe probe;
	struct call call;
	unsigned int i;

	probe_open(&probe);
	probe_copy_call(&probe, &call, 127, 0);
	for (i = 0; i < 254; i++) {
		bo_create(probe.fd, PAGE, &bo[i]);
		call_arg(&call, i, &bo[i], 0, 64);
	}
	measure("254 arguments in as many BOs", &probe, &call, 50);
	only_the_call(50);
	cost_is(RECEIVED, 50, 50);
	for (i = 0; i < 254; i++)
		bo_destroy(&bo[i]);
	probe_close(&probe);
}

/* The first call with a buffer costs what the next one costs. */
static void new_buffers(void)
{
	struct bo bo[128];
	struct probe probe;
	struct call call;
	unsigned int i;

	probe_open(&probe);
	probe_copy_call(&probe, &call, 1, 0);
	for (i = 0; i < ARRAY_SIZE(bo); i++)
		bo_create(probe.fd, PAGE, &bo[i]);
	call_arg(&call, 0, &bo[0], 0, 64);
	call_arg(&call, 1, &bo[0], 64, 64);
	call.invoke.deadline_ns = DRM_QDA_DEADLINE_NONE;
	run_calls(&probe, &call, WARM);
	trace_start();
	for (i = 0; i < ARRAY_SIZE(bo); i++) {
		call_arg(&call, 0, &bo[i], 0, 64);
		call_arg(&call, 1, &bo[i], 64, 64);
		run_calls(&probe, &call, 1);
	}
	trace_stop();
	say_costs("another buffer each time", ARRAY_SIZE(bo));
	only_the_call(ARRAY_SIZE(bo));
	for (i = 0; i < ARRAY_SIZE(bo); i++)
		bo_destroy(&bo[i]);
	probe_close(&probe);
}

/*
 * The descriptors, 24 bytes each, end where memory ends: no byte more is read.
 * 16 MiB of data cost what 8 bytes cost.
 */
static void nothing_but_descriptors(void)
{
	const size_t size = 2 * DESCRIPTOR;
	struct probe probe;
	struct call call;
	uint8_t *end;
	struct bo bo;
	int i;

	end = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE,
		   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	check(end != MAP_FAILED);
	check_ok(mprotect(end + PAGE, PAGE, PROT_NONE));
	end += PAGE;

	probe_open(&probe);
	bo_create(probe.fd, 32 << 20, &bo);
	probe_copy_call(&probe, &call, 1, 0);
	for (i = 0; i < 2; i++)
		call_arg(&call, i, &bo, i * (16 << 20), 16 << 20);
	for (i = 0; i < 2; i++)
		memcpy(end - size + i * DESCRIPTOR, &call.args[i], DESCRIPTOR);
	call.invoke.args_ptr = (uintptr_t)(end - size);
	call.invoke.args_stride = DESCRIPTOR;
	check(_IOC_SIZE(DRM_IOCTL_QDA_REMOTE_INVOKE) <= 64);
	measure("2 * 16 MiB", &probe, &call, 5);
	only_the_call(5);
	bo_destroy(&bo);
	probe_close(&probe);
}

/* ---- a DSP that writes the poll word (--poll) --------------------------- */

/* As many calls at once as answers may be behind, and some. */
static void warm_up(struct probe *probe)
{
	struct drm_qda_remote_call end;
	uint64_t numbers[WARM];
	struct call call;
	unsigned int i;

	for (i = 0; i < WARM; i++) {
		probe_sleep_call(probe, &call, i, i == 0 ? 50 : 0);
		numbers[i] = call_submit(probe->fd, &call);
	}
	for (i = 0; i < WARM; i++)
		check_ok(call_collect(probe->fd, numbers[i], deadline_in(10000),
				      &end));
}

static void polled_call(void)
{
	struct probe probe;
	struct call call;

	if (!getenv("QDA_TEST_POLL"))
		subtest_skip("for a machine with --poll");
	probe_open_in(&probe, file_open(), DRM_QDA_SESSION_POLL);
	warm_up(&probe);
	probe_return_call(&probe, &call, 0, 0);
	measure("a polled call", &probe, &call, CALLS);
	only_the_call(CALLS);
	cost_is(RECEIVED, 0, CALLS + WARM);
	/* One for 32 answers, and one each 5 ms if the machine is slow. */
	check(interrupts <= CALLS / 16 + took_ms / 4);
	probe_close(&probe);
}

static const struct subtest tests[] = {
	LONG(cold_call),
	LONG(warm_call),
	LONG(most_arguments),
	LONG(new_buffers),
	LONG(nothing_but_descriptors),
	LONG(polled_call),
};

int main(int argc, char **argv)
{
	return harness_main(argc, argv, tests, ARRAY_SIZE(tests));
}
