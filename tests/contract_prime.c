// SPDX-License-Identifier: BSD-3-Clause
/* Buffers that come from elsewhere or go there: PRIME import and export */
#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "device.h"
#include "dma_buf.h"
#include "dsp_probe.h"

#define PAGE 4096ULL
#define SIZE (64 * PAGE)

static uint32_t info_flags(int fd, uint32_t handle)
{
	struct drm_qda_bo_info info = { .handle = handle };

	check_ok(request(fd, DRM_IOCTL_QDA_BO_INFO, &info));
	return info.flags;
}

static int export_or_fail(const struct bo *bo)
{
	int dma_buf = handle_export(bo->fd, bo->handle);

	if (dma_buf < 0)
		check_ok(dma_buf);
	return dma_buf;
}

static void import_of_own_export(void)
{
	int fd = file_open();
	struct bo bo;
	int dma_buf;

	bo_create(fd, SIZE, &bo);
	dma_buf = export_or_fail(&bo);
	check_equal(import_or_fail(fd, dma_buf), bo.handle);
	check_equal(info_flags(fd, bo.handle), 0);
	close(dma_buf);
	bo_destroy(&bo);
	close(fd);
}

static void export_of_unknown_handle(void)
{
	int fd = file_open();

	check_errno(handle_export(fd, 4711), -ENOENT);
	close(fd);
}

static void import_of_no_dma_buf(void)
{
	int pipe_fds[2];
	int fd = file_open();

	check(pipe(pipe_fds) == 0);
	check_errno(handle_import(fd, -1), -EBADF);
	check_errno(handle_import(fd, pipe_fds[0]), -EINVAL);
	close(pipe_fds[0]);
	close(pipe_fds[1]);
	close(fd);
}

static void exported_bytes_are_the_same(void)
{
	int fd = file_open();
	uint8_t *map;
	struct bo bo;
	int dma_buf;

	bo_create(fd, SIZE, &bo);
	pattern_fill(bo.map, SIZE, 1);
	dma_buf = export_or_fail(&bo);
	map = map_dma_buf(dma_buf, SIZE);
	pattern_check(map, SIZE, 1);
	map[SIZE - 1] ^= 0xff;
	check_equal(map[SIZE - 1], bo.map[SIZE - 1]);
	munmap(map, SIZE);
	close(dma_buf);
	bo_destroy(&bo);
	close(fd);
}

static void dma_buf_outlives_its_file(void)
{
	int fd = session_open();
	uint8_t *map;
	struct bo bo;
	int dma_buf;

	bo_create(fd, SIZE, &bo);
	pattern_fill(bo.map, SIZE, 2);
	dma_buf = export_or_fail(&bo);
	bo_destroy(&bo);
	close(fd);
	map = map_dma_buf(dma_buf, SIZE);
	pattern_check(map, SIZE, 2);
	munmap(map, SIZE);
	fd = session_open();
	check_equal(dsp_sum(fd, import_or_fail(fd, dma_buf), 3, SIZE - 3),
		    pattern_sum(3, SIZE - 3, 2));
	close(fd);
	close(dma_buf);
}

/* One BO in two sessions of one program; each DSP process sees it. */
static void between_two_sessions(void)
{
	int a = session_open();
	int b = session_open();
	uint32_t imported;
	struct bo bo;
	int dma_buf;

	bo_create(a, SIZE, &bo);
	pattern_fill(bo.map, SIZE, 3);
	dma_buf = export_or_fail(&bo);
	imported = import_or_fail(b, dma_buf);
	close(dma_buf);
	check_equal(dsp_sum(a, bo.handle, 0, SIZE), pattern_sum(0, SIZE, 3));
	check_equal(dsp_sum(b, imported, 5, 4097), pattern_sum(5, 4097, 3));
	bo_destroy(&bo);
	check_equal(dsp_sum(b, imported, 0, SIZE), pattern_sum(0, SIZE, 3));
	close(a);
	check_equal(dsp_sum(b, imported, 0, SIZE), pattern_sum(0, SIZE, 3));
	close(b);
}

/* The other process lets its DSP process add up what this one wrote. */
static _Noreturn void consumer(int socket)
{
	int dma_buf = receive_fd(socket);
	int fd = session_open();
	uint32_t handle = import_or_fail(fd, dma_buf);

	check_equal(dsp_sum(fd, handle, 0, SIZE), pattern_sum(0, SIZE, 4));
	close(fd);
	_exit(0);
}

