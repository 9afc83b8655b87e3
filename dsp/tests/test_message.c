// SPDX-License-Identifier: BSD-3-Clause
/* The checks of messages, on the reference's vector and one byte off it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "fastrpc_message.h"

#define METADATA 0x1000

/*
 * Open of "file:///libcalculator_skel.so?…" as mainline's fastrpc sends it:
 * SID 3, IOVA 0xfffff000, client 3, tid 1234, index 1, sequence 1, user PD.
 */
static const uint8_t vector_message[FASTRPC_MESSAGE_SIZE] = {
	0x03, 0x00, 0x00, 0x00, 0xd2, 0x04, 0x00, 0x00, 0x01, 0x01,
	0x01, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
	0x00, 0x02, 0x02, 0x00, 0x00, 0xf0, 0xff, 0xff, 0x03, 0x00,
	0x00, 0x00, 0x00, 0x10, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
};

static const uint8_t vector_args[4 * 16] = {
	0x80, 0x42, 0x23, 0x81, 0x00, 0x80, 0xff, 0xff, 0x08, 0,    0,
	0,    0,    0,	  0,	0,    0x00, 0x43, 0x23, 0x81, 0x00, 0x80,
	0xff, 0xff, 0x52, 0,	0,    0,    0,	  0,	0,    0,    0x80,
	0x43, 0x23, 0x81, 0x00, 0x80, 0xff, 0xff, 0x08, 0,    0,    0,
	0,    0,    0,	  0,	0x00, 0x44, 0x23, 0x81, 0x00, 0x80, 0xff,
	0xff, 0xff, 0,	  0,	0,    0,    0,	  0,	0,
};

static const uint8_t vector_page[16] = {
	0x00, 0xf0, 0xff, 0xff, 0x03, 0x00, 0x00, 0x00,
	0x00, 0x10, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
};

struct sample {
	uint8_t message[FASTRPC_MESSAGE_SIZE];
	uint8_t metadata[METADATA];
	unsigned int sid_position;
	struct fastrpc_message m;
	struct fastrpc_args args;
	struct fastrpc_findings findings;
};

static struct sample sample;

static int prepare(void **state)
{
	unsigned int i;

	memset(&sample, 0, sizeof(sample));
	memcpy(sample.message, vector_message, sizeof(vector_message));
	memcpy(sample.metadata, vector_args, sizeof(vector_args));
	for (i = 0; i < 4; i++) {
		sample.metadata[0x40 + 8 * i] = 1;
		sample.metadata[0x44 + 8 * i] = i;
		memcpy(sample.metadata + 0x60 + 16 * i, vector_page,
		       sizeof(vector_page));
	}
	sample.sid_position = 32;
	*state = &sample;
	return 0;
}

static int parse_message(struct sample *s)
{
	return fastrpc_message_parse(s->message, sizeof(s->message),
				     s->sid_position, &s->m, &s->findings);
}

static int parse(struct sample *s)
{
	if (parse_message(s))
		return -1;
	return fastrpc_metadata_parse(&s->m, s->metadata, s->sid_position,
				      &s->args, &s->findings);
}

static void expect_finding(struct sample *s, const char *part)
{
	assert_int_not_equal(parse(s), 0);
	assert_true(s->findings.count > 0);
	if (!strstr(s->findings.text[0], part))
		fail_msg("\"%s\" is not about \"%s\"", s->findings.text[0],
			 part);
}

static void put32(uint8_t *at, uint32_t value)
{
	memcpy(at, &value, sizeof(value));
}

static void put64(uint8_t *at, uint64_t value)
{
	memcpy(at, &value, sizeof(value));
}

