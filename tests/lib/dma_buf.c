// SPDX-License-Identifier: BSD-3-Clause
#include "dma_buf.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/dma-heap.h>
#include <linux/udmabuf.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "device.h"

uint32_t import_or_fail(int fd, int dma_buf)
{
	int64_t handle = handle_import(fd, dma_buf);

	if (handle < 0)
		check_ok(handle);
	check(handle != 0);
	return handle;
}

int heap_buffer(uint64_t size)
{
	struct dma_heap_allocation_data data = {
		.len = size,
		.fd_flags = O_RDWR | O_CLOEXEC,
	};
	int heap = open("/dev/dma_heap/system", O_RDONLY | O_CLOEXEC);

	if (heap < 0)
		subtest_skip("no system heap: %s", strerror(errno));
	check_ok(request(heap, DMA_HEAP_IOCTL_ALLOC, &data));
	close(heap);
	return data.fd;
}

/* A dma-buf of ordinary shared memory, page by page. */
int udmabuf_buffer(uint64_t size)
{
	struct udmabuf_create create = { .size = size };
	int device = open("/dev/udmabuf", O_RDWR | O_CLOEXEC);
	int memory, dma_buf;

	if (device < 0)
		subtest_skip("no udmabuf: %s", strerror(errno));
	memory = memfd_create("import", MFD_ALLOW_SEALING | MFD_CLOEXEC);
	check(memory >= 0);
	check(ftruncate(memory, (off_t)size) == 0);
	check(fcntl(memory, F_ADD_SEALS, F_SEAL_SHRINK) == 0);
	create.memfd = memory;
	create.flags = UDMABUF_FLAGS_CLOEXEC;
	dma_buf = ioctl(device, UDMABUF_CREATE, &create);
	if (dma_buf < 0)
		check_ok(-errno);
	close(memory);
	close(device);
	return dma_buf;
}

uint8_t *map_dma_buf(int dma_buf, uint64_t size)
{
	uint8_t *map = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED,
			    dma_buf, 0);

	if (map == MAP_FAILED)
		check_ok(-errno);
	return map;
}

void send_fd(int socket, int fd)
{
	char byte = 0, control[CMSG_SPACE(sizeof(int))] = { 0 };
	struct iovec iov = { &byte, 1 };
	struct msghdr message = {
		.msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = control,
		.msg_controllen = sizeof(control),
	};
	struct cmsghdr *header = CMSG_FIRSTHDR(&message);

	header->cmsg_level = SOL_SOCKET;
	header->cmsg_type = SCM_RIGHTS;
	header->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(header), &fd, sizeof(fd));
	check(sendmsg(socket, &message, 0) == 1);
}

int receive_fd(int socket)
{
	char byte, control[CMSG_SPACE(sizeof(int))];
	struct iovec iov = { &byte, 1 };
	struct msghdr message = {
		.msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = control,
		.msg_controllen = sizeof(control),
	};
	int fd;

	check(recvmsg(socket, &message, MSG_CMSG_CLOEXEC) == 1);
	check(CMSG_FIRSTHDR(&message) != NULL);
	memcpy(&fd, CMSG_DATA(CMSG_FIRSTHDR(&message)), sizeof(fd));
	return fd;
}
