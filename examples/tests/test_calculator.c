// SPDX-License-Identifier: BSD-3-Clause
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <AEEStdErr.h>

#include <calculator.h>

#include "loopback.h"

static const char symbol[] = "calculator_skel_handle_invoke";

static loopback_skel skel;
static struct qda_session *session;
static remote_handle64 calculator;

static int setup(void **state)
{
	(void)state;
	session = loopback_session(symbol, skel);
	return calculator_open(calculator_URI, &calculator);
}

static int teardown(void **state)
{
	(void)state;
	calculator_close(calculator);
	qda_session_close(session);
	return 0;
}

static void adds_up(void **state)
{
	const int32_t numbers[] = { INT32_MAX, INT32_MAX, 3, -1 };
	int64_t sum = 0;

	(void)state;
	assert_int_equal(calculator_sum(calculator, numbers, 4, &sum), 0);
	assert_int_equal(sum, 2LL * INT32_MAX + 2);
	assert_int_equal(qda_remote_error(), 0);
}

static void finds_the_greatest(void **state)
{
	const int32_t numbers[] = { -5, INT32_MIN, -3, -4 };
	int max = 0;

	(void)state;
	assert_int_equal(calculator_max(calculator, numbers, 4, &max), 0);
	assert_int_equal(max, -3);
}

static void knows_the_empty_vector(void **state)
{
	int64_t sum = 77;
	int max = 77;

	(void)state;
	assert_int_equal(calculator_sum(calculator, NULL, 0, &sum), 0);
	assert_int_equal(sum, 0);
	assert_int_equal(calculator_max(calculator, NULL, 0, &max),
			 AEE_EBADPARM);
	assert_int_equal(qda_remote_error(), -EREMOTEIO);
	assert_int_equal(max, 77);
}

static void refuses_what_is_no_vector(void **state)
{
	int64_t sum;

	(void)state;
	loopback_call.count = 0;
	assert_int_equal(calculator_sum(calculator, NULL, 1, &sum),
			 AEE_EBADPARM);
	assert_int_equal(calculator_sum(calculator, (int *)&sum, -1, &sum),
			 AEE_EBADPARM);
	assert_int_equal(calculator_sum(calculator + 1, NULL, 0, &sum),
			 AEE_EINVHANDLE);
	assert_int_equal(loopback_call.count, 0);
}

static void speaks_the_wire_of_the_interface(void **state)
{
	const int32_t numbers[] = { 1, 2, 3 };
	const uint8_t prim_in[] = { 3, 0, 0, 0 };
	int64_t sum;
	int max;

	(void)state;
	calculator_sum(calculator, numbers, 3, &sum);
	assert_int_equal(loopback_call.scalars, 0x02020100);
	assert_int_equal(loopback_call.lengths[0], 4);
	assert_int_equal(loopback_call.lengths[1], 12);
	assert_int_equal(loopback_call.lengths[2], 8);
	assert_memory_equal(loopback_call.prim_in, prim_in, 4);
	calculator_max(calculator, numbers, 3, &max);
	assert_int_equal(loopback_call.scalars, 0x03020100);
	assert_int_equal(loopback_call.lengths[2], 4);
}

static void takes_numbers_from_a_buffer(void **state)
{
	struct qda_session_stats before, after;
	struct qda_buffer *buffer;
	int32_t *numbers;
	int64_t sum;

	(void)state;
	assert_int_equal(qda_buffer_create(session, 1 << 20, &buffer), 0);
	assert_int_equal(qda_buffer_map(buffer, (void **)&numbers), 0);
	for (int i = 0; i < 1 << 18; i++)
		numbers[i] = i;
	qda_session_get_stats(session, &before, sizeof(before));
	assert_int_equal(calculator_sum(calculator, numbers, 1 << 18, &sum), 0);
	qda_session_get_stats(session, &after, sizeof(after));
	assert_int_equal(sum, (1LL << 17) * ((1 << 18) - 1));
	assert_int_equal(after.bytes_in - before.bytes_in, 4);
	assert_int_equal(after.bytes_out - before.bytes_out, 8);
}

/* What a hostile or confused program may send. */
static void a_skel_trusts_nobody(void **state)
{
	uint32_t length = 4;
	int64_t out;
	int32_t numbers[3] = { 1, 2, 3 };
	remote_arg args[] = {
		{ .buf = { &length, 4 } },
		{ .buf = { numbers, sizeof(numbers) } },
		{ .buf = { &out, 8 } },
	};

	(void)state;
	assert_int_equal(skel(1, 0x02020100, args), AEE_EBADPARM);
	length = UINT32_MAX;
	assert_int_equal(skel(1, 0x02020100, args), AEE_EBADPARM);
	length = 3;
	args[0].buf.nLen = 3;
	assert_int_equal(skel(1, 0x02020100, args), AEE_EBADPARM);
	args[0].buf.nLen = 4;
	args[2].buf.nLen = 7;
	assert_int_equal(skel(1, 0x02020100, args), AEE_EBADPARM);
	assert_int_equal(skel(1, 0x02010100, args), AEE_EBADPARM);
	assert_int_equal(skel(1, 0x04020100, args), AEE_EUNSUPPORTED);
	assert_int_equal(skel(0, 0x00010001, args), AEE_EBADPARM);
	assert_int_equal(skel(1, 0x01000000, NULL), 0);
	args[2].buf.nLen = 8;
	assert_int_equal(skel(1, 0x02020100, args), 0);
	assert_int_equal(out, 6);
}

static void a_missing_skel_is_an_error(void **state)
{
	struct qda_session *empty;
	remote_handle64 handle;
	int result;

	(void)state;
	empty = loopback_session("", NULL);
	result = calculator_open(calculator_URI, &handle);
	assert_string_equal(qda_result_name(result), "AEE_EUNABLETOLOAD");
	assert_int_equal(qda_remote_error(), -EREMOTEIO);
	qda_session_close(empty);
}

static void a_closed_handle_stays_closed(void **state)
{
	remote_handle64 other;
	int64_t sum;

	(void)state;
	assert_int_equal(calculator_close(calculator), 0);
	assert_int_equal(calculator_open(calculator_URI, &other), 0);
	assert_int_equal(calculator_sum(calculator, NULL, 0, &sum),
			 AEE_EINVHANDLE);
	assert_int_equal(calculator_close(calculator), AEE_EINVHANDLE);
	calculator = other;
}

#define CASE(function) \
	cmocka_unit_test_setup_teardown(function, setup, teardown)

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		CASE(adds_up),
		CASE(finds_the_greatest),
		CASE(knows_the_empty_vector),
		CASE(refuses_what_is_no_vector),
		CASE(speaks_the_wire_of_the_interface),
		CASE(takes_numbers_from_a_buffer),
		CASE(a_skel_trusts_nobody),
		CASE(a_closed_handle_stays_closed),
		cmocka_unit_test(a_missing_skel_is_an_error),
	};

	if (argc != 2)
		return 99;
	skel = loopback_load(argv[1], symbol);
	return RUN(tests);
}
