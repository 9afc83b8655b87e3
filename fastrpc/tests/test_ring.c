// SPDX-License-Identifier: BSD-3-Clause
/* The packet queue: every packet arrives once and in order, and nothing else does. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "ring.h"

#define SIZE  1024
#define BLOCK (SIZE + 1024)

static uint8_t block[BLOCK] __attribute__((aligned(8)));
static const struct queue_direction where = { 1024, SIZE, 0, 256 };
static uint32_t seed = 1;

static uint32_t next_random(void)
{
	seed = seed * 1664525u + 1013904223u;
	return seed >> 8;
}

static void start(struct ring *writer, struct ring *reader)
{
	memset(block, 0, sizeof(block));
	assert_int_equal(ring_init(writer, block, BLOCK, &where), 0);
	assert_int_equal(ring_init(reader, block, BLOCK, &where), 0);
}

static int write_text(struct ring *ring, const char *text)
{
	struct packet packet = { DSPQUEUE_PACKET_FLAG_MESSAGE, 0,
				 (uint32_t)strlen(text) };

	return ring_write(ring, &packet, NULL, (const uint8_t *)text);
}

/* Bytes of the protocol, not of the code. */
static void has_the_documented_layout(void **state)
{
	static const uint8_t expected[] = {
		8 + 24 + 5, 0,	 0,   0,   3,	0, 1, 0, /* head */
		7,	    0,	 0,   0,   9,	0, 0, 0, 11, 0, 0, 0, 4,
		0,	    0,	 0,   0,   0,	0, 0, 0, 0,  0, 0, /* buffer */
		'h',	    'e', 'l', 'l', 'o',
	};
	struct dspqueue_buffer buffer = {
		.fd = 7, .size = 9, .offset = 11, .flags = 4
	};
	struct packet packet = { 3, 1, 5 };
	struct ring writer, reader;

	(void)state;
	start(&writer, &reader);
	assert_int_equal(ring_write(&writer, &packet, &buffer,
				    (const uint8_t *)"hello"),
			 0);
	assert_memory_equal(block + 1024, expected, sizeof(expected));
	assert_int_equal(*(uint32_t *)(block + 256), 40);
	assert_int_equal(*(uint32_t *)(block + 260), 1);
	assert_int_equal(write_text(&writer, "x"), 0);
	/* The second has the next sequence number. */
	assert_int_equal(block[1024 + 40 + 7], 1);
}

static void refuses_wrong_geometry(void **state)
{
	static const struct queue_direction bad[] = {
		{ 1024, SIZE + 8, 0, 256 }, { 1028, SIZE - 8, 0, 256 },
		{ 1024, 8, 0, 256 },	    { 1024, 20, 0, 256 },
		{ 1024, SIZE, BLOCK, 256 }, { 1024, SIZE, 0, 0xfffffff8 },
		{ 0xfffffff8, 64, 0, 256 }, { 1024, 0xffffff00, 0, 256 },
	};
	struct ring ring;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(ring_init(&ring, block, BLOCK, &bad[i]),
				 -EINVAL);
}

/* Random sizes; what is written is what is read, whatever is still inside. */
static void delivers_all_in_order(void **state)
{
	uint8_t message[SIZE], got[SIZE];
	uint32_t sent = 0, received = 0;
	struct ring writer, reader;

	(void)state;
	start(&writer, &reader);
	while (received < 200000) {
		struct packet packet = { DSPQUEUE_PACKET_FLAG_MESSAGE, 0,
					 1 + next_random() % 300 };
		int ret;

		if (next_random() % 2) {
			memset(message, (int)sent, packet.message_length);
			ret = ring_write(&writer, &packet, NULL, message);
			assert_true(!ret || ret == -EAGAIN);
			sent += !ret;
		}
		if (next_random() % 2) {
			ret = ring_read(&reader, &packet, 0, NULL, SIZE, got);
			assert_int_equal(ret, sent > received ? 0 : -EAGAIN);
			if (ret)
				continue;
			for (uint32_t i = 0; i < packet.message_length; i++)
				assert_int_equal(got[i], (uint8_t)received);
			received++;
		}
	}
}

static void tells_what_does_not_fit(void **state)
{
	struct packet packet = { DSPQUEUE_PACKET_FLAG_MESSAGE, 0, SIZE - 16 };
	uint8_t message[SIZE] = { 0 };
	struct ring writer, reader;
	uint32_t bytes, packets;

	(void)state;
	start(&writer, &reader);
	packet.message_length = SIZE - 15;
	assert_int_equal(ring_write(&writer, &packet, NULL, message),
			 -EMSGSIZE);
	packet.message_length = SIZE - 16;
	assert_int_equal(ring_write(&writer, &packet, NULL, message), 0);
	assert_int_equal(write_text(&writer, ""), -EAGAIN);
	assert_int_equal(ring_fill(&reader, &bytes, &packets), 0);
	assert_int_equal(bytes, SIZE - 8);
	assert_int_equal(packets, 1);
	assert_int_equal(ring_read(&reader, &packet, 0, NULL, 10, message),
			 -EMSGSIZE);
	assert_int_equal(packet.message_length, SIZE - 16);
	assert_int_equal(ring_read(&reader, &packet, 0, NULL, SIZE, message),
			 0);
	assert_int_equal(ring_peek(&reader, &packet), -EAGAIN);
}

/* The other side writes anything: there is an error, or a packet within bounds. */
static void survives_a_hostile_side(void **state)
{
	struct dspqueue_buffer buffers[QUEUE_BUFFERS_MAX];
	struct ring writer, reader;
	uint8_t *got = malloc(SIZE);

	(void)state;
	start(&writer, &reader);
	for (int i = 0; i < 300000; i++) {
		struct packet packet;

		if (i % 50 == 0)
			start(&writer, &reader);
		/* Often near what is right, so that it gets far. */
		*(uint32_t *)(block + (next_random() % 2 ? 0 : 256)) =
			next_random() % 3 ? 8 * (next_random() % (SIZE / 8)) :
					    next_random();
		block[1024 + next_random() % SIZE] = (uint8_t)next_random();
		ring_peek(&reader, &packet);
		ring_read(&reader, &packet, QUEUE_BUFFERS_MAX, buffers, SIZE,
			  got);
		write_text(&writer, "some text of some length");
	}
	free(got);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(has_the_documented_layout),
		cmocka_unit_test(refuses_wrong_geometry),
		cmocka_unit_test(delivers_all_in_order),
		cmocka_unit_test(tells_what_does_not_fit),
		cmocka_unit_test(survives_a_hostile_side),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
