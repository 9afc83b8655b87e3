// SPDX-License-Identifier: BSD-3-Clause
/* What is to be seen of sessions and calls: fdinfo, tracepoints, debugfs */
#include <ctype.h>
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "dma_buf.h"
#include "batch.h"
#include "kernel_text.h"

#define PAGE	 4096ULL
#define MIB	 (1024ULL * 1024)
#define SLEEP_MS 150
#define SLEEP_NS (SLEEP_MS * 1000000ULL)

/* ---- fdinfo ------------------------------------------------------------ */

enum kind {
	NUMBER,
	NANOSECONDS,
	BYTES,
	STRING
};

/* The keys of drm-usage-stats.rst that this driver has, and its own. */
static const struct {
	const char *key;
	enum kind kind;
} keys[] = {
	{ "drm-driver", STRING },	   { "drm-client-id", NUMBER },
	{ "drm-engine-dsp", NANOSECONDS }, { "drm-total-memory", BYTES },
	{ "drm-shared-memory", BYTES },	   { "drm-active-memory", BYTES },
	{ "drm-resident-memory", BYTES },  { "qda-session-state", STRING },
	{ "qda-process", NUMBER },	   { "qda-calls", NUMBER },
	{ "qda-calls-total", NUMBER },
};

static bool unit_is_right(const char *unit, enum kind kind)
{
	switch (kind) {
	case NANOSECONDS:
		return !strcmp(unit, " ns");
	case BYTES:
		return !*unit || !strcmp(unit, " KiB") || !strcmp(unit, " MiB");
	default:
		return !*unit;
	}
}

static void value_is_right(const char *key, const char *value, enum kind kind)
{
	size_t digits = strspn(value, "0123456789");

	if (kind == STRING ? !*value :
			     !digits || !unit_is_right(value + digits, kind))
		subtest_fail(__FILE__, __LINE__, "%s: \"%s\"", key, value);
}

/* One line: KEY, a colon, white space, the value. Returns its index in keys. */
static int parse_line(char *line)
{
	char *value = strchr(line, ':');
	size_t i;

	if (!value)
		subtest_fail(__FILE__, __LINE__, "no colon: %s", line);
	*value++ = '\0';
	value += strspn(value, " \t");
	if (strpbrk(line, " \t"))
		subtest_fail(__FILE__, __LINE__, "white space in: %s", line);
	for (i = 0; i < ARRAY_SIZE(keys); i++) {
		if (strcmp(line, keys[i].key) != 0)
			continue;
		value_is_right(line, value, keys[i].kind);
		return (int)i;
	}
	if (!strncmp(line, "drm-", 4) || !strncmp(line, "qda-", 4))
		subtest_fail(__FILE__, __LINE__, "unknown key: %s", line);
	return -1;
}

static void fdinfo_as_the_document_says(void)
{
	unsigned int seen[ARRAY_SIZE(keys)] = { 0 };
	char *text, *line, *lines;
	int fd = session_open();
	size_t i;
	int key;

	text = fdinfo_read(fd);
	check(strstr(text, "drm-driver:\tqda\n") != NULL);
	for (line = strtok_r(text, "\n", &lines); line;
	     line = strtok_r(NULL, "\n", &lines)) {
		key = parse_line(line);
		if (key >= 0)
			seen[key]++;
	}
	for (i = 0; i < ARRAY_SIZE(keys); i++)
		if (seen[i] != 1)
			subtest_fail(__FILE__, __LINE__, "%s: %u times",
				     keys[i].key, seen[i]);
	free(text);
	close(fd);
}

static uint64_t memory(int fd, const char *key)
{
	char *text = fdinfo_read(fd), *line = strstr(text, key), *unit;
	uint64_t size;

	check(line != NULL);
	size = strtoull(line + strlen(key) + 1, &unit, 10);
	if (!strncmp(unit, " KiB", 4))
		size <<= 10;
	else if (!strncmp(unit, " MiB", 4))
		size <<= 20;
	free(text);
	return size;
}

