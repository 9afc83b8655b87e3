// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>
#include <string.h>

#include <AEEStdErr.h>

#include <edge.h>

#include "../edge/edge_picture.h"
#include "../edge/reference.h"
#include "loopback.h"

static const char symbol[] = "edge_skel_handle_invoke";

static loopback_skel skel;

static uint32_t random_state = 1;

static uint32_t next_random(void)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 17;
	random_state ^= random_state << 5;
	return random_state;
}

/* Noise, or patches of noise, or stairs: each finds other mistakes. */
static void paint(uint8_t *pixels, size_t size, int kind)
{
	uint32_t value = next_random();

	for (size_t i = 0; i < size; i++) {
		if (kind == 0 || next_random() % 16 == 0)
			value = next_random();
		pixels[i] = (uint8_t)(kind == 2 ? 50 * (i / 7 % 5) : value);
	}
}

static void compare(uint32_t width, uint32_t height, uint32_t channels,
		    int kind)
{
	size_t pixels = (size_t)width * height;
	uint8_t *src = malloc(pixels * channels);
	uint8_t *want = malloc(pixels), *got = malloc(pixels);
	struct edge_picture picture = { src, width, height, channels };
	uint32_t low = next_random() % 400, high = next_random() % 600;

	paint(src, pixels * channels, kind);
	assert_int_equal(edge_reference(&picture, low, high, want), 0);
	assert_int_equal(edge_find(&picture, low, high, got), 0);
	assert_memory_equal(got, want, pixels);
	free(src);
	free(want);
	free(got);
}

static void equals_the_reference_at_any_size(void **state)
{
	(void)state;
	for (uint32_t height = 1; height <= 9; height++)
		for (uint32_t width = 1; width <= 9; width++)
			for (int kind = 0; kind < 3; kind++)
				compare(width, height, kind == 1 ? 3 : 1, kind);
	for (int i = 0; i < 60; i++)
		compare(1 + next_random() % 150, 1 + next_random() % 90,
			i % 2 ? 3 : 1, i % 3);
	compare(1, 700, 3, 0);
	compare(700, 1, 3, 0);
}

static void finds_a_line(void **state)
{
	uint8_t src[32 * 32], dst[32 * 32];
	struct edge_picture picture = { src, 32, 32, 1 };

	(void)state;
	for (int i = 0; i < 32 * 32; i++)
		src[i] = i % 32 < 16 ? 20 : 220;
	assert_int_equal(edge_find(&picture, 60, 160, dst), 0);
	for (int i = 0; i < 32 * 32; i++)
		assert_int_equal(!!dst[i], i % 32 == 15);
}

static void carries_pixels_without_copying(void **state)
{
	struct qda_session *session = loopback_session(symbol, skel);
	struct qda_buffer *buffer;
	struct qda_session_stats before, after;
	struct edge_picture picture;
	uint8_t *pixels, want[90 * 40];
	remote_handle64 edge;

	(void)state;
	assert_int_equal(edge_open(edge_URI, &edge), 0);
	assert_int_equal(qda_buffer_create(session, 4 * 90 * 40, &buffer), 0);
	assert_int_equal(qda_buffer_map(buffer, (void **)&pixels), 0);
	paint(pixels, 3 * 90 * 40, 1);
	picture = (struct edge_picture){ pixels, 90, 40, 3 };
	assert_int_equal(edge_reference(&picture, 60, 160, want), 0);
	qda_session_get_stats(session, &before, sizeof(before));
	assert_int_equal(edge_detect(edge, pixels, 3 * 90 * 40, 90, 40, 3, 60,
				     160, pixels + 3 * 90 * 40, 90 * 40),
			 0);
	qda_session_get_stats(session, &after, sizeof(after));
	assert_memory_equal(pixels + 3 * 90 * 40, want, sizeof(want));
	assert_int_equal(after.bytes_in - before.bytes_in, 28);
	assert_int_equal(after.bytes_out - before.bytes_out, 0);
	assert_int_equal(loopback_call.scalars, 0x02020100);
	edge_close(edge);
	qda_session_close(session);
}

static void refuses_sizes_that_do_not_fit(void **state)
{
	static const struct {
		uint32_t prim[7];
		int ret;
	} cases[] = {
		{ { 12, 4, 3, 1, 0, 0, 12 }, 0 },
		{ { 12, 4, 1, 3, 0, 0, 4 }, 0 },
		{ { 11, 4, 3, 1, 0, 0, 12 }, AEE_EBADPARM },
		{ { 12, 4, 3, 1, 0, 0, 11 }, AEE_EBADPARM },
		{ { 12, 4, 3, 1, 0, 0, 13 }, AEE_EBADPARM },
		{ { 13, 13, 1, 1, 0, 0, 13 }, AEE_EBADPARM },
		{ { 12, 6, 1, 2, 0, 0, 6 }, AEE_EBADPARM },
		{ { 0, 0, 3, 1, 0, 0, 0 }, AEE_EBADPARM },
		{ { 0, 65536, 65536, 1, 0, 0, 0 }, AEE_EBADPARM },
		{ { 4, 0x80000001, 4, 1, 0, 0, 4 }, AEE_EBADPARM },
	};
	uint8_t src[12] = { 0 }, dst[12];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		remote_arg args[] = {
			{ .buf = { (void *)cases[i].prim, 28 } },
			{ .buf = { src, 12 } },
			{ .buf = { dst, 12 } },
		};

		assert_int_equal(skel(1, 0x02020100, args), cases[i].ret);
		args[0].buf.nLen = 27;
		assert_int_equal(skel(1, 0x02020100, args), AEE_EBADPARM);
	}
	assert_int_equal(skel(1, 0x02010100, NULL), AEE_EBADPARM);
	assert_int_equal(skel(1, 0x03020100, NULL), AEE_EUNSUPPORTED);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		TEST(equals_the_reference_at_any_size),
		TEST(finds_a_line),
		TEST(carries_pixels_without_copying),
		TEST(refuses_sizes_that_do_not_fit),
	};

	if (argc != 2)
		return 99;
	skel = loopback_load(argv[1], symbol);
	return RUN(tests);
}
