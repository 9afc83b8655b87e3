/* SPDX-License-Identifier: BSD-3-Clause */
/* Packet queues of the process; skels use them by dspqueue.h. */
#ifndef DSP_PD_QUEUE_H
#define DSP_PD_QUEUE_H

#include "remote.h"

/** dspqueue_rpc_skel_handle_invoke() - a module that is part of the DSP */
int dspqueue_rpc_skel_handle_invoke(remote_handle64 handle, uint32_t sc,
				    remote_arg *args);

#endif /* DSP_PD_QUEUE_H */
