// SPDX-License-Identifier: GPL-2.0-only
/*
 * What goes to the DSP, byte for byte, and how its messages are read.
 */
#include <kunit/test.h>

#include <linux/module.h>
#include <linux/string.h>
#include <linux/unaligned.h>

#include "../qda_message.h"

#define QDA_TEST_ADDRESS	0x3fffff000ull	/* stream 3, address 0xfffff000 */

/* remotectl open of a module: two inputs, two outputs in one page */
static const struct {
	u32 offset;
	u32 length;
} qda_test_open[] = {
	{ 0x280, 8 }, { 0x300, 82 }, { 0x380, 8 }, { 0x400, 255 },
};

static void qda_test_metadata_open(struct kunit *test)
{
	static const u8 args[] = {
		0x80, 0x02, 0, 0, 0, 0, 0, 0, 0x08, 0, 0, 0, 0, 0, 0, 0,
		0x00, 0x03, 0, 0, 0, 0, 0, 0, 0x52, 0, 0, 0, 0, 0, 0, 0,
		0x80, 0x03, 0, 0, 0, 0, 0, 0, 0x08, 0, 0, 0, 0, 0, 0, 0,
		0x00, 0x04, 0, 0, 0, 0, 0, 0, 0xff, 0, 0, 0, 0, 0, 0, 0,
	};
	static const u8 list[] = {
		1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0,
		1, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 3, 0, 0, 0,
	};
	static const u8 page[] = {
		0x00, 0xf0, 0xff, 0xff, 3, 0, 0, 0, 0x00, 0x10, 0, 0, 0, 0, 0, 0,
	};
	unsigned int n = ARRAY_SIZE(qda_test_open);
	u8 *metadata;

	KUNIT_ASSERT_EQ(test, qda_metadata_size(n), QDA_WIRE_PAGE);
	metadata = kunit_kzalloc(test, QDA_WIRE_PAGE, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, metadata);

	for (unsigned int i = 0; i < n; i++)
		qda_metadata_set_buffer(metadata, n, i,
					QDA_TEST_ADDRESS + qda_test_open[i].offset,
					qda_test_open[i].length);

	KUNIT_EXPECT_MEMEQ(test, metadata, args, sizeof(args));
	KUNIT_EXPECT_MEMEQ(test, metadata + 0x40, list, sizeof(list));
	for (unsigned int i = 0; i < n; i++)
		KUNIT_EXPECT_MEMEQ(test, metadata + 0x60 + 16 * i, page, sizeof(page));
	KUNIT_EXPECT_NULL(test, memchr_inv(metadata + 0xa0, 0, QDA_WIRE_PAGE - 0xa0));
}

static void qda_test_metadata_handle(struct kunit *test)
{
	static const u8 expected[] = {
		/* arguments: an input buffer of two pages, a handle */
		0xff, 0x0f, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0,
		0xfe, 0xff, 0xff, 0xff, 0x34, 0x12, 0, 0, 0x10, 0, 0, 0, 0, 0, 0, 0,
		/* list */
		1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0,
		/* pages: the two that the buffer spans, the whole of the BO */
		0x00, 0x10, 0, 0, 1, 0, 0, 0, 0x00, 0x20, 0, 0, 0, 0, 0, 0,
		0x00, 0x00, 0x10, 0, 1, 0, 0, 0, 0x00, 0x00, 0x04, 0, 0, 0, 0, 0,
	};
	u8 metadata[256] = { };

	qda_metadata_set_buffer(metadata, 2, 0, 0x100001fffull, 2);
	qda_metadata_set_handle(metadata, 2, 1, -2, 0x100100000ull, SZ_256K, 0x1234, 0x10);

	KUNIT_EXPECT_MEMEQ(test, metadata, expected, sizeof(expected));
	KUNIT_EXPECT_NULL(test, memchr_inv(metadata + sizeof(expected), 0,
					   sizeof(metadata) - sizeof(expected)));
}

