// SPDX-License-Identifier: BSD-3-Clause
/*
 * Attaches to the process, and attaches again when it has gone: the listener of
 * the FastRPC library does the rest.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "fastrpc.h"
#include "handle.h"
#include "listener.h"
#include "path.h"
#include "remote.h"
#include "rpcd.h"
#include "session.h"

#define WAIT_MS_MIN 100
#define WAIT_MS_MAX 5000

/* A process that lived so long is no reason to wait longer. */
#define LIFE_MS 5000

#define REGISTER REMOTE_SCALARS_MAKE(0, 0, 0)

static struct {
	const struct rpcd_options *options;
	atomic_bool stopping;
	int stop; /* eventfd that can be read then */
} rpcd;

static const char *dsp(void)
{
	static char name[32];

	return slot_name(rpcd.options->domain, name, sizeof(name));
}

static void wait_ms(int ms)
{
	struct pollfd stop = { .fd = rpcd.stop, .events = POLLIN };

	poll(&stop, 1, ms);
}

static int longer(int ms)
{
	return ms < WAIT_MS_MAX / 2 ? 2 * ms : WAIT_MS_MAX;
}

/* Signals are blocked in all threads but for this one, which waits for them. */
static void *wait_for_signal(void *data)
{
	uint64_t one = 1;
	int number;

	sigwait(data, &number);
	rpcd.stopping = true;
	if (write(rpcd.stop, &one, sizeof(one)) < 0)
		log_text("cannot tell the others of a signal");
	session_drop(rpcd.options->domain);
	return NULL;
}

/*
 * Other processes of the DSP have their calls made by this one. A DSP without
 * that has said so in one line; the process itself is served all the same.
 */
static void offer_to_others(void)
{
	uint32_t handle;

	if (handle_open(rpcd.options->domain, "adsp_default_listener", &handle))
		return;
	if (remote_handle_invoke(handle, REGISTER, NULL))
		log_text("the %s does not let other processes have files of "
			 "this host",
			 dsp());
}

static int attach(struct session **session)
{
	const struct rpcd_options *o = rpcd.options;
	int32_t result;
	int ret = session_start_kind(o->domain, o->kind, o->name, &result);

	if (ret)
		return ret;
	*session = session_peek(o->domain);
	if (!*session) /* a signal came */
		return -ECANCELED;
	if (!listener_runs(*session)) {
		log_text("the %s process of the %s does not call this host",
			 o->pd, dsp());
		session_put(*session);
		session_drop(o->domain);
		return -EOPNOTSUPP;
	}
	offer_to_others();
	log_text("the %s process of the %s has %s", o->pd, dsp(), o->root);
	return 0;
}

/* The DSP may be on its way: another time it may be otherwise. */
static bool may_pass(int error)
{
	switch (error) {
	case -ENXIO:
	case -ENODEV:
	case -EPIPE:
	case -ECONNRESET:
	case -EBUSY:
	case -ETIMEDOUT:
		return true;
	default:
		return false;
	}
}

/* Until it is there, or something is wrong that will not pass. */
static void wait_for_dsp(void)
{
	bool told = false;
	int ms = WAIT_MS_MIN;

	while (!rpcd.stopping) {
		int ret = session_probe((int)rpcd.options->domain);

		if (!ret || !may_pass(ret))
			return;
		if (!told)
			log_text("waiting for the %s", dsp());
		told = true;
		wait_ms(ms);
		ms = longer(ms);
	}
}

/* One life of the process, and until there may be another. */
static void serve_once(struct session *session)
{
	const struct rpcd_options *o = rpcd.options;

	/* A signal that came before there was a session ended none. */
	if (rpcd.stopping)
		session_drop(o->domain);
	listener_wait(session);
	if (rpcd.stopping) {
		session_put(session);
		return;
	}
	handle_forget_slot(o->domain);
	session_drop(o->domain);
	log_text("the %s process of the %s is gone; waiting for another", o->pd,
		 dsp());
	/* Where the driver tells that the DSP is back, that is the moment. */
	if (session_probe((int)o->domain))
		session->backend->wait_up(session->inner, rpcd.stop,
					  WAIT_MS_MAX);
	session_put(session);
}

static int serve(void)
{
	bool patient = rpcd.options->wait;
	int ms = WAIT_MS_MIN;
	struct session *session;
	int64_t start;
	int ret;

	while (!rpcd.stopping) {
		if (patient)
			wait_for_dsp();
		start = now_ms();
		ret = rpcd.stopping ? -ECANCELED : attach(&session);
		if (!ret) {
			patient = true;
			serve_once(session);
		} else if (!rpcd.stopping && !(patient && may_pass(ret))) {
			return 1;
		}
		ms = now_ms() - start > LIFE_MS ? WAIT_MS_MIN : ms;
		wait_ms(ms);
		ms = longer(ms);
	}
	return 0;
}

int rpcd_serve(const struct rpcd_options *options)
{
	static sigset_t signals;
	pthread_t thread;
	int ret;

	rpcd.options = options;
	rpcd.stop = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	sigemptyset(&signals);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGHUP);
	pthread_sigmask(SIG_BLOCK, &signals, NULL);
	if (rpcd.stop < 0 || start_thread(&thread, wait_for_signal, &signals)) {
		log_text("no thread that waits for signals");
		return 1;
	}
	path_set_root(options->root);
	ret = serve();
	/* It may be about to end the session. */
	if (rpcd.stopping)
		pthread_join(thread, NULL);
	return ret;
}
