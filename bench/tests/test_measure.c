// SPDX-License-Identifier: BSD-3-Clause
/* Turns, ratios and failures of contenders whose times are known. */
#include "test.h"

#include "fakes.h"
#include "measure.h"
#include "plan.h"

const struct contender *const contenders[] = {
	&fake_slow,    &fake_quick,   &fake_absent, &fake_unfit,
	&fake_refused, &fake_failing, &fake_idle,   NULL,
};

static struct random seed = { 1 };

/* All of them; what it allocated is the caller's to free. */
static struct comparison compare(const struct contender *const *list,
				 unsigned int rounds)
{
	const struct measure_options options = { .rounds = rounds,
						 .calls = 200,
						 .random = &seed };
	const struct workload workload = { 0 };
	struct comparison comparison = { .name = "test", .title = "test" };

	memset(fake_order, 0, sizeof(fake_order));
	for (; *list; list++)
		comparison_add(&comparison, *list, &workload, NULL);
	assert_int_equal(comparison_run(&comparison, &options), 0);
	assert_int_equal(fake_open, 0);
	return comparison;
}

static void turns(void **state)
{
	const struct contender *const list[] = { &fake_slow, &fake_quick,
						 NULL };
	struct comparison comparison = compare(list, 4);

	(void)state;
	/* Two runs to warm up each, then four rounds. */
	assert_string_equal(fake_order, "ssqqsqqssqqs");
	assert_int_equal(comparison.series[0].calls, 200);
	assert_int_equal(comparison.series[0].checked, 20 + 4 * 200);
	comparison_free(&comparison);
}

/*
 * A block takes 10 ns a call more than the one before; twice that for the slow
 * one. In turns, the ratio is two all the same.
 */
static void ratios(void **state)
{
	const struct contender *const list[] = { &fake_slow, &fake_quick,
						 NULL };
	struct comparison comparison = compare(list, 24);
	const struct series *quick = comparison_find(&comparison, "quick");

	(void)state;
	assert_ptr_equal(comparison_reference(&comparison),
			 &comparison.series[0]);
	assert_non_null(quick);
	assert_true(fabs(quick->ratio_p50.value - 0.5) < 0.003);
	assert_true(quick->ratio_p50.low <= 0.5 &&
		    quick->ratio_p50.high >= 0.5);
	assert_true(quick->ratio_p50.high - quick->ratio_p50.low < 0.01);
	assert_true(quick->p10.value < quick->p50.value);
	assert_true(quick->p50.value < quick->p90.value);
	assert_true(comparison.series[0].ratio_p90.value == 1);
	comparison_free(&comparison);
}

static void failures(void **state)
{
	struct comparison comparison = compare(contenders, 3);
	const struct series *series = comparison.series;

	(void)state;
	assert_int_equal(series[0].state, SERIES_MEASURED);
	assert_int_equal(series[1].state, SERIES_MEASURED);
	assert_int_equal(series[2].state, SERIES_ABSENT);
	assert_int_equal(series[3].state, SERIES_UNFIT);
	assert_non_null(strstr(series[3].why, "cannot & will not"));
	assert_int_equal(series[4].state, SERIES_FAILED);
	assert_non_null(strstr(series[4].why, "opening: ENOSPC"));
	assert_int_equal(series[5].state, SERIES_FAILED);
	assert_non_null(strstr(series[5].why, "a call: ENOSPC"));
	assert_int_equal(series[6].state, SERIES_FAILED);
	assert_non_null(strstr(series[6].why, "the DSP had 0 of "));
	assert_null(comparison_find(&comparison, "failing"));
	comparison_free(&comparison);
}

