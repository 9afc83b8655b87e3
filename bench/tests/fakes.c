// SPDX-License-Identifier: BSD-3-Clause
#include "fakes.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

char fake_order[256];
int fake_open;

struct contender_state {
	uint64_t calls;
	unsigned int runs;
};

/* Of all of them: so the machine gets slower while it is measured. */
static unsigned int runs;

static const char *fits(const struct workload *workload)
{
	(void)workload;
	return NULL;
}

static const char *does_not_fit(const struct workload *workload)
{
	(void)workload;
	return "it cannot & will not <do> it";
}

static int open_state(struct contender_state **state,
		      const struct workload *workload)
{
	(void)workload;
	*state = calloc(1, sizeof(**state));
	fake_open++;
	return *state ? 0 : -ENOMEM;
}

static int open_absent(struct contender_state **state,
		       const struct workload *workload)
{
	(void)state;
	(void)workload;
	return -ENODEV;
}

static int open_refused(struct contender_state **state,
			const struct workload *workload)
{
	(void)state;
	(void)workload;
	return -ENOSPC;
}

static int run(struct contender_state *state, unsigned int calls, uint32_t *ns,
	       char letter, unsigned int factor)
{
	size_t length = strlen(fake_order);

	if (length + 1 < sizeof(fake_order))
		fake_order[length] = letter;
	runs++;
	state->runs++;
	state->calls += calls;
	for (unsigned int i = 0; i < calls; i++)
		ns[i] = factor * (1000 + 10 * runs + i % 10);
	return 0;
}

static int run_quick(struct contender_state *state, unsigned int calls,
		     uint32_t *ns)
{
	return run(state, calls, ns, 'q', 1);
}

static int run_slow(struct contender_state *state, unsigned int calls,
		    uint32_t *ns)
{
	return run(state, calls, ns, 's', 2);
}

static int run_failing(struct contender_state *state, unsigned int calls,
		       uint32_t *ns)
{
	run(state, calls, ns, 'f', 1);
	return state->runs < 3 ? 0 : -ENOSPC;
}

static int run_idle(struct contender_state *state, unsigned int calls,
		    uint32_t *ns)
{
	run(state, calls, ns, 'i', 1);
	state->calls = 0;
	return 0;
}

/* Honest as long as it is timed in three rounds. */
static int run_uncounted(struct contender_state *state, unsigned int calls,
			 uint32_t *ns)
{
	run(state, calls, ns, 'u', 1);
	if (state->runs > 2 + 3)
		state->calls -= calls;
	return 0;
}

static int count(struct contender_state *state, struct tally *tally)
{
	*tally = (struct tally){ .calls = state->calls };
	return 0;
}

static void close_state(struct contender_state *state)
{
	fake_open--;
	free(state);
}

#define FAKE(which, unfit_, open_, run_)        \
	const struct contender fake_##which = { \
		.name = #which,                 \
		.title = #which " <fake>",      \
		.clock = BENCH_SYSTEM_CALLS,    \
		.unfit = unfit_,                \
		.open = open_,                  \
		.run = run_,                    \
		.count = count,                 \
		.close = close_state,           \
	}

FAKE(quick, fits, open_state, run_quick);
FAKE(slow, fits, open_state, run_slow);
FAKE(absent, fits, open_absent, run_quick);
FAKE(unfit, does_not_fit, open_state, run_quick);
FAKE(refused, fits, open_refused, run_quick);
FAKE(failing, fits, open_state, run_failing);
FAKE(idle, fits, open_state, run_idle);
FAKE(uncounted, fits, open_state, run_uncounted);
