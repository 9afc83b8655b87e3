/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A call of the DSP. Every byte of it is hostile: sizes are checked here, what
 * they mean where the call is carried out.
 */
#ifndef FASTRPC_HOST_CALL_H
#define FASTRPC_HOST_CALL_H

#include <stddef.h>
#include <stdint.h>

#include "remote.h"

#define HOST_BUFFERS_MAX 32
#define HOST_BYTES_MAX	 (1u << 20) /* of a request, and of its outputs */

struct host_call {
	uint32_t handle;
	uint32_t scalars;
	unsigned int inputs;
	unsigned int outputs;
	remote_buf in[HOST_BUFFERS_MAX];
	remote_buf out[HOST_BUFFERS_MAX];
	uint8_t *memory; /* of the outputs */
};

/*
 * Takes a request apart; inputs point into it. AEE_EBADPARM, AEE_ENOMEMORY.
 * host_call_free() in any case.
 */
int host_call_parse(struct host_call *call, uint32_t handle, uint32_t scalars,
		    const uint8_t *request, size_t size);
void host_call_free(struct host_call *call);

/* Packs the outputs; the caller frees @reply. */
int host_call_pack(const struct host_call *call, int result, uint8_t **reply,
		   size_t *size);

/* Reads exactly @size bytes of fixed inputs from the first buffer. */
int host_call_fixed(const struct host_call *call, void *to, size_t size);

/* An input that is a string with its NUL at the end, or NULL. */
const char *host_call_string(const struct host_call *call, unsigned int number);

/* Writes @size bytes to an output that has room for them. */
int host_call_give(const struct host_call *call, unsigned int number,
		   const void *from, size_t size);

/*
 * Writes how many bytes there are to the first of two outputs, and them to the
 * second. Room that is too small for them is no error: that stays as it is.
 */
int host_call_give_sized(const struct host_call *call, const void *from,
			 size_t size);

struct session;
struct files;
struct dsp_log;

/* What a session serves. */
struct files *files_new(struct dsp_log *log);
void files_free(struct files *files);

/* Carries a call out; returns the result. */
int files_call(struct files *files, const struct host_call *call);
int host_memory_call(struct session *session, const struct host_call *call);

#endif
