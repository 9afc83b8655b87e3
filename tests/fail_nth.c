// SPDX-License-Identifier: BSD-3-Clause
/*
 * The kernel's fault injection: in each thing that a session can ask for, the
 * first, second, third, ... allocation or copy from or to user space fails.
 * Nothing may be lost, nothing may hang, and what is asked for again works. On
 * a kernel that cannot inject faults each is asked for once.
 */
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <linux/udmabuf.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "batch.h"
#include "dsp_probe.h"
#include "platform.h"

#define NTH_MAX 1000
#define DEBUGFS "/sys/kernel/debug/"
#define SIZE	65536
#define ARGS	200

/*
 * What the requests are made of. All of it is there before faults begin: to
 * look for the node, or at the clock, could fail too.
 */
static struct {
	struct probe probe;
	struct bo bo;
	int foreign; /* a dma-buf of another device */
	char node[32];
	int64_t deadline;
} have;

/* ---- the nth fails ---- */

/*
 * Open all the time, since opening it would count as well. So does access to
 * it, for copies from and to user space are among what can fail.
 */
static int nth_file = -1;

static bool fail_nth(unsigned int nth)
{
	char text[16];
	int size = snprintf(text, sizeof(text), "%u", nth);

	return pwrite(nth_file, text, (size_t)size, 0) == size;
}

/* Did it come to the nth, other than by this question? */
static bool has_failed(void)
{
	char text[16] = "";
	ssize_t size = pread(nth_file, text, sizeof(text) - 1, 0);

	return size > 0 && atoi(text) == 0;
}

static bool inject_faults(void)
{
	if (file_write(DEBUGFS "failslab/ignore-gfp-wait", "N") ||
	    file_write(DEBUGFS "fail_page_alloc/ignore-gfp-wait", "N") ||
	    file_write(DEBUGFS "fail_page_alloc/min-order", "0"))
		return false;
	nth_file = open("/proc/self/fail-nth", O_RDWR | O_CLOEXEC);
	check(nth_file >= 0);
	return true;
}

/* What a fault may come out as. */
static void check_excuse(int ret)
{
	switch (ret) {
	case 0:
	case -ENOMEM:
	case -EFAULT:
	case -ENOSPC:
		return;
	default:
		check_ok(ret);
	}
}

/* ---- what a session can ask for ---- */

