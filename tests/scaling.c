// SPDX-License-Identifier: BSD-3-Clause
/*
 * What more arguments and more handles cost: submissions are timed by loops in
 * the kernel (bench/kernel), on a machine with --driver bench. Of each kind the
 * fastest tenth counts, which no other load of the host makes slower, and kinds
 * take turns. Only ratios within a run are judged.
 */
#include <drm.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "../bench/kernel_loops.h"
#include "dsp_probe.h"

#define ROUNDS	100
#define CALLS	16 /* submitted at once, by a batch */
#define ARGS	254
#define KINDS	3 /* the second is between the others, where there is one */
#define HANDLES 1000000

/** Calls that are submitted again and again */
struct kind {
	unsigned int count; /* of arguments, or of handles; 0: there is none */
	const struct probe *probe;
	bool drawn; /* each call has one argument, of any handle */
	struct drm_qda_remote_batch_call calls[CALLS];
	struct drm_qda_remote_arg args[ARGS];
	uint32_t ns[ROUNDS]; /* of a call */
	uint32_t fast;	     /* the fastest tenth is not slower */
};

static struct kind kinds[KINDS];
static int loops;

static int by_value(const void *a, const void *b)
{
	uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;

	return left < right ? -1 : left > right;
}

/* The calls are no function's of the probe: the DSP refuses them at once. */
static void kind_init(struct kind *kind, const struct probe *probe,
		      unsigned int args)
{
	unsigned int i;

	*kind = (struct kind){ .count = args, .probe = probe };
	for (i = 0; i < CALLS; i++)
		kind->calls[i] = (struct drm_qda_remote_batch_call){
			.remote_handle = probe->handle,
			.scalars = DRM_QDA_SCALARS(31, args, 0, 0, 0),
			.args_ptr = (uintptr_t)kind->args,
			.args_count = args,
			.args_stride = sizeof(kind->args[0]),
		};
	for (i = 0; i < ARGS; i++)
		kind->args[i] = (struct drm_qda_remote_arg){
			.handle = probe->bo.handle, .offset = 8 * i, .length = 8
		};
}

/* In no order that a cache of the processor would like. */
static uint32_t draw(uint32_t count)
{
	static uint64_t state = 1;

	state = state * 6364136223846793005u + 1442695040888963407u;
	return 1 + (uint32_t)(state >> 33) % count;
}

static uint32_t submit(struct kind *kind)
{
	struct drm_qda_remote_batch batch, template = {
		.calls_ptr = (uintptr_t)kind->calls,
		.calls_count = CALLS,
		.calls_stride = sizeof(kind->calls[0]),
		.flags = DRM_QDA_INVOKE_NOWAIT,
	};
	struct qda_bench_slot slot = { .template_ptr = (uintptr_t)(&template) };
	struct qda_bench_loop loop = {
		.fd = kind->probe->fd,
		.command = DRM_IOCTL_QDA_REMOTE_BATCH,
		.struct_ptr = (uintptr_t)&batch,
		.struct_size = sizeof(batch),
		.result_offset = -1,
		.slots_ptr = (uintptr_t)&slot,
		.slots_count = 1,
		.calls = 1,
	};
	unsigned int i;
	uint32_t ns;

	for (i = 0; i < CALLS && kind->drawn; i++) {
		kind->args[i].handle = draw(kind->count);
		kind->calls[i].args_ptr = (uintptr_t)&kind->args[i];
	}
	check_ok(loops_ioctl(loops, &loop, &ns));
	batch.deadline_ns = deadline_in(10000);
	check_ok(request(kind->probe->fd, DRM_IOCTL_QDA_REMOTE_BATCH, &batch));
	return ns / CALLS;
}

static void open_loops(void)
{
	loops = loops_open();
	if (loops < 0)
		subtest_skip("for a machine with --driver bench");
}

