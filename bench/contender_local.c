// SPDX-License-Identifier: BSD-3-Clause
/* A call of the skel in the same thread: what the function itself costs. */
#include <errno.h>
#include <stdlib.h>

#include "contender_list.h"
#include "line.h"
#include "skel.h"

struct line {
	void *memory;
};

static int open_line(struct line **line, size_t size, unsigned int buffers)
{
	struct line *new = calloc(1, sizeof(*new));

	(void)buffers;
	if (!new)
		return -ENOMEM;
	if (size)
		new->memory = aligned_alloc(4096,
					    (size + 4095) & ~(size_t)4095);
	if (size && !new->memory) {
		free(new);
		return -ENOMEM;
	}
	*line = new;
	return 0;
}

static void *memory(struct line *line, unsigned int index)
{
	(void)index;
	return line->memory;
}

static int invoke(struct line *line, struct request *request,
		  unsigned int index)
{
	remote_arg args[REQUEST_ARGS_MAX];
	uint32_t scalars = skel_args(request, args);

	(void)line;
	(void)index;
	return bench_skel_handle_invoke(SKEL_HANDLE, scalars, args) ? -EBADMSG :
								      0;
}

static void close_line(struct line *line)
{
	free(line->memory);
	free(line);
}

static int join(struct line **line, struct line *first, size_t size,
		unsigned int buffers)
{
	(void)first;
	return open_line(line, size, buffers);
}

/* The skel's counts are the program's. */
static unsigned int sessions_max(void)
{
	return 1;
}

static const struct line_type local = {
	.sessions_max = sessions_max,
	.open = open_line,
	.join = join,
	.memory = memory,
	.invoke = invoke,
	.close = close_line,
};

LINE_FUNCTIONS(local)

const struct contender contender_local = {
	.name = "local",
	.title = "local call",
	.clock = BENCH_SYSTEM_CALLS,
	.wait = BENCH_SLEEP,
	.unfit = local_unfit,
	.open = local_open,
	.run = line_run,
	.count = line_count,
	.close = line_close,
};
