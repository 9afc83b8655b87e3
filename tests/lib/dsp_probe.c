// SPDX-License-Identifier: BSD-3-Clause
#include "dsp_probe.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "probe.h"

/* A slot: 16 bytes of input at its start, 4 of output in its second half. */
#define SLOT_SIZE 64
#define SLOT_OUT  32

void probe_open_in(struct probe *probe, int fd, uint32_t flags)
{
	probe->fd = fd;
	check_ok(process_create_flags(fd, flags));
	probe->handle = remote_open(fd, "probe");
	bo_create(fd, PROBE_SLOTS * SLOT_SIZE, &probe->bo);
}

void probe_open(struct probe *probe)
{
	probe_open_in(probe, file_open(), 0);
}

void probe_close(struct probe *probe)
{
	check_equal(remote_close(probe->fd, probe->handle), 0);
	bo_destroy(&probe->bo);
	close(probe->fd);
}

void probe_abandon(struct probe *probe)
{
	munmap(probe->bo.map, probe->bo.size);
	close(probe->fd);
}

static uint8_t pattern(uint64_t index, unsigned int seed)
{
	return (uint8_t)(index * 31 + (index >> 8) * 7 + (index >> 16) +
			 seed * 13 + 1);
}

void pattern_fill(uint8_t *bytes, size_t size, unsigned int seed)
{
	size_t i;

	for (i = 0; i < size; i++)
		bytes[i] = pattern(i, seed);
}

void pattern_check(const uint8_t *bytes, size_t size, unsigned int seed)
{
	size_t i;

	for (i = 0; i < size; i++)
		if (bytes[i] != pattern(i, seed))
			subtest_fail(__FILE__, __LINE__,
				     "byte %zu of %zu is %#x, not %#x", i, size,
				     bytes[i], pattern(i, seed));
}

uint32_t pattern_sum(uint64_t offset, uint64_t size, unsigned int seed)
{
	uint32_t sum = 0;
	uint64_t i;

	for (i = 0; i < size; i++)
		sum += pattern(offset + i, seed);
	return sum;
}

/* A call with one word in, and room for one word out. */
static void word_call(struct probe *probe, struct call *call,
		      enum probe_method method, unsigned int slot,
		      uint32_t word, unsigned int outputs)
{
	uint64_t offset = (uint64_t)slot * SLOT_SIZE;

	check(slot < PROBE_SLOTS);
	memset(probe->bo.map + offset, 0, SLOT_SIZE);
	memcpy(probe->bo.map + offset, &word, sizeof(word));
	call_init(call, probe->handle,
		  DRM_QDA_SCALARS(method, 1, outputs, 0, 0));
	call_arg(call, 0, &probe->bo, offset, sizeof(word));
	if (outputs)
		call_arg(call, 1, &probe->bo, offset + SLOT_OUT, sizeof(word));
}

uint32_t probe_word(struct probe *probe, unsigned int slot)
{
	uint32_t word;

	memcpy(&word, probe->bo.map + slot * SLOT_SIZE + SLOT_OUT,
	       sizeof(word));
	return word;
}

static void run(struct probe *probe, struct call *call)
{
	check_ok(call_run(probe->fd, call));
	check_equal(call->invoke.result, 0);
}

uint32_t probe_sum(struct probe *probe, uint32_t bo_handle, uint64_t offset,
		   uint64_t size)
{
	struct bo bo = { .handle = bo_handle };
	struct call call;

	memset(probe->bo.map, 0, SLOT_SIZE);
	call_init(&call, probe->handle,
		  DRM_QDA_SCALARS(PROBE_CHECKSUM, 2, 1, 0, 0));
	call_arg(&call, 0, &probe->bo, 0, 16);
	call_arg(&call, 1, &bo, offset, size);
	call_arg(&call, 2, &probe->bo, SLOT_OUT, sizeof(uint32_t));
	run(probe, &call);
	return probe_word(probe, 0);
}

void probe_fill(struct probe *probe, uint32_t bo_handle, uint64_t offset,
		uint64_t size, unsigned int seed)
{
	struct bo out = { .handle = bo_handle };
	struct call call;
	struct bo in;

	bo_create(probe->fd, size, &in);
	pattern_fill(in.map, size, seed);
	probe_copy_call(probe, &call, 1, 0);
	call_arg(&call, 0, &in, 0, size);
	call_arg(&call, 1, &out, offset, size);
	run(probe, &call);
	bo_destroy(&in);
}

uint32_t probe_count(struct probe *probe)
{
	struct call call;

	probe_count_call(probe, &call, 0, 0);
	run(probe, &call);
	return probe_word(probe, 0) - 1;
}

void probe_copy_call(struct probe *probe, struct call *call, unsigned int count,
		     unsigned int handles)
{
	call_init(call, probe->handle,
		  DRM_QDA_SCALARS(PROBE_ECHO, count, count, handles, handles));
}

void probe_sleep_call(struct probe *probe, struct call *call, unsigned int slot,
		      uint32_t ms)
{
	word_call(probe, call, PROBE_SLEEP, slot, ms, 0);
}

void probe_count_call(struct probe *probe, struct call *call, unsigned int slot,
		      uint32_t ms)
{
	word_call(probe, call, PROBE_COUNT, slot, ms, 1);
}

void probe_return_call(struct probe *probe, struct call *call,
		       unsigned int slot, int32_t result)
{
	word_call(probe, call, PROBE_RESULT, slot, (uint32_t)result, 0);
}

void probe_crash_call(struct probe *probe, struct call *call,
		      enum probe_crash crash)
{
	word_call(probe, call, PROBE_CRASH, 0, crash, 0);
}

uint32_t dsp_sum(int fd, uint32_t bo_handle, uint64_t offset, uint64_t size)
{
	struct probe probe = { .fd = fd, .handle = remote_open(fd, "probe") };
	uint32_t sum;

	bo_create(fd, SLOT_SIZE, &probe.bo);
	sum = probe_sum(&probe, bo_handle, offset, size);
	bo_destroy(&probe.bo);
	check_equal(remote_close(fd, probe.handle), 0);
	return sum;
}

void dsp_fill(int fd, uint32_t bo_handle, uint64_t offset, uint64_t size,
	      unsigned int seed)
{
	struct probe probe = { .fd = fd, .handle = remote_open(fd, "probe") };

	probe_fill(&probe, bo_handle, offset, size, seed);
	check_equal(remote_close(fd, probe.handle), 0);
}
