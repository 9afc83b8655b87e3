// SPDX-License-Identifier: GPL-2.0-only
/*
 * An ioctl in a loop, with its data written before and checked after each call;
 * only the ioctl is timed.
 */
#include <linux/errno.h>
#include <linux/file.h>
#include <linux/kernel.h>
#include <linux/sched/signal.h>
#include <linux/uaccess.h>

#include "payload.h"
#include "qda_bench_internal.h"

static int qda_bench_mark_word(const struct qda_bench_part *part, u64 at, u64 seed)
{
	return put_user(payload_mix(seed + at), (u64 __user *)u64_to_user_ptr(part->pointer + at));
}

static int qda_bench_check_word(const struct qda_bench_part *part, u64 at, u64 seed)
{
	u64 word;

	if (get_user(word, (u64 __user *)u64_to_user_ptr(part->pointer + at)))
		return -EFAULT;
	return word == payload_mix(seed + at) ? 0 : -EBADMSG;
}

/* What payload_mark() and payload_is_marked() do, in user memory. */
static int qda_bench_each_word(const struct qda_bench_part *part, u64 seed, bool all,
			       int (*word)(const struct qda_bench_part *part, u64 at, u64 seed))
{
	int ret = 0;
	u64 at;

	if (!part->length)
		return 0;
	if (part->length % 8)
		return -EINVAL;

	for (at = 0; all && at < part->length && !ret; at += 8)
		ret = word(part, at, seed);
	for (unsigned int i = 0; !all && i < 3 && !ret; i++)
		ret = word(part, payload_probe(part->length, i), seed);
	return ret;
}

static int qda_bench_mark(const struct qda_bench_slot *slot, u64 nonce, bool all)
{
	const struct qda_bench_part __user *from = u64_to_user_ptr(slot->parts_ptr);
	struct qda_bench_part part;
	int ret;

	if (slot->nonce_ptr && put_user(nonce, (u64 __user *)u64_to_user_ptr(slot->nonce_ptr)))
		return -EFAULT;
	/* Or the proof of an earlier call with the same nonce might stand there. */
	if (slot->proof_ptr && put_user(0ULL, (u64 __user *)u64_to_user_ptr(slot->proof_ptr)))
		return -EFAULT;

	for (u32 i = 0; i < slot->parts_count; i++) {
		if (copy_from_user(&part, from + i, sizeof(part)))
			return -EFAULT;
		ret = qda_bench_each_word(&part, nonce + i, all, qda_bench_mark_word);
		if (ret)
			return ret;
	}
	return 0;
}

static int qda_bench_check(const struct qda_bench_loop *loop, const struct qda_bench_slot *slot)
{
	bool all = loop->flags & QDA_BENCH_CHECK_ALL;
	s32 result = 0;
	u64 proof;

	if (loop->result_offset >= 0 &&
	    get_user(result, (s32 __user *)u64_to_user_ptr(loop->struct_ptr + loop->result_offset)))
		return -EFAULT;
	if (result)
		return -EREMOTEIO;

	if (slot->proof_ptr) {
		if (get_user(proof, (u64 __user *)u64_to_user_ptr(slot->proof_ptr)))
			return -EFAULT;
		if (proof != payload_proof(loop->nonce))
			return -EBADMSG;
	}
	return qda_bench_each_word(&slot->answer, payload_answer_seed(loop->nonce), all,
				   qda_bench_check_word);
}

static int qda_bench_reset(const struct qda_bench_loop *loop, const struct qda_bench_slot *slot)
{
	u8 template[QDA_BENCH_STRUCT_MAX];

	if (copy_from_user(template, u64_to_user_ptr(slot->template_ptr), loop->struct_size) ||
	    copy_to_user(u64_to_user_ptr(loop->struct_ptr), template, loop->struct_size))
		return -EFAULT;
	return 0;
}

static int qda_bench_call(struct file *file, const struct qda_bench_loop *loop,
			  const struct qda_bench_slot *slot)
{
	u32 __user *ns = u64_to_user_ptr(loop->ns_ptr);
	u64 start, end;
	long ret;

	if (slot->parts_count > QDA_BENCH_PARTS_MAX)
		return -E2BIG;
	ret = qda_bench_reset(loop, slot);
	if (!ret)
		ret = qda_bench_mark(slot, loop->nonce, loop->flags & QDA_BENCH_CHECK_ALL);
	if (ret)
		return ret;

	start = qda_bench_ticks();
	ret = file->f_op->unlocked_ioctl(file, loop->command, loop->struct_ptr);
	end = qda_bench_ticks();
	/* A signal ends the loop; the call that it hit is the driver's business. */
	if (ret)
		return ret > 0 ? -EREMOTEIO : ret == -ERESTARTSYS ? -EINTR : ret;

	ret = qda_bench_check(loop, slot);
	if (!ret && put_user(qda_bench_ns(end - start), ns + loop->done))
		ret = -EFAULT;
	return ret;
}

static int qda_bench_between(const struct qda_bench_loop *loop)
{
	if (!(loop->flags & QDA_BENCH_TIGHT))
		return qda_bench_pass();
	cond_resched();
	return signal_pending(current) ? -EINTR : 0;
}

static int qda_bench_calls(struct file *file, struct qda_bench_loop *loop)
{
	const struct qda_bench_slot __user *slots = u64_to_user_ptr(loop->slots_ptr);
	struct qda_bench_slot slot;
	int ret = 0;

	while (loop->done < loop->calls && !ret) {
		if (copy_from_user(&slot, slots + loop->done % loop->slots_count, sizeof(slot)))
			return -EFAULT;
		loop->nonce++;
		ret = qda_bench_call(file, loop, &slot);
		if (!ret) {
			loop->done++;
			ret = qda_bench_between(loop);
		}
	}
	return loop->done == loop->calls ? 0 : ret;
}

int qda_bench_loop(struct qda_bench_loop *loop)
{
	CLASS(fd, f)(loop->fd);

	loop->done = 0;
	if (fd_empty(f))
		return -EBADF;
	if (loop->flags & ~(QDA_BENCH_CHECK_ALL | QDA_BENCH_TIGHT) || !loop->slots_count ||
	    loop->struct_size > QDA_BENCH_STRUCT_MAX ||
	    (loop->result_offset >= 0 && loop->result_offset + sizeof(s32) > loop->struct_size))
		return -EINVAL;
	if (loop->calls > QDA_BENCH_CALLS_MAX || loop->slots_count > QDA_BENCH_SLOTS_MAX)
		return -E2BIG;
	/* Not itself, or the stack would have no end. */
	if (!fd_file(f)->f_op->unlocked_ioctl ||
	    (fd_file(f)->f_op == &qda_bench_fops && loop->command != QDA_BENCH_IOCTL_NOTHING))
		return -ENOTTY;

	return qda_bench_calls(fd_file(f), loop);
}