static void memory_is(int fd, uint64_t total, uint64_t shared, uint64_t active)
{
	check_equal(memory(fd, "drm-total-memory"), total);
	check_equal(memory(fd, "drm-resident-memory"), total);
	check_equal(memory(fd, "drm-shared-memory"), shared);
	check_equal(memory(fd, "drm-active-memory"), active);
}

static void fdinfo_memory(void)
{
	struct drm_qda_remote_call end;
	struct probe probe;
	struct call call;
	uint64_t number, own;
	int dma_buf, foreign;
	uint32_t handle;
	struct bo bo;

	probe_open(&probe);
	own = probe.bo.size;
	memory_is(probe.fd, own, 0, 0);
	bo_create(probe.fd, MIB, &bo);
	memory_is(probe.fd, own + MIB, 0, 0);
	dma_buf = handle_export(probe.fd, bo.handle);
	memory_is(probe.fd, own + MIB, MIB, 0);
	foreign = heap_buffer(2 * MIB);
	handle = import_or_fail(probe.fd, foreign);
	memory_is(probe.fd, own + 3 * MIB, 3 * MIB, 0);
	probe_sleep_call(&probe, &call, 0, SLEEP_MS);
	number = call_submit(probe.fd, &call);
	memory_is(probe.fd, own + 3 * MIB, 3 * MIB, own);
	check_ok(call_collect(probe.fd, number, deadline_in(5000), &end));
	memory_is(probe.fd, own + 3 * MIB, 3 * MIB, 0);
	check_ok(handle_close(probe.fd, handle));
	close(foreign);
	close(dma_buf);
	bo_destroy(&bo);
	memory_is(probe.fd, own, 0, 0);
	probe_close(&probe);
}

/* Busy while a call is in flight, once however many there are, else not. */
static void fdinfo_engine_time(void)
{
	struct drm_qda_remote_call end;
	uint64_t numbers[4], idle, busy, middle;
	struct probe probe;
	struct call call;
	int64_t start;
	unsigned int i;

	probe_open(&probe);
	idle = fdinfo_number(probe.fd, "drm-engine-dsp");
	check(idle > 0);
	sleep_ms(50);
	check_equal(fdinfo_number(probe.fd, "drm-engine-dsp"), idle);
	start = now_ns();
	for (i = 0; i < ARRAY_SIZE(numbers); i++) {
		probe_sleep_call(&probe, &call, i, SLEEP_MS);
		numbers[i] = call_submit(probe.fd, &call);
	}
	check_equal(fdinfo_number(probe.fd, "qda-calls"), ARRAY_SIZE(numbers));
	middle = fdinfo_number(probe.fd, "drm-engine-dsp");
	check(middle > idle);
	for (i = 0; i < ARRAY_SIZE(numbers); i++)
		check_ok(call_collect(probe.fd, numbers[i], deadline_in(9000),
				      &end));
	busy = fdinfo_number(probe.fd, "drm-engine-dsp") - idle;
	check(busy >= SLEEP_NS);
	check(busy <= (uint64_t)(now_ns() - start));
	check_equal(fdinfo_number(probe.fd, "drm-engine-dsp"), busy + idle);
	check_equal(fdinfo_number(probe.fd, "qda-calls"), 0);
	probe_close(&probe);
}

static bool state_is(int fd, const char *name)
{
	char *text = fdinfo_read(fd), line[64];
	bool is;

	snprintf(line, sizeof(line), "qda-session-state:\t%s\n", name);
	is = strstr(text, line) != NULL;
	free(text);
	return is;
}