static void test_vector(void **state)
{
	static const uint64_t iova[] = { 0xfffff280, 0xfffff300, 0xfffff380,
					 0xfffff400 };
	static const uint64_t length[] = { 8, 0x52, 8, 0xff };
	struct sample *s = *state;
	unsigned int i;

	assert_int_equal(parse(s), 0);
	assert_int_equal(s->findings.count, 0);
	assert_int_equal(s->m.client_id, 3);
	assert_int_equal(s->m.tid, 1234);
	assert_int_equal(s->m.ctx, 0x10101);
	assert_int_equal(s->m.sid, 3);
	assert_int_equal(s->m.iova, 0xfffff000);
	assert_int_equal(s->args.count, 4);
	for (i = 0; i < 4; i++) {
		assert_int_equal(s->args.arg[i].iova, iova[i]);
		assert_int_equal(s->args.arg[i].length, length[i]);
		assert_int_equal(s->args.arg[i].kind,
				 i < 2 ? FASTRPC_IN_BUFFER :
					 FASTRPC_OUT_BUFFER);
	}
}

static void test_sid_at_bit_56(void **state)
{
	struct sample *s = *state;
	unsigned int i;

	s->sid_position = 56;
	put64(s->message + 24, 3ull << 56 | 0x3fffff000);
	for (i = 0; i < 4; i++)
		put64(s->metadata + 0x60 + 16 * i, 3ull << 56 | 0x3fffff000);
	assert_int_equal(parse(s), 0);
	assert_int_equal(s->m.sid, 3);
	assert_int_equal(s->args.arg[0].iova, 0x3fffff280);
}

static void test_message_size(void **state)
{
	struct sample *s = *state;

	assert_int_not_equal(fastrpc_message_parse(s->message, 39, 32, &s->m,
						   &s->findings),
			     0);
	assert_int_not_equal(fastrpc_message_parse(s->message, 0, 32, &s->m,
						   &s->findings),
			     0);
}

/* One field of the message wrong, and what is said about it. */
static void test_bad_message(void **state)
{
	static const struct {
		unsigned int offset;
		uint64_t value;
		const char *part;
	} cases[] = {
		{ 8, 0x10111, "bits 7, 6 and 4" },
		{ 8, 0x10103, "PD type" },
		{ 8, 0xabcdabcd, "bits 7, 6 and 4" },
		{ 24, 3ull << 32 | 0xfffff004, "not page aligned" },
		{ 32, 4097, "multiple" },
		{ 32, 0, "less than" },
	};
	unsigned int i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		prepare(state);
		put64(sample.message + cases[i].offset, cases[i].value);
		expect_finding(*state, cases[i].part);
	}
}

static void test_client_rules(void **state)
{
	struct sample *s = *state;

	put32(s->message, 0);
	expect_finding(s, "client id 0");
	prepare(state);
	put32(s->message + 16, 1);
	expect_finding(s, "handle 1 with client id 3");
	prepare(state);
	put32(s->message + 16, 2);
	expect_finding(s, "handle 2 with client id 3");
	/* RELEASE with the real id is what downstream sends. */
	prepare(state);
	put32(s->message + 16, 1);
	put32(s->message + 20, 0x01010000);
	assert_int_equal(parse_message(s), 0);
}

/* One field of the metadata wrong. */
static void test_bad_metadata(void **state)
{
	static const struct {
		unsigned int offset;
		uint64_t value;
		unsigned int size;
		const char *part;
	} cases[] = {
		{ 0x40, 2, 4, "list num" },
		{ 0x40, 0, 4, "without pages" },
		{ 0x44, 4, 4, "page index" },
		{ 0x60, 2ull << 32 | 0xfffff000, 8, "SID 2" },
		{ 0x60, 3ull << 32 | 0xfffff010, 8, "not aligned" },
		{ 0x68, 0x2000, 8, "wraps" },
		{ 0x68, UINT64_MAX - 0xfff, 8, "wraps" },
		{ 0x68, 0x800, 8, "multiple of 4096" },
		{ 0x68, 0, 8, "exceed" },
		{ 0x08, 0xd81, 8, "exceed" },
		{ 0x08, UINT64_MAX, 8, "exceed" },
		{ 0x08, 0, 8, "empty" },
		{ 40 * 4, 1, 8, "fd list" },
		{ 40 * 4 + 120, 1, 8, "fd list" },
		{ 40 * 4 + 128, 1, 4, "crc list" },
		{ 40 * 4 + 380, 1, 4, "crc list" },
	};
	unsigned int i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		prepare(state);
		memcpy(sample.metadata + cases[i].offset, &cases[i].value,
		       cases[i].size);
		expect_finding(*state, cases[i].part);
	}
}

