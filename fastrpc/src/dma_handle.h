/* SPDX-License-Identifier: BSD-3-Clause */
/* Descriptors that are passed to the DSP as DMA handles. */
#ifndef FASTRPC_DMA_HANDLE_H
#define FASTRPC_DMA_HANDLE_H

#include <stdint.h>

#include "fastrpc.h"

struct memory;

/* Notes the length of the descriptor's buffer; 0 takes it back. */
int dma_handle_set(int fd, uint32_t length);

/*
 * What the descriptor refers to now, with a reference, and the length that was
 * noted for it, else its size.
 */
int dma_handle_get(int fd, struct memory **memory, uint64_t *length);

/* The library is about to close the descriptor. */
void dma_handle_drop(int fd);

void dma_handle_fork(enum fork_step step);

#endif
