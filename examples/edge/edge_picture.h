/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Edges of a picture, in whole numbers only, so that any two implementations of
 * what follows agree in each bit. A pixel outside of the picture is the nearest
 * one inside.
 *
 *  1. Brightness: the value itself, or (77 R + 150 G + 29 B + 128) / 256.
 *  2. Blur: weights 1 4 6 4 1 across and down, (sum + 128) / 256.
 *  3. Gradient: Sobel's gx and gy, magnitude m = |gx| + |gy|; m is 0 outside.
 *  4. Direction: across where 256 |gy| < 106 |gx|, down where 256 |gy| >
 *     618 |gx|, else along the diagonal on which gx and gy have the same sign
 *     (falling) or not (rising).
 *  5. Ridge: m > that of the neighbour along the direction that comes first in
 *     the picture (left or above), and m >= that of the other.
 *  6. A pixel is strong where it is a ridge and m >= high, weak where it is a
 *     ridge and m >= low. An edge is a strong pixel, and each weak one with an
 *     edge among its eight neighbours inside of the picture.
 *  7. An edge's value is 96 + m / 2, at most 255; the others' is 0.
 */
#ifndef EDGE_PICTURE_H
#define EDGE_PICTURE_H

#include <stdint.h>

/*
 * The greatest width and height: a picture has fewer than 2^31 bytes, for
 * FastRPC counts them in an int.
 */
#define EDGE_SIZE_MAX 16384

/*
 * A picture: rows from top to bottom without gaps, 1 byte (grey) or 3 (red,
 * green, blue) a pixel.
 */
struct edge_picture {
	const uint8_t *pixels;
	uint32_t width;
	uint32_t height;
	uint32_t channels;
};

/**
 * edge_find - find the edges
 * @picture: sizes must fit together; see edge_imp.c
 * @dst: gets width * height bytes
 *
 * Returns 0 or AEE_ENOMEMORY.
 */
int edge_find(const struct edge_picture *picture, uint32_t low, uint32_t high,
	      uint8_t *dst);

#endif
