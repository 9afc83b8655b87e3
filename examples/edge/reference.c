// SPDX-License-Identifier: BSD-3-Clause
#include <stdbool.h>
#include <stdlib.h>

#include "reference.h"

/* A number for each pixel of a picture. */
struct plane {
	long width;
	long height;
	int *values;
};

static bool is_inside(const struct plane *plane, long x, long y)
{
	return x >= 0 && y >= 0 && x < plane->width && y < plane->height;
}

static int *at(const struct plane *plane, long x, long y)
{
	return &plane->values[y * plane->width + x];
}

static int nearest(const struct plane *plane, long x, long y)
{
	if (x < 0)
		x = 0;
	if (y < 0)
		y = 0;
	if (x >= plane->width)
		x = plane->width - 1;
	if (y >= plane->height)
		y = plane->height - 1;
	return *at(plane, x, y);
}

static int or_zero(const struct plane *plane, long x, long y)
{
	return is_inside(plane, x, y) ? *at(plane, x, y) : 0;
}

static void brightness(const struct edge_picture *picture,
		       const struct plane *out)
{
	for (long i = 0; i < out->width * out->height; i++) {
		const uint8_t *pixel = picture->pixels + i * picture->channels;

		if (picture->channels == 1)
			out->values[i] = pixel[0];
		else
			out->values[i] = (77 * pixel[0] + 150 * pixel[1] +
					  29 * pixel[2] + 128) /
					 256;
	}
}

static int blurred(const struct plane *in, long x, long y)
{
	static const int weight[] = { 1, 4, 6, 4, 1 };
	int sum = 128;

	for (int v = 0; v < 5; v++)
		for (int u = 0; u < 5; u++)
			sum += weight[u] * weight[v] *
			       nearest(in, x + u - 2, y + v - 2);
	return sum / 256;
}

static int gradient_x(const struct plane *in, long x, long y)
{
	return nearest(in, x + 1, y - 1) - nearest(in, x - 1, y - 1) +
	       2 * nearest(in, x + 1, y) - 2 * nearest(in, x - 1, y) +
	       nearest(in, x + 1, y + 1) - nearest(in, x - 1, y + 1);
}

static int gradient_y(const struct plane *in, long x, long y)
{
	return nearest(in, x - 1, y + 1) - nearest(in, x - 1, y - 1) +
	       2 * nearest(in, x, y + 1) - 2 * nearest(in, x, y - 1) +
	       nearest(in, x + 1, y + 1) - nearest(in, x + 1, y - 1);
}

/* The step to the neighbour along the gradient that comes later. */
static void step_of(int gx, int gy, int *step_x, int *step_y)
{
	int x = abs(gx), y = abs(gy);

	*step_x = 1;
	*step_y = 1;
	if (256 * y < 106 * x)
		*step_y = 0;
	else if (256 * y > 618 * x)
		*step_x = 0;
	else if ((long)gx * gy < 0)
		*step_x = -1;
}

static bool is_ridge(const struct plane *blur, const struct plane *magnitude,
		     long x, long y)
{
	int m = *at(magnitude, x, y);
	int u, v;

	step_of(gradient_x(blur, x, y), gradient_y(blur, x, y), &u, &v);
	return m > or_zero(magnitude, x - u, y - v) &&
	       m >= or_zero(magnitude, x + u, y + v);
}

static bool touches_edge(const struct plane *edges, long x, long y)
{
	for (long v = y - 1; v <= y + 1; v++)
		for (long u = x - 1; u <= x + 1; u++)
			if (or_zero(edges, u, v) == 2)
				return true;
	return false;
}

/* 1 is a weak pixel, 2 an edge. Goes over the picture until nothing changes. */
static void connect(const struct plane *edges)
{
	bool changed = true;

	while (changed) {
		changed = false;
		for (long y = 0; y < edges->height; y++)
			for (long x = 0; x < edges->width; x++)
				if (*at(edges, x, y) == 1 &&
				    touches_edge(edges, x, y)) {
					*at(edges, x, y) = 2;
					changed = true;
				}
	}
}

static int class_of(const struct plane *blur, const struct plane *magnitude,
		    long x, long y, uint32_t low, uint32_t high)
{
	uint32_t m = (uint32_t)*at(magnitude, x, y);

	if (!is_ridge(blur, magnitude, x, y))
		return 0;
	if (m >= high)
		return 2;
	return m >= low;
}

/* Three planes of numbers: what a step reads, and what it writes. */
static void calculate(const struct edge_picture *picture,
		      struct plane planes[3], uint32_t low, uint32_t high,
		      uint8_t *dst)
{
	struct plane *grey = &planes[0], *blur = &planes[1];
	struct plane *magnitude = &planes[2], *edges = grey;
	long width = picture->width, height = picture->height;

	brightness(picture, grey);
	for (long y = 0; y < height; y++)
		for (long x = 0; x < width; x++)
			*at(blur, x, y) = blurred(grey, x, y);
	for (long y = 0; y < height; y++)
		for (long x = 0; x < width; x++)
			*at(magnitude, x, y) = abs(gradient_x(blur, x, y)) +
					       abs(gradient_y(blur, x, y));
	for (long y = 0; y < height; y++)
		for (long x = 0; x < width; x++)
			*at(edges, x, y) = class_of(blur, magnitude, x, y, low,
						    high);
	connect(edges);
	for (long i = 0; i < width * height; i++) {
		int value = 96 + magnitude->values[i] / 2;

		dst[i] = (uint8_t)(value < 255 ? value : 255);
		if (edges->values[i] != 2)
			dst[i] = 0;
	}
}

int edge_reference(const struct edge_picture *picture, uint32_t low,
		   uint32_t high, uint8_t *dst)
{
	size_t pixels = (size_t)picture->width * picture->height;
	int *values = calloc(pixels, 3 * sizeof(*values));
	struct plane planes[3];

	if (!values)
		return -1;
	for (int i = 0; i < 3; i++)
		planes[i] = (struct plane){ picture->width, picture->height,
					    values + i * pixels };
	calculate(picture, planes, low, high, dst);
	free(values);
	return 0;
}
