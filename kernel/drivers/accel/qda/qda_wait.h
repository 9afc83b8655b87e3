/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _QDA_WAIT_H_
#define _QDA_WAIT_H_

#include <linux/types.h>

struct qda_call;
struct qda_session;

/* Calls that are waited for without an allocation */
#define QDA_WAIT_FEW	64

/**
 * struct qda_wait - calls that a thread waits for, in the order of an array
 * @session: their session
 * @any: one is enough
 * @count: number of elements
 * @calls: the calls, with references; NULL for one that is not waited for
 * @few: where they stand unless they are too many
 */
struct qda_wait {
	struct qda_session *session;
	bool any;
	unsigned int count;
	struct qda_call **calls;
	struct qda_call *few[QDA_WAIT_FEW];
};

/**
 * typedef qda_wait_write_t - tell user space of a call
 * @to: element of its array
 * @stride: size of the element
 * @call: the call
 * @done: it ended, and is being collected
 *
 * Return: 0 or -EFAULT.
 */
typedef int (*qda_wait_write_t)(void __user *to, u32 stride, struct qda_call *call,
				bool done);

int qda_wait_init(struct qda_wait *wait, struct qda_session *session,
		  unsigned int count);
void qda_wait_leave(struct qda_wait *wait);
int qda_wait_for_all(struct qda_wait *wait, s64 deadline);
int qda_wait_refuse_twins(struct qda_wait *wait);
int qda_wait_collect(struct qda_wait *wait, void __user *to, u32 stride,
		     qda_wait_write_t write, u32 *collected);

#endif
