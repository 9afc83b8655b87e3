/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A DSP inside the test program: what a stub sends through libqda arrives at
 * the skel that it was written for, by a function call.
 */
#ifndef LOOPBACK_H
#define LOOPBACK_H

#include <stdbool.h>

#include <remote.h>

#include "test.h"

/* The skels that can be opened, by symbol. */
struct loopback_skel {
	const char *symbol;
	remote_skel_handle_invoke invoke;
};

/* Scalars and arguments of the last call to a skel, before it ran. */
struct loopback_call {
	uint32_t scalars;
	unsigned int count;
	size_t lengths[540];
	uint8_t prim_in[64];
};

extern struct loopback_call loopback_call;

/* A session whose DSP has these skels; the array ends with an empty one. */
struct qda_session *loopback_session(const struct loopback_skel *skels);

#endif
