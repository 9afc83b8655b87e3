// SPDX-License-Identifier: BSD-3-Clause
/*
 * Packet queues of the process: the interface dspqueue_rpc, by which the host
 * makes them and signals, and dspqueue.h, by which skels use them. One lock for
 * all: what is done under it is short.
 *
 * The host signals by a call when there are packets or there is room; it is
 * signalled by the answer to a call that waits.
 */
#include "pd_queue.h"

#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "HAP_mem.h"
#include "dsp.h"
#include "remote.h"
#include "ring.h"

#define EXPORT __attribute__((visibility("default")))

struct dspqueue {
	bool used;
	bool imported;
	int32_t fd;
	uint32_t number;
	uint64_t id;
	struct queue_header *header;
	struct ring requests, responses;
	uint32_t request_packets; /* as last seen: the host counts them */
	uint32_t response_space;
	dspqueue_callback_t packet_callback;
	void *context;
	pthread_t thread; /* calls packet_callback */
};

static struct {
	pthread_mutex_t lock;
	pthread_cond_t changed; /* by the host, or the end of a queue */
	pthread_cond_t wanted;	/* the host is to be signalled */
	struct queue_signals *signals;
	int32_t signals_fd;
	bool pending;
	bool canceled;
	struct dspqueue queue[QUEUES_MAX];
} process = {
	.lock = PTHREAD_MUTEX_INITIALIZER,
	.changed = PTHREAD_COND_INITIALIZER,
	.wanted = PTHREAD_COND_INITIALIZER,
};

/* ---- the interface to the host, in the order of its methods ---- */

static int init_process_state(int32_t fd)
{
	void *signals;
	int ret = AEE_EALREADY;

	pthread_mutex_lock(&process.lock);
	if (!process.signals)
		ret = HAP_mmap_get(fd, &signals, NULL);
	if (!ret) {
		process.signals = signals;
		process.signals_fd = fd;
	}
	pthread_mutex_unlock(&process.lock);
	return ret;
}

/* The host is done with queues, unless it left some behind. */
static int forget_process_state(void)
{
	bool used = false;

	pthread_mutex_lock(&process.lock);
	for (unsigned int i = 0; i < QUEUES_MAX; i++)
		used |= process.queue[i].used;
	if (process.signals && !used) {
		HAP_mmap_put(process.signals_fd);
		process.signals = NULL;
	}
	pthread_mutex_unlock(&process.lock);
	return 0;
}

/* Called with the lock held, as what follows. */
static int set_up(struct dspqueue *q, uint32_t number, uint32_t count)
{
	struct queue_header header = *q->header;
	uint64_t size = UINT32_MAX; /* what is beyond the map faults */

	if (header.version != QUEUE_VERSION ||
	    header.flags & ~QUEUE_WAIT_COUNTS)
		return AEE_EUNSUPPORTED;
	if (header.count != count ||
	    ring_init(&q->requests, q->header, size, &header.request) ||
	    ring_init(&q->responses, q->header, size, &header.response))
		return AEE_EBADPARM;
	q->number = number;
	q->id = (uint64_t)count << 32 | number;
	q->used = true;
	return 0;
}

static int create_queue(uint32_t number, int32_t fd, uint32_t count,
			uint64_t *id)
{
	struct dspqueue *q;
	void *block;
	int ret;

	if (number >= QUEUES_MAX)
		return AEE_EBADPARM;
	pthread_mutex_lock(&process.lock);
	q = &process.queue[number];
	ret = q->used || !process.signals ? AEE_EBADSTATE :
					    HAP_mmap_get(fd, &block, NULL);
	if (!ret) {
		memset(q, 0, sizeof(*q));
		q->fd = fd;
		q->header = block;
		ret = set_up(q, number, count);
		if (ret)
			HAP_mmap_put(fd);
		else
			*id = q->id;
	}
	pthread_mutex_unlock(&process.lock);
	return ret;
}

