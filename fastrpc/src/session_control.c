// SPDX-License-Identifier: BSD-3-Clause
/* remote_session_control() */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <qda.h>

#include "AEEStdErr.h"
#include "handle.h"
#include "invoke.h"
#include "notify.h"
#include "process.h"
#include "queue.h"
#include "remote.h"
#include "session.h"
#include "uri.h"

#define ALL_DOMAINS	 (-1)
#define DEFAULT_PRIORITY 192
#define PRIORITY_MAX	 255
#define DEFAULT_STACK	 (16 * 1024)
#define STACK_MAX	 (8 * 1024 * 1024)
#define INIT_MEMORY_MIN	 (3 * 1024 * 1024)
#define INIT_MEMORY_MAX	 (200 * 1024 * 1024)

/* The process's own method that makes it crash. */
#define PROCESS_FAULT_SC REMOTE_SCALARS_MAKE(7, 0, 0)

typedef int (*change_function)(struct slot_options *options,
			       const struct session *session, void *data);

/* One slot, or each of them. */
static int change(int domain, change_function function, void *data)
{
	int ret;

	if (domain != ALL_DOMAINS)
		return slot_is_valid(domain) ? slot_change((unsigned int)domain,
							   function, data) :
					       AEE_EINVALIDDOMAIN;
	for (unsigned int slot = 0; slot < SLOTS; slot++) {
		ret = slot_change(slot, function, data);
		if (ret)
			return ret;
	}
	return 0;
}

static int change_threads(struct slot_options *options,
			  const struct session *session, void *data)
{
	const struct remote_rpc_thread_params *params = data;

	if (session)
		return AEE_EBADSTATE;
	options->threads_set = true;
	options->priority = params->prio == -1 ? DEFAULT_PRIORITY :
						 params->prio;
	options->stack_size = params->stack_size == -1 ? DEFAULT_STACK :
							 params->stack_size;
	return 0;
}

static int set_threads(void *data)
{
	const struct remote_rpc_thread_params *params = data;

	if (params->prio != -1 &&
	    (params->prio < 1 || params->prio > PRIORITY_MAX))
		return AEE_EBADPARM;
	if (params->stack_size != -1 && (params->stack_size < DEFAULT_STACK ||
					 params->stack_size > STACK_MAX))
		return AEE_EBADPARM;
	return change(params->domain, change_threads, data);
}

static int change_unsigned(struct slot_options *options,
			   const struct session *session, void *data)
{
	const struct remote_rpc_control_unsigned_module *params = data;

	if (session && session->is_unsigned != (params->enable != 0))
		return AEE_EBADSTATE;
	options->is_unsigned = params->enable != 0;
	return 0;
}

static int set_unsigned(void *data)
{
	const struct remote_rpc_control_unsigned_module *params = data;

	return change(params->domain, change_unsigned, data);
}

static int change_priority(struct slot_options *options,
			   const struct session *session, void *data)
{
	const struct remote_rpc_relative_thread_priority *params = data;
	int64_t priority = (int64_t)DEFAULT_PRIORITY +
			   params->relative_thread_priority;

	if (session)
		return AEE_EBADSTATE;
	if (priority < 1 || priority > PRIORITY_MAX)
		return AEE_EBADPARM;
	options->threads_set = true;
	options->priority = (int)priority;
	return 0;
}

static int set_priority(void *data)
{
	const struct remote_rpc_relative_thread_priority *params = data;

	return change(params->domain, change_priority, data);
}

static int change_dump(struct slot_options *options,
		       const struct session *session, void *data)
{
	const struct remote_rpc_control_pd_dump *params = data;

	if (session)
		return AEE_EBADSTATE;
	options->dump = params->enable != 0;
	return 0;
}

static int set_dump(void *data)
{
	const struct remote_rpc_control_pd_dump *params = data;

	return change(params->domain, change_dump, data);
}

/* ---- the end of processes ---- */

/* The slot's session, with a reference, where it has a process. */
static struct session *session_with_process(int slot, int *ret)
{
	struct session *session;

