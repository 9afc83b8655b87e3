/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _QDA_DRV_H_
#define _QDA_DRV_H_

#include <linux/list.h>
#include <linux/rwsem.h>
#include <linux/spinlock.h>
#include <linux/wait.h>
#include <linux/workqueue.h>
#include <linux/xarray.h>

#include <drm/drm_device.h>
#include <drm/qda_accel.h>

#include "qda_attributes.h"
#include "qda_coredump.h"
#include "qda_remote_heap.h"

struct drm_file;
struct qda_context_bank;
struct qda_message;
struct rpmsg_device;

/**
 * struct qda_soc - what differs between SoCs
 * @stream_shift: where the stream id stands in an address given to the DSP
 * @dma_bits: width of an address in the DSP's memory
 * @dma_bits_cdsp: the same for the compute DSP
 * @poll: its DSPs write the poll word
 */
struct qda_soc {
	unsigned int stream_shift;
	unsigned int dma_bits;
	unsigned int dma_bits_cdsp;
	bool poll;
};

/**
 * struct qda_counters - what happened since the device came
 *
 * Those of work: a call that is like one before it should add to none.
 */
struct qda_counters {
	/** @calls_allocated: Calls that were allocated. */
	atomic_long_t calls_allocated;

	/** @slots_allocated: Pieces of DSP memory that were allocated. */
	atomic_long_t slots_allocated;

	/** @mappings_made: BOs that were mapped for a context bank. */
	atomic_long_t mappings_made;

	/** @works_queued: Times that an answer had to be left to a work. */
	atomic_long_t works_queued;

	/** @calls_polled: Calls whose end was seen in memory. */
	atomic_long_t calls_polled;

	/** @synced_bytes: Bytes that were synced for accesses of the CPU. */
	atomic_long_t synced_bytes;

	/** @dropped_late: Answers to an earlier call of the same index. */
	atomic_long_t dropped_late;

	/** @dropped_duplicate: Answers to a call that the DSP has ended. */
	atomic_long_t dropped_duplicate;

	/** @dropped_stranger: Messages about no call and no process. */
	atomic_long_t dropped_stranger;

	/** @dropped_malformed: Messages that the protocol does not know. */
	atomic_long_t dropped_malformed;
};

/**
 * struct qda_device - a DSP
 *
 * It comes with the RPMsg channel and is unplugged with it, when the DSP goes
 * down; a restart makes a new one. The struct lives on until the last file is
 * closed.
 *
 * The lock of @calls, taken with interrupts off, protects @down, the state of
 * all calls and of all sessions. What takes other locks is done outside it.
 */
struct qda_device {
	/** @drm: The DRM device. */
	struct drm_device drm;

	/** @soc: What is special about the SoC. */
	const struct qda_soc *soc;

	/** @domain: Which DSP: DRM_QDA_DOMAIN_*. */
	u32 domain;

	/** @dma_bits: Width of an address in the DSP's memory. */
	unsigned int dma_bits;

	/** @poll: The DSP writes the poll word. */
	bool poll;

	/** @sessions_max: How many sessions the context banks carry. */
	unsigned int sessions_max;

	/** @wq: For what cannot be done in interrupt context; until removal. */
	struct workqueue_struct *wq;

	/** @trim_work: Frees calls that sessions keep and do not use. */
	struct delayed_work trim_work;

	/**
	 * @transport_lock: Protects @rpdev and @leaving. Held for reading while
	 * sending, which may wait for the DSP to offer a receive buffer.
	 */
	struct rw_semaphore transport_lock;

	/** @rpdev: The channel; NULL once it is going away. */
	struct rpmsg_device *rpdev;

	/**
	 * @send: Sends a message on @rpdev; if @wait, for as long as the
	 * transport allows until the DSP has a receive buffer. KUnit tests have
	 * their own.
	 */
	int (*send)(struct rpmsg_device *rpdev, struct qda_message *message,
		    bool wait);

	/** @leaving: Nothing is sent any more but releases of processes. */
	bool leaving;

	/** @calls: Calls by the index in their context, see qda_message.h. */
	struct xarray calls;

	/** @calls_max: The highest index of a call. */
	u32 calls_max;

	/** @next_call: Where xa_alloc_cyclic() goes on in @calls. */
	u32 next_call;

	/** @sequence: Sequence number of the last call. */
	atomic_t sequence;

	/** @down: The DSP is gone: nothing is published or queued any more. */
	bool down;

	/** @creations: Processes that are being created; lock of @calls. */
	unsigned int creations;

	/** @releases: Releases of processes that are in flight; same lock. */
	unsigned int releases;

	/** @settled: Woken when @creations or @releases becomes 0. */
	wait_queue_head_t settled;

	/** @counters: For debugfs. */
	struct qda_counters counters;

	/** @in_flight: Calls that the DSP works on for somebody; lock of @calls. */
	unsigned int in_flight;

	/** @sessions: Sessions with a number on the DSP; lock of @calls. */
	struct list_head sessions;

	/** @attributes: What the DSP says about itself. */
	struct qda_attributes attributes;

	/** @remote_heap: Memory for the DSP's audio process. */
	struct qda_remote_heap remote_heap;

	/** @all_sessions: All sessions there are, for debugfs. */
	struct xarray all_sessions;

	/** @mappings: All mappings there are, for debugfs. */
	struct xarray mappings;

	/** @coredump: What is to be told if something dies. */
	struct qda_coredump coredump;

	/**
	 * @coherent: The DSP sees the CPU's caches, through every bank. If one
	 * does not, no BO is cached unless user space asks for it: which banks a
	 * BO will be mapped to cannot be known when it is created.
	 */
	bool coherent;

	/** @banks: The context banks. */
	struct qda_context_bank **banks;

	/** @num_banks: Number of elements of @banks. */
	unsigned int num_banks;
};

/* The lock that is described at &struct qda_device. */
static inline spinlock_t *qda_calls_lock(struct qda_device *qda)
{
	return &qda->calls.xa_lock;
}

static inline struct qda_device *to_qda_device(struct drm_device *drm)
{
	return container_of(drm, struct qda_device, drm);
}

void qda_device_init(struct qda_device *qda);
void qda_receive(struct qda_device *qda, const void *data, size_t length);

/* Compute DSPs have wider addresses on some SoCs, and kinds of processes. */
static inline bool qda_domain_is_compute(u32 domain)
{
	switch (domain) {
	case DRM_QDA_DOMAIN_CDSP:
	case DRM_QDA_DOMAIN_CDSP1:
	case DRM_QDA_DOMAIN_CDSP2:
	case DRM_QDA_DOMAIN_CDSP3:
		return true;
	default:
		return false;
	}
}

int qda_ioctl_query(struct drm_device *drm, void *data, struct drm_file *file);
int qda_ioctl_bo_create(struct drm_device *drm, void *data, struct drm_file *file);
int qda_ioctl_bo_info(struct drm_device *drm, void *data, struct drm_file *file);
int qda_ioctl_bo_sync(struct drm_device *drm, void *data, struct drm_file *file);
int qda_ioctl_session_create(struct drm_device *drm, void *data,
			     struct drm_file *file);
int qda_ioctl_invoke(struct drm_device *drm, void *data, struct drm_file *file);
int qda_ioctl_wait(struct drm_device *drm, void *data, struct drm_file *file);
int qda_ioctl_batch(struct drm_device *drm, void *data, struct drm_file *file);

#endif
