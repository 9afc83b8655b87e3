/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _QDA_PROCESS_H_
#define _QDA_PROCESS_H_

#include <linux/types.h>

struct qda_device;
struct qda_mapping;
struct qda_session;
struct work_struct;

/**
 * struct qda_process_params - the process that a session wants
 * @kind: DRM_QDA_SESSION_*
 * @attributes: DRM_QDA_PROCESS_*
 * @shell: where the program lies that it starts with, or NULL
 * @shell_offset: where the program starts
 * @shell_length: its length in bytes, that of the signature included
 * @signature_length: length of the signature at its end
 * @name: which one, for DRM_QDA_SESSION_STATIC
 */
struct qda_process_params {
	u32 kind;
	u32 attributes;
	struct qda_mapping *shell;
	u64 shell_offset;
	u32 shell_length;
	u32 signature_length;
	const char *name;
};

int qda_process_create(struct qda_session *session,
		       const struct qda_process_params *params, s32 *result);
void qda_process_release_all(struct qda_device *qda);
bool qda_process_release(struct qda_session *session);
void qda_process_release_work(struct work_struct *work);

#endif
