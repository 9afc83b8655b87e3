// SPDX-License-Identifier: BSD-3-Clause
#include "counters.h"

#include <dirent.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "statistics.h"

#define DEBUGFS "/sys/kernel/debug"
#define TRACING "/sys/kernel/tracing/"

#define OWN_TASK      "qda-bench-"
#define KERNEL_WORKER "kworker/"
/* 1,152 calls with 50 locks, 192 with 1 MiB through a socket: 100 events each. */
#define BUFFER_KB "8192"

/*
 * Lockdep sees as locks: RCU's and SRCU's readers, readers of a sequence, works,
 * what may fault or reclaim memory. And debug objects, tracing, the core of
 * interrupts and the load average have locks that a call is not to blame for.
 */
#define IS_A_LOCK                                                        \
	"!(name ~ \"*rcu*\") && !(name ~ \"*seqcount\") && "             \
	"!(name ~ \"(*\") && !(name ~ \"*-override\") && "               \
	"name != \"fs_reclaim\" && !(name ~ \"*mmap_lock\") && "         \
	"!(name ~ \"*obj_hash*\") && name != \"pool_lock\" && "          \
	"!(name ~ \"*reader_lock_key\") && !(name ~ \"*irq_desc*\") && " \
	"name != \"irqs_to_free_lock\" && name != \"avg_lock\""

/* Events, and what they are called here. */
static const struct {
	const char *event;
	const char *enable;
	const char *name;   /* NULL: looked at, not counted */
	const char *filter; /* of the event's fields; NULL: all of them */
	bool serving;	    /* only those of what serves a call */
} events[] = {
	{ "kmalloc", "kmem/kmalloc", "kernel_allocations" },
	{ "kmalloc_node", "kmem/kmalloc_node", "kernel_allocations" },
	{ "kmem_cache_alloc", "kmem/kmem_cache_alloc", "kernel_allocations" },
	{ "kmem_cache_alloc_node", "kmem/kmem_cache_alloc_node",
	  "kernel_allocations" },
	{ "mm_page_alloc", "kmem/mm_page_alloc", "page_allocations" },
	{ "workqueue_queue_work", "workqueue/workqueue_queue_work",
	  "work_items" },
	{ "sched_waking", "sched/sched_waking", "wake_ups" },
	{ "sched_switch", "sched/sched_switch", "switches" },
	{ "irq_handler_entry", "irq/irq_handler_entry", "interrupts_taken" },
	{ "map", "iommu/map", "iommu_maps" },
	{ "unmap", "iommu/unmap", "iommu_unmaps" },
	{ "lock_acquire", "lock/lock_acquire", "lock_acquisitions", IS_A_LOCK,
	  true },
	{ "qda_reply", "qda/qda_reply", NULL },
};

#define EVENTS (sizeof(events) / sizeof(events[0]))

static unsigned int short_run(unsigned int calls)
{
	return calls / 3;
}

unsigned int counters_calls(unsigned int calls)
{
	return calls + short_run(calls);
}

double counters_get(const struct counters *counters, const char *name)
{
	for (unsigned int i = 0; i < counters->count; i++)
		if (!strcmp(counters->list[i].name, name))
			return counters->list[i].value;
	return NAN;
}

void counters_add(struct counters *counters, const char *name, double value)
{
	struct counter *counter = counters->list;
	unsigned int i;

	for (i = 0; i < counters->count && strcmp(counter->name, name) != 0;
	     i++)
		counter++;
	if (i == COUNTERS_MAX)
		return;
	if (i == counters->count) {
		snprintf(counter->name, sizeof(counter->name), "%s", name);
		counter->value = 0;
		counters->count++;
	}
	counter->value += value;
}

/* ---- Files of names and numbers ---------------------------------------- */

static void add_file(struct counters *counters, const char *path)
{
	FILE *file = fopen(path, "re");
	char line[256], name[COUNTER_NAME_MAX];
	double value;

	while (file && fgets(line, sizeof(line), file))
		if (sscanf(line, "%39[a-z_0-9] : %lf", name, &value) == 2 ||
		    sscanf(line, "%39[a-z_0-9]: %lf", name, &value) == 2)
			counters_add(counters, name, value);
	if (file)
		fclose(file);
}

