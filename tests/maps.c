// SPDX-License-Identifier: BSD-3-Clause
/* Memory that the process on the DSP keeps: found, used and given back */
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "dsp_map.h"
#include "platform.h"

#define PAGE	   4096ULL
#define TAG	   321
#define ROUNDS	   1000
#define RESTART_MS 20000

static int64_t first_page_sum(unsigned int seed)
{
	return pattern_sum(0, PAGE, seed);
}

/* By its tag, and written to where it lies. */
static void tag_is_found(void)
{
	struct probe probe;
	uint32_t map;
	struct bo bo;

	probe_open(&probe);
	bo_create(probe.fd, 4 * PAGE, &bo);
	pattern_fill(bo.map, bo.size, 1);
	check_equal(tag_sum(&probe, TAG), -1);
	map = map_create(probe.fd, DRM_QDA_MAP_TAG, &bo, TAG);
	check_equal(tag_sum(&probe, TAG), first_page_sum(1));
	check_equal(tag_sum(&probe, TAG + 1), -1);
	check_equal(tag_fill(&probe, TAG, 0x5a, 2 * PAGE), 0);
	check_equal(bo.map[2 * PAGE - 1], 0x5a);
	check_ok(map_remove(probe.fd, map, NULL));
	check_equal(tag_sum(&probe, TAG), -1);
	bo_destroy(&bo);
	probe_close(&probe);
}

/* The tag is that of the part: its start is what is found. */
static void part_of_a_bo(void)
{
	struct drm_qda_remote_map map;
	struct probe probe;
	struct bo bo;

	probe_open(&probe);
	bo_create(probe.fd, 8 * PAGE, &bo);
	pattern_fill(bo.map + 3 * PAGE, PAGE, 7);
	map = map_whole(DRM_QDA_MAP_TAG, &bo, TAG);
	map.offset = 3 * PAGE;
	map.length = 2 * PAGE;
	check_ok(map_send(probe.fd, &map));
	check_equal(tag_sum(&probe, TAG), first_page_sum(7));
	check_ok(map_remove(probe.fd, map.map, NULL));
	bo_destroy(&bo);
	probe_close(&probe);
}

static uint32_t peek(struct probe *probe, uint64_t address)
{
	uint32_t word;

	check_equal(probe_run(probe, PROBE_PEEK, &address, sizeof(address),
			      &word, sizeof(word)),
		    0);
	return word;
}

/* The address that the program was told is that of the DSP's code. */
static void address_is_the_dsps(void)
{
	static const uint32_t kinds[] = { DRM_QDA_MAP_TAG, DRM_QDA_MAP_STATIC,
					  DRM_QDA_MAP_HEAP };
	const uint32_t words[] = { 0x12345678, 0x9abcdef0 };
	struct drm_qda_remote_map map;
	struct probe probe;
	struct bo bo;
	size_t i;

	probe_open(&probe);
	bo_create(probe.fd, PAGE, &bo);
	memcpy(bo.map, words, sizeof(words));
	for (i = 0; i < ARRAY_SIZE(kinds); i++) {
		map = map_whole(kinds[i], &bo,
				kinds[i] == DRM_QDA_MAP_HEAP ? 0 : TAG);
		check_ok(map_send(probe.fd, &map));
		check_equal(peek(&probe, map.address), words[0]);
		check_equal(peek(&probe, map.address + 4), words[1]);
		check_ok(map_remove(probe.fd, map.map, NULL));
	}
	bo_destroy(&bo);
	probe_close(&probe);
}

static void delayed_is_found_when_asked_for(void)
{
	struct probe probe;
	uint32_t map;
	struct bo bo;

	probe_open(&probe);
	bo_create(probe.fd, PAGE, &bo);
	pattern_fill(bo.map, PAGE, 2);
	map = map_create(probe.fd, DRM_QDA_MAP_TAG_DELAYED, &bo, TAG);
	check_equal(tag_sum(&probe, TAG), first_page_sum(2));
	check_ok(map_remove(probe.fd, map, NULL));
	check_equal(tag_sum(&probe, TAG), -1);
	bo_destroy(&bo);
	probe_close(&probe);
}

