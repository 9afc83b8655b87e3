/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Protection domains, as the subsystem sees them: a process each, with rings for
 * jobs and replies, a socket that wakes who waits for these, and a pipe for what
 * skels print.
 */
#ifndef DSP_PD_H
#define DSP_PD_H

#include "dsp.h"
#include "fastrpc_message.h"
#include "glink.h"

struct subsystem;

/* A job for a PD: one invoke, its arguments as IOVAs. */
struct pd_job_arg {
	uint64_t iova;
	uint64_t length;
	int32_t tag;
	uint32_t offset;
};

#define PD_JOB_CRASH 1u /* fault mode: die in mid call */
#define PD_JOB_ECHO  2u /* no call: the status is the scalars + 1 */

struct pd_job {
	uint64_t id;
	uint32_t handle;
	uint32_t sc;
	uint32_t flags;
	uint32_t count;
	struct pd_job_arg arg[FASTRPC_ARGS_MAX];
};

/*
 * The result of a job; or, before that, the notice that an argument is not
 * mapped as it should be, which the skel may or may not survive.
 */
struct pd_reply {
	uint64_t id;
	int32_t status;
	uint32_t bad_arg; /* 0: a result, else 1 + index of the argument */
	uint64_t bad_iova;
	uint32_t bad_reason; /* enum smmu_result */
	uint32_t pad;
};

enum pd_map_kind {
	PD_MAP_PAGES = 1, /* MMAP: heap, no tag */
	PD_MAP_TAG,	  /* MEM_MAP */
	PD_MAP_DELAYED,	  /* MEM_MAP, without an address */
	PD_MAP_TRANSIENT, /* a handle argument; listed when no call uses it */
};

struct pd_map {
	enum pd_map_kind kind; /* 0: free */
	int32_t tag;
	uint64_t iova;
	uint64_t size;
	uint64_t va;	    /* what the host was told */
	unsigned int calls; /* PD_MAP_TRANSIENT: calls that use it */
};

struct pd_waiting_job {
	struct pd_waiting_job *next;
	size_t size;
	struct pd_job job;
};

struct pd {
	bool used;
	bool dead;		       /* the process ended by itself */
	enum glink_channel_id channel; /* of the host's driver that has it */
	int32_t client;
	enum fastrpc_pd_type type;
	enum dsp_service service;
	uint32_t sid;
	uint32_t stream;
	pid_t pid;
	int socket;
	int output;
	size_t line_used;
	char line[256];
	struct pd_slot *slot;
	struct pd_rings *rings;
	uint32_t jobs_head;
	uint32_t replies_tail;
	struct pd_waiting_job *waiting, **waiting_end;
	struct pd_map map[DSP_PD_MAPS];
};

/* Process status values. */
enum pd_status {
	PD_STATUS_UP = 0,
	PD_STATUS_EXIT = 1,
	PD_STATUS_KILLED = 2,
	PD_STATUS_EXCEPTION = 3,
};

/** pd_stream() - SMMU stream of a SID, SMMU_STREAM_BYPASS for SID 0 */
uint32_t pd_stream(const struct dsp *dsp, uint32_t sid);

/** pd_find() - the PD of a client id, dead or alive, or NULL */
struct pd *pd_find(struct subsystem *s, enum glink_channel_id channel,
		   int32_t client);

/**
 * pd_create() - start a process
 * @service: which daemon of the host may attach to it
 *
 * Return: a status for the reply.
 */
int32_t pd_create(struct subsystem *s, enum glink_channel_id channel,
		  int32_t client, enum fastrpc_pd_type type, uint32_t sid,
		  enum dsp_service service);

/** pd_end() - kill and forget; when this returns, it touches no memory */
void pd_end(struct subsystem *s, struct pd *pd);

/** pd_submit() - hand a job over, or keep it until the ring has room */
void pd_submit(struct pd *pd, const struct pd_job *job);

/** pd_serve() - take replies, send waiting jobs, forward output */
void pd_serve(struct subsystem *s, struct pd *pd, short events,
	      short output_events);

/** pd_expect() - before sleeping; false when there are replies already */
bool pd_expect(struct pd *pd);

/** pd_has_jobs() - whether the process has not yet taken one that it was sent */
bool pd_has_jobs(const struct pd *pd);

/** pd_has_replies() - whether pd_serve() has something to take */
bool pd_has_replies(const struct pd *pd);

/** pd_reap() - a child ended */
void pd_reap(struct subsystem *s);

/**
 * pd_map_add() - note a mapping and tell the process of its tag
 * @kind: what made it; a second one of a tag is refused
 * @va: set to the address in the process, 0 for PD_MAP_DELAYED
 *
 * Return: a status for the reply.
 */
int32_t pd_map_add(struct pd *pd, enum pd_map_kind kind, int32_t tag,
		   uint64_t iova, uint64_t size, uint64_t *va);

/**
 * pd_map_remove() - forget a mapping
 * @tag: for PD_MAP_TAG and PD_MAP_DELAYED
 *
 * Return: a status for the reply.
 */
int32_t pd_map_remove(struct pd *pd, enum pd_map_kind kind, int32_t tag,
		      uint64_t va, uint64_t size);

/** pd_map_use() - a call with a handle argument starts */
void pd_map_use(struct pd *pd, const struct fastrpc_arg *arg);

/**
 * pd_map_unuse() - a call with handle argument @tag ended
 *
 * Return: true when the host may drop its mapping: list the tag.
 */
bool pd_map_unuse(struct pd *pd, int32_t tag);

/* ---- the process itself (pd_process.c) ---- */

struct pd_config {
	const struct dsp *dsp;
	struct pd_slot *slot;
	enum dsp_service service;
	struct pd_rings *rings;
	int32_t client;
	uint32_t stream;
	int socket;
	int output;
	pid_t parent;
};

/** pd_main() - be the process of a PD; the caller has forked */
_Noreturn void pd_main(const struct pd_config *config);

#endif /* DSP_PD_H */
