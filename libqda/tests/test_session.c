// SPDX-License-Identifier: BSD-3-Clause
/* Kinds of sessions, maps, events and what the DSP says about itself */
#include <errno.h>
#include <string.h>

#include "test.h"

#define HANDLE 0x100

static int32_t wanted_result;

static int32_t function(uint32_t handle, uint32_t scalars,
			struct fake_arg *args, unsigned int count)
{
	(void)handle;
	(void)scalars;
	if (count)
		memset(args[count - 1].pointer, 'x', args[count - 1].length);
	return wanted_result;
}

static int setup(void **state)
{
	wanted_result = 0;
	return session_setup(state, function);
}

static struct qda_session *start(const struct qda_session_options *options,
				 int expected)
{
	struct qda_device *device;
	struct qda_session *session = NULL;

	assert_int_equal(qda_device_open(QDA_DOMAIN_CDSP, &device), 0);
	assert_int_equal(qda_session_open(device, options, &session, NULL),
			 expected);
	qda_device_close(device);
	return session;
}

static void kinds_are_told_to_the_kernel(void **state)
{
	struct qda_session_options options = QDA_SESSION_OPTIONS_INIT;

	(void)state;
	options.kind = QDA_SESSION_STATIC;
	options.name = "audiopd";
	options.flags = QDA_SESSION_EVENTS;
	qda_session_close(start(&options, 0));
	assert_int_equal(fake.created.kind, DRM_QDA_SESSION_STATIC);
	assert_int_equal(fake.created.flags, DRM_QDA_SESSION_EVENTS);
	assert_int_equal(fake.created.attributes, 0);
	assert_memory_equal(fake.created.name, "audiopd\0\0", 9);

	options.name = "a name that does not fit into the kernel's struct";
	assert_null(start(&options, -ENAMETOOLONG));

	options = (struct qda_session_options)QDA_SESSION_OPTIONS_INIT;
	options.attributes = QDA_PROCESS_DUMP;
	options.flags = QDA_SESSION_POLL;
	options.shell = "shell+sign";
	options.shell_length = 10;
	options.signature_length = 4;
	qda_session_close(start(&options, 0));
	assert_int_equal(fake.created.attributes,
			 DRM_QDA_PROCESS_DUMP | DRM_QDA_PROCESS_UNSIGNED);
	assert_int_equal(fake.created.flags, DRM_QDA_SESSION_POLL);
	assert_int_equal(fake.created.shell_length, 6);
	assert_int_equal(fake.created.signature_length, 4);

	options.signature_length = 11;
	assert_null(start(&options, -EINVAL));
	options.signature_length = 0;
	options.reserved = 1;
	assert_null(start(&options, -EINVAL));
}

static void options_of_an_older_program_are_short(void **state)
{
	struct qda_session_options options = QDA_SESSION_OPTIONS_INIT;

	(void)state;
	options.size = offsetof(struct qda_session_options, kind);
	options.kind = 77;
	options.reserved = 77;
	qda_session_close(start(&options, 0));
	assert_int_equal(fake.created.kind, DRM_QDA_SESSION_DYNAMIC);
}

static void has_buffers_before_its_process(void **state)
{
	struct qda_device *device;
	struct qda_session *session;
	struct qda_buffer *buffer;

	(void)state;
	assert_int_equal(qda_device_open(QDA_DOMAIN_CDSP, &device), 0);
	assert_int_equal(qda_session_prepare(device, &session), 0);
	qda_device_close(device);
	assert_int_equal(qda_buffer_create(session, 1, &buffer), 0);
	assert_int_equal(qda_invoke(session, HANDLE, 0, NULL, 0, NULL),
			 -ENOTCONN);
	fake.create_error = -EREMOTEIO;
	fake.create_result = 5;
	assert_int_equal(qda_session_start(session, NULL, &wanted_result),
			 -EREMOTEIO);
	assert_int_equal(wanted_result, 5);
	fake.create_error = 0;
	assert_int_equal(qda_session_start(session, NULL, &wanted_result), 0);
	assert_int_equal(wanted_result, 0);
	assert_int_equal(qda_invoke(session, HANDLE, 0, NULL, 0, NULL), 0);
	qda_session_close(session);
}

static void gives_outputs_whatever_the_result(void **state)
{
	struct qda_session_options options = QDA_SESSION_OPTIONS_INIT;
	struct qda_session *session;
	struct qda_arg args[1];
	char out[4] = "old";
	int32_t result;

	(void)state;
	args[0] = qda_out(out, 3);
	options.flags = QDA_SESSION_OUTPUT_ALWAYS;
	session = start(&options, 0);
	wanted_result = 39;
	assert_int_equal(qda_invoke(session, HANDLE, QDA_SCALARS(2, 0, 1, 0, 0),
				    args, 1, &result),
			 0);
	assert_int_equal(result, 39);
	assert_string_equal(out, "xxx");
	qda_session_close(session);
}

static void asks_the_dsp(void **state)
{
	uint32_t attributes[QDA_DSP_ARCH + 1];

	assert_int_equal(qda_session_get_attributes(*state, attributes,
						    QDA_DSP_ARCH + 1),
			 0);
	assert_int_equal(attributes[QDA_DSP_ARCH], 18);
	assert_int_equal(qda_session_get_attributes(*state, attributes, 257),
			 -EINVAL);
}

