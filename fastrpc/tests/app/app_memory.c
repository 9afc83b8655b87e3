// SPDX-License-Identifier: BSD-3-Clause
/* Memory that programs share with a DSP, in every way they know. */
#include <errno.h>
#include <fcntl.h>
#include <linux/dma-buf.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "api.h"

#define PAGE 4096
#define SIZE (16 * PAGE)

static uint32_t sum_of(const uint8_t *bytes, size_t count)
{
	uint32_t sum = 0;

	while (count--)
		sum += *bytes++;
	return sum;
}

static void fill(uint8_t *bytes, size_t count, uint8_t seed)
{
	for (size_t i = 0; i < count; i++)
		bytes[i] = (uint8_t)(seed + 7 * i);
}

/* The function adds up the bytes of a buffer. */
static int checksum(remote_handle64 probe, const void *bytes, size_t count,
		    uint32_t *sum)
{
	uint32_t start[4] = { 0 };
	remote_arg args[] = { buffer_arg(start, sizeof(start)),
			      buffer_arg(bytes, count),
			      buffer_arg(sum, sizeof(*sum)) };

	return api.remote_handle64_invoke(
		probe, REMOTE_SCALARS_MAKE(PROBE_CHECKSUM, 2, 1), args);
}

/* Code on the DSP finds the buffer by the number that it gets as an integer. */
static int tag_sum(remote_handle64 probe, int fd, bool keep, uint32_t *sum)
{
	uint32_t in[2] = { (uint32_t)fd, keep };
	remote_arg args[] = { buffer_arg(in, sizeof(in)),
			      buffer_arg(sum, sizeof(*sum)) };

	return api.remote_handle64_invoke(
		probe, REMOTE_SCALARS_MAKE(PROBE_TAG_SUM, 1, 1), args);
}

static void *map_fd(int fd, size_t size)
{
	void *map = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

	if (map == MAP_FAILED)
		subtest_fail(__FILE__, __LINE__, "mmap: %s", strerror(errno));
	return map;
}

static void rpcmem(void)
{
	remote_handle64 probe;
	uint8_t *memory;
	uint32_t sum;

	api_begin();
	check(!api.rpcmem_alloc(RPCMEM_HEAP_ID_SYSTEM, 0, 0));
	check(!api.rpcmem_alloc(RPCMEM_HEAP_ID_SYSTEM, 0, -1));
	check(!api.rpcmem_alloc(RPCMEM_HEAP_ID_SECURE, 0, PAGE));
	check_equal(api.rpcmem_to_fd(&sum), -1);
	check_equal(api.rpcmem_to_fd(NULL), -1);
	api.rpcmem_free(NULL);
	api.rpcmem_free(&sum);

	memory = api.rpcmem_alloc(RPCMEM_DEFAULT_HEAP, RPCMEM_FLAG_UNCACHED,
				  PAGE + 1);
	check(memory);
	check(api.rpcmem_to_fd(memory) > 2);
	check_equal(sum_of(memory, PAGE + 1), 0);
	probe = open_probe(0);
	fill(memory, PAGE + 1, 3);
	check_equal(checksum(probe, memory + 5, PAGE - 7, &sum), 0);
	check_equal(sum, sum_of(memory + 5, PAGE - 7));
	/* It begins inside and ends outside. */
	check_equal(checksum(probe, memory + 5, 1 << 20, &sum), AEE_EBADPARM);
	api.rpcmem_free(memory);
	api_end();
}

/* Memory is there before and after sessions come and go. */
static void memory_outlives_sessions(void)
{
	uint8_t *memory;
	uint32_t sum;

	api_begin();
	memory = api.rpcmem_alloc(RPCMEM_HEAP_ID_SYSTEM, 0, SIZE);
	check(memory);
	for (uint8_t i = 0; i < 3; i++) {
		remote_handle64 probe = open_probe(0);

		fill(memory, SIZE, i);
		check_equal(checksum(probe, memory, SIZE, &sum), 0);
		check_equal(sum, sum_of(memory, SIZE));
		api_end();
		check_equal(sum_of(memory, SIZE), sum);
	}
	api.rpcmem_free(memory);
	api_end();
}

static void one_buffer_in_two_sessions(void)
{
	remote_handle64 probes[2];
	uint8_t *memory;
	uint32_t sum;

	api_begin();
	memory = api.rpcmem_alloc(RPCMEM_HEAP_ID_SYSTEM, 0, SIZE);
	check(memory);
	fill(memory, SIZE, 1);
	for (unsigned int i = 0; i < 2; i++) {
		probes[i] = open_probe(i);
		check_equal(checksum(probes[i], memory, SIZE, &sum), 0);
		check_equal(sum, sum_of(memory, SIZE));
	}
	api.rpcmem_free(memory);
	api_end();
}

