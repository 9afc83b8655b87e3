// SPDX-License-Identifier: BSD-3-Clause
/* Calls through the FastRPC library, the same on every driver. */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "api.h"

#define CALCULATOR \
	"file:///libcalculator_skel.so?calculator_skel_handle_invoke&_modver=1.0"
#define SUM REMOTE_SCALARS_MAKE(2, 2, 1)
#define MAX REMOTE_SCALARS_MAKE(3, 2, 1)

#define NUMBERS 1000
#define THREADS 4
#define ROUNDS	50

static int64_t fill(int32_t *numbers, uint32_t count, uint32_t seed)
{
	int64_t sum = 0;

	for (uint32_t i = 0; i < count; i++) {
		numbers[i] = (int32_t)((i + seed) * 2654435761u);
		sum += numbers[i];
	}
	return sum;
}

/* What a generated stub does. */
static int calculator_sum(remote_handle64 handle, const int32_t *numbers,
			  uint32_t count, int64_t *sum)
{
	remote_arg args[] = { buffer_arg(&count, sizeof(count)),
			      buffer_arg(numbers, count * sizeof(*numbers)),
			      buffer_arg(sum, sizeof(*sum)) };

	return api.remote_handle64_invoke(handle, SUM, args);
}

static void calculator(void)
{
	int32_t *shared, numbers[NUMBERS];
	int64_t sum = -1, expected = fill(numbers, NUMBERS, 1);
	remote_handle64 handle;

	api_begin();
	check_equal(api.remote_handle64_open(CALCULATOR CDSP_DOMAIN, &handle),
		    0);
	check_equal(calculator_sum(handle, numbers, NUMBERS, &sum), 0);
	check_equal(sum, expected);
	check_equal(calculator_sum(handle, numbers, 0, &sum), 0);
	check_equal(sum, 0);

	shared = api.rpcmem_alloc(RPCMEM_HEAP_ID_SYSTEM, RPCMEM_DEFAULT_FLAGS,
				  1 << 20);
	check(shared);
	expected = fill(shared, (1 << 20) / 4, 7);
	check_equal(calculator_sum(handle, shared, (1 << 20) / 4, &sum), 0);
	check_equal(sum, expected);
	api.rpcmem_free(shared);
	check_equal(api.remote_handle64_close(handle), 0);
	api_end();
}

static void handles_of_32_bits(void)
{
	uint32_t in[4] = { 5 }, out = 0;
	remote_handle handle;
	remote_arg args[] = { buffer_arg(in, sizeof(in)),
			      buffer_arg("\1\2\3", 3),
			      buffer_arg(&out, sizeof(out)) };

	api_begin();
	check_equal(api.remote_handle_open(PROBE_URI_PLAIN, &handle), 0);
	check_equal(api.remote_handle_invoke(
			    handle, REMOTE_SCALARS_MAKE(PROBE_CHECKSUM, 2, 1),
			    args),
		    0);
	check_equal(out, 11);
	check_equal(api.remote_handle_close(handle), 0);

	/* As a stub of an interface that is not handle based opens it. */
	check_equal(api.remote_handle_open("probe", &handle), 0);
	check_equal(api.remote_handle_invoke(
			    handle, REMOTE_SCALARS_MAKE(PROBE_CHECKSUM, 2, 1),
			    args),
		    0);
	check_equal(api.remote_handle_close(handle), 0);
	api_end();
}

static void wrong_handles(void)
{
	remote_handle64 probe, other;
	uint32_t out;

	api_begin();
	probe = open_probe(0);
	check_equal(api.remote_handle64_close(probe), 0);
	check_equal(probe_word(probe, PROBE_COUNT, 0, &out), AEE_EINVHANDLE);
	check_equal(api.remote_handle64_close(probe), AEE_EINVHANDLE);
	other = open_probe(0);
	check(other != probe);
	check_equal(probe_word(probe, PROBE_COUNT, 0, &out), AEE_EINVHANDLE);
	check_equal(probe_word(other | 1ull << 32, PROBE_COUNT, 0, &out),
		    AEE_EINVHANDLE);
	check_equal(api.remote_handle_invoke(1, 0, NULL), AEE_EBADPARM);
	check_equal(api.remote_handle_invoke(2, 0, NULL), AEE_EBADPARM);
	check_equal(probe_word(other, PROBE_COUNT, 0, NULL), PROBE_EARGS);
	api_end();
}