static void measure(const char *what)
{
	unsigned int round, i;

	for (round = 0; round < ROUNDS; round++)
		for (i = 0; i < KINDS; i++)
			if (kinds[i].count)
				kinds[i].ns[round] = submit(&kinds[i]);
	close(loops);
	printf("# %s:", what);
	for (i = 0; i < KINDS; i++) {
		if (!kinds[i].count)
			continue;
		qsort(kinds[i].ns, ROUNDS, sizeof(uint32_t), by_value);
		kinds[i].fast = kinds[i].ns[ROUNDS / 10];
		printf(" %u: %u ns,", kinds[i].count, kinds[i].fast);
	}
	printf(" %.1f ns for each more\n",
	       ((double)kinds[2].fast - kinds[0].fast) /
		       (kinds[2].count - kinds[0].count));
}

/* ---- arguments ---------------------------------------------------------- */

static void arguments(const char *what, bool apart)
{
	static const unsigned int counts[KINDS] = { 1, ARGS / 2, ARGS };
	static struct bo bos[ARGS];
	struct probe probe;
	double half, all;
	unsigned int i, n;

	open_loops();
	probe_open(&probe);
	for (i = 0; i < ARGS; i++)
		bo_create(probe.fd, 4096, &bos[i]);
	for (n = 0; n < KINDS; n++) {
		kind_init(&kinds[n], &probe, counts[n]);
		for (i = 0; i < ARGS && apart; i++)
			kinds[n].args[i].handle = bos[i].handle;
	}
	measure(what);
	half = (double)kinds[1].fast - kinds[0].fast;
	all = (double)kinds[2].fast - kinds[0].fast;
	if (all > 3 * half)
		subtest_fail(__FILE__, __LINE__, "not linear");
	if (all > 12.0 * kinds[0].fast)
		subtest_fail(__FILE__, __LINE__, "an argument costs too much");
	for (i = 0; i < ARGS; i++)
		bo_destroy(&bos[i]);
	probe_close(&probe);
}

static void arguments_in_one_bo(void)
{
	arguments("arguments in one BO", false);
}

static void arguments_in_as_many_bos(void)
{
	arguments("arguments in as many BOs", true);
}

/* ---- handles ------------------------------------------------------------ */

/*
 * Handles of one BO: GEM makes a new one for each opening of its name. That is
 * done in the kernel, since a million of system calls take their time.
 */
static void add_handles(const struct probe *probe, unsigned int count)
{
	struct drm_gem_flink flink = { .handle = probe->bo.handle };
	static uint32_t ns[HANDLES];
	struct drm_gem_open opened, template;
	struct qda_bench_slot slot = { .template_ptr = (uintptr_t)(&template) };
	struct qda_bench_loop loop = {
		.fd = probe->fd,
		.command = DRM_IOCTL_GEM_OPEN,
		.struct_ptr = (uintptr_t)&opened,
		.struct_size = sizeof(opened),
		.result_offset = -1,
		.slots_ptr = (uintptr_t)&slot,
		.slots_count = 1,
		.calls = count,
		.flags = QDA_BENCH_TIGHT,
	};

	check_ok(request(probe->fd, DRM_IOCTL_GEM_FLINK, &flink));
	template = (struct drm_gem_open){ .name = flink.name };
	check_ok(loops_ioctl(loops, &loop, ns));
	check(opened.handle > count);
}

static void handles_kind(struct kind *kind, struct probe *probe,
			 unsigned int count)
{
	probe_open(probe);
	kind_init(kind, probe, 1);
	add_handles(probe, count);
	kind->count = count;
	kind->drawn = true;
}

static void handles(void)
{
	struct probe few, some, many;

	open_loops();
	handles_kind(&kinds[0], &few, 10);
	handles_kind(&kinds[1], &some, 1000);
	handles_kind(&kinds[2], &many, HANDLES);
	measure("handles in the file");
	/* What remains are misses of the processor's caches, not steps. */
	if (kinds[2].fast > 5 * kinds[0].fast)
		subtest_fail(__FILE__, __LINE__, "handles cost too much");
	probe_close(&few);
	probe_close(&some);
	probe_close(&many);
}

static const struct subtest tests[] = {
	LONG(arguments_in_one_bo),
	LONG(arguments_in_as_many_bos),
	LONG(handles),
};

int main(int argc, char **argv)
{
	return harness_main(argc, argv, tests, ARRAY_SIZE(tests));
}
