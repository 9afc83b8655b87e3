/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A FastRPC session by two drivers, so that the same calls can go through
 * both: this project's, and mainline's misc/fastrpc.
 */
#ifndef QDA_TEST_RPC_H
#define QDA_TEST_RPC_H

#include <stdint.h>

#define RPC_BUFFERS_MAX 16

struct rpc_buffer {
	void *data;
	uint32_t size;
};

struct rpc_driver {
	const char *name;

	/** open - the device file, without a process: fd or a negative errno */
	int (*open)(void);

	/** create - an unsigned process: 0 or a negative errno */
	int (*create)(int fd);

	/**
	 * invoke - call with input buffers, then output buffers: 0 or a
	 * negative errno; what the DSP returned in @result
	 */
	int (*invoke)(int fd, uint32_t handle, uint32_t scalars,
		      const struct rpc_buffer *buffers, int32_t *result);
};

extern const struct rpc_driver rpc_qda;
extern const struct rpc_driver rpc_fastrpc;

/** rpc_open_module - as remotectl opens: handle; the subtest fails without */
uint32_t rpc_open_module(const struct rpc_driver *driver, int fd,
			 const char *name);

/** rpc_close_module - the subtest fails when the DSP refuses */
void rpc_close_module(const struct rpc_driver *driver, int fd, uint32_t handle);

#endif
