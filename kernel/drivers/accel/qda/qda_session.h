/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _QDA_SESSION_H_
#define _QDA_SESSION_H_

#include <linux/atomic.h>
#include <linux/kref.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/types.h>
#include <linux/wait.h>
#include <linux/workqueue.h>
#include <linux/xarray.h>

#include <drm/drm_file.h>

#include "qda_call.h"
#include "qda_event.h"
#include "qda_map_table.h"
#include "qda_usage.h"

struct drm_qda_query_session;
struct qda_context_bank;
struct qda_device;
struct qda_mapping;

/**
 * struct qda_slot - a piece of a session's DSP memory that only the kernel sees
 * @cpu: address for the kernel
 * @dma: address for the context bank, without the stream id
 * @size: length in bytes, a multiple of the page size
 */
struct qda_slot {
	void *cpu;
	dma_addr_t dma;
	size_t size;
};

/**
 * struct qda_call_pool - ended calls that a session keeps for its next ones
 * @idle: calls that nobody refers to
 * @num_idle: how many they are
 * @num_used: how many others there are, which some refer to
 * @peak: the most of those since the pool was last looked at
 */
struct qda_call_pool {
	struct list_head idle;
	unsigned int num_idle;
	unsigned int num_used;
	unsigned int peak;
};

/**
 * struct qda_session - an open file and what it has on the DSP
 *
 * It outlives the file, and the RPMsg device, until the DSP cannot touch its
 * memory any more: its process was released or the DSP is down.
 */
struct qda_session {
	/** @ref: Held by the file and by each call. */
	struct kref ref;

	/** @qda: The device, with a reference. */
	struct qda_device *qda;

	/** @id: DRM's number of the file: what it is called everywhere. */
	u64 id;

	/** @index: Where it is in &qda_device.all_sessions. */
	u32 index;

	/** @bank_lock: Protects @bank until it is set. */
	struct mutex bank_lock;

	/** @bank: The context bank; set once, when the file first needs it. */
	struct qda_context_bank *bank;

	/** @state: DRM_QDA_SESSION_STATE_*; protected by the lock of calls. */
	u32 state;

	/**
	 * @process: There is, or may be, a process on the DSP; protected by the
	 * lock of calls.
	 */
	bool process;

	/** @process_kind: QDA_PROCESS_*, set before @process. */
	u8 process_kind;

	/** @released: @release was, or is being, sent; same lock. */
	bool released;

	/**
	 * @uncollected: Calls that user space can wait for, or will get an event
	 * of; same lock.
	 */
	unsigned int uncollected;

	/** @usage: How much it uses the DSP; same lock. */
	struct qda_usage usage;

	/** @num_calls: Those and others of user space still in flight; same lock. */
	unsigned int num_calls;

	/** @calls: All calls that were published; same lock. */
	struct list_head calls;

	/** @pools: Calls that are not in use, by their size; same lock. */
	struct qda_call_pool pools[QDA_CALL_SIZES];

	/** @any_wait: Woken when a call ends. */
	wait_queue_head_t any_wait;

	/** @collect_lock: Makes collecting several calls atomic. */
	struct mutex collect_lock;

	/** @node: In &qda_device.sessions while @client_id is set; same lock. */
	struct list_head node;

	/** @client_id: Number of the process on the DSP, or 0; same lock. */
	u16 client_id;

	/** @closing: Counts in &qda_device.closing. */
	bool closing;

	/** @init_memory: Heap and stack of the process. */
	struct qda_mapping *init_memory;

	/** @maps: What the process was given to keep. */
	struct qda_map_table maps;

	/** @release: The call that ends the process, made with the process. */
	struct qda_call *release;

	/** @release_work: Sends @release after the file was closed. */
	struct work_struct release_work;

	/**
	 * @creating: A thread is creating its process, so that no other one sets
	 * or undoes what comes with it.
	 */
	atomic_t creating;

	/** @poll: Calls that wait look for their end in memory first. */
	bool poll;

	/** @quiet: The DSP is told which calls do; set before @poll. */
	bool quiet;

	/** @events: What user space is told of the process and the DSP. */
	struct qda_session_events events;

	/** @by_handle: Mappings that calls have found, by GEM handle. */
	struct xarray by_handle;
};

static inline struct qda_session *to_qda_session(struct drm_file *file)
{
	return file->driver_priv;
}

int qda_session_open(struct drm_device *drm, struct drm_file *file);
void qda_session_close(struct drm_device *drm, struct drm_file *file);
struct qda_session *qda_session_get(struct qda_session *session);
void qda_session_put(struct qda_session *session);
bool qda_session_try_put(struct qda_session *session);

int qda_session_check(struct qda_session *session);
int qda_session_take_bank(struct qda_session *session);
void qda_session_exited(struct qda_device *qda, u32 client_id, u32 reason);
const char *qda_session_state_name(u32 state);
void qda_session_query(struct qda_session *session,
		       struct drm_qda_query_session *query);

struct qda_slot *qda_slot_get(struct qda_session *session, size_t size);
void qda_slot_put(struct qda_session *session, struct qda_slot *slot);
u64 qda_slot_address(struct qda_session *session, struct qda_slot *slot);

#endif