static void fdinfo_of_a_session_s_life(void)
{
	struct probe probe;
	struct call call;
	uint64_t total;
	unsigned int i;
	int fd;

	fd = file_open();
	check(state_is(fd, "none"));
	check_equal(fdinfo_number(fd, "qda-process"), 0);
	check_equal(fdinfo_number(fd, "qda-calls-total"), 0);
	check_equal(fdinfo_number(fd, "drm-engine-dsp"), 0);
	close(fd);
	probe_open(&probe);
	check(state_is(probe.fd, "running"));
	check_equal(fdinfo_number(probe.fd, "qda-process"),
		    session_query(probe.fd).process);
	total = fdinfo_number(probe.fd, "qda-calls-total");
	for (i = 0; i < 7; i++) {
		probe_return_call(&probe, &call, 0, 0);
		check_ok(call_run(probe.fd, &call));
	}
	check_equal(fdinfo_number(probe.fd, "qda-calls-total"), total + 7);
	probe_crash_call(&probe, &call, PROBE_CRASH_ABORT);
	check_errno(call_run(probe.fd, &call), -ECONNRESET);
	check(state_is(probe.fd, "dead"));
	check_equal(fdinfo_number(probe.fd, "qda-calls"), 0);
	probe_abandon(&probe);
}

/* ---- tracepoints ------------------------------------------------------- */

#define TRACING "/sys/kernel/tracing/"
#define CALLS	24

static const char *const steps[] = { "submit", "send", "reply", "done" };

struct traced {
	uint64_t session, context;
	unsigned int process, handle, scalars;
	int error, result;
	int64_t ns;
};

static void trace_start(void)
{
	if (access(TRACING "events/qda/enable", W_OK))
		subtest_skip("no tracepoints: %s", strerror(errno));
	text_write(TRACING "trace", "\n");
	text_write(TRACING "events/qda/enable", "1");
}

static char *trace_end(void)
{
	text_write(TRACING "events/qda/enable", "0");
	return text_read(TRACING "trace");
}

static uint64_t field(const char *line, const char *name)
{
	char key[32];
	const char *at, *end = strchr(line, '\n');

	snprintf(key, sizeof(key), " %s=", name);
	at = strstr(line, key);
	if (!at || (end && at > end))
		subtest_fail(__FILE__, __LINE__, "no %s: %.200s", name, line);
	return (uint64_t)strtoll(at + strlen(key), NULL, 0);
}

static void parse_traced(const char *line, bool ended, struct traced *traced)
{
	*traced = (struct traced){
		.session = field(line, "session"),
		.process = (unsigned int)field(line, "process"),
		.context = strtoull(strstr(line, " context=") + 9, NULL, 0),
		.handle = (unsigned int)field(line, "handle"),
		.scalars = (unsigned int)field(line, "scalars"),
	};
	if (!ended)
		return;
	traced->error = (int)field(line, "error");
	traced->result = (int)field(line, "result");
	traced->ns = (int64_t)field(line, "ns");
}

/*
 * The steps of a call in the order of the trace, as far as it has ended: their
 * number, and of the last one what it says.
 */
static unsigned int steps_of(const char *trace, uint64_t context,
			     const struct call *call, struct traced *last)
{
	const char *line = trace;
	unsigned int count = 0;
	int64_t reply_ns = 0;
	char name[32];

	while ((line = strstr(line, " qda_"))) {
		sscanf(line, " qda_%31[a-z]", name);
		line += 5;
		if (strtoull(strstr(line, " context=") + 9, NULL, 0) != context)
			continue;
		check(count < ARRAY_SIZE(steps));
		if (strcmp(name, steps[count]) != 0 &&
		    !(count == 2 && !strcmp(name, "done")))
			subtest_fail(__FILE__, __LINE__, "step %u is %s", count,
				     name);
		parse_traced(line, count >= 2, last);
		check_equal(last->handle, call->invoke.remote_handle);
		check_equal(last->scalars, call->invoke.scalars);
		count++;
		if (!strcmp(name, "done"))
			break;
		reply_ns = last->ns;
	}
	if (count == 4)
		check(last->ns >= reply_ns && reply_ns > 0);
	return count;
}

static unsigned int count_text(const char *text, const char *what)
{
	unsigned int count = 0;

	while ((text = strstr(text, what))) {
		count++;
		text += strlen(what);
	}
	return count;
}

