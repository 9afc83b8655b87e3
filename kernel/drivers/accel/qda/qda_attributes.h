/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _QDA_ATTRIBUTES_H_
#define _QDA_ATTRIBUTES_H_

#include <linux/mutex.h>
#include <linux/types.h>

#include <drm/qda_accel.h>

struct qda_session;

/**
 * struct qda_attributes - what the DSP says about itself
 * @lock: held by the one who asks the DSP, and protects the other members
 * @known: the DSP has answered; it is not asked again
 * @error: 0, or why there are no @values
 * @values: by DRM_QDA_DSP_*
 */
struct qda_attributes {
	struct mutex lock;
	bool known;
	int error;
	u32 values[DRM_QDA_DSP_ATTRIBUTES];
};

void qda_attributes_init(struct qda_attributes *attributes);
int qda_attributes_get(struct qda_session *session, u32 *values);

#endif
