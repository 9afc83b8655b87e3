// SPDX-License-Identifier: BSD-3-Clause
/* From pointers and descriptors to buffers. */
#include "invoke.h"

#include <errno.h>

#include "AEEStdErr.h"
#include "dma_handle.h"
#include "handle.h"
#include "map.h"
#include "memory.h"

/* Handles of the DSP's kernel. */
#define KERNEL_HANDLE_MIN 1
#define KERNEL_HANDLE_MAX 2

/* Of scalars what travels: attributes are the host's own affair. */
#define SCALARS_MASK 0x1fffffffu

static int translate_buffer(struct session *session, const remote_arg *from,
			    struct argument *to, struct memory **memory)
{
	struct place place;
	int ret;

	*to = (struct argument){
		.pointer = from->buf.pv,
		.length = from->buf.nLen,
		.fd = -1,
	};
	if (!to->length)
		return 0;
	if (!to->pointer)
		return -EFAULT;
	ret = memory_find(session, to->pointer, to->length, &place);
	if (ret || !place.memory)
		return ret;
	*memory = place.memory;
	to->buffer = place.buffer;
	to->offset = place.offset;
	to->fd = place.memory->fd;
	return 0;
}

static int translate_handle(struct session *session, const remote_arg *from,
			    struct argument *to, struct memory **memory,
			    int32_t *result)
{
	uint64_t length;
	int ret = dma_handle_get(from->dma.fd, memory, &length);

	if (ret)
		return ret;
	if (from->dma.offset >= length)
		return -ERANGE;
	ret = map_check_tag(session, from->dma.fd, *memory, result);
	if (ret)
		return ret;
	*to = (struct argument){
		.pointer = (void *)(uintptr_t)from->dma.offset,
		.length = length - from->dma.offset,
		.offset = from->dma.offset,
		.fd = from->dma.fd,
		.tag = from->dma.fd,
	};
	return memory_import(session, *memory, &to->buffer);
}

int invoke(struct session *session, uint32_t remote, uint32_t scalars,
	   const remote_arg *args)
{
	unsigned int count = REMOTE_SCALARS_LENGTH(scalars);
	unsigned int buffers = REMOTE_SCALARS_INBUFS(scalars) +
			       REMOTE_SCALARS_OUTBUFS(scalars);
	struct argument translated[count + 1];
	struct memory *memories[count + 1];
	unsigned int used = 0;
	int32_t result = 0;
	int ret = 0;

	if (remote >= KERNEL_HANDLE_MIN && remote <= KERNEL_HANDLE_MAX)
		return AEE_EBADPARM;
	if (count && !args)
		return AEE_EBADPARM;
	if (!session->inner) /* it was the parent's */
		return AEE_ECONNRESET;
	for (unsigned int i = 0; !ret && i < count; i++) {
		memories[used] = NULL;
		if (i < buffers)
			ret = translate_buffer(session, &args[i],
					       &translated[i], &memories[used]);
		else
			ret = translate_handle(session, &args[i],
					       &translated[i], &memories[used],
					       &result);
		if (memories[used])
			used++;
	}
	if (!ret)
		ret = session->backend->invoke(session->inner, remote,
					       scalars & SCALARS_MASK,
					       translated, count, &result);
	session_note_end(session, ret, result);
	while (used)
		memory_put(memories[--used]);
	/* As the DSP itself puts it when it is quicker to say so. */
	if (ret == -ECONNRESET)
		return PROCESS_IS_GONE;
	return aee_of(ret, result);
}

static int invoke_handle(uint64_t handle, uint32_t scalars,
			 const remote_arg *args)
{
	struct session *session;
	uint32_t remote;
	int ret = handle_get(handle, &session, &remote);

	if (ret)
		return ret;
	ret = invoke(session, remote, scalars, args);
	session_put(session);
	return ret;
}

EXPORT int remote_handle_invoke(remote_handle h, uint32_t dwScalars,
				remote_arg *pra)
{
	return invoke_handle(h, dwScalars, pra);
}

EXPORT int remote_handle64_invoke(remote_handle64 h, uint32_t dwScalars,
				  remote_arg *pra)
{
	return invoke_handle(h, dwScalars, pra);
}
