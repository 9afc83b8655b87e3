// SPDX-License-Identifier: BSD-3-Clause
/* Log lines of a DSP that means harm, and what a mask is. */
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
#include "HAP_farf.h"
#include "fastrpc.h"
#include "fastrpc_log.h"
#include "log.h"
#include "session.h"

#define RECORD 256

static char lines[4096];
static unsigned int count;

/* What the library has elsewhere. */
const char *slot_name(unsigned int slot, char *text, size_t size)
{
	snprintf(text, size, "dsp%u", slot);
	return text;
}

const char *log_level_name(int level)
{
	return level == HAP_LEVEL_ERROR ? "ERROR" : "OTHER";
}

static void put(const char *format, va_list args)
{
	size_t used = strlen(lines);

	vsnprintf(lines + used, sizeof(lines) - used, format, args);
	strncat(lines, "|", sizeof(lines) - strlen(lines) - 1);
	count++;
}

void log_at(int level, const char *format, ...)
{
	va_list args;

	(void)level;
	va_start(args, format);
	put(format, args);
	va_end(args);
}

void log_text(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	put(format, args);
	va_end(args);
}

static int setup(void **state)
{
	(void)state;
	lines[0] = '\0';
	count = 0;
	fastrpc_log_callback(NULL, NULL);
	return 0;
}

/* A record as the DSP has it: level, line, thread, 218 bytes, 30 bytes. */
static void record(uint8_t *to, uint32_t level, uint16_t line, const char *text,
		   const char *file)
{
	memset(to, 0, RECORD);
	memcpy(to, &level, 4);
	memcpy(to + 4, &line, 2);
	memcpy(to + 8, text, strnlen(text, 218));
	memcpy(to + 226, file, strnlen(file, 30));
}

static int send_bytes(struct dsp_log *log, const void *bytes, size_t size)
{
	uint32_t length = (uint32_t)size;
	struct host_call call = {
		.scalars = REMOTE_SCALARS_MAKE(0, 2, 0),
		.inputs = 2,
		.in = { { &length, sizeof(length) }, { (void *)bytes, size } },
	};

	return dsp_log_call(log, &call);
}

static int send_one(struct dsp_log *log, uint32_t level, uint16_t line,
		    const char *text, const char *file)
{
	uint8_t bytes[RECORD];

	record(bytes, level, line, text, file);
	return send_bytes(log, bytes, sizeof(bytes));
}

static void shows_lines_with_their_place(void **state)
{
	struct dsp_log *log = dsp_log_new(3, 0x1f);
	uint8_t two[2 * RECORD];

	(void)state;
	record(two, HAP_LEVEL_ERROR, 41, "sum of 4 values\n", "a_skel.c");
	record(two + RECORD, HAP_LEVEL_LOW, 65535, "x", "b.c");
	assert_int_equal(send_bytes(log, two, sizeof(two)), 0);
	assert_string_equal(lines, "dsp3 a_skel.c:41: ERROR: sum of 4 values|"
				   "dsp3 b.c:65535: OTHER: x|");
	dsp_log_free(log);
}

static void shows_the_levels_of_the_mask(void **state)
{
	(void)state;
	for (uint32_t level = 0; level < 40; level++) {
		struct dsp_log *log = dsp_log_new(0, 0x16);
		unsigned int before = count;

		assert_int_equal(send_one(log, level, 1, "x", "f"), 0);
		assert_int_equal(count - before,
				 level == 1 || level == 2 || level == 4);
		assert_int_equal(send_one(log, level + (1u << 31), 1, "x", "f"),
				 0);
		dsp_log_free(log);
	}
	assert_int_equal(count, 3);
}

