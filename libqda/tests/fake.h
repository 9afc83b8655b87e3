/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A device inside the test program: it keeps the contract of qda_accel.h as
 * far as a program can tell, and refuses what the contract forbids.
 */
#ifndef QDA_FAKE_H
#define QDA_FAKE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "internal.h"

/* An argument as DSP code sees it, and as the library named it. */
struct fake_arg {
	void *pointer;
	size_t length;
	struct drm_qda_remote_arg raw;
};

/* What the DSP runs for a call. */
typedef int32_t (*fake_function)(uint32_t handle, uint32_t scalars,
				 struct fake_arg *args, unsigned int count);

struct fake_node {
	const char *name; /* accel0 */
	const char *driver;
	uint32_t domain;
	int open_error;
};

/* What a test sets, and what it may look at afterwards. */
struct fake {
	const struct fake_node *nodes;
	unsigned int nodes_count;
	fake_function function;

	int create_error; /* of starting a process */
	int32_t create_result;
	int invoke_error;	 /* of the next calls, after they were sent */
	unsigned int interrupts; /* so many waits end with EINTR */
	unsigned int late;	 /* so many waits end with ETIME */
	unsigned int batch_room; /* so many calls of a batch are sent; 0: all */
	int minor;		 /* version of the driver */
	int bo_error;
	int map_error;
	int remote_map_error; /* of REMOTE_MAP and REMOTE_UNMAP */
	int32_t remote_map_result;
	bool hold_events; /* ends of calls are not told yet */

	unsigned int ioctls;
	unsigned int runs;		  /* of the function */
	unsigned int bos;		  /* that exist */
	unsigned int files;		  /* that are open */
	unsigned int maps;		  /* that exist */
	struct drm_qda_remote_map mapped; /* the last one */
	struct drm_qda_remote_session_create created;
	int64_t deadline_ns;  /* of the last call */
	uint32_t args_stride; /* of the last call */
};

extern struct fake fake;

/* One cdsp at accel0, and every knob at its default. */
void fake_reset(void);

/* How many are open, while other threads close some. */
unsigned int fake_files(void);

/* Queues an event, for the file that is open. */
void fake_event(const void *event, size_t size);

/* A session on the fake device. */
struct qda_session *fake_session(void);

#endif
