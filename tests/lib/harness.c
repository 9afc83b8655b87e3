// SPDX-License-Identifier: BSD-3-Clause
#include "harness.h"

#include <dirent.h>
#include <errno.h>
#include <fnmatch.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum exit_status {
	EXIT_PASSED = 0,
	EXIT_SKIPPED = 77,
	EXIT_USAGE = 79,
	EXIT_FAILED = 98,
};

#define TIMEOUT_DEFAULT 30

static const char *current;

int64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000000LL + now.tv_nsec;
}

void sleep_ms(unsigned int ms)
{
	struct timespec left = { ms / 1000, (ms % 1000) * 1000000L };

	while (nanosleep(&left, &left) == -1 && errno == EINTR)
		continue;
}

const char *errno_text(long long number)
{
	const char *name;

	if (number == 0)
		return "0";
	name = strerrorname_np(number < 0 ? -number : number);
	return name ? name : "unknown errno";
}

static void report(const char *verdict, const char *format, va_list args)
{
	printf("%s %s: ", verdict, current);
	vprintf(format, args);
	putchar('\n');
}

void subtest_fail(const char *file, int line, const char *format, ...)
{
	const char *base = strrchr(file, '/');
	char place[512];
	va_list args;

	snprintf(place, sizeof(place), "%s:%d: %s", base ? base + 1 : file,
		 line, format);
	va_start(args, format);
	report("not ok", place, args);
	va_end(args);
	_exit(EXIT_FAILED);
}

void subtest_skip(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	report("skip", format, args);
	va_end(args);
	_exit(EXIT_SKIPPED);
}

void check_equal_at(const char *file, int line, const char *what,
		    long long actual, long long expected)
{
	if (actual != expected)
		subtest_fail(file, line,
			     "%s is %lld (0x%llx), not %lld (0x%llx)", what,
			     actual, actual, expected, expected);
}

void check_errno_at(const char *file, int line, const char *what,
		    long long actual, long long expected)
{
	if (actual != expected)
		subtest_fail(file, line, "%s gives %s (%lld), not %s", what,
			     errno_text(actual), actual, errno_text(expected));
}

void check_bytes_at(const char *file, int line, const char *what,
		    const void *actual, const void *expected, size_t size)
{
	const uint8_t *a = actual;
	const uint8_t *e = expected;
	size_t i;

	for (i = 0; i < size; i++)
		if (a[i] != e[i])
			subtest_fail(file, line,
				     "byte %zu of %zu of %s is %#x, not %#x", i,
				     size, what, a[i], e[i]);
}

static unsigned int open_files(void)
{
	DIR *dir = opendir("/proc/self/fd");
	unsigned int count = 0;

	if (!dir)
		return 0;
	while (readdir(dir))
		count++;
	closedir(dir);
	return count;
}

/* A thread of a library may still be about to close what it had. */
static unsigned int open_files_at_last(unsigned int wanted)
{
	int64_t end = now_ns() + 1000000000;
	unsigned int count = open_files();

	while (count > wanted && now_ns() < end) {
		sleep_ms(10);
		count = open_files();
	}
	return count;
}

static _Noreturn void run_child(const struct subtest *test)
{
	unsigned int before = open_files();
	unsigned int after;

	setpgid(0, 0);
	test->run();
	after = open_files_at_last(before);
	if (after > before)
		subtest_fail("harness", 0, "%u files left open",
			     after - before);
	printf("ok %s\n", test->name);
	_exit(EXIT_PASSED);
}

/* Wait for SIGCHLD, which is blocked, until the deadline. */
static bool reap(pid_t child, int64_t deadline, int *status)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	for (;;) {
		int64_t left = deadline - now_ns();
		struct timespec wait = { left / 1000000000, left % 1000000000 };

		if (waitpid(child, status, WNOHANG) == child)
			return true;
		if (left <= 0)
			return false;
		sigtimedwait(&set, NULL, &wait);
	}
}

static int kill_hung(const struct subtest *test, pid_t child,
		     unsigned int limit)
{
	int status;

	kill(-child, SIGKILL);
	kill(child, SIGKILL);
	if (reap(child, now_ns() + 10000000000LL, &status))
		printf("not ok %s: no end within %u s\n", test->name, limit);
	else
		printf("not ok %s: no end within %u s, and SIGKILL does not end it\n",
		       test->name, limit);
	return EXIT_FAILED;
}

static int run_subtest(const struct subtest *test)
{
	unsigned int limit = test->timeout ? test->timeout : TIMEOUT_DEFAULT;
	int status;
	pid_t child;

	current = test->name;
	printf("start %s\n", test->name);
	child = fork();
	if (child < 0) {
		printf("not ok %s: fork: %s\n", test->name, strerror(errno));
		return EXIT_FAILED;
	}
	if (child == 0)
		run_child(test);
	if (!reap(child, now_ns() + limit * 1000000000LL, &status))
		return kill_hung(test, child, limit);
	kill(-child, SIGKILL); /* what the subtest left running */
	if (WIFEXITED(status))
		return WEXITSTATUS(status);
	printf("not ok %s: died of signal %d (%s)\n", test->name,
	       WTERMSIG(status), strsignal(WTERMSIG(status)));
	return EXIT_FAILED;
}

static int run_matching(const struct subtest *tests, size_t count,
			const char *pattern)
{
	size_t run = 0, skipped = 0, failed = 0, i;

	for (i = 0; i < count; i++) {
		if (pattern && fnmatch(pattern, tests[i].name, 0) != 0)
			continue;
		run++;
		switch (run_subtest(&tests[i])) {
		case EXIT_PASSED:
			break;
		case EXIT_SKIPPED:
			skipped++;
			break;
		default:
			failed++;
		}
	}
	if (run == 0) {
		fprintf(stderr, "no subtest is called '%s'\n", pattern);
		return EXIT_USAGE;
	}
	if (failed)
		return EXIT_FAILED;
	return skipped == run ? EXIT_SKIPPED : EXIT_PASSED;
}

int harness_main(int argc, char **argv, const struct subtest *tests,
		 size_t count)
{
	static char line[BUFSIZ];
	sigset_t set;
	size_t i;

	setvbuf(stdout, line, _IOLBF, sizeof(line));
	if (argc == 2 && strcmp(argv[1], "--list-subtests") == 0) {
		for (i = 0; i < count; i++)
			puts(tests[i].name);
		return EXIT_PASSED;
	}
	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	sigprocmask(SIG_BLOCK, &set, NULL);
	if (argc == 1)
		return run_matching(tests, count, NULL);
	if (argc == 3 && strcmp(argv[1], "--run-subtest") == 0)
		return run_matching(tests, count, argv[2]);
	fprintf(stderr, "usage: %s [--list-subtests | --run-subtest PATTERN]\n",
		argv[0]);
	return EXIT_USAGE;
}
