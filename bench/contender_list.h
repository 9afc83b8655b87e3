/* SPDX-License-Identifier: BSD-3-Clause */
/* All contenders by name, for contenders.c alone. */
#ifndef BENCH_CONTENDER_LIST_H
#define BENCH_CONTENDER_LIST_H

#include "contender.h"

extern const struct contender contender_local;
extern const struct contender contender_socket;
extern const struct contender contender_qda_sleep;
extern const struct contender contender_qda_poll;
extern const struct contender contender_qda_nowait;
extern const struct contender contender_fastrpc_library;

#endif