static void registered_memory(void)
{
	int fd = heap_fd(SIZE);
	uint8_t *map = map_fd(fd, SIZE);
	remote_handle64 probe;
	uint32_t sum;

	api_begin();
	probe = open_probe(0);
	fill(map, SIZE, 9);
	/* Registered twice, it stays until it is taken back twice. */
	api.remote_register_buf(map, SIZE, fd);
	api.remote_register_buf(map, SIZE, fd);
	check_equal(checksum(probe, map, SIZE, &sum), 0);
	check_equal(sum, sum_of(map, SIZE));
	/* The library does not need the program's descriptor any more. */
	close(fd);
	check_equal(checksum(probe, map + 100, SIZE - 100, &sum), 0);
	check_equal(sum, sum_of(map + 100, SIZE - 100));
	api.remote_register_buf(map, SIZE, -1);
	check_equal(checksum(probe, map, SIZE + 1, &sum), AEE_EBADPARM);
	api.remote_register_buf(map, SIZE, -1);
	/* Ordinary memory now: copied. */
	check_equal(checksum(probe, map, SIZE, &sum), 0);
	check_equal(sum, sum_of(map, SIZE));
	api.remote_register_buf(map, SIZE, -1);
	munmap(map, SIZE);
	api_end();
}

/* An address that nobody may touch stands for a buffer without a mapping. */
static void placeholder(void)
{
	int fd = heap_fd(SIZE);
	uint8_t *map = map_fd(fd, SIZE);
	remote_handle64 probe;
	uint8_t *address;
	uint32_t sum;

	api_begin();
	probe = open_probe(0);
	fill(map, SIZE, 4);
	address = api.remote_register_fd2(fd, SIZE);
	check(address != (void *)-1);
	check_equal(checksum(probe, address + PAGE, 2 * PAGE, &sum), 0);
	check_equal(sum, sum_of(map + PAGE, 2 * PAGE));
	check(api.remote_register_fd2(fd, SIZE + PAGE) == (void *)-1);
	api.remote_register_buf(address, SIZE, -1);
	munmap(map, SIZE);
	close(fd);
	api_end();
}

static void maps(void)
{
	static const enum fastrpc_map_flags kinds[] = {
		FASTRPC_MAP_STATIC,
		FASTRPC_MAP_FD,
		FASTRPC_MAP_FD_DELAYED,
	};
	remote_handle64 probe;
	uint8_t *memory;
	uint32_t sum;
	int fd;

	api_begin();
	probe = open_probe(0);
	memory = api.rpcmem_alloc(RPCMEM_HEAP_ID_SYSTEM, 0, SIZE);
	check(memory);
	fd = api.rpcmem_to_fd(memory);
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		fill(memory, SIZE, (uint8_t)i);
		check_equal(tag_sum(probe, fd, false, &sum), AEE_ENOMEMORY);
		check_equal(api.fastrpc_mmap(CDSP_DOMAIN_ID, fd, memory, 0,
					     SIZE, kinds[i]),
			    0);
		check_equal(api.fastrpc_mmap(CDSP_DOMAIN_ID, fd, memory, 0,
					     SIZE, kinds[i]),
			    AEE_EALREADY);
		if (kinds[i] != FASTRPC_MAP_FD_DELAYED) {
			check_equal(tag_sum(probe, fd, false, &sum), 0);
			check_equal(sum, sum_of(memory, PAGE));
		}
		check_equal(api.fastrpc_munmap(CDSP_DOMAIN_ID, fd, memory,
					       SIZE + PAGE),
			    AEE_ENOSUCHMAP);
		check_equal(api.fastrpc_munmap(CDSP_DOMAIN_ID, fd, memory,
					       SIZE),
			    0);
	}
	check_equal(api.fastrpc_munmap(CDSP_DOMAIN_ID, fd, memory, SIZE),
		    AEE_ENOSUCHMAP);
	check_equal(api.fastrpc_mmap(CDSP_DOMAIN_ID, fd, memory, 0, SIZE + 1,
				     FASTRPC_MAP_FD),
		    AEE_EBADPARM);
	check_equal(api.fastrpc_mmap(CDSP_DOMAIN_ID, fd, memory, 0, SIZE,
				     FASTRPC_MAP_RESERVED),
		    AEE_EBADPARM);
	check_equal(api.fastrpc_mmap(CDSP_DOMAIN_ID, 999, memory, 0, SIZE,
				     FASTRPC_MAP_FD),
		    AEE_EINVALIDFD);
	check_equal(api.fastrpc_mmap(99, fd, memory, 0, SIZE, FASTRPC_MAP_FD),
		    AEE_EINVALIDDOMAIN);
	api.rpcmem_free(memory);
	api_end();
}

