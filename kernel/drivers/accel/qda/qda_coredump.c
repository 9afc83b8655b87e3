// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is left to read when a process on the DSP dies, or when the DSP goes down
 * while it works on calls.
 *
 * The news comes in interrupt context, and what it is about is gone soon after.
 * So it is copied at once to memory that is there for it, and written out by a
 * work. While one is being written, or was not read yet, another is not kept: the
 * first tells more.
 */
#include <linux/devcoredump.h>
#include <linux/of.h>
#include <linux/unaligned.h>
#include <linux/vmalloc.h>

#include <drm/drm_file.h>
#include <drm/drm_print.h>

#include "qda_call.h"
#include "qda_coredump.h"
#include "qda_drv.h"
#include "qda_message.h"
#include "qda_session.h"

static void qda_record(struct qda_coredump *core, struct qda_record *record,
		       const void *data, size_t length, size_t known, ktime_t now)
{
	struct qda_recorded *message;

	guard(spinlock_irqsave)(&core->lock);

	message = &record->last[record->count++ % QDA_RECORDED_MESSAGES];
	message->time = now;
	message->length = length;
	memset(message->words, 0, sizeof(message->words));
	memcpy(message->words, data, min(known, sizeof(message->words)));
}

/**
 * qda_coredump_sent - remember a message to the DSP
 * @qda: device
 * @message: the message
 * @now: the time
 */
void qda_coredump_sent(struct qda_device *qda, const struct qda_message *message,
		       ktime_t now)
{
	/* As far as it says what is called, not where its memory is. */
	static_assert(offsetof(struct qda_message, addr) ==
		      sizeof_field(struct qda_recorded, words));

	qda_record(&qda->coredump, &qda->coredump.sent, message, sizeof(*message),
		   offsetof(struct qda_message, addr), now);
}

/**
 * qda_coredump_received - remember a message of the DSP
 * @qda: device
 * @data: the message, of any alignment
 * @length: its length in bytes
 * @now: the time
 *
 * Context: Any.
 */
void qda_coredump_received(struct qda_device *qda, const void *data, size_t length,
			   ktime_t now)
{
	qda_record(&qda->coredump, &qda->coredump.received, data, length, length, now);
}

static bool qda_dump_call(struct qda_dump *dump, const struct qda_call *call)
{
	struct qda_dumped_call *dumped;

	if (!call->in_flight || call->done)
		return true;
	if (dump->num_calls == QDA_DUMPED_CALLS)
		return false;

	dumped = &dump->calls[dump->num_calls++];
	dumped->context = call->context;
	dumped->session = call->session->id;
	dumped->submitted = call->submitted;
	dumped->handle = call->handle;
	dumped->scalars = call->scalars;

	return true;
}

static struct qda_dump *qda_dump_begin(struct qda_device *qda, const char *reason,
				       unsigned int in_flight)
{
	struct qda_dump *dump = &qda->coredump.dump;

	lockdep_assert_held(qda_calls_lock(qda));

	if (qda->coredump.pending || qda->down)
		return NULL;

	qda->coredump.pending = true;
	dump->reason = reason;
	dump->time = ktime_get();
	dump->session = 0;
	dump->process = 0;
	dump->in_flight = in_flight;
	dump->num_calls = 0;

	guard(spinlock)(&qda->coredump.lock);

	dump->sent = qda->coredump.sent;
	dump->received = qda->coredump.received;

	return dump;
}

/**
 * qda_coredump_process - a session's process has died by itself
 * @session: the session, whose calls are not ended yet
 *
 * Context: Holds the lock of calls.
 */
void qda_coredump_process(struct qda_session *session)
{
	struct qda_device *qda = session->qda;
	struct qda_call *call;
	struct qda_dump *dump;

	dump = qda_dump_begin(qda, "a process on the DSP died", session->usage.in_flight);
	if (!dump)
		return;

	dump->session = session->id;
	dump->process = session->client_id;
	list_for_each_entry(call, &session->calls, node)
		if (!qda_dump_call(dump, call))
			break;

	queue_work(qda->wq, &qda->coredump.work);
}

/**
 * qda_coredump_device - the DSP, or its driver, is going away
 * @qda: device whose calls are not ended yet
 *
 * Context: May sleep.
 */
