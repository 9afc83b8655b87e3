// SPDX-License-Identifier: BSD-3-Clause
#include "listener.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "AEEStdErr.h"
#include "host_call.h"
#include "log.h"
#include "map.h"
#include "path.h"
#include "process.h"
#include "remote.h"

/* The DSP's constant handles, the newer one first: its methods are 2 higher. */
#define LISTENER1 7
#define LISTENER  3
#define INIT	  3
#define NEXT	  4
#define FETCH	  5

/* The process's own methods: with 16 bits for levels, and with 32. */
#define SET_LOGGING    3
#define SET_LOGGING_32 8

#define MESSAGE_DAEMON 5
#define LOG_BY_CALLS   REMOTE_SCALARS_MAKE(2, 0, 0)

/* By so much a process's heap may grow at its own wish. */
#define GROWTH_MAX (256ull << 20)

/* Room for a request; what is longer is fetched in pieces. */
#define ROOM (64 * 1024)

/* Names of the host's modules, and the handles that opening them gives. */
enum module {
	MODULE_CONTROL = 0,
	MODULE_FILES = 1,
	MODULE_MEMORY = 2,
	MODULE_LOG = 3,
};

struct head {
	uint32_t context;
	uint32_t handle;
	uint32_t scalars;
	int32_t length;
};

/* Its thread's, which may be left to itself, and the session's. */
struct listener {
	atomic_uint refs;
	struct session *session; /* with a reference */
	pthread_t thread;
	uint32_t handle;
	uint32_t base; /* what is added to the number of a method */
	struct dsp_log *log;
	struct files *files;
	uint8_t *room;
	atomic_bool stopping; /* nothing is answered any more */
};

static struct argument argument(const void *pointer, size_t length)
{
	return (struct argument){ .pointer = (void *)pointer,
				  .length = length,
				  .fd = -1 };
}

static int call(struct listener *l, uint32_t scalars, struct argument *args,
		unsigned int count)
{
	struct session *session = l->session;
	int32_t result = 0;
	int ret;

	ret = session->backend->invoke(session->inner, l->handle, scalars, args,
				       count, &result);
	return aee_of(ret, result);
}

static uint32_t scalars_of(const struct listener *l, uint32_t method,
			   unsigned int in, unsigned int out)
{
	return REMOTE_SCALARS_MAKE(method + l->base, in, out);
}

/* Gives the answer to the request before, and waits for the next one. */
static int next(struct listener *l, uint32_t context, int32_t result,
		const uint8_t *reply, size_t size, struct head *head)
{
	uint32_t in[4] = { context, (uint32_t)result, (uint32_t)size, ROOM };
	struct argument args[] = {
		argument(in, sizeof(in)),
		argument(reply, size),
		argument(head, sizeof(*head)),
		argument(l->room, ROOM),
	};

	return call(l, scalars_of(l, NEXT, 2, 2), args, ARRAY_SIZE(args));
}

static int fetch(struct listener *l, const struct head *head, uint8_t *request)
{
	uint32_t size = (uint32_t)head->length;

	memcpy(request, l->room, ROOM);
	for (uint32_t at = ROOM; at < size;) {
		uint32_t part = size - at < ROOM ? size - at : ROOM;
		uint32_t in[3] = { head->context, at, part };
		int32_t needed;
		struct argument args[] = {
			argument(in, sizeof(in)),
			argument(&needed, sizeof(needed)),
			argument(request + at, part),
		};
		int ret = call(l, scalars_of(l, FETCH, 1, 2), args,
			       ARRAY_SIZE(args));

		if (ret)
			return ret;
		at += part;
	}
	return 0;
}

/* remotectl of the host: which modules there are. */
static int control(const struct host_call *call)
{
	static const struct {
		const char *name;
		uint32_t handle;
	} modules[] = {
		{ "apps_std", MODULE_FILES },
		{ "apps_mem", MODULE_MEMORY },
		{ "adspmsgd_apps", MODULE_LOG },
	};
	uint32_t out[2] = { 0, AEE_ENOSUCHMOD };
	const char *name;

	switch (call->scalars & 0x1fffffff) {
	case REMOTE_SCALARS_MAKE(0, 2, 2):
		name = host_call_string(call, 1);
		if (!name)
			return AEE_EBADPARM;
		for (size_t i = 0; i < ARRAY_SIZE(modules); i++)
			if (!strcmp(name, modules[i].name)) {
				out[0] = modules[i].handle;
				out[1] = 0;
			}
		return host_call_give(call, 0, out, sizeof(out));
	case REMOTE_SCALARS_MAKE(1, 1, 2):
		return host_call_give(call, 0, out, sizeof(out[0]));
	default:
		return AEE_EUNSUPPORTED;
	}
}

