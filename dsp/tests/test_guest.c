// SPDX-License-Identifier: BSD-3-Clause
/* The whole DSP against the fake guest: what a well-behaved host sees. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "fake_guest.h"
#include "skels/probe.h"

#define DIED	   ((int32_t)0x8000040d)
#define BAD_PARM   ((int32_t)0x8000040e)
#define ALREADY	   ((int32_t)0x8000041a)
#define BAD_HANDLE ((int32_t)0x8000042c)
#define NO_MAP	   ((int32_t)0x80000448)

static struct guest guest;

/* Every run is strict: a test that breaks the protocol fails at its end. */
static void start(const char *fault)
{
	const char *args[] = { "--strict", fault ? "--fault" : NULL, fault,
			       NULL };

	guest_start(&guest, args);
	guest_edge_up(&guest);
}

static void start_with_probe(uint32_t *handle)
{
	start(NULL);
	assert_int_equal(process_create(&guest, 1, 1), 0);
	assert_int_equal(module_open(&guest, 1, 1, PROBE_URI_HANDLE, handle),
			 0);
}

static int32_t echo(int32_t client, uint32_t sid, uint32_t handle)
{
	char in[3000], out[3000] = "";
	const struct call_arg arg[] = { { in, sizeof(in) },
					{ out, sizeof(out) } };
	unsigned int i;
	int32_t status;

	for (i = 0; i < sizeof(in); i++)
		in[i] = (char)(i * 7 + client);
	status = user_call(&guest, client, sid, handle, PROBE_ECHO, 1, 1, arg);
	if (!status)
		assert_memory_equal(in, out, sizeof(in));
	return status;
}

static int32_t call_word(uint32_t handle, uint32_t method, uint32_t word)
{
	const struct call_arg arg[] = { { &word, sizeof(word) } };

	return user_call(&guest, 1, 1, handle, method, 1, 0, arg);
}

/* The process status message that preceded the last reply. */
static void expect_news(int32_t client, uint32_t news)
{
	assert_int_equal(guest.news_client, client);
	assert_int_equal(guest.news, news);
	guest.news_client = 0;
}

static void test_start_and_stop(void **state)
{
	(void)state;
	start(NULL);
	assert_int_equal(guest.edge->boots, 1);
	assert_int_equal(guest_stop(&guest), 0);
}

static void test_attributes(void **state)
{
	uint32_t count = 255, attributes[255] = { 0 };
	const struct call_arg arg[] = { { &count, 4 },
					{ attributes, sizeof(attributes) } };
	struct call c;

	(void)state;
	start(NULL);
	call_build(&guest, &c, 0, 0, 1, 2, 0, 1, 1, arg);
	call_send(&guest, &c);
	assert_int_equal(call_wait(&guest, &c), 0);
	call_end(&guest, &c);
	assert_int_equal(attributes[0], 1);
	assert_int_equal(attributes[5], 0x68);
	assert_int_equal(guest_stop(&guest), 0);
}

static void test_session(void **state)
{
	uint32_t handle, plain;

	(void)state;
	start_with_probe(&handle);
	assert_true(handle > 20);
	assert_int_equal(echo(1, 1, handle), 0);
	assert_int_equal(module_open(&guest, 1, 1, PROBE_URI_PLAIN, &plain), 0);
	assert_int_not_equal(plain, handle);
	assert_int_equal(echo(1, 1, plain), 0);
	assert_int_equal(call_word(handle, PROBE_RESULT, 1234), 1234);
	assert_int_equal(call_word(handle, 30, 0), 0x14);
	assert_int_equal(echo(1, 1, handle + 1), BAD_HANDLE);
	assert_int_equal(process_release(&guest, 1, 1), 0);
	assert_int_equal(guest_stop(&guest), 0);
}

