// SPDX-License-Identifier: BSD-3-Clause
/* REMOTE_MAP and REMOTE_UNMAP, one wrong field at a time, and their limits */
#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "dsp_map.h"

#define PAGE 4096ULL
#define SIZE (4 * PAGE)
#define TAG  4711

/* A session with a BO, for requests that are refused before they are sent */
struct bench {
	int fd;
	struct bo bo;
};

static struct bench bench_set_up(void)
{
	struct bench bench = { .fd = session_open() };

	bo_create(bench.fd, SIZE, &bench.bo);
	return bench;
}

/* The right request still goes through, and nothing was left behind. */
static void bench_take_down(struct bench *bench)
{
	uint32_t map = map_create(bench->fd, DRM_QDA_MAP_TAG, &bench->bo, TAG);

	check_ok(map_remove(bench->fd, map, NULL));
	bo_destroy(&bench->bo);
	close(bench->fd);
}

static struct drm_qda_remote_map right(const struct bench *bench)
{
	return map_whole(DRM_QDA_MAP_TAG, &bench->bo, TAG);
}

/* What is returned with an error is nothing. */
static void refused(const struct bench *bench, struct drm_qda_remote_map map,
		    int error)
{
	map.address = 1;
	map.map = 2;
	map.result = 3;
	check_errno(map_send(bench->fd, &map), error);
	check_equal(map.address, 0);
	check_equal(map.map, 0);
	check_equal(map.result, 0);
}

#define WRONG(name, field, value, error)                       \
	static void name(void)                                 \
	{                                                      \
		struct bench bench = bench_set_up();           \
		struct drm_qda_remote_map map = right(&bench); \
                                                               \
		map.field = (value);                           \
		refused(&bench, map, error);                   \
		bench_take_down(&bench);                       \
	}

WRONG(unknown_kind, kind, 4, -EINVAL)
WRONG(farthest_kind, kind, UINT32_MAX, -EINVAL)
WRONG(unknown_flag, flags, 1, -EINVAL)
WRONG(farthest_flag, flags, 1U << 31, -EINVAL)
WRONG(no_handle, handle, 0, -ENOENT)
WRONG(unknown_handle, handle, 4711, -ENOENT)
WRONG(tag_zero, tag, 0, -EINVAL)
WRONG(tag_minus_one, tag, -1, -EINVAL)
WRONG(heap_with_a_tag, kind, DRM_QDA_MAP_HEAP, -EINVAL)
WRONG(no_length, length, 0, -EINVAL)
WRONG(length_not_aligned, length, PAGE - 1, -EINVAL)
WRONG(offset_not_aligned, offset, 2048, -EINVAL)

static void outside_its_bo(void)
{
	static const struct {
		uint64_t offset, length;
	} ranges[] = {
		{ 0, SIZE + PAGE },
		{ PAGE, SIZE },
		{ SIZE, PAGE },
		{ SIZE + PAGE, PAGE },
		{ 0, UINT64_MAX - PAGE + 1 },
		{ UINT64_MAX - PAGE + 1, PAGE },
		{ UINT64_MAX - PAGE + 1, 2 * PAGE },
	};
	struct bench bench = bench_set_up();
	struct drm_qda_remote_map map = right(&bench);
	size_t i;

	for (i = 0; i < ARRAY_SIZE(ranges); i++) {
		map.offset = ranges[i].offset;
		map.length = ranges[i].length;
		refused(&bench, map, -ERANGE);
	}
	bench_take_down(&bench);
}

static void handle_of_another_file(void)
{
	struct bench bench = bench_set_up();
	struct drm_qda_remote_map map = right(&bench);
	int other = session_open();

	check_errno(map_send(other, &map), -ENOENT);
	close(other);
	bench_take_down(&bench);
}

