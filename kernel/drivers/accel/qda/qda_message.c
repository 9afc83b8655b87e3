// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is sent to the DSP and how its messages are read: pure functions,
 * without locks or state.
 */
#include <linux/align.h>
#include <linux/bitfield.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/unaligned.h>

#include <kunit/visibility.h>

#include "qda_message.h"

/* Messages of the DSP are told apart by their length and first word. */
#define QDA_REPLY_SIGNAL_SIZE	8
#define QDA_REPLY_ANSWER_SIZE	16
#define QDA_REPLY_STATUS_SIZE	20
#define QDA_REPLY_ANSWER2_SIZE	24

#define QDA_REPLY_STATUS_WORD	0xabcdabcdull
#define QDA_REPLY_STATUS_TYPE	4

/* Flags of a 24-byte answer */
#define QDA_ANSWER_NORMAL	0
#define QDA_ANSWER_EARLY	1
#define QDA_ANSWER_USER_EARLY	2
#define QDA_ANSWER_COMPLETE	3
#define QDA_ANSWER_POLLED	5

/* Status of a process: up, or why it ended, as DRM_QDA_REASON_* number it */
#define QDA_STATUS_UP		0
#define QDA_STATUS_MAX		DRM_QDA_REASON_RESTART

/**
 * qda_context_make - name a call for the wire
 * @index: index in the table of calls, 1 to QDA_CONTEXT_INDEX_MAX
 * @sequence: sequence number of the call
 * @process: kind of the session's process, QDA_PROCESS_*
 *
 * Return: the context, never 0.
 */
u64 qda_context_make(u32 index, u32 sequence, unsigned int process)
{
	return FIELD_PREP(QDA_CONTEXT_SEQUENCE, (u64)sequence) |
	       FIELD_PREP(QDA_CONTEXT_INDEX, (u64)index) |
	       FIELD_PREP(QDA_CONTEXT_PROCESS, (u64)process);
}
EXPORT_SYMBOL_IF_KUNIT(qda_context_make);

/**
 * qda_context_index - find the call that a context names
 * @context: context from the DSP or from user space
 *
 * Return: index in the table of calls.
 */
u32 qda_context_index(u64 context)
{
	return FIELD_GET(QDA_CONTEXT_INDEX, context);
}
EXPORT_SYMBOL_IF_KUNIT(qda_context_index);

/**
 * qda_context_match - check that an answer belongs to a call
 * @sent: context of the call
 * @answered: context in the answer, where the DSP may change the kind of process
 *
 * Return: true if they name the same call.
 */
bool qda_context_match(u64 sent, u64 answered)
{
	return !((sent ^ answered) & ~QDA_CONTEXT_PROCESS);
}
EXPORT_SYMBOL_IF_KUNIT(qda_context_match);

/**
 * qda_check_stride - check the size of the elements of a program's array
 * @stride: the size
 *
 * Return: 0, -EINVAL or -E2BIG.
 */
int qda_check_stride(u32 stride)
{
	if (!stride || stride % 8)
		return -EINVAL;

	return stride > QDA_WIRE_PAGE ? -E2BIG : 0;
}
EXPORT_SYMBOL_IF_KUNIT(qda_check_stride);

/**
 * qda_check_range - check that a part lies within a buffer
 * @offset: start of the part
 * @length: its length
 * @size: size of the buffer
 *
 * Return: 0 or -ERANGE.
 */
int qda_check_range(u64 offset, u64 length, u64 size)
{
	if (offset > size || length > size - offset)
		return -ERANGE;

	return 0;
}
EXPORT_SYMBOL_IF_KUNIT(qda_check_range);

static struct qda_wire_list *qda_metadata_list(void *metadata, unsigned int args)
{
	return metadata + args * sizeof(struct qda_wire_buffer);
}

static struct qda_wire_page *qda_metadata_pages(void *metadata, unsigned int args)
{
	return metadata + args * (sizeof(struct qda_wire_buffer) +
				  sizeof(struct qda_wire_list));
}

/**
 * qda_metadata_size - size of a call's metadata
 * @args: number of arguments
 *
 * Return: size in bytes, a multiple of 4 KiB.
 */
size_t qda_metadata_size(unsigned int args)
{
	return ALIGN(args * QDA_METADATA_ARG + QDA_METADATA_TAIL, QDA_WIRE_PAGE);
}
EXPORT_SYMBOL_IF_KUNIT(qda_metadata_size);

/**
 * qda_metadata_set_buffer - describe a buffer argument
 * @metadata: zeroed metadata of the call
 * @args: number of arguments of the call
 * @i: number of this argument
 * @address: DSP address of its first byte
 * @length: its length in bytes; with 0 the address is not used
 */
void qda_metadata_set_buffer(void *metadata, unsigned int args, unsigned int i,
			     u64 address, u64 length)
{
	struct qda_wire_buffer *arg = metadata + i * sizeof(*arg);
	struct qda_wire_list *list = qda_metadata_list(metadata, args) + i;
	struct qda_wire_page *page = qda_metadata_pages(metadata, args) + i;
	u64 first = address & QDA_WIRE_PAGE_MASK;
	u64 end = ALIGN(address + length, QDA_WIRE_PAGE);

	list->page = cpu_to_le32(i);
	if (!length)
		return;

	arg->address = cpu_to_le64(address - first);
	arg->length = cpu_to_le64(length);
	list->count = cpu_to_le32(1);
	page->address = cpu_to_le64(first);
	page->size = cpu_to_le64(end - first);
}
EXPORT_SYMBOL_IF_KUNIT(qda_metadata_set_buffer);

