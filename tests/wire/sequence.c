// SPDX-License-Identifier: BSD-3-Clause
/*
 * The same calls through one driver or the other, for comparing what the DSP
 * receives.
 *
 * usage: sequence qda|fastrpc compute|audio
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "harness.h"
#include "rpc_calculator.h"

static const struct rpc_driver *driver;

static void sums(int fd, uint32_t handle)
{
	static const uint32_t counts[] = { 1, 0, 10, 31, 32, 1000, 100000 };
	static int32_t numbers[100000];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(counts); i++) {
		int64_t expected = rpc_calculator_fill(numbers, counts[i]);

		check_equal(rpc_calculator_sum(driver, fd, handle, numbers,
					       counts[i]),
			    expected);
	}
}

static int session(enum rpc_kind kind)
{
	int fd = driver->open();

	if (fd < 0)
		check_ok(fd);
	check_ok(driver->create(fd, kind));
	return fd;
}

/* One driver does not wait until the DSP has ended the process. */
static void end(int fd)
{
	close(fd);
	sleep_ms(200);
}

/* Each kind of map, two of some at once, and back in another order. */
static void maps(int fd)
{
	struct rpc_map maps[] = {
		{ .kind = RPC_TAG, .size = 65536, .tag = 100 },
		{ .kind = RPC_TAG, .size = 4096, .tag = 101 },
		{ .kind = RPC_TAG_DELAYED, .size = 131072, .tag = 102 },
		{ .kind = RPC_STATIC, .size = 8192, .tag = 103 },
		{ .kind = RPC_HEAP, .size = 65536 },
		{ .kind = RPC_HEAP, .size = 131072 },
	};
	static const unsigned int order[] = { 1, 4, 0, 5, 3, 2 };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(maps); i++)
		check_ok(driver->map(fd, &maps[i]));
	for (i = 0; i < ARRAY_SIZE(order); i++)
		check_ok(driver->unmap(fd, &maps[order[i]]));
}

/*
 * The DSP's attributes; an unsigned process that opens the calculator, sums over
 * several vectors, an empty one too, closes it and keeps memory for a while; a
 * signed process; the root process.
 */
static void compute(void)
{
	int fd = driver->open();
	uint32_t handle;

	if (fd < 0)
		check_ok(fd);
	check(driver->attribute(fd, 6) != 0);
	check_ok(driver->create(fd, RPC_UNSIGNED));
	check_equal(driver->attribute(fd, 1), 1);
	handle = rpc_open_module(driver, fd, "calculator");
	sums(fd, handle);
	rpc_close_module(driver, fd, handle);
	maps(fd);
	end(fd);
	end(session(RPC_SIGNED));
	end(session(RPC_ROOT));
}

/*
 * Processes that are joined: the audio process gets its heap once; memory goes
 * to it, to the root process and to the one for sensors.
 */
static void audio(void)
{
	static const enum rpc_kind kinds[] = {
		RPC_AUDIO,
		RPC_ROOT,
		RPC_SENSORS,
		RPC_AUDIO,
	};
	size_t i;
	int fd;

	for (i = 0; i < ARRAY_SIZE(kinds); i++) {
		fd = session(kinds[i]);
		maps(fd);
		end(fd);
	}
}

int main(int argc, char **argv)
{
	static const struct subtest tests[] = {
		{ "compute", compute, 60 },
		{ "audio", audio, 60 },
	};
	unsigned int i;

	for (i = 0; argc == 3 && i < ARRAY_SIZE(tests); i++) {
		if (strcmp(argv[2], tests[i].name) != 0)
			continue;
		if (strcmp(argv[1], "qda") == 0)
			driver = &rpc_qda;
		else if (strcmp(argv[1], "fastrpc") == 0)
			driver = &rpc_fastrpc;
		else
			break;
		return harness_main(1, argv, &tests[i], 1);
	}
	fprintf(stderr, "usage: %s qda|fastrpc compute|audio\n", argv[0]);
	return 79;
}
