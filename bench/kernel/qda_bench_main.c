// SPDX-License-Identifier: GPL-2.0-only
/*
 * The benchmark's device, and its clock.
 */
#include <linux/delay.h>
#include <linux/ktime.h>
#include <linux/math64.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/uaccess.h>

#include "qda_bench_internal.h"

#define QDA_BENCH_CALIBRATION_MS	50

static u64 qda_bench_ticks_per_ms;

static void qda_bench_calibrate(void)
{
	ktime_t start = ktime_get();
	u64 ticks = qda_bench_ticks();
	u64 ns;

	msleep(QDA_BENCH_CALIBRATION_MS);
	ns = ktime_to_ns(ktime_sub(ktime_get(), start));
	ticks = qda_bench_ticks() - ticks;
	qda_bench_ticks_per_ms = max(div64_u64(ticks * NSEC_PER_MSEC, ns), 1ULL);
}

u32 qda_bench_ns(u64 ticks)
{
	u64 ns = mul_u64_u64_div_u64(ticks, NSEC_PER_MSEC, qda_bench_ticks_per_ms);

	return min_t(u64, ns, U32_MAX);
}

/*
 * A driver may leave works behind, and has limits until they are done. A program
 * would give them time on its way to the next call, or another processor would;
 * here they get it between the time stamps, without a work more to be counted.
 */
int qda_bench_pass(void)
{
	yield();
	return signal_pending(current) ? -EINTR : 0;
}

static long qda_bench_ioctl_loop(void __user *to)
{
	struct qda_bench_loop loop;
	int ret;

	if (copy_from_user(&loop, to, sizeof(loop)))
		return -EFAULT;
	ret = qda_bench_loop(&loop);
	if (copy_to_user(to, &loop, sizeof(loop)))
		return -EFAULT;
	return ret;
}

static long qda_bench_ioctl_echo(void __user *to)
{
	struct qda_bench_echo echo;
	int ret;

	if (copy_from_user(&echo, to, sizeof(echo)))
		return -EFAULT;
	ret = qda_bench_echo(&echo);
	if (copy_to_user(to, &echo, sizeof(echo)))
		return -EFAULT;
	return ret;
}

static long qda_bench_ioctl(struct file *file, unsigned int command,
			    unsigned long argument)
{
	switch (command) {
	case QDA_BENCH_IOCTL_LOOP:
		return qda_bench_ioctl_loop((void __user *)argument);
	case QDA_BENCH_IOCTL_ECHO:
		return qda_bench_ioctl_echo((void __user *)argument);
	case QDA_BENCH_IOCTL_NOTHING:
		return 0;
	default:
		return -ENOTTY;
	}
}

const struct file_operations qda_bench_fops = {
	.owner = THIS_MODULE,
	.unlocked_ioctl = qda_bench_ioctl,
};

/* A program can do nothing with it that it cannot do without. */
static struct miscdevice qda_bench_device = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "qda_bench",
	.fops = &qda_bench_fops,
	.mode = 0666,
};

static int __init qda_bench_init(void)
{
	int ret;

	qda_bench_calibrate();
	ret = qda_bench_echo_register();
	if (ret)
		return ret;
	ret = misc_register(&qda_bench_device);
	if (ret)
		qda_bench_echo_unregister();
	return ret;
}
module_init(qda_bench_init);

static void __exit qda_bench_exit(void)
{
	misc_deregister(&qda_bench_device);
	qda_bench_echo_unregister();
}
module_exit(qda_bench_exit);

MODULE_DESCRIPTION("Calls of a FastRPC driver and messages to its DSP, timed in the kernel");
MODULE_LICENSE("GPL");
