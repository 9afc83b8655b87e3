// SPDX-License-Identifier: BSD-3-Clause
/* Each fault mode does what it says, and nothing else. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "fake_guest.h"
#include "skels/probe.h"

#define SHORT_MS 60 /* long enough that nothing more is to come */

struct packet {
	uint64_t ctx;
	int32_t status;
	uint32_t flags;
	uint32_t early;
	uint32_t version;
	int size;
};

static struct guest guest;
static uint32_t handle;

static void start(const char *fault)
{
	const char *args[] = { "--strict", "--fault", fault, NULL };

	guest_start(&guest, args);
	guest_edge_up(&guest);
	assert_int_equal(process_create(&guest, 1, 1), 0);
	assert_int_equal(module_open(&guest, 1, 1, PROBE_URI_PLAIN, &handle),
			 0);
}

static void stop(void)
{
	assert_int_equal(guest_stop(&guest), 0);
}

static void send_result(struct call *c, int32_t *value)
{
	const struct call_arg arg[] = { { value, sizeof(*value) } };

	call_build(&guest, c, 1, 1, 1, handle, PROBE_RESULT, 1, 0, arg);
	call_send(&guest, c);
}

static struct packet next(int timeout_ms)
{
	struct packet p = { 0 };

	p.size = guest_receive(&guest, &p, 24, timeout_ms);
	return p;
}

static void expect_reply(const struct call *c, int32_t status)
{
	struct packet p = next(5000);

	assert_int_equal(p.size, 16);
	assert_int_equal(p.ctx, c->ctx);
	assert_int_equal(p.status, status);
}

static void expect_silence(void)
{
	assert_int_equal(next(SHORT_MS).size, -1);
}

static void test_drop(void **state)
{
	int32_t value = 5;
	struct call c, d;

	(void)state;
	start("drop:2");
	send_result(&c, &value);
	expect_reply(&c, 5);
	send_result(&c, &value);
	expect_silence();
	send_result(&d, &value);
	expect_reply(&d, 5);
	stop();
}

static void test_never_reply(void **state)
{
	int32_t value = 5;
	struct call c;

	(void)state;
	start("never-reply:2");
	send_result(&c, &value);
	expect_reply(&c, 5);
	send_result(&c, &value);
	send_result(&c, &value);
	expect_silence();
	assert_int_equal(guest_stop(&guest), 0);
}

static uint64_t now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000ull + ts.tv_nsec / 1000000;
}

static void test_delay(void **state)
{
	uint64_t start_ms;
	int32_t value = 5;
	struct call c;

	(void)state;
	start("delay");
	start_ms = now_ms();
	send_result(&c, &value);
	expect_reply(&c, 5);
	assert_true(now_ms() - start_ms >= 190);
	stop();
}

static void test_late(void **state)
{
	int32_t value = 5;
	struct call c;

	(void)state;
	start("late");
	send_result(&c, &value);
	expect_silence();
	assert_int_equal(process_release(&guest, 1, 1), 0);
	expect_reply(&c, 5);
	stop();
}

static void test_duplicate(void **state)
{
	int32_t value = 5;
	struct call c;

	(void)state;
	start("duplicate");
	send_result(&c, &value);
	expect_reply(&c, 5);
	expect_reply(&c, 5);
	expect_silence();
	stop();
}

static void test_reorder(void **state)
{
	int32_t one = 1, two = 2;
	struct call c, d;

	(void)state;
	start("reorder");
	send_result(&c, &one);
	expect_silence();
	send_result(&d, &two);
	expect_reply(&d, 2);
	expect_reply(&c, 1);
	stop();
}

static void test_corrupt(void **state)
{
	int32_t value = 5;
	struct call c;

	(void)state;
	start("corrupt");
	send_result(&c, &value);
	expect_reply(&c, ~5);
	stop();
}

static void test_decoys(void **state)
{
	static const struct {
		const char *mode;
		int size;
		bool same_ctx;
	} cases[] = {
		{ "unknown-ctx", 16, false },
		{ "stale-seq", 16, false },
		{ "short-packet", 12, true },
		{ "stray-signal", 8, false },
	};
	int32_t value = 5;
	struct packet p;
	unsigned int i;
	struct call c;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		start(cases[i].mode);
		send_result(&c, &value);
		p = next(5000);
		assert_int_equal(p.size, cases[i].size);
		assert_int_equal(p.ctx == c.ctx, cases[i].same_ctx);
		expect_reply(&c, 5);
		expect_silence();
		stop();
	}
}

