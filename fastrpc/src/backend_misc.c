// SPDX-License-Identifier: BSD-3-Clause
/* By mainline's fastrpc driver and its nodes. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include <misc/fastrpc.h>
#include <qda.h>

#include "backend.h"
#include "fastrpc.h"

/* Newer than some kernels' headers. */
#ifndef FASTRPC_IOCTL_INIT_CREATE_STATIC
#define FASTRPC_IOCTL_INIT_CREATE_STATIC \
	_IOWR('R', 9, struct fastrpc_init_create_static)
struct fastrpc_init_create_static {
	__u32 namelen;
	__u32 memlen;
	__u64 name;
};
#endif
#ifndef FASTRPC_IOCTL_SET_OPTION
#define FASTRPC_IOCTL_SET_OPTION _IOWR('R', 12, struct fastrpc_ioctl_set_option)
struct fastrpc_ioctl_set_option {
	__u32 request_id;
	__u32 value;
	__s32 reserved[6];
};
#endif

#define OPTION_POLL_MODE 1

#define ADD_PAGES 0x1000

/* Memory of the heap of a static process. */
#define STATIC_HEAP (3 * 1024 * 1024)

/* The driver makes its node first and its context banks a moment later. */
#define OPEN_TRIES   20
#define OPEN_WAIT_NS 5000000

/* The driver has 255 ids for calls, and frees one after the call has ended. */
#define IDS_TRIES   1000
#define IDS_WAIT_NS 1000000

struct inner {
	int fd;
	int domain;
	bool secure; /* the node that may have signed processes */
};

/* What the ioctl returned beyond errno is the DSP's answer. */
static int request(int fd, unsigned long number, void *arg, int32_t *result)
{
	int ret = ioctl(fd, number, arg);

	if (ret == -1)
		return -errno;
	if (!ret)
		return 0;
	*result = ret;
	return -EREMOTEIO;
}

static int open_node(int domain, const char *suffix)
{
	struct timespec wait = { 0, OPEN_WAIT_NS };
	char path[64];
	int fd;

	snprintf(path, sizeof(path), "/dev/fastrpc-%s%s",
		 qda_domain_name(domain), suffix);
	for (int i = 0; i < OPEN_TRIES; i++) {
		fd = open(path, O_RDWR | O_CLOEXEC);
		if (fd >= 0 || errno != EBUSY)
			break;
		nanosleep(&wait, NULL);
	}
	if (fd >= 0)
		return fd;
	return errno == ENOENT ? -ENXIO : -errno;
}

static int misc_open(int domain, void **session)
{
	struct inner *inner = calloc(1, sizeof(*inner));
	int ret = 0;

	if (!inner)
		return -ENOMEM;
	inner->domain = domain;
	inner->fd = open_node(domain, "");
	if (inner->fd == -ENXIO) {
		inner->fd = open_node(domain, "-secure");
		inner->secure = true;
	}
	if (inner->fd < 0) {
		ret = inner->fd;
		free(inner);
		return ret;
	}
	*session = inner;
	return 0;
}

static void misc_close(void *session)
{
	struct inner *inner = session;

	close(inner->fd);
	free(inner);
}

/*
 * A signed process is to be had by the other node only, where there are two. It
 * takes the place of the first, whose number others may be using.
 */
static void use_secure_node(struct inner *inner)
{
	int fd;

	if (inner->secure)
		return;
	fd = open_node(inner->domain, "-secure");
	if (fd < 0)
		return;
	inner->secure = dup3(fd, inner->fd, O_CLOEXEC) >= 0;
	close(fd);
}

static int create_static(struct inner *inner, const char *name, int32_t *result)
{
	struct fastrpc_init_create_static create = {
		.namelen = (__u32)strlen(name) + 1,
		.memlen = STATIC_HEAP,
		.name = (uintptr_t)name,
	};

	return request(inner->fd, FASTRPC_IOCTL_INIT_CREATE_STATIC, &create,
		       result);
}

