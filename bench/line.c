// SPDX-License-Identifier: BSD-3-Clause
#include "line.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>

#define CALLS_OF_A_PAUSE 32

/* So that no two lines, and no two calls of a line, have a nonce in common. */
#define NONCES_OF_A_LINE (1ull << 48)

struct caller {
	struct contender_state *owner;
	struct line *line;
	struct request *request;
	uint64_t nonce;
	/* Of a run: its calls are @first, @first + @step and so on below @calls. */
	unsigned int first;
	unsigned int step;
	unsigned int calls;
	uint32_t *ns;
	int error;
};

struct contender_state {
	const struct line_type *type;
	struct workload workload;
	unsigned int sessions;
	unsigned int lines;
	struct caller *callers;
};

static unsigned int at_least_one(unsigned int number)
{
	return number ? number : 1;
}

static unsigned int lines_of(const struct workload *workload)
{
	unsigned int threads = at_least_one(workload->threads);
	unsigned int sessions = at_least_one(workload->sessions);

	return threads > sessions ? threads : sessions;
}

static unsigned int sessions_of(const struct line_type *type,
				const struct workload *workload)
{
	return type->join ? at_least_one(workload->sessions) :
			    lines_of(workload);
}

const char *line_unfit(const struct line_type *type,
		       const struct workload *workload)
{
	unsigned int sessions = sessions_of(type, workload);

	if (workload->batch > 1)
		return "it has no batches";
	if (workload->depth > 1)
		return "its caller waits for each call";
	if (workload->handles > 1 && !type->buffers_max)
		return "it has no buffers";
	if (workload->handles > 1 && workload->handles > type->buffers_max)
		return "it looks for each buffer in a list";
	/* One may always be tried: to ask how many there can be opens a device. */
	if (sessions > 1 && type->sessions_max &&
	    sessions > type->sessions_max())
		return "it cannot have as many sessions";
	return NULL;
}

static int configure(struct caller *caller, const struct workload *workload)
{
	request_init_configure(caller->request, workload);
	return caller->owner->type->invoke(caller->line, caller->request, 0);
}

static int open_caller(struct caller *caller, struct contender_state *state,
		       unsigned int number)
{
	const struct workload *workload = &state->workload;
	unsigned int buffers = at_least_one(workload->handles);
	size_t size = request_payload_size(workload);
	void *memory = NULL;
	int ret;

	caller->owner = state;
	caller->nonce = number * NONCES_OF_A_LINE;
	caller->request = calloc(1, sizeof(*caller->request));
	if (!caller->request)
		return -ENOMEM;
	if (number < state->sessions)
		ret = state->type->open(&caller->line, size, buffers);
	else
		ret = state->type->join(
			&caller->line,
			state->callers[number % state->sessions].line, size,
			buffers);
	if (!ret && number < state->sessions)
		ret = configure(caller, workload);
	if (ret)
		return ret;
	if (size)
		memory = state->type->memory(caller->line, 0);
	if (size && !memory)
		return -ENOMEM;
	request_init(caller->request, workload, memory);
	return 0;
}

int line_open(const struct line_type *type, struct contender_state **state,
	      const struct workload *workload)
{
	struct contender_state *new = calloc(1, sizeof(*new));
	unsigned int lines = lines_of(workload);
	int ret = -ENOMEM;

	if (!new)
		return ret;
	new->type = type;
	new->workload = *workload;
	new->sessions = sessions_of(type, workload);
	new->callers = calloc(lines, sizeof(*new->callers));
	if (new->callers)
		ret = 0;
	for (unsigned int i = 0; !ret && i < lines; i++) {
		new->lines++;
		ret = open_caller(&new->callers[i], new, i);
	}
	if (ret)
		line_close(new);
	else
		*state = new;
	return ret;
}

void line_close(struct contender_state *state)
{
	for (unsigned int i = state->lines; i--;) {
		if (state->callers[i].line)
			state->type->close(state->callers[i].line);
		free(state->callers[i].request);
	}
	free(state->callers);
	free(state);
}

/* Another buffer each time, in an order that no cache foresees. */
static int choose_buffer(struct caller *caller, unsigned int *index)
{
	const struct contender_state *state = caller->owner;
	unsigned int handles = state->workload.handles;
	void *memory;

	*index = 0;
	if (handles < 2)
		return 0;
	*index = (unsigned int)(payload_mix(caller->nonce) % handles);
	memory = state->type->memory(caller->line, *index);
	if (!memory)
		return -ENOMEM;
	request_move(caller->request, memory);
	return 0;
}

static int call(struct caller *caller, uint32_t *ns)
{
	const struct line_type *type = caller->owner->type;
	unsigned int index;
	uint64_t start;
	int ret;

	/*
	 * Mainline frees a call's number by a work item, and has 255: who never
	 * sleeps runs out of them. So all pause, outside of what is timed.
	 */
	if (!(++caller->nonce % CALLS_OF_A_PAUSE))
		sched_yield();
	ret = choose_buffer(caller, &index);
	if (ret)
		return ret;
	request_mark(caller->request, caller->nonce);
	start = bench_ticks();
	ret = type->invoke(caller->line, caller->request, index);
	*ns = bench_ns(bench_ticks() - start);
	if (!ret && !request_is_answered(caller->request, caller->nonce))
		ret = -EBADMSG;
	return ret;
}

static void *run_caller(void *argument)
{
	struct caller *caller = argument;
	unsigned int i;

	caller->error = 0;
	for (i = caller->first; !caller->error && i < caller->calls;
	     i += caller->step)
		caller->error = call(caller, &caller->ns[i]);
	return NULL;
}

static int run_threads(struct contender_state *state)
{
	unsigned int threads = at_least_one(state->workload.threads), started;
	pthread_t *ids = calloc(threads, sizeof(*ids));
	int ret = ids ? 0 : -ENOMEM;

	for (started = 0; !ret && started < threads; started++) {
		state->callers[started].first = started;
		state->callers[started].step = threads;
		ret = -pthread_create(&ids[started], NULL, run_caller,
				      &state->callers[started]);
		if (ret)
			break;
	}
	for (unsigned int i = 0; i < started; i++) {
		pthread_join(ids[i], NULL);
		if (!ret)
			ret = state->callers[i].error;
	}
	free(ids);
	return ret;
}

int line_run(struct contender_state *state, unsigned int calls, uint32_t *ns)
{
	int ret = 0;

	for (unsigned int i = 0; i < state->lines; i++) {
		state->callers[i].calls = calls;
		state->callers[i].ns = ns;
	}
	if (state->workload.threads > 1)
		return run_threads(state);
	for (unsigned int i = 0, line = 0; !ret && i < calls; i++) {
		ret = call(&state->callers[line], &ns[i]);
		line = line + 1 < state->lines ? line + 1 : 0;
	}
	return ret;
}

static int add_count(struct caller *caller, struct tally *tally)
{
	struct request request;
	int ret;

	request_init_state(&request);
	ret = caller->owner->type->invoke(caller->line, &request, 0);
	if (!ret)
		request_tally(&request, tally);
	return ret;
}

int line_count(struct contender_state *state, struct tally *tally)
{
	int ret = 0;

	*tally = (struct tally){ 0 };
	for (unsigned int i = 0; !ret && i < state->sessions; i++)
		ret = add_count(&state->callers[i], tally);
	return ret;
}
