/* SPDX-License-Identifier: BSD-3-Clause */
/* A program that holds on to what a device has given it, when that goes. */
#ifndef QDA_TEST_HOLDER_H
#define QDA_TEST_HOLDER_H

#include <pthread.h>

#include "dsp_probe.h"

/** What is held; a mapping or a dma-buf alone means that the file is closed */
enum hold {
	HOLD_FILE = 1 << 0,    /* the session with its module and buffers */
	HOLD_MMAP = 1 << 1,    /* a BO's memory */
	HOLD_DMA_BUF = 1 << 2, /* a BO as a dma-buf, and its memory */
	HOLD_CALLS = 1 << 3,   /* calls on the DSP, and threads that wait */
	HOLD_ALL = (1 << 4) - 1,
};

#define HOLDER_WAITERS 4

struct holder {
	enum hold hold;
	struct probe probe;
	struct bo bo;
	int dma_buf;
	uint8_t *map; /* of the dma-buf */
	pthread_t waiters[HOLDER_WAITERS];
};

/** holder_open - take hold; the calls that it makes do not end by themselves */
void holder_open(struct holder *holder, enum hold hold);

/**
 * holder_lost - the device that it was had from is gone: the calls ended in
 * time with EPIPE or ENODEV, the file gives ENODEV whatever it is asked for,
 * and memory is as it was
 */
void holder_lost(struct holder *holder);

/** holder_close - let go */
void holder_close(struct holder *holder);

/**
 * device_works - a session on the device that is there now, from beginning to
 * end; with HOLD_DMA_BUF of @holder, which may be NULL, its DSP reads that
 */
void device_works(struct holder *holder);

#endif
