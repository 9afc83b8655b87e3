// SPDX-License-Identifier: GPL-2.0-only
/*
 * The life of a session's process on the DSP: it is started or joined, and
 * released.
 */
#include <linux/atomic.h>
#include <linux/jiffies.h>
#include <linux/sched.h>
#include <linux/sizes.h>
#include <linux/string.h>

#include <drm/drm_print.h>

#include "qda_call.h"
#include "qda_context_bank.h"
#include "qda_drv.h"
#include "qda_gem.h"
#include "qda_kernel_call.h"
#include "qda_process.h"
#include "qda_process_group.h"
#include "qda_remote_heap.h"
#include "qda_session.h"

/* How long the DSP may take for the release of all processes at removal */
#define QDA_PROCESS_RELEASE_TIMEOUT	(HZ / 2)

/* The static process that gets the remote heap of the audio DSP */
#define QDA_PROCESS_AUDIO		"audiopd"

#define QDA_RELEASE_SCALARS		DRM_QDA_SCALARS(QDA_METHOD_RELEASE, 1, 0, 0, 0)

/* When to try again if the DSP has no room for the message */
#define QDA_PROCESS_RELEASE_RETRY	HZ

/* What the DSP wants for the process: as much as mainline's fastrpc gives */
static size_t qda_process_memory_size(u32 shell_length)
{
	return ALIGN(max_t(size_t, SZ_2M, 4 * (size_t)shell_length), SZ_1M);
}

/* The number that was given last, on whatever DSP */
static atomic_t qda_process_last_number = ATOMIC_INIT(0);

static u8 qda_process_kind(u32 kind)
{
	switch (kind) {
	case DRM_QDA_SESSION_ROOT:
		return QDA_PROCESS_ROOT;
	case DRM_QDA_SESSION_SENSORS:
		return QDA_PROCESS_SENSORS;
	default:
		return QDA_PROCESS_USER;
	}
}

static struct qda_call *qda_process_call_release(struct qda_session *session)
{
	struct qda_process_group group;
	struct qda_call *call;

	qda_process_group_release(&group, session->client_id);
	call = qda_kernel_call_create(session, &group.request);
	if (!IS_ERR(call))
		call->release = true;

	return call;
}

/* Return: the call, which keeps the program until the DSP has answered. */
static struct qda_call *
qda_process_call_dynamic(struct qda_session *session,
			 const struct qda_process_params *params,
			 struct qda_process_group *group)
{
	struct qda_mapping *memory = session->init_memory;
	struct qda_mapping *shell = params->shell;
	char name[TASK_COMM_LEN];
	struct qda_call *call;

	get_task_comm(name, current);
	qda_process_group_create(group, session->client_id, name, params->attributes,
				 shell ? shell->address + params->shell_offset : 0,
				 params->shell_length, params->signature_length,
				 memory->address, memory->size);

	call = qda_kernel_call_create(session, &group->request);
	if (!IS_ERR(call) && shell)
		qda_call_keep(call, qda_mapping_get(shell));

	return call;
}

static struct qda_call *
qda_process_call_create(struct qda_session *session,
			const struct qda_process_params *params, bool heap,
			struct qda_process_group *group)
{
	const struct qda_remote_heap *memory = &session->qda->remote_heap;

	switch (params->kind) {
	case DRM_QDA_SESSION_DYNAMIC:
		return qda_process_call_dynamic(session, params, group);
	case DRM_QDA_SESSION_STATIC:
		qda_process_group_create_static(group, session->client_id, params->name,
						heap ? memory->base : 0,
						heap ? memory->size : 0);
		break;
	default:
		qda_process_group_attach(group, session->client_id);
		break;
	}

	return qda_kernel_call_create(session, &group->request);
}

static bool qda_process_number_is_taken(struct qda_device *qda, u16 number)
{
	struct qda_session *session;

	list_for_each_entry(session, &qda->sessions, node)
		if (session->client_id == number)
			return true;

	return false;
}

/*
 * Numbers are used in turn, so that late news of an old process hits nobody,
 * also after the driver was unbound while the DSP ran on.
 * There are fewer sessions with a context bank than numbers, so one is free.
 */
static void qda_process_set_number(struct qda_session *session)
{
	struct qda_device *qda = session->qda;
	u16 number;

	guard(spinlock_irq)(qda_calls_lock(qda));

	if (session->client_id)
		return;

	do {
		number = atomic_inc_return(&qda_process_last_number);
	} while (!number || qda_process_number_is_taken(qda, number));

	session->client_id = number;
	list_add_tail(&session->node, &qda->sessions);
}