/* An empty argument leaves only its number, and a handle its tag. */
static void qda_test_metadata_empty(struct kunit *test)
{
	static const u8 expected[] = {
		0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
		7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
		0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0,
	};
	u8 metadata[128] = { };

	qda_metadata_set_buffer(metadata, 2, 0, 0, 0);
	qda_metadata_set_handle(metadata, 2, 1, 7, 0, 0, 0, 0);

	KUNIT_EXPECT_MEMEQ(test, metadata, expected, sizeof(expected));
	KUNIT_EXPECT_NULL(test, memchr_inv(metadata + sizeof(expected), 0,
					   sizeof(metadata) - sizeof(expected)));
}

/* The word after N arguments, 16 descriptors and 64 checksums */
static void qda_test_poll_word(struct kunit *test)
{
	u8 metadata[640] = { };

	put_unaligned_le32(0xdecaf, metadata + 384);
	KUNIT_EXPECT_EQ(test, qda_metadata_poll_word(metadata, 0), 0xdecaf);
	KUNIT_EXPECT_EQ(test, qda_metadata_poll_word(metadata, 1), 0);
	put_unaligned_le32(0xabbccdde, metadata + 384 + 3 * 40);
	KUNIT_EXPECT_EQ(test, qda_metadata_poll_word(metadata, 3), 0xabbccdde);
}

static const struct qda_test_size {
	const char *name;
	unsigned int args;
	size_t size;
} qda_test_sizes[] = {
	{ "none", 0, SZ_4K },
	{ "one page", 90, SZ_4K },
	{ "two pages", 91, SZ_8K },
	{ "all", DRM_QDA_ARGS_MAX, 6 * SZ_4K },
};

KUNIT_ARRAY_PARAM_DESC(qda_test_size, qda_test_sizes, name);

static void qda_test_metadata_size(struct kunit *test)
{
	const struct qda_test_size *param = test->param_value;

	KUNIT_EXPECT_EQ(test, qda_metadata_size(param->args), param->size);
}

static void qda_test_scalars(struct kunit *test)
{
	u32 all = DRM_QDA_SCALARS(31, 255, 255, 15, 15);

	KUNIT_EXPECT_EQ(test, DRM_QDA_SCALARS(0, 2, 2, 0, 0), 0x00020200);
	KUNIT_EXPECT_EQ(test, DRM_QDA_SCALARS(31, 255, 255, 15, 15), 0x1fffffff);
	KUNIT_EXPECT_EQ(test, qda_scalars_buffers(all), 510);
	KUNIT_EXPECT_EQ(test, qda_scalars_handles(all), 30);
	KUNIT_EXPECT_EQ(test, qda_scalars_args(all), DRM_QDA_ARGS_MAX);
	KUNIT_EXPECT_EQ(test, all >> 29, 0);
}

static void qda_test_message(struct kunit *test)
{
	static const u8 expected[] = {
		0x03, 0, 0, 0, 0xd2, 0x04, 0, 0,
		0x01, 0x01, 0, 0, 0x01, 0, 0, 0,
		0, 0, 0, 0, 0, 0x02, 0x02, 0,
		0x00, 0xf0, 0xff, 0xff, 0x03, 0, 0, 0, 0x00, 0x10, 0, 0, 0, 0, 0, 0,
	};
	struct qda_message message;

	qda_message_fill(&message, 3, 1234,
			 qda_context_make(1, 1, QDA_PROCESS_USER), 0,
			 DRM_QDA_SCALARS(0, 2, 2, 0, 0), QDA_TEST_ADDRESS, SZ_4K);

	KUNIT_EXPECT_EQ(test, sizeof(message), 40);
	KUNIT_EXPECT_MEMEQ(test, (u8 *)&message, expected, sizeof(expected));
}

static const struct qda_test_range {
	const char *name;
	u64 offset;
	u64 length;
	u64 size;
	int ret;
} qda_test_ranges[] = {
	{ "whole", 0, 4096, 4096, 0 },
	{ "end", 4095, 1, 4096, 0 },
	{ "nothing at the end", 4096, 0, 4096, 0 },
	{ "one too long", 0, 4097, 4096, -ERANGE },
	{ "one too far", 4096, 1, 4096, -ERANGE },
	{ "nothing beyond the end", 4097, 0, 4096, -ERANGE },
	{ "wraps to 0", U64_MAX, 1, 4096, -ERANGE },
	{ "wraps into the buffer", U64_MAX - 15, 32, 4096, -ERANGE },
	{ "longest", 1, U64_MAX, 4096, -ERANGE },
	{ "farthest and longest", U64_MAX, U64_MAX, 4096, -ERANGE },
	{ "beyond 4 GiB", SZ_4G, 1, 4096, -ERANGE },
};

