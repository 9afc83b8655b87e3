// SPDX-License-Identifier: BSD-3-Clause
/* COMMAND's bytes, signals and exit status, from power on to power off. */
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "launch.h"
#include "machine.h"
#include "terminal.h"

#define GRACE_MS    10000  /* for a COMMAND that was asked to end */
#define CHECK_MS    120000 /* the debug kernel looks for leaks */
#define DSP_MS	    10000  /* the DSP ends with its machine */
#define GDB_POLL_MS 100
#define ESCAPE	    0x1d /* Ctrl-] */
#define ESCAPES	    3

enum phase {
	BOOTING,   /* the kernel boots */
	STARTING,  /* the driver comes up */
	ATTACHING, /* a debugger is waited for */
	RUNNING,   /* COMMAND runs */
	CLOSING,   /* COMMAND has ended; checks */
	GOING_OFF, /* nothing but power off is left */
	OFF,	   /* the kernel has ended */
	PHASES,
};

struct session {
	struct machine *machine;
	enum phase phase;
	long long deadline; /* LLONG_MAX: none */
	long long entered[PHASES];
	struct link_queue out[LINK_STREAMS];
	bool told_closed[LINK_STREAMS];
	size_t in_credit;
	bool in_open;
	unsigned int escapes;
	unsigned int signals; /* that asked for the end */
	bool stopping;	      /* COMMAND's grace is over */
	bool link_gone;
	bool hung;
	int status; /* of qda-sim; -1: not known yet */
};

static void enter(struct session *session, enum phase phase)
{
	const struct options *options = session->machine->options;
	long long now = now_ms();

	session->phase = phase;
	session->entered[phase] = now;
	session->deadline = LLONG_MAX;
	if (phase == BOOTING || phase == STARTING)
		session->deadline = session->entered[BOOTING] +
				    options->boot_seconds * 1000ll;
	else if (phase == CLOSING)
		session->deadline = now + options->off_seconds * 1000ll +
				    (options->check ? CHECK_MS : 0);
	else if (phase == GOING_OFF)
		session->deadline = now + options->off_seconds * 1000ll;
	else if (phase == OFF)
		session->deadline = now + DSP_MS;
}

/* The machine is of no use any more. */
static void abandon(struct session *session, int status)
{
	if (session->status < 0 || status == EXIT_BOUND ||
	    status == EXIT_MACHINE)
		session->status = status;
	kill_group(session->machine->linux_pid);
	kill_group(session->machine->dsp_pid);
	session->in_open = false;
	if (session->phase != OFF)
		enter(session, OFF);
}

static void send(struct session *session, enum link_type type,
		 unsigned int stream, const void *payload, size_t length)
{
	if (link_send(&session->machine->link, type, stream, payload, length)) {
		complain("the machine does not read any more");
		abandon(session, EXIT_MACHINE);
	}
}

static void send_number(struct session *session, enum link_type type,
			unsigned int value)
{
	if (link_send_u32(&session->machine->link, type, 0, value))
		abandon(session, EXIT_MACHINE);
}

static void send_size(struct session *session)
{
	struct winsize size;
	unsigned char bytes[4];

	if (!(session->machine->pty & LAUNCH_PTY_STDIO) ||
	    session->phase != RUNNING || ioctl(STDIN_FILENO, TIOCGWINSZ, &size))
		return;
	bytes[0] = size.ws_row & 0xff;
	bytes[1] = (unsigned char)(size.ws_row >> 8);
	bytes[2] = size.ws_col & 0xff;
	bytes[3] = (unsigned char)(size.ws_col >> 8);
	send(session, LINK_SIZE, 0, bytes, sizeof(bytes));
}

static void start_command(struct session *session)
{
	send(session, LINK_START, 0, NULL, 0);
	session->in_open = true;
	enter(session, RUNNING);
	if (session->machine->pty & LAUNCH_PTY_STDIO) {
		terminal_raw();
		send_size(session);
	}
}

static void take_ready(struct session *session)
{
	struct machine *machine = session->machine;

	if (!machine->options->gdb) {
		start_command(session);
		return;
	}
	enter(session, ATTACHING);
	gdb_ready(machine);
}

static void take_hello(struct session *session)
{
	if (session->phase != BOOTING) {
		complain("the machine has rebooted by itself");
		abandon(session, EXIT_MACHINE);
		return;
	}
	enter(session, STARTING);
}

static void take_exit(struct session *session, int status)
{
	session->in_open = false;
	session->status = WIFSIGNALED(status) ? 128 + WTERMSIG(status) :
						WEXITSTATUS(status);
	enter(session, CLOSING);
}

