// SPDX-License-Identifier: BSD-3-Clause
/* Page-table walks over tables in a memory file. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#include "smmu.h"

#define RAM	 0x10000000ull /* guest physical start */
#define RAM_SIZE 0x800000ull
#define L1	 (RAM + 0x1000)
#define L2	 (RAM + 0x2000)
#define L3	 (RAM + 0x3000)
#define DATA	 (RAM + 0x10000)
#define STREAM	 3u

#define TABLE	  3ull
#define PAGE	  3ull
#define BLOCK	  1ull
#define READ_ONLY 0x80ull

static struct guest_memory memory;
static struct qda_sim_smmu smmu;
static uint32_t busy;

static const struct smmu_master master = {
	.mem = &memory,
	.smmu = &smmu,
	.busy = &busy,
};

static uint64_t *table(uint64_t at)
{
	return guest_memory_at(&memory, at, 4096);
}

/* IOVA 0 and 0x1000 are pages, 0x2000 is read-only, 2 MiB on is a block. */
static int prepare(void **state)
{
	struct guest_region r = {
		.guest = RAM,
		.user = 0x7000000000ull,
		.size = RAM_SIZE,
	};

	(void)state;
	memset(&smmu, 0, sizeof(smmu));
	r.fd = memfd_create("ram", MFD_CLOEXEC);
	if (r.fd < 0 || ftruncate(r.fd, RAM_SIZE) ||
	    guest_memory_add(&memory, &r))
		return -1;
	table(L1)[0] = L2 | TABLE;
	table(L2)[0] = L3 | TABLE;
	table(L2)[1] = (RAM + 0x200000) | BLOCK;
	table(L3)[0] = DATA | PAGE;
	table(L3)[1] = (DATA + 0x5000) | PAGE;
	table(L3)[2] = (DATA + 0x6000) | PAGE | READ_ONLY;
	smmu.stream_table[STREAM] = L1 | QDA_SIM_STE_TABLE;
	return 0;
}

static int cleanup(void **state)
{
	(void)state;
	guest_memory_clear(&memory);
	return 0;
}

static enum smmu_result walk(uint64_t iova, struct smmu_translation *t)
{
	return smmu_walk(&memory, smmu_stream_entry(&smmu, STREAM), iova, t);
}

static void test_pages(void **state)
{
	struct smmu_translation t;

	(void)state;
	assert_int_equal(walk(0x123, &t), SMMU_OK);
	assert_int_equal(t.physical, DATA + 0x123);
	assert_int_equal(t.left, 0x1000 - 0x123);
	assert_true(t.writable);
	assert_int_equal(walk(0x1000, &t), SMMU_OK);
	assert_int_equal(t.physical, DATA + 0x5000);
	assert_int_equal(walk(0x2000, &t), SMMU_OK);
	assert_false(t.writable);
}

static void test_blocks(void **state)
{
	struct smmu_translation t;

	(void)state;
	assert_int_equal(walk(0x212345, &t), SMMU_OK);
	assert_int_equal(t.physical, RAM + 0x212345);
	assert_int_equal(t.left, 0x200000 - 0x12345);
	/* a gigabyte does not fit this memory: it leads out of it */
	table(L1)[1] = 0x40000000 | BLOCK;
	assert_int_equal(walk(0x40000000, &t), SMMU_BAD_TABLE);
}

static void test_faults(void **state)
{
	struct smmu_translation t;

	(void)state;
	assert_int_equal(walk(0x3000, &t), SMMU_UNMAPPED);
	assert_int_equal(walk(0x400000, &t), SMMU_UNMAPPED);
	assert_int_equal(walk(0x80000000, &t), SMMU_UNMAPPED);
	assert_int_equal(walk(1ull << 39, &t), SMMU_UNMAPPED);
	assert_int_equal(walk(UINT64_MAX, &t), SMMU_UNMAPPED);
	/* a block descriptor is no page at the last level */
	table(L3)[0] = DATA | BLOCK;
	assert_int_equal(walk(0, &t), SMMU_UNMAPPED);
	/* tables that are not in memory */
	table(L1)[0] = 0x900000000 | TABLE;
	assert_int_equal(walk(0, &t), SMMU_BAD_TABLE);
	smmu.stream_table[STREAM] = 0x1000 | QDA_SIM_STE_TABLE;
	assert_int_equal(walk(0, &t), SMMU_BAD_TABLE);
	smmu.stream_table[STREAM] = QDA_SIM_STE_BLOCKED;
	assert_int_equal(walk(0, &t), SMMU_BLOCKED);
	smmu.stream_table[STREAM] = 3;
	assert_int_equal(walk(0, &t), SMMU_BLOCKED);
}