static void libraries_that_are_not_there(void)
{
	remote_handle64 handle = 77;

	api_begin();
	check_equal(
		api.remote_handle64_open(
			"file:///libmissing_skel.so?missing_skel_handle_invoke&_modver=1.0",
			&handle),
		DSP_ERROR(AEE_EUNABLETOLOAD));
	check_equal(api.remote_handle64_open(
			    "file:///libprobe_skel.so?missing&_modver=1.0",
			    &handle),
		    DSP_ERROR(AEE_ENOSUCHSYMBOL));
	check_equal(api.remote_handle64_open(PROBE_URI_HANDLE "&fail", &handle),
		    PROBE_EOPEN);
	check_equal(handle, 77);
	check_equal(api.remote_handle64_open(PROBE_URI_HANDLE "&_dom=psp",
					     &handle),
		    AEE_EINVALIDDOMAIN);
	check_equal(api.remote_handle64_open(PROBE_URI_HANDLE "&_session=4",
					     &handle),
		    AEE_EINVALIDDOMAIN);
	check_equal(api.remote_handle64_open(PROBE_URI_HANDLE ADSP_DOMAIN,
					     &handle),
		    AEE_ENOSUCHDEVICE);
	check_equal(api.remote_handle64_open(NULL, &handle), AEE_EBADPARM);
	api_end();
}

/* Bytes come back whatever the function returns; those not written are 0. */
static void outputs(void)
{
	char in[8] = "abcdefg", out[16];
	int32_t wanted = 39;
	uint32_t sum[4] = { 0 };
	remote_handle64 probe;
	remote_arg args[3];

	api_begin();
	probe = open_probe(0);
	memset(out, 'x', sizeof(out));
	args[0] = buffer_arg(in, 7);
	args[1] = buffer_arg(out, sizeof(out));
	check_equal(api.remote_handle64_invoke(
			    probe, REMOTE_SCALARS_MAKE(PROBE_ECHO, 1, 1), args),
		    0);
	check_bytes(out, "abcdefg\0\0\0\0\0\0\0\0\0", sizeof(out));

	memset(out, 'x', sizeof(out));
	args[0] = buffer_arg(&wanted, sizeof(wanted));
	args[1] = buffer_arg(out, sizeof(out));
	check_equal(api.remote_handle64_invoke(
			    probe, REMOTE_SCALARS_MAKE(PROBE_RESULT, 1, 1),
			    args),
		    39);
	check_bytes(out, "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", sizeof(out));

	args[0] = buffer_arg(sum, sizeof(sum));
	args[1] = buffer_arg(NULL, 0);
	args[2] = buffer_arg(sum, 4);
	check_equal(api.remote_handle64_invoke(
			    probe, REMOTE_SCALARS_MAKE(PROBE_CHECKSUM, 2, 1),
			    args),
		    0);
	args[1] = buffer_arg(NULL, 1);
	check_equal(api.remote_handle64_invoke(
			    probe, REMOTE_SCALARS_MAKE(PROBE_CHECKSUM, 2, 1),
			    args),
		    AEE_EBADPARM);
	check_equal(api.remote_handle64_invoke(
			    probe, REMOTE_SCALARS_MAKE(PROBE_CHECKSUM, 2, 1),
			    NULL),
		    AEE_EBADPARM);
	api_end();
}

