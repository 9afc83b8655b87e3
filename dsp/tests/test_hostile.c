// SPDX-License-Identifier: BSD-3-Clause
/* The whole DSP against a fake guest that breaks the protocol. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "fake_guest.h"
#include "skels/probe.h"

#define NO_MEMORY   ((int32_t)0x80000402)
#define NO_SUCH	    ((int32_t)0x80000427)
#define BAD_PARM    ((int32_t)0x8000040e)
#define UNSUPPORTED ((int32_t)0x80000414)
#define DIED	    ((int32_t)0x8000040d)
#define ALREADY	    ((int32_t)0x8000041a)
#define NO_MODULE   ((int32_t)0x8000043e)
#define BAD_HANDLE  ((int32_t)0x8000042c)
#define BAD_PID	    ((int32_t)0x80000450)
#define BAD_CONTEXT ((int32_t)0x80000454)
#define BAD_VA	    ((int32_t)0x80000483)
#define VIOLATED    3

static struct guest guest;
static uint32_t handle;

static void start(const char *const args[])
{
	guest_start(&guest, args);
	guest_edge_up(&guest);
	assert_int_equal(process_create(&guest, 1, 1), 0);
	assert_int_equal(module_open(&guest, 1, 1, PROBE_URI_PLAIN, &handle),
			 0);
}

static void start_strict(void)
{
	static const char *const args[] = { "--strict", NULL };

	start(args);
}

/* An echo of one buffer, ready to be spoiled. */
static void build_echo(struct call *c, char *in, char *out)
{
	const struct call_arg arg[] = { { in, 100 }, { out, 100 } };

	memset(in, 0x5c, 100);
	memset(out, 0, 100);
	call_build(&guest, c, 1, 1, 1, handle, PROBE_ECHO, 1, 1, arg);
}

static void expect_alive(void)
{
	char in[100], out[100];
	struct call c;

	build_echo(&c, in, out);
	call_send(&guest, &c);
	assert_int_equal(call_wait(&guest, &c), 0);
	assert_memory_equal(in, out, 100);
	call_end(&guest, &c);
}

/* Nothing of these may be run; each is answered, logged and survived. */
static void test_bad_metadata(void **state)
{
	static const struct {
		unsigned int at, size;
		uint64_t value;
	} cases[] = {
		{ 0, 8, 0xfff }, /* offset + length > page */
		{ 8, 8, UINT64_MAX },
		{ 8, 8, 4096 },
		{ 8, 8, 0 },  /* length 0 with a page */
		{ 32, 4, 2 }, /* list num */
		{ 32, 4, 0 },
		{ 36, 4, 2 }, /* page index */
		{ 36, 4, UINT32_MAX },
		{ 48, 8, 2ull << 32 | 0x1000 }, /* SID */
		{ 48, 8, 1ull << 32 | 0x1004 },
		{ 48, 8, 1ull << 32 | 0xfffff000 },
		{ 56, 8, 0 }, /* page size */
		{ 56, 8, 0x801 },
		{ 56, 8, UINT64_MAX },
		{ 80, 8, 1 },	    /* fd list */
		{ 80 + 128, 4, 1 }, /* crc list */
	};
	char in[100], out[100];
	unsigned int i;
	struct call c;

	(void)state;
	start_strict();
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		build_echo(&c, in, out);
		memcpy(c.metadata + cases[i].at, &cases[i].value,
		       cases[i].size);
		call_send(&guest, &c);
		if (cases[i].value == (1ull << 32 | 0xfffff000)) {
			/* well formed, but not mapped: seen by the SMMU */
			assert_int_equal(call_wait(&guest, &c),
					 (int32_t)0x8000040d);
			assert_int_equal(process_release(&guest, 1, 1), 0);
			assert_int_equal(process_create(&guest, 1, 1), 0);
			assert_int_equal(module_open(&guest, 1, 1,
						     PROBE_URI_PLAIN, &handle),
					 0);
		} else {
			assert_int_equal(call_wait(&guest, &c), BAD_PARM);
		}
		call_end(&guest, &c);
		expect_alive();
	}
	guest_logged(&guest, "arg 0: 0xfffff000 of stream 1: no translation");
	assert_int_equal(guest_stop(&guest), VIOLATED);
}

