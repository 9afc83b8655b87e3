// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sessions: what an open file has, how long it lives, and its DSP memory that
 * only the kernel sees.
 */
#include <linux/dma-mapping.h>
#include <linux/slab.h>

#include <drm/drm_drv.h>
#include <drm/qda_accel.h>

#include "qda_call.h"
#include "qda_context_bank.h"
#include "qda_drv.h"
#include "qda_gem.h"
#include "qda_map.h"
#include "qda_process.h"
#include "qda_session.h"

/* Slots that a session keeps for its next calls */
#define QDA_SLOTS_KEPT		64

/**
 * qda_session_open - open of the device node
 * @drm: DRM device
 * @file: the new file
 *
 * Return: 0 or -ENOMEM.
 */
int qda_session_open(struct drm_device *drm, struct drm_file *file)
{
	struct qda_session *session;

	session = kzalloc_obj(*session);
	if (!session)
		return -ENOMEM;

	drm_dev_get(drm);
	session->qda = to_qda_device(drm);
	kref_init(&session->ref);
	mutex_init(&session->bank_lock);
	mutex_init(&session->collect_lock);
	spin_lock_init(&session->slots_lock);
	INIT_LIST_HEAD(&session->calls);
	INIT_LIST_HEAD(&session->node);
	INIT_LIST_HEAD(&session->slots);
	init_waitqueue_head(&session->any_wait);
	qda_map_table_init(&session->maps);
	INIT_WORK(&session->release_work, qda_process_release_work);
	file->driver_priv = session;

	return 0;
}

static void qda_slot_free(struct qda_session *session, struct qda_slot *slot)
{
	dma_free_coherent(qda_context_bank_dev(session->bank), slot->size,
			  slot->cpu, slot->dma);
	kfree(slot);
}

static void qda_session_free(struct kref *ref)
{
	struct qda_session *session = container_of(ref, struct qda_session, ref);
	struct qda_device *qda = session->qda;
	struct qda_slot *slot, *next;

	scoped_guard(spinlock_irq, qda_calls_lock(qda))
		list_del(&session->node);

	qda_maps_free(session);
	if (session->init_memory)
		qda_mapping_put(session->init_memory);
	list_for_each_entry_safe(slot, next, &session->slots, node)
		qda_slot_free(session, slot);
	if (session->bank)
		qda_context_bank_return(session->bank, session->closing);
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

	qda_calls_forget(session);
	if (qda_process_release(session))
		return;

	qda_session_put(session);
}

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
 *
 * Context: Any.
 */
void qda_session_exited(struct qda_device *qda, u32 client_id)
{
	struct qda_session *session;

	guard(spinlock_irqsave)(qda_calls_lock(qda));

	list_for_each_entry(session, &qda->sessions, node) {
		if (session->client_id != client_id)
			continue;

		session->state = DRM_QDA_SESSION_STATE_DEAD;
		qda_calls_fail(session);
		return;
	}
	atomic_inc(&qda->dropped);
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

static struct qda_slot *qda_slot_alloc(struct qda_session *session, size_t size)
{
	struct qda_slot *slot;

	slot = kzalloc_obj(*slot);
	if (!slot)
		return ERR_PTR(-ENOMEM);

	slot->size = size;
	slot->cpu = dma_alloc_coherent(qda_context_bank_dev(session->bank), size,
				       &slot->dma, GFP_KERNEL | __GFP_NOWARN);
	if (!slot->cpu) {
		kfree(slot);
		return ERR_PTR(-ENOMEM);
	}

	return slot;
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
	struct qda_slot *slot = NULL;

	size = PAGE_ALIGN(size);
	if (size > PAGE_SIZE)
		return qda_slot_alloc(session, size);

	scoped_guard(spinlock, &session->slots_lock) {
		slot = list_first_entry_or_null(&session->slots, struct qda_slot, node);
		if (slot) {
			list_del(&slot->node);
			session->num_slots--;
		}
	}
	if (!slot)
		return qda_slot_alloc(session, size);

	memset(slot->cpu, 0, slot->size);

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
	if (slot->size == PAGE_SIZE) {
		guard(spinlock)(&session->slots_lock);

		if (session->num_slots < QDA_SLOTS_KEPT) {
			list_add(&slot->node, &session->slots);
			session->num_slots++;
			return;
		}
	}
	qda_slot_free(session, slot);
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
