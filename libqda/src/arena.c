// SPDX-License-Identifier: BSD-3-Clause
#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"

/* What scalars say, with the arguments of each class before the next. */
struct shape {
	unsigned int inputs;
	unsigned int buffers; /* inputs and outputs */
	unsigned int total;
};

static struct shape shape_of(uint32_t scalars)
{
	struct shape shape;

	shape.inputs = DRM_QDA_SCALARS_IN_BUFFERS(scalars);
	shape.buffers = shape.inputs + DRM_QDA_SCALARS_OUT_BUFFERS(scalars);
	shape.total = shape.buffers + DRM_QDA_SCALARS_IN_HANDLES(scalars) +
		      DRM_QDA_SCALARS_OUT_HANDLES(scalars);
	return shape;
}

/* Only DMA handles have a tag; without any the kernel need not copy it. */
static uint32_t stride_of(struct shape shape)
{
	if (!shape.total)
		return 0;
	return shape.total > shape.buffers ?
		       sizeof(struct drm_qda_remote_arg) :
		       offsetof(struct drm_qda_remote_arg, tag);
}

static struct drm_qda_remote_arg *arg_at(const struct qda_call *call,
					 unsigned int index)
{
	return (void *)(call->args + (size_t)index * call->args_stride);
}

static int reserve(struct qda_call *call, unsigned int count)
{
	unsigned int capacity = call->capacity ? call->capacity : 16;
	struct qda_copy *copies;
	uint16_t *order;
	uint8_t *args;

	if (count <= call->capacity)
		return 0;
	while (capacity < count)
		capacity *= 2;
	args = reallocarray(call->args, capacity,
			    sizeof(struct drm_qda_remote_arg));
	if (!args)
		return -ENOMEM;
	call->args = args;
	copies = reallocarray(call->copies, capacity, sizeof(*copies));
	if (!copies)
		return -ENOMEM;
	call->copies = copies;
	order = reallocarray(call->order, capacity, sizeof(*order));
	if (!order)
		return -ENOMEM;
	call->order = order;
	call->capacity = capacity;
	return 0;
}

/* Takes the next lines of the arena, whose size so far is @end. */
static int take_lines(size_t length, size_t *start, size_t *end)
{
	if (__builtin_add_overflow(*end, QDA_ARENA_ALIGN - 1, start))
		return -EOVERFLOW;
	*start -= *start % QDA_ARENA_ALIGN;
	return __builtin_add_overflow(*start, length, end) ? -EOVERFLOW : 0;
}

static int place(struct qda_call *call, unsigned int index,
		 const struct qda_arg *arg, size_t *end)
{
	struct qda_copy *copy = &call->copies[call->copies_count];
	size_t start;
	int ret = take_lines(arg->length, &start, end);

	if (ret)
		return ret;
	*copy = (struct qda_copy){ arg->pointer, start, arg->length, index };
	call->order[call->copies_count] = (uint16_t)call->copies_count;
	call->copies_count++;
	return 0;
}

static uintptr_t start_of(const struct qda_call *call, unsigned int i)
{
	return (uintptr_t)call->copies[call->order[i]].pointer;
}

/* Shell's sort: in place, and a call has few copies as a rule. */
static void sort_by_address(struct qda_call *call)
{
	unsigned int count = call->copies_count;

	for (unsigned int gap = count / 2; gap; gap /= 2) {
		for (unsigned int i = gap; i < count; i++) {
			unsigned int at = i;
			uint16_t moved = call->order[i];
			uintptr_t start =
				(uintptr_t)call->copies[moved].pointer;

			for (; at >= gap && start_of(call, at - gap) > start;
			     at -= gap)
				call->order[at] = call->order[at - gap];
			call->order[at] = moved;
		}
	}
}

/*
 * How many copies from the sorted @first on overlap, each with one before it;
 * @end is set to where they end. An address range ends below UINTPTR_MAX.
 */
static unsigned int overlapping(const struct qda_call *call, unsigned int first,
				uintptr_t *end)
{
	unsigned int i = first;

	*end = 0;
	for (; i < call->copies_count; i++) {
		uintptr_t start = start_of(call, i), stop;

		if (i > first && start >= *end)
			break;
		if (__builtin_add_overflow(
			    start, call->copies[call->order[i]].length, &stop))
			stop = UINTPTR_MAX;
		if (stop > *end)
			*end = stop;
	}
	return i - first;
}

/* Bytes that two arguments share in the program, they share in the arena. */
static int merge_overlaps(struct qda_call *call, size_t *end)
{
	unsigned int groups = 0, members;
	size_t start = 0;
	uintptr_t stop;

	sort_by_address(call);
	for (unsigned int i = 0; i < call->copies_count; i += members) {
		members = overlapping(call, i, &stop);
		groups++;
	}
	if (groups == call->copies_count)
		return 0;
	*end = 0;
	for (unsigned int i = 0; i < call->copies_count; i += members) {
		uintptr_t first = start_of(call, i);
		int ret;

		members = overlapping(call, i, &stop);
		ret = take_lines(stop - first, &start, end);
		if (ret)
			return ret;
		for (unsigned int k = i; k < i + members; k++)
			call->copies[call->order[k]].offset =
				start + (start_of(call, k) - first);
	}
	return 0;
}

