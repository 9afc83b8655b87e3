/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _QDA_KERNEL_CALL_H_
#define _QDA_KERNEL_CALL_H_

#include <linux/types.h>

struct qda_call;
struct qda_session;

#define QDA_KERNEL_ARGS_MAX	4

/**
 * struct qda_kernel_arg - an argument of a call of the kernel's own
 * @data: what is copied to the payload of the call; NULL for zeroes or room for
 * an output
 * @length: its length in bytes
 * @address: DSP address of an argument that is not in the payload, else 0
 */
struct qda_kernel_arg {
	const void *data;
	u32 length;
	u64 address;
};

/**
 * struct qda_kernel_request - a call of the kernel's own
 * @handle: remote handle
 * @scalars: DRM_QDA_SCALARS()
 * @args: as many as @scalars say
 */
struct qda_kernel_request {
	u32 handle;
	u32 scalars;
	struct qda_kernel_arg args[QDA_KERNEL_ARGS_MAX];
};

size_t qda_kernel_payload_size(const struct qda_kernel_request *request);
size_t qda_kernel_payload_offset(const struct qda_kernel_request *request,
				 unsigned int i);
void qda_kernel_payload_fill(const struct qda_kernel_request *request,
			     void *payload, u64 address, void *metadata);

struct qda_call *qda_kernel_call_create(struct qda_session *session,
					const struct qda_kernel_request *request);
int qda_kernel_call_wait(struct qda_call *call, s32 *result);

#endif
