// SPDX-License-Identifier: BSD-3-Clause
/* REMOTE_INVOKE: what is refused, one wrong field at a time */
#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "device.h"

#define PAGE 4096ULL

/*
 * A session, a BO and a call that would be right: two buffers in, two out,
 * a DMA handle in and one out.
 */
struct fixture {
	int fd;
	struct bo bo;
	struct call call;
};

enum {
	ARG_IN,
	ARG_IN_2,
	ARG_OUT,
	ARG_OUT_2,
	ARG_HANDLE_IN,
	ARG_HANDLE_OUT
};

static void setup(struct fixture *f)
{
	unsigned int i;

	f->fd = session_open();
	bo_create(f->fd, 2 * PAGE, &f->bo);
	call_init(&f->call, 0, DRM_QDA_SCALARS(0, 2, 2, 1, 1));
	for (i = 0; i < 6; i++)
		call_arg(&f->call, i, &f->bo, 64 * i, 64);
	f->call.args[ARG_HANDLE_IN].tag = 100;
	f->call.args[ARG_HANDLE_OUT].tag = 101;
}

static void teardown(struct fixture *f)
{
	bo_destroy(&f->bo);
	close(f->fd);
}

/* Refused by the kernel: not sent, and no number given. */
static void refused(struct fixture *f, int error)
{
	check_errno(call_send(f->fd, &f->call), error);
	check_equal(f->call.invoke.call, 0);
	check_equal(session_query(f->fd).calls, 0);
}

#define REFUSED(name, error, change)                                   \
	static void name(void)                                         \
	{                                                              \
		struct fixture f;                                      \
		struct drm_qda_remote_invoke *invoke = &f.call.invoke; \
		struct drm_qda_remote_arg *args = f.call.args;         \
                                                                       \
		setup(&f);                                             \
		(void)invoke;                                          \
		(void)args;                                            \
		change;                                                \
		refused(&f, error);                                    \
		teardown(&f);                                          \
	}

REFUSED(remote_handle_1, -EPERM, invoke->remote_handle = 1)
REFUSED(remote_handle_2, -EPERM, invoke->remote_handle = 2)
REFUSED(scalars_bit_29, -EINVAL, invoke->scalars |= 1U << 29)
REFUSED(scalars_bit_30, -EINVAL, invoke->scalars |= 1U << 30)
REFUSED(scalars_bit_31, -EINVAL, invoke->scalars |= 1U << 31)
REFUSED(one_argument_missing, -EINVAL, invoke->args_count--)
REFUSED(one_argument_too_many, -EINVAL, invoke->args_count++)
REFUSED(arguments_missing, -EINVAL, invoke->args_count = 0)
REFUSED(more_than_540_arguments, -E2BIG, invoke->args_count = 541)
REFUSED(most_arguments_countable, -E2BIG, invoke->args_count = UINT32_MAX)
REFUSED(stride_zero, -EINVAL, invoke->args_stride = 0)
REFUSED(stride_unaligned, -EINVAL, invoke->args_stride += 4)
REFUSED(args_not_mapped, -EFAULT, invoke->args_ptr = 8)
REFUSED(args_null, -EFAULT, invoke->args_ptr = 0)
REFUSED(args_in_kernel, -EFAULT, invoke->args_ptr = 0xffff888000000000)
REFUSED(unknown_flag_2, -EINVAL, invoke->flags = 1U << 2)
REFUSED(unknown_flag_31, -EINVAL, invoke->flags = 1U << 31)
REFUSED(nowait_with_deadline, -EINVAL, invoke->flags = DRM_QDA_INVOKE_NOWAIT)
REFUSED(event_without_nowait, -EINVAL, invoke->flags = DRM_QDA_INVOKE_EVENT)
REFUSED(event_with_deadline, -EINVAL,
	invoke->flags = DRM_QDA_INVOKE_NOWAIT | DRM_QDA_INVOKE_EVENT)
REFUSED(user_data_without_event, -EINVAL, invoke->user_data = 1)

