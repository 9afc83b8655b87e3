/* SPDX-License-Identifier: BSD-3-Clause */
/* What the parts of the device that is none have in common; under its lock. */
#ifndef QDA_FAKE_INTERNAL_H
#define QDA_FAKE_INTERNAL_H

#include <stdint.h>

#include <qda_accel.h>

struct fake_file;

struct fake_call {
	uint64_t id;
	int error;
	int32_t result;
};

/* The call with this number, or a free one for 0; or NULL. */
struct fake_call *fake_call_at(struct fake_file *file, uint64_t id);

/* What the kernel would say to it before it sends anything. */
int fake_check_invoke(struct fake_file *file,
		      const struct drm_qda_remote_invoke *invoke);

/* Checks and runs a call; it is to be collected by its number. */
int fake_start(struct fake_file *file, struct drm_qda_remote_invoke *invoke);

/* -EINTR or -ETIME as often as the test wants it. */
int fake_not_yet(void);

int fake_batch(struct fake_file *file, struct drm_qda_remote_batch *batch);

#endif
