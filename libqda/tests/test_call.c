// SPDX-License-Identifier: BSD-3-Clause
#include <errno.h>
#include <string.h>

#include "test.h"

#define HANDLE 0x100

static struct fake_arg seen[DRM_QDA_ARGS_MAX];
static unsigned int seen_count;
static int32_t wanted_result;

/* Appends all inputs to each output, as far as they fit. */
static int32_t join(uint32_t handle, uint32_t scalars, struct fake_arg *args,
		    unsigned int count)
{
	unsigned int inputs = DRM_QDA_SCALARS_IN_BUFFERS(scalars);
	unsigned int buffers = inputs + DRM_QDA_SCALARS_OUT_BUFFERS(scalars);

	assert_int_equal(handle, HANDLE);
	memcpy(seen, args, count * sizeof(*args));
	seen_count = count;
	for (unsigned int out = inputs; out < buffers; out++) {
		char *to = args[out].pointer;
		size_t room = args[out].length;

		for (unsigned int in = 0; in < inputs; in++) {
			size_t n = args[in].length < room ? args[in].length :
							    room;

			if (!n)
				continue;
			memcpy(to, args[in].pointer, n);
			to += n;
			room -= n;
		}
	}
	return wanted_result;
}

static int setup(void **state)
{
	wanted_result = 0;
	return session_setup(state, join);
}

static struct qda_session_stats stats_of(struct qda_session *session)
{
	struct qda_session_stats stats;

	qda_session_get_stats(session, &stats, sizeof(stats));
	return stats;
}

static void copies_memory_both_ways(void **state)
{
	struct qda_session *session = *state;
	char out[16] = "????????????????";
	struct qda_arg args[] = {
		qda_in("abc", 3),
		qda_in("", 0),
		qda_in("defg", 4),
		qda_out(out, sizeof(out)),
	};
	int32_t result = 1;

	assert_int_equal(qda_invoke(session, HANDLE, QDA_SCALARS(2, 3, 1, 0, 0),
				    args, 4, &result),
			 0);
	assert_int_equal(result, 0);
	/* Bytes that were not written are 0, not what an arena held before. */
	assert_memory_equal(out, "abcdefg\0\0\0\0\0\0\0\0\0", 16);
	assert_int_equal(stats_of(session).bytes_in, 7);
	assert_int_equal(stats_of(session).bytes_out, 16);
	assert_int_equal(stats_of(session).calls, 1);
	assert_int_equal(fake.deadline_ns, DRM_QDA_DEADLINE_NONE);
	/* A descriptor without the tag, which only DMA handles have. */
	assert_int_equal(fake.args_stride, 24);
}

static void packs_at_steps_of_a_cache_line(void **state)
{
	char in[300] = { 0 }, out[1];
	struct qda_arg args[] = {
		qda_in(in, 1),	       qda_in(in + 1, 128), qda_in(in, 0),
		qda_in(in + 129, 129), qda_out(out, 1),
	};
	static const uint64_t offsets[] = { 0, 128, 0, 256, 512 };

	assert_int_equal(qda_invoke(*state, HANDLE, QDA_SCALARS(2, 4, 1, 0, 0),
				    args, 5, NULL),
			 0);
	for (int i = 0; i < 5; i++) {
		assert_int_equal(seen[i].raw.offset, offsets[i]);
		assert_int_equal(seen[i].raw.length, args[i].length);
		assert_int_equal(!seen[i].raw.handle, !args[i].length);
		if (seen[i].raw.handle)
			assert_int_equal(seen[i].raw.handle,
					 seen[0].raw.handle);
	}
}

static void shares_what_lies_in_buffers(void **state)
{
	struct qda_session *session = *state;
	struct qda_buffer *buffer;
	char *address;
	struct qda_arg args[3];

	assert_int_equal(qda_buffer_create(session, 4096, &buffer), 0);
	assert_int_equal(qda_buffer_map(buffer, (void **)&address), 0);
	strcpy(address + 100, "by pointer, ");
	strcpy(address + 200, "by range");
	args[0] = qda_in(address + 100, 12);
	args[1] = qda_range(buffer, 200, 8);
	args[2] = qda_out(address + 300, 32);
	assert_int_equal(qda_invoke(session, HANDLE, QDA_SCALARS(2, 2, 1, 0, 0),
				    args, 3, NULL),
			 0);
	assert_string_equal(address + 300, "by pointer, by range");
	assert_int_equal(seen[0].raw.handle, qda_buffer_handle(buffer));
	assert_int_equal(seen[0].raw.offset, 100);
	assert_int_equal(seen[1].raw.offset, 200);
	assert_int_equal(stats_of(session).bytes_in, 0);
	assert_int_equal(stats_of(session).bytes_out, 0);
	assert_int_equal(stats_of(session).arguments_shared, 3);
	assert_int_equal(stats_of(session).arenas, 0);
	qda_buffer_free(buffer);
}

