// SPDX-License-Identifier: BSD-3-Clause
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "internal.h"

_Static_assert(QDA_SESSION_STATE_DEAD == DRM_QDA_SESSION_STATE_DEAD, "");
_Static_assert(sizeof(struct qda_session_state) ==
		       sizeof(struct drm_qda_query_session),
	       "");

/*
 * The kernel itself tells parent from child: it wipes this page in the child,
 * also where fork() was not called through the C library.
 */
static int make_alive_page(const uint32_t **alive)
{
	size_t size = (size_t)sysconf(_SC_PAGESIZE);
	uint32_t *page = mmap(NULL, size, PROT_READ | PROT_WRITE,
			      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (page == MAP_FAILED)
		return -errno;
	if (madvise(page, size, MADV_WIPEONFORK)) {
		int err = -errno;

		munmap(page, size);
		return err;
	}
	*page = 1;
	*alive = page;
	return 0;
}

int qda_session_check(const struct qda_session *session)
{
	return *session->alive ? 0 : -EOWNERDEAD;
}

static int load_shell(int fd, const void *shell, size_t length,
		      struct qda_bo *bo)
{
	void *address;
	int ret = qda_bo_create(fd, length, bo);

	if (ret)
		return ret;
	ret = qda_sys->map(fd, bo->size, bo->mmap_offset, &address);
	if (ret) {
		qda_bo_close(fd, bo->handle);
		return ret;
	}
	memcpy(address, shell, length);
	qda_sys->unmap(address, bo->size);
	return 0;
}

_Static_assert(QDA_SESSION_SENSORS == DRM_QDA_SESSION_SENSORS, "");
#define KNOWN_ATTRIBUTES(prefix)                                              \
	(prefix##_DEBUG | prefix##_ADAPTIVE_QOS << 1 | prefix##_SYSTEM << 2 | \
	 prefix##_DUMP << 3)
_Static_assert(KNOWN_ATTRIBUTES(QDA_PROCESS) == 0x4a1, "");
_Static_assert(KNOWN_ATTRIBUTES(DRM_QDA_PROCESS) == 0x4a1, "");

#define SESSION_FLAGS                                                 \
	(QDA_SESSION_SIGNED | QDA_SESSION_EVENTS | QDA_SESSION_POLL | \
	 QDA_SESSION_OUTPUT_ALWAYS)

static int fill_create(const struct qda_session_options *options,
		       struct drm_qda_remote_session_create *create)
{
	create->kind = options->kind;
	create->attributes = options->attributes;
	if (options->kind == QDA_SESSION_DYNAMIC &&
	    !(options->flags & QDA_SESSION_SIGNED))
		create->attributes |= DRM_QDA_PROCESS_UNSIGNED;
	if (options->flags & QDA_SESSION_EVENTS)
		create->flags |= DRM_QDA_SESSION_EVENTS;
	if (options->flags & QDA_SESSION_POLL)
		create->flags |= DRM_QDA_SESSION_POLL;
	if (options->name) {
		if (strlen(options->name) >= sizeof(create->name))
			return -ENAMETOOLONG;
		memcpy(create->name, options->name, strlen(options->name));
	}
	return 0;
}

static int start_process(int fd, const struct qda_session_options *options,
			 int32_t *result)
{
	struct drm_qda_remote_session_create create = { 0 };
	struct qda_bo bo = { 0 };
	int ret = fill_create(options, &create);

	if (!ret && options->shell_length) {
		ret = load_shell(fd, options->shell, options->shell_length,
				 &bo);
		create.shell_handle = bo.handle;
		create.shell_length = options->shell_length -
				      options->signature_length;
		create.signature_length = options->signature_length;
	}
	if (ret)
		return ret;
	ret = qda_node_ioctl(fd, DRM_IOCTL_QDA_REMOTE_SESSION_CREATE, &create);
	if (ret == -EREMOTEIO && result)
		*result = create.result;
	if (bo.handle)
		qda_bo_close(fd, bo.handle);
	return ret;
}

static int read_options(const struct qda_session_options *given,
			struct qda_session_options *options)
{
	*options = (struct qda_session_options)QDA_SESSION_OPTIONS_INIT;
	if (!given)
		return 0;
	/* What a newer program may ask for this library cannot do. */
	if (given->size > sizeof(*options))
		return -E2BIG;
	memcpy(options, given, given->size);
	if (options->flags & ~SESSION_FLAGS || options->timeout_ns < 0 ||
	    (options->shell_length && !options->shell) || options->reserved ||
	    options->signature_length > options->shell_length)
		return -EINVAL;
	return 0;
}

static struct qda_session *alloc_session(int *ret)
{
	struct qda_session *session = calloc(1, sizeof(*session));

	if (!session) {
		*ret = -ENOMEM;
		return NULL;
	}
	*ret = make_alive_page(&session->alive);
	if (*ret) {
		free(session);
		return NULL;
	}
	session->fd = -1;
	pthread_mutex_init(&session->buffers_lock, NULL);
	pthread_rwlock_init(&session->ranges_lock, NULL);
	pthread_mutex_init(&session->calls_lock, NULL);
	pthread_mutex_init(&session->modules_lock, NULL);
	return session;
}

QDA_EXPORT int qda_session_prepare(struct qda_device *device,
				   struct qda_session **session)
{
	struct qda_device_info info;
	struct qda_session *new;
	int ret = 0;

	new = alloc_session(&ret);
	if (!new)
		return ret;
	ret = qda_node_open(device->path, &new->fd, &info);
	if (ret) {
		qda_session_close(new);
		return ret;
	}
	new->buffer_size_max = info.buffer_size_max;
	new->batches = info.version_major > 1 || info.version_minor >= 2;
	*session = new;
	return 0;
}

QDA_EXPORT int qda_session_start(struct qda_session *session,
				 const struct qda_session_options *given,
				 int32_t *result)
{
	struct qda_session_options options;
	int ret = qda_session_check(session);

	if (result)
		*result = 0;
	if (!ret)
		ret = read_options(given, &options);
	if (!ret)
		ret = start_process(session->fd, &options, result);
	if (ret)
		return ret;
	session->timeout_ns = options.timeout_ns;
	session->output_always = options.flags & QDA_SESSION_OUTPUT_ALWAYS;
	return 0;
}

QDA_EXPORT int qda_session_open(struct qda_device *device,
				const struct qda_session_options *options,
				struct qda_session **session, int32_t *result)
{
	struct qda_session_options checked;
	struct qda_session *new;
	int ret = read_options(options, &checked);

	if (result)
		*result = 0;
	if (!ret)
		ret = qda_session_prepare(device, &new);
	if (ret)
		return ret;
	ret = qda_session_start(new, options, result);
	if (ret)
		qda_session_close(new);
	else
		*session = new;
	return ret;
}

/*
 * In a forked child a lock may be held by a thread that is not there, so
 * nothing is locked here: nobody else may use the session any more anyway.
 */
QDA_EXPORT void qda_session_close(struct qda_session *session)
{
	if (!session)
		return;
	qda_session_free_calls(session);
	qda_session_free_modules(session);
	qda_session_free_maps(session);
	qda_session_free_buffers(session);
	if (session->fd >= 0)
		qda_sys->close(session->fd);
	munmap((void *)session->alive, (size_t)sysconf(_SC_PAGESIZE));
	free(session);
}

QDA_EXPORT int qda_session_fd(const struct qda_session *session)
{
	return session->fd;
}

QDA_EXPORT int qda_session_get_state(struct qda_session *session,
				     struct qda_session_state *state,
				     size_t size)
{
	struct drm_qda_query_session answer = { 0 };
	struct drm_qda_query query = {
		.type = DRM_QDA_QUERY_SESSION,
		.size = sizeof(answer),
		.data_ptr = (uintptr_t)&answer,
	};
	struct qda_session_state known;
	int ret = qda_session_check(session);

	if (!ret)
		ret = qda_node_ioctl(session->fd, DRM_IOCTL_QDA_QUERY, &query);
	if (ret)
		return ret;
	known = (struct qda_session_state){
		.state = answer.state,
		.process = answer.process,
		.calls = answer.calls,
	};
	qda_copy_struct(state, size, &known, sizeof(known));
	return 0;
}

QDA_EXPORT int qda_session_get_attributes(struct qda_session *session,
					  uint32_t *attributes, size_t count)
{
	struct drm_qda_query_dsp answer = { 0 };
	struct drm_qda_query query = {
		.type = DRM_QDA_QUERY_DSP,
		.size = sizeof(answer),
		.data_ptr = (uintptr_t)&answer,
	};
	int ret = qda_session_check(session);

	if (count > QDA_DSP_ATTRIBUTES)
		return -EINVAL;
	if (!ret)
		ret = qda_node_ioctl(session->fd, DRM_IOCTL_QDA_QUERY, &query);
	if (!ret)
		memcpy(attributes, answer.attributes,
		       count * sizeof(*attributes));
	return ret;
}

QDA_EXPORT int qda_session_get_stats(const struct qda_session *session,
				     struct qda_session_stats *stats,
				     size_t size)
{
	const struct qda_counters *counters = &session->counters;
	struct qda_session_stats known = {
		.calls = counters->calls,
		.bytes_in = counters->bytes_in,
		.bytes_out = counters->bytes_out,
		.arguments_shared = counters->arguments_shared,
		.arguments_copied = counters->arguments_copied,
		.arenas = counters->arenas,
	};

	qda_copy_struct(stats, size, &known, sizeof(known));
	return 0;
}