static void test_open_errors(void **state)
{
	uint32_t handle;

	(void)state;
	start(NULL);
	assert_int_equal(process_create(&guest, 1, 1), 0);
	assert_int_equal(module_open(&guest, 1, 1, "file:///libno_skel.so?no",
				     &handle),
			 (int32_t)0x80000406);
	assert_int_equal(module_open(&guest, 1, 1,
				     "file:///libprobe_skel.so?no", &handle),
			 (int32_t)0x80000442);
	assert_int_equal(module_open(&guest, 1, 1,
				     PROBE_URI_HANDLE "&_dom=adsp", &handle),
			 BAD_PARM);
	assert_int_equal(module_open(&guest, 1, 1, PROBE_URI_HANDLE "&fail",
				     &handle),
			 PROBE_EOPEN);
	assert_int_equal(module_open(&guest, 1, 1,
				     PROBE_URI_HANDLE "&_dom=cdsp", &handle),
			 0);
	assert_int_equal(guest_stop(&guest), 0);
}

static void test_close(void **state)
{
	uint32_t handle, in[2] = { 0, 255 };
	int32_t result = -1;
	char error[255];
	const struct call_arg arg[] = { { in, sizeof(in) },
					{ &result, sizeof(result) },
					{ error, sizeof(error) } };

	(void)state;
	start_with_probe(&handle);
	in[0] = handle;
	assert_int_equal(user_call(&guest, 1, 1, 0, 1, 1, 2, arg), 0);
	assert_int_equal(result, 0);
	assert_int_equal(echo(1, 1, handle), BAD_HANDLE);
	assert_int_equal(user_call(&guest, 1, 1, 0, 1, 1, 2, arg), 0);
	assert_int_equal(result, BAD_HANDLE);
	assert_int_equal(guest_stop(&guest), 0);
}

static void test_process_states(void **state)
{
	(void)state;
	start(NULL);
	/* what was never created is released without a violation */
	assert_int_equal(process_release(&guest, 9, 1), (int32_t)0x80000450);
	assert_int_equal(process_create(&guest, 1, 1), 0);
	assert_int_equal(process_release(&guest, 1, 1), 0);
	assert_int_equal(process_create(&guest, 1, 1), 0);
	assert_int_equal(guest_stop(&guest), 0);
}

static uint32_t news_of_crash(uint32_t kind)
{
	switch (kind) {
	case PROBE_CRASH_EXIT:
		return 1;
	case PROBE_CRASH_KILL:
		return 2;
	default:
		return 3;
	}
}

static void test_crash_is_contained(void **state)
{
	static const uint32_t kinds[] = {
		PROBE_CRASH_NULL, PROBE_CRASH_WILD_READ, PROBE_CRASH_ABORT,
		PROBE_CRASH_EXIT, PROBE_CRASH_DIVIDE,	 PROBE_CRASH_STACK,
		PROBE_CRASH_JUMP, PROBE_CRASH_KILL,	 PROBE_CRASH_WILD_WRITE,
	};
	uint32_t handle, other, faults;
	unsigned int i;

	(void)state;
	start(NULL);
	assert_int_equal(process_create(&guest, 2, 2), 0);
	assert_int_equal(module_open(&guest, 2, 2, PROBE_URI_PLAIN, &other), 0);
	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		faults = guest.smmu->fault_seq;
		assert_int_equal(process_create(&guest, 1, 1), 0);
		assert_int_equal(module_open(&guest, 1, 1, PROBE_URI_HANDLE,
					     &handle),
				 0);
		assert_int_equal(call_word(handle, PROBE_CRASH, kinds[i]),
				 DIED);
		expect_news(1, news_of_crash(kinds[i]));
		assert_int_equal(echo(1, 1, handle), DIED);
		assert_int_equal(echo(2, 2, other), 0);
		assert_int_equal(process_release(&guest, 1, 1), 0);
		if (kinds[i] == PROBE_CRASH_WILD_WRITE) {
			assert_int_not_equal(guest.smmu->fault_seq, faults);
			assert_int_equal(guest.smmu->fault_stream, 1);
			assert_int_equal(guest.smmu->fault_write, 1);
		}
	}
	assert_int_equal(guest_stop(&guest), 0);
}

static void test_beyond_a_buffer(void **state)
{
	uint32_t handle, in0[2] = { 5000, 0 };
	char data[16] = "", byte = 1;
	const struct call_arg arg[] = { { in0, sizeof(in0) },
					{ data, sizeof(data) },
					{ &byte, 1 } };

	(void)state;
	start_with_probe(&handle);
	in0[0] = 100; /* in the same page: the SMMU cannot see it */
	assert_int_equal(
		user_call(&guest, 1, 1, handle, PROBE_BEYOND, 2, 1, arg), 0);
	in0[0] = 5000; /* in the hole behind */
	assert_int_equal(
		user_call(&guest, 1, 1, handle, PROBE_BEYOND, 2, 1, arg), DIED);
	guest_logged(&guest, "libprobe_skel.so");
	assert_int_equal(guest_stop(&guest), 0);
}

