// SPDX-License-Identifier: BSD-3-Clause
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "link.h"

/* Room that is kept for frames which are not stream data. */
#define CONTROL_RESERVE 8192u

/* Acknowledging each small piece would double the traffic. */
#define ACK_WORTH (LINK_WINDOW / 8)

void link_init(struct link *link, int fd, bool guest)
{
	link->fd = fd;
	link->guest = guest;
	link->allowance = guest ? SIZE_MAX : LINK_LINE;
	link->begin = 0;
	link->end = 0;
	link->out_begin = 0;
	link->out_end = 0;
}

static void out_compact(struct link *link)
{
	size_t length = link->out_end - link->out_begin;

	if (!link->out_begin)
		return;
	memmove(link->out, link->out + link->out_begin, length);
	link->out_begin = 0;
	link->out_end = length;
}

int link_send(struct link *link, enum link_type type, unsigned int stream,
	      const void *payload, size_t length)
{
	unsigned char *at;

	if (length > LINK_PAYLOAD)
		return -EMSGSIZE;
	if (sizeof(link->out) - link->out_end < LINK_HEADER + length)
		out_compact(link);
	if (sizeof(link->out) - link->out_end < LINK_HEADER + length)
		return -ENOBUFS;

	at = link->out + link->out_end;
	at[0] = (unsigned char)type;
	at[1] = (unsigned char)stream;
	at[2] = length & 0xff;
	at[3] = (unsigned char)(length >> 8);
	if (length)
		memcpy(at + LINK_HEADER, payload, length);
	link->out_end += LINK_HEADER + length;
	return 0;
}

int link_send_u32(struct link *link, enum link_type type, unsigned int stream,
		  uint32_t value)
{
	unsigned char bytes[4] = { value & 0xff, (value >> 8) & 0xff,
				   (value >> 16) & 0xff, value >> 24 };

	return link_send(link, type, stream, bytes, sizeof(bytes));
}

size_t link_room(const struct link *link)
{
	size_t used = link->out_end - link->out_begin;

	if (used + CONTROL_RESERVE + LINK_HEADER + LINK_PAYLOAD >
	    sizeof(link->out))
		return 0;
	return LINK_PAYLOAD;
}

bool link_pending(const struct link *link)
{
	return link->out_end > link->out_begin;
}

bool link_writable(const struct link *link)
{
	return link_pending(link) && link->allowance;
}

int link_flush(struct link *link)
{
	size_t length;
	ssize_t n;

	while (link_writable(link)) {
		length = link->out_end - link->out_begin;
		if (length > link->allowance)
			length = link->allowance;
		n = write(link->fd, link->out + link->out_begin, length);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EAGAIN)
			return 0;
		if (n < 0)
			return -errno;
		link->out_begin += (size_t)n;
		if (!link->guest)
			link->allowance -= (size_t)n;
	}
	return 0;
}

int link_fill(struct link *link)
{
	ssize_t n;

	if (link->begin) {
		memmove(link->in, link->in + link->begin,
			link->end - link->begin);
		link->end -= link->begin;
		link->begin = 0;
	}
	do {
		n = read(link->fd, link->in + link->end,
			 sizeof(link->in) - link->end);
	} while (n < 0 && errno == EINTR);
	if (n < 0 && errno == EAGAIN)
		return 0;
	if (n < 0)
		return errno == EIO || errno == ECONNRESET ? -EPIPE : -errno;
	if (n == 0)
		return -EPIPE;
	link->end += (size_t)n;
	if (link->guest)
		return link_send_u32(link, LINK_TAKEN, 0, (uint32_t)n) ?: 1;
	return 1;
}

static int take_next(struct link *link, struct link_frame *frame)
{
	const unsigned char *at = link->in + link->begin;
	size_t length;

	if (link->end - link->begin < LINK_HEADER)
		return 0;
	length = at[2] | (size_t)at[3] << 8;
	if (at[0] < LINK_HELLO || at[0] > LINK_CLOSED ||
	    at[1] >= LINK_STREAMS || length > LINK_PAYLOAD)
		return -EPROTO;
	if (link->end - link->begin < LINK_HEADER + length)
		return 0;
	frame->type = at[0];
	frame->stream = at[1];
	frame->length = length;
	frame->payload = at + LINK_HEADER;
	link->begin += LINK_HEADER + length;
	return 1;
}

int link_next(struct link *link, struct link_frame *frame)
{
	int more;

	while ((more = take_next(link, frame)) > 0 && frame->type == LINK_TAKEN)
		link->allowance += link_value(frame);
	return more;
}

uint32_t link_value(const struct link_frame *frame)
{
	const unsigned char *at = frame->payload;

	if (frame->length != 4)
		return 0;
	return at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 |
	       (uint32_t)at[3] << 24;
}

int link_queue_put(struct link_queue *queue, const void *data, size_t length)
{
	if (queue->closed) {
		queue->owed += length;
		return 0;
	}
	if (length > sizeof(queue->data) - queue->length)
		return -EPROTO;
	if (length > sizeof(queue->data) - queue->begin - queue->length) {
		memmove(queue->data, queue->data + queue->begin, queue->length);
		queue->begin = 0;
	}
	memcpy(queue->data + queue->begin + queue->length, data, length);
	queue->length += length;
	return 0;
}

size_t link_queue_drain(struct link_queue *queue, int fd, size_t limit)
{
	size_t piece = queue->length < limit ? queue->length : limit;
	ssize_t n;

	if (!piece)
		return 0;
	n = write(fd, queue->data + queue->begin, piece);
	if (n < 0 && (errno == EINTR || errno == EAGAIN))
		return 0;
	if (n < 0) {
		queue->closed = true;
		n = (ssize_t)queue->length;
	}
	queue->begin += (size_t)n;
	queue->length -= (size_t)n;
	queue->owed += (size_t)n;
	if (!queue->length)
		queue->begin = 0;
	return (size_t)n;
}

int link_queue_ack(struct link_queue *queue, struct link *link,
		   unsigned int stream)
{
	int err;

	if (queue->owed < ACK_WORTH)
		return 0;
	err = link_send_u32(link, LINK_ACK, stream, (uint32_t)queue->owed);
	if (!err)
		queue->owed = 0;
	return err;
}
