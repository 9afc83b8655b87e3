// SPDX-License-Identifier: BSD-3-Clause
/* REMOTE_SESSION_CREATE, one wrong field at a time, and its limits */
#include <errno.h>
#include <grp.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "device.h"

#define PAGE	     4096ULL
#define SHELL_MAX    (4ULL << 20)
#define SESSIONS_MAX 64

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

	create.kind = 4;
	refused(create, -EINVAL);
	create.kind = UINT32_MAX;
	refused(create, -EINVAL);
}

static void unknown_flag(void)
{
	struct drm_qda_remote_session_create create = unsigned_process;

	create.flags = 1U << 2;
	refused(create, -EINVAL);
	create.flags = 1U << 31;
	refused(create, -EINVAL);
}

static const uint32_t free_attributes[] = {
	DRM_QDA_PROCESS_UNSIGNED,
	DRM_QDA_PROCESS_ADAPTIVE_QOS,
};

static const uint32_t privileged_attributes[] = {
	DRM_QDA_PROCESS_DEBUG,	    DRM_QDA_PROCESS_PTRACE,
	DRM_QDA_PROCESS_SYSTEM,	    DRM_QDA_PROCESS_DUMP,
	DRM_QDA_PROCESS_DEBUG_DUMP,
};

static uint32_t known_attributes(void)
{
	uint32_t known = 0;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(free_attributes); i++)
		known |= free_attributes[i];
	for (i = 0; i < ARRAY_SIZE(privileged_attributes); i++)
		known |= privileged_attributes[i];
	return known;
}

/* Bits 6 and 17 are rights that only the kernel may give. */
static void unknown_attribute(void)
{
	struct drm_qda_remote_session_create create = unsigned_process;
	uint32_t known = known_attributes();
	int fd = file_open();
	unsigned int bit;

	check_equal(known & (1U << 6 | 1U << 17), 0);
	for (bit = 0; bit < 32; bit++) {
		if (known & 1U << bit)
			continue;
		create.attributes = DRM_QDA_PROCESS_UNSIGNED | 1U << bit;
		check_errno(request(fd, DRM_IOCTL_QDA_REMOTE_SESSION_CREATE,
				    &create),
			    -EINVAL);
	}
	close(fd);
}

/* What a child without privileges got; the session is as it was. */
static void needs_privilege(struct drm_qda_remote_session_create create,
			    int error)
{
	int status, fd = file_open();
	pid_t child;

	if (geteuid() != 0)
		subtest_skip("not root");
	child = fork();
	check(child >= 0);
	if (child == 0) {
		if (setgroups(0, NULL) || setgid(65534) || setuid(65534))
			_exit(255);
		_exit(-request(fd, DRM_IOCTL_QDA_REMOTE_SESSION_CREATE,
			       &create));
	}
	check(waitpid(child, &status, 0) == child);
	check(WIFEXITED(status));
	check_errno(-WEXITSTATUS(status), error);
	if (error)
		check_equal(session_query(fd).state,
			    DRM_QDA_SESSION_STATE_NONE);
	close(fd);
}

static void goes_through(struct drm_qda_remote_session_create create)
{
	int fd = file_open();

	check_ok(request(fd, DRM_IOCTL_QDA_REMOTE_SESSION_CREATE, &create));
	close(fd);
}

static void signed_process_needs_privilege(void)
{
	struct drm_qda_remote_session_create create = {
		.kind = DRM_QDA_SESSION_DYNAMIC,
	};

	needs_privilege(create, -EPERM);
	create.attributes = DRM_QDA_PROCESS_ADAPTIVE_QOS;
	needs_privilege(create, -EPERM);
	create.attributes = 0;
	goes_through(create);
}

static void free_attributes_need_none(void)
{
	struct drm_qda_remote_session_create create = unsigned_process;

	needs_privilege(create, 0);
	create.attributes |= DRM_QDA_PROCESS_ADAPTIVE_QOS;
	needs_privilege(create, 0);
}

static void privileged_attributes_need_privilege(void)
{
	struct drm_qda_remote_session_create create = unsigned_process;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(privileged_attributes); i++) {
		create.attributes = DRM_QDA_PROCESS_UNSIGNED |
				    privileged_attributes[i];
		needs_privilege(create, -EPERM);
		goes_through(create);
		create.attributes = privileged_attributes[i];
		needs_privilege(create, -EPERM);
		goes_through(create);
	}
}

/* Also of a kind that this DSP does not have. */
static void privileged_kinds_need_privilege(void)
{
	static const uint32_t kinds[] = {
		DRM_QDA_SESSION_ROOT,
		DRM_QDA_SESSION_SENSORS,
		DRM_QDA_SESSION_STATIC,
	};
	struct drm_qda_remote_session_create create = { 0 };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(kinds); i++) {
		create.kind = kinds[i];
		memset(create.name, 0, sizeof(create.name));
		if (kinds[i] == DRM_QDA_SESSION_STATIC)
			memcpy(create.name, "securepd", 8);
		needs_privilege(create, -EPERM);
	}
	goes_through(create);
}