static void test_bad_message(void **state)
{
	static const struct {
		unsigned int at, size;
		uint64_t value;
		int32_t status;
	} cases[] = {
		{ 0, 4, 0, BAD_PARM }, /* client id */
		{ 0, 4, 7, BAD_PID },
		{ 8, 1, 0x11, BAD_PARM }, /* ctx bit 4 */
		{ 8, 1, 0x03, BAD_PARM },
		{ 8, 1, 0x02, BAD_PARM }, /* not the type of the PD */
		{ 16, 4, 1, BAD_PARM },	  /* handle 1 from a client */
		{ 16, 4, 2, BAD_PARM },
		{ 20, 4, 0x02ffff00, BAD_PARM }, /* size too small */
		{ 24, 8, 1ull << 32 | 0x800, BAD_PARM },
		{ 24, 8, 2ull << 32 | 0x1000, BAD_PARM },
		{ 24, 8, 200ull << 32 | 0x1000, BAD_PARM },
		{ 24, 8, UINT64_MAX << 12, BAD_PARM },
		{ 32, 8, 0, BAD_PARM },
		{ 32, 8, 0x1001, BAD_PARM },
	};
	char in[100], out[100];
	unsigned int i;
	struct call c;

	(void)state;
	start_strict();
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		build_echo(&c, in, out);
		memcpy(c.message + cases[i].at, &cases[i].value, cases[i].size);
		memcpy(&c.ctx, c.message + 8, 8);
		call_send(&guest, &c);
		assert_int_equal(call_wait(&guest, &c), cases[i].status);
		call_end(&guest, &c);
		expect_alive();
	}
	assert_int_equal(guest_stop(&guest), VIOLATED);
}

static void test_not_strict(void **state)
{
	char in[100], out[100];
	struct call c;

	(void)state;
	start(NULL);
	build_echo(&c, in, out);
	c.message[32] = 1;
	call_send(&guest, &c);
	assert_int_equal(call_wait(&guest, &c), BAD_PARM);
	call_end(&guest, &c);
	guest_logged(&guest, "VIOLATION: ");
	assert_int_equal(guest_stop(&guest), 0);
}

static void test_other_sizes(void **state)
{
	uint8_t message[1000] = { 0 };
	struct {
		uint64_t ctx;
		int32_t status, pad;
	} r;
	static const size_t sizes[] = { 16, 39, 41, 256 };
	unsigned int i;

	(void)state;
	start_strict();
	guest_send(&guest, message, 8); /* a signal is none */
	expect_alive();
	message[9] = 0x12;
	for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		guest_send(&guest, message, sizes[i]);
		assert_int_equal(guest_receive(&guest, &r, sizeof(r), 5000),
				 16);
		assert_int_equal(r.ctx, 0x1200);
		assert_int_equal(r.status, BAD_PARM);
	}
	guest_send(&guest, message, 1);
	expect_alive();
	assert_int_equal(guest_stop(&guest), VIOLATED);
}

static void test_context_in_flight(void **state)
{
	struct call block, again;
	char in[100], out[100];
	struct {
		uint64_t ctx;
		int32_t status, pad;
	} r;

	(void)state;
	start_strict();
	call_build(&guest, &block, 1, 1, 1, handle, PROBE_BLOCK, 0, 0, NULL);
	call_send(&guest, &block);
	build_echo(&again, in, out);
	memcpy(again.message + 8, block.message + 8, 8);
	call_send(&guest, &again);
	assert_int_equal(guest_receive(&guest, &r, sizeof(r), 5000), 16);
	assert_int_equal(r.status, BAD_CONTEXT);
	expect_alive();
	assert_int_equal(guest_stop(&guest), VIOLATED);
}

static int32_t kernel_words(unsigned int method, const void *words,
			    uint32_t size)
{
	const struct call_arg arg[] = { { (void *)words, size } };

	return kernel_call(&guest, 1, 1, method, 1, 0, arg);
}

static void test_process_group(void **state)
{
	const uint32_t in0[6] = { 3, 5, 0, 1, 8, 0 };
	uint64_t page[2] = { 1ull << 32 | 0x1ff000, 4096 };
	const struct call_arg create[] = {
		{ (void *)in0, sizeof(in0) },
		{ "test", 5 },
		{ NULL, 0 },
		{ page, sizeof(page) },
	};
	int32_t client = 1;

	(void)state;
	start_strict();
	assert_int_equal(process_create(&guest, 1, 1), ALREADY);
	assert_int_equal(process_create(&guest, 0, 1), BAD_PARM);
	/* memory that is not mapped */
	assert_int_equal(kernel_call(&guest, 1, 1, 7, 4, 0, create), BAD_VA);
	page[0] = 2ull << 32 | 0x1ff000;
	assert_int_equal(kernel_call(&guest, 1, 1, 7, 4, 0, create), BAD_PARM);
	/* a user process with another context type; an attach with a user's */
	assert_int_equal(kernel_call(&guest, 0, 1, 7, 4, 0, create), BAD_PARM);
	client = 4;
	assert_int_equal(kernel_words(0, &client, 4), BAD_PARM);
	/* scalars of another method, sizes, methods that are none */
	assert_int_equal(kernel_words(7, in0, sizeof(in0)), BAD_PARM);
	assert_int_equal(kernel_words(1, in0, 8), BAD_PARM);
	assert_int_equal(kernel_words(2, in0, 8), UNSUPPORTED);
	assert_int_equal(kernel_words(30, in0, 8), UNSUPPORTED);
	expect_alive();
	assert_int_equal(guest_stop(&guest), VIOLATED);
}

