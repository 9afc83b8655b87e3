/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The back end of the vhost-user protocol: as much of it as User-Mode Linux's
 * virtio_uml speaks. One guest, QDA_SIM_QUEUES queues.
 */
#ifndef DSP_VHOST_USER_H
#define DSP_VHOST_USER_H

#include "guest_memory.h"
#include "qda_sim_abi.h"
#include "virtqueue.h"

struct vhost_user {
	int socket;
	int request_fd; /* kept open: the guest notices our death by it */
	uint64_t features;
	uint64_t protocol_features;
	struct guest_memory memory;
	struct virtqueue queue[QDA_SIM_QUEUES];
	/* called before memory or a queue that was in use goes away */
	void (*quiesce)(void *data);
	void *data;
};

/** vhost_user_init() - a connection just accepted; @socket belongs to @vu */
void vhost_user_init(struct vhost_user *vu, int socket);

/** vhost_user_close() - end the connection and forget the guest's memory */
void vhost_user_close(struct vhost_user *vu);

/**
 * vhost_user_serve() - handle one request
 *
 * Return: 0, -ENOTCONN when the guest left, or another negative errno when it
 * broke the protocol and the connection has to end.
 */
int vhost_user_serve(struct vhost_user *vu);

/** vhost_user_ready() - are all queues enabled? */
bool vhost_user_ready(const struct vhost_user *vu);

#endif /* DSP_VHOST_USER_H */