static int check_arg(const struct qda_call *call, const struct qda_arg *arg,
		     bool dma)
{
	if (arg->reserved || (arg->tag && !dma))
		return -EINVAL;
	if (arg->buffer && arg->buffer->session != call->session)
		return -EXDEV;
	if (!arg->buffer && arg->offset)
		return -EINVAL;
	if (arg->length > UINT32_MAX)
		return -EOVERFLOW;
	if (arg->length && !arg->buffer && !arg->pointer)
		return -EFAULT;
	return 0;
}

/*
 * Names the buffer that the argument lies in. Returns 1 where there is none, so
 * that it has to be copied.
 */
static int share(struct qda_call *call, const struct qda_arg *arg,
		 struct drm_qda_remote_arg *out)
{
	struct qda_buffer *buffer = arg->buffer;
	uint64_t offset = arg->offset;
	int ret;

	if (!buffer) {
		ret = qda_session_find(call->session, arg->pointer, arg->length,
				       &buffer, &offset);
		if (ret)
			return ret;
		if (!buffer)
			return 1;
	}
	out->handle = buffer->handle;
	out->offset = offset;
	out->length = arg->length;
	return 0;
}

static int translate(struct qda_call *call, unsigned int index,
		     const struct qda_arg *arg, bool dma, size_t *end)
{
	struct drm_qda_remote_arg *out = arg_at(call, index);
	int ret = check_arg(call, arg, dma);

	memset(out, 0, call->args_stride);
	if (ret)
		return ret;
	if (dma)
		out->tag = !arg->tag && arg->buffer ?
				   (int32_t)arg->buffer->handle :
				   arg->tag;
	if (!arg->length)
		return 0;
	ret = share(call, arg, out);
	if (ret <= 0)
		return ret;
	/* Code on the DSP may keep a DMA handle: it needs memory that stays. */
	return dma ? -EINVAL : place(call, index, arg, end);
}

void qda_call_drop_arena(struct qda_call *call)
{
	if (!call->arena)
		return;
	qda_sys->unmap(call->arena, call->arena_size);
	if (!qda_session_check(call->session))
		qda_bo_close(call->session->fd, call->arena_handle);
	call->arena = NULL;
	call->arena_size = 0;
}

static int make_arena(struct qda_call *call, size_t size)
{
	struct qda_session *session = call->session;
	struct qda_bo bo;
	void *address;
	int ret;

	if (size <= call->arena_size)
		return 0;
	if (session->buffer_size_max && size > session->buffer_size_max)
		return -EOVERFLOW;
	if (size < QDA_ARENA_SIZE_MIN)
		size = QDA_ARENA_SIZE_MIN;
	qda_call_drop_arena(call);
	ret = qda_bo_create(session->fd, size, &bo);
	if (ret)
		return ret;
	ret = qda_sys->map(session->fd, bo.size, bo.mmap_offset, &address);
	if (ret) {
		qda_bo_close(session->fd, bo.handle);
		return ret;
	}
	call->arena = address;
	call->arena_size = bo.size;
	call->arena_handle = bo.handle;
	qda_count(&session->counters.arenas, 1);
	return 0;
}

int qda_call_prepare(struct qda_call *call, uint32_t scalars,
		     const struct qda_arg *args, size_t count)
{
	struct shape shape = shape_of(scalars);
	size_t end = 0;
	int ret;

	if (count > DRM_QDA_ARGS_MAX)
		return -E2BIG;
	if (count != shape.total)
		return -EINVAL;
	ret = reserve(call, shape.total);
	call->count = shape.total;
	call->args_stride = stride_of(shape);
	call->copies_count = 0;
	call->copies_in = 0;
	for (unsigned int i = 0; !ret && i < shape.total; i++) {
		ret = translate(call, i, &args[i], i >= shape.buffers, &end);
		if (i < shape.inputs)
			call->copies_in = call->copies_count;
	}
	if (!ret && call->copies_count > 1)
		ret = merge_overlaps(call, &end);
	return ret ? ret : make_arena(call, end);
}

void qda_call_copy_in(struct qda_call *call)
{
	struct qda_counters *counters = &call->session->counters;
	uint64_t bytes = 0;

	for (unsigned int i = 0; i < call->copies_count; i++) {
		const struct qda_copy *copy = &call->copies[i];
		struct drm_qda_remote_arg *arg = arg_at(call, copy->arg);

		arg->handle = call->arena_handle;
		arg->offset = copy->offset;
		arg->length = copy->length;
		/* Else bytes of an earlier call would come back. */
		if (i >= call->copies_in)
			memset(call->arena + copy->offset, 0, copy->length);
	}
	/* After that: an output may be an input too. */
	for (unsigned int i = 0; i < call->copies_in; i++) {
		const struct qda_copy *copy = &call->copies[i];

		memcpy(call->arena + copy->offset, copy->pointer, copy->length);
		bytes += copy->length;
	}
	qda_count(&counters->bytes_in, bytes);
	qda_count(&counters->arguments_copied, call->copies_count);
	qda_count(&counters->arguments_shared,
		  call->count - call->copies_count);
}

void qda_call_copy_out(struct qda_call *call)
{
	uint64_t bytes = 0;

	for (unsigned int i = call->copies_in; i < call->copies_count; i++) {
		const struct qda_copy *copy = &call->copies[i];

		memcpy(copy->pointer, call->arena + copy->offset, copy->length);
		bytes += copy->length;
	}
	qda_count(&call->session->counters.bytes_out, bytes);
}
