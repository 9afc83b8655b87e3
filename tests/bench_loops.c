// SPDX-License-Identifier: BSD-3-Clause
/*
 * The benchmark's loops in the kernel: that they tell a right answer from a wrong
 * one, whoever gives it. For a machine with qda-sim --driver bench --poll.
 */
#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "device.h"
#include "kernel_loops.h"
#include "payload.h"

#define CALLS	    100
#define TIGHT_CALLS 3000 /* more than any DSP can have in flight */
#define ECHO_KINDS  8
#define DATA_SIZE   4096
#define DATA_AT	    4096 /* in the buffer: to the DSP, and back */
#define ANSWER_AT   8192
#define ELSEWHERE   12288
#define BUFFER_SIZE 16384

static uint32_t ns[TIGHT_CALLS];

/* The record of exchange(), see payload.h. */
struct exchange_in {
	uint64_t nonce;
	uint32_t data_length;
	uint32_t answer_length;
};

struct record {
	struct exchange_in in;
	uint64_t proof;
};

/* A session with the benchmark's module, and a loop over exchange(). */
struct fixture {
	int loops;
	int session;
	uint32_t module;
	struct bo bo;
	struct record *record;
	struct call call;
	struct drm_qda_remote_invoke invoke;
	struct qda_bench_part data;
	struct qda_bench_slot slot;
	struct qda_bench_loop loop;
};

static struct fixture f;

static void start_session(uint32_t flags)
{
	struct drm_qda_remote_session_create create = {
		.kind = DRM_QDA_SESSION_DYNAMIC,
		.attributes = DRM_QDA_PROCESS_UNSIGNED,
		.flags = flags,
	};

	f.loops = loops_open();
	check(f.loops >= 0);
	f.session = file_open();
	check_ok(request(f.session, DRM_IOCTL_QDA_REMOTE_SESSION_CREATE,
			 &create));
	f.module = remote_open(f.session, "bench");
}

static void use_call(void)
{
	f.slot.template_ptr = (uintptr_t)&f.call.invoke;
	f.loop = (struct qda_bench_loop){
		.fd = f.session,
		.command = DRM_IOCTL_QDA_REMOTE_INVOKE,
		.struct_ptr = (uintptr_t)&f.invoke,
		.struct_size = sizeof(f.invoke),
		.result_offset = offsetof(struct drm_qda_remote_invoke, result),
		.slots_ptr = (uintptr_t)&f.slot,
		.slots_count = 1,
		.calls = CALLS,
	};
	f.call.invoke.deadline_ns = DRM_QDA_DEADLINE_NONE;
}

static void start_exchange(void)
{
	start_session(0);
	bo_create(f.session, BUFFER_SIZE, &f.bo);
	f.record = (struct record *)f.bo.map;
	f.record->in.data_length = DATA_SIZE;
	f.record->in.answer_length = DATA_SIZE;
	call_init(&f.call, f.module,
		  DRM_QDA_SCALARS(PAYLOAD_EXCHANGE, 2, 2, 0, 0));
	call_arg(&f.call, 0, &f.bo, offsetof(struct record, in),
		 sizeof(f.record->in));
	call_arg(&f.call, 1, &f.bo, DATA_AT, DATA_SIZE);
	call_arg(&f.call, 2, &f.bo, offsetof(struct record, proof),
		 sizeof(f.record->proof));
	call_arg(&f.call, 3, &f.bo, ANSWER_AT, DATA_SIZE);
	f.data = (struct qda_bench_part){ (uintptr_t)f.bo.map + DATA_AT,
					  DATA_SIZE };
	f.slot = (struct qda_bench_slot){
		.nonce_ptr = (uintptr_t)&f.record->in.nonce,
		.proof_ptr = (uintptr_t)&f.record->proof,
		.parts_ptr = (uintptr_t)&f.data,
		.parts_count = 1,
		.answer = { (uintptr_t)f.bo.map + ANSWER_AT, DATA_SIZE },
	};
	use_call();
}

static void stop(void)
{
	if (f.bo.map)
		bo_destroy(&f.bo);
	close(f.session);
	close(f.loops);
}

static void runs(int result, uint32_t done)
{
	check_errno(loops_ioctl(f.loops, &f.loop, ns), result);
	check_equal(f.loop.done, done);
}

static void right_answers_pass(void)
{
	start_exchange();
	runs(0, CALLS);
	check_equal(f.loop.nonce, CALLS);
	stop();
}

/* The DSP was not told to write more than three words of the answer. */
static void every_word_is_looked_at(void)
{
	start_exchange();
	f.loop.flags = QDA_BENCH_CHECK_ALL;
	runs(-EBADMSG, 0);
	f.slot.answer.length = 8;
	runs(0, CALLS);
	stop();
}

static void no_proof_is_noticed(void)
{
	start_exchange();
	f.slot.proof_ptr = (uintptr_t)f.bo.map + ELSEWHERE;
	runs(-EBADMSG, 0);
	stop();
}

static void no_answer_is_noticed(void)
{
	start_exchange();
	f.slot.answer.pointer = (uintptr_t)f.bo.map + ELSEWHERE;
	f.slot.answer.length = 8;
	runs(-EBADMSG, 0);
	stop();
}

