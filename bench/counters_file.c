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

static void add_to_series(struct series *series, json_t *counted,
			  struct counters *added)
{
	const char *name;
	json_t *value;

	json_object_foreach(counted, name, value)
	{
		if (!json_is_number(value) ||
		    !isnan(counters_get(&series->counters, name)))
			continue;
		counters_add(&series->counters, name, json_number_value(value));
		counters_add(added, name, 0);
	}
}

void counters_file_add(const struct counters_file *file, struct plan *plan,
		       struct counters *added)
{
	*added = (struct counters){ 0 };
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
