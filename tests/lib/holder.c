// SPDX-License-Identifier: BSD-3-Clause
#include "holder.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "platform.h"

#define SIZE	 65536
#define SLEEP_MS 60000
#define BOUND_NS 5000000000LL

static void *invoke_thread(void *argument)
{
	struct holder *holder = argument;
	struct call call;
	int ret;

	probe_sleep_call(&holder->probe, &call, 1, SLEEP_MS);
	call.invoke.deadline_ns = DRM_QDA_DEADLINE_NONE;
	ret = call_send(holder->probe.fd, &call);
	check(ret == -EPIPE || ret == -ENODEV);
	return NULL;
}

static void wait_in_thread(struct holder *holder, unsigned int slot,
			   uint32_t flags)
{
	struct drm_qda_remote_call ends[2] = { 0 };
	struct drm_qda_remote_wait wait = {
		.calls_ptr = (uintptr_t)ends,
		.calls_count = 2,
		.calls_stride = sizeof(ends[0]),
		.flags = flags,
		.deadline_ns = DRM_QDA_DEADLINE_NONE,
	};
	struct call call;
	unsigned int i;
	int ret;

	for (i = 0; i < 2; i++) {
		probe_sleep_call(&holder->probe, &call, slot + i, SLEEP_MS);
		call.invoke.flags = DRM_QDA_INVOKE_NOWAIT;
		call.invoke.deadline_ns = 0;
		ret = call_send(holder->probe.fd, &call);
		check(ret == 0 || ret == -ENODEV);
		ends[i].call = call.invoke.call;
	}
	ret = request(holder->probe.fd, DRM_IOCTL_QDA_REMOTE_WAIT, &wait);
	check(ret == 0 || ret == -ENODEV);
	for (i = 0; i < 2 && !ret; i++)
		check(ends[i].done ? ends[i].error == EPIPE : flags);
}

static void *wait_all_thread(void *argument)
{
	wait_in_thread(argument, 2, 0);
	return NULL;
}

static void *wait_any_thread(void *argument)
{
	wait_in_thread(argument, 4, DRM_QDA_WAIT_ANY);
	return NULL;
}

static void start_calls(struct holder *holder)
{
	static void *(*const threads[HOLDER_WAITERS])(void *) = {
		invoke_thread,
		wait_all_thread,
		wait_any_thread,
		invoke_thread,
	};
	int64_t end = deadline_in(5000);
	unsigned int i;

	for (i = 0; i < HOLDER_WAITERS; i++)
		check_equal(pthread_create(&holder->waiters[i], NULL,
					   threads[i], holder),
			    0);
	while (session_query(holder->probe.fd).calls < 6 && now_ns() < end)
		sleep_ms(1);
	check_equal(session_query(holder->probe.fd).calls, 6);
}

void holder_open(struct holder *holder, enum hold hold)
{
	memset(holder, 0, sizeof(*holder));
	holder->hold = hold;
	probe_open(&holder->probe);
	bo_create(holder->probe.fd, SIZE, &holder->bo);
	pattern_fill(holder->bo.map, SIZE, 5);
	if (hold & HOLD_DMA_BUF) {
		holder->dma_buf = handle_export(holder->probe.fd,
						holder->bo.handle);
		check(holder->dma_buf >= 0);
		holder->map = mmap(NULL, SIZE, PROT_READ | PROT_WRITE,
				   MAP_SHARED, holder->dma_buf, 0);
		check(holder->map != MAP_FAILED);
	}
	if (hold & HOLD_CALLS)
		start_calls(holder);
	if (!(hold & (HOLD_FILE | HOLD_CALLS)))
		probe_abandon(&holder->probe);
	if (!(hold & (HOLD_FILE | HOLD_MMAP)))
		munmap(holder->bo.map, SIZE);
}

/* Whatever the file is asked for. */
static void file_is_useless(struct holder *holder)
{
	struct drm_qda_bo_create create = { .size = 4096 };
	struct drm_qda_query query = { .type = DRM_QDA_QUERY_DEVICE };
	struct drm_qda_remote_call end;
	int fd = holder->probe.fd;
	struct call call;

	probe_return_call(&holder->probe, &call, 0, 1);
	check_errno(call_send(fd, &call), -ENODEV);
	check_equal(call.invoke.call, 0);
	check_errno(call_collect(fd, 4711, 0, &end), -ENODEV);
	check_errno(process_create(fd), -ENODEV);
	check_errno(request(fd, DRM_IOCTL_QDA_BO_CREATE, &create), -ENODEV);
	check_errno(request(fd, DRM_IOCTL_QDA_QUERY, &query), -ENODEV);
	check_errno(handle_export(fd, holder->bo.handle), -ENODEV);
	check(mmap(NULL, 4096, PROT_READ, MAP_SHARED, fd,
		   (off_t)holder->bo.mmap_offset) == MAP_FAILED);
}

void holder_lost(struct holder *holder)
{
	int64_t start = now_ns();
	unsigned int i;

	if (holder->hold & HOLD_CALLS) {
		for (i = 0; i < HOLDER_WAITERS; i++)
			check_equal(pthread_join(holder->waiters[i], NULL), 0);
		check(now_ns() - start < BOUND_NS);
	}
	if (holder->hold & (HOLD_FILE | HOLD_CALLS))
		file_is_useless(holder);
	if (holder->hold & (HOLD_FILE | HOLD_MMAP)) {
		pattern_check(holder->bo.map, SIZE, 5);
		holder->bo.map[SIZE - 1] ^= 0xff;
		holder->bo.map[SIZE - 1] ^= 0xff;
	}
	if (holder->hold & HOLD_DMA_BUF)
		pattern_check(holder->map, SIZE, 5);
}

void holder_close(struct holder *holder)
{
	if (holder->hold & (HOLD_FILE | HOLD_CALLS))
		probe_abandon(&holder->probe);
	if (holder->hold & (HOLD_FILE | HOLD_MMAP))
		munmap(holder->bo.map, SIZE);
	if (holder->hold & HOLD_DMA_BUF) {
		munmap(holder->map, SIZE);
		close(holder->dma_buf);
	}
}

void device_works(struct holder *holder)
{
	struct probe probe;
	struct call call;
	int64_t handle;

	node_wait();
	probe_open(&probe);
	probe_return_call(&probe, &call, 0, 1234);
	check_ok(call_run(probe.fd, &call));
	check_equal(call.invoke.result, 1234);
	if (holder && holder->hold & HOLD_DMA_BUF) {
		handle = handle_import(probe.fd, holder->dma_buf);
		check(handle > 0);
		check_equal(probe_sum(&probe, (uint32_t)handle, 1, SIZE - 1),
			    pattern_sum(1, SIZE - 1, 5));
	}
	probe_close(&probe);
}
