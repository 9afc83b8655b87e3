// SPDX-License-Identifier: BSD-3-Clause
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "test.h"

static void use_nodes(const struct fake_node *nodes, unsigned int count)
{
	fake.nodes = nodes;
	fake.nodes_count = count;
}

static void finds_the_domain_among_others(void **state)
{
	static const struct fake_node nodes[] = {
		{ "accel0", "ivpu", 0, 0 },
		{ "accel1", "other", 0, -EACCES },
		{ "accel2", "qda", QDA_DOMAIN_ADSP, 0 },
		{ "accel10", "qda", QDA_DOMAIN_CDSP, 0 },
	};
	struct qda_device_info info;
	struct qda_device *device;

	(void)state;
	use_nodes(nodes, 4);
	assert_int_equal(qda_device_open(QDA_DOMAIN_CDSP, &device), 0);
	assert_string_equal(qda_device_path(device), "/fake/accel10");
	assert_int_equal(qda_device_get_info(device, &info, sizeof(info)), 0);
	assert_int_equal(info.domain, QDA_DOMAIN_CDSP);
	assert_int_equal(info.calls, 64);
	assert_int_equal(info.version_major, 1);
	qda_device_close(device);
	assert_int_equal(qda_device_open(QDA_DOMAIN_ANY, &device), 0);
	assert_string_equal(qda_device_path(device), "/fake/accel2");
	qda_device_close(device);
	assert_int_equal(fake.files, 0);
}

static void says_why_there_is_none(void **state)
{
	static const struct fake_node forbidden[] = {
		{ "accel0", "qda", QDA_DOMAIN_CDSP, -EACCES },
	};
	struct qda_device *device;

	(void)state;
	assert_int_equal(qda_device_open(QDA_DOMAIN_ADSP, &device), -ENXIO);
	assert_int_equal(qda_device_open(99, &device), -EINVAL);
	assert_int_equal(qda_device_open(-2, &device), -EINVAL);
	use_nodes(forbidden, 1);
	assert_int_equal(qda_device_open(QDA_DOMAIN_CDSP, &device), -EACCES);
	use_nodes(NULL, 0);
	assert_int_equal(qda_device_open(QDA_DOMAIN_CDSP, &device), -ENXIO);
}

static void takes_the_node_of_the_environment(void **state)
{
	static const struct fake_node nodes[] = {
		{ "accel0", "qda", QDA_DOMAIN_CDSP, 0 },
		{ "accel1", "qda", QDA_DOMAIN_CDSP, 0 },
		{ "accel2", "ivpu", 0, 0 },
	};
	struct qda_device *device;

	(void)state;
	use_nodes(nodes, 3);
	setenv("QDA_DEVICE", "/fake/accel1", 1);
	assert_int_equal(qda_device_open(QDA_DOMAIN_CDSP, &device), 0);
	assert_string_equal(qda_device_path(device), "/fake/accel1");
	qda_device_close(device);
	assert_int_equal(qda_device_open(QDA_DOMAIN_ADSP, &device), -ENXIO);
	setenv("QDA_DEVICE", "/fake/accel2", 1);
	assert_int_equal(qda_device_open(QDA_DOMAIN_CDSP, &device), -ENOTTY);
	setenv("QDA_DEVICE", "/fake/accel9", 1);
	assert_int_equal(qda_device_open(QDA_DOMAIN_CDSP, &device), -ENOENT);
}

static void names_domains(void **state)
{
	(void)state;
	for (int domain = 0; domain <= QDA_DOMAIN_CDSP3; domain++)
		assert_int_equal(qda_domain_from_name(qda_domain_name(domain)),
				 domain);
	assert_null(qda_domain_name(9));
	assert_null(qda_domain_name(-1));
	assert_int_equal(qda_domain_from_name("cds"), -EINVAL);
}

static void fills_structs_of_other_sizes(void **state)
{
	struct {
		struct qda_device_info info;
		uint64_t newer;
	} longer;
	uint32_t domain = 77;
	struct qda_device *device;

	(void)state;
	memset(&longer, 0xff, sizeof(longer));
	assert_int_equal(qda_device_open(QDA_DOMAIN_ANY, &device), 0);
	qda_device_get_info(device, (void *)&domain, sizeof(domain));
	assert_int_equal(domain, QDA_DOMAIN_CDSP);
	qda_device_get_info(device, &longer.info, sizeof(longer));
	assert_int_equal(longer.newer, 0);
	qda_device_close(device);
}

static int try_session(const struct qda_session_options *options,
		       int32_t *result)
{
	struct qda_session *session;
	struct qda_device *device;
	int ret;

	assert_int_equal(qda_device_open(QDA_DOMAIN_ANY, &device), 0);
	ret = qda_session_open(device, options, &session, result);
	qda_device_close(device);
	if (!ret)
		qda_session_close(session);
	assert_int_equal(fake.files, 0);
	assert_int_equal(fake.bos, 0);
	return ret;
}

static void starts_an_unsigned_process(void **state)
{
	struct qda_session_options options = QDA_SESSION_OPTIONS_INIT;

	(void)state;
	assert_int_equal(try_session(NULL, NULL), 0);
	assert_int_equal(fake.created.attributes, DRM_QDA_PROCESS_UNSIGNED);
	assert_int_equal(fake.created.shell_handle, 0);
	options.flags = QDA_SESSION_SIGNED;
	assert_int_equal(try_session(&options, NULL), 0);
	assert_int_equal(fake.created.attributes, 0);
}

