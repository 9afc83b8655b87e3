/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef BENCH_OPTIONS_H
#define BENCH_OPTIONS_H

#include "plan.h"

struct options {
	struct plan_options plan;
	unsigned int blocks; /* of tables; 0 where nothing is timed */
	unsigned int calls;
	unsigned int points_blocks; /* of points of sweeps */
	uint64_t seed;
	const char *json;
	const char *html;
	const char *add_counters;
	const char *load;
	bool list;
};

/** options_parse - exits after --help, and with 2 after a mistake */
void options_parse(struct options *options, int argc, char **argv);

/** options_free - what options_parse() allocated */
void options_free(struct options *options);

#endif
