/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Counters of another run, from its JSON: what only another kernel can count, such
 * as lock acquisitions.
 */
#ifndef BENCH_COUNTERS_FILE_H
#define BENCH_COUNTERS_FILE_H

#include "plan.h"

struct counters_file;

/**
 * counters_file_open - read a report
 * @error: why it cannot be read, for people
 *
 * NULL when it cannot.
 */
struct counters_file *counters_file_open(const char *path, char error[200]);

/** counters_file_kernel - which kernel has counted, as of uname */
const char *counters_file_kernel(const struct counters_file *file);

/**
 * counters_file_add - to the same series of the same tables, what no series has
 * @added: the names of it; values are of no interest
 */
void counters_file_add(const struct counters_file *file, struct plan *plan,
		       struct counters *added);

void counters_file_close(struct counters_file *file);

#endif
