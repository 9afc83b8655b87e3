// SPDX-License-Identifier: BSD-3-Clause
#include "dspqueue.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "AEEStdErr.h"
#include "handle.h"
#include "map.h"
#include "queue.h"
#include "queue_rpc.h"
#include "rpcmem.h"
#include "session.h"

#define REQUESTS_DEFAULT  65536
#define RESPONSES_DEFAULT 16384

/* Where things lie in the shared block: each state on lines of its own. */
#define STATES_OFFSET QUEUE_STATE_ALIGN
#define RINGS_OFFSET  (STATES_OFFSET + 4 * QUEUE_STATE_ALIGN)

static uint64_t now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

static int aee_of_ring(int error)
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

/* ---- making and closing ---- */

static uint32_t ring_size(uint32_t wanted, uint32_t by_default)
{
	uint32_t size = wanted ? wanted : by_default;

	return (size + QUEUE_STATE_ALIGN - 1) & ~(QUEUE_STATE_ALIGN - 1u);
}

static int make_block(struct dspqueue *queue, uint32_t requests,
		      uint32_t responses)
{
	struct queue_header header = {
		.version = QUEUE_VERSION,
		.flags = QUEUE_WAIT_COUNTS,
		.request = { RINGS_OFFSET, requests, STATES_OFFSET,
			     STATES_OFFSET + QUEUE_STATE_ALIGN },
		.response = { RINGS_OFFSET + requests, responses,
			      STATES_OFFSET + 2 * QUEUE_STATE_ALIGN,
			      STATES_OFFSET + 3 * QUEUE_STATE_ALIGN },
	};

	queue->size = (size_t)RINGS_OFFSET + requests + responses;
	queue->header = rpcmem_alloc2(RPCMEM_HEAP_ID_SYSTEM, 0, queue->size);
	if (!queue->header)
		return AEE_ENOMEMORY;
	*queue->header = header;
	if (ring_init(&queue->requests, queue->header, queue->size,
		      &header.request) ||
	    ring_init(&queue->responses, queue->header, queue->size,
		      &header.response))
		return AEE_EBADPARM;
	return 0;
}

static int give_to_dsp(struct dspqueue *queue)
{
	int fd = rpcmem_to_fd(queue->header);
	int slot = (int)queue->all->slot;
	int ret;

	ret = fastrpc_mmap(slot, fd, queue->header, 0, queue->size,
			   FASTRPC_MAP_FD);
	if (ret)
		return ret;
	ret = queue_rpc_create(queue->all->rpc, queue->number, fd,
			       queue->header->count, &queue->id);
	if (ret)
		fastrpc_munmap(slot, fd, queue->header, queue->size);
	return ret;
}

static bool has_packet(struct dspqueue *queue)
{
	struct packet packet;

	return !ring_peek(&queue->responses, &packet);
}

/* Called with the lock held. The DSP signals only while somebody waits. */
static void wait_for_packets(struct dspqueue *queue)
{
	uint32_t *waiting = &queue->responses.reader->waiting;

	__atomic_add_fetch(waiting, 1, __ATOMIC_SEQ_CST);
	while (!queue->closing && !queue->all->error && !has_packet(queue))
		pthread_cond_wait(&queue->all->changed, &queue->all->lock);
	__atomic_sub_fetch(waiting, 1, __ATOMIC_SEQ_CST);
}

static void *serve(void *data)
{
	struct dspqueue *queue = data;
	struct queues *all = queue->all;

	pthread_mutex_lock(&all->lock);
	for (;;) {
		if (!has_packet(queue))
			wait_for_packets(queue);
		if (queue->closing || all->error)
			break;
		pthread_mutex_unlock(&all->lock);
		queue->packet_callback(queue, 0, queue->context);
		pthread_mutex_lock(&all->lock);
	}
	pthread_mutex_unlock(&all->lock);
	return NULL;
}

static int start(unsigned int slot, struct dspqueue *queue)
{
	int ret = queues_add(slot, queue);

	if (ret)
		return ret;
	ret = give_to_dsp(queue);
	if (!ret && queue->packet_callback &&
	    start_thread(&queue->thread, serve, queue)) {
		queue_rpc_destroy(queue->all->rpc, queue->id);
		fastrpc_munmap((int)slot, rpcmem_to_fd(queue->header),
			       queue->header, queue->size);
		ret = AEE_ENOMEMORY;
	}
	if (ret)
		queues_remove(queue);
	return ret;
}

