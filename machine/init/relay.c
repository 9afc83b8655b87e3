// SPDX-License-Identifier: BSD-3-Clause
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

#include "init.h"

/* How long a process that cannot be killed may hold COMMAND's pipes open. */
#define IDLE_SECONDS 5

struct relay {
	struct link *link;
	struct command *command;
	struct link_queue in;
	size_t credit[LINK_STREAMS];
	bool killed;	    /* what COMMAND left behind was ended */
	time_t last_output; /* or when the host last had no room for it */
};

static time_t now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec;
}

static void send_or_fail(int err)
{
	if (err)
		fail("the host does not read: %s", strerror(-err));
}

static void close_out(struct relay *relay, unsigned int stream)
{
	int *fd = &relay->command->out[stream];

	if (*fd < 0)
		return;
	close(*fd);
	*fd = -1;
	send_or_fail(link_send(relay->link, LINK_EOF, stream, NULL, 0));
}

static void close_in(struct relay *relay)
{
	int *fd = &relay->command->in;

	if (*fd < 0)
		return;
	close(*fd);
	*fd = -1;
	relay->in.closed = true;
	relay->in.length = 0;
	send_or_fail(link_send(relay->link, LINK_CLOSED, LINK_STDIN, NULL, 0));
}

static void set_size(struct relay *relay, const struct link_frame *frame)
{
	struct winsize size = { 0 };

	if (frame->length != 4 || !relay->command->terminal ||
	    relay->command->in < 0)
		return;
	size.ws_row = (unsigned short)(frame->payload[0] | frame->payload[1]
								   << 8);
	size.ws_col = (unsigned short)(frame->payload[2] | frame->payload[3]
								   << 8);
	ioctl(relay->command->in, TIOCSWINSZ, &size);
}

static void take_frame(struct relay *relay, const struct link_frame *frame)
{
	switch (frame->type) {
	case LINK_DATA:
		if (link_queue_put(&relay->in, frame->payload, frame->length))
			fail("the host sent more input than it may");
		break;
	case LINK_EOF:
		relay->in.eof = true;
		break;
	case LINK_ACK:
		relay->credit[frame->stream] += link_value(frame);
		break;
	case LINK_CLOSED:
		close_out(relay, frame->stream);
		break;
	case LINK_SIGNAL:
		if (!relay->command->ended)
			kill(-relay->command->pid, (int)link_value(frame));
		break;
	case LINK_SIZE:
		set_size(relay, frame);
		break;
	case LINK_STOP:
		kill(-1, SIGKILL);
		break;
	default:
		break;
	}
}

static void take_frames(struct relay *relay)
{
	struct link_frame frame;
	int more;

	while ((more = link_next(relay->link, &frame)) > 0)
		take_frame(relay, &frame);
	if (more < 0)
		fail("the host sent something that is not a frame");
}

static void receive(struct relay *relay)
{
	int err = link_fill(relay->link);

	if (err < 0)
		fail("the line to the host is gone: %s", strerror(-err));
	take_frames(relay);
}

static void read_out(struct relay *relay, unsigned int stream)
{
	unsigned char bytes[LINK_PAYLOAD];
	size_t limit = link_room(relay->link);
	ssize_t n;

	if (limit > relay->credit[stream])
		limit = relay->credit[stream];
	if (!limit)
		return;
	n = read(relay->command->out[stream], bytes, limit);
	if (n < 0 && (errno == EINTR || errno == EAGAIN))
		return;
	if (n <= 0) {
		close_out(relay, stream);
		return;
	}
	relay->credit[stream] -= (size_t)n;
	relay->last_output = now();
	send_or_fail(
		link_send(relay->link, LINK_DATA, stream, bytes, (size_t)n));
}

static void write_in(struct relay *relay)
{
	static const char end_of_file = 4; /* Ctrl-D, the terminal's VEOF */

	if (relay->command->in < 0)
		return;
	link_queue_drain(&relay->in, relay->command->in, LINK_PAYLOAD);
	if (relay->in.closed) {
		close_in(relay);
	} else if (relay->in.eof && !relay->in.length) {
		if (!relay->command->terminal)
			close_in(relay);
		else if (write(relay->command->in, &end_of_file, 1) == 1)
			relay->in.eof = false;
	}
	send_or_fail(link_queue_ack(&relay->in, relay->link, LINK_STDIN));
}

static int wanted_fd(const struct relay *relay, unsigned int stream)
{
	if (!relay->credit[stream] || !link_room(relay->link))
		return -1;
	return relay->command->out[stream];
}

static bool drained(struct relay *relay)
{
	bool open = false;

	for (unsigned int i = LINK_STDOUT; i <= LINK_STDERR; i++) {
		if (relay->command->out[i] < 0)
			continue;
		open = true;
		if (wanted_fd(relay, i) < 0)
			relay->last_output = now();
	}
	if (link_pending(relay->link))
		return false;
	return !open || now() > relay->last_output + IDLE_SECONDS;
}

/* Whatever COMMAND left running would hold its pipes open for ever. */
static bool finished(struct relay *relay)
{
	if (!relay->command->ended)
		return false;
	if (!relay->killed) {
		relay->killed = true;
		relay->last_output = now();
		kill(-1, SIGKILL);
		close_in(relay);
	}
	return drained(relay);
}

static void wait_and_carry(struct relay *relay, int device_events,
			   int child_events)
{
	struct command *command = relay->command;
	struct signalfd_siginfo ignored;
	bool feed = relay->in.length || relay->in.eof;
	struct pollfd poller[] = {
		{ relay->link->fd, POLLIN, 0 },
		{ child_events, POLLIN, 0 },
		{ device_events, POLLIN, 0 },
		{ wanted_fd(relay, LINK_STDOUT), POLLIN, 0 },
		{ wanted_fd(relay, LINK_STDERR), POLLIN, 0 },
		{ feed ? command->in : -1, POLLOUT, 0 },
	};

	if (link_pending(relay->link))
		poller[0].events |= POLLOUT;
	poll(poller, sizeof(poller) / sizeof(poller[0]),
	     command->ended ? 1000 : -1);
	if (poller[0].revents & (POLLIN | POLLHUP | POLLERR))
		receive(relay);
	if (poller[1].revents) {
		while (read(child_events, &ignored, sizeof(ignored)) > 0)
			;
		command_reap(command);
	}
	if (poller[2].revents)
		devices_event(device_events);
	if (poller[3].revents && command->out[LINK_STDOUT] >= 0)
		read_out(relay, LINK_STDOUT);
	if (poller[4].revents && command->out[LINK_STDERR] >= 0)
		read_out(relay, LINK_STDERR);
	if (poller[5].revents)
		write_in(relay);
	if (link_flush(relay->link))
		fail("the line to the host is gone");
}

void relay_run(struct link *link, struct command *command, int device_events,
	       int child_events)
{
	static struct relay relay;

	relay.link = link;
	relay.command = command;
	relay.credit[LINK_STDOUT] = LINK_WINDOW;
	relay.credit[LINK_STDERR] = LINK_WINDOW;
	take_frames(&relay); /* what came together with the start */
	while (!finished(&relay))
		wait_and_carry(&relay, device_events, child_events);
}
