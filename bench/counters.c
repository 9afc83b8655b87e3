// SPDX-License-Identifier: BSD-3-Clause
#include "counters.h"

#include <dirent.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "statistics.h"

#define DEBUGFS	    "/sys/kernel/debug"
#define TRACING	    "/sys/kernel/tracing/"
#define CALLS_SHORT 64
#define CALLS_LONG  192

/* Events, and what they are called here. */
static const struct {
	const char *event;
	const char *enable;
	const char *name; /* NULL: looked at, not counted */
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
	{ "lock_acquire", "lock/lock_acquire", "lock_acquisitions" },
	{ "qda_reply", "qda/qda_reply", NULL },
};

#define EVENTS (sizeof(events) / sizeof(events[0]))

unsigned int counters_calls(void)
{
	return CALLS_SHORT + CALLS_LONG;
}

double counters_get(const struct counters *counters, const char *name)
{
	for (unsigned int i = 0; i < counters->count; i++)
		if (!strcmp(counters->list[i].name, name))
			return counters->list[i].value;
	return NAN;
}

static void add(struct counters *counters, const char *name, double value)
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
			add(counters, name, value);
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
	add(counters, "system_calls", (double)system_calls);
	add(counters, "copied_bytes", (double)copied_bytes);
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

static bool enable_event(size_t i, bool on)
{
	char path[128];

	snprintf(path, sizeof(path), TRACING "events/%s/enable",
		 events[i].enable);
	return write_file(path, on ? "1" : "0");
}

/* The name between the time and the next colon: "... 12.345: kmalloc: ...". */
static void count_event(struct counters *counters, const char *line)
{
	const char *start = strstr(line, ": ");
	const char *end = start ? strchr(start + 2, ':') : NULL;

	for (size_t i = 0; end && i < EVENTS; i++)
		if (events[i].name &&
		    strlen(events[i].event) == (size_t)(end - start - 2) &&
		    !strncmp(events[i].event, start + 2,
			     (size_t)(end - start - 2)))
			add(counters, events[i].name, 1);
}

/* From sending a call to its reply, in ns, as the driver's trace events say it. */
struct reply_times {
	unsigned int count;
	double ns[CALLS_LONG];
};

static void add_reply(struct reply_times *times, const char *line)
{
	const char *ns = strstr(line, " ns=");

	if (ns && strstr(line, ": qda_reply:") && times->count < CALLS_LONG)
		times->ns[times->count++] = strtod(ns + 4, NULL);
}

static void read_trace(struct counters *counters, struct reply_times *times)
{
	FILE *file = fopen(TRACING "trace", "re");
	char *line = NULL;
	size_t room = 0;

	while (file && getline(&line, &room, file) > 0)
		if (line[0] != '#') {
			count_event(counters, line);
			add_reply(times, line);
		}
	free(line);
	if (file)
		fclose(file);
}

/* What is counted is there, though it be 0; false without trace events. */
static bool trace_begin(struct counters *counters)
{
	bool any = false;

	write_file(TRACING "tracing_on", "0");
	for (size_t i = 0; i < EVENTS; i++) {
		if (!enable_event(i, true))
			continue;
		if (events[i].name)
			add(counters, events[i].name, 0);
		any = true;
	}
	if (any)
		write_file(TRACING "trace", "");
	return any;
}

static void trace_end(struct counters *counters, struct reply_times *times)
{
	for (size_t i = 0; i < EVENTS; i++)
		enable_event(i, false);
	read_trace(counters, times);
	write_file(TRACING "trace", "");
	write_file(TRACING "tracing_on", "1");
}

/* ---- Both -------------------------------------------------------------- */

/* Files before and after the run, and the trace of it alone. */
static int count_run(const struct contender *contender,
		     struct contender_state *state, unsigned int calls,
		     uint32_t *ns, struct counters *counters,
		     struct reply_times *times)
{
	struct counters before = { 0 };
	bool traced;
	int ret;

	traced = trace_begin(counters);
	read_files(&before);
	if (traced)
		write_file(TRACING "tracing_on", "1");
	ret = contender->run(state, calls, ns);
	if (traced)
		write_file(TRACING "tracing_on", "0");
	read_files(counters);
	for (unsigned int i = 0; i < before.count; i++)
		add(counters, before.list[i].name, -before.list[i].value);
	if (traced)
		trace_end(counters, times);
	return ret;
}

/*
 * What this project's driver and the way to it take: a call's time without that
 * from sending it to its reply. What a tenth of the calls do not exceed: what else
 * the processor did is in many of them.
 */
static void add_driver_time(struct counters *counters,
			    const struct reply_times *times, const uint32_t *ns)
{
	double own[CALLS_LONG];

	if (times->count != CALLS_LONG)
		return;
	for (unsigned int i = 0; i < CALLS_LONG; i++)
		own[i] = ns[i] - times->ns[i];
	sort_doubles(own, CALLS_LONG);
	add(counters, "driver_ns", quantile(own, CALLS_LONG, 0.1));
}

int counters_measure(const struct contender *contender,
		     struct contender_state *state, struct counters *counters)
{
	struct reply_times times[2] = { { 0 }, { 0 } };
	struct counters few = { 0 };
	uint32_t ns[CALLS_LONG];
	int ret;

	*counters = (struct counters){ 0 };
	ret = count_run(contender, state, CALLS_SHORT, ns, &few, &times[0]);
	if (!ret)
		ret = count_run(contender, state, CALLS_LONG, ns, counters,
				&times[1]);
	for (unsigned int i = 0; i < few.count; i++)
		add(counters, few.list[i].name, -few.list[i].value);
	for (unsigned int i = 0; i < counters->count; i++)
		counters->list[i].value /= CALLS_LONG - CALLS_SHORT;
	if (!ret && contender->unit == BENCH_LATENCY)
		add_driver_time(counters, &times[1], ns);
	return ret;
}
