/* SPDX-License-Identifier: BSD-3-Clause */
/* The device side of a split virtqueue with single-descriptor buffers. */
#ifndef DSP_VIRTQUEUE_H
#define DSP_VIRTQUEUE_H

#include <stdbool.h>
#include <stdint.h>
#include <linux/virtio_ring.h>

#include "guest_memory.h"

struct virtqueue {
	unsigned int num;
	struct vring_desc *desc;
	struct vring_avail *avail;
	struct vring_used *used;
	uint16_t last_avail;
	int kick; /* eventfd or -1 */
	int call; /* pipe or eventfd, or -1 */
	bool enabled;
};

/* One buffer of the guest. */
struct virtqueue_buffer {
	uint16_t id;
	uint64_t address;
	uint32_t length;
	bool device_writes;
};

/**
 * virtqueue_set_rings() - look up the three rings
 * @desc: front-end addresses; the number of entries is @vq->num
 *
 * Return: 0, or -EFAULT when a ring is not within guest memory, -EINVAL when
 * it is misaligned.
 */
int virtqueue_set_rings(struct virtqueue *vq, const struct guest_memory *mem,
			uint64_t desc, uint64_t avail, uint64_t used);

/**
 * virtqueue_take_over() - continue where another process left the queue
 *
 * A buffer is returned as soon as it is taken, so the used index says how
 * many were taken.
 */
void virtqueue_take_over(struct virtqueue *vq);

/**
 * virtqueue_pop() - take the next buffer
 *
 * Return: 1, 0 when there is none, -EINVAL when the ring is broken.
 */
int virtqueue_pop(struct virtqueue *vq, struct virtqueue_buffer *buffer);

/** virtqueue_push() - return a buffer to the guest */
void virtqueue_push(struct virtqueue *vq, uint16_t id, uint32_t written);

/** virtqueue_notify() - interrupt the guest unless it asked not to be */
void virtqueue_notify(struct virtqueue *vq);

/**
 * virtqueue_raise() - use the queue as an interrupt line
 *
 * Returns one buffer and notifies. With none left the guest has an unhandled
 * interrupt already, so nothing is lost.
 *
 * Return: 0, or -EINVAL when the ring is broken.
 */
int virtqueue_raise(struct virtqueue *vq);

#endif /* DSP_VIRTQUEUE_H */
