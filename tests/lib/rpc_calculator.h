/* SPDX-License-Identifier: BSD-3-Clause */
/* The calculator example's interface as it goes over the wire. */
#ifndef QDA_TEST_RPC_CALCULATOR_H
#define QDA_TEST_RPC_CALCULATOR_H

#include "rpc.h"

/** rpc_calculator_fill - numbers to add up; returns their sum */
int64_t rpc_calculator_fill(int32_t *numbers, uint32_t count);

/** rpc_calculator_sum - the subtest fails when the call does */
int64_t rpc_calculator_sum(const struct rpc_driver *driver, int fd,
			   uint32_t handle, int32_t *numbers, uint32_t count);

/** rpc_calculator_max - the same for the greatest; what the DSP returned */
int32_t rpc_calculator_max(const struct rpc_driver *driver, int fd,
			   uint32_t handle, int32_t *numbers, uint32_t count,
			   int32_t *max);

#endif