static void static_is_found(void)
{
	struct probe probe;
	struct bo bo;

	probe_open(&probe);
	bo_create(probe.fd, PAGE, &bo);
	pattern_fill(bo.map, PAGE, 3);
	map_create(probe.fd, DRM_QDA_MAP_STATIC, &bo, TAG);
	check_equal(tag_sum(&probe, TAG), first_page_sum(3));
	bo_destroy(&bo);
	probe_close(&probe);
}

/* DSP code holds it: the DSP says no, and all is as it was. */
static void unmap_is_refused_while_it_is_held(void)
{
	struct probe probe;
	int32_t result = 0;
	uint32_t map;
	struct bo bo;

	probe_open(&probe);
	bo_create(probe.fd, PAGE, &bo);
	pattern_fill(bo.map, PAGE, 4);
	map = map_create(probe.fd, DRM_QDA_MAP_TAG, &bo, TAG);
	check_equal(tag_hold(&probe, TAG), 0);
	check_errno(map_remove(probe.fd, map, &result), -EREMOTEIO);
	check(result != 0);
	check_equal(tag_sum(&probe, TAG), first_page_sum(4));
	check_equal(tag_let_go(&probe, TAG), 0);
	check_ok(map_remove(probe.fd, map, &result));
	check_equal(result, 0);
	bo_destroy(&bo);
	probe_close(&probe);
}

struct heap_stats {
	uint64_t free, used;
};

static struct heap_stats heap_stats(struct probe *probe)
{
	struct heap_stats stats;

	check_equal(probe_run(probe, PROBE_HEAP_STATS, NULL, 0, &stats,
			      sizeof(stats)),
		    0);
	return stats;
}

static int32_t heap_take(struct probe *probe, uint32_t size, uint32_t value,
			 uint64_t *at)
{
	const uint32_t in[] = { size, value };

	return probe_run(probe, PROBE_HEAP_TAKE, in, sizeof(in), at,
			 sizeof(*at));
}

static void heap_grows_and_shrinks(void)
{
	struct probe probe;
	uint32_t first, second;
	struct bo bo[2];
	uint64_t at[2];

	probe_open(&probe);
	bo_create(probe.fd, 4 * PAGE, &bo[0]);
	bo_create(probe.fd, 8 * PAGE, &bo[1]);
	check_equal(heap_stats(&probe).free, 0);
	check(heap_take(&probe, 100, 1, &at[0]) != 0);
	first = map_create(probe.fd, DRM_QDA_MAP_HEAP, &bo[0], 0);
	check_equal(heap_stats(&probe).free, 4 * PAGE);
	second = map_create(probe.fd, DRM_QDA_MAP_HEAP, &bo[1], 0);
	check_equal(heap_stats(&probe).free, 12 * PAGE);

	/* What is allocated lies in the BO that was given, whole. */
	check_equal(heap_take(&probe, 4 * PAGE, 0x11, &at[0]), 0);
	check_equal(heap_take(&probe, 8 * PAGE, 0x22, &at[1]), 0);
	check_equal(bo[0].map[0], 0x11);
	check_equal(bo[0].map[4 * PAGE - 1], 0x11);
	check_equal(bo[1].map[0], 0x22);
	check_equal(bo[1].map[8 * PAGE - 1], 0x22);
	check_equal(heap_stats(&probe).free, 0);
	check_equal(heap_stats(&probe).used, 12 * PAGE);

	check_errno(map_remove(probe.fd, first, NULL), -EREMOTEIO);
	check_equal(probe_run(&probe, PROBE_HEAP_GIVE, &at[0], 8, NULL, 0), 0);
	check_ok(map_remove(probe.fd, first, NULL));
	check_errno(map_remove(probe.fd, second, NULL), -EREMOTEIO);
	check_equal(probe_run(&probe, PROBE_HEAP_GIVE, &at[1], 8, NULL, 0), 0);
	check_ok(map_remove(probe.fd, second, NULL));
	check_equal(heap_stats(&probe).free, 0);
	bo_destroy(&bo[0]);
	bo_destroy(&bo[1]);
	probe_close(&probe);
}