static void shows_text_only(void **state)
{
	static const char bad[] = "%s%n%p\x1b[2J\a\r\n\xc2\x9b%100000d";
	struct dsp_log *log = dsp_log_new(0, 1);

	(void)state;
	assert_int_equal(send_one(log, 0, 7, bad, "%n\x1b/../f"), 0);
	assert_string_equal(lines, "dsp0 %n?/../f:7: OTHER: "
				   "%s%n%p?[2J?? ??%100000d|");
	dsp_log_free(log);
}

/* Strings that fill their field have no NUL. */
static void bounds_its_strings(void **state)
{
	struct dsp_log *log = dsp_log_new(0, 1);
	uint8_t bytes[RECORD];

	(void)state;
	memset(bytes, 'a', sizeof(bytes));
	memset(bytes, 0, 8);
	assert_int_equal(send_bytes(log, bytes, sizeof(bytes)), 0);
	assert_int_equal(strlen(lines), strlen("dsp0 :0: OTHER: |") + 218 + 30);
	dsp_log_free(log);
}

static void refuses_other_lengths(void **state)
{
	static const size_t sizes[] = { 1, 8, 255, 257, 511, 1023 };
	struct dsp_log *log = dsp_log_new(0, ~0u);
	uint8_t bytes[1024] = { 0 };
	struct host_call call = { .scalars = REMOTE_SCALARS_MAKE(0, 1, 0),
				  .inputs = 1 };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++)
		assert_int_equal(send_bytes(log, bytes, sizes[i]),
				 AEE_EBADPARM);
	assert_int_equal(send_bytes(log, NULL, 0), 0);
	assert_int_equal(dsp_log_call(log, &call), AEE_EUNSUPPORTED);
	call.scalars = REMOTE_SCALARS_MAKE(1, 2, 0);
	assert_int_equal(dsp_log_call(log, &call), AEE_EUNSUPPORTED);
	assert_int_equal(count, 0);
	dsp_log_free(log);
}

/* A thousand at once, and a thousand more a second; what is left out is told. */
static void bounds_a_flood(void **state)
{
	struct dsp_log *log = dsp_log_new(0, 1);
	int64_t begin = now_ms(), most;
	unsigned int sent = 100000, told;
	char *at;

	(void)state;
	for (unsigned int i = 0; i < sent; i++)
		assert_int_equal(send_one(log, 0, 1, "x", "f"), 0);
	most = 2 * (1000 + now_ms() - begin + 1);
	assert_in_range(count, 1000, most);
	lines[0] = '\0';
	dsp_log_free(log);
	at = strstr(lines, "dsp0: ");
	assert_non_null(at);
	told = (unsigned int)strtoul(at + 6, &at, 10);
	assert_string_equal(at, " lines more were left out|");
	assert_in_range(told, 1, sent - 1000);
}

struct seen {
	struct fastrpc_log_line line;
	char text[256], file[64];
};

static void see(void *context, const struct fastrpc_log_line *line)
{
	struct seen *seen = context;

	seen->line = *line;
	strcpy(seen->text, line->text);
	strcpy(seen->file, line->file);
}

static void gives_lines_to_a_function(void **state)
{
	struct dsp_log *log = dsp_log_new(8 + 3, 0xff);
	struct seen seen;

	(void)state;
	fastrpc_log_callback(see, &seen);
	assert_int_equal(send_one(log, HAP_LEVEL_FATAL, 9, "end\n", "f.c"), 0);
	assert_int_equal(seen.line.domain, 3);
	assert_int_equal(seen.line.session, 1);
	assert_int_equal(seen.line.level, HAP_LEVEL_FATAL);
	assert_int_equal(seen.line.line, 9);
	assert_string_equal(seen.text, "end");
	assert_string_equal(seen.file, "f.c");
	assert_int_equal(count, 0);
	fastrpc_log_callback(NULL, NULL);
	assert_int_equal(send_one(log, HAP_LEVEL_FATAL, 9, "end\n", "f.c"), 0);
	assert_int_equal(count, 1);
	dsp_log_free(log);
}

