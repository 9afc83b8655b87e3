/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef EDGE_REFERENCE_H
#define EDGE_REFERENCE_H

#include "edge_picture.h"

/**
 * edge_reference - what edge_picture.h says, step by step, on the CPU
 * @dst: gets width * height bytes
 *
 * Shares nothing with what runs on the DSP, and is as plain as can be: it is
 * there to be compared with. Returns 0, or -1 without memory.
 */
int edge_reference(const struct edge_picture *picture, uint32_t low,
		   uint32_t high, uint8_t *dst);

#endif
