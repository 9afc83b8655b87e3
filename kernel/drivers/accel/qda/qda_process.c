// SPDX-License-Identifier: GPL-2.0-only
/*
 * The life of a session's process on the DSP: calls that the kernel makes on
 * its own. Their arguments lie in kernel memory and never meet those of user
 * space.
 */
#include <linux/atomic.h>
#include <linux/sched.h>
#include <linux/sizes.h>
#include <linux/string.h>

#include <drm/drm_print.h>

#include "qda_call.h"
#include "qda_context_bank.h"
#include "qda_drv.h"
#include "qda_gem.h"
#include "qda_message.h"
#include "qda_process.h"
#include "qda_session.h"

/* How long the DSP may take for the creation of a process */
#define QDA_PROCESS_CREATE_TIMEOUT	(10 * HZ)

/* How long the DSP may take for the release of all processes at removal */
#define QDA_PROCESS_RELEASE_TIMEOUT	(2 * HZ)

/* When to try again if the DSP has no room for the message */
#define QDA_PROCESS_RELEASE_RETRY	HZ

/* Where the arguments of a creation lie in its payload */
#define QDA_CREATE_HEADER		0
#define QDA_CREATE_NAME			128
#define QDA_CREATE_PAGES		256
#define QDA_CREATE_SIZE			512

#define QDA_CREATE_ARGS			4

#define QDA_RELEASE_SCALARS		DRM_QDA_SCALARS(QDA_METHOD_RELEASE, 1, 0, 0, 0)

/* What the DSP wants for the process: as much as mainline's fastrpc gives */
static size_t qda_process_memory_size(u32 shell_length)
{
	return ALIGN(max_t(size_t, SZ_2M, 4 * (size_t)shell_length), SZ_1M);
}

/* The number that was given last, on whatever DSP */
static atomic_t qda_process_last_number = ATOMIC_INIT(0);

static struct qda_call *qda_process_call(struct qda_session *session,
					 unsigned int args, size_t payload)
{
	struct qda_call *call = qda_call_create(session, args);
	struct qda_slot *slot;

	if (IS_ERR(call))
		return call;

	slot = qda_slot_get(session, payload);
	if (IS_ERR(slot)) {
		qda_call_leave(call);
		return ERR_CAST(slot);
	}
	call->payload = slot;

	return call;
}

static struct qda_call *qda_process_call_release(struct qda_session *session)
{
	struct qda_wire_release *release;
	struct qda_call *call;

	call = qda_process_call(session, 1, sizeof(*release));
	if (IS_ERR(call))
		return call;

	call->release = true;
	release = call->payload->cpu;
	release->client_id = cpu_to_le32(session->client_id);
	qda_metadata_set_buffer(call->metadata->cpu, 1, 0,
				qda_slot_address(session, call->payload),
				sizeof(*release));

	return call;
}

static struct qda_call *
qda_process_call_create(struct qda_session *session,
			const struct qda_process_shell *shell, u32 attributes)
{
	struct qda_mapping *memory = session->init_memory;
	struct qda_wire_create *create;
	struct qda_wire_page *page;
	char name[TASK_COMM_LEN];
	struct qda_call *call;
	void *metadata;
	u64 address;

	call = qda_process_call(session, QDA_CREATE_ARGS, QDA_CREATE_SIZE);
	if (IS_ERR(call))
		return call;

	get_task_comm(name, current);
	create = call->payload->cpu + QDA_CREATE_HEADER;
	create->client_id = cpu_to_le32(session->client_id);
	create->name_length = cpu_to_le32(strlen(name) + 1);
	create->shell_length = cpu_to_le32(shell->length);
	create->pages = cpu_to_le32(1);
	create->attributes = cpu_to_le32(attributes);
	strscpy(call->payload->cpu + QDA_CREATE_NAME, name, sizeof(name));
	page = call->payload->cpu + QDA_CREATE_PAGES;
	page->address = cpu_to_le64(memory->address);
	page->size = cpu_to_le64(qda_mapping_size(memory));

	metadata = call->metadata->cpu;
	address = qda_slot_address(session, call->payload);
	qda_metadata_set_buffer(metadata, QDA_CREATE_ARGS, 0,
				address + QDA_CREATE_HEADER, sizeof(*create));
	qda_metadata_set_buffer(metadata, QDA_CREATE_ARGS, 1,
				address + QDA_CREATE_NAME, strlen(name) + 1);
	qda_metadata_set_buffer(metadata, QDA_CREATE_ARGS, 2,
				shell->mapping ? shell->mapping->address + shell->offset : 0,
				shell->length);
	qda_metadata_set_buffer(metadata, QDA_CREATE_ARGS, 3,
				address + QDA_CREATE_PAGES, sizeof(*page));

	if (shell->mapping)
		call->mappings[2] = qda_mapping_get(shell->mapping);

	return call;
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
	session->release = NULL;
	scoped_guard(spinlock_irq, qda_calls_lock(session->qda)) {
		session->process = false;
		qda_process_settle(session, DRM_QDA_SESSION_STATE_NONE);
	}

	if (release)
		qda_call_leave(release);
	if (memory)
		qda_mapping_put(memory);
}

