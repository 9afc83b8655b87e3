// SPDX-License-Identifier: BSD-3-Clause
/* Against distributions whose figures are known. */
#include "test.h"

#include "statistics.h"

#define NEAR(value, wanted, tolerance) \
	assert_true(fabs((double)(value) - (wanted)) <= (tolerance))

/* Box and Muller; 0 is not drawn. */
static double normal(struct random *random)
{
	double u = ((double)random_below(random, 1u << 30) + 1) / (1u << 30);
	double v = (double)random_below(random, 1u << 30) / (1u << 30);

	return sqrt(-2 * log(u)) * cos(2 * M_PI * v);
}

static void quantiles(void **state)
{
	const double values[] = { 10, 20, 30, 40 };

	(void)state;
	NEAR(quantile(values, 4, 0), 10, 0);
	NEAR(quantile(values, 4, 1), 40, 0);
	NEAR(quantile(values, 4, 0.5), 25, 1e-9);
	NEAR(quantile(values, 4, 0.1), 13, 1e-9);
	NEAR(quantile(values, 1, 0.9), 10, 0);
	assert_true(isnan(quantile(values, 0, 0.5)));
}

static void medians(void **state)
{
	const double odd[] = { 9, 1, 5 }, even[] = { 4, 1, 3, 2 };

	(void)state;
	NEAR(median(odd, 3), 5, 0);
	NEAR(median(even, 4), 2.5, 1e-9);
	NEAR(odd[0], 9, 0);
	assert_true(isnan(median(odd, 0)));
}

static void blocks(void **state)
{
	struct block block;
	uint32_t ns[101];

	(void)state;
	for (uint32_t i = 0; i < 101; i++)
		ns[i] = 100 - i;
	block = block_of(ns, 101);
	NEAR(block.p10, 10, 1e-9);
	NEAR(block.p50, 50, 1e-9);
	NEAR(block.p90, 90, 1e-9);
	NEAR(block.mean, 50, 1e-9);
	ns[0] = UINT32_MAX;
	NEAR(block_of(ns, 1).p90, UINT32_MAX, 0);
}

static void order(void **state)
{
	static const unsigned int wanted[] = { 0, 1, 2, 2, 1, 0, 0, 1, 2 };

	(void)state;
	for (unsigned int i = 0; i < 9; i++)
		assert_int_equal(abba(3, i / 3, i % 3), wanted[i]);
	/* What grows from turn to turn is the same for all after two rounds. */
	for (unsigned int who = 0; who < 5; who++) {
		unsigned int sum = 0;

		for (unsigned int turn = 0; turn < 10; turn++)
			if (abba(5, turn / 5, turn % 5) == who)
				sum += turn;
		assert_int_equal(sum, 9);
	}
}

static void random_numbers(void **state)
{
	struct random a = { 7 }, b = { 7 }, c = { 8 };
	unsigned int counts[7] = { 0 };

	(void)state;
	assert_true(random_next(&a) == random_next(&b));
	assert_true(random_next(&a) != random_next(&c));
	for (unsigned int i = 0; i < 70000; i++)
		counts[random_below(&a, 7)]++;
	/* 10,000 each, with a standard deviation of 93. */
	for (unsigned int i = 0; i < 7; i++)
		NEAR(counts[i], 10000, 500);
}

/*
 * Of 24 values of a normal distribution the median has a standard deviation of
 * 1.2533 / sqrt(24), and intervals of 95 % are to hold the true one in about as
 * many cases.
 */
static void bootstrap_of_normal(void **state)
{
	struct random random = { 1 };
	unsigned int held = 0;
	double width = 0;

	(void)state;
	for (unsigned int i = 0; i < 200; i++) {
		struct interval interval;
		double values[24];

		for (unsigned int j = 0; j < 24; j++)
			values[j] = 5 + normal(&random);
		interval = bootstrap_median(values, 24, &random);
		assert_true(interval.low <= interval.value);
		assert_true(interval.value <= interval.high);
		held += interval.low <= 5 && 5 <= interval.high;
		width += (interval.high - interval.low) / 200;
	}
	assert_in_range(held, 180, 200);
	NEAR(width, 2 * 1.96 * 1.2533 / sqrt(24), 0.2);
}

static void bootstrap_of_few(void **state)
{
	struct random random = { 1 };
	double same[] = { 3, 3, 3 };
	struct interval interval = bootstrap_median(same, 3, &random);

	(void)state;
	NEAR(interval.low, 3, 0);
	NEAR(interval.high, 3, 0);
	assert_true(isnan(bootstrap_median(same, 0, &random).value));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(quantiles),
		cmocka_unit_test(medians),
		cmocka_unit_test(blocks),
		cmocka_unit_test(order),
		cmocka_unit_test(random_numbers),
		cmocka_unit_test(bootstrap_of_normal),
		cmocka_unit_test(bootstrap_of_few),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
