// SPDX-License-Identifier: BSD-3-Clause
/* remote_handle_control() and what belongs to it. */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <unistd.h>

#include "AEEStdErr.h"
#include "control.h"
#include "handle.h"
#include "remote.h"
#include "session.h"

#define CPU_LATENCY "/dev/cpu_dma_latency"

#define POLL_MAX_US 10000

/* Lasts as long as the file is open. */
static pthread_mutex_t latency_lock = PTHREAD_MUTEX_INITIALIZER;
static int latency_fd = -1;

static int set_cpu_latency(int32_t us)
{
	int ret = 0;

	pthread_mutex_lock(&latency_lock);
	if (latency_fd >= 0)
		close(latency_fd);
	latency_fd = -1;
	if (us >= 0) {
		latency_fd = open(CPU_LATENCY, O_WRONLY | O_CLOEXEC);
		if (latency_fd < 0 ||
		    write(latency_fd, &us, sizeof(us)) != sizeof(us))
			ret = -errno;
	}
	pthread_mutex_unlock(&latency_lock);
	if (ret == -ENOENT)
		return AEE_EUNSUPPORTED;
	if (ret)
		log_failure(ret, 0,
			    "no latency of the CPU of %d us, by " CPU_LATENCY,
			    us);
	return ret ? AEE_EPRIVLEVEL : 0;
}

void control_fork(enum fork_step step)
{
	fork_lock(&latency_lock, step);
}

static int remember_poll(struct slot_options *options,
			 const struct session *session, void *on)
{
	(void)session;
	options->poll = *(bool *)on;
	return 0;
}

/* Of the process that there is, and of those that the slot will have. */
static int set_poll(struct session *session, bool on)
{
	int ret = session->backend->poll(session->inner, on);

	if (!ret || !on)
		slot_change(session->slot, remember_poll, &on);
	return aee_of(ret, 0);
}

static int turn_off(struct session *session)
{
	int ret = set_poll(session, false);
	int other = set_cpu_latency(-1);

	return ret ? ret : other;
}

static int set_latency(struct session *session,
		       const struct remote_rpc_control_latency *how)
{
	switch (how->enable) {
	case RPC_DISABLE_QOS:
		return turn_off(session);
	case RPC_PM_QOS:
		return how->latency > INT32_MAX ?
			       AEE_EBADPARM :
			       set_cpu_latency((int32_t)how->latency);
	case RPC_ADAPTIVE_QOS:
		/* A process would have to be started with it. */
		return AEE_EUNSUPPORTED;
	case RPC_POLL_QOS:
		return how->latency > POLL_MAX_US ?
			       AEE_EBADPARM :
			       set_poll(session, how->latency != 0);
	default:
		return AEE_EBADPARM;
	}
}

/* Attributes that depend on the way to the DSP, and not on the DSP alone. */
static int ask(struct session *session, struct remote_dsp_capability *about)
{
	int ret = session->backend->attribute(
		session->inner, about->attribute_ID, &about->capability);

	if (ret)
		return aee_of(ret, 0);
	if (about->attribute_ID == STATUS_NOTIFICATION_SUPPORT &&
	    !session->backend->tells_status)
		about->capability = 0;
	if (about->attribute_ID == ASYNC_FASTRPC_SUPPORT)
		about->capability = 1;
	return 0;
}

static int get_dsp_info(struct remote_dsp_capability *about)
{
	struct session *session;
	int32_t result;
	int ret;

	if (!slot_is_valid((int)about->domain))
		return AEE_EINVALIDDOMAIN;
	about->capability = 0;
	if (about->attribute_ID == DOMAIN_SUPPORT) {
		about->capability = !session_probe(
			(int)(about->domain % DOMAINS));
		return 0;
	}
	ret = session_get(about->domain, false, &session, &result);
	if (ret)
		return aee_of(ret, result);
	ret = ask(session, about);
	session_put(session);
	return ret;
}

/* The size that belongs to a request; 0: it is none that a program may make. */
static uint32_t size_of(uint32_t req)
{
	switch (req) {
	case DSPRPC_CONTROL_LATENCY:
		return sizeof(struct remote_rpc_control_latency);
	case DSPRPC_GET_DSP_INFO:
		return sizeof(struct remote_dsp_capability);
	case DSPRPC_GET_DOMAIN:
		return sizeof(struct remote_rpc_get_domain);
	default:
		return 0;
	}
}

/*
 * Linux has no wake locks of that kind, files are found by DSP_LIBRARY_PATH,
 * and the other requests are of the library to its driver.
 */
static int control(struct session *session, uint32_t req, void *data,
		   uint32_t datalen)
{
	if (!size_of(req))
		return req > DSPRPC_RESERVED && req <= DSPRPC_SET_MODE ?
			       AEE_EUNSUPPORTED :
			       AEE_EUNSUPPORTEDAPI;
	if (!data || datalen != size_of(req))
		return AEE_EBADPARM;
	switch (req) {
	case DSPRPC_CONTROL_LATENCY:
		return set_latency(session, data);
	case DSPRPC_GET_DSP_INFO:
		return get_dsp_info(data);
	default:
		((struct remote_rpc_get_domain *)data)->domain =
			session ? (int)session->slot : fastrpc_default_domain;
		return 0;
	}
}

EXPORT int remote_handle_control(uint32_t req, void *data, uint32_t datalen)
{
	struct session *session = NULL;
	int32_t result = 0;
	int ret = 0;

	if (req == DSPRPC_CONTROL_LATENCY)
		ret = session_get((unsigned int)fastrpc_default_domain, false,
				  &session, &result);
	if (ret)
		return aee_of(ret, result);
	ret = control(session, req, data, datalen);
	session_put(session);
	return ret;
}

EXPORT int remote_handle64_control(remote_handle64 h, uint32_t req, void *data,
				   uint32_t datalen)
{
	struct session *session;
	uint32_t remote;
	int ret = handle_get(h, &session, &remote);

	if (ret)
		return ret;
	ret = session->inner ? control(session, req, data, datalen) :
			       AEE_ECONNRESET;
	session_put(session);
	return ret;
}

/*
 * When caches are cleaned makes no difference where memory is coherent, or not
 * cached, for as long as a DSP may use it.
 */
EXPORT int remote_set_mode(uint32_t mode)
{
	if (mode != REMOTE_MODE_PARALLEL && mode != REMOTE_MODE_SERIAL)
		return AEE_EBADPARM;
	return 0;
}
