// SPDX-License-Identifier: BSD-3-Clause
/*
 * Contenders that need no DSP, and some that lie: about the data, to the DSP or
 * from it, or about having called at all. Each lie is caught.
 */
#include "test.h"

#include <errno.h>
#include <limits.h>

#include "contender_list.h"
#include "line.h"
#include "measure.h"
#include "skel.h"

const struct contender *const contenders[] = { &contender_local,
					       &contender_socket,
					       &contender_socket_poll, NULL };

/* ---- Liars ------------------------------------------------------------- */

enum lie {
	HONEST,
	DATA_ARE_OLD,
	DATA_ARE_ELSEWHERE,
	ANSWER_IS_OLD,
	NO_CALL
};

struct line {
	uint64_t memory[1024];
	uint64_t old[1024];
};

static enum lie lie;

/* Buffers from this one on cannot be had. */
static unsigned int liar_buffers = UINT_MAX;

static int open_liar(struct line **line, size_t size, unsigned int buffers)
{
	(void)buffers;
	assert_true(size <= sizeof((*line)->memory));
	*line = calloc(1, sizeof(**line));
	return *line ? 0 : -ENOMEM;
}

static void *liar_memory(struct line *line, unsigned int index)
{
	return index < liar_buffers ? line->memory : NULL;
}

/* Only what bench.idl counts is lied about. */
static int liar_invoke(struct line *line, struct request *request,
		       unsigned int index)
{
	remote_arg args[REQUEST_ARGS_MAX];
	uint32_t scalars = skel_args(request, args);

	(void)index;
	if (request->method == PAYLOAD_EXCHANGE && lie == NO_CALL)
		return 0;
	if (request->method == PAYLOAD_NOTHING && lie == NO_CALL)
		return 0;
	if (request->method == PAYLOAD_EXCHANGE && lie == DATA_ARE_OLD)
		args[1].buf.pv = line->old;
	if (request->method == PAYLOAD_EXCHANGE && lie == DATA_ARE_ELSEWHERE)
		args[1].buf.pv = line->memory + 16;
	if (request->method == PAYLOAD_EXCHANGE && lie == ANSWER_IS_OLD)
		args[3].buf.pv = line->old;
	return bench_skel_handle_invoke(SKEL_HANDLE, scalars, args) ? -EBADMSG :
								      0;
}

static void close_liar(struct line *line)
{
	free(line);
}

static const struct line_type liar_type = {
	.buffers_max = UINT_MAX,
	.open = open_liar,
	.memory = liar_memory,
	.invoke = liar_invoke,
	.close = close_liar,
};

LINE_FUNCTIONS(liar_type)

static const struct contender liar = {
	.name = "liar",
	.title = "liar",
	.clock = BENCH_SYSTEM_CALLS,
	.unfit = liar_type_unfit,
	.open = liar_type_open,
	.run = line_run,
	.count = line_count,
	.close = line_close,
};

/* ---- Tests ------------------------------------------------------------- */

static struct comparison compare(const struct contender *contender,
				 const struct workload *workload)
{
	struct random random = { 1 };
	const struct measure_options options = { .rounds = 2,
						 .calls = 32,
						 .random = &random };
	struct comparison comparison = { .name = "test", .title = "test" };

	comparison_add(&comparison, contender, workload, NULL);
	assert_int_equal(comparison_run(&comparison, &options), 0);
	comparison_free(&comparison);
	return comparison;
}

static void is_measured(const struct contender *contender,
			const struct workload *workload)
{
	struct comparison comparison = compare(contender, workload);

	assert_string_equal(comparison.series[0].why, "");
	assert_int_equal(comparison.series[0].state, SERIES_MEASURED);
	assert_true(comparison.series[0].checked >= 2 * 32);
	assert_true(comparison.series[0].p50.value >= 0);
}

static void all_workloads(const struct contender *contender)
{
	const struct workload workloads[] = {
		{ 0 },
		{ .args = 1 },
		{ .args = 2 },
		{ .payload = 8 },
		{ .payload = 4096 },
		{ .payload = 1 << 20 },
		{ .args = 5 },
		{ .args = 17, .payload = 14 * 64 },
		{ .args = 255 },
		{ .payload = 65536, .check_all = true },
		{ .args = 100, .payload = 97 * 64, .check_all = true },
		{ .threads = 3 },
	};

	for (size_t i = 0; i < sizeof(workloads) / sizeof(workloads[0]); i++)
		is_measured(contender, &workloads[i]);
}

