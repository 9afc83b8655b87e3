/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _QDA_CONTEXT_BANK_H_
#define _QDA_CONTEXT_BANK_H_

#include <linux/kref.h>
#include <linux/list.h>
#include <linux/types.h>

struct device;
struct platform_device;
struct qda_device;

/**
 * struct qda_context_bank - an address space of the DSP
 */
struct qda_context_bank {
	/** @ref: Held by the device, by each session and by each mapping. */
	struct kref ref;

	/** @node: In the list of all banks. */
	struct list_head node;

	/** @pdev: What the IOMMU translates for. */
	struct platform_device *pdev;

	/** @stream: Stream id, at its place in an address given to the DSP. */
	u64 stream;

	/** @coherent: Who is behind it sees the CPU's caches. */
	bool coherent;

	/** @sessions_max: How many sessions may share it. */
	unsigned int sessions_max;

	/** @sessions: How many do. */
	unsigned int sessions;

	/** @closing: How many of those are about to give it back. */
	unsigned int closing;
};

int qda_context_banks_create(struct qda_device *qda);

struct qda_context_bank *qda_context_bank_take(struct qda_device *qda);
void qda_context_bank_closing(struct qda_context_bank *bank);
void qda_context_bank_return(struct qda_context_bank *bank, bool closing);

struct qda_context_bank *qda_context_bank_get(struct qda_context_bank *bank);
void qda_context_bank_put(struct qda_context_bank *bank);
struct device *qda_context_bank_dev(struct qda_context_bank *bank);

#endif
