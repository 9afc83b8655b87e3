// SPDX-License-Identifier: BSD-3-Clause
/* The tree of address ranges against a list that is searched from end to end. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "tree.h"

#define NODES  400
#define ROUNDS 20000

struct entry {
	struct tree_node node;
	int used;
};

static uint32_t seed;

static uint32_t next_random(void)
{
	seed = seed * 1664525u + 1013904223u;
	return seed >> 8;
}

/* The latest that holds all of it. */
static struct tree_node *search(struct entry *entries, uintptr_t start,
				uintptr_t end)
{
	struct tree_node *best = NULL;

	for (int i = 0; i < NODES; i++) {
		struct tree_node *node = &entries[i].node;

		if (entries[i].used && node->start <= start &&
		    node->end >= end && (!best || node->age > best->age))
			best = node;
	}
	return best;
}

static int check_shape(const struct tree_node *node)
{
	uintptr_t last;
	int left, right;

	if (!node)
		return 0;
	left = check_shape(node->left);
	right = check_shape(node->right);
	assert_true(abs(left - right) <= 1);
	last = node->end;
	if (node->left && node->left->last_end > last)
		last = node->left->last_end;
	if (node->right && node->right->last_end > last)
		last = node->right->last_end;
	assert_int_equal(node->last_end, last);
	assert_int_equal(node->height, 1 + (left > right ? left : right));
	return node->height;
}

static void toggle(struct tree *tree, struct entry *entry, uint32_t spread)
{
	if (entry->used) {
		tree_remove(tree, &entry->node);
	} else {
		entry->node.start = next_random() % spread;
		entry->node.end = entry->node.start + 1 + next_random() % 100;
		tree_insert(tree, &entry->node);
	}
	entry->used = !entry->used;
}

static void finds_what_a_list_finds(void **state)
{
	static const uint32_t spreads[] = { 50, 1000, 1000000 };

	(void)state;
	for (size_t k = 0; k < sizeof(spreads) / sizeof(spreads[0]); k++) {
		static struct entry entries[NODES];
		struct tree tree = { 0 };

		for (int i = 0; i < NODES; i++)
			entries[i].used = 0;
		for (int i = 0; i < ROUNDS; i++) {
			uintptr_t start = next_random() % spreads[k];
			uintptr_t end = start + 1 + next_random() % 60;

			toggle(&tree, &entries[next_random() % NODES],
			       spreads[k]);
			assert_ptr_equal(tree_find(&tree, start, end, NULL),
					 search(entries, start, end));
			if (i % 500 == 0)
				check_shape(tree.root);
		}
	}
}

static void prefers_the_latest(void **state)
{
	struct tree_node nodes[3] = { { .start = 10, .end = 100 },
				      { .start = 10, .end = 100 },
				      { .start = 20, .end = 30 } };
	struct tree tree = { 0 };

	(void)state;
	assert_null(tree_find(&tree, 1, 2, NULL));
	for (int i = 0; i < 3; i++)
		tree_insert(&tree, &nodes[i]);
	assert_ptr_equal(tree_find(&tree, 20, 30, NULL), &nodes[2]);
	assert_ptr_equal(tree_find(&tree, 20, 31, NULL), &nodes[1]);
	tree_remove(&tree, &nodes[1]);
	assert_ptr_equal(tree_find(&tree, 20, 31, NULL), &nodes[0]);
	assert_null(tree_find(&tree, 9, 12, NULL));
	assert_null(tree_find(&tree, 99, 101, NULL));
	assert_ptr_equal(tree_find(&tree, 99, 100, NULL), &nodes[0]);
}

/* From 10 to 100000 buffers a lookup visits a few more nodes and no more. */
static void lookups_stay_flat(void **state)
{
	static const size_t counts[] = { 10, 1000, 100000 };
	static struct tree_node nodes[100000];

	(void)state;
	for (size_t k = 0; k < 3; k++) {
		unsigned long steps = 0, most = 0;
		struct tree tree = { 0 };

		for (size_t i = 0; i < counts[k]; i++) {
			nodes[i].start = 4096 * (i + 1);
			nodes[i].end = 4096 * (i + 2);
			tree_insert(&tree, &nodes[i]);
		}
		for (size_t i = 0; i < counts[k]; i++) {
			steps = 0;
			assert_ptr_equal(tree_find(&tree, nodes[i].start + 5,
						   nodes[i].end - 5, &steps),
					 &nodes[i]);
			if (steps > most)
				most = steps;
		}
		/* Height of an AVL tree: below 1.45 * log2(n) + 2. */
		print_message("%zu ranges: at most %lu steps\n", counts[k],
			      most);
		assert_true(most <= (k == 0 ? 6 : k == 1 ? 16 : 26));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_what_a_list_finds),
		cmocka_unit_test(prefers_the_latest),
		cmocka_unit_test(lookups_stay_flat),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
