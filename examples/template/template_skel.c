// SPDX-License-Identifier: BSD-3-Clause
/* Runs on the DSP. */
#include <string.h>

#include <AEEStdErr.h>
#include <HAP_farf.h>
#include <remote.h>

#include "template.h"

int template_skel_handle_invoke(remote_handle64 handle, uint32_t sc,
				remote_arg *args)
	__attribute__((visibility("default")));

/* The function itself. */
static int scale(const int32_t *vec, uint32_t vec_len, int32_t factor,
		 int32_t *res)
{
	for (uint32_t i = 0; i < vec_len; i++)
		res[i] = (int32_t)((uint32_t)vec[i] * (uint32_t)factor);
	FARF(HIGH, "scaled %u numbers by %d", vec_len, factor);
	return AEE_SUCCESS;
}

/*
 * Unpacks the arguments. Whoever calls may send anything: each length is
 * checked, and what can change in the caller's memory is read once.
 */
static int invoke_scale(uint32_t sc, remote_arg *args)
{
	struct template_scale_in in;

	if (sc != REMOTE_SCALARS_MAKE(TEMPLATE_SCALE, 2, 1) ||
	    args[0].buf.nLen < sizeof(in))
		return AEE_EBADPARM;
	memcpy(&in, args[0].buf.pv, sizeof(in));
	if (in.res_len < in.vec_len ||
	    args[1].buf.nLen / sizeof(int32_t) < in.vec_len ||
	    args[2].buf.nLen / sizeof(int32_t) < in.res_len)
		return AEE_EBADPARM;
	return scale(args[1].buf.pv, in.vec_len, in.factor, args[2].buf.pv);
}

int template_skel_handle_invoke(remote_handle64 handle, uint32_t sc,
				remote_arg *args)
{
	(void)handle;
	switch (REMOTE_SCALARS_METHOD(sc)) {
	case 0: /* open: whatever is written here is the handle above */
		args[2].h64 = 1;
		return AEE_SUCCESS;
	case 1: /* close */
		return AEE_SUCCESS;
	case TEMPLATE_SCALE:
		return invoke_scale(sc, args);
	default:
		return AEE_EUNSUPPORTED;
	}
}
