/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The line between qda-sim on the host and qda-sim-init in the guest: frames
 * on one raw serial line, which carries every byte and loses none. Both ends
 * are built from the same sources and always run as a pair.
 *
 * Flow control: each end may have LINK_WINDOW bytes of a stream under way
 * that the other has not acknowledged, so a stream whose reader is slow
 * cannot hold up another stream, a signal or the exit status.
 *
 * Below that, the host never has more than LINK_LINE bytes on the line which
 * the guest has not read. A User-Mode Linux line whose terminal buffer (4096
 * bytes) runs full is throttled, and is not woken up by new input any more.
 */
#ifndef QDA_SIM_LINK_H
#define QDA_SIM_LINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LINK_WINDOW  65536u
#define LINK_PAYLOAD 4096u
#define LINK_HEADER  4u
#define LINK_LINE    3072u

enum link_type {
	/* guest to host */
	LINK_HELLO = 1, /* the kernel has booted, qda-sim-init runs */
	LINK_NOTE,	/* text for a debugger: a module's address */
	LINK_READY,	/* driver and device are there */
	LINK_FAILED,	/* text: why the machine cannot run COMMAND */
	LINK_EXIT,	/* COMMAND's wait(2) status */
	LINK_BYE,	/* everything is done, power off follows */
	LINK_TAKEN,	/* this many bytes were read from the line */
	/* host to guest */
	LINK_START,  /* run COMMAND */
	LINK_SIGNAL, /* signal number for COMMAND's process group */
	LINK_SIZE,   /* rows, columns of the terminal */
	LINK_STOP,   /* end COMMAND whatever it does */
	/* both ways */
	LINK_DATA,   /* bytes of a stream */
	LINK_EOF,    /* the stream ends here */
	LINK_ACK,    /* this many bytes of a stream were consumed */
	LINK_CLOSED, /* nobody reads this stream any more */
};

enum link_stream {
	LINK_STDIN = 0,
	LINK_STDOUT = 1,
	LINK_STDERR = 2,
	LINK_STREAMS = 3,
};

struct link_frame {
	enum link_type type;
	unsigned int stream;
	size_t length;
	const unsigned char *payload; /* valid until the next link_next() */
};

/* One end. */
struct link {
	int fd;
	bool guest;
	size_t allowance; /* bytes that may be written to the line */
	size_t begin;	  /* received bytes not yet taken: [begin, end) */
	size_t end;
	unsigned char in[4 * (LINK_HEADER + LINK_PAYLOAD)];
	size_t out_begin; /* bytes still to be written: [out_begin, out_end) */
	size_t out_end;
	unsigned char out[2 * LINK_WINDOW];
};

/* Received bytes of one stream on their way to a file descriptor. */
struct link_queue {
	size_t begin;
	size_t length;
	size_t owed; /* consumed but not acknowledged */
	bool eof;    /* the sender has ended the stream */
	bool closed; /* the reader has gone */
	unsigned char data[LINK_WINDOW];
};

/* link_init() - prepare an end on @fd, which must be non-blocking. */
void link_init(struct link *link, int fd, bool guest);

/*
 * link_send() - queue a frame. Returns 0, or -ENOBUFS when the other end has
 * stopped reading for so long that nothing more fits.
 */
int link_send(struct link *link, enum link_type type, unsigned int stream,
	      const void *payload, size_t length);

/* link_send_u32() - queue a frame with one number. */
int link_send_u32(struct link *link, enum link_type type, unsigned int stream,
		  uint32_t value);

/* link_room() - bytes of stream data that can be queued in one frame now. */
size_t link_room(const struct link *link);

/* link_pending() - whether queued bytes wait to be written. */
bool link_pending(const struct link *link);

/* link_writable() - whether some of them may be written now. */
bool link_writable(const struct link *link);

/* link_flush() - write what can be written. Returns 0 or negative errno. */
int link_flush(struct link *link);

/*
 * link_fill() - read what is there. Returns 1 when bytes came, 0 when there
 * were none, -EPIPE when the other end has gone, or another negative errno.
 */
int link_fill(struct link *link);

/*
 * link_next() - take the next whole frame. Returns 1, 0 when there is none
 * yet, or -EPROTO when what came is not a frame.
 */
int link_next(struct link *link, struct link_frame *frame);

/* link_value() - the number in a frame made by link_send_u32(). */
uint32_t link_value(const struct link_frame *frame);

/*
 * link_queue_put() - append received data. Returns 0, or -EPROTO when the
 * sender has overrun its window.
 */
int link_queue_put(struct link_queue *queue, const void *data, size_t length);

/*
 * link_queue_drain() - write one piece to @fd, at most @limit bytes. A reader
 * that has gone sets ->closed and drops the rest. Returns the bytes consumed.
 */
size_t link_queue_drain(struct link_queue *queue, int fd, size_t limit);

/* link_queue_ack() - acknowledge what was consumed, if it is worth a frame. */
int link_queue_ack(struct link_queue *queue, struct link *link,
		   unsigned int stream);

#endif
