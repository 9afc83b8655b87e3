// SPDX-License-Identifier: BSD-3-Clause
/* The same by the FastRPC library, as a program written for FastRPC calls. */
#include <errno.h>
#include <stdlib.h>

#include <AEEStdErr.h>
#include <remote.h>
#include <rpcmem.h>

#include "bench.h"
#include "contender_list.h"
#include "line.h"
#include "skel.h"

#define DOMAIN_CDSP 3

struct line {
	remote_handle64 handle;
	bool joined;
	void *memory;
};

/* What the library returns is an AEE code; of transport errors few have names. */
static int to_errno(int error)
{
	switch (error) {
	case 0:
		return 0;
	case AEE_EBADPARM:
		return -EBADMSG;
	case AEE_ENOMEMORY:
		return -ENOMEM;
	case AEE_ENOSUCHDEVICE:
		return -ENODEV;
	default:
		return -EIO;
	}
}

static int allocate(struct line *line, size_t size)
{
	if (size)
		line->memory = rpcmem_alloc2(RPCMEM_HEAP_ID_SYSTEM,
					     RPCMEM_DEFAULT_FLAGS, size);
	return size && !line->memory ? -ENOMEM : 0;
}

static int open_line(struct line **line, size_t size, unsigned int buffers)
{
	struct remote_rpc_control_unsigned_module params = { DOMAIN_CDSP, 1 };
	struct line *new = calloc(1, sizeof(*new));
	int ret;

	(void)buffers;
	if (!new)
		return -ENOMEM;
	ret = remote_session_control(DSPRPC_CONTROL_UNSIGNED_MODULE, &params,
				     sizeof(params));
	if (!ret)
		ret = remote_handle64_open(bench_URI "&_dom=cdsp",
					   &new->handle);
	if (ret) {
		free(new);
		return to_errno(ret);
	}
	*line = new;
	return allocate(new, size);
}

static int join(struct line **line, struct line *first, size_t size,
		unsigned int buffers)
{
	struct line *new = calloc(1, sizeof(*new));

	(void)buffers;
	if (!new)
		return -ENOMEM;
	new->handle = first->handle;
	new->joined = true;
	*line = new;
	return allocate(new, size);
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

	(void)index;
	return to_errno(remote_handle64_invoke(line->handle, scalars, args));
}

/* The session too: it has a context bank. */
static void close_line(struct line *line)
{
	struct remote_rpc_session_close params = { .domain = DOMAIN_CDSP };

	if (line->memory)
		rpcmem_free(line->memory);
	if (!line->joined) {
		remote_handle64_close(line->handle);
		remote_session_control(FASTRPC_SESSION_CLOSE, &params,
				       sizeof(params));
	}
	free(line);
}

/* Others would be other domains to the program. */
static unsigned int sessions_max(void)
{
	return 1;
}

static const struct line_type library = {
	.sessions_max = sessions_max,
	.open = open_line,
	.join = join,
	.memory = memory,
	.invoke = invoke,
	.close = close_line,
};

LINE_FUNCTIONS(library)

const struct contender contender_fastrpc_library = {
	.name = "fastrpc-library",
	.title = "FastRPC library",
	.clock = BENCH_SYSTEM_CALLS,
	.wait = BENCH_SLEEP,
	.unfit = library_unfit,
	.open = library_open,
	.run = line_run,
	.count = line_count,
	.close = line_close,
};
