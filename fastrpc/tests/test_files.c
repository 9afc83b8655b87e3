// SPDX-License-Identifier: BSD-3-Clause
/* Calls of a DSP that means harm: the host stays up, and inside its folders. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "AEEStdErr.h"
#include "files_fixture.h"

static void reads_a_file(void **state)
{
	int32_t in[3], out[8];
	uint64_t length;

	(void)state;
	assert_int_equal(open_named("inside", "r", &in[0]), 0);
	assert_int_equal(on_file(10, in, 1, 8, &length, 0), 0);
	assert_int_equal(length, 10);
	in[1] = 4;
	assert_int_equal(on_file(4, in, 2, 8, out, 4), 0);
	assert_int_equal(out[0], 4);
	assert_int_equal(out[1], 0);
	assert_memory_equal(&out[2], "0123", 4);
	assert_int_equal(on_file(8, in, 1, 4, out, 0), 0);
	assert_int_equal(out[0], 4);
	in[1] = -2;
	in[2] = 2;
	assert_int_equal(on_file(9, in, 3, 0, NULL, 0), 0);
	assert_int_equal(on_file(4, in, 1, 8, out, 4), 0);
	assert_int_equal(out[0], 2);
	assert_int_equal(out[1], 1);
	in[2] = 3;
	assert_int_equal(on_file(9, in, 3, 0, NULL, 0), AEE_EBADPARM);
	assert_int_equal(on_file(3, in, 1, 0, NULL, 0), 0);
	assert_int_equal(on_file(3, in, 1, 0, NULL, 0), AEE_EBADPARM);
}

static int is_there(const char *name)
{
	uint32_t length = (uint32_t)strlen(name) + 1;
	uint8_t there;
	int ret = with_strings(22, &length, 1, STRINGS(name), 1, &there, 0);

	return ret ? ret : there;
}

static void says_which_files_there_are(void **state)
{
	(void)state;
	assert_int_equal(is_there("inside"), 1);
	assert_int_equal(is_there("none"), 0);
	assert_int_equal(is_there("link/secret"), 0);
}

static void stays_in_its_folders(void **state)
{
	static const char *const names[] = {
		"../secret",
		"link/secret",
		"/etc/passwd",
		"./../../etc/passwd",
		"inside/../../x",
		"fifo",
		".",
		"",
		"link",
	};
	char absolute[128];
	int32_t number;

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		assert_int_not_equal(open_named(names[i], "r", &number), 0);
	snprintf(absolute, sizeof(absolute), "%s/secret", outside);
	assert_int_not_equal(open_named(absolute, "r", &number), 0);
	assert_int_equal(open_named("missing", "r", &number), AEE_ENOSUCHFILE);
	/* Also where several folders are given. */
	snprintf(absolute, sizeof(absolute), "/nowhere;;%s", root);
	setenv("DSP_LIBRARY_PATH", absolute, 1);
	assert_int_equal(open_named("inside", "r", &number), 0);
	setenv("DSP_LIBRARY_PATH", ";", 1);
	assert_int_not_equal(open_named("inside", "r", &number), 0);
}

static void writes_only_when_asked(void **state)
{
	static const char *const modes[] = { "w",  "a", "r+", "w+b",
					     "a+", "x", "" };
	char path[256];
	int32_t number;

	(void)state;
	for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++)
		assert_int_equal(open_named("new", modes[i], &number),
				 AEE_EFOPEN);
	snprintf(path, sizeof(path), "%s/new", root);
	assert_int_not_equal(access(path, F_OK), 0);
	setenv("FASTRPC_FILES", "rw", 1);
	assert_int_equal(open_named("new", "w", &number), 0);
	assert_int_equal(access(path, F_OK), 0);
	assert_int_not_equal(open_named("../new", "w", &number), 0);
	assert_int_not_equal(open_named("link/new", "w", &number), 0);
}

static void bounds_its_files(void **state)
{
	int32_t number;

	(void)state;
	for (int i = 0; i < 64; i++)
		assert_int_equal(open_named("inside", "r", &number), 0);
	assert_int_equal(open_named("inside", "r", &number), AEE_EOUTOFHANDLES);
}