static void results_come_back_as_they_are(void)
{
	static const int32_t results[] = {
		0,	   1,	      46,
		516,	   -2,	      4096,
		INT32_MAX, INT32_MIN, (int32_t)0x8000040e,
		-4096
	};
	remote_handle64 probe;

	api_begin();
	probe = open_probe(0);
	for (size_t i = 0; i < ARRAY_SIZE(results); i++) {
		/* Mainline's ioctl cannot tell these from an errno. */
		if (on_mainline() && results[i] < 0 && results[i] >= -4095)
			continue;
		check_equal(probe_word(probe, PROBE_RESULT,
				       (uint32_t)results[i], NULL),
			    results[i]);
	}
	api_end();
}

/* The function writes to an output where an input is, and reads the input. */
static void arguments_that_overlap(void)
{
	char memory[64] = "0123456789", *shared;
	remote_handle64 probe;
	remote_arg args[4];
	char copy[16] = "";

	api_begin();
	probe = open_probe(0);
	/* First "AB" goes over bytes 2 and 3, then the whole is copied. */
	args[0] = buffer_arg("AB", 2);
	args[1] = buffer_arg(memory, 10);
	args[2] = buffer_arg(memory + 2, 2);
	args[3] = buffer_arg(copy, 10);
	check_equal(api.remote_handle64_invoke(
			    probe, REMOTE_SCALARS_MAKE(PROBE_ECHO, 2, 2), args),
		    0);
	check_bytes(copy, "01AB456789", 10);
	check_bytes(memory, "01AB456789", 11);

	shared = api.rpcmem_alloc(RPCMEM_HEAP_ID_SYSTEM, 0, 4096);
	check(shared);
	strcpy(shared + 100, "0123456789");
	args[1] = buffer_arg(shared + 100, 10);
	args[2] = buffer_arg(shared + 102, 2);
	args[3] = buffer_arg(shared + 200, 10);
	check_equal(api.remote_handle64_invoke(
			    probe, REMOTE_SCALARS_MAKE(PROBE_ECHO, 2, 2), args),
		    0);
	check_bytes(shared + 200, "01AB456789", 10);
	api.rpcmem_free(shared);
	api_end();
}

/* Registered, rpcmem and plain ones in one call, as many as there can be. */
static void any_mix_of_memory(void)
{
	unsigned int in = 120, out = 120;
	remote_handle64 probe;
	remote_arg args[240];
	char plain[240], *shared;

	api_begin();
	probe = open_probe(0);
	shared = api.rpcmem_alloc(RPCMEM_HEAP_ID_SYSTEM, 0, 1 << 16);
	check(shared);
	for (unsigned int i = 0; i < in; i++) {
		char *from = i % 2 ? shared + 7 * i : plain + i;
		char *to = i % 3 ? shared + (1 << 15) + i : plain + 120 + i;

		*from = (char)(i + 1);
		args[i] = buffer_arg(from, 1);
		args[in + i] = buffer_arg(to, 1);
	}
	check_equal(api.remote_handle64_invoke(
			    probe, REMOTE_SCALARS_MAKE(PROBE_ECHO, in, out),
			    args),
		    0);
	for (unsigned int i = 0; i < out; i++)
		check_equal(*(char *)args[in + i].buf.pv, (char)(i + 1));
	api.rpcmem_free(shared);
	api_end();
}

struct worker {
	pthread_t thread;
	uint32_t seed;
	unsigned int failures;
};

static void *work(void *data)
{
	struct worker *worker = data;
	int32_t numbers[NUMBERS], *shared;
	remote_handle64 handle;

	worker->failures = 1;
	if (api.remote_handle64_open(CALCULATOR CDSP_DOMAIN, &handle))
		return NULL;
	for (unsigned int i = 0; i < ROUNDS; i++) {
		int64_t sum = 0,
			expected = fill(numbers, NUMBERS, worker->seed + i);

		shared = api.rpcmem_alloc(RPCMEM_HEAP_ID_SYSTEM, 0, 8192);
		if (!shared)
			return NULL;
		memcpy(shared, numbers, sizeof(numbers));
		worker->failures += calculator_sum(handle, numbers, NUMBERS,
						   &sum) ||
				    sum != expected;
		worker->failures += calculator_sum(handle, shared, NUMBERS,
						   &sum) ||
				    sum != expected;
		api.rpcmem_free(shared);
	}
	worker->failures += api.remote_handle64_close(handle) != 0;
	worker->failures--;
	return NULL;
}

