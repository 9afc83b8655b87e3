/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef QDA_SIM_OPTIONS_H
#define QDA_SIM_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

#define OPTIONS_EXPECT_MAX 32

/* Exit statuses of qda-sim's own; all others are COMMAND's. */
#define EXIT_BOUND   124 /* a bound ran out */
#define EXIT_MACHINE 125 /* the machine failed, or a check found something */

struct options {
	const char *kernel; /* flavour */
	const char *memory; /* as given to mem= */
	unsigned long long memory_bytes;
	const char *domain;
	const char *soc;
	const char *driver;
	const char *fault;
	const char *wire_log;
	const char *keep_log;
	const char *skel_path;
	const char *coalesce;
	const char *spin;
	const char *expect[OPTIONS_EXPECT_MAX];
	size_t expect_count;
	bool strict, check, root, gdb, verbose, no_dsp, non_coherent, poll;
	char **command;
	unsigned int boot_seconds; /* bounds */
	unsigned int dsp_seconds;
	unsigned int off_seconds;
};

/* options_parse() - read the command line; exits on --help and on errors. */
void options_parse(struct options *options, int argc, char **argv);

#endif