static void reads_lines_and_positions(void **state)
{
	int32_t in[4] = { 0 }, ended;
	char line[16 + 8];
	int64_t position[2];

	(void)state;
	put_file(root, "lines", "one\n\nthree");
	assert_int_equal(open_named("lines", "r", &in[0]), 0);
	in[1] = 16;
	assert_int_equal(on_file(20, in, 2, 4, line, 16), 0);
	assert_string_equal(line + 4, "one\n");
	assert_int_equal(on_file(6, in, 2, 4, position, 8), 0);
	memcpy(&ended, position, 4);
	assert_int_equal(ended, 8); /* how long a position is */
	assert_int_equal(on_file(20, in, 2, 4, line, 16), 0);
	assert_string_equal(line + 4, "\n");
	/* Room for three bytes of the last line, then for its rest. */
	in[1] = 4;
	assert_int_equal(on_file(20, in, 2, 4, line, 4), 0);
	assert_string_equal(line + 4, "thr");
	in[1] = 16;
	assert_int_equal(on_file(20, in, 2, 4, line, 16), 0);
	assert_string_equal(line + 4, "ee");
	memcpy(&ended, line, 4);
	assert_int_equal(ended, 0);
	assert_int_equal(on_file(20, in, 2, 4, line, 16), 0);
	memcpy(&ended, line, 4);
	assert_int_equal(ended, 1);
	assert_int_equal(on_file(20, in, 2, 4, NULL, 0), AEE_EBADPARM);
}

static int set_position(int32_t number, const void *position, uint32_t size)
{
	uint32_t in[2] = { (uint32_t)number, size };
	struct builder b = { .size = 0 };
	struct host_call call;
	int ret;

	add(&b, in, sizeof(in));
	add(&b, position, size);
	ret = run(&call, REMOTE_SCALARS_MAKE(7, 2, 0), &b);
	host_call_free(&call);
	return ret;
}

static void returns_to_a_position(void **state)
{
	int64_t before = -1;
	int32_t in[2] = { 0 }, out[3] = { 0 };

	(void)state;
	assert_int_equal(open_named("inside", "r", &in[0]), 0);
	in[1] = 3;
	assert_int_equal(on_file(4, in, 2, 8, (uint8_t[16]){ 0 }, 3), 0);
	in[1] = 8;
	assert_int_equal(on_file(6, in, 2, 4, out, 8), 0);
	assert_int_equal(on_file(11, in, 1, 0, NULL, 0), 0);
	assert_int_equal(set_position(in[0], &out[1], 8), 0);
	assert_int_equal(on_file(8, in, 1, 4, out, 0), 0);
	assert_int_equal(out[0], 3);
	assert_int_equal(set_position(in[0], &before, 8), AEE_EFSETPOS);
	assert_int_equal(set_position(in[0], &before, 4), AEE_EBADPARM);
	assert_int_equal(set_position(in[0], NULL, 0), AEE_EBADPARM);
}

static void opens_again(void **state)
{
	uint32_t in[3] = { 0, 7, 2 };
	int32_t first, second, out[3];
	uint64_t length;

	(void)state;
	put_file(root, "other!", "12");
	assert_int_equal(open_named("inside", "r", &first), 0);
	in[0] = (uint32_t)first;
	assert_int_equal(with_strings(1, in, 3, STRINGS("other!", "r"), 4,
				      &second, 0),
			 0);
	assert_int_equal(on_file(10, &second, 1, 8, &length, 0), 0);
	assert_int_equal(length, 2);
	/* One that fails has closed the file, too. */
	in[0] = (uint32_t)second;
	assert_int_equal(with_strings(1, in, 3, STRINGS("absent", "r"), 4,
				      &first, 0),
			 AEE_ENOSUCHFILE);
	assert_int_equal(on_file(8, &second, 1, 4, out, 0), AEE_EBADPARM);
	assert_int_equal(with_strings(1, in, 3, STRINGS("inside", "r"), 4,
				      &first, 0),
			 AEE_EBADPARM);
}

static void truncates_what_it_may_write(void **state)
{
	int32_t in[3] = { 32, 0, 4 };
	uint64_t length;

	(void)state;
	setenv("FASTRPC_FILES", "rw", 1);
	assert_int_equal(open_named("inside", "r+", &in[1]), 0);
	assert_int_equal(with_strings(32, (uint32_t *)in, 3, NULL, 0, NULL, 0),
			 0);
	assert_int_equal(on_file(10, &in[1], 1, 8, &length, 0), 0);
	assert_int_equal(length, 4);
	in[2] = -1;
	assert_int_equal(with_strings(32, (uint32_t *)in, 3, NULL, 0, NULL, 0),
			 AEE_EBADPARM);
	assert_int_equal(open_named("inside", "r", &in[1]), 0);
	in[2] = 0;
	assert_int_equal(with_strings(32, (uint32_t *)in, 3, NULL, 0, NULL, 0),
			 AEE_EFWRITE);
}

