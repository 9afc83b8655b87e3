/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef QDA_RANGE_H
#define QDA_RANGE_H

#include <stddef.h>
#include <stdint.h>

struct qda_buffer;

/* Address ranges that do not overlap, sorted by address. */
struct qda_range {
	uintptr_t start;
	size_t size;
	struct qda_buffer *buffer;
};

struct qda_ranges {
	struct qda_range *items;
	size_t count;
	size_t capacity;
};

/* 0 or -ENOMEM. */
int qda_ranges_insert(struct qda_ranges *ranges, uintptr_t start, size_t size,
		      struct qda_buffer *buffer);
void qda_ranges_remove(struct qda_ranges *ranges, uintptr_t start);
void qda_ranges_free(struct qda_ranges *ranges);

/* The range that holds the byte at the address, or NULL. O(log n). */
const struct qda_range *qda_ranges_find(const struct qda_ranges *ranges,
					uintptr_t address);

#endif
