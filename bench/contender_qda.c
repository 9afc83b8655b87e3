// SPDX-License-Identifier: BSD-3-Clause
/*
 * This project's driver by its own library, one call after the other. Records
 * are ordinary memory, as a stub's are, and the payload is in buffers.
 */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>

#include <qda.h>

#include "contender_list.h"
#include "counters.h"
#include "line.h"
#include "qda_bench.h"

struct line {
	struct qda_bench bench;
	bool joined;
	size_t size;
	struct qda_buffer **buffers;
	void **maps;
};

static void close_line(struct line *line)
{
	if (!line->joined)
		qda_bench_close(&line->bench);
	free(line->buffers);
	free(line->maps);
	free(line);
}

static int add_buffers(struct line *line, unsigned int count)
{
	int ret = 0;

	line->buffers = calloc(count, sizeof(struct qda_buffer *));
	line->maps = calloc(count, sizeof(void *));
	if (!line->buffers || !line->maps)
		return -ENOMEM;
	for (unsigned int i = 0; !ret && i < count; i++)
		ret = qda_buffer_create(line->bench.session, line->size,
					&line->buffers[i]);
	return ret;
}

/* @first: whose session it is to be in, or NULL */
static int new_line(struct line **line, struct line *first, size_t size,
		    unsigned int buffers, uint32_t flags)
{
	struct line *new = calloc(1, sizeof(*new));
	int ret = 0;

	if (!new)
		return -ENOMEM;
	new->size = size;
	new->joined = first;
	if (first)
		new->bench = first->bench;
	else
		ret = qda_bench_open(&new->bench, flags);
	if (!ret && size)
		ret = add_buffers(new, buffers);
	if (ret)
		close_line(new);
	else
		*line = new;
	return ret;
}

static int open_sleep(struct line **line, size_t size, unsigned int buffers)
{
	return new_line(line, NULL, size, buffers, 0);
}

static int open_poll(struct line **line, size_t size, unsigned int buffers)
{
	return new_line(line, NULL, size, buffers, QDA_SESSION_POLL);
}

static int join(struct line **line, struct line *first, size_t size,
		unsigned int buffers)
{
	return new_line(line, first, size, buffers, 0);
}

/* Mapped when it is first used: of many handles few are. NULL without memory. */
static void *memory(struct line *line, unsigned int index)
{
	if (!line->maps[index] &&
	    qda_buffer_map(line->buffers[index], &line->maps[index]))
		return NULL;
	return line->maps[index];
}

/* What the library copies for the call: to or from a buffer of its own. */
static void count_copies(const struct request *request)
{
	for (unsigned int i = 0; i < request->in + request->out; i++)
		if (!request->args[i].payload)
			copied_bytes += request->args[i].length;
}

static int invoke(struct line *line, struct request *request,
		  unsigned int index)
{
	int ret = qda_bench_invoke(&line->bench, request,
				   line->buffers ? line->buffers[index] : NULL);

	count_copies(request);
	return ret;
}

static const struct line_type sleeping = {
	.buffers_max = UINT_MAX,
	.sessions_max = qda_bench_sessions,
	.open = open_sleep,
	.join = join,
	.memory = memory,
	.invoke = invoke,
	.close = close_line,
};

static const struct line_type polling = {
	.buffers_max = UINT_MAX,
	.sessions_max = qda_bench_sessions,
	.open = open_poll,
	.join = join,
	.memory = memory,
	.invoke = invoke,
	.close = close_line,
};

LINE_FUNCTIONS(sleeping)
LINE_FUNCTIONS(polling)

const struct contender contender_qda_sleep = {
	.name = "qda-sleep",
	.title = "libqda",
	.clock = BENCH_SYSTEM_CALLS,
	.wait = BENCH_SLEEP,
	.unfit = sleeping_unfit,
	.open = sleeping_open,
	.run = line_run,
	.count = line_count,
	.close = line_close,
};

const struct contender contender_qda_poll = {
	.name = "qda-poll",
	.title = "libqda, polling",
	.clock = BENCH_SYSTEM_CALLS,
	.wait = BENCH_POLL,
	.unfit = polling_unfit,
	.open = polling_open,
	.run = line_run,
	.count = line_count,
	.close = line_close,
};
