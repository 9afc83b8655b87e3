/* SPDX-License-Identifier: BSD-3-Clause */
/* qda-rpcd: what it is asked to do, and doing it. */
#ifndef RPCD_H
#define RPCD_H

#include <stdbool.h>

#include "backend.h"

struct rpcd_options {
	unsigned int domain;
	enum process_kind kind;
	const char *pd;	  /* its name on the command line */
	const char *name; /* on the DSP, of a static process */
	char *root;	  /* folder whose files the DSP may have */
	bool wait;	  /* for a DSP that is not there yet */
};

/*
 * Reads the command line. Ends the program where it asks for help, or is wrong
 * (status 2).
 */
void rpcd_options(int argc, char **argv, struct rpcd_options *options);

/* Serves until a signal comes; the exit status. */
int rpcd_serve(const struct rpcd_options *options);

#endif
