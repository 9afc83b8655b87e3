// SPDX-License-Identifier: BSD-3-Clause
/* What is left to read when a process on the DSP has died, or the DSP has gone */
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "dsp_probe.h"
#include "kernel_text.h"
#include "platform.h"

#define DUMPS	   "/sys/class/devcoredump/devcd*/data"
#define BOUND_MS   5000
#define RESTART_MS 20000

static bool there_is_a_dump(void)
{
	glob_t found;
	bool is = glob(DUMPS, 0, NULL, &found) == 0;

	if (is)
		globfree(&found);
	return is;
}

/* Writing to a dump is how one says that it was read; it goes soon after. */
static void forget_dumps(void)
{
	int64_t end = deadline_in(BOUND_MS);
	glob_t found;
	size_t i;

	if (access("/sys/class/devcoredump", F_OK))
		subtest_skip("a kernel without devcoredump");
	if (glob(DUMPS, 0, NULL, &found))
		return;
	for (i = 0; i < found.gl_pathc; i++)
		text_write(found.gl_pathv[i], "1");
	globfree(&found);
	while (there_is_a_dump()) {
		check(now_ns() < end);
		sleep_ms(5);
	}
}

/* The one dump there is, soon. */
static char *the_dump(void)
{
	int64_t end = deadline_in(BOUND_MS);
	glob_t found;
	char *text;

	while (glob(DUMPS, 0, NULL, &found)) {
		if (now_ns() > end)
			subtest_fail(__FILE__, __LINE__, "no " DUMPS);
		sleep_ms(5);
	}
	check_equal(found.gl_pathc, 1);
	text = text_read(found.gl_pathv[0]);
	globfree(&found);
	return text;
}

static void has_line(const char *text, const char *format,
		     unsigned long long number)
{
	char line[128];

	snprintf(line, sizeof(line), format, number);
	if (!strstr(text, line))
		subtest_fail(__FILE__, __LINE__, "no \"%s\" in:\n%s", line,
			     text);
}

static unsigned int lines_between(const char *text, const char *from,
				  const char *to)
{
	const char *line = strstr(text, from), *end = strstr(text, to);
	unsigned int count = 0;

	check(line != NULL && end != NULL);
	while ((line = strchr(line, '\n') + 1) < end)
		count++;
	return count;
}

/* One call that crashes its process, another that is in flight meanwhile. */
static uint64_t die_with_two_calls(struct probe *probe, uint32_t *process)
{
	struct call call;
	uint64_t number;

	probe_open(probe);
	*process = session_query(probe->fd).process;
	probe_sleep_call(probe, &call, 1, 300);
	number = call_submit(probe->fd, &call);
	probe_crash_call(probe, &call, PROBE_CRASH_KILL);
	check_errno(call_run(probe->fd, &call), -ECONNRESET);
	return number;
}

static void dump_of_a_dead_process(void)
{
	struct probe probe;
	uint32_t process;
	uint64_t number;
	char *text;

	forget_dumps();
	number = die_with_two_calls(&probe, &process);
	text = the_dump();
	check(!strncmp(text, "Qualcomm DSP Accelerator\n", 25));
	has_line(text, "\ndevice: accel", 0);
	has_line(text, "\nsoc: qcom,fastrpc, %llu-bit addresses\n",
		 device_query(probe.fd).address_bits);
	has_line(text, "\nreason: a process on the DSP died\n", 0);
	has_line(text, "\nprocess: %llu\n", process);
	has_line(text, "\nsession: %llu\n",
		 fdinfo_number(probe.fd, "drm-client-id"));
	has_line(text, "\ncalls in flight: %llu\n", 2);
	has_line(text, "\n  context=0x%llx ", number);
	check_equal(lines_between(text, "calls in flight: ", "messages sent: "),
		    2);
	check(lines_between(text, "messages sent: ", "messages received: ") >
	      3);
	/* what was sent last is the call that crashed: handle and scalars */
	has_line(text, " %08llx 06010000\n", probe.handle);
	free(text);
	probe_abandon(&probe);
	forget_dumps();
}

/* The first one tells more than those that come after it. */
static void first_dump_stays_until_read(void)
{
	uint32_t first, second;
	struct probe probe;
	char *text;

	forget_dumps();
	die_with_two_calls(&probe, &first);
	probe_abandon(&probe);
	free(the_dump());
	die_with_two_calls(&probe, &second);
	probe_abandon(&probe);
	sleep_ms(200);
	text = the_dump();
	has_line(text, "\nprocess: %llu\n", first);
	free(text);
	forget_dumps();
	die_with_two_calls(&probe, &first);
	probe_abandon(&probe);
	text = the_dump();
	has_line(text, "\nprocess: %llu\n", first);
	free(text);
	forget_dumps();
}

/* A session that ends in peace leaves nothing. */
static void no_dump_of_a_closed_session(void)
{
	struct probe probe;
	struct call call;

	forget_dumps();
	probe_open(&probe);
	probe_close(&probe);
	probe_open(&probe);
	probe_sleep_call(&probe, &call, 0, 100);
	call_submit(probe.fd, &call);
	probe_abandon(&probe);
	sleep_ms(500);
	check(!there_is_a_dump());
}

static void dump_of_a_device_that_goes(void)
{
	struct probe probe;
	struct call call;
	uint64_t number;
	char *text;

	forget_dumps();
	probe_open(&probe);
	probe_sleep_call(&probe, &call, 0, 500);
	number = call_submit(probe.fd, &call);
	check_ok(driver_unbind());
	text = the_dump();
	has_line(text, "\nreason: the DSP or its driver went away\n", 0);
	has_line(text, "\ncalls in flight: %llu\n", 1);
	has_line(text, "\n  context=0x%llx ", number);
	free(text);
	probe_abandon(&probe);
	close(node_open_within(RESTART_MS));
	forget_dumps();
}

/* More calls than a dump describes are counted. */
static void dump_of_many_calls(void)
{
	struct probe probe;
	struct call call;
	unsigned int i;
	char *text;

	forget_dumps();
	probe_open(&probe);
	for (i = 0; i < 200; i++) {
		probe_sleep_call(&probe, &call, i, 5000);
		call_submit(probe.fd, &call);
	}
	check_ok(driver_unbind());
	text = the_dump();
	has_line(text, "\ncalls in flight: %llu\n", 200);
	check_equal(lines_between(text, "calls in flight: ", "messages sent: "),
		    64 + 1);
	check_equal(lines_between(text,
				  "messages sent: ", "messages received: "),
		    32);
	free(text);
	probe_abandon(&probe);
	close(node_open_within(RESTART_MS));
	forget_dumps();
}

static const struct subtest tests[] = {
	LONG(dump_of_a_dead_process),	   LONG(first_dump_stays_until_read),
	LONG(no_dump_of_a_closed_session), LONG(dump_of_a_device_that_goes),
	LONG(dump_of_many_calls),
};

int main(int argc, char **argv)
{
	return harness_main(argc, argv, tests, ARRAY_SIZE(tests));
}
