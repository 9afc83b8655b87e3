// SPDX-License-Identifier: BSD-3-Clause
#include "kernel_loops.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <sys/ioctl.h>

int loops_open(void)
{
	int fd = open(QDA_BENCH_PATH, O_RDWR | O_CLOEXEC);

	if (fd >= 0)
		return fd;
	return errno == ENOENT ? -ENODEV : -errno;
}

int loops_ioctl(int loops, struct qda_bench_loop *loop, uint32_t *ns)
{
	loop->ns_ptr = (uintptr_t)ns;
	return ioctl(loops, QDA_BENCH_IOCTL_LOOP, loop) ? -errno : 0;
}

int loops_echo(int loops, uint32_t flags, unsigned int calls, uint32_t *ns)
{
	struct qda_bench_echo echo = {
		.flags = flags,
		.calls = calls,
		.ns_ptr = (uintptr_t)ns,
	};

	return ioctl(loops, QDA_BENCH_IOCTL_ECHO, &echo) ? -errno : 0;
}

int loops_nothing(int loops, unsigned int calls, uint32_t *ns)
{
	struct qda_bench_slot slot = { 0 };
	struct qda_bench_loop loop = {
		.fd = loops,
		.command = QDA_BENCH_IOCTL_NOTHING,
		.result_offset = -1,
		.slots_ptr = (uintptr_t)&slot,
		.slots_count = 1,
		.calls = calls,
	};

	return loops_ioctl(loops, &loop, ns);
}
