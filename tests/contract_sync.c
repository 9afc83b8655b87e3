// SPDX-License-Identifier: BSD-3-Clause
/* BO_SYNC and cached buffer objects, on coherent and other context banks */
#include <errno.h>
#include <linux/dma-buf.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "dma_buf.h"
#include "dsp_probe.h"
#include "kernel_text.h"

#define PAGE  4096ULL
#define SIZE  (64 * PAGE)
#define READ  DRM_QDA_SYNC_READ
#define WRITE DRM_QDA_SYNC_WRITE
#define END   DRM_QDA_SYNC_END

static int sync_range(int fd, uint32_t handle, uint32_t flags, uint64_t offset,
		      uint64_t length)
{
	struct drm_qda_bo_sync sync = {
		.handle = handle,
		.flags = flags,
		.offset = offset,
		.length = length,
	};

	return request(fd, DRM_IOCTL_QDA_BO_SYNC, &sync);
}

static bool is_coherent(int fd)
{
	return device_query(fd).features & DRM_QDA_FEATURE_COHERENT;
}

/* One wrong field: the errno, and nothing is synced. */
static void refused(uint32_t flags, uint64_t offset, uint64_t length, int error)
{
	uint64_t before = counter_read("synced_bytes");
	int fd = file_open();
	struct bo bo;

	bo_create_flags(fd, SIZE, DRM_QDA_BO_CACHED, &bo);
	check_errno(sync_range(fd, bo.handle, flags, offset, length), error);
	check_equal(counter_read("synced_bytes"), before);
	bo_destroy(&bo);
	close(fd);
}

static void no_direction(void)
{
	refused(0, 0, SIZE, -EINVAL);
	refused(END, 0, SIZE, -EINVAL);
}

static void unknown_flag(void)
{
	unsigned int bit;

	for (bit = 3; bit < 32; bit++)
		refused(READ | 1U << bit, 0, SIZE, -EINVAL);
}

static void length_zero(void)
{
	refused(READ, 0, 0, -EINVAL);
}

static void offset_at_the_end(void)
{
	refused(READ, SIZE, 1, -ERANGE);
}

static void one_byte_too_long(void)
{
	refused(WRITE | END, 0, SIZE + 1, -ERANGE);
	refused(WRITE | END, 1, SIZE, -ERANGE);
}

static void sum_near_2_64(void)
{
	refused(READ, UINT64_MAX, 1, -ERANGE);
	refused(READ, 1, UINT64_MAX, -ERANGE);
	refused(READ, UINT64_MAX - 4095, 4096, -ERANGE);
}

static void unknown_handle(void)
{
	int fd = file_open();
	struct bo bo;

	bo_create_flags(fd, SIZE, DRM_QDA_BO_CACHED, &bo);
	check_errno(sync_range(fd, 0, READ, 0, 1), -ENOENT);
	check_errno(sync_range(fd, bo.handle + 1, READ, 0, 1), -ENOENT);
	bo_destroy(&bo);
	check_errno(sync_range(fd, bo.handle, READ, 0, 1), -ENOENT);
	close(fd);
}

static void imported_elsewhere(void)
{
	int dma_buf = udmabuf_buffer(SIZE);
	int fd = file_open();
	uint32_t handle = import_or_fail(fd, dma_buf);

	check_errno(sync_range(fd, handle, READ, 0, SIZE), -EOPNOTSUPP);
	close(dma_buf);
	close(fd);
}

static void flags_in_info(void)
{
	struct drm_qda_bo_info info = { 0 };
	int fd = file_open();
	struct bo bo;

	bo_create_flags(fd, SIZE, DRM_QDA_BO_CACHED, &bo);
	info.handle = bo.handle;
	check_ok(request(fd, DRM_IOCTL_QDA_BO_INFO, &info));
	check_equal(info.flags, DRM_QDA_BO_CACHED);
	check_equal(info.size, SIZE);
	check_equal(info.mmap_offset, bo.mmap_offset);
	bo_destroy(&bo);
	close(fd);
}

static void memory_is_zeroed(void)
{
	int fd = session_open();
	struct bo bo;
	size_t i;

	bo_create_flags(fd, SIZE, DRM_QDA_BO_CACHED, &bo);
	for (i = 0; i < SIZE; i++)
		check_equal(bo.map[i], 0);
	check_equal(dsp_sum(fd, bo.handle, 0, SIZE), 0);
	bo_destroy(&bo);
	close(fd);
}