KUNIT_ARRAY_PARAM_DESC(qda_test_range, qda_test_ranges, name);

static void qda_test_check_range(struct kunit *test)
{
	const struct qda_test_range *param = test->param_value;

	KUNIT_EXPECT_EQ(test, qda_check_range(param->offset, param->length, param->size),
			param->ret);
}

static void qda_test_check_stride(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, qda_check_stride(8), 0);
	KUNIT_EXPECT_EQ(test, qda_check_stride(sizeof(struct drm_qda_remote_arg)), 0);
	KUNIT_EXPECT_EQ(test, qda_check_stride(SZ_4K), 0);
	KUNIT_EXPECT_EQ(test, qda_check_stride(0), -EINVAL);
	KUNIT_EXPECT_EQ(test, qda_check_stride(12), -EINVAL);
	KUNIT_EXPECT_EQ(test, qda_check_stride(U32_MAX), -EINVAL);
	KUNIT_EXPECT_EQ(test, qda_check_stride(SZ_4K + 8), -E2BIG);
	KUNIT_EXPECT_EQ(test, qda_check_stride(U32_MAX - 7), -E2BIG);
}

static void qda_test_context(struct kunit *test)
{
	u64 context = qda_context_make(QDA_CONTEXT_INDEX_MAX, U32_MAX, QDA_PROCESS_USER);

	KUNIT_EXPECT_EQ(test, qda_context_make(1, 0, QDA_PROCESS_USER), 0x101);
	KUNIT_EXPECT_EQ(test, qda_context_make(0x10000, 5, QDA_PROCESS_USER), 0x501000001ull);
	KUNIT_EXPECT_EQ(test, qda_context_make(1, 1, QDA_PROCESS_ROOT), 0x100000100ull);
	KUNIT_EXPECT_EQ(test, qda_context_make(1, 1, QDA_PROCESS_SENSORS), 0x100000102ull);
	KUNIT_EXPECT_EQ(test, context & 0xf0, 0);
	KUNIT_EXPECT_EQ(test, qda_context_index(context), QDA_CONTEXT_INDEX_MAX);

	/* The DSP may change the low bits and nothing else. */
	KUNIT_EXPECT_TRUE(test, qda_context_match(context, context ^ 0xf));
	for (unsigned int bit = 4; bit < 64; bit++)
		KUNIT_EXPECT_FALSE(test, qda_context_match(context, context ^ BIT_ULL(bit)));
}