/* Writes to the second argument what the first one then reads. */
static int32_t write_then_read(uint32_t handle, uint32_t scalars,
			       struct fake_arg *args, unsigned int count)
{
	(void)handle;
	(void)scalars;
	assert_int_equal(count, 3);
	memcpy(args[1].pointer, "DSP", 3);
	memcpy(args[2].pointer, args[0].pointer, args[2].length);
	return 0;
}

/* Bytes that arguments share they share on the DSP, as they would in a call. */
static void lets_arguments_overlap(void **state)
{
	char text[] = "overlap of text", copy[16] = "";
	struct qda_arg args[] = {
		qda_in(text, sizeof(text)),
		qda_out(text + 8, 3),
		qda_out(copy, sizeof(copy)),
	};

	fake.function = write_then_read;
	assert_int_equal(qda_invoke(*state, HANDLE, QDA_SCALARS(2, 1, 2, 0, 0),
				    args, 3, NULL),
			 0);
	assert_string_equal(text, "overlap DSPtext");
	assert_string_equal(copy, "overlap DSPtext");
}

static int32_t note_offsets(uint32_t handle, uint32_t scalars,
			    struct fake_arg *args, unsigned int count)
{
	(void)handle;
	(void)scalars;
	for (unsigned int i = 0; i < count; i++)
		seen[i] = args[i];
	return 0;
}

/* Distances are kept within a group; the groups begin at cache lines. */
static void keeps_distances_of_what_overlaps(void **state)
{
	static char memory[2000];
	struct qda_arg args[] = {
		qda_in(memory + 1000, 100), qda_in(memory + 500, 10),
		qda_in(memory + 1090, 300), qda_in(memory, 200),
		qda_in(memory + 200, 1),    qda_in(memory + 1020, 5),
	};
	uint64_t start;

	fake.function = note_offsets;
	assert_int_equal(qda_invoke(*state, HANDLE, QDA_SCALARS(2, 6, 0, 0, 0),
				    args, 6, NULL),
			 0);
	start = seen[0].raw.offset;
	assert_int_equal(seen[2].raw.offset, start + 90);
	assert_int_equal(seen[5].raw.offset, start + 20);
	for (int i = 0; i < 6; i++)
		if (i != 2 && i != 5)
			assert_int_equal(seen[i].raw.offset % 128, 0);
	assert_true(seen[4].raw.offset >= seen[3].raw.offset + 200);
	assert_int_equal(stats_of(*state).bytes_in, 616);
}

static void names_dma_handles_by_tag(void **state)
{
	struct qda_session *session = *state;
	struct qda_buffer *buffer;
	char byte = 0;
	struct qda_arg args[2];
	uint32_t scalars = QDA_SCALARS(2, 0, 0, 1, 1);

	assert_int_equal(qda_buffer_create(session, 4096, &buffer), 0);
	args[0] = qda_dma(buffer, 16, 100, 55);
	args[1] = qda_dma(buffer, 0, 4096, 0);
	assert_int_equal(qda_invoke(session, HANDLE, scalars, args, 2, NULL),
			 0);
	assert_int_equal(fake.args_stride, 32);
	assert_int_equal(seen[0].raw.tag, 55);
	assert_int_equal(seen[0].raw.offset, 16);
	assert_int_equal(seen[1].raw.tag, qda_buffer_handle(buffer));
	args[1] = qda_in(&byte, 1);
	assert_int_equal(qda_invoke(session, HANDLE, scalars, args, 2, NULL),
			 -EINVAL);
	args[1] = qda_dma(buffer, 0, 4097, 7);
	assert_int_equal(qda_invoke(session, HANDLE, scalars, args, 2, NULL),
			 -ERANGE);
	qda_buffer_free(buffer);
}

static int invoke_one(struct qda_session *session, struct qda_arg arg)
{
	return qda_invoke(session, HANDLE, QDA_SCALARS(2, 1, 0, 0, 0), &arg, 1,
			  NULL);
}

