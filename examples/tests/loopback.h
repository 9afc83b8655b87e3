/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A DSP inside the test program: what a stub sends through libqda arrives at
 * the skel of its interface, by a function call.
 */
#ifndef LOOPBACK_H
#define LOOPBACK_H

#include <stdbool.h>

#include <qda_remote.h>
#include <remote.h>

#include "test.h"

typedef int (*loopback_skel)(remote_handle64 handle, uint32_t scalars,
			     remote_arg *args);

/* The skel's function in a library; the test fails where there is none. */
loopback_skel loopback_load(const char *library, const char *symbol);

/* Scalars and arguments of the last call to a skel, before it ran. */
struct loopback_call {
	uint32_t scalars;
	unsigned int count;
	size_t lengths[540];
	uint8_t prim_in[64];
};

extern struct loopback_call loopback_call;

/*
 * A session whose DSP has one skel, under the symbol; with "" it has none.
 * Modules that stubs open are of this session.
 */
struct qda_session *loopback_session(const char *symbol, loopback_skel skel);

#endif