/* What is named is synced, no byte more; each way of naming it. */
static void bytes_named(void)
{
	static const struct {
		uint64_t offset, length;
	} parts[] = {
		{ 0, 1 },	 { 0, SIZE },	  { 3, 5000 },
		{ SIZE - 1, 1 }, { PAGE - 1, 2 }, { 17 * PAGE, 3 * PAGE },
	};
	static const uint32_t flags[] = {
		READ,	    WRITE,	 READ | WRITE,
		READ | END, WRITE | END, READ | WRITE | END,
	};
	int fd = file_open();
	uint64_t factor = is_coherent(fd) ? 0 : 1, before;
	struct bo bo;
	size_t i, k;

	bo_create_flags(fd, SIZE, DRM_QDA_BO_CACHED, &bo);
	for (i = 0; i < ARRAY_SIZE(parts); i++) {
		for (k = 0; k < ARRAY_SIZE(flags); k++) {
			before = counter_read("synced_bytes");
			check_ok(sync_range(fd, bo.handle, flags[k],
					    parts[i].offset, parts[i].length));
			check_equal(counter_read("synced_bytes") - before,
				    parts[i].length * factor);
		}
	}
	bo_destroy(&bo);
	close(fd);
}

/* An uncached BO has nothing to sync. */
static void not_cached(void)
{
	uint64_t before = counter_read("synced_bytes");
	int fd = file_open();
	struct bo bo;

	bo_create(fd, SIZE, &bo);
	check_ok(sync_range(fd, bo.handle, READ | WRITE, 0, SIZE));
	check_equal(counter_read("synced_bytes"), before);
	bo_destroy(&bo);
	close(fd);
}

/* Each session that the BO is mapped to has a context bank to sync for. */
static void mapped_twice(void)
{
	int a = file_open(), b = file_open(), dma_buf;
	uint64_t factor = is_coherent(a) ? 0 : 2, before;
	uint32_t imported;
	struct bo bo;

	bo_create_flags(a, SIZE, DRM_QDA_BO_CACHED, &bo);
	dma_buf = handle_export(a, bo.handle);
	imported = import_or_fail(b, dma_buf);
	close(dma_buf);
	before = counter_read("synced_bytes");
	check_ok(sync_range(a, bo.handle, READ, 5, 4000));
	check_ok(sync_range(b, imported, READ | END, 5, 4000));
	check_equal(counter_read("synced_bytes") - before, 2 * factor * 4000);
	bo_destroy(&bo);
	before = counter_read("synced_bytes");
	check_ok(sync_range(b, imported, READ, 5, 4000));
	check_equal(counter_read("synced_bytes") - before, factor * 4000 / 2);
	close(a);
	close(b);
}

static void dma_buf_sync(int dma_buf, uint64_t flags)
{
	struct dma_buf_sync sync = { .flags = flags };

	check_ok(request(dma_buf, DMA_BUF_IOCTL_SYNC, &sync));
}

/* Who has the BO as a dma-buf frames its accesses so. */
static void access_through_a_dma_buf(void)
{
	int fd = session_open();
	uint64_t factor = is_coherent(fd) ? 0 : 1, before;
	uint8_t *map;
	struct bo bo;
	int dma_buf;

	bo_create_flags(fd, SIZE, DRM_QDA_BO_CACHED, &bo);
	dma_buf = handle_export(fd, bo.handle);
	map = map_dma_buf(dma_buf, SIZE);
	before = counter_read("synced_bytes");
	dma_buf_sync(dma_buf, DMA_BUF_SYNC_START | DMA_BUF_SYNC_WRITE);
	pattern_fill(map, SIZE, 3);
	dma_buf_sync(dma_buf, DMA_BUF_SYNC_END | DMA_BUF_SYNC_WRITE);
	check_equal(counter_read("synced_bytes") - before, 2 * factor * SIZE);
	check_equal(dsp_sum(fd, bo.handle, 0, SIZE), pattern_sum(0, SIZE, 3));
	dsp_fill(fd, bo.handle, 0, SIZE, 4);
	dma_buf_sync(dma_buf, DMA_BUF_SYNC_START | DMA_BUF_SYNC_READ);
	pattern_check(map, SIZE, 4);
	dma_buf_sync(dma_buf, DMA_BUF_SYNC_END | DMA_BUF_SYNC_READ);
	munmap(map, SIZE);
	close(dma_buf);
	bo_destroy(&bo);
	close(fd);
}

/* The other memory is not cached, so there it needs no frame. */
static void uncached_through_a_dma_buf(void)
{
	uint64_t before = counter_read("synced_bytes");
	int fd = file_open();
	struct bo bo;
	int dma_buf;

	bo_create(fd, SIZE, &bo);
	dma_buf = handle_export(fd, bo.handle);
	dma_buf_sync(dma_buf, DMA_BUF_SYNC_START | DMA_BUF_SYNC_RW);
	dma_buf_sync(dma_buf, DMA_BUF_SYNC_END | DMA_BUF_SYNC_RW);
	check_equal(counter_read("synced_bytes"), before);
	close(dma_buf);
	bo_destroy(&bo);
	close(fd);
}