/* The interface apps_mem: the heap of the process grows and shrinks. */
int host_memory_call(struct session *session, const struct host_call *call)
{
	struct {
		uint32_t heap, local_flags, remote_flags, pad;
		uint64_t address;
		int64_t length;
	} in;
	uint64_t unmap[2], out[2] = { 0 };
	int32_t result = 0;
	int ret;

	switch (call->scalars & 0x1fffffff) {
	case REMOTE_SCALARS_MAKE(2, 1, 1):
		if (host_call_fixed(call, &in, sizeof(in)) || in.length <= 0 ||
		    in.remote_flags != 0x1000)
			return AEE_EBADPARM;
		if ((uint64_t)in.length > GROWTH_MAX - session->grown)
			return AEE_ENOMEMORY;
		ret = map_grow(session, (uint64_t)in.length, &out[1], &result);
		if (ret)
			return aee_of(ret, result);
		session->grown += (uint64_t)in.length;
		return host_call_give(call, 0, out, sizeof(out));
	case REMOTE_SCALARS_MAKE(3, 1, 0):
		if (host_call_fixed(call, unmap, sizeof(unmap)))
			return AEE_EBADPARM;
		ret = map_shrink(session, unmap[0], unmap[1], &result);
		if (!ret)
			session->grown -= unmap[1] < session->grown ?
						  unmap[1] :
						  session->grown;
		return ret == -ENOENT ? AEE_ENOSUCHMAP : aee_of(ret, result);
	default:
		return AEE_EUNSUPPORTED;
	}
}

static int dispatch(struct listener *l, const struct host_call *call)
{
	switch (call->handle) {
	case MODULE_CONTROL:
		return control(call);
	case MODULE_FILES:
		return files_call(l->files, call);
	case MODULE_MEMORY:
		return host_memory_call(l->session, call);
	case MODULE_LOG:
		return dsp_log_call(l->log, call);
	default:
		return AEE_EINVHANDLE;
	}
}

static int answer(struct listener *l, const struct head *head, uint8_t **reply,
		  size_t *size)
{
	uint8_t *request = l->room;
	struct host_call call;
	int ret = 0;

	*reply = NULL;
	*size = 0;
	if (head->length < 0 || (uint32_t)head->length > HOST_BYTES_MAX)
		return AEE_ENOMEMORY;
	if (head->length > ROOM) {
		request = malloc((size_t)head->length);
		ret = request ? fetch(l, head, request) : AEE_ENOMEMORY;
	}
	if (!ret) {
		ret = host_call_parse(&call, head->handle, head->scalars,
				      request, (size_t)head->length);
		if (!ret)
			ret = dispatch(l, &call);
		if (!ret)
			ret = host_call_pack(&call, 0, reply, size);
		host_call_free(&call);
	}
	if (request != l->room)
		free(request);
	return ret;
}

static void put(struct listener *l)
{
	if (atomic_fetch_sub(&l->refs, 1) != 1)
		return;
	files_free(l->files);
	dsp_log_free(l->log);
	free(l->room);
	session_put(l->session);
	free(l);
}

/* Of session->listening. */
static pthread_mutex_t end_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t end = PTHREAD_COND_INITIALIZER;

static void set_listening(struct session *session, bool listening)
{
	pthread_mutex_lock(&end_lock);
	session->listening = listening;
	pthread_cond_broadcast(&end);
	pthread_mutex_unlock(&end_lock);
}

void listener_wait(struct session *session)
{
	pthread_mutex_lock(&end_lock);
	while (session->listening)
		pthread_cond_wait(&end, &end_lock);
	pthread_mutex_unlock(&end_lock);
}

bool listener_runs(struct session *session)
{
	bool runs;

	pthread_mutex_lock(&end_lock);
	runs = session->listening;
	pthread_mutex_unlock(&end_lock);
	return runs;
}

void listener_fork(enum fork_step step)
{
	fork_lock(&end_lock, step);
	if (step == FORK_CHILD)
		pthread_cond_init(&end, NULL);
	dsp_log_fork(step);
}

