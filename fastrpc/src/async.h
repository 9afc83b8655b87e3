/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef FASTRPC_ASYNC_H
#define FASTRPC_ASYNC_H

#include "fastrpc.h"

void async_fork(enum fork_step step);

#endif
