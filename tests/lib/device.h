/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The uAPI as the header describes it, without the library: what a program
 * that has nothing but qda_accel.h would do.
 */
#ifndef QDA_TEST_DEVICE_H
#define QDA_TEST_DEVICE_H

#include <stdint.h>

#include "qda_accel.h"
#include "harness.h"

/** node_open - open the device, 0.. or a negative errno */
int node_open(void);

/** file_open - the same; the subtest fails without */
int file_open(void);

/** node_open_within - the same, waiting for a device that is not there yet */
int node_open_within(unsigned int ms);

/** request - one ioctl, never repeated: 0 or a negative errno */
int request(int fd, unsigned long number, void *argument);

/** A buffer object and where it is mapped */
struct bo {
	int fd;
	uint32_t handle;
	uint64_t size;
	uint64_t mmap_offset;
	uint8_t *map;
};

/** bo_try_create - a mapped BO: 0 or a negative errno, which leaves none */
int bo_try_create(int fd, uint64_t size, uint32_t flags, struct bo *bo);

/** bo_create - the same; the subtest fails without */
void bo_create(int fd, uint64_t size, struct bo *bo);

/** bo_create_flags - the same with DRM_QDA_BO_* */
void bo_create_flags(int fd, uint64_t size, uint32_t flags, struct bo *bo);

void bo_destroy(struct bo *bo);

/** handle_close - DRM_IOCTL_GEM_CLOSE */
int handle_close(int fd, uint32_t handle);

/** handle_export - dma-buf of a BO, or a negative errno */
int handle_export(int fd, uint32_t handle);

/** handle_import - handle of a dma-buf, or a negative errno */
int64_t handle_import(int fd, int dma_buf);

/** process_create - start an unsigned process on the DSP: 0 or an errno */
int process_create(int fd);

/** process_create_flags - the same with DRM_QDA_SESSION_* */
int process_create_flags(int fd, uint32_t flags);

/** session_open - device file with a process; the subtest fails without */
int session_open(void);

/** device_query, session_query - the subtest fails without an answer */
struct drm_qda_query_device device_query(int fd);
struct drm_qda_query_session session_query(int fd);

/** A call under construction */
struct call {
	struct drm_qda_remote_invoke invoke;
	struct drm_qda_remote_arg args[DRM_QDA_ARGS_MAX];
};

/** call_init - a call with empty arguments and a deadline in 10 s */
void call_init(struct call *call, uint32_t remote, uint32_t scalars);

/** call_arg - let an argument be bytes of a BO */
void call_arg(struct call *call, unsigned int index, const struct bo *bo,
	      uint64_t offset, uint64_t length);

/** call_send - INVOKE: 0 or a negative errno */
int call_send(int fd, struct call *call);

/** call_run - INVOKE that goes on after a signal: 0 or a negative errno */
int call_run(int fd, struct call *call);

/** call_submit - INVOKE with NOWAIT; the call's number */
uint64_t call_submit(int fd, struct call *call);

/** call_collect - WAIT for one call; fills in how it ended */
int call_collect(int fd, uint64_t number, int64_t deadline_ns,
		 struct drm_qda_remote_call *end);

/** deadline_in - a time @ms from now as ioctls want it */
int64_t deadline_in(unsigned int ms);

/** Capacity of the error text that a failing open brings */
#define REMOTE_ERROR_SIZE 256

/** What remote handle 0 answered to an open */
struct remote_opened {
	int32_t result; /* of the call */
	int32_t error;	/* of the loader */
	uint32_t handle;
	char text[REMOTE_ERROR_SIZE];
};

/** remote_open_uri - open a module: 0 or a negative errno */
int remote_open_uri(int fd, const char *uri, struct remote_opened *opened);

/** remote_open - handle of lib<name>_skel.so; the subtest fails without */
uint32_t remote_open(int fd, const char *name);

/** remote_close - 0, or what the DSP answered */
int remote_close(int fd, uint32_t handle);

#endif
