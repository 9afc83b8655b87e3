// SPDX-License-Identifier: GPL-2.0-only
/*
 * Where calls come from and where they go to. A session keeps ended calls, with
 * their metadata and their index in the table of calls, for its next ones, so
 * that a call usually costs no allocation. Each use has a sequence number of its
 * own: an answer to an earlier use matches nothing.
 *
 * All that ended are kept at first. Once in a while a session is left with as
 * many as it used at the same time since the last time, so that one with bursts
 * has calls for each, and one that is idle has few.
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

/* How long a session keeps more calls than it uses */
#define QDA_TRIM_PERIOD		(2 * HZ)

/*
 * What calls have room for, and how many an idle session keeps. One of them ends
 * its process.
 */
static const struct {
	unsigned int args;
	unsigned int kept;
} qda_call_sizes[QDA_CALL_SIZES] = {
	[QDA_CALL_SMALL] = { 16, 2 },
	[QDA_CALL_MEDIUM] = { QDA_METADATA_PAGE_ARGS, 0 },
	[QDA_CALL_LARGE] = { DRM_QDA_ARGS_MAX, 0 },
};

/* Of those of size QDA_CALL_SMALL, of which there may be very many */
static struct kmem_cache *qda_call_cache;

/**
 * qda_call_cache_create - prepare for what all devices share
 *
 * Return: 0 or -ENOMEM.
 */
int qda_call_cache_create(void)
{
	unsigned int args = qda_call_sizes[QDA_CALL_SMALL].args;
	struct qda_call *call;

	qda_call_cache = kmem_cache_create("qda_call", struct_size(call, mappings, args),
					   __alignof__(*call), SLAB_ACCOUNT, NULL);

	return qda_call_cache ? 0 : -ENOMEM;
}

/**
 * qda_call_cache_destroy - undo it, when there is no call any more
 */
void qda_call_cache_destroy(void)
{
	kmem_cache_destroy(qda_call_cache);
}

/* A new name for each use; an index has a long way to go until one repeats. */
static u64 qda_call_name(struct qda_session *session, u32 index)
{
	return qda_context_make(index, atomic_inc_return(&session->qda->sequence),
				READ_ONCE(session->process_kind));
}

