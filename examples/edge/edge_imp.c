// SPDX-License-Identifier: BSD-3-Clause
/* The functions of the interface. They run on the DSP. */
#include <stdbool.h>

#include <AEEStdErr.h>

#include "edge.h"
#include "edge_picture.h"

/* Nothing is kept from call to call, so any handle does. */
int edge_open(const char *uri, remote_handle64 *h)
{
	(void)uri;
	*h = 1;
	return 0;
}

int edge_close(remote_handle64 h)
{
	(void)h;
	return 0;
}

static bool sizes_fit(const struct edge_picture *picture, int src_len,
		      int dst_len)
{
	uint64_t pixels = (uint64_t)picture->width * picture->height;

	return picture->width && picture->height &&
	       picture->width <= EDGE_SIZE_MAX &&
	       picture->height <= EDGE_SIZE_MAX &&
	       (picture->channels == 1 || picture->channels == 3) &&
	       (uint64_t)src_len == pixels * picture->channels &&
	       (uint64_t)dst_len == pixels;
}

int edge_detect(remote_handle64 h, const unsigned char *src, int srcLen,
		unsigned int width, unsigned int height, unsigned int channels,
		unsigned int low, unsigned int high, unsigned char *dst,
		int dstLen)
{
	const struct edge_picture picture = {
		.pixels = src,
		.width = width,
		.height = height,
		.channels = channels,
	};

	(void)h;
	if (!sizes_fit(&picture, srcLen, dstLen))
		return AEE_EBADPARM;
	return edge_find(&picture, low, high, dst);
}
