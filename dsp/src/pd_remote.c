// SPDX-License-Identifier: BSD-3-Clause
/* Calls of skels to modules of the host: what stubs on the DSP call. */
#include <string.h>

#include "AEEStdErr.h"
#include "pd_host.h"
#include "remote.h"

#define EXPORT __attribute__((visibility("default")))

EXPORT int remote_handle_open(const char *name, remote_handle *handle)
{
	return pd_host_open(name, handle);
}

EXPORT int remote_handle_invoke(remote_handle handle, uint32_t scalars,
				remote_arg *args)
{
	if (REMOTE_SCALARS_INHANDLES(scalars) ||
	    REMOTE_SCALARS_OUTHANDLES(scalars))
		return AEE_EBADPARM;
	return pd_host_invoke(handle, scalars, args);
}

EXPORT int remote_handle_close(remote_handle handle)
{
	uint32_t in[2] = { handle, 0 };
	int32_t status = 0;
	remote_arg args[3];
	int ret;

	memset(args, 0, sizeof(args));
	args[0].buf = (remote_buf){ in, sizeof(in) };
	args[1].buf = (remote_buf){ &status, sizeof(status) };
	ret = pd_host_invoke(0, REMOTE_SCALARS_MAKE(1, 1, 2), args);
	return ret ? ret : status;
}
