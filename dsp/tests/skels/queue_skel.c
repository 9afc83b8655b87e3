// SPDX-License-Identifier: BSD-3-Clause
/*
 * A skel that answers the packets of a queue: each comes back with its message,
 * and every byte of its buffers is one more.
 *
 * method 2: in0 uint64_t: number of the queue, uint32_t: 1 asks for an early
 * wake-up before each answer; method 3: let go of it. One queue at a time.
 */
#include <stdint.h>
#include <string.h>

#include "AEEStdErr.h"
#include "dspqueue.h"
#include "remote.h"

#define EXPORT __attribute__((visibility("default")))

EXPORT int queue_skel_handle_invoke(remote_handle64 handle, uint32_t sc,
				    remote_arg *args);

#define BUFFERS_MAX 64
#define MESSAGE_MAX 65536

static dspqueue_t queue;
static uint32_t wakes;

static void work_on(struct dspqueue_buffer *buffer)
{
	uint8_t *bytes = buffer->ptr;

	for (uint32_t i = 0; i < buffer->size; i++)
		bytes[i]++;
}

static void on_packets(dspqueue_t q, AEEResult error, void *context)
{
	static uint8_t message[MESSAGE_MAX];
	struct dspqueue_buffer buffers[BUFFERS_MAX];
	uint32_t flags, count, length;

	(void)error;
	(void)context;
	while (!dspqueue_read_noblock(q, &flags, BUFFERS_MAX, &count, buffers,
				      sizeof(message), &length, message)) {
		if (flags & DSPQUEUE_PACKET_FLAG_WAKEUP)
			continue;
		for (uint32_t i = 0; i < count; i++)
			work_on(&buffers[i]);
		if (wakes)
			dspqueue_write_early_wakeup_noblock(q, 10, 0);
		dspqueue_write(q, 0, count, buffers, length, message,
			       DSPQUEUE_TIMEOUT_NONE);
	}
}

static int start(const remote_arg *args)
{
	struct {
		uint64_t id;
		uint32_t wakes;
		uint32_t pad;
	} in;

	if (args[0].buf.nLen != sizeof(in))
		return AEE_EBADPARM;
	memcpy(&in, args[0].buf.pv, sizeof(in));
	wakes = in.wakes;
	return dspqueue_import(in.id, on_packets, NULL, NULL, &queue);
}

int queue_skel_handle_invoke(remote_handle64 handle, uint32_t sc,
			     remote_arg *args)
{
	(void)handle;
	switch (sc) {
	case REMOTE_SCALARS_MAKEX(0, 0, 2, 0, 0, 1):
		args[2].h64 = 1;
		return 0;
	case REMOTE_SCALARS_MAKEX(0, 1, 0, 0, 1, 0):
		return 0;
	case REMOTE_SCALARS_MAKE(2, 1, 0):
		return start(args);
	case REMOTE_SCALARS_MAKE(3, 0, 0):
		return dspqueue_close(queue);
	default:
		return AEE_EUNSUPPORTED;
	}
}