static void test_read_only_page(void **state)
{
	uint32_t handle, kind = PROBE_CRASH_READ_ONLY;
	const struct call_arg arg[] = { { &kind, sizeof(kind) } };
	struct call c;

	(void)state;
	start_with_probe(&handle);
	call_build(&guest, &c, 1, 1, 1, handle, PROBE_CRASH, 1, 0, arg);
	guest.pages[1][c.iova / GUEST_PAGE] |= 0x80;
	call_send(&guest, &c);
	assert_int_equal(call_wait(&guest, &c), DIED);
	guest_logged(&guest, "the page is read-only");
	assert_int_equal(guest_stop(&guest), 0);
}

/* A DSP address is valid until its invalidation is acknowledged, then not. */
static void test_invalidation(void **state)
{
	const int32_t tag = 77;
	uint64_t iova, va, page[2];
	uint32_t handle, sum = 0, in0[2] = { 77, 1 };
	int32_t q[8] = { 1, 77, 0, 2, 0, 0, 16, 0 };
	const struct call_arg map[] = { { q, sizeof(q) },
					{ page, sizeof(page) },
					{ NULL, 0 },
					{ &va, sizeof(va) } };
	const struct call_arg use[] = { { in0, sizeof(in0) },
					{ &sum, sizeof(sum) } };

	(void)state;
	start_with_probe(&handle);
	iova = guest_map(&guest, 1, 2, false);
	page[0] = 1ull << 32 | iova;
	page[1] = 2 * GUEST_PAGE;
	q[1] = tag;
	memset(guest_iova_at(&guest, 1, iova), 2, GUEST_PAGE);
	assert_int_equal(kernel_call(&guest, 1, 1, 10, 3, 1, map), 0);
	assert_int_equal(va, 0x200000000000ull + iova);
	assert_int_equal(kernel_call(&guest, 1, 1, 10, 3, 1, map), ALREADY);
	assert_int_equal(
		user_call(&guest, 1, 1, handle, PROBE_TAG_SUM, 1, 1, use), 0);
	assert_int_equal(sum, 2 * GUEST_PAGE);
	guest_unmap(&guest, 1, iova, 2);
	assert_int_equal(user_call(&guest, 1, 1, handle, PROBE_TAG_SUM, 1, 1,
				   use),
			 DIED);
	expect_news(1, 3);
	assert_int_equal(guest_stop(&guest), 0);
}

static int32_t unmap_tag(int32_t tag, uint64_t va, uint64_t size)
{
	struct {
		int32_t client, tag;
		uint64_t va, size;
	} q = { 1, tag, va, size };
	const struct call_arg arg[] = { { &q, sizeof(q) } };

	return kernel_call(&guest, 1, 1, 11, 1, 0, arg);
}

static void test_tags(void **state)
{
	uint64_t va, page[2];
	uint32_t handle, sum, in0[2] = { 5, 1 };
	int32_t q[8] = { 1, 5, 0, 2, 0, 0, 16, 0 };
	const struct call_arg map[] = { { q, sizeof(q) },
					{ page, sizeof(page) },
					{ NULL, 0 },
					{ &va, sizeof(va) } };
	const struct call_arg use[] = { { in0, sizeof(in0) },
					{ &sum, sizeof(sum) } };

	(void)state;
	start_with_probe(&handle);
	page[0] = 1ull << 32 | guest_map(&guest, 1, 1, false);
	page[1] = GUEST_PAGE;
	assert_int_equal(
		user_call(&guest, 1, 1, handle, PROBE_TAG_SUM, 1, 1, use), 2);
	assert_int_equal(kernel_call(&guest, 1, 1, 10, 3, 1, map), 0);
	assert_int_equal(
		user_call(&guest, 1, 1, handle, PROBE_TAG_SUM, 1, 1, use), 0);
	/* DSP code holds it */
	assert_int_equal(unmap_tag(5, va, GUEST_PAGE), DIED);
	assert_int_equal(call_word(handle, PROBE_TAG_PUT, 5), 0);
	assert_int_equal(unmap_tag(5, va, 2 * GUEST_PAGE), NO_MAP);
	assert_int_equal(unmap_tag(6, va, GUEST_PAGE), NO_MAP);
	assert_int_equal(unmap_tag(5, va, GUEST_PAGE), 0);
	assert_int_equal(unmap_tag(5, va, GUEST_PAGE), NO_MAP);
	assert_int_equal(guest_stop(&guest), 0);
}

