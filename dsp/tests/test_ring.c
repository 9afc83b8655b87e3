// SPDX-License-Identifier: BSD-3-Clause
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "pd_ring.h"

#define READERS 6
#define RECORDS 100000u
#define BOUND_S 60

static struct pd_ring ring;
static uint32_t head, tail;

static int reset(void **state)
{
	(void)state;
	pd_ring_reset(&ring);
	/* So that the indices run over. */
	ring.head = ring.tail = head = tail = UINT32_MAX - 99999u;
	return 0;
}

static void fill(uint8_t *record, size_t size, unsigned int seed)
{
	for (size_t i = 0; i < size; i++)
		record[i] = (uint8_t)(seed + i * 7);
}

static void in_order_and_whole(void **state)
{
	static uint8_t in[20000], out[20000];
	size_t size;

	(void)state;
	assert_false(pd_ring_has(&ring, tail));
	assert_int_equal(pd_ring_get(&ring, &tail, out, sizeof(out)), 0);
	for (unsigned int i = 0; i < 2000; i++) {
		size = 1 + i * 37 % 19999;
		fill(in, size, i);
		assert_true(pd_ring_put(&ring, &head, in, size));
		assert_true(pd_ring_has(&ring, tail));
		assert_int_equal(pd_ring_get(&ring, &tail, out, sizeof(out)),
				 size);
		assert_memory_equal(in, out, size);
	}
	assert_false(pd_ring_has(&ring, tail));
}

static void full_and_empty(void **state)
{
	uint64_t record, n = 0, got = 0;

	(void)state;
	for (unsigned int round = 0; round < 3; round++) {
		while (pd_ring_put(&ring, &head, &n, sizeof(n)))
			n++;
		assert_int_equal(n - got, PD_RING_SIZE / 16);
		while (pd_ring_get(&ring, &tail, &record, sizeof(record)))
			assert_int_equal(record, got++);
		assert_int_equal(got, n);
	}
	assert_false(pd_ring_put(&ring, &head, &record, PD_RING_SIZE));
}

/* What the other side may have written. */
static void nonsense(void **state)
{
	uint32_t length = 1000;
	uint64_t record = 1;

	(void)state;
	ring.head = tail + PD_RING_SIZE + 1;
	assert_int_equal(pd_ring_get(&ring, &tail, &record, 8), -EPROTO);
	ring.head = tail - 8;
	assert_int_equal(pd_ring_get(&ring, &tail, &record, 8), -EPROTO);
	ring.head = tail + 2;
	assert_int_equal(pd_ring_get(&ring, &tail, &record, 8), -EPROTO);
	ring.head = head;
	assert_true(pd_ring_put(&ring, &head, &record, 8));
	memcpy(ring.data + (tail & (PD_RING_SIZE - 1)), &length, 4);
	assert_int_equal(pd_ring_get(&ring, &tail, &record, 8), -EPROTO);
	length = UINT32_MAX;
	memcpy(ring.data + (tail & (PD_RING_SIZE - 1)), &length, 4);
	assert_int_equal(pd_ring_get(&ring, &tail, &record, 8), -EPROTO);
	length = 0;
	memcpy(ring.data + (tail & (PD_RING_SIZE - 1)), &length, 4);
	assert_int_equal(pd_ring_get(&ring, &tail, &record, 8), -EPROTO);
	ring.tail = head + 5;
	assert_false(pd_ring_put(&ring, &head, &record, 8));
}

/* Who looks need not be woken, and one is enough. */
static void one_that_looks(void **state)
{
	(void)state;
	ring.sleepers = 1;
	assert_true(pd_ring_look(&ring));
	assert_false(pd_ring_look(&ring));
	pd_ring_wake(&ring);
	assert_int_equal(ring.wakeups, 0);
	pd_ring_look_away(&ring);
	pd_ring_wake(&ring);
	assert_int_equal(ring.wakeups, 1);
	assert_int_equal(ring.sleepers, 0);
	assert_true(pd_ring_look(&ring));
}

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static bool looking;
static uint32_t taken;
static uint8_t seen[RECORDS];

static int take(uint32_t *number)
{
	int size;

	pthread_mutex_lock(&lock);
	size = pd_ring_get(&ring, &tail, number, sizeof(*number));
	pthread_mutex_unlock(&lock);
	return size;
}

static int look(uint32_t *number)
{
	int size = 0;

	if (!pd_ring_look(&ring))
		return 0;
	for (unsigned int i = 0; !size && i < 20; i++) {
		size = take(number);
		if (!size)
			sched_yield();
	}
	pd_ring_look_away(&ring);
	return size;
}

static bool more(void)
{
	bool has;

	pthread_mutex_lock(&lock);
	has = pd_ring_has(&ring, tail);
	pthread_mutex_unlock(&lock);
	return has;
}

static void *reader(void *unused)
{
	uint32_t number;

	(void)unused;
	for (;;) {
		if (!looking || !look(&number))
			while (!take(&number))
				pd_ring_wait(&ring, &tail);
		if (more() || number >= RECORDS)
			pd_ring_wake(&ring);
		if (number >= RECORDS)
			return NULL;
		__atomic_add_fetch(&seen[number], 1, __ATOMIC_RELAXED);
		__atomic_add_fetch(&taken, 1, __ATOMIC_RELEASE);
		if (number % 100 == 0)
			usleep(50);
	}
}

/* Nobody sleeps over a record: each is waited for before the next, at times. */
static void none_is_left(void **state)
{
	pthread_t threads[READERS];
	uint32_t i, end = RECORDS;

	(void)state;
	taken = 0;
	memset(seen, 0, sizeof(seen));
	for (i = 0; i < READERS; i++)
		assert_int_equal(
			pthread_create(&threads[i], NULL, reader, NULL), 0);
	alarm(BOUND_S);
	for (i = 0; i < RECORDS; i++) {
		while (!pd_ring_put(&ring, &head, &i, sizeof(i)))
			sched_yield();
		pd_ring_wake(&ring);
		while (i % 7 == 0 &&
		       __atomic_load_n(&taken, __ATOMIC_ACQUIRE) != i + 1)
			sched_yield();
	}
	for (i = 0; i < READERS; i++) {
		assert_true(pd_ring_put(&ring, &head, &end, sizeof(end)));
		pd_ring_wake(&ring);
	}
	for (i = 0; i < READERS; i++)
		assert_int_equal(pthread_join(threads[i], NULL), 0);
	alarm(0);
	assert_int_equal(taken, RECORDS);
	for (i = 0; i < RECORDS; i++)
		assert_int_equal(seen[i], 1);
}

static void none_is_left_by_who_looks(void **state)
{
	looking = true;
	none_is_left(state);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(in_order_and_whole, reset),
		cmocka_unit_test_setup(full_and_empty, reset),
		cmocka_unit_test_setup(nonsense, reset),
		cmocka_unit_test_setup(one_that_looks, reset),
		cmocka_unit_test_setup(none_is_left, reset),
		cmocka_unit_test_setup(none_is_left_by_who_looks, reset),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