EXPORT AEEResult dspqueue_create(int domain, uint32_t flags,
				 uint32_t req_queue_size,
				 uint32_t resp_queue_size,
				 dspqueue_callback_t packet_callback,
				 dspqueue_callback_t error_callback,
				 void *callback_context, dspqueue_t *queue)
{
	struct dspqueue *new;
	int ret;

	if (!slot_is_valid(domain) || flags || !queue ||
	    req_queue_size > QUEUE_SIZE_MAX || resp_queue_size > QUEUE_SIZE_MAX)
		return AEE_EBADPARM;
	new = calloc(1, sizeof(*new));
	if (!new)
		return AEE_ENOMEMORY;
	new->packet_callback = packet_callback;
	new->error_callback = error_callback;
	new->context = callback_context;
	ret = make_block(new, ring_size(req_queue_size, REQUESTS_DEFAULT),
			 ring_size(resp_queue_size, RESPONSES_DEFAULT));
	if (!ret)
		ret = start((unsigned int)domain, new);
	if (ret) {
		rpcmem_free(new->header);
		free(new);
		return ret;
	}
	*queue = new;
	return 0;
}

/* A process that is gone, which may not have been told yet, has let go of all. */
static bool is_gone(struct queues *all)
{
	return queues_error(all) || handle_is_gone(all->rpc);
}

static int take_from_dsp(struct dspqueue *queue)
{
	struct queues *all = queue->all;
	int32_t imported = 0;
	int ret;

	if (is_gone(all))
		return 0;
	ret = queue_rpc_is_imported(all->rpc, queue->id, &imported);
	if (!ret && imported)
		return AEE_ERPC;
	if (!ret)
		ret = queue_rpc_destroy(all->rpc, queue->id);
	if (!ret)
		ret = fastrpc_munmap((int)all->slot,
				     rpcmem_to_fd(queue->header), queue->header,
				     queue->size);
	return ret && !is_gone(all) ? AEE_ERPC : 0;
}

EXPORT AEEResult dspqueue_close(dspqueue_t queue)
{
	int ret;

	if (!queue)
		return AEE_EBADPARM;
	ret = take_from_dsp(queue);
	if (ret)
		return ret;
	pthread_mutex_lock(&queue->all->lock);
	queue->closing = true;
	pthread_cond_broadcast(&queue->all->changed);
	pthread_mutex_unlock(&queue->all->lock);
	if (queue->packet_callback)
		pthread_join(queue->thread, NULL);
	queues_remove(queue);
	rpcmem_free(queue->header);
	free(queue);
	return 0;
}

EXPORT AEEResult dspqueue_export(dspqueue_t queue, uint64_t *queue_id)
{
	if (!queue || !queue_id)
		return AEE_EBADPARM;
	*queue_id = queue->id;
	return 0;
}

/* Queues to several DSPs at once need contexts, which there are not. */
EXPORT int dspqueue_request(dspqueue_request_payload *req)
{
	return req ? AEE_EUNSUPPORTED : AEE_EBADPARM;
}

/* ---- packets ---- */

/* Called with the lock held. What the DSP waits for it is told. */
static void note(struct dspqueue *queue, const struct queue_state *other,
		 uint32_t *counter)
{
	__atomic_add_fetch(counter, 1, __ATOMIC_SEQ_CST);
	if (__atomic_load_n(&other->waiting, __ATOMIC_SEQ_CST))
		queues_signal(queue->all);
}

static int find_map(struct dspqueue *queue,
		    const struct dspqueue_buffer *buffer, struct map_view *view)
{
	struct session *session = session_peek(queue->all->slot);
	bool found = session && map_lookup(session, (int)buffer->fd, view);

	session_put(session);
	return found ? 0 : AEE_ENOSUCHMAP;
}

static int check_buffer(struct dspqueue *queue, struct dspqueue_buffer *buffer)
{
	struct map_view view;
	int ret;

	if (buffer->flags & DSPQUEUE_BUFFER_FLAG_RESERVED_ZERO ||
	    (buffer->flags & DSPQUEUE_BUFFER_FLAG_REF &&
	     buffer->flags & DSPQUEUE_BUFFER_FLAG_DEREF))
		return AEE_EBADPARM;
	ret = find_map(queue, buffer, &view);
	if (ret)
		return ret;
	if (!buffer->size && !buffer->offset)
		buffer->size = (uint32_t)view.size;
	if (!buffer->size || buffer->offset > view.size ||
	    buffer->size > view.size - buffer->offset)
		return AEE_EBADPARM;
	return 0;
}

