/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Several calls in flight by the driver's own interface: each has a slot of one
 * buffer, with everything that its arguments are, so that nobody copies a byte.
 */
#ifndef BENCH_SLOTS_H
#define BENCH_SLOTS_H

#include "qda_bench.h"

struct slot {
	struct request *request; /* in the buffer */
	struct drm_qda_remote_arg *args;
	uint64_t nonce;
};

struct slots {
	struct qda_bench bench;
	struct workload workload;
	struct qda_buffer *buffer;
	struct slot *slots;
	unsigned int count;
	uint64_t nonce;
};

/** slots_open - a session and @count slots; slots_close() in either case */
int slots_open(struct slots *slots, const struct workload *workload,
	       unsigned int count, uint32_t flags);
void slots_close(struct slots *slots);

/** slots_begin - make the slot's request another call; its ioctl's struct */
void slots_begin(struct slots *slots, struct slot *slot,
		 struct drm_qda_remote_invoke *invoke);

/** slots_end - 0 or what went wrong with the call */
int slots_end(const struct slot *slot, const struct drm_qda_remote_call *end);

/** slots_count - what contender.count is */
int slots_count(struct slots *slots, struct tally *tally);

#endif