void qda_coredump_device(struct qda_device *qda)
{
	struct qda_call *call;
	struct qda_dump *dump;
	unsigned long index;

	guard(spinlock_irq)(qda_calls_lock(qda));

	if (!qda->in_flight)
		return;

	dump = qda_dump_begin(qda, "the DSP or its driver went away", qda->in_flight);
	if (!dump)
		return;

	xa_for_each(&qda->calls, index, call)
		if (!qda_dump_call(dump, call))
			break;

	queue_work(qda->wq, &qda->coredump.work);
}

static void qda_dump_print_calls(struct drm_printer *p, const struct qda_dump *dump)
{
	drm_printf(p, "calls in flight: %u\n", dump->in_flight);
	for (unsigned int i = 0; i < dump->num_calls; i++) {
		const struct qda_dumped_call *call = &dump->calls[i];

		drm_printf(p, "  context=0x%llx session=%llu handle=0x%x scalars=0x%08x",
			   call->context, call->session, call->handle, call->scalars);
		drm_printf(p, " age_ns=%lld\n",
			   ktime_to_ns(ktime_sub(dump->time, call->submitted)));
	}
	if (dump->num_calls < dump->in_flight)
		drm_printf(p, "  and %u more\n", dump->in_flight - dump->num_calls);
}

static void qda_dump_print_record(struct drm_printer *p, const char *what,
				  const struct qda_record *record)
{
	u64 number = record->count - min(record->count, QDA_RECORDED_MESSAGES);

	drm_printf(p, "messages %s: %llu\n", what, record->count);
	for (; number < record->count; number++) {
		const struct qda_recorded *message;

		message = &record->last[number % QDA_RECORDED_MESSAGES];
		drm_printf(p, "  time_ns=%lld length=%u words=%08x %08x %08x %08x %08x %08x\n",
			   ktime_to_ns(message->time), message->length,
			   message->words[0], message->words[1], message->words[2],
			   message->words[3], message->words[4], message->words[5]);
	}
}

static void qda_dump_print(struct drm_printer *p, struct qda_device *qda)
{
	const struct qda_dump *dump = &qda->coredump.dump;
	const char *soc = "unknown";

	of_property_read_string(qda->drm.dev->of_node, "compatible", &soc);

	drm_puts(p, "Qualcomm DSP Accelerator\n");
	drm_printf(p, "device: accel%d\n", qda->drm.accel->index);
	drm_printf(p, "domain: %u\n", qda->domain);
	drm_printf(p, "soc: %s, %u-bit addresses\n", soc, qda->dma_bits);
	drm_printf(p, "reason: %s\n", dump->reason);
	drm_printf(p, "time_ns: %lld\n", ktime_to_ns(dump->time));
	drm_printf(p, "session: %llu\n", dump->session);
	drm_printf(p, "process: %u\n", dump->process);
	qda_dump_print_calls(p, dump);
	qda_dump_print_record(p, "sent", &dump->sent);
	qda_dump_print_record(p, "received", &dump->received);
}

/* What does not fit is cut off; without a buffer everything is counted. */
static size_t qda_dump_write(struct qda_device *qda, char *buffer, size_t size)
{
	struct drm_print_iterator iterator = {
		.data = buffer,
		.remain = size,
	};
	struct drm_printer p = drm_coredump_printer(&iterator);

	qda_dump_print(&p, qda);

	return size - iterator.remain;
}

static void qda_coredump_work(struct work_struct *work)
{
	struct qda_coredump *core = container_of(work, struct qda_coredump, work);
	struct qda_device *qda = container_of(core, struct qda_device, coredump);
	size_t size = qda_dump_write(qda, NULL, INT_MAX);
	char *text;

	/* The printer ends it with a NUL. */
	text = vmalloc(size + 1);
	if (text) {
		qda_dump_write(qda, text, size + 1);
		dev_coredumpv(qda->drm.dev, text, size, GFP_KERNEL);
	}

	scoped_guard(spinlock_irq, qda_calls_lock(qda))
		core->pending = false;
}

/**
 * qda_coredump_init - remember nothing yet
 * @qda: device
 */
void qda_coredump_init(struct qda_device *qda)
{
	spin_lock_init(&qda->coredump.lock);
	INIT_WORK(&qda->coredump.work, qda_coredump_work);
}
