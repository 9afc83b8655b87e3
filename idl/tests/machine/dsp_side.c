// SPDX-License-Identifier: BSD-3-Clause
/*
 * In the libraries on the DSP: the test's program says by the interface
 * "control" what is to come, and asks how it went.
 */
#include <stdarg.h>
#include <stdio.h>

#include <AEEStdErr.h>
#include <HAP_farf.h>

#include "control.h"
#include "harness.h"

struct call current;
unsigned int complaints;

static struct pool pool;
static uint32_t served;

void complain(const char *format, ...)
{
	char text[200];
	va_list list;

	complaints++;
	va_start(list, format);
	vsnprintf(text, sizeof(text), format, list);
	va_end(list);
	FARF(ERROR, "%s: %s",
	     current.method ? current.method->name : "open or close", text);
}

int control_open(const char *uri, remote_handle64 *handle)
{
	(void)uri;
	*handle = 1;
	return AEE_SUCCESS;
}

int control_close(remote_handle64 handle)
{
	(void)handle;
	return AEE_SUCCESS;
}

int control_expect(remote_handle64 handle, uint32_t index, uint64_t seed,
		   int sizes, int result)
{
	const struct interface *interface = interfaces[0];
	struct random random = { seed };
	const struct method *method;
	struct value *in, *out;
	size_t count;

	(void)handle;
	if (index >= interface->method_count)
		return AEE_EBADPARM;
	served += current.served;
	pool_free(&pool);
	method = &interface->methods[index];
	count = method->parameter_count + 1;
	in = pool_alloc(&pool, count * sizeof(*in));
	out = pool_alloc(&pool, count * sizeof(*out));
	values_random(&pool, &random, method, sizes, in, out);
	current = (struct call){ interface, method, in,	   out, NULL,
				 result,    seed,   sizes, 0 };
	return AEE_SUCCESS;
}

int control_verdict(remote_handle64 handle, uint32_t *calls, uint32_t *wrong)
{
	(void)handle;
	*calls = served + current.served;
	*wrong = complaints;
	return AEE_SUCCESS;
}