/* Makes sure that one thread at a time, and one only, creates the process. */
static int qda_process_begin(struct qda_session *session)
{
	guard(spinlock_irq)(qda_calls_lock(session->qda));

	if (session->qda->down)
		return -ENODEV;
	if (session->state != DRM_QDA_SESSION_STATE_NONE)
		return -EEXIST;

	session->state = DRM_QDA_SESSION_STATE_CREATING;
	session->qda->creations++;

	return 0;
}

static void qda_process_settle(struct qda_session *session, u32 state)
{
	struct qda_device *qda = session->qda;

	lockdep_assert_held(qda_calls_lock(qda));

	session->state = state;
	if (!--qda->creations)
		wake_up(&qda->settled);
}

/* Nothing was sent: the session is as it was before. */
static void qda_process_undo(struct qda_session *session)
{
	struct qda_mapping *memory = session->init_memory;
	struct qda_call *release = session->release;

	session->init_memory = NULL;
	scoped_guard(spinlock_irq, qda_calls_lock(session->qda)) {
		/* Who sees that there is a process uses the call. */
		session->release = NULL;
		session->process = false;
		qda_process_settle(session, DRM_QDA_SESSION_STATE_NONE);
	}

	if (release)
		qda_call_leave(release);
	if (memory)
		qda_mapping_put(memory);
}

static int qda_process_prepare_memory(struct qda_session *session, u32 shell_length)
{
	struct qda_mapping *memory;

	memory = qda_mapping_create_kernel(session, qda_process_memory_size(shell_length));
	if (IS_ERR(memory))
		return PTR_ERR(memory);

	session->init_memory = memory;

	return 0;
}

static int qda_process_prepare(struct qda_session *session,
			       const struct qda_process_params *params)
{
	struct qda_call *release;
	int ret;

	ret = qda_session_take_bank(session);
	if (ret)
		return ret;

	WRITE_ONCE(session->process_kind, qda_process_kind(params->kind));
	qda_process_set_number(session);

	if (params->kind == DRM_QDA_SESSION_DYNAMIC) {
		ret = qda_process_prepare_memory(session, params->shell_length);
		if (ret)
			return ret;
	}

	/* Made now, because it may not fail when the file is closed. */
	release = qda_process_call_release(session);
	if (IS_ERR(release))
		return PTR_ERR(release);
	session->release = release;

	return 0;
}

/* Return: the call, which was sent, or an error pointer if nothing was. */
static struct qda_call *qda_process_send(struct qda_session *session,
					 const struct qda_process_params *params,
					 bool heap)
{
	struct qda_process_group group;
	struct qda_call *call;
	int ret;

	call = qda_process_call_create(session, params, heap, &group);
	if (IS_ERR(call))
		return call;

	ret = qda_call_publish_kernel(call);
	if (ret)
		goto err_leave;

	/* From here on the DSP may know of it, even if the file is closed. */
	scoped_guard(spinlock_irq, qda_calls_lock(session->qda))
		session->process = true;

	ret = qda_call_send(call, 0, group.request.handle, group.request.scalars);
	if (ret)
		goto err_leave;

	return call;

err_leave:
	qda_call_leave(call);
	return ERR_PTR(ret);
}

/* Settles the state of the session by how the creation ended. */
static int qda_process_end(struct qda_session *session, int ret)
{
	guard(spinlock_irq)(qda_calls_lock(session->qda));

	if (!ret && session->state == DRM_QDA_SESSION_STATE_CREATING) {
		qda_process_settle(session, DRM_QDA_SESSION_STATE_RUNNING);
		return 0;
	}

	qda_process_settle(session, DRM_QDA_SESSION_STATE_DEAD);
	if (ret == -EREMOTEIO)
		session->process = false;

	return ret ?: -ECONNRESET;
}

static bool qda_process_has_heap(struct qda_device *qda,
				 const struct qda_process_params *params)
{
	return params->kind == DRM_QDA_SESSION_STATIC &&
	       qda->domain == DRM_QDA_DOMAIN_ADSP &&
	       !strcmp(params->name, QDA_PROCESS_AUDIO);
}

/**
 * qda_process_create - start the session's process on the DSP, or join one
 * @session: the session
 * @params: which process
 * @result: set to the DSP's answer for -EREMOTEIO
 *
 * After a timeout all memory stays until the DSP has answered the release.
 *
 * Return: 0 or an error as the uAPI says.
 */
