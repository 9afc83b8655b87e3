/* SPDX-License-Identifier: BSD-3-Clause */
/* bench.idl's skel in this program: what the DSP runs, without a DSP. */
#ifndef BENCH_SKEL_H
#define BENCH_SKEL_H

#include <stdint.h>

#include "remote.h"
#include "request.h"

/** define SKEL_HANDLE - what the module's open() gives */
#define SKEL_HANDLE 1

/* Generated: what comes back is in the arguments' memory; 0 or an AEE code. */
int bench_skel_handle_invoke(remote_handle64 handle, uint32_t scalars,
			     remote_arg *args);

/** skel_args - a request's arguments as FastRPC has them; returns the scalars */
static inline uint32_t skel_args(const struct request *request,
				 remote_arg *args)
{
	for (unsigned int i = 0; i < request->in + request->out; i++) {
		args[i].buf.pv = request->args[i].data;
		args[i].buf.nLen = request->args[i].length;
	}
	return REMOTE_SCALARS_MAKE(request->method, request->in, request->out);
}

#endif
