// SPDX-License-Identifier: BSD-3-Clause
#include "pd_handles.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "dsp.h"
#include "pd_host.h"
#include "pd_log.h"
#include "pd_process.h"
#include "skel_loader.h"

#define URI_MAX	  1024
#define ERROR_MAX 512

#define PARAM_THREADS 1

enum static_handle {
	REMOTECTL = 0,
	LISTENER = 3,
	CURRENT_PROCESS = 4,
	MESSAGE_DAEMON = 5,
	PERFORMANCE = 6,
	LISTENER1 = 7,
	REMOTECTL1 = 8,
	PERFORMANCE1 = 9,
};

struct open_in {
	uint32_t name_length;
	uint32_t error_length;
};

struct open_out {
	uint32_t handle;
	int32_t status;
};

struct close_in {
	uint32_t handle;
	uint32_t error_length;
};

static void put_error(const remote_arg *out, const char *error)
{
	if (!out->buf.nLen)
		return;
	snprintf(out->buf.pv, out->buf.nLen, "%s", error);
}

/* The result of the open is in its output; the call itself succeeds. */
static int remotectl_open(remote_arg *args)
{
	struct open_out out = { 0 };
	char uri[URI_MAX], error[ERROR_MAX] = "";
	struct open_in in;

	if (args[0].buf.nLen != sizeof(in) || args[2].buf.nLen != sizeof(out))
		return DSP_STATUS(AEE_EBADPARM);
	memcpy(&in, args[0].buf.pv, sizeof(in));
	if (!in.name_length || in.name_length > sizeof(uri) ||
	    in.name_length != args[1].buf.nLen ||
	    in.error_length != args[3].buf.nLen)
		return DSP_STATUS(AEE_EBADPARM);
	/* The host may change it while it is looked at: copy first. */
	memcpy(uri, args[1].buf.pv, in.name_length);
	if (memchr(uri, '\0', in.name_length) != uri + in.name_length - 1)
		return DSP_STATUS(AEE_EBADPARM);
	out.status = skel_open(uri, &out.handle, error, sizeof(error));
	memcpy(args[2].buf.pv, &out, sizeof(out));
	put_error(&args[3], error);
	return 0;
}

static int remotectl_close(remote_arg *args)
{
	char error[ERROR_MAX] = "";
	struct close_in in;
	int32_t status;

	if (args[0].buf.nLen != sizeof(in) ||
	    args[1].buf.nLen != sizeof(status))
		return DSP_STATUS(AEE_EBADPARM);
	memcpy(&in, args[0].buf.pv, sizeof(in));
	if (in.error_length != args[2].buf.nLen)
		return DSP_STATUS(AEE_EBADPARM);
	status = skel_close(in.handle, error, sizeof(error));
	memcpy(args[1].buf.pv, &status, sizeof(status));
	put_error(&args[2], error);
	return 0;
}

struct set_param_in {
	uint32_t id;
	uint32_t count;
};

/* Of the parameters there are, one: priority and stack size of threads. */
static int remotectl_set_param(remote_arg *args)
{
	struct set_param_in in;
	uint32_t values[2];

	if (args[0].buf.nLen != sizeof(in))
		return DSP_STATUS(AEE_EBADPARM);
	memcpy(&in, args[0].buf.pv, sizeof(in));
	if (in.id != PARAM_THREADS)
		return DSP_STATUS(AEE_EUNSUPPORTED);
	if (in.count != 2 || args[1].buf.nLen != sizeof(values))
		return DSP_STATUS(AEE_EBADPARM);
	memcpy(values, args[1].buf.pv, sizeof(values));
	return pd_set_threads(values[0], values[1]);
}

static int remotectl(uint32_t sc, remote_arg *args)
{
	switch (sc) {
	case REMOTE_SCALARS_MAKE(0, 2, 2):
		return remotectl_open(args);
	case REMOTE_SCALARS_MAKE(1, 1, 2):
		return remotectl_close(args);
	case REMOTE_SCALARS_MAKE(3, 2, 0):
		return remotectl_set_param(args);
	default:
		return DSP_STATUS(AEE_EUNSUPPORTED);
	}
}

/* Exit is answered first: the host learns that it was heard. */
static int current_process(uint32_t sc, const remote_arg *args)
{
	unsigned int in = REMOTE_SCALARS_INBUFS(sc);

	if (sc == REMOTE_SCALARS_MAKE(3, in, 0) && in)
		return pd_log_levels(false, args, in);
	if (sc == REMOTE_SCALARS_MAKE(8, in, 0) && in)
		return pd_log_levels(true, args, in);
	switch (sc) {
	case REMOTE_SCALARS_MAKE(2, 0, 0):
		pd_exit_after_reply();
		return 0;
	case REMOTE_SCALARS_MAKE(7, 0, 0):
		raise(SIGABRT);
		return 0;
	default:
		return DSP_STATUS(AEE_EUNSUPPORTED);
	}
}

int pd_handle_invoke(uint32_t handle, uint32_t sc, remote_arg *args)
{
	switch (handle) {
	case REMOTECTL:
		return remotectl(sc, args);
	case LISTENER:
		return pd_host_listener(sc, args);
	case CURRENT_PROCESS:
		return current_process(sc, args);
	case MESSAGE_DAEMON:
		return pd_log_daemon(sc);
	case PERFORMANCE:
	case PERFORMANCE1:
		return DSP_STATUS(AEE_EUNSUPPORTED);
	case LISTENER1:
	case REMOTECTL1:
		return DSP_STATUS(AEE_ENOSUCHMOD);
	default:
		return DSP_STATUS(AEE_EINVHANDLE);
	}
}