REFUSED(unknown_bo, -ENOENT, args[ARG_IN].handle = 4711)
REFUSED(unknown_bo_last, -ENOENT, args[ARG_HANDLE_OUT].handle = UINT32_MAX)
REFUSED(no_bo, -EINVAL, args[ARG_OUT].handle = 0)
REFUSED(arg_flag_0, -EINVAL, args[ARG_IN].flags = 1)
REFUSED(arg_flag_31, -EINVAL, args[ARG_HANDLE_IN].flags = 1U << 31)
REFUSED(arg_padding, -EINVAL, args[ARG_OUT_2].pad = 1)
REFUSED(arg_padding_handle, -EINVAL, args[ARG_HANDLE_OUT].pad = 0x80000000)

REFUSED(past_the_end, -ERANGE, args[ARG_IN].length = 2 * PAGE + 1)
REFUSED(past_the_end_by_offset, -ERANGE, args[ARG_OUT].offset = 2 * PAGE - 63)
REFUSED(from_the_end, -ERANGE, args[ARG_OUT].offset = 2 * PAGE)
REFUSED(offset_near_2_64, -ERANGE, args[ARG_IN].offset = UINT64_MAX)
REFUSED(sum_wraps_to_0, -ERANGE, args[ARG_IN].offset = UINT64_MAX - 63)
REFUSED(sum_wraps_into_bo, -ERANGE, args[ARG_IN].offset = UINT64_MAX - 31)
REFUSED(length_near_2_32, -ERANGE, args[ARG_IN].length = UINT32_MAX)
REFUSED(handle_past_the_end, -ERANGE, args[ARG_HANDLE_IN].length = 2 * PAGE + 1)
REFUSED(handle_sum_wraps, -ERANGE,
	args[ARG_HANDLE_OUT].offset = UINT64_MAX - 63)

REFUSED(buffer_with_tag, -EINVAL, args[ARG_IN].tag = 1)
REFUSED(output_with_tag, -EINVAL, args[ARG_OUT].tag = -1)
REFUSED(handle_without_tag, -EINVAL, args[ARG_HANDLE_IN].tag = 0)
REFUSED(handle_with_tag_minus_1, -EINVAL, args[ARG_HANDLE_OUT].tag = -1)

REFUSED(empty_with_bo, -EINVAL, args[ARG_IN].length = 0;
	args[ARG_IN].offset = 0)
REFUSED(empty_with_offset, -EINVAL, args[ARG_IN].length = 0;
	args[ARG_IN].handle = 0; args[ARG_IN].offset = 64)

REFUSED(more_args_than_the_scalars_hold, -EINVAL,
	invoke->scalars = DRM_QDA_SCALARS(0, 0, 0, 0, 0))

/* Lengths are below 4 GiB: whether the BO or the field is at fault is alike. */
static void length_beyond_4_gib(void)
{
	static const uint64_t lengths[] = {
		1ULL << 32,
		(1ULL << 32) + 64,
		1ULL << 63,
		UINT64_MAX,
	};
	struct fixture f;
	size_t i;
	int ret;

	setup(&f);
	for (i = 0; i < ARRAY_SIZE(lengths); i++) {
		f.call.args[ARG_OUT].length = lengths[i];
		ret = call_send(f.fd, &f.call);
		check(ret == -ERANGE || ret == -EINVAL);
		check_equal(f.call.invoke.call, 0);
	}
	teardown(&f);
}

/* The last element ends beyond what is mapped. */
static void args_end_in_a_hole(void)
{
	size_t size = 5 * sizeof(struct drm_qda_remote_arg);
	struct fixture f;
	uint8_t *pages;

	setup(&f);
	pages = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE,
		     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	check(pages != MAP_FAILED);
	munmap(pages + PAGE, PAGE);
	memcpy(pages + PAGE - size, f.call.args, size);
	f.call.invoke.args_ptr = (uintptr_t)pages + PAGE - size;
	refused(&f, -EFAULT);
	munmap(pages, PAGE);
	teardown(&f);
}

static void stride_longer_unknown_tail(void)
{
	struct {
		struct drm_qda_remote_arg arg;
		uint64_t more;
	} longer[6] = { 0 };
	struct fixture f;
	unsigned int i;

	setup(&f);
	for (i = 0; i < 6; i++)
		longer[i].arg = f.call.args[i];
	longer[5].more = 1ULL << 63;
	f.call.invoke.args_ptr = (uintptr_t)longer;
	f.call.invoke.args_stride = sizeof(longer[0]);
	refused(&f, -E2BIG);
	teardown(&f);
}