static int open_node(void)
{
	int fd = open(have.node, O_RDWR | O_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

static int open_and_close(void)
{
	int fd = open_node();

	close(fd);
	return fd < 0 ? fd : 0;
}

static int bo_of(int fd, uint32_t flags)
{
	struct drm_qda_bo_create create = { .size = SIZE, .flags = flags };
	int ret = request(fd, DRM_IOCTL_QDA_BO_CREATE, &create);

	if (!ret)
		handle_close(fd, create.handle);
	return ret;
}

static int create_bo(void)
{
	return bo_of(have.probe.fd, 0);
}

static int create_cached_bo(void)
{
	return bo_of(have.probe.fd, DRM_QDA_BO_CACHED);
}

/* It takes the context bank. */
static int create_first_bo(void)
{
	int fd = open_node();
	int ret = fd < 0 ? fd : bo_of(fd, 0);

	close(fd);
	return ret;
}

static int bo_info(void)
{
	struct drm_qda_bo_info info = { .handle = have.bo.handle };

	return request(have.probe.fd, DRM_IOCTL_QDA_BO_INFO, &info);
}

static int bo_sync(void)
{
	struct drm_qda_bo_sync sync = {
		.handle = have.bo.handle,
		.flags = DRM_QDA_SYNC_READ | DRM_QDA_SYNC_WRITE,
		.offset = 100,
		.length = 5000,
	};
	int ret = request(have.probe.fd, DRM_IOCTL_QDA_BO_SYNC, &sync);

	sync.flags |= DRM_QDA_SYNC_END;
	return ret ? ret : request(have.probe.fd, DRM_IOCTL_QDA_BO_SYNC, &sync);
}

static int query_of(uint32_t type, void *data, uint32_t size)
{
	struct drm_qda_query query = {
		.type = type,
		.size = size,
		.data_ptr = (uintptr_t)data,
	};

	return request(have.probe.fd, DRM_IOCTL_QDA_QUERY, &query);
}

static int query_device(void)
{
	struct drm_qda_query_device device;

	return query_of(DRM_QDA_QUERY_DEVICE, &device, sizeof(device));
}

static int query_session(void)
{
	struct drm_qda_query_session session;

	return query_of(DRM_QDA_QUERY_SESSION, &session, sizeof(session));
}

static int query_dsp(void)
{
	struct drm_qda_query_dsp dsp;

	return query_of(DRM_QDA_QUERY_DSP, &dsp, sizeof(dsp));
}

static int session_of(struct drm_qda_remote_session_create *create)
{
	int fd = open_node();
	int ret = fd < 0 ? fd :
			   request(fd, DRM_IOCTL_QDA_REMOTE_SESSION_CREATE,
				   create);

	close(fd);
	return ret;
}

static int create_process(void)
{
	struct drm_qda_remote_session_create create = {
		.kind = DRM_QDA_SESSION_DYNAMIC,
		.attributes = DRM_QDA_PROCESS_UNSIGNED,
		.flags = DRM_QDA_SESSION_EVENTS,
	};

	return session_of(&create);
}

static int attach_to_root(void)
{
	struct drm_qda_remote_session_create create = {
		.kind = DRM_QDA_SESSION_ROOT,
	};

	return session_of(&create);
}

static int create_process_with_shell(void)
{
	struct drm_qda_bo_create bo = { .size = SIZE };
	struct drm_qda_remote_session_create create = {
		.kind = DRM_QDA_SESSION_DYNAMIC,
		.attributes = DRM_QDA_PROCESS_UNSIGNED,
		.shell_offset = 12,
		.shell_length = 4711,
	};
	int fd = open_node();
	int ret = fd < 0 ? fd : request(fd, DRM_IOCTL_QDA_BO_CREATE, &bo);

	create.shell_handle = bo.handle;
	if (!ret)
		ret = request(fd, DRM_IOCTL_QDA_REMOTE_SESSION_CREATE, &create);
	close(fd);
	return ret;
}

/* A map whose number could not be told stays, with its tag. */
static int map_of(uint32_t kind, int32_t tag)
{
	struct drm_qda_remote_map map = {
		.kind = kind,
		.handle = have.bo.handle,
		.tag = tag,
		.length = SIZE,
	};
	struct drm_qda_remote_unmap unmap = { 0 };
	int ret = request(have.probe.fd, DRM_IOCTL_QDA_REMOTE_MAP, &map);
	int again = 0;

	if (ret)
		return ret;
	unmap.map = map.map;
	ret = request(have.probe.fd, DRM_IOCTL_QDA_REMOTE_UNMAP, &unmap);
	/* It is not gone, or it could not be told that it is. */
	if (ret)
		again = request(have.probe.fd, DRM_IOCTL_QDA_REMOTE_UNMAP,
				&unmap);
	return again && !(again == -ENOENT && ret == -EFAULT) ? again : ret;
}

static int map_tag(void)
{
	static int32_t tag;

	return map_of(DRM_QDA_MAP_TAG, ++tag);
}

static int map_heap(void)
{
	return map_of(DRM_QDA_MAP_HEAP, 0);
}

static int call_without_arguments(void)
{
	struct call call;

	call_init(&call, 0, DRM_QDA_SCALARS(31, 0, 0, 0, 0));
	call.invoke.deadline_ns = have.deadline;
	return call_send(have.probe.fd, &call);
}

/* So many that their metadata takes more than a page. */
static int call_with_many_arguments(void)
{
	struct call call;
	unsigned int i;

	call_init(&call, 0, DRM_QDA_SCALARS(31, ARGS, 0, 0, 0));
	for (i = 0; i < ARGS; i++)
		call_arg(&call, i, &have.bo, i, 1);
	call.invoke.deadline_ns = have.deadline;
	return call_send(have.probe.fd, &call);
}

/* A call of which the ioctl did not tell, or could not, how it ended. */
static void collect(uint64_t number)
{
	struct drm_qda_remote_call end;

	if (call_collect(have.probe.fd, number, have.deadline, &end))
		call_collect(have.probe.fd, number, have.deadline, &end);
}

static int wait_of(uint32_t flags)
{
	struct drm_qda_remote_call ends[2] = { 0 };
	struct drm_qda_remote_wait wait = {
		.calls_ptr = (uintptr_t)ends,
		.calls_stride = sizeof(ends[0]),
		.flags = flags,
		.deadline_ns = have.deadline,
	};
	unsigned int sent = 0, i;
	struct call call;
	int ret = 0;

	for (i = 0; i < 2 && !ret; i++) {
		call_init(&call, 0, DRM_QDA_SCALARS(31, 0, 0, 0, 0));
		call.invoke.flags = DRM_QDA_INVOKE_NOWAIT;
		call.invoke.deadline_ns = 0;
		ret = call_send(have.probe.fd, &call);
		if (!ret)
			ends[sent++].call = call.invoke.call;
	}
	wait.calls_count = sent;
	if (!ret)
		ret = request(have.probe.fd, DRM_IOCTL_QDA_REMOTE_WAIT, &wait);
	/* What it did not collect, or did without being able to say so. */
	for (i = 0; i < sent; i++)
		if (ret || !ends[i].done)
			collect(ends[i].call);
	return ret;
}

static int wait_for_all(void)
{
	return wait_of(0);
}

static int wait_for_any(void)
{
	return wait_of(DRM_QDA_WAIT_ANY);
}

static int batch_of(unsigned int count)
{
	static struct batch batch;
	struct call call;
	unsigned int i;
	int ret;

	batch_init(&batch, 0);
	batch.batch.deadline_ns = have.deadline;
	call_init(&call, 0, DRM_QDA_SCALARS(31, 1, 0, 0, 0));
	call_arg(&call, 0, &have.bo, 0, 1);
	for (i = 0; i < count; i++)
		batch_add(&batch, &call);
	ret = batch_send(have.probe.fd, &batch);
	for (i = 0; i < count; i++)
		if (batch.calls[i].call && (ret || !batch.calls[i].done))
			collect(batch.calls[i].call);
	for (i = 0; i < count && !ret; i++)
		ret = -(int)batch.calls[i].error;
	return ret;
}

static int batch_of_two(void)
{
	return batch_of(2);
}

/* So many that what they are kept in is allocated. */
static int batch_of_many(void)
{
	return batch_of(65);
}

/* Until the event is there, or none will come. */
static int read_event(void)
{
	struct pollfd poll_file = { have.probe.fd, POLLIN, 0 };
	struct drm_qda_event_call event;
	int i;

	for (i = 0; i < 3; i++) {
		if (poll(&poll_file, 1, 5000) < 0)
			continue;
		if (read(have.probe.fd, &event, sizeof(event)) == sizeof(event))
			return 0;
	}
	return -errno;
}

static int call_with_event(void)
{
	struct call call;
	int ret;

	call_init(&call, 0, DRM_QDA_SCALARS(31, 0, 0, 0, 0));
	call.invoke.flags = DRM_QDA_INVOKE_NOWAIT | DRM_QDA_INVOKE_EVENT;
	call.invoke.deadline_ns = 0;
	ret = call_send(have.probe.fd, &call);
	if (ret && !call.invoke.call)
		return ret;
	return read_event();
}

/* DRM's core leaves a dma-buf open when it cannot tell its number. */
static void close_others(void)
{
	int last = have.probe.fd;

	if (last < have.foreign)
		last = have.foreign;
	if (last < nth_file)
		last = nth_file;
	closefrom(last + 1);
}

static int export_and_import(void)
{
	int other = open_node();
	int dma_buf = handle_export(have.probe.fd, have.bo.handle);
	int64_t ret = dma_buf < 0 ? dma_buf : handle_import(other, dma_buf);

	close_others();
	return other < 0 ? other : ret < 0 ? (int)ret : 0;
}

static int import_foreign(void)
{
	int64_t handle = handle_import(have.probe.fd, have.foreign);

	if (handle < 0)
		return (int)handle;
	handle_close(have.probe.fd, (uint32_t)handle);
	return 0;
}

static int map_and_touch(int fd, off_t offset)
{
	volatile uint8_t *map = mmap(NULL, SIZE, PROT_READ | PROT_WRITE,
				     MAP_SHARED, fd, offset);

	if (map == MAP_FAILED)
		return -errno;
	map[0] = map[SIZE - 1];
	munmap((void *)map, SIZE);
	return 0;
}

static int mmap_bo(void)
{
	return map_and_touch(have.probe.fd, (off_t)have.bo.mmap_offset);
}

static int mmap_dma_buf(void)
{
	int dma_buf = handle_export(have.probe.fd, have.bo.handle);
	int ret = dma_buf < 0 ? dma_buf : map_and_touch(dma_buf, 0);

	close_others();
	return ret;
}

static int read_fdinfo(void)
{
	char path[64], text[4096];
	ssize_t size;
	int fd, ret;

	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", have.probe.fd);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	size = read(fd, text, sizeof(text));
	ret = size < 0 ? -errno : 0;
	close(fd);
	return ret;
}

/* ---- all of them ---- */

/*
 * How many calls were not collected. One that ends by an event may be in flight
 * yet: what was read was that of the call before, whose number did not get here.
 */
static int64_t calls_left(int64_t lost)
{
	int64_t end = deadline_in(1000);
	int64_t calls = session_query(have.probe.fd).calls;

	while (calls > lost && now_ns() < end) {
		sleep_ms(1);
		calls = session_query(have.probe.fd).calls;
	}
	return calls;
}

/* Lets the nth fail, for every n, until there are no more. */
static void each_fault(int (*want)(void))
{
	int64_t lost = 0, calls;
	unsigned int nth;
	bool failed;
	int ret;

	have.deadline = deadline_in(5000);
	check_ok(want());
	for (nth = 1; nth_file >= 0 && nth < NTH_MAX; nth++) {
		have.deadline = deadline_in(5000);
		check(fail_nth(nth));
		ret = want();
		failed = has_failed();
		if (!fail_nth(0))
			check(fail_nth(0));
		check_excuse(ret);
		calls = calls_left(lost);
		/* A call was sent whose number could not be told. */
		check(calls - lost <= (ret == -EFAULT));
		lost = calls;
		if (!failed)
			break;
	}
	check(nth < NTH_MAX);
	have.deadline = deadline_in(5000);
	check_ok(want());
	printf("%u can fail\n", nth - 1);
}

static int udmabuf(void)
{
	struct udmabuf_create create = {
		.size = SIZE,
		.flags = UDMABUF_FLAGS_CLOEXEC,
	};
	int device = open("/dev/udmabuf", O_RDWR | O_CLOEXEC);
	int dma_buf, lowest;

	create.memfd = memfd_create("import", MFD_ALLOW_SEALING | MFD_CLOEXEC);
	check(device >= 0 && (int)create.memfd >= 0);
	check(ftruncate(create.memfd, SIZE) == 0);
	check(fcntl(create.memfd, F_ADD_SEALS, F_SEAL_SHRINK) == 0);
	dma_buf = ioctl(device, UDMABUF_CREATE, &create);
	check(dma_buf >= 0);
	close(create.memfd);
	close(device);
	/* With no free number below it, others are above. */
	lowest = fcntl(dma_buf, F_DUPFD_CLOEXEC, 0);
	close(dma_buf);
	return lowest;
}

static void find_node(void)
{
	glob_t found;

	check(glob("/dev/accel/accel*", 0, NULL, &found) == 0);
	snprintf(have.node, sizeof(have.node), "%s", found.gl_pathv[0]);
	globfree(&found);
}

static void sweep(int (*want)(void))
{
	find_node();
	probe_open(&have.probe);
	bo_create(have.probe.fd, SIZE, &have.bo);
	have.foreign = udmabuf();
	inject_faults();
	each_fault(want);
	close(have.foreign);
	close(nth_file);
	bo_destroy(&have.bo);
	probe_close(&have.probe);
	nothing_is_left();
}

/* clang-format off */
#define SWEEPS(do)                                                        \
	do(open_and_close) do(create_bo) do(create_cached_bo)             \
	do(create_first_bo) do(bo_info) do(bo_sync) do(query_device)      \
	do(query_session) do(query_dsp) do(create_process)                \
	do(attach_to_root) do(create_process_with_shell) do(map_tag)      \
	do(map_heap) do(call_without_arguments)                           \
	do(call_with_many_arguments) do(wait_for_all) do(wait_for_any)    \
	do(batch_of_two) do(batch_of_many)                                \
	do(call_with_event) do(export_and_import) do(import_foreign)      \
	do(mmap_bo) do(mmap_dma_buf) do(read_fdinfo)
/* clang-format on */

#define SWEEP(want)                 \
	static void in_##want(void) \
	{                           \
		sweep(want);        \
	}
#define ENTRY(want) { .name = #want, .run = in_##want, .timeout = 120 },

SWEEPS(SWEEP)

static const struct subtest tests[] = { SWEEPS(ENTRY) };

int main(int argc, char **argv)
{
	return harness_main(argc, argv, tests, ARRAY_SIZE(tests));
}