static void qda_call_pool_use(struct qda_call_pool *pool)
{
	pool->num_used++;
	pool->peak = max(pool->peak, pool->num_used);
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
	qda_call_pool_use(pool);
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

static struct qda_call *qda_call_alloc_struct(enum qda_call_size size)
{
	unsigned int args_max = qda_call_sizes[size].args;
	struct qda_call *call;

	if (size == QDA_CALL_SMALL)
		call = kmem_cache_zalloc(qda_call_cache, GFP_KERNEL);
	else
		call = kzalloc_flex(*call, mappings, args_max, GFP_KERNEL_ACCOUNT);
	if (!call)
		return NULL;

	call->args_max = args_max;
	call->size = size;

	return call;
}

static void qda_call_free_struct(struct qda_call *call)
{
	if (call->size == QDA_CALL_SMALL)
		kmem_cache_free(qda_call_cache, call);
	else
		kfree(call);
}

/* A session that has more calls than it would keep is looked at later. */
static void qda_call_count(struct qda_session *session, enum qda_call_size size)
{
	struct qda_call_pool *pool = &session->pools[size];

	guard(spinlock_irq)(qda_calls_lock(session->qda));

	qda_call_pool_use(pool);
	if (pool->num_used > qda_call_sizes[size].kept && !session->qda->down)
		queue_delayed_work(session->qda->wq, &session->qda->trim_work,
				   QDA_TRIM_PERIOD);
}

static struct qda_call *qda_call_alloc(struct qda_session *session,
				       enum qda_call_size size)
{
	struct qda_call *call;
	int ret;

	call = qda_call_alloc_struct(size);
	if (!call)
		return ERR_PTR(-ENOMEM);

	call->session = session;
	INIT_LIST_HEAD(&call->node);
	INIT_WORK(&call->work, qda_call_work);
	init_waitqueue_head(&call->wait);

	call->metadata = qda_slot_get(session, qda_metadata_size(call->args_max));
	if (IS_ERR(call->metadata)) {
		ret = PTR_ERR(call->metadata);
		goto err_free;
	}

	ret = qda_call_take_index(call, session);
	if (ret)
		goto err_slot;

	qda_call_count(session, size);
	atomic_long_inc(&session->qda->counters.calls_allocated);

	return call;

err_slot:
	qda_slot_put(session, call->metadata);
err_free:
	qda_call_free_struct(call);
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
	enum qda_call_size size = QDA_CALL_SMALL;
	struct qda_call *call;

	while (args > qda_call_sizes[size].args)
		size++;

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
 */
void qda_call_park(struct qda_call *call)
{
	struct qda_call_pool *pool = &call->session->pools[call->size];

	lockdep_assert_held(qda_calls_lock(call->session->qda));

	if (call->user)
		call->session->num_calls--;
	list_move(&call->node, &pool->idle);
	pool->num_idle++;
	pool->num_used--;
}

/* Nobody refers to it, and it holds no reference to its session. */
static void qda_call_destroy(struct qda_call *call)
{
	xa_erase_irq(&call->session->qda->calls, qda_context_index(call->context));
	qda_slot_put(call->session, call->metadata);
	qda_call_free_struct(call);
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

/*
 * Takes from a pool what was not used since the last time, as far as an idle
 * session would not keep it. Return: true if there is more of that.
 */
static bool qda_call_pool_cut(struct qda_call_pool *pool, unsigned int kept,
			      struct list_head *surplus)
{
	unsigned int total = pool->num_idle + pool->num_used;
	unsigned int keep = max(kept, pool->peak);

	while (pool->num_idle && total > keep) {
		list_move(pool->idle.prev, surplus);
		pool->num_idle--;
		total--;
	}
	pool->peak = pool->num_used;

	return total > kept;
}

static bool qda_session_trim(struct qda_session *session, bool all)
{
	struct qda_call *call, *next;
	LIST_HEAD(surplus);
	bool more = false;

	scoped_guard(spinlock_irq, qda_calls_lock(session->qda))
		for (unsigned int i = 0; i < QDA_CALL_SIZES; i++)
			more |= qda_call_pool_cut(&session->pools[i],
						  all ? 0 : qda_call_sizes[i].kept,
						  &surplus);

	list_for_each_entry_safe(call, next, &surplus, node) {
		qda_call_destroy(call);
		cond_resched();
	}

	return more;
}

/* The session with the next index from @index on, with a reference, or NULL. */
static struct qda_session *qda_next_session(struct qda_device *qda,
					    unsigned long *index)
{
	struct qda_session *session;

	guard(spinlock)(&qda->all_sessions.xa_lock);

	xa_for_each_start(&qda->all_sessions, *index, session, *index)
		if (kref_get_unless_zero(&session->ref))
			return session;

	return NULL;
}

static bool qda_calls_trim(struct qda_device *qda, bool all)
{
	struct qda_session *session;
	unsigned long index = 0;
	bool more = false;

	while ((session = qda_next_session(qda, &index))) {
		more |= qda_session_trim(session, all);
		qda_session_put(session);
		index++;
	}

	return more;
}

/**
 * qda_calls_trim_work - free what sessions did not use for a while
 * @work: &qda_device.trim_work
 */
void qda_calls_trim_work(struct work_struct *work)
{
	struct qda_device *qda = container_of(to_delayed_work(work),
					      struct qda_device, trim_work);

	if (qda_calls_trim(qda, false))
		queue_delayed_work(qda->wq, &qda->trim_work, QDA_TRIM_PERIOD);
}
EXPORT_SYMBOL_IF_KUNIT(qda_calls_trim_work);

/**
 * qda_calls_stop_trim - free all that sessions keep
 * @qda: device that is down
 *
 * Context: May sleep.
 */
void qda_calls_stop_trim(struct qda_device *qda)
{
	disable_delayed_work_sync(&qda->trim_work);
	qda_calls_trim(qda, true);
}
EXPORT_SYMBOL_IF_KUNIT(qda_calls_stop_trim);
