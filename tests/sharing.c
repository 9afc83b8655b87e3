// SPDX-License-Identifier: BSD-3-Clause
/* Buffers that several sessions, devices and programs have, and who goes first */
#include <drm.h>
#include <drm_mode.h>
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <linux/udmabuf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "dma_buf.h"
#include "dsp_probe.h"
#include "kernel_text.h"
#include "platform.h"

#define PAGE	     4096ULL
#define SIZE	     (64 * PAGE)
#define RESTART_MS   20000
#define SESSIONS_MAX 16

static struct drm_qda_bo_info bo_info(int fd, uint32_t handle)
{
	struct drm_qda_bo_info info = { .handle = handle };

	check_ok(request(fd, DRM_IOCTL_QDA_BO_INFO, &info));
	return info;
}

/* As many sessions as there may be use one BO, the last one alone in the end. */
static void one_bo_in_every_session(void)
{
	int fds[SESSIONS_MAX], first = session_open(), dma_buf;
	unsigned int count = device_query(first).sessions, i;
	uint32_t handles[SESSIONS_MAX];
	struct bo bo;

	check(count <= ARRAY_SIZE(fds));
	fds[0] = first;
	bo_create(first, SIZE, &bo);
	handles[0] = bo.handle;
	dma_buf = handle_export(first, bo.handle);
	for (i = 1; i < count; i++) {
		fds[i] = session_open();
		handles[i] = import_or_fail(fds[i], dma_buf);
		check_equal(bo_info(fds[i], handles[i]).flags, 0);
		check_equal(bo_info(fds[i], handles[i]).mmap_offset,
			    bo.mmap_offset);
	}
	close(dma_buf);
	for (i = 0; i < count; i++) {
		dsp_fill(fds[i], handles[i], i * PAGE, PAGE, i);
		check_equal(dsp_sum(fds[count - 1 - i], handles[count - 1 - i],
				    i * PAGE, PAGE),
			    pattern_sum(0, PAGE, i));
		pattern_check(bo.map + i * PAGE, PAGE, i);
	}
	for (i = 0; i + 1 < count; i++) {
		close(fds[i]);
		check_equal(dsp_sum(fds[count - 1], handles[count - 1], 0,
				    PAGE),
			    pattern_sum(0, PAGE, 0));
	}
	munmap(bo.map, bo.size);
	close(fds[count - 1]);
}

/* In place: what the DSP reads it also writes. */
static void same_bytes_in_and_out(void)
{
	struct probe probe;
	struct call call;
	struct bo bo;

	probe_open(&probe);
	bo_create(probe.fd, SIZE, &bo);
	pattern_fill(bo.map, SIZE, 1);
	probe_copy_call(&probe, &call, 1, 0);
	call_arg(&call, 0, &bo, 0, SIZE);
	call_arg(&call, 1, &bo, 0, SIZE);
	check_ok(call_run(probe.fd, &call));
	check_equal(call.invoke.result, 0);
	pattern_check(bo.map, SIZE, 1);
	probe_copy_call(&probe, &call, 1, 0);
	call_arg(&call, 0, &bo, 0, PAGE);
	call_arg(&call, 1, &bo, 5 * PAGE + 3, PAGE);
	check_ok(call_run(probe.fd, &call));
	pattern_check(bo.map + 5 * PAGE + 3, PAGE, 1);
	bo_destroy(&bo);
	probe_close(&probe);
}

/* The exporter's process is no more when the dma-buf arrives. */
static void exporter_is_gone(void)
{
	int sockets[2], status, fd, dma_buf;
	struct bo bo;
	pid_t child;

	check(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sockets) == 0);
	child = fork();
	check(child >= 0);
	if (child == 0) {
		fd = session_open();
		bo_create(fd, SIZE, &bo);
		pattern_fill(bo.map, SIZE, 2);
		send_fd(sockets[1], handle_export(fd, bo.handle));
		_exit(0);
	}
	check(waitpid(child, &status, 0) == child);
	check_equal(status, 0);
	dma_buf = receive_fd(sockets[0]);
	fd = session_open();
	check_equal(dsp_sum(fd, import_or_fail(fd, dma_buf), 0, SIZE),
		    pattern_sum(0, SIZE, 2));
	close(dma_buf);
	close(fd);
	close(sockets[0]);
	close(sockets[1]);
}