static void framed_call(void)
{
	int fd = session_open();
	struct bo bo;

	bo_create_flags(fd, SIZE, DRM_QDA_BO_CACHED, &bo);
	check_ok(sync_range(fd, bo.handle, WRITE, 0, SIZE));
	pattern_fill(bo.map, SIZE, 1);
	check_ok(sync_range(fd, bo.handle, WRITE | END, 0, SIZE));
	check_equal(dsp_sum(fd, bo.handle, 0, SIZE), pattern_sum(0, SIZE, 1));
	dsp_fill(fd, bo.handle, 100, 5000, 2);
	check_ok(sync_range(fd, bo.handle, READ, 100, 5000));
	pattern_check(bo.map + 100, 5000, 2);
	check_ok(sync_range(fd, bo.handle, READ | END, 100, 5000));
	bo_destroy(&bo);
	close(fd);
}

#define TRACING	   "/sys/kernel/tracing/"
#define DMA_EVENTS TRACING "events/dma/dma_sync_single_for_device/"

/* Sum of the sizes that the DMA API was told, none beyond a page's border. */
static uint64_t traced_bytes(unsigned int *pieces)
{
	char *text = text_read(TRACING "trace"), *line = text;
	uint64_t sum = 0;

	*pieces = 0;
	while ((line = strstr(line, "dma_sync_single_for_device: "))) {
		char *size = strstr(line, "size=");

		check(size != NULL);
		sum += strtoull(size + 5, NULL, 10);
		++*pieces;
		line = size;
	}
	free(text);
	return sum;
}

/* Seen from the DMA API, which is told each physically contiguous piece. */
static void pieces_in_the_dma_api(void)
{
	int fd = file_open();
	unsigned int pieces;
	uint64_t bytes;
	struct bo bo;

	if (access(DMA_EVENTS "enable", W_OK))
		subtest_skip("no tracepoint " DMA_EVENTS);
	if (is_coherent(fd))
		subtest_skip("the context banks are coherent");
	bo_create_flags(fd, 512 * PAGE, DRM_QDA_BO_CACHED, &bo);
	text_write(TRACING "trace", "\n");
	text_write(DMA_EVENTS "enable", "1");
	check_ok(sync_range(fd, bo.handle, WRITE | END, PAGE + 9, 300 * PAGE));
	text_write(DMA_EVENTS "enable", "0");
	bytes = traced_bytes(&pieces);
	if (!pieces)
		subtest_skip("the DMA API is compiled to sync nothing here");
	check_equal(bytes, 300 * PAGE);
	printf("# %u pieces\n", pieces);
	check(pieces <= 301);
	bo_destroy(&bo);
	close(fd);
}

#define ROUNDS 200

static int contested_fd;
static volatile uint32_t contested_handle;
static volatile bool contest_over;

static void *sync_thread(void *argument)
{
	unsigned long done = 0;

	(void)argument;
	while (!contest_over) {
		int ret = sync_range(contested_fd, contested_handle,
				     READ | WRITE, 1, SIZE - 1);

		check(ret == 0 || ret == -ENOENT);
		done++;
	}
	check(done > 0);
	return NULL;
}

/* The handle, and the mapping with it, goes while it is being synced. */
static void closed_meanwhile(void)
{
	pthread_t threads[3];
	unsigned int i;
	struct bo bo;

	contested_fd = file_open();
	for (i = 0; i < ARRAY_SIZE(threads); i++)
		check_equal(pthread_create(&threads[i], NULL, sync_thread,
					   NULL),
			    0);
	for (i = 0; i < ROUNDS; i++) {
		bo_create_flags(contested_fd, SIZE, DRM_QDA_BO_CACHED, &bo);
		contested_handle = bo.handle;
		if (i % 2)
			usleep(200);
		bo_destroy(&bo);
	}
	contest_over = true;
	for (i = 0; i < ARRAY_SIZE(threads); i++)
		check_equal(pthread_join(threads[i], NULL), 0);
	close(contested_fd);
}

static const struct subtest tests[] = {
	SUBTEST(no_direction),
	SUBTEST(unknown_flag),
	SUBTEST(length_zero),
	SUBTEST(offset_at_the_end),
	SUBTEST(one_byte_too_long),
	SUBTEST(sum_near_2_64),
	SUBTEST(unknown_handle),
	SUBTEST(imported_elsewhere),
	SUBTEST(flags_in_info),
	SUBTEST(memory_is_zeroed),
	SUBTEST(bytes_named),
	SUBTEST(not_cached),
	SUBTEST(mapped_twice),
	SUBTEST(access_through_a_dma_buf),
	SUBTEST(uncached_through_a_dma_buf),
	SUBTEST(framed_call),
	SUBTEST(pieces_in_the_dma_api),
	SUBTEST(closed_meanwhile),
};

int main(int argc, char **argv)
{
	return harness_main(argc, argv, tests, ARRAY_SIZE(tests));
}
