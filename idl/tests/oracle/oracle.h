/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A naive reference of the wire, written from its documented rules. It is the
 * same for 64 and 32 bit: nothing on the wire depends on the size of pointers.
 */
#ifndef ORACLE_H
#define ORACLE_H

#include "describe.h"

#define MESSAGE_BUFFERS 255
#define MESSAGE_HANDLES 15

struct bytes {
	uint8_t *data;
	size_t size;
	size_t used; /* beyond it is what rounding up added */
};

struct dma {
	int32_t fd;
	uint32_t offset;
	uint32_t length; /* registered with the fd, not on the wire */
};

struct message {
	uint32_t scalars;
	unsigned int in_count, out_count, in_handle_count, out_handle_count;
	/* The counts go on where the room ends. */
	struct bytes in[MESSAGE_BUFFERS];
	struct bytes out[MESSAGE_BUFFERS];
	struct dma in_handles[MESSAGE_HANDLES];
	struct dma out_handles[MESSAGE_HANDLES];
};

/**
 * oracle_marshal - a call, and what it answers
 * @in: what the caller gives, for each parameter
 * @out: what the function answers, for each parameter
 * @message: the in-buffers as the stub sends them, the out-buffers as the skel
 *	leaves them
 *
 * Returns false where the call has more buffers than the wire can carry.
 */
bool oracle_marshal(struct pool *pool, const struct method *method,
		    const struct value *in, const struct value *out,
		    struct message *message);

/* oracle_size - bytes of a type inside an in-buffer, rounded up */
size_t oracle_size(const struct type *type);

#endif
