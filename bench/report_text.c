// SPDX-License-Identifier: BSD-3-Clause
#include "report.h"

#include <string.h>

#include "format.h"

static bool is_of_times(const struct comparison *comparison)
{
	return comparison->wait != BENCH_STREAM;
}

static void print_series(FILE *out, const struct comparison *comparison,
			 const struct series *series)
{
	const struct interval *ratio = is_of_times(comparison) ?
					       &series->ratio_p50 :
					       &series->ratio_rate;
	char p10[FORMAT_MAX], p50[FORMAT_MAX], p90[FORMAT_MAX],
		rate[FORMAT_MAX];
	char of_p50[FORMAT_MAX], of_p90[FORMAT_MAX], title[SERIES_TITLE_MAX];

	fprintf(out, "  %-24s", series_title(series, title));
	if (series->state == SERIES_MEASURED)
		fprintf(out, " %8s %8s %8s %9s  %-22s %-22s",
			format_us(p10, series->p10.value),
			format_us(p50, series->p50.value),
			format_us(p90, series->p90.value),
			format_rate(rate, series->rate.value),
			format_interval(of_p50, ratio),
			is_of_times(comparison) ?
				format_interval(of_p90, &series->ratio_p90) :
				"");
	else
		fprintf(out, " %s%s",
			series->state == SERIES_FAILED ? "FAILED: " : "- ",
			series->why);
	if (series->busy > 0.005)
		fprintf(out, " DSP busy %.0f %%", series->busy * 100);
	fputc('\n', out);
}

void report_table(FILE *out, const struct comparison *comparison)
{
	fprintf(out, "\n%s\n  %-24s %8s %8s %8s %9s  %-22s %s\n",
		comparison->title, "\302\265s a call", " p10", "p50", "p90",
		"calls/s",
		is_of_times(comparison) ? "p50 to the first" :
					  "calls/s to the first",
		is_of_times(comparison) ? "p90 to the first" : "");
	for (unsigned int i = 0; i < comparison->count; i++)
		print_series(out, comparison, &comparison->series[i]);
	fflush(out);
}

static void print_head(FILE *out, const struct step *step)
{
	fprintf(out, "\n%s\n  %-12.12s", step->sweep->title, step->sweep->axis);
	for (unsigned int i = 0; i < step->comparison.count; i++)
		fprintf(out, " %18.18s",
			step->comparison.series[i].contender->title);
	fprintf(out, "   %s\n",
		step->sweep->rate ? "calls/s" : "\302\265s, p50");
}

void report_point(FILE *out, const struct step *step, bool first)
{
	const struct comparison *comparison = &step->comparison;
	char text[FORMAT_MAX];

	if (first)
		print_head(out, step);
	if (step->sweep->bytes)
		fprintf(out, "  %-12s", format_bytes(text, comparison->x));
	else
		fprintf(out, "  %-12.0f", comparison->x);
	for (unsigned int i = 0; i < comparison->count; i++) {
		const struct series *series = &comparison->series[i];

		if (series->state == SERIES_FAILED)
			fprintf(out, " %18s", "FAILED");
		else if (series->state != SERIES_MEASURED)
			fprintf(out, " %18s", "-");
		else if (step->sweep->rate)
			fprintf(out, " %18s",
				format_rate(text, series->rate.value));
		else
			fprintf(out, " %18s",
				format_us(text, series->p50.value));
	}
	for (unsigned int i = 0; i < comparison->count; i++)
		if (comparison->series[i].state == SERIES_FAILED)
			fprintf(out, "\n    %s: %s",
				comparison->series[i].contender->title,
				comparison->series[i].why);
	fputc('\n', out);
	fflush(out);
}

static void print_counters(FILE *out, const struct comparison *comparison)
{
	const struct counters names = comparison_counters(comparison);
	char text[FORMAT_MAX];

	fprintf(out, "\n%s: for each call\n  %-24s", comparison->title, "");
	for (unsigned int i = 0; i < comparison->count; i++)
		fprintf(out, " %18.18s",
			comparison->series[i].contender->title);
	for (unsigned int j = 0; j < names.count; j++) {
		fprintf(out, "\n  %-24s", names.list[j].name);
		for (unsigned int i = 0; i < comparison->count; i++)
			fprintf(out, " %18s",
				format_number(
					text,
					counters_get(
						&comparison->series[i].counters,
						names.list[j].name)));
	}
	fputc('\n', out);
}

void report_counters(FILE *out, const struct report *report)
{
	const struct plan *plan = report->plan;

	for (unsigned int i = 0; i < plan->count; i++)
		if (plan->steps[i].comparison.counted)
			print_counters(out, &plan->steps[i].comparison);
	for (unsigned int i = 0; i < report->added.count; i++)
		fprintf(out, "\n%s: counted by %s\n",
			report->added.list[i].name, report->added_kernel);
}

unsigned int report_failures(FILE *out, const struct plan *plan)
{
	unsigned int failures = 0;

	for (unsigned int i = 0; i < plan->count; i++) {
		const struct comparison *comparison =
			&plan->steps[i].comparison;

		for (unsigned int j = 0; j < comparison->count; j++) {
			const struct series *series = &comparison->series[j];

			if (series->state != SERIES_FAILED)
				continue;
			failures += !series->contender->rival;
			fprintf(out, "FAILED: %s, %s (%g): %s\n",
				series->contender->name, comparison->name,
				comparison->x, series->why);
		}
	}
	return failures;
}

void report_goals(FILE *out, const struct goals *goals)
{
	static const char *const verdicts[] = {
		[GOAL_MET] = "met",
		[GOAL_NOT_MET] = "NOT met",
		[GOAL_NOT_MEASURED] = "not measured",
	};

	fprintf(out, "\nGoals\n");
	for (unsigned int i = 0; i < goals->count; i++) {
		const struct goal *goal = &goals->list[i];

		fprintf(out, "  %-4s %-52.52s %-32s %-20s %s\n", goal->number,
			goal->what, goal->measured, goal->target,
			verdicts[goal->verdict]);
	}
}
