// SPDX-License-Identifier: BSD-3-Clause
#include "rpc.h"

#include <errno.h>
#include <fcntl.h>
#include <misc/fastrpc.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "device.h"

#define ADD_PAGES 0x1000

/* The header of Linux 6.1 does not have it yet. */
struct static_process {
	uint32_t name_size;
	uint32_t memory_size;
	uint64_t name;
};

#define INIT_CREATE_STATIC _IOWR('R', 9, struct static_process)

static int open_node(void)
{
	static const char *const nodes[] = {
		"/dev/fastrpc-cdsp",
		"/dev/fastrpc-adsp",
		"/dev/fastrpc-sdsp",
	};
	int fd = -1;
	size_t i;

	for (i = 0;
	     i < ARRAY_SIZE(nodes) && (fd < 0 && (i == 0 || errno == ENOENT));
	     i++)
		fd = open(nodes[i], O_RDWR | O_CLOEXEC);
	return fd;
}

/* Mainline makes the node first and the context banks some time later. */
static int fastrpc_open(void)
{
	int64_t end = deadline_in(2000);
	int fd;

	while ((fd = open_node()) < 0 && errno == EBUSY && now_ns() < end)
		sleep_ms(5);
	return fd < 0 ? -errno : fd;
}

static int fastrpc_create_static(int fd, char *name)
{
	struct static_process create = {
		.name_size = strlen(name) + 1,
		.name = (uintptr_t)name,
	};

	return request(fd, INIT_CREATE_STATIC, &create);
}

static int fastrpc_create(int fd, enum rpc_kind kind)
{
	struct fastrpc_init_create create = { .filefd = -1 };
	char audio[] = "audiopd";

	switch (kind) {
	case RPC_ROOT:
		return request(fd, FASTRPC_IOCTL_INIT_ATTACH, NULL);
	case RPC_SENSORS:
		return request(fd, FASTRPC_IOCTL_INIT_ATTACH_SNS, NULL);
	case RPC_AUDIO:
		return fastrpc_create_static(fd, audio);
	case RPC_UNSIGNED:
		create.attrs = FASTRPC_MODE_UNSIGNED_MODULE;
		break;
	case RPC_SIGNED:
		break;
	}
	return request(fd, FASTRPC_IOCTL_INIT_CREATE, &create);
}

static uint32_t fastrpc_attribute(int fd, uint32_t number)
{
	struct fastrpc_ioctl_capability capability = {
		.attribute_id = number,
	};

	check_ok(request(fd, FASTRPC_IOCTL_GET_DSP_INFO, &capability));
	return capability.capability;
}

static int fastrpc_grow_heap(int fd, struct rpc_map *map)
{
	struct fastrpc_req_mmap mmap = {
		.fd = -1,
		.flags = ADD_PAGES,
		.size = map->size,
	};
	int ret = request(fd, FASTRPC_IOCTL_MMAP, &mmap);

	map->address = mmap.vaddrout;
	return ret;
}

/* A buffer of the driver's own, whose fd is the tag. */
static int fastrpc_map(int fd, struct rpc_map *map)
{
	static const uint32_t flags[] = {
		[RPC_TAG] = FASTRPC_MAP_FD,
		[RPC_TAG_DELAYED] = FASTRPC_MAP_FD_DELAYED,
		[RPC_STATIC] = FASTRPC_MAP_STATIC,
	};
	struct fastrpc_alloc_dma_buf buffer = { .size = map->size };
	struct fastrpc_mem_map mem_map = {
		.fd = map->tag,
		.length = map->size,
	};
	int ret;

	if (map->kind == RPC_HEAP)
		return fastrpc_grow_heap(fd, map);
	mem_map.flags = flags[map->kind];
	check_ok(request(fd, FASTRPC_IOCTL_ALLOC_DMA_BUFF, &buffer));
	check(dup3(buffer.fd, map->tag, O_CLOEXEC) == map->tag);
	close(buffer.fd);
	ret = request(fd, FASTRPC_IOCTL_MEM_MAP, &mem_map);
	map->address = mem_map.vaddrout;
	return ret;
}

/*
 * Mainline lets go of a buffer in a work item, which uses the session that the
 * buffer came from, even after that was freed: leave it the time.
 */
static int fastrpc_unmap(int fd, const struct rpc_map *map)
{
	struct fastrpc_req_munmap munmap = {
		.vaddrout = map->address,
		.size = map->size,
	};
	struct fastrpc_mem_unmap mem_unmap = {
		.fd = map->tag,
		.vaddr = map->address,
		.length = map->size,
	};
	int ret;

	if (map->kind == RPC_HEAP)
		return request(fd, FASTRPC_IOCTL_MUNMAP, &munmap);
	ret = request(fd, FASTRPC_IOCTL_MEM_UNMAP, &mem_unmap);
	close(map->tag);
	sleep_ms(500);
	return ret;
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
	.attribute = fastrpc_attribute,
	.map = fastrpc_map,
	.unmap = fastrpc_unmap,
	.invoke = fastrpc_invoke,
};
