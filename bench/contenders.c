// SPDX-License-Identifier: BSD-3-Clause
#include <stddef.h>

#include "contender_list.h"

const struct contender *const contenders[] = {
	&contender_qda_sleep,
	&contender_qda_poll,
	&contender_fastrpc_library,
	&contender_socket,
	&contender_local,
	&contender_qda_nowait,
	NULL,
};
