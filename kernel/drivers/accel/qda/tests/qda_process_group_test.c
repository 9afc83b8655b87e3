// SPDX-License-Identifier: GPL-2.0-only
/*
 * Requests to the DSP's manager of processes, byte for byte.
 */
#include <kunit/test.h>

#include <linux/string.h>

#include "../qda_process_group.h"

#define QDA_TEST_CLIENT		0x1234
#define QDA_TEST_PAYLOAD	0x2fffe0000ull	/* stream 2 */
#define QDA_TEST_MEMORY		0x2f0000000ull
#define QDA_TEST_MAPPED		0x1122334455667788ull

/* What is expected of an argument: bytes, zeroes, or a place elsewhere */
struct qda_test_arg {
	u32 length;
	u64 address;
	u8 bytes[32];
};

struct qda_test_request {
	const char *name;
	u32 scalars;
	void (*fill)(struct qda_process_group *group);
	struct qda_test_arg args[QDA_KERNEL_ARGS_MAX];
};

static void qda_test_fill_attach(struct qda_process_group *group)
{
	qda_process_group_attach(group, QDA_TEST_CLIENT);
}

static void qda_test_fill_release(struct qda_process_group *group)
{
	qda_process_group_release(group, QDA_TEST_CLIENT);
}

static void qda_test_fill_create(struct qda_process_group *group)
{
	qda_process_group_create(group, QDA_TEST_CLIENT, "app", 0, 0, 0, 0,
				 QDA_TEST_MEMORY, SZ_2M);
}

static void qda_test_fill_create_shell(struct qda_process_group *group)
{
	qda_process_group_create(group, QDA_TEST_CLIENT, "longer name", 0x88,
				 0x2e0001040ull, 0x12345, 0x45,
				 QDA_TEST_MEMORY, SZ_2M);
}

static void qda_test_fill_static(struct qda_process_group *group)
{
	qda_process_group_create_static(group, QDA_TEST_CLIENT, "audiopd",
					0x8c000000, SZ_1M);
}

static void qda_test_fill_static_again(struct qda_process_group *group)
{
	qda_process_group_create_static(group, QDA_TEST_CLIENT, "audiopd", 0, 0);
}

static void qda_test_fill_mmap(struct qda_process_group *group)
{
	qda_process_group_mmap(group, QDA_TEST_CLIENT, QDA_TEST_MEMORY, SZ_64K);
}

static void qda_test_fill_munmap(struct qda_process_group *group)
{
	qda_process_group_munmap(group, QDA_TEST_CLIENT, QDA_TEST_MAPPED, SZ_64K);
}

static void qda_test_fill_mem_map(struct qda_process_group *group)
{
	qda_process_group_mem_map(group, QDA_TEST_CLIENT, QDA_MEM_MAP_TAG_DELAYED, -2,
				  QDA_TEST_MEMORY, SZ_64K);
}

static void qda_test_fill_mem_unmap(struct qda_process_group *group)
{
	qda_process_group_mem_unmap(group, QDA_TEST_CLIENT, 77, QDA_TEST_MAPPED, SZ_64K);
}

/* Each payload begins with the number of the process: 0x34, 0x12, 0, 0. */
static const struct qda_test_request qda_test_requests[] = {
	{ "attach", 0x00010000, qda_test_fill_attach, {
		{ 4, 0, { 0x34, 0x12, 0, 0 } },
	} },
	{ "release", 0x01010000, qda_test_fill_release, {
		{ 4, 0, { 0x34, 0x12, 0, 0 } },
	} },
	{ "create", 0x06040000, qda_test_fill_create, {
		{ 24, 0, { 0x34, 0x12, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 1 } },
		{ 4, 0, "app" },
		{ 0 },
		{ 16, 0, { 0, 0, 0, 0xf0, 2, 0, 0, 0, 0, 0, 0x20 } },
	} },
	{ "create with attributes and shell", 0x07040000, qda_test_fill_create_shell, {
		{ 24, 0, { 0x34, 0x12, 0, 0, 12, 0, 0, 0, 0x45, 0x23, 1, 0,
			   1, 0, 0, 0, 0x88, 0, 0, 0, 0x45 } },
		{ 12, 0, "longer name" },
		{ 0x12345, 0x2e0001040ull },
		{ 16, 0, { 0, 0, 0, 0xf0, 2, 0, 0, 0, 0, 0, 0x20 } },
	} },
	{ "create static", 0x08030000, qda_test_fill_static, {
		{ 12, 0, { 0x34, 0x12, 0, 0, 8, 0, 0, 0, 1 } },
		{ 8, 0, "audiopd" },
		{ 16, 0, { 0, 0, 0, 0x8c, 0, 0, 0, 0, 0, 0, 0x10 } },
	} },
	{ "create static again", 0x08030000, qda_test_fill_static_again, {
		{ 12, 0, { 0x34, 0x12, 0, 0, 8 } },
		{ 8, 0, "audiopd" },
		{ 16 },
	} },
	{ "mmap", 0x04020100, qda_test_fill_mmap, {
		{ 24, 0, { 0x34, 0x12, 0, 0, 0, 0x10, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 16 } },
		{ 16, 0, { 0, 0, 0, 0xf0, 2, 0, 0, 0, 0, 0, 1 } },
		{ 8 },
	} },
	{ "munmap", 0x05010000, qda_test_fill_munmap, {
		{ 24, 0, { 0x34, 0x12, 0, 0, 0, 0, 0, 0,
			   0x88, 0x77, 0x66, 0x55, 0x44, 0x33, 0x22, 0x11, 0, 0, 1 } },
	} },
	{ "map", 0x0a030100, qda_test_fill_mem_map, {
		{ 32, 0, { 0x34, 0x12, 0, 0, 0xfe, 0xff, 0xff, 0xff, 0, 0, 0, 0, 3, 0, 0, 0,
			   0, 0, 0, 0, 0, 0, 0, 0, 16 } },
		{ 16, 0, { 0, 0, 0, 0xf0, 2, 0, 0, 0, 0, 0, 1 } },
		{ 0 },
		{ 8 },
	} },
	{ "unmap", 0x0b010000, qda_test_fill_mem_unmap, {
		{ 24, 0, { 0x34, 0x12, 0, 0, 77, 0, 0, 0,
			   0x88, 0x77, 0x66, 0x55, 0x44, 0x33, 0x22, 0x11, 0, 0, 1 } },
	} },
};

