// SPDX-License-Identifier: BSD-3-Clause
/* A machine whose DSP is absent (qda-sim --no-dsp) */
#include <errno.h>

#include "device.h"

static void no_node(void)
{
	int fd = node_open_within(500);

	check(fd == -ENOENT || fd == -ENODEV || fd == -ENXIO);
}

static const struct subtest tests[] = {
	SUBTEST(no_node),
};

int main(int argc, char **argv)
{
	return harness_main(argc, argv, tests, ARRAY_SIZE(tests));
}
