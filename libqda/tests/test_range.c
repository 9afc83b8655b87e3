// SPDX-License-Identifier: BSD-3-Clause
#include "test.h"

#define BUFFER(n) ((struct qda_buffer *)(uintptr_t)(n))

static void finds_the_range_of_each_byte(void **state)
{
	struct qda_ranges ranges = { 0 };

	(void)state;
	assert_null(qda_ranges_find(&ranges, 0x1000));
	for (uintptr_t i = 1; i <= 100; i++) {
		uintptr_t n = (i * 37) % 101;

		assert_int_equal(qda_ranges_insert(&ranges, n * 0x1000, 0x800,
						   BUFFER(n)),
				 0);
	}
	for (uintptr_t n = 1; n <= 100; n++) {
		uintptr_t start = n * 0x1000;

		assert_ptr_equal(qda_ranges_find(&ranges, start)->buffer,
				 BUFFER(n));
		assert_ptr_equal(
			qda_ranges_find(&ranges, start + 0x7ff)->buffer,
			BUFFER(n));
		assert_null(qda_ranges_find(&ranges, start + 0x800));
		assert_null(qda_ranges_find(&ranges, start - 1));
	}
	qda_ranges_free(&ranges);
}

static void forgets_what_was_removed(void **state)
{
	struct qda_ranges ranges = { 0 };

	(void)state;
	qda_ranges_insert(&ranges, 0x1000, 0x1000, BUFFER(1));
	qda_ranges_insert(&ranges, 0x2000, 0x1000, BUFFER(2));
	qda_ranges_insert(&ranges, 0x3000, 0x1000, BUFFER(3));
	qda_ranges_remove(&ranges, 0x2000);
	qda_ranges_remove(&ranges, 0x2000);
	qda_ranges_remove(&ranges, 0x10);
	assert_int_equal(ranges.count, 2);
	assert_null(qda_ranges_find(&ranges, 0x2000));
	assert_ptr_equal(qda_ranges_find(&ranges, 0x1fff)->buffer, BUFFER(1));
	assert_ptr_equal(qda_ranges_find(&ranges, 0x3000)->buffer, BUFFER(3));
	qda_ranges_free(&ranges);
}

static void reaches_the_end_of_the_address_space(void **state)
{
	struct qda_ranges ranges = { 0 };
	uintptr_t start = UINTPTR_MAX - 0xfff;

	(void)state;
	qda_ranges_insert(&ranges, start, 0x1000, BUFFER(1));
	assert_non_null(qda_ranges_find(&ranges, UINTPTR_MAX));
	assert_null(qda_ranges_find(&ranges, start - 1));
	qda_ranges_free(&ranges);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(finds_the_range_of_each_byte),
		TEST(forgets_what_was_removed),
		TEST(reaches_the_end_of_the_address_space),
	};

	return RUN(tests);
}
