// SPDX-License-Identifier: BSD-3-Clause
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"

/*
 * The module that opens and closes modules, remote handle 0. FastRPC wire:
 * method 0 takes {length of the name with its NUL, room for the error text}
 * and the name, and gives {handle, error} and the text; method 1 takes {handle,
 * room} and gives {error} and the text.
 */
#define REMOTECTL	0
#define REMOTECTL_OPEN	QDA_SCALARS(0, 2, 2, 0, 0)
#define REMOTECTL_CLOSE QDA_SCALARS(1, 1, 2, 0, 0)

/* As much room as every DSP is known to be asked with. */
#define ERROR_TEXT 255
_Static_assert(ERROR_TEXT < QDA_DETAIL_SIZE, "a NUL comes after it");

#define URI_MAX 4096

/* Handles that mean the same in each process are no module's. */
#define HANDLE_DYNAMIC_MIN 3

struct open_in {
	uint32_t name_length;
	uint32_t text_length;
};

struct open_out {
	uint32_t handle;
	int32_t error;
};

struct close_in {
	uint32_t handle;
	uint32_t text_length;
};

static void set_detail(struct qda_session *session, const char *text)
{
	pthread_mutex_lock(&session->modules_lock);
	strcpy(session->detail, text);
	pthread_mutex_unlock(&session->modules_lock);
}

QDA_EXPORT int qda_session_detail(struct qda_session *session, char *text,
				  size_t size)
{
	size_t length;
	int ret = qda_session_check(session);

	if (ret)
		return ret;
	if (!size)
		return -EINVAL;
	pthread_mutex_lock(&session->modules_lock);
	length = strnlen(session->detail, size - 1);
	memcpy(text, session->detail, length);
	pthread_mutex_unlock(&session->modules_lock);
	text[length] = '\0';
	return 0;
}

/* The DSP answers twice: the call's result, and the loader's in its output. */
static int settle(struct qda_session *session, int32_t call_result,
		  int32_t loader_error, const char *text, int32_t *result)
{
	int32_t why = call_result ? call_result : loader_error;

	set_detail(session, why ? text : "");
	if (!why)
		return 0;
	if (result)
		*result = why;
	return -EREMOTEIO;
}

static int remote_open(struct qda_session *session, const char *uri,
		       uint32_t *handle, int32_t *result)
{
	char text[ERROR_TEXT + 1] = "";
	struct open_in in = { strlen(uri) + 1, ERROR_TEXT };
	struct open_out out = { 0 };
	struct qda_arg args[] = {
		qda_in(&in, sizeof(in)),
		qda_in(uri, in.name_length),
		qda_out(&out, sizeof(out)),
		qda_out(text, ERROR_TEXT),
	};
	int32_t call_result;
	int ret;

	ret = qda_invoke(session, REMOTECTL, REMOTECTL_OPEN, args, 4,
			 &call_result);
	if (ret)
		return ret;
	ret = settle(session, call_result, out.error, text, result);
	if (!ret && out.handle < HANDLE_DYNAMIC_MIN)
		return -EPROTO;
	*handle = out.handle;
	return ret;
}

static int remote_close(struct qda_session *session, uint32_t handle,
			int32_t *result)
{
	char text[ERROR_TEXT + 1] = "";
	struct close_in in = { handle, ERROR_TEXT };
	int32_t error = 0;
	struct qda_arg args[] = {
		qda_in(&in, sizeof(in)),
		qda_out(&error, sizeof(error)),
		qda_out(text, ERROR_TEXT),
	};
	int32_t call_result;
	int ret;

	ret = qda_invoke(session, REMOTECTL, REMOTECTL_CLOSE, args, 3,
			 &call_result);
	if (ret)
		return ret;
	return settle(session, call_result, error, text, result);
}

QDA_EXPORT int qda_module_open(struct qda_session *session, const char *uri,
			       struct qda_module **module, int32_t *result)
{
	struct qda_module *new;
	int ret;

	if (result)
		*result = 0;
	if (strnlen(uri, URI_MAX) == URI_MAX)
		return -ENAMETOOLONG;
	new = calloc(1, sizeof(*new));
	if (!new)
		return -ENOMEM;
	ret = remote_open(session, uri, &new->handle, result);
	if (ret) {
		free(new);
		return ret;
	}
	new->session = session;
	pthread_mutex_lock(&session->modules_lock);
	new->next = session->modules;
	session->modules = new;
	pthread_mutex_unlock(&session->modules_lock);
	*module = new;
	return 0;
}

static void unlink_module(struct qda_module *module)
{
	struct qda_module **link = &module->session->modules;

	while (*link != module)
		link = &(*link)->next;
	*link = module->next;
}

QDA_EXPORT int qda_module_close(struct qda_module *module, int32_t *result)
{
	struct qda_session *session;
	int ret;

	if (result)
		*result = 0;
	if (!module)
		return 0;
	session = module->session;
	ret = qda_session_check(session);
	if (ret) {
		unlink_module(module);
		free(module);
		return ret;
	}
	ret = remote_close(session, module->handle, result);
	pthread_mutex_lock(&session->modules_lock);
	unlink_module(module);
	pthread_mutex_unlock(&session->modules_lock);
	free(module);
	return ret;
}

void qda_session_free_modules(struct qda_session *session)
{
	struct qda_module *module = session->modules;

	while (module) {
		struct qda_module *next = module->next;

		free(module);
		module = next;
	}
}

QDA_EXPORT uint32_t qda_module_handle(const struct qda_module *module)
{
	return module->handle;
}

QDA_EXPORT struct qda_session *qda_module_session(
	const struct qda_module *module)
{
	return module->session;
}

QDA_EXPORT int qda_module_invoke(struct qda_module *module, uint32_t scalars,
				 const struct qda_arg *args, size_t count,
				 int32_t *result)
{
	return qda_invoke(module->session, module->handle, scalars, args, count,
			  result);
}
