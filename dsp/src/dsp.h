/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What the processes of the DSP have in common.
 *
 * supervisor   lives as long as the machine; owns the vhost-user socket and
 *   |          the control queues
 *   subsystem  runs GLINK and the FastRPC message loop; may crash and is then
 *   |          started again
 *     PD ...   one process per protection domain; runs the skels
 */
#ifndef DSP_DSP_H
#define DSP_DSP_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "AEEStdErr.h"
#include "fault.h"
#include "qda_sim_abi.h"
#include "smmu.h"
#include "pd_ring.h"
#include "vhost_user.h"

/* A result of the DSP itself, as it stands in a reply. */
#define DSP_STATUS(aee) ((int32_t)(DSP_AEE_EOFFSET + (aee)))

#define DSP_PDS_MAX 64
#define DSP_PD_MAPS 1280

/* A PD's view of the bus: IOVAs below this bound, at a fixed place. */
#define DSP_REGION_BITS 34
#define DSP_REGION_SIZE (1ull << DSP_REGION_BITS)
#define DSP_REGION_BASE 0x200000000000ull

struct dsp_options {
	const char *socket_path;
	const char *domain;
	const char *wire_log;
	const char *message_log;
	const char *skel_path;
	unsigned int sid_position; /* bit of the SID in a DSP address */
	unsigned int stream_base;  /* stream id = SID + this */
	bool strict;
	bool poll;
	bool bench;		  /* all channels of glink.h */
	unsigned int coalesce_us; /* answers wait so long for others */
	unsigned int spin_us;	  /* looks for so long before it sleeps */
	bool log_data;
	struct fault_plan fault;
};

/* How a PD ended, written by its signal handler. */
struct pd_fault {
	uint32_t valid;
	uint32_t signal;
	uint32_t in_region; /* 1: an access through the SMMU */
	uint32_t write;
	uint32_t reason; /* enum smmu_result */
	uint32_t pad;
	uint64_t address; /* the IOVA when in_region */
	uint64_t pc;	  /* offset in module */
	char module[64];
};

/*
 * A buffer with a tag, for HAP_mmap_get(), or a part of the heap. The subsystem
 * has its own copy.
 */
struct pd_tag {
	uint32_t valid;
	int32_t tag;
	uint64_t iova;
	uint64_t size;
	uint32_t held; /* by DSP code */
	uint32_t heap; /* 1: of the heap, without a tag */
};

/*
 * One per PD, in memory shared by all processes. A PD may scribble over its
 * slot: nothing here is trusted for anything that outlives the PD.
 */
struct pd_slot {
	uint32_t pid; /* 0: no process */
	uint32_t stream;
	uint64_t root;	   /* the tables translations came from */
	uint32_t any_root; /* 1: from more than one */

	/* invalidation: the supervisor asks, the PD's service thread acts */
	uint32_t request; /* futex */
	uint32_t done;	  /* futex */
	uint32_t kind;	  /* enum qda_sim_invalidate */
	uint64_t iova;
	uint64_t size;

	struct pd_fault fault;
	struct pd_tag tags[DSP_PD_MAPS];
};

/*
 * Processes that the host's daemons attach to. A process of one of these kinds,
 * or any without a host that listens, asks the one that serves.
 */
enum dsp_service {
	DSP_SERVICE_ROOT,
	DSP_SERVICE_SENSORS,
	DSP_SERVICE_STATIC,
	DSP_SERVICES,
	DSP_SERVICE_NONE = DSP_SERVICES, /* of a program's own */
};

/* The jobs of a PD, which the subsystem writes, and its replies. */
struct pd_rings {
	struct pd_ring jobs;
	struct pd_ring replies;
};

struct dsp_shared {
	uint32_t violations;
	uint32_t busy;		       /* struct smmu_master */
	uint32_t hung;		       /* fault mode: nothing is acknowledged */
	uint32_t user_invokes;	       /* counted for the fault plan */
	uint32_t server[DSP_SERVICES]; /* pid, 0 for none */
	struct pd_slot slots[DSP_PDS_MAX];
	struct pd_rings rings[DSP_PDS_MAX];
};

struct dsp {
	struct dsp_options options;
	struct dsp_shared *shared;
	struct vhost_user vhost;
	struct qda_sim_edge *edge;
	struct qda_sim_smmu *smmu;
	int supervisor_fd; /* in the subsystem: its line to the supervisor */
	int relay[DSP_SERVICES][2]; /* see pd_relay.c */
};

/* Subsystem to supervisor: an SMMU fault to be told to Linux. */
struct dsp_fault_report {
	uint32_t stream;
	uint32_t write;
	uint64_t iova;
};

/**
 * supervisor_run() - be the DSP until the guest leaves or a signal comes
 *
 * Return: the exit status: 0, 1 when the socket cannot be had, 3 when the
 * guest violated the protocol in strict mode.
 */
int supervisor_run(const struct dsp_options *options);

/** subsystem_main() - the subsystem process; the caller has forked */
_Noreturn void subsystem_main(struct dsp *dsp);

/** die_with_parent() - have this process killed when @parent ends */
void die_with_parent(pid_t parent);

/** futex_wait() - wait while *@word is @value; a negative bound: for ever */
void futex_wait(uint32_t *word, uint32_t value, int timeout_ms);

/** futex_wake_one() - wake one waiter */
void futex_wake_one(uint32_t *word);

/** futex_wake() - wake all waiters */
void futex_wake(uint32_t *word);

/** now_ms() - monotonic clock */
uint64_t now_ms(void);

/** now_us() - the same clock */
uint64_t now_us(void);

#endif /* DSP_DSP_H */