/**
 * qda_metadata_set_handle - describe a DMA-handle argument
 * @metadata: zeroed metadata of the call
 * @args: number of arguments of the call
 * @i: number of this argument
 * @tag: number under which code on the DSP knows the buffer
 * @address: DSP address of the whole buffer
 * @size: size of the whole buffer
 * @offset: where the argument starts in the buffer
 * @length: its length in bytes; with 0 only the tag is used
 */
void qda_metadata_set_handle(void *metadata, unsigned int args, unsigned int i,
			     s32 tag, u64 address, u64 size,
			     u32 offset, u32 length)
{
	struct qda_wire_handle *arg = metadata + i * sizeof(*arg);
	struct qda_wire_list *list = qda_metadata_list(metadata, args) + i;
	struct qda_wire_page *page = qda_metadata_pages(metadata, args) + i;

	arg->tag = cpu_to_le32(tag);
	list->page = cpu_to_le32(i);
	if (!length)
		return;

	arg->offset = cpu_to_le32(offset);
	arg->length = cpu_to_le32(length);
	list->count = cpu_to_le32(1);
	page->address = cpu_to_le64(address);
	page->size = cpu_to_le64(size);
}
EXPORT_SYMBOL_IF_KUNIT(qda_metadata_set_handle);

/**
 * qda_metadata_poll_word - see what the DSP wrote to the poll word
 * @metadata: metadata of a call that was sent
 * @args: number of arguments of the call
 *
 * Return: QDA_POLL_DONE, or whatever else it wrote.
 */
u32 qda_metadata_poll_word(const void *metadata, unsigned int args)
{
	const __le32 *word = metadata + args * QDA_METADATA_ARG + QDA_METADATA_POLL;

	return le32_to_cpu(READ_ONCE(*word));
}
EXPORT_SYMBOL_IF_KUNIT(qda_metadata_poll_word);

/**
 * qda_message_fill - write the message of a call
 * @message: filled in
 * @client_id: process that executes the call; 0 for the kernel's own
 * @tid: thread that calls
 * @context: names the call
 * @handle: remote handle
 * @scalars: DRM_QDA_SCALARS()
 * @addr: DSP address of the metadata
 * @size: length of the metadata
 */
void qda_message_fill(struct qda_message *message, u32 client_id, u32 tid,
		      u64 context, u32 handle, u32 scalars, u64 addr, u64 size)
{
	*message = (struct qda_message){
		.client_id = cpu_to_le32(client_id),
		.tid = cpu_to_le32(tid),
		.context = cpu_to_le64(context),
		.handle = cpu_to_le32(handle),
		.scalars = cpu_to_le32(scalars),
		.addr = cpu_to_le64(addr),
		.size = cpu_to_le64(size),
	};
}
EXPORT_SYMBOL_IF_KUNIT(qda_message_fill);

static void qda_reply_parse_status(struct qda_reply *reply, const void *data,
				   size_t length)
{
	u32 status;

	if (length < QDA_REPLY_STATUS_SIZE ||
	    get_unaligned_le32(data + 8) != QDA_REPLY_STATUS_TYPE)
		return;

	status = get_unaligned_le32(data + 16);
	if (status > QDA_STATUS_MAX)
		return;

	reply->client_id = get_unaligned_le32(data + 12);
	reply->reason = status;
	reply->kind = status == QDA_STATUS_UP ? QDA_REPLY_STATUS : QDA_REPLY_EXIT;
}

static enum qda_reply_kind qda_reply_answer_kind(const void *data, size_t length)
{
	if (length < QDA_REPLY_ANSWER2_SIZE)
		return QDA_REPLY_ANSWER;

	switch (get_unaligned_le32(data + 12)) {
	case QDA_ANSWER_NORMAL:
	case QDA_ANSWER_COMPLETE:
	case QDA_ANSWER_POLLED:
		return QDA_REPLY_ANSWER;
	case QDA_ANSWER_EARLY:
	case QDA_ANSWER_USER_EARLY:
		return QDA_REPLY_EARLY;
	default:
		return QDA_REPLY_INVALID;
	}
}

/**
 * qda_reply_parse - read a message of the DSP
 * @reply: filled in
 * @data: the message, of any alignment
 * @length: its length in bytes
 */
void qda_reply_parse(struct qda_reply *reply, const void *data, size_t length)
{
	*reply = (struct qda_reply){ .kind = QDA_REPLY_INVALID };

	if (length == QDA_REPLY_SIGNAL_SIZE) {
		reply->kind = QDA_REPLY_SIGNAL;
		return;
	}
	if (length < QDA_REPLY_ANSWER_SIZE)
		return;

	/* No context looks like the status word: bits 7:6 of it are set. */
	reply->context = get_unaligned_le64(data);
	if (reply->context == QDA_REPLY_STATUS_WORD) {
		qda_reply_parse_status(reply, data, length);
		return;
	}

	reply->result = get_unaligned_le32(data + 8);
	reply->kind = qda_reply_answer_kind(data, length);
}
EXPORT_SYMBOL_IF_KUNIT(qda_reply_parse);
