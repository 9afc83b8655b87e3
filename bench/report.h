/* SPDX-License-Identifier: BSD-3-Clause */
/* A run, and the three forms in which it is told. */
#ifndef BENCH_REPORT_H
#define BENCH_REPORT_H

#include <stdio.h>

#include "goals.h"
#include "plan.h"

struct report {
	const struct plan *plan;
	const struct goals *goals;
	/* What and where it was. */
	const char *command;
	char date[32];
	char kernel[160];
	char processor[160];
	unsigned int processors;
	uint64_t memory;
	uint64_t seed;
	const char *load; /* what else kept the machine busy, for people */
	bool quick;
	bool counters_only;
	/* What another kernel has counted, and which. */
	struct counters added;
	const char *added_kernel;
	double seconds;
};

/** report_table - a table as soon as it was measured */
void report_table(FILE *out, const struct comparison *comparison);

/** report_point - a point of a sweep; a headline before the first of a sweep */
void report_point(FILE *out, const struct step *step, bool first);

/** report_goals - what was to be reached, and what was */
void report_goals(FILE *out, const struct goals *goals);

/** report_counters - of all tables, one below the other, and who counted what */
void report_counters(FILE *out, const struct report *report);

/**
 * report_failures - how many series of this project failed
 * @out: is told of each, and of those of rivals
 */
unsigned int report_failures(FILE *out, const struct plan *plan);

/** report_json - docs/performance.md has the schema; 0 or a negative errno */
int report_json(const struct report *report, const char *path);

/** report_html - a page that needs nothing else; 0 or a negative errno */
int report_html(const struct report *report, const char *path);

#endif
