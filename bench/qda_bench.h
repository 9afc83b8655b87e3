/* SPDX-License-Identifier: BSD-3-Clause */
/* A session of this project's driver with bench.idl's module in it. */
#ifndef BENCH_QDA_BENCH_H
#define BENCH_QDA_BENCH_H

#include <qda.h>
#include <qda_accel.h>

#include "request.h"

struct qda_bench {
	struct qda_device *device;
	struct qda_session *session;
	struct qda_module *module;
};

/**
 * qda_bench_open - start a process and load the module
 * @flags: QDA_SESSION_*
 *
 * 0 or a negative errno; qda_bench_close() in either case. -ENODEV where there
 * is no such device.
 */
int qda_bench_open(struct qda_bench *bench, uint32_t flags);

/** qda_bench_sessions - how many the DSP can have; 1 where there is none to ask */
unsigned int qda_bench_sessions(void);

/** qda_bench_close - and free what the session has */
void qda_bench_close(struct qda_bench *bench);

/**
 * qda_bench_prepare - the ioctl's struct of a request, without flags and deadline
 * @args: where the request's arguments are, kept by the caller
 */
struct drm_qda_remote_invoke qda_bench_prepare(
	const struct qda_bench *bench, const struct request *request,
	const struct drm_qda_remote_arg *args);

/**
 * qda_bench_invoke - call by the library
 * @buffer: which the payload is in; NULL for a request without, such as
 *	configure() or state()
 *
 * 0 or a negative errno; -EBADMSG when the function refused.
 */
int qda_bench_invoke(struct qda_bench *bench, struct request *request,
		     struct qda_buffer *buffer);

#endif
