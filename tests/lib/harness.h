/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Test programs made of named subtests. They speak the protocol of IGT, so
 * that its runner can run them too: --list-subtests, --run-subtest PATTERN,
 * exit status 0 passed, 77 skipped, 79 wrong usage, 98 failed.
 */
#ifndef QDA_TEST_HARNESS_H
#define QDA_TEST_HARNESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

struct subtest {
	const char *name;
	void (*run)(void);
	/** Seconds after which the subtest counts as hung; 0 is 30. */
	unsigned int timeout;
};

#define SUBTEST_WITHIN(function, seconds)                              \
	{                                                              \
		.name = #function, .run = function, .timeout = seconds \
	}

#define SUBTEST(function) SUBTEST_WITHIN(function, 0)

/* One that may take two minutes. */
#define LONG(function) SUBTEST_WITHIN(function, 120)

/**
 * harness_main - run the subtests that the command line names
 *
 * Each runs in a process of its own, with a time limit, and has to close the
 * files that it opened. Prints one line a subtest: "ok NAME", "not ok NAME:
 * why" or "skip NAME: why", and "start NAME" before it, so that a machine
 * which hangs tells where.
 */
int harness_main(int argc, char **argv, const struct subtest *tests,
		 size_t count);

/** subtest_fail - end the subtest as failed */
_Noreturn void subtest_fail(const char *file, int line, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/** subtest_skip - end the subtest as skipped */
_Noreturn void subtest_skip(const char *format, ...)
	__attribute__((format(printf, 1, 2)));

/** errno_text - name of an errno, or of a negative one; "0" for none */
const char *errno_text(long long number);

void check_equal_at(const char *file, int line, const char *what,
		    long long actual, long long expected);
void check_errno_at(const char *file, int line, const char *what,
		    long long actual, long long expected);
void check_bytes_at(const char *file, int line, const char *what,
		    const void *actual, const void *expected, size_t size);

#define check(condition)                                                 \
	do {                                                             \
		if (!(condition))                                        \
			subtest_fail(__FILE__, __LINE__, "not true: %s", \
				     #condition);                        \
	} while (0)

/* Two numbers are equal. */
#define check_equal(actual, expected)                                    \
	check_equal_at(__FILE__, __LINE__, #actual, (long long)(actual), \
		       (long long)(expected))

/* A call gave 0 or a negative errno, and gave this one. */
#define check_errno(actual, expected)                                    \
	check_errno_at(__FILE__, __LINE__, #actual, (long long)(actual), \
		       (long long)(expected))

/* Not by way of check_errno(), which would print @actual with macros expanded. */
#define check_ok(actual) \
	check_errno_at(__FILE__, __LINE__, #actual, (long long)(actual), 0)

#define check_bytes(actual, expected, size) \
	check_bytes_at(__FILE__, __LINE__, #actual, actual, expected, size)

/** now_ns - CLOCK_MONOTONIC in ns */
int64_t now_ns(void);

/** sleep_ms - sleep, whatever signals arrive */
void sleep_ms(unsigned int ms);

#endif
