// SPDX-License-Identifier: BSD-3-Clause
/*
 * Calls every method of everything.idl and everything_plain.idl on a DSP, with
 * values from a seed; the DSP is told the seed before and knows what to expect.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <unistd.h>

#include <AEEStdErr.h>
#include <qda_remote.h>

#include "control.h"
#include "harness.h"

#define CALLS_AT_LEAST 1000

/* DMA handles are dma-bufs at the descriptors that the values name. */
#define BUFFER_SIZE    16384
#define DESCRIPTOR_MAX 1024

extern const struct interface everything_interface, everything_plain_interface;

const struct interface *const interfaces[] = {
	&everything_interface,
	&everything_plain_interface,
};
const unsigned int interface_count = 2;

static struct qda_session *session;
static struct qda_buffer *buffers[DESCRIPTOR_MAX];
static remote_handle64 control;
static unsigned int announced;

int (*deliver)(struct invocation *invocation);

int deliver_here(struct invocation *invocation)
{
	(void)invocation;
	return -1;
}

/*
 * The library below has no asynchronous calls; this one is renamed to, and is
 * there and back before its descriptor is asked for.
 */
int invoke_at_once(remote_handle64 handle,
		   fastrpc_async_descriptor_t *descriptor, uint32_t scalars,
		   remote_arg *args)
{
	(void)descriptor;
	return remote_handle64_invoke(handle, scalars, args);
}

static int start_session(void)
{
	struct qda_device *device;
	int ret = qda_device_open(QDA_DOMAIN_ANY, &device);

	if (ret)
		return ret;
	ret = qda_session_open(device, NULL, &session, NULL);
	qda_device_close(device);
	if (!ret)
		qda_remote_use(session);
	return ret;
}

static void end_session(void)
{
	for (int fd = 0; fd < DESCRIPTOR_MAX; fd++) {
		if (!buffers[fd])
			continue;
		qda_buffer_free(buffers[fd]);
		close(fd);
	}
	qda_remote_use(NULL);
	qda_session_close(session);
}

static void make_buffer(int wanted)
{
	int fd;

	if (buffers[wanted])
		return;
	if (qda_buffer_create(session, BUFFER_SIZE, &buffers[wanted]) ||
	    qda_buffer_export(buffers[wanted], &fd) || dup2(fd, wanted) < 0) {
		perror("a dma-buf");
		exit(1);
	}
	close(fd);
}

static void make_buffers(const struct value *values, enum mode mode)
{
	for (unsigned int i = 0; i < current.method->parameter_count; i++) {
		const struct parameter *parameter =
			&current.method->parameters[i];

		if (parameter->type->kind == KIND_DMAHANDLE &&
		    parameter->mode == mode)
			make_buffer((int)values[i].items[0].bits);
	}
}

static void announce_to_dsp(void)
{
	uint32_t index = (uint32_t)(current.method -
				    current.interface->methods);

	announced++;
	make_buffers(current.in, MODE_IN);
	make_buffers(current.out, MODE_ROUT);
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
	unsigned int rounds = argc > 2 ?
				      (unsigned int)strtoul(argv[2], NULL, 10) :
				      6;

	int ret = start_session();

	if (ret) {
		fprintf(stderr, "no session: %s\n", qda_error_text(ret));
		return 1;
	}
	announce = announce_to_dsp;
	for (unsigned int i = 0; i < interface_count; i++)
		check_on_dsp(interfaces[i], seed, rounds);
	end_session();
	if (complaints)
		fprintf(stderr, "seed %llu: %u complaints\n",
			(unsigned long long)seed, complaints);
	return complaints != 0;
}
