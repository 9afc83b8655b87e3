/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * /dev/qda_bench: calls that are made and timed in the kernel, so that what
 * system calls cost on the machine does not hide what a driver costs.
 *
 * Times are taken with the processor's time stamp counter and given in
 * nanoseconds, UINT32_MAX for longer. Each ioctl ends at the first call that
 * fails, with its errno; @done says how many went well before.
 */
#ifndef QDA_BENCH_IOCTL_H
#define QDA_BENCH_IOCTL_H

#include <linux/ioctl.h>
#include <linux/types.h>

#define QDA_BENCH_PATH		"/dev/qda_bench"

/* The most of each, to keep an ioctl short enough. */
#define QDA_BENCH_CALLS_MAX	1000000
#define QDA_BENCH_SLOTS_MAX	1000000
#define QDA_BENCH_PARTS_MAX	540
#define QDA_BENCH_STRUCT_MAX	256

/* Data of a call, in user memory: @length bytes, a multiple of 8. */
struct qda_bench_part {
	__u64 pointer;
	__u64 length;
};

/*
 * One way to make the call. Before it, @template is copied to where the ioctl
 * finds its struct and the data are marked as payload.h says; after it, the
 * proof and the answer are checked as payload.h says. Pointers are the user's;
 * 0 where the function does not have such.
 */
struct qda_bench_slot {
	__u64 template_ptr;
	__u64 nonce_ptr;		/* __u64, set to the call's nonce */
	__u64 proof_ptr;		/* __u64, checked */
	__u64 parts_ptr;		/* struct qda_bench_part[], I is marked with nonce + I */
	__u32 parts_count;
	__u32 pad;
	struct qda_bench_part answer;	/* checked */
};

#define QDA_BENCH_CHECK_ALL	0x1 /* every word of data, not only probes */
#define QDA_BENCH_TIGHT		0x2 /* leave the works of a driver no time between calls */

/*
 * Calls the ioctl @command of the file @fd with a pointer to @struct_ptr,
 * @calls times, through the slots in turn. @nonce counts on from call to call.
 */
struct qda_bench_loop {
	__s32 fd;
	__u32 command;
	__u64 struct_ptr;
	__u32 struct_size;		/* in bytes, of the templates too */
	__s32 result_offset;		/* of an __s32 in the struct that must end as 0; -1: none */
	__u64 slots_ptr;		/* struct qda_bench_slot[] */
	__u32 slots_count;
	__u32 calls;
	__u32 flags;			/* QDA_BENCH_CHECK_ALL, QDA_BENCH_TIGHT */
	__u32 done;			/* out */
	__u64 ns_ptr;			/* __u32[calls] */
	__u64 nonce;			/* in, out */
};

#define QDA_BENCH_ECHO_PROCESS	0x1 /* a process on the DSP answers, as for a call */
#define QDA_BENCH_ECHO_SPIN	0x2 /* look for the reply instead of sleeping */
#define QDA_BENCH_ECHO_WORD	0x4 /* no reply: the DSP writes a word that is looked at */

/*
 * Sends messages of a FastRPC message's size to the DSP's echo channel with
 * rpmsg_send() and waits for each answer, which is checked. ENODEV: the DSP has
 * no such channel.
 */
struct qda_bench_echo {
	__u32 flags;			/* QDA_BENCH_ECHO_* */
	__u32 calls;
	__u64 ns_ptr;			/* __u32[calls] */
	__u32 done;			/* out */
	__u32 pad;
};

#define QDA_BENCH_IOCTL_LOOP	_IOWR('Q', 0xb0, struct qda_bench_loop)
#define QDA_BENCH_IOCTL_ECHO	_IOWR('Q', 0xb1, struct qda_bench_echo)
/* Does nothing: the floor of LOOP, and of a system call. */
#define QDA_BENCH_IOCTL_NOTHING	_IO('Q', 0xb2)

#endif
