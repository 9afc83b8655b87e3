// SPDX-License-Identifier: BSD-3-Clause
#include "pd_ring.h"

#include <errno.h>
#include <string.h>

#include "dsp.h"

#define MASK (PD_RING_SIZE - 1)

static uint32_t record_size(uint32_t size)
{
	return (uint32_t)((sizeof(size) + (uint64_t)size + 7) & ~7ull);
}

static void copy_in(struct pd_ring *r, uint32_t at, const void *from,
		    uint32_t size)
{
	uint32_t first = PD_RING_SIZE - (at & MASK);

	if (first > size)
		first = size;
	memcpy(r->data + (at & MASK), from, first);
	memcpy(r->data, (const uint8_t *)from + first, size - first);
}

static void copy_out(const struct pd_ring *r, uint32_t at, void *to,
		     uint32_t size)
{
	uint32_t first = PD_RING_SIZE - (at & MASK);

	if (first > size)
		first = size;
	memcpy(to, r->data + (at & MASK), first);
	memcpy((uint8_t *)to + first, r->data, size - first);
}

void pd_ring_reset(struct pd_ring *r)
{
	r->head = 0;
	r->tail = 0;
	r->sleepers = 0;
	r->wakeups = 0;
	r->looker = 0;
}

bool pd_ring_put(struct pd_ring *r, uint32_t *head, const void *record,
		 size_t size)
{
	uint32_t used = *head - __atomic_load_n(&r->tail, __ATOMIC_ACQUIRE);
	uint32_t length = (uint32_t)size;

	/* A reader's index that makes no sense is its own loss. */
	if (size > PD_RING_SIZE / 2 || used > PD_RING_SIZE ||
	    PD_RING_SIZE - used < record_size(length))
		return false;
	copy_in(r, *head, &length, sizeof(length));
	copy_in(r, *head + sizeof(length), record, length);
	*head += record_size(length);
	__atomic_store_n(&r->head, *head, __ATOMIC_RELEASE);
	return true;
}

bool pd_ring_is_empty(const struct pd_ring *r, uint32_t head)
{
	return __atomic_load_n(&r->tail, __ATOMIC_RELAXED) == head;
}

bool pd_ring_has(const struct pd_ring *r, uint32_t tail)
{
	return __atomic_load_n(&r->head, __ATOMIC_ACQUIRE) != tail;
}

int pd_ring_get(struct pd_ring *r, uint32_t *tail, void *record, size_t room)
{
	uint32_t used = __atomic_load_n(&r->head, __ATOMIC_ACQUIRE) - *tail;
	uint32_t length;

	if (!used)
		return 0;
	if (used > PD_RING_SIZE || used < sizeof(length))
		return -EPROTO;
	copy_out(r, *tail, &length, sizeof(length));
	if (!length || length > room || record_size(length) > used)
		return -EPROTO;
	copy_out(r, *tail + sizeof(length), record, length);
	*tail += record_size(length);
	__atomic_store_n(&r->tail, *tail, __ATOMIC_RELEASE);
	return (int)length;
}

/* Takes one of the sleepers, or of the wake-ups, out of their number. */
static bool take_one(uint32_t *number)
{
	uint32_t n = __atomic_load_n(number, __ATOMIC_RELAXED);

	while (n)
		if (__atomic_compare_exchange_n(number, &n, n - 1, false,
						__ATOMIC_SEQ_CST,
						__ATOMIC_RELAXED))
			return true;
	return false;
}

/*
 * Who is on its way looks after it has taken its wake-up, and one that was not
 * taken yet is seen here after the record was written: no second is needed. In
 * the same way who looks does so once more after it has said that it stops.
 */
void pd_ring_wake(struct pd_ring *r)
{
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	if (__atomic_load_n(&r->looker, __ATOMIC_RELAXED) ||
	    __atomic_load_n(&r->wakeups, __ATOMIC_RELAXED) ||
	    !take_one(&r->sleepers))
		return;
	__atomic_add_fetch(&r->wakeups, 1, __ATOMIC_SEQ_CST);
	futex_wake_one(&r->wakeups);
}

bool pd_ring_look(struct pd_ring *r)
{
	return !__atomic_exchange_n(&r->looker, 1, __ATOMIC_SEQ_CST);
}

void pd_ring_look_away(struct pd_ring *r)
{
	__atomic_store_n(&r->looker, 0, __ATOMIC_RELAXED);
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
}

void pd_ring_wait(struct pd_ring *r, const uint32_t *tail)
{
	__atomic_add_fetch(&r->sleepers, 1, __ATOMIC_SEQ_CST);
	/* Not taken yet, it may go; else there is a wake-up to be taken. */
	if (pd_ring_has(r, __atomic_load_n(tail, __ATOMIC_RELAXED)) &&
	    take_one(&r->sleepers))
		return;
	while (!take_one(&r->wakeups))
		futex_wait(&r->wakeups, 0, -1);
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
}

bool pd_ring_expect(struct pd_ring *r, uint32_t tail)
{
	__atomic_store_n(&r->sleepers, 1, __ATOMIC_RELAXED);
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	return !pd_ring_has(r, tail);
}

void pd_ring_awake(struct pd_ring *r)
{
	__atomic_store_n(&r->sleepers, 0, __ATOMIC_RELAXED);
}

bool pd_ring_is_expected(struct pd_ring *r)
{
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	return take_one(&r->sleepers);
}
