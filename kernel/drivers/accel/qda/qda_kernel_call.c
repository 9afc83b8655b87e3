// SPDX-License-Identifier: GPL-2.0-only
/*
 * Calls that the kernel makes on its own. Their arguments lie in DSP memory
 * that only the kernel sees and never meet those of user space.
 *
 * A call is created, published, sent and awaited. Who stops waiting leaves
 * memory behind that the DSP may still write: it goes when the DSP has answered,
 * the process was released or the DSP is down, as that of each call does.
 */
#include <linux/align.h>
#include <linux/export.h>
#include <linux/sched/signal.h>
#include <linux/string.h>
#include <linux/wait.h>

#include <kunit/visibility.h>

#include "qda_call.h"
#include "qda_kernel_call.h"
#include "qda_message.h"
#include "qda_session.h"

/* How long the DSP may take for an answer: as long as with mainline's fastrpc */
#define QDA_KERNEL_CALL_TIMEOUT	(10 * HZ)

/* Arguments do not share a line of the DSP's cache. */
#define QDA_KERNEL_ARG_ALIGN	128

/**
 * qda_kernel_payload_offset - where an argument lies in the payload
 * @request: the call
 * @i: number of the argument; or the number of arguments, for the end of all
 *
 * Return: offset in bytes.
 */
size_t qda_kernel_payload_offset(const struct qda_kernel_request *request,
				 unsigned int i)
{
	size_t offset = 0;

	while (i--)
		if (!request->args[i].address)
			offset += ALIGN(request->args[i].length, QDA_KERNEL_ARG_ALIGN);

	return offset;
}
EXPORT_SYMBOL_IF_KUNIT(qda_kernel_payload_offset);

/**
 * qda_kernel_payload_size - how much memory the arguments need
 * @request: the call
 *
 * Return: size in bytes.
 */
size_t qda_kernel_payload_size(const struct qda_kernel_request *request)
{
	return qda_kernel_payload_offset(request, qda_scalars_args(request->scalars));
}
EXPORT_SYMBOL_IF_KUNIT(qda_kernel_payload_size);

/**
 * qda_kernel_payload_fill - write the arguments and their descriptions
 * @request: the call
 * @payload: zeroed memory of qda_kernel_payload_size()
 * @address: its DSP address
 * @metadata: zeroed metadata of the call
 */
void qda_kernel_payload_fill(const struct qda_kernel_request *request,
			     void *payload, u64 address, void *metadata)
{
	unsigned int args = qda_scalars_args(request->scalars);

	for (unsigned int i = 0; i < args; i++) {
		const struct qda_kernel_arg *arg = &request->args[i];
		size_t offset = qda_kernel_payload_offset(request, i);

		if (arg->data)
			memcpy(payload + offset, arg->data, arg->length);
		qda_metadata_set_buffer(metadata, args, i,
					arg->address ?: address + offset, arg->length);
	}
}
EXPORT_SYMBOL_IF_KUNIT(qda_kernel_payload_fill);

/**
 * qda_kernel_call_create - make a call
 * @session: session with a context bank
 * @request: what is called; needed no longer afterwards
 *
 * What lies outside of the payload has to be kept by the caller, or by the
 * mappings of the call.
 *
 * Return: the call, to be left by qda_call_leave(), or an error pointer.
 */
struct qda_call *qda_kernel_call_create(struct qda_session *session,
					const struct qda_kernel_request *request)
{
	struct qda_call *call;
	struct qda_slot *slot;

	call = qda_call_create(session, qda_scalars_args(request->scalars));
	if (IS_ERR(call))
		return call;

	slot = qda_slot_get(session, qda_kernel_payload_size(request));
	if (IS_ERR(slot)) {
		qda_call_leave(call);
		return ERR_CAST(slot);
	}
	call->payload = slot;
	qda_kernel_payload_fill(request, slot->cpu, qda_slot_address(session, slot),
				call->metadata->cpu);

	return call;
}

/**
 * qda_kernel_call_wait - wait for the DSP's answer
 * @call: a call that was sent
 * @result: set to the DSP's answer for -EREMOTEIO
 *
 * Return: 0; -EREMOTEIO if the DSP refused; without an answer -ETIMEDOUT,
 * -EINTR on a fatal signal, -ECONNRESET or -EPIPE.
 */
int qda_kernel_call_wait(struct qda_call *call, s32 *result)
{
	wait_event_killable_timeout(call->wait, qda_call_is_done(call),
				    QDA_KERNEL_CALL_TIMEOUT);

	if (!qda_call_is_done(call))
		return fatal_signal_pending(current) ? -EINTR : -ETIMEDOUT;
	if (call->error || !call->result)
		return call->error;

	*result = call->result;
	return -EREMOTEIO;
}