static void maps_with_an_address(void)
{
	uint8_t *memory;
	uint64_t remote = 0;
	int fd;

	api_begin();
	memory = api.rpcmem_alloc(RPCMEM_HEAP_ID_SYSTEM, 0, SIZE);
	check(memory);
	fd = api.rpcmem_to_fd(memory);
	check_equal(api.remote_mem_map(CDSP_DOMAIN_ID, fd,
				       REMOTE_MAP_MEM_STATIC, (uintptr_t)memory,
				       SIZE, &remote),
		    0);
	check(remote != 0);
	check_equal(api.remote_mem_unmap(CDSP_DOMAIN_ID, remote + 1, SIZE),
		    AEE_ENOSUCHMAP);
	check_equal(api.remote_mem_unmap(CDSP_DOMAIN_ID, remote, SIZE), 0);
	remote = 0;
	check_equal(api.remote_mmap64(fd, 0, (uintptr_t)memory, SIZE, &remote),
		    0);
	check(remote != 0);
	check_equal(api.remote_munmap64(remote, SIZE), 0);
	check_equal(api.remote_munmap64(remote, SIZE), AEE_ENOSUCHMAP);
	check_equal(api.remote_mem_map(CDSP_DOMAIN_ID, fd, 1, (uintptr_t)memory,
				       SIZE, &remote),
		    AEE_EBADPARM);
	api.rpcmem_free(memory);
	api_end();
}

static void growing_heap(void)
{
	uint64_t remote = 0;

	api_begin();
	open_probe(0);
	check_equal(api.remote_mmap64(-1, 0x1000, 0, 1 << 20, &remote), 0);
	check(remote != 0);
	check_equal(api.remote_munmap64(remote, 1 << 20), 0);
	check_equal(api.remote_mmap64(-1, 0x77, 0, 1 << 20, &remote),
		    AEE_EUNSUPPORTED);
	api_end();
}

/* A descriptor that is closed and used again stands for other memory. */
static void reused_descriptors(void)
{
	int fd = heap_fd(SIZE), other;
	remote_handle64 probe;
	uint8_t *map;
	uint32_t sum;

	api_begin();
	probe = open_probe(0);
	map = map_fd(fd, SIZE);
	fill(map, SIZE, 1);
	check_equal(api.fastrpc_mmap(CDSP_DOMAIN_ID, fd, map, 0, SIZE,
				     FASTRPC_MAP_FD),
		    0);
	check_equal(tag_sum(probe, fd, false, &sum), 0);
	check_equal(sum, sum_of(map, PAGE));
	munmap(map, SIZE);
	close(fd);

	other = heap_fd(SIZE);
	check(dup2(other, fd) == fd);
	close(other);
	map = map_fd(fd, SIZE);
	fill(map, SIZE, 200);
	check_equal(api.fastrpc_mmap(CDSP_DOMAIN_ID, fd, map, 0, SIZE,
				     FASTRPC_MAP_FD),
		    0);
	check_equal(tag_sum(probe, fd, false, &sum), 0);
	check_equal(sum, sum_of(map, PAGE));
	check_equal(api.fastrpc_munmap(CDSP_DOMAIN_ID, fd, map, SIZE), 0);
	munmap(map, SIZE);
	close(fd);
	api_end();
}

/* A buffer that code on the DSP holds is not taken from it. */
static void memory_that_is_held(void)
{
	uint32_t sum, tag;
	remote_handle64 probe;
	uint8_t *memory;
	int fd;

	api_begin();
	probe = open_probe(0);
	memory = api.rpcmem_alloc(RPCMEM_HEAP_ID_SYSTEM, 0, SIZE);
	check(memory);
	fd = api.rpcmem_to_fd(memory);
	tag = (uint32_t)fd;
	check_equal(api.fastrpc_mmap(CDSP_DOMAIN_ID, fd, memory, 0, SIZE,
				     FASTRPC_MAP_FD),
		    0);
	check_equal(tag_sum(probe, fd, true, &sum), 0);
	check_equal(api.fastrpc_munmap(CDSP_DOMAIN_ID, fd, memory, SIZE),
		    DSP_ERROR(AEE_EBADSTATE));
	check_equal(probe_word(probe, PROBE_TAG_PUT, tag, NULL), 0);
	check_equal(api.fastrpc_munmap(CDSP_DOMAIN_ID, fd, memory, SIZE), 0);
	api.rpcmem_free(memory);
	api_end();
}