static void *listen_to_dsp(void *data)
{
	struct listener *l = data;
	uint8_t *reply = NULL;
	int32_t result = -1;
	struct head head = { 0 };
	size_t size = 0;
	bool tried = false;
	int ret;

	while (!l->stopping) {
		ret = next(l, head.context, result, reply, size, &head);
		free(reply);
		reply = NULL;
		size = 0;
		if (ret == PROCESS_IS_GONE)
			break;
		/* Any other error once: the answer may be what was wrong. */
		if (ret == AEE_EINTERRUPTED || (ret && !tried)) {
			tried = ret != AEE_EINTERRUPTED;
			head.context = 0;
			result = -1;
			continue;
		}
		if (ret || l->stopping)
			break;
		tried = false;
		result = answer(l, &head, &reply, &size);
	}
	free(reply);
	set_listening(l->session, false);
	put(l);
	return NULL;
}

static bool attach(struct listener *l)
{
	l->handle = LISTENER1;
	l->base = 2;
	if (!call(l, scalars_of(l, INIT, 0, 0), NULL, 0))
		return true;
	l->handle = LISTENER;
	l->base = 0;
	return !call(l, scalars_of(l, INIT, 0, 0), NULL, 0);
}

static struct listener *new_listener(struct session *session,
				     const struct farf *farf)
{
	struct listener *l = calloc(1, sizeof(*l));

	if (!l)
		return NULL;
	session_get_again(session);
	l->session = session;
	atomic_init(&l->refs, 1);
	l->log = dsp_log_new(session->slot, farf->mask);
	l->files = files_new(l->log);
	l->room = malloc(ROOM);
	if (l->log && l->files && l->room)
		return l;
	put(l);
	return NULL;
}

/* Levels and source files, so that the DSP sends nothing that is not wanted. */
static bool set_logging(struct session *session, const struct farf *farf)
{
	static const uint32_t methods[] = { SET_LOGGING_32, SET_LOGGING };
	uint32_t head[2] = { farf->mask, farf->count };
	uint32_t lengths[FARF_FILES_MAX];
	struct argument args[2 + FARF_FILES_MAX] = {
		argument(head, sizeof(head)),
		argument(lengths, farf->count * sizeof(lengths[0])),
	};
	const char *at = farf->files;
	int32_t result = 0;

	for (unsigned int i = 0; i < farf->count; i++) {
		lengths[i] = (uint32_t)strlen(at) + 1;
		args[2 + i] = argument(at, lengths[i]);
		at += lengths[i];
	}
	for (unsigned int i = 0; i < ARRAY_SIZE(methods); i++)
		if (!session->backend->invoke(
			    session->inner, CURRENT_PROCESS,
			    REMOTE_SCALARS_MAKE(methods[i], 2 + farf->count, 0),
			    args, 2 + farf->count, &result) &&
		    !result)
			return true;
	return false;
}

/* The DSP may call back at once: the listener runs. */
static void ask_for_logs(struct session *session, const struct farf *farf)
{
	int32_t result = 0;
	int ret;

	ret = session->backend->invoke(session->inner, MESSAGE_DAEMON,
				       LOG_BY_CALLS, NULL, 0, &result);
	if (ret || result)
		log_failure(ret, result, "the DSP does not send log lines");
	else if (!set_logging(session, farf))
		log_text("the DSP does not take levels of log lines");
}

void listener_start(struct session *session)
{
	struct listener *l;
	struct farf farf;

	farf_read(&farf);
	if (!path_is_there() && !farf.mask)
		return;
	l = new_listener(session, &farf);
	if (!l)
		return;
	if (!attach(l)) {
		put(l);
		return;
	}
	set_listening(session, true);
	atomic_fetch_add(&l->refs, 1);
	if (start_thread(&l->thread, listen_to_dsp, l)) {
		set_listening(session, false);
		atomic_fetch_sub(&l->refs, 1);
		put(l);
		return;
	}
	session->listener = l;
	if (farf.mask)
		ask_for_logs(session, &farf);
}

void listener_stop(struct session *session)
{
	struct listener *l = session ? session->listener : NULL;

	if (!l)
		return;
	session->listener = NULL;
	l->stopping = true;
	/* Where the process lives, this is how the call comes to an end. */
	process_end(session);
	if (!end_thread(l->thread))
		log_text("the DSP does not let go of a call to the host: its "
			 "process stays until it does, or this one ends");
	put(l);
}