static struct dspqueue *find(uint64_t id)
{
	struct dspqueue *q = &process.queue[(uint32_t)id % QUEUES_MAX];

	return q->used && q->id == id ? q : NULL;
}

static int destroy_queue(uint64_t id)
{
	struct dspqueue *q;
	int ret = 0;

	pthread_mutex_lock(&process.lock);
	q = find(id);
	if (!q)
		ret = AEE_ENOSUCH;
	else if (q->imported)
		ret = AEE_EITEMBUSY;
	if (!ret) {
		HAP_mmap_put(q->fd);
		q->used = false;
	}
	pthread_mutex_unlock(&process.lock);
	return ret;
}

static int is_imported(uint64_t id, int32_t *imported)
{
	struct dspqueue *q;

	pthread_mutex_lock(&process.lock);
	q = find(id);
	if (q)
		*imported = q->imported;
	pthread_mutex_unlock(&process.lock);
	return q ? 0 : AEE_ENOSUCH;
}

static int wait_signal(int32_t *signal)
{
	pthread_mutex_lock(&process.lock);
	while (!process.pending && !process.canceled)
		pthread_cond_wait(&process.wanted, &process.lock);
	*signal = process.canceled ? -1 : 0;
	process.pending = false;
	process.canceled = false;
	pthread_mutex_unlock(&process.lock);
	return 0;
}

static int cancel_wait(void)
{
	pthread_mutex_lock(&process.lock);
	process.canceled = true;
	pthread_cond_broadcast(&process.wanted);
	pthread_mutex_unlock(&process.lock);
	return 0;
}

static int on_signal(void)
{
	pthread_mutex_lock(&process.lock);
	pthread_cond_broadcast(&process.changed);
	pthread_mutex_unlock(&process.lock);
	return 0;
}

/* Copies arguments of exactly these sizes from the first in-buffer. */
static bool take(const remote_arg *args, void *to, size_t size)
{
	if (args[0].buf.nLen < size)
		return false;
	memcpy(to, args[0].buf.pv, size);
	return true;
}

static bool give(const remote_arg *arg, const void *from, size_t size)
{
	if (arg->buf.nLen < size)
		return false;
	memcpy(arg->buf.pv, from, size);
	return true;
}

static int call_create(remote_arg *args)
{
	uint32_t in[3];
	uint64_t id = 0;
	int ret;

	if (!take(args, in, sizeof(in)) || args[1].buf.nLen < sizeof(id))
		return AEE_EBADPARM;
	ret = create_queue(in[0], (int32_t)in[1], in[2], &id);
	if (!ret)
		give(&args[1], &id, sizeof(id));
	return ret;
}

static int call_by_id(uint32_t sc, remote_arg *args)
{
	int32_t imported = 0;
	uint64_t id;
	int ret;

	if (!take(args, &id, sizeof(id)))
		return AEE_EBADPARM;
	if (sc == REMOTE_SCALARS_MAKE(4, 1, 0))
		return destroy_queue(id);
	ret = is_imported(id, &imported);
	if (!ret && !give(&args[1], &imported, sizeof(imported)))
		ret = AEE_EBADPARM;
	return ret;
}

static int call_wait(remote_arg *args)
{
	int32_t signal;

	if (args[0].buf.nLen < sizeof(signal))
		return AEE_EBADPARM;
	wait_signal(&signal);
	give(&args[0], &signal, sizeof(signal));
	return 0;
}

