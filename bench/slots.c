// SPDX-License-Identifier: BSD-3-Clause
#include "slots.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/ioctl.h>

#define SLOT_ALIGNMENT 4096

const char *slots_unfit(const struct workload *workload)
{
	if (workload->threads > 1 || workload->sessions > 1)
		return "it is one thread with one session";
	if (workload->handles > 1)
		return "its calls share a buffer";
	return NULL;
}

static size_t slot_size(const struct workload *workload)
{
	size_t size = sizeof(struct request) + SLOT_ALIGNMENT +
		      request_payload_size(workload);

	return (size + SLOT_ALIGNMENT - 1) & ~(size_t)(SLOT_ALIGNMENT - 1);
}

/* @base: where the buffer begins, @start: where the slot does */
static int init_slot(struct slots *slots, struct slot *slot, uint8_t *base,
		     uint8_t *start)
{
	uint32_t handle = qda_buffer_handle(slots->buffer);
	struct request *request = (struct request *)start;
	size_t own = (sizeof(*request) + SLOT_ALIGNMENT - 1) &
		     ~(size_t)(SLOT_ALIGNMENT - 1);

	request_init(request, &slots->workload, start + own);
	slot->request = request;
	slot->args = calloc(REQUEST_ARGS_MAX, sizeof(*slot->args));
	if (!slot->args)
		return -ENOMEM;
	for (unsigned int i = 0; i < request->in + request->out; i++)
		slot->args[i] = (struct drm_qda_remote_arg){
			.handle = handle,
			.offset = (uint64_t)((uint8_t *)request->args[i].data -
					     base),
			.length = request->args[i].length,
		};
	return 0;
}

static int add_slots(struct slots *slots, unsigned int count)
{
	size_t size = slot_size(&slots->workload);
	void *base;
	int ret;

	slots->slots = calloc(count, sizeof(*slots->slots));
	if (!slots->slots)
		return -ENOMEM;
	ret = qda_buffer_create(slots->bench.session, count * size,
				&slots->buffer);
	if (!ret)
		ret = qda_buffer_map(slots->buffer, &base);
	for (unsigned int i = 0; !ret && i < count; i++) {
		slots->count++;
		ret = init_slot(slots, &slots->slots[i], base,
				(uint8_t *)base + i * size);
	}
	return ret;
}

int slots_open(struct slots *slots, const struct workload *workload,
	       unsigned int count)
{
	struct request configure;
	int ret;

	*slots = (struct slots){ .workload = *workload };
	ret = qda_bench_open(&slots->bench, 0);
	if (!ret) {
		request_init_configure(&configure, workload);
		ret = qda_bench_invoke(&slots->bench, &configure, NULL);
	}
	return ret ? ret : add_slots(slots, count);
}

void slots_close(struct slots *slots)
{
	qda_bench_close(&slots->bench);
	for (unsigned int i = 0; i < slots->count; i++)
		free(slots->slots[i].args);
	free(slots->slots);
}

int slots_ioctl(const struct slots *slots, unsigned long number, void *data)
{
	int fd = qda_session_fd(slots->bench.session);
	int ret;

	do {
		ret = ioctl(fd, number, data);
	} while (ret && errno == EINTR);
	return ret ? -errno : 0;
}

void slots_mark(struct slots *slots, struct slot *slot)
{
	slot->nonce = ++slots->nonce;
	request_mark(slot->request, slot->nonce);
}

void slots_begin(struct slots *slots, struct slot *slot,
		 struct drm_qda_remote_invoke *invoke)
{
	slots_mark(slots, slot);
	*invoke = qda_bench_prepare(&slots->bench, slot->request, slot->args);
	invoke->flags = DRM_QDA_INVOKE_NOWAIT;
}

void slots_begin_batch(struct slots *slots, struct slot *first,
		       struct drm_qda_remote_batch_call *calls,
		       unsigned int count)
{
	for (unsigned int i = 0; i < count; i++) {
		struct drm_qda_remote_invoke invoke;

		slots_begin(slots, &first[i], &invoke);
		calls[i] = (struct drm_qda_remote_batch_call){
			.remote_handle = invoke.remote_handle,
			.scalars = invoke.scalars,
			.args_ptr = invoke.args_ptr,
			.args_count = invoke.args_count,
			.args_stride = invoke.args_stride,
		};
	}
}

int slots_end(const struct slot *slot, int error, int32_t result)
{
	if (error)
		return error;
	if (result || !request_is_answered(slot->request, slot->nonce))
		return -EBADMSG;
	return 0;
}

int slots_end_batch(const struct slot *first,
		    const struct drm_qda_remote_batch_call *calls,
		    unsigned int count)
{
	int ret = 0;

	for (unsigned int i = 0; !ret && i < count; i++)
		ret = calls[i].done ? slots_end(&first[i], -(int)calls[i].error,
						calls[i].result) :
				      -EIO;
	return ret;
}

uint32_t *slots_time(uint64_t *last, unsigned int ended, uint32_t *ns)
{
	uint64_t now = bench_ticks();
	uint32_t each = bench_ns((now - *last) / ended);

	*last = now;
	while (ended--)
		*ns++ = each;
	return ns;
}

int slots_count(struct slots *slots, struct tally *tally)
{
	struct request state;
	int ret;

	request_init_state(&state);
	ret = qda_bench_invoke(&slots->bench, &state, NULL);
	*tally = (struct tally){ 0 };
	if (!ret)
		request_tally(&state, tally);
	return ret;
}
