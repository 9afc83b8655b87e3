/* SPDX-License-Identifier: BSD-3-Clause */
/* What the examples have in common: finding a DSP, and saying what failed. */
#ifndef EXAMPLE_H
#define EXAMPLE_H

#include <stdint.h>

#include <qda.h>
#include <qda_remote.h>

/* Exit status of a wrong command line; another failure is 1. */
#define EXIT_USAGE 2

/* A session, and the device that it is on. */
struct example {
	struct qda_device *device;
	struct qda_session *session;
};

/**
 * example_open - start a process on a DSP, which stubs use from now on
 * @domain: name of the DSP, NULL for the first there is
 *
 * Returns 0, or says on stderr what is wrong and returns -1.
 */
int example_open(struct example *example, const char *domain);
void example_close(struct example *example);

/**
 * example_fail - say on stderr what failed and why
 * @what: what was being done
 * @error: what libqda returned
 * @result: what the DSP answered
 *
 * Returns -1.
 */
int example_fail(struct example *example, const char *what, int error,
		 int32_t result);

#endif