EXPORT int dspqueue_rpc_skel_handle_invoke(remote_handle64 handle, uint32_t sc,
					   remote_arg *args)
{
	int32_t fd;

	(void)handle;
	switch (sc & 0x1fffffff) {
	case REMOTE_SCALARS_MAKEX(0, 0, 2, 0, 0, 1):
		args[2].h64 = 1;
		return 0;
	case REMOTE_SCALARS_MAKEX(0, 1, 0, 0, 1, 0):
		return forget_process_state();
	case REMOTE_SCALARS_MAKE(2, 1, 0):
		return take(args, &fd, sizeof(fd)) ? init_process_state(fd) :
						     AEE_EBADPARM;
	case REMOTE_SCALARS_MAKE(3, 1, 1):
		return call_create(args);
	case REMOTE_SCALARS_MAKE(4, 1, 0):
	case REMOTE_SCALARS_MAKE(5, 1, 1):
		return call_by_id(sc, args);
	case REMOTE_SCALARS_MAKE(6, 0, 1):
		return call_wait(args);
	case REMOTE_SCALARS_MAKE(7, 0, 0):
		return cancel_wait();
	case REMOTE_SCALARS_MAKE(8, 0, 0):
		return on_signal();
	default:
		return AEE_EUNSUPPORTED;
	}
}

/* ---- for skels ---- */

static void signal_host(struct queue_state *waiter, uint32_t *counter)
{
	__atomic_add_fetch(counter, 1, __ATOMIC_SEQ_CST);
	if (!__atomic_load_n(&waiter->waiting, __ATOMIC_SEQ_CST))
		return;
	process.pending = true;
	pthread_cond_signal(&process.wanted);
}

static bool has_packets(struct dspqueue *q)
{
	struct packet packet;

	return !ring_peek(&q->requests, &packet);
}

/* Called with the lock held. The host signals only while somebody waits. */
static void wait_for_packets(struct dspqueue *q)
{
	uint32_t *waiting = &q->requests.reader->waiting;

	__atomic_add_fetch(waiting, 1, __ATOMIC_SEQ_CST);
	while (q->imported && !has_packets(q))
		pthread_cond_wait(&process.changed, &process.lock);
	__atomic_sub_fetch(waiting, 1, __ATOMIC_SEQ_CST);
}

static void *serve(void *data)
{
	struct dspqueue *q = data;

	pthread_mutex_lock(&process.lock);
	for (;;) {
		if (!has_packets(q))
			wait_for_packets(q);
		if (!q->imported)
			break;
		pthread_mutex_unlock(&process.lock);
		q->packet_callback(q, 0, q->context);
		pthread_mutex_lock(&process.lock);
	}
	pthread_mutex_unlock(&process.lock);
	return NULL;
}

EXPORT AEEResult dspqueue_import(uint64_t queue_id,
				 dspqueue_callback_t packet_callback,
				 dspqueue_callback_t error_callback,
				 void *callback_context, dspqueue_t *queue)
{
	struct dspqueue *q;
	int ret = 0;

	(void)error_callback; /* a process outlives no error of the host */
	pthread_mutex_lock(&process.lock);
	q = find(queue_id);
	if (!q)
		ret = AEE_ENOSUCH;
	else if (q->imported)
		ret = AEE_EITEMBUSY;
	if (!ret) {
		q->packet_callback = packet_callback;
		q->context = callback_context;
		q->imported = true;
		if (packet_callback &&
		    pthread_create(&q->thread, NULL, serve, q)) {
			q->imported = false;
			ret = AEE_EQURTTHREADCREATE;
		}
	}
	if (!ret)
		*queue = q;
	pthread_mutex_unlock(&process.lock);
	return ret;
}

EXPORT AEEResult dspqueue_close(dspqueue_t q)
{
	bool join;

	pthread_mutex_lock(&process.lock);
	if (!q->imported) {
		pthread_mutex_unlock(&process.lock);
		return AEE_EBADPARM;
	}
	q->imported = false;
	join = q->packet_callback && !pthread_equal(q->thread, pthread_self());
	if (q->packet_callback && !join)
		pthread_detach(q->thread);
	pthread_cond_broadcast(&process.changed);
	pthread_mutex_unlock(&process.lock);
	if (join)
		pthread_join(q->thread, NULL);
	return 0;
}

