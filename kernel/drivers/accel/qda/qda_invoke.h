/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _QDA_INVOKE_H_
#define _QDA_INVOKE_H_

struct drm_file;
struct drm_qda_remote_invoke;
struct qda_call;

struct qda_call *qda_invoke_make(struct drm_file *file,
				 const struct drm_qda_remote_invoke *args);
void qda_invoke_drop(struct qda_call *call);
int qda_invoke_send(struct qda_call *call);

#endif
