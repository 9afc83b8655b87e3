// SPDX-License-Identifier: BSD-3-Clause
/*
 * The part of FastRPC's API that a generated stub calls, on libqda. Everything
 * may be used from several threads at once, but a handle must not be closed
 * while another thread uses it.
 */
#include "remote.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include <AEEStdErr.h>
#include <qda.h>

#include "qda_remote.h"

/* Open modules of a program, and DMA buffers that it registered. */
#define MODULES_MAX	1024
#define DMA_BUFFERS_MAX 1024
#define DOMAINS		(QDA_DOMAIN_CDSP3 + 1)
#define ARGS_MAX	(255 + 255 + 15 + 15)

/*
 * A handle is the slot's number, and how often the slot was used before: one
 * that was closed is not taken for another.
 */
struct slot {
	struct qda_module *module;
	uint16_t generation;
};

struct dma_buffer {
	int fd;
	uint32_t length; /* 0: the entry is free */
};

/* Protects all of what follows. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct slot slots[MODULES_MAX];
static struct dma_buffer dma_buffers[DMA_BUFFERS_MAX];
static struct qda_session *preferred;
static struct qda_session *sessions[1 + DOMAINS]; /* first: of any domain */

static _Thread_local int last_error;

/* As FastRPC's library translates them. */
static int to_aee(int error)
{
	switch (-error) {
	case 0:
		return AEE_SUCCESS;
	case ENOMEM:
	case ENOSPC:
		return AEE_ENOMEMORY;
	case EINVAL:
	case EFAULT:
	case ERANGE:
	case EBADF:
	case E2BIG:
	case EOVERFLOW:
		return AEE_EBADPARM;
	case ENODEV:
	case ENXIO:
		return AEE_ENOSUCHDEVICE;
	case ECONNREFUSED:
	case EACCES:
	case EPERM:
		return AEE_ECONNREFUSED;
	case ETIME:
	case ETIMEDOUT:
	case ESHUTDOWN:
		return AEE_EEXPIRED;
	case EINTR:
		return AEE_EINTERRUPTED;
	case ECONNRESET:
		return AEE_ECONNRESET;
	default:
		return AEE_ERPC;
	}
}

/* @result: the DSP's, where the transport has not failed */
static int finish(int error, int32_t result)
{
	last_error = error;
	if (error && error != -EREMOTEIO)
		return to_aee(error);
	if (result)
		last_error = -EREMOTEIO;
	return result || !error ? result : AEE_EFAILED;
}

int qda_remote_error(void)
{
	return last_error;
}

void qda_remote_use(struct qda_session *session)
{
	pthread_mutex_lock(&lock);
	preferred = session;
	pthread_mutex_unlock(&lock);
}

/* ---- Sessions ---------------------------------------------------------- */

/* "&_dom=cdsp": a domain, QDA_DOMAIN_ANY where there is none. */
static int find_domain(const char *uri)
{
	static const char option[] = "&_dom=";
	const char *at = strstr(uri, option);
	char name[16];
	size_t length;

	if (!at)
		return QDA_DOMAIN_ANY;
	at += sizeof(option) - 1;
	length = strcspn(at, "&");
	if (length >= sizeof(name))
		return -EINVAL;
	memcpy(name, at, length);
	name[length] = '\0';
	return qda_domain_from_name(name);
}

/* Called with the lock held. */
static int open_session(int domain, struct qda_session **session)
{
	struct qda_session **known = &sessions[1 + domain];
	struct qda_device *device;
	int ret;

	if (!*known) {
		ret = qda_device_open(domain, &device);
		if (ret)
			return ret;
		ret = qda_session_open(device, NULL, known, NULL);
		qda_device_close(device);
		if (ret)
			return ret;
	}
	*session = *known;
	return 0;
}

static int get_session(const char *uri, struct qda_session **session)
{
	int domain = find_domain(uri);
	int ret = 0;

	if (domain == -EINVAL || domain >= DOMAINS)
		return -EINVAL;
	pthread_mutex_lock(&lock);
	if (domain == QDA_DOMAIN_ANY && preferred)
		*session = preferred;
	else
		ret = open_session(domain, session);
	pthread_mutex_unlock(&lock);
	return ret;
}

/* ---- Handles ----------------------------------------------------------- */

static int add_module(struct qda_module *module, uint32_t *handle)
{
	int ret = -ENOSPC;

	pthread_mutex_lock(&lock);
	for (uint32_t i = 0; ret && i < MODULES_MAX; i++) {
		if (slots[i].module)
			continue;
		slots[i].module = module;
		*handle = (uint32_t)slots[i].generation << 16 | (i + 1);
		ret = 0;
	}
	pthread_mutex_unlock(&lock);
	return ret;
}

/* Called with the lock held; NULL for a handle that is not open. */
static struct slot *find_slot(uint64_t handle)
{
	uint64_t number = (handle & 0xffff) - 1;

	if (handle > UINT32_MAX || number >= MODULES_MAX ||
	    !slots[number].module || slots[number].generation != handle >> 16)
		return NULL;
	return &slots[number];
}

static struct qda_module *find_module(uint64_t handle)
{
	struct qda_module *module;
	struct slot *slot;