/* As generated code passes a dmahandle: registered with each call. */
static void dma_handles(void)
{
	remote_handle64 probe;
	uint32_t out[8] = { 0 }, word = 0x12345678;
	remote_arg args[3];
	uint8_t *memory;
	int fds[2];

	api_begin();
	probe = open_probe(0);
	memory = api.rpcmem_alloc(RPCMEM_HEAP_ID_SYSTEM, 0, SIZE);
	check(memory);
	fds[0] = api.rpcmem_to_fd(memory);
	fds[1] = heap_fd(SIZE);
	memcpy(memory + 64, &word, sizeof(word));
	for (int i = 0; i < 3; i++) {
		args[0] = buffer_arg(out, sizeof(out));
		for (int k = 0; k < 2; k++) {
			check_equal(api.remote_register_dma_handle(fds[k],
								   SIZE),
				    0);
			args[1 + k].dma.fd = fds[k];
			args[1 + k].dma.offset = k ? 0 : 64;
		}
		check_equal(
			api.remote_handle64_invoke(
				probe,
				REMOTE_SCALARS_MAKEX(0, PROBE_TAGS, 0, 1, 2, 0),
				args),
			0);
		check_equal(out[0], fds[0]);
		check_equal(out[1], 64);
		check_equal(out[2], 1);
		check_equal(out[3], word);
		check_equal(out[4], fds[1]);
		check_equal(out[6], 1);
	}
	check_equal(api.remote_register_dma_handle(fds[0], SIZE + 1),
		    AEE_EBADPARM);
	check_equal(api.remote_register_dma_handle(-1, SIZE), AEE_EINVALIDFD);
	args[1].dma.fd = 999;
	check_equal(api.remote_handle64_invoke(
			    probe,
			    REMOTE_SCALARS_MAKEX(0, PROBE_TAGS, 0, 1, 2, 0),
			    args),
		    AEE_EBADPARM);
	args[1].dma.fd = fds[0];
	args[1].dma.offset = SIZE;
	check_equal(api.remote_handle64_invoke(
			    probe,
			    REMOTE_SCALARS_MAKEX(0, PROBE_TAGS, 0, 1, 2, 0),
			    args),
		    AEE_EBADPARM);
	check_equal(api.remote_register_dma_handle(fds[1], 0), 0);
	close(fds[1]);
	api.rpcmem_free(memory);
	api_end();
}

/* Mapped in each session as soon as there is one. */
static void static_maps(void)
{
	remote_handle64 probe;
	uint8_t *memory[2];
	uint32_t sum;

	api_begin();
	memory[0] = api.rpcmem_alloc(RPCMEM_HEAP_ID_SYSTEM,
				     RPCMEM_TRY_MAP_STATIC, SIZE);
	check(memory[0]);
	probe = open_probe(0);
	memory[1] = api.rpcmem_alloc(RPCMEM_HEAP_ID_SYSTEM,
				     RPCMEM_TRY_MAP_STATIC, SIZE);
	check(memory[1]);
	for (uint8_t i = 0; i < 2; i++) {
		int fd = api.rpcmem_to_fd(memory[i]);

		fill(memory[i], SIZE, i);
		check_equal(tag_sum(probe, fd, false, &sum), 0);
		check_equal(sum, sum_of(memory[i], PAGE));
		api.rpcmem_free(memory[i]);
		check_equal(tag_sum(probe, fd, false, &sum), AEE_ENOMEMORY);
	}
	api_end();
}

/*
 * More than an int holds. A DSP of 32 address bits has no room for it, which
 * is an error of the call and of nothing else.
 */
static void huge_memory(void)
{
	size_t size = (2ull << 30) + PAGE;
	remote_handle64 probe;
	uint8_t *memory;
	uint32_t sum;
	int ret;

	if ((size_t)sysconf(_SC_PHYS_PAGES) * PAGE < size + size / 8)
		subtest_skip("the machine has not %zu bytes to spare", size);
	api_begin();
	memory = api.rpcmem_alloc2(RPCMEM_HEAP_ID_SYSTEM, 0, size);
	check(memory);
	probe = open_probe(0);
	fill(memory + size - PAGE, PAGE, 5);
	ret = checksum(probe, memory + size - PAGE, PAGE, &sum);
	if (ret)
		check(ret == AEE_ENOMEMORY || ret == AEE_EBADPARM);
	else
		check_equal(sum, sum_of(memory + size - PAGE, PAGE));
	check(api.rpcmem_to_fd(memory) > 2);
	api.rpcmem_free(memory);
	check_equal(checksum(probe, &size, sizeof(size), &sum), 0);
	api_end();
}

static const struct subtest tests[] = {
	SUBTEST(rpcmem),
	SUBTEST(memory_outlives_sessions),
	SUBTEST(one_buffer_in_two_sessions),
	SUBTEST(registered_memory),
	SUBTEST(placeholder),
	SUBTEST(maps),
	SUBTEST(maps_with_an_address),
	SUBTEST(growing_heap),
	SUBTEST(reused_descriptors),
	SUBTEST(memory_that_is_held),
	SUBTEST(dma_handles),
	SUBTEST(static_maps),
	SUBTEST(huge_memory),
};

int main(int argc, char **argv)
{
	return harness_main(argc, argv, tests, ARRAY_SIZE(tests));
}
