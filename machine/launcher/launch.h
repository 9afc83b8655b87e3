/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What qda-sim asks of qda-sim-init: a file of "key=value" strings, each
 * ended by a NUL byte, in any order but for the repeated keys.
 */
#ifndef QDA_SIM_LAUNCH_H
#define QDA_SIM_LAUNCH_H

/* repeated, in order */
#define LAUNCH_ARG    "arg="	/* COMMAND and its arguments */
#define LAUNCH_ENV    "env="	/* NAME=VALUE */
#define LAUNCH_GROUP  "group="	/* supplementary group id */
#define LAUNCH_MODULE "module=" /* path of a kernel module to load */

/* once */
#define LAUNCH_CWD     "cwd="
#define LAUNCH_UID     "uid="
#define LAUNCH_GID     "gid="
#define LAUNCH_UMASK   "umask="
#define LAUNCH_DEVICE  "device=" /* node to wait for; none: do not wait */
#define LAUNCH_WAIT    "wait="	 /* for how many seconds */
#define LAUNCH_PTY     "pty="	 /* bits: which streams are a terminal */
#define LAUNCH_ROWS    "rows="
#define LAUNCH_COLUMNS "columns="
#define LAUNCH_CHECK   "check=" /* 1: look for leaks before power off */

#define LAUNCH_PTY_STDIO  1 /* stdin and stdout */
#define LAUNCH_PTY_STDERR 2

#endif
