// SPDX-License-Identifier: BSD-3-Clause
/*
 * Calls every method of everything.idl and everything_plain.idl on a DSP, with
 * values from a seed; the DSP is told the seed before and knows what to expect.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "control.h"
#include "harness.h"
#include "remote_session.h"

#define CALLS_AT_LEAST 1000

static remote_handle64 control;
static unsigned int announced;

int (*deliver)(struct invocation *invocation);

int deliver_here(struct invocation *invocation)
{
	(void)invocation;
	return -1;
}

static void announce_to_dsp(void)
{
	uint32_t index = (uint32_t)(current.method - current.interface->methods);

	announced++;
	if (control_expect(control, index, current.seed, current.sizes,
			   current.result))
		complain("the DSP was not told");
}

static int open_control(const char *library)
{
	char uri[128];

	snprintf(uri, sizeof(uri),
		 "file:///lib%s_skel.so?control_skel_handle_invoke&_modver=1.0",
		 library);
	return control_open(uri, &control);
}

static void check_on_dsp(const struct interface *interface, uint64_t seed,
			 unsigned int rounds)
{
	uint32_t served = 0, wrong = 0;

	announced = 0;
	if (open_control(interface->name)) {
		complain("lib%s_skel.so cannot be opened", interface->name);
		return;
	}
	check_interface(interface, seed, rounds);
	if (control_verdict(control, &served, &wrong) || wrong)
		complain("%u complaints on the DSP", wrong);
	if (served != announced || served < CALLS_AT_LEAST)
		complain("%u of %u calls came to the functions", served,
			 announced);
	printf("%s: %u calls\n", interface->name, served);
	control_close(control);
}

int main(int argc, char **argv)
{
	uint64_t seed = argc > 1 ? strtoull(argv[1], NULL, 10) : 1;
	unsigned int rounds = argc > 2 ? (unsigned int)strtoul(argv[2], NULL, 10) :
					 6;

	if (remote_session_start())
		return 1;
	announce = announce_to_dsp;
	for (unsigned int i = 0; i < interface_count; i++)
		check_on_dsp(interfaces[i], seed, rounds);
	remote_session_end();
	if (complaints)
		fprintf(stderr, "seed %llu: %u complaints\n",
			(unsigned long long)seed, complaints);
	return complaints != 0;
}
