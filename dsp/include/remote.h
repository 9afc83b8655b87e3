/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What a skel needs to know of the FastRPC ABI.
 *
 * A skel is a shared object lib<interface>_skel.so. The host names it by URI:
 *
 *   file:///lib<interface>_skel.so?<symbol>&_modver=1.0[&_dom=cdsp]
 *
 * With _modver=1.0 the symbol has the type remote_skel_handle_invoke: method
 * 0 opens (two in-buffers: u32 length and the URI; one out-handle, to be set
 * in h64), method 1 closes, and each call carries the handle that open gave.
 * Without _modver the symbol has the type remote_skel_invoke.
 *
 * Arguments stand in the order in-buffers, out-buffers, in-handles,
 * out-handles. Buffers lie in memory that the DSP reaches through its SMMU:
 * in-buffers may be mapped read-only, and an access beyond the mapped pages
 * ends the process. The result is returned to the host unchanged.
 */
#ifndef REMOTE_H
#define REMOTE_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef uint32_t remote_handle;
typedef uint64_t remote_handle64;

/* A range of memory. */
typedef struct {
	void *pv;
	size_t nLen;
} remote_buf;

/* A whole buffer, by the tag that the host gave it (HAP_mem.h). */
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

typedef int (*remote_skel_invoke)(uint32_t sc, remote_arg *args);
typedef int (*remote_skel_handle_invoke)(remote_handle64 handle, uint32_t sc,
					 remote_arg *args);

/* Scalars: attributes 31:29, method 28:24, and the counts of each kind. */
#define REMOTE_SCALARS_METHOD_ATTR(sc) (((sc) >> 29) & 0x7)
#define REMOTE_SCALARS_METHOD(sc)      (((sc) >> 24) & 0x1f)
#define REMOTE_SCALARS_INBUFS(sc)      (((sc) >> 16) & 0xff)
#define REMOTE_SCALARS_OUTBUFS(sc)     (((sc) >> 8) & 0xff)
#define REMOTE_SCALARS_INHANDLES(sc)   (((sc) >> 4) & 0xf)
#define REMOTE_SCALARS_OUTHANDLES(sc)  ((sc) & 0xf)
#define REMOTE_SCALARS_LENGTH(sc)                                   \
	(REMOTE_SCALARS_INBUFS(sc) + REMOTE_SCALARS_OUTBUFS(sc) +   \
	 REMOTE_SCALARS_INHANDLES(sc) + REMOTE_SCALARS_OUTHANDLES(sc))

#define REMOTE_SCALARS_MAKEX(attr, method, in, out, in_handles, out_handles) \
	((((uint32_t)(attr) & 0x7) << 29) |                                  \
	 (((uint32_t)(method) & 0x1f) << 24) |                               \
	 (((uint32_t)(in) & 0xff) << 16) |                                   \
	 (((uint32_t)(out) & 0xff) << 8) |                                   \
	 (((uint32_t)(in_handles) & 0xf) << 4) |                             \
	 ((uint32_t)(out_handles) & 0xf))
#define REMOTE_SCALARS_MAKE(method, in, out) \
	REMOTE_SCALARS_MAKEX(0, method, in, out, 0, 0)

#ifdef __cplusplus
}
#endif

#endif /* REMOTE_H */