static void test_heap_pages(void **state)
{
	uint64_t va = 0, page[2];
	struct {
		int32_t client;
		uint32_t flags;
		uint64_t va;
		int32_t num;
		uint32_t pad;
	} q = { 1, 0x1000, 0, 16, 0xdeadbeef };
	struct {
		int32_t client;
		uint32_t pad;
		uint64_t va, size;
	} u = { 1, 0xdeadbeef, 0, GUEST_PAGE };
	const struct call_arg map[] = { { &q, sizeof(q) },
					{ page, sizeof(page) },
					{ &va, sizeof(va) } };
	const struct call_arg unmap[] = { { &u, sizeof(u) } };
	uint32_t handle, in0[2] = { GUEST_PAGE, 0x77 };
	uint64_t at = 0;
	const struct call_arg take[] = { { in0, sizeof(in0) },
					 { &at, sizeof(at) } };
	const struct call_arg give[] = { { &va, sizeof(va) } };

	(void)state;
	start_with_probe(&handle);
	page[0] = 1ull << 32 | guest_map(&guest, 1, 1, false);
	page[1] = GUEST_PAGE;
	assert_int_equal(kernel_call(&guest, 1, 1, 4, 2, 1, map), 0);
	u.va = va;
	/* DSP code has allocated from it: all of it, and no more */
	assert_int_equal(user_call(&guest, 1, 1, handle, PROBE_HEAP_TAKE, 1, 1,
				   take),
			 0);
	assert_int_equal(at, va);
	assert_int_equal(
		*(uint8_t *)guest_iova_at(&guest, 1, (uint32_t)page[0]), 0x77);
	assert_int_equal(kernel_call(&guest, 1, 1, 5, 1, 0, unmap), DIED);
	in0[0] = 1;
	assert_int_equal(user_call(&guest, 1, 1, handle, PROBE_HEAP_TAKE, 1, 1,
				   take),
			 2);
	assert_int_equal(user_call(&guest, 1, 1, handle, PROBE_HEAP_GIVE, 1, 0,
				   give),
			 0);
	assert_int_equal(user_call(&guest, 1, 1, handle, PROBE_HEAP_GIVE, 1, 0,
				   give),
			 0x0e);
	assert_int_equal(kernel_call(&guest, 1, 1, 5, 1, 0, unmap), 0);
	assert_int_equal(kernel_call(&guest, 1, 1, 5, 1, 0, unmap), NO_MAP);
	assert_int_equal(guest_stop(&guest), 0);
}

#define MANY 40

/* Calls that block do not block others, and all are let go. */
static void test_many_calls(void **state)
{
	static struct call c[MANY];
	uint32_t handle, out[MANY], n = 0, sum = 0;
	struct call_arg arg;
	unsigned int i;

	(void)state;
	start_with_probe(&handle);
	for (i = 0; i < MANY; i++) {
		uint8_t packet[64];

		arg = (struct call_arg){ &out[i], 4 };
		call_build(&guest, &c[i], 1, 1, 1, handle, PROBE_BLOCK, 0, 1,
			   &arg);
		while (!guest.intent_count)
			guest_receive(&guest, packet, sizeof(packet), 5);
		call_send(&guest, &c[i]);
	}
	assert_int_equal(echo(1, 1, handle), 0);
	/* an invalidation is served while they block */
	guest_unmap(&guest, 1, guest_map(&guest, 1, 1, false), 1);
	for (n = 0; n < MANY;) {
		uint32_t some = 0;
		struct call release;

		arg = (struct call_arg){ &some, 4 };
		call_build(&guest, &release, 1, 1, 1, handle, PROBE_RELEASE, 0,
			   1, &arg);
		call_send(&guest, &release);
		for (;;) {
			struct {
				uint64_t ctx;
				int32_t status, pad;
			} r;

			assert_int_equal(
				guest_receive(&guest, &r, sizeof(r), 5000), 16);
			assert_int_equal(r.status, 0);
			if (r.ctx == release.ctx)
				break;
			n++;
		}
		while (n < MANY && guest_receive(&guest, &sum, 4, 50) > 0)
			n++;
		call_end(&guest, &release);
	}
	assert_int_equal(guest_stop(&guest), 0);
}

