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

/* Kinds of sessions, as far as both drivers have them */
enum rpc_kind {
	RPC_UNSIGNED,
	RPC_SIGNED,
	RPC_ROOT,
	RPC_SENSORS,
	RPC_AUDIO,
};

/* Kinds of maps */
enum rpc_map_kind {
	RPC_TAG,
	RPC_TAG_DELAYED,
	RPC_STATIC,
	RPC_HEAP,
};

/* Memory that the process on the DSP keeps */
struct rpc_map {
	enum rpc_map_kind kind;
	uint32_t size;
	int32_t tag;	  /* 0 for heap */
	uint64_t address; /* in the process */
	uint32_t number;  /* the driver's own */
};

struct rpc_driver {
	const char *name;

	/** open - the device file, without a process: fd or a negative errno */
	int (*open)(void);

	/** create - a process of the session: 0 or a negative errno */
	int (*create)(int fd, enum rpc_kind kind);

	/** attribute - of the DSP, by its number; the subtest fails without */
	uint32_t (*attribute)(int fd, uint32_t number);

	/**
	 * map - new memory of @map->size under @map->tag; fills in the rest:
	 * 0 or a negative errno
	 */
	int (*map)(int fd, struct rpc_map *map);

	/** unmap - the reverse; the memory is freed: 0 or a negative errno */
	int (*unmap)(int fd, const struct rpc_map *map);

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