static void local_call(void **state)
{
	(void)state;
	all_workloads(&contender_local);
}

static void unix_socket(void **state)
{
	const struct workload sessions = { .sessions = 4 };

	(void)state;
	all_workloads(&contender_socket);
	is_measured(&contender_socket, &sessions);
}

static void unix_socket_that_polls(void **state)
{
	/* Longer than either end looks before it sleeps. */
	const struct workload service = { .service_ns = 4000000 };

	(void)state;
	all_workloads(&contender_socket_poll);
	is_measured(&contender_socket_poll, &service);
}

static void the_function_works(void **state)
{
	const struct workload workload = { .service_ns = 100000 };
	struct comparison comparison = compare(&contender_local, &workload);

	(void)state;
	assert_true(comparison.series[0].p10.value >= 100000);
	assert_true(comparison.series[0].busy > 0 &&
		    comparison.series[0].busy < 1.01);
}

static void is_caught(enum lie wanted, const struct workload *workload,
		      const char *by)
{
	struct comparison comparison;

	lie = wanted;
	comparison = compare(&liar, workload);
	lie = HONEST;
	assert_int_equal(comparison.series[0].state, SERIES_FAILED);
	assert_non_null(strstr(comparison.series[0].why, by));
}

static void lies(void **state)
{
	const struct workload payload = { .payload = 1024 }, empty = { 0 };

	(void)state;
	is_measured(&liar, &payload);
	is_caught(DATA_ARE_OLD, &payload, "an answer is wrong");
	is_caught(DATA_ARE_ELSEWHERE, &payload, "an answer is wrong");
	is_caught(ANSWER_IS_OLD, &payload, "an answer is wrong");
	is_caught(NO_CALL, &payload, "an answer is wrong");
	/* Where nothing comes back, the DSP's count shows it. */
	is_caught(NO_CALL, &empty, "the DSP had 0 of ");
}

static void without_memory(void **state)
{
	const struct workload one = { .payload = 64 },
			      many = { .payload = 64, .handles = 10 };

	(void)state;
	is_measured(&liar, &many);
	liar_buffers = 1;
	is_caught(HONEST, &many, "a call: ENOMEM");
	is_measured(&liar, &one);
	liar_buffers = 0;
	is_caught(HONEST, &one, "opening: ENOMEM");
	liar_buffers = UINT_MAX;
}

/* A byte that no probe looks at. */
static void every_byte(void **state)
{
	struct workload workload = { .payload = 1024 };
	_Alignas(8) unsigned char memory[2048];
	remote_arg args[REQUEST_ARGS_MAX];
	struct request request;

	(void)state;
	for (unsigned int all = 0; all < 2; all++) {
		workload.check_all = all;
		request_init_configure(&request, &workload);
		assert_int_equal(bench_skel_handle_invoke(
					 1, skel_args(&request, args), args),
				 0);
		request_init(&request, &workload, memory);
		request_mark(&request, 5);
		memory[100] ^= 1;
		assert_int_equal(!!bench_skel_handle_invoke(
					 1, skel_args(&request, args), args),
				 all);
	}
}

static void what_is_unfit(void **state)
{
	const struct workload workloads[] = {
		{ .batch = 2 },
		{ .depth = 2 },
		{ .handles = 10 },
		{ .sessions = 2 },
	};

	(void)state;
	for (size_t i = 0; i < 4; i++)
		assert_int_equal(compare(&contender_local, &workloads[i])
					 .series[0]
					 .state,
				 SERIES_UNFIT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(local_call),
		cmocka_unit_test(unix_socket),
		cmocka_unit_test(unix_socket_that_polls),
		cmocka_unit_test(the_function_works),
		cmocka_unit_test(lies),
		cmocka_unit_test(without_memory),
		cmocka_unit_test(every_byte),
		cmocka_unit_test(what_is_unfit),
	};

	bench_clock_calibrate();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