static void counted_calls_are_checked(void **state)
{
	const struct measure_options options = { .rounds = 3,
						 .calls = 200,
						 .random = &seed };
	const struct workload workload = { 0 };
	struct comparison comparison = { .name = "test",
					 .title = "test",
					 .counted = COUNTED_CALLS,
					 .counted_times = 1 };

	(void)state;
	comparison_add(&comparison, &fake_quick, &workload, NULL);
	comparison_add(&comparison, &fake_uncounted, &workload, NULL);
	assert_int_equal(comparison_run(&comparison, &options), 0);
	assert_int_equal(comparison.series[0].state, SERIES_MEASURED);
	assert_int_equal(comparison.series[0].checked,
			 20 + 3 * 200 + counters_calls(COUNTED_CALLS));
	assert_int_equal(comparison.series[1].state, SERIES_FAILED);
	assert_non_null(
		strstr(comparison.series[1].why, "the DSP had 620 of "));
	comparison_free(&comparison);
}

/* Of all series, whichever has them; not those that are nothing. */
static void counters_of_some(void **state)
{
	const struct comparison comparison = {
		.count = 2,
		.series = {
			{ .counters = { 2, { { "sent", 1 }, { "idle", 0 } } } },
			{ .counters = { 2, { { "sent", 2 }, { "own", -5 } } } },
		},
	};
	struct counters names = comparison_counters(&comparison);

	(void)state;
	assert_int_equal(names.count, 2);
	assert_string_equal(names.list[0].name, "sent");
	assert_string_equal(names.list[1].name, "own");
}

static void median_of_counters(void **state)
{
	const struct counters of[] = {
		{ 2, { { "locks", 45 }, { "sent", 1 } } },
		{ 2, { { "sent", 1 }, { "locks", 60 } } },
		{ 2, { { "locks", 46 }, { "sent", 1 } } },
	};
	struct counters counters;

	(void)state;
	counters_median(&counters, of, 3);
	assert_int_equal(counters.count, 2);
	assert_true(counters_get(&counters, "locks") == 46);
	assert_true(counters_get(&counters, "sent") == 1);
	counters_median(&counters, of, 1);
	assert_true(counters_get(&counters, "locks") == 45);
}

/* Without blocks; two runs of a third and all of the calls, how often it is said. */
static void nothing_but_counters(void **state)
{
	const struct measure_options options = { .calls = 200,
						 .random = &seed };
	const struct workload workload = { 0 };
	struct comparison comparison = { .name = "test",
					 .title = "test",
					 .counted = COUNTED_CALLS,
					 .counted_times = 3 };

	(void)state;
	comparison_add(&comparison, &fake_quick, &workload, NULL);
	assert_int_equal(comparison_run(&comparison, &options), 0);
	assert_int_equal(comparison.series[0].state, SERIES_MEASURED);
	assert_int_equal(comparison.series[0].checked, 20 + 3 * (64 + 192));
	assert_true(isnan(comparison.series[0].p50.value));
	comparison_free(&comparison);
}

/* Times are the fakes', but a block's length is by the clock: here, at once. */
static void fewer_calls(void **state)
{
	const struct measure_options options = {
		.rounds = 1, .calls = 100000, .block_ns = 1, .random = &seed
	};
	struct comparison comparison = { .name = "test", .title = "test" };
	struct workload workload = { 0 };

	(void)state;
	comparison_add(&comparison, &fake_quick, &workload, NULL);
	workload.batch = 64;
	comparison_add(&comparison, &fake_slow, &workload, "64");
	assert_int_equal(comparison_run(&comparison, &options), 0);
	assert_int_equal(comparison.series[0].calls, 16);
	assert_int_equal(comparison.series[1].calls, 64);
	comparison_free(&comparison);
}