static void threads(void)
{
	struct worker workers[THREADS] = { 0 };

	api_begin();
	for (uint32_t i = 0; i < THREADS; i++) {
		workers[i].seed = 1000 * i;
		check_equal(pthread_create(&workers[i].thread, NULL, work,
					   &workers[i]),
			    0);
	}
	for (uint32_t i = 0; i < THREADS; i++) {
		pthread_join(workers[i].thread, NULL);
		check_equal(workers[i].failures, 0);
	}
	api_end();
}

/* A child does not have its parent's sessions, and can have its own. */
static void after_a_fork(void)
{
	remote_handle64 probe, own;
	uint32_t out;
	int status;
	pid_t child;

	api_begin();
	probe = open_probe(0);
	check_equal(probe_word(probe, PROBE_COUNT, 0, &out), 0);
	child = fork();
	check(child >= 0);
	if (!child) {
		if (probe_word(probe, PROBE_COUNT, 0, &out) != AEE_ECONNRESET)
			_exit(1);
		if (api.remote_handle64_open(PROBE_URI_HANDLE, &own))
			_exit(2);
		if (probe_word(own, PROBE_COUNT, 0, &out) || out != 1)
			_exit(3);
		_exit(0);
	}
	check_equal(waitpid(child, &status, 0), child);
	check(WIFEXITED(status));
	check_equal(WEXITSTATUS(status), 0);
	check_equal(probe_word(probe, PROBE_COUNT, 0, &out), 0);
	check_equal(out, 2);
	api_end();
}

static void the_other_libraries_beside_it(void)
{
	struct api other[2];
	remote_handle64 probe, second;
	uint32_t out;

	api_begin();
	api_load(&other[0], "libadsprpc.so.1");
	api_load(&other[1], "libsdsprpc.so.1");
	probe = open_probe(0);
	check_equal(probe_word(probe, PROBE_COUNT, 0, &out), 0);
	/* Its default DSP is not there; the one of the URI is. */
	check_equal(other[0].remote_handle64_open(PROBE_URI_HANDLE, &second),
		    AEE_ENOSUCHDEVICE);
	for (int i = 0; i < 2; i++) {
		struct remote_rpc_control_unsigned_module params = { -1, 1 };
		struct remote_rpc_session_close close = { -1 };
		uint32_t in = 0;
		remote_arg args[] = { buffer_arg(&in, 4), buffer_arg(&out, 4) };

		check_equal(other[i].remote_session_control(
				    DSPRPC_CONTROL_UNSIGNED_MODULE, &params,
				    sizeof(params)),
			    0);
		check_equal(other[i].remote_handle64_open(
				    PROBE_URI_HANDLE CDSP_DOMAIN, &second),
			    0);
		check_equal(other[i].remote_handle64_invoke(
				    second,
				    REMOTE_SCALARS_MAKE(PROBE_COUNT, 1, 1),
				    args),
			    0);
		/* A process of its own. */
		check_equal(out, 1);
		check_equal(
			other[i].remote_session_control(FASTRPC_SESSION_CLOSE,
							&close, sizeof(close)),
			0);
	}
	check_equal(probe_word(probe, PROBE_COUNT, 0, &out), 0);
	check_equal(out, 2);
	api_end();
}

static const struct subtest tests[] = {
	SUBTEST(calculator),
	SUBTEST(handles_of_32_bits),
	SUBTEST(wrong_handles),
	SUBTEST(libraries_that_are_not_there),
	SUBTEST(outputs),
	SUBTEST(results_come_back_as_they_are),
	SUBTEST(arguments_that_overlap),
	SUBTEST(any_mix_of_memory),
	SUBTEST(threads),
	SUBTEST(after_a_fork),
	SUBTEST(the_other_libraries_beside_it),
};

int main(int argc, char **argv)
{
	return harness_main(argc, argv, tests, ARRAY_SIZE(tests));
}
