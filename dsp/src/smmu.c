// SPDX-License-Identifier: BSD-3-Clause
#include "smmu.h"

#include <errno.h>
#include <string.h>

#define PTE_VALID     (1ull << 0)
#define PTE_TABLE     (1ull << 1) /* at level 3: a page */
#define PTE_READ_ONLY (1ull << 7) /* AP[2] */
#define PTE_ADDRESS   0x0000fffffffff000ull

#define LEVEL_BITS 9
#define LEVELS	   3

const char *smmu_result_text(enum smmu_result result)
{
	switch (result) {
	case SMMU_OK:
		return "no fault";
	case SMMU_BAD_STREAM:
		return "no such stream";
	case SMMU_BLOCKED:
		return "the stream is blocked";
	case SMMU_UNMAPPED:
		return "no translation";
	case SMMU_READ_ONLY:
		return "the page is read-only";
	case SMMU_BAD_TABLE:
		return "the page tables lead out of memory";
	}
	return "unknown";
}

uint64_t smmu_stream_entry(const struct qda_sim_smmu *smmu, uint32_t stream)
{
	if (stream >= QDA_SIM_STREAMS)
		return QDA_SIM_STE_BLOCKED;
	return __atomic_load_n(&smmu->stream_table[stream], __ATOMIC_ACQUIRE);
}

static enum smmu_result identity(const struct guest_memory *mem, uint64_t iova,
				 struct smmu_translation *out)
{
	const struct guest_region *r = guest_memory_find(mem, iova, 1);

	if (!r)
		return SMMU_BAD_TABLE;
	out->physical = iova;
	out->left = r->guest + r->size - iova;
	out->writable = true;
	return SMMU_OK;
}

static enum smmu_result walk_tables(const struct guest_memory *mem,
				    uint64_t table, uint64_t iova,
				    struct smmu_translation *out)
{
	unsigned int level, shift;
	uint64_t *entries, pte, mask;

	for (level = 1; level <= LEVELS; level++) {
		shift = DSP_PAGE_SHIFT + LEVEL_BITS * (LEVELS - level);
		entries = guest_memory_at(mem, table, DSP_PAGE_SIZE);
		if (!entries)
			return SMMU_BAD_TABLE;
		pte = __atomic_load_n(&entries[(iova >> shift) & 511],
				      __ATOMIC_ACQUIRE);
		if (!(pte & PTE_VALID))
			return SMMU_UNMAPPED;
		table = pte & PTE_ADDRESS;
		if (level < LEVELS && (pte & PTE_TABLE))
			continue;
		if (level == LEVELS && !(pte & PTE_TABLE))
			return SMMU_UNMAPPED;
		mask = (1ull << shift) - 1;
		out->physical = (table & ~mask) | (iova & mask);
		out->left = mask + 1 - (iova & mask);
		out->writable = !(pte & PTE_READ_ONLY);
		if (!guest_memory_at(mem, out->physical, out->left))
			return SMMU_BAD_TABLE;
		return SMMU_OK;
	}
	return SMMU_UNMAPPED;
}

enum smmu_result smmu_walk(const struct guest_memory *mem, uint64_t entry,
			   uint64_t iova, struct smmu_translation *out)
{
	switch (entry & QDA_SIM_STE_KIND) {
	case QDA_SIM_STE_TABLE:
		if (iova >> SMMU_INPUT_BITS)
			return SMMU_UNMAPPED;
		return walk_tables(mem, entry & QDA_SIM_STE_ROOT, iova, out);
	case QDA_SIM_STE_IDENTITY:
		return identity(mem, iova, out);
	default:
		return SMMU_BLOCKED;
	}
}

static enum smmu_result translate(const struct smmu_master *m, uint32_t stream,
				  uint64_t iova, bool write,
				  struct smmu_translation *t)
{
	enum smmu_result result;

	if (stream == SMMU_STREAM_BYPASS)
		return identity(m->mem, iova, t);
	if (stream >= QDA_SIM_STREAMS)
		return SMMU_BAD_STREAM;
	result = smmu_walk(m->mem, smmu_stream_entry(m->smmu, stream), iova, t);
	if (result == SMMU_OK && write && !t->writable)
		return SMMU_READ_ONLY;
	return result;
}

/* Exactly one of to and from is set, or none to only check. */
static int access_range(const struct smmu_master *m, uint32_t stream,
			uint64_t iova, uint64_t size, uint8_t *to,
			const uint8_t *from, bool write,
			struct smmu_fault *fault)
{
	struct smmu_translation t;
	enum smmu_result result;
	uint64_t n, done = 0;
	void *guest;

	while (done < size) {
		result = iova + done < iova ?
				 SMMU_UNMAPPED :
				 translate(m, stream, iova + done, write, &t);
		if (result != SMMU_OK) {
			*fault = (struct smmu_fault){
				.reason = result,
				.stream = stream,
				.iova = iova + done,
				.write = write,
			};
			return -EFAULT;
		}
		n = size - done < t.left ? size - done : t.left;
		guest = guest_memory_at(m->mem, t.physical, n);
		if (to)
			memcpy(to + done, guest, n);
		else if (from)
			memcpy(guest, from + done, n);
		done += n;
	}
	return 0;
}

/*
 * Translations are not remembered here. The supervisor acknowledges an
 * invalidation only after it saw this counter even, or changed, since then.
 */
static int access_busy(const struct smmu_master *m, uint32_t stream,
		       uint64_t iova, uint64_t size, uint8_t *to,
		       const uint8_t *from, bool write,
		       struct smmu_fault *fault)
{
	/* The subsystem alone counts. */
	uint32_t count = __atomic_load_n(m->busy, __ATOMIC_RELAXED);
	int ret;

	__atomic_store_n(m->busy, count + 1, __ATOMIC_RELAXED);
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	ret = access_range(m, stream, iova, size, to, from, write, fault);
	__atomic_store_n(m->busy, count + 2, __ATOMIC_RELEASE);
	return ret;
}

int smmu_read(const struct smmu_master *m, uint32_t stream, uint64_t iova,
	      void *to, size_t size, struct smmu_fault *fault)
{
	return access_busy(m, stream, iova, size, to, NULL, false, fault);
}

int smmu_write(const struct smmu_master *m, uint32_t stream, uint64_t iova,
	       const void *from, size_t size, struct smmu_fault *fault)
{
	return access_busy(m, stream, iova, size, NULL, from, true, fault);
}

int smmu_check(const struct smmu_master *m, uint32_t stream, uint64_t iova,
	       uint64_t size, bool write, struct smmu_fault *fault)
{
	return access_busy(m, stream, iova, size, NULL, NULL, write, fault);
}