static int check_packet(struct dspqueue *queue, uint32_t flags,
			uint32_t num_buffers, struct dspqueue_buffer *buffers,
			uint32_t message_length, const uint8_t *message)
{
	int ret = 0;

	if (!queue || flags & DSPQUEUE_PACKET_FLAG_RESERVED_ZERO ||
	    num_buffers > QUEUE_BUFFERS_MAX ||
	    message_length > QUEUE_MESSAGE_MAX || (num_buffers && !buffers) ||
	    (message_length && !message))
		return AEE_EBADPARM;
	for (uint32_t i = 0; i < num_buffers && !ret; i++)
		ret = check_buffer(queue, &buffers[i]);
	return ret;
}

static struct packet packet_of(uint32_t flags, uint32_t num_buffers,
			       uint32_t message_length)
{
	struct packet packet = { flags | DSPQUEUE_PACKET_FLAG_USER_READY,
				 num_buffers, message_length };

	packet.flags &= ~(uint32_t)(DSPQUEUE_PACKET_FLAG_BUFFERS |
				    DSPQUEUE_PACKET_FLAG_MESSAGE);
	if (num_buffers)
		packet.flags |= DSPQUEUE_PACKET_FLAG_BUFFERS;
	if (message_length)
		packet.flags |= DSPQUEUE_PACKET_FLAG_MESSAGE;
	return packet;
}

static struct timespec end_of(uint32_t timeout_us)
{
	uint64_t us = now_us() + timeout_us;

	return (struct timespec){ (time_t)(us / 1000000),
				  (long)(us % 1000000 * 1000) };
}

/* Called with the lock held. False when the time is over. */
static bool wait_changed(struct queues *all, uint32_t timeout_us,
			 const struct timespec *end)
{
	if (!timeout_us)
		return false;
	if (timeout_us == DSPQUEUE_TIMEOUT_NONE)
		return !pthread_cond_wait(&all->changed, &all->lock);
	return !pthread_cond_timedwait(&all->changed, &all->lock, end);
}

/*
 * Tries, and while that would block waits for the DSP; @waiting is told to it
 * in the meantime, before it is tried again, so that no signal is missed.
 */
#define WAIT_FOR(queue, timeout_us, waiting, attempt)                         \
	({                                                                    \
		struct timespec end_ = end_of(timeout_us);                    \
		int ret_ = (attempt);                                         \
		if (ret_ == AEE_EWOULDBLOCK && (timeout_us)) {                \
			__atomic_add_fetch(waiting, 1, __ATOMIC_SEQ_CST);     \
			while ((ret_ = (attempt)) == AEE_EWOULDBLOCK &&       \
			       wait_changed((queue)->all, timeout_us, &end_)) \
				;                                             \
			__atomic_sub_fetch(waiting, 1, __ATOMIC_SEQ_CST);     \
		}                                                             \
		ret_;                                                         \
	})

/* Called with the lock held. */
static int try_write(struct dspqueue *queue, const struct packet *packet,
		     const struct dspqueue_buffer *buffers,
		     const uint8_t *message)
{
	if (queue->all->error)
		return queue->all->error;
	return aee_of_ring(
		ring_write(&queue->requests, packet, buffers, message));
}

static int write_packet(dspqueue_t queue, uint32_t flags, uint32_t num_buffers,
			struct dspqueue_buffer *buffers,
			uint32_t message_length, const uint8_t *message,
			uint32_t timeout_us)
{
	struct packet packet;
	int ret;

	ret = check_packet(queue, flags, num_buffers, buffers, message_length,
			   message);
	if (ret)
		return ret;
	packet = packet_of(flags, num_buffers, message_length);
	pthread_mutex_lock(&queue->all->lock);
	ret = WAIT_FOR(queue, timeout_us, &queue->requests.writer->waiting,
		       try_write(queue, &packet, buffers, message));
	if (!ret)
		note(queue, queue->requests.reader,
		     &queue->all->signals->request_packets[queue->number]);
	pthread_mutex_unlock(&queue->all->lock);
	return ret;
}

