// SPDX-License-Identifier: BSD-3-Clause
/*
 * Programs that were compiled with an older or a newer header: the number of an
 * ioctl says how long its struct is. What is missing reads as zero, and not a
 * byte behind the end is touched; what the kernel does not know is not looked
 * at and stays.
 */
#include <errno.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "batch.h"

#define PAGE 4096u
#define MORE 40 /* bytes that only a newer kernel knows */

/* A page with nothing behind it. */
static uint8_t *page;

static void page_prepare(void)
{
	page = mmap(NULL, 2 * (size_t)PAGE, PROT_READ | PROT_WRITE,
		    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	check(page != MAP_FAILED);
	check(mprotect(page + PAGE, PAGE, PROT_NONE) == 0);
}

static unsigned long resized(unsigned long number, size_t size)
{
	return _IOC(_IOC_DIR(number), _IOC_TYPE(number), _IOC_NR(number), size);
}

/*
 * The ioctl with the first @size bytes of a struct, which end where memory
 * does. What comes back is put into @fields.
 */
static int shortened(int fd, unsigned long number, void *fields, size_t size)
{
	uint8_t *at = page + PAGE - size;
	int ret;

	check(size < _IOC_SIZE(number));
	memset(page, 0x5a, PAGE);
	memcpy(at, fields, size);
	ret = request(fd, resized(number, size), at);
	memcpy(fields, at, size);
	while (at-- > page)
		check_equal(*at, 0x5a);
	return ret;
}

/* The same with bytes behind the struct that are not zero. */
static int lengthened(int fd, unsigned long number, void *fields)
{
	size_t size = _IOC_SIZE(number), i;
	uint8_t *at = page + PAGE - size - MORE;
	int ret;

	memcpy(at, fields, size);
	memset(at + size, 0xa5, MORE);
	ret = request(fd, resized(number, size + MORE), at);
	memcpy(fields, at, size);
	for (i = 0; i < MORE; i++)
		check_equal(at[size + i], 0xa5);
	return ret;
}

static void query_longer(void)
{
	struct drm_qda_query_device device;
	struct drm_qda_query query = {
		.type = DRM_QDA_QUERY_DEVICE,
		.size = sizeof(device),
		.data_ptr = (uintptr_t)&device,
	};
	int fd = file_open();

	page_prepare();
	check_ok(lengthened(fd, DRM_IOCTL_QDA_QUERY, &query));
	check(device.sessions > 0);
	close(fd);
}

/* Without a pointer only the size is asked for. */
static void query_shorter(void)
{
	struct drm_qda_query query = { .type = DRM_QDA_QUERY_DEVICE };
	int fd = file_open();

	page_prepare();
	check_ok(shortened(fd, DRM_IOCTL_QDA_QUERY, &query, 8));
	check_equal(query.size, sizeof(struct drm_qda_query_device));
	close(fd);
}

static void bo_longer(void)
{
	struct drm_qda_bo_create create = { .size = PAGE };
	struct drm_qda_bo_info info = { 0 };
	struct drm_qda_bo_sync sync = {
		.flags = DRM_QDA_SYNC_READ,
		.length = PAGE,
	};
	int fd = file_open();

	page_prepare();
	check_ok(lengthened(fd, DRM_IOCTL_QDA_BO_CREATE, &create));
	check(create.handle != 0);
	info.handle = create.handle;
	check_ok(lengthened(fd, DRM_IOCTL_QDA_BO_INFO, &info));
	check_equal(info.mmap_offset, create.mmap_offset);
	sync.handle = create.handle;
	check_ok(lengthened(fd, DRM_IOCTL_QDA_BO_SYNC, &sync));
	close(fd);
}

static void bo_shorter(void)
{
	struct drm_qda_bo_create create = { .size = PAGE };
	struct drm_qda_bo_info info = { 0 };
	struct drm_qda_bo_sync sync = { .flags = DRM_QDA_SYNC_READ };
	int fd = file_open();

	page_prepare();
	check_ok(shortened(fd, DRM_IOCTL_QDA_BO_CREATE, &create, 16));
	check(create.handle != 0);
	info.handle = create.handle;
	check_ok(shortened(fd, DRM_IOCTL_QDA_BO_INFO, &info, 16));
	check_equal(info.size, PAGE);
	/* The length is missing, and 0 is not one. */
	sync.handle = create.handle;
	check_errno(shortened(fd, DRM_IOCTL_QDA_BO_SYNC, &sync, 16), -EINVAL);
	close(fd);
}

static void session_longer(void)
{
	struct drm_qda_remote_session_create create = {
		.attributes = DRM_QDA_PROCESS_UNSIGNED,
	};
	int fd = file_open();

	page_prepare();
	check_ok(lengthened(fd, DRM_IOCTL_QDA_REMOTE_SESSION_CREATE, &create));
	close(fd);
}

static void session_shorter(void)
{
	struct drm_qda_remote_session_create create = {
		.attributes = DRM_QDA_PROCESS_UNSIGNED,
	};
	int fd = file_open();

	page_prepare();
	check_ok(shortened(fd, DRM_IOCTL_QDA_REMOTE_SESSION_CREATE, &create,
			   16));
	check_equal(session_query(fd).state, DRM_QDA_SESSION_STATE_RUNNING);
	close(fd);
}

/* As it was before there were events. */
static void invoke_of_both_sizes(void)
{
	size_t old = offsetof(struct drm_qda_remote_invoke, user_data);
	struct probe probe;
	struct call call;

	page_prepare();
	probe_open(&probe);
	probe_return_call(&probe, &call, 0, 4711);
	check_ok(lengthened(probe.fd, DRM_IOCTL_QDA_REMOTE_INVOKE,
			    &call.invoke));
	check_equal(call.invoke.result, 4711);
	probe_return_call(&probe, &call, 0, 815);
	check_ok(shortened(probe.fd, DRM_IOCTL_QDA_REMOTE_INVOKE, &call.invoke,
			   old));
	check_equal(call.invoke.result, 815);
	probe_close(&probe);
}

/* A deadline that is missing is past; what was sent is collected later. */
static void wait_of_both_sizes(void)
{
	struct drm_qda_remote_call end = { 0 };
	struct drm_qda_remote_wait wait = {
		.calls_ptr = (uintptr_t)&end,
		.calls_count = 1,
		.calls_stride = sizeof(end),
		.deadline_ns = DRM_QDA_DEADLINE_NONE,
	};
	struct probe probe;
	struct call call;

	page_prepare();
	probe_open(&probe);
	probe_sleep_call(&probe, &call, 0, 500);
	end.call = call_submit(probe.fd, &call);
	check_errno(
		shortened(probe.fd, DRM_IOCTL_QDA_REMOTE_WAIT, &wait,
			  offsetof(struct drm_qda_remote_wait, deadline_ns)),
		-ETIME);
	check_ok(lengthened(probe.fd, DRM_IOCTL_QDA_REMOTE_WAIT, &wait));
	check_equal(wait.done, 1);
	probe_close(&probe);
}

/* What was sent with a deadline that is past is collected later. */
static void batch_of_both_sizes(void)
{
	static struct batch batch;
	struct probe probe;
	struct call call;

	page_prepare();
	probe_open(&probe);
	batch_init(&batch, 0);
	probe_sleep_call(&probe, &call, 0, 500);
	batch_add(&batch, &call);
	check_errno(
		shortened(probe.fd, DRM_IOCTL_QDA_REMOTE_BATCH, &batch.batch,
			  offsetof(struct drm_qda_remote_batch, deadline_ns)),
		-ETIME);
	check_equal(batch.batch.sent, 1);
	check_ok(
		lengthened(probe.fd, DRM_IOCTL_QDA_REMOTE_BATCH, &batch.batch));
	check_equal(batch.calls[0].done, 1);
	probe_close(&probe);
}

static void map_of_both_sizes(void)
{
	struct drm_qda_remote_map map = {
		.kind = DRM_QDA_MAP_TAG,
		.tag = 5,
		.length = PAGE,
	};
	struct drm_qda_remote_unmap unmap = { 0 };
	struct probe probe;

	page_prepare();
	probe_open(&probe);
	map.handle = probe.bo.handle;
	check_errno(shortened(probe.fd, DRM_IOCTL_QDA_REMOTE_MAP, &map, 24),
		    -EINVAL);
	check_ok(lengthened(probe.fd, DRM_IOCTL_QDA_REMOTE_MAP, &map));
	unmap.map = map.map;
	check_ok(shortened(probe.fd, DRM_IOCTL_QDA_REMOTE_UNMAP, &unmap, 4));
	check_errno(lengthened(probe.fd, DRM_IOCTL_QDA_REMOTE_UNMAP, &unmap),
		    -ENOENT);
	probe_close(&probe);
}

static const struct subtest tests[] = {
	SUBTEST(query_longer),
	SUBTEST(query_shorter),
	SUBTEST(bo_longer),
	SUBTEST(bo_shorter),
	SUBTEST(session_longer),
	SUBTEST(session_shorter),
	SUBTEST(invoke_of_both_sizes),
	SUBTEST(wait_of_both_sizes),
	SUBTEST(batch_of_both_sizes),
	SUBTEST(map_of_both_sizes),
};

int main(int argc, char **argv)
{
	return harness_main(argc, argv, tests, ARRAY_SIZE(tests));
}
