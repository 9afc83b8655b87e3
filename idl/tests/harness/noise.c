// SPDX-License-Identifier: BSD-3-Clause
/*
 * A DSP that answers noise. The stub must hand out no string without an end,
 * and stay within the caller's memory, which a sanitizer sees.
 */
#include <stdlib.h>

#include <AEEStdErr.h>

#include "harness.h"
#include "native.h"

static struct random noise;

static int deliver_noise(struct invocation *invocation)
{
	remote_arg *args = invocation->args + invocation->in_count;

	for (unsigned int i = 0; i < invocation->out_count; i++)
		for (size_t at = 0; at < args[i].buf.nLen; at++)
			((uint8_t *)args[i].buf.pv)[at] =
				(uint8_t)(random_next(&noise) | 1);
	return AEE_SUCCESS;
}

static void hear(const struct interface *interface, const struct method *method,
		 uint64_t handle, uint64_t seed)
{
	size_t count = method->parameter_count + 1;
	struct random random = { seed };
	struct pool pool = { 0 };
	struct value *in = pool_alloc(&pool, count * sizeof(*in));
	struct value *out = pool_alloc(&pool, count * sizeof(*out));
	struct slot *slots = pool_alloc(&pool, count * sizeof(*slots));

	values_random(&pool, &random, method, (int)random_below(&random, 3), in,
		      out);
	for (unsigned int i = 0; i < method->parameter_count; i++)
		native_give(&pool, &method->parameters[i], &in[i], &out[i],
			    &slots[i]);
	current = (struct call){ interface, method, in, out, .seed = seed };
	if (!method->call(handle, slots))
		for (unsigned int i = 0; i < method->parameter_count; i++)
			if (!native_ended(&method->parameters[i], &slots[i]))
				complain("'%s' came back without an end",
					 method->parameters[i].name);
	pool_free(&pool);
}

void noise_all(uint64_t seed, unsigned int rounds)
{
	noise.state = seed;
	for (unsigned int i = 0; i < interface_count; i++) {
		const struct interface *interface = interfaces[i];
		remote_handle64 handle = 0;

		current = (struct call){ .interface = interface };
		deliver = deliver_here;
		if (interface->open)
			interface->open(interface->uri, &handle);
		deliver = deliver_noise;
		for (unsigned int j = 0; j < interface->method_count; j++)
			for (unsigned int round = 0; round < rounds; round++)
				hear(interface, &interface->methods[j], handle,
				     random_next(&noise));
	}
}
