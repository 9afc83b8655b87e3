// SPDX-License-Identifier: BSD-3-Clause
#include <stddef.h>

#include "contender_list.h"

const struct contender *const contenders[] = {
	&contender_kernel_qda_sleep,
	&contender_kernel_qda_poll,
	&contender_kernel_fastrpc_sleep,
	&contender_kernel_fastrpc_poll,
	&contender_kernel_bypass_sleep,
	&contender_kernel_bypass_poll,
	&contender_raw_sleep,
	&contender_raw_poll,
	&contender_bare_sleep,
	&contender_bare_spin,
	&contender_bare_poll,
	&contender_qda_sleep,
	&contender_qda_poll,
	&contender_fastrpc_library,
	&contender_fastrpc_sleep,
	&contender_fastrpc_poll,
	&contender_socket,
	&contender_socket_poll,
	&contender_local,
	&contender_qda_batch,
	&contender_qda_nowait,
	&contender_qda_stream,
	&contender_kernel_qda_batch,
	NULL,
};