static int misc_alloc(void *session, size_t size, int *fd, void **buffer)
{
	struct fastrpc_alloc_dma_buf alloc = { .size = size };
	struct inner *inner = session;
	int32_t result;
	int ret;

	ret = request(inner->fd, FASTRPC_IOCTL_ALLOC_DMA_BUFF, &alloc, &result);
	if (ret)
		return ret;
	*fd = alloc.fd;
	*buffer = inner;
	return 0;
}

/* The driver wants the shell in a dma-buf, mapped. */
static int put_shell(struct inner *inner, const struct process_options *options,
		     struct fastrpc_init_create *create)
{
	size_t length = options->shell_length;
	void *map, *buffer;
	int ret, fd;

	create->filefd = -1;
	if (!length)
		return 0;
	ret = misc_alloc(inner, length, &fd, &buffer);
	if (ret)
		return ret;
	map = mmap(NULL, length, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (map == MAP_FAILED) {
		ret = -errno;
		close(fd);
		return ret;
	}
	memcpy(map, options->shell, length);
	create->filefd = fd;
	create->file = (uintptr_t)map;
	create->filelen = (__u32)length;
	return 0;
}

static int create_dynamic(struct inner *inner,
			  const struct process_options *options,
			  int32_t *result)
{
	struct fastrpc_init_create create = { 0 };
	int ret = put_shell(inner, options, &create);

	if (ret)
		return ret;
	if (options->is_unsigned)
		create.attrs |= FASTRPC_MODE_UNSIGNED_MODULE;
	if (options->adaptive_qos)
		create.attrs |= FASTRPC_MODE_ADAPTIVE_QOS;
	ret = request(inner->fd, FASTRPC_IOCTL_INIT_CREATE, &create, result);
	if (create.filelen) {
		munmap((void *)(uintptr_t)create.file, create.filelen);
		close(create.filefd);
	}
	return ret;
}

static int misc_poll(void *session, bool on)
{
	struct inner *inner = session;
	struct fastrpc_ioctl_set_option option = {
		.request_id = OPTION_POLL_MODE,
		.value = on,
	};
	int32_t result;
	int ret;

	ret = request(inner->fd, FASTRPC_IOCTL_SET_OPTION, &option, &result);
	return ret == -ENOTTY ? -EOPNOTSUPP : ret;
}

static int start(struct inner *inner, const struct process_options *options,
		 int32_t *result)
{
	switch (options->kind) {
	case PROCESS_STATIC:
		return create_static(inner, options->name, result);
	case PROCESS_ROOT:
		return request(inner->fd, FASTRPC_IOCTL_INIT_ATTACH, NULL,
			       result);
	case PROCESS_SENSORS:
		return request(inner->fd, FASTRPC_IOCTL_INIT_ATTACH_SNS, NULL,
			       result);
	default:
		return create_dynamic(inner, options, result);
	}
}

static int misc_start(void *session, const struct process_options *options,
		      int32_t *result)
{
	struct inner *inner = session;
	int ret;

	if (options->dump)
		return -EOPNOTSUPP;
	if (options->kind != PROCESS_DYNAMIC || !options->is_unsigned)
		use_secure_node(inner);
	ret = start(inner, options, result);
	/* The other node does not know of it; what cannot be is not asked for. */
	if (!ret && options->poll)
		misc_poll(inner, true);
	return ret;
}

/* The driver imports by itself what a call refers to. */
static int misc_import(void *session, int fd, void **buffer)
{
	(void)fd;
	*buffer = session;
	return 0;
}

static void misc_release(void *session, void *buffer)
{
	(void)session;
	(void)buffer;
}

static int misc_map(void *session, struct map_request *want, void **map,
		    int32_t *result)
{
	struct inner *inner = session;
	struct fastrpc_mem_map arg = {
		.fd = want->tag,
		.flags = want->kind,
		.vaddrin = want->address,
		.length = want->length,
	};
	int ret;

	ret = request(inner->fd, FASTRPC_IOCTL_MEM_MAP, &arg, result);
	if (ret)
		return ret;
	want->address = arg.vaddrout;
	*map = NULL;
	return 0;
}

static int misc_unmap(void *session, const struct map_request *was, void *map,
		      int32_t *result)
{
	struct inner *inner = session;
	struct fastrpc_mem_unmap arg = {
		.fd = was->tag,
		.vaddr = was->address,
		.length = was->length,
	};

	(void)map;
	return request(inner->fd, FASTRPC_IOCTL_MEM_UNMAP, &arg, result);
}

static int misc_grow(void *session, uint64_t size, uint64_t *address,
		     void **map, int32_t *result)
{
	struct inner *inner = session;
	struct fastrpc_req_mmap arg = {
		.fd = -1,
		.flags = ADD_PAGES,
		.size = size,
	};
	int ret = request(inner->fd, FASTRPC_IOCTL_MMAP, &arg, result);

	if (ret)
		return ret;
	*address = arg.vaddrout;
	*map = NULL;
	return 0;
}

static int misc_shrink(void *session, uint64_t address, uint64_t size,
		       void *map, int32_t *result)
{
	struct inner *inner = session;
	struct fastrpc_req_munmap arg = { .vaddrout = address, .size = size };

	(void)map;
	return request(inner->fd, FASTRPC_IOCTL_MUNMAP, &arg, result);
}

static int misc_call(void *session, uint32_t handle, uint32_t scalars,
		     const struct argument *args, unsigned int count,
		     int32_t *result)
{
	struct fastrpc_invoke_args raw[count + 1];
	struct inner *inner = session;
	struct fastrpc_invoke invoke = {
		.handle = handle,
		.sc = scalars,
		.args = (uintptr_t)raw,
	};
	const struct timespec wait = { 0, IDS_WAIT_NS };
	int ret;

	for (unsigned int i = 0; i < count; i++) {
		const struct argument *arg = &args[i];

		if (arg->length > UINT32_MAX)
			return -EOVERFLOW;
		raw[i] = (struct fastrpc_invoke_args){
			.ptr = (uintptr_t)arg->pointer,
			.length = arg->length,
			.fd = arg->tag ? arg->tag : arg->fd,
		};
	}
	*result = 0;
	ret = request(inner->fd, FASTRPC_IOCTL_INVOKE, &invoke, result);
	/* Nothing was sent; ids of calls that ended are freed by a work later. */
	for (int i = 0; ret == -ENOSPC && i < IDS_TRIES; i++) {
		nanosleep(&wait, NULL);
		ret = request(inner->fd, FASTRPC_IOCTL_INVOKE, &invoke, result);
	}
	return ret == -EREMOTEIO ? 0 : ret;
}

static int misc_attribute(void *session, uint32_t id, uint32_t *value)
{
	struct inner *inner = session;
	/* Older kernels want their number of the domain: gdsp is 4. */
	struct fastrpc_ioctl_capability arg = {
		.domain = inner->domain < 4  ? (__u32)inner->domain :
			  inner->domain == 4 ? 3 :
					       4,
		.attribute_id = id,
	};
	int32_t result;
	int ret;

	ret = request(inner->fd, FASTRPC_IOCTL_GET_DSP_INFO, &arg, &result);
	if (!ret)
		*value = arg.capability;
	return ret;
}

/* The driver drops what the DSP says of its processes. */
static int misc_wait_status(void *session, enum process_status *status)
{
	(void)session;
	(void)status;
	return -EOPNOTSUPP;
}

static void misc_stop_waiting(void *session)
{
	(void)session;
}

/* A node that is there again is all there is to see. */
static int misc_wait_up(void *session, int stop_fd, int timeout_ms)
{
	struct pollfd wait = { .fd = stop_fd, .events = POLLIN };

	(void)session;
	return poll(&wait, 1, timeout_ms) > 0 ? -ECANCELED : -ETIME;
}

const struct backend backend_misc = {
	.name = "fastrpc",
	.prefers_heap = true,
	.open = misc_open,
	.close = misc_close,
	.start = misc_start,
	.alloc = misc_alloc,
	.import = misc_import,
	.release = misc_release,
	.map = misc_map,
	.unmap = misc_unmap,
	.grow = misc_grow,
	.shrink = misc_shrink,
	.invoke = misc_call,
	.attribute = misc_attribute,
	.poll = misc_poll,
	.wait_status = misc_wait_status,
	.stop_waiting = misc_stop_waiting,
	.wait_up = misc_wait_up,
};
