/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _QDA_STATE_H_
#define _QDA_STATE_H_

struct qda_device;

void qda_state_init(struct qda_device *qda);
void qda_state_debugfs(struct qda_device *qda);

#endif
