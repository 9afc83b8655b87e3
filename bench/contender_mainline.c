// SPDX-License-Identifier: BSD-3-Clause
/* Mainline's fastrpc driver by its ioctl, one call after the other. */
#include <errno.h>
#include <stdlib.h>

#include "contender_list.h"
#include "line.h"
#include "mainline.h"

/* Context banks of the driver's channel. */
#define SESSIONS_MAX 14

struct line {
	struct mainline mainline;
};

static void close_line(struct line *line)
{
	mainline_close(&line->mainline);
	free(line);
}

static int open_line(struct line **line, size_t size, unsigned int buffers,
		     bool poll)
{
	const struct mainline_options options = { .poll = poll };
	struct line *new = calloc(1, sizeof(*new));
	int ret;

	if (!new)
		return -ENOMEM;
	ret = mainline_open(&new->mainline, &options, size, buffers);
	if (ret)
		close_line(new);
	else
		*line = new;
	return ret;
}

static int open_sleep(struct line **line, size_t size, unsigned int buffers)
{
	return open_line(line, size, buffers, false);
}

static int open_poll(struct line **line, size_t size, unsigned int buffers)
{
	return open_line(line, size, buffers, true);
}

static void *memory(struct line *line, unsigned int index)
{
	return line->mainline.buffers[index].map;
}

static int invoke(struct line *line, struct request *request,
		  unsigned int index)
{
	return mainline_invoke(&line->mainline, request, index);
}

static unsigned int sessions_max(void)
{
	return SESSIONS_MAX;
}

static const struct line_type sleeping = {
	.buffers_max = MAINLINE_BUFFERS_MAX,
	.sessions_max = sessions_max,
	.open = open_sleep,
	.memory = memory,
	.invoke = invoke,
	.close = close_line,
};

static const struct line_type polling = {
	.buffers_max = MAINLINE_BUFFERS_MAX,
	.sessions_max = sessions_max,
	.open = open_poll,
	.memory = memory,
	.invoke = invoke,
	.close = close_line,
};

LINE_FUNCTIONS(sleeping)
LINE_FUNCTIONS(polling)

const struct contender contender_fastrpc_sleep = {
	.name = "fastrpc-sleep",
	.title = "mainline fastrpc",
	.clock = BENCH_SYSTEM_CALLS,
	.rival = true,
	.wait = BENCH_SLEEP,
	.unfit = sleeping_unfit,
	.open = sleeping_open,
	.run = line_run,
	.count = line_count,
	.close = line_close,
};

const struct contender contender_fastrpc_poll = {
	.name = "fastrpc-poll",
	.title = "mainline fastrpc, polling",
	.clock = BENCH_SYSTEM_CALLS,
	.rival = true,
	.wait = BENCH_POLL,
	.unfit = polling_unfit,
	.open = polling_open,
	.run = line_run,
	.count = line_count,
	.close = line_close,
};
