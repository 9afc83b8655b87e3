// SPDX-License-Identifier: BSD-3-Clause
#include "invalidate.h"

#include <errno.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "log.h"

#define PD_BOUND_MS	   2000
#define SUBSYSTEM_BOUND_MS 2000

struct request {
	uint32_t kind;
	uint32_t stream;
	uint64_t root;
	uint64_t iova;
	uint64_t size;
};

static uint32_t slot_pid(const struct pd_slot *slot)
{
	return __atomic_load_n(&slot->pid, __ATOMIC_ACQUIRE);
}

/*
 * A PD publishes the root before it reads a table entry, and Linux cleared
 * the entry before it asked: either the PD saw no translation or this sees
 * the root.
 */
static bool concerns(const struct pd_slot *slot, const struct request *r)
{
	if (!slot_pid(slot))
		return false;
	if (r->kind == QDA_SIM_INVALIDATE_STREAM)
		return slot->stream == r->stream;
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	return __atomic_load_n(&slot->any_root, __ATOMIC_ACQUIRE) ||
	       __atomic_load_n(&slot->root, __ATOMIC_ACQUIRE) == r->root;
}

static void ask(struct pd_slot *slot, const struct request *r)
{
	slot->kind = r->kind;
	slot->iova = r->iova;
	slot->size = r->size;
	__atomic_add_fetch(&slot->request, 1, __ATOMIC_RELEASE);
	futex_wake(&slot->request);
}

/*
 * The subsystem clears slot->pid before it reaps. A pid that is still there
 * after the pidfd was opened was therefore this very process.
 */
static void kill_pd(struct pd_slot *slot)
{
	struct pollfd p = { .events = POLLIN };
	uint32_t pid = slot_pid(slot);

	if (!pid)
		return;
	p.fd = syscall(SYS_pidfd_open, (pid_t)pid, 0);
	if (p.fd < 0)
		return;
	if (slot_pid(slot) == pid) {
		log_line("process %u ignored an invalidation for %d ms, killed",
			 pid, PD_BOUND_MS);
		syscall(SYS_pidfd_send_signal, p.fd, SIGKILL, NULL, 0);
		poll(&p, 1, PD_BOUND_MS);
	}
	close(p.fd);
}

static void await_pd(struct pd_slot *slot, uint64_t deadline)
{
	uint32_t request = slot->request;
	uint32_t done;
	uint64_t now;

	for (;;) {
		done = __atomic_load_n(&slot->done, __ATOMIC_ACQUIRE);
		if (done == request || !slot_pid(slot))
			return;
		now = now_ms();
		if (now >= deadline)
			break;
		/* A PD that dies does not wake us: look again soon. */
		futex_wait(&slot->done, done,
			   deadline - now < 10 ? (int)(deadline - now) : 10);
	}
	kill_pd(slot);
}

/* The subsystem translates for each copy anew: let a running one finish. */
static int await_subsystem(struct dsp_shared *shared)
{
	uint32_t busy = __atomic_load_n(&shared->busy, __ATOMIC_SEQ_CST);
	uint64_t deadline = now_ms() + SUBSYSTEM_BOUND_MS;

	while ((busy & 1) &&
	       __atomic_load_n(&shared->busy, __ATOMIC_SEQ_CST) == busy) {
		if (now_ms() >= deadline)
			return -ETIME;
		sched_yield();
	}
	return 0;
}

static int carry_out(struct dsp *dsp, const struct request *r)
{
	struct pd_slot *slot, *end = dsp->shared->slots + DSP_PDS_MAX;
	bool asked[DSP_PDS_MAX] = { false };
	uint64_t deadline;

	for (slot = dsp->shared->slots; slot < end; slot++) {
		if (!concerns(slot, r))
			continue;
		ask(slot, r);
		asked[slot - dsp->shared->slots] = true;
	}
	if (await_subsystem(dsp->shared))
		return -ETIME;
	deadline = now_ms() + PD_BOUND_MS;
	for (slot = dsp->shared->slots; slot < end; slot++) {
		if (asked[slot - dsp->shared->slots])
			await_pd(slot, deadline);
	}
	return 0;
}

int invalidate_serve(struct dsp *dsp, pid_t subsystem)
{
	struct qda_sim_smmu *smmu = dsp->smmu;
	uint32_t seq = __atomic_load_n(&smmu->request_seq, __ATOMIC_ACQUIRE);
	const volatile struct qda_sim_smmu *in = smmu;
	struct request r;
	int ret;

	if (seq == smmu->ack_seq ||
	    __atomic_load_n(&dsp->shared->hung, __ATOMIC_RELAXED))
		return 0;
	r.kind = in->request_kind;
	r.stream = in->request_stream;
	r.root = in->request_root & QDA_SIM_STE_ROOT;
	r.iova = in->request_iova;
	r.size = in->request_size;
	if (r.kind < QDA_SIM_INVALIDATE_RANGE ||
	    r.kind > QDA_SIM_INVALIDATE_STREAM)
		log_violation("SMMU: unknown invalidation %u", r.kind);
	else if (subsystem > 0) {
		ret = carry_out(dsp, &r);
		if (ret)
			return ret;
	}
	__atomic_store_n(&smmu->ack_seq, seq, __ATOMIC_RELEASE);
	return 0;
}
