// SPDX-License-Identifier: BSD-3-Clause
/* The functions on the DSP: they know what they must be given. */
#include <string.h>

#include <AEEStdErr.h>

#include "harness.h"
#include "native.h"

bool serve_hostile;

static uint64_t sink;

/* On a DSP its run time has this: the length of what the host registered. */
int adsp_mmap_fd_getinfo(int fd, uint32_t *length);

static bool find_length(const struct value *values, enum mode mode, int fd,
			uint32_t *length)
{
	for (unsigned int i = 0; i < current.method->parameter_count; i++) {
		const struct parameter *parameter =
			&current.method->parameters[i];

		if (parameter->type->kind != KIND_DMAHANDLE ||
		    !(parameter->mode & mode) ||
		    (int)values[i].items[0].bits != fd)
			continue;
		*length = (uint32_t)values[i].items[2].bits;
		return true;
	}
	return false;
}

int adsp_mmap_fd_getinfo(int fd, uint32_t *length)
{
	if (!serve_hostile && (find_length(current.in, MODE_IN, fd, length) ||
			       find_length(current.out, MODE_ROUT, fd, length)))
		return AEE_SUCCESS;
	return AEE_EFAILED;
}

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
	if (current.interface->has_handle && handle != FAKE_SKEL_HANDLE)
		complain("the function got handle %#llx",
			 (unsigned long long)handle);
	for (unsigned int i = 0; i < method->parameter_count; i++) {
		const struct parameter *parameter = &method->parameters[i];

		if (!native_received(parameter, &current.in[i], &current.out[i],
				     &slots[i]))
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