EXPORT AEEResult dspqueue_write_noblock(dspqueue_t queue, uint32_t flags,
					uint32_t num_buffers,
					struct dspqueue_buffer *buffers,
					uint32_t message_length,
					const uint8_t *message)
{
	return write_packet(queue, flags, num_buffers, buffers, message_length,
			    message, 0);
}

EXPORT AEEResult dspqueue_write(dspqueue_t queue, uint32_t flags,
				uint32_t num_buffers,
				struct dspqueue_buffer *buffers,
				uint32_t message_length, const uint8_t *message,
				uint32_t timeout_us)
{
	int ret = write_packet(queue, flags, num_buffers, buffers,
			       message_length, message, timeout_us);

	return ret == AEE_EWOULDBLOCK ? AEE_EEXPIRED : ret;
}

EXPORT AEEResult dspqueue_write_early_wakeup_noblock(dspqueue_t queue,
						     uint32_t wakeup_delay,
						     uint32_t packet_flags)
{
	return write_packet(queue, packet_flags | DSPQUEUE_PACKET_FLAG_WAKEUP,
			    0, NULL, wakeup_delay ? sizeof(wakeup_delay) : 0,
			    (const uint8_t *)&wakeup_delay, 0);
}

/*
 * Called with the lock held, as what follows. Packets that only wake are taken
 * on the way; whether one was there too early is counted.
 */
static int skip_wakeups(struct dspqueue *queue, struct packet *packet)
{
	uint8_t delay[sizeof(uint32_t)];
	int ret;

	while (!(ret = ring_peek(&queue->responses, packet)) &&
	       packet->flags & DSPQUEUE_PACKET_FLAG_WAKEUP) {
		ret = ring_read(&queue->responses, packet, 0, NULL,
				sizeof(delay), delay);
		if (ret)
			return -EIO;
		queue->wakeup_us = now_us();
	}
	if (ret == -EAGAIN && queue->wakeup_us)
		queue->wakeup_misses++;
	return ret;
}

static int try_peek(struct dspqueue *queue, struct packet *packet)
{
	if (queue->all->error)
		return queue->all->error;
	return aee_of_ring(skip_wakeups(queue, packet));
}

struct reading {
	uint32_t buffers_max;
	struct dspqueue_buffer *buffers;
	uint32_t message_max;
	uint8_t *message;
};

static int try_read(struct dspqueue *queue, struct packet *packet,
		    const struct reading *to)
{
	int ret = try_peek(queue, packet);

	if (ret)
		return ret;
	ret = ring_read(&queue->responses, packet, to->buffers_max, to->buffers,
			to->message_max, to->message);
	if (!ret && queue->wakeup_us) {
		queue->wakeup_wait_us += now_us() - queue->wakeup_us;
		queue->wakeup_us = 0;
	}
	return aee_of_ring(ret);
}

/* Where the program has them; what the DSP says of addresses means nothing. */
static int locate(struct dspqueue *queue, struct dspqueue_buffer *buffers,
		  uint32_t count)
{
	struct map_view view;

	for (uint32_t i = 0; i < count; i++) {
		struct dspqueue_buffer *buffer = &buffers[i];
		int ret = find_map(queue, buffer, &view);

		buffer->address = 0;
		if (ret)
			return ret;
		if (buffer->offset > view.size ||
		    buffer->size > view.size - buffer->offset)
			return AEE_EBADITEM;
		if (view.address)
			buffer->ptr = (uint8_t *)view.address + buffer->offset;
	}
	return 0;
}

static void tell(const struct packet *packet, uint32_t *flags,
		 uint32_t *num_buffers, uint32_t *message_length)
{
	if (flags)
		*flags = packet->flags;
	if (num_buffers)
		*num_buffers = packet->buffers_count;
	if (message_length)
		*message_length = packet->message_length;
}

static int read_packet(dspqueue_t queue, struct packet *packet,
		       const struct reading *to, uint32_t timeout_us)
{
	int ret;

	if ((to->buffers_max && !to->buffers) ||
	    (to->message_max && !to->message))
		return AEE_EBADPARM;
	pthread_mutex_lock(&queue->all->lock);
	ret = WAIT_FOR(queue, timeout_us, &queue->responses.reader->waiting,
		       try_read(queue, packet, to));
	if (!ret)
		note(queue, queue->responses.writer,
		     &queue->all->signals->response_space[queue->number]);
	pthread_mutex_unlock(&queue->all->lock);
	if (!ret)
		ret = locate(queue, to->buffers, packet->buffers_count);
	return ret;
}

