// SPDX-License-Identifier: BSD-3-Clause
/* Which lines the host wants of a process: levels and names of source files. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "pd_log.h"

#define LOW	 0
#define HIGH	 2
#define FILES	 16 /* at most */
#define NAME	 64 /* with its NUL */
#define BAD_PARM ((int)0x8000040e)

/* Names of files, each with the length that the host says it has. */
struct names {
	uint32_t count;
	const char *name[FILES + 1];
	uint32_t length[FILES + 1];
	uint32_t said[FILES + 1];
};

static int ask(bool wide, uint32_t levels, const struct names *n)
{
	uint32_t head[2] = { levels, n->count };
	remote_arg args[2 + FILES + 1];

	args[0].buf = (remote_buf){ head, sizeof(head) };
	args[1].buf = (remote_buf){ (void *)n->said, 4 * n->count };
	for (uint32_t i = 0; i < n->count; i++)
		args[2 + i].buf = (remote_buf){ (void *)n->name[i],
						n->length[i] };
	return pd_log_levels(wide, args, 2 + n->count);
}

static void levels(void **state)
{
	const struct names none = { 0 };

	(void)state;
	assert_false(pd_log_is_wanted(LOW, "a.c"));
	assert_int_equal(ask(false, 0x80010004, &none), 0);
	assert_false(pd_log_is_wanted(LOW, "a.c"));
	assert_true(pd_log_is_wanted(HIGH, "a.c"));
	assert_false(pd_log_is_wanted(31, "a.c"));
	assert_int_equal(ask(true, 0x80000004, &none), 0);
	assert_true(pd_log_is_wanted(31, "a.c"));
	assert_false(pd_log_is_wanted(-1, "a.c"));
	assert_false(pd_log_is_wanted(32, "a.c"));
}

static void files(void **state)
{
	const struct names two = { 2, { "a.c", "b.c" }, { 4, 4 }, { 4, 4 } };
	const struct names none = { 0 };

	(void)state;
	assert_int_equal(ask(true, 0x4, &two), 0);
	assert_true(pd_log_is_wanted(HIGH, "a.c"));
	assert_true(pd_log_is_wanted(HIGH, "../src/b.c"));
	assert_false(pd_log_is_wanted(HIGH, "c.c"));
	assert_false(pd_log_is_wanted(LOW, "a.c"));
	assert_int_equal(ask(true, 0x4, &none), 0);
	assert_true(pd_log_is_wanted(HIGH, "c.c"));
}

/* What was wanted before is wanted after it. */
static void a_refusal_changes_nothing(void **state)
{
	static const char longest[NAME + 1] =
		"0123456789012345678901234567890123456789"
		"012345678901234567890123";
	const struct names before = { 1, { "a.c" }, { 4 }, { 4 } };
	const struct names wrong[] = {
		{ 1, { "b.c" }, { 4 }, { 3 } },
		{ 1, { "b.c" }, { 3 }, { 3 } },
		{ 1, { "b\0c" }, { 4 }, { 4 } },
		{ 1, { "" }, { 0 }, { 0 } },
		{ 1, { longest }, { NAME + 1 }, { NAME + 1 } },
		{ 2, { "b.c", "c.c" }, { 4, 3 }, { 4, 3 } },
		{ .count = FILES + 1 },
	};

	(void)state;
	assert_int_equal(ask(true, 0x4, &before), 0);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		assert_int_equal(ask(true, 0x1f, &wrong[i]), BAD_PARM);
		assert_true(pd_log_is_wanted(HIGH, "a.c"));
		assert_false(pd_log_is_wanted(HIGH, "b.c"));
		assert_false(pd_log_is_wanted(LOW, "a.c"));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(levels),
		cmocka_unit_test(files),
		cmocka_unit_test(a_refusal_changes_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