/* What belongs to a dynamic process only. */
static void fields_of_another_kind(void)
{
	static const uint32_t kinds[] = {
		DRM_QDA_SESSION_ROOT,
		DRM_QDA_SESSION_SENSORS,
		DRM_QDA_SESSION_STATIC,
	};
	struct drm_qda_remote_session_create right = { 0 }, create;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(kinds); i++) {
		right.kind = kinds[i];
		if (kinds[i] == DRM_QDA_SESSION_STATIC)
			memcpy(right.name, "securepd", 8);
		create = right;
		create.attributes = DRM_QDA_PROCESS_UNSIGNED;
		refused(create, -EINVAL);
		create = right;
		create.shell_handle = 1;
		create.shell_length = PAGE;
		refused(create, -EINVAL);
		create = right;
		create.shell_offset = 1;
		refused(create, -EINVAL);
		create = right;
		create.shell_length = 1;
		refused(create, -EINVAL);
		create = right;
		create.signature_length = 1;
		refused(create, -EINVAL);
	}
}

static void name_of_another_kind(void)
{
	struct drm_qda_remote_session_create create = unsigned_process;

	create.name[0] = 'x';
	refused(create, -EINVAL);
	create.name[0] = 0;
	create.name[31] = 'x';
	refused(create, -EINVAL);
	create = (struct drm_qda_remote_session_create){
		.kind = DRM_QDA_SESSION_ROOT,
		.name = "root",
	};
	refused(create, -EINVAL);
}

static void name_of_a_static_process(void)
{
	struct drm_qda_remote_session_create create = {
		.kind = DRM_QDA_SESSION_STATIC,
	};

	refused(create, -EINVAL);
	memset(create.name, 'x', sizeof(create.name));
	refused(create, -EINVAL);
	memset(create.name, 0, sizeof(create.name));
	memcpy(create.name, "securepd", 8);
	create.name[9] = 'x';
	refused(create, -EINVAL);
	create.name[9] = 0;
	create.name[31] = 'x';
	refused(create, -EINVAL);
	create.name[31] = 0;
	goes_through(create);
}

static void static_process_of_unknown_name(void)
{
	struct drm_qda_remote_session_create create = {
		.kind = DRM_QDA_SESSION_STATIC,
		.name = "a name as long as there is room",
	};
	int fd = file_open();

	check_errno(request(fd, DRM_IOCTL_QDA_REMOTE_SESSION_CREATE, &create),
		    -EREMOTEIO);
	check(create.result != 0);
	check_equal(session_query(fd).state, DRM_QDA_SESSION_STATE_DEAD);
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
				    &create),
			    -ERANGE);
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

static void signature_without_a_shell(void)
{
	struct drm_qda_remote_session_create create = unsigned_process;

	create.signature_length = 1;
	refused(create, -EINVAL);
}

/* It follows the program: both are in the BO, and below the limit. */
static void signature_outside_its_bo(void)
{
	struct drm_qda_remote_session_create create = unsigned_process;
	int fd = file_open();
	struct bo bo;

	bo_create(fd, 2 * SHELL_MAX, &bo);
	create.shell_handle = bo.handle;
	create.shell_length = SHELL_MAX - PAGE;
	create.signature_length = PAGE + 1;
	check_errno(request(fd, DRM_IOCTL_QDA_REMOTE_SESSION_CREATE, &create),
		    -EINVAL);
	create.signature_length = UINT32_MAX;
	check_errno(request(fd, DRM_IOCTL_QDA_REMOTE_SESSION_CREATE, &create),
		    -EINVAL);
	create.shell_offset = bo.size - 2 * PAGE;
	create.shell_length = PAGE;
	create.signature_length = PAGE + 1;
	check_errno(request(fd, DRM_IOCTL_QDA_REMOTE_SESSION_CREATE, &create),
		    -ERANGE);
	create.signature_length = PAGE;
	check_ok(request(fd, DRM_IOCTL_QDA_REMOTE_SESSION_CREATE, &create));
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
	SUBTEST(unknown_attribute),
	SUBTEST(signed_process_needs_privilege),
	SUBTEST(free_attributes_need_none),
	LONG(privileged_attributes_need_privilege),
	SUBTEST(privileged_kinds_need_privilege),
	SUBTEST(fields_of_another_kind),
	SUBTEST(name_of_another_kind),
	SUBTEST(name_of_a_static_process),
	SUBTEST(static_process_of_unknown_name),
	SUBTEST(shell_unknown_handle),
	SUBTEST(shell_range_without_handle),
	SUBTEST(shell_outside_its_bo),
	SUBTEST(shell_too_long),
	SUBTEST(signature_without_a_shell),
	SUBTEST(signature_outside_its_bo),
	SUBTEST(shell_from_the_middle_of_a_bo),
	SUBTEST(created_twice),
	SUBTEST(calls_before_it_is_created),
	SUBTEST(processes_differ),
	SUBTEST(more_sessions_than_banks),
	SUBTEST(freed_bank_is_free_at_once),
	LONG(open_and_close_many_times),
};

int main(int argc, char **argv)
{
	return harness_main(argc, argv, tests, ARRAY_SIZE(tests));
}
