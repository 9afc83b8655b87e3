// SPDX-License-Identifier: BSD-3-Clause
#include "vhost_user.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "log.h"

#define FEATURE_PROTOCOL  (1ull << 30)
#define FEATURE_VERSION_1 (1ull << 32)
#define FEATURES	  (FEATURE_PROTOCOL | FEATURE_VERSION_1)

#define PROTOCOL_MQ	     (1ull << 0)
#define PROTOCOL_REPLY_ACK   (1ull << 3)
#define PROTOCOL_BACKEND_REQ (1ull << 5)
#define PROTOCOL_FEATURES \
	(PROTOCOL_MQ | PROTOCOL_REPLY_ACK | PROTOCOL_BACKEND_REQ)

#define VERSION		1u
#define FLAG_REPLY	(1u << 2)
#define FLAG_NEED_REPLY (1u << 3)

#define VRING_INDEX_MASK 0xffull
#define VRING_NO_FD	 (1ull << 8)

#define QUEUE_SIZE_MAX	  1024
#define MESSAGE_TIMEOUT_S 5

enum request {
	GET_FEATURES = 1,
	SET_FEATURES = 2,
	SET_OWNER = 3,
	SET_MEM_TABLE = 5,
	SET_VRING_NUM = 8,
	SET_VRING_ADDR = 9,
	SET_VRING_BASE = 10,
	GET_VRING_BASE = 11,
	SET_VRING_KICK = 12,
	SET_VRING_CALL = 13,
	SET_VRING_ERR = 14,
	GET_PROTOCOL_FEATURES = 15,
	SET_PROTOCOL_FEATURES = 16,
	GET_QUEUE_NUM = 17,
	SET_VRING_ENABLE = 18,
	SET_BACKEND_REQ_FD = 21,
};

struct header {
	uint32_t request;
	uint32_t flags;
	uint32_t size;
} __attribute__((packed));

struct memory_region {
	uint64_t guest, size, user, offset;
} __attribute__((packed));

union payload {
	uint64_t u64;
	struct {
		uint32_t index, num;
	} state;
	struct {
		uint32_t index, flags;
		uint64_t desc, used, avail, log;
	} __attribute__((packed)) address;
	struct {
		uint32_t count, padding;
		struct memory_region region[GUEST_REGIONS_MAX];
	} __attribute__((packed)) memory;
} __attribute__((packed));

struct message {
	struct header header;
	union payload payload;
	int fds[GUEST_REGIONS_MAX];
	unsigned int fd_count;
};

static void close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

void vhost_user_init(struct vhost_user *vu, int socket)
{
	const struct timeval timeout = { .tv_sec = MESSAGE_TIMEOUT_S };
	unsigned int i;

	setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof(timeout));
	setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &timeout, sizeof(timeout));
	vu->socket = socket;
	vu->request_fd = -1;
	for (i = 0; i < QDA_SIM_QUEUES; i++) {
		vu->queue[i].kick = -1;
		vu->queue[i].call = -1;
	}
}

void vhost_user_close(struct vhost_user *vu)
{
	unsigned int i;

	for (i = 0; i < QDA_SIM_QUEUES; i++) {
		close_fd(&vu->queue[i].kick);
		close_fd(&vu->queue[i].call);
		vu->queue[i].enabled = false;
	}
	guest_memory_clear(&vu->memory);
	close_fd(&vu->request_fd);
	close_fd(&vu->socket);
}

bool vhost_user_ready(const struct vhost_user *vu)
{
	unsigned int i;

	for (i = 0; i < QDA_SIM_QUEUES; i++) {
		if (!vu->queue[i].enabled || vu->queue[i].kick < 0)
			return false;
	}
	return true;
}

/* Takes the first descriptor of the message; the caller owns it. */
static int take_fd(struct message *m)
{
	int fd;

	if (!m->fd_count)
		return -1;
	fd = m->fds[0];
	m->fds[0] = -1;
	return fd;
}

static void drop_fds(struct message *m)
{
	unsigned int i;

	for (i = 0; i < m->fd_count; i++)
		close_fd(&m->fds[i]);
}