static void to_another_process(void)
{
	int sockets[2], status, fd, dma_buf;
	struct bo bo;
	pid_t child;

	check(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sockets) == 0);
	child = fork();
	check(child >= 0);
	if (child == 0)
		consumer(sockets[1]);
	fd = file_open();
	bo_create(fd, SIZE, &bo);
	pattern_fill(bo.map, SIZE, 4);
	dma_buf = export_or_fail(&bo);
	send_fd(sockets[0], dma_buf);
	close(dma_buf);
	bo_destroy(&bo);
	close(fd);
	check(waitpid(child, &status, 0) == child);
	check_equal(status, 0);
	close(sockets[0]);
	close(sockets[1]);
}

/* Foreign memory: the DSP reads and writes it, only its exporter maps it. */
static void foreign(int dma_buf)
{
	uint8_t *map = map_dma_buf(dma_buf, SIZE);
	int fd = session_open();
	uint32_t handle = import_or_fail(fd, dma_buf);
	struct drm_qda_bo_info info = { .handle = handle };

	check_ok(request(fd, DRM_IOCTL_QDA_BO_INFO, &info));
	check_equal(info.flags, DRM_QDA_BO_IMPORTED);
	check_equal(info.size, SIZE);
	check_equal(info.mmap_offset, 0);
	pattern_fill(map, SIZE, 5);
	check_equal(dsp_sum(fd, handle, 0, SIZE), pattern_sum(0, SIZE, 5));
	check_equal(dsp_sum(fd, handle, 4095, 8194),
		    pattern_sum(4095, 8194, 5));
	dsp_fill(fd, handle, 4001, 9999, 6);
	pattern_check(map, 4001, 5);
	pattern_check(map + 4001, 9999, 6);
	check_ok(handle_close(fd, handle));
	munmap(map, SIZE);
	close(dma_buf);
	close(fd);
}

static void import_from_dma_heap(void)
{
	foreign(heap_buffer(SIZE));
}

static void import_from_udmabuf(void)
{
	foreign(udmabuf_buffer(SIZE));
}

static void imported_into_two_sessions(void)
{
	int dma_buf = udmabuf_buffer(SIZE);
	uint8_t *map = map_dma_buf(dma_buf, SIZE);
	int a = session_open();
	int b = session_open();

	pattern_fill(map, SIZE, 7);
	check_equal(dsp_sum(a, import_or_fail(a, dma_buf), 0, SIZE),
		    pattern_sum(0, SIZE, 7));
	check_equal(dsp_sum(b, import_or_fail(b, dma_buf), 0, SIZE),
		    pattern_sum(0, SIZE, 7));
	close(a);
	close(b);
	munmap(map, SIZE);
	close(dma_buf);
}

static void imported_range_is_checked(void)
{
	int dma_buf = udmabuf_buffer(PAGE);
	int fd = session_open();
	struct bo bo = { .fd = fd };
	struct call call;

	bo.handle = import_or_fail(fd, dma_buf);
	call_init(&call, 0, DRM_QDA_SCALARS(0, 1, 0, 0, 0));
	call_arg(&call, 0, &bo, 1, PAGE);
	check_errno(call_send(fd, &call), -ERANGE);
	check_ok(handle_close(fd, bo.handle));
	call_arg(&call, 0, &bo, 0, PAGE);
	check_errno(call_send(fd, &call), -ENOENT);
	close(dma_buf);
	close(fd);
}

/* The import lives as long as its handle, not as its file descriptor. */
static void import_outlives_its_descriptor(void)
{
	int dma_buf = heap_buffer(SIZE);
	uint8_t *map = map_dma_buf(dma_buf, SIZE);
	int fd = session_open();
	uint32_t handle = import_or_fail(fd, dma_buf);

	pattern_fill(map, SIZE, 8);
	munmap(map, SIZE);
	close(dma_buf);
	check_equal(dsp_sum(fd, handle, 0, SIZE), pattern_sum(0, SIZE, 8));
	close(fd);
}

static const struct subtest tests[] = {
	SUBTEST(import_of_own_export),
	SUBTEST(export_of_unknown_handle),
	SUBTEST(import_of_no_dma_buf),
	SUBTEST(exported_bytes_are_the_same),
	SUBTEST(dma_buf_outlives_its_file),
	SUBTEST(between_two_sessions),
	SUBTEST(to_another_process),
	SUBTEST(import_from_dma_heap),
	SUBTEST(import_from_udmabuf),
	SUBTEST(imported_into_two_sessions),
	SUBTEST(imported_range_is_checked),
	SUBTEST(import_outlives_its_descriptor),
};

int main(int argc, char **argv)
{
	return harness_main(argc, argv, tests, ARRAY_SIZE(tests));
}
