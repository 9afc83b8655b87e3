/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Queues of packets between a program and its process on a DSP, in memory that
 * both share. A packet has a message of the program's own, references to
 * buffers that fastrpc_mmap() has mapped there, or both.
 *
 * The program makes a queue, sends the number that dspqueue_export() gives by
 * an ordinary call, and code on the DSP hands that to dspqueue_import().
 */
#ifndef DSPQUEUE_H
#define DSPQUEUE_H

#include <AEEStdDef.h>
#include <stdint.h>
#include <stdlib.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Waits for ever. */
#define DSPQUEUE_TIMEOUT_NONE 0xffffffff

enum dspqueue_packet_flags {
	DSPQUEUE_PACKET_FLAG_MESSAGE = 0x0001,
	DSPQUEUE_PACKET_FLAG_BUFFERS = 0x0002,
	DSPQUEUE_PACKET_FLAG_WAKEUP = 0x0004, /* a packet will come soon */
	DSPQUEUE_PACKET_FLAG_DRIVER_READY = 0x0008,
	DSPQUEUE_PACKET_FLAG_USER_READY = 0x0010,
	DSPQUEUE_PACKET_FLAG_RESERVED_ZERO = 0xffe0,
};

/* &dspqueue_buffer.flags */
enum dspqueue_buffer_flags {
	DSPQUEUE_BUFFER_FLAG_REF = 0x00000004,	 /* keep the buffer mapped */
	DSPQUEUE_BUFFER_FLAG_DEREF = 0x00000008, /* let go of it again */
	DSPQUEUE_BUFFER_FLAG_FLUSH_SENDER = 0x00000010,
	DSPQUEUE_BUFFER_FLAG_INVALIDATE_SENDER = 0x00000020,
	DSPQUEUE_BUFFER_FLAG_FLUSH_RECIPIENT = 0x00000040,
	DSPQUEUE_BUFFER_FLAG_INVALIDATE_RECIPIENT = 0x00000080,
	DSPQUEUE_BUFFER_FLAG_RESERVED_ZERO = 0xffffff00,
};

enum dspqueue_stat {
	DSPQUEUE_STAT_READ_QUEUE_PACKETS = 1,
	DSPQUEUE_STAT_READ_QUEUE_BYTES,
	DSPQUEUE_STAT_WRITE_QUEUE_PACKETS,
	DSPQUEUE_STAT_WRITE_QUEUE_BYTES,
	DSPQUEUE_STAT_EARLY_WAKEUP_WAIT_TIME, /* in us */
	DSPQUEUE_STAT_EARLY_WAKEUP_MISSES,
	DSPQUEUE_STAT_SIGNALING_PERF, /* DSPQUEUE_SIGNALING_PERF_* */
};

#define DSPQUEUE_SIGNALING_PERF_REDUCED_SIGNALING   100
#define DSPQUEUE_SIGNALING_PERF_OPTIMIZED_SIGNALING 1000

typedef enum {
	DSPQUEUE_CREATE, /* a queue to several DSPs */
} dspqueue_request_req_id;

struct dspqueue;
typedef struct dspqueue *dspqueue_t;

/* A part of a mapped buffer. */
struct dspqueue_buffer {
	uint32_t fd;
	uint32_t size;	 /* in bytes; 0: up to the end of what is mapped */
	uint32_t offset; /* in bytes */
	uint32_t flags;	 /* enum dspqueue_buffer_flags */
	union {
		void *ptr; /* out: where the part is on this side, or NULL */
		uint64_t address;
	};
};

/* Called from a thread of the queue's. */
typedef void (*dspqueue_callback_t)(dspqueue_t queue, AEEResult error,
				    void *context);

typedef struct dspqueue_create_req {
	uint64_t ctx; /* of FASTRPC_CONTEXT_CREATE */
	uint64_t flags;
	uint32_t req_queue_size;
	uint32_t resp_queue_size;
	uint32_t priority;
	dspqueue_callback_t packet_callback;
	dspqueue_callback_t error_callback;
	void *callback_context;
	dspqueue_t queue; /* out */
	uint64_t *ids;	  /* out */
	uint32_t num_ids;
} dspqueue_create_req;

typedef struct dspqueue_request_payload {
	dspqueue_request_req_id id;
	union {
		dspqueue_create_req create;
	};
} dspqueue_request_payload;