static void collect_fds(struct message *m, struct msghdr *mh)
{
	struct cmsghdr *c;
	unsigned int i, n;
	int fd;

	for (c = CMSG_FIRSTHDR(mh); c; c = CMSG_NXTHDR(mh, c)) {
		if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS)
			continue;
		n = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);
		for (i = 0; i < n; i++) {
			memcpy(&fd, CMSG_DATA(c) + i * sizeof(int), sizeof(fd));
			if (m->fd_count < GUEST_REGIONS_MAX)
				m->fds[m->fd_count++] = fd;
			else
				close(fd);
		}
	}
}

static int receive(int socket, struct message *m)
{
	union {
		char space[CMSG_SPACE(sizeof(int) * GUEST_REGIONS_MAX)];
		struct cmsghdr align;
	} control;
	struct iovec iov = { &m->header, sizeof(m->header) };
	struct msghdr mh = {
		.msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = &control,
		.msg_controllen = sizeof(control),
	};
	ssize_t n;

	memset(m, 0, sizeof(*m));
	n = recvmsg(socket, &mh, MSG_WAITALL | MSG_CMSG_CLOEXEC);
	if (n == 0 || (n < 0 && errno == ECONNRESET))
		return -ENOTCONN;
	if (n > 0)
		collect_fds(m, &mh);
	if (n != sizeof(m->header) || (mh.msg_flags & MSG_CTRUNC) ||
	    m->header.size > sizeof(m->payload) ||
	    (m->header.flags & 3) != VERSION)
		return -EPROTO;
	if (!m->header.size)
		return 0;
	n = recv(socket, &m->payload, m->header.size, MSG_WAITALL);
	return n == (ssize_t)m->header.size ? 0 : -EPROTO;
}

static int reply_u64(struct vhost_user *vu, const struct message *m,
		     uint64_t value)
{
	struct {
		struct header header;
		uint64_t value;
	} __attribute__((packed)) reply = {
		.header = {
			.request = m->header.request,
			.flags = VERSION | FLAG_REPLY,
			.size = sizeof(value),
		},
		.value = value,
	};
	ssize_t n = send(vu->socket, &reply, sizeof(reply), MSG_NOSIGNAL);

	return n == sizeof(reply) ? 0 : -ENOTCONN;
}

static void quiesce(struct vhost_user *vu)
{
	if (vu->quiesce)
		vu->quiesce(vu->data);
}

static int set_mem_table(struct vhost_user *vu, struct message *m)
{
	unsigned int i, count = m->payload.memory.count;
	const struct memory_region *r;
	int ret;

	if (count > GUEST_REGIONS_MAX || count != m->fd_count ||
	    m->header.size < offsetof(union payload, memory.region[count]))
		return -EINVAL;
	quiesce(vu);
	for (i = 0; i < QDA_SIM_QUEUES; i++)
		vu->queue[i].avail = NULL;
	guest_memory_clear(&vu->memory);
	for (i = 0; i < count; i++) {
		r = &m->payload.memory.region[i];
		ret = guest_memory_add(&vu->memory, &(struct guest_region){
							    .guest = r->guest,
							    .user = r->user,
							    .size = r->size,
							    .offset = r->offset,
							    .fd = m->fds[i],
						    });
		if (ret)
			return ret;
		m->fds[i] = -1;
	}
	return 0;
}

static struct virtqueue *queue_of(struct vhost_user *vu, uint64_t index)
{
	return index < QDA_SIM_QUEUES ? &vu->queue[index] : NULL;
}

static int set_vring_num(struct vhost_user *vu, const struct message *m)
{
	struct virtqueue *vq = queue_of(vu, m->payload.state.index);
	uint32_t num = m->payload.state.num;

	if (!vq || !num || num > QUEUE_SIZE_MAX || (num & (num - 1)))
		return -EINVAL;
	if (vq->enabled)
		quiesce(vu);
	vq->num = num;
	vq->avail = NULL;
	return 0;
}

static int set_vring_addr(struct vhost_user *vu, const struct message *m)
{
	struct virtqueue *vq = queue_of(vu, m->payload.address.index);

	if (!vq)
		return -EINVAL;
	if (vq->enabled)
		quiesce(vu);
	return virtqueue_set_rings(vq, &vu->memory, m->payload.address.desc,
				   m->payload.address.avail,
				   m->payload.address.used);
}

static int set_vring_base(struct vhost_user *vu, const struct message *m)
{
	struct virtqueue *vq = queue_of(vu, m->payload.state.index);

	if (!vq || m->payload.state.num > UINT16_MAX)
		return -EINVAL;
	vq->last_avail = m->payload.state.num;
	return 0;
}

