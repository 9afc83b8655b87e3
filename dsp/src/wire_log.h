/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The wire log: each message, its metadata and its reply decoded, one line a
 * field. The format is described in dsp/README.md and relied upon by tests.
 */
#ifndef DSP_WIRE_LOG_H
#define DSP_WIRE_LOG_H

#include "fastrpc_message.h"

/**
 * wire_log_open() - append to @path; without a path nothing is logged
 *
 * Return: 0 or a negative errno.
 */
int wire_log_open(const char *path);

/** wire_log_message() - the 40 bytes of message @number */
void wire_log_message(uint32_t number, const struct fastrpc_message *m);

/** wire_log_args() - the argument descriptors of message @number */
void wire_log_args(uint32_t number, const struct fastrpc_args *args);

/** wire_log_field() - a field of the payload of a kernel method */
__attribute__((format(printf, 3, 4))) void wire_log_field(uint32_t number,
							  const char *name,
							  const char *format,
							  ...);

/** wire_log_data() - the bytes of argument @arg */
void wire_log_data(uint32_t number, unsigned int arg, const void *data,
		   size_t size);

/** wire_log_violation() - why message @number is refused */
void wire_log_violation(uint32_t number, const char *text);

/** wire_log_reply() - the result of message @number */
void wire_log_reply(uint32_t number, uint64_t ctx, int32_t status);

/** wire_log_status() - a process status message */
void wire_log_status(int32_t client, uint32_t status);

/** wire_log_odd_packet() - a packet of a size that is no message */
void wire_log_odd_packet(uint32_t number, size_t size);

/** wire_log_flush() - write out what is buffered */
void wire_log_flush(void);

/** fastrpc_method_name() - name of a method of a static handle */
const char *fastrpc_method_name(uint32_t handle, uint32_t method);

#endif /* DSP_WIRE_LOG_H */
