/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _QDA_MAP_TABLE_H_
#define _QDA_MAP_TABLE_H_

#include <linux/mutex.h>
#include <linux/types.h>
#include <linux/xarray.h>

struct qda_mapping;

/* Maps of a session: many times what FastRPC's users have, yet bounded */
#define QDA_SESSION_MAPS_MAX	1024

/**
 * enum qda_map_state - who may do what with a map
 * @QDA_MAP_BUSY: one thread asks the DSP about it and owns it
 * @QDA_MAP_READY: the process has it; who makes it busy first owns it
 * @QDA_MAP_STUCK: the DSP did not answer, so it is kept until the process ended
 */
enum qda_map_state {
	QDA_MAP_BUSY,
	QDA_MAP_READY,
	QDA_MAP_STUCK,
};

/**
 * struct qda_map - memory that the process on the DSP was given to keep
 * @id: its number for user space
 * @kind: DRM_QDA_MAP_*
 * @tag: number under which the process knows it; 0 without
 * @state: who may do what with it; protected by &qda_map_table.lock
 * @mapping: the BO's mapping, with a reference, as long as the map exists
 * @address: where the process has it
 * @size: its length in bytes
 */
struct qda_map {
	u32 id;
	u32 kind;
	s32 tag;
	enum qda_map_state state;
	struct qda_mapping *mapping;
	u64 address;
	u64 size;
};

/**
 * struct qda_map_table - the maps of a session
 */
struct qda_map_table {
	/** @lock: Protects the other members and the state of the maps. */
	struct mutex lock;

	/** @ids: The maps by their numbers. */
	struct xarray ids;

	/** @tags: Those with a tag, by it. */
	struct xarray tags;

	/** @count: Number of elements of @ids. */
	unsigned int count;

	/** @next: Where to look for the next free number. */
	u32 next;
};

void qda_map_table_init(struct qda_map_table *table);
void qda_map_table_fini(struct qda_map_table *table);
int qda_map_table_add(struct qda_map_table *table, struct qda_map *map);
struct qda_map *qda_map_table_claim(struct qda_map_table *table, u32 id);
void qda_map_table_settle(struct qda_map_table *table, struct qda_map *map,
			  enum qda_map_state state);
void qda_map_table_remove(struct qda_map_table *table, struct qda_map *map);

#endif
