/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _QDA_ATTRIBUTES_H_
#define _QDA_ATTRIBUTES_H_

#include <linux/mutex.h>
#include <linux/types.h>

#include <drm/qda_accel.h>

struct qda_session;

/**
 * struct qda_attributes - what the DSP says about itself
 */
struct qda_attributes {
	/** @lock: Held by who asks the DSP; protects the other members. */
	struct mutex lock;

	/** @known: The DSP has answered; it is not asked again. */
	bool known;

	/** @error: 0, or why there are no @values. */
	int error;

	/** @values: By DRM_QDA_DSP_*. */
	u32 values[DRM_QDA_DSP_ATTRIBUTES];
};

void qda_attributes_init(struct qda_attributes *attributes);
bool qda_attributes_quiet(struct qda_session *session);
int qda_attributes_get(struct qda_session *session, u32 *values);

#endif