int qda_process_create(struct qda_session *session,
		       const struct qda_process_params *params, s32 *result)
{
	struct qda_device *qda = session->qda;
	bool heap = qda_process_has_heap(qda, params);
	struct qda_call *call;
	int ret;

	if (heap && !qda->remote_heap.size)
		return -EOPNOTSUPP;

	ret = qda_process_begin(session);
	if (ret)
		return ret;

	ret = qda_process_prepare(session, params);
	if (ret)
		goto err_undo;

	heap = heap && qda_remote_heap_take(qda);
	call = qda_process_send(session, params, heap);
	if (IS_ERR(call)) {
		ret = PTR_ERR(call);
		goto err_heap;
	}

	ret = qda_kernel_call_wait(call, result);
	/* Without an answer the DSP may have it, and may not get it twice. */
	if (heap && ret == -EREMOTEIO)
		qda_remote_heap_take_back(qda);
	ret = qda_process_end(session, ret);
	qda_call_leave(call);

	return ret;

err_heap:
	if (heap)
		qda_remote_heap_take_back(qda);
err_undo:
	qda_process_undo(session);
	return ret;
}

/**
 * qda_process_release - end a closed session's process on the DSP
 * @session: the session
 *
 * Return: true if the caller's reference to the session was taken over, until
 * the process is gone; false if there is no process.
 */
bool qda_process_release(struct qda_session *session)
{
	struct qda_device *qda = session->qda;
	bool release = false;

	if (!session->release)
		return false;

	qda_context_bank_closing(session->bank);
	session->closing = true;

	scoped_guard(spinlock_irq, qda_calls_lock(qda)) {
		if (session->process && !session->released && !qda->down)
			release = queue_work(qda->wq, &session->release_work);
	}
	if (!release)
		qda_call_leave(session->release);

	return release;
}

static bool qda_process_claim_release(struct qda_session *session)
{
	guard(spinlock_irq)(qda_calls_lock(session->qda));

	if (session->released)
		return false;

	session->released = true;
	return true;
}

static bool qda_process_has_settled(struct qda_device *qda, const unsigned int *count)
{
	guard(spinlock_irq)(qda_calls_lock(qda));

	return !*count;
}

static int qda_process_send_release_by(struct qda_call *call,
				       int (*send)(struct qda_call *call, u32 client_id,
						   u32 handle, u32 scalars))
{
	int ret;

	ret = qda_call_publish_kernel(call);
	if (ret)
		return ret;

	return send(call, 0, QDA_HANDLE_PROCESS, QDA_RELEASE_SCALARS);
}

/**
 * qda_process_release_work - send the release of a process
 * @work: &qda_session.release_work
 */
void qda_process_release_work(struct work_struct *work)
{
	struct qda_session *session = container_of(work, struct qda_session, release_work);
	struct qda_call *call = session->release;
	bool mine = qda_process_claim_release(session);
	int ret;

	while (mine) {
		ret = qda_process_send_release_by(call, qda_call_send);
		if (!ret || ret == -ENODEV)
			break;

		/* What the process uses may not be freed unless it is told. */
		schedule_timeout_uninterruptible(QDA_PROCESS_RELEASE_RETRY);
	}

	qda_call_leave(call);
	qda_session_put(session);
}

static struct qda_call *qda_process_next_release(struct qda_device *qda)
{
	struct qda_session *session;

	guard(spinlock_irq)(qda_calls_lock(qda));

	list_for_each_entry(session, &qda->sessions, node) {
		if (!session->process || session->released)
			continue;

		session->released = true;
		qda_call_join(session->release);
		return session->release;
	}

	return NULL;
}

/*
 * A DSP that is alive but has no receive buffer is asked for one. When it is down
 * the transport refuses at once, with or without a buffer. Return: false then.
 */
static bool qda_process_send_release(struct qda_call *call, bool wait)
{
	int ret;

	ret = qda_process_send_release_by(call, qda_call_try_send);
	if (ret == -ETIMEDOUT && wait)
		ret = qda_process_send_release_by(call, qda_call_send);

	return ret != -ENODEV;
}

/**
 * qda_process_release_all - end all processes on the DSP
 * @qda: device that is being removed, whose calls were disconnected
 *
 * The channel may be closed while the DSP runs on: it is told, if it still
 * listens, and has to answer before the memory that it works on goes. One that
 * does not answer in time is left to the IOMMU, which lets it reach nothing. One
 * to which nothing can be sent is not waited for.
 */
void qda_process_release_all(struct qda_device *qda)
{
	struct qda_call *call;
	unsigned long until;
	bool listens = true;
	long left;

	/* They were disconnected, so that they end by themselves. */
	wait_event(qda->settled, qda_process_has_settled(qda, &qda->creations));

	until = jiffies + QDA_PROCESS_RELEASE_TIMEOUT;
	while ((call = qda_process_next_release(qda))) {
		listens &= qda_process_send_release(call, time_before(jiffies, until));
		qda_call_leave(call);
	}
	if (!listens)
		return;

	left = until - jiffies;
	if (!wait_event_timeout(qda->settled,
				qda_process_has_settled(qda, &qda->releases),
				max(left, 0)))
		drm_warn(&qda->drm, "the DSP did not end its processes in time\n");
}
