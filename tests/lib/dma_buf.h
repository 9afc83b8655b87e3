/* SPDX-License-Identifier: BSD-3-Clause */
/* Buffers of other devices, and the way to other processes */
#ifndef QDA_TEST_DMA_BUF_H
#define QDA_TEST_DMA_BUF_H

#include <stdint.h>

/** heap_buffer - a dma-buf of the system heap, or the subtest is skipped */
int heap_buffer(uint64_t size);

/** udmabuf_buffer - a dma-buf of shared memory; the subtest is skipped without */
int udmabuf_buffer(uint64_t size);

/** map_dma_buf - the subtest fails when it cannot be mapped */
uint8_t *map_dma_buf(int dma_buf, uint64_t size);

/** import_or_fail - GEM handle of a dma-buf in a file */
uint32_t import_or_fail(int fd, int dma_buf);

/** send_fd, receive_fd - a file descriptor through a UNIX socket */
void send_fd(int socket, int fd);
int receive_fd(int socket);

#endif
