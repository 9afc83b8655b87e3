// SPDX-License-Identifier: BSD-3-Clause
/* What is written of a run, read back. */
#include "test.h"

#include <errno.h>
#include <jansson.h>
#include <unistd.h>

#include "axis.h"
#include "counters_file.h"
#include "fakes.h"
#include "format.h"
#include "plot.h"
#include "report.h"

const struct contender *const contenders[] = {
	&fake_slow, &fake_quick, &fake_absent, &fake_unfit, &fake_refused, NULL,
};

static struct plan plan;
static struct goals goals;
static struct report report = {
	.plan = &plan,
	.goals = &goals,
	.command = "qda-bench \"<&>\"",
	.date = "2026-01-01T00:00:00Z",
	.kernel = "Linux",
	.processor = "A & B",
	.processors = 1,
	.seed = 5,
	.added = { 1, { { "locks", 0 } } },
	.added_kernel = "Linux <debug>",
};

static int run_plan(void **state)
{
	const struct plan_options wanted = { .quick = true,
					     .tables = true,
					     .sweeps = true };
	struct random random = { 5 };
	const struct measure_options options = { .rounds = 4,
						 .calls = 40,
						 .random = &random };

	(void)state;
	bench_clock_calibrate();
	if (plan_make(&plan, contenders, &wanted))
		return -1;
	for (unsigned int i = 0; i < plan.count; i++)
		if (comparison_run(&plan.steps[i].comparison, &options))
			return -1;
	goals_judge(&goals, &plan, &random);
	return 0;
}

static int free_plan(void **state)
{
	(void)state;
	plan_free(&plan);
	return 0;
}

static char *read_file(const char *path)
{
	FILE *file = fopen(path, "re");
	char *text = calloc(1, 4 << 20);

	assert_non_null(file);
	assert_non_null(text);
	assert_true(fread(text, 1, (4 << 20) - 1, file) > 0);
	fclose(file);
	unlink(path);
	return text;
}

static const char *word(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	assert_non_null(text);
	return text;
}

static double part(const json_t *object, const char *figure, const char *of)
{
	const json_t *number = json_object_get(json_object_get(object, figure),
					       of);

	assert_true(json_is_number(number));
	return json_number_value(number);
}

static void check_series(const json_t *series)
{
	assert_string_equal(word(series, "contender"), "quick");
	assert_string_equal(word(series, "state"), "measured");
	assert_string_equal(word(series, "unit"), "latency");
	assert_true(json_integer_value(json_object_get(series, "checked")) > 0);
	assert_true(part(series, "p10", "value") <=
		    part(series, "p50", "value"));
	assert_true(part(series, "p50", "low") <= part(series, "p50", "high"));
	assert_true(fabs(part(series, "ratio_p50", "value") - 0.5) < 0.05);
	assert_true(json_is_object(json_object_get(series, "counters")));
}

static void json_is_read_back(void **state)
{
	char path[] = "/tmp/bench-report-XXXXXX", *text;
	json_t *root, *tables, *table, *series;

	(void)state;
	close(mkstemp(path));
	assert_int_equal(report_json(&report, path), 0);
	text = read_file(path);
	root = json_loads(text, 0, NULL);
	assert_non_null(root);
	assert_int_equal(json_integer_value(json_object_get(root, "format")),
			 1);
	assert_string_equal(word(root, "command"), report.command);
	tables = json_object_get(root, "tables");
	table = json_array_get(tables, 0);
	assert_string_equal(word(table, "clock"), "system-calls");
	assert_string_equal(word(table, "wait"), "sleep");
	series = json_object_get(table, "series");
	assert_int_equal(json_array_size(series), 5);
	check_series(json_array_get(series, 1));
	assert_string_equal(word(json_array_get(series, 2), "state"), "absent");
	assert_string_equal(word(json_array_get(series, 3), "state"), "unfit");
	assert_string_equal(word(json_array_get(series, 4), "state"), "failed");
	assert_true(json_array_size(json_object_get(root, "sweeps")) > 3);
	assert_int_equal(json_array_size(json_object_get(root, "goals")),
			 goals.count);
	table = json_object_get(root, "added_counters");
	assert_string_equal(word(table, "kernel"), report.added_kernel);
	assert_string_equal(json_string_value(json_array_get(
				    json_object_get(table, "names"), 0)),
			    "locks");
	json_decref(root);
	free(text);
}

static struct counters_file *written(const char *text, char error[200])
{
	char path[] = "/tmp/bench-report-XXXXXX";
	struct counters_file *file;
	int fd = mkstemp(path);

	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
	file = counters_file_open(path, error);
	unlink(path);
	return file;
}

/* Only what no series has, and only to the same one. */
static void counters_of_another_run(void **state)
{
	static const char text[] =
		"{ \"kernel\": \"Linux-debug\", \"tables\": ["
		"{ \"name\": \"one\", \"series\": ["
		"{ \"contender\": \"quick\", \"variant\": null,"
		"  \"counters\": { \"locks\": 45, \"sent\": 7, \"driver_ns\": 8,"
		"  \"odd\": null } },"
		"{ \"contender\": \"slow\", \"variant\": \"10\","
		"  \"counters\": { \"locks\": 70 } },"
		"{ \"contender\": \"refused\" } ] } ] }";
	struct step step = { .comparison = { .name = "one", .count = 3 } };
	struct plan one = { &step, 1 };
	struct series *series = step.comparison.series;
	struct counters_file *file;
	struct counters added;
	char error[200];

	(void)state;
	series[0] = (struct series){ .contender = &fake_quick,
				     .counters = { 1, { { "sent", 1 } } } };
	series[1] = (struct series){ .contender = &fake_slow,
				     .counters = { 1,
						   { { "driver_ns", 1 } } } };
	series[2] = (struct series){ .contender = &fake_refused };
	file = written(text, error);
	assert_non_null(file);
	assert_string_equal(counters_file_kernel(file), "Linux-debug");
	counters_file_add(file, &one, &added);
	counters_file_close(file);
	assert_int_equal(added.count, 1);
	assert_string_equal(added.list[0].name, "locks");
	assert_int_equal(series[0].counters.count, 2);
	assert_true(counters_get(&series[0].counters, "locks") == 45);
	assert_true(counters_get(&series[0].counters, "sent") == 1);
	assert_int_equal(series[1].counters.count, 1);
	assert_int_equal(series[2].counters.count, 0);
}

