/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * FastRPC's API as far as stubs and skels use it; transport.c has the functions.
 * It is this test's own, so that nothing is generated that needs more.
 */
#ifndef REMOTE_H
#define REMOTE_H

#include <stddef.h>
#include <stdint.h>

typedef uint32_t remote_handle;
typedef uint64_t remote_handle64;

typedef struct {
	void *pv;
	size_t nLen;
} remote_buf;

typedef struct {
	int32_t fd;
	uint32_t offset;
} remote_dma_handle;

typedef union {
	remote_buf buf;
	remote_handle h;
	remote_handle64 h64;
	remote_dma_handle dma;
} remote_arg;

#define REMOTE_SCALARS_METHOD_ATTR(sc) (((sc) >> 29) & 0x7)
#define REMOTE_SCALARS_METHOD(sc)      (((sc) >> 24) & 0x1f)
#define REMOTE_SCALARS_INBUFS(sc)      (((sc) >> 16) & 0xff)
#define REMOTE_SCALARS_OUTBUFS(sc)     (((sc) >> 8) & 0xff)
#define REMOTE_SCALARS_INHANDLES(sc)   (((sc) >> 4) & 0xf)
#define REMOTE_SCALARS_OUTHANDLES(sc)  ((sc)&0xf)
#define REMOTE_SCALARS_LENGTH(sc)                                 \
	(REMOTE_SCALARS_INBUFS(sc) + REMOTE_SCALARS_OUTBUFS(sc) + \
	 REMOTE_SCALARS_INHANDLES(sc) + REMOTE_SCALARS_OUTHANDLES(sc))

#define REMOTE_SCALARS_MAKEX(attr, method, in, out, in_handles, out_handles)  \
	((((uint32_t)(attr)&0x7) << 29) | (((uint32_t)(method)&0x1f) << 24) | \
	 (((uint32_t)(in)&0xff) << 16) | (((uint32_t)(out)&0xff) << 8) |      \
	 (((uint32_t)(in_handles)&0xf) << 4) | ((uint32_t)(out_handles)&0xf))
#define REMOTE_SCALARS_MAKE(method, in, out) \
	REMOTE_SCALARS_MAKEX(0, method, in, out, 0, 0)

struct fastrpc_async_descriptor;
typedef struct fastrpc_async_descriptor fastrpc_async_descriptor_t;

int remote_handle_open(const char *uri, remote_handle *handle);
int remote_handle_close(remote_handle handle);
int remote_handle_invoke(remote_handle handle, uint32_t scalars,
			 remote_arg *args);
int remote_handle_invoke_async(remote_handle handle,
			       fastrpc_async_descriptor_t *descriptor,
			       uint32_t scalars, remote_arg *args);
int remote_handle64_open(const char *uri, remote_handle64 *handle);
int remote_handle64_close(remote_handle64 handle);
int remote_handle64_invoke(remote_handle64 handle, uint32_t scalars,
			   remote_arg *args);
int remote_handle64_invoke_async(remote_handle64 handle,
				 fastrpc_async_descriptor_t *descriptor,
				 uint32_t scalars, remote_arg *args);
int remote_register_dma_handle(int fd, uint32_t length);

#endif