#define UNREAD	  20000u
#define FIRST_CTX 100000u

static bool answered[UNREAD];

/* Return: whether one came. */
static bool take_answer(int timeout_ms)
{
	struct {
		uint64_t ctx;
		int32_t status, pad;
	} r;
	uint64_t number;

	if (guest_receive(&guest, &r, sizeof(r), timeout_ms) != sizeof(r))
		return false;
	number = (r.ctx >> 16) - FIRST_CTX;
	assert_in_range(number, 0, UNREAD - 1);
	assert_false(answered[number]);
	assert_int_equal(r.status, BAD_HANDLE);
	answered[number] = true;
	return true;
}

/* A host that gives no buffers back for long still gets every answer, once. */
static void test_unread_answers(void **state)
{
	unsigned int i, answers = 0;
	struct call c;

	(void)state;
	start(NULL);
	assert_int_equal(process_create(&guest, 1, 1), 0);
	call_build(&guest, &c, 1, 1, 1, 10, 0, 0, 0, NULL);
	guest.withholds = true;
	for (i = 0; i < UNREAD; i++) {
		c.ctx = (uint64_t)(FIRST_CTX + i) << 16 | (i % 255 + 1) << 8 |
			1;
		memcpy(c.message + 8, &c.ctx, sizeof(c.ctx));
		while (!guest.intent_count)
			answers += take_answer(5);
		call_send(&guest, &c);
	}
	assert_int_equal(answers, GUEST_BUFFERS);
	guest_give_back(&guest);
	while (answers < UNREAD && take_answer(5000))
		answers++;
	assert_int_equal(answers, UNREAD);
	assert_int_equal(guest_stop(&guest), 0);
}

static void test_release_ends_calls(void **state)
{
	struct {
		uint64_t ctx;
		int32_t status, pad;
	} r;
	uint32_t handle;
	struct call c;

	(void)state;
	start_with_probe(&handle);
	call_build(&guest, &c, 1, 1, 1, handle, PROBE_BLOCK, 0, 0, NULL);
	call_send(&guest, &c);
	assert_int_equal(guest_receive(&guest, &r, sizeof(r), 50), -1);
	{
		int32_t client = 1;
		const struct call_arg arg = { &client, 4 };
		struct call release;

		call_build(&guest, &release, 0, 1, 1, 1, 1, 1, 0, &arg);
		call_send(&guest, &release);
		assert_int_equal(guest_receive(&guest, &r, sizeof(r), 5000),
				 16);
		assert_int_equal(r.ctx, c.ctx);
		assert_int_equal(r.status, DIED);
		assert_int_equal(call_wait(&guest, &release), 0);
		expect_news(1, 1);
	}
	assert_int_equal(guest_stop(&guest), 0);
}

static void restart(void)
{
	guest_wait_state(&guest, QDA_SIM_DSP_CRASHED);
	guest_set_state(&guest, QDA_SIM_LINUX_DOWN);
	guest_wait_state(&guest, QDA_SIM_DSP_RUNNING);
	guest_edge_up(&guest);
}

static void test_subsystem_restart(void **state)
{
	uint32_t handle, boot;

	(void)state;
	start_with_probe(&handle);
	for (boot = 2; boot < 5; boot++) {
		/* no crash loop: a restart within a second counts as one */
		kill(guest_child(&guest), SIGKILL);
		restart();
		assert_int_equal(guest.edge->boots, boot);
		assert_int_equal(process_create(&guest, 1, 1), 0);
		assert_int_equal(module_open(&guest, 1, 1, PROBE_URI_HANDLE,
					     &handle),
				 0);
		assert_int_equal(echo(1, 1, handle), 0);
	}
	assert_int_equal(guest_stop(&guest), 0);
}

