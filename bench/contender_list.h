/* SPDX-License-Identifier: BSD-3-Clause */
/* All contenders by name, for contenders.c alone. */
#ifndef BENCH_CONTENDER_LIST_H
#define BENCH_CONTENDER_LIST_H

#include "contender.h"

extern const struct contender contender_local;
extern const struct contender contender_socket;
extern const struct contender contender_socket_poll;
extern const struct contender contender_qda_sleep;
extern const struct contender contender_qda_poll;
extern const struct contender contender_qda_nowait;
extern const struct contender contender_qda_stream;
extern const struct contender contender_qda_batch;
extern const struct contender contender_kernel_qda_batch;
extern const struct contender contender_fastrpc_library;
extern const struct contender contender_fastrpc_sleep;
extern const struct contender contender_fastrpc_poll;
extern const struct contender contender_kernel_qda_sleep;
extern const struct contender contender_kernel_qda_poll;
extern const struct contender contender_kernel_fastrpc_sleep;
extern const struct contender contender_kernel_fastrpc_poll;
extern const struct contender contender_kernel_bypass_sleep;
extern const struct contender contender_kernel_bypass_poll;
extern const struct contender contender_raw_sleep;
extern const struct contender contender_raw_poll;
extern const struct contender contender_bare_sleep;
extern const struct contender contender_bare_spin;
extern const struct contender contender_bare_poll;

#endif
