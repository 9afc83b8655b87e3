/* SPDX-License-Identifier: BSD-3-Clause */
/* What the kernel says in text: debugfs, fdinfo, tracefs. Needs root. */
#ifndef QDA_TEST_KERNEL_TEXT_H
#define QDA_TEST_KERNEL_TEXT_H

#include <stddef.h>
#include <stdint.h>

#define DEBUGFS_ACCEL "/sys/kernel/debug/accel"
#define DEBUGFS_SIM   "/sys/kernel/debug/qda_sim/"

/** text_read - a whole file, to be freed; the subtest fails without */
char *text_read(const char *path);

/** text_write - the subtest fails when the file does not take the text */
void text_write(const char *path, const char *text);

/** debugfs_read - text_read() of the device's file of that name */
char *debugfs_read(const char *name);

/** debugfs_rows - how many rows of a table have @column with @value; 1 is first */
unsigned int debugfs_rows(const char *table, unsigned int column,
			  const char *value);

/** text_number - behind "KEY:" at the start of a line; fails without one */
uint64_t text_number(const char *text, const char *key);

/** counter_read - a number of debugfs' counters */
uint64_t counter_read(const char *name);

/** edge_counter_read - a number of what passed the simulated machine's edge */
uint64_t edge_counter_read(const char *name);

/** fdinfo_read - text_read() of a file's fdinfo */
char *fdinfo_read(int fd);

/** fdinfo_number - number behind a key; the subtest fails without one */
uint64_t fdinfo_number(int fd, const char *key);

#endif