struct mem_map {
	int32_t client, tag, offset;
	uint32_t flags;
	uint64_t va;
	int32_t num, data_length;
};

static int32_t mem_map(unsigned int type, struct mem_map q, uint64_t address,
		       uint64_t size)
{
	uint64_t va = 0, page[2] = { address, size };
	const struct call_arg arg[] = { { &q, sizeof(q) },
					{ page, sizeof(page) },
					{ NULL, 0 },
					{ &va, sizeof(va) } };
	int32_t status = kernel_call(&guest, type, 1, 10, 3, 1, arg);

	/* one that is mapped later has no address yet */
	if (!status)
		assert_int_equal(va == 0, q.flags == 3);
	return status;
}

static void test_maps(void **state)
{
	const struct mem_map right = {
		.client = 1, .tag = 5, .flags = 2, .num = 16
	};
	struct mem_map q = right;
	uint64_t at;

	(void)state;
	start_strict();
	at = 1ull << 32 | guest_map(&guest, 1, 2, false);
	/* another type, or page, than the process has; no process */
	assert_int_equal(mem_map(0, right, at, 4096), BAD_PARM);
	assert_int_equal(mem_map(1, right, at + (1ull << 32), 4096), BAD_PARM);
	q.client = 9;
	assert_int_equal(mem_map(1, q, at, 4096), BAD_PID);
	/* alignment, bounds */
	assert_int_equal(mem_map(1, right, at + 8, 4096), BAD_PARM);
	assert_int_equal(mem_map(1, right, at, 4095), BAD_PARM);
	assert_int_equal(mem_map(1, right, at, 0), BAD_PARM);
	assert_int_equal(mem_map(1, right, at, 1ull << 40), BAD_VA);
	assert_int_equal(mem_map(1, right, 1ull << 32 | 0x1ff000, 4096),
			 BAD_VA);
	/* fields of the request */
	q = right;
	q.num = 1;
	assert_int_equal(mem_map(1, q, at, 4096), BAD_PARM);
	q = right;
	q.data_length = 4;
	assert_int_equal(mem_map(1, q, at, 4096), BAD_PARM);
	q = right;
	q.offset = 1;
	assert_int_equal(mem_map(1, q, at, 4096), BAD_PARM);
	q.offset = -4096;
	assert_int_equal(mem_map(1, q, at, 4096), BAD_PARM);
	/* a tag is given once, in whatever way */
	assert_int_equal(mem_map(1, right, at, 4096), 0);
	q = right;
	q.flags = 3;
	assert_int_equal(mem_map(1, q, at, 4096), ALREADY);
	q.tag = 6;
	assert_int_equal(mem_map(1, q, at, 8192), 0);
	q.flags = 0;
	assert_int_equal(mem_map(1, q, at, 4096), ALREADY);
	expect_alive();
	assert_int_equal(guest_stop(&guest), VIOLATED);
}

static int32_t create_static(int32_t client, const char *name, uint32_t pages,
			     uint64_t address, uint64_t size)
{
	uint32_t in0[3] = { (uint32_t)client, (uint32_t)strlen(name) + 1,
			    pages };
	uint64_t page[2] = { address, size };
	const struct call_arg arg[] = { { in0, sizeof(in0) },
					{ (void *)name, in0[1] },
					{ page, sizeof(page) } };

	return kernel_call(&guest, 1, 1, 8, 3, 0, arg);
}

