/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The memory of a PD: one reserved region whose offsets are IOVAs. Pages of
 * the guest appear in it as the stream's page tables say, on first access,
 * and go when the host invalidates the translation.
 */
#ifndef DSP_PD_MEMORY_H
#define DSP_PD_MEMORY_H

#include "dsp.h"

/**
 * pd_memory_init() - reserve the region, serve faults and invalidations
 *
 * Return: 0 or a negative errno.
 */
int pd_memory_init(const struct guest_memory *mem,
		   const struct qda_sim_smmu *smmu, struct pd_slot *slot,
		   uint32_t stream);

/** pd_memory_thread_init() - give the calling thread a signal stack */
int pd_memory_thread_init(void);

/** pd_memory_pointer() - where @iova is; the range must be in the region */
void *pd_memory_pointer(uint64_t iova);

/**
 * pd_memory_map() - map a range now, so that system calls can use it
 * @bad_iova: set to the first address that cannot be accessed
 *
 * Return: SMMU_OK, or why not; what can be mapped is mapped.
 */
enum smmu_result pd_memory_map(uint64_t iova, uint64_t size, bool write,
			       uint64_t *bad_iova);

#endif /* DSP_PD_MEMORY_H */
