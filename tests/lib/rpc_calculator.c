// SPDX-License-Identifier: BSD-3-Clause
#include "rpc_calculator.h"

#include "device.h"

#define SUM DRM_QDA_SCALARS(2, 2, 1, 0, 0)
#define MAX DRM_QDA_SCALARS(3, 2, 1, 0, 0)

int64_t rpc_calculator_fill(int32_t *numbers, uint32_t count)
{
	int64_t sum = 0;
	uint32_t i;

	for (i = 0; i < count; i++) {
		numbers[i] = (int32_t)(i * 2654435761u);
		sum += numbers[i];
	}
	return sum;
}

static int32_t calculate(const struct rpc_driver *driver, int fd,
			 uint32_t handle, uint32_t scalars, int32_t *numbers,
			 uint32_t count, struct rpc_buffer out)
{
	struct rpc_buffer buffers[] = {
		{ &count, sizeof(count) },
		{ numbers, count * (uint32_t)sizeof(numbers[0]) },
		out,
	};
	int32_t result = -1;

	check_ok(driver->invoke(fd, handle, scalars, buffers, &result));
	return result;
}

int64_t rpc_calculator_sum(const struct rpc_driver *driver, int fd,
			   uint32_t handle, int32_t *numbers, uint32_t count)
{
	int64_t sum = -1;

	check_equal(calculate(driver, fd, handle, SUM, numbers, count,
			      (struct rpc_buffer){ &sum, sizeof(sum) }),
		    0);
	return sum;
}

int32_t rpc_calculator_max(const struct rpc_driver *driver, int fd,
			   uint32_t handle, int32_t *numbers, uint32_t count,
			   int32_t *max)
{
	return calculate(driver, fd, handle, MAX, numbers, count,
			 (struct rpc_buffer){ max, sizeof(*max) });
}
