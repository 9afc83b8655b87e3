/* SPDX-License-Identifier: BSD-3-Clause */
/* Log lines: which are wanted, and those that a DSP sends. */
#ifndef FASTRPC_SRC_LOG_H
#define FASTRPC_SRC_LOG_H

#include <stdbool.h>
#include <stdint.h>

#include "fastrpc.h"
#include "host_call.h"

#define FARF_FILES_MAX	16
#define FARF_FILES_SIZE 512

/* What FASTRPC_FARF, or else the file <program>.farf, asks for. */
struct farf {
	uint32_t mask;		     /* a bit for each level */
	char files[FARF_FILES_SIZE]; /* NUL after each, "" after the last */
	unsigned int count;	     /* of files; 0: all */
};

/*
 * "0x1f a.c,b.c": a number and the source files that are meant. False, and @farf
 * without a level, when it is not that.
 */
bool farf_parse(const char *text, struct farf *farf);

void farf_read(struct farf *farf);

/* Whether a line of the host's is asked for; <program>.farf is read once. */
bool farf_wants(int level, const char *file);

/* The lines that one session's process sends. One thread uses it. */
struct dsp_log;

/* NULL when there is no memory for it. */
struct dsp_log *dsp_log_new(unsigned int slot, uint32_t mask);
void dsp_log_free(struct dsp_log *log);
/* The interface adspmsgd_apps. Returns the result. */
int dsp_log_call(struct dsp_log *log, const struct host_call *call);

/* A text without level and place. */
void dsp_log_print(struct dsp_log *log, const char *text);

void dsp_log_fork(enum fork_step step);

#endif
