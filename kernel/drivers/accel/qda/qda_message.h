/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _QDA_MESSAGE_H_
#define _QDA_MESSAGE_H_

#include <linux/bits.h>
#include <linux/build_bug.h>
#include <linux/sizes.h>
#include <linux/types.h>

#include <drm/qda_accel.h>

/*
 * Layouts are those of the FastRPC wire, as mainline's fastrpc driver sends
 * them. All integers are little endian. The DSP maps 4 KiB pages, whatever
 * the page size of this kernel is.
 */
#define QDA_WIRE_PAGE		SZ_4K
#define QDA_WIRE_PAGE_MASK	(~(u64)(QDA_WIRE_PAGE - 1))

/* Remote handles that only the kernel uses */
#define QDA_HANDLE_PROCESS	1
#define QDA_HANDLE_UTILITIES	2

/*
 * Context: names a call on the wire. The DSP reads the low bits, the rest is
 * the host's own and is echoed in the answer.
 *
 *  3:0   kind of process; the DSP picks the queue by it and may clear it
 *  4     job of the asynchronous interface, never set here: it disables
 *        polling for completion
 *  5     the caller looks at the poll word, so the doorbell for the answer may
 *        wait; only where the DSP offers it, else reserved and zero
 *  7:6   reserved, zero
 *  31:8  index in the table of calls, never 0
 *  63:32 sequence number of the call, so that a late answer to an older call
 *        of the same index matches nothing
 */
#define QDA_CONTEXT_PROCESS	GENMASK_ULL(3, 0)
#define QDA_CONTEXT_POLLED	BIT_ULL(5)
#define QDA_CONTEXT_INDEX	GENMASK_ULL(31, 8)
#define QDA_CONTEXT_SEQUENCE	GENMASK_ULL(63, 32)
#define QDA_CONTEXT_INDEX_MAX	GENMASK(23, 0)

/* QDA_CONTEXT_PROCESS: the kind of the session's process, also to create it */
#define QDA_PROCESS_ROOT	0
#define QDA_PROCESS_USER	1	/* dynamic or static */
#define QDA_PROCESS_SENSORS	2

/**
 * struct qda_message - a message to the DSP
 * @client_id: process on the DSP that executes the call; 0 for the kernel's own
 * @tid: thread that calls, for the DSP's logs
 * @context: QDA_CONTEXT_*
 * @handle: remote handle
 * @scalars: DRM_QDA_SCALARS()
 * @addr: DSP address of the metadata
 * @size: length of the metadata, a multiple of the page size
 */
struct qda_message {
	__le32 client_id;
	__le32 tid;
	__le64 context;
	__le32 handle;
	__le32 scalars;
	__le64 addr;
	__le64 size;
};

static_assert(sizeof(struct qda_message) == 40);

/*
 * Metadata of a call with N arguments, in this order: N arguments, N list
 * entries, N pages, then room that the DSP may write to: 16
 * descriptors (u64), 64 checksums (u32), a poll word (u32) and 12 performance
 * counters (u64). Nothing of it is read but the poll word.
 */
struct qda_wire_buffer {
	__le64 address;		/* only the offset in the 4 KiB page counts */
	__le64 length;
};

struct qda_wire_handle {
	__le32 tag;
	__le32 offset;
	__le32 length;
	__le32 zero;
};

struct qda_wire_list {
	__le32 count;
	__le32 page;
};

struct qda_wire_page {
	__le64 address;
	__le64 size;
};

#define QDA_METADATA_ARG	(sizeof(struct qda_wire_buffer) + \
				 sizeof(struct qda_wire_list) + \
				 sizeof(struct qda_wire_page))
#define QDA_METADATA_POLL	(16 * 8 + 64 * 4)
#define QDA_METADATA_TAIL	(QDA_METADATA_POLL + 4 + 12 * 8)

/* The most arguments that metadata of one page describes */
#define QDA_METADATA_PAGE_ARGS	((QDA_WIRE_PAGE - QDA_METADATA_TAIL) / QDA_METADATA_ARG)

/* The poll word when a call is done and its result is 0; others are no end. */
#define QDA_POLL_DONE		0xdecaf

/* Remote handles up to here are fixed; the DSP polls for none of them. */
#define QDA_HANDLE_STATIC_MAX	20

/* What a message of the DSP is */
enum qda_reply_kind {
	QDA_REPLY_INVALID,	/* nothing that the protocol knows */
	QDA_REPLY_SIGNAL,	/* a signal of a queue */
	QDA_REPLY_EARLY,	/* the answer to a call will follow */
	QDA_REPLY_ANSWER,	/* the answer to a call */
	QDA_REPLY_STATUS,	/* a process started */
	QDA_REPLY_EXIT,		/* a process ended */
};

/**
 * struct qda_reply - a parsed message of the DSP
 * @kind: what it is; the other members are valid for an answer or an exit
 * @result: return value of the call
 * @client_id: process that ended
 * @reason: why it ended, DRM_QDA_REASON_*
 * @context: names the call
 */
struct qda_reply {
	enum qda_reply_kind kind;
	s32 result;
	u32 client_id;
	u32 reason;
	u64 context;
};

static inline unsigned int qda_scalars_buffers(u32 scalars)
{
	return DRM_QDA_SCALARS_IN_BUFFERS(scalars) +
	       DRM_QDA_SCALARS_OUT_BUFFERS(scalars);
}

static inline unsigned int qda_scalars_handles(u32 scalars)
{
	return DRM_QDA_SCALARS_IN_HANDLES(scalars) +
	       DRM_QDA_SCALARS_OUT_HANDLES(scalars);
}

static inline unsigned int qda_scalars_args(u32 scalars)
{
	return qda_scalars_buffers(scalars) + qda_scalars_handles(scalars);
}

u64 qda_context_make(u32 index, u32 sequence, unsigned int process);
u32 qda_context_index(u64 context);
bool qda_context_match(u64 sent, u64 answered);

int qda_check_stride(u32 stride);
int qda_check_range(u64 offset, u64 length, u64 size);

size_t qda_metadata_size(unsigned int args);
void qda_metadata_set_buffer(void *metadata, unsigned int args, unsigned int i,
			     u64 address, u64 length);
void qda_metadata_set_handle(void *metadata, unsigned int args, unsigned int i,
			     s32 tag, u64 address, u64 size,
			     u32 offset, u32 length);
u32 qda_metadata_poll_word(const void *metadata, unsigned int args);
void qda_message_fill(struct qda_message *message, u32 client_id, u32 tid,
		      u64 context, u32 handle, u32 scalars, u64 addr, u64 size);
void qda_reply_parse(struct qda_reply *reply, const void *data, size_t length);

#endif
