/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Memory that the host gave to this process: buffers under a tag ("fd"), and
 * pages that its heap grows by.
 */
#ifndef HAP_MEM_H
#define HAP_MEM_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * HAP_mmap_get() - find a buffer and keep it from being unmapped
 * @fd: the tag the host used, in a mapping or as a handle argument
 * @vaddr: where its start is in this process
 * @paddr: its address on the bus, may be NULL
 *
 * Return: 0, or AEE_ENOMEMORY when no buffer has that tag.
 */
int HAP_mmap_get(int fd, void **vaddr, uint64_t *paddr);

/**
 * HAP_mmap_put() - let go of a buffer that HAP_mmap_get() returned
 * @fd: its tag
 *
 * Return: 0, or AEE_EBADPARM when the buffer was not held.
 */
int HAP_mmap_put(int fd);

/* The heap that the host added to, all in bytes or in segments. */
typedef struct {
	uint64_t bytes_free;
	uint64_t bytes_used;
	uint64_t seg_free;
	uint64_t seg_used;
	uint64_t min_grow_bytes;
} HAP_mem_stats_t;

/**
 * HAP_malloc() - allocate from what the host added to the heap
 * @bytes: how many, not 0
 * @pptr: set to the memory, which is not cleared, aligned to 64 bytes
 *
 * The host cannot take a segment back as long as something in it is allocated.
 *
 * Return: 0, or AEE_ENOMEMORY when the host has not added enough.
 */
int HAP_malloc(uint32_t bytes, void **pptr);

/** HAP_free() - give memory of HAP_malloc() back; AEE_EBADPARM if it is not */
int HAP_free(void *ptr);

/** HAP_mem_get_stats() - how much there is, and how much is allocated */
int HAP_mem_get_stats(HAP_mem_stats_t *stats);

/**
 * adsp_mmap_fd_getinfo() - how large a buffer is; skels ask for dmahandles
 * @fd: its tag
 * @size: in bytes, of the whole buffer
 *
 * Return: 0, or AEE_ENOSUCHMAP when no buffer has that tag.
 */
int adsp_mmap_fd_getinfo(int fd, uint32_t *size);

#ifdef __cplusplus
}
#endif

#endif /* HAP_MEM_H */