static void test_empty_argument(void **state)
{
	struct sample *s = *state;

	memset(s->metadata, 0, 16);
	memset(s->metadata + 0x40, 0, 8);
	memset(s->metadata + 0x60, 0, 16);
	assert_int_equal(parse(s), 0);
	assert_int_equal(s->args.arg[0].length, 0);
	assert_int_equal(s->args.arg[0].iova, 0);
}

static void make_handle(struct sample *s, int32_t tag, uint32_t offset,
			uint32_t length)
{
	/* two in-buffers, one out-buffer, one in-handle */
	put32(s->message + 20, REMOTE_SCALARS_MAKEX(0, 2, 2, 1, 1, 0));
	put32(s->message + 16, 0x12345678);
	put32(s->metadata + 0x30, (uint32_t)tag);
	put32(s->metadata + 0x34, offset);
	put32(s->metadata + 0x38, length);
	put32(s->metadata + 0x3c, 0);
}

static void test_handle_argument(void **state)
{
	struct sample *s = *state;

	make_handle(s, 7, 16, 100);
	assert_int_equal(parse(s), 0);
	assert_int_equal(s->args.arg[3].kind, FASTRPC_IN_HANDLE);
	assert_int_equal(s->args.arg[3].tag, 7);
	assert_int_equal(s->args.arg[3].offset, 16);
	assert_int_equal(s->args.arg[3].length, 100);
	assert_int_equal(s->args.arg[3].iova, 0xfffff000);
}

static void test_bad_handle_argument(void **state)
{
	struct sample *s = *state;

	make_handle(s, 0, 0, 100);
	expect_finding(s, "tag 0");
	prepare(state);
	make_handle(s, -1, 0, 100);
	expect_finding(s, "tag -1");
	prepare(state);
	make_handle(s, 7, 4000, 100);
	expect_finding(s, "exceed the buffer");
	prepare(state);
	make_handle(s, 7, UINT32_MAX, UINT32_MAX);
	expect_finding(s, "exceed the buffer");
	prepare(state);
	make_handle(s, 7, 0, 100);
	put32(s->metadata + 0x3c, 1);
	expect_finding(s, "unused bytes");
	prepare(state);
	make_handle(s, 7, 0, 100);
	memset(s->metadata + 0x90, 0, 16);
	expect_finding(s, "SID 0");
}

static void test_most_arguments(void **state)
{
	uint32_t sc = REMOTE_SCALARS_MAKEX(0, 2, 255, 255, 15, 15);
	static uint8_t metadata[FASTRPC_METADATA_MAX];
	struct sample *s = *state;

	put32(s->message + 20, sc);
	put64(s->message + 32, 0x6000);
	assert_int_equal(parse_message(s), 0);
	assert_int_equal(fastrpc_metadata_size(sc), 540 * 40 + 384);
	assert_int_equal(fastrpc_metadata_parse(&s->m, metadata, 32, &s->args,
						&s->findings),
			 0);
	assert_int_equal(s->args.count, FASTRPC_ARGS_MAX);
	put64(s->message + 32, 0x5000);
	assert_int_not_equal(parse_message(s), 0);
}

static void test_many_findings(void **state)
{
	struct sample *s = *state;

	memset(s->metadata, 0xff, sizeof(s->metadata));
	assert_int_not_equal(parse(s), 0);
	assert_int_equal(s->findings.count, FASTRPC_FINDINGS_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_vector, prepare),
		cmocka_unit_test_setup(test_sid_at_bit_56, prepare),
		cmocka_unit_test_setup(test_message_size, prepare),
		cmocka_unit_test_setup(test_bad_message, prepare),
		cmocka_unit_test_setup(test_client_rules, prepare),
		cmocka_unit_test_setup(test_bad_metadata, prepare),
		cmocka_unit_test_setup(test_empty_argument, prepare),
		cmocka_unit_test_setup(test_handle_argument, prepare),
		cmocka_unit_test_setup(test_bad_handle_argument, prepare),
		cmocka_unit_test_setup(test_most_arguments, prepare),
		cmocka_unit_test_setup(test_many_findings, prepare),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
