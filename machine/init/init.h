/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef QDA_SIM_INIT_H
#define QDA_SIM_INIT_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "link.h"

/* The launch description, read (see launch.h for the keys). */
struct launch {
	char *text;
	char **argv;
	char **env;
	char **modules;
	gid_t *groups;
	size_t argc, env_count, module_count, group_count;
	const char *cwd;
	const char *device;
	unsigned int wait_seconds;
	unsigned int pty;
	unsigned int rows, columns;
	uid_t uid;
	gid_t gid;
	mode_t umask;
	bool check;
};

/* COMMAND while it runs. */
struct command {
	pid_t pid;
	int status; /* wait(2) status, once ended */
	bool ended;
	int in;		       /* its stdin; -1 when closed */
	int out[LINK_STREAMS]; /* its stdout and stderr; -1 when closed */
	bool terminal;	       /* stdin and stdout are a pseudo terminal */
};

/* fail() - tell the user why the machine is of no use, and power off. */
void fail(const char *format, ...)
	__attribute__((noreturn, format(printf, 1, 2)));

/* note() - a line for the debugger's script. */
void note(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* launch_read() - read the description at @path. Returns 0 or -errno. */
int launch_read(struct launch *launch, const char *path);

/* mounts_set_up() - the machine's own /proc, /sys and /dev. */
void mounts_set_up(void);

/* modules_load() - load the modules in order; does not return on failure. */
void modules_load(const struct launch *launch);

/* module_name() - the kernel's name of the module in the file @path. */
void module_name(const char *path, char *name, size_t size);

/* devices_open() - listen to the kernel's device events. Returns the fd. */
int devices_open(void);

/* devices_event() - take events: open new nodes to every user. */
void devices_event(int fd);

/* devices_wait() - until the launch's device is there, or fail. */
void devices_wait(int fd, const struct launch *launch);

/* command_start() - run COMMAND as the calling user. */
void command_start(struct command *command, const struct launch *launch);

/* command_reap() - collect ended processes, COMMAND among them. */
void command_reap(struct command *command);

/* relay_run() - carry bytes and signals until COMMAND has ended. */
void relay_run(struct link *link, struct command *command, int device_events,
	       int child_events);

/* log_line() - a warning in the kernel log. */
void log_line(const char *text);

/* closing_check() - take the driver down and look for leaks. */
void closing_check(const struct launch *launch);

/* write_file() - write a string to a file of the kernel. 0 or -errno. */
int write_file(const char *path, const char *text);

#endif