/* The map keeps what the handle no longer does. */
static void closed_bo_stays_with_the_dsp(void)
{
	struct probe probe;
	uint32_t map;
	struct bo bo;

	probe_open(&probe);
	bo_create(probe.fd, 4 * PAGE, &bo);
	pattern_fill(bo.map, bo.size, 5);
	map = map_create(probe.fd, DRM_QDA_MAP_TAG, &bo, TAG);
	check_ok(handle_close(probe.fd, bo.handle));
	check_equal(tag_sum(&probe, TAG), first_page_sum(5));
	check_equal(tag_fill(&probe, TAG, 0x33, 4 * PAGE), 0);
	check_equal(bo.map[4 * PAGE - 1], 0x33);
	munmap(bo.map, bo.size);
	check(tag_sum(&probe, TAG) == (int64_t)PAGE * 0x33);
	check_ok(map_remove(probe.fd, map, NULL));
	check_equal(tag_sum(&probe, TAG), -1);
	probe_close(&probe);
}

static void tag_is_free_after_unmap(void)
{
	struct probe probe;
	uint32_t map;
	struct bo bo[2];

	probe_open(&probe);
	bo_create(probe.fd, PAGE, &bo[0]);
	bo_create(probe.fd, PAGE, &bo[1]);
	pattern_fill(bo[0].map, PAGE, 8);
	pattern_fill(bo[1].map, PAGE, 9);
	map = map_create(probe.fd, DRM_QDA_MAP_TAG, &bo[0], TAG);
	check_equal(tag_sum(&probe, TAG), first_page_sum(8));
	check_ok(map_remove(probe.fd, map, NULL));
	map_create(probe.fd, DRM_QDA_MAP_TAG, &bo[1], TAG);
	check_equal(tag_sum(&probe, TAG), first_page_sum(9));
	bo_destroy(&bo[0]);
	bo_destroy(&bo[1]);
	probe_close(&probe);
}

static void one_bo_under_many_tags(void)
{
	struct probe probe;
	struct bo bo;
	int32_t tag;

	probe_open(&probe);
	bo_create(probe.fd, PAGE, &bo);
	pattern_fill(bo.map, PAGE, 6);
	for (tag = 1; tag <= 20; tag++)
		map_create(probe.fd, DRM_QDA_MAP_TAG, &bo, tag);
	for (tag = 1; tag <= 20; tag++)
		check_equal(tag_sum(&probe, tag), first_page_sum(6));
	bo_destroy(&bo);
	probe_close(&probe);
}

static void map_and_unmap_many_times(void)
{
	struct bo bo;
	unsigned int i;
	uint32_t map;
	int fd = session_open();

	bo_create(fd, 4 * PAGE, &bo);
	for (i = 0; i < ROUNDS; i++) {
		map = map_create(fd, i % 4, &bo,
				 i % 4 == DRM_QDA_MAP_HEAP ? 0 : TAG);
		check_ok(map_remove(fd, map, NULL));
	}
	bo_destroy(&bo);
	close(fd);
}

/* The file is closed with all of its maps. */
static void close_with_maps(void)
{
	unsigned int i, j;
	struct bo bo;
	int fd;

	for (i = 0; i < 20; i++) {
		fd = session_open();
		for (j = 0; j < 8; j++) {
			bo_create(fd, 2 * PAGE, &bo);
			map_create(fd,
				   j % 2 ? DRM_QDA_MAP_HEAP : DRM_QDA_MAP_TAG,
				   &bo, j % 2 ? 0 : TAG + (int)j);
			bo_destroy(&bo);
		}
		close(fd);
	}
}

