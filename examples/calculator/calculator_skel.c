// SPDX-License-Identifier: BSD-3-Clause
/* The DSP's side of the interface: unpacks arguments and calls the function. */
#include <string.h>

#include <AEEStdErr.h>
#include <remote.h>

#include "calculator.h"

#define EXPORT __attribute__((visibility("default")))

EXPORT int calculator_skel_handle_invoke(remote_handle64 handle, uint32_t sc,
					 remote_arg *args);
EXPORT int calculator_skel_invoke(uint32_t sc, remote_arg *args);

/* The attribute bits are not a skel's business. */
static uint32_t shape_of(uint32_t sc)
{
	return sc & 0x00ffffff;
}

/* What the caller wrote stays in its memory, so it is read once. */
static int read_vec(const remote_arg *args, const int32_t **vec,
		    uint32_t *vec_len)
{
	uint32_t length;

	if (args[0].buf.nLen < sizeof(length))
		return AEE_EBADPARM;
	memcpy(&length, args[0].buf.pv, sizeof(length));
	if (args[1].buf.nLen / sizeof(**vec) < length)
		return AEE_EBADPARM;
	*vec = args[1].buf.pv;
	*vec_len = length;
	return 0;
}

static int write_prim_out(remote_arg *arg, const void *prim_out, size_t size)
{
	if (arg->buf.nLen < size)
		return AEE_EBADPARM;
	memcpy(arg->buf.pv, prim_out, size);
	return 0;
}

static int skel_sum(remote_arg *args)
{
	const int32_t *vec;
	uint32_t vec_len;
	int64_t res = 0;
	int err = read_vec(args, &vec, &vec_len);

	if (!err)
		err = calculator_imp_sum(vec, vec_len, &res);
	return err ? err : write_prim_out(&args[2], &res, sizeof(res));
}

static int skel_max(remote_arg *args)
{
	const int32_t *vec;
	uint32_t vec_len;
	int32_t res = 0;
	int err = read_vec(args, &vec, &vec_len);

	if (!err)
		err = calculator_imp_max(vec, vec_len, &res);
	return err ? err : write_prim_out(&args[2], &res, sizeof(res));
}

int calculator_skel_invoke(uint32_t sc, remote_arg *args)
{
	if (shape_of(sc) != REMOTE_SCALARS_MAKE(0, 2, 1))
		return AEE_EBADPARM;
	switch (REMOTE_SCALARS_METHOD(sc)) {
	case CALCULATOR_METHOD_SUM:
		return skel_sum(args);
	case CALCULATOR_METHOD_MAX:
		return skel_max(args);
	default:
		return AEE_EUNSUPPORTED;
	}
}

static int skel_open(uint32_t sc, remote_arg *args)
{
	if (shape_of(sc) != REMOTE_SCALARS_MAKEX(0, 0, 2, 0, 0, 1))
		return AEE_EBADPARM;
	/* Nothing is kept from call to call, so any handle does. */
	args[2].h64 = 1;
	return 0;
}

int calculator_skel_handle_invoke(remote_handle64 handle, uint32_t sc,
				  remote_arg *args)
{
	(void)handle;
	switch (REMOTE_SCALARS_METHOD(sc)) {
	case 0:
		return skel_open(sc, args);
	case 1:
		return 0;
	default:
		return calculator_skel_invoke(sc, args);
	}
}