static void prints(void **state)
{
	uint32_t in = 6;

	(void)state;
	assert_int_equal(with_strings(15, &in, 1, STRINGS("hello"), 0, NULL, 0),
			 0);
	assert_string_equal(printed, "hello");
}

static void refuses_what_it_does_not_do(void **state)
{
	uint32_t in[4] = { 0 };
	int32_t number;

	(void)state;
	assert_int_equal(open_named("inside", "r", &number), 0);
	assert_int_equal(on_file(25, &number, 1, 4, &number, 0),
			 AEE_EUNSUPPORTED);
	for (uint32_t method = 34; method < 40; method++) {
		in[0] = method;
		assert_int_equal(with_strings(method, in, 4,
					      STRINGS("inside", "r"), 4,
					      &number, 0),
				 AEE_EUNSUPPORTED);
	}
	/* The long form is for methods that need it. */
	in[0] = 26;
	assert_int_equal(with_strings(31, in, 4, STRINGS("."), 8, &number, 0),
			 AEE_EBADPARM);
	assert_int_equal(with_strings(31, in, 0, NULL, 0, NULL, 0),
			 AEE_EBADPARM);
}

static uint32_t seed = 7;

static uint32_t next_random(void)
{
	seed = seed * 1664525u + 1013904223u;
	return seed >> 8;
}

/*
 * Random requests; often right in their beginning, so that they get far. Those
 * that write may.
 */
static void survives_random_requests(void **state)
{
	(void)state;
	setenv("FASTRPC_FILES", "rw", 1);
	for (int i = 0; i < 200000; i++) {
		uint32_t inputs = next_random() % 6,
			 outputs = next_random() % 4;
		struct builder b = { .size = 0 };
		uint32_t scalars, words[4];
		struct host_call call;
		uint8_t *reply;
		size_t size;
		int ret;

		for (uint32_t k = 0; k < inputs; k++) {
			for (int n = 0; n < 4; n++)
				words[n] = next_random() % 3 ?
						   next_random() % 70 :
						   next_random() << 8;
			add(&b, k ? "inside" : (void *)words,
			    k ? 7 : 4 * (next_random() % 5));
		}
		for (uint32_t k = 0; k < outputs; k++)
			want(&b, next_random() % 4 ? next_random() % 64 :
						     next_random() << 8);
		for (uint32_t k = next_random() % 3; k && b.size; k--)
			b.bytes[next_random() % b.size] = (uint8_t)
				next_random();
		if (next_random() % 4 == 0 && b.size)
			b.size = next_random() % b.size;
		scalars = REMOTE_SCALARS_MAKEX(0, next_random() % 32, inputs,
					       outputs, 0, 0);
		/* The long form, with a method that there may be. */
		if (REMOTE_SCALARS_METHOD(scalars) == 31 && b.size >= 12) {
			uint32_t method = 30 + next_random() % 8;

			memcpy(b.bytes + 8, &method, sizeof(method));
		}
		if (next_random() % 8 == 0)
			scalars = next_random() * 2654435761u;
		ret = host_call_parse(&call, 1, scalars, b.bytes, b.size);
		if (!ret)
			ret = files_call(files, &call);
		if (!host_call_pack(&call, ret, &reply, &size))
			free(reply);
		host_call_free(&call);
	}
	assert_true(exists(outside, "secret"));
}

#define CASE(function) \
	cmocka_unit_test_setup_teardown(function, files_setup, files_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(reads_a_file),
		CASE(says_which_files_there_are),
		CASE(stays_in_its_folders),
		CASE(writes_only_when_asked),
		CASE(bounds_its_files),
		CASE(reads_lines_and_positions),
		CASE(returns_to_a_position),
		CASE(opens_again),
		CASE(truncates_what_it_may_write),
		CASE(prints),
		CASE(refuses_what_it_does_not_do),
		CASE(survives_random_requests),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