static void refuses_wrong_arguments(void **state)
{
	struct qda_session *friend = fake_session();
	struct qda_arg wrong = qda_in("x", 1);
	struct qda_buffer *buffer;

	assert_int_equal(qda_buffer_create(friend, 4096, &buffer), 0);
	assert_int_equal(invoke_one(*state, qda_range(buffer, 0, 1)), -EXDEV);
	assert_int_equal(invoke_one(friend, qda_range(buffer, 4096, 1)),
			 -ERANGE);
	assert_int_equal(invoke_one(friend, qda_range(buffer, UINT64_MAX, 1)),
			 -ERANGE);
	assert_int_equal(invoke_one(*state, qda_in(NULL, 1)), -EFAULT);
	assert_int_equal(invoke_one(*state, qda_in(&wrong, 1ULL << 32)),
			 -EOVERFLOW);
	wrong.tag = 1;
	assert_int_equal(invoke_one(*state, wrong), -EINVAL);
	wrong.tag = 0;
	wrong.offset = 1;
	assert_int_equal(invoke_one(*state, wrong), -EINVAL);
	wrong.offset = 0;
	wrong.reserved = 1;
	assert_int_equal(invoke_one(*state, wrong), -EINVAL);
	assert_int_equal(qda_invoke(*state, 1, 0, NULL, 0, NULL), -EPERM);
	assert_int_equal(fake.runs, 0);
	qda_session_close(friend);
}

static void refuses_more_than_fits(void **state)
{
	struct qda_arg args[255];

	/* None of it is ever read. */
	for (uintptr_t i = 0; i < 255; i++)
		args[i] = qda_in((void *)((i + 1) << 32), UINT32_MAX);
	assert_int_equal(qda_invoke(*state, HANDLE,
				    QDA_SCALARS(2, 255, 0, 0, 0), args, 255,
				    NULL),
			 -EOVERFLOW);
	assert_int_equal(fake.runs, 0);
}

static void counts_arguments(void **state)
{
	static const struct {
		unsigned int method, in, out, in_handles, out_handles;
		int ret;
	} cases[] = {
		{ 31, 255, 255, 15, 15, 0 },	    { 32, 0, 0, 0, 0, -EINVAL },
		{ 0, 256, 0, 0, 0, -E2BIG },	    { 0, 0, 256, 0, 0, -E2BIG },
		{ 0, 0, 0, 16, 0, -E2BIG },	    { 0, 0, 0, 0, 16, -E2BIG },
		{ 0, UINT32_MAX, 0, 0, 0, -E2BIG },
	};
	struct qda_arg arg = qda_in("", 0);
	uint32_t scalars = 0;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_int_equal(qda_scalars(cases[i].method, cases[i].in,
					     cases[i].out, cases[i].in_handles,
					     cases[i].out_handles, &scalars),
				 cases[i].ret);
	assert_int_equal(scalars, 0x1fffffff);
	assert_int_equal(qda_invoke(*state, HANDLE, 0, &arg, 1, NULL), -EINVAL);
	assert_int_equal(qda_invoke(*state, HANDLE, 0x02010000, &arg, 0, NULL),
			 -EINVAL);
	assert_int_equal(qda_invoke(*state, HANDLE, 0, NULL, 541, NULL),
			 -E2BIG);
}

static void carries_the_most_arguments(void **state)
{
	uint8_t in[255], out[255];
	struct qda_buffer *buffer;
	struct qda_arg args[540];

	assert_int_equal(qda_buffer_create(*state, 4096, &buffer), 0);
	for (int i = 0; i < 255; i++) {
		in[i] = (uint8_t)i;
		args[i] = qda_in(&in[i], 1);
		args[255 + i] = qda_out(&out[i], 1);
	}
	for (int i = 510; i < 540; i++)
		args[i] = qda_dma(buffer, 0, 1, i);
	assert_int_equal(qda_invoke(*state, HANDLE,
				    QDA_SCALARS(31, 255, 255, 15, 15), args,
				    540, NULL),
			 0);
	assert_int_equal(seen_count, 540);
	assert_int_equal(seen[509].raw.offset, 509 * 128);
	assert_int_equal(seen[539].raw.tag, 539);
	qda_buffer_free(buffer);
}