/* print_string has no bound of its own. */
static void prints_long_strings_in_parts(void **state)
{
	struct dsp_log *log = dsp_log_new(0, 1 << HAP_LEVEL_HIGH);
	char text[2 * 218 + 2];

	(void)state;
	memset(text, 'a', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	dsp_log_print(log, text);
	assert_int_equal(count, 3);
	dsp_log_print(log, "");
	assert_int_equal(count, 4);
	dsp_log_free(log);
}

static void knows_masks(void **state)
{
	static const char *const wrong[] = { "",
					     "x",
					     "-1",
					     "0x1g",
					     "1.c",
					     "0x100000000",
					     "99999999999999999999" };
	struct farf farf;
	char text[1024] = "1 ";

	(void)state;
	assert_true(farf_parse("0x1f", &farf));
	assert_int_equal(farf.mask, 0x1f);
	assert_int_equal(farf.count, 0);
	assert_true(farf_parse(" 8 a.c,b.c\n", &farf));
	assert_int_equal(farf.mask, 8);
	assert_int_equal(farf.count, 2);
	assert_memory_equal(farf.files, "a.c\0b.c\0", 9);
	assert_true(farf_parse("0xffffffff", &farf));
	assert_int_equal(farf.mask, 0xffffffff);
	for (size_t i = 0; i < ARRAY_SIZE(wrong); i++) {
		assert_false(farf_parse(wrong[i], &farf));
		assert_int_equal(farf.mask, 0);
	}
	for (int i = 0; i < 17; i++)
		strcat(text, "a.c,");
	assert_false(farf_parse(text, &farf));
	memset(text + 2, 'a', 600);
	assert_false(farf_parse(text, &farf));
}

/* Which lines of the host in that source file are written. */
static void expect_wanted(uint32_t mask, const char *file)
{
	for (int level = -1; level < 40; level++)
		assert_int_equal(farf_wants(level, file),
				 level >= 0 && level < 32 &&
					 (mask >> level & 1));
}

/* The file <program>.farf of the search path, where the variable is not set. */
static void finds_the_file_of_the_program(void **state)
{
	char folder[] = "/tmp/fastrpc-log-XXXXXX", path[256];
	struct farf farf;
	FILE *file;

	(void)state;
	assert_non_null(mkdtemp(folder));
	setenv("DSP_LIBRARY_PATH", folder, 1);
	unsetenv("FASTRPC_FARF");
	farf_read(&farf);
	assert_int_equal(farf.mask, 0);
	assert_int_equal(count, 0);
	snprintf(path, sizeof(path), "%s/test-fastrpc-log.farf", folder);
	file = fopen(path, "we");
	assert_non_null(file);
	fputs("0x9\nskel.c", file);
	fclose(file);
	farf_read(&farf);
	assert_int_equal(farf.mask, 9);
	assert_string_equal(farf.files, "skel.c");
	expect_wanted(9, "skel.c");
	expect_wanted(9, "src/skel.c");
	expect_wanted(0, "other_skel.c");
	setenv("FASTRPC_FARF", "4", 1);
	farf_read(&farf);
	assert_int_equal(farf.mask, 4);
	expect_wanted(4, "skel.c");
	expect_wanted(4, "other_skel.c");
	setenv("FASTRPC_FARF", "loud", 1);
	farf_read(&farf);
	assert_int_equal(farf.mask, 0);
	assert_int_equal(count, 1);
	expect_wanted(0, "skel.c");
	unlink(path);
	rmdir(folder);
}

#define CASE(function) cmocka_unit_test_setup(function, setup)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(shows_lines_with_their_place),
		CASE(shows_the_levels_of_the_mask),
		CASE(shows_text_only),
		CASE(bounds_its_strings),
		CASE(refuses_other_lengths),
		CASE(bounds_a_flood),
		CASE(gives_lines_to_a_function),
		CASE(prints_long_strings_in_parts),
		CASE(knows_masks),
		CASE(finds_the_file_of_the_program),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