static void take_frame(struct session *session, const struct link_frame *frame)
{
	const struct options *options = session->machine->options;
	int text = (int)frame->length;

	switch (frame->type) {
	case LINK_HELLO:
		take_hello(session);
		break;
	case LINK_NOTE:
		if (options->gdb)
			gdb_add(session->machine, (const char *)frame->payload,
				frame->length);
		break;
	case LINK_READY:
		take_ready(session);
		break;
	case LINK_FAILED:
		complain("%.*s", text, frame->payload);
		session->status = EXIT_MACHINE;
		enter(session, GOING_OFF);
		break;
	case LINK_DATA:
		if (link_queue_put(&session->out[frame->stream], frame->payload,
				   frame->length))
			abandon(session, EXIT_MACHINE);
		break;
	case LINK_ACK:
		session->in_credit += link_value(frame);
		break;
	case LINK_CLOSED:
		session->in_open = false;
		break;
	case LINK_EXIT:
		take_exit(session, (int)link_value(frame));
		break;
	case LINK_BYE:
		enter(session, GOING_OFF);
		break;
	default:
		break;
	}
}

static void take_frames(struct session *session)
{
	struct link *link = &session->machine->link;
	struct link_frame frame;
	int more;

	do {
		more = link_fill(link);
		if (more < 0)
			session->link_gone = true;
		while (link_next(link, &frame) > 0)
			take_frame(session, &frame);
	} while (more > 0);
}

static bool escaped(struct session *session, const unsigned char *bytes,
		    size_t length)
{
	if (!(session->machine->pty & LAUNCH_PTY_STDIO))
		return false;
	for (size_t i = 0; i < length; i++) {
		session->escapes = bytes[i] == ESCAPE ? session->escapes + 1 :
							0;
		if (session->escapes == ESCAPES)
			return true;
	}
	return false;
}

static void read_in(struct session *session)
{
	unsigned char bytes[LINK_PAYLOAD];
	size_t limit = sizeof(bytes);
	ssize_t n;

	if (limit > session->in_credit)
		limit = session->in_credit;
	n = read(STDIN_FILENO, bytes, limit);
	if (n < 0 && (errno == EINTR || errno == EAGAIN))
		return;
	if (n <= 0) {
		session->in_open = false;
		send(session, LINK_EOF, LINK_STDIN, NULL, 0);
		return;
	}
	if (escaped(session, bytes, (size_t)n)) {
		complain("switched off by hand");
		abandon(session, 128 + SIGKILL);
		return;
	}
	session->in_credit -= (size_t)n;
	send(session, LINK_DATA, LINK_STDIN, bytes, (size_t)n);
}

static void write_out(struct session *session, unsigned int stream)
{
	struct link_queue *queue = &session->out[stream];
	struct link *link = &session->machine->link;

	link_queue_drain(queue, (int)stream, PIPE_BUF);
	if (session->phase >= CLOSING)
		return;
	if (queue->closed && !session->told_closed[stream]) {
		session->told_closed[stream] = true;
		send(session, LINK_CLOSED, stream, NULL, 0);
	}
	if (link_queue_ack(queue, link, stream))
		abandon(session, EXIT_MACHINE);
}

/* The first asks COMMAND, the second does not ask any more. */
static void take_end_signal(struct session *session, int number)
{
	session->signals++;
	if (session->phase < RUNNING || session->signals > 1) {
		complain("switched off by signal %d", number);
		abandon(session, 128 + number);
		return;
	}
	if (session->phase != RUNNING)
		return;
	send_number(session, LINK_SIGNAL, (unsigned int)number);
	if (number == SIGTERM || number == SIGHUP)
		session->deadline = now_ms() + GRACE_MS;
}

static void take_signals(struct session *session, int fd)
{
	struct signalfd_siginfo info;

	while (read(fd, &info, sizeof(info)) == sizeof(info)) {
		switch (info.ssi_signo) {
		case SIGCHLD:
			machine_reap(session->machine);
			break;
		case SIGWINCH:
			send_size(session);
			break;
		case SIGUSR1:
		case SIGUSR2:
			if (session->phase == RUNNING)
				send_number(session, LINK_SIGNAL,
					    info.ssi_signo);
			break;
		default:
			take_end_signal(session, (int)info.ssi_signo);
		}
	}
}

static void take_deadline(struct session *session)
{
	const struct options *options = session->machine->options;

	if (session->phase == RUNNING && !session->stopping) {
		session->stopping = true;
		session->deadline = now_ms() + GRACE_MS;
		send(session, LINK_STOP, 0, NULL, 0);
		return;
	}
	if (session->phase == BOOTING || session->phase == STARTING) {
		session->hung = true;
		complain("the machine did not boot within %u s",
			 options->boot_seconds);
	} else if (session->phase == RUNNING) {
		complain("COMMAND cannot be ended; switched off");
	} else if (session->phase == OFF) {
		session->deadline = LLONG_MAX;
		if (!session->machine->dsp_pid)
			return;
		complain("the DSP did not end with its machine");
	} else {
		complain("the machine did not power off within %lld s",
			 (now_ms() - session->entered[session->phase]) / 1000);
	}
	abandon(session, EXIT_BOUND);
	session->deadline = LLONG_MAX;
}

