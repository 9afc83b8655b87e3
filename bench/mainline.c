// SPDX-License-Identifier: BSD-3-Clause
#include "mainline.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#define NODE	    "/dev/fastrpc-cdsp"
#define NODE_BYPASS "/dev/fastrpc-gdsp0"
#define URI	    "file:///libbench_skel.so?bench_skel_handle_invoke&_modver=1.0"
#define TEXT_SIZE   255
#define OPEN_TRIES  400
#define OPEN_PAUSE  5000
#define LET_GO_US   500000

#define SCALARS(method, in, out) \
	((uint32_t)(method) << 24 | (in) << 16 | (out) << 8)

/* The header of Linux 6.1 does not have it yet. */
struct set_option {
	uint32_t request_id;
	uint32_t value;
	int32_t reserved[6];
};

#define SET_OPTION _IOWR('R', 12, struct set_option)
#define POLL_MODE  1

static int request_ioctl(const struct mainline *m, unsigned long command,
			 void *data)
{
	int ret = ioctl(m->fd, command, data);

	return ret < 0 ? -errno : ret;
}

/* The driver makes the node first and the context banks some time later. */
static int open_node(const char *path)
{
	unsigned int tries;
	int fd = -1;

	for (tries = 0; tries < OPEN_TRIES; tries++) {
		fd = open(path, O_RDWR | O_CLOEXEC);
		if (fd >= 0 || errno != EBUSY)
			break;
		usleep(OPEN_PAUSE);
	}
	if (fd >= 0)
		return fd;
	return errno == ENOENT ? -ENODEV : -errno;
}

static struct fastrpc_invoke_args inline_arg(const void *data, uint64_t length)
{
	return (struct fastrpc_invoke_args){ (uintptr_t)data, length, -1, 0 };
}

/* As remotectl opens: remote handle 0, method 0. */
static int open_module(struct mainline *m)
{
	uint32_t in[2] = { sizeof(URI), TEXT_SIZE };
	uint32_t out[2] = { 0 };
	char text[TEXT_SIZE];
	struct fastrpc_invoke_args args[] = {
		inline_arg(in, sizeof(in)),
		inline_arg(URI, sizeof(URI)),
		inline_arg(out, sizeof(out)),
		inline_arg(text, sizeof(text)),
	};
	struct fastrpc_invoke invoke = { 0, SCALARS(0, 2, 2), (uintptr_t)args };
	int ret = request_ioctl(m, FASTRPC_IOCTL_INVOKE, &invoke);

	m->module = out[0];
	return ret > 0 || (!ret && out[1]) ? -ENOENT : ret;
}

static int add_buffer(struct mainline *m, uint64_t size)
{
	struct mainline_buffer *buffer = &m->buffers[m->count];
	struct fastrpc_alloc_dma_buf alloc = { .size = size };
	struct fastrpc_mem_map map = { .flags = FASTRPC_MAP_FD,
				       .length = size };
	int ret = request_ioctl(m, FASTRPC_IOCTL_ALLOC_DMA_BUFF, &alloc);

	if (ret)
		return ret;
	*buffer = (struct mainline_buffer){ .fd = alloc.fd, .size = size };
	m->count++;
	buffer->map = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED,
			   alloc.fd, 0);
	if (buffer->map == MAP_FAILED) {
		buffer->map = NULL;
		return -errno;
	}
	map.fd = alloc.fd;
	ret = request_ioctl(m, FASTRPC_IOCTL_MEM_MAP, &map);
	buffer->dsp_address = map.vaddrout;
	return ret;
}

static void free_buffer(struct mainline *m, struct mainline_buffer *buffer)
{
	struct fastrpc_mem_unmap unmap = {
		.fd = buffer->fd,
		.vaddr = buffer->dsp_address,
		.length = buffer->size,
	};

	if (buffer->dsp_address)
		request_ioctl(m, FASTRPC_IOCTL_MEM_UNMAP, &unmap);
	if (buffer->map)
		munmap(buffer->map, buffer->size);
	close(buffer->fd);
}

static int start(struct mainline *m, const struct mainline_options *options)
{
	struct fastrpc_init_create create = {
		.filefd = -1,
		.attrs = FASTRPC_MODE_UNSIGNED_MODULE,
	};
	struct set_option option = { .request_id = POLL_MODE,
				     .value = options->poll };
	int ret;

	m->fd = open_node(options->bypass ? NODE_BYPASS : NODE);
	if (m->fd < 0)
		return m->fd;
	ret = request_ioctl(m, FASTRPC_IOCTL_INIT_CREATE, &create);
	if (!ret && options->poll)
		ret = request_ioctl(m, SET_OPTION, &option);
	return ret ? ret : open_module(m);
}

int mainline_open(struct mainline *m, const struct mainline_options *options,
		  uint64_t size, unsigned int buffers)
{
	uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE);
	int ret;

	*m = (struct mainline){ .fd = -1 };
	ret = start(m, options);
	if (ret || !size)
		return ret;
	m->buffers = calloc(buffers, sizeof(*m->buffers));
	if (!m->buffers)
		return -ENOMEM;
	while (!ret && m->count < buffers)
		ret = add_buffer(m, (size + page - 1) / page * page);
	return ret;
}

/*
 * The driver lets go of a buffer in a work item, which uses the session that the
 * buffer came from, even after that was freed: leave it the time.
 */
void mainline_close(struct mainline *m)
{
	unsigned int i;

	for (i = 0; i < m->count; i++)
		free_buffer(m, &m->buffers[i]);
	if (m->count)
		usleep(LET_GO_US);
	free(m->buffers);
	if (m->fd >= 0)
		close(m->fd);
	*m = (struct mainline){ .fd = -1 };
}

struct fastrpc_invoke mainline_prepare(const struct mainline *m,
				       const struct request *request,
				       struct fastrpc_invoke_args *args,
				       unsigned int buffer)
{
	unsigned int i;

	for (i = 0; i < request->in + request->out; i++) {
		args[i] = inline_arg(request->args[i].data,
				     request->args[i].length);
		if (request->args[i].payload)
			args[i].fd = m->buffers[buffer].fd;
	}
	return (struct fastrpc_invoke){
		m->module,
		SCALARS(request->method, request->in, request->out),
		(uintptr_t)args,
	};
}

int mainline_invoke(const struct mainline *m, struct request *request,
		    unsigned int buffer)
{
	struct fastrpc_invoke_args args[REQUEST_ARGS_MAX];
	struct fastrpc_invoke invoke = mainline_prepare(m, request, args,
							buffer);
	int ret = request_ioctl(m, FASTRPC_IOCTL_INVOKE, &invoke);

	/* What the DSP returned is what the ioctl returns. */
	return ret > 0 ? -EBADMSG : ret;
}
