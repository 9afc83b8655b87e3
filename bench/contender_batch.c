// SPDX-License-Identifier: BSD-3-Clause
/* Many calls in one system call, which waits for all of them. */
#include <errno.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "contender_list.h"
#include "kernel_loops.h"
#include "slots.h"

#define BATCH_DEFAULT	64

struct contender_state {
	struct slots slots;
	struct drm_qda_remote_batch_call *calls;
	unsigned int batch;
	/* Of the loop in the kernel: */
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
	if (workload->threads > 1 || workload->sessions > 1)
		return "it is one thread with one session";
	if (workload->handles > 1)
		return "its calls share a buffer";
	if (batch_of(workload) > DRM_QDA_BATCH_CALLS_MAX)
		return "a batch has no more than 256 calls";
	return NULL;
}

static void close_state(struct contender_state *state)
{
	if (state->loops >= 0)
		close(state->loops);
	slots_close(&state->slots);
	free(state->calls);
	free(state);
}

static int open_state(struct contender_state **state, const struct workload *workload)
{
	struct contender_state *new = calloc(1, sizeof(*new));
	int ret;

	if (!new)
		return -ENOMEM;
	new->loops = -1;
	new->batch = batch_of(workload);
	new->calls = calloc(new->batch, sizeof(*new->calls));
	ret = slots_open(&new->slots, workload, new->batch, 0);
	if (!ret && !new->calls)
		ret = -ENOMEM;
	if (ret)
		close_state(new);
	else
		*state = new;
	return ret;
}

static void begin_batch(struct contender_state *state, unsigned int count)
{
	for (unsigned int i = 0; i < count; i++) {
		struct drm_qda_remote_invoke invoke;

		slots_begin(&state->slots, &state->slots.slots[i], &invoke);
		state->calls[i] = (struct drm_qda_remote_batch_call){
			.remote_handle = invoke.remote_handle,
			.scalars = invoke.scalars,
			.args_ptr = invoke.args_ptr,
			.args_count = invoke.args_count,
			.args_stride = invoke.args_stride,
		};
	}
}

static struct drm_qda_remote_batch batch_struct(const struct contender_state *state,
						unsigned int count)
{
	return (struct drm_qda_remote_batch){
		.calls_ptr = (uintptr_t)state->calls,
		.calls_count = count,
		.calls_stride = sizeof(*state->calls),
		.deadline_ns = DRM_QDA_DEADLINE_NONE,
	};
}

static int end_batch(const struct contender_state *state, unsigned int count)
{
	int ret = 0;

	for (unsigned int i = 0; !ret && i < count; i++) {
		const struct drm_qda_remote_batch_call *call = &state->calls[i];
		const struct drm_qda_remote_call end = {
			.call = call->call,
			.done = call->done,
			.error = call->error,
			.result = call->result,
		};

		ret = call->done ? slots_end(&state->slots.slots[i], &end) : -EIO;
	}
	return ret;
}

static int run_batch(struct contender_state *state, unsigned int count, uint32_t *ns)
{
	struct drm_qda_remote_batch batch = batch_struct(state, count);
	int fd = qda_session_fd(state->slots.bench.session), ret;
	uint64_t start;
	uint32_t each;

	begin_batch(state, count);
	start = bench_ticks();
	do {
		ret = ioctl(fd, DRM_IOCTL_QDA_REMOTE_BATCH, &batch);
	} while (ret && errno == EINTR);
	each = bench_ns((bench_ticks() - start) / count);
	if (ret)
		return -errno;
	for (unsigned int i = 0; i < count; i++)
		ns[i] = each;
	return end_batch(state, count);
}

static int run(struct contender_state *state, unsigned int calls, uint32_t *ns)
{
	int ret = 0;

	for (unsigned int i = 0; !ret && i < calls; i += state->batch) {
		unsigned int left = calls - i;

		ret = run_batch(state, left < state->batch ? left : state->batch, ns + i);
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
	return request_args(workload) ? "its loop writes no data" : unfit(workload);
}

static int kernel_open(struct contender_state **state, const struct workload *workload)
{
	struct contender_state *new;
	int ret = open_state(state, workload);

	if (ret)
		return ret;
	new = *state;
	new->loops = loops_open();
	if (new->loops < 0) {
		ret = new->loops;
		close_state(new);
		return ret;
	}
	new->slot.template_ptr = (uintptr_t)&new->template;
	new->loop = (struct qda_bench_loop){
		.fd = qda_session_fd(new->slots.bench.session),
		.command = DRM_IOCTL_QDA_REMOTE_BATCH,
		.struct_ptr = (uintptr_t)&new->used,
		.struct_size = sizeof(new->used),
		.result_offset = -1,
		.slots_ptr = (uintptr_t)&new->slot,
		.slots_count = 1,
	};
	return 0;
}

/* @batches of @size calls each; the times are of batches, @ns of calls. */
static int kernel_run_batches(struct contender_state *state, unsigned int batches,
			      unsigned int size, uint32_t *ns)
{
	uint32_t *times = calloc(batches, sizeof(*times));
	int ret;

	if (!times)
		return -ENOMEM;
	begin_batch(state, size);
	state->template = batch_struct(state, size);
	state->loop.calls = batches;
	ret = loops_ioctl(state->loops, &state->loop, times);
	if (!ret)
		ret = end_batch(state, size);
	for (unsigned int i = 0; !ret && i < batches * size; i++)
		ns[i] = times[i / size] / size;
	free(times);
	return ret;
}

static int kernel_run(struct contender_state *state, unsigned int calls, uint32_t *ns)
{
	unsigned int batches = calls / state->batch, rest = calls % state->batch;
	int ret = 0;

	if (batches)
		ret = kernel_run_batches(state, batches, state->batch, ns);
	if (!ret && rest)
		ret = kernel_run_batches(state, 1, rest, ns + batches * state->batch);
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
