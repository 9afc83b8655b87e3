/* SPDX-License-Identifier: BSD-3-Clause */
/* Memory that a program and a DSP share, so that calls need not copy it. */
#ifndef RPCMEM_H
#define RPCMEM_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum rpc_heap_ids {
	RPCMEM_HEAP_ID_SECURE = 9,  /* protected content; not supported */
	RPCMEM_HEAP_ID_CONTIG = 22, /* taken as the next one */
	RPCMEM_HEAP_ID_SYSTEM = 25,
};

#define RPCMEM_DEFAULT_HEAP (-1)

/* Flags. Where memory is coherent anyway, caching makes no difference. */
#define RPCMEM_FLAG_UNCACHED  0
#define RPCMEM_DEFAULT_FLAGS  1
#define RPCMEM_FLAG_CACHED    RPCMEM_DEFAULT_FLAGS
#define RPCMEM_TRY_MAP_STATIC 0x04000000 /* mapped in each session at once */

/* Older flags */
#define RPCMEM_HEAP_DEFAULT	  0x80000000
#define RPCMEM_HEAP_NOREG	  0x40000000 /* calls do not find it by address */
#define RPCMEM_HEAP_UNCACHED	  0x20000000
#define RPCMEM_HEAP_NOVA	  0x10000000
#define RPCMEM_HEAP_NONCOHERENT	  0x08000000
#define RPCMEM_FORCE_NOFLUSH	  0x01000000
#define RPCMEM_FORCE_NOINVALIDATE 0x02000000

/** rpcmem_init - not needed; may be called any number of times */
void rpcmem_init(void);
void rpcmem_deinit(void);

/**
 * rpcmem_alloc - zeroed memory that a DSP can reach
 * @heapid: enum rpc_heap_ids, or RPCMEM_DEFAULT_HEAP
 * @size: in bytes, above 0
 *
 * Return: NULL when there is none; free with rpcmem_free().
 */
void *rpcmem_alloc(int heapid, uint32_t flags, int size);

/** rpcmem_alloc2 - the same for sizes of 2 GiB and above too */
void *rpcmem_alloc2(int heapid, uint32_t flags, size_t size);

/** rpcmem_free - does nothing for NULL and for what is not such memory */
void rpcmem_free(void *po);

/** rpcmem_to_fd - its dma-buf, which stays the library's; -1 where there is none */
int rpcmem_to_fd(void *po);

static inline void *rpcmem_alloc_def(int size)
{
	return rpcmem_alloc(RPCMEM_HEAP_ID_SYSTEM, RPCMEM_DEFAULT_FLAGS, size);
}

#ifdef __cplusplus
}
#endif

#endif /* RPCMEM_H */