static void test_early_response(void **state)
{
	int32_t value = 5;
	struct packet p;
	struct call c;

	(void)state;
	start("early-response");
	send_result(&c, &value);
	p = next(5000);
	assert_int_equal(p.size, 24);
	assert_int_equal(p.flags, 1);
	assert_int_equal(p.version, 2);
	p = next(5000);
	assert_int_equal(p.size, 24);
	assert_int_equal(p.ctx, c.ctx);
	assert_int_equal(p.flags, 0);
	assert_int_equal(p.status, 5);
	stop();
}

static void test_scribble(void **state)
{
	int32_t value = 5;
	struct call c;

	(void)state;
	start("scribble");
	send_result(&c, &value);
	expect_reply(&c, 5);
	assert_int_equal(c.metadata[0], 0xa5);
	assert_int_equal(c.metadata[40 + 127], 0xa5);
	assert_int_equal(c.metadata[40 + 128], 0);
	stop();
}

static void test_status_after(void **state)
{
	struct packet p;

	(void)state;
	start("status-after");
	assert_int_equal(process_release(&guest, 1, 1), 0);
	p = next(5000);
	assert_int_equal(p.size, 24);
	assert_int_equal(p.ctx, 0xabcdabcd);
	stop();
}

static void test_crash_pd(void **state)
{
	int32_t value = 5;
	struct packet p;
	struct call c;

	(void)state;
	start("crash-pd:2");
	send_result(&c, &value);
	expect_reply(&c, 5);
	send_result(&c, &value);
	p = next(5000);
	assert_int_equal(p.ctx, 0xabcdabcd);
	expect_reply(&c, (int32_t)0x8000040d);
	stop();
}

static void restart(void)
{
	guest_wait_state(&guest, QDA_SIM_DSP_CRASHED);
	guest_set_state(&guest, QDA_SIM_LINUX_DOWN);
	guest_wait_state(&guest, QDA_SIM_DSP_RUNNING);
	guest_edge_up(&guest);
	assert_int_equal(process_create(&guest, 1, 1), 0);
	assert_int_equal(module_open(&guest, 1, 1, PROBE_URI_PLAIN, &handle),
			 0);
}

static void test_crash_dsp(void **state)
{
	int32_t value = 5;
	struct call c;

	(void)state;
	start("crash-dsp");
	send_result(&c, &value);
	restart();
	send_result(&c, &value);
	expect_reply(&c, 5);
	stop();
}

static void test_hang(void **state)
{
	int32_t value = 5;
	struct call c;

	(void)state;
	start("hang");
	send_result(&c, &value);
	expect_silence();
	assert_false(guest_invalidate(&guest, QDA_SIM_INVALIDATE_ROOT, 0,
				      guest.root[1], 0, 0));
	guest_set_state(&guest, QDA_SIM_LINUX_CONDEMNED);
	restart();
	assert_int_equal(guest.smmu->ack_seq, guest.smmu->request_seq);
	send_result(&c, &value);
	expect_reply(&c, 5);
	stop();
}

static void test_bad_index(void **state)
{
	uint64_t end = now_ms() + 5000;
	int32_t value = 5;
	struct call c;

	(void)state;
	start("bad-index");
	send_result(&c, &value);
	while (guest.edge->rx_head < QDA_SIM_FIFO_SIZE)
		assert_true(now_ms() < end);
	guest_set_state(&guest, QDA_SIM_LINUX_CONDEMNED);
	restart();
	stop();
}

static void test_poll_word(void **state)
{
	const char *args[] = { "--strict", "--poll", NULL };
	int32_t value = 0;
	uint32_t word;
	struct call c;

	(void)state;
	guest_start(&guest, args);
	guest_edge_up(&guest);
	assert_int_equal(process_create(&guest, 1, 1), 0);
	assert_int_equal(module_open(&guest, 1, 1, PROBE_URI_PLAIN, &handle),
			 0);
	send_result(&c, &value);
	expect_reply(&c, 0);
	memcpy(&word, c.metadata + 40 + 384, sizeof(word));
	assert_int_equal(word, 0xdecaf);
	stop();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_drop),
		cmocka_unit_test(test_never_reply),
		cmocka_unit_test(test_delay),
		cmocka_unit_test(test_late),
		cmocka_unit_test(test_duplicate),
		cmocka_unit_test(test_reorder),
		cmocka_unit_test(test_corrupt),
		cmocka_unit_test(test_decoys),
		cmocka_unit_test(test_early_response),
		cmocka_unit_test(test_scribble),
		cmocka_unit_test(test_status_after),
		cmocka_unit_test(test_crash_pd),
		cmocka_unit_test(test_crash_dsp),
		cmocka_unit_test(test_hang),
		cmocka_unit_test(test_bad_index),
		cmocka_unit_test(test_poll_word),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
