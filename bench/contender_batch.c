// SPDX-License-Identifier: BSD-3-Clause
/*
 * Many calls in one system call, which waits for all of them: by libqda, and by the
 * driver's ioctl in a loop in the kernel.
 */
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "contender_list.h"
#include "kernel_loops.h"
#include "slots.h"

#define BATCH_DEFAULT 64

struct contender_state {
	struct slots slots;
	unsigned int batch;
	/* Of libqda: the calls, and the arguments of each. */
	struct qda_batch_call *library_calls;
	struct qda_arg *library_args;
	/* Of the loop in the kernel: */
	struct drm_qda_remote_batch_call *calls;
	int loops;
	struct qda_bench_loop loop;
	struct qda_bench_slot slot;
	struct drm_qda_remote_batch template, used;
};

static unsigned int batch_of(const struct workload *workload)
{
	return workload->batch ? workload->batch : BATCH_DEFAULT;
}

static const char *unfit(const struct workload *workload)
{
	if (workload->depth > 1)
		return "it waits for the whole batch";
	if (batch_of(workload) > DRM_QDA_BATCH_CALLS_MAX)
		return "a batch has no more than 256 calls";
	return slots_unfit(workload);
}

static void close_state(struct contender_state *state)
{
	if (state->loops >= 0)
		close(state->loops);
	slots_close(&state->slots);
	free(state->library_calls);
	free(state->library_args);
	free(state->calls);
	free(state);
}

/* The slots' arguments as libqda has them: ranges of their buffer. */
static void set_library_calls(struct contender_state *state)
{
	uint32_t handle = qda_module_handle(state->slots.bench.module);

	for (unsigned int i = 0; i < state->batch; i++) {
		const struct slot *slot = &state->slots.slots[i];
		const struct request *request = slot->request;
		struct qda_arg *args = state->library_args +
				       (size_t)i * REQUEST_ARGS_MAX;
		unsigned int count = request->in + request->out;

		for (unsigned int j = 0; j < count; j++)
			args[j] = qda_range(state->slots.buffer,
					    slot->args[j].offset,
					    slot->args[j].length);
		state->library_calls[i] = (struct qda_batch_call){
			.handle = handle,
			.scalars = QDA_SCALARS(request->method, request->in,
					       request->out, 0, 0),
			.args = args,
			.count = count,
		};
	}
}

static int open_with(struct contender_state **state,
		     const struct workload *workload,
		     int (*prepare)(struct contender_state *state))
{
	struct contender_state *new = calloc(1, sizeof(*new));
	int ret;

	if (!new)
		return -ENOMEM;
	new->loops = -1;
	new->batch = batch_of(workload);
	ret = slots_open(&new->slots, workload, new->batch);
	if (!ret)
		ret = prepare(new);
	if (ret)
		close_state(new);
	else
		*state = new;
	return ret;
}

static int prepare_library(struct contender_state *state)
{
	state->library_calls = calloc(state->batch,
				      sizeof(*state->library_calls));
	state->library_args = calloc(
		state->batch, REQUEST_ARGS_MAX * sizeof(*state->library_args));
	if (!state->library_calls || !state->library_args)
		return -ENOMEM;
	set_library_calls(state);
	return 0;
}

static int open_state(struct contender_state **state,
		      const struct workload *workload)
{
	return open_with(state, workload, prepare_library);
}

static int run_batch(struct contender_state *state, unsigned int count,
		     uint32_t *ns)
{
	struct qda_batch_call *calls = state->library_calls;
	uint64_t start;
	uint32_t each;
	int ret;

	for (unsigned int i = 0; i < count; i++)
		slots_mark(&state->slots, &state->slots.slots[i]);
	start = bench_ticks();
	ret = qda_invoke_batch(state->slots.bench.session, calls, count,
			       QDA_DEADLINE_NONE, NULL);
	each = bench_ns((bench_ticks() - start) / count);
	for (unsigned int i = 0; i < count; i++) {
		ns[i] = each;
		if (!ret)
			ret = slots_end(&state->slots.slots[i], calls[i].error,
					calls[i].result);
	}
	return ret;
}

