// SPDX-License-Identifier: BSD-3-Clause
// A C++ program that includes every header, each first once by its neighbours.
#include <AEEStdDef.h>
#include <AEEStdErr.h>
#include <HAP_farf.h>
#include <dspqueue.h>
#include <fastrpc_log.h>
#include <remote.h>
#include <rpcmem.h>

int main()
{
	remote_arg arg{};
	dspqueue_buffer buffer{};
	fastrpc_async_descriptor_t job{};

	arg.buf.nLen = sizeof(buffer);
	job.type = FASTRPC_ASYNC_POLL;
	return arg.buf.nLen == 24 && job.jobid == 0 && REMOTE_SCALARS_LENGTH(0x02020100) == 3 ?
		       AEE_SUCCESS :
		       AEE_EFAILED;
}
