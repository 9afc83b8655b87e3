// SPDX-License-Identifier: BSD-3-Clause
/*
 * What a program would do without a DSP: the same bytes over a UNIX socket to
 * another process, which runs the same skel. A message is
 *
 *	u32 total length, u32 scalars, u32 length of each argument
 *	the bytes of each argument to the server
 *
 * and its answer {u32 total length, s32 result} and the bytes of each argument
 * back; everything begins at a multiple of 8.
 *
 * Both ends sleep until the other one has sent or made room, or look again.
 */
#include <errno.h>
#include <poll.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "contender_list.h"
#include "line.h"
#include "skel.h"

#define LENGTHS_MAX   (2 + REQUEST_ARGS_MAX)
#define SERVER_SOCKET 3

/* Who looks sleeps after this: between blocks of calls the others have their turn. */
#define LOOK_NS 2e6

struct line {
	int socket;
	int flags; /* SOCK_NONBLOCK for who looks again */
	pid_t server;
	void *memory;
};

static uint32_t aligned(uint32_t length)
{
	return (length + 7) & ~7u;
}

/* Leaves what is behind the next @bytes. */
static void advance(struct msghdr *message, size_t bytes)
{
	while (message->msg_iovlen && bytes >= message->msg_iov->iov_len) {
		bytes -= message->msg_iov->iov_len;
		message->msg_iov++;
		message->msg_iovlen--;
	}
	if (message->msg_iovlen) {
		message->msg_iov->iov_base =
			(uint8_t *)message->msg_iov->iov_base + bytes;
		message->msg_iov->iov_len -= bytes;
	}
}

/* When a socket that does not sleep had nothing, or no room. */
struct looking {
	uint64_t since; /* bench_ticks(), 0 before the first look */
};

/*
 * Before the next look: 0 or a negative errno. On one processor the other end has to
 * run for there to be anything; on several there is nobody to yield to.
 */
static int look_again(struct looking *looking, int socket, short events)
{
	struct pollfd wanted = { .fd = socket, .events = events };
	uint64_t now = bench_ticks();

	if (!looking->since)
		looking->since = now;
	if (bench_elapsed(now - looking->since) < LOOK_NS) {
		sched_yield();
		return 0;
	}
	return poll(&wanted, 1, -1) < 0 && errno != EINTR ? -errno : 0;
}

/* After a transfer of @done bytes, or its errno: is there another to be made? */
static int transferred(struct looking *looking, ssize_t done, int socket,
		       short events)
{
	if (done > 0) {
		looking->since = 0;
		return 0;
	}
	if (!done)
		return -ECONNRESET;
	if (errno == EINTR)
		return 0;
	if (errno == EAGAIN)
		return look_again(looking, socket, events);
	return -errno;
}

/* Sends all of it, however much the socket takes at once. */
static int send_all(int socket, struct iovec *vector, size_t count)
{
	struct msghdr message = { .msg_iov = vector, .msg_iovlen = count };
	struct looking looking = { 0 };
	int ret = 0;

	while (!ret && message.msg_iovlen) {
		ssize_t sent = sendmsg(socket, &message, MSG_NOSIGNAL);

		ret = transferred(&looking, sent, socket, POLLOUT);
		if (sent > 0)
			advance(&message, (size_t)sent);
	}
	return ret;
}

/* One message, of which the first word is the length. */
static int receive(int socket, uint8_t *bytes, size_t room)
{
	struct looking looking = { 0 };
	uint32_t total = sizeof(total);
	size_t got = 0;
	int ret = 0;

	while (!ret && got < total) {
		ssize_t n = recv(socket, bytes + got, room - got, 0);

		ret = transferred(&looking, n, socket, POLLIN);
		if (n > 0)
			got += (size_t)n;
		if (got >= sizeof(total))
			memcpy(&total, bytes, sizeof(total));
		if (total > room)
			return -EMSGSIZE;
	}
	return ret;
}

/* An argument and what is between it and the next. */
static size_t add_vector(struct iovec *vector, void *data, uint32_t length)
{
	static uint64_t padding;

	vector[0] = (struct iovec){ data, length };
	vector[1] = (struct iovec){ &padding, aligned(length) - length };
	return vector[1].iov_len ? 2 : 1;
}

/* ---- The server -------------------------------------------------------- */

static void set_args(remote_arg *args, unsigned int count,
		     const uint32_t *lengths, uint8_t *bytes)
{
	for (unsigned int i = 0; i < count; i++) {
		args[i].buf.pv = bytes;
		args[i].buf.nLen = lengths[i];
		bytes += aligned(lengths[i]);
	}
}

static int serve_one(int socket, uint8_t *message, size_t room, uint8_t *back)
{
	struct iovec vector[1 + 2 * REQUEST_ARGS_MAX];
	remote_arg args[REQUEST_ARGS_MAX];
	uint32_t *words = (uint32_t *)message, answer[2] = { sizeof(answer) };
	unsigned int in, out, i;
	size_t used = 1;
	int ret = receive(socket, message, room);

	if (ret)
		return ret;
	in = REMOTE_SCALARS_INBUFS(words[1]);
	out = REMOTE_SCALARS_OUTBUFS(words[1]);
	set_args(args, in, words + 2, message + aligned((2 + in + out) * 4));
	set_args(args + in, out, words + 2 + in, back);
	answer[1] = (uint32_t)bench_skel_handle_invoke(SKEL_HANDLE, words[1],
						       args);
	for (i = in; i < in + out; i++) {
		used += add_vector(&vector[used], args[i].buf.pv, words[2 + i]);
		answer[0] += aligned(words[2 + i]);
	}
	vector[0] = (struct iovec){ answer, sizeof(answer) };
	return send_all(socket, vector, used);
}

