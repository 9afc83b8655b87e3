/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Records from one process to another through memory that they share: jobs of a
 * PD and its replies. One side writes, the other reads; threads of one side take
 * turns by themselves. Each keeps its own index to itself and checks the other's.
 *
 * A reader that sleeps says so, and looks once more before it sleeps; a writer
 * looks at that after it has written. Between the two there is a full barrier on
 * both sides, so that a record is never left to a reader that sleeps.
 */
#ifndef DSP_PD_RING_H
#define DSP_PD_RING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PD_RING_SIZE 65536u /* a power of 2 */

struct pd_ring {
	uint32_t head;	   /* of the writer, in bytes */
	uint32_t sleepers; /* readers that sleep and that nobody has woken */
	uint32_t wakeups;  /* of others, which are on their way; a futex */
	uint32_t looker;   /* 1: a reader looks without sleeping */
	uint32_t pad0[12];
	uint32_t tail; /* of the reader */
	uint32_t pad1[15];
	uint8_t data[PD_RING_SIZE];
};

/** pd_ring_reset() - make it empty, before anybody uses it */
void pd_ring_reset(struct pd_ring *r);

/**
 * pd_ring_put() - write a record
 * @head: the writer's own index
 *
 * Return: false when there is no room.
 */
bool pd_ring_put(struct pd_ring *r, uint32_t *head, const void *record,
		 size_t size);

/** pd_ring_is_empty() - for the writer: the reader has taken all */
bool pd_ring_is_empty(const struct pd_ring *r, uint32_t head);

/** pd_ring_has() - whether there is something to read */
bool pd_ring_has(const struct pd_ring *r, uint32_t tail);

/**
 * pd_ring_get() - read a record
 * @tail: the reader's own index
 *
 * Return: its size, 0 when there is none, -EPROTO when the writer wrote nonsense.
 */
int pd_ring_get(struct pd_ring *r, uint32_t *tail, void *record, size_t room);

/** pd_ring_wake() - after a write: wake a reader, unless one looks or comes */
void pd_ring_wake(struct pd_ring *r);

/**
 * pd_ring_look() - from now on this reader looks: nobody need be woken
 *
 * Return: false when another one does.
 */
bool pd_ring_look(struct pd_ring *r);

/** pd_ring_look_away() - no more; then it has to look once again */
void pd_ring_look_away(struct pd_ring *r);

/** pd_ring_wait() - sleep until there may be something to read */
void pd_ring_wait(struct pd_ring *r, const uint32_t *tail);

/*
 * For a reader that has other things to wait for, and is told by other means:
 */

/** pd_ring_expect() - before it sleeps; false when there is something to read */
bool pd_ring_expect(struct pd_ring *r, uint32_t tail);

/** pd_ring_awake() - it need not be told any more */
void pd_ring_awake(struct pd_ring *r);

/** pd_ring_is_expected() - after a write: whether to tell it; once a sleep */
bool pd_ring_is_expected(struct pd_ring *r);

#endif /* DSP_PD_RING_H */