static void a_warm_call_is_one_ioctl(void **state)
{
	char out[8];
	struct qda_arg args[] = { qda_in("abc", 3), qda_out(out, 8) };
	unsigned int before;

	for (int i = 0; i < 3; i++) {
		before = fake.ioctls;
		assert_int_equal(qda_invoke(*state, HANDLE,
					    QDA_SCALARS(2, 1, 1, 0, 0), args, 2,
					    NULL),
				 0);
	}
	assert_int_equal(fake.ioctls, before + 1);
	assert_int_equal(stats_of(*state).arenas, 1);
}

static void grows_its_arena_and_gives_it_back(void **state)
{
	static char big[3 << 20];
	struct qda_arg args[] = { qda_in(big, sizeof(big)) };

	assert_int_equal(invoke_one(*state, qda_in("small", 5)), 0);
	assert_int_equal(fake.bos, 1);
	assert_int_equal(invoke_one(*state, args[0]), 0);
	assert_int_equal(seen[0].length, sizeof(big));
	assert_int_equal(fake.bos, 0);
	fake.bo_error = -ENOMEM;
	assert_int_equal(invoke_one(*state, args[0]), -ENOMEM);
	fake.bo_error = 0;
	fake.map_error = -ENOMEM;
	assert_int_equal(invoke_one(*state, args[0]), -ENOMEM);
	assert_int_equal(fake.bos, 0);
}

static void a_failed_call_writes_no_output(void **state)
{
	char out[4] = "old";
	struct qda_arg args[] = { qda_in("new", 4), qda_out(out, 4) };
	uint32_t scalars = QDA_SCALARS(2, 1, 1, 0, 0);
	int32_t result;

	wanted_result = (int32_t)0x8000040e;
	assert_int_equal(qda_invoke(*state, HANDLE, scalars, args, 2, &result),
			 0);
	assert_int_equal(result, wanted_result);
	assert_int_equal(qda_invoke(*state, HANDLE, scalars, args, 2, NULL),
			 -EREMOTEIO);
	wanted_result = 0;
	fake.invoke_error = -ECONNRESET;
	assert_int_equal(qda_invoke(*state, HANDLE, scalars, args, 2, &result),
			 -ECONNRESET);
	assert_int_equal(result, 0);
	assert_string_equal(out, "old");
}

static void a_signal_does_not_send_twice(void **state)
{
	char out[4];
	struct qda_arg args[] = { qda_in("new", 4), qda_out(out, 4) };

	fake.interrupts = 5;
	assert_int_equal(qda_invoke(*state, HANDLE, QDA_SCALARS(2, 1, 1, 0, 0),
				    args, 2, NULL),
			 0);
	assert_int_equal(fake.runs, 1);
	assert_int_equal(fake.interrupts, 0);
	assert_string_equal(out, "new");
}

static void a_late_call_keeps_its_arena(void **state)
{
	struct qda_session *session = *state;
	char out[4] = "old";
	struct qda_arg args[] = { qda_in("new", 4), qda_out(out, 4) };
	uint32_t scalars = QDA_SCALARS(2, 1, 1, 0, 0);
	uint32_t late_handle;

	fake.late = 1;
	assert_int_equal(qda_invoke_until(session, HANDLE, scalars, args, 2, 5,
					  NULL),
			 -ETIME);
	assert_int_equal(fake.deadline_ns, 5);
	assert_string_equal(out, "old");
	late_handle = seen[0].raw.handle;
	/* It is asked about, still runs, and its memory is left alone. */
	fake.late = 1;
	assert_int_equal(qda_invoke(session, HANDLE, scalars, args, 2, NULL),
			 0);
	assert_int_not_equal(seen[0].raw.handle, late_handle);
	assert_int_equal(stats_of(session).arenas, 2);
	/* It has ended, and its memory is used again. */
	assert_int_equal(qda_invoke(session, HANDLE, scalars, args, 2, NULL),
			 0);
	assert_int_equal(seen[0].raw.handle, late_handle);
	assert_int_equal(stats_of(session).arenas, 2);
}

static void many_late_calls_are_all_collected(void **state)
{
	struct qda_arg args[] = { qda_in("x", 1) };
	struct qda_call *calls[100];
	uint32_t scalars = QDA_SCALARS(2, 1, 0, 0, 0);

	for (int i = 0; i < 100; i++)
		assert_int_equal(qda_call_submit(*state, HANDLE, scalars, args,
						 1, &calls[i]),
				 0);
	for (int i = 0; i < 100; i++)
		qda_call_free(calls[i]);
	for (int i = 0; i < 5; i++)
		assert_int_equal(invoke_one(*state, args[0]), 0);
	assert_int_equal(stats_of(*state).arenas, 100);
	for (int i = 0; i < 100; i++)
		assert_int_equal(qda_call_submit(*state, HANDLE, scalars, args,
						 1, &calls[i]),
				 0);
	assert_int_equal(stats_of(*state).arenas, 100);
}

