// SPDX-License-Identifier: BSD-3-Clause
#include "rpc.h"

#include <errno.h>
#include <fcntl.h>
#include <misc/fastrpc.h>
#include <sys/ioctl.h>

#include "device.h"

#define NODE "/dev/fastrpc-cdsp"

/* Mainline makes the node first and the context banks some time later. */
static int fastrpc_open(void)
{
	int64_t end = deadline_in(2000);
	int fd;

	while ((fd = open(NODE, O_RDWR | O_CLOEXEC)) < 0 && errno == EBUSY &&
	       now_ns() < end)
		sleep_ms(5);
	return fd < 0 ? -errno : fd;
}

static int fastrpc_create(int fd)
{
	struct fastrpc_init_create create = {
		.filefd = -1,
		.attrs = FASTRPC_MODE_UNSIGNED_MODULE,
	};

	return request(fd, FASTRPC_IOCTL_INIT_CREATE, &create);
}

/* The ioctl returns what the DSP returned, or an errno: -1 tells. */
static int fastrpc_invoke(int fd, uint32_t handle, uint32_t scalars,
			  const struct rpc_buffer *buffers, int32_t *result)
{
	struct fastrpc_invoke_args args[RPC_BUFFERS_MAX];
	struct fastrpc_invoke invoke = {
		.handle = handle,
		.sc = scalars,
		.args = (uintptr_t)args,
	};
	unsigned int count = DRM_QDA_SCALARS_IN_BUFFERS(scalars) +
			     DRM_QDA_SCALARS_OUT_BUFFERS(scalars);
	unsigned int i;
	int ret;

	for (i = 0; i < count; i++)
		args[i] = (struct fastrpc_invoke_args){
			.ptr = (uintptr_t)buffers[i].data,
			.length = buffers[i].size,
			.fd = -1,
		};
	ret = ioctl(fd, FASTRPC_IOCTL_INVOKE, &invoke);
	if (ret == -1)
		return -errno;
	*result = ret;
	return 0;
}

const struct rpc_driver rpc_fastrpc = {
	.name = "fastrpc",
	.open = fastrpc_open,
	.create = fastrpc_create,
	.invoke = fastrpc_invoke,
};