/* Nothing is there before the other end has run: the first look would be for nothing. */
static void let_other_end_run(int flags)
{
	if (flags & SOCK_NONBLOCK)
		sched_yield();
}

static void serve(int socket, size_t size, int flags)
{
	size_t room = size + LENGTHS_MAX * 8 + REQUEST_ARGS_MAX * 8;
	uint8_t *message = malloc(room), *back = malloc(room);
	int ret = message && back ? 0 : -ENOMEM;

	while (!ret) {
		ret = serve_one(socket, message, room, back);
		let_other_end_run(flags);
	}
	_exit(0);
}

/* ---- The caller -------------------------------------------------------- */

static void close_line(struct line *line)
{
	close(line->socket);
	waitpid(line->server, NULL, 0);
	free(line->memory);
	free(line);
}

static int start_server(struct line *line, size_t size)
{
	int ends[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | line->flags, 0,
		       ends))
		return -errno;
	line->server = fork();
	if (!line->server) {
		/* Nothing that others have open stays open by this process. */
		if (dup2(ends[1], SERVER_SOCKET) < 0)
			_exit(1);
		closefrom(SERVER_SOCKET + 1);
		serve(SERVER_SOCKET, size, line->flags);
	}
	close(ends[1]);
	line->socket = ends[0];
	if (line->server > 0)
		return 0;
	close(ends[0]);
	return -EAGAIN;
}

static int open_line(struct line **line, size_t size, int flags)
{
	struct line *new = calloc(1, sizeof(*new));
	int ret = -ENOMEM;

	if (!new)
		return ret;
	new->flags = flags;
	/* A multiple of the alignment, and not nothing. */
	new->memory = aligned_alloc(4096, (size + 4096) & ~(size_t)4095);
	if (new->memory)
		ret = start_server(new, size);
	if (ret) {
		free(new->memory);
		free(new);
		return ret;
	}
	*line = new;
	return 0;
}

static int open_sleep(struct line **line, size_t size, unsigned int buffers)
{
	(void)buffers;
	return open_line(line, size, 0);
}

static int open_poll(struct line **line, size_t size, unsigned int buffers)
{
	(void)buffers;
	return open_line(line, size, SOCK_NONBLOCK);
}

static void *memory(struct line *line, unsigned int index)
{
	(void)index;
	return line->memory;
}

static int send_request(struct line *line, const struct request *request)
{
	struct iovec vector[1 + 2 * REQUEST_ARGS_MAX];
	unsigned int count = request->in + request->out, i;
	uint32_t words[LENGTHS_MAX + 1] = { 0 };
	size_t used = 1;

	words[0] = aligned((2 + count) * 4);
	words[1] = REMOTE_SCALARS_MAKE(request->method, request->in,
				       request->out);
	vector[0] = (struct iovec){ words, words[0] };
	for (i = 0; i < count; i++) {
		words[2 + i] = request->args[i].length;
		if (i >= request->in)
			continue;
		used += add_vector(&vector[used], request->args[i].data,
				   request->args[i].length);
		words[0] += aligned(request->args[i].length);
	}
	return send_all(line->socket, vector, used);
}

static int receive_all(int socket, struct iovec *vector, size_t count)
{
	struct msghdr message = { .msg_iov = vector, .msg_iovlen = count };
	struct looking looking = { 0 };
	int ret = 0;

	while (!ret && message.msg_iovlen) {
		ssize_t got = recvmsg(socket, &message, 0);

		ret = transferred(&looking, got, socket, POLLIN);
		if (got > 0)
			advance(&message, (size_t)got);
	}
	return ret;
}

/* Straight to where the arguments are: as few copies as a socket can have. */
static int receive_answer(struct line *line, const struct request *request)
{
	struct iovec vector[1 + REQUEST_ARGS_MAX];
	uint32_t answer[2];
	int ret;

	vector[0] = (struct iovec){ answer, sizeof(answer) };
	for (unsigned int i = 0; i < request->out; i++)
		vector[1 + i] = (struct iovec){
			request->args[request->in + i].data,
			request->args[request->in + i].length
		};
	ret = receive_all(line->socket, vector, 1 + request->out);
	if (!ret && answer[1])
		ret = -EBADMSG;
	return ret;
}

static int invoke(struct line *line, struct request *request,
		  unsigned int index)
{
	int ret = send_request(line, request);

	(void)index;
	if (ret)
		return ret;
	let_other_end_run(line->flags);
	return receive_answer(line, request);
}

static const struct line_type sleeping = {
	.open = open_sleep,
	.memory = memory,
	.invoke = invoke,
	.close = close_line,
};

static const struct line_type polling = {
	.open = open_poll,
	.memory = memory,
	.invoke = invoke,
	.close = close_line,
};

LINE_FUNCTIONS(sleeping)
LINE_FUNCTIONS(polling)

const struct contender contender_socket = {
	.name = "socket",
	.title = "UNIX socket",
	.clock = BENCH_SYSTEM_CALLS,
	.wait = BENCH_SLEEP,
	.unfit = sleeping_unfit,
	.open = sleeping_open,
	.run = line_run,
	.count = line_count,
	.close = line_close,
};

const struct contender contender_socket_poll = {
	.name = "socket-poll",
	.title = "UNIX socket, polling",
	.clock = BENCH_SYSTEM_CALLS,
	.wait = BENCH_POLL,
	.unfit = polling_unfit,
	.open = polling_open,
	.run = line_run,
	.count = line_count,
	.close = line_close,
};
