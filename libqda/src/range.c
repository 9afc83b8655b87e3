// SPDX-License-Identifier: BSD-3-Clause
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "range.h"

/* How many ranges start at or below the address. */
static size_t count_upto(const struct qda_ranges *ranges, uintptr_t address)
{
	size_t low = 0;
	size_t high = ranges->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (ranges->items[middle].start <= address)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

int qda_ranges_insert(struct qda_ranges *ranges, uintptr_t start, size_t size,
		      struct qda_buffer *buffer)
{
	size_t at = count_upto(ranges, start);

	if (ranges->count == ranges->capacity) {
		size_t capacity = ranges->capacity ? 2 * ranges->capacity : 16;
		struct qda_range *items;

		items = reallocarray(ranges->items, capacity, sizeof(*items));
		if (!items)
			return -ENOMEM;
		ranges->items = items;
		ranges->capacity = capacity;
	}
	memmove(&ranges->items[at + 1], &ranges->items[at],
		(ranges->count - at) * sizeof(*ranges->items));
	ranges->items[at] = (struct qda_range){ start, size, buffer };
	ranges->count++;
	return 0;
}

void qda_ranges_remove(struct qda_ranges *ranges, uintptr_t start)
{
	size_t after = count_upto(ranges, start);

	if (!after || ranges->items[after - 1].start != start)
		return;
	memmove(&ranges->items[after - 1], &ranges->items[after],
		(ranges->count - after) * sizeof(*ranges->items));
	ranges->count--;
}

void qda_ranges_free(struct qda_ranges *ranges)
{
	free(ranges->items);
	*ranges = (struct qda_ranges){ 0 };
}

const struct qda_range *qda_ranges_find(const struct qda_ranges *ranges,
					uintptr_t address)
{
	size_t upto = count_upto(ranges, address);
	const struct qda_range *range;

	if (!upto)
		return NULL;
	range = &ranges->items[upto - 1];
	return address - range->start < range->size ? range : NULL;
}
