// SPDX-License-Identifier: BSD-3-Clause
/* The one thing in which the three libraries differ. */
#include "fastrpc.h"

const int fastrpc_default_domain = FASTRPC_DEFAULT_DOMAIN;
