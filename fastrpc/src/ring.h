/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * One direction of a packet queue in memory that a program and a DSP share. The
 * other side may write anything there at any time: geometry and positions of
 * one's own are kept elsewhere, and what is read is checked.
 *
 * A packet is 8 bytes {length 31:0, flags 47:32, buffers 55:48, sequence 63:56},
 * the buffers and the message; the length is without the padding to 8 bytes.
 * It does not wrap: where it does not fit before the end, its head stands there
 * and the packet at the beginning.
 */
#ifndef FASTRPC_RING_H
#define FASTRPC_RING_H

#include <stdint.h>

#include "dspqueue.h"

#define QUEUE_VERSION	       2
#define QUEUE_WAIT_COUNTS      1u
#define QUEUE_DRIVER_SIGNALING 2u
#define QUEUE_SIZE_MAX	       (16u << 20)
#define QUEUE_BUFFERS_MAX      64
#define QUEUE_MESSAGE_MAX      65536
#define QUEUES_MAX	       64
#define QUEUE_STATE_ALIGN      256

/* Offsets from the start of the shared block. */
struct queue_direction {
	uint32_t offset;
	uint32_t length;
	uint32_t read_state;
	uint32_t write_state;
};

struct queue_header {
	uint32_t version;
	int32_t error;
	uint32_t flags;
	struct queue_direction request;	 /* to the DSP */
	struct queue_direction response; /* to the program */
	uint32_t count;
};

/* Each on cache lines of its own. */
struct queue_state {
	uint32_t position;
	uint32_t packets;
	uint32_t waiting;
};

/* Shared by all queues of a process; by the number of the queue. */
struct queue_signals {
	uint32_t request_packets[QUEUES_MAX];
	uint32_t request_space[QUEUES_MAX];
	uint32_t response_packets[QUEUES_MAX];
	uint32_t response_space[QUEUES_MAX];
};

struct ring {
	uint8_t *bytes;
	uint32_t size;
	struct queue_state *reader;
	struct queue_state *writer;
	uint32_t position; /* one's own */
	uint32_t packets;
	uint8_t sequence;
};

struct packet {
	uint32_t flags;
	uint32_t buffers_count;
	uint32_t message_length;
};

/*
 * Takes the direction's geometry from a block of that size. -EINVAL where it
 * does not lie within.
 */
int ring_init(struct ring *ring, void *block, uint64_t size,
	      const struct queue_direction *where);

/* -EAGAIN without room, -EMSGSIZE where it never fits, -EIO: the queue is broken. */
int ring_write(struct ring *ring, const struct packet *packet,
	       const struct dspqueue_buffer *buffers, const uint8_t *message);

/* -EAGAIN where there is none, -EIO: the queue is broken. */
int ring_peek(const struct ring *ring, struct packet *packet);

/* Takes the packet; -EMSGSIZE, and nothing is taken, where it does not fit. */
int ring_read(struct ring *ring, struct packet *packet, uint32_t buffers_max,
	      struct dspqueue_buffer *buffers, uint32_t message_max,
	      uint8_t *message);

/* What is in the queue now, in bytes and packets. */
int ring_fill(const struct ring *ring, uint32_t *bytes, uint32_t *packets);

#endif
