// SPDX-License-Identifier: BSD-3-Clause
/*
 * One thread that keeps the DSP busy with few system calls: two batches are in
 * flight, each of half of the calls. When all of the older one have ended they
 * are sent anew, while the DSP has the other.
 */
#include <errno.h>
#include <stdlib.h>

#include "contender_list.h"
#include "slots.h"

#define DEPTH_DEFAULT 16

/* A batch; those of its calls that are not in flight have ended. */
struct half {
	struct slot *slots;
	struct drm_qda_remote_batch_call *calls;
	unsigned int in_flight;
};

struct contender_state {
	struct slots slots;
	struct drm_qda_remote_batch_call *calls;
	unsigned int size; /* of a half */
	struct half halves[2];
};

static const char *unfit(const struct workload *workload)
{
	if (workload->batch > 1)
		return "its batches are half of what is in flight";
	if (workload->depth == 1)
		return "it has two batches in flight";
	return slots_unfit(workload);
}

static void close_state(struct contender_state *state)
{
	slots_close(&state->slots);
	free(state->calls);
	free(state);
}

static int open_state(struct contender_state **state,
		      const struct workload *workload)
{
	unsigned int depth = workload->depth ? workload->depth : DEPTH_DEFAULT;
	struct contender_state *opened = calloc(1, sizeof(*opened));
	int ret;

	if (!opened)
		return -ENOMEM;
	opened->size = depth / 2;
	ret = slots_open(&opened->slots, workload, 2 * opened->size);
	opened->calls = calloc(depth, sizeof(*opened->calls));
	if (!ret && !opened->calls)
		ret = -ENOMEM;
	if (ret) {
		close_state(opened);
		return ret;
	}
	for (unsigned int i = 0; i < 2; i++) {
		opened->halves[i].slots = opened->slots.slots +
					  i * opened->size;
		opened->halves[i].calls = opened->calls + i * opened->size;
	}
	*state = opened;
	return 0;
}

static int submit(struct contender_state *state, struct half *half,
		  unsigned int count)
{
	struct drm_qda_remote_batch batch = {
		.calls_ptr = (uintptr_t)half->calls,
		.calls_count = count,
		.calls_stride = sizeof(*half->calls),
		.flags = DRM_QDA_INVOKE_NOWAIT,
	};
	int ret;

	slots_begin_batch(&state->slots, half->slots, half->calls, count);
	ret = slots_ioctl(&state->slots, DRM_IOCTL_QDA_REMOTE_BATCH, &batch);
	half->in_flight = batch.sent;
	return ret ? ret : batch.sent == count ? 0 : -EIO;
}

static int collect(struct contender_state *state, struct half *half)
{
	struct drm_qda_remote_batch batch = {
		.calls_ptr = (uintptr_t)half->calls,
		.calls_count = half->in_flight,
		.calls_stride = sizeof(*half->calls),
		.sent = half->in_flight,
		.deadline_ns = DRM_QDA_DEADLINE_NONE,
	};
	int ret = slots_ioctl(&state->slots, DRM_IOCTL_QDA_REMOTE_BATCH,
			      &batch);

	if (!ret)
		ret = slots_end_batch(half->slots, half->calls,
				      half->in_flight);
	half->in_flight = 0;
	return ret;
}

static int run(struct contender_state *state, unsigned int calls, uint32_t *ns)
{
	unsigned int sent = 0, turn;
	uint32_t *end = ns + calls;
	uint64_t last = bench_ticks();
	int ret = 0;

	for (turn = 0; !ret && ns < end; turn++) {
		struct half *half = &state->halves[turn % 2];
		unsigned int ended = half->in_flight;

		if (ended)
			ret = collect(state, half);
		if (!ret && sent < calls) {
			unsigned int count = calls - sent < state->size ?
						     calls - sent :
						     state->size;

			ret = submit(state, half, count);
			sent += count;
		}
		if (!ret && ended)
			ns = slots_time(&last, ended, ns);
	}
	/* After a failure: what is in flight ends nevertheless. */
	for (unsigned int i = 0; i < 2; i++)
		if (state->halves[i].in_flight)
			collect(state, &state->halves[i]);
	return ret;
}

static int count(struct contender_state *state, struct tally *tally)
{
	return slots_count(&state->slots, tally);
}

const struct contender contender_qda_stream = {
	.name = "qda-stream",
	.title = "batches of half, NOWAIT",
	.clock = BENCH_SYSTEM_CALLS,
	.wait = BENCH_STREAM,
	.unit = BENCH_PERIOD,
	.unfit = unfit,
	.open = open_state,
	.run = run,
	.count = count,
	.close = close_state,
};
