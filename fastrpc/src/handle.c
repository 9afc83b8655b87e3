// SPDX-License-Identifier: BSD-3-Clause
#include "handle.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "AEEStdErr.h"
#include "remote.h"
#include "uri.h"

/* remotectl; see module.c of libqda for what it takes and gives. */
#define REMOTECTL	0
#define REMOTECTL_OPEN	REMOTE_SCALARS_MAKE(0, 2, 2)
#define REMOTECTL_CLOSE REMOTE_SCALARS_MAKE(1, 1, 2)
#define ERROR_TEXT	255
#define URI_MAX		4096

/* The DSP's constant handles; 1 and 2 are its kernel's. */
#define STATIC_MAX 20

/*
 * A handle is a place in the table and how often that was used before, so that
 * one that was closed is recognised. It is above the constant ones.
 */
#define PLACES_MAX	0x10000u
#define GENERATION_MASK 0x7fffu

struct module {
	struct session *session; /* with a reference; NULL: free */
	uint32_t remote;
	uint32_t generation;
};

static pthread_rwlock_t lock = PTHREAD_RWLOCK_INITIALIZER;
static struct module *modules;
static uint32_t count;

static uint32_t name_of(uint32_t place)
{
	return ((modules[place].generation & GENERATION_MASK) + 1) << 16 |
	       place;
}

/* Called with the lock held. */
static struct module *find(uint64_t handle)
{
	uint32_t place = handle & (PLACES_MAX - 1);

	if (handle >> 32 || place >= count || !modules[place].session ||
	    name_of(place) != handle)
		return NULL;
	return &modules[place];
}

/* Called with the lock held for writing. */
static int find_place(uint32_t *place)
{
	uint32_t new_count = count ? 2 * count : 64;
	struct module *new;

	for (uint32_t i = 0; i < count; i++) {
		if (modules[i].session)
			continue;
		*place = i;
		return 0;
	}
	if (new_count > PLACES_MAX)
		return -ENOSPC;
	new = reallocarray(modules, new_count, sizeof(*new));
	if (!new)
		return -ENOMEM;
	memset(new + count, 0, (new_count - count) * sizeof(*new));
	modules = new;
	*place = count;
	count = new_count;
	return 0;
}

/* Takes the session's reference over. */
static int add(struct session *session, uint32_t remote, uint32_t *handle)
{
	uint32_t place;
	int ret;

	pthread_rwlock_wrlock(&lock);
	ret = find_place(&place);
	if (!ret) {
		modules[place].session = session;
		modules[place].remote = remote;
		modules[place].generation++;
		*handle = name_of(place);
	}
	pthread_rwlock_unlock(&lock);
	return ret;
}

int handle_get(uint64_t handle, struct session **session, uint32_t *remote)
{
	struct module *module;
	int32_t result = 0;
	int ret;

	if (handle <= STATIC_MAX) {
		*remote = (uint32_t)handle;
		ret = session_get((unsigned int)fastrpc_default_domain, true,
				  session, &result);
		return aee_of(ret, result);
	}
	pthread_rwlock_rdlock(&lock);
	module = find(handle);
	if (module) {
		*session = module->session;
		*remote = module->remote;
		session_get_again(module->session);
	}
	pthread_rwlock_unlock(&lock);
	return module ? 0 : AEE_EINVHANDLE;
}

static int take(uint64_t handle, struct session **session, uint32_t *remote)
{
	struct module *module;

	pthread_rwlock_wrlock(&lock);
	module = find(handle);
	if (module) {
		*session = module->session;
		*remote = module->remote;
		module->session = NULL;
	}
	pthread_rwlock_unlock(&lock);
	return module ? 0 : AEE_EINVHANDLE;
}

void handle_forget_slot(unsigned int slot)
{
	for (uint32_t i = 0; i < count; i++) {
		struct session *session = NULL;

		pthread_rwlock_wrlock(&lock);
		if (modules[i].session && modules[i].session->slot == slot) {
			session = modules[i].session;
			modules[i].session = NULL;
		}
		pthread_rwlock_unlock(&lock);
		session_put(session);
	}
}

bool handle_is_gone(uint64_t handle)
{
	struct session *session;
	uint32_t remote;
	bool gone;

	if (handle_get(handle, &session, &remote))
		return true;
	gone = session->dead;
	session_put(session);
	return gone;
}

void handle_fork(enum fork_step step)
{
	fork_rwlock(&lock, step);
}

/* ---- opening and closing on the DSP ---- */

static int remote_open(struct session *session, const char *uri,
		       uint32_t *remote, char *text, int32_t *result)
{
	uint32_t in[2] = { (uint32_t)strlen(uri) + 1, ERROR_TEXT };
	struct {
		uint32_t handle;
		int32_t error;
	} out = { 0 };
	struct argument args[] = {
		{ .pointer = in, .length = sizeof(in), .fd = -1 },
		{ .pointer = (void *)uri, .length = in[0], .fd = -1 },
		{ .pointer = &out, .length = sizeof(out), .fd = -1 },
		{ .pointer = text, .length = ERROR_TEXT, .fd = -1 },
	};
	int ret;

	ret = session->backend->invoke(session->inner, REMOTECTL,
				       REMOTECTL_OPEN, args, ARRAY_SIZE(args),
				       result);
	if (!ret && !*result)
		*result = out.error;
	if (!ret && *result)
		ret = -EREMOTEIO;
	if (!ret && out.handle <= STATIC_MAX)
		ret = -EPROTO;
	*remote = out.handle;
	return ret;
}

