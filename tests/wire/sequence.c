// SPDX-License-Identifier: BSD-3-Clause
/*
 * The same calls through one driver or the other, for comparing what the DSP
 * receives: create a process, open the calculator, sums over several vectors
 * (an empty one too), close, release.
 *
 * usage: sequence qda|fastrpc
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
					       counts[i]), expected);
	}
}

static void run(void)
{
	int fd = driver->open();
	uint32_t handle;

	if (fd < 0)
		check_ok(fd);
	check_ok(driver->create(fd));
	handle = rpc_open_module(driver, fd, "calculator");
	sums(fd, handle);
	rpc_close_module(driver, fd, handle);
	close(fd);
}

int main(int argc, char **argv)
{
	static const struct subtest tests[] = { { "sequence", run, 60 } };

	if (argc == 2 && strcmp(argv[1], "qda") == 0) {
		driver = &rpc_qda;
	} else if (argc == 2 && strcmp(argv[1], "fastrpc") == 0) {
		driver = &rpc_fastrpc;
	} else {
		fprintf(stderr, "usage: %s qda|fastrpc\n", argv[0]);
		return 79;
	}
	return harness_main(1, argv, tests, ARRAY_SIZE(tests));
}
