/* SPDX-License-Identifier: BSD-3-Clause */
/* The DSP's interface for packet queues. Results are those of calls. */
#ifndef FASTRPC_QUEUE_RPC_H
#define FASTRPC_QUEUE_RPC_H

#include "remote.h"

int queue_rpc_open(unsigned int slot, remote_handle64 *rpc);
int queue_rpc_init(remote_handle64 rpc, int signals_fd);
int queue_rpc_create(remote_handle64 rpc, uint32_t number, int fd,
		     uint32_t count, uint64_t *id);
int queue_rpc_destroy(remote_handle64 rpc, uint64_t id);
int queue_rpc_is_imported(remote_handle64 rpc, uint64_t id, int32_t *imported);

/* Waits until the DSP has news; -1 when the wait was cancelled. */
int queue_rpc_wait(remote_handle64 rpc, int32_t *signal);
int queue_rpc_cancel(remote_handle64 rpc);
int queue_rpc_signal(remote_handle64 rpc);

#endif
