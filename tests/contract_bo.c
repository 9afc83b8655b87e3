// SPDX-License-Identifier: BSD-3-Clause
/* Buffer objects: BO_CREATE, BO_INFO, mmap() and their ends */
#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "device.h"

#define PAGE 4096ULL

static int create_size(uint64_t size)
{
	struct drm_qda_bo_create create = { .size = size };
	int fd = file_open();
	int ret = request(fd, DRM_IOCTL_QDA_BO_CREATE, &create);

	close(fd);
	return ret;
}

static int info(int fd, uint32_t handle, uint32_t flags,
		struct drm_qda_bo_info *info)
{
	*info = (struct drm_qda_bo_info){ .handle = handle, .flags = flags };
	return request(fd, DRM_IOCTL_QDA_BO_INFO, info);
}

static void size_is_rounded_to_pages(void)
{
	struct drm_qda_bo_create create = { .size = 1 };
	int fd = file_open();

	check_ok(request(fd, DRM_IOCTL_QDA_BO_CREATE, &create));
	check_equal(create.size, PAGE);
	check(create.handle != 0);
	create = (struct drm_qda_bo_create){ .size = PAGE + 1 };
	check_ok(request(fd, DRM_IOCTL_QDA_BO_CREATE, &create));
	check_equal(create.size, 2 * PAGE);
	close(fd);
}

static void size_zero(void)
{
	check_errno(create_size(0), -EINVAL);
}

static void size_near_2_64(void)
{
	check_errno(create_size(UINT64_MAX), -EINVAL);
	check_errno(create_size(UINT64_MAX - PAGE + 1), -EINVAL);
	check_errno(create_size(1ULL << 63), -EINVAL);
}

static void size_above_the_maximum(void)
{
	int fd = file_open();
	uint64_t limit = device_query(fd).bo_size_max;

	close(fd);
	check_errno(create_size(limit + 1), -EINVAL);
}

static void unknown_flag(void)
{
	int fd = file_open();
	unsigned int bit;

	for (bit = 0; bit < 32; bit++) {
		struct drm_qda_bo_create create = {
			.size = PAGE,
			.flags = 1U << bit,
		};

		if (create.flags == DRM_QDA_BO_CACHED)
			continue;
		check_errno(request(fd, DRM_IOCTL_QDA_BO_CREATE, &create),
			    -EINVAL);
	}
	close(fd);
}

static void memory_is_zeroed_and_mapped(void)
{
	int fd = file_open();
	struct bo bo;
	size_t i;

	bo_create(fd, 64 * PAGE, &bo);
	for (i = 0; i < bo.size; i++)
		check_equal(bo.map[i], 0);
	memset(bo.map, 0xa5, bo.size);
	bo_destroy(&bo);
	bo_create(fd, 64 * PAGE, &bo);
	for (i = 0; i < bo.size; i++)
		check_equal(bo.map[i], 0);
	bo_destroy(&bo);
	close(fd);
}

static void info_of_a_bo(void)
{
	struct drm_qda_bo_info out;
	int fd = file_open();
	struct bo bo;

	bo_create(fd, 3 * PAGE, &bo);
	check_ok(info(fd, bo.handle, 0, &out));
	check_equal(out.flags, 0);
	check_equal(out.size, 3 * PAGE);
	check_equal(out.mmap_offset, bo.mmap_offset);
	bo_destroy(&bo);
	close(fd);
}

static void info_of_unknown_handle(void)
{
	struct drm_qda_bo_info out;
	int fd = file_open();
	struct bo bo;

	bo_create(fd, PAGE, &bo);
	check_errno(info(fd, 0, 0, &out), -ENOENT);
	check_errno(info(fd, bo.handle + 1, 0, &out), -ENOENT);
	check_errno(info(fd, UINT32_MAX, 0, &out), -ENOENT);
	bo_destroy(&bo);
	check_errno(info(fd, bo.handle, 0, &out), -ENOENT);
	close(fd);
}

