// SPDX-License-Identifier: BSD-3-Clause
/*
 * The floors, from a loop in the kernel: a message to the DSP and its answer,
 * without a driver for FastRPC. "raw" is answered by a process on the DSP, which is
 * reached as one that runs a call is, "bare" by the DSP's message loop itself: the
 * difference between them is the DSP's, not a driver's.
 */
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "contender_list.h"
#include "kernel_loops.h"

struct contender_state {
	int loops;
	uint32_t flags;
	uint64_t calls;
};

static const char *unfit(const struct workload *workload)
{
	if (workload->payload || workload->args)
		return "a message has no arguments";
	if (workload->service_ns)
		return "no function is called";
	if (workload->threads > 1 || workload->depth > 1 || workload->batch > 1)
		return "it waits for each message";
	if (workload->sessions > 1 || workload->handles > 1)
		return "it has no session";
	return NULL;
}

static int open_flags(struct contender_state **state, uint32_t flags)
{
	struct contender_state *new = calloc(1, sizeof(*new));
	int ret;

	if (!new)
		return -ENOMEM;
	new->flags = flags;
	new->loops = loops_open();
	ret = new->loops;
	/* Is there a channel? */
	if (ret >= 0)
		ret = loops_echo(new->loops, flags, 0, NULL);
	if (ret >= 0) {
		*state = new;
		return 0;
	}
	if (new->loops >= 0)
		close(new->loops);
	free(new);
	return ret;
}

static int run(struct contender_state *state, unsigned int calls, uint32_t *ns)
{
	int ret = loops_echo(state->loops, state->flags, calls, ns);

	if (!ret)
		state->calls += calls;
	return ret;
}

/* The kernel has checked each answer; the DSP counts calls alone. */
static int count(struct contender_state *state, struct tally *tally)
{
	*tally = (struct tally){ .calls = state->calls };
	return 0;
}

static void close_state(struct contender_state *state)
{
	close(state->loops);
	free(state);
}

#define RPMSG(id, name_, title_, wait_, flags)                \
	static int open_##id(struct contender_state **state,  \
			     const struct workload *workload) \
	{                                                     \
		(void)workload;                               \
		return open_flags(state, flags);              \
	}                                                     \
	const struct contender contender_##id = {             \
		.name = (name_),                              \
		.title = (title_),                            \
		.clock = BENCH_KERNEL,                        \
		.wait = (wait_),                              \
		.unfit = unfit,                               \
		.open = open_##id,                            \
		.run = run,                                   \
		.count = count,                               \
		.close = close_state,                         \
	};

RPMSG(raw_sleep, "kernel-raw-sleep", "rpmsg", BENCH_SLEEP,
      QDA_BENCH_ECHO_PROCESS)
RPMSG(raw_poll, "kernel-raw-poll", "rpmsg and a word", BENCH_POLL,
      QDA_BENCH_ECHO_PROCESS | QDA_BENCH_ECHO_WORD)
RPMSG(bare_sleep, "kernel-bare-sleep", "rpmsg to no process", BENCH_SLEEP, 0)
RPMSG(bare_spin, "kernel-bare-spin", "rpmsg to no process", BENCH_POLL,
      QDA_BENCH_ECHO_SPIN)
RPMSG(bare_poll, "kernel-bare-poll", "the same and a word", BENCH_POLL,
      QDA_BENCH_ECHO_WORD)
