/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The SMMU: every address that the host gives to the DSP is translated by the
 * stream's page tables in guest memory (ARM LPAE stage 1, 4 KiB granule,
 * three levels, blocks of 2 MiB and 1 GiB).
 */
#ifndef DSP_SMMU_H
#define DSP_SMMU_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "guest_memory.h"
#include "qda_sim_abi.h"

#define SMMU_INPUT_BITS 39

enum smmu_result {
	SMMU_OK = 0,
	SMMU_BAD_STREAM, /* no such stream table entry */
	SMMU_BLOCKED,	 /* the stream has no tables */
	SMMU_UNMAPPED,	 /* no translation */
	SMMU_READ_ONLY,	 /* a write to a read-only page */
	SMMU_BAD_TABLE,	 /* tables or target outside of memory */
};

struct smmu_translation {
	uint64_t physical;
	uint64_t left; /* bytes from here to the end of the block */
	bool writable;
};

/* Where a failed access went. */
struct smmu_fault {
	enum smmu_result reason;
	uint32_t stream;
	uint64_t iova;
	bool write;
};

/** smmu_result_text() - a phrase for a log line */
const char *smmu_result_text(enum smmu_result result);

/** smmu_stream_entry() - read the stream table; 0 (blocked) when out of it */
uint64_t smmu_stream_entry(const struct qda_sim_smmu *smmu, uint32_t stream);

/**
 * smmu_walk() - translate one address
 * @entry: stream table entry
 * @iova: any address, not necessarily aligned
 *
 * Return: SMMU_OK with @out filled, or why there is no translation. Rights
 * are told, not checked.
 */
enum smmu_result smmu_walk(const struct guest_memory *mem, uint64_t entry,
			   uint64_t iova, struct smmu_translation *out);

/* A bus master: what it needs to translate. */
struct smmu_master {
	const struct guest_memory *mem;
	const struct qda_sim_smmu *smmu;
	uint32_t *busy; /* odd while guest memory is accessed */
};

/**
 * smmu_read() - copy from translated memory
 * @stream: stream id, or SMMU_STREAM_BYPASS for a physical address
 *
 * Return: 0, or -EFAULT with @fault filled.
 */
int smmu_read(const struct smmu_master *m, uint32_t stream, uint64_t iova,
	      void *to, size_t size, struct smmu_fault *fault);

/** smmu_write() - copy to translated memory, as smmu_read() */
int smmu_write(const struct smmu_master *m, uint32_t stream, uint64_t iova,
	       const void *from, size_t size, struct smmu_fault *fault);

/** smmu_check() - is a range mapped with these rights? As smmu_read(). */
int smmu_check(const struct smmu_master *m, uint32_t stream, uint64_t iova,
	       uint64_t size, bool write, struct smmu_fault *fault);

#define SMMU_STREAM_BYPASS UINT32_MAX

#endif /* DSP_SMMU_H */
