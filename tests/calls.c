// SPDX-License-Identifier: BSD-3-Clause
/* Calls that go through: bytes, counts, sizes, modules and sessions */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "dsp_probe.h"

#define PAGE	    4096ULL
#define BUFFERS_MAX 255
#define HANDLES_MAX 15

static void no_arguments(void)
{
	struct probe probe;
	struct call call;

	probe_open(&probe);
	probe_copy_call(&probe, &call, 0, 0);
	check_ok(call_send(probe.fd, &call));
	check_equal(call.invoke.result, 0);
	probe_close(&probe);
}

static void empty_arguments(void)
{
	struct probe probe;
	struct call call;

	probe_open(&probe);
	probe_copy_call(&probe, &call, 7, 0);
	check_ok(call_send(probe.fd, &call));
	check_equal(call.invoke.result, 0);
	probe_close(&probe);
}

/* Empty arguments between others must not move those. */
static void empty_between_others(void)
{
	struct probe probe;
	struct call call;
	struct bo bo;

	probe_open(&probe);
	bo_create(probe.fd, 4 * PAGE, &bo);
	pattern_fill(bo.map, PAGE, 1);
	probe_copy_call(&probe, &call, 4, 0);
	call_arg(&call, 1, &bo, 17, 1000);
	call_arg(&call, 3, &bo, 1100, 7);
	call_arg(&call, 5, &bo, 2 * PAGE + 1, 1000);
	call_arg(&call, 7, &bo, 3 * PAGE + 5, 7);
	check_ok(call_send(probe.fd, &call));
	check_equal(call.invoke.result, 0);
	check_bytes(bo.map + 2 * PAGE + 1, bo.map + 17, 1000);
	check_bytes(bo.map + 3 * PAGE + 5, bo.map + 1100, 7);
	check_equal(bo.map[2 * PAGE], 0);
	check_equal(bo.map[2 * PAGE + 1001], 0);
	bo_destroy(&bo);
	probe_close(&probe);
}

/*
 * Copy @count inputs to as many outputs, all in one BO: inputs in its first
 * half, outputs in its second, @size bytes each and @step apart.
 */
static void copy_in_one_bo(struct probe *probe, unsigned int count,
			   uint64_t size, uint64_t step, unsigned int handles)
{
	uint64_t half = (count * step + PAGE - 1) / PAGE * PAGE;
	struct call call;
	struct bo bo;
	unsigned int i;

	bo_create(probe->fd, 2 * half, &bo);
	pattern_fill(bo.map, half, count);
	probe_copy_call(probe, &call, count, handles);
	for (i = 0; i < count; i++) {
		call_arg(&call, i, &bo, i * step, size);
		call_arg(&call, count + i, &bo, half + i * step + 1, size);
	}
	for (i = 0; i < 2 * handles; i++) {
		call_arg(&call, 2 * count + i, &bo, 0, bo.size);
		call.args[2 * count + i].tag = 1000 + (int)i;
	}
	check_ok(call_send(probe->fd, &call));
	check_equal(call.invoke.result, 0);
	for (i = 0; i < count; i++)
		check_bytes(bo.map + half + i * step + 1, bo.map + i * step,
			    size);
	pattern_check(bo.map, half, count);
	bo_destroy(&bo);
}

static void one_to_many_arguments(void)
{
	static const unsigned int counts[] = { 1, 2, 3, 7, 16, 64, 127, 255 };
	struct probe probe;
	size_t i;

	probe_open(&probe);
	for (i = 0; i < ARRAY_SIZE(counts); i++) {
		copy_in_one_bo(&probe, counts[i], 13, 17, 0);
		copy_in_one_bo(&probe, counts[i], PAGE - 1, PAGE + 3, 0);
	}
	probe_close(&probe);
}

static void most_arguments(void)
{
	struct probe probe;

	probe_open(&probe);
	copy_in_one_bo(&probe, BUFFERS_MAX, 64, 65, HANDLES_MAX);
	probe_close(&probe);
}

/* What the DSP wrote, and nothing beside it. */
static void copy_large(struct probe *probe, uint64_t in_offset,
		       uint64_t out_offset, uint64_t size)
{
	struct bo in, out;
	struct call call;

	bo_create(probe->fd, in_offset + size, &in);
	bo_create(probe->fd, out_offset + size + 1, &out);
	pattern_fill(in.map, in.size, 3);
	memset(out.map, 0x77, out.size);
	probe_copy_call(probe, &call, 1, 0);
	call_arg(&call, 0, &in, in_offset, size);
	call_arg(&call, 1, &out, out_offset, size);
	check_ok(call_send(probe->fd, &call));
	check_equal(call.invoke.result, 0);
	check(memcmp(out.map + out_offset, in.map + in_offset, size) == 0);
	if (out_offset)
		check_equal(out.map[out_offset - 1], 0x77);
	check_equal(out.map[out_offset + size], 0x77);
	bo_destroy(&in);
	bo_destroy(&out);
}

