// SPDX-License-Identifier: BSD-3-Clause
/*
 * Drivers by a loop in the kernel, one call after the other: what a driver costs
 * without the system calls of the simulated machine.
 */
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "contender_list.h"
#include "kernel_driver.h"

/*
 * With more than one buffer calls go to one of so many, in an order that no cache
 * foresees; to some of them several times where there are fewer, so that nothing
 * but the number of buffers differs.
 */
#define SLOTS 1024

struct contender_state {
	const struct kernel_driver *driver;
	struct kernel_session *session;
	int loops;
	struct qda_bench_loop loop;
	struct qda_bench_slot *slots;
	struct qda_bench_part *parts;
};

static const char *unfit(const struct kernel_driver *driver,
			 const struct workload *workload)
{
	if (workload->handles > 1 && workload->handles > driver->buffers_max)
		return "it looks for each buffer in a list";
	if (workload->batch > 1 || workload->depth > 1)
		return "it waits for each call";
	if (workload->threads > 1 || workload->sessions > 1)
		return "it is one thread with one session";
	return NULL;
}

static uint64_t pointer(const void *p)
{
	return (uintptr_t)p;
}

/* Where the nonce and data of a request are, as request_mark() writes them. */
static void place_data(struct qda_bench_slot *slot,
		       const struct request *request,
		       struct qda_bench_part *parts)
{
	unsigned int first = request->method == PAYLOAD_GATHER ? 2 : 1;

	slot->nonce_ptr = request->in ? pointer(request->record) : 0;
	slot->proof_ptr = request->out ? pointer(request->back) : 0;
	slot->parts_ptr = pointer(parts);
	for (unsigned int i = first; i < request->in; i++)
		parts[slot->parts_count++] = (struct qda_bench_part){
			pointer(request->args[i].data), request->args[i].length
		};
	if (request->method == PAYLOAD_EXCHANGE)
		slot->answer = (struct qda_bench_part){
			pointer(request->args[3].data), request->args[3].length
		};
}

static int fill_slots(struct contender_state *state,
		      const struct workload *workload, size_t size)
{
	struct request *requests = state->driver->requests(state->session);
	unsigned int args = request_args(workload);

	for (unsigned int i = 0; i < state->loop.slots_count; i++) {
		unsigned int index = 0;
		void *memory = NULL;

		if (workload->handles > 1)
			index = (unsigned int)(payload_mix(i) %
					       workload->handles);
		if (size) {
			memory = state->driver->memory(state->session, index);
			if (!memory)
				return -ENOMEM;
		}
		request_init(&requests[i], workload, memory);
		state->driver->fill(state->session, &requests[i], i, index,
				    &state->loop, &state->slots[i]);
		place_data(&state->slots[i], &requests[i],
			   state->parts + i * args);
	}
	return 0;
}

static int configure(struct contender_state *state,
		     const struct workload *workload)
{
	struct request request;

	request_init_configure(&request, workload);
	return state->driver->invoke(state->session, &request);
}

static void close_state(struct contender_state *state)
{
	if (state->session)
		state->driver->close(state->session);
	if (state->loops >= 0)
		close(state->loops);
	free(state->slots);
	free(state->parts);
	free(state);
}

static int start(struct contender_state *state, const struct workload *workload,
		 bool poll)
{
	size_t size = request_payload_size(workload);
	unsigned int slots = workload->handles > 1 ? SLOTS : 1;
	int ret;

	state->loops = loops_open();
	if (state->loops < 0)
		return state->loops;
	ret = state->driver->open(&state->session, slots, size,
				  workload->handles ? workload->handles : 1,
				  poll);
	if (ret)
		return ret;
	state->slots = calloc(slots, sizeof(*state->slots));
	state->parts = calloc((size_t)slots * (request_args(workload) + 1),
			      sizeof(*state->parts));
	if (!state->slots || !state->parts)
		return -ENOMEM;
	state->loop.slots_ptr = pointer(state->slots);
	state->loop.slots_count = slots;
	if (workload->check_all)
		state->loop.flags = QDA_BENCH_CHECK_ALL;
	ret = configure(state, workload);
	return ret ? ret : fill_slots(state, workload, size);
}

static int open_state(struct contender_state **state,
		      const struct workload *workload,
		      const struct kernel_driver *driver, bool poll)
{
	struct contender_state *new = calloc(1, sizeof(*new));
	int ret;

	if (!new)
		return -ENOMEM;
	new->driver = driver;
	new->loops = -1;
	ret = start(new, workload, poll);
	if (ret)
		close_state(new);
	else
		*state = new;
	return ret;
}

static int run(struct contender_state *state, unsigned int calls, uint32_t *ns)
{
	state->loop.calls = calls;
	return loops_ioctl(state->loops, &state->loop, ns);
}

static int count(struct contender_state *state, struct tally *tally)
{
	struct request request;
	int ret;

	*tally = (struct tally){ 0 };
	request_init_state(&request);
	ret = state->driver->invoke(state->session, &request);
	if (!ret)
		request_tally(&request, tally);
	return ret;
}

#define KERNEL(id, name_, title_, wait_, driver, rival_, poll)         \
	static const char *unfit_##id(const struct workload *workload) \
	{                                                              \
		return unfit(&(driver), workload);                     \
	}                                                              \
	static int open_##id(struct contender_state **state,           \
			     const struct workload *workload)          \
	{                                                              \
		return open_state(state, workload, &(driver), poll);   \
	}                                                              \
	const struct contender contender_##id = {                      \
		.name = (name_),                                       \
		.title = (title_),                                     \
		.clock = BENCH_KERNEL,                                 \
		.wait = (wait_),                                       \
		.rival = (rival_),                                     \
		.unfit = unfit_##id,                                   \
		.open = open_##id,                                     \
		.run = run,                                            \
		.count = count,                                        \
		.close = close_state,                                  \
	};

KERNEL(kernel_qda_sleep, "kernel-qda-sleep", "qda driver", BENCH_SLEEP,
       kernel_qda, false, false)
KERNEL(kernel_qda_poll, "kernel-qda-poll", "qda driver", BENCH_POLL, kernel_qda,
       false, true)
KERNEL(kernel_fastrpc_sleep, "kernel-fastrpc-sleep", "mainline fastrpc",
       BENCH_SLEEP, kernel_mainline, true, false)
KERNEL(kernel_fastrpc_poll, "kernel-fastrpc-poll", "mainline fastrpc",
       BENCH_POLL, kernel_mainline, true, true)

/* The simulated SMMU takes long to unmap, and mainline unmaps in each call. */
KERNEL(kernel_bypass_sleep, "kernel-fastrpc-bypass-sleep", "the same, no SMMU",
       BENCH_SLEEP, kernel_mainline_bypass, true, false)
KERNEL(kernel_bypass_poll, "kernel-fastrpc-bypass-poll", "the same, no SMMU",
       BENCH_POLL, kernel_mainline_bypass, true, true)
