/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _QDA_CALL_H_
#define _QDA_CALL_H_

#include <linux/kref.h>
#include <linux/ktime.h>
#include <linux/list.h>
#include <linux/stddef.h>
#include <linux/types.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

struct drm_file;
struct qda_call_event;
struct qda_device;
struct qda_mapping;
struct qda_reply;
struct qda_session;
struct qda_slot;

/*
 * Calls of a session that are in flight, or not collected. Four sessions have
 * 65536 of a device's 2^24 - 1 calls.
 */
#define QDA_SESSION_CALLS_MAX	16384

/* What a call has room for */
enum qda_call_size {
	QDA_CALL_SMALL,		/* what most calls need */
	QDA_CALL_MEDIUM,	/* metadata of one page */
	QDA_CALL_LARGE,		/* the most arguments that there may be */
	QDA_CALL_SIZES
};

/**
 * struct qda_countdown - what a thread that waits for all of several calls sees
 * @qda: their device
 * @wait: woken when the last of them ended
 * @left: how many have not; lock of calls
 */
struct qda_countdown {
	struct qda_device *qda;
	wait_queue_head_t wait;
	unsigned int left;
};

/**
 * struct qda_call - a call, from its making until nobody knows it any more
 *
 * A call can end for its caller before it ends for the DSP: when the process
 * dies or the caller goes away. Its memory is kept until the DSP has answered,
 * the process was released or the DSP is down.
 *
 * The session keeps it then, with @context's index, @metadata and room for
 * mappings, and makes its next call of it.
 *
 * The lock of &qda_device.calls protects @node and the members from @in_flight
 * to @result.
 */
struct qda_call {
	/**
	 * @ref: Held by whoever makes or awaits the call, by @in_flight and by
	 * a number that is not collected.
	 */
	struct kref ref;

	/** @session: The session, with a reference. */
	struct qda_session *session;

	/** @context: Its name on the wire and its number for user space. */
	u64 context;

	/** @submitted: When it was published. */
	ktime_t submitted;

	/** @sent: When it was handed to the transport; to be exact while traced. */
	ktime_t sent;

	/** @node: In &qda_session.calls, or idle in &qda_session.pools. */
	struct list_head node;

	/** @size: Which pool it belongs to. */
	enum qda_call_size size;

	/** @picked: Stands in an array; protected by &qda_session.collect_lock. */
	bool picked;

	/** @wait: Woken when the call is @done. */
	wait_queue_head_t wait;

	/** @work: Gives up what an answered call holds. */
	struct work_struct work;

	/** @metadata: Describes the arguments to the DSP. */
	struct qda_slot *metadata;

	/** @payload: Arguments of a call of the kernel's own, or NULL. */
	struct qda_slot *payload;

	/** @args_max: Number of arguments that there is room for. */
	unsigned int args_max;

	/**
	 * @in_flight: The DSP may still work on it. This and what follows is
	 * zero at the beginning of each use.
	 */
	bool in_flight;

	/** @counted: It counts in &qda_usage.in_flight. */
	bool counted;

	/** @done: It ended for its caller; @error and @result are set. */
	bool done;

	/** @collectable: User space may ask for it by its number. */
	bool collectable;

	/** @user: It is a call of user space: counts in &qda_session.num_calls. */
	bool user;

	/** @release: An answer to it means that the process is gone. */
	bool release;

	/** @detached: The DSP itself executes it: no process ends it. */
	bool detached;

	/** @retired: What it holds for the DSP is being, or was, given up. */
	bool retired;

	/** @waiters: Threads that hold a reference until they saw @done. */
	unsigned int waiters;

	/** @countdown: Whom its end brings nearer to having all it waits for. */
	struct qda_countdown *countdown;

	/** @event: Tells user space when it is @done; NULL when it was sent. */
	struct qda_call_event *event;

	/** @error: 0 when the DSP answered, else a negative error code. */
	int error;

	/** @result: What the DSP answered. */
	s32 result;

	/** @with_event: Its end is an event; set before it is published. */
	bool with_event;

	/** @polled: The DSP may write the poll word; set before it is published. */
	bool polled;

	/** @handle: Remote handle, at the latest when it is being sent. */
	u32 handle;

	/** @scalars: DRM_QDA_SCALARS(), likewise. */
	u32 scalars;

	/** @args: Number of arguments. */
	unsigned int args;

	/** @num_mappings: How many elements @mappings has. */
	unsigned int num_mappings;

	/** @mappings: What the DSP uses for the call, with references. */
	struct qda_mapping *mappings[] __counted_by(args_max);
};

/* Takes over the reference; there is room for as many as there are arguments. */
static inline void qda_call_keep(struct qda_call *call, struct qda_mapping *mapping)
{
	call->mappings[call->num_mappings++] = mapping;
}

struct qda_call *qda_call_create(struct qda_session *session, unsigned int args);
void qda_call_put(struct qda_call *call);
void qda_call_work(struct work_struct *work);

int qda_call_cache_create(void);
void qda_call_cache_destroy(void);
void qda_call_park(struct qda_call *call);
void qda_calls_trim_work(struct work_struct *work);
void qda_calls_stop_trim(struct qda_device *qda);
void qda_call_pools_init(struct qda_session *session);
void qda_call_pools_empty(struct qda_session *session);

int qda_calls_publish_user(struct qda_call *const *calls, unsigned int count);
int qda_call_publish_kernel(struct qda_call *call);
int qda_call_publish_process(struct qda_call *call);
int qda_call_send(struct qda_call *call, u32 client_id, u32 handle, u32 scalars);
int qda_call_try_send(struct qda_call *call, u32 client_id, u32 handle, u32 scalars);
bool qda_call_cancel(struct qda_call *call);

struct qda_call *qda_call_find(struct qda_session *session, u64 number);
void qda_call_join(struct qda_call *call);
void qda_call_leave(struct qda_call *call);
bool qda_call_is_done(struct qda_call *call);
bool qda_calls_count_down(struct qda_countdown *countdown,
			  struct qda_call *const *calls, unsigned int count);
void qda_calls_stop_countdown(struct qda_countdown *countdown,
			      struct qda_call *const *calls, unsigned int count);
bool qda_call_is_collectable(struct qda_call *call);
bool qda_call_collect(struct qda_call *call);

int qda_call_wait(struct qda_call *call, s64 deadline);
void qda_call_finish_polled(struct qda_call *call);

void qda_call_answer(struct qda_device *qda, const struct qda_reply *reply,
		     ktime_t now);
void qda_calls_fail(struct qda_session *session);
void qda_calls_end(struct qda_session *session);
void qda_calls_forget(struct qda_session *session);
void qda_calls_disconnect(struct qda_device *qda);
void qda_calls_abort(struct qda_device *qda);

#endif
