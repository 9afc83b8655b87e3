// SPDX-License-Identifier: BSD-3-Clause
#include <errno.h>
#include <string.h>

#include "test.h"

/* Every errno that qda_accel.h gives a meaning. */
static const struct {
	int error;
	const char *name;
} taxonomy[] = {
	{ EINVAL, "EINVAL" },	      { ENOENT, "ENOENT" },
	{ ERANGE, "ERANGE" },	      { E2BIG, "E2BIG" },
	{ EFAULT, "EFAULT" },	      { EPERM, "EPERM" },
	{ ENOTCONN, "ENOTCONN" },     { EEXIST, "EEXIST" },
	{ EBUSY, "EBUSY" },	      { ENOSPC, "ENOSPC" },
	{ EOPNOTSUPP, "EOPNOTSUPP" }, { EREMOTEIO, "EREMOTEIO" },
	{ ETIME, "ETIME" },	      { ETIMEDOUT, "ETIMEDOUT" },
	{ ECONNRESET, "ECONNRESET" }, { EPIPE, "EPIPE" },
	{ ENODEV, "ENODEV" },	      { EINTR, "EINTR" },
	{ ENOMEM, "ENOMEM" },
};

static void names_each_errno_of_the_contract(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(taxonomy) / sizeof(taxonomy[0]); i++) {
		int error = taxonomy[i].error;

		assert_string_equal(qda_error_name(-error), taxonomy[i].name);
		assert_string_equal(qda_error_name(error), taxonomy[i].name);
		assert_string_not_equal(qda_error_text(-error),
					strerror(error));
		assert_non_null(qda_error_hint(-error));
	}
}

static void has_a_text_for_any_number(void **state)
{
	static const int numbers[] = {
		0, 1, -1, EIO, 4095, -4095, 4096, -4096, INT32_MAX, INT32_MIN
	};

	(void)state;
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		assert_non_null(qda_error_name(numbers[i]));
		assert_non_null(qda_error_text(numbers[i]));
		assert_non_null(qda_error_hint(numbers[i]));
		assert_non_null(qda_result_name(numbers[i]));
		assert_non_null(qda_result_text(numbers[i]));
		assert_non_null(qda_result_hint(numbers[i]));
	}
	assert_string_equal(qda_error_name(0), "0");
	assert_string_equal(qda_error_name(EIO), "EIO");
	assert_string_equal(qda_error_name(INT32_MIN), "unknown");
}

static void knows_results_with_and_without_offset(void **state)
{
	(void)state;
	assert_string_equal(qda_result_name(0), "AEE_SUCCESS");
	assert_string_equal(qda_result_name(6), "AEE_EUNABLETOLOAD");
	assert_string_equal(qda_result_name((int32_t)0x80000406),
			    "AEE_EUNABLETOLOAD");
	assert_string_equal(qda_result_name((int32_t)0x8000040d),
			    "AEE_EBADSTATE");
	assert_string_equal(qda_result_name((int32_t)0x8000054f),
			    "AEE_EQURTBADASID");
	assert_string_equal(qda_result_name((int32_t)0x80000600), "AEE_ERPC");
	assert_string_equal(qda_result_name((int32_t)0x80000400), "unknown");
	assert_string_equal(qda_result_name(-5), "unknown");
	assert_non_null(strstr(qda_result_hint((int32_t)0x80000406), "_skel"));
}

static void formats_one_line(void **state)
{
	char line[256];
	int length;

	(void)state;
	length = qda_error_format(line, sizeof(line), -ENXIO, 0);
	assert_string_equal(line,
			    "there is no QDA device for that DSP (is the qda "
			    "module loaded? (ls /sys/class/accel) Is "
			    "QDA_DEVICE set?) [ENXIO]");
	assert_int_equal(length, strlen(line));
	qda_error_format(line, sizeof(line), -EREMOTEIO, (int32_t)0x80000442);
	assert_non_null(strstr(line, "AEE_ENOSUCHSYMBOL, DSP result "
				     "0x80000442"));
	qda_error_format(line, sizeof(line), -EREMOTEIO, 0);
	assert_string_equal(line, "the DSP refused the request [EREMOTEIO]");
	qda_error_format(line, sizeof(line), 0, 39);
	assert_non_null(strstr(line, "AEE_ENOSUCH"));
	qda_error_format(line, sizeof(line), -EPIPE, 39);
	assert_non_null(strstr(line, "[EPIPE]"));
}

static void cuts_a_line_that_does_not_fit(void **state)
{
	char line[8];

	(void)state;
	assert_true(qda_error_format(line, sizeof(line), -ENXIO, 0) > 8);
	assert_string_equal(line, "there i");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(names_each_errno_of_the_contract),
		TEST(has_a_text_for_any_number),
		TEST(knows_results_with_and_without_offset),
		TEST(formats_one_line),
		TEST(cuts_a_line_that_does_not_fit),
	};

	return RUN(tests);
}
