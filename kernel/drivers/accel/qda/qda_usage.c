// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a session uses, for fdinfo. The keys are explained in
 * Documentation/accel/qda/observability.rst.
 */
#include <drm/drm_file.h>
#include <drm/drm_gem.h>
#include <drm/drm_print.h>
#include <drm/qda_accel.h>

#include "qda_drv.h"
#include "qda_gem.h"
#include "qda_session.h"
#include "qda_usage.h"

/**
 * qda_usage_begin - a call is about to be sent
 * @session: its session
 * @now: the time
 *
 * Context: Holds the lock of calls.
 */
void qda_usage_begin(struct qda_session *session, ktime_t now)
{
	struct qda_usage *usage = &session->usage;

	lockdep_assert_held(qda_calls_lock(session->qda));

	if (!usage->in_flight++)
		usage->since = now;
	usage->total++;
	session->qda->in_flight++;
}

/**
 * qda_usage_end - a call was answered, or nobody waits for its answer any more
 * @session: its session
 * @now: the time
 *
 * Context: Holds the lock of calls.
 */
void qda_usage_end(struct qda_session *session, ktime_t now)
{
	struct qda_usage *usage = &session->usage;

	lockdep_assert_held(qda_calls_lock(session->qda));

	/* A DSP that answers before it is asked must not turn the time back. */
	if (!--usage->in_flight && now > usage->since)
		usage->busy_ns += ktime_to_ns(ktime_sub(now, usage->since));
	session->qda->in_flight--;
}

static void qda_show_calls(struct drm_printer *p, struct qda_session *session)
{
	struct qda_usage usage;
	u32 state, process;

	scoped_guard(spinlock_irq, qda_calls_lock(session->qda)) {
		usage = session->usage;
		state = session->state;
		process = session->process ? session->client_id : 0;
		if (usage.in_flight)
			usage.busy_ns += ktime_to_ns(ktime_sub(ktime_get(), usage.since));
	}

	drm_printf(p, "drm-engine-dsp:\t%llu ns\n", usage.busy_ns);
	drm_printf(p, "qda-session-state:\t%s\n", qda_session_state_name(state));
	drm_printf(p, "qda-process:\t%u\n", process);
	drm_printf(p, "qda-calls:\t%u\n", usage.in_flight);
	drm_printf(p, "qda-calls-total:\t%llu\n", usage.total);
}

/* The BO with the next handle from @handle on, with a reference, or NULL. */
static struct qda_bo *qda_next_bo(struct drm_file *file, int *handle)
{
	struct drm_gem_object *obj;

	guard(spinlock)(&file->table_lock);

	obj = idr_get_next(&file->object_idr, handle);
	if (!obj)
		return NULL;

	drm_gem_object_get(obj);
	return to_qda_bo(obj);
}

/*
 * A BO that has a handle has its pages. It is active while a call or a map
 * uses it, of which dma_resv, and so DRM's helper, knows nothing.
 */
static void qda_count_bo(struct drm_memory_stats *stats, struct qda_bo *bo,
			 struct qda_session *session)
{
	struct drm_gem_object *obj = &bo->shmem.base;

	if (drm_gem_object_is_shared_for_memory_stats(obj))
		stats->shared += obj->size;
	else
		stats->private += obj->size;

	switch (qda_bo_use(bo, session)) {
	case QDA_BO_ACTIVE:
		stats->active += obj->size;
		fallthrough;
	case QDA_BO_MAPPED:
		stats->resident += obj->size;
		break;
	case QDA_BO_UNMAPPED:
		break;
	}
}

static void qda_show_memory(struct drm_printer *p, struct drm_file *file)
{
	struct drm_memory_stats stats = { };
	struct qda_bo *bo;
	int handle = 0;

	while ((bo = qda_next_bo(file, &handle))) {
		qda_count_bo(&stats, bo, to_qda_session(file));
		drm_gem_object_put(&bo->shmem.base);
		handle++;
		cond_resched();
	}

	drm_print_memory_stats(p, &stats,
			       DRM_GEM_OBJECT_RESIDENT | DRM_GEM_OBJECT_ACTIVE,
			       "memory");
}

/**
 * qda_show_fdinfo - what /proc/PID/fdinfo says beside DRM's own keys
 * @p: where to
 * @file: file of the session
 */
void qda_show_fdinfo(struct drm_printer *p, struct drm_file *file)
{
	qda_show_calls(p, to_qda_session(file));
	qda_show_memory(p, file);
}