static void add_directory(struct counters *counters, const char *parent,
			  const char *file)
{
	DIR *directory = opendir(parent);
	struct dirent *entry;
	char path[600];

	while (directory && (entry = readdir(directory))) {
		if (entry->d_name[0] == '.')
			continue;
		snprintf(path, sizeof(path), "%s/%s%s%s", parent, entry->d_name,
			 file ? "/" : "", file ? file : "");
		add_file(counters, path);
	}
	if (directory)
		closedir(directory);
}

static void read_files(struct counters *counters)
{
	counters_add(counters, "system_calls", (double)system_calls);
	counters_add(counters, "copied_bytes", (double)copied_bytes);
	add_directory(counters, DEBUGFS "/accel", "counters");
	add_directory(counters, DEBUGFS "/qda_sim", NULL);
}

/* ---- Trace events ------------------------------------------------------ */

static bool write_file(const char *path, const char *text)
{
	FILE *file = fopen(path, "we");
	bool written = file && fputs(text, file) >= 0;

	if (file && fclose(file))
		written = false;
	return written;
}

static bool write_event(size_t i, const char *file, const char *text)
{
	char path[128];

	snprintf(path, sizeof(path), TRACING "events/%s/%s", events[i].enable,
		 file);
	return write_file(path, text);
}

static bool enable_event(size_t i)
{
	if (events[i].filter && !write_event(i, "filter", events[i].filter))
		return false;
	return write_event(i, "enable", "1");
}

static void disable_event(size_t i)
{
	write_event(i, "enable", "0");
	if (events[i].filter)
		write_event(i, "filter", "0");
}

/* Where a line of the trace is from. */
struct place {
	bool handler; /* of an interrupt, but for the timer's */
	bool serving; /* the program, a work, or such a handler */
};

/*
 * "  qda-bench-38    [000] d.h2.    12.345: ...": the task, its processor, five
 * letters, of which the third is a point but for interrupts.
 */
static void set_place(struct place *place, const char *line)
{
	const char *task = line + strspn(line, " ");
	const char *flags = strstr(line, "] ");

	if (!flags || strlen(flags) < 7)
		return;
	if (flags[4] == '.')
		place->handler = false;
	else if (strstr(flags, ": irq_handler_entry:"))
		place->handler = !strstr(flags, "timer");
	place->serving = place->handler ||
			 (flags[4] == '.' &&
			  (!strncmp(task, KERNEL_WORKER,
				    strlen(KERNEL_WORKER)) ||
			   !strncmp(task, OWN_TASK, strlen(OWN_TASK))));
}

/* The name between the time and the next colon: "... 12.345: kmalloc: ...". */
static void count_event(struct counters *counters, const struct place *place,
			const char *line)
{
	const char *start = strstr(line, ": ");
	const char *end = start ? strchr(start + 2, ':') : NULL;

	for (size_t i = 0; end && i < EVENTS; i++)
		if (events[i].name && (place->serving || !events[i].serving) &&
		    strlen(events[i].event) == (size_t)(end - start - 2) &&
		    !strncmp(events[i].event, start + 2,
			     (size_t)(end - start - 2)))
			counters_add(counters, events[i].name, 1);
}

/* From sending a call to its reply, in ns, as the driver's trace events say it. */
struct reply_times {
	unsigned int count;
	double ns[COUNTED_CALLS_MAX];
};

static void add_reply(struct reply_times *times, const char *line)
{
	const char *ns = strstr(line, " ns=");

	if (ns && strstr(line, ": qda_reply:") &&
	    times->count < COUNTED_CALLS_MAX)
		times->ns[times->count++] = strtod(ns + 4, NULL);
}

/* -ENOBUFS when there were more than the kernel has room for. */
static int read_trace(struct counters *counters, struct reply_times *times)
{
	FILE *file = fopen(TRACING "trace", "re");
	unsigned long there = 0, written = 0;
	struct place place = { false, false };
	char *line = NULL;
	size_t room = 0;

	while (file && getline(&line, &room, file) > 0) {
		if (line[0] != '#') {
			set_place(&place, line);
			count_event(counters, &place, line);
			add_reply(times, line);
		} else if (!written) {
			sscanf(line,
			       "# entries-in-buffer/entries-written: %lu/%lu",
			       &there, &written);
		}
	}
	free(line);
	if (file)
		fclose(file);
	return there == written ? 0 : -ENOBUFS;
}

