// SPDX-License-Identifier: BSD-3-Clause
/* Calls of a DSP that means harm: the host stays up, and inside its folders. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "AEEStdErr.h"
#include "host_call.h"
#include "path.h"

static char root[64], outside[64];
static struct files *files;

static void put_file(const char *folder, const char *name, const char *text)
{
	char path[256];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	file = fopen(path, "we");
	assert_non_null(file);
	fputs(text, file);
	fclose(file);
}

static int setup(void **state)
{
	char path[256];

	(void)state;
	strcpy(root, "/tmp/fastrpc-files-XXXXXX");
	strcpy(outside, "/tmp/fastrpc-other-XXXXXX");
	if (!mkdtemp(root) || !mkdtemp(outside))
		return -1;
	put_file(root, "inside", "0123456789");
	put_file(outside, "secret", "secret");
	snprintf(path, sizeof(path), "%s/link", root);
	assert_int_equal(symlink(outside, path), 0);
	snprintf(path, sizeof(path), "%s/fifo", root);
	assert_int_equal(mkfifo(path, 0600), 0);
	setenv("DSP_LIBRARY_PATH", root, 1);
	unsetenv("FASTRPC_FILES");
	files = files_new();
	return files ? 0 : -1;
}

static int teardown(void **state)
{
	char command[256];

	(void)state;
	files_free(files);
	snprintf(command, sizeof(command), "rm -rf %s %s", root, outside);
	return system(command);
}

/* A request as the DSP packs it: inputs with their bytes, then room for outputs. */
struct builder {
	uint8_t bytes[4096];
	size_t size;
};

static void add(struct builder *b, const void *data, uint32_t length)
{
	memcpy(b->bytes + b->size, &length, 4);
	b->size += 4;
	if (!length)
		return;
	b->size = (b->size + 7) & ~(size_t)7;
	memcpy(b->bytes + b->size, data, length);
	b->size += length;
}

static void want(struct builder *b, uint32_t length)
{
	memcpy(b->bytes + b->size, &length, 4);
	b->size += 4;
}

static int run(struct host_call *call, uint32_t scalars,
	       const struct builder *b)
{
	int ret = host_call_parse(call, 1, scalars, b->bytes, b->size);

	return ret ? ret : files_call(files, call);
}

static int open_named(const char *name, const char *mode, int32_t *number)
{
	uint32_t lengths[2] = { (uint32_t)strlen(name) + 1,
				(uint32_t)strlen(mode) + 1 };
	struct builder b = { .size = 0 };
	struct host_call call;
	int ret;

	add(&b, lengths, sizeof(lengths));
	add(&b, name, lengths[0]);
	add(&b, mode, lengths[1]);
	want(&b, 4);
	ret = run(&call, REMOTE_SCALARS_MAKE(0, 3, 1), &b);
	if (!ret)
		memcpy(number, call.out[0].pv, 4);
	host_call_free(&call);
	return ret;
}

/* A method with these numbers in, and room for so many bytes out. */
static int on_file(uint32_t method, const int32_t *in, uint32_t count,
		   uint32_t room, void *out, uint32_t more)
{
	struct builder b = { .size = 0 };
	struct host_call call;
	int ret;

	add(&b, in, 4 * count);
	if (room)
		want(&b, room);
	if (more)
		want(&b, more);
	ret = run(&call, REMOTE_SCALARS_MAKE(method, 1, !!room + !!more), &b);
	if (!ret && room)
		memcpy(out, call.out[0].pv, room + more);
	host_call_free(&call);
	return ret;
}

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
	struct builder b = { .size = 0 };
	struct host_call call;
	int ret;

	add(&b, &length, sizeof(length));
	add(&b, name, length);
	want(&b, 1);
	ret = run(&call, REMOTE_SCALARS_MAKE(22, 2, 1), &b);
	if (!ret)
		ret = *(uint8_t *)call.out[0].pv;
	host_call_free(&call);
	return ret;
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
		"../secret", "link/secret", "/etc/passwd", "./../../etc/passwd",
		"inside/../../x", "fifo", ".", "", "link",
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
	static const char *const modes[] = { "w", "a", "r+", "w+b", "a+", "x",
					     "" };
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

static uint32_t seed = 7;

static uint32_t next_random(void)
{
	seed = seed * 1664525u + 1013904223u;
	return seed >> 8;
}

/* Random requests; often right in their beginning, so that they get far. */
static void survives_random_requests(void **state)
{
	(void)state;
	for (int i = 0; i < 200000; i++) {
		uint32_t inputs = next_random() % 6, outputs = next_random() % 4;
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
			b.bytes[next_random() % b.size] = (uint8_t)next_random();
		if (next_random() % 4 == 0 && b.size)
			b.size = next_random() % b.size;
		scalars = REMOTE_SCALARS_MAKEX(0, next_random() % 32, inputs,
					       outputs, 0, 0);
		if (next_random() % 8 == 0)
			scalars = next_random() * 2654435761u;
		ret = host_call_parse(&call, 1, scalars, b.bytes, b.size);
		if (!ret)
			ret = files_call(files, &call);
		if (!host_call_pack(&call, ret, &reply, &size))
			free(reply);
		host_call_free(&call);
	}
}

#define CASE(function) \
	cmocka_unit_test_setup_teardown(function, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(reads_a_file),
		CASE(says_which_files_there_are),
		CASE(stays_in_its_folders),
		CASE(writes_only_when_asked),
		CASE(bounds_its_files),
		CASE(survives_random_requests),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