/* Half of them overlap, half run one after the other. */
static void trace_of_calls(void)
{
	struct drm_qda_remote_call end;
	struct call calls[CALLS];
	struct traced traced;
	struct probe probe;
	char *trace;
	int i;

	probe_open(&probe);
	trace_start();
	for (i = 0; i < CALLS; i++) {
		probe_return_call(&probe, &calls[i], (unsigned int)i, i - 5);
		if (i < CALLS / 2)
			check_ok(call_run(probe.fd, &calls[i]));
		else
			call_submit(probe.fd, &calls[i]);
	}
	for (i = CALLS / 2; i < CALLS; i++)
		check_ok(call_collect(probe.fd, calls[i].invoke.call,
				      deadline_in(5000), &end));
	trace = trace_end();
	check(strstr(trace, "0x") != NULL);
	for (i = 0; i < CALLS; i++) {
		check_equal(steps_of(trace, calls[i].invoke.call, &calls[i],
				     &traced),
			    4);
		check_equal(traced.session,
			    fdinfo_number(probe.fd, "drm-client-id"));
		check_equal(traced.process, session_query(probe.fd).process);
		check_equal(traced.error, 0);
		check_equal(traced.result, i - 5);
	}
	for (i = 0; i < 4; i++) {
		char name[32];

		snprintf(name, sizeof(name), " qda_%s: ", steps[i]);
		check_equal(count_text(trace, name), CALLS);
	}
	free(trace);
	probe_close(&probe);
}

/* The next message of a session; others end at the same time. */
static const char *next_sent(const char *trace, uint64_t session,
			     struct traced *traced)
{
	do {
		trace = strstr(trace, " qda_send: ");
		check(trace != NULL);
		parse_traced(trace++, false, traced);
	} while (traced->session != session);
	return trace;
}

/* Each call has its steps, and they are sent in the order of the array. */
static void trace_of_a_batch(void)
{
	static struct batch batch;
	struct traced traced;
	struct probe probe;
	uint64_t session;
	const char *sent;
	char *trace;
	int i;

	probe_open(&probe);
	session = fdinfo_number(probe.fd, "drm-client-id");
	batch_of_results(&probe, &batch, 0, CALLS, 5);
	trace_start();
	check_ok(batch_send(probe.fd, &batch));
	trace = trace_end();
	sent = trace;
	for (i = 0; i < CALLS; i++) {
		const struct drm_qda_remote_batch_call *element =
			&batch.calls[i];
		const struct call call = {
			.invoke = { .remote_handle = element->remote_handle,
				    .scalars = element->scalars }
		};

		check_equal(steps_of(trace, element->call, &call, &traced), 4);
		check_equal(traced.result, 5 + i);
		sent = next_sent(sent, session, &traced);
		check(traced.context == element->call);
	}
	free(trace);
	probe_close(&probe);
}

/* Nobody answers for the dead, or only when it was ended. */
static void trace_of_a_death(void)
{
	struct traced traced;
	struct probe probe;
	struct call call;
	char *trace;

	probe_open(&probe);
	trace_start();
	probe_crash_call(&probe, &call, PROBE_CRASH_NULL);
	check_errno(call_run(probe.fd, &call), -ECONNRESET);
	trace = trace_end();
	check_equal(steps_of(trace, call.invoke.call, &call, &traced), 3);
	check_equal(traced.error, -ECONNRESET);
	free(trace);
	probe_abandon(&probe);
}

/* ---- debugfs ----------------------------------------------------------- */

static char *number_text(uint64_t number)
{
	static char text[32];

	snprintf(text, sizeof(text), "%llu", (unsigned long long)number);
	return text;
}

/* Rows that go with a file are gone soon after it: the DSP has a say in it. */
static void no_rows_of(uint64_t session)
{
	static const struct {
		const char *table;
		unsigned int column;
	} tables[] = { { "sessions", 1 }, { "calls", 2 }, { "mappings", 1 } };
	int64_t end = deadline_in(10000);
	size_t i;

	for (i = 0; i < ARRAY_SIZE(tables); i++) {
		while (debugfs_rows(tables[i].table, tables[i].column,
				    number_text(session))) {
			check(now_ns() < end);
			sleep_ms(20);
		}
	}
}

