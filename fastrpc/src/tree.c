// SPDX-License-Identifier: BSD-3-Clause
/* An AVL tree by start and age, in which each node knows how far those below reach. */
#include "tree.h"

#include <stddef.h>

static int height(const struct tree_node *node)
{
	return node ? node->height : 0;
}

static void update(struct tree_node *node)
{
	const struct tree_node *left = node->left, *right = node->right;

	node->height = 1 + (height(left) > height(right) ? height(left) :
							   height(right));
	node->last_end = node->end;
	if (left && left->last_end > node->last_end)
		node->last_end = left->last_end;
	if (right && right->last_end > node->last_end)
		node->last_end = right->last_end;
}

static struct tree_node *rotate_left(struct tree_node *node)
{
	struct tree_node *top = node->right;

	node->right = top->left;
	top->left = node;
	update(node);
	update(top);
	return top;
}

static struct tree_node *rotate_right(struct tree_node *node)
{
	struct tree_node *top = node->left;

	node->left = top->right;
	top->right = node;
	update(node);
	update(top);
	return top;
}

static struct tree_node *balance(struct tree_node *node)
{
	int tilt = height(node->left) - height(node->right);

	if (tilt > 1) {
		if (height(node->left->left) < height(node->left->right))
			node->left = rotate_left(node->left);
		return rotate_right(node);
	}
	if (tilt < -1) {
		if (height(node->right->right) < height(node->right->left))
			node->right = rotate_right(node->right);
		return rotate_left(node);
	}
	update(node);
	return node;
}

static int before(const struct tree_node *a, const struct tree_node *b)
{
	return a->start != b->start ? a->start < b->start : a->age < b->age;
}

static struct tree_node *insert(struct tree_node *root, struct tree_node *node)
{
	if (!root) {
		update(node);
		return node;
	}
	if (before(node, root))
		root->left = insert(root->left, node);
	else
		root->right = insert(root->right, node);
	return balance(root);
}

void tree_insert(struct tree *tree, struct tree_node *node)
{
	node->left = NULL;
	node->right = NULL;
	node->age = ++tree->age;
	tree->root = insert(tree->root, node);
}

static struct tree_node *take_first(struct tree_node *root,
				    struct tree_node **first)
{
	if (!root->left) {
		*first = root;
		return root->right;
	}
	root->left = take_first(root->left, first);
	return balance(root);
}

static struct tree_node *remove_node(struct tree_node *root,
				     struct tree_node *node)
{
	struct tree_node *next;

	if (root != node) {
		if (before(node, root))
			root->left = remove_node(root->left, node);
		else
			root->right = remove_node(root->right, node);
		return balance(root);
	}
	if (!node->right)
		return node->left;
	node->right = take_first(node->right, &next);
	next->left = node->left;
	next->right = node->right;
	return balance(next);
}

void tree_remove(struct tree *tree, struct tree_node *node)
{
	tree->root = remove_node(tree->root, node);
}

/*
 * Where all below start at or before @start, one that reaches far enough is
 * below whenever last_end says so: no way is gone in vain.
 */
static struct tree_node *find(struct tree_node *node, uintptr_t start,
			      uintptr_t end, struct tree_node *best,
			      unsigned long *steps)
{
	while (node && node->last_end >= end) {
		++*steps;
		if (node->start <= start) {
			best = find(node->left, start, end, best, steps);
			if (node->end >= end &&
			    (!best || node->age > best->age))
				best = node;
			node = node->right;
		} else {
			node = node->left;
		}
	}
	return best;
}

struct tree_node *tree_find(const struct tree *tree, uintptr_t start,
			    uintptr_t end, unsigned long *steps)
{
	unsigned long counted = 0;
	struct tree_node *found;

	found = find(tree->root, start, end, NULL, &counted);
	if (steps)
		*steps += counted;
	return found;
}
