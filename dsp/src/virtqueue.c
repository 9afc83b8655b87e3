// SPDX-License-Identifier: BSD-3-Clause
#include "virtqueue.h"

#include <errno.h>
#include <unistd.h>

int virtqueue_set_rings(struct virtqueue *vq, const struct guest_memory *mem,
			uint64_t desc, uint64_t avail, uint64_t used)
{
	uint64_t n = vq->num;

	if (!n || (desc & 15) || (avail & 1) || (used & 3))
		return -EINVAL;
	vq->desc = guest_memory_at_user(mem, desc, 16 * n);
	vq->avail = guest_memory_at_user(mem, avail, 6 + 2 * n);
	vq->used = guest_memory_at_user(mem, used, 6 + 8 * n);
	if (vq->desc && vq->avail && vq->used)
		return 0;
	vq->desc = NULL;
	vq->avail = NULL;
	vq->used = NULL;
	return -EFAULT;
}

void virtqueue_take_over(struct virtqueue *vq)
{
	if (vq->used)
		vq->last_avail = __atomic_load_n(&vq->used->idx,
						 __ATOMIC_ACQUIRE);
}

int virtqueue_pop(struct virtqueue *vq, struct virtqueue_buffer *buffer)
{
	struct vring_desc desc;
	uint16_t waiting, id;

	if (!vq->enabled || !vq->avail)
		return 0;
	waiting = __atomic_load_n(&vq->avail->idx, __ATOMIC_ACQUIRE) -
		  vq->last_avail;
	if (!waiting)
		return 0;
	if (waiting > vq->num)
		return -EINVAL;
	id = *(volatile uint16_t *)&vq->avail->ring[vq->last_avail % vq->num];
	if (id >= vq->num)
		return -EINVAL;
	desc = *(volatile struct vring_desc *)&vq->desc[id];
	if (desc.flags & (VRING_DESC_F_NEXT | VRING_DESC_F_INDIRECT))
		return -EINVAL;
	vq->last_avail++;
	*buffer = (struct virtqueue_buffer){
		.id = id,
		.address = desc.addr,
		.length = desc.len,
		.device_writes = desc.flags & VRING_DESC_F_WRITE,
	};
	return 1;
}

void virtqueue_push(struct virtqueue *vq, uint16_t id, uint32_t written)
{
	uint16_t idx = vq->used->idx;

	vq->used->ring[idx % vq->num] = (struct vring_used_elem){
		.id = id,
		.len = written,
	};
	__atomic_store_n(&vq->used->idx, idx + 1, __ATOMIC_RELEASE);
}

void virtqueue_notify(struct virtqueue *vq)
{
	const uint64_t one = 1;
	ssize_t n;

	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	if (vq->call < 0 || (*(volatile uint16_t *)&vq->avail->flags &
			     VRING_AVAIL_F_NO_INTERRUPT))
		return;
	do {
		n = write(vq->call, &one, sizeof(one));
	} while (n < 0 && errno == EINTR);
	/* A full pipe means that an interrupt is pending. */
}

int virtqueue_raise(struct virtqueue *vq)
{
	struct virtqueue_buffer buffer;
	int ret = virtqueue_pop(vq, &buffer);

	if (ret < 0)
		return ret;
	if (!ret)
		return 0;
	virtqueue_push(vq, buffer.id, 0);
	virtqueue_notify(vq);
	return 0;
}
