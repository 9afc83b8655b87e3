// SPDX-License-Identifier: BSD-3-Clause
/*
 * Each service has a pair of sockets. Who wants a call made sends an end of a
 * pair of its own there, then the request through that; the reply comes back the
 * same way. A process that dies in between closes its end.
 */
#include "pd_relay.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "AEEStdErr.h"
#include "HAP_farf.h"
#include "pd_host.h"
#include "remote.h"

#define EXPORT	  __attribute__((visibility("default")))
#define BYTES_MAX (2u << 20)
#define ANSWER_S  10

enum {
	SERVE,
	ASK
};

struct head {
	uint32_t handle; /* or the result */
	uint32_t sc;
	uint64_t size;
};

static struct {
	const struct dsp *dsp;
	enum dsp_service service;
	bool serves;
} relay;

int pd_relay_open(struct dsp *dsp)
{
	for (int i = 0; i < DSP_SERVICES; i++)
		if (socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0,
			       dsp->relay[i]))
			return -errno;
	return 0;
}

void pd_relay_init(const struct dsp *dsp, enum dsp_service service)
{
	relay.dsp = dsp;
	relay.service = service;
}

static bool is_served(enum dsp_service service)
{
	return service < DSP_SERVICES &&
	       __atomic_load_n(&relay.dsp->shared->server[service],
			       __ATOMIC_ACQUIRE);
}

/* The process's own service first, then the root process. */
static enum dsp_service find_service(void)
{
	if (is_served(relay.service))
		return relay.service;
	return is_served(DSP_SERVICE_ROOT) ? DSP_SERVICE_ROOT :
					     DSP_SERVICE_NONE;
}

bool pd_relay_is_there(void)
{
	return find_service() != DSP_SERVICE_NONE;
}

static bool read_all(int fd, void *to, size_t size)
{
	while (size) {
		ssize_t n = recv(fd, to, size, 0);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		to = (uint8_t *)to + n;
		size -= (size_t)n;
	}
	return true;
}

static bool write_all(int fd, const void *from, size_t size)
{
	while (size) {
		ssize_t n = send(fd, from, size, MSG_NOSIGNAL);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		from = (const uint8_t *)from + n;
		size -= (size_t)n;
	}
	return true;
}

static bool send_message(int fd, uint32_t handle, uint32_t sc,
			 const uint8_t *bytes, size_t size)
{
	struct head head = { handle, sc, size };

	return write_all(fd, &head, sizeof(head)) && write_all(fd, bytes, size);
}

static bool take_message(int fd, struct head *head, uint8_t **bytes)
{
	*bytes = NULL;
	if (!read_all(fd, head, sizeof(*head)) || head->size > BYTES_MAX)
		return false;
	*bytes = malloc(head->size + 1);
	return *bytes && read_all(fd, *bytes, head->size);
}

/* ---- who asks ---- */

static bool pass_end(int to, int end)
{
	char nothing = 0;
	struct iovec data = { &nothing, 1 };
	union {
		struct cmsghdr head;
		char bytes[CMSG_SPACE(sizeof(end))];
	} control = { 0 };
	struct msghdr message = {
		.msg_iov = &data,
		.msg_iovlen = 1,
		.msg_control = control.bytes,
		.msg_controllen = sizeof(control.bytes),
	};

	control.head.cmsg_level = SOL_SOCKET;
	control.head.cmsg_type = SCM_RIGHTS;
	control.head.cmsg_len = CMSG_LEN(sizeof(end));
	memcpy(CMSG_DATA(&control.head), &end, sizeof(end));
	return sendmsg(to, &message, MSG_NOSIGNAL | MSG_DONTWAIT) == 1;
}

int pd_relay_invoke(uint32_t handle, uint32_t sc, const uint8_t *bytes,
		    size_t size, uint8_t **reply, size_t *reply_size)
{
	const struct timeval bound = { .tv_sec = ANSWER_S };
	enum dsp_service service = find_service();
	struct head head;
	int ends[2];
	bool asked;

	*reply = NULL;
	*reply_size = 0;
	if (service == DSP_SERVICE_NONE)
		return AEE_EUNSUPPORTED;
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends))
		return AEE_ENOMEMORY;
	setsockopt(ends[0], SOL_SOCKET, SO_RCVTIMEO, &bound, sizeof(bound));
	asked = pass_end(relay.dsp->relay[service][ASK], ends[1]);
	close(ends[1]);
	if (asked && send_message(ends[0], handle, sc, bytes, size) &&
	    take_message(ends[0], &head, reply))
		*reply_size = head.size;
	else
		head.handle = AEE_ECONNREFUSED;
	close(ends[0]);
	return (int)head.handle;
}

/* ---- who serves ---- */

static int take_end(int from)
{
	char nothing;
	struct iovec data = { &nothing, 1 };
	union {
		struct cmsghdr head;
		char bytes[CMSG_SPACE(sizeof(int))];
	} control;
	struct msghdr message = {
		.msg_iov = &data,
		.msg_iovlen = 1,
		.msg_control = control.bytes,
		.msg_controllen = sizeof(control.bytes),
	};
	int end = -1;

	if (recvmsg(from, &message, MSG_CMSG_CLOEXEC) == 1 &&
	    message.msg_controllen >= CMSG_LEN(sizeof(end)))
		memcpy(&end, CMSG_DATA(&control.head), sizeof(end));
	return end;
}

static void *serve_one(void *data)
{
	int end = (int)(intptr_t)data;
	uint8_t *request, *reply = NULL;
	size_t size = 0;
	struct head head;
	int ret;

	if (take_message(end, &head, &request)) {
		FARF(LOW, "handle %u method %u for another process",
		     head.handle, REMOTE_SCALARS_METHOD(head.sc));
		ret = pd_host_exchange(head.handle, head.sc, request, head.size,
				       &reply, &size);
		send_message(end, (uint32_t)ret, 0, reply, size);
	}
	free(request);
	free(reply);
	close(end);
	return NULL;
}

/* One thread a call: each may wait for the host. */
static void *serve(void *unused)
{
	pthread_t thread;

	(void)unused;
	for (;;) {
		int end = take_end(relay.dsp->relay[relay.service][SERVE]);

		if (end < 0)
			continue;
		if (pthread_create(&thread, NULL, serve_one,
				   (void *)(intptr_t)end))
			close(end);
		else
			pthread_detach(thread);
	}
	return NULL;
}

static int start(void)
{
	pthread_t thread;

	if (relay.service == DSP_SERVICE_NONE || !pd_host_listens())
		return AEE_EUNSUPPORTED;
	if (!relay.serves && pthread_create(&thread, NULL, serve, NULL))
		return AEE_ENOMEMORY;
	relay.serves = true;
	__atomic_store_n(&relay.dsp->shared->server[relay.service],
			 (uint32_t)getpid(), __ATOMIC_RELEASE);
	FARF(MEDIUM, "the host serves this process, and others");
	return 0;
}

int adsp_default_listener_skel_invoke(uint32_t sc, remote_arg *args);

/* The module, and its only method. */
EXPORT int adsp_default_listener_skel_invoke(uint32_t sc, remote_arg *args)
{
	(void)args;
	return sc == REMOTE_SCALARS_MAKE(0, 0, 0) ? start() : AEE_EUNSUPPORTED;
}
