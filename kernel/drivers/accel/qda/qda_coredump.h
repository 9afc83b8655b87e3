/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _QDA_COREDUMP_H_
#define _QDA_COREDUMP_H_

#include <linux/ktime.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#include <linux/workqueue.h>

struct qda_device;
struct qda_message;
struct qda_session;

/* How many messages each way are remembered, and how much of each */
#define QDA_RECORDED_MESSAGES	32
#define QDA_RECORDED_WORDS	6

/* How many calls in flight a dump describes */
#define QDA_DUMPED_CALLS	64

/**
 * struct qda_recorded - the start of a message
 * @time: when it was sent or received
 * @length: its length in bytes
 * @words: its first words, without what says where memory is
 */
struct qda_recorded {
	ktime_t time;
	u32 length;
	u32 words[QDA_RECORDED_WORDS];
};

/**
 * struct qda_record - the last messages of one direction
 * @count: how many there were in all
 * @last: a ring; that of number N is at N modulo its size
 */
struct qda_record {
	u64 count;
	struct qda_recorded last[QDA_RECORDED_MESSAGES];
};

/**
 * struct qda_dumped_call - a call in flight
 * @context: its number
 * @session: its session
 * @submitted: when it was made
 * @handle: remote handle
 * @scalars: DRM_QDA_SCALARS()
 */
struct qda_dumped_call {
	u64 context;
	u64 session;
	ktime_t submitted;
	u32 handle;
	u32 scalars;
};

/**
 * struct qda_dump - what is told of the death of a process or of the DSP
 * @reason: what happened
 * @time: when
 * @session: whose process died, or 0
 * @process: its number on the DSP, or 0
 * @in_flight: calls in flight, of the session or the device
 * @num_calls: how many of them are in @calls
 * @calls: some of them
 * @sent: the last messages to the DSP
 * @received: the last messages of the DSP
 */
struct qda_dump {
	const char *reason;
	ktime_t time;
	u64 session;
	u32 process;
	unsigned int in_flight;
	unsigned int num_calls;
	struct qda_dumped_call calls[QDA_DUMPED_CALLS];
	struct qda_record sent;
	struct qda_record received;
};

/**
 * struct qda_coredump - what a device remembers for the case that it goes wrong
 */
struct qda_coredump {
	/** @lock: Protects @sent and @received; taken last, with interrupts off. */
	spinlock_t lock;

	/** @sent: The last messages to the DSP. */
	struct qda_record sent;

	/** @received: The last messages of the DSP. */
	struct qda_record received;

	/** @pending: @dump is being written out by @work; lock of calls. */
	bool pending;

	/** @dump: Taken where nothing can be allocated. */
	struct qda_dump dump;

	/** @work: Makes a devcoredump of @dump. */
	struct work_struct work;
};

void qda_coredump_init(struct qda_device *qda);
void qda_coredump_sent(struct qda_device *qda, const struct qda_message *message,
		       ktime_t now);
void qda_coredump_received(struct qda_device *qda, const void *data, size_t length,
			   ktime_t now);
void qda_coredump_process(struct qda_session *session);
void qda_coredump_device(struct qda_device *qda);

#endif