static void maps_and_unmaps(void **state)
{
	struct qda_map *map, *other;
	struct qda_buffer *buffer;
	int32_t result = 1;

	assert_int_equal(qda_buffer_create(*state, 16384, &buffer), 0);
	assert_int_equal(qda_map_create(buffer, QDA_MAP_TAG, 42, 4096, 8192,
					&map, &result),
			 0);
	assert_int_equal(result, 0);
	assert_int_equal(fake.mapped.tag, 42);
	assert_int_equal(fake.mapped.length, 8192);
	assert_int_equal(fake.mapped.handle, qda_buffer_handle(buffer));
	assert_int_equal(qda_map_address(map), 0x11000);
	assert_int_equal(qda_map_create(buffer, QDA_MAP_TAG, 42, 0, 4096,
					&other, NULL),
			 -EBUSY);
	assert_int_equal(qda_map_create(buffer, QDA_MAP_TAG, 43, 0, 20480,
					&other, NULL),
			 -ERANGE);

	fake.remote_map_error = -EREMOTEIO;
	fake.remote_map_result = 77;
	assert_int_equal(qda_map_create(buffer, QDA_MAP_TAG, 44, 0, 4096,
					&other, &result),
			 -EREMOTEIO);
	assert_int_equal(result, 77);
	assert_int_equal(qda_map_free(map, &result), -EREMOTEIO);
	assert_int_equal(result, 77);
	fake.remote_map_error = 0;
	assert_int_equal(qda_map_free(map, &result), 0);
	assert_int_equal(fake.maps, 0);
	assert_int_equal(qda_map_free(NULL, NULL), 0);
}

static void tells_how_the_process_ended(void **state)
{
	struct drm_qda_event_session died = {
		.base = { DRM_QDA_EVENT_SESSION, sizeof(died) },
		.what = DRM_QDA_EVENT_PROCESS_DIED,
		.reason = DRM_QDA_REASON_EXCEPTION,
	};
	struct drm_qda_event_session up = {
		.base = { DRM_QDA_EVENT_SESSION, sizeof(up) },
		.what = DRM_QDA_EVENT_DSP_UP,
		.device = 3,
	};
	struct qda_event event;

	assert_int_equal(qda_session_event(*state, 0, &event, sizeof(event)),
			 -ETIME);
	fake_event(&died, sizeof(died));
	died.what = 99; /* one that this library does not know */
	fake_event(&died, sizeof(died));
	fake_event(&up, sizeof(up));
	assert_int_equal(qda_session_event(*state, 0, &event, sizeof(event)),
			 0);
	assert_int_equal(event.what, QDA_EVENT_PROCESS_DIED);
	assert_int_equal(event.reason, QDA_REASON_EXCEPTION);
	assert_int_equal(qda_session_event(*state, 0, &event, sizeof(event)),
			 0);
	assert_int_equal(event.what, QDA_EVENT_DSP_UP);
	assert_int_equal(event.device, 3);
	assert_int_equal(qda_session_event(*state, 0, &event, sizeof(event)),
			 -ETIME);
}

static void calls_end_by_event(void **state)
{
	uint32_t scalars = QDA_SCALARS(2, 0, 1, 0, 0);
	struct qda_call *call, *forgotten;
	struct qda_event event;
	char out[4] = "", lost[4] = "";
	struct qda_arg args[1];
	int32_t result = 1;

	args[0] = qda_out(lost, 3);
	fake.hold_events = true;
	assert_int_equal(qda_call_submit_event(*state, HANDLE, scalars, args, 1,
					       NULL, &forgotten),
			 0);
	args[0] = qda_out(out, 3);
	assert_int_equal(qda_call_submit_event(*state, HANDLE, scalars, args, 1,
					       &event, &call),
			 0);
	assert_int_equal(qda_call_wait(call, QDA_DEADLINE_NONE, NULL), -EINVAL);
	assert_string_equal(out, "");
	qda_call_free(forgotten);
	fake.hold_events = false;

	assert_int_equal(qda_session_event(*state, 0, &event, sizeof(event)),
			 0);
	assert_int_equal(event.what, QDA_EVENT_CALL);
	assert_ptr_equal(event.call, call);
	assert_ptr_equal(event.user, &event);
	assert_string_equal(out, "xxx");
	assert_string_equal(lost, "");
	assert_int_equal(qda_call_wait(call, 0, &result), 0);
	assert_int_equal(result, 0);
	qda_call_free(call);
	assert_int_equal(qda_session_event(*state, 0, &event, sizeof(event)),
			 -ETIME);
}

static void calls_end_by_event_when_the_process_dies(void **state)
{
	struct qda_event event;
	struct qda_call *call;

	fake.invoke_error = -ECONNRESET;
	assert_int_equal(qda_call_submit_event(*state, HANDLE, 0, NULL, 0, NULL,
					       &call),
			 0);
	assert_int_equal(qda_session_event(*state, 0, &event, sizeof(event)),
			 0);
	assert_int_equal(qda_call_wait(event.call, 0, NULL), -ECONNRESET);
	qda_call_free(call);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		SESSION_TEST(kinds_are_told_to_the_kernel),
		SESSION_TEST(options_of_an_older_program_are_short),
		SESSION_TEST(has_buffers_before_its_process),
		SESSION_TEST(gives_outputs_whatever_the_result),
		SESSION_TEST(asks_the_dsp),
		SESSION_TEST(maps_and_unmaps),
		SESSION_TEST(tells_how_the_process_ended),
		SESSION_TEST(calls_end_by_event),
		SESSION_TEST(calls_end_by_event_when_the_process_dies),
	};

	return RUN(tests);
}
