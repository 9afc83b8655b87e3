/* SPDX-License-Identifier: BSD-3-Clause */
/* The subsystem: GLINK, the FastRPC message loop, its protection domains. */
#ifndef DSP_SUBSYSTEM_H
#define DSP_SUBSYSTEM_H

#include "dsp.h"
#include "fastrpc_message.h"
#include "glink.h"
#include "pd.h"

#define CALLS_MAX	  16384
#define CALLS_BUCKET_BITS 10
#define PACKETS_LATER	  256

/* A call that was not answered yet. */
struct call {
	struct call *next; /* in its bucket, or free */
	bool used;
	uint32_t number; /* in the wire log */
	uint32_t generation;
	enum fault_mode fault; /* what happens to it */
	enum glink_channel_id channel;
	struct fastrpc_message m;
	struct pd *pd;	   /* runs it */
	uint64_t since_us; /* when it was received, if the host polls */
	unsigned int handle_count;
	int32_t handles[30]; /* tags of handle arguments */
};

struct calls {
	struct call *bucket[1 << CALLS_BUCKET_BITS];
	struct call *free;
	unsigned int fresh; /* those from here on were never used */
	unsigned int used;
	struct call call[CALLS_MAX];
};

#define ECHOES_MAX 64

struct echo_pending {
	bool used;
	struct qda_sim_echo message;
};

/* A packet that goes out later (fault modes). */
struct later_packet {
	uint64_t due_ms; /* 0: when the client is released */
	enum glink_channel_id channel;
	int32_t client;
	uint32_t size;
	uint8_t data[GLINK_PACKET_MAX];
};

struct subsystem {
	struct dsp *dsp;
	struct smmu_master bus;
	struct glink glink;
	struct pd pd[DSP_PDS_MAX];
	struct pd *used[DSP_PDS_MAX]; /* of these, for those who look often */
	unsigned int used_count;
	struct calls calls;
	struct later_packet later[PACKETS_LATER];
	unsigned int later_used;
	uint32_t messages;		 /* received */
	uint32_t processes;		 /* started */
	uint64_t fuzz;			 /* state of fuzz.c */
	uint32_t maps;			 /* requests to map or unmap */
	bool audio_heap[GLINK_CHANNELS]; /* the audio process has its heap */
	struct echo_pending echo[ECHOES_MAX]; /* those that a process answers */
	unsigned int rounds;	/* since the last look at descriptors */
	unsigned int put_off;	/* rounds, since the last doorbell */
	uint32_t messages_then; /* when it last gave the processor away */
	int signal_fd;
};

/* ---- calls.c ---- */

/** calls_find() - the call with that context, or NULL */
struct call *calls_find(struct subsystem *s, enum glink_channel_id channel,
			uint64_t ctx);

/** calls_add() - a new one; NULL when CALLS_MAX are in flight */
struct call *calls_add(struct subsystem *s, enum glink_channel_id channel,
		       const struct fastrpc_message *m);

/** calls_remove() - it is answered */
void calls_remove(struct subsystem *s, struct call *c);

/** calls_id() - what it is called towards its PD; does not come back soon */
uint64_t calls_id(const struct subsystem *s, const struct call *c);

/** calls_by_id() - that call, or NULL when there is none, or no more */
struct call *calls_by_id(struct subsystem *s, uint64_t id);

/* ---- fastrpc.c: messages ---- */

/** fastrpc_receive() - one packet from the host */
void fastrpc_receive(struct subsystem *s, enum glink_channel_id channel,
		     const void *data, size_t size);

/** fastrpc_finish() - a PD has run a call */
void fastrpc_finish(struct subsystem *s, struct pd *pd,
		    const struct pd_reply *reply);

/** fastrpc_abort_calls() - answer all calls of a PD with @status */
void fastrpc_abort_calls(struct subsystem *s, struct pd *pd, int32_t status);

/* A message being handled. */
struct request {
	uint32_t number;
	enum glink_channel_id channel;
	struct fastrpc_message m;
	struct fastrpc_args args;
	struct fastrpc_findings findings;
	int32_t released; /* client whose process the message ended */
};

/** fastrpc_refuse() - add a violation to @r; returns the status to answer */
int32_t fastrpc_refuse(struct request *r, uint32_t aee, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/** fastrpc_read_arg() - copy the whole of in-buffer @i, -EFAULT if unmapped */
int fastrpc_read_arg(struct subsystem *s, struct request *r, unsigned int i,
		     void *to, size_t size);

/** fastrpc_write_arg() - fill the start of out-buffer @i */
int fastrpc_write_arg(struct subsystem *s, struct request *r, unsigned int i,
		      const void *from, size_t size);

/** fastrpc_report_fault() - log an SMMU fault and tell Linux */
void fastrpc_report_fault(struct subsystem *s, const struct smmu_fault *f);

/* ---- process_group.c: handle 1; utilities.c: handle 2 ---- */

enum process_group_method {
	PROCESS_GROUP_ATTACH = 0,
	PROCESS_GROUP_RELEASE = 1,
	PROCESS_GROUP_MMAP = 4,
	PROCESS_GROUP_MUNMAP = 5,
	PROCESS_GROUP_CREATE = 6,
	PROCESS_GROUP_CREATE_ATTR = 7,
	PROCESS_GROUP_CREATE_STATIC = 8,
	PROCESS_GROUP_MEM_MAP = 10,
	PROCESS_GROUP_MEM_UNMAP = 11,
};

/** process_group_call() - handle 1; returns the status to answer */
int32_t process_group_call(struct subsystem *s, struct request *r);

/** utilities_call() - handle 2; returns the status to answer */
int32_t utilities_call(struct subsystem *s, struct request *r);

/* ---- reply.c: answers, through the fault plan ---- */

/** reply_send() - answer @m, as @fault wants it */
void reply_send(struct subsystem *s, enum glink_channel_id channel,
		uint32_t number, const struct fastrpc_message *m,
		enum fault_mode fault, int32_t status);

/**
 * reply_send_quietly() - answer @m with success to a host that knows it already
 */
void reply_send_quietly(struct subsystem *s, enum glink_channel_id channel,
			uint32_t number, const struct fastrpc_message *m);

/** reply_send_late() - answer @m after a host has given up */
void reply_send_late(struct subsystem *s, enum glink_channel_id channel,
		     uint32_t number, const struct fastrpc_message *m,
		     int32_t status);

/** reply_released() - the RELEASE of @client was answered */
void reply_released(struct subsystem *s, enum glink_channel_id channel,
		    int32_t client);

/** reply_status() - send a process status message */
void reply_status(struct subsystem *s, enum glink_channel_id channel,
		  int32_t client, enum pd_status status);

/** reply_forget() - the channel was closed: nobody waits for what is late */
void reply_forget(struct subsystem *s, enum glink_channel_id channel);

/** reply_later() - send what is due; returns ms until the next, -1: none */
int reply_later(struct subsystem *s);

/* ---- echo.c: the channel for benchmarks ---- */

/** echo_receive() - one packet from the host */
void echo_receive(struct subsystem *s, const void *data, size_t size);

/** echo_finish() - a process has answered one */
void echo_finish(struct subsystem *s, const struct pd_reply *reply);

/** echo_forget() - the channel was closed */
void echo_forget(struct subsystem *s);

/* ---- fuzz.c ---- */

/**
 * fuzz_packets() - send what nobody has asked for, made of what precedes
 * the reply that it is like
 */
void fuzz_packets(struct subsystem *s, enum glink_channel_id channel,
		  const void *reply, size_t size);

#endif /* DSP_SUBSYSTEM_H */
