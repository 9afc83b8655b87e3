// SPDX-License-Identifier: BSD-3-Clause
/* qda-sim-init: the first process of the simulated machine. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/reboot.h>
#include <sys/signalfd.h>
#include <termios.h>
#include <unistd.h>

#include "init.h"

#define LINE	 "/dev/ttyS0"
#define FLUSH_MS 10000

static struct link line = { .fd = -1 };

static int flush_all(void)
{
	struct pollfd poller = { .fd = line.fd, .events = POLLOUT };
	int err = link_flush(&line);

	while (!err && link_pending(&line)) {
		if (poll(&poller, 1, FLUSH_MS) <= 0)
			return -ETIMEDOUT;
		err = link_flush(&line);
	}
	return err;
}

static void __attribute__((noreturn)) power_off(void)
{
	if (line.fd >= 0) {
		flush_all();
		tcdrain(line.fd);
	}
	sync();
	reboot(RB_POWER_OFF);
	_exit(1);
}

static void send_text(enum link_type type, const char *text)
{
	if (line.fd < 0) {
		log_line(text);
		return;
	}
	link_send(&line, type, 0, text, strlen(text));
}

void fail(const char *format, ...)
{
	char text[512];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	send_text(LINK_FAILED, text);
	power_off();
}

void note(const char *format, ...)
{
	char text[512];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	send_text(LINK_NOTE, text);
}

static void open_standard_streams(void)
{
	int fd = open("/dev/null", O_RDWR | O_CLOEXEC);

	for (int i = 0; fd >= 0 && i < 3; i++)
		dup2(fd, i);
}

static void open_line(void)
{
	struct termios raw;
	int fd = open(LINE, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);

	if (fd < 0 || tcgetattr(fd, &raw))
		fail("cannot open %s: %s", LINE, strerror(errno));
	cfmakeraw(&raw);
	raw.c_cflag |= CLOCAL;
	if (tcsetattr(fd, TCSANOW, &raw))
		fail("cannot set up %s: %s", LINE, strerror(errno));
	link_init(&line, fd, true);
}

static int watch_children(void)
{
	sigset_t mask;
	int fd;

	signal(SIGPIPE, SIG_IGN);
	sigemptyset(&mask);
	sigaddset(&mask, SIGCHLD);
	sigprocmask(SIG_BLOCK, &mask, NULL);
	fd = signalfd(-1, &mask, SFD_CLOEXEC | SFD_NONBLOCK);
	if (fd < 0)
		fail("cannot watch processes: %s", strerror(errno));
	return fd;
}

static void send_now(enum link_type type)
{
	link_send(&line, type, 0, NULL, 0);
	if (flush_all())
		power_off();
}

/* Input may come right behind the start; the relay takes it from here. */
static void wait_for_start(void)
{
	struct pollfd poller = { .fd = line.fd, .events = POLLIN };
	struct link_frame frame;
	int more;

	for (;;) {
		more = link_next(&line, &frame);
		if (more > 0 && frame.type == LINK_START)
			return;
		if (more > 0 && frame.type == LINK_STOP)
			power_off();
		if (more < 0)
			power_off();
		if (more == 0) {
			poll(&poller, 1, -1);
			if (link_fill(&line) < 0 || link_flush(&line))
				power_off();
		}
	}
}

int main(int argc, char **argv)
{
	static struct launch launch;
	struct command command = { 0 };
	int child_events, device_events, err;

	if (argc < 2 || getpid() != 1) {
		fputs("qda-sim-init is started by qda-sim, as the first process of its machine\n",
		      stderr);
		return 2;
	}
	/* before /dev is covered: the file may be in the host's /dev/shm */
	err = launch_read(&launch, argv[1]);
	mounts_set_up();
	open_standard_streams();
	open_line();
	if (err)
		fail("cannot read %s: %s", argv[1], strerror(-err));
	send_now(LINK_HELLO);

	child_events = watch_children();
	device_events = devices_open();
	modules_load(&launch);
	devices_wait(device_events, &launch);
	send_now(LINK_READY);
	wait_for_start();

	command_start(&command, &launch);
	relay_run(&line, &command, device_events, child_events);
	link_send_u32(&line, LINK_EXIT, 0, (unsigned int)command.status);
	flush_all();
	closing_check(&launch);
	send_now(LINK_BYE);
	power_off();
}
