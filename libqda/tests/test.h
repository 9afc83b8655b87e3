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

/* Runs the tests named in an array; each begins with the device reset. */
#define RUN(tests) cmocka_run_group_tests(tests, NULL, NULL)

#endif
