// SPDX-License-Identifier: BSD-3-Clause
/* The program's side of the interface: packs arguments and calls the DSP. */
#include <qda.h>

#include "edge.h"

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

int edge_open(struct qda_session *session, struct qda_module **edge,
	      int32_t *result)
{
	return qda_module_open(session, EDGE_URI, edge, result);
}

int edge_close(struct qda_module *edge, int32_t *result)
{
	return qda_module_close(edge, result);
}

int edge_detect(struct qda_module *edge, const uint8_t *src, uint32_t src_len,
		uint32_t width, uint32_t height, uint32_t channels,
		uint32_t low, uint32_t high, uint8_t *dst, uint32_t dst_len,
		int32_t *result)
{
	const struct {
		uint32_t src_len;
		uint32_t width;
		uint32_t height;
		uint32_t channels;
		uint32_t low;
		uint32_t high;
		uint32_t dst_len;
	} prim_in = { src_len, width, height, channels, low, high, dst_len };
	const struct qda_arg args[] = {
		qda_in(&prim_in, sizeof(prim_in)),
		qda_in(src, src_len),
		qda_out(dst, dst_len),
	};

	return qda_module_invoke(edge,
				 QDA_SCALARS(EDGE_METHOD_DETECT, 2, 1, 0, 0),
				 args, ARRAY_SIZE(args), result);
}
