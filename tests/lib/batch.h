/* SPDX-License-Identifier: BSD-3-Clause */
/* Batches: many calls in one ioctl. */
#ifndef QDA_TEST_BATCH_H
#define QDA_TEST_BATCH_H

#include "device.h"
#include "dsp_probe.h"

#define BATCH_ARGS_MAX 2

/** A batch under construction, and what its calls' arguments are */
struct batch {
	struct drm_qda_remote_batch batch;
	struct drm_qda_remote_batch_call calls[DRM_QDA_BATCH_CALLS_MAX];
	struct drm_qda_remote_arg args[DRM_QDA_BATCH_CALLS_MAX][BATCH_ARGS_MAX];
};

/** batch_init - an empty batch with a deadline in 20 s, or 0 with NOWAIT */
void batch_init(struct batch *batch, uint32_t flags);

/** batch_add - append a call, of at most BATCH_ARGS_MAX arguments; its element */
struct drm_qda_remote_batch_call *batch_add(struct batch *batch,
					    const struct call *call);

/** batch_send - BATCH: 0 or a negative errno */
int batch_send(int fd, struct batch *batch);

/** batch_again - the same with the batch as it was left and a new deadline */
int batch_again(int fd, struct batch *batch, int64_t deadline_ns);

/** batch_of_results - @count calls, call i returns @first + i */
void batch_of_results(struct probe *probe, struct batch *batch, uint32_t flags,
		      unsigned int count, int32_t first);

/** batch_check_results - all ended and were collected, with these results */
void batch_check_results(const struct batch *batch, int32_t first);

#endif
