/* SPDX-License-Identifier: BSD-3-Clause */
/* What is to be reached, each as a ratio within one run or as a count. */
#ifndef BENCH_GOALS_H
#define BENCH_GOALS_H

#include "plan.h"

#define GOALS_MAX 32

enum goal_verdict {
	GOAL_MET,
	GOAL_NOT_MET,
	GOAL_NOT_MEASURED,
};

struct goal {
	const char *number; /* stable: "3a" */
	const char *what;
	const char *target;
	char measured[96];     /* for people */
	struct interval value; /* NANs if it was not measured */
	enum goal_verdict verdict;
};

struct goals {
	unsigned int count;
	struct goal list[GOALS_MAX];
};

/**
 * goals_judge - from what was measured
 *
 * A ratio is met when its estimate is, not the end of its interval: the interval
 * says how sure that is.
 */
void goals_judge(struct goals *goals, const struct plan *plan,
		 struct random *random);

#endif