static void process_dies_with_maps(void)
{
	struct probe probe;
	struct call call;
	unsigned int i;
	struct bo bo;

	for (i = 0; i < 5; i++) {
		probe_open(&probe);
		bo_create(probe.fd, 4 * PAGE, &bo);
		map_create(probe.fd, DRM_QDA_MAP_TAG, &bo, TAG);
		map_create(probe.fd, DRM_QDA_MAP_HEAP, &bo, 0);
		bo_destroy(&bo);
		probe_crash_call(&probe, &call, PROBE_CRASH_ABORT);
		check_errno(call_run(probe.fd, &call), -ECONNRESET);
		probe_abandon(&probe);
	}
	probe_open(&probe);
	probe_close(&probe);
}

/* The program dies in the middle of it, at a random place. */
static void program_is_killed_while_it_maps(void)
{
	unsigned int i;
	pid_t child;
	struct bo bo;
	int fd;

	for (i = 0; i < 30; i++) {
		child = fork();
		check(child >= 0);
		if (child == 0) {
			fd = session_open();
			bo_create(fd, PAGE, &bo);
			for (;;)
				map_remove(fd,
					   map_create(fd, DRM_QDA_MAP_TAG, &bo,
						      TAG),
					   NULL);
		}
		sleep_ms(10 + i * 3);
		kill(child, SIGKILL);
		check(waitpid(child, NULL, 0) == child);
	}
	close(session_open());
}

#define RACERS 4

struct race {
	int fd;
	const struct bo *bo;
	uint32_t maps[RACERS];
	unsigned int done[RACERS];
};

struct racer {
	struct race *race;
	unsigned int index;
};

/* All want to take the same maps back: one of them does. */
static void *take_back(void *argument)
{
	struct racer *racer = argument;
	struct race *race = racer->race;
	unsigned int i;
	int ret;

	for (i = 0; i < RACERS; i++) {
		ret = map_remove(race->fd, race->maps[i], NULL);
		if (ret == 0)
			race->done[racer->index]++;
		else
			check_errno(ret, -ENOENT);
	}
	return NULL;
}

static void threads_unmap_the_same(void)
{
	struct racer racers[RACERS];
	pthread_t threads[RACERS];
	struct race race = { .fd = session_open() };
	unsigned int i, round, done;
	struct bo bo;

	bo_create(race.fd, PAGE, &bo);
	for (round = 0; round < 50; round++) {
		memset(race.done, 0, sizeof(race.done));
		for (i = 0; i < RACERS; i++)
			race.maps[i] = map_create(race.fd, DRM_QDA_MAP_TAG, &bo,
						  TAG + (int)i);
		for (i = 0; i < RACERS; i++) {
			racers[i] = (struct racer){ &race, i };
			check(!pthread_create(&threads[i], NULL, take_back,
					      &racers[i]));
		}
		for (done = 0, i = 0; i < RACERS; i++) {
			pthread_join(threads[i], NULL);
			done += race.done[i];
		}
		check_equal(done, RACERS);
	}
	bo_destroy(&bo);
	close(race.fd);
}

/* All want the same tag; handles come and go meanwhile. */
static void *want_the_tag(void *argument)
{
	struct racer *racer = argument;
	int fd = racer->race->fd;
	struct drm_qda_remote_map map;
	unsigned int i;
	struct bo bo;
	int ret;

	for (i = 0; i < 50; i++) {
		bo_create(fd, PAGE, &bo);
		map = map_whole(DRM_QDA_MAP_TAG, &bo, TAG);
		ret = map_send(fd, &map);
		bo_destroy(&bo);
		if (ret == 0)
			check_ok(map_remove(fd, map.map, NULL));
		else
			check_errno(ret, -EBUSY);
	}
	return NULL;
}

