// SPDX-License-Identifier: BSD-3-Clause
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "files_fixture.h"
#include "log.h"
#include "path.h"

char root[64], outside[64];
struct files *files;

/* What print_string printed; its log is tested by itself. */
char printed[64];

void dsp_log_print(struct dsp_log *log, const char *text)
{
	(void)log;
	snprintf(printed, sizeof(printed), "%s", text);
}

void put_file(const char *folder, const char *name, const char *text)
{
	char path[256];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	file = fopen(path, "we");
	assert_non_null(file);
	fputs(text, file);
	fclose(file);
}

int files_setup(void **state)
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
	unsetenv("ADSP_LIBRARY_PATH");
	files = files_new(NULL);
	return files ? 0 : -1;
}

int files_teardown(void **state)
{
	char command[256];

	(void)state;
	files_free(files);
	path_set_root(NULL);
	snprintf(command, sizeof(command), "rm -rf %s %s", root, outside);
	return system(command);
}

void add(struct builder *b, const void *data, uint32_t length)
{
	memcpy(b->bytes + b->size, &length, 4);
	b->size += 4;
	if (!length)
		return;
	b->size = (b->size + 7) & ~(size_t)7;
	memcpy(b->bytes + b->size, data, length);
	b->size += length;
}

void want(struct builder *b, uint32_t length)
{
	memcpy(b->bytes + b->size, &length, 4);
	b->size += 4;
}

int run(struct host_call *call, uint32_t scalars, const struct builder *b)
{
	int ret = host_call_parse(call, 1, scalars, b->bytes, b->size);

	return ret ? ret : files_call(files, call);
}

int with_strings(uint32_t method, const uint32_t *in, uint32_t count,
		 const char *const *strings, uint32_t room, void *out,
		 uint32_t more)
{
	struct builder b = { .size = 0 };
	uint32_t inputs = 1;
	struct host_call call;
	int ret;

	add(&b, in, 4 * count);
	for (; strings && strings[inputs - 1]; inputs++)
		add(&b, strings[inputs - 1],
		    (uint32_t)strlen(strings[inputs - 1]) + 1);
	if (room)
		want(&b, room);
	if (more)
		want(&b, more);
	ret = run(&call,
		  REMOTE_SCALARS_MAKE(method < 31 ? method : 31, inputs,
				      !!room + !!more),
		  &b);
	if (!ret && room)
		memcpy(out, call.out[0].pv, room + more);
	host_call_free(&call);
	return ret;
}

int open_named(const char *name, const char *mode, int32_t *number)
{
	uint32_t lengths[2] = { (uint32_t)strlen(name) + 1,
				(uint32_t)strlen(mode) + 1 };

	return with_strings(0, lengths, 2, STRINGS(name, mode), 4, number, 0);
}

int on_file(uint32_t method, const int32_t *in, uint32_t count, uint32_t room,
	    void *out, uint32_t more)
{
	return with_strings(method, (const uint32_t *)in, count, NULL, room,
			    out, more);
}

int named(uint32_t method, const char *first, const char *second, uint32_t last)
{
	uint32_t in[4] = { method }, *at = method < 31 ? in : in + 1;

	*at++ = (uint32_t)strlen(first) + 1;
	*at++ = second ? (uint32_t)strlen(second) + 1 : last;
	return with_strings(method, in, (uint32_t)(at - in),
			    STRINGS(first, second), 0, NULL, 0);
}

bool exists(const char *folder, const char *name)
{
	char path[256];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	return !access(path, F_OK);
}