static void no_counters_to_be_had(void **state)
{
	char error[200];

	(void)state;
	assert_null(counters_file_open("/nowhere/at/all", error));
	assert_non_null(strstr(error, "No such file"));
	assert_null(written("{ \"tables\": ", error));
	assert_null(written("{}", error));
	assert_non_null(strstr(error, "it has no tables"));
}

/* Each element is closed by its own end, but for those that need none. */
static void check_nesting(const char *text)
{
	static const char *const open_ended[] = { "meta", "th", "dt",
						  "dd",	  "br", "!DOCTYPE",
						  "!--" };
	char stack[64][16];
	unsigned int depth = 0;

	while ((text = strchr(text, '<'))) {
		bool end = *++text == '/';
		size_t length = strcspn(text += end, " />\n");
		const char *close = strchr(text, '>');
		bool skip = close[-1] == '/';

		assert_true(length < 16);
		for (size_t i = 0;
		     i < sizeof(open_ended) / sizeof(open_ended[0]); i++)
			skip |= strlen(open_ended[i]) == length &&
				!strncmp(open_ended[i], text, length);
		if (skip)
			continue;
		if (!end) {
			assert_true(depth < 64);
			snprintf(stack[depth++], 16, "%.*s", (int)length, text);
			continue;
		}
		assert_true(depth > 0);
		assert_int_equal(strlen(stack[--depth]), length);
		assert_memory_equal(stack[depth], text, length);
	}
	assert_int_equal(depth, 0);
}

static void page(void **state)
{
	char path[] = "/tmp/bench-report-XXXXXX", *text;

	(void)state;
	close(mkstemp(path));
	assert_int_equal(report_html(&report, path), 0);
	text = read_file(path);
	check_nesting(text);
	assert_non_null(strstr(text, "<svg"));
	assert_non_null(strstr(text, "&lt;&amp;&gt;&quot;"));
	assert_non_null(strstr(text, "slow &lt;fake&gt;"));
	assert_null(strstr(text, "<fake>"));
	assert_non_null(strstr(text, "Linux &lt;debug&gt;"));
	assert_null(strstr(text, "nan"));
	assert_null(strstr(text, "inf"));
	/* Nothing from elsewhere. */
	assert_null(strstr(text, "<script"));
	assert_null(strstr(text, "href="));
	assert_null(strstr(text, "src="));
	assert_non_null(strstr(text, "ENOSPC"));
	free(text);
}

static void a_file_that_cannot_be(void **state)
{
	(void)state;
	assert_int_equal(report_html(&report, "/nowhere/at/all"), -ENOENT);
	assert_true(report_json(&report, "/nowhere/at/all") < 0);
}

static void axes(void **state)
{
	struct axis axis;

	(void)state;
	axis_init(&axis, 0, 9.3, false, 100, 200);
	assert_true(axis.low == 0 && axis.high == 10);
	assert_true(fabs(axis_place(&axis, 5) - 150) < 1e-9);
	axis_init(&axis, 3, 4000, true, 0, 300);
	assert_true(axis.low <= 3 && axis.high >= 4000 && axis.count >= 3);
	assert_true(axis_place(&axis, axis.low) == 0);
	assert_true(fabs(axis_place(&axis, axis.high) - 300) < 1e-9);
	axis_init(&axis, 7, 7, true, 0, 300);
	assert_true(isfinite(axis_place(&axis, 7)));
	axis_init(&axis, 1e-3, 1e9, true, 0, 300);
	assert_true(axis.high >= 1e9);
}

static void numbers(void **state)
{
	const struct interval interval = { 1.234, 0.0123, 123.4 };
	char text[FORMAT_MAX];

	(void)state;
	assert_string_equal(format_number(text, 0), "0");
	assert_string_equal(format_number(text, 0.01234), "0.012");
	assert_string_equal(format_number(text, 1.234), "1.23");
	assert_string_equal(format_number(text, 12.34), "12.3");
	assert_string_equal(format_number(text, 1234.4), "1234");
	assert_string_equal(format_number(text, NAN), "-");
	assert_string_equal(format_us(text, 12340), "12.3");
	assert_string_equal(format_rate(text, 123456), "123k");
	assert_string_equal(format_bytes(text, 16 << 20), "16 MiB");
	assert_string_equal(format_interval(text, &interval),
			    "1.23 [0.012, 123]");
}

static void plots_of_nothing(void **state)
{
	struct plot plot = { .title = "", .count = 1 };
	struct bars bars = { .title = "" };
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	(void)state;
	plot_lines(out, &plot);
	plot_bars(out, &bars);
	fclose(out);
	assert_string_equal(text, "");
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(json_is_read_back),
		cmocka_unit_test(counters_of_another_run),
		cmocka_unit_test(no_counters_to_be_had),
		cmocka_unit_test(page),
		cmocka_unit_test(a_file_that_cannot_be),
		cmocka_unit_test(axes),
		cmocka_unit_test(numbers),
		cmocka_unit_test(plots_of_nothing),
	};

	return cmocka_run_group_tests(tests, run_plan, free_plan);
}
