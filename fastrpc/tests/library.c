// SPDX-License-Identifier: BSD-3-Clause
#include "library.h"

#include <stdlib.h>
#include <string.h>

#define WAIT_SIGNAL 6

const int fastrpc_default_domain = CDSP_DOMAIN_ID;

struct fake_arg seen[16];
remote_handle64 module;
sem_t process_ends;

int32_t dsp(uint32_t handle, uint32_t scalars, struct fake_arg *args,
	    unsigned int count)
{
	uint32_t out[2] = { REMOTE, 0 };

	if (!handle && scalars == 0x00020200)
		memcpy(args[2].pointer, out, sizeof(out));
	if (handle != REMOTE)
		return 0;
	memcpy(seen, args, count * sizeof(*args));
	out[0] = 0;
	for (size_t i = 0; count > 1 && i < args[0].length; i++)
		out[0] += ((uint8_t *)args[0].pointer)[i];
	if (count > 1 && args[1].length >= sizeof(out[0]))
		memcpy(args[1].pointer, out, sizeof(out[0]));
	return 0;
}

int32_t queue_dsp(uint32_t handle, uint32_t scalars, struct fake_arg *args,
		  unsigned int count)
{
	if (handle != REMOTE)
		return dsp(handle, scalars, args, count);
	if (REMOTE_SCALARS_METHOD(scalars) == WAIT_SIGNAL) {
		sem_wait(&process_ends);
		return AEE_EFAILED;
	}
	if (REMOTE_SCALARS_OUTBUFS(scalars))
		memset(args[count - 1].pointer, 0, args[count - 1].length);
	return 0;
}

int library_setup(void **state)
{
	struct remote_rpc_control_unsigned_module params = { -1, 1 };

	(void)state;
	fake_reset();
	fake.function = dsp;
	sem_init(&process_ends, 0, 0);
	setenv("DSP_LIBRARY_PATH", "/nowhere", 1);
	if (remote_session_control(DSPRPC_CONTROL_UNSIGNED_MODULE, &params,
				   sizeof(params)))
		return -1;
	return remote_handle64_open(URI, &module);
}

void close_all_sessions(void)
{
	struct remote_rpc_session_close params = { -1 };

	assert_int_equal(remote_session_control(FASTRPC_SESSION_CLOSE, &params,
						sizeof(params)),
			 0);
}

int library_teardown(void **state)
{
	int ret = remote_handle64_close(module);

	(void)state;
	/* The test may have ended its session. */
	assert_true(!ret || ret == AEE_EINVHANDLE);
	close_all_sessions();
	assert_int_equal(fake.files, 0);
	assert_int_equal(fake.bos, 0);
	return 0;
}

int sum(const void *bytes, size_t count, uint32_t *result)
{
	remote_arg args[2];

	args[0].buf = (remote_buf){ (void *)bytes, count };
	args[1].buf = (remote_buf){ result, sizeof(*result) };
	return remote_handle64_invoke(module, REMOTE_SCALARS_MAKE(2, 1, 1),
				      args);
}

dspqueue_t make_queue(dspqueue_callback_t error, void *context)
{
	dspqueue_t queue;

	assert_int_equal(dspqueue_create(CDSP_DOMAIN_ID, 0, 0, 0, NULL, error,
					 context, &queue),
			 0);
	return queue;
}