EXPORT AEEResult dspqueue_read_noblock(
	dspqueue_t queue, uint32_t *flags, uint32_t max_buffers,
	uint32_t *num_buffers, struct dspqueue_buffer *buffers,
	uint32_t max_message_length, uint32_t *message_length, uint8_t *message)
{
	struct reading to = { max_buffers, buffers, max_message_length,
			      message };
	struct packet packet = { 0 };
	int ret = queue ? read_packet(queue, &packet, &to, 0) : AEE_EBADPARM;

	tell(&packet, flags, num_buffers, message_length);
	return ret;
}

EXPORT AEEResult dspqueue_read(dspqueue_t queue, uint32_t *flags,
			       uint32_t max_buffers, uint32_t *num_buffers,
			       struct dspqueue_buffer *buffers,
			       uint32_t max_message_length,
			       uint32_t *message_length, uint8_t *message,
			       uint32_t timeout_us)
{
	struct reading to = { max_buffers, buffers, max_message_length,
			      message };
	struct packet packet = { 0 };
	int ret = AEE_EBADPARM;

	if (queue && !queue->packet_callback)
		ret = read_packet(queue, &packet, &to, timeout_us);
	tell(&packet, flags, num_buffers, message_length);
	return ret == AEE_EWOULDBLOCK ? AEE_EEXPIRED : ret;
}

static int peek(dspqueue_t queue, struct packet *packet, uint32_t timeout_us)
{
	int ret;

	pthread_mutex_lock(&queue->all->lock);
	ret = WAIT_FOR(queue, timeout_us, &queue->responses.reader->waiting,
		       try_peek(queue, packet));
	pthread_mutex_unlock(&queue->all->lock);
	return ret;
}

EXPORT AEEResult dspqueue_peek_noblock(dspqueue_t queue, uint32_t *flags,
				       uint32_t *num_buffers,
				       uint32_t *message_length)
{
	struct packet packet = { 0 };
	int ret = queue ? peek(queue, &packet, 0) : AEE_EBADPARM;

	tell(&packet, flags, num_buffers, message_length);
	return ret;
}

EXPORT AEEResult dspqueue_peek(dspqueue_t queue, uint32_t *flags,
			       uint32_t *num_buffers, uint32_t *message_length,
			       uint32_t timeout_us)
{
	struct packet packet = { 0 };
	int ret = AEE_EBADPARM;

	if (queue && !queue->packet_callback)
		ret = peek(queue, &packet, timeout_us);
	tell(&packet, flags, num_buffers, message_length);
	return ret == AEE_EWOULDBLOCK ? AEE_EEXPIRED : ret;
}

/* ---- statistics ---- */

static uint64_t take(uint64_t *counter)
{
	uint64_t value = *counter;

	*counter = 0;
	return value;
}

EXPORT AEEResult dspqueue_get_stat(dspqueue_t queue, enum dspqueue_stat stat,
				   uint64_t *value)
{
	bool reads = stat == DSPQUEUE_STAT_READ_QUEUE_PACKETS ||
		     stat == DSPQUEUE_STAT_READ_QUEUE_BYTES;
	uint32_t bytes, packets;
	int ret;

	if (!queue || !value || stat < DSPQUEUE_STAT_READ_QUEUE_PACKETS ||
	    stat > DSPQUEUE_STAT_SIGNALING_PERF)
		return AEE_EBADPARM;
	pthread_mutex_lock(&queue->all->lock);
	ret = ring_fill(reads ? &queue->responses : &queue->requests, &bytes,
			&packets);
	if (stat == DSPQUEUE_STAT_EARLY_WAKEUP_WAIT_TIME)
		*value = take(&queue->wakeup_wait_us);
	else if (stat == DSPQUEUE_STAT_EARLY_WAKEUP_MISSES)
		*value = take(&queue->wakeup_misses);
	else if (stat == DSPQUEUE_STAT_SIGNALING_PERF)
		*value = DSPQUEUE_SIGNALING_PERF_REDUCED_SIGNALING;
	else if (!ret)
		*value =
			stat == DSPQUEUE_STAT_READ_QUEUE_PACKETS ||
					stat == DSPQUEUE_STAT_WRITE_QUEUE_PACKETS ?
				packets :
				bytes;
	pthread_mutex_unlock(&queue->all->lock);
	return aee_of_ring(ret);
}