/* What is counted is there, though it be 0; false without trace events. */
static bool trace_begin(struct counters *counters)
{
	bool any = false;

	write_file(TRACING "tracing_on", "0");
	write_file(TRACING "buffer_size_kb", BUFFER_KB);
	for (size_t i = 0; i < EVENTS; i++) {
		if (!enable_event(i))
			continue;
		if (events[i].name)
			counters_add(counters, events[i].name, 0);
		any = true;
	}
	if (any)
		write_file(TRACING "trace", "");
	return any;
}

static int trace_end(struct counters *counters, struct reply_times *times)
{
	int ret;

	for (size_t i = 0; i < EVENTS; i++)
		disable_event(i);
	ret = read_trace(counters, times);
	write_file(TRACING "trace", "");
	write_file(TRACING "tracing_on", "1");
	return ret;
}

/* ---- Both -------------------------------------------------------------- */

/* Files before and after the run, and the trace of it alone. */
static int count_run(const struct contender *contender,
		     struct contender_state *state, unsigned int calls,
		     uint32_t *ns, struct counters *counters,
		     struct reply_times *times)
{
	struct counters before = { 0 };
	int ret, lost = 0;
	bool traced;

	traced = trace_begin(counters);
	read_files(&before);
	if (traced)
		write_file(TRACING "tracing_on", "1");
	ret = contender->run(state, calls, ns);
	if (traced)
		write_file(TRACING "tracing_on", "0");
	read_files(counters);
	for (unsigned int i = 0; i < before.count; i++)
		counters_add(counters, before.list[i].name,
			     -before.list[i].value);
	if (traced)
		lost = trace_end(counters, times);
	return ret ? ret : lost;
}

/*
 * What this project's driver and the way to it take: a call's time without that
 * from sending it to its reply. What a tenth of the calls do not exceed: what else
 * the processor did is in many of them.
 */
static void add_driver_time(struct counters *counters,
			    const struct reply_times *times, const uint32_t *ns,
			    unsigned int calls)
{
	double own[COUNTED_CALLS_MAX];

	if (times->count != calls)
		return;
	for (unsigned int i = 0; i < calls; i++)
		own[i] = ns[i] - times->ns[i];
	sort_doubles(own, calls);
	counters_add(counters, "driver_ns", quantile(own, calls, 0.1));
}

void counters_median(struct counters *counters, const struct counters *of,
		     unsigned int count)
{
	double same[COUNTED_TIMES_MAX];

	*counters = (struct counters){ 0 };
	for (unsigned int i = 0; i < of->count; i++) {
		const char *name = of->list[i].name;
		unsigned int found = 0;

		for (unsigned int j = 0; j < count; j++) {
			double value = counters_get(&of[j], name);

			if (!isnan(value))
				same[found++] = value;
		}
		counters_add(counters, name, median(same, found));
	}
}

int counters_measure(const struct contender *contender,
		     struct contender_state *state, unsigned int calls,
		     struct counters *counters)
{
	struct reply_times times[2] = { { 0 }, { 0 } };
	unsigned int more = calls - short_run(calls);
	struct counters few = { 0 };
	uint32_t ns[COUNTED_CALLS_MAX];
	int ret;

	*counters = (struct counters){ 0 };
	ret = count_run(contender, state, short_run(calls), ns, &few,
			&times[0]);
	if (!ret)
		ret = count_run(contender, state, calls, ns, counters,
				&times[1]);
	for (unsigned int i = 0; i < few.count; i++)
		counters_add(counters, few.list[i].name, -few.list[i].value);
	for (unsigned int i = 0; i < counters->count; i++)
		counters->list[i].value /= more;
	if (!ret && contender->unit == BENCH_LATENCY)
		add_driver_time(counters, &times[1], ns, calls);
	return ret;
}
