// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sessions: what an open file has, how long it lives, and its DSP memory that
 * only the kernel sees.
 */
#include <linux/dma-mapping.h>
#include <linux/slab.h>

#include <kunit/visibility.h>

#include <drm/drm_drv.h>
#include <drm/qda_accel.h>

#include "qda_call.h"
#include "qda_context_bank.h"
#include "qda_drv.h"
#include "qda_gem.h"
#include "qda_map.h"
#include "qda_process.h"
#include "qda_session.h"

/**
 * qda_session_open - open of the device node
 * @drm: DRM device
 * @file: the new file
 *
 * Return: 0 or -ENOMEM.
 */
int qda_session_open(struct drm_device *drm, struct drm_file *file)
{
	struct qda_device *qda = to_qda_device(drm);
	struct qda_session *session;
	int ret;

	session = kzalloc_obj(*session);
	if (!session)
		return -ENOMEM;

	session->qda = qda;
	session->id = file->client_id;
	kref_init(&session->ref);
	mutex_init(&session->bank_lock);
	mutex_init(&session->collect_lock);
	INIT_LIST_HEAD(&session->calls);
	INIT_LIST_HEAD(&session->node);
	xa_init(&session->by_handle);
	qda_call_pools_init(session);
	qda_events_init(session, file);
	init_waitqueue_head(&session->any_wait);
	qda_map_table_init(&session->maps);
	INIT_WORK(&session->release_work, qda_process_release_work);

	ret = xa_alloc(&qda->all_sessions, &session->index, session, xa_limit_32b,
		       GFP_KERNEL);
	if (ret) {
		kfree(session);
		return ret;
	}

	drm_dev_get(drm);
	file->driver_priv = session;

	return 0;
}
EXPORT_SYMBOL_IF_KUNIT(qda_session_open);

static void qda_session_free(struct kref *ref)
{
	struct qda_session *session = container_of(ref, struct qda_session, ref);
	struct qda_device *qda = session->qda;

	scoped_guard(spinlock_irq, qda_calls_lock(qda))
		list_del(&session->node);

	qda_maps_free(session);
	if (session->init_memory)
		qda_mapping_put(session->init_memory);
	qda_call_pools_empty(session);
	if (session->bank)
		qda_context_bank_return(session->bank, session->closing);
	xa_destroy(&session->by_handle);
	/* Last, since whoever looks for it may take it for gone, and its memory. */
	xa_erase(&qda->all_sessions, session->index);
	mutex_destroy(&session->collect_lock);
	mutex_destroy(&session->bank_lock);
	kfree(session);
	drm_dev_put(&qda->drm);
}

/**
 * qda_session_get - take a reference
 * @session: the session
 *
 * Return: @session.
 */
struct qda_session *qda_session_get(struct qda_session *session)
{
	kref_get(&session->ref);
	return session;
}

/**
 * qda_session_put - drop a reference
 * @session: the session
 *
 * Context: May sleep.
 */
void qda_session_put(struct qda_session *session)
{
	kref_put(&session->ref, qda_session_free);
}

/**
 * qda_session_try_put - drop a reference if it is not the last one
 * @session: the session
 *
 * Context: Any.
 *
 * Return: false if it is the last one, which remains.
 */
bool qda_session_try_put(struct qda_session *session)
{
	return refcount_dec_not_one(&session->ref.refcount);
}

/**
 * qda_session_close - close of the device node
 * @drm: DRM device
 * @file: the file
 *
 * The process on the DSP is released by a work, so that closing never waits
 * for the DSP. The file's reference goes with it.
 */
void qda_session_close(struct drm_device *drm, struct drm_file *file)
{
	struct qda_session *session = to_qda_session(file);

	qda_events_unwatch(session);
	qda_calls_forget(session);
	if (qda_process_release(session))
		return;

	qda_session_put(session);
}
EXPORT_SYMBOL_IF_KUNIT(qda_session_close);

/**
 * qda_session_take_bank - make sure that a session has a context bank
 * @session: the session
 *
 * Return: 0, -EBUSY if all are taken, -ENODEV if the DSP is down, or
 * -ERESTARTSYS on a fatal signal.
 */
int qda_session_take_bank(struct qda_session *session)
{
	struct qda_context_bank *bank;
	int ret;

	ret = mutex_lock_killable(&session->bank_lock);
	if (ret)
		return ret;

	if (!session->bank) {
		bank = qda_context_bank_take(session->qda);
		if (IS_ERR(bank))
			ret = PTR_ERR(bank);
		else
			session->bank = bank;
	}
	mutex_unlock(&session->bank_lock);

	return ret;
}