static int aee_of(int error)
{
	switch (error) {
	case 0:
		return 0;
	case -EAGAIN:
		return AEE_EWOULDBLOCK;
	case -EMSGSIZE:
		return AEE_EBADPARM;
	default:
		return AEE_EBADITEM;
	}
}

/* References are counted by HAP_mmap_get(), which keeps the host from unmapping. */
static int use_buffer(struct dspqueue_buffer *buffer)
{
	void *address;
	int ret = HAP_mmap_get((int)buffer->fd, &address, NULL);

	if (ret)
		return AEE_ENOSUCHMAP;
	buffer->ptr = (uint8_t *)address + buffer->offset;
	if (!(buffer->flags & DSPQUEUE_BUFFER_FLAG_REF))
		HAP_mmap_put((int)buffer->fd);
	if (buffer->flags & DSPQUEUE_BUFFER_FLAG_DEREF)
		HAP_mmap_put((int)buffer->fd);
	return 0;
}

/* Called with the lock held, as what follows. */
static int read_packet(struct dspqueue *q, uint32_t *flags,
		       uint32_t max_buffers, uint32_t *num_buffers,
		       struct dspqueue_buffer *buffers,
		       uint32_t max_message_length, uint32_t *message_length,
		       uint8_t *message)
{
	struct packet packet;
	int ret = ring_read(&q->requests, &packet, max_buffers, buffers,
			    max_message_length, message);

	if (ret)
		return aee_of(ret);
	for (uint32_t i = 0; i < packet.buffers_count && !ret; i++)
		ret = use_buffer(&buffers[i]);
	if (flags)
		*flags = packet.flags;
	if (num_buffers)
		*num_buffers = packet.buffers_count;
	if (message_length)
		*message_length = packet.message_length;
	signal_host(q->requests.writer,
		    &process.signals->request_space[q->number]);
	return ret;
}

static int write_packet(struct dspqueue *q, uint32_t flags,
			uint32_t num_buffers, struct dspqueue_buffer *buffers,
			uint32_t message_length, const uint8_t *message)
{
	struct packet packet = { flags | DSPQUEUE_PACKET_FLAG_USER_READY,
				 num_buffers, message_length };
	int ret;

	if (num_buffers)
		packet.flags |= DSPQUEUE_PACKET_FLAG_BUFFERS;
	if (message_length)
		packet.flags |= DSPQUEUE_PACKET_FLAG_MESSAGE;
	for (uint32_t i = 0; i < num_buffers; i++) {
		ret = use_buffer(&buffers[i]);
		if (ret)
			return ret;
	}
	ret = ring_write(&q->responses, &packet, buffers, message);
	if (!ret)
		signal_host(q->responses.reader,
			    &process.signals->response_packets[q->number]);
	return aee_of(ret);
}

/* Until when to wait, by the clock that condition variables have by default. */
static struct timespec end_of(uint32_t timeout_us)
{
	struct timespec end;
	uint64_t ns;

	clock_gettime(CLOCK_REALTIME, &end);
	ns = (uint64_t)end.tv_nsec + timeout_us * 1000ull;
	end.tv_sec += (time_t)(ns / 1000000000);
	end.tv_nsec = (long)(ns % 1000000000);
	return end;
}

/* False when the time is over. The host signals while somebody waits. */
static bool wait_changed(const struct timespec *end)
{
	if (!end)
		return !pthread_cond_wait(&process.changed, &process.lock);
	return !pthread_cond_timedwait(&process.changed, &process.lock, end);
}

