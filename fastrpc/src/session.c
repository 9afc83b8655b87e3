// SPDX-License-Identifier: BSD-3-Clause
#include "session.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <qda.h>

#include "AEEStdErr.h"
#include "async.h"
#include "control.h"
#include "dma_handle.h"
#include "handle.h"
#include "listener.h"
#include "map.h"
#include "memory.h"
#include "notify.h"
#include "process.h"
#include "queue.h"
#include "remote.h"

#define DEFAULT_PRIORITY   192
#define DEFAULT_STACK_SIZE (16 * 1024)

#define REMOTECTL 0
#define NO_METHOD REMOTE_SCALARS_MAKE(30, 0, 0)

struct slot {
	pthread_mutex_t lock;
	struct slot_options options;
	struct session *session;
	bool reserved;
};

static struct slot slots[SLOTS];

static pthread_mutex_t all_lock = PTHREAD_MUTEX_INITIALIZER;
static struct session *all; /* whose back end is open */

static const struct backend *const backends[] = {
	&backend_qda,
	&backend_misc,
};

static void init_slots(void)
{
	for (unsigned int i = 0; i < SLOTS; i++) {
		pthread_mutex_init(&slots[i].lock, NULL);
		slots[i].options.priority = DEFAULT_PRIORITY;
		slots[i].options.stack_size = DEFAULT_STACK_SIZE;
	}
}

/* ---- fork() ---- */

/*
 * A child has none of its parent's processes: whatever refers to one, a handle or
 * a job, gets AEE_ECONNRESET. What the back end made is closed, else the process
 * would last as long as the child. Maps belong to a process and are left alone:
 * a thread that is not there may have been changing them.
 */
static void void_sessions(void)
{
	for (struct session *session = all; session; session = session->next) {
		session->dead = true;
		session->backend->close(session->inner);
		session->inner = NULL;
		pthread_mutex_init(&session->maps_lock, NULL);
		session->maps = NULL;
	}
	all = NULL;
	for (unsigned int i = 0; i < SLOTS; i++) {
		pthread_mutex_init(&slots[i].lock, NULL);
		slots[i].session = NULL;
	}
}

/* The order in which they may be taken one in another. */
static void each_part(enum fork_step step)
{
	queues_fork(step);
	async_fork(step);
	control_fork(step);
	notify_fork(step);
	listener_fork(step);
	handle_fork(step);
	dma_handle_fork(step);
	fork_lock(&all_lock, step);
	memory_fork(step);
}

static void before_fork(void)
{
	each_part(FORK_BEFORE);
}

static void after_fork_in_parent(void)
{
	each_part(FORK_PARENT);
}

static void after_fork_in_child(void)
{
	each_part(FORK_CHILD);
	void_sessions();
}

__attribute__((constructor)) static void init(void)
{
	init_slots();
	pthread_atfork(before_fork, after_fork_in_parent, after_fork_in_child);
}

/* ---- sessions ---- */

const char *slot_name(unsigned int slot, char *text, size_t size)
{
	const char *domain = qda_domain_name((int)(slot % DOMAINS));

	if (slot < DOMAINS)
		snprintf(text, size, "%s", domain);
	else
		snprintf(text, size, "%s session %u", domain, slot / DOMAINS);
	return text;
}

bool slot_is_valid(int effective_domain)
{
	return effective_domain >= 0 && effective_domain < SLOTS;
}

/* The first back end that has the DSP; why not, where none has. */
static int open_backend(int domain, const struct backend **backend,
			void **inner)
{
	int ret = -ENXIO;

	for (unsigned int i = 0; i < ARRAY_SIZE(backends); i++) {
		int err = backends[i]->open(domain, inner);

		*backend = backends[i];
		if (!err)
			return 0;
		/* The first that has it, but will not have us, says why. */
		if (ret == -ENXIO)
			ret = err;
	}
	return ret;
}

static void link_session(struct session *session)
{
	pthread_mutex_lock(&all_lock);
	session->next = all;
	all = session;
	pthread_mutex_unlock(&all_lock);
}

static void unlink_session(struct session *session)
{
	struct session **link = &all;

	pthread_mutex_lock(&all_lock);
	while (*link != session)
		link = &(*link)->next;
	*link = session->next;
	pthread_mutex_unlock(&all_lock);
}

static struct session *new_session(unsigned int slot, int *ret)
{
	struct session *session = calloc(1, sizeof(*session));
	char name[32];

	if (!session) {
		*ret = -ENOMEM;
		return NULL;
	}
	session->slot = slot;
	atomic_init(&session->refs, 1);
	pthread_mutex_init(&session->maps_lock, NULL);
	*ret = open_backend((int)(slot % DOMAINS), &session->backend,
			    &session->inner);
	if (!*ret) {
		link_session(session);
		return session;
	}
	free(session);
	slot_name(slot % DOMAINS, name, sizeof(name));
	if (*ret == -ENXIO)
		log_text("there is no way to the %s: neither a device of the "
			 "qda driver for it in /sys/class/accel nor "
			 "/dev/fastrpc-%s; is the DSP up, and one of the "
			 "drivers loaded?",
			 name, name);
	else
		log_failure(*ret, 0, "cannot open a session on the %s", name);
	return NULL;
}

void session_get_again(struct session *session)
{
	atomic_fetch_add(&session->refs, 1);
}

void session_put(struct session *session)
{
	if (!session || atomic_fetch_sub(&session->refs, 1) != 1)
		return;
	if (session->inner) {
		unlink_session(session);
		map_forget_session(session);
		memory_forget_session(session);
		session->backend->close(session->inner);
	}
	pthread_mutex_destroy(&session->maps_lock);
	free(session);
}

