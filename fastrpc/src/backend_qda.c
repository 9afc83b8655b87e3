// SPDX-License-Identifier: BSD-3-Clause
/* By QDA's driver, through libqda. */
#include <errno.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <qda.h>

#include "backend.h"
#include "fastrpc.h"

struct inner {
	struct qda_session *session;
	int domain;
	bool can_poll;	     /* the device has it */
	atomic_bool started; /* and so it is decided */
	atomic_bool polls;
	int stop; /* eventfd: nobody wants to know any more */
};

static int qda_open(int domain, void **session)
{
	struct inner *inner = calloc(1, sizeof(*inner));
	struct qda_device_info info;
	struct qda_device *device;
	int ret;

	if (!inner)
		return -ENOMEM;
	inner->domain = domain;
	inner->stop = eventfd(0, EFD_CLOEXEC);
	if (inner->stop < 0) {
		ret = -errno;
		free(inner);
		return ret;
	}
	ret = qda_device_open(domain, &device);
	if (!ret) {
		qda_device_get_info(device, &info, sizeof(info));
		inner->can_poll = info.features & QDA_FEATURE_POLL;
		ret = qda_session_prepare(device, &inner->session);
		qda_device_close(device);
	}
	if (ret) {
		close(inner->stop);
		free(inner);
		return ret;
	}
	*session = inner;
	return 0;
}

static void qda_close(void *session)
{
	struct inner *inner = session;

	qda_session_close(inner->session);
	close(inner->stop);
	free(inner);
}

static int qda_start(void *session, const struct process_options *options,
		     int32_t *result)
{
	static const uint32_t kinds[] = {
		[PROCESS_DYNAMIC] = QDA_SESSION_DYNAMIC,
		[PROCESS_STATIC] = QDA_SESSION_STATIC,
		[PROCESS_ROOT] = QDA_SESSION_ROOT,
		[PROCESS_SENSORS] = QDA_SESSION_SENSORS,
	};
	struct qda_session_options how = QDA_SESSION_OPTIONS_INIT;
	struct inner *inner = session;
	int ret;

	/* As mainline's driver does, and functions that count on it expect. */
	how.flags = QDA_SESSION_OUTPUT_ALWAYS;
	how.kind = kinds[options->kind];
	if (options->kind == PROCESS_STATIC)
		how.name = options->name;
	if (options->events)
		how.flags |= QDA_SESSION_EVENTS;
	if (options->kind == PROCESS_DYNAMIC) {
		if (!options->is_unsigned)
			how.flags |= QDA_SESSION_SIGNED;
		if (options->dump)
			how.attributes |= QDA_PROCESS_DUMP;
		if (options->adaptive_qos)
			how.attributes |= QDA_PROCESS_ADAPTIVE_QOS;
		if (options->poll && inner->can_poll)
			how.flags |= QDA_SESSION_POLL;
		how.shell = options->shell;
		how.shell_length = options->shell_length;
	}
	ret = qda_session_start(inner->session, &how, result);
	inner->polls = !ret && how.flags & QDA_SESSION_POLL;
	inner->started = !ret;
	return ret;
}

static int qda_alloc(void *session, size_t size, int *fd, void **buffer)
{
	struct inner *inner = session;
	struct qda_buffer *new;
	int ret = qda_buffer_create(inner->session, size, &new);

	if (ret)
		return ret;
	ret = qda_buffer_export(new, fd);
	if (ret)
		qda_buffer_free(new);
	else
		*buffer = new;
	return ret;
}

static int qda_import(void *session, int fd, void **buffer)
{
	struct inner *inner = session;

	return qda_buffer_import(inner->session, fd,
				 (struct qda_buffer **)buffer);
}

static void qda_release(void *session, void *buffer)
{
	(void)session;
	qda_buffer_free(buffer);
}

static uint32_t kind_of(enum map_kind kind)
{
	switch (kind) {
	case MAP_TAG:
		return QDA_MAP_TAG;
	case MAP_STATIC:
		return QDA_MAP_STATIC;
	default:
		return QDA_MAP_TAG_DELAYED;
	}
}

static int qda_map(void *session, struct map_request *request, void **map,
		   int32_t *result)
{
	struct qda_map *new;
	int ret;

	(void)session;
	ret = qda_map_create(request->buffer, kind_of(request->kind),
			     request->tag, 0, request->length, &new, result);
	if (ret)
		return ret;
	request->address = qda_map_address(new);
	*map = new;
	return 0;
}

static int qda_unmap(void *session, const struct map_request *request,
		     void *map, int32_t *result)
{
	(void)session;
	(void)request;
	return qda_map_free(map, result);
}

static int qda_grow(void *session, uint64_t size, uint64_t *address, void **map,
		    int32_t *result)
{
	struct inner *inner = session;
	struct qda_buffer *buffer;
	struct qda_map *new;
	int ret = qda_buffer_create(inner->session, size, &buffer);

	if (ret)
		return ret;
	ret = qda_map_create(buffer, QDA_MAP_HEAP, 0, 0, size, &new, result);
	/* The map keeps the memory. */
	qda_buffer_free(buffer);
	if (ret)
		return ret;
	*address = qda_map_address(new);
	*map = new;
	return 0;
}