static void test_condemned(void **state)
{
	uint32_t handle;

	(void)state;
	start_with_probe(&handle);
	guest_set_state(&guest, QDA_SIM_LINUX_CONDEMNED);
	restart();
	assert_int_equal(guest.edge->boots, 2);
	assert_int_equal(process_create(&guest, 1, 1), 0);
	assert_int_equal(guest_stop(&guest), 0);
}

/* A process that does not serve an invalidation is killed for it. */
static void test_stopped_process(void **state)
{
	struct call c;
	uint32_t handle;
	uint64_t iova;

	(void)state;
	start_with_probe(&handle);
	assert_int_equal(echo(1, 1, handle), 0);
	iova = guest_map(&guest, 1, 1, false);
	call_build(&guest, &c, 1, 1, 1, handle, PROBE_BLOCK, 0, 0, NULL);
	call_send(&guest, &c);
	kill(guest_child_of(guest_child(&guest)), SIGSTOP);
	usleep(100000); /* until each of its threads has stopped */
	guest_unmap(&guest, 1, iova, 1);
	assert_int_equal(call_wait(&guest, &c), DIED);
	expect_news(1, 2);
	guest_logged(&guest, "ignored an invalidation");
	assert_int_equal(process_release(&guest, 1, 1), 0);
	assert_int_equal(guest_stop(&guest), 0);
}

static void test_killed_process(void **state)
{
	uint32_t handle;

	(void)state;
	start_with_probe(&handle);
	kill(guest_child_of(guest_child(&guest)), SIGKILL);
	guest_logged(&guest, "cdsp pd 1 ended: signal 9");
	assert_int_equal(echo(1, 1, handle), DIED);
	assert_int_equal(process_release(&guest, 1, 1), 0);
	assert_int_equal(process_create(&guest, 1, 1), 0);
	assert_int_equal(guest_stop(&guest), 0);
}

static void test_logs(void **state)
{
	const struct call_arg log[] = { { "a line from a skel", 18 } };
	const struct call_arg print[] = { { "printed", 7 } };
	uint32_t handle;

	(void)state;
	start_with_probe(&handle);
	assert_int_equal(user_call(&guest, 1, 1, handle, PROBE_LOG, 1, 0, log),
			 0);
	assert_int_equal(
		user_call(&guest, 1, 1, handle, PROBE_PRINT, 1, 0, print), 0);
	guest_logged(&guest, "HIGH: a line from a skel\n");
	guest_logged(&guest, "cdsp pd 1 probe_skel.c:");
	guest_logged(&guest, "cdsp pd 1 output: printed\n");
	assert_int_equal(guest_stop(&guest), 0);
}

static void test_system_call_on_a_buffer(void **state)
{
	uint32_t handle;
	char out[4] = "";
	const struct call_arg arg[] = { { "/proc/self/exe", 14 },
					{ out, sizeof(out) } };

	(void)state;
	start_with_probe(&handle);
	assert_int_equal(
		user_call(&guest, 1, 1, handle, PROBE_READ_FILE, 1, 1, arg), 0);
	assert_memory_equal(out, "\177ELF", 4);
	assert_int_equal(guest_stop(&guest), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_start_and_stop),
		cmocka_unit_test(test_attributes),
		cmocka_unit_test(test_session),
		cmocka_unit_test(test_open_errors),
		cmocka_unit_test(test_close),
		cmocka_unit_test(test_process_states),
		cmocka_unit_test(test_crash_is_contained),
		cmocka_unit_test(test_beyond_a_buffer),
		cmocka_unit_test(test_read_only_page),
		cmocka_unit_test(test_invalidation),
		cmocka_unit_test(test_tags),
		cmocka_unit_test(test_heap_pages),
		cmocka_unit_test(test_many_calls),
		cmocka_unit_test(test_unread_answers),
		cmocka_unit_test(test_release_ends_calls),
		cmocka_unit_test(test_subsystem_restart),
		cmocka_unit_test(test_condemned),
		cmocka_unit_test(test_stopped_process),
		cmocka_unit_test(test_killed_process),
		cmocka_unit_test(test_logs),
		cmocka_unit_test(test_system_call_on_a_buffer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
