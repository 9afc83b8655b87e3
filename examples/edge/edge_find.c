// SPDX-License-Identifier: BSD-3-Clause
/*
 * Edge detection as one does it on a DSP: the picture runs row by row through a
 * pipeline whose stages keep only the rows that the next stage needs, so that
 * all of it fits into fast memory; filters are separated into across and down.
 */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <AEEStdErr.h>
#include <HAP_farf.h>

#include "edge_picture.h"

/* Columns beside a row, so that filters need not ask where they are. */
#define MARGIN 2

/* Rows that a stage keeps for the next one. */
#define ACROSS_ROWS   5
#define BLURRED_ROWS  3
#define GRADIENT_ROWS 3

enum direction {
	ACROSS,
	DOWN,
	FALLING,
	RISING
};

/* Pixels from which edges grow. */
struct seeds {
	uint32_t *items;
	size_t count;
	size_t capacity;
};

struct pipeline {
	const struct edge_picture *picture;
	uint32_t low;
	uint32_t high;
	uint8_t *dst;

	void *memory;
	uint16_t *grey;			    /* one row, with margins */
	uint16_t *across[ACROSS_ROWS];	    /* blurred across */
	uint16_t *blurred[BLURRED_ROWS];    /* with margins */
	uint16_t *magnitude[GRADIENT_ROWS]; /* with margins, of 0 */
	uint8_t *direction[GRADIENT_ROWS];
	uint16_t *outside; /* a row of magnitude 0 */

	struct seeds seeds;
};

static uint32_t clamp_row(int64_t row, uint32_t height)
{
	if (row < 0)
		return 0;
	return row < height ? (uint32_t)row : height - 1;
}

static void fill_margins(uint16_t *row, uint32_t width)
{
	for (int i = 1; i <= MARGIN; i++) {
		row[-i] = row[0];
		row[width - 1 + i] = row[width - 1];
	}
}

static void load_grey(struct pipeline *p, uint32_t y)
{
	uint32_t width = p->picture->width;
	size_t stride = (size_t)width * p->picture->channels;
	const uint8_t *in = p->picture->pixels + y * stride;

	if (p->picture->channels == 1)
		for (uint32_t x = 0; x < width; x++)
			p->grey[x] = in[x];
	else
		for (uint32_t x = 0; x < width; x++, in += 3)
			p->grey[x] = (uint16_t)((77 * in[0] + 150 * in[1] +
						 29 * in[2] + 128) >>
						8);
	fill_margins(p->grey, width);
}

static void blur_across(struct pipeline *p, uint32_t y)
{
	const uint16_t *in = p->grey;
	uint16_t *out = p->across[y % ACROSS_ROWS];

	load_grey(p, y);
	for (int64_t x = 0; x < p->picture->width; x++)
		out[x] = (uint16_t)(in[x - 2] + in[x + 2] +
				    4 * (in[x - 1] + in[x + 1]) + 6 * in[x]);
}

static void blur_down(struct pipeline *p, uint32_t y)
{
	uint16_t *out = p->blurred[y % BLURRED_ROWS];
	const uint16_t *in[5];

	for (int i = 0; i < 5; i++) {
		uint32_t row = clamp_row((int64_t)y + i - 2,
					 p->picture->height);

		in[i] = p->across[row % ACROSS_ROWS];
	}
	for (uint32_t x = 0; x < p->picture->width; x++)
		out[x] = (uint16_t)((in[0][x] + in[4][x] +
				     4 * (in[1][x] + in[3][x]) + 6 * in[2][x] +
				     128) >>
				    8);
	fill_margins(out, p->picture->width);
}

static uint8_t direction_of(int gx, int gy)
{
	int along_x = abs(gx), along_y = abs(gy);

	if (256 * along_y < 106 * along_x)
		return ACROSS;
	if (256 * along_y > 618 * along_x)
		return DOWN;
	return (gx < 0) == (gy < 0) ? FALLING : RISING;
}

static void find_gradient(struct pipeline *p, uint32_t y)
{
	uint32_t height = p->picture->height;
	const uint16_t *above =
		p->blurred[clamp_row((int64_t)y - 1, height) % BLURRED_ROWS];
	const uint16_t *here = p->blurred[y % BLURRED_ROWS];
	const uint16_t *below =
		p->blurred[clamp_row((int64_t)y + 1, height) % BLURRED_ROWS];
	uint16_t *magnitude = p->magnitude[y % GRADIENT_ROWS];
	uint8_t *direction = p->direction[y % GRADIENT_ROWS];

	for (int64_t x = 0; x < p->picture->width; x++) {
		int right = above[x + 1] + 2 * here[x + 1] + below[x + 1];
		int left = above[x - 1] + 2 * here[x - 1] + below[x - 1];
		int bottom = below[x - 1] + 2 * below[x] + below[x + 1];
		int top = above[x - 1] + 2 * above[x] + above[x + 1];

		magnitude[x] = (uint16_t)(abs(right - left) +
					  abs(bottom - top));
		direction[x] = direction_of(right - left, bottom - top);
	}
}

static int add_seed(struct seeds *seeds, uint32_t pixel)
{
	if (seeds->count == seeds->capacity) {
		size_t capacity = 2 * seeds->capacity + 1024;
		uint32_t *items = realloc(seeds->items,
					  capacity * sizeof(*items));

		if (!items)
			return AEE_ENOMEMORY;
		seeds->items = items;
		seeds->capacity = capacity;
	}
	seeds->items[seeds->count++] = pixel;
	return 0;
}

