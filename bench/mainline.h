/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A session of mainline's fastrpc driver with bench.idl's module in it, at its
 * best: payload in dma-bufs that are mapped beforehand, records copied by the
 * driver, which is cheaper than to look up where they are.
 */
#ifndef BENCH_MAINLINE_H
#define BENCH_MAINLINE_H

#include <misc/fastrpc.h>
#include <stdbool.h>

#include "request.h"

/* More than so many are no use: the driver looks for each in a list. */
#define MAINLINE_BUFFERS_MAX 10000

struct mainline_buffer {
	int fd;
	void *map;
	uint64_t size;
	uint64_t dsp_address;
};

/* What differs between sessions. */
struct mainline_options {
	bool poll;   /* calls look for their end before they sleep */
	bool bypass; /* by the channel whose addresses no SMMU translates */
};

struct mainline {
	int fd;
	uint32_t module;
	struct mainline_buffer *buffers;
	unsigned int count;
};

/**
 * mainline_open - start a process and load the module
 * @size: of each buffer; 0 for none
 * @buffers: how many
 *
 * 0 or a negative errno; mainline_close() in either case. -ENODEV where there is
 * no such device.
 */
int mainline_open(struct mainline *m, const struct mainline_options *options,
		  uint64_t size, unsigned int buffers);
void mainline_close(struct mainline *m);

/**
 * mainline_prepare - the ioctl's struct of a request
 * @args: of REQUEST_ARGS_MAX elements, kept by the caller
 * @buffer: which one the payload is in
 */
struct fastrpc_invoke mainline_prepare(const struct mainline *m,
				       const struct request *request,
				       struct fastrpc_invoke_args *args,
				       unsigned int buffer);

/** mainline_invoke - 0 or a negative errno; -EBADMSG when the function refused */
int mainline_invoke(const struct mainline *m, struct request *request,
		    unsigned int buffer);

#endif
