// SPDX-License-Identifier: BSD-3-Clause
/* The URI of a skel and the text of a fault plan. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "fault.h"
#include "skel_uri.h"

static void test_uri(void **state)
{
	struct skel_uri u;
	char error[256];

	(void)state;
	assert_int_equal(skel_uri_parse("file:///libcalculator_skel.so?"
					"calculator_skel_handle_invoke"
					"&_modver=1.0&_dom=cdsp",
					&u, error, sizeof(error)),
			 0);
	assert_string_equal(u.library, "libcalculator_skel.so");
	assert_string_equal(u.symbol, "calculator_skel_handle_invoke");
	assert_string_equal(u.domain, "cdsp");
	assert_true(u.handle_based);
	assert_int_equal(skel_uri_parse("file:///liba.so?a_invoke"
					"&_idlver=1.2.3&_session=1",
					&u, error, sizeof(error)),
			 0);
	assert_string_equal(u.symbol, "a_invoke");
	assert_string_equal(u.domain, "");
	assert_false(u.handle_based);
	assert_int_equal(skel_uri_parse("adsp_default_listener", &u, error,
					sizeof(error)),
			 0);
	assert_string_equal(u.library, "libadsp_default_listener_skel.so");
	assert_string_equal(u.symbol, "adsp_default_listener_skel_invoke");
}

static void test_bad_uri(void **state)
{
	static const char *const bad[] = {
		"",
		"file:///",
		"file:///?x",
		"file:///liba.so",
		"file:///liba.so?",
		"file:///liba.so?&_modver=1.0",
		"file:///liba.so?a b",
		"file:///liba.so?1a",
		"file:///../liba.so?a",
		"file:////etc/liba.so?a",
		"file:///.liba.so?a",
		"file:///liba.so?a&_modver=2.0",
		"file:///liba.so?a&_modver=1.0.1",
		"file:///liba.so?a&_dom=",
		"http:///liba.so?a",
		"a/b",
	};
	char error[256], longest[1024];
	struct skel_uri u;
	unsigned int i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		*error = '\0';
		if (!skel_uri_parse(bad[i], &u, error, sizeof(error)))
			fail_msg("\"%s\" is accepted", bad[i]);
		assert_true(*error);
	}
	memset(longest, 'a', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = '\0';
	assert_int_not_equal(skel_uri_parse(longest, &u, error, sizeof(error)),
			     0);
	memcpy(longest, "file:///", 8);
	assert_int_not_equal(skel_uri_parse(longest, &u, error, sizeof(error)),
			     0);
}

static void test_fault_plan(void **state)
{
	struct fault_plan plan = { 0 };

	(void)state;
	assert_int_equal(fault_parse("drop", &plan), 0);
	assert_int_equal(plan.mode, FAULT_DROP);
	assert_int_equal(plan.nth, 1);
	assert_int_equal(fault_of(&plan, 0), FAULT_NONE);
	assert_int_equal(fault_of(&plan, 1), FAULT_DROP);
	assert_int_equal(fault_of(&plan, 2), FAULT_NONE);
	assert_int_equal(fault_parse("delay:3", &plan), 0);
	assert_int_equal(fault_of(&plan, 0), FAULT_NONE);
	assert_int_equal(fault_of(&plan, 2), FAULT_NONE);
	assert_int_equal(fault_of(&plan, 3), FAULT_DELAY);
	assert_int_equal(fault_of(&plan, 4), FAULT_DELAY);
	assert_int_not_equal(fault_parse("", &plan), 0);
	assert_int_not_equal(fault_parse("dro", &plan), 0);
	assert_int_not_equal(fault_parse("drops", &plan), 0);
	assert_int_not_equal(fault_parse("drop:", &plan), 0);
	assert_int_not_equal(fault_parse("drop:0", &plan), 0);
	assert_int_not_equal(fault_parse("drop:-1", &plan), 0);
	assert_int_not_equal(fault_parse("drop:1x", &plan), 0);
	assert_int_not_equal(fault_parse("drop:99999999999", &plan), 0);
	assert_int_not_equal(fault_parse("drop:1:2", &plan), 0);
}

/* As often as it is told, the same every time, another with another seed. */
static void test_random_plan(void **state)
{
	struct fault_plan plan = { 0 }, other = { 0 };
	unsigned int struck = 0, differs = 0, kinds = 0, i;
	bool seen[FAULT_REQUESTS + 1] = { false };
	enum fault_mode mode;

	(void)state;
	assert_int_equal(fault_parse("random:7:25", &plan), 0);
	assert_int_equal(fault_parse("random:8:25", &other), 0);
	for (i = 1; i <= 20000; i++) {
		mode = fault_of(&plan, i);
		assert_int_equal(mode, fault_of(&plan, i));
		assert_true(mode < FAULT_RANDOM);
		assert_true(mode != FAULT_HANG && mode != FAULT_NEVER_START);
		differs += mode != fault_of(&other, i);
		struck += mode != FAULT_NONE;
		kinds += !seen[mode];
		seen[mode] = true;
	}
	assert_in_range(struck, 4700, 5300);
	assert_in_range(differs, 5000, 10000);
	assert_int_equal(kinds, 18);
	assert_int_not_equal(fault_parse("random", &plan), 0);
	assert_int_not_equal(fault_parse("random:0", &plan), 0);
	assert_int_not_equal(fault_parse("random:1:101", &plan), 0);
	assert_int_not_equal(fault_parse("random:1:0", &plan), 0);
	assert_int_equal(fault_parse("fuzz:3", &plan), 0);
	assert_int_equal(fault_of(&plan, 1), FAULT_NONE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_uri),
		cmocka_unit_test(test_bad_uri),
		cmocka_unit_test(test_fault_plan),
		cmocka_unit_test(test_random_plan),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