static void info_unknown_flag(void)
{
	struct drm_qda_bo_info out;
	int fd = file_open();
	unsigned int bit;
	struct bo bo;

	bo_create(fd, PAGE, &bo);
	for (bit = 0; bit < 32; bit++)
		check_errno(info(fd, bo.handle, 1U << bit, &out), -EINVAL);
	bo_destroy(&bo);
	close(fd);
}

static int try_mmap(int fd, uint64_t size, uint64_t offset)
{
	void *map = mmap(NULL, size, PROT_READ, MAP_SHARED, fd, (off_t)offset);

	if (map == MAP_FAILED)
		return -errno;
	munmap(map, size);
	return 0;
}

static void mmap_at_a_wrong_offset(void)
{
	int fd = file_open();
	struct bo bo;

	bo_create(fd, 2 * PAGE, &bo);
	check_ok(try_mmap(fd, 2 * PAGE, bo.mmap_offset));
	check_errno(try_mmap(fd, PAGE, 0), -EINVAL);
	check_errno(try_mmap(fd, PAGE, bo.mmap_offset + 2 * PAGE), -EINVAL);
	check_errno(try_mmap(fd, 3 * PAGE, bo.mmap_offset), -EINVAL);
	bo_destroy(&bo);
	close(fd);
}

/* The offset is no secret; having the handle is what counts. */
static void mmap_through_another_file(void)
{
	int other = file_open();
	int fd = file_open();
	struct bo bo;

	bo_create(fd, PAGE, &bo);
	check_errno(try_mmap(other, PAGE, bo.mmap_offset), -EACCES);
	bo_destroy(&bo);
	close(fd);
	close(other);
}

static void mmap_outlives_handle_and_file(void)
{
	int fd = file_open();
	struct bo bo;
	size_t i;

	bo_create(fd, 16 * PAGE, &bo);
	memset(bo.map, 0x3c, bo.size);
	check_ok(handle_close(fd, bo.handle));
	check_equal(bo.map[5 * PAGE], 0x3c);
	close(fd);
	for (i = 0; i < bo.size; i++)
		check_equal(bo.map[i], 0x3c);
	munmap(bo.map, bo.size);
}

static void private_mapping(void)
{
	int fd = file_open();
	struct bo bo;
	void *map;

	bo_create(fd, PAGE, &bo);
	map = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd,
		   (off_t)bo.mmap_offset);
	check(map == MAP_FAILED);
	check_errno(-errno, -EINVAL);
	bo_destroy(&bo);
	close(fd);
}

static void handle_closed_twice(void)
{
	int fd = file_open();
	struct bo bo;

	bo_create(fd, PAGE, &bo);
	bo_destroy(&bo);
	check_errno(handle_close(fd, bo.handle), -EINVAL);
	close(fd);
}

/* Addresses of closed handles come back: far more than fits at once. */
static void thousand_times(void)
{
	int fd = session_open();
	struct bo bo;
	unsigned int i;

	for (i = 0; i < 1000; i++) {
		bo_create(fd, 256 * PAGE, &bo);
		bo.map[i] = 1;
		bo_destroy(&bo);
	}
	close(fd);
}

static const struct subtest tests[] = {
	SUBTEST(size_is_rounded_to_pages),
	SUBTEST(size_zero),
	SUBTEST(size_near_2_64),
	SUBTEST(size_above_the_maximum),
	SUBTEST(unknown_flag),
	SUBTEST(memory_is_zeroed_and_mapped),
	SUBTEST(info_of_a_bo),
	SUBTEST(info_of_unknown_handle),
	SUBTEST(info_unknown_flag),
	SUBTEST(mmap_at_a_wrong_offset),
	SUBTEST(mmap_through_another_file),
	SUBTEST(mmap_outlives_handle_and_file),
	SUBTEST(private_mapping),
	SUBTEST(handle_closed_twice),
	LONG(thousand_times),
};

int main(int argc, char **argv)
{
	return harness_main(argc, argv, tests, ARRAY_SIZE(tests));
}
