// SPDX-License-Identifier: BSD-3-Clause
/*
 * One thread that keeps several calls in flight: each is sent with NOWAIT, and
 * one ioctl waits for any of them and collects all that have ended.
 */
#include <errno.h>
#include <stdlib.h>

#include "contender_list.h"
#include "slots.h"

#define DEPTH_DEFAULT 16

struct contender_state {
	struct slots slots;
	/* Calls in flight; that of index I has slot in_slot[I]. */
	struct drm_qda_remote_call *calls;
	unsigned int *in_slot;
	unsigned int *idle;
	unsigned int in_flight;
	unsigned int idle_count;
};

static unsigned int depth_of(const struct workload *workload)
{
	return workload->depth ? workload->depth : DEPTH_DEFAULT;
}

static const char *unfit(const struct workload *workload)
{
	if (workload->batch > 1)
		return "it sends each call by itself";
	return slots_unfit(workload);
}

static void close_state(struct contender_state *state)
{
	slots_close(&state->slots);
	free(state->calls);
	free(state->in_slot);
	free(state->idle);
	free(state);
}

static int open_state(struct contender_state **state,
		      const struct workload *workload)
{
	struct contender_state *new = calloc(1, sizeof(*new));
	unsigned int depth = depth_of(workload);
	int ret;

	if (!new)
		return -ENOMEM;
	ret = slots_open(&new->slots, workload, depth);
	new->calls = calloc(depth, sizeof(*new->calls));
	new->in_slot = calloc(depth, sizeof(*new->in_slot));
	new->idle = calloc(depth, sizeof(*new->idle));
	if (!ret && (!new->calls || !new->in_slot || !new->idle))
		ret = -ENOMEM;
	if (ret) {
		close_state(new);
		return ret;
	}
	for (new->idle_count = 0; new->idle_count < depth; new->idle_count++)
		new->idle[new->idle_count] = new->idle_count;
	*state = new;
	return 0;
}

static int submit(struct contender_state *state)
{
	unsigned int slot = state->idle[--state->idle_count];
	struct drm_qda_remote_invoke invoke;
	int ret;

	slots_begin(&state->slots, &state->slots.slots[slot], &invoke);
	ret = slots_ioctl(&state->slots, DRM_IOCTL_QDA_REMOTE_INVOKE, &invoke);
	if (ret) {
		state->idle[state->idle_count++] = slot;
		return ret;
	}
	state->calls[state->in_flight] = (struct drm_qda_remote_call){
		.call = invoke.call
	};
	state->in_slot[state->in_flight++] = slot;
	return 0;
}

/* Waits for one at least; *@ended is how many there were. */
static int collect(struct contender_state *state, unsigned int *ended)
{
	struct drm_qda_remote_wait wait = {
		.calls_ptr = (uintptr_t)state->calls,
		.calls_count = state->in_flight,
		.calls_stride = sizeof(*state->calls),
		.flags = DRM_QDA_WAIT_ANY,
		.deadline_ns = DRM_QDA_DEADLINE_NONE,
	};
	int ret = slots_ioctl(&state->slots, DRM_IOCTL_QDA_REMOTE_WAIT, &wait);
	unsigned int left = 0;

	if (ret)
		return ret;
	*ended = wait.done;
	for (unsigned int i = 0; i < state->in_flight; i++) {
		unsigned int slot = state->in_slot[i];

		if (!state->calls[i].done) {
			state->calls[left] = state->calls[i];
			state->in_slot[left++] = slot;
			continue;
		}
		if (!ret)
			ret = slots_end(&state->slots.slots[slot],
					-(int)state->calls[i].error,
					state->calls[i].result);
		state->idle[state->idle_count++] = slot;
	}
	state->in_flight = left;
	return ret;
}

static int run(struct contender_state *state, unsigned int calls, uint32_t *ns)
{
	unsigned int sent = 0, ended, drained = 0;
	uint32_t *end = ns + calls;
	uint64_t last = bench_ticks();
	int ret = 0;

	while (!ret && ns < end) {
		while (!ret && sent < calls && state->idle_count) {
			ret = submit(state);
			sent += !ret;
		}
		if (!ret)
			ret = collect(state, &ended);
		if (!ret)
			ns = slots_time(&last, ended, ns);
	}
	/* After a failure: what is in flight ends nevertheless. */
	while (state->in_flight && drained++ < calls)
		collect(state, &ended);
	return ret;
}

static int count(struct contender_state *state, struct tally *tally)
{
	return slots_count(&state->slots, tally);
}

const struct contender contender_qda_nowait = {
	.name = "qda-nowait",
	.title = "NOWAIT + WAIT any",
	.clock = BENCH_SYSTEM_CALLS,
	.wait = BENCH_STREAM,
	.unit = BENCH_PERIOD,
	.unfit = unfit,
	.open = open_state,
	.run = run,
	.count = count,
	.close = close_state,
};