static int qda_shrink(void *session, uint64_t address, uint64_t size, void *map,
		      int32_t *result)
{
	(void)session;
	(void)address;
	(void)size;
	return qda_map_free(map, result);
}

static int qda_call(void *session, uint32_t handle, uint32_t scalars,
		    const struct argument *args, unsigned int count,
		    int32_t *result)
{
	struct inner *inner = session;
	struct qda_arg qda_args[count + 1];

	for (unsigned int i = 0; i < count; i++) {
		const struct argument *arg = &args[i];
		struct qda_arg *to = &qda_args[i];

		*to = (struct qda_arg){
			.length = arg->length,
			.buffer = arg->buffer,
			.tag = arg->tag,
		};
		if (arg->buffer)
			to->offset = arg->offset;
		else
			to->pointer = arg->pointer;
	}
	return qda_invoke(inner->session, handle, scalars, qda_args, count,
			  result);
}

static int qda_attribute(void *session, uint32_t id, uint32_t *value)
{
	uint32_t attributes[QDA_DSP_ATTRIBUTES];
	struct inner *inner = session;
	int ret;

	if (id >= QDA_DSP_ATTRIBUTES)
		return -EINVAL;
	ret = qda_session_get_attributes(inner->session, attributes,
					 QDA_DSP_ATTRIBUTES);
	if (!ret)
		*value = attributes[id];
	return ret;
}

static int qda_poll_mode(void *session, bool on)
{
	struct inner *inner = session;
	bool can = inner->started ? inner->polls == on : inner->can_poll || !on;

	return can ? 0 : -EOPNOTSUPP;
}

static int translate(const struct qda_event *event, enum process_status *status)
{
	static const enum process_status reasons[] = {
		[QDA_REASON_EXIT] = PROCESS_EXIT,
		[QDA_REASON_KILLED] = PROCESS_KILLED,
		[QDA_REASON_EXCEPTION] = PROCESS_EXCEPTION,
		[QDA_REASON_RESTART] = PROCESS_RESTART,
	};

	if (event->what == QDA_EVENT_DSP_DOWN) {
		*status = PROCESS_RESTART;
		return 0;
	}
	if (event->what != QDA_EVENT_PROCESS_DIED)
		return -EAGAIN;
	*status = event->reason && event->reason < ARRAY_SIZE(reasons) ?
			  reasons[event->reason] :
			  PROCESS_EXIT;
	return 0;
}

static int qda_wait_status(void *session, enum process_status *status)
{
	struct inner *inner = session;
	struct pollfd wait[] = {
		{ .fd = inner->stop, .events = POLLIN },
		{ .fd = qda_session_fd(inner->session), .events = POLLIN },
	};
	struct qda_event event;
	int ret;

	for (;;) {
		if (poll(wait, ARRAY_SIZE(wait), -1) < 0 && errno != EINTR)
			return -errno;
		if (wait[0].revents)
			return -ECANCELED;
		ret = qda_session_event(inner->session, 0, &event,
					sizeof(event));
		if (!ret)
			ret = translate(&event, status);
		if (!ret)
			return 0;
		if (ret != -EAGAIN && ret != -ETIME)
			return ret;
		/* Nothing will come from a file that is done for. */
		if (ret == -ETIME && wait[1].revents & (POLLHUP | POLLERR))
			return -ECANCELED;
	}
}

static int qda_wait_up(void *session, int stop_fd, int timeout_ms)
{
	struct inner *inner = session;
	struct pollfd wait[] = {
		{ .fd = stop_fd, .events = POLLIN },
		{ .fd = qda_session_fd(inner->session), .events = POLLIN },
	};
	struct qda_event event;

	for (;;) {
		int ret = qda_session_event(inner->session, 0, &event,
					    sizeof(event));

		if (!ret && event.what == QDA_EVENT_DSP_UP)
			return 0;
		if (!ret)
			continue;
		/* What hangs up can be read for ever, and says nothing. */
		if (poll(wait, 1 + !(wait[1].revents & (POLLHUP | POLLERR)),
			 timeout_ms) <= 0)
			return -ETIME;
		if (wait[0].revents)
			return -ECANCELED;
	}
}

static void qda_stop_waiting(void *session)
{
	struct inner *inner = session;
	uint64_t one = 1;

	while (write(inner->stop, &one, sizeof(one)) < 0 && errno == EINTR)
		;
}

struct qda_session *backend_qda_session(void *session)
{
	return ((struct inner *)session)->session;
}

const struct backend backend_qda = {
	.name = "qda",
	.tells_status = true,
	.open = qda_open,
	.close = qda_close,
	.start = qda_start,
	.alloc = qda_alloc,
	.import = qda_import,
	.release = qda_release,
	.map = qda_map,
	.unmap = qda_unmap,
	.grow = qda_grow,
	.shrink = qda_shrink,
	.invoke = qda_call,
	.attribute = qda_attribute,
	.poll = qda_poll_mode,
	.wait_status = qda_wait_status,
	.stop_waiting = qda_stop_waiting,
	.wait_up = qda_wait_up,
};
