/* SPDX-License-Identifier: BSD-3-Clause */
/* What is measured: tables, and sweeps over one number of the workload. */
#ifndef BENCH_PLAN_H
#define BENCH_PLAN_H

#include "measure.h"

#define SWEEP_POINTS_MAX 12

#define VARIANTS_MAX 4

/* A contender in a table, with a workload of its own. */
struct variant {
	const char *contender;
	const char *label;
	struct workload workload;
};

/*
 * With more blocks than the points of sweeps, and counters beside them: all
 * contenders of a clock and a way of waiting, or those that are named.
 */
struct table {
	const char *name;
	const char *title;
	enum bench_clock clock;
	enum bench_wait wait;
	struct workload workload;
	struct variant variants[VARIANTS_MAX];
	/* After the sweeps: it leaves the memory in pieces, which others notice. */
	bool last;
};

extern const struct table tables[]; /* a name of NULL ends them */

struct sweep {
	const char *name; /* as in --sweep */
	const char *title;
	const char *axis;
	enum bench_clock clock;
	enum bench_wait wait;
	bool bytes; /* the axis is of bytes */
	bool rate;  /* of interest are calls in a second, not their time */
	bool bent;  /* the axis is not logarithmic */
	bool slow;  /* not with --quick, unless it is named */
	unsigned int step;  /* with --quick only each such point */
	unsigned int quick; /* and only so many of them */
	struct workload workload;
	void (*set)(struct workload *workload, double x);
	double points[SWEEP_POINTS_MAX]; /* the first 0 behind one ends them */
};

struct plan_options {
	bool quick;
	bool tables;
	bool sweeps;
	/* Patterns (fnmatch) of names; none: all. */
	const char **contenders;
	unsigned int contenders_count;
	const char **table_names; /* patterns too */
	unsigned int table_names_count;
	const char **names; /* of sweeps */
	unsigned int names_count;
	/* Nothing is timed; who sleeps surely sleeps. */
	bool counters_only;
};

/* One of what is measured. */
struct step {
	struct comparison comparison;
	const struct sweep *sweep; /* NULL: a table */
};

struct plan {
	struct step *steps;
	unsigned int count;
};

extern const struct sweep sweeps[]; /* a name of NULL ends them */

/**
 * plan_make - of all contenders that are wanted; plan_free() in either case
 *
 * Comparisons of nobody are left out. -ENOMEM or 0.
 */
int plan_make(struct plan *plan, const struct contender *const *all,
	      const struct plan_options *options);
void plan_free(struct plan *plan);

/**
 * plan_cut - leave out series for which the machine has not the memory, in bytes
 * @quick: and those that take long to open
 */
void plan_cut(struct comparison *comparison, uint64_t memory, bool quick);

/** plan_find - a table by its name, or NULL */
const struct comparison *plan_find(const struct plan *plan, const char *name);

#endif