static const struct qda_test_reply {
	const char *name;
	u8 data[32];
	size_t length;
	enum qda_reply_kind kind;
	s32 result;
	u32 client_id;
	u32 reason;
} qda_test_replies[] = {
	{ "empty", { }, 0, QDA_REPLY_INVALID },
	{ "seven bytes", { 1 }, 7, QDA_REPLY_INVALID },
	{ "signal", { 1, 0, 0, 0, 3 }, 8, QDA_REPLY_SIGNAL },
	{ "signal like a status", { 0xcd, 0xab, 0xcd, 0xab }, 8, QDA_REPLY_SIGNAL },
	{ "short answer", { 1, 1 }, 12, QDA_REPLY_INVALID },
	{ "one byte short", { 1, 1 }, 15, QDA_REPLY_INVALID },
	{ "answer", { 1, 1, [8] = 0x2e }, 16, QDA_REPLY_ANSWER, 0x2e },
	{ "negative answer", { 1, 1, [8] = 0x0d, 0x04, 0x00, 0x80 }, 16,
	  QDA_REPLY_ANSWER, (s32)0x8000040d },
	{ "answer v2", { 1, 1, [20] = 2 }, 24, QDA_REPLY_ANSWER },
	{ "early", { 1, 1, [12] = 1, [20] = 2 }, 24, QDA_REPLY_EARLY },
	{ "early by the user", { 1, 1, [12] = 2, [20] = 2 }, 24, QDA_REPLY_EARLY },
	{ "complete", { 1, 1, [12] = 3, [20] = 2 }, 24, QDA_REPLY_ANSWER },
	{ "polled", { 1, 1, [12] = 5, [20] = 2 }, 24, QDA_REPLY_ANSWER },
	{ "unknown flag", { 1, 1, [12] = 6, [20] = 2 }, 24, QDA_REPLY_INVALID },
	{ "process up", { 0xcd, 0xab, 0xcd, 0xab, [8] = 4, [12] = 9 }, 20, QDA_REPLY_STATUS,
	  0, 9 },
	{ "process exit", { 0xcd, 0xab, 0xcd, 0xab, [8] = 4, [12] = 9, [16] = 1 }, 20,
	  QDA_REPLY_EXIT, 0, 9, DRM_QDA_REASON_EXIT },
	{ "process killed", { 0xcd, 0xab, 0xcd, 0xab, [8] = 4, [12] = 9, [16] = 2 }, 20,
	  QDA_REPLY_EXIT, 0, 9, DRM_QDA_REASON_KILLED },
	{ "process exception", { 0xcd, 0xab, 0xcd, 0xab, [8] = 4, [12] = 9, [16] = 3 }, 24,
	  QDA_REPLY_EXIT, 0, 9, DRM_QDA_REASON_EXCEPTION },
	{ "DSP restarts", { 0xcd, 0xab, 0xcd, 0xab, [8] = 4, [12] = 9, [16] = 4 }, 24,
	  QDA_REPLY_EXIT, 0, 9, DRM_QDA_REASON_RESTART },
	{ "short status", { 0xcd, 0xab, 0xcd, 0xab, [8] = 4, [12] = 9 }, 16,
	  QDA_REPLY_INVALID },
	{ "unknown type", { 0xcd, 0xab, 0xcd, 0xab, [8] = 3, [12] = 9, [16] = 1 }, 20,
	  QDA_REPLY_INVALID },
	{ "unknown status", { 0xcd, 0xab, 0xcd, 0xab, [8] = 4, [12] = 9, [16] = 5 }, 20,
	  QDA_REPLY_INVALID },
};

KUNIT_ARRAY_PARAM_DESC(qda_test_reply, qda_test_replies, name);

static void qda_test_reply_parse(struct kunit *test)
{
	const struct qda_test_reply *param = test->param_value;
	struct qda_reply reply;
	u8 unaligned[33];

	/* Nothing behind the length counts. */
	memset(unaligned, 0xff, sizeof(unaligned));
	memcpy(unaligned + 1, param->data, param->length);
	qda_reply_parse(&reply, unaligned + 1, param->length);

	KUNIT_EXPECT_EQ(test, reply.kind, param->kind);
	if (reply.kind == QDA_REPLY_ANSWER) {
		KUNIT_EXPECT_EQ(test, reply.result, param->result);
		KUNIT_EXPECT_EQ(test, reply.context, get_unaligned_le64(param->data));
	}
	if (reply.kind == QDA_REPLY_EXIT) {
		KUNIT_EXPECT_EQ(test, reply.client_id, param->client_id);
		KUNIT_EXPECT_EQ(test, reply.reason, param->reason);
	}
}

static struct kunit_case qda_message_cases[] = {
	KUNIT_CASE(qda_test_metadata_open),
	KUNIT_CASE(qda_test_metadata_handle),
	KUNIT_CASE(qda_test_metadata_empty),
	KUNIT_CASE(qda_test_poll_word),
	KUNIT_CASE_PARAM(qda_test_metadata_size, qda_test_size_gen_params),
	KUNIT_CASE(qda_test_scalars),
	KUNIT_CASE(qda_test_message),
	KUNIT_CASE_PARAM(qda_test_check_range, qda_test_range_gen_params),
	KUNIT_CASE(qda_test_check_stride),
	KUNIT_CASE(qda_test_context),
	KUNIT_CASE_PARAM(qda_test_reply_parse, qda_test_reply_gen_params),
	{ }
};

static struct kunit_suite qda_message_suite = {
	.name = "qda_message",
	.test_cases = qda_message_cases,
};

kunit_test_suite(qda_message_suite);

MODULE_DESCRIPTION("KUnit tests for the Qualcomm DSP Accelerator");
MODULE_LICENSE("GPL");
MODULE_IMPORT_NS("EXPORTED_FOR_KUNIT_TESTING");