/**
 * dspqueue_create - make a queue to the program's process on a DSP
 * @domain: effective domain id
 * @flags: 0
 * @req_queue_size: room for packets to the DSP in bytes; 0: 64 KiB
 * @resp_queue_size: room for packets from it; 0: 16 KiB
 * @packet_callback: called when there are packets to read, or NULL; with it,
 *	blocking reads are refused
 * @error_callback: called when the queue is of no use any more, or NULL
 * @queue: set to the queue; free with dspqueue_close()
 */
AEEResult dspqueue_create(int domain, uint32_t flags, uint32_t req_queue_size,
			  uint32_t resp_queue_size,
			  dspqueue_callback_t packet_callback,
			  dspqueue_callback_t error_callback,
			  void *callback_context, dspqueue_t *queue);

/**
 * dspqueue_close - AEE_ERPC while the DSP has it imported
 *
 * Waits while another thread calls error callbacks of the process's queues; an
 * error callback may close queues itself.
 */
AEEResult dspqueue_close(dspqueue_t queue);

/** dspqueue_export - the number that dspqueue_import() on the DSP takes */
AEEResult dspqueue_export(dspqueue_t queue, uint64_t *queue_id);

/** dspqueue_import - on the DSP only */
AEEResult dspqueue_import(uint64_t queue_id,
			  dspqueue_callback_t packet_callback,
			  dspqueue_callback_t error_callback,
			  void *callback_context, dspqueue_t *queue);

int dspqueue_request(dspqueue_request_payload *req);

/**
 * dspqueue_write - send a packet, and wait for room
 * @flags: enum dspqueue_packet_flags; MESSAGE and BUFFERS are set as needed
 * @num_buffers: at most 64
 * @message_length: in bytes, at most 64 KiB
 * @timeout_us: how long to wait; DSPQUEUE_TIMEOUT_NONE
 *
 * AEE_ENOSUCHMAP for a buffer that is not mapped, AEE_EEXPIRED, AEE_EBADPARM.
 */
AEEResult dspqueue_write(dspqueue_t queue, uint32_t flags, uint32_t num_buffers,
			 struct dspqueue_buffer *buffers,
			 uint32_t message_length, const uint8_t *message,
			 uint32_t timeout_us);

/** dspqueue_write_noblock - AEE_EWOULDBLOCK without room */
AEEResult dspqueue_write_noblock(dspqueue_t queue, uint32_t flags,
				 uint32_t num_buffers,
				 struct dspqueue_buffer *buffers,
				 uint32_t message_length,
				 const uint8_t *message);

/**
 * dspqueue_read - take the next packet, and wait for one
 *
 * AEE_EBADPARM when it does not fit; it is not taken then.
 */
AEEResult dspqueue_read(dspqueue_t queue, uint32_t *flags, uint32_t max_buffers,
			uint32_t *num_buffers, struct dspqueue_buffer *buffers,
			uint32_t max_message_length, uint32_t *message_length,
			uint8_t *message, uint32_t timeout_us);
AEEResult dspqueue_read_noblock(dspqueue_t queue, uint32_t *flags,
				uint32_t max_buffers, uint32_t *num_buffers,
				struct dspqueue_buffer *buffers,
				uint32_t max_message_length,
				uint32_t *message_length, uint8_t *message);

/** dspqueue_peek - what dspqueue_read() would take */
AEEResult dspqueue_peek(dspqueue_t queue, uint32_t *flags,
			uint32_t *num_buffers, uint32_t *message_length,
			uint32_t timeout_us);
AEEResult dspqueue_peek_noblock(dspqueue_t queue, uint32_t *flags,
				uint32_t *num_buffers,
				uint32_t *message_length);

/**
 * dspqueue_write_early_wakeup_noblock - let the other side get ready
 * @wakeup_delay: in how many us a packet will come; 0: not known
 * @packet_flags: its flags; 0: not known
 */
AEEResult dspqueue_write_early_wakeup_noblock(dspqueue_t queue,
					      uint32_t wakeup_delay,
					      uint32_t packet_flags);

/** dspqueue_get_stat - those of early wake-up are reset by it */
AEEResult dspqueue_get_stat(dspqueue_t queue, enum dspqueue_stat stat,
			    uint64_t *value);

#ifdef __cplusplus
}
#endif

#endif /* DSPQUEUE_H */