static void hands_the_shell_over(void **state)
{
	struct qda_session_options options = QDA_SESSION_OPTIONS_INIT;

	(void)state;
	options.shell = "shell";
	options.shell_length = 5;
	assert_int_equal(try_session(&options, NULL), 0);
	assert_int_not_equal(fake.created.shell_handle, 0);
	assert_int_equal(fake.created.shell_length, 5);
	fake.map_error = -ENOMEM;
	assert_int_equal(try_session(&options, NULL), -ENOMEM);
}

static void refuses_options_that_it_cannot_fulfil(void **state)
{
	struct qda_session_options options = QDA_SESSION_OPTIONS_INIT;

	(void)state;
	options.size++;
	assert_int_equal(try_session(&options, NULL), -E2BIG);
	options.size--;
	options.flags = 1U << 31;
	assert_int_equal(try_session(&options, NULL), -EINVAL);
	options.flags = 0;
	options.timeout_ns = -1;
	assert_int_equal(try_session(&options, NULL), -EINVAL);
	options.timeout_ns = 0;
	options.shell_length = 1;
	assert_int_equal(try_session(&options, NULL), -EINVAL);
}

static void passes_the_reason_of_a_refusal(void **state)
{
	int32_t result = 1;

	(void)state;
	fake.create_error = -EREMOTEIO;
	fake.create_result = (int32_t)0x80000472;
	assert_int_equal(try_session(NULL, &result), -EREMOTEIO);
	assert_int_equal(result, (int32_t)0x80000472);
	fake.create_error = -EBUSY;
	assert_int_equal(try_session(NULL, &result), -EBUSY);
	assert_int_equal(result, 0);
}

static void knows_the_process_of_a_session(void **state)
{
	struct qda_session *session = fake_session();
	struct qda_session_state now;

	(void)state;
	assert_int_equal(qda_session_get_state(session, &now, sizeof(now)), 0);
	assert_int_equal(now.state, QDA_SESSION_STATE_RUNNING);
	assert_int_equal(now.process, 7);
	assert_true(qda_session_fd(session) >= 0);
	qda_session_close(session);
	qda_session_close(NULL);
}

/* What a child may do; exits with the number of the first step that is wrong. */
static void child_of(struct qda_session *session, struct qda_buffer *buffer,
		     struct qda_module *module, struct qda_call *call)
{
	struct qda_session_state now;
	unsigned int ioctls = fake.ioctls;
	void *address;
	char text[8];
	int fd;

	if (qda_invoke(session, 3, 0, NULL, 0, NULL) != -EOWNERDEAD ||
	    qda_call_submit(session, 3, 0, NULL, 0, &call) != -EOWNERDEAD ||
	    qda_buffer_create(session, 1, &buffer) != -EOWNERDEAD ||
	    qda_buffer_export(buffer, &fd) != -EOWNERDEAD ||
	    qda_buffer_map(buffer, &address) != -EOWNERDEAD ||
	    qda_buffer_import(session, 0, &buffer) != -EOWNERDEAD ||
	    qda_session_detail(session, text, 8) != -EOWNERDEAD ||
	    qda_session_get_state(session, &now, sizeof(now)) != -EOWNERDEAD ||
	    qda_module_close(module, NULL) != -EOWNERDEAD)
		_exit(1);
	qda_call_free(call);
	qda_buffer_free(buffer);
	qda_session_close(session);
	_exit(fake.ioctls == ioctls ? 0 : 2);
}

static int32_t open_anything(uint32_t handle, uint32_t scalars,
			     struct fake_arg *args, unsigned int count)
{
	(void)scalars;
	if (!handle && count == 4)
		*(uint32_t *)args[2].pointer = 0x100;
	return 0;
}

static void a_child_has_no_session(void **state)
{
	struct qda_session *session = fake_session();
	struct qda_module *module;
	struct qda_buffer *buffer;
	struct qda_call *call;
	void *address;
	int status;
	pid_t pid;

	(void)state;
	fake.function = open_anything;
	assert_int_equal(qda_buffer_create(session, 1, &buffer), 0);
	assert_int_equal(qda_buffer_map(buffer, &address), 0);
	assert_int_equal(qda_module_open(session, "m", &module, NULL), 0);
	assert_int_equal(qda_call_submit(session, 3, 0, NULL, 0, &call), 0);
	pid = fork();
	if (!pid)
		child_of(session, buffer, module, call);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
	assert_int_equal(qda_call_wait(call, QDA_DEADLINE_NONE, NULL), 0);
	qda_session_close(session);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(finds_the_domain_among_others),
		TEST(says_why_there_is_none),
		TEST(takes_the_node_of_the_environment),
		TEST(names_domains),
		TEST(fills_structs_of_other_sizes),
		TEST(starts_an_unsigned_process),
		TEST(hands_the_shell_over),
		TEST(refuses_options_that_it_cannot_fulfil),
		TEST(passes_the_reason_of_a_refusal),
		TEST(knows_the_process_of_a_session),
		TEST(a_child_has_no_session),
	};

	return RUN(tests);
}
