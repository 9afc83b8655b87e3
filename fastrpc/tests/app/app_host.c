// SPDX-License-Identifier: BSD-3-Clause
/* What the DSP asks of the host: libraries that it does not have, and memory. */
#include <stdlib.h>
#include <string.h>

#include "api.h"

/* The probe under a name that is on no path of the DSP's. */
#define HOSTED \
	"file:///libhosted_skel.so?probe_skel_handle_invoke&_modver=1.0&_dom=cdsp"

/* The folder that this program is in. */
static void offer_files(void)
{
	check_equal(setenv("DSP_LIBRARY_PATH", TEST_FOLDER ";/nowhere", 1), 0);
}

static void a_library_of_the_host(void)
{
	uint32_t in[4] = { 1 }, out = 0;
	remote_handle64 hosted, second;
	remote_arg args[] = { buffer_arg(in, sizeof(in)),
			      buffer_arg("\1\2\3", 3),
			      buffer_arg(&out, sizeof(out)) };

	offer_files();
	api_begin();
	check_equal(api.remote_handle64_open(HOSTED, &hosted), 0);
	check_equal(api.remote_handle64_invoke(
			    hosted, REMOTE_SCALARS_MAKE(PROBE_CHECKSUM, 2, 1),
			    args),
		    0);
	check_equal(out, 7);
	check_equal(api.remote_handle64_open(HOSTED, &second), 0);
	check_equal(api.remote_handle64_close(hosted), 0);
	check_equal(api.remote_handle64_invoke(
			    second, REMOTE_SCALARS_MAKE(PROBE_CHECKSUM, 2, 1),
			    args),
		    0);
	check_equal(
		api.remote_handle64_open(
			"file:///libnowhere_skel.so?x_skel_handle_invoke&_modver=1.0",
			&second),
		DSP_ERROR(AEE_EUNABLETOLOAD));
	api_end();
}

static void no_files_are_offered(void)
{
	remote_handle64 hosted;

	check_equal(setenv("DSP_LIBRARY_PATH", "/nowhere", 1), 0);
	api_begin();
	check_equal(api.remote_handle64_open(HOSTED, &hosted),
		    DSP_ERROR(AEE_EUNABLETOLOAD));
	api_end();
}

static void several_sessions(void)
{
	remote_handle64 probe;
	uint32_t out;

	offer_files();
	api_begin();
	for (int i = 0; i < 5; i++) {
		probe = open_probe(i % 3);
		check_equal(probe_word(probe, PROBE_COUNT, 0, &out), 0);
		if (i == 3)
			api_end();
	}
	api_end();
}

/* Code on the DSP allocates more than its heap has. */
static void memory_for_the_heap(void)
{
	uint32_t in[2] = { 3 << 20, 0x5a };
	uint64_t out[8] = { 0 };
	remote_arg args[] = { buffer_arg(in, sizeof(in)),
			      buffer_arg(out, sizeof(out[0])) };
	remote_handle64 probe;

	offer_files();
	api_begin();
	probe = open_probe(0);
	for (int i = 0; i < 3; i++) {
		out[0] = 0;
		check_equal(api.remote_handle64_invoke(
				    probe,
				    REMOTE_SCALARS_MAKE(PROBE_HEAP_TAKE, 1, 1),
				    args),
			    0);
		check(out[0] != 0);
	}
	api_end();
}

/* A process that dies while the host waits for its calls. */
static void the_process_dies(void)
{
	remote_handle64 probe;
	uint32_t out;

	offer_files();
	api_begin();
	probe = open_probe(0);
	check_equal(probe_word(probe, PROBE_CRASH, PROBE_CRASH_ABORT, NULL),
		    DSP_ERROR(AEE_EBADSTATE));
	probe = open_probe(0);
	check_equal(probe_word(probe, PROBE_COUNT, 0, &out), 0);
	check_equal(out, 1);
	api_end();
}

static const struct subtest tests[] = {
	SUBTEST(a_library_of_the_host), SUBTEST(no_files_are_offered),
	SUBTEST(several_sessions),	SUBTEST(memory_for_the_heap),
	SUBTEST(the_process_dies),
};

int main(int argc, char **argv)
{
	return harness_main(argc, argv, tests, ARRAY_SIZE(tests));
}