/* For programs that do not ask for it, or when it is too late. */
static bool polls_always(void)
{
	const char *how = secure_getenv("FASTRPC_POLL");

	return how && !strcmp(how, "1");
}

/* Called with the slot's lock held. */
static int start(struct slot *slot, struct session *session,
		 struct process_options *options, int32_t *result)
{
	char name[32];
	int ret;

	options->is_unsigned = slot->options.is_unsigned;
	options->dump = slot->options.dump;
	options->adaptive_qos = slot->options.adaptive_qos;
	options->poll = slot->options.poll || polls_always();
	options->events = true;
	ret = process_start(session, options, result);
	if (ret) {
		log_failure(ret, *result, "cannot start a process on the %s",
			    slot_name(session->slot, name, sizeof(name)));
		return ret;
	}
	session->started = true;
	session->is_unsigned = options->is_unsigned;
	if (slot->options.threads_set)
		process_set_threads(session, slot->options.priority,
				    slot->options.stack_size);
	listener_start(session);
	map_static_ranges(session);
	notify_started(session);
	return 0;
}

/* Called with the slot's lock held. */
static void drop(struct slot *slot)
{
	struct session *session = slot->session;

	slot->session = NULL;
	notify_stop(session, false);
	listener_stop(session);
	session_put(session);
}

/* Called with the slot's lock held: a session that is of use. */
static int current(struct slot *slot, struct session **session)
{
	int ret = 0;

	if (slot->session && slot->session->dead)
		drop(slot);
	if (!slot->session)
		slot->session = new_session((unsigned int)(slot - slots), &ret);
	*session = slot->session;
	return ret;
}

static int get(unsigned int number, struct process_options *options,
	       struct session **session, int32_t *result)
{
	struct slot *slot = &slots[number];
	int ret;

	*result = 0;
	pthread_mutex_lock(&slot->lock);
	ret = current(slot, session);
	if (!ret && options && !(*session)->started) {
		ret = start(slot, *session, options, result);
		/* After a failure that reached the DSP it cannot be tried again. */
		if (ret)
			drop(slot);
	} else if (!ret && options && options->kind != PROCESS_DYNAMIC) {
		ret = -EEXIST;
	}
	if (!ret)
		session_get_again(*session);
	pthread_mutex_unlock(&slot->lock);
	return ret;
}

int session_get(unsigned int number, bool start_it, struct session **session,
		int32_t *result)
{
	struct process_options options = { .kind = PROCESS_DYNAMIC };

	return get(number, start_it ? &options : NULL, session, result);
}

int session_start_kind(unsigned int number, enum process_kind kind,
		       const char *name, int32_t *result)
{
	struct process_options options = { .kind = kind };
	struct session *session;
	int ret;

	if (strlen(name) >= sizeof(options.name))
		return -ENAMETOOLONG;
	memcpy(options.name, name, strlen(name));
	ret = get(number, &options, &session, result);
	if (!ret)
		session_put(session);
	return ret;
}

struct session *session_peek(unsigned int number)
{
	struct session *session;

	pthread_mutex_lock(&slots[number].lock);
	session = slots[number].session;
	if (session)
		session_get_again(session);
	pthread_mutex_unlock(&slots[number].lock);
	return session;
}

void session_drop(unsigned int number)
{
	struct session *session;

	pthread_mutex_lock(&slots[number].lock);
	session = slots[number].session;
	slots[number].session = NULL;
	slots[number].reserved = false;
	pthread_mutex_unlock(&slots[number].lock);
	/* A function that is told may want the lock, so this waits without. */
	notify_stop(session, true);
	listener_stop(session);
	session_put(session);
}

/* A process that lives answers everything, be it that it does not know it. */
static bool does_answer(struct session *session)
{
	int32_t result = 0;

	return !session->backend->invoke(session->inner, REMOTECTL, NO_METHOD,
					 NULL, 0, &result) &&
	       result != PROCESS_IS_GONE;
}

void session_note_end(struct session *session, int error, int32_t result)
{
	bool dead = error == -ECONNRESET || error == -EPIPE || error == -ENODEV;

	/* A driver that does not say so lets the DSP speak for itself. */
	if (result == PROCESS_IS_GONE && !session->backend->tells_status &&
	    !session->dead)
		dead |= !does_answer(session);
	if (dead)
		session->dead = true;
}

int session_probe(int domain)
{
	const struct backend *backend;
	void *inner;
	int ret = open_backend(domain, &backend, &inner);

	if (!ret)
		backend->close(inner);
	return ret;
}

int slot_change(unsigned int number,
		int (*change)(struct slot_options *options,
			      const struct session *session, void *data),
		void *data)
{
	struct slot *slot = &slots[number];
	const struct session *session;
	int ret;

	pthread_mutex_lock(&slot->lock);
	session = slot->session && slot->session->started &&
				  !slot->session->dead ?
			  slot->session :
			  NULL;
	ret = change(&slot->options, session, data);
	pthread_mutex_unlock(&slot->lock);
	return ret;
}

int slot_reserve(int domain, unsigned int *number)
{
	for (unsigned int i = 1; i < SESSIONS; i++) {
		struct slot *slot = &slots[i * DOMAINS + (unsigned int)domain];
		bool taken;

		pthread_mutex_lock(&slot->lock);
		taken = slot->reserved ||
			(slot->session && !slot->session->dead);
		if (!taken)
			slot->reserved = true;
		pthread_mutex_unlock(&slot->lock);
		if (!taken) {
			*number = i;
			return 0;
		}
	}
	return -EBUSY;
}
