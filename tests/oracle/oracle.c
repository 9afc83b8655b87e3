// SPDX-License-Identifier: BSD-3-Clause
/*
 * Mainline's FastRPC driver on the simulated machine: a driver that knows
 * nothing of it must get right answers from it.
 */
#include <errno.h>
#include <fcntl.h>
#include <misc/fastrpc.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "device.h"
#include "rpc_calculator.h"

#define DOMAIN_CDSP 3
#define BUFFER_SIZE (256 << 10)
#define NUMBERS	    50000

static const struct rpc_driver *driver = &rpc_fastrpc;
static int32_t numbers[NUMBERS];

static int session(void)
{
	int fd = driver->open();

	if (fd < 0)
		check_ok(fd);
	check_ok(driver->create(fd, RPC_UNSIGNED));
	return fd;
}

static void sum_and_max(void)
{
	static const uint32_t counts[] = { 1, 2, 1000, NUMBERS };
	int fd = session();
	uint32_t handle = rpc_open_module(driver, fd, "calculator");
	int32_t max;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(counts); i++) {
		int64_t sum = rpc_calculator_fill(numbers, counts[i]);

		check_equal(rpc_calculator_sum(driver, fd, handle, numbers,
					       counts[i]),
			    sum);
	}
	memset(numbers, 0x80, sizeof(numbers));
	numbers[4321] = -7;
	check_equal(rpc_calculator_max(driver, fd, handle, numbers, NUMBERS,
				       &max),
		    0);
	check_equal(max, -7);
	rpc_close_module(driver, fd, handle);
	close(fd);
}

static void two_sessions(void)
{
	int a = session(), b = session();
	uint32_t in_a = rpc_open_module(driver, a, "calculator");
	uint32_t in_b = rpc_open_module(driver, b, "calculator");
	int64_t sum = rpc_calculator_fill(numbers, 100);

	check_equal(rpc_calculator_sum(driver, a, in_a, numbers, 100), sum);
	check_equal(rpc_calculator_sum(driver, b, in_b, numbers, 100), sum);
	rpc_close_module(driver, a, in_a);
	close(a);
	check_equal(rpc_calculator_sum(driver, b, in_b, numbers, 100), sum);
	close(b);
}

static uint32_t attribute(int fd, uint32_t id)
{
	struct fastrpc_ioctl_capability capability = {
		.domain = DOMAIN_CDSP,
		.attribute_id = id,
	};

	check_ok(request(fd, FASTRPC_IOCTL_GET_DSP_INFO, &capability));
	return capability.capability;
}

/* 1: unsigned processes; 6: the architecture */
static void attributes(void)
{
	int fd = session();

	check_equal(attribute(fd, 1), 1);
	check(attribute(fd, 6) != 0);
	close(fd);
}

/*
 * Mainline lets go of a buffer in a work item, which uses the session that the
 * buffer came from, even after that was freed: leave it the time.
 */
static void close_session_of_a_buffer(int fd, int buffer)
{
	close(buffer);
	sleep_ms(500);
	close(fd);
}

/* A buffer of the driver's own, mapped for good and given back. */
static void map_and_unmap(void)
{
	struct fastrpc_alloc_dma_buf buffer = { .size = BUFFER_SIZE };
	struct fastrpc_mem_map map = {
		.flags = FASTRPC_MAP_FD,
		.length = BUFFER_SIZE,
	};
	struct fastrpc_mem_unmap unmap = { .length = BUFFER_SIZE };
	int fd = session();

	check_ok(request(fd, FASTRPC_IOCTL_ALLOC_DMA_BUFF, &buffer));
	map.fd = buffer.fd;
	check_ok(request(fd, FASTRPC_IOCTL_MEM_MAP, &map));
	check(map.vaddrout != 0);
	unmap.fd = buffer.fd;
	unmap.vaddr = map.vaddrout;
	check_ok(request(fd, FASTRPC_IOCTL_MEM_UNMAP, &unmap));
	close_session_of_a_buffer(fd, buffer.fd);
}

/* A call whose vector is a buffer of the driver's own: nothing is copied. */
static void sum_over_a_dma_buffer(void)
{
	struct fastrpc_alloc_dma_buf buffer = { .size = BUFFER_SIZE };
	uint32_t count = BUFFER_SIZE / sizeof(int32_t), handle;
	struct fastrpc_invoke_args args[3];
	struct fastrpc_invoke invoke = { .args = (uintptr_t)args };
	int64_t expected, sum = -1;
	int fd = session();
	int32_t *map;

	handle = rpc_open_module(driver, fd, "calculator");
	check_ok(request(fd, FASTRPC_IOCTL_ALLOC_DMA_BUFF, &buffer));
	map = mmap(NULL, BUFFER_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED,
		   buffer.fd, 0);
	check(map != MAP_FAILED);
	expected = rpc_calculator_fill(map, count);
	args[0] = (struct fastrpc_invoke_args){ (uintptr_t)&count,
						sizeof(count), -1, 0 };
	args[1] = (struct fastrpc_invoke_args){ (uintptr_t)map, BUFFER_SIZE,
						buffer.fd, 0 };
	args[2] = (struct fastrpc_invoke_args){ (uintptr_t)&sum, sizeof(sum),
						-1, 0 };
	invoke.handle = handle;
	invoke.sc = DRM_QDA_SCALARS(2, 2, 1, 0, 0);
	check_ok(request(fd, FASTRPC_IOCTL_INVOKE, &invoke));
	check_equal(sum, expected);
	rpc_close_module(driver, fd, handle);
	munmap(map, BUFFER_SIZE);
	close_session_of_a_buffer(fd, buffer.fd);
}

static void no_such_module(void)
{
	char uri[] =
		"file:///libmissing_skel.so?missing_skel_handle_invoke&_modver=1.0&_dom=cdsp";
	uint32_t in[2] = { sizeof(uri), 255 };
	int32_t out[2] = { 0 };
	char text[255] = "";
	struct rpc_buffer buffers[] = {
		{ in, sizeof(in) },
		{ uri, sizeof(uri) },
		{ out, sizeof(out) },
		{ text, sizeof(text) },
	};
	int32_t result = 0;
	int fd = session();
	int ret = driver->invoke(fd, 0, DRM_QDA_SCALARS(0, 2, 2, 0, 0), buffers,
				 &result);

	check(ret != 0 || result != 0 || out[1] != 0);
	close(fd);
}

static const struct subtest tests[] = {
	SUBTEST(sum_and_max),
	SUBTEST(two_sessions),
	SUBTEST(attributes),
	SUBTEST(map_and_unmap),
	SUBTEST(sum_over_a_dma_buffer),
	SUBTEST(no_such_module),
};

int main(int argc, char **argv)
{
	return harness_main(argc, argv, tests, ARRAY_SIZE(tests));
}