	pthread_mutex_lock(&lock);
	slot = find_slot(handle);
	module = slot ? slot->module : NULL;
	pthread_mutex_unlock(&lock);
	return module;
}

static struct qda_module *remove_module(uint64_t handle)
{
	struct qda_module *module = NULL;
	struct slot *slot;

	pthread_mutex_lock(&lock);
	slot = find_slot(handle);
	if (slot) {
		module = slot->module;
		slot->module = NULL;
		slot->generation++;
	}
	pthread_mutex_unlock(&lock);
	return module;
}

int remote_handle_open(const char *uri, remote_handle *handle)
{
	struct qda_session *session;
	struct qda_module *module;
	int32_t result = 0;
	int ret;

	if (!uri || !handle)
		return finish(-EINVAL, 0);
	ret = get_session(uri, &session);
	if (!ret)
		ret = qda_module_open(session, uri, &module, &result);
	if (ret)
		return finish(ret, result);
	ret = add_module(module, handle);
	if (ret)
		qda_module_close(module, NULL);
	return finish(ret, 0);
}

static int close_handle(uint64_t handle)
{
	struct qda_module *module = remove_module(handle);
	int32_t result = 0;

	if (!module)
		return AEE_EINVHANDLE;
	return finish(qda_module_close(module, &result), result);
}

/* ---- DMA handles ------------------------------------------------------- */

int remote_register_dma_handle(int fd, uint32_t length)
{
	struct dma_buffer *entry = NULL;

	pthread_mutex_lock(&lock);
	for (int i = 0; i < DMA_BUFFERS_MAX; i++) {
		struct dma_buffer *buffer = &dma_buffers[i];

		if (buffer->length && buffer->fd == fd) {
			entry = buffer;
			break;
		}
		if (!buffer->length && !entry)
			entry = buffer;
	}
	if (entry)
		*entry = (struct dma_buffer){ fd, length };
	pthread_mutex_unlock(&lock);
	return entry ? 0 : finish(-ENOSPC, 0);
}

static uint32_t dma_length(int fd)
{
	uint32_t length = 0;

	pthread_mutex_lock(&lock);
	for (int i = 0; i < DMA_BUFFERS_MAX && !length; i++)
		if (dma_buffers[i].fd == fd)
			length = dma_buffers[i].length;
	pthread_mutex_unlock(&lock);
	return length;
}

/* The buffer is let go of after the call. */
static int dma_arg(struct qda_session *session, const remote_arg *arg,
		   struct qda_arg *to)
{
	uint32_t length = dma_length(arg->dma.fd);
	struct qda_buffer *buffer;
	int ret;

	if (!length)
		return -EBADF;
	ret = qda_buffer_import(session, arg->dma.fd, &buffer);
	if (!ret)
		*to = qda_dma(buffer, arg->dma.offset, length, arg->dma.fd);
	return ret;
}

/* ---- Calls ------------------------------------------------------------- */

static int invoke(uint64_t handle, uint32_t scalars, remote_arg *args)
{
	uint32_t in = REMOTE_SCALARS_INBUFS(scalars);
	uint32_t buffers = in + REMOTE_SCALARS_OUTBUFS(scalars);
	uint32_t count = REMOTE_SCALARS_LENGTH(scalars), i;
	struct qda_module *module = find_module(handle);
	struct qda_arg to[ARGS_MAX];
	int32_t result = 0;
	int ret = 0;

	if (!module)
		return AEE_EINVHANDLE;
	for (i = 0; i < buffers; i++)
		to[i] = i < in ? qda_in(args[i].buf.pv, args[i].buf.nLen) :
				 qda_out(args[i].buf.pv, args[i].buf.nLen);
	for (; i < count; i++) {
		ret = dma_arg(qda_module_session(module), &args[i], &to[i]);
		if (ret)
			break;
	}
	if (!ret)
		ret = qda_module_invoke(module, scalars, to, count, &result);
	while (i-- > buffers)
		qda_buffer_free(to[i].buffer);
	return finish(ret, result);
}

int remote_handle_invoke(remote_handle handle, uint32_t scalars,
			 remote_arg *args)
{
	return invoke(handle, scalars, args);
}

int remote_handle_close(remote_handle handle)
{
	return close_handle(handle);
}

int remote_handle64_open(const char *uri, remote_handle64 *handle)
{
	remote_handle opened;
	int ret = remote_handle_open(uri, &opened);

	if (!ret)
		*handle = opened;
	return ret;
}

int remote_handle64_invoke(remote_handle64 handle, uint32_t scalars,
			   remote_arg *args)
{
	return invoke(handle, scalars, args);
}

int remote_handle64_close(remote_handle64 handle)
{
	return close_handle(handle);
}

int remote_handle64_invoke_async(remote_handle64 handle,
				 fastrpc_async_descriptor_t *descriptor,
				 uint32_t scalars, remote_arg *args)
{
	(void)handle;
	(void)descriptor;
	(void)scalars;
	(void)args;
	return AEE_EUNSUPPORTED;
}

int remote_handle_invoke_async(remote_handle handle,
			       fastrpc_async_descriptor_t *descriptor,
			       uint32_t scalars, remote_arg *args)
{
	return remote_handle64_invoke_async(handle, descriptor, scalars, args);
}
