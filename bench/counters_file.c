// SPDX-License-Identifier: BSD-3-Clause
#include "counters_file.h"

#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct counters_file {
	json_t *root;
};

struct counters_file *counters_file_open(const char *path, char error[200])
{
	struct counters_file *file = calloc(1, sizeof(*file));
	json_error_t why = { .text = "out of memory" };

	if (file)
		file->root = json_load_file(path, 0, &why);
	if (file && json_is_array(json_object_get(file->root, "tables")))
		return file;
	snprintf(error, 200, "%s",
		 file && file->root ? "it is no report: it has no tables" :
				      why.text);
	counters_file_close(file);
	return NULL;
}

static const char *word(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text ? text : "";
}

const char *counters_file_kernel(const struct counters_file *file)
{
	return word(file->root, "kernel");
}

/* The counters of a series of a table, or NULL. */
static json_t *find_counters(const struct counters_file *file, const char *name,
			     const struct series *series)
{
	const char *variant = series->variant ? series->variant : "";
	json_t *table, *one;
	size_t i, j;

	json_array_foreach(json_object_get(file->root, "tables"), i, table)
	{
		if (strcmp(word(table, "name"), name) != 0)
			continue;
		json_array_foreach(json_object_get(table, "series"), j, one) if (
			!strcmp(word(one, "contender"),
				series->contender->name) &&
			!strcmp(word(one, "variant"),
				variant)) return json_object_get(one,
								 "counters");
	}
	return NULL;
}

/* Is there a series of which this run has counted it? */
static bool is_counted(const struct plan *plan, const char *name)
{
	for (unsigned int i = 0; i < plan->count; i++) {
		const struct comparison *comparison =
			&plan->steps[i].comparison;

		for (unsigned int j = 0; j < comparison->count; j++)
			if (!isnan(counters_get(&comparison->series[j].counters,
						name)))
				return true;
	}
	return false;
}

/* What the file has and no series of the run. */
static struct counters missing(const struct counters_file *file,
			       const struct plan *plan)
{
	struct counters names = { 0 };
	json_t *table, *one, *value;
	const char *name;
	size_t i, j;

	json_array_foreach(json_object_get(file->root, "tables"), i, table)
		json_array_foreach(json_object_get(table, "series"), j, one)
			json_object_foreach(json_object_get(one, "counters"),
					    name,
					    value) if (json_is_number(value) &&
						       !is_counted(plan, name))
				counters_add(&names, name, 0);
	return names;
}

static void add_to_series(struct series *series, const json_t *counted,
			  const struct counters *names)
{
	for (unsigned int i = 0; i < names->count; i++) {
		const char *name = names->list[i].name;
		const json_t *value = json_object_get(counted, name);

		if (json_is_number(value))
			counters_add(&series->counters, name,
				     json_number_value(value));
	}
}

void counters_file_add(const struct counters_file *file, struct plan *plan,
		       struct counters *added)
{
	*added = missing(file, plan);
	for (unsigned int i = 0; i < plan->count; i++) {
		struct comparison *comparison = &plan->steps[i].comparison;

		for (unsigned int j = 0;
		     !plan->steps[i].sweep && j < comparison->count; j++)
			if (comparison->series[j].state == SERIES_MEASURED)
				add_to_series(
					&comparison->series[j],
					find_counters(file, comparison->name,
						      &comparison->series[j]),
					added);
	}
}

void counters_file_close(struct counters_file *file)
{
	if (file)
		json_decref(file->root);
	free(file);
}