	*ret = slot_is_valid(slot) ? 0 : AEE_EINVALIDDOMAIN;
	if (*ret)
		return NULL;
	session = session_peek((unsigned int)slot);
	if (session && session->started)
		return session;
	session_put(session);
	*ret = AEE_ENOSUCH;
	return NULL;
}

/*
 * Calls that wait come back because the process ends, and it ends because it is
 * asked to: that way a thread of the program's gets out of a call.
 */
static int kill_process(void *data)
{
	const struct remote_rpc_process_clean_params *params = data;
	struct session *session;
	int ret;

	session = session_with_process(params->domain, &ret);
	if (!session)
		return ret;
	process_end(session);
	session->dead = true;
	session_put(session);
	session_drop((unsigned int)params->domain);
	return 0;
}

static int make_fault(void *data)
{
	const remote_rpc_process_exception *params = data;
	struct session *session;
	int ret;

	session = session_with_process(params->domain, &ret);
	if (!session)
		return ret;
	ret = invoke(session, CURRENT_PROCESS, PROCESS_FAULT_SC, NULL);
	session->dead = true;
	session_put(session);
	/* It may be gone before it can say so. */
	if (ret == PROCESS_IS_GONE || ret == AEE_ECONNRESET)
		ret = 0;
	return ret;
}

static int close_sessions(void *data)
{
	const struct remote_rpc_session_close *params = data;

	if (params->domain != ALL_DOMAINS && !slot_is_valid(params->domain))
		return AEE_EINVALIDDOMAIN;
	for (unsigned int slot = 0; slot < SLOTS; slot++) {
		if (params->domain != ALL_DOMAINS &&
		    (unsigned int)params->domain != slot)
			continue;
		queues_stop(slot);
		handle_forget_slot(slot);
		session_drop(slot);
	}
	return 0;
}

/* ---- questions ---- */

static int read_type(struct slot_options *options,
		     const struct session *session, void *data)
{
	struct remote_process_type *params = data;
	bool is_unsigned = session ? session->is_unsigned :
				     options->is_unsigned;

	params->process_type = is_unsigned ? PROCESS_TYPE_UNSIGNED :
					     PROCESS_TYPE_SIGNED;
	return 0;
}

static int get_type(void *data)
{
	const struct remote_process_type *params = data;

	return slot_is_valid(params->domain) ?
		       slot_change((unsigned int)params->domain, read_type,
				   data) :
		       AEE_EINVALIDDOMAIN;
}

static int start_telling(struct slot_options *options,
			 const struct session *session, void *data)
{
	(void)options;
	(void)data;
	if (session)
		notify_started((struct session *)session);
	return 0;
}

/* Where nothing could be told, the program learns so before it relies on it. */
static int register_notification(void *data)
{
	const remote_rpc_notif_register_t *params = data;
	struct session *session;
	int32_t result;
	int ret;

	if (!slot_is_valid(params->domain))
		return AEE_EINVALIDDOMAIN;
	if (!params->notifier_fn)
		return AEE_EBADPARM;
	ret = session_get((unsigned int)params->domain, false, &session,
			  &result);
	if (ret)
		return aee_of(ret, result);
	ret = session->backend->tells_status ? 0 : -EOPNOTSUPP;
	session_put(session);
	if (!ret)
		ret = notify_register((unsigned int)params->domain,
				      params->notifier_fn, params->context);
	if (!ret)
		ret = slot_change((unsigned int)params->domain, start_telling,
				  NULL);
	return aee_of(ret, 0);
}

static int check_init_memory(void *data)
{
	const struct remote_rpc_pd_initmem_size *params = data;

	if (params->pd_initmem_size < INIT_MEMORY_MIN ||
	    params->pd_initmem_size > INIT_MEMORY_MAX)
		return AEE_EBADPARM;
	/* The drivers choose it themselves. */
	return AEE_EUNSUPPORTED;
}

/* ---- sessions ---- */

