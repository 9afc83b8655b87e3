/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Drivers whose ioctl is called in a loop in the kernel: what the contenders of
 * contender_kernel.c differ in.
 */
#ifndef BENCH_KERNEL_DRIVER_H
#define BENCH_KERNEL_DRIVER_H

#include "kernel_loops.h"
#include "request.h"

struct kernel_session;

/**
 * struct kernel_driver - a driver
 * @buffers_max: of how many buffers a session makes sense
 * @open: a session with bench.idl's module, room for @slots requests and
 *	@buffers, at least one, of @size bytes, none when that is 0. 0 or a negative
 *	errno
 * @requests: the room, zeroed: an array of one request for each slot
 * @memory: of buffer @index, NULL when it cannot be had
 * @fill: set what @loop has of the driver and @slot.template_ptr to call @request,
 *	which is that of slot number @number, with the payload in buffer @index
 * @invoke: call a request without payload. 0, -EBADMSG when the function refused
 */
struct kernel_driver {
	unsigned int buffers_max;
	int (*open)(struct kernel_session **session, unsigned int slots,
		    size_t size, unsigned int buffers, bool poll);
	struct request *(*requests)(struct kernel_session *session);
	void *(*memory)(struct kernel_session *session, unsigned int index);
	void (*fill)(struct kernel_session *session,
		     const struct request *request, unsigned int number,
		     unsigned int index, struct qda_bench_loop *loop,
		     struct qda_bench_slot *slot);
	int (*invoke)(struct kernel_session *session, struct request *request);
	void (*close)(struct kernel_session *session);
};

extern const struct kernel_driver kernel_qda;
extern const struct kernel_driver kernel_mainline;
extern const struct kernel_driver kernel_mainline_bypass; /* without an SMMU */

#endif
