/* SPDX-License-Identifier: BSD-3-Clause */
/* Buffers that the host mapped into this process under a tag ("fd"). */
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