static void waits_for_a_submitted_call(void **state)
{
	char out[4] = "old";
	struct qda_arg args[] = { qda_in("new", 4), qda_out(out, 4) };
	struct qda_call *call;
	int32_t result = 1;

	assert_int_equal(qda_call_submit(*state, HANDLE,
					 QDA_SCALARS(2, 1, 1, 0, 0), args, 2,
					 &call),
			 0);
	assert_string_equal(out, "old");
	fake.late = 1;
	assert_int_equal(qda_call_wait(call, 0, &result), -ETIME);
	fake.interrupts = 1;
	assert_int_equal(qda_call_wait(call, QDA_DEADLINE_NONE, &result), 0);
	assert_int_equal(result, 0);
	assert_string_equal(out, "new");
	assert_int_equal(qda_call_wait(call, 0, NULL), 0);
	qda_call_free(call);
	qda_call_free(NULL);
	assert_int_equal(fake.runs, 1);
}

static void a_submitted_call_may_fail(void **state)
{
	char out[4] = "old";
	struct qda_arg args[] = { qda_out(out, 4) };
	uint32_t scalars = QDA_SCALARS(2, 0, 1, 0, 0);
	struct qda_call *call;

	assert_int_equal(qda_call_submit(*state, 2, scalars, args, 1, &call),
			 -EPERM);
	fake.invoke_error = -EPIPE;
	assert_int_equal(
		qda_call_submit(*state, HANDLE, scalars, args, 1, &call), 0);
	assert_int_equal(qda_call_wait(call, 0, NULL), -EPIPE);
	assert_int_equal(qda_call_wait(call, 0, NULL), -EPIPE);
	qda_call_free(call);
	fake.invoke_error = 0;
	wanted_result = 39;
	assert_int_equal(
		qda_call_submit(*state, HANDLE, scalars, args, 1, &call), 0);
	assert_int_equal(qda_call_wait(call, 0, NULL), -EREMOTEIO);
	qda_call_free(call);
	assert_string_equal(out, "old");
}

static void a_session_has_a_timeout(void **state)
{
	struct qda_session_options options = QDA_SESSION_OPTIONS_INIT;
	struct qda_session *session;
	struct qda_device *device;
	int64_t before = qda_deadline(0);

	(void)state;
	options.timeout_ns = 1000000000;
	assert_int_equal(qda_device_open(QDA_DOMAIN_ANY, &device), 0);
	assert_int_equal(qda_session_open(device, &options, &session, NULL), 0);
	assert_int_equal(qda_invoke(session, HANDLE, 0, NULL, 0, NULL), 0);
	assert_in_range(fake.deadline_ns, before + options.timeout_ns,
			qda_deadline(options.timeout_ns));
	qda_device_close(device);
	qda_session_close(session);
	assert_int_equal(qda_deadline(INT64_MAX), QDA_DEADLINE_NONE);
	assert_int_equal(qda_deadline(INT64_MIN), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		SESSION_TEST(copies_memory_both_ways),
		SESSION_TEST(packs_at_steps_of_a_cache_line),
		SESSION_TEST(shares_what_lies_in_buffers),
		SESSION_TEST(lets_arguments_overlap),
		SESSION_TEST(keeps_distances_of_what_overlaps),
		SESSION_TEST(names_dma_handles_by_tag),
		SESSION_TEST(refuses_wrong_arguments),
		SESSION_TEST(refuses_more_than_fits),
		SESSION_TEST(counts_arguments),
		SESSION_TEST(carries_the_most_arguments),
		SESSION_TEST(a_warm_call_is_one_ioctl),
		SESSION_TEST(grows_its_arena_and_gives_it_back),
		SESSION_TEST(a_failed_call_writes_no_output),
		SESSION_TEST(a_signal_does_not_send_twice),
		SESSION_TEST(a_late_call_keeps_its_arena),
		SESSION_TEST(many_late_calls_are_all_collected),
		SESSION_TEST(waits_for_a_submitted_call),
		SESSION_TEST(a_submitted_call_may_fail),
		SESSION_TEST(a_session_has_a_timeout),
	};

	return RUN(tests);
}