static void every_kind(void)
{
	static const uint32_t kinds[] = {
		DRM_QDA_MAP_TAG,
		DRM_QDA_MAP_TAG_DELAYED,
		DRM_QDA_MAP_STATIC,
		DRM_QDA_MAP_HEAP,
	};
	struct bench bench = bench_set_up();
	struct drm_qda_remote_map map;
	int32_t result;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(kinds); i++) {
		map = map_whole(kinds[i], &bench.bo,
				kinds[i] == DRM_QDA_MAP_HEAP ? 0 : TAG);
		map.result = 7;
		check_ok(map_send(bench.fd, &map));
		check_equal(map.result, 0);
		check(map.map != 0);
		check_equal(map.address == 0,
			    kinds[i] == DRM_QDA_MAP_TAG_DELAYED);
		check_ok(map_remove(bench.fd, map.map, &result));
		check_equal(result, 0);
	}
	bench_take_down(&bench);
}

static void tags_of_all_sizes(void)
{
	static const int32_t tags[] = { 1, -2, INT32_MIN, INT32_MAX };
	struct bench bench = bench_set_up();
	uint32_t maps[ARRAY_SIZE(tags)];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(tags); i++)
		maps[i] = map_create(bench.fd, DRM_QDA_MAP_TAG, &bench.bo,
				     tags[i]);
	for (i = 0; i < ARRAY_SIZE(tags); i++)
		check_ok(map_remove(bench.fd, maps[i], NULL));
	bench_take_down(&bench);
}

/* Whatever the kinds; another session's tags are its own. */
static void tag_in_use(void)
{
	struct bench bench = bench_set_up(), other = bench_set_up();
	struct drm_qda_remote_map map = right(&bench);
	uint32_t first, its;

	first = map_create(bench.fd, DRM_QDA_MAP_TAG_DELAYED, &bench.bo, TAG);
	refused(&bench, map, -EBUSY);
	map.kind = DRM_QDA_MAP_STATIC;
	refused(&bench, map, -EBUSY);
	its = map_create(other.fd, DRM_QDA_MAP_TAG, &other.bo, TAG);
	check_ok(map_remove(other.fd, its, NULL));
	check_ok(map_remove(bench.fd, first, NULL));
	bench_take_down(&other);
	bench_take_down(&bench);
}

