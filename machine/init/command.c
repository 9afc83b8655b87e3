// SPDX-License-Identifier: BSD-3-Clause
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "init.h"
#include "launch.h"

/* As the shell does it. */
#define EXIT_CANNOT_RUN 126
#define EXIT_NOT_FOUND	127

static void pair(int fds[2])
{
	if (pipe2(fds, O_CLOEXEC))
		fail("cannot make a pipe: %s", strerror(errno));
}

static void become_user(const struct launch *launch)
{
	if (setgroups(launch->group_count, launch->groups) ||
	    setresgid(launch->gid, launch->gid, launch->gid) ||
	    setresuid(launch->uid, launch->uid, launch->uid)) {
		fprintf(stderr, "qda-sim: cannot become user %u: %s\n",
			launch->uid, strerror(errno));
		_exit(EXIT_CANNOT_RUN);
	}
}

static void run(const struct launch *launch, const int fds[LINK_STREAMS],
		int terminal)
{
	sigset_t none;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGPIPE, SIG_DFL);
	setsid();
	if (terminal >= 0)
		ioctl(terminal, TIOCSCTTY, 0);
	for (int i = 0; i < LINK_STREAMS; i++)
		dup2(fds[i], i);

	become_user(launch);
	umask(launch->umask);
	if (chdir(launch->cwd)) {
		fprintf(stderr, "qda-sim: cannot enter %s: %s\n", launch->cwd,
			strerror(errno));
		_exit(EXIT_CANNOT_RUN);
	}
	environ = launch->env;
	execvp(launch->argv[0], launch->argv);
	fprintf(stderr, "qda-sim: cannot run %s: %s\n", launch->argv[0],
		strerror(errno));
	_exit(errno == ENOENT ? EXIT_NOT_FOUND : EXIT_CANNOT_RUN);
}

/* The terminal's other end, for the streams that @launch wants there. */
static int make_terminal(struct command *command, const struct launch *launch)
{
	struct winsize size = {
		.ws_row = (unsigned short)launch->rows,
		.ws_col = (unsigned short)launch->columns,
	};
	int master, slave;

	if (openpty(&master, &slave, NULL, NULL, &size))
		fail("cannot make a pseudo terminal: %s", strerror(errno));
	if (fchown(slave, launch->uid, (gid_t)-1))
		fail("cannot hand over the pseudo terminal: %s",
		     strerror(errno));
	fcntl(master, F_SETFD, FD_CLOEXEC);
	fcntl(slave, F_SETFD, FD_CLOEXEC);
	command->terminal = true;
	command->in = master;
	command->out[LINK_STDOUT] = fcntl(master, F_DUPFD_CLOEXEC, 3);
	return slave;
}

void command_start(struct command *command, const struct launch *launch)
{
	int fds[LINK_STREAMS], ends[2], terminal = -1;

	command->out[LINK_STDIN] = -1;
	command->out[LINK_STDERR] = -1;
	if (launch->pty & LAUNCH_PTY_STDIO) {
		terminal = make_terminal(command, launch);
		fds[LINK_STDIN] = terminal;
		fds[LINK_STDOUT] = terminal;
	} else {
		pair(ends);
		fds[LINK_STDIN] = ends[0];
		command->in = ends[1];
		pair(ends);
		command->out[LINK_STDOUT] = ends[0];
		fds[LINK_STDOUT] = ends[1];
	}
	if (launch->pty & LAUNCH_PTY_STDERR) {
		fds[LINK_STDERR] = terminal;
	} else {
		pair(ends);
		command->out[LINK_STDERR] = ends[0];
		fds[LINK_STDERR] = ends[1];
	}
	fcntl(command->in, F_SETFL, fcntl(command->in, F_GETFL) | O_NONBLOCK);

	command->pid = fork();
	if (command->pid < 0)
		fail("cannot start a process: %s", strerror(errno));
	if (!command->pid)
		run(launch, fds, terminal);
	for (int i = 0; i < LINK_STREAMS; i++)
		if (i == LINK_STDIN || fds[i] != terminal)
			close(fds[i]);
}

void command_reap(struct command *command)
{
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		if (pid != command->pid)
			continue;
		command->status = status;
		command->ended = true;
	}
}
