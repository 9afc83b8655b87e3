/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef QDA_TEST_H
#define QDA_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "fake.h"

static inline int reset(void **state)
{
	(void)state;
	fake_reset();
	return 0;
}

#define TEST(function) cmocka_unit_test_setup(function, reset)

/* The device reset, what its calls do, and a session for the test. */
static inline int session_setup(void **state, fake_function function)
{
	fake_reset();
	fake.function = function;
	*state = fake_session();
	return *state ? 0 : -1;
}

static inline int session_teardown(void **state)
{
	qda_session_close(*state);
	assert_int_equal(fake.bos, 0);
	assert_int_equal(fake.files, 0);
	return 0;
}

/* A test with a session; the file's setup() calls session_setup(). */
#define SESSION_TEST(function) \
	cmocka_unit_test_setup_teardown(function, setup, session_teardown)

/* Runs the tests named in an array; each begins with the device reset. */
#define RUN(tests) cmocka_run_group_tests(tests, NULL, NULL)

#endif