static void tables_of_debugfs(void)
{
	int foreign = heap_buffer(3 * PAGE);
	struct drm_qda_remote_call end;
	uint64_t number, session;
	struct probe probe;
	struct call call;
	char context[32], *text;
	struct bo bo;

	probe_open(&probe);
	session = fdinfo_number(probe.fd, "drm-client-id");
	check_equal(debugfs_rows("sessions", 1, number_text(session)), 1);
	check_equal(debugfs_rows("calls", 2, number_text(session)), 0);
	bo_create_flags(probe.fd, 5 * PAGE, DRM_QDA_BO_CACHED, &bo);
	import_or_fail(probe.fd, foreign);
	check_equal(debugfs_rows("mappings", 3, number_text(5 * PAGE)), 1);
	check_equal(debugfs_rows("mappings", 3, number_text(3 * PAGE)), 1);
	check(debugfs_rows("mappings", 4, "yes") >= 1);
	check(debugfs_rows("mappings", 5, "yes") >= 1);
	probe_sleep_call(&probe, &call, 0, SLEEP_MS);
	number = call_submit(probe.fd, &call);
	snprintf(context, sizeof(context), "0x%016llx",
		 (unsigned long long)number);
	check_equal(debugfs_rows("calls", 1, context), 1);
	check_equal(debugfs_rows("calls", 7, "in-flight"), 1);
	check_ok(call_collect(probe.fd, number, deadline_in(5000), &end));
	check_equal(debugfs_rows("calls", 1, context), 0);
	text = debugfs_read("sessions");
	check(strstr(text, "running") != NULL);
	free(text);
	close(foreign);
	bo_destroy(&bo);
	probe_close(&probe);
	no_rows_of(session);
}

#define LOAD_MS 3000

static volatile bool over;

static void *reader(void *argument)
{
	static const char *const files[] = {
		"sessions",
		"calls",
		"mappings",
		"counters",
	};
	unsigned long reads = 0;

	(void)argument;
	for (; !over; reads++)
		free(debugfs_read(files[reads % ARRAY_SIZE(files)]));
	check(reads > 0);
	return NULL;
}

/* A session with calls in flight and fdinfo read, closed in the middle of it. */
static void *user(void *argument)
{
	struct probe probe;
	struct call call;
	struct bo bo;
	unsigned int i;

	(void)argument;
	while (!over) {
		probe_open(&probe);
		bo_create(probe.fd, MIB, &bo);
		for (i = 0; i < 20; i++) {
			probe_sleep_call(&probe, &call, i, i % 3);
			call_submit(probe.fd, &call);
		}
		free(fdinfo_read(probe.fd));
		munmap(bo.map, bo.size);
		probe_abandon(&probe);
	}
	return NULL;
}

static void read_while_all_changes(void)
{
	pthread_t threads[4];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(threads); i++)
		check_equal(pthread_create(&threads[i], NULL,
					   i % 2 ? reader : user, NULL),
			    0);
	sleep_ms(LOAD_MS);
	over = true;
	for (i = 0; i < ARRAY_SIZE(threads); i++)
		check_equal(pthread_join(threads[i], NULL), 0);
}

static const struct subtest tests[] = {
	SUBTEST(fdinfo_as_the_document_says),
	SUBTEST(fdinfo_memory),
	SUBTEST(fdinfo_engine_time),
	SUBTEST(fdinfo_of_a_session_s_life),
	SUBTEST(trace_of_calls),
	SUBTEST(trace_of_a_batch),
	SUBTEST(trace_of_a_death),
	SUBTEST(tables_of_debugfs),
	LONG(read_while_all_changes),
};

int main(int argc, char **argv)
{
	return harness_main(argc, argv, tests, ARRAY_SIZE(tests));
}