/* ---- vgem -------------------------------------------------------------- */

static int vgem_open(void)
{
	char name[32], path[32];
	unsigned int i;
	int fd;

	for (i = 0; i < 8; i++) {
		struct drm_version version = { .name = name, .name_len = 31 };

		snprintf(path, sizeof(path), "/dev/dri/card%u", i);
		fd = open(path, O_RDWR | O_CLOEXEC);
		if (fd < 0)
			continue;
		memset(name, 0, sizeof(name));
		if (!ioctl(fd, DRM_IOCTL_VERSION, &version) &&
		    !strcmp(name, "vgem"))
			return fd;
		close(fd);
	}
	subtest_skip("no vgem");
}

static void import_from_vgem(void)
{
	struct drm_mode_create_dumb dumb = {
		.width = 256,
		.height = SIZE / 1024,
		.bpp = 32,
	};
	int vgem = vgem_open(), fd = session_open(), dma_buf;
	uint32_t handle;
	uint8_t *map;

	check_ok(request(vgem, DRM_IOCTL_MODE_CREATE_DUMB, &dumb));
	check_equal(dumb.size, SIZE);
	dma_buf = handle_export(vgem, dumb.handle);
	check(dma_buf >= 0);
	handle = import_or_fail(fd, dma_buf);
	check_equal(bo_info(fd, handle).flags, DRM_QDA_BO_IMPORTED);
	map = map_dma_buf(dma_buf, SIZE);
	close(dma_buf);
	close(vgem);
	pattern_fill(map, SIZE, 3);
	check_equal(dsp_sum(fd, handle, 0, SIZE), pattern_sum(0, SIZE, 3));
	dsp_fill(fd, handle, 17, 4 * PAGE, 4);
	pattern_check(map + 17, 4 * PAGE, 4);
	munmap(map, SIZE);
	close(fd);
}

/* The other way round: another driver has our BO, longer than we do. */
static void export_to_vgem(void)
{
	int vgem = vgem_open(), fd = session_open(), dma_buf;
	struct drm_mode_map_dumb map = { 0 };
	int64_t handle;
	uint8_t *bytes;
	struct bo bo;

	bo_create(fd, SIZE, &bo);
	pattern_fill(bo.map, SIZE, 5);
	dma_buf = handle_export(fd, bo.handle);
	handle = handle_import(vgem, dma_buf);
	check(handle > 0);
	close(dma_buf);
	munmap(bo.map, bo.size);
	close(fd);
	map.handle = (uint32_t)handle;
	dma_buf = handle_export(vgem, map.handle);
	bytes = map_dma_buf(dma_buf, SIZE);
	pattern_check(bytes, SIZE, 5);
	munmap(bytes, SIZE);
	close(dma_buf);
	close(vgem);
}

/* ---- banks without translation ----------------------------------------- */

static void banks_translate(bool translate)
{
	glob_t found;
	size_t i;

	check(glob("/sys/kernel/iommu_groups/*/type", 0, NULL, &found) == 0);
	for (i = 0; i < found.gl_pathc; i++)
		text_write(found.gl_pathv[i], translate ? "DMA" : "identity");
	globfree(&found);
}

/* The same page twice is contiguous only where an IOMMU makes it so. */
static int twisted_buffer(void)
{
	struct {
		struct udmabuf_create_list head;
		struct udmabuf_create_item items[2];
	} list = { .head = { .flags = UDMABUF_FLAGS_CLOEXEC, .count = 2 } };
	int memory = memfd_create("twisted", MFD_ALLOW_SEALING | MFD_CLOEXEC);
	int device = open("/dev/udmabuf", O_RDWR | O_CLOEXEC), dma_buf;
	unsigned int i;

	if (device < 0)
		subtest_skip("no udmabuf: %s", strerror(errno));
	check(ftruncate(memory, 2 * PAGE) == 0);
	check(fcntl(memory, F_ADD_SEALS, F_SEAL_SHRINK) == 0);
	for (i = 0; i < 2; i++)
		list.items[i] = (struct udmabuf_create_item){
			.memfd = (uint32_t)memory,
			.offset = 0,
			.size = PAGE,
		};
	dma_buf = ioctl(device, UDMABUF_CREATE_LIST, &list);
	check(dma_buf >= 0);
	close(memory);
	close(device);
	return dma_buf;
}

