// SPDX-License-Identifier: BSD-3-Clause
/* The DSP's side of the interface: unpacks arguments and calls the function. */
#include <stdbool.h>
#include <string.h>

#include <AEEStdErr.h>
#include <remote.h>

#include "edge.h"

#define EXPORT __attribute__((visibility("default")))

EXPORT int edge_skel_handle_invoke(remote_handle64 handle, uint32_t sc,
				   remote_arg *args);
EXPORT int edge_skel_invoke(uint32_t sc, remote_arg *args);

struct prim_in {
	uint32_t src_len;
	uint32_t width;
	uint32_t height;
	uint32_t channels;
	uint32_t low;
	uint32_t high;
	uint32_t dst_len;
};

/* The attribute bits are not a skel's business. */
static uint32_t shape_of(uint32_t sc)
{
	return sc & 0x00ffffff;
}

static bool sizes_fit(const struct prim_in *in)
{
	uint64_t pixels = (uint64_t)in->width * in->height;

	return in->width && in->height && in->width <= EDGE_SIZE_MAX &&
	       in->height <= EDGE_SIZE_MAX &&
	       (in->channels == 1 || in->channels == 3) &&
	       in->src_len == pixels * in->channels && in->dst_len == pixels;
}

static int skel_detect(remote_arg *args)
{
	struct edge_picture picture;
	struct prim_in in;

	if (args[0].buf.nLen < sizeof(in))
		return AEE_EBADPARM;
	/* What the caller wrote stays in its memory, so it is read once. */
	memcpy(&in, args[0].buf.pv, sizeof(in));
	if (args[1].buf.nLen < in.src_len || args[2].buf.nLen < in.dst_len ||
	    !sizes_fit(&in))
		return AEE_EBADPARM;
	picture = (struct edge_picture){
		.pixels = args[1].buf.pv,
		.width = in.width,
		.height = in.height,
		.channels = in.channels,
	};
	return edge_imp_detect(&picture, in.low, in.high, args[2].buf.pv);
}

int edge_skel_invoke(uint32_t sc, remote_arg *args)
{
	if (REMOTE_SCALARS_METHOD(sc) != EDGE_METHOD_DETECT)
		return AEE_EUNSUPPORTED;
	if (shape_of(sc) != REMOTE_SCALARS_MAKE(0, 2, 1))
		return AEE_EBADPARM;
	return skel_detect(args);
}

static int skel_open(uint32_t sc, remote_arg *args)
{
	if (shape_of(sc) != REMOTE_SCALARS_MAKEX(0, 0, 2, 0, 0, 1))
		return AEE_EBADPARM;
	/* Nothing is kept from call to call, so any handle does. */
	args[2].h64 = 1;
	return 0;
}

int edge_skel_handle_invoke(remote_handle64 handle, uint32_t sc,
			    remote_arg *args)
{
	(void)handle;
	switch (REMOTE_SCALARS_METHOD(sc)) {
	case 0:
		return skel_open(sc, args);
	case 1:
		return 0;
	default:
		return edge_skel_invoke(sc, args);
	}
}