static void test_identity(void **state)
{
	struct smmu_translation t;

	(void)state;
	smmu.stream_table[STREAM] = QDA_SIM_STE_IDENTITY;
	assert_int_equal(walk(DATA + 5, &t), SMMU_OK);
	assert_int_equal(t.physical, DATA + 5);
	assert_int_equal(walk(RAM - 1, &t), SMMU_BAD_TABLE);
	assert_int_equal(walk(RAM + RAM_SIZE, &t), SMMU_BAD_TABLE);
}

static void test_copy_across_pages(void **state)
{
	struct smmu_fault fault;
	char text[16] = "";

	(void)state;
	assert_int_equal(
		smmu_write(&master, STREAM, 0xffc, "12345678", 8, &fault), 0);
	assert_memory_equal(guest_memory_at(&memory, DATA + 0xffc, 4), "1234",
			    4);
	assert_memory_equal(guest_memory_at(&memory, DATA + 0x5000, 4), "5678",
			    4);
	assert_int_equal(smmu_read(&master, STREAM, 0xffc, text, 8, &fault), 0);
	assert_string_equal(text, "12345678");
	assert_int_equal(busy % 2, 0);
}

static void test_copy_faults(void **state)
{
	struct smmu_fault fault;
	char text[16];

	(void)state;
	assert_int_not_equal(
		smmu_write(&master, STREAM, 0x2000, "x", 1, &fault), 0);
	assert_int_equal(fault.reason, SMMU_READ_ONLY);
	assert_true(fault.write);
	assert_int_not_equal(
		smmu_read(&master, STREAM, 0x2ff8, text, 16, &fault), 0);
	assert_int_equal(fault.reason, SMMU_UNMAPPED);
	assert_int_equal(fault.iova, 0x3000);
	assert_int_not_equal(
		smmu_read(&master, QDA_SIM_STREAMS, 0, text, 1, &fault), 0);
	assert_int_equal(fault.reason, SMMU_BAD_STREAM);
	assert_int_not_equal(
		smmu_check(&master, STREAM, 0, UINT64_MAX, false, &fault), 0);
	assert_int_equal(smmu_check(&master, STREAM, 0, 0x3000, false, &fault),
			 0);
	assert_int_not_equal(
		smmu_check(&master, STREAM, 0, 0x3000, true, &fault), 0);
}

static void test_memory_ranges(void **state)
{
	struct guest_region r = memory.region[0];

	(void)state;
	assert_non_null(guest_memory_at(&memory, RAM, RAM_SIZE));
	assert_null(guest_memory_at(&memory, RAM, RAM_SIZE + 1));
	assert_null(guest_memory_at(&memory, RAM - 1, 1));
	assert_null(guest_memory_at(&memory, RAM + 1, UINT64_MAX));
	assert_ptr_equal(guest_memory_at_user(&memory, 0x7000000010ull, 1),
			 guest_memory_at(&memory, RAM + 16, 1));
	r.size = RAM_SIZE * 2;
	assert_int_not_equal(guest_memory_add(&memory, &r), 0);
	r.size = 0;
	assert_int_not_equal(guest_memory_add(&memory, &r), 0);
	r.size = RAM_SIZE;
	r.guest = UINT64_MAX & ~0xfffull;
	assert_int_not_equal(guest_memory_add(&memory, &r), 0);
	r.guest = RAM + 1;
	assert_int_not_equal(guest_memory_add(&memory, &r), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_pages, prepare, cleanup),
		cmocka_unit_test_setup_teardown(test_blocks, prepare, cleanup),
		cmocka_unit_test_setup_teardown(test_faults, prepare, cleanup),
		cmocka_unit_test_setup_teardown(test_identity, prepare,
						cleanup),
		cmocka_unit_test_setup_teardown(test_copy_across_pages, prepare,
						cleanup),
		cmocka_unit_test_setup_teardown(test_copy_faults, prepare,
						cleanup),
		cmocka_unit_test_setup_teardown(test_memory_ranges, prepare,
						cleanup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
