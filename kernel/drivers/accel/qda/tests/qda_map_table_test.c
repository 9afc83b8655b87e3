// SPDX-License-Identifier: GPL-2.0-only
/*
 * Who gets a map, a number and a tag.
 */
#include <kunit/test.h>

#include "../qda_map_table.h"

static int qda_test_table_init(struct kunit *test)
{
	struct qda_map_table *table;

	table = kunit_kzalloc(test, sizeof(*table), GFP_KERNEL);
	if (!table)
		return -ENOMEM;

	qda_map_table_init(table);
	test->priv = table;

	return 0;
}

static void qda_test_table_exit(struct kunit *test)
{
	qda_map_table_fini(test->priv);
}

static void qda_test_tag_is_unique(struct kunit *test)
{
	struct qda_map first = { .tag = -5 }, second = { .tag = -5 }, other = { .tag = 5 };
	struct qda_map_table *table = test->priv;

	KUNIT_EXPECT_EQ(test, qda_map_table_add(table, &first), 0);
	KUNIT_EXPECT_EQ(test, qda_map_table_add(table, &second), -EBUSY);
	KUNIT_EXPECT_EQ(test, qda_map_table_add(table, &other), 0);
	KUNIT_EXPECT_EQ(test, table->count, 2);

	qda_map_table_remove(table, &first);
	KUNIT_EXPECT_EQ(test, qda_map_table_add(table, &second), 0);
	qda_map_table_remove(table, &second);
	qda_map_table_remove(table, &other);
	KUNIT_EXPECT_EQ(test, table->count, 0);
	KUNIT_EXPECT_TRUE(test, xa_empty(&table->ids));
	KUNIT_EXPECT_TRUE(test, xa_empty(&table->tags));
}

static void qda_test_tags_of_all_sizes(struct kunit *test)
{
	struct qda_map maps[] = {
		{ .tag = S32_MIN }, { .tag = S32_MAX }, { .tag = 1 }, { .tag = -2 },
	};
	struct qda_map_table *table = test->priv;

	for (unsigned int i = 0; i < ARRAY_SIZE(maps); i++)
		KUNIT_EXPECT_EQ(test, qda_map_table_add(table, &maps[i]), 0);
	for (unsigned int i = 0; i < ARRAY_SIZE(maps); i++)
		qda_map_table_remove(table, &maps[i]);
}

/* Heap has no tag, as often as one likes. */
static void qda_test_without_tag(struct kunit *test)
{
	struct qda_map first = { }, second = { };
	struct qda_map_table *table = test->priv;

	KUNIT_EXPECT_EQ(test, qda_map_table_add(table, &first), 0);
	KUNIT_EXPECT_EQ(test, qda_map_table_add(table, &second), 0);
	KUNIT_EXPECT_NE(test, first.id, second.id);
	qda_map_table_remove(table, &first);
	qda_map_table_remove(table, &second);
}

/* Nobody gets a map that somebody works on, or that nobody may touch. */
static void qda_test_one_owner(struct kunit *test)
{
	struct qda_map_table *table = test->priv;
	struct qda_map map = { .tag = 7 };

	KUNIT_EXPECT_NULL(test, qda_map_table_claim(table, 0));
	KUNIT_EXPECT_NULL(test, qda_map_table_claim(table, 1));
	KUNIT_ASSERT_EQ(test, qda_map_table_add(table, &map), 0);
	KUNIT_EXPECT_NE(test, map.id, 0);
	KUNIT_EXPECT_NULL(test, qda_map_table_claim(table, map.id));

	qda_map_table_settle(table, &map, QDA_MAP_READY);
	KUNIT_EXPECT_NULL(test, qda_map_table_claim(table, map.id + 1));
	KUNIT_EXPECT_PTR_EQ(test, qda_map_table_claim(table, map.id), &map);
	KUNIT_EXPECT_NULL(test, qda_map_table_claim(table, map.id));

	qda_map_table_settle(table, &map, QDA_MAP_STUCK);
	KUNIT_EXPECT_NULL(test, qda_map_table_claim(table, map.id));
	qda_map_table_remove(table, &map);
	KUNIT_EXPECT_NULL(test, qda_map_table_claim(table, map.id));
}

/* A number that is void is not that of the next map. */
static void qda_test_numbers_in_turn(struct kunit *test)
{
	struct qda_map_table *table = test->priv;
	struct qda_map map = { .tag = 7 };
	u32 old;

	KUNIT_ASSERT_EQ(test, qda_map_table_add(table, &map), 0);
	old = map.id;
	qda_map_table_remove(table, &map);
	KUNIT_ASSERT_EQ(test, qda_map_table_add(table, &map), 0);
	KUNIT_EXPECT_NE(test, map.id, old);
	qda_map_table_remove(table, &map);

	/* Also where the numbers start again. */
	table->next = U32_MAX;
	KUNIT_ASSERT_EQ(test, qda_map_table_add(table, &map), 0);
	KUNIT_EXPECT_EQ(test, map.id, U32_MAX);
	qda_map_table_remove(table, &map);
	KUNIT_ASSERT_EQ(test, qda_map_table_add(table, &map), 0);
	KUNIT_EXPECT_EQ(test, map.id, 1);
	qda_map_table_remove(table, &map);
}

static void qda_test_limit(struct kunit *test)
{
	struct qda_map_table *table = test->priv;
	struct qda_map *maps, more = { .tag = S32_MAX };

	maps = kunit_kcalloc(test, QDA_SESSION_MAPS_MAX, sizeof(*maps), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, maps);

	for (unsigned int i = 0; i < QDA_SESSION_MAPS_MAX; i++) {
		maps[i].tag = i + 1;
		KUNIT_ASSERT_EQ(test, qda_map_table_add(table, &maps[i]), 0);
	}
	KUNIT_EXPECT_EQ(test, qda_map_table_add(table, &more), -ENOSPC);
	qda_map_table_remove(table, &maps[0]);
	KUNIT_EXPECT_EQ(test, qda_map_table_add(table, &more), 0);
	qda_map_table_remove(table, &more);
	for (unsigned int i = 1; i < QDA_SESSION_MAPS_MAX; i++)
		qda_map_table_remove(table, &maps[i]);
}

static struct kunit_case qda_map_table_cases[] = {
	KUNIT_CASE(qda_test_tag_is_unique),
	KUNIT_CASE(qda_test_tags_of_all_sizes),
	KUNIT_CASE(qda_test_without_tag),
	KUNIT_CASE(qda_test_one_owner),
	KUNIT_CASE(qda_test_numbers_in_turn),
	KUNIT_CASE(qda_test_limit),
	{ }
};

static struct kunit_suite qda_map_table_suite = {
	.name = "qda_map_table",
	.init = qda_test_table_init,
	.exit = qda_test_table_exit,
	.test_cases = qda_map_table_cases,
};

kunit_test_suite(qda_map_table_suite);