/**
 * qda_session_check - see if a session can make calls
 * @session: the session
 *
 * Context: Holds the lock of calls.
 *
 * Return: 0; -ENODEV, -ENOTCONN or -ECONNRESET as the uAPI says.
 */
int qda_session_check(struct qda_session *session)
{
	lockdep_assert_held(qda_calls_lock(session->qda));

	if (session->qda->down)
		return -ENODEV;

	switch (session->state) {
	case DRM_QDA_SESSION_STATE_RUNNING:
		return 0;
	case DRM_QDA_SESSION_STATE_DEAD:
		return -ECONNRESET;
	default:
		return -ENOTCONN;
	}
}

/**
 * qda_session_exited - take the DSP's word that a process ended
 * @qda: device
 * @client_id: number of the process
 * @reason: why it ended, DRM_QDA_REASON_*
 *
 * Context: Any.
 */
void qda_session_exited(struct qda_device *qda, u32 client_id, u32 reason)
{
	struct qda_session *session;

	guard(spinlock_irqsave)(qda_calls_lock(qda));

	list_for_each_entry(session, &qda->sessions, node) {
		if (session->client_id != client_id)
			continue;

		if (session->state != DRM_QDA_SESSION_STATE_DEAD && !session->released)
			qda_coredump_process(session);
		/* Who creates it learns it from the error, not by an event. */
		if (session->state == DRM_QDA_SESSION_STATE_RUNNING)
			qda_events_process_died(session, reason);
		session->state = DRM_QDA_SESSION_STATE_DEAD;
		qda_calls_fail(session);
		return;
	}
	atomic_long_inc(&qda->counters.dropped_stranger);
}

/**
 * qda_session_state_name - what a state is called
 * @state: DRM_QDA_SESSION_STATE_*
 *
 * Return: the name.
 */
const char *qda_session_state_name(u32 state)
{
	switch (state) {
	case DRM_QDA_SESSION_STATE_NONE:
		return "none";
	case DRM_QDA_SESSION_STATE_CREATING:
		return "creating";
	case DRM_QDA_SESSION_STATE_RUNNING:
		return "running";
	default:
		return "dead";
	}
}

/**
 * qda_session_query - describe a session to user space
 * @session: the session
 * @query: filled in
 */
void qda_session_query(struct qda_session *session,
		       struct drm_qda_query_session *query)
{
	guard(spinlock_irq)(qda_calls_lock(session->qda));

	query->state = session->state;
	query->process = session->process ? session->client_id : 0;
	query->calls = session->uncollected;
}

/* One page is contiguous anyhow; who says so spares it a kernel mapping. */
static unsigned long qda_slot_attrs(const struct qda_slot *slot)
{
	return slot->size == PAGE_SIZE ? DMA_ATTR_FORCE_CONTIGUOUS : 0;
}

/**
 * qda_slot_get - get zeroed DSP memory
 * @session: session with a context bank
 * @size: how many bytes are needed
 *
 * Return: the slot or an error pointer.
 */
struct qda_slot *qda_slot_get(struct qda_session *session, size_t size)
{
	struct qda_slot *slot;

	slot = kzalloc_obj(*slot);
	if (!slot)
		return ERR_PTR(-ENOMEM);

	slot->size = PAGE_ALIGN(size);
	slot->cpu = dma_alloc_attrs(qda_context_bank_dev(session->bank), slot->size,
				    &slot->dma, GFP_KERNEL,
				    qda_slot_attrs(slot) | DMA_ATTR_NO_WARN);
	if (!slot->cpu) {
		kfree(slot);
		return ERR_PTR(-ENOMEM);
	}
	atomic_long_inc(&session->qda->counters.slots_allocated);

	return slot;
}

/**
 * qda_slot_put - give DSP memory back
 * @session: its session
 * @slot: memory that the DSP does not use any more
 *
 * Context: May sleep.
 */
void qda_slot_put(struct qda_session *session, struct qda_slot *slot)
{
	dma_free_attrs(qda_context_bank_dev(session->bank), slot->size, slot->cpu,
		       slot->dma, qda_slot_attrs(slot));
	kfree(slot);
}

/**
 * qda_slot_address - where the DSP finds a slot
 * @session: its session
 * @slot: the slot
 *
 * Return: DSP address, stream id included.
 */
u64 qda_slot_address(struct qda_session *session, struct qda_slot *slot)
{
	return slot->dma | session->bank->stream;
}
