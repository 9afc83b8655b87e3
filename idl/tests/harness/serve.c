// SPDX-License-Identifier: BSD-3-Clause
/* The functions on the DSP: they know what they must be given. */
#include <string.h>

#include <AEEStdErr.h>

#include "harness.h"
#include "native.h"

bool serve_hostile;

static uint64_t sink;

static int touch_all(const struct method *method, const struct slot *slots)
{
	for (unsigned int i = 0; i < method->parameter_count; i++)
		native_touch(&method->parameters[i], &slots[i], &sink);
	return AEE_SUCCESS;
}

int serve(const struct method *method, uint64_t handle,
	  const struct slot *slots)
{
	current.served++;
	if (serve_hostile)
		return touch_all(method, slots);
	if (method != current.method) {
		complain("%s was called", method->name);
		return AEE_EFAILED;
	}
	if (current.interface->skel64 && handle != FAKE_SKEL_HANDLE)
		complain("the function got handle %#llx",
			 (unsigned long long)handle);
	for (unsigned int i = 0; i < method->parameter_count; i++) {
		const struct parameter *parameter = &method->parameters[i];

		if (!native_received(parameter, &current.in[i],
				     &current.out[i], &slots[i]))
			complain("the function got another '%s'",
				 parameter->name);
		else
			native_answer(parameter, &current.out[i], &slots[i]);
	}
	return current.result;
}

int serve_open(const char *uri, remote_handle64 *handle)
{
	if (!serve_hostile && current.interface &&
	    (!uri || strcmp(uri, current.interface->uri) != 0))
		complain("open got the URI '%s'", uri);
	*handle = FAKE_SKEL_HANDLE;
	return AEE_SUCCESS;
}

int serve_close(remote_handle64 handle)
{
	if (!serve_hostile && handle != FAKE_SKEL_HANDLE)
		complain("close got handle %#llx", (unsigned long long)handle);
	return AEE_SUCCESS;
}
