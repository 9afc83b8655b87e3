// SPDX-License-Identifier: BSD-3-Clause
/*
 * The FastRPC API that stubs call. It compares, isolates and delivers. After
 * the rules of the wire, nothing here comes from the compiler.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <AEEStdErr.h>

#include "harness.h"

/* What out-buffers hold before the skel writes them. */
#define UNWRITTEN 0xee

int (*deliver)(struct invocation *invocation) = deliver_here;

/* Lengths of DMA handles by fd, as their registration told. */
static struct {
	int fd;
	uint32_t length;
} registered[2 * MESSAGE_HANDLES];
static unsigned int registered_count;

int remote_register_dma_handle(int fd, uint32_t length)
{
	unsigned int i = registered_count++ % (2 * MESSAGE_HANDLES);

	registered[i].fd = fd;
	registered[i].length = length;
	return AEE_SUCCESS;
}

static bool is_registered(const struct dma *dma)
{
	for (unsigned int i = 0; i < 2 * MESSAGE_HANDLES; i++)
		if (registered[i].fd == dma->fd &&
		    registered[i].length == dma->length)
			return true;
	return false;
}

static void dump(const char *what, const uint8_t *data, size_t size)
{
	fprintf(stderr, "\t%s:", what);
	for (size_t i = 0; i < size && i < 256; i++)
		fprintf(stderr, "%s%02x", i % 4 ? "" : " ", data[i]);
	fputs(size > 256 ? " ...\n" : "\n", stderr);
}

static void compare(const char *what, unsigned int index, const void *data,
		    size_t size, const struct bytes *expected, size_t length)
{
	if (size == expected->size &&
	    (!length || !memcmp(data, expected->data, length)))
		return;
	complain("%s-buffer %u is not what the rules say (%zu bytes, not %zu)",
		 what, index, size, expected->size);
	if (data)
		dump("is    ", data, size);
	dump("should", expected->data, expected->size);
}

static void compare_handles(const char *what, const remote_arg *args,
			    const struct dma *expected, unsigned int count)
{
	for (unsigned int i = 0; i < count; i++) {
		if (args[i].dma.fd != expected[i].fd ||
		    args[i].dma.offset != expected[i].offset)
			complain("%s-handle %u is {%d, %u}, not {%d, %u}", what,
				 i, args[i].dma.fd, args[i].dma.offset,
				 expected[i].fd, expected[i].offset);
		if (!is_registered(&expected[i]))
			complain("%s-handle %u was not registered", what, i);
	}
}

static bool compare_request(uint32_t scalars, const remote_arg *args)
{
	const struct message *message = current.message;
	unsigned int i;

	if (!message)
		return true;
	if (scalars != message->scalars) {
		complain("scalars %08x, not %08x", scalars, message->scalars);
		return false;
	}
	for (i = 0; i < message->in_count; i++)
		compare("in", i, args[i].buf.pv, args[i].buf.nLen,
			&message->in[i], message->in[i].size);
	args += i;
	for (i = 0; i < message->out_count; i++)
		compare("out", i, NULL, args[i].buf.nLen, &message->out[i], 0);
	args += i;
	compare_handles("in", args, message->in_handles,
			message->in_handle_count);
	args += message->in_handle_count;
	compare_handles("out", args, message->out_handles,
			message->out_handle_count);
	return true;
}

/* The skel need not write what rounding up added, nor anything on failure. */
static void compare_answer(const struct invocation *invocation)
{
	const struct message *message = current.message;
	const remote_arg *args = invocation->args + invocation->in_count;

	for (unsigned int i = 0; i < invocation->out_count; i++)
		compare("answered out", i, args[i].buf.pv, args[i].buf.nLen,
			&message->out[i], message->out[i].used);
}

static void *copy_of(struct pool *pool, const void *data, size_t size)
{
	void *copy = pool_alloc(pool, size);

	if (size)
		memcpy(copy, data, size);
	return copy;
}

static void isolate(struct pool *pool, const remote_arg *args,
		    struct invocation *invocation)
{
	unsigned int in = REMOTE_SCALARS_INBUFS(invocation->scalars);
	unsigned int out = REMOTE_SCALARS_OUTBUFS(invocation->scalars);
	unsigned int all = REMOTE_SCALARS_LENGTH(invocation->scalars);
	remote_arg *copy = copy_of(pool, args, all * sizeof(*args));

	for (unsigned int i = 0; i < in + out; i++) {
		size_t size = args[i].buf.nLen;

		if (i < in) {
			copy[i].buf.pv = copy_of(pool, args[i].buf.pv, size);
			continue;
		}
		copy[i].buf.pv = pool_alloc(pool, size);
		memset(copy[i].buf.pv, UNWRITTEN, size);
	}
	invocation->args = copy;
	invocation->in_count = in;
	invocation->out_count = out;
	invocation->handle_count = all - in - out;
}