static void threads_want_the_same_tag(void)
{
	struct race race = { .fd = session_open() };
	struct racer racers[RACERS];
	pthread_t threads[RACERS];
	unsigned int i;
	struct bo bo;

	for (i = 0; i < RACERS; i++) {
		racers[i] = (struct racer){ &race, i };
		check(!pthread_create(&threads[i], NULL, want_the_tag,
				      &racers[i]));
	}
	for (i = 0; i < RACERS; i++)
		pthread_join(threads[i], NULL);
	bo_create(race.fd, PAGE, &bo);
	check_ok(map_remove(
		race.fd, map_create(race.fd, DRM_QDA_MAP_TAG, &bo, TAG), NULL));
	bo_destroy(&bo);
	close(race.fd);
}

/* One thread maps while the driver goes: it is told, and nothing is lost. */
static void *map_until_it_fails(void *argument)
{
	struct probe *probe = argument;
	struct drm_qda_remote_map map;
	struct bo bo;
	int ret;

	bo_create(probe->fd, PAGE, &bo);
	do {
		map = map_whole(DRM_QDA_MAP_TAG, &bo, TAG + 1);
		ret = map_send(probe->fd, &map);
		if (ret == 0)
			ret = map_remove(probe->fd, map.map, NULL);
	} while (ret == 0);
	munmap(bo.map, bo.size);
	return (void *)(intptr_t)-ret;
}

static void driver_is_unbound_with_maps(void)
{
	struct drm_qda_remote_map map;
	pthread_t thread;
	struct probe probe;
	void *error;
	struct bo bo;
	uint32_t first;
	int dma_buf, i;

	for (i = 0; i < 3; i++) {
		close(node_open_within(RESTART_MS));
		probe_open(&probe);
		bo_create(probe.fd, PAGE, &bo);
		dma_buf = handle_export(probe.fd, bo.handle);
		first = map_create(probe.fd, DRM_QDA_MAP_TAG, &bo, TAG);
		map_create(probe.fd, DRM_QDA_MAP_HEAP, &bo, 0);
		check(!pthread_create(&thread, NULL, map_until_it_fails,
				      &probe));
		sleep_ms(20);
		check_ok(driver_unbind());
		pthread_join(thread, &error);
		check((intptr_t)error == ENODEV || (intptr_t)error == EPIPE);
		map = map_whole(DRM_QDA_MAP_TAG, &bo, TAG + 2);
		check_errno(map_send(probe.fd, &map), -ENODEV);
		check_errno(map_remove(probe.fd, first, NULL), -ENODEV);
		munmap(bo.map, bo.size);
		probe_abandon(&probe);
		close(dma_buf);
	}
	close(node_open_within(RESTART_MS));
	tag_is_found();
}

static const struct subtest tests[] = {
	SUBTEST(tag_is_found),
	SUBTEST(part_of_a_bo),
	SUBTEST(address_is_the_dsps),
	SUBTEST(delayed_is_found_when_asked_for),
	SUBTEST(static_is_found),
	SUBTEST(unmap_is_refused_while_it_is_held),
	SUBTEST(heap_grows_and_shrinks),
	SUBTEST(closed_bo_stays_with_the_dsp),
	SUBTEST(tag_is_free_after_unmap),
	SUBTEST(one_bo_under_many_tags),
	LONG(map_and_unmap_many_times),
	SUBTEST(close_with_maps),
	SUBTEST(process_dies_with_maps),
	LONG(program_is_killed_while_it_maps),
	LONG(threads_unmap_the_same),
	LONG(threads_want_the_same_tag),
	LONG(driver_is_unbound_with_maps),
};

int main(int argc, char **argv)
{
	return harness_main(argc, argv, tests, ARRAY_SIZE(tests));
}
