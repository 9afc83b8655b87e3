// SPDX-License-Identifier: BSD-3-Clause
/* Calls every method of every interface with values from a seed. */
#include <stdlib.h>
#include <string.h>

#include <AEEStdErr.h>

#include "harness.h"
#include "native.h"

void (*announce)(void);

static void check_answer(const struct call *call, const struct slot *slots,
			 bool fits, int result)
{
	if (!fits) {
		if (result != AEE_EUNSUPPORTED || current.served)
			complain("more buffers than fit gave %#x", result);
		return;
	}
	if (current.served != 1)
		complain("the function was called %u times, the result is %#x",
			 current.served, result);
	else if (result != call->result)
		complain("the result is %#x, not %#x", result, call->result);
	else if (!result)
		for (unsigned int i = 0; i < call->method->parameter_count; i++)
			if (!native_answered(&call->method->parameters[i],
					     &call->out[i], &slots[i]))
				complain("the caller got another '%s'",
					 call->method->parameters[i].name);
}

void run_call(const struct interface *interface, const struct method *method,
	      uint64_t handle, struct call *call)
{
	unsigned int count = method->parameter_count;
	struct pool pool = { 0 };
	struct slot *slots = pool_alloc(&pool, (count + 1) * sizeof(*slots));
	struct message *message = pool_alloc(&pool, sizeof(*message));
	bool fits;
	int result;

	call->interface = interface;
	call->method = method;
	fits = oracle_marshal(&pool, method, call->in, call->out, message);
	call->message = message;
	for (unsigned int i = 0; i < count; i++)
		native_give(&pool, &method->parameters[i], &call->in[i],
			    &call->out[i], &slots[i]);
	current = *call;
	if (announce && fits)
		announce();
	result = method->call(handle, slots);
	/* Another process serves, and complains there. */
	if (announce)
		current.served = fits;
	check_answer(call, slots, fits, result);
	current = (struct call){ .interface = interface };
	pool_free(&pool);
}

static void check_method(const struct interface *interface,
			 const struct method *method, uint64_t handle,
			 uint64_t seed, unsigned int round)
{
	unsigned int count = method->parameter_count;
	struct random random = { seed };
	struct pool pool = { 0 };
	struct value *in = pool_alloc(&pool, (count + 1) * sizeof(*in));
	struct value *out = pool_alloc(&pool, (count + 1) * sizeof(*out));
	struct call call = { .in = in, .out = out, .seed = seed };

	call.sizes = round < 4 ? (int)round : 0;
	values_random(&pool, &random, method, call.sizes, in, out);
	call.result = round % 8 == 7 ? AEE_EFAILED : AEE_SUCCESS;
	run_call(interface, method, handle, &call);
	pool_free(&pool);
}

void check_interface(const struct interface *interface, uint64_t seed,
		     unsigned int rounds)
{
	struct random random = { seed };
	remote_handle64 handle = 0;
	int result = AEE_SUCCESS;

	current = (struct call){ .interface = interface };
	if (interface->open)
		result = interface->open(interface->uri, &handle);
	if (result)
		complain("open gave %#x", result);
	for (unsigned int i = 0; i < interface->method_count; i++)
		for (unsigned int round = 0; round < rounds; round++)
			check_method(interface, &interface->methods[i], handle,
				     random_next(&random), round);
	if (interface->close && interface->close(handle))
		complain("close failed");
}

void check_all(uint64_t seed, unsigned int rounds)
{
	for (unsigned int i = 0; i < interface_count; i++)
		check_interface(interfaces[i], seed + i, rounds);
}
