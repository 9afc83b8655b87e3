// SPDX-License-Identifier: BSD-3-Clause
#include "ring.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#define HEAD 8u

_Static_assert(sizeof(struct queue_header) == 48, "as the DSP has it");
_Static_assert(sizeof(struct dspqueue_buffer) == 24, "as the DSP has it");

/* A packet in the queue, as its head says. */
struct head {
	struct packet packet;
	uint32_t start;	 /* of its head */
	uint32_t length; /* with padding */
};

static bool fits(uint64_t size, uint32_t offset, uint32_t length)
{
	return offset % 8 == 0 && offset <= size && length <= size - offset;
}

int ring_init(struct ring *ring, void *block, uint64_t size,
	      const struct queue_direction *where)
{
	uint8_t *bytes = block;

	if (where->length < 2 * HEAD || where->length % 8 ||
	    where->length > QUEUE_SIZE_MAX ||
	    !fits(size, where->offset, where->length) ||
	    !fits(size, where->read_state, sizeof(struct queue_state)) ||
	    !fits(size, where->write_state, sizeof(struct queue_state)))
		return -EINVAL;
	*ring = (struct ring){
		.bytes = bytes + where->offset,
		.size = where->length,
		.reader = (struct queue_state *)(bytes + where->read_state),
		.writer = (struct queue_state *)(bytes + where->write_state),
	};
	return 0;
}

static uint32_t padded(uint32_t length)
{
	return (length + 7) & ~7u;
}

/* Where the other side is; -EIO where it cannot be. */
static int other_position(const struct ring *ring,
			  const struct queue_state *state, uint32_t *position)
{
	*position = __atomic_load_n(&state->position, __ATOMIC_ACQUIRE);
	return *position % 8 || *position >= ring->size ? -EIO : 0;
}

static uint32_t put(struct ring *ring, uint32_t at, const void *data,
		    uint32_t size)
{
	if (size)
		memcpy(ring->bytes + at, data, size);
	return at + size;
}

static void publish(struct queue_state *state, uint32_t position,
		    uint32_t packets)
{
	__atomic_store_n(&state->packets, packets, __ATOMIC_RELAXED);
	__atomic_store_n(&state->position, position, __ATOMIC_RELEASE);
	/* The other side's wait count is looked at after that. */
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
}

int ring_write(struct ring *ring, const struct packet *packet,
	       const struct dspqueue_buffer *buffers, const uint8_t *message)
{
	uint32_t length = HEAD + packet->buffers_count * 24 +
			  packet->message_length;
	uint32_t at = ring->position, space = padded(length);
	uint32_t end = ring->size - at, reader, left;
	uint64_t head = length | (uint64_t)(packet->flags & 0xffff) << 32 |
			(uint64_t)packet->buffers_count << 48 |
			(uint64_t)ring->sequence << 56;
	int ret = other_position(ring, ring->reader, &reader);

	if (ret)
		return ret;
	if (space > ring->size - HEAD)
		return -EMSGSIZE;
	/* Never quite full: that would look like empty. */
	left = (reader > at ? reader - at : ring->size - at + reader) - HEAD;
	if (left < space || (end < space && left < end + space))
		return -EAGAIN;
	put(ring, at, &head, HEAD);
	if (end < space) {
		at = 0;
		put(ring, at, &head, HEAD);
	}
	put(ring, at + HEAD, buffers, packet->buffers_count * 24);
	put(ring, at + HEAD + packet->buffers_count * 24, message,
	    packet->message_length);
	at += space;
	ring->position = at == ring->size ? 0 : at;
	ring->sequence++;
	publish(ring->writer, ring->position, ++ring->packets);
	return 0;
}

static int read_head(const struct ring *ring, uint32_t at, uint32_t writer,
		     struct head *head)
{
	uint32_t end = writer > at ? writer : ring->size;
	uint32_t length;
	uint64_t raw;

	memcpy(&raw, ring->bytes + at, sizeof(raw));
	length = (uint32_t)raw;
	head->packet.flags = raw >> 32 & 0xffff;
	head->packet.buffers_count = raw >> 48 & 0xff;
	if (!(head->packet.flags & DSPQUEUE_PACKET_FLAG_BUFFERS))
		head->packet.buffers_count = 0;
	if (length > ring->size ||
	    length < HEAD + 24 * head->packet.buffers_count ||
	    head->packet.buffers_count > QUEUE_BUFFERS_MAX)
		return -EIO;
	head->packet.message_length = length - HEAD -
				      24 * head->packet.buffers_count;
	head->start = at;
	head->length = padded(length);
	if (head->length <= end - at)
		return 0;
	/* It stands at the beginning, unless it was there that it is read. */
	return at && writer <= at ? -EAGAIN : -EIO;
}

static int find_head(const struct ring *ring, struct head *head)
{
	uint32_t writer;
	int ret = other_position(ring, ring->writer, &writer);

	if (ret)
		return ret;
	if (writer == ring->position)
		return -EAGAIN;
	ret = read_head(ring, ring->position, writer, head);
	if (ret != -EAGAIN)
		return ret;
	return writer ? read_head(ring, 0, writer, head) : -EIO;
}

int ring_peek(const struct ring *ring, struct packet *packet)
{
	struct head head;
	int ret = find_head(ring, &head);

	if (!ret)
		*packet = head.packet;
	return ret;
}

int ring_read(struct ring *ring, struct packet *packet, uint32_t buffers_max,
	      struct dspqueue_buffer *buffers, uint32_t message_max,
	      uint8_t *message)
{
	struct head head;
	uint32_t at;
	int ret = find_head(ring, &head);

	if (ret)
		return ret;
	*packet = head.packet;
	if (packet->buffers_count > buffers_max ||
	    packet->message_length > message_max)
		return -EMSGSIZE;
	at = head.start + HEAD;
	if (packet->buffers_count)
		memcpy(buffers, ring->bytes + at, 24 * packet->buffers_count);
	at += 24 * packet->buffers_count;
	if (packet->message_length)
		memcpy(message, ring->bytes + at, packet->message_length);
	at = head.start + head.length;
	ring->position = at == ring->size ? 0 : at;
	publish(ring->reader, ring->position, ++ring->packets);
	return 0;
}

int ring_fill(const struct ring *ring, uint32_t *bytes, uint32_t *packets)
{
	uint32_t reader, writer;
	int ret = other_position(ring, ring->reader, &reader);

	if (!ret)
		ret = other_position(ring, ring->writer, &writer);
	if (ret)
		return ret;
	*bytes = writer >= reader ? writer - reader :
				    ring->size - reader + writer;
	*packets = __atomic_load_n(&ring->writer->packets, __ATOMIC_RELAXED) -
		   __atomic_load_n(&ring->reader->packets, __ATOMIC_RELAXED);
	return 0;
}