/* Any answer will do but a kernel that reads 4 GiB or wraps. */
static void stride_huge(void)
{
	struct fixture f;
	int ret;

	setup(&f);
	f.call.invoke.args_stride = 0xfffffff8;
	ret = call_send(f.fd, &f.call);
	check(ret == -EFAULT || ret == -E2BIG || ret == -EINVAL);
	teardown(&f);
}

static void stride_without_arguments(void)
{
	struct fixture f;

	setup(&f);
	call_init(&f.call, 0, DRM_QDA_SCALARS(0, 0, 0, 0, 0));
	f.call.invoke.args_stride = sizeof(f.call.args[0]);
	refused(&f, -EINVAL);
	teardown(&f);
}

static void bo_of_another_file(void)
{
	struct fixture f;
	struct bo foreign;
	int other = file_open();

	setup(&f);
	do { /* a handle that is none in the session */
		bo_create(other, PAGE, &foreign);
	} while (foreign.handle <= f.bo.handle);
	f.call.args[ARG_IN].handle = foreign.handle;
	refused(&f, -ENOENT);
	teardown(&f);
	close(other);
}

static void closed_bo(void)
{
	struct fixture f;
	struct bo gone;

	setup(&f);
	bo_create(f.fd, PAGE, &gone);
	bo_destroy(&gone);
	f.call.args[ARG_OUT].handle = gone.handle;
	refused(&f, -ENOENT);
	teardown(&f);
}

/* With a number set, nothing is sent and all else is ignored. */
static void unknown_call(void)
{
	struct fixture f;

	setup(&f);
	f.call.invoke.call = 0x123456789abcULL;
	f.call.invoke.flags = UINT32_MAX;
	f.call.invoke.remote_handle = 1;
	f.call.invoke.args_ptr = 8;
	check_errno(call_send(f.fd, &f.call), -ENOENT);
	check_equal(session_query(f.fd).calls, 0);
	teardown(&f);
}

static const struct subtest tests[] = {
	SUBTEST(remote_handle_1),
	SUBTEST(remote_handle_2),
	SUBTEST(scalars_bit_29),
	SUBTEST(scalars_bit_30),
	SUBTEST(scalars_bit_31),
	SUBTEST(one_argument_missing),
	SUBTEST(one_argument_too_many),
	SUBTEST(arguments_missing),
	SUBTEST(more_than_540_arguments),
	SUBTEST(most_arguments_countable),
	SUBTEST(stride_zero),
	SUBTEST(stride_unaligned),
	SUBTEST(args_not_mapped),
	SUBTEST(args_null),
	SUBTEST(args_in_kernel),
	SUBTEST(unknown_flag_2),
	SUBTEST(unknown_flag_31),
	SUBTEST(nowait_with_deadline),
	SUBTEST(event_without_nowait),
	SUBTEST(event_with_deadline),
	SUBTEST(user_data_without_event),
	SUBTEST(unknown_bo),
	SUBTEST(unknown_bo_last),
	SUBTEST(no_bo),
	SUBTEST(arg_flag_0),
	SUBTEST(arg_flag_31),
	SUBTEST(arg_padding),
	SUBTEST(arg_padding_handle),
	SUBTEST(past_the_end),
	SUBTEST(past_the_end_by_offset),
	SUBTEST(from_the_end),
	SUBTEST(offset_near_2_64),
	SUBTEST(sum_wraps_to_0),
	SUBTEST(sum_wraps_into_bo),
	SUBTEST(length_near_2_32),
	SUBTEST(handle_past_the_end),
	SUBTEST(handle_sum_wraps),
	SUBTEST(buffer_with_tag),
	SUBTEST(output_with_tag),
	SUBTEST(handle_without_tag),
	SUBTEST(handle_with_tag_minus_1),
	SUBTEST(empty_with_bo),
	SUBTEST(empty_with_offset),
	SUBTEST(more_args_than_the_scalars_hold),
	SUBTEST(length_beyond_4_gib),
	SUBTEST(args_end_in_a_hole),
	SUBTEST(stride_longer_unknown_tail),
	SUBTEST(stride_huge),
	SUBTEST(stride_without_arguments),
	SUBTEST(bo_of_another_file),
	SUBTEST(closed_bo),
	SUBTEST(unknown_call),
};

int main(int argc, char **argv)
{
	return harness_main(argc, argv, tests, ARRAY_SIZE(tests));
}
