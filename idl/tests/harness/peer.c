// SPDX-License-Identifier: BSD-3-Clause
/*
 * A skel in another process, which may have pointers of another size: the
 * bytes of the buffers go through a socket and nothing else, as they do to a
 * DSP. The peer makes the call's values from the same seed.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <AEEStdErr.h>

#include "harness.h"

/* Fixed sizes: both sides may be of different ABIs. */
struct request {
	uint64_t handle, seed;
	uint32_t interface, method;
	uint32_t scalars;
	int32_t sizes, result;
	uint32_t count; /* of arguments, that follow */
};

struct argument {
	uint32_t length; /* of a buffer */
	int32_t fd;
	uint32_t offset;
};

struct answer {
	int32_t result;
	uint32_t complaints;
};

static int peer = -1;

static void transfer(ssize_t (*way)(int, void *, size_t), int fd, void *data,
		     size_t size)
{
	while (size) {
		ssize_t done = way(fd, data, size);

		if (done <= 0) {
			fputs("the peer ended\n", stderr);
			exit(1);
		}
		data = (uint8_t *)data + done;
		size -= (size_t)done;
	}
}

static ssize_t write_some(int fd, void *data, size_t size)
{
	return write(fd, data, size);
}

static void put(int fd, const void *data, size_t size)
{
	transfer(write_some, fd, (void *)data, size);
}

static void get(int fd, void *data, size_t size)
{
	transfer(read, fd, data, size);
}

static uint32_t index_of(const struct interface *interface)
{
	uint32_t index = 0;

	while (interfaces[index] != interface)
		index++;
	return index;
}

static void send_arguments(const struct invocation *invocation)
{
	unsigned int buffers = invocation->in_count + invocation->out_count;

	for (unsigned int i = 0; i < buffers + invocation->handle_count; i++) {
		const remote_arg *arg = &invocation->args[i];
		struct argument argument = { 0 };

		if (i < buffers) {
			argument.length = (uint32_t)arg->buf.nLen;
		} else {
			argument.fd = arg->dma.fd;
			argument.offset = arg->dma.offset;
		}
		put(peer, &argument, sizeof(argument));
	}
	for (unsigned int i = 0; i < invocation->in_count; i++)
		put(peer, invocation->args[i].buf.pv,
		    invocation->args[i].buf.nLen);
}

static int deliver_there(struct invocation *invocation)
{
	unsigned int buffers = invocation->in_count + invocation->out_count;
	struct request request = {
		.handle = invocation->handle,
		.seed = current.seed,
		.interface = index_of(current.interface),
		.method = (uint32_t)(current.method -
				     current.interface->methods),
		.scalars = invocation->scalars,
		.sizes = current.sizes,
		.result = current.result,
		.count = buffers + invocation->handle_count,
	};
	struct answer answer;

	put(peer, &request, sizeof(request));
	send_arguments(invocation);
	get(peer, &answer, sizeof(answer));
	complaints += answer.complaints;
	for (unsigned int i = invocation->in_count; i < buffers; i++)
		get(peer, invocation->args[i].buf.pv,
		    invocation->args[i].buf.nLen);
	return answer.result;
}

/* Each request says what it is. */
static void announce_nothing(void)
{
}

void peer_start(const char *program)
{
	char number[16];
	int pair[2];
	pid_t child;

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair)) {
		perror("socketpair");
		exit(1);
	}
	child = fork();
	if (!child) {
		close(pair[0]);
		snprintf(number, sizeof(number), "%d", pair[1]);
		execl(program, program, "serve", number, (char *)NULL);
		perror(program);
		_exit(1);
	}
	close(pair[1]);
	peer = pair[0];
	deliver = deliver_there;
	announce = announce_nothing;
}

static remote_arg *receive_arguments(int fd, struct pool *pool,
				     const struct request *request)
{
	unsigned int in = REMOTE_SCALARS_INBUFS(request->scalars);
	unsigned int buffers = in + REMOTE_SCALARS_OUTBUFS(request->scalars);
	remote_arg *args = pool_alloc(pool, request->count * sizeof(*args));
	struct argument argument;

	for (unsigned int i = 0; i < request->count; i++) {
		get(fd, &argument, sizeof(argument));
		if (i < buffers) {
			args[i].buf.nLen = argument.length;
			args[i].buf.pv = pool_alloc(pool, argument.length);
			memset(args[i].buf.pv, 0xee, argument.length);
		} else {
			args[i].dma.fd = argument.fd;
			args[i].dma.offset = argument.offset;
		}
	}
	for (unsigned int i = 0; i < in; i++)
		get(fd, args[i].buf.pv, args[i].buf.nLen);
	return args;
}

static void serve_request(int fd, const struct request *request)
{
	const struct interface *interface = interfaces[request->interface];
	const struct method *method = &interface->methods[request->method];
	unsigned int in = REMOTE_SCALARS_INBUFS(request->scalars);
	unsigned int out = REMOTE_SCALARS_OUTBUFS(request->scalars);
	struct random random = { request->seed };
	struct pool pool = { 0 };
	remote_arg *args = receive_arguments(fd, &pool, request);
	size_t count = method->parameter_count + 1;
	struct value *in_values = pool_alloc(&pool, count * sizeof(*in_values));
	struct value *out_values = pool_alloc(&pool,
					      count * sizeof(*out_values));
	struct invocation invocation = {
		request->handle, request->scalars, in, out, 0, args
	};
	struct answer answer;

	values_random(&pool, &random, method, request->sizes, in_values,
		      out_values);
	current = (struct call){ interface,	method,		in_values,
				 out_values,	NULL,		request->result,
				 request->seed, request->sizes, 0 };
	complaints = 0;
	answer.result = deliver_here(&invocation);
	if (current.served != 1)
		complain("the function was called %u times, the result is %#x",
			 current.served, answer.result);
	answer.complaints = complaints;
	put(fd, &answer, sizeof(answer));
	for (unsigned int i = in; i < in + out; i++)
		put(fd, args[i].buf.pv, args[i].buf.nLen);
	pool_free(&pool);
}

int peer_serve(int fd)
{
	struct request request;

	while (read(fd, &request, 1) == 1) {
		get(fd, (uint8_t *)&request + 1, sizeof(request) - 1);
		serve_request(fd, &request);
	}
	return 0;
}