static int remote_close(struct session *session, uint32_t remote, char *text,
			int32_t *result)
{
	uint32_t in[2] = { remote, ERROR_TEXT };
	int32_t error = 0;
	struct argument args[] = {
		{ .pointer = in, .length = sizeof(in), .fd = -1 },
		{ .pointer = &error, .length = sizeof(error), .fd = -1 },
		{ .pointer = text, .length = ERROR_TEXT, .fd = -1 },
	};
	int ret;

	ret = session->backend->invoke(session->inner, REMOTECTL,
				       REMOTECTL_CLOSE, args, ARRAY_SIZE(args),
				       result);
	if (!ret && !*result)
		*result = error;
	return !ret && *result ? -EREMOTEIO : ret;
}

static void report(int ret, int32_t result, const char *what, const char *text)
{
	if (ret && *text)
		log_failure(ret, result, "%s: the DSP says \"%s\"", what, text);
	else if (ret)
		log_failure(ret, result, "%s", what);
}

int handle_open(unsigned int slot, const char *uri, uint32_t *handle)
{
	char text[ERROR_TEXT + 1] = "";
	struct session *session;
	int32_t result = 0;
	uint32_t remote;
	int ret;

	ret = session_get(slot, true, &session, &result);
	if (ret)
		return aee_of(ret, result);
	ret = remote_open(session, uri, &remote, text, &result);
	session_note_end(session, ret, result);
	report(ret, result, uri, text);
	if (!ret)
		ret = add(session, remote, handle);
	if (ret)
		session_put(session);
	return aee_of(ret, result);
}

static const char *after(const char *text, const char *prefix)
{
	size_t length = strlen(prefix);

	return strncmp(text, prefix, length) ? NULL : text + length;
}

/*
 * Names that are for the library itself and make a process of a certain kind.
 * Its handle is 0: the constant handles are what it can be called by.
 */
static int open_kind(unsigned int slot, const char *name, uint32_t *handle)
{
	enum process_kind kind = PROCESS_DYNAMIC;
	char which[32] = "";
	const char *static_name;
	int32_t result = 0;
	size_t length;
	int ret;

	static_name = after(name, "createstaticpd:");
	if (static_name) {
		length = strcspn(static_name, "&");
		if (!length || length >= sizeof(which))
			return AEE_EINVALIDPROCNAME;
		memcpy(which, static_name, length);
		kind = strcmp(which, "sensorspd") ? PROCESS_STATIC :
						    PROCESS_SENSORS;
	} else if (after(name, "attachguestos")) {
		kind = PROCESS_ROOT;
	} else if (!after(name, "attachuserpd")) {
		return AEE_EUNSUPPORTED;
	}
	*handle = 0;
	ret = session_start_kind(slot, kind,
				 kind == PROCESS_STATIC ? which : "", &result);
	return aee_of(ret, result);
}

static int open_name(const char *name, uint32_t *handle)
{
	const char *own;
	unsigned int slot;

	if (!name || !handle || strnlen(name, URI_MAX) == URI_MAX)
		return AEE_EBADPARM;
	if (uri_slot(name, &slot)) {
		log_text("%s: there is no such DSP or session", name);
		return AEE_EINVALIDDOMAIN;
	}
	own = after(name, ITRANSPORT_PREFIX);
	return own ? open_kind(slot, own, handle) :
		     handle_open(slot, name, handle);
}

static int close_handle(uint64_t handle)
{
	char text[ERROR_TEXT + 1] = "";
	struct session *session;
	int32_t result = 0;
	uint32_t remote;
	int ret;

	if (handle <= STATIC_MAX)
		return handle ? AEE_EINVHANDLE : 0;
	ret = take(handle, &session, &remote);
	if (ret)
		return ret;
	ret = session->dead || !session->inner ?
		      0 :
		      remote_close(session, remote, text, &result);
	session_note_end(session, ret, result);
	report(ret, result, "cannot close a module", text);
	session_put(session);
	return aee_of(ret, result);
}

EXPORT int remote_handle_open(const char *name, remote_handle *ph)
{
	return open_name(name, ph);
}

EXPORT int remote_handle64_open(const char *name, remote_handle64 *ph)
{
	uint32_t handle;
	int ret;

	if (!ph)
		return AEE_EBADPARM;
	ret = open_name(name, &handle);
	if (!ret)
		*ph = handle;
	return ret;
}

EXPORT int remote_handle_close(remote_handle h)
{
	return close_handle(h);
}

EXPORT int remote_handle64_close(remote_handle64 h)
{
	return close_handle(h);
}
