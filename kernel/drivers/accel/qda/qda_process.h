/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _QDA_PROCESS_H_
#define _QDA_PROCESS_H_

#include <linux/types.h>

struct qda_device;
struct qda_mapping;
struct qda_session;
struct work_struct;

/**
 * struct qda_process_shell - the program that a process starts with
 * @mapping: where it lies, or NULL
 * @offset: where it starts
 * @length: its length in bytes
 */
struct qda_process_shell {
	struct qda_mapping *mapping;
	u64 offset;
	u32 length;
};

int qda_process_create(struct qda_session *session,
		       const struct qda_process_shell *shell, u32 attributes,
		       s32 *result);
void qda_process_release_all(struct qda_device *qda);
bool qda_process_release(struct qda_session *session);
void qda_process_release_work(struct work_struct *work);

#endif