static bool no_sessions(void)
{
	char *text = debugfs_read("sessions");
	bool none = strchr(text, '\n')[1] == '\0';

	free(text);
	return none;
}

/* Sessions of other subtests may still be on their way out. */
static void wait_for_no_sessions(void)
{
	int64_t end = deadline_in(10000);

	while (!no_sessions()) {
		check(now_ns() < end);
		sleep_ms(20);
	}
}

/*
 * Where the IOMMU translates, each import is one range; where it does not, what
 * is scattered is refused, and nothing of it stays.
 */
static void scattered_import(void)
{
	int dma_buf = twisted_buffer(), fd;
	int64_t handle;

	wait_for_no_sessions();
	banks_translate(false);
	fd = file_open();
	handle = handle_import(fd, dma_buf);
	check_equal(debugfs_rows("mappings", 6, "1"), 0);
	close(fd);
	wait_for_no_sessions();
	banks_translate(true);
	check_errno(handle, -EOPNOTSUPP);
	fd = session_open();
	check_equal(dsp_sum(fd, import_or_fail(fd, dma_buf), 0, 2 * PAGE), 0);
	close(dma_buf);
	close(fd);
}

/* ---- the device and the driver go -------------------------------------- */

/*
 * A dma-buf of a device that is gone is that of another device for the one that
 * comes after it, which attaches to it.
 */
static void dma_buf_outlives_the_device(void)
{
	int fd = session_open(), dma_buf, cached;
	uint32_t handle;
	struct bo bo, other;
	uint8_t *map;

	bo_create(fd, SIZE, &bo);
	bo_create_flags(fd, SIZE, DRM_QDA_BO_CACHED, &other);
	pattern_fill(bo.map, SIZE, 6);
	pattern_fill(other.map, SIZE, 7);
	dma_buf = handle_export(fd, bo.handle);
	cached = handle_export(fd, other.handle);
	munmap(bo.map, bo.size);
	munmap(other.map, other.size);
	check_ok(driver_unbind());
	map = map_dma_buf(dma_buf, SIZE);
	pattern_check(map, SIZE, 6);
	close(fd);
	pattern_check(map, SIZE, 6);
	close(node_open_within(RESTART_MS));
	fd = session_open();
	handle = import_or_fail(fd, dma_buf);
	check_equal(bo_info(fd, handle).flags, DRM_QDA_BO_IMPORTED);
	check_equal(dsp_sum(fd, handle, 0, SIZE), pattern_sum(0, SIZE, 6));
	dsp_fill(fd, handle, 9, PAGE, 8);
	pattern_check(map + 9, PAGE, 8);
	handle = import_or_fail(fd, cached);
	check_equal(dsp_sum(fd, handle, 0, SIZE), pattern_sum(0, SIZE, 7));
	close(cached);
	close(dma_buf);
	munmap(map, SIZE);
	close(fd);
}

/* What was imported stays until its file is closed, device or not. */
static void import_outlives_the_device(void)
{
	int dma_buf = udmabuf_buffer(SIZE), fd = session_open();
	uint8_t *map = map_dma_buf(dma_buf, SIZE);

	import_or_fail(fd, dma_buf);
	close(dma_buf);
	check_ok(driver_unbind());
	pattern_fill(map, SIZE, 9);
	pattern_check(map, SIZE, 9);
	check_errno(handle_close(fd, 1), -ENODEV);
	munmap(map, SIZE);
	close(fd);
	close(node_open_within(RESTART_MS));
}

static const struct subtest tests[] = {
	LONG(one_bo_in_every_session),	   SUBTEST(same_bytes_in_and_out),
	SUBTEST(exporter_is_gone),	   SUBTEST(import_from_vgem),
	SUBTEST(export_to_vgem),	   LONG(scattered_import),
	LONG(dma_buf_outlives_the_device), LONG(import_outlives_the_device),
};

int main(int argc, char **argv)
{
	return harness_main(argc, argv, tests, ARRAY_SIZE(tests));
}