/* The DSP sees data that are those of another call. */
static void old_data_are_noticed(void)
{
	start_exchange();
	f.slot.parts_count = 0;
	runs(-EREMOTEIO, 0);
	stop();
}

/* An ioctl that does nothing, and says that it did. */
static void a_call_that_is_not_made_is_noticed(void)
{
	start_exchange();
	runs(0, CALLS);
	f.loop.fd = f.loops;
	f.loop.command = QDA_BENCH_IOCTL_NOTHING;
	runs(-EBADMSG, 0);
	stop();
}

static void slots_take_turns(void)
{
	struct qda_bench_slot slots[2];

	start_exchange();
	slots[0] = f.slot;
	slots[1] = f.slot;
	slots[1].proof_ptr = (uintptr_t)f.bo.map + ELSEWHERE;
	f.loop.slots_ptr = (uintptr_t)slots;
	f.loop.slots_count = 2;
	runs(-EBADMSG, 1);
	stop();
}

/* As a driver does that waits for works to free what a call used. */
static void a_tight_loop_is_never_refused(void)
{
	start_session(DRM_QDA_SESSION_POLL);
	call_init(&f.call, f.module,
		  DRM_QDA_SCALARS(PAYLOAD_NOTHING, 0, 0, 0, 0));
	use_call();
	f.loop.calls = TIGHT_CALLS;
	f.loop.flags = QDA_BENCH_TIGHT;
	runs(0, TIGHT_CALLS);
	stop();
}

static void a_loop_of_loops_is_refused(void)
{
	struct qda_bench_loop inner = { 0 };

	start_exchange();
	f.loop.fd = f.loops;
	f.loop.command = QDA_BENCH_IOCTL_LOOP;
	f.loop.struct_ptr = (uintptr_t)&inner;
	runs(-ENOTTY, 0);
	stop();
}

static void wrong_loops_are_refused(void)
{
	struct qda_bench_loop right;

	start_exchange();
	right = f.loop;
	f.loop.fd = -1;
	runs(-EBADF, 0);
	f.loop = right;
	f.loop.slots_count = 0;
	runs(-EINVAL, 0);
	f.loop = right;
	f.loop.flags = 0x80;
	runs(-EINVAL, 0);
	f.loop = right;
	f.loop.struct_size = QDA_BENCH_STRUCT_MAX + 1;
	runs(-EINVAL, 0);
	f.loop = right;
	f.loop.result_offset = sizeof(f.invoke) - 2;
	runs(-EINVAL, 0);
	f.loop = right;
	f.loop.calls = QDA_BENCH_CALLS_MAX + 1;
	runs(-E2BIG, 0);
	f.loop = right;
	f.loop.slots_ptr = 8;
	runs(-EFAULT, 0);
	f.loop = right;
	f.slot.answer.length = 12;
	runs(-EINVAL, 0);
	stop();
}

static void an_ioctl_that_does_nothing(void)
{
	int loops = loops_open();

	check(loops >= 0);
	check_ok(loops_nothing(loops, CALLS, ns));
	close(loops);
}

/* By the DSP itself and by a process of it; sleeping, looking, and by a word. */
static void messages_are_answered(void)
{
	int loops = loops_open();
	uint32_t flags;

	check(loops >= 0);
	for (flags = 0; flags < ECHO_KINDS; flags++)
		check_ok(loops_echo(loops, flags, CALLS, ns));
	check_errno(loops_echo(loops, ECHO_KINDS, CALLS, ns), -EINVAL);
	check_errno(loops_echo(loops, 0, QDA_BENCH_CALLS_MAX + 1, ns), -E2BIG);
	close(loops);
}

/* The last one: the others need the module. */
static void the_module_goes(void)
{
	int loops = loops_open();

	check(loops >= 0);
	check(syscall(SYS_delete_module, "qda_bench", O_NONBLOCK) &&
	      errno == EAGAIN);
	check_ok(loops_echo(loops, QDA_BENCH_ECHO_PROCESS, 1, ns));
	close(loops);
	check_ok(syscall(SYS_delete_module, "qda_bench", O_NONBLOCK) ? -errno :
								       0);
	check_errno(loops_open(), -ENODEV);
}

static const struct subtest tests[] = {
	SUBTEST(an_ioctl_that_does_nothing),
	SUBTEST(messages_are_answered),
	SUBTEST(right_answers_pass),
	SUBTEST(every_word_is_looked_at),
	SUBTEST(no_proof_is_noticed),
	SUBTEST(no_answer_is_noticed),
	SUBTEST(old_data_are_noticed),
	SUBTEST(a_call_that_is_not_made_is_noticed),
	SUBTEST(slots_take_turns),
	SUBTEST(a_tight_loop_is_never_refused),
	SUBTEST(a_loop_of_loops_is_refused),
	SUBTEST(wrong_loops_are_refused),
	SUBTEST(the_module_goes),
};

int main(int argc, char **argv)
{
	return harness_main(argc, argv, tests, ARRAY_SIZE(tests));
}