KUNIT_ARRAY_PARAM_DESC(qda_test_request, qda_test_requests, name);

/* As the DSP reads it: by the descriptions, wherever the arguments lie. */
static void qda_test_check_arg(struct kunit *test, const void *payload,
			       const void *metadata, unsigned int args, unsigned int i,
			       const struct qda_test_arg *expected)
{
	const struct qda_wire_buffer *arg = metadata;
	const struct qda_wire_page *page = metadata +
		args * (sizeof(*arg) + sizeof(struct qda_wire_list));
	u64 address = le64_to_cpu(page[i].address) + le64_to_cpu(arg[i].address);
	u64 length = le64_to_cpu(arg[i].length);

	KUNIT_EXPECT_EQ(test, length, expected->length);
	if (expected->address || !length) {
		KUNIT_EXPECT_EQ(test, address, expected->address);
		return;
	}

	KUNIT_ASSERT_GE(test, address, QDA_TEST_PAYLOAD);
	KUNIT_ASSERT_LE(test, address + length, QDA_TEST_PAYLOAD + SZ_4K);
	KUNIT_ASSERT_LE(test, length, sizeof(expected->bytes));
	KUNIT_EXPECT_MEMEQ(test, payload + (address - QDA_TEST_PAYLOAD),
			   expected->bytes, length);
}

static void qda_test_process_group(struct kunit *test)
{
	const struct qda_test_request *param = test->param_value;
	unsigned int args = qda_scalars_args(param->scalars);
	struct qda_process_group *group;
	u8 *payload, *metadata;

	group = kunit_kmalloc(test, sizeof(*group), GFP_KERNEL);
	payload = kunit_kzalloc(test, SZ_4K, GFP_KERNEL);
	metadata = kunit_kzalloc(test, SZ_4K, GFP_KERNEL);
	KUNIT_ASSERT_TRUE(test, group && payload && metadata);

	/* Nothing of what was there before goes to the DSP. */
	memset(group, 0xa5, sizeof(*group));
	param->fill(group);
	KUNIT_EXPECT_EQ(test, group->request.handle, 1);
	KUNIT_EXPECT_EQ(test, group->request.scalars, param->scalars);
	KUNIT_ASSERT_LE(test, qda_kernel_payload_size(&group->request), SZ_4K);

	qda_kernel_payload_fill(&group->request, payload, QDA_TEST_PAYLOAD, metadata);
	for (unsigned int i = 0; i < args; i++)
		qda_test_check_arg(test, payload, metadata, args, i, &param->args[i]);
}

/* Arguments are apart by the DSP's cache line; what lies elsewhere takes no room. */
static void qda_test_payload_layout(struct kunit *test)
{
	static const struct qda_kernel_request request = {
		.scalars = DRM_QDA_SCALARS(0, 3, 1, 0, 0),
		.args = {
			{ .length = 129 },
			{ .length = 0 },
			{ .length = SZ_1M, .address = 0x100000000ull },
			{ .length = 4 },
		},
	};

	KUNIT_EXPECT_EQ(test, qda_kernel_payload_offset(&request, 0), 0);
	KUNIT_EXPECT_EQ(test, qda_kernel_payload_offset(&request, 1), 256);
	KUNIT_EXPECT_EQ(test, qda_kernel_payload_offset(&request, 3), 256);
	KUNIT_EXPECT_EQ(test, qda_kernel_payload_size(&request), 384);
}

static struct kunit_case qda_process_group_cases[] = {
	KUNIT_CASE_PARAM(qda_test_process_group, qda_test_request_gen_params),
	KUNIT_CASE(qda_test_payload_layout),
	{ }
};

static struct kunit_suite qda_process_group_suite = {
	.name = "qda_process_group",
	.test_cases = qda_process_group_cases,
};

kunit_test_suite(qda_process_group_suite);
