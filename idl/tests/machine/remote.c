// SPDX-License-Identifier: BSD-3-Clause
/*
 * As much of FastRPC's API as stubs need, on libqda: one session, and each fd
 * that a stub registers is a buffer with that tag.
 */
#include <stdio.h>
#include <stdlib.h>

#include <AEEStdErr.h>
#include <qda.h>

#include "fake_remote.h"
#include "remote_session.h"

#define ARGUMENTS   540
#define BUFFER_SIZE 8192

struct registered {
	struct registered *next;
	int fd;
	struct qda_buffer *buffer;
};

static struct qda_session *session;
static struct registered *registered;
/* A plain handle is an index into these, one up. */
static struct qda_module *modules[8];
static unsigned int module_count;

static int failed(const char *what, int error, int32_t result)
{
	char text[256];

	if (!error)
		return result;
	qda_error_format(text, sizeof(text), error, result);
	fprintf(stderr, "%s: %s\n", what, text);
	return AEE_EFAILED;
}

int remote_session_start(void)
{
	struct qda_device *device;
	int ret = qda_device_open(QDA_DOMAIN_ANY, &device);

	if (ret)
		return failed("device", ret, 0);
	ret = qda_session_open(device, NULL, &session, NULL);
	qda_device_close(device);
	return failed("session", ret, 0);
}

void remote_session_end(void)
{
	while (registered) {
		struct registered *next = registered->next;

		qda_buffer_free(registered->buffer);
		free(registered);
		registered = next;
	}
	qda_session_close(session);
}

static struct qda_buffer *buffer_of(int fd)
{
	for (struct registered *at = registered; at; at = at->next)
		if (at->fd == fd)
			return at->buffer;
	return NULL;
}

int remote_register_dma_handle(int fd, uint32_t length)
{
	struct registered *new;

	if (buffer_of(fd))
		return AEE_SUCCESS;
	new = calloc(1, sizeof(*new));
	if (!new || length > BUFFER_SIZE ||
	    qda_buffer_create(session, BUFFER_SIZE, &new->buffer)) {
		free(new);
		return AEE_ENOMEMORY;
	}
	new->fd = fd;
	new->next = registered;
	registered = new;
	return AEE_SUCCESS;
}

static int invoke(struct qda_module *module, uint32_t scalars,
		  const remote_arg *args)
{
	unsigned int in = REMOTE_SCALARS_INBUFS(scalars);
	unsigned int buffers = in + REMOTE_SCALARS_OUTBUFS(scalars);
	unsigned int count = REMOTE_SCALARS_LENGTH(scalars);
	struct qda_arg converted[ARGUMENTS];
	int32_t result = 0;
	int ret;

	for (unsigned int i = 0; i < count; i++) {
		if (i < in)
			converted[i] = qda_in(args[i].buf.pv, args[i].buf.nLen);
		else if (i < buffers)
			converted[i] = qda_out(args[i].buf.pv,
					       args[i].buf.nLen);
		else
			converted[i] = qda_dma(buffer_of(args[i].dma.fd),
					       args[i].dma.offset,
					       BUFFER_SIZE - args[i].dma.offset,
					       args[i].dma.fd);
	}
	ret = qda_module_invoke(module, scalars, converted, count, &result);
	return failed("invoke", ret, result);
}

int remote_handle64_open(const char *uri, remote_handle64 *handle)
{
	struct qda_module *module;
	int32_t result;
	int ret = qda_module_open(session, uri, &module, &result);

	if (!ret)
		*handle = (uintptr_t)module;
	return failed(uri, ret, result);
}

int remote_handle64_close(remote_handle64 handle)
{
	return failed("close",
		      qda_module_close((struct qda_module *)(uintptr_t)handle,
				       NULL), 0);
}

int remote_handle64_invoke(remote_handle64 handle, uint32_t scalars,
			   remote_arg *args)
{
	return invoke((struct qda_module *)(uintptr_t)handle, scalars, args);
}

int remote_handle_open(const char *uri, remote_handle *handle)
{
	int32_t result;
	int ret = qda_module_open(session, uri, &modules[module_count], &result);

	if (!ret)
		*handle = ++module_count;
	return failed(uri, ret, result);
}

int remote_handle_close(remote_handle handle)
{
	return failed("close", qda_module_close(modules[handle - 1], NULL), 0);
}

int remote_handle_invoke(remote_handle handle, uint32_t scalars,
			 remote_arg *args)
{
	return invoke(modules[handle - 1], scalars, args);
}
