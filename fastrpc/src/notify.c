// SPDX-License-Identifier: BSD-3-Clause
#include "notify.h"

#include <errno.h>
#include <stdlib.h>

struct listener {
	struct listener *next;
	fastrpc_notif_fn_t function;
	void *context;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct listener *listeners[SLOTS]; /* only ever added to */

static struct listener *first_of(unsigned int slot)
{
	struct listener *first;

	pthread_mutex_lock(&lock);
	first = listeners[slot];
	pthread_mutex_unlock(&lock);
	return first;
}

static void tell(const struct session *session, enum process_status status)
{
	struct listener *listener = first_of(session->slot);

	for (; listener; listener = listener->next)
		listener->function(listener->context,
				   (int)(session->slot % DOMAINS),
				   (int)(session->slot / DOMAINS),
				   (remote_rpc_status_flags_t)status);
}

static void *serve(void *data)
{
	struct session *session = data;
	enum process_status status = PROCESS_UP;

	do {
		if (status != PROCESS_UP)
			session->dead = true;
		tell(session, status);
	} while (!session->backend->wait_status(session->inner, &status));
	session_put(session);
	return NULL;
}

/* Called with the slot's lock held. */
void notify_started(struct session *session)
{
	if (session->notified || !first_of(session->slot))
		return;
	session_get_again(session);
	if (start_thread(&session->notifier, serve, session)) {
		session_put(session);
		log_text("no thread to notify of processes");
		return;
	}
	session->notified = true;
}

void notify_stop(struct session *session, bool wait)
{
	if (!session || !session->notified)
		return;
	session->notified = false;
	session->backend->stop_waiting(session->inner);
	if (wait && !pthread_equal(session->notifier, pthread_self()))
		pthread_join(session->notifier, NULL);
	else
		pthread_detach(session->notifier);
}

int notify_register(unsigned int slot, fastrpc_notif_fn_t function,
		    void *context)
{
	struct listener *new = calloc(1, sizeof(*new));

	if (!new)
		return -ENOMEM;
	new->function = function;
	new->context = context;
	pthread_mutex_lock(&lock);
	new->next = listeners[slot];
	listeners[slot] = new;
	pthread_mutex_unlock(&lock);
	return 0;
}

void notify_fork(enum fork_step step)
{
	fork_lock(&lock, step);
}
