/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _QDA_REMOTE_HEAP_H_
#define _QDA_REMOTE_HEAP_H_

#include <linux/types.h>

struct qda_device;

/**
 * struct qda_remote_heap - memory that the DSP's audio process gets for good
 * @base: physical address
 * @size: length in bytes; 0 without
 * @given: the DSP was given it; protected by the lock of calls
 */
struct qda_remote_heap {
	phys_addr_t base;
	u64 size;
	bool given;
};

int qda_remote_heap_init(struct qda_device *qda);
bool qda_remote_heap_take(struct qda_device *qda);
void qda_remote_heap_take_back(struct qda_device *qda);

#endif
