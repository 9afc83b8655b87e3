/* SPDX-License-Identifier: BSD-3-Clause */
/* Address ranges that may overlap, and which of them holds an argument. */
#ifndef FASTRPC_TREE_H
#define FASTRPC_TREE_H

#include <stdint.h>

/* Embedded in what has the range; @start and @end are set before it is put in. */
struct tree_node {
	uintptr_t start;
	uintptr_t end; /* of the byte behind it; above @start */

	/* The tree's own. */
	uintptr_t last_end; /* of all below */
	uint64_t age;	    /* the later, the greater */
	int height;
	struct tree_node *left, *right;
};

/* Zeroed is empty. */
struct tree {
	struct tree_node *root;
	uint64_t age;
};

void tree_insert(struct tree *tree, struct tree_node *node);
void tree_remove(struct tree *tree, struct tree_node *node);

/*
 * The latest range that holds all bytes of [start, end), or NULL. @steps counts
 * the nodes that were looked at; may be NULL. Takes O(log n) for each range that
 * holds them.
 */
struct tree_node *tree_find(const struct tree *tree, uintptr_t start,
			    uintptr_t end, unsigned long *steps);

#endif
