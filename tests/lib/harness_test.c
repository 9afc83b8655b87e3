// SPDX-License-Identifier: BSD-3-Clause
/*
 * A test harness that lets failures pass is worse than none: every way to
 * fail is tried here in a program of its own.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness.h"

static void passes(void)
{
	check(1);
	check_equal(3, 3);
	check_errno(-2, -2);
	check_bytes("abc", "abc", 3);
}

static void skips(void)
{
	subtest_skip("because of %d", 42);
}

static void wrong_number(void)
{
	check_equal(1, 2);
}

static void wrong_errno(void)
{
	check_ok(-22);
}

static void wrong_byte(void)
{
	check_bytes("abc", "abd", 3);
}

static void leaks_a_file(void)
{
	check(open("/dev/null", O_RDONLY) >= 0);
}

static void crashes(void)
{
	abort();
}

static void hangs(void)
{
	for (;;)
		pause();
}

static const struct subtest tests[] = {
	SUBTEST(passes),       SUBTEST(skips),
	SUBTEST(wrong_number), SUBTEST(wrong_errno),
	SUBTEST(wrong_byte),   SUBTEST(leaks_a_file),
	SUBTEST(crashes),      { .name = "hangs", .run = hangs, .timeout = 1 },
};

static const struct expected {
	const char *pattern;
	int status;
	const char *output; /* what stands in it */
} expectations[] = {
	{ "passes", 0, "\nok passes\n" },
	{ "skips", 77, "skip skips: because of 42\n" },
	{ "wrong_number", 98, "1 is 1 (0x1), not 2 (0x2)" },
	{ "wrong_errno", 98, "gives EINVAL (-22), not 0" },
	{ "wrong_byte", 98, "byte 2 of 3" },
	{ "leaks_a_file", 98, "1 files left open" },
	{ "crashes", 98, "died of signal 6" },
	{ "hangs", 98, "no end within 1 s" },
	{ "[ps]*s", 0, "\nok passes\n" },
	{ "wrong_*", 98, "byte 2 of 3" },
	{ "unknown", 79, "no subtest" },
};

static bool as_expected(const char *program, const struct expected *expected)
{
	char command[1024], output[4096];
	size_t size;
	int status;
	FILE *pipe;

	snprintf(command, sizeof(command), "%s --run-subtest '%s' 2>&1",
		 program, expected->pattern);
	pipe = popen(command, "r");
	if (!pipe)
		return false;
	size = fread(output, 1, sizeof(output) - 1, pipe);
	output[size] = '\0';
	status = pclose(pipe);
	if (WIFEXITED(status) && WEXITSTATUS(status) == expected->status &&
	    strstr(output, expected->output))
		return true;
	fprintf(stderr, "%s: status %#x, not %d; output:\n%s\n",
		expected->pattern, status, expected->status, output);
	return false;
}

int main(int argc, char **argv)
{
	bool good = true;
	size_t i;

	if (argc > 1)
		return harness_main(argc, argv, tests, ARRAY_SIZE(tests));
	for (i = 0; i < ARRAY_SIZE(expectations); i++)
		good &= as_expected(argv[0], &expectations[i]);
	return good ? 0 : 1;
}
