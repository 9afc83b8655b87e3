/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The whole library on a device inside of the test program, with a DSP that has
 * one module and queues.
 */
#ifndef FASTRPC_TEST_LIBRARY_H
#define FASTRPC_TEST_LIBRARY_H

#include <semaphore.h>

#include "test.h"

#include "AEEStdErr.h"
#include "dspqueue.h"
#include "remote.h"
#include "rpcmem.h"

#define URI    "file:///libx_skel.so?x_skel_handle_invoke&_modver=1.0"
#define REMOTE 0x1234

/* The arguments of the module's last call. */
extern struct fake_arg seen[16];

/* The module, opened by library_setup(). */
extern remote_handle64 module;

/* The DSP: the loader gives one handle; the module adds bytes up. */
int32_t dsp(uint32_t handle, uint32_t scalars, struct fake_arg *args,
	    unsigned int count);

/* One whose module is that of queues; it signals by @process_ends: its end. */
int32_t queue_dsp(uint32_t handle, uint32_t scalars, struct fake_arg *args,
		  unsigned int count);
extern sem_t process_ends;

/* Around each test; nothing is left when it has ended. */
int library_setup(void **state);
int library_teardown(void **state);
void close_all_sessions(void);

#define CASE(function)                                           \
	cmocka_unit_test_setup_teardown(function, library_setup, \
					library_teardown)

/* The module's call. */
int sum(const void *bytes, size_t count, uint32_t *result);

dspqueue_t make_queue(dspqueue_callback_t error, void *context);

#endif