static void take_dsp_end(struct session *session)
{
	char text[64];

	complain("the DSP's process %s while the machine was on",
		 machine_describe(session->machine->dsp_status, text));
	abandon(session, EXIT_MACHINE);
}

static void take_kernel_end(struct session *session)
{
	int status = session->machine->linux_status;

	take_frames(session);
	if (session->phase == BOOTING)
		complain("the kernel ended before it had booted");
	else if (session->phase != GOING_OFF && WIFEXITED(status) &&
		 !WEXITSTATUS(status))
		complain("the machine went off before COMMAND had ended");
	else if (session->phase != GOING_OFF)
		complain("the kernel crashed");
	if (session->phase != GOING_OFF)
		session->status = EXIT_MACHINE;
	session->in_open = false;
	enter(session, OFF);
}

/* What ended, and whether it should have. */
static void look_at_processes(struct session *session)
{
	struct machine *machine = session->machine;

	if (!machine->dsp_pid && !machine->options->no_dsp &&
	    session->phase < CLOSING && machine->linux_pid)
		take_dsp_end(session);
	if (!machine->linux_pid && session->phase != OFF)
		take_kernel_end(session);
}

static bool over(const struct session *session)
{
	return session->phase == OFF && !session->machine->linux_pid &&
	       (!session->machine->dsp_pid || session->deadline == LLONG_MAX) &&
	       !session->out[LINK_STDOUT].length &&
	       !session->out[LINK_STDERR].length;
}

static int poll_ms(const struct session *session)
{
	long long left = session->deadline - now_ms();

	if (session->phase == ATTACHING)
		return GDB_POLL_MS;
	if (session->deadline == LLONG_MAX)
		return -1;
	return left < 0 ? 0 : left > 60000 ? 60000 : (int)left;
}

static void wait_and_carry(struct session *session, int signals)
{
	struct machine *machine = session->machine;
	struct link *link = &machine->link;
	bool feed = session->in_open && session->in_credit && link_room(link);
	struct pollfd poller[] = {
		{ signals, POLLIN, 0 },
		{ session->link_gone ? -1 : link->fd, POLLIN, 0 },
		{ feed ? STDIN_FILENO : -1, POLLIN, 0 },
		{ session->out[LINK_STDOUT].length ? STDOUT_FILENO : -1,
		  POLLOUT, 0 },
		{ session->out[LINK_STDERR].length ? STDERR_FILENO : -1,
		  POLLOUT, 0 },
		{ machine->dsp_lines, POLLIN, 0 },
	};

	if (link_writable(link))
		poller[1].events |= POLLOUT;
	poll(poller, sizeof(poller) / sizeof(poller[0]), poll_ms(session));
	if (poller[1].revents)
		take_frames(session);
	if (poller[5].revents)
		machine_dsp_output(machine);
	if (poller[3].revents)
		write_out(session, LINK_STDOUT);
	if (poller[4].revents)
		write_out(session, LINK_STDERR);
	if (poller[2].revents && session->in_open)
		read_in(session);
	if (poller[0].revents)
		take_signals(session, signals);
	look_at_processes(session);
	if (session->phase == ATTACHING && gdb_attached(machine))
		start_command(session);
	if (now_ms() >= session->deadline)
		take_deadline(session);
	if (!session->link_gone && link_flush(link))
		session->link_gone = true;
}

static int open_signals(void)
{
	static const int wanted[] = { SIGHUP,  SIGINT,	SIGQUIT,  SIGTERM,
				      SIGUSR1, SIGUSR2, SIGWINCH, SIGCHLD };
	struct sigaction action;
	sigset_t mask;

	sigemptyset(&mask);
	for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++) {
		/* what nohup and the shell's & ignore stays ignored */
		if (!sigaction(wanted[i], NULL, &action) &&
		    action.sa_handler == SIG_IGN && wanted[i] != SIGCHLD)
			continue;
		sigaddset(&mask, wanted[i]);
	}
	sigprocmask(SIG_BLOCK, &mask, NULL);
	return signalfd(-1, &mask, SFD_CLOEXEC | SFD_NONBLOCK);
}

static void say_times(const struct session *session)
{
	const long long *at = session->entered;

	if (!at[CLOSING] || !at[OFF])
		return;
	complain("kernel %lld ms, driver %lld ms, COMMAND %lld ms, off %lld ms",
		 at[STARTING] - at[BOOTING], at[RUNNING] - at[STARTING],
		 at[CLOSING] - at[RUNNING], at[OFF] - at[CLOSING]);
}

int session_run(struct machine *machine, bool *hung)
{
	static struct session session;
	int signals = open_signals();

	session = (struct session){
		.machine = machine,
		.in_credit = LINK_WINDOW,
		.status = -1,
	};
	enter(&session, BOOTING);
	machine_reap(machine);
	while (!over(&session))
		wait_and_carry(&session, signals);
	close(signals);
	terminal_restore();
	if (machine->options->verbose)
		say_times(&session);
	*hung = session.hung;
	return session.status < 0 ? EXIT_MACHINE : session.status;
}
