// SPDX-License-Identifier: BSD-3-Clause
/* REMOTE_SESSION_CREATE, one wrong field at a time, and its limits */
#include <errno.h>
#include <grp.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "device.h"

#define PAGE		4096ULL
#define SHELL_MAX	(4ULL << 20)
#define SESSIONS_MAX	64

static const struct drm_qda_remote_session_create unsigned_process = {
	.kind = DRM_QDA_SESSION_DYNAMIC,
	.attributes = DRM_QDA_PROCESS_UNSIGNED,
};

/* Refused before the DSP saw it: the session is as it was. */
static void refused(struct drm_qda_remote_session_create create, int error)
{
	int fd = file_open();

	check_errno(request(fd, DRM_IOCTL_QDA_REMOTE_SESSION_CREATE, &create),
		    error);
	check_equal(session_query(fd).state, DRM_QDA_SESSION_STATE_NONE);
	check_ok(process_create(fd));
	close(fd);
}

static void created(void)
{
	struct drm_qda_remote_session_create create = unsigned_process;
	int fd = file_open();

	create.result = 7;
	check_ok(request(fd, DRM_IOCTL_QDA_REMOTE_SESSION_CREATE, &create));
	check_equal(create.result, 0);
	close(fd);
}

static void unknown_kind(void)
{
	struct drm_qda_remote_session_create create = unsigned_process;

	create.kind = 1;
	refused(create, -EINVAL);
	create.kind = UINT32_MAX;
	refused(create, -EINVAL);
}

static void unknown_flag(void)
{
	struct drm_qda_remote_session_create create = unsigned_process;

	create.flags = 1;
	refused(create, -EINVAL);
	create.flags = 1U << 31;
	refused(create, -EINVAL);
}

static void nonzero_padding(void)
{
	struct drm_qda_remote_session_create create = unsigned_process;

	create.signature_length = 1;
	refused(create, -EINVAL);
}

/* Bits 6 and 17 are rights that only the kernel may give. */
static void unknown_attribute(void)
{
	struct drm_qda_remote_session_create create = unsigned_process;
	int fd = file_open();
	unsigned int bit;

	for (bit = 0; bit < 32; bit++) {
		if (1U << bit == DRM_QDA_PROCESS_UNSIGNED)
			continue;
		create.attributes = DRM_QDA_PROCESS_UNSIGNED | 1U << bit;
		check_errno(request(fd, DRM_IOCTL_QDA_REMOTE_SESSION_CREATE,
				    &create), -EINVAL);
	}
	close(fd);
}

/* What a child without privileges got: its exit status is the errno. */
static int signed_process_as_nobody(int fd)
{
	struct drm_qda_remote_session_create create = {
		.kind = DRM_QDA_SESSION_DYNAMIC,
	};

	if (setgroups(0, NULL) || setgid(65534) || setuid(65534))
		return 255;
	return -request(fd, DRM_IOCTL_QDA_REMOTE_SESSION_CREATE, &create);
}

static void signed_process_needs_privilege(void)
{
	int status, fd;
	pid_t child;

	if (geteuid() != 0)
		subtest_skip("not root");
	fd = file_open();
	child = fork();
	check(child >= 0);
	if (child == 0)
		_exit(signed_process_as_nobody(fd));
	check(waitpid(child, &status, 0) == child);
	check(WIFEXITED(status));
	check_errno(-WEXITSTATUS(status), -EPERM);
	check_equal(session_query(fd).state, DRM_QDA_SESSION_STATE_NONE);
	close(fd);
}

static void shell_unknown_handle(void)
{
	struct drm_qda_remote_session_create create = unsigned_process;

	create.shell_handle = 4711;
	create.shell_length = PAGE;
	refused(create, -ENOENT);
}

static void shell_range_without_handle(void)
{
	struct drm_qda_remote_session_create create = unsigned_process;

	create.shell_length = 1;
	refused(create, -EINVAL);
	create.shell_length = 0;
	create.shell_offset = 1;
	refused(create, -EINVAL);
}

