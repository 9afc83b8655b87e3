// SPDX-License-Identifier: GPL-2.0-only
/*
 * The maps of a session, by number and by tag: who owns a map when several
 * threads want it.
 */
#include <linux/cleanup.h>
#include <linux/export.h>

#include <kunit/visibility.h>

#include "qda_map_table.h"

/**
 * qda_map_table_init - make an empty table
 * @table: the table
 */
void qda_map_table_init(struct qda_map_table *table)
{
	mutex_init(&table->lock);
	xa_init_flags(&table->ids, XA_FLAGS_ALLOC1);
	xa_init(&table->tags);
	table->count = 0;
	table->next = 0;
}
EXPORT_SYMBOL_IF_KUNIT(qda_map_table_init);

/**
 * qda_map_table_fini - give up a table
 * @table: the table, whose maps are the caller's
 */
void qda_map_table_fini(struct qda_map_table *table)
{
	xa_destroy(&table->tags);
	xa_destroy(&table->ids);
	mutex_destroy(&table->lock);
}
EXPORT_SYMBOL_IF_KUNIT(qda_map_table_fini);

/**
 * qda_map_table_add - add a map and give it a number
 * @table: the table
 * @map: the map, with its tag; it is busy, and so the caller's
 *
 * Numbers are used in turn, so that one that is void is not soon another's.
 *
 * Return: 0, -ENOSPC if there are as many maps as may be, -EBUSY if the tag is
 * in use, or -ENOMEM.
 */
int qda_map_table_add(struct qda_map_table *table, struct qda_map *map)
{
	int ret;

	guard(mutex)(&table->lock);

	if (table->count == QDA_SESSION_MAPS_MAX)
		return -ENOSPC;

	if (map->tag) {
		ret = xa_insert(&table->tags, (u32)map->tag, map, GFP_KERNEL);
		if (ret)
			return ret;
	}

	ret = xa_alloc_cyclic(&table->ids, &map->id, map, xa_limit_32b,
			      &table->next, GFP_KERNEL);
	if (ret < 0) {
		if (map->tag)
			xa_erase(&table->tags, (u32)map->tag);
		return ret;
	}
	map->state = QDA_MAP_BUSY;
	table->count++;

	return 0;
}
EXPORT_SYMBOL_IF_KUNIT(qda_map_table_add);

/**
 * qda_map_table_claim - make a map busy, and so the caller's
 * @table: the table
 * @id: number of the map
 *
 * Return: the map, or NULL if there is none or it is somebody else's.
 */
struct qda_map *qda_map_table_claim(struct qda_map_table *table, u32 id)
{
	struct qda_map *map;

	guard(mutex)(&table->lock);

	map = xa_load(&table->ids, id);
	if (!map || map->state != QDA_MAP_READY)
		return NULL;

	map->state = QDA_MAP_BUSY;

	return map;
}
EXPORT_SYMBOL_IF_KUNIT(qda_map_table_claim);

/**
 * qda_map_table_settle - let go of a map
 * @table: the table
 * @map: a map that is the caller's, and is so no longer
 * @state: QDA_MAP_READY or QDA_MAP_STUCK
 */
void qda_map_table_settle(struct qda_map_table *table, struct qda_map *map,
			  enum qda_map_state state)
{
	guard(mutex)(&table->lock);

	map->state = state;
}
EXPORT_SYMBOL_IF_KUNIT(qda_map_table_settle);

/**
 * qda_map_table_remove - take a map out; its number and its tag are void
 * @table: the table
 * @map: a map that is the caller's, and remains so
 */
void qda_map_table_remove(struct qda_map_table *table, struct qda_map *map)
{
	guard(mutex)(&table->lock);

	xa_erase(&table->ids, map->id);
	if (map->tag)
		xa_erase(&table->tags, (u32)map->tag);
	table->count--;
}
EXPORT_SYMBOL_IF_KUNIT(qda_map_table_remove);
