// SPDX-License-Identifier: BSD-3-Clause
/*
 * A request is, for each input, its length and, where that is not 0, the bytes,
 * which begin at a multiple of 8; then the length of each output. A reply is the
 * same of the outputs.
 */
#include "host_call.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "AEEStdErr.h"

struct cursor {
	const uint8_t *bytes;
	size_t size;
	size_t at;
};

static bool take_length(struct cursor *cursor, uint32_t *length)
{
	if (cursor->size - cursor->at < sizeof(*length))
		return false;
	memcpy(length, cursor->bytes + cursor->at, sizeof(*length));
	cursor->at += sizeof(*length);
	return true;
}

static bool take_buffer(struct cursor *cursor, remote_buf *buffer)
{
	uint32_t length;
	size_t start;

	if (!take_length(cursor, &length))
		return false;
	*buffer = (remote_buf){ NULL, 0 };
	if (!length)
		return true;
	start = (cursor->at + 7) & ~(size_t)7;
	if (start > cursor->size || length > cursor->size - start)
		return false;
	buffer->pv = (void *)(cursor->bytes + start);
	buffer->nLen = length;
	cursor->at = start + length;
	return true;
}

static int take_outputs(struct host_call *call, struct cursor *cursor)
{
	uint64_t total = 0; /* 32 lengths may be more than a size_t */
	uint32_t length;

	for (unsigned int i = 0; i < call->outputs; i++) {
		if (!take_length(cursor, &length))
			return AEE_EBADPARM;
		call->out[i].nLen = length;
		total += length;
	}
	if (total > HOST_BYTES_MAX)
		return AEE_ENOMEMORY;
	call->memory = calloc(1, (size_t)total + 1);
	if (!call->memory)
		return AEE_ENOMEMORY;
	total = 0;
	for (unsigned int i = 0; i < call->outputs; i++) {
		call->out[i].pv = call->memory + total;
		total += call->out[i].nLen;
	}
	return 0;
}

int host_call_parse(struct host_call *call, uint32_t handle, uint32_t scalars,
		    const uint8_t *request, size_t size)
{
	struct cursor cursor = { request, size, 0 };

	*call = (struct host_call){
		.handle = handle,
		.scalars = scalars,
		.inputs = REMOTE_SCALARS_INBUFS(scalars),
		.outputs = REMOTE_SCALARS_OUTBUFS(scalars),
	};
	if (call->inputs > HOST_BUFFERS_MAX ||
	    call->outputs > HOST_BUFFERS_MAX ||
	    REMOTE_SCALARS_INHANDLES(scalars) ||
	    REMOTE_SCALARS_OUTHANDLES(scalars))
		return AEE_EBADPARM;
	for (unsigned int i = 0; i < call->inputs; i++)
		if (!take_buffer(&cursor, &call->in[i]))
			return AEE_EBADPARM;
	return take_outputs(call, &cursor);
}

void host_call_free(struct host_call *call)
{
	free(call->memory);
	call->memory = NULL;
}

int host_call_pack(const struct host_call *call, int result, uint8_t **reply,
		   size_t *size)
{
	size_t most = 0, at = 0;
	uint8_t *bytes;

	*size = 0;
	*reply = NULL;
	if (result || !call->outputs)
		return 0;
	for (unsigned int i = 0; i < call->outputs; i++)
		most += sizeof(uint32_t) + 7 + call->out[i].nLen;
	bytes = calloc(1, most);
	if (!bytes)
		return AEE_ENOMEMORY;
	for (unsigned int i = 0; i < call->outputs; i++) {
		uint32_t length = (uint32_t)call->out[i].nLen;

		memcpy(bytes + at, &length, sizeof(length));
		at += sizeof(length);
		if (!length)
			continue;
		at = (at + 7) & ~(size_t)7;
		memcpy(bytes + at, call->out[i].pv, length);
		at += length;
	}
	*reply = bytes;
	*size = at;
	return 0;
}

int host_call_fixed(const struct host_call *call, void *to, size_t size)
{
	if (!call->inputs || call->in[0].nLen < size)
		return AEE_EBADPARM;
	memcpy(to, call->in[0].pv, size);
	return 0;
}

const char *host_call_string(const struct host_call *call, unsigned int number)
{
	const remote_buf *in = &call->in[number];

	if (number >= call->inputs || !in->nLen ||
	    memchr(in->pv, '\0', in->nLen) != (char *)in->pv + in->nLen - 1)
		return NULL;
	return in->pv;
}

int host_call_give(const struct host_call *call, unsigned int number,
		   const void *from, size_t size)
{
	if (number >= call->outputs || call->out[number].nLen < size)
		return AEE_EBADPARM;
	if (size)
		memcpy(call->out[number].pv, from, size);
	return 0;
}

int host_call_give_sized(const struct host_call *call, const void *from,
			 size_t size)
{
	int32_t needed = (int32_t)size;

	if (call->outputs != 2)
		return AEE_EBADPARM;
	if (call->out[1].nLen >= size)
		memcpy(call->out[1].pv, from, size);
	return host_call_give(call, 0, &needed, sizeof(needed));
}
