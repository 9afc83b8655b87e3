/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The remote side of a GLINK edge: two FIFOs in guest memory, some channels.
 * The DSP opens a channel, Linux answers by opening its end.
 */
#ifndef DSP_GLINK_H
#define DSP_GLINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "qda_sim_abi.h"

/* The largest message that Linux may send. */
#define GLINK_MESSAGE_MAX 16384u
/* The largest packet that the DSP sends. */
#define GLINK_PACKET_MAX 64u

#define GLINK_LOCAL_INTENTS  320
#define GLINK_REMOTE_INTENTS 192
/* Answers to as many calls as four sessions may have in flight. */
#define GLINK_QUEUE_LENGTH 65536

/* A receive buffer promised to Linux; a message may come in pieces. */
struct glink_local_intent {
	uint32_t size; /* 0: not promised */
	uint32_t filled;
	uint8_t *data; /* of a message not yet complete */
};

/* A receive buffer promised by Linux. */
struct glink_remote_intent {
	uint32_t id;
	uint32_t size;
	bool known;
	bool in_use;
};

struct glink_packet {
	uint32_t size;
	bool quiet;
	uint8_t data[GLINK_PACKET_MAX];
};

/* In the order in which they are offered; all but the first for benchmarks. */
enum glink_channel_id {
	GLINK_FASTRPC,
	GLINK_FASTRPC_2, /* other drivers, with processes of their own */
	GLINK_FASTRPC_3,
	GLINK_ECHO,
	GLINK_CHANNELS,
};

struct glink_channel {
	bool open_local;  /* our end is acknowledged */
	bool open_remote; /* Linux opened its end */
	bool asked_intent;
	unsigned int reopens; /* since Linux last sent data */
	uint16_t local_id;    /* our name of the channel */
	uint16_t remote_id;   /* Linux's */
	uint32_t intents;     /* promised so far */
	struct glink_local_intent local[GLINK_LOCAL_INTENTS];
	struct glink_remote_intent remote[GLINK_REMOTE_INTENTS];
	unsigned int remote_used; /* what is beyond was never known */
	uint32_t remote_smallest; /* none that is known is smaller */

	/* packets that wait for an intent or for room */
	struct glink_packet queue[GLINK_QUEUE_LENGTH];
	unsigned int queue_head;
	unsigned int queue_used;
};

struct glink {
	struct qda_sim_edge *edge;
	void (*irq)(void *data);
	void (*receive)(void *data, enum glink_channel_id id,
			const void *message, size_t size);
	void (*closed)(void *data, enum glink_channel_id id); /* by Linux */
	void *data;
	unsigned int channels; /* how many are offered */

	bool broken;	 /* Linux broke the protocol: nothing works */
	bool was_closed; /* Linux closed a channel once */
	bool asked_room;

	/* what Linux is to be rung for */
	bool news;	/* answers */
	bool urgent;	/* what does not wait until others come */
	bool room_made; /* also if it is looking: it does not see that */
	unsigned int
		withheld;   /* receive buffers that it does not know of yet */
	unsigned int quiet; /* answers that nobody waits for */
	unsigned int coalesce_us; /* answers may wait so long for others */
	uint64_t due_us;	  /* all that is news waits until then */
	uint64_t awake_until_us;

	struct glink_channel channel[GLINK_CHANNELS];
};

/**
 * glink_poll() - handle what Linux sent, send what waits
 *
 * To be called after each doorbell.
 *
 * Return: true when there may be more to handle.
 */
bool glink_poll(struct glink *g);

/**
 * glink_ring() - ring for what was written since, if it is time
 *
 * Nothing else rings, so that what is written in one round costs one doorbell.
 *
 * Return: ms until it has to be called again, -1 when it need not be.
 */
int glink_ring(struct glink *g);

/**
 * glink_sleep() - ask Linux to ring, before sleeping for @timeout ms, -1: for ever
 *
 * Return: how many ms may be slept, 0 when there is something to do.
 */
int glink_sleep(struct glink *g, int timeout);

/** glink_wake() - Linux need not ring any more; glink_is_idle() tells */
void glink_wake(struct glink *g);

/** glink_is_idle() - whether Linux has sent nothing since glink_poll() */
bool glink_is_idle(const struct glink *g);

/**
 * glink_send() - send a packet on a channel
 *
 * Return: 0; -EMSGSIZE; -ENOBUFS when GLINK_QUEUE_LENGTH packets wait.
 */
int glink_send(struct glink *g, enum glink_channel_id id, const void *data,
	       size_t size);

/**
 * glink_send_quietly() - the same for what nobody waits for
 *
 * The doorbell is rung for what else there is, when there is much of it, or some
 * milliseconds later.
 */
int glink_send_quietly(struct glink *g, enum glink_channel_id id,
		       const void *data, size_t size);

/** glink_corrupt_index() - fault mode: publish an index out of range */
void glink_corrupt_index(struct glink *g);

#endif /* DSP_GLINK_H */