EXPORT AEEResult dspqueue_read(dspqueue_t q, uint32_t *flags,
			       uint32_t max_buffers, uint32_t *num_buffers,
			       struct dspqueue_buffer *buffers,
			       uint32_t max_message_length,
			       uint32_t *message_length, uint8_t *message,
			       uint32_t timeout_us)
{
	struct timespec end = end_of(timeout_us);
	uint32_t *waiting = &q->requests.reader->waiting;
	bool for_ever = timeout_us == DSPQUEUE_TIMEOUT_NONE;
	int ret;

	pthread_mutex_lock(&process.lock);
	ret = read_packet(q, flags, max_buffers, num_buffers, buffers,
			  max_message_length, message_length, message);
	if (ret != AEE_EWOULDBLOCK)
		goto unlock;
	__atomic_add_fetch(waiting, 1, __ATOMIC_SEQ_CST);
	do {
		ret = read_packet(q, flags, max_buffers, num_buffers, buffers,
				  max_message_length, message_length, message);
	} while (ret == AEE_EWOULDBLOCK &&
		 wait_changed(for_ever ? NULL : &end));
	__atomic_sub_fetch(waiting, 1, __ATOMIC_SEQ_CST);
unlock:
	pthread_mutex_unlock(&process.lock);
	return ret == AEE_EWOULDBLOCK ? AEE_EEXPIRED : ret;
}

EXPORT AEEResult dspqueue_read_noblock(
	dspqueue_t q, uint32_t *flags, uint32_t max_buffers,
	uint32_t *num_buffers, struct dspqueue_buffer *buffers,
	uint32_t max_message_length, uint32_t *message_length, uint8_t *message)
{
	int ret;

	pthread_mutex_lock(&process.lock);
	ret = read_packet(q, flags, max_buffers, num_buffers, buffers,
			  max_message_length, message_length, message);
	pthread_mutex_unlock(&process.lock);
	return ret;
}

EXPORT AEEResult dspqueue_write(dspqueue_t q, uint32_t flags,
				uint32_t num_buffers,
				struct dspqueue_buffer *buffers,
				uint32_t message_length, const uint8_t *message,
				uint32_t timeout_us)
{
	struct timespec end = end_of(timeout_us);
	uint32_t *waiting = &q->responses.writer->waiting;
	bool for_ever = timeout_us == DSPQUEUE_TIMEOUT_NONE;
	int ret;

	if (num_buffers > QUEUE_BUFFERS_MAX ||
	    message_length > QUEUE_MESSAGE_MAX)
		return AEE_EBADPARM;
	pthread_mutex_lock(&process.lock);
	ret = write_packet(q, flags, num_buffers, buffers, message_length,
			   message);
	if (ret != AEE_EWOULDBLOCK)
		goto unlock;
	__atomic_add_fetch(waiting, 1, __ATOMIC_SEQ_CST);
	do {
		ret = write_packet(q, flags, num_buffers, buffers,
				   message_length, message);
	} while (ret == AEE_EWOULDBLOCK &&
		 wait_changed(for_ever ? NULL : &end));
	__atomic_sub_fetch(waiting, 1, __ATOMIC_SEQ_CST);
unlock:
	pthread_mutex_unlock(&process.lock);
	return ret == AEE_EWOULDBLOCK ? AEE_EEXPIRED : ret;
}

EXPORT AEEResult dspqueue_write_noblock(dspqueue_t q, uint32_t flags,
					uint32_t num_buffers,
					struct dspqueue_buffer *buffers,
					uint32_t message_length,
					const uint8_t *message)
{
	int ret;

	if (num_buffers > QUEUE_BUFFERS_MAX ||
	    message_length > QUEUE_MESSAGE_MAX)
		return AEE_EBADPARM;
	pthread_mutex_lock(&process.lock);
	ret = write_packet(q, flags, num_buffers, buffers, message_length,
			   message);
	pthread_mutex_unlock(&process.lock);
	return ret;
}

EXPORT AEEResult dspqueue_write_early_wakeup_noblock(dspqueue_t q,
						     uint32_t wakeup_delay,
						     uint32_t packet_flags)
{
	return dspqueue_write_noblock(
		q, packet_flags | DSPQUEUE_PACKET_FLAG_WAKEUP, 0, NULL,
		wakeup_delay ? sizeof(wakeup_delay) : 0,
		(const uint8_t *)&wakeup_delay);
}
