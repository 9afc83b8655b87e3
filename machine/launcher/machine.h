/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef QDA_SIM_MACHINE_H
#define QDA_SIM_MACHINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/types.h>

#include "link.h"
#include "options.h"
#include "runtime.h"

/* The files that a machine is made of. */
struct parts {
	char dir[4096]; /* of this program */
	char init[4096];
	char dsp[4096];
	char modules[4096]; /* directory: *.ko, modules.list, *.dtb */
	char skels[4096];   /* the examples' skels; may be empty */
	char kernel[4096];
	char dtb[4096];
};

/* A machine that has been switched on. */
struct machine {
	const struct options *options;
	const struct parts *parts;
	const struct runtime *runtime;
	struct link link;
	char kernel_log[4096];
	char dsp_log[4096];
	FILE *dsp_log_file;
	pid_t linux_pid, dsp_pid;     /* 0: not running */
	int linux_status, dsp_status; /* wait(2) status, once ended */
	int console[2];	  /* the kernel's console input, never used */
	int dsp_lines;	  /* the DSP's standard error; -1: closed */
	unsigned int pty; /* LAUNCH_PTY_* */
};

/* complain() - a line on standard error, also while the terminal is raw. */
void complain(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* show() - bytes on standard error, also while the terminal is raw. */
void show(const char *bytes, size_t length);

/* parts_find() - Returns 0, or -1 after saying what is missing. */
int parts_find(struct parts *parts, const struct options *options);

/*
 * launch_write() - write the launch description to the runtime directory.
 * Returns 0, or -1 after saying what is wrong.
 */
int launch_write(const struct machine *machine);

/*
 * machine_start() - start the DSP and the kernel. Returns 0, or the exit
 * status for qda-sim after saying what is wrong.
 */
int machine_start(struct machine *machine);

/* machine_reap() - collect ended processes. */
void machine_reap(struct machine *machine);

/* machine_describe() - a wait(2) status in words. */
const char *machine_describe(int status, char text[64]);

/* machine_kill() - end what still runs; the logs are complete afterwards. */
void machine_kill(struct machine *machine);

/* machine_dsp_output() - take what the DSP said, show and keep it. */
void machine_dsp_output(struct machine *machine);

/*
 * session_run() - carry COMMAND's bytes until the machine is off. Returns the
 * exit status for qda-sim; *hung tells that the kernel did not even boot.
 */
int session_run(struct machine *machine, bool *hung);

/* gdb_add() - a line for the debugger's script. */
void gdb_add(const struct machine *machine, const char *text, size_t length);

/* gdb_ready() - say how to attach a debugger. */
void gdb_ready(const struct machine *machine);

/* gdb_attached() - whether somebody debugs the kernel. */
bool gdb_attached(const struct machine *machine);

/* check_log() - show the warnings of the kernel log. Returns their number. */
size_t check_log(const char *path, const struct options *options);

/* show_tail() - the last lines of a log on standard error. */
void show_tail(const char *path, const char *what);

#endif