/* In-buffers may be mapped read-only. */
static void compare_inputs(const struct invocation *invocation,
			   const remote_arg *args)
{
	for (unsigned int i = 0; i < invocation->in_count; i++)
		if (args[i].buf.nLen &&
		    memcmp(invocation->args[i].buf.pv, args[i].buf.pv,
			   args[i].buf.nLen) != 0)
			complain("the skel wrote to in-buffer %u", i);
}

static int invoke(uint64_t handle, uint32_t scalars, remote_arg *args)
{
	struct invocation invocation = { .handle = handle, .scalars = scalars };
	struct pool pool = { 0 };
	unsigned int out;
	int result;

	if (!compare_request(scalars, args))
		return AEE_EBADPARM;
	isolate(&pool, args, &invocation);
	result = deliver(&invocation);
	compare_inputs(&invocation, args);
	if (!result && current.message)
		compare_answer(&invocation);
	out = invocation.in_count;
	for (unsigned int i = out; !result && i < out + invocation.out_count;
	     i++)
		if (args[i].buf.nLen)
			memcpy(args[i].buf.pv, invocation.args[i].buf.pv,
			       args[i].buf.nLen);
	pool_free(&pool);
	return result;
}

int deliver_here(struct invocation *invocation)
{
	if (current.interface->skel64)
		return current.interface->skel64(invocation->handle,
						 invocation->scalars,
						 invocation->args);
	return current.interface->skel(invocation->scalars, invocation->args);
}

/* Opening and closing are calls too; the handle travels in a handle's place. */
static int call_skel64(uint64_t handle, uint32_t scalars, remote_arg *args)
{
	return current.interface->skel64(handle, scalars, args);
}

int remote_handle64_open(const char *uri, remote_handle64 *handle)
{
	size_t size = strlen(uri) + 1;
	uint32_t length = (uint32_t)size;
	struct pool pool = { 0 };
	remote_arg args[3] = {
		{ .buf = { copy_of(&pool, &length, 4), 4 } },
		{ .buf = { copy_of(&pool, uri, size), size } },
	};
	int result = call_skel64(0, REMOTE_SCALARS_MAKEX(0, 0, 2, 0, 0, 1),
				 args);

	pool_free(&pool);
	if (!result && args[2].h64 != FAKE_SKEL_HANDLE)
		complain("open answered handle %#llx",
			 (unsigned long long)args[2].h64);
	*handle = FAKE_REMOTE_HANDLE;
	return result;
}

int remote_handle64_close(remote_handle64 handle)
{
	remote_arg arg = { .h64 = FAKE_SKEL_HANDLE };

	if (handle != FAKE_REMOTE_HANDLE)
		complain("close of handle %#llx", (unsigned long long)handle);
	return call_skel64(FAKE_SKEL_HANDLE,
			   REMOTE_SCALARS_MAKEX(0, 1, 0, 0, 1, 0), &arg);
}

int remote_handle64_invoke(remote_handle64 handle, uint32_t scalars,
			   remote_arg *args)
{
	if (handle != FAKE_REMOTE_HANDLE)
		complain("invoked with handle %#llx",
			 (unsigned long long)handle);
	return invoke(FAKE_SKEL_HANDLE, scalars, args);
}

/* The job is done before its descriptor is asked for. */
int remote_handle64_invoke_async(remote_handle64 handle,
				 fastrpc_async_descriptor_t *descriptor,
				 uint32_t scalars, remote_arg *args)
{
	(void)descriptor;
	return remote_handle64_invoke(handle, scalars, args);
}

/*
 * The interface's name, of which the DSP makes lib<if>_skel.so, or a URI that
 * names the skel's function.
 */
int remote_handle_open(const char *uri, remote_handle *handle)
{
	char symbol[256];

	snprintf(symbol, sizeof(symbol), "?%s_skel_invoke",
		 current.interface->name);
	if (strcmp(uri, current.interface->name) != 0 && !strstr(uri, symbol))
		complain("the stub opened '%s'", uri);
	*handle = (remote_handle)FAKE_REMOTE_HANDLE;
	return AEE_SUCCESS;
}

int remote_handle_close(remote_handle handle)
{
	(void)handle;
	return AEE_SUCCESS;
}

int remote_handle_invoke(remote_handle handle, uint32_t scalars,
			 remote_arg *args)
{
	if (handle != (remote_handle)FAKE_REMOTE_HANDLE)
		complain("invoked with handle %#x", handle);
	return invoke(0, scalars, args);
}

int remote_handle_invoke_async(remote_handle handle,
			       fastrpc_async_descriptor_t *descriptor,
			       uint32_t scalars, remote_arg *args)
{
	(void)descriptor;
	return remote_handle_invoke(handle, scalars, args);
}