static int reserve(void *data)
{
	remote_rpc_reserve_new_session_t *params = data;
	unsigned int session;
	int domain;

	if (!params->domain_name || !params->session_name ||
	    !params->session_name_len)
		return AEE_EBADPARM;
	domain = uri_domain(params->domain_name, params->domain_name_len);
	if (domain < 0)
		return AEE_EINVALIDDOMAIN;
	if (slot_reserve(domain, &session))
		return AEE_ENOSESSION;
	params->session_id = session;
	params->effective_domain_id = session * DOMAINS + (uint32_t)domain;
	return 0;
}

static int get_effective_id(void *data)
{
	remote_rpc_effective_domain_id_t *params = data;
	int domain;

	if (!params->domain_name || params->session_id >= SESSIONS)
		return AEE_EBADPARM;
	domain = uri_domain(params->domain_name, params->domain_name_len);
	if (domain < 0)
		return AEE_EINVALIDDOMAIN;
	params->effective_domain_id = params->session_id * DOMAINS +
				      (uint32_t)domain;
	return 0;
}

static int get_uri(void *data)
{
	remote_rpc_get_uri_t *params = data;
	int domain, length;

	if (!params->domain_name || !params->module_uri || !params->uri ||
	    params->session_id >= SESSIONS ||
	    params->module_uri_len > INT32_MAX)
		return AEE_EBADPARM;
	domain = uri_domain(params->domain_name, params->domain_name_len);
	if (domain < 0)
		return AEE_EINVALIDDOMAIN;
	length = snprintf(params->uri, params->uri_len,
			  "%.*s&_dom=%s&_session=%u",
			  (int)params->module_uri_len, params->module_uri,
			  qda_domain_name(domain), params->session_id);
	return length < 0 || (uint32_t)length >= params->uri_len ?
		       AEE_EBADSIZE :
		       0;
}

struct request {
	uint32_t size;
	int (*function)(void *data);
};

/*
 * What is not here cannot be done: neither driver knows how many threads a
 * process may have, nor contexts of several DSPs.
 */
static const struct request requests[] = {
	[FASTRPC_THREAD_PARAMS] = { sizeof(struct remote_rpc_thread_params),
				    set_threads },
	[DSPRPC_CONTROL_UNSIGNED_MODULE] = { sizeof(struct
						    remote_rpc_control_unsigned_module),
					     set_unsigned },
	[FASTRPC_RELATIVE_THREAD_PRIORITY] = { sizeof(struct
						      remote_rpc_relative_thread_priority),
					       set_priority },
	[FASTRPC_REMOTE_PROCESS_KILL] = { sizeof(struct
						 remote_rpc_process_clean_params),
					  kill_process },
	[FASTRPC_SESSION_CLOSE] = { sizeof(struct remote_rpc_session_close),
				    close_sessions },
	[FASTRPC_CONTROL_PD_DUMP] = { sizeof(struct remote_rpc_control_pd_dump),
				      set_dump },
	[FASTRPC_REMOTE_PROCESS_EXCEPTION] = { sizeof(remote_rpc_process_exception),
					       make_fault },
	[FASTRPC_REMOTE_PROCESS_TYPE] = { sizeof(struct remote_process_type),
					  get_type },
	[FASTRPC_REGISTER_STATUS_NOTIFICATIONS] = { sizeof(remote_rpc_notif_register_t),
						    register_notification },
	[FASTRPC_PD_INITMEM_SIZE] = { sizeof(struct remote_rpc_pd_initmem_size),
				      check_init_memory },
	[FASTRPC_RESERVE_NEW_SESSION] = { sizeof(remote_rpc_reserve_new_session_t),
					  reserve },
	[FASTRPC_GET_EFFECTIVE_DOMAIN_ID] = { sizeof(remote_rpc_effective_domain_id_t),
					      get_effective_id },
	[FASTRPC_GET_URI] = { sizeof(remote_rpc_get_uri_t), get_uri },
	[FASTRPC_CONTEXT_DESTROY] = { 0 },
};

EXPORT int remote_session_control(uint32_t req, void *data, uint32_t datalen)
{
	if (req >= ARRAY_SIZE(requests))
		return AEE_EUNSUPPORTEDAPI;
	if (!requests[req].function)
		return AEE_EUNSUPPORTED;
	if (!data || datalen != requests[req].size)
		return AEE_EBADPARM;
	return requests[req].function(data);
}