static const uint16_t *magnitude_row(const struct pipeline *p, int64_t y)
{
	if (y < 0 || y >= p->picture->height)
		return p->outside;
	return p->magnitude[y % GRADIENT_ROWS];
}

static bool is_ridge(const uint16_t *above, const uint16_t *here,
		     const uint16_t *below, uint8_t direction, int64_t x)
{
	uint16_t m = here[x];

	switch (direction) {
	case ACROSS:
		return m > here[x - 1] && m >= here[x + 1];
	case DOWN:
		return m > above[x] && m >= below[x];
	case FALLING:
		return m > above[x - 1] && m >= below[x + 1];
	default:
		return m > above[x + 1] && m >= below[x - 1];
	}
}

/* Writes each ridge that may become an edge, and notes the strong ones. */
static int thin(struct pipeline *p, uint32_t y)
{
	const uint16_t *above = magnitude_row(p, (int64_t)y - 1);
	const uint16_t *here = magnitude_row(p, y);
	const uint16_t *below = magnitude_row(p, (int64_t)y + 1);
	const uint8_t *direction = p->direction[y % GRADIENT_ROWS];
	uint32_t width = p->picture->width;
	uint8_t *out = p->dst + (size_t)y * width;

	for (uint32_t x = 0; x < width; x++) {
		uint32_t m = here[x];
		uint32_t value = 96 + m / 2;

		out[x] = 0;
		if (m < p->low && m < p->high)
			continue;
		if (!is_ridge(above, here, below, direction[x], x))
			continue;
		out[x] = (uint8_t)(value < 255 ? value : 255);
		if (m >= p->high && add_seed(&p->seeds, y * width + x))
			return AEE_ENOMEMORY;
	}
	return 0;
}

static int run_rows(struct pipeline *p)
{
	int64_t height = p->picture->height;
	int err = 0;

	/* Each stage runs as far behind the one before as it looks ahead. */
	for (int64_t row = 0; !err && row < height + 4; row++) {
		if (row < height)
			blur_across(p, (uint32_t)row);
		if (row >= 2 && row - 2 < height)
			blur_down(p, (uint32_t)(row - 2));
		if (row >= 3 && row - 3 < height)
			find_gradient(p, (uint32_t)(row - 3));
		if (row >= 4)
			err = thin(p, (uint32_t)(row - 4));
	}
	return err;
}

static bool take_bit(uint8_t *bits, uint32_t index)
{
	uint8_t mask = (uint8_t)(1U << (index % 8));
	bool was_set = bits[index / 8] & mask;

	bits[index / 8] |= mask;
	return !was_set;
}

/* Puts the weak neighbours of an edge onto the stack, each once. */
static int spread(struct pipeline *p, uint8_t *reached, uint32_t pixel)
{
	int64_t width = p->picture->width;
	int64_t x = pixel % width, y = pixel / width;

	for (int64_t v = y - 1; v <= y + 1; v++) {
		for (int64_t u = x - 1; u <= x + 1; u++) {
			uint32_t next = (uint32_t)(v * width + u);

			if (u < 0 || v < 0 || u >= width ||
			    v >= p->picture->height || !p->dst[next])
				continue;
			if (take_bit(reached, next) &&
			    add_seed(&p->seeds, next))
				return AEE_ENOMEMORY;
		}
	}
	return 0;
}

/* Keeps what is connected to a strong pixel. */
static int grow(struct pipeline *p)
{
	uint32_t pixels = p->picture->width * p->picture->height;
	uint8_t *reached = calloc(pixels / 8 + 1, 1);
	int err = 0;

	if (!reached)
		return AEE_ENOMEMORY;
	for (size_t i = 0; i < p->seeds.count; i++)
		take_bit(reached, p->seeds.items[i]);
	while (!err && p->seeds.count)
		err = spread(p, reached, p->seeds.items[--p->seeds.count]);
	for (uint32_t i = 0; i < pixels; i++)
		if (!(reached[i / 8] & 1U << (i % 8)))
			p->dst[i] = 0;
	free(reached);
	return err;
}

static int alloc_rows(struct pipeline *p)
{
	size_t stride = p->picture->width + 2 * MARGIN;
	size_t rows = 2 + ACROSS_ROWS + BLURRED_ROWS + GRADIENT_ROWS;
	uint16_t *row;
	uint8_t *bytes;

	p->memory = calloc(stride, rows * sizeof(*row) + GRADIENT_ROWS);
	if (!p->memory)
		return AEE_ENOMEMORY;
	row = (uint16_t *)p->memory + MARGIN;
	p->grey = row;
	p->outside = row += stride;
	for (int i = 0; i < ACROSS_ROWS; i++)
		p->across[i] = row += stride;
	for (int i = 0; i < BLURRED_ROWS; i++)
		p->blurred[i] = row += stride;
	for (int i = 0; i < GRADIENT_ROWS; i++)
		p->magnitude[i] = row += stride;
	bytes = (uint8_t *)((uint16_t *)p->memory + rows * stride);
	for (int i = 0; i < GRADIENT_ROWS; i++)
		p->direction[i] = bytes + i * stride;
	return 0;
}

int edge_find(const struct edge_picture *picture, uint32_t low, uint32_t high,
	      uint8_t *dst)
{
	struct pipeline p = {
		.picture = picture,
		.low = low,
		.high = high,
		.dst = dst,
	};
	int err = alloc_rows(&p);

	if (!err)
		err = run_rows(&p);
	FARF(HIGH, "%u x %u: %zu strong pixels", picture->width,
	     picture->height, p.seeds.count);
	if (!err)
		err = grow(&p);
	free(p.seeds.items);
	free(p.memory);
	return err;
}
