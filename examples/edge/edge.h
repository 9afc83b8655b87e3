/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The interface "edge", as an interface compiler would write it for
 *
 *	interface edge : remote_handle64 {
 *		long detect(in sequence<octet> src, in unsigned long width,
 *			    in unsigned long height, in unsigned long channels,
 *			    in unsigned long low, in unsigned long high,
 *			    rout sequence<octet> dst);
 *	};
 *
 * detect() finds the edges of a picture, in whole numbers only, so that any
 * two implementations of what follows agree in each bit. A pixel outside of the
 * picture is the nearest one inside.
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
#ifndef EDGE_H
#define EDGE_H

#include <stddef.h>
#include <stdint.h>

#define EDGE_METHOD_DETECT 2

#define EDGE_URI "file:///libedge_skel.so?edge_skel_handle_invoke&_modver=1.0"

/* The greatest width and height. */
#define EDGE_SIZE_MAX 32768

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

/* For programs (edge_stub.c). */
struct qda_module;
struct qda_session;

int edge_open(struct qda_session *session, struct qda_module **edge,
	      int32_t *result);
int edge_close(struct qda_module *edge, int32_t *result);

/**
 * edge_detect - find the edges of a picture
 * @src: width * height * channels bytes, below 4 GiB
 * @dst: gets width * height bytes
 * @result: 0, AEE_EBADPARM for sizes that do not fit together, AEE_ENOMEMORY
 */
int edge_detect(struct qda_module *edge, const uint8_t *src, uint32_t src_len,
		uint32_t width, uint32_t height, uint32_t channels,
		uint32_t low, uint32_t high, uint8_t *dst, uint32_t dst_len,
		int32_t *result);

/* For the DSP: edge_skel.c calls this, edge_imp.c has it. */
int edge_imp_detect(const struct edge_picture *picture, uint32_t low,
		    uint32_t high, uint8_t *dst);

#endif
