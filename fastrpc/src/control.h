/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef FASTRPC_CONTROL_H
#define FASTRPC_CONTROL_H

#include "fastrpc.h"

void control_fork(enum fork_step step);

#endif