/* The heap of the audio process: real memory, once, and for nobody else. */
static void test_audio_heap(void **state)
{
	static const char *const args[] = { "--strict", "--domain", "adsp",
					    NULL };
	uint64_t heap;

	(void)state;
	start(args);
	heap = guest_page(&guest);
	assert_int_equal(create_static(2, "audiopd", 0, 0, 0), NO_MEMORY);
	assert_int_equal(create_static(2, "audiopd", 0, heap, 4096), BAD_PARM);
	assert_int_equal(create_static(2, "audiopd", 2, heap, 4096), BAD_PARM);
	assert_int_equal(create_static(2, "audiopd", 1, heap, 100), BAD_PARM);
	assert_int_equal(create_static(2, "audiopd", 1, heap + 1, 4096),
			 BAD_PARM);
	assert_int_equal(create_static(2, "audiopd", 1, 1ull << 36, 4096),
			 BAD_VA);
	assert_int_equal(create_static(2, "oispd", 1, heap, 4096), BAD_PARM);
	assert_int_equal(create_static(2, "securepd", 0, 0, 0), NO_SUCH);
	assert_int_equal(create_static(2, "audiopd", 1, heap, 4096), 0);
	assert_int_equal(create_static(3, "audiopd", 1, heap, 4096), ALREADY);
	assert_int_equal(create_static(3, "audiopd", 0, 0, 0), 0);
	assert_int_equal(create_static(4, "oispd", 0, 0, 0), 0);
	expect_alive();
	assert_int_equal(guest_stop(&guest), VIOLATED);
}

static void test_static_handles(void **state)
{
	static const struct {
		uint32_t handle, method;
		int32_t status;
	} cases[] = {
		{ 0, 2, UNSUPPORTED }, { 3, 3, 0 },
		{ 3, 9, UNSUPPORTED }, { 4, 3, UNSUPPORTED },
		{ 4, 8, UNSUPPORTED }, { 5, 4, UNSUPPORTED },
		{ 6, 0, UNSUPPORTED }, { 7, 5, NO_MODULE },
		{ 8, 2, NO_MODULE },   { 9, 0, UNSUPPORTED },
		{ 10, 0, BAD_HANDLE }, { 20, 0, BAD_HANDLE },
		{ 21, 0, BAD_HANDLE },
	};
	unsigned int i;

	(void)state;
	start_strict();
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_int_equal(user_call(&guest, 1, 1, cases[i].handle,
					   cases[i].method, 0, 0, NULL),
				 cases[i].status);
	/* a handle of one process means nothing in another */
	assert_int_equal(process_create(&guest, 2, 2), 0);
	assert_int_equal(user_call(&guest, 2, 2, handle, PROBE_ECHO, 0, 0,
				   NULL),
			 BAD_HANDLE);
	/* a process that is told to exit says yes first */
	assert_int_equal(user_call(&guest, 1, 1, 4, 2, 0, 0, NULL), 0);
	assert_int_equal(user_call(&guest, 1, 1, 10, 0, 0, 0, NULL), DIED);
	assert_int_equal(guest_stop(&guest), 0);
}

static void restart(void)
{
	guest_set_state(&guest, QDA_SIM_LINUX_CONDEMNED);
	guest_wait_state(&guest, QDA_SIM_DSP_CRASHED);
	guest_set_state(&guest, QDA_SIM_LINUX_DOWN);
	guest_wait_state(&guest, QDA_SIM_DSP_RUNNING);
	guest_edge_up(&guest);
	assert_int_equal(process_create(&guest, 1, 1), 0);
	assert_int_equal(module_open(&guest, 1, 1, PROBE_URI_PLAIN, &handle),
			 0);
}

/* Each leaves the edge dead until a restart, and nothing else. */
static void test_broken_fifo(void **state)
{
	static const uint32_t heads[] = { 16384, 16383, 0xffffffff, 0x80000000,
					  3 };
	static const uint32_t commands[][2] = {
		{ 10, 0 },			  /* no such command */
		{ 0xffff, 0 }, { 5, 0xffffffff }, /* a billion intents */
		{ 2, 0xffff },			  /* a long name */
		{ 2, 0 },      { 9, 0 },	  /* data without a size */
	};
	unsigned int i;

	(void)state;
	start_strict();
	for (i = 0; i < sizeof(heads) / sizeof(heads[0]); i++) {
		guest.edge->tx_head = heads[i];
		guest_ring(&guest, QDA_SIM_GLINK_KICK);
		guest_logged(&guest, "GLINK: FIFO head out of range");
		restart();
	}
	for (i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		guest_put(&guest, commands[i], 8);
		usleep(2000);
		restart();
	}
	expect_alive();
	assert_int_equal(guest_stop(&guest), VIOLATED);
}

