// SPDX-License-Identifier: GPL-2.0-only
/*
 * Where calls come from and where they go to. A session keeps ended calls, with
 * their metadata and their index in the table of calls, for its next ones, so
 * that a call usually costs no allocation. Each use has a sequence number of its
 * own: an answer to an earlier use matches nothing.
 */
#include <linux/lockdep.h>
#include <linux/slab.h>
#include <linux/string.h>

#include <kunit/visibility.h>

#include <drm/qda_accel.h>

#include "qda_call.h"
#include "qda_drv.h"
#include "qda_message.h"
#include "qda_session.h"

/* What calls have room for, and how many a session keeps; 4 KiB and 24 KiB each */
static const struct {
	unsigned int args;
	unsigned int kept;
} qda_call_sizes[QDA_CALL_SIZES] = {
	[QDA_CALL_SMALL] = { QDA_METADATA_PAGE_ARGS, 256 },
	[QDA_CALL_LARGE] = { DRM_QDA_ARGS_MAX, 16 },
};

/* A new name for each use; an index has a long way to go until one repeats. */
static u64 qda_call_name(struct qda_session *session, u32 index)
{
	return qda_context_make(index, atomic_inc_return(&session->qda->sequence),
				READ_ONCE(session->process_kind));
}

static struct qda_call *qda_call_take_idle(struct qda_session *session,
					   enum qda_call_size size)
{
	struct qda_call_pool *pool = &session->pools[size];
	struct qda_call *call;

	guard(spinlock_irq)(qda_calls_lock(session->qda));

	call = list_first_entry_or_null(&pool->idle, struct qda_call, node);
	if (!call)
		return NULL;

	list_del_init(&call->node);
	pool->num_idle--;
	memset_startat(call, 0, in_flight);
	call->context = qda_call_name(session, qda_context_index(call->context));

	return call;
}

static int qda_call_take_index(struct qda_call *call, struct qda_session *session)
{
	struct qda_device *qda = session->qda;
	u32 index;
	int ret;

	ret = xa_alloc_cyclic_irq(&qda->calls, &index, NULL,
				  XA_LIMIT(1, qda->calls_max), &qda->next_call,
				  GFP_KERNEL);
	if (ret < 0)
		return ret == -EBUSY ? -ENOSPC : ret;

	call->context = qda_call_name(session, index);

	return 0;
}

static struct qda_call *qda_call_alloc(struct qda_session *session,
				       enum qda_call_size size)
{
	unsigned int args_max = qda_call_sizes[size].args;
	struct qda_call *call;
	int ret;

	call = kzalloc_flex(*call, mappings, args_max, GFP_KERNEL_ACCOUNT);
	if (!call)
		return ERR_PTR(-ENOMEM);

	call->args_max = args_max;
	call->size = size;
	call->session = session;
	INIT_LIST_HEAD(&call->node);
	INIT_WORK(&call->work, qda_call_work);
	init_waitqueue_head(&call->wait);

	call->metadata = qda_slot_get(session, qda_metadata_size(args_max));
	if (IS_ERR(call->metadata)) {
		ret = PTR_ERR(call->metadata);
		goto err_free;
	}

	ret = qda_call_take_index(call, session);
	if (ret)
		goto err_slot;

	atomic_long_inc(&session->qda->counters.calls_allocated);

	return call;

err_slot:
	qda_slot_put(session, call->metadata);
err_free:
	kfree(call);
	return ERR_PTR(ret);
}

/**
 * qda_call_create - make a call
 * @session: session with a context bank
 * @args: number of arguments
 *
 * The call has an index, but nothing finds it before it is published. Its
 * maker counts as a waiter until it leaves by qda_call_leave().
 *
 * Return: the call, with zeroed metadata, or an error pointer.
 */
struct qda_call *qda_call_create(struct qda_session *session, unsigned int args)
{
	enum qda_call_size size = args > qda_call_sizes[QDA_CALL_SMALL].args ?
				  QDA_CALL_LARGE : QDA_CALL_SMALL;
	struct qda_call *call;

	call = qda_call_take_idle(session, size);
	if (!call)
		call = qda_call_alloc(session, size);
	if (IS_ERR(call))
		return call;

	memset(call->metadata->cpu, 0, qda_metadata_size(args));
	qda_session_get(session);
	kref_init(&call->ref);
	call->args = args;
	call->waiters = 1;

	return call;
}
EXPORT_SYMBOL_IF_KUNIT(qda_call_create);

/**
 * qda_call_park - keep a call for later
 * @call: call that nobody refers to, without buffers
 *
 * Context: Holds the lock of calls.
 *
 * Return: true if the session keeps it; false if it is to be destroyed.
 */
bool qda_call_park(struct qda_call *call)
{
	struct qda_call_pool *pool = &call->session->pools[call->size];

	lockdep_assert_held(qda_calls_lock(call->session->qda));

	list_del_init(&call->node);
	if (call->user)
		call->session->num_calls--;
	if (pool->num_idle >= qda_call_sizes[call->size].kept)
		return false;

	list_add(&call->node, &pool->idle);
	pool->num_idle++;

	return true;
}

/**
 * qda_call_has_room - see if the session would keep a call
 * @call: the call
 *
 * Context: Holds the lock of calls.
 *
 * Return: true if qda_call_park() will succeed.
 */
bool qda_call_has_room(struct qda_call *call)
{
	lockdep_assert_held(qda_calls_lock(call->session->qda));

	return call->session->pools[call->size].num_idle <
	       qda_call_sizes[call->size].kept;
}

/**
 * qda_call_destroy - free a call that is not kept
 * @call: call that nobody refers to; it holds no reference to its session
 *
 * Context: May sleep.
 */
void qda_call_destroy(struct qda_call *call)
{
	xa_erase_irq(&call->session->qda->calls, qda_context_index(call->context));
	qda_slot_put(call->session, call->metadata);
	kfree(call);
}

/**
 * qda_call_pools_init - initialise the pools of a new session
 * @session: the session
 */
void qda_call_pools_init(struct qda_session *session)
{
	for (unsigned int i = 0; i < QDA_CALL_SIZES; i++)
		INIT_LIST_HEAD(&session->pools[i].idle);
}

/**
 * qda_call_pools_empty - free the calls that a session keeps
 * @session: session without calls
 *
 * Context: May sleep.
 */
void qda_call_pools_empty(struct qda_session *session)
{
	struct qda_call *call, *next;

	for (unsigned int i = 0; i < QDA_CALL_SIZES; i++)
		list_for_each_entry_safe(call, next, &session->pools[i].idle, node)
			qda_call_destroy(call);
}