static void sizes_and_offsets(void)
{
	static const struct {
		uint64_t in_offset, out_offset, size;
	} cases[] = {
		{ 0, 0, 1 },
		{ 4095, 4095, 1 },
		{ 4095, 0, 2 },
		{ 1, 2, 4095 },
		{ 0, 1, 4096 },
		{ 4093, 3, 65537 },
		{ 12345, 54321, 1000003 },
		{ 1, 4095, (2 << 20) + 1 },
		{ 4097, 8191, (8 << 20) - 5 },
	};
	struct probe probe;
	size_t i;

	probe_open(&probe);
	for (i = 0; i < ARRAY_SIZE(cases); i++)
		copy_large(&probe, cases[i].in_offset, cases[i].out_offset,
			   cases[i].size);
	probe_close(&probe);
}

/* The same bytes as several inputs; a part of them as one more. */
static void overlapping_inputs(void)
{
	struct probe probe;
	struct call call;
	struct bo bo;

	probe_open(&probe);
	bo_create(probe.fd, 8 * PAGE, &bo);
	pattern_fill(bo.map, 2 * PAGE, 9);
	probe_copy_call(&probe, &call, 3, 0);
	call_arg(&call, 0, &bo, 0, 2 * PAGE);
	call_arg(&call, 1, &bo, 0, 2 * PAGE);
	call_arg(&call, 2, &bo, 4000, 200);
	call_arg(&call, 3, &bo, 2 * PAGE, 2 * PAGE);
	call_arg(&call, 4, &bo, 4 * PAGE, 2 * PAGE);
	call_arg(&call, 5, &bo, 6 * PAGE + 9, 200);
	check_ok(call_send(probe.fd, &call));
	check_equal(call.invoke.result, 0);
	check_bytes(bo.map + 2 * PAGE, bo.map, 2 * PAGE);
	check_bytes(bo.map + 4 * PAGE, bo.map, 2 * PAGE);
	check_bytes(bo.map + 6 * PAGE + 9, bo.map + 4000, 200);
	bo_destroy(&bo);
	probe_close(&probe);
}

/* What the DSP returns is the caller's, whatever it is. */
static void results_pass_unchanged(void)
{
	static const int32_t results[] = {
		0,
		1,
		-1,
		39,
		-22,
		4711,
		INT32_MIN,
		INT32_MAX,
		(int32_t)0x8000040e,
		(int32_t)0xabcdabcd,
	};
	struct probe probe;
	struct call call;
	size_t i;

	probe_open(&probe);
	for (i = 0; i < ARRAY_SIZE(results); i++) {
		probe_return_call(&probe, &call, 0, results[i]);
		check_ok(call_send(probe.fd, &call));
		check_equal(call.invoke.result, results[i]);
	}
	probe_close(&probe);
}

static void stride_longer(void)
{
	struct {
		struct drm_qda_remote_arg arg;
		uint64_t more[5];
	} longer[2] = { 0 };
	struct probe probe;
	struct call call;
	struct bo bo;

	probe_open(&probe);
	bo_create(probe.fd, PAGE, &bo);
	pattern_fill(bo.map, 100, 2);
	probe_copy_call(&probe, &call, 1, 0);
	call_arg(&call, 0, &bo, 0, 100);
	call_arg(&call, 1, &bo, 200, 100);
	longer[0].arg = call.args[0];
	longer[1].arg = call.args[1];
	call.invoke.args_ptr = (uintptr_t)longer;
	call.invoke.args_stride = sizeof(longer[0]);
	check_ok(call_send(probe.fd, &call));
	check_equal(call.invoke.result, 0);
	check_bytes(bo.map + 200, bo.map, 100);
	bo_destroy(&bo);
	probe_close(&probe);
}