/* These are refused and forgotten. */
static void test_odd_glink(void **state)
{
	const uint32_t strange_channel[] = { 9 | 99 << 16, 0, 8, 0, 0, 0 };
	const uint32_t strange_intent[] = { 9 | 7 << 16, 60, 8, 0, 0, 0 };
	const uint32_t too_long[] = { 9 | 7 << 16, 0, 8, 0x7fffffff, 0, 0 };
	const uint32_t strange_done[] = { 14 | 7 << 16, 1234 };
	const uint32_t huge_intent[] = { 7 | 7 << 16, 0x7fffffff };

	(void)state;
	start_strict();
	guest_put(&guest, strange_channel, sizeof(strange_channel));
	guest_put(&guest, strange_intent, sizeof(strange_intent));
	guest_put(&guest, too_long, sizeof(too_long));
	guest_put(&guest, strange_done, sizeof(strange_done));
	guest_put(&guest, huge_intent, sizeof(huge_intent));
	expect_alive();
	assert_int_equal(guest_stop(&guest), VIOLATED);
}

static void test_broken_queues(void **state)
{
	uint16_t *avail;

	(void)state;
	start_strict();
	/* more buffers than the queue has: only the control queue is looked at
	 * by the supervisor, and it survives */
	avail = (uint16_t *)guest.queue[QDA_SIM_CONTROL_IRQ].avail;
	avail[1] += 1000;
	guest_set_state(&guest, QDA_SIM_LINUX_CONDEMNED);
	guest_logged(&guest, "the control irq queue is broken");
	assert_int_equal(guest_stop(&guest), VIOLATED);
}

static void test_odd_invalidations(void **state)
{
	(void)state;
	start_strict();
	assert_true(guest_invalidate(&guest, 0, 0, 0, 0, 0));
	assert_true(guest_invalidate(&guest, 9, 0, 0, 0, 0));
	assert_true(guest_invalidate(&guest, QDA_SIM_INVALIDATE_RANGE, 0,
				     guest.root[1], UINT64_MAX, UINT64_MAX));
	assert_true(guest_invalidate(&guest, QDA_SIM_INVALIDATE_RANGE, 0,
				     guest.root[1], 1, UINT64_MAX));
	assert_true(guest_invalidate(&guest, QDA_SIM_INVALIDATE_ROOT, 0,
				     guest.root[1], 0, 0));
	assert_true(guest_invalidate(&guest, QDA_SIM_INVALIDATE_STREAM, 1, 0, 0,
				     0));
	assert_true(guest_invalidate(&guest, QDA_SIM_INVALIDATE_STREAM,
				     UINT32_MAX, 0, 0, 0));
	expect_alive();
	assert_int_equal(guest_stop(&guest), VIOLATED);
}

/* Random damage to good calls: the DSP lives on, and so does this process. */
static void test_fuzz(void **state)
{
	char in[100], out[100];
	uint8_t packet[64];
	unsigned int i, k;
	struct call c;

	(void)state;
	srandom(20261123);
	start(NULL);
	for (i = 0; i < 1500; i++) {
		build_echo(&c, in, out);
		for (k = random() % 4; k < 4; k++) {
			if (random() % 3)
				c.metadata[random() % 470] = random();
			else
				c.message[random() % 40] = random();
		}
		call_send(&guest, &c);
		/* some have another context, some may end the process */
		if (guest_receive(&guest, packet, sizeof(packet), 1000) < 0)
			test_fail("no answer to damaged call %u", i);
		while (guest_receive(&guest, packet, sizeof(packet), 0) >= 0)
			;
		call_end(&guest, &c);
	}
	while (guest_receive(&guest, packet, sizeof(packet), 100) >= 0)
		;
	process_release(&guest, 1, 1);
	assert_int_equal(process_create(&guest, 1, 1), 0);
	assert_int_equal(module_open(&guest, 1, 1, PROBE_URI_PLAIN, &handle),
			 0);
	expect_alive();
	assert_int_equal(guest.edge->boots, 1);
	assert_int_equal(guest_stop(&guest), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bad_metadata),
		cmocka_unit_test(test_bad_message),
		cmocka_unit_test(test_not_strict),
		cmocka_unit_test(test_other_sizes),
		cmocka_unit_test(test_context_in_flight),
		cmocka_unit_test(test_process_group),
		cmocka_unit_test(test_maps),
		cmocka_unit_test(test_audio_heap),
		cmocka_unit_test(test_static_handles),
		cmocka_unit_test(test_broken_fifo),
		cmocka_unit_test(test_odd_glink),
		cmocka_unit_test(test_broken_queues),
		cmocka_unit_test(test_odd_invalidations),
		cmocka_unit_test(test_fuzz),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
