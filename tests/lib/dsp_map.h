/* SPDX-License-Identifier: BSD-3-Clause */
/* Maps, and what code on the DSP does with them. */
#ifndef QDA_TEST_DSP_MAP_H
#define QDA_TEST_DSP_MAP_H

#include "dsp_probe.h"

/** map_whole - REMOTE_MAP of a whole BO, filled in but not sent */
struct drm_qda_remote_map map_whole(uint32_t kind, const struct bo *bo,
				    int32_t tag);

/** map_send - REMOTE_MAP: 0 or a negative errno */
int map_send(int fd, struct drm_qda_remote_map *map);

/** map_create - number of a map of a whole BO; the subtest fails without */
uint32_t map_create(int fd, uint32_t kind, const struct bo *bo, int32_t tag);

/** map_remove - REMOTE_UNMAP: 0 or a negative errno; the DSP's answer */
int map_remove(int fd, uint32_t map, int32_t *result);

/**
 * probe_run - one method of the probe, at most 16 bytes in and 32 out
 *
 * Returns what the probe returned; the subtest fails when the call does.
 */
int32_t probe_run(struct probe *probe, enum probe_method method, const void *in,
		  uint32_t in_size, void *out, uint32_t out_size);

/** tag_sum - sum of the first page of the memory with a tag, -1 without one */
int64_t tag_sum(struct probe *probe, int32_t tag);

/** tag_hold, tag_let_go - keep the memory from being unmapped: 0 or an error */
int32_t tag_hold(struct probe *probe, int32_t tag);
int32_t tag_let_go(struct probe *probe, int32_t tag);

/** tag_fill - let the DSP fill the start of it: 0 or an error */
int32_t tag_fill(struct probe *probe, int32_t tag, uint8_t value,
		 uint32_t size);

#endif
