/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _QDA_CONTEXT_BANK_H_
#define _QDA_CONTEXT_BANK_H_

#include <linux/kref.h>
#include <linux/types.h>

struct device;
struct platform_device;
struct qda_device;

/**
 * struct qda_context_bank - an address space of the DSP
 * @ref: held by the device, by each session and by each mapping
 * @pdev: what the IOMMU translates for
 * @stream: stream id, at its place in an address given to the DSP
 * @sessions_max: how many sessions may share it
 * @sessions: how many do; protected by &qda_device.banks_lock
 */
struct qda_context_bank {
	struct kref ref;
	struct platform_device *pdev;
	u64 stream;
	u32 sessions_max;
	u32 sessions;
};

int qda_context_banks_create(struct qda_device *qda);
void qda_context_banks_destroy(struct qda_device *qda);

struct qda_context_bank *qda_context_bank_take(struct qda_device *qda);
void qda_context_bank_return(struct qda_device *qda,
			     struct qda_context_bank *bank, bool closing);
void qda_context_bank_closing(struct qda_device *qda);

struct qda_context_bank *qda_context_bank_get(struct qda_context_bank *bank);
void qda_context_bank_put(struct qda_context_bank *bank);
struct device *qda_context_bank_dev(struct qda_context_bank *bank);

#endif