static int run(struct contender_state *state, unsigned int calls, uint32_t *ns)
{
	int ret = 0;

	for (unsigned int i = 0, count; !ret && i < calls; i += count) {
		count = calls - i < state->batch ? calls - i : state->batch;
		if (!count)
			return -EINVAL;
		ret = run_batch(state, count, ns + i);
	}
	return ret;
}

static int count(struct contender_state *state, struct tally *tally)
{
	return slots_count(&state->slots, tally);
}

/* ---- In the kernel ----------------------------------------------------- */

static const char *kernel_unfit(const struct workload *workload)
{
	/* The loop writes one nonce, and a batch has as many as calls. */
	return request_args(workload) ? "its loop writes no data" :
					unfit(workload);
}

static int prepare_loop(struct contender_state *state)
{
	state->calls = calloc(state->batch, sizeof(*state->calls));
	if (!state->calls)
		return -ENOMEM;
	state->loops = loops_open();
	if (state->loops < 0)
		return state->loops;
	state->slot.template_ptr = (uintptr_t)(&state->template);
	state->loop = (struct qda_bench_loop){
		.fd = qda_session_fd(state->slots.bench.session),
		.command = DRM_IOCTL_QDA_REMOTE_BATCH,
		.struct_ptr = (uintptr_t)(&state->used),
		.struct_size = sizeof(state->used),
		.result_offset = -1,
		.slots_ptr = (uintptr_t)(&state->slot),
		.slots_count = 1,
	};
	return 0;
}

static int kernel_open(struct contender_state **state,
		       const struct workload *workload)
{
	return open_with(state, workload, prepare_loop);
}

/* @batches of @size calls each; the times are of batches, @ns of calls. */
static int kernel_run_batches(struct contender_state *state,
			      unsigned int batches, unsigned int size,
			      uint32_t *ns)
{
	uint32_t *times = calloc(batches, sizeof(*times));
	int ret;

	if (!times)
		return -ENOMEM;
	slots_begin_batch(&state->slots, state->slots.slots, state->calls,
			  size);
	state->template = (struct drm_qda_remote_batch){
		.calls_ptr = (uintptr_t)state->calls,
		.calls_count = size,
		.calls_stride = sizeof(*state->calls),
		.deadline_ns = DRM_QDA_DEADLINE_NONE,
	};
	state->loop.calls = batches;
	ret = loops_ioctl(state->loops, &state->loop, times);
	if (!ret)
		ret = slots_end_batch(state->slots.slots, state->calls, size);
	for (unsigned int i = 0; !ret && i < batches * size; i++)
		ns[i] = times[i / size] / size;
	free(times);
	return ret;
}

static int kernel_run(struct contender_state *state, unsigned int calls,
		      uint32_t *ns)
{
	unsigned int batches = calls / state->batch,
		     rest = calls % state->batch;
	int ret = 0;

	if (batches)
		ret = kernel_run_batches(state, batches, state->batch, ns);
	if (!ret && rest)
		ret = kernel_run_batches(state, 1, rest,
					 ns + batches * state->batch);
	return ret;
}

const struct contender contender_qda_batch = {
	.name = "qda-batch",
	.title = "a batch",
	.clock = BENCH_SYSTEM_CALLS,
	.wait = BENCH_STREAM,
	.unit = BENCH_PERIOD,
	.unfit = unfit,
	.open = open_state,
	.run = run,
	.count = count,
	.close = close_state,
};

const struct contender contender_kernel_qda_batch = {
	.name = "kernel-qda-batch",
	.title = "a batch",
	.clock = BENCH_KERNEL,
	.wait = BENCH_STREAM,
	.unit = BENCH_PERIOD,
	.unfit = kernel_unfit,
	.open = kernel_open,
	.run = kernel_run,
	.count = count,
	.close = close_state,
};
