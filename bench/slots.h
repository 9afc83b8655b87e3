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

/** slots_unfit - contender.unfit, as far as all with slots have it in common */
const char *slots_unfit(const struct workload *workload);

/** slots_open - a session and @count slots; slots_close() in either case */
int slots_open(struct slots *slots, const struct workload *workload,
	       unsigned int count);
void slots_close(struct slots *slots);

/** slots_ioctl - of the session, however many signals come; 0 or a negative errno */
int slots_ioctl(const struct slots *slots, unsigned long number, void *data);

/** slots_mark - make the slot's request another call */
void slots_mark(struct slots *slots, struct slot *slot);

/** slots_begin - the same; its ioctl's struct */
void slots_begin(struct slots *slots, struct slot *slot,
		 struct drm_qda_remote_invoke *invoke);

/** slots_begin_batch - the same of @count slots; the array of a batch */
void slots_begin_batch(struct slots *slots, struct slot *first,
		       struct drm_qda_remote_batch_call *calls,
		       unsigned int count);

/**
 * slots_end - 0 or what went wrong with the call
 * @error: 0 or a negative errno
 * @result: the DSP's
 */
int slots_end(const struct slot *slot, int error, int32_t result);

/** slots_end_batch - the same of @count slots; -EIO for a call that has not ended */
int slots_end_batch(const struct slot *first,
		    const struct drm_qda_remote_batch_call *calls,
		    unsigned int count);

/**
 * slots_time - @ended calls have ended together: what each took of the time
 * @last: bench_ticks() when those before them had; set to now
 *
 * Return: behind the @ended elements of @ns that were set.
 */
uint32_t *slots_time(uint64_t *last, unsigned int ended, uint32_t *ns);

/** slots_count - what contender.count is */
int slots_count(struct slots *slots, struct tally *tally);

#endif