static void plans(void **state)
{
	const char *pattern = "q*", *none = "nobody", *name = "threads";
	struct plan_options options = { .tables = true, .sweeps = true };
	struct plan plan;
	unsigned int all;

	(void)state;
	assert_int_equal(plan_make(&plan, contenders, &options), 0);
	all = plan.count;
	assert_true(all > 20);
	assert_int_equal(plan.steps[0].comparison.count, 7);
	plan_free(&plan);
	options.contenders = &pattern;
	options.contenders_count = 1;
	assert_int_equal(plan_make(&plan, contenders, &options), 0);
	assert_int_equal(plan.count, all);
	assert_int_equal(plan.steps[0].comparison.count, 1);
	plan_free(&plan);
	options.contenders = &none;
	assert_int_equal(plan_make(&plan, contenders, &options), 0);
	assert_int_equal(plan.count, 0);
	plan_free(&plan);
	options = (struct plan_options){ .sweeps = true,
					 .names = &name,
					 .names_count = 1 };
	assert_int_equal(plan_make(&plan, contenders, &options), 0);
	assert_int_equal(plan.count, 5);
	assert_int_equal(plan.steps[4].comparison.series[0].workload.threads,
			 16);
	plan_free(&plan);
}

/* Who sleeps, sleeps: its calls take long. */
static void plans_to_count(void **state)
{
	const char *names[] = { "user-*-4k" };
	const struct plan_options options = { .tables = true,
					      .table_names = names,
					      .table_names_count = 1,
					      .counters_only = true };
	struct contender polling = fake_quick;
	const struct contender *const all[] = { &fake_slow, &polling, NULL };
	struct plan plan;

	(void)state;
	polling.wait = BENCH_POLL;
	assert_int_equal(plan_make(&plan, all, &options), 0);
	assert_int_equal(plan.count, 2);
	assert_string_equal(plan.steps[0].comparison.name, "user-sleep-4k");
	assert_true(plan.steps[0].comparison.series[0].workload.service_ns > 0);
	assert_string_equal(plan.steps[1].comparison.name, "user-poll-4k");
	assert_int_equal(plan.steps[1].comparison.series[0].workload.service_ns,
			 0);
	assert_int_equal(plan.steps[1].comparison.counted, COUNTED_CALLS_MAX);
	plan_free(&plan);
}

/* It comes after the sweeps, of which the last has no point for anybody here. */
static void a_table_behind_the_sweeps(void **state)
{
	const struct plan_options options = { .tables = true, .sweeps = true };
	struct contender alone = fake_quick;
	const struct contender *const all[] = { &alone, NULL };
	struct plan plan;

	(void)state;
	alone.name = "kernel-qda-sleep";
	assert_int_equal(plan_make(&plan, all, &options), 0);
	assert_non_null(plan_find(&plan, "buffers"));
	assert_null(plan.steps[plan.count - 1].sweep);
	plan_free(&plan);
}

static void too_little_memory(void **state)
{
	const struct workload workload = { .handles = 1000000 };
	struct comparison comparison = { 0 };

	(void)state;
	comparison_add(&comparison, &fake_quick, &workload, NULL);
	plan_cut(&comparison, 64ull << 30, false);
	assert_int_equal(comparison.series[0].state, SERIES_MEASURED);
	plan_cut(&comparison, 1ull << 30, false);
	assert_int_equal(comparison.series[0].state, SERIES_UNFIT);
	assert_non_null(strstr(comparison.series[0].why, "MiB"));
	comparison.series[0].state = SERIES_MEASURED;
	plan_cut(&comparison, 64ull << 30, true);
	assert_int_equal(comparison.series[0].state, SERIES_UNFIT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(turns),
		cmocka_unit_test(ratios),
		cmocka_unit_test(failures),
		cmocka_unit_test(counted_calls_are_checked),
		cmocka_unit_test(counters_of_some),
		cmocka_unit_test(median_of_counters),
		cmocka_unit_test(nothing_but_counters),
		cmocka_unit_test(fewer_calls),
		cmocka_unit_test(plans),
		cmocka_unit_test(plans_to_count),
		cmocka_unit_test(a_table_behind_the_sweeps),
		cmocka_unit_test(too_little_memory),
	};

	bench_clock_calibrate();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
