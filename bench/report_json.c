// SPDX-License-Identifier: BSD-3-Clause
/* The figures for programs. docs/performance.md has the schema. */
#include "report.h"

#include <errno.h>
#include <jansson.h>
#include <math.h>

#include "report_names.h"

#define FORMAT 1

static json_t *number(double value)
{
	return isfinite(value) ? json_real(value) : json_null();
}

static json_t *interval_json(const struct interval *interval)
{
	return json_pack("{s:o, s:o, s:o}", "value", number(interval->value),
			 "low", number(interval->low), "high",
			 number(interval->high));
}

static json_t *workload_json(const struct workload *workload)
{
	return json_pack("{s:I, s:i, s:i, s:i, s:i, s:i, s:i, s:i, s:b}",
			 "payload", (json_int_t)workload->payload, "args",
			 (int)workload->args, "threads", (int)workload->threads,
			 "depth", (int)workload->depth, "batch",
			 (int)workload->batch, "handles",
			 (int)workload->handles, "sessions",
			 (int)workload->sessions, "service_ns",
			 (int)workload->service_ns, "check_all",
			 (int)workload->check_all);
}

static json_t *counters_json(const struct counters *counters)
{
	json_t *object = json_object();

	for (unsigned int i = 0; i < counters->count; i++)
		json_object_set_new(object, counters->list[i].name,
				    number(counters->list[i].value));
	return object;
}

static void add_figures(json_t *object, const struct series *series)
{
	const struct {
		const char *name;
		const struct interval *interval;
	} figures[] = {
		{ "p10", &series->p10 },
		{ "p50", &series->p50 },
		{ "p90", &series->p90 },
		{ "mean", &series->mean },
		{ "rate", &series->rate },
		{ "ratio_p10", &series->ratio_p10 },
		{ "ratio_p50", &series->ratio_p50 },
		{ "ratio_p90", &series->ratio_p90 },
		{ "ratio_rate", &series->ratio_rate },
		{ "difference_p50", &series->difference_p50 },
	};

	for (size_t i = 0; i < sizeof(figures) / sizeof(figures[0]); i++)
		json_object_set_new(object, figures[i].name,
				    interval_json(figures[i].interval));
}

static json_t *series_json(const struct series *series)
{
	json_t *object = json_pack(
		"{s:s, s:s, s:s?, s:s, s:s?, s:s, s:o}", "contender",
		series->contender->name, "title", series->contender->title,
		"variant", series->variant, "state", state_name(series->state),
		"why", series->why[0] ? series->why : NULL, "unit",
		unit_name(series->contender->unit), "workload",
		workload_json(&series->workload));

	if (!object || series->state != SERIES_MEASURED)
		return object;
	json_object_set_new(object, "calls", json_integer(series->calls));
	json_object_set_new(object, "checked",
			    json_integer((json_int_t)series->checked));
	json_object_set_new(object, "busy", number(series->busy));
	add_figures(object, series);
	json_object_set_new(object, "counters",
			    counters_json(&series->counters));
	return object;
}

static json_t *all_series(const struct comparison *comparison)
{
	json_t *array = json_array();

	for (unsigned int i = 0; i < comparison->count; i++)
		json_array_append_new(array,
				      series_json(&comparison->series[i]));
	return array;
}

/* Who counted what the kernel of the run did not. */
static json_t *added_json(const struct report *report)
{
	json_t *names = json_array();

	for (unsigned int i = 0; i < report->added.count; i++)
		json_array_append_new(names,
				      json_string(report->added.list[i].name));
	return json_pack("{s:s?, s:o}", "kernel", report->added_kernel, "names",
			 names);
}

static json_t *table_json(const struct comparison *comparison)
{
	return json_pack("{s:s, s:s, s:s, s:s, s:i, s:o}", "name",
			 comparison->name, "title", comparison->title, "clock",
			 clock_name(comparison->clock), "wait",
			 wait_name(comparison->wait), "blocks",
			 (int)comparison->rounds, "series",
			 all_series(comparison));
}

static json_t *tables_json(const struct plan *plan)
{
	json_t *array = json_array();

	for (unsigned int i = 0; i < plan->count; i++)
		if (!plan->steps[i].sweep)
			json_array_append_new(
				array, table_json(&plan->steps[i].comparison));
	return array;
}

static json_t *sweep_json(const struct plan *plan, unsigned int *i)
{
	const struct sweep *sweep = plan->steps[*i].sweep;
	json_t *points = json_array();

	for (; *i < plan->count && plan->steps[*i].sweep == sweep; ++*i) {
		const struct comparison *comparison =
			&plan->steps[*i].comparison;

		json_array_append_new(
			points, json_pack("{s:f, s:i, s:o}", "x", comparison->x,
					  "blocks", (int)comparison->rounds,
					  "series", all_series(comparison)));
	}
	return json_pack("{s:s, s:s, s:s, s:s, s:s, s:o}", "name", sweep->name,
			 "title", sweep->title, "axis", sweep->axis, "clock",
			 clock_name(sweep->clock), "wait",
			 wait_name(sweep->wait), "points", points);
}

static json_t *sweeps_json(const struct plan *plan)
{
	json_t *array = json_array();
	unsigned int i = 0;

	while (i < plan->count) {
		if (plan->steps[i].sweep)
			json_array_append_new(array, sweep_json(plan, &i));
		else
			i++;
	}
	return array;
}

static json_t *goals_json(const struct goals *goals)
{
	json_t *array = json_array();

	for (unsigned int i = 0; i < goals->count; i++) {
		const struct goal *goal = &goals->list[i];

		json_array_append_new(
			array,
			json_pack("{s:s, s:s, s:s, s:s, s:o, s:s}", "number",
				  goal->number, "what", goal->what, "target",
				  goal->target, "measured", goal->measured,
				  "value", interval_json(&goal->value),
				  "verdict", verdict_name(goal->verdict)));
	}
	return array;
}

int report_json(const struct report *report, const char *path)
{
	json_t *root = json_pack(
		"{s:i, s:s, s:s, s:s, s:s, s:i, s:I, s:I, s:s?, s:b, s:b, s:f, s:o}",
		"format", FORMAT, "command", report->command, "date",
		report->date, "kernel", report->kernel, "processor",
		report->processor, "processors", (int)report->processors,
		"memory", (json_int_t)report->memory, "seed",
		(json_int_t)report->seed, "load", report->load, "quick",
		(int)report->quick, "counters_only", (int)report->counters_only,
		"seconds", report->seconds, "added_counters",
		added_json(report));
	int ret = 0;

	if (!root)
		return -ENOMEM;
	json_object_set_new(root, "tables", tables_json(report->plan));
	json_object_set_new(root, "sweeps", sweeps_json(report->plan));
	json_object_set_new(root, "goals", goals_json(report->goals));
	errno = 0;
	if (json_dump_file(root, path, JSON_INDENT(1) | JSON_REAL_PRECISION(6)))
		ret = errno ? -errno : -EIO;
	json_decref(root);
	return ret;
}
