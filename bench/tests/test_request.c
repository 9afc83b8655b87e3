// SPDX-License-Identifier: BSD-3-Clause
/* A request is what bench.idl's stub sends. */
#include "test.h"

#include "bench.h"
#include "request.h"

#define NONCE 0x1122334455667788ull

/* What a stub's call has to be; and it gets this proof. */
static struct request expected;
static unsigned int compared;

int remote_handle64_open(const char *uri, remote_handle64 *handle)
{
	(void)uri;
	*handle = 9;
	return 0;
}

int remote_handle64_close(remote_handle64 handle)
{
	(void)handle;
	return 0;
}

int remote_handle64_invoke(remote_handle64 handle, uint32_t scalars,
			   remote_arg *args)
{
	assert_int_equal(handle, 9);
	assert_int_equal(scalars,
			 REMOTE_SCALARS_MAKE(expected.method, expected.in,
					     expected.out));
	for (unsigned int i = 0; i < expected.in + expected.out; i++) {
		assert_int_equal(args[i].buf.nLen, expected.args[i].length);
		if (i < expected.in)
			assert_memory_equal(args[i].buf.pv,
					    expected.args[i].data,
					    expected.args[i].length);
	}
	compared++;
	return 0;
}

static void *prepare(const struct workload *workload)
{
	size_t size = request_payload_size(workload);
	void *memory = calloc(1, size ? size : 1);

	assert_non_null(memory);
	request_init(&expected, workload, memory);
	request_mark(&expected, NONCE);
	return memory;
}

static void few_arguments(void **state)
{
	struct workload workload = { 0 };
	uint64_t proof;

	(void)state;
	free(prepare(&workload));
	assert_int_equal(bench_nothing(9), 0);
	workload.args = 1;
	free(prepare(&workload));
	assert_int_equal(bench_take(9, NONCE), 0);
	workload.args = 2;
	free(prepare(&workload));
	assert_int_equal(bench_answer(9, NONCE, &proof), 0);
	assert_int_equal(compared, 3);
}

static void payload(void **state)
{
	struct workload workload = { .payload = 4096 };
	unsigned char answer[4096];
	uint64_t proof;
	void *memory = prepare(&workload);

	(void)state;
	assert_int_equal(expected.in + expected.out, 4);
	assert_int_equal(bench_exchange(9, NONCE, memory, 4096, &proof, answer,
					4096),
			 0);
	free(memory);
}

static void parts(unsigned int args, uint64_t length)
{
	struct workload workload = { .args = args,
				     .payload = length * (args - 3) };
	void *memory = prepare(&workload);
	uint64_t proof;
	part list[252];

	assert_int_equal(expected.in + expected.out, args);
	for (unsigned int i = 0; i < args - 3; i++)
		list[i] = (part){ expected.args[2 + i].data, (int)length };
	assert_int_equal(bench_gather(9, NONCE, list, (int)args - 3, &proof),
			 0);
	free(memory);
}

static void many_arguments(void **state)
{
	unsigned int before = compared;

	(void)state;
	parts(5, 64);
	parts(17, 8);
	parts(255, 64);
	assert_int_equal(compared, before + 3);
}

static void own_calls(void **state)
{
	struct workload workload = { .service_ns = 50000, .check_all = true };
	uint64_t calls, refused, busy;

	(void)state;
	request_init_configure(&expected, &workload);
	assert_int_equal(bench_configure(9, 50000, 1), 0);
	request_init_state(&expected);
	assert_int_equal(bench_state(9, &calls, &refused, &busy), 0);
}

/* Other memory, the same data. */
static void moved(void **state)
{
	struct workload workload = { .payload = 128 };
	_Alignas(8) unsigned char other[256] = { 0 },
				  *memory = prepare(&workload);
	uint64_t proof;

	(void)state;
	request_move(&expected, other);
	request_mark(&expected, NONCE);
	assert_ptr_equal(expected.args[1].data, other);
	assert_int_equal(
		bench_exchange(9, NONCE, memory, 128, &proof, memory, 128), 0);
	free(memory);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(few_arguments),  cmocka_unit_test(payload),
		cmocka_unit_test(many_arguments), cmocka_unit_test(own_calls),
		cmocka_unit_test(moved),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