/* Buffer arguments need no tag: elements may end before it. */
static void stride_shorter(void)
{
	struct {
		uint32_t handle, flags;
		uint64_t offset, length;
	} shorter[2] = { 0 };
	struct probe probe;
	struct call call;
	struct bo bo;

	probe_open(&probe);
	bo_create(probe.fd, PAGE, &bo);
	pattern_fill(bo.map, 100, 2);
	probe_copy_call(&probe, &call, 1, 0);
	shorter[0].handle = shorter[1].handle = bo.handle;
	shorter[0].length = shorter[1].length = 100;
	shorter[1].offset = 200;
	call.invoke.args_ptr = (uintptr_t)shorter;
	call.invoke.args_stride = sizeof(shorter[0]);
	check_ok(call_send(probe.fd, &call));
	check_equal(call.invoke.result, 0);
	check_bytes(bo.map + 200, bo.map, 100);
	bo_destroy(&bo);
	probe_close(&probe);
}

static void two_sessions_in_one_process(void)
{
	struct probe a, b;
	unsigned int i;

	probe_open(&a);
	probe_open(&b);
	for (i = 0; i < 20; i++) {
		copy_in_one_bo(&a, 3, 100 + i, 200, 0);
		copy_in_one_bo(&b, 5, 300 + i, 400, 0);
	}
	probe_close(&a);
	copy_in_one_bo(&b, 5, 300, 400, 0);
	probe_close(&b);
}

/* An open file is a session, whichever process uses it. */
static void child_uses_the_session_of_its_parent(void)
{
	struct probe probe;
	int status;
	pid_t child;

	probe_open(&probe);
	child = fork();
	check(child >= 0);
	if (child == 0) {
		copy_in_one_bo(&probe, 4, 1000, 1024, 0);
		_exit(0);
	}
	check(waitpid(child, &status, 0) == child);
	check_equal(status, 0);
	copy_in_one_bo(&probe, 4, 1000, 1024, 0);
	probe_close(&probe);
}

static void no_such_skel(void)
{
	struct remote_opened opened;
	int fd = session_open();

	check_ok(remote_open_uri(
		fd,
		"file:///libmissing_skel.so?missing_skel_handle_invoke&_modver=1.0&_dom=cdsp",
		&opened));
	check(opened.result != 0 || opened.error != 0);
	check(opened.text[0] != '\0');
	check_equal(session_query(fd).state, DRM_QDA_SESSION_STATE_RUNNING);
	remote_open(fd, "probe");
	close(fd);
}

static void no_such_symbol(void)
{
	struct remote_opened opened;
	int fd = session_open();

	check_ok(remote_open_uri(
		fd,
		"file:///libprobe_skel.so?missing_skel_handle_invoke&_modver=1.0&_dom=cdsp",
		&opened));
	check(opened.result != 0 || opened.error != 0);
	check(opened.text[0] != '\0');
	check_equal(session_query(fd).state, DRM_QDA_SESSION_STATE_RUNNING);
	remote_open(fd, "probe");
	close(fd);
}

static void no_such_module_handle(void)
{
	struct probe probe;
	struct call call;

	probe_open(&probe);
	probe_copy_call(&probe, &call, 0, 0);
	call.invoke.remote_handle = 0x12345678;
	check_ok(call_send(probe.fd, &call));
	check(call.invoke.result != 0);
	copy_in_one_bo(&probe, 1, 10, 10, 0);
	probe_close(&probe);
}

/* A module that was closed is gone; the session goes on. */
static void call_after_close(void)
{
	struct probe probe;
	struct call call;
	uint32_t handle;

	probe_open(&probe);
	handle = remote_open(probe.fd, "probe");
	check_equal(remote_close(probe.fd, handle), 0);
	probe_copy_call(&probe, &call, 0, 0);
	call.invoke.remote_handle = handle;
	check_ok(call_send(probe.fd, &call));
	check(handle == probe.handle || call.invoke.result != 0);
	check(remote_close(probe.fd, handle) != 0 || handle == probe.handle);
	close(probe.fd);
}

static const struct subtest tests[] = {
	SUBTEST(no_arguments),
	SUBTEST(empty_arguments),
	SUBTEST(empty_between_others),
	SUBTEST(one_to_many_arguments),
	SUBTEST(most_arguments),
	SUBTEST(sizes_and_offsets),
	SUBTEST(overlapping_inputs),
	SUBTEST(results_pass_unchanged),
	SUBTEST(stride_longer),
	SUBTEST(stride_shorter),
	SUBTEST(two_sessions_in_one_process),
	SUBTEST(child_uses_the_session_of_its_parent),
	SUBTEST(no_such_skel),
	SUBTEST(no_such_symbol),
	SUBTEST(no_such_module_handle),
	SUBTEST(call_after_close),
};

int main(int argc, char **argv)
{
	return harness_main(argc, argv, tests, ARRAY_SIZE(tests));
}