static struct qda_call *
qda_process_prepare(struct qda_session *session,
		    const struct qda_process_shell *shell, u32 attributes)
{
	struct qda_mapping *memory;
	struct qda_call *release;
	int ret;

	ret = qda_session_take_bank(session);
	if (ret)
		return ERR_PTR(ret);

	qda_process_set_number(session);

	memory = qda_mapping_create_kernel(session, qda_process_memory_size(shell->length));
	if (IS_ERR(memory))
		return ERR_CAST(memory);
	session->init_memory = memory;

	/* Made now, because it may not fail when the file is closed. */
	release = qda_process_call_release(session);
	if (IS_ERR(release))
		return release;
	session->release = release;

	return qda_process_call_create(session, shell, attributes);
}

/* Sees how the creation ended and settles the state of the session. */
static int qda_process_end(struct qda_session *session, struct qda_call *call,
			   s32 *result)
{
	guard(spinlock_irq)(qda_calls_lock(session->qda));

	if (call->done && !call->error && !call->result &&
	    session->state == DRM_QDA_SESSION_STATE_CREATING) {
		qda_process_settle(session, DRM_QDA_SESSION_STATE_RUNNING);
		return 0;
	}

	qda_process_settle(session, DRM_QDA_SESSION_STATE_DEAD);
	if (!call->done)
		return fatal_signal_pending(current) ? -EINTR : -ETIMEDOUT;
	if (call->error)
		return call->error;
	if (!call->result)
		return -ECONNRESET;

	session->process = false;
	*result = call->result;
	return -EREMOTEIO;
}

/**
 * qda_process_create - start the session's process on the DSP
 * @session: the session
 * @shell: what it starts with
 * @attributes: DRM_QDA_PROCESS_*
 * @result: set to the DSP's answer for -EREMOTEIO
 *
 * After a timeout all memory stays until the DSP has answered the release.
 *
 * Return: 0 or an error as the uAPI says.
 */
int qda_process_create(struct qda_session *session,
		       const struct qda_process_shell *shell, u32 attributes,
		       s32 *result)
{
	u32 method = attributes ? QDA_METHOD_CREATE_ATTR : QDA_METHOD_CREATE;
	struct qda_call *call;
	int ret;

	ret = qda_process_begin(session);
	if (ret)
		return ret;

	call = qda_process_prepare(session, shell, attributes);
	if (IS_ERR(call)) {
		ret = PTR_ERR(call);
		goto err_undo;
	}

	ret = qda_call_publish_kernel(call);
	if (ret)
		goto err_leave;

	/* From here on the DSP may know of it, even if the file is closed. */
	scoped_guard(spinlock_irq, qda_calls_lock(session->qda))
		session->process = true;

	ret = qda_call_send(call, 0, QDA_HANDLE_PROCESS,
			    DRM_QDA_SCALARS(method, QDA_CREATE_ARGS, 0, 0, 0));
	if (ret)
		goto err_leave;

	wait_event_killable_timeout(call->wait, qda_call_is_done(call),
				    QDA_PROCESS_CREATE_TIMEOUT);
	ret = qda_process_end(session, call, result);
	qda_call_leave(call);

	return ret;

err_leave:
	qda_call_leave(call);
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

/**
 * qda_process_release_work - send the release of a process
 * @work: &qda_session.release_work
 */
void qda_process_release_work(struct work_struct *work)
{
	struct qda_session *session = container_of(work, struct qda_session, release_work);
	struct qda_call *call = session->release;
	int ret = -ENODEV;

	if (qda_process_claim_release(session))
		ret = qda_call_publish_kernel(call);

	while (!ret) {
		ret = qda_call_send(call, 0, QDA_HANDLE_PROCESS, QDA_RELEASE_SCALARS);
		if (!ret || ret == -ENODEV)
			break;

		/* What the process uses may not be freed unless it is told. */
		schedule_timeout_uninterruptible(QDA_PROCESS_RELEASE_RETRY);
		ret = qda_call_publish_kernel(call);
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

/**
 * qda_process_release_all - end all processes on the DSP
 * @qda: device that is being removed, whose calls were disconnected
 *
 * The channel may be closed while the DSP runs on: it is told, if it still
 * listens, and has to answer before the memory that it works on goes. One that
 * does not answer in time is left to the IOMMU, which lets it reach nothing.
 */
void qda_process_release_all(struct qda_device *qda)
{
	struct qda_call *call;

	/* They were disconnected, so that they end by themselves. */
	wait_event(qda->settled, qda_process_has_settled(qda, &qda->creations));

	while ((call = qda_process_next_release(qda))) {
		if (!qda_call_publish_kernel(call))
			qda_call_try_send(call, 0, QDA_HANDLE_PROCESS,
					  QDA_RELEASE_SCALARS);
		qda_call_leave(call);
	}

	if (!wait_event_timeout(qda->settled,
				qda_process_has_settled(qda, &qda->releases),
				QDA_PROCESS_RELEASE_TIMEOUT))
		drm_warn(&qda->drm, "the DSP did not end its processes in time\n");
}
