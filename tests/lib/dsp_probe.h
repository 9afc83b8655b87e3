/* SPDX-License-Identifier: BSD-3-Clause */
/* Calls of the probe, a module on the DSP that is there for tests. */
#ifndef QDA_TEST_DSP_PROBE_H
#define QDA_TEST_DSP_PROBE_H

#include <stddef.h>
#include <stdint.h>

#include "device.h"
#include "probe.h"

/** A session with the probe open, and a BO for small arguments */
struct probe {
	int fd;
	uint32_t handle;
	struct bo bo;
};

/** probe_open - the subtest fails without */
void probe_open(struct probe *probe);

/** probe_open_in - the same in a file that is open, with DRM_QDA_SESSION_* */
void probe_open_in(struct probe *probe, int fd, uint32_t flags);

/** probe_close - close the module, the BO and the session */
void probe_close(struct probe *probe);

/** probe_abandon - close the session of a process that died */
void probe_abandon(struct probe *probe);

/* Bytes by which a misplaced or stale range is told apart */
void pattern_fill(uint8_t *bytes, size_t size, unsigned int seed);
void pattern_check(const uint8_t *bytes, size_t size, unsigned int seed);
uint32_t pattern_sum(uint64_t offset, uint64_t size, unsigned int seed);

/** probe_sum - sum of the bytes of a BO's range as the DSP sees them */
uint32_t probe_sum(struct probe *probe, uint32_t bo_handle, uint64_t offset,
		   uint64_t size);

/** probe_fill - let the DSP write a pattern to a BO's range */
void probe_fill(struct probe *probe, uint32_t bo_handle, uint64_t offset,
		uint64_t size, unsigned int seed);

/** probe_count - how many calls that count the skel has run; is one itself */
uint32_t probe_count(struct probe *probe);

/**
 * probe_word - what the call in a slot brought back: of one that counts, how
 * many ran, itself included
 */
uint32_t probe_word(struct probe *probe, unsigned int slot);

/**
 * The following prepare a call; @slot is where its small arguments lie in the
 * probe's BO, PROBE_SLOTS of them may be in flight.
 */
#define PROBE_SLOTS 512

/**
 * probe_copy_call - copies each of @count inputs to the output of the same
 * index; the DMA handles, @handles in and as many out, are only passed. All
 * arguments are empty and to be filled in.
 */
void probe_copy_call(struct probe *probe, struct call *call, unsigned int count,
		     unsigned int handles);

/** probe_sleep_call - returns 0 after @ms */
void probe_sleep_call(struct probe *probe, struct call *call, unsigned int slot,
		      uint32_t ms);

/** probe_count_call - counts, then sleeps for @ms */
void probe_count_call(struct probe *probe, struct call *call, unsigned int slot,
		      uint32_t ms);

/** probe_return_call - returns @result */
void probe_return_call(struct probe *probe, struct call *call,
		       unsigned int slot, int32_t result);

/** probe_crash_call - ends the process on the DSP */
void probe_crash_call(struct probe *probe, struct call *call,
		      enum probe_crash crash);

/** dsp_sum, dsp_fill - the same in a session without an open probe */
uint32_t dsp_sum(int fd, uint32_t bo_handle, uint64_t offset, uint64_t size);
void dsp_fill(int fd, uint32_t bo_handle, uint64_t offset, uint64_t size,
	      unsigned int seed);

#endif
