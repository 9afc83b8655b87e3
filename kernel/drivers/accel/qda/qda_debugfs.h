/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _QDA_DEBUGFS_H_
#define _QDA_DEBUGFS_H_

struct qda_device;

void qda_debugfs_create(struct qda_device *qda);

#endif