static void shell_outside_its_bo(void)
{
	struct drm_qda_remote_session_create create = unsigned_process;
	static const struct {
		uint64_t offset, length;
	} ranges[] = {
		{ 0, PAGE + 1 },
		{ 1, PAGE },
		{ PAGE, 1 },
		{ UINT64_MAX, 1 },
		{ UINT64_MAX - PAGE + 2, PAGE },
	};
	int fd = file_open();
	struct bo bo;
	size_t i;

	bo_create(fd, PAGE, &bo);
	create.shell_handle = bo.handle;
	for (i = 0; i < ARRAY_SIZE(ranges); i++) {
		create.shell_offset = ranges[i].offset;
		create.shell_length = ranges[i].length;
		check_errno(request(fd, DRM_IOCTL_QDA_REMOTE_SESSION_CREATE,
				    &create), -ERANGE);
	}
	bo_destroy(&bo);
	close(fd);
}

static void shell_too_long(void)
{
	struct drm_qda_remote_session_create create = unsigned_process;
	int fd = file_open();
	struct bo bo;

	bo_create(fd, 2 * SHELL_MAX, &bo);
	create.shell_handle = bo.handle;
	create.shell_length = SHELL_MAX + 1;
	check_errno(request(fd, DRM_IOCTL_QDA_REMOTE_SESSION_CREATE, &create),
		    -EINVAL);
	bo_destroy(&bo);
	close(fd);
}

static void shell_from_the_middle_of_a_bo(void)
{
	struct drm_qda_remote_session_create create = unsigned_process;
	int fd = file_open();
	struct bo bo;

	bo_create(fd, 16 * PAGE, &bo);
	create.shell_handle = bo.handle;
	create.shell_offset = 2 * PAGE + 64;
	create.shell_length = 3 * PAGE;
	check_ok(request(fd, DRM_IOCTL_QDA_REMOTE_SESSION_CREATE, &create));
	bo_destroy(&bo);
	close(fd);
}

static void created_twice(void)
{
	int fd = session_open();

	check_errno(process_create(fd), -EEXIST);
	check_equal(session_query(fd).state, DRM_QDA_SESSION_STATE_RUNNING);
	close(fd);
}

static void calls_before_it_is_created(void)
{
	int fd = file_open();
	struct call call;

	call_init(&call, 0, DRM_QDA_SCALARS(0, 0, 0, 0, 0));
	check_errno(call_send(fd, &call), -ENOTCONN);
	check_equal(call.invoke.call, 0);
	close(fd);
}

static void processes_differ(void)
{
	int a = session_open();
	int b = session_open();

	check(session_query(a).process != session_query(b).process);
	close(a);
	close(b);
}

/* Take every context bank; the one session too many gets EBUSY. */
static unsigned int take_all(int *fds)
{
	unsigned int limit, i;

	fds[0] = session_open();
	limit = device_query(fds[0]).sessions;
	check(limit < SESSIONS_MAX);
	for (i = 1; i < limit; i++)
		fds[i] = session_open();
	fds[limit] = file_open();
	check_errno(process_create(fds[limit]), -EBUSY);
	return limit;
}

static void more_sessions_than_banks(void)
{
	int fds[SESSIONS_MAX];
	unsigned int limit = take_all(fds), i;

	for (i = 0; i <= limit; i++)
		close(fds[i]);
}

static void freed_bank_is_free_at_once(void)
{
	int fds[SESSIONS_MAX];
	unsigned int limit = take_all(fds), i;

	for (i = 0; i < limit; i++) {
		close(fds[i]);
		fds[i] = session_open();
	}
	close(fds[0]);
	check_ok(process_create(fds[limit]));
	for (i = 1; i <= limit; i++)
		close(fds[i]);
}

static void open_and_close_many_times(void)
{
	unsigned int i;

	for (i = 0; i < 100; i++)
		close(session_open());
}

static const struct subtest tests[] = {
	SUBTEST(created),
	SUBTEST(unknown_kind),
	SUBTEST(unknown_flag),
	SUBTEST(nonzero_padding),
	SUBTEST(unknown_attribute),
	SUBTEST(signed_process_needs_privilege),
	SUBTEST(shell_unknown_handle),
	SUBTEST(shell_range_without_handle),
	SUBTEST(shell_outside_its_bo),
	SUBTEST(shell_too_long),
	SUBTEST(shell_from_the_middle_of_a_bo),
	SUBTEST(created_twice),
	SUBTEST(calls_before_it_is_created),
	SUBTEST(processes_differ),
	SUBTEST(more_sessions_than_banks),
	SUBTEST(freed_bank_is_free_at_once),
	{ .name = "open_and_close_many_times", .run = open_and_close_many_times,
	  .timeout = 120 },
};

int main(int argc, char **argv)
{
	return harness_main(argc, argv, tests, ARRAY_SIZE(tests));
}