static void more_maps_than_a_session_may_have(void)
{
	struct bench bench = bench_set_up();
	uint32_t limit = device_query(bench.fd).maps, i;
	struct drm_qda_remote_map map = right(&bench);
	uint32_t *maps;

	check(limit >= 64 && limit <= 65536);
	maps = mmap(NULL, limit * sizeof(*maps), PROT_READ | PROT_WRITE,
		    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	check(maps != MAP_FAILED);
	for (i = 0; i < limit; i++)
		maps[i] = map_create(bench.fd, DRM_QDA_MAP_TAG, &bench.bo,
				     TAG + 1 + (int)i);
	refused(&bench, map, -ENOSPC);
	check_ok(map_remove(bench.fd, maps[limit / 2], NULL));
	maps[limit / 2] = map_create(bench.fd, DRM_QDA_MAP_TAG, &bench.bo, TAG);
	for (i = 0; i < limit; i++)
		check_ok(map_remove(bench.fd, maps[i], NULL));
	munmap(maps, limit * sizeof(*maps));
	bench_take_down(&bench);
}

static void without_a_process(void)
{
	struct bench bench = { .fd = file_open() };

	bo_create(bench.fd, SIZE, &bench.bo);
	refused(&bench, right(&bench), -ENOTCONN);
	check_errno(map_remove(bench.fd, 1, NULL), -ENOTCONN);
	check_ok(process_create(bench.fd));
	bench_take_down(&bench);
}

static void process_that_died(void)
{
	struct probe probe;
	struct call call;
	struct bench bench;
	uint32_t map;

	probe_open(&probe);
	bench.fd = probe.fd;
	bo_create(bench.fd, SIZE, &bench.bo);
	map = map_create(bench.fd, DRM_QDA_MAP_TAG, &bench.bo, TAG + 1);
	probe_crash_call(&probe, &call, PROBE_CRASH_ABORT);
	check_errno(call_run(probe.fd, &call), -ECONNRESET);
	refused(&bench, right(&bench), -ECONNRESET);
	check_errno(map_remove(bench.fd, map, NULL), -ECONNRESET);
	bo_destroy(&bench.bo);
	probe_abandon(&probe);
}

static void unmap_refused(int fd, struct drm_qda_remote_unmap unmap, int error)
{
	unmap.result = 3;
	check_errno(request(fd, DRM_IOCTL_QDA_REMOTE_UNMAP, &unmap), error);
	check_equal(unmap.result, 0);
}

static void unmap_unknown(void)
{
	struct bench bench = bench_set_up();
	struct drm_qda_remote_unmap unmap = { 0 };

	unmap_refused(bench.fd, unmap, -ENOENT);
	unmap.map = 1;
	unmap_refused(bench.fd, unmap, -ENOENT);
	unmap.map = UINT32_MAX;
	unmap_refused(bench.fd, unmap, -ENOENT);
	bench_take_down(&bench);
}

static void unmap_twice(void)
{
	struct bench bench = bench_set_up();
	struct drm_qda_remote_unmap unmap = { 0 };

	unmap.map = map_create(bench.fd, DRM_QDA_MAP_TAG, &bench.bo, TAG);
	check_ok(map_remove(bench.fd, unmap.map, NULL));
	unmap_refused(bench.fd, unmap, -ENOENT);
	bench_take_down(&bench);
}

static void unmap_of_another_session(void)
{
	struct bench bench = bench_set_up();
	struct drm_qda_remote_unmap unmap = { 0 };
	int other = session_open();

	unmap.map = map_create(bench.fd, DRM_QDA_MAP_TAG, &bench.bo, TAG);
	unmap_refused(other, unmap, -ENOENT);
	check_ok(map_remove(bench.fd, unmap.map, NULL));
	close(other);
	bench_take_down(&bench);
}

static void unmap_wrong_fields(void)
{
	struct bench bench = bench_set_up();
	struct drm_qda_remote_unmap unmap = {
		.map = map_create(bench.fd, DRM_QDA_MAP_TAG, &bench.bo, TAG),
	};

	unmap.flags = 1;
	unmap_refused(bench.fd, unmap, -EINVAL);
	unmap.flags = 1U << 31;
	unmap_refused(bench.fd, unmap, -EINVAL);
	unmap.flags = 0;
	unmap.pad = 1;
	unmap_refused(bench.fd, unmap, -EINVAL);
	check_ok(map_remove(bench.fd, unmap.map, NULL));
	bench_take_down(&bench);
}

static const struct subtest tests[] = {
	SUBTEST(every_kind),
	SUBTEST(unknown_kind),
	SUBTEST(farthest_kind),
	SUBTEST(unknown_flag),
	SUBTEST(farthest_flag),
	SUBTEST(no_handle),
	SUBTEST(unknown_handle),
	SUBTEST(handle_of_another_file),
	SUBTEST(tag_zero),
	SUBTEST(tag_minus_one),
	SUBTEST(tags_of_all_sizes),
	SUBTEST(tag_in_use),
	SUBTEST(heap_with_a_tag),
	SUBTEST(no_length),
	SUBTEST(length_not_aligned),
	SUBTEST(offset_not_aligned),
	SUBTEST(outside_its_bo),
	LONG(more_maps_than_a_session_may_have),
	SUBTEST(without_a_process),
	SUBTEST(process_that_died),
	SUBTEST(unmap_unknown),
	SUBTEST(unmap_twice),
	SUBTEST(unmap_of_another_session),
	SUBTEST(unmap_wrong_fields),
};

int main(int argc, char **argv)
{
	return harness_main(argc, argv, tests, ARRAY_SIZE(tests));
}
