/* SPDX-License-Identifier: BSD-3-Clause */
/* What FastRPC's library offers to stubs; transport.c has it. */
#ifndef FAKE_REMOTE_H
#define FAKE_REMOTE_H

#include <remote.h>

int remote_handle_open(const char *uri, remote_handle *handle);
int remote_handle_close(remote_handle handle);
int remote_handle_invoke(remote_handle handle, uint32_t scalars,
			 remote_arg *args);
int remote_handle64_open(const char *uri, remote_handle64 *handle);
int remote_handle64_close(remote_handle64 handle);
int remote_handle64_invoke(remote_handle64 handle, uint32_t scalars,
			   remote_arg *args);
int remote_register_dma_handle(int fd, uint32_t length);

#endif
