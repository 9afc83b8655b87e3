// SPDX-License-Identifier: BSD-3-Clause
/* The table of calls in flight: contexts, ids that do not come back, its end. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "subsystem.h"

static struct subsystem *s;

static int make(void **state)
{
	(void)state;
	s = calloc(1, sizeof(*s));
	return !s;
}

static int drop(void **state)
{
	(void)state;
	free(s);
	return 0;
}

static struct call *add(enum glink_channel_id channel, uint64_t ctx)
{
	const struct fastrpc_message m = { .ctx = ctx };

	return calls_add(s, channel, &m);
}

/* Contexts are told apart by channel, and not by the type of the process. */
static void found_by_context(void **state)
{
	struct call *c = add(GLINK_FASTRPC, 0x12345601);

	(void)state;
	assert_non_null(c);
	assert_ptr_equal(calls_find(s, GLINK_FASTRPC, 0x12345601), c);
	assert_ptr_equal(calls_find(s, GLINK_FASTRPC, 0x12345602), c);
	assert_null(calls_find(s, GLINK_FASTRPC_2, 0x12345601));
	assert_null(calls_find(s, GLINK_FASTRPC, 0x12345701));
	calls_remove(s, c);
	assert_null(calls_find(s, GLINK_FASTRPC, 0x12345601));
}

/* A process that answers twice must not end another call in the same place. */
static void ids_do_not_come_back(void **state)
{
	struct call *c = add(GLINK_FASTRPC, 0x100);
	uint64_t id = calls_id(s, c);

	(void)state;
	assert_ptr_equal(calls_by_id(s, id), c);
	calls_remove(s, c);
	assert_null(calls_by_id(s, id));
	assert_ptr_equal(add(GLINK_FASTRPC, 0x200), c);
	assert_null(calls_by_id(s, id));
	assert_ptr_equal(calls_by_id(s, calls_id(s, c)), c);
	assert_null(calls_by_id(s, UINT32_MAX));
	assert_null(calls_by_id(s, CALLS_MAX));
}

/* As many as there may be, taken out in another order than they came. */
static void as_many_as_there_may_be(void **state)
{
	unsigned int i;

	(void)state;
	for (i = 0; i < CALLS_MAX; i++)
		assert_non_null(add(GLINK_FASTRPC, (uint64_t)i << 8));
	assert_null(add(GLINK_FASTRPC, (uint64_t)i << 8));
	for (i = 0; i < CALLS_MAX; i += 2)
		calls_remove(s, calls_find(s, GLINK_FASTRPC, (uint64_t)i << 8));
	for (i = 0; i < CALLS_MAX; i++)
		assert_int_equal(!calls_find(s, GLINK_FASTRPC,
					     (uint64_t)i << 8),
				 !(i % 2));
	for (i = 0; i < CALLS_MAX / 2; i++)
		assert_non_null(
			add(GLINK_FASTRPC, (uint64_t)(CALLS_MAX + i) << 8));
	assert_null(add(GLINK_FASTRPC, 1ull << 40));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(found_by_context, make, drop),
		cmocka_unit_test_setup_teardown(ids_do_not_come_back, make,
						drop),
		cmocka_unit_test_setup_teardown(as_many_as_there_may_be, make,
						drop),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