static int set_vring_fd(struct vhost_user *vu, struct message *m, bool kick)
{
	struct virtqueue *vq = queue_of(vu, m->payload.u64 & VRING_INDEX_MASK);
	int fd, flags;

	if (!vq)
		return -EINVAL;
	if (vq->enabled)
		quiesce(vu);
	fd = (m->payload.u64 & VRING_NO_FD) ? -1 : take_fd(m);
	if (fd < 0)
		return -EINVAL;
	flags = fcntl(fd, F_GETFL);
	if (flags < 0 || fcntl(fd, F_SETFL, flags | O_NONBLOCK)) {
		close(fd);
		return -EINVAL;
	}
	close_fd(kick ? &vq->kick : &vq->call);
	*(kick ? &vq->kick : &vq->call) = fd;
	return 0;
}

static int set_vring_enable(struct vhost_user *vu, const struct message *m)
{
	struct virtqueue *vq = queue_of(vu, m->payload.state.index);

	if (!vq || m->payload.state.num > 1)
		return -EINVAL;
	if (m->payload.state.num && !vq->avail)
		return -EINVAL;
	if (vq->enabled && !m->payload.state.num)
		quiesce(vu);
	vq->enabled = m->payload.state.num;
	return 0;
}

static int get_vring_base(struct vhost_user *vu, const struct message *m)
{
	struct virtqueue *vq = queue_of(vu, m->payload.state.index);

	if (!vq)
		return -EPROTO;
	if (vq->enabled)
		quiesce(vu);
	vq->enabled = false;
	return reply_u64(
		vu, m, m->payload.state.index | (uint64_t)vq->last_avail << 32);
}

static int set_features(uint64_t *features, uint64_t value, uint64_t offered)
{
	if (value & ~offered)
		return -EINVAL;
	*features = value;
	return 0;
}

/* Requests that have no answer of their own. */
static int serve_set(struct vhost_user *vu, struct message *m)
{
	switch (m->header.request) {
	case SET_FEATURES:
		return set_features(&vu->features, m->payload.u64, FEATURES);
	case SET_PROTOCOL_FEATURES:
		return set_features(&vu->protocol_features, m->payload.u64,
				    PROTOCOL_FEATURES);
	case SET_OWNER:
	case SET_VRING_ERR:
		return 0;
	case SET_MEM_TABLE:
		return set_mem_table(vu, m);
	case SET_VRING_NUM:
		return set_vring_num(vu, m);
	case SET_VRING_ADDR:
		return set_vring_addr(vu, m);
	case SET_VRING_BASE:
		return set_vring_base(vu, m);
	case SET_VRING_KICK:
		return set_vring_fd(vu, m, true);
	case SET_VRING_CALL:
		return set_vring_fd(vu, m, false);
	case SET_VRING_ENABLE:
		return set_vring_enable(vu, m);
	case SET_BACKEND_REQ_FD:
		close_fd(&vu->request_fd);
		vu->request_fd = take_fd(m);
		return 0;
	default:
		return -EOPNOTSUPP;
	}
}

static int serve_get(struct vhost_user *vu, const struct message *m)
{
	switch (m->header.request) {
	case GET_FEATURES:
		return reply_u64(vu, m, FEATURES);
	case GET_PROTOCOL_FEATURES:
		return reply_u64(vu, m, PROTOCOL_FEATURES);
	case GET_QUEUE_NUM:
		return reply_u64(vu, m, QDA_SIM_QUEUES);
	case GET_VRING_BASE:
		return get_vring_base(vu, m);
	default:
		return 1;
	}
}

int vhost_user_serve(struct vhost_user *vu)
{
	struct message m;
	int ret, status;

	ret = receive(vu->socket, &m);
	if (ret)
		goto out;
	ret = serve_get(vu, &m);
	if (ret != 1)
		goto out;
	status = serve_set(vu, &m);
	if (status)
		log_line("vhost-user request %u refused: %s", m.header.request,
			 strerror(-status));
	if ((vu->protocol_features & PROTOCOL_REPLY_ACK) &&
	    (m.header.flags & FLAG_NEED_REPLY))
		ret = reply_u64(vu, &m, status ? 1 : 0);
	else
		ret = status;
out:
	drop_fds(&m);
	return ret;
}
