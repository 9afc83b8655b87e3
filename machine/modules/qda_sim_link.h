/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the three parts of the simulated machine's platform module offer each
 * other. Names of the shared pages (struct qda_sim_edge, struct qda_sim_smmu)
 * are those of qda_sim_abi.h.
 */
#ifndef QDA_SIM_LINK_H
#define QDA_SIM_LINK_H

#include <linux/ktime.h>
#include <linux/types.h>
#include <asm/barrier.h>

#include "qda_sim_abi.h"

struct device;
struct qda_sim_glink;
struct qda_sim_iommu;
struct qda_sim_link;

/* ---- shared words ---- */

/**
 * qda_sim_read() - read a word that the DSP side publishes
 * @word: in a shared page
 *
 * Return: its value; what the DSP side wrote before it is visible.
 */
static inline u32 qda_sim_read(const u32 *word)
{
	/* Pairs with the DSP side's release. */
	return smp_load_acquire(word);
}

/**
 * qda_sim_publish() - write a word that the DSP side reads
 * @word: in a shared page
 * @value: its value, seen after everything that was written before
 */
static inline void qda_sim_publish(u32 *word, u32 value)
{
	/* Pairs with the DSP side's acquire. */
	smp_store_release(word, value);
}

/* ---- doorbells: qda_sim_link.c ---- */

/**
 * qda_sim_link_kick() - ring a doorbell of the DSP side
 * @link: the link
 * @queue: QDA_SIM_GLINK_KICK or QDA_SIM_CONTROL_KICK
 *
 * May be called in any context.
 *
 * Return: false when the DSP side is gone for good, so that nobody will answer.
 */
bool qda_sim_link_kick(struct qda_sim_link *link, enum qda_sim_queue queue);

/* ---- GLINK edge and the DSP's life: qda_sim_glink.c ---- */

/**
 * qda_sim_glink_create() - allocate the edge; it stays down until started
 * @link: doorbells
 * @parent: parent of the edge's device
 *
 * Return: the edge, or an ERR_PTR() (-ENODEV without a node in the device tree).
 */
struct qda_sim_glink *qda_sim_glink_create(struct qda_sim_link *link,
					   struct device *parent);

/**
 * qda_sim_glink_address() - where the shared edge pages are
 * @glink: the edge
 *
 * Return: their guest physical address.
 */
phys_addr_t qda_sim_glink_address(struct qda_sim_glink *glink);

/**
 * qda_sim_glink_start() - follow the DSP's state from now on
 * @glink: the edge
 */
void qda_sim_glink_start(struct qda_sim_glink *glink);

/**
 * qda_sim_glink_stop() - take the edge down for good
 * @glink: the edge
 */
void qda_sim_glink_stop(struct qda_sim_glink *glink);

/**
 * qda_sim_glink_destroy() - free the edge
 * @glink: the edge; it is stopped, and the DSP side has let go of its pages
 */
void qda_sim_glink_destroy(struct qda_sim_glink *glink);

/**
 * qda_sim_glink_irq() - the DSP wrote into its FIFO or read from ours
 * @glink: the edge
 *
 * Called in hard interrupt context.
 */
void qda_sim_glink_irq(struct qda_sim_glink *glink);

/**
 * qda_sim_glink_state_irq() - the DSP's state may have changed
 * @glink: the edge
 *
 * Called in hard interrupt context.
 */
void qda_sim_glink_state_irq(struct qda_sim_glink *glink);

/**
 * qda_sim_dsp_running() - look at the DSP's state
 * @glink: the edge
 * @boot: set to the number of the DSP's present start
 *
 * Return: whether a DSP runs that may hold translations.
 */
bool qda_sim_dsp_running(struct qda_sim_glink *glink, u32 *boot);

/**
 * qda_sim_dsp_deadline() - how long the DSP is worth waiting for
 * @glink: the edge
 *
 * Return: a time from now, or for a condemned DSP the time by which the
 * supervisor must have killed it.
 */
ktime_t qda_sim_dsp_deadline(struct qda_sim_glink *glink);

/**
 * qda_sim_dsp_condemn() - ask the supervisor to kill the DSP
 * @glink: the edge
 * @reason: what it did, for the log
 *
 * May be called in any context.
 *
 * Return: false when the DSP was condemned already.
 */
bool qda_sim_dsp_condemn(struct qda_sim_glink *glink, const char *reason);

/* ---- SMMU: qda_sim_smmu.c ---- */

/**
 * qda_sim_iommu_register() - register the platform driver
 *
 * Return: 0 or a negative errno.
 */
int qda_sim_iommu_register(void);

/**
 * qda_sim_iommu_unregister() - unregister the platform driver
 */
void qda_sim_iommu_unregister(void);

/**
 * qda_sim_iommu_connect() - let the SMMU talk to a DSP
 * @link: doorbells
 * @glink: the DSP's state
 *
 * Return: the machine's SMMU, NULL when it has none or its DSP is connected.
 */
struct qda_sim_iommu *qda_sim_iommu_connect(struct qda_sim_link *link,
					    struct qda_sim_glink *glink);

/**
 * qda_sim_iommu_disconnect() - no DSP any more
 * @iommu: the SMMU
 */
void qda_sim_iommu_disconnect(struct qda_sim_iommu *iommu);

/**
 * qda_sim_iommu_address() - where the shared SMMU page is
 * @iommu: the SMMU
 *
 * Return: its guest physical address.
 */
phys_addr_t qda_sim_iommu_address(struct qda_sim_iommu *iommu);

/**
 * qda_sim_iommu_irq() - the DSP side may have recorded a fault
 * @iommu: the SMMU
 *
 * Called in hard interrupt context.
 */
void qda_sim_iommu_irq(struct qda_sim_iommu *iommu);

#endif
