// SPDX-License-Identifier: GPL-2.0-only
/*
 * The floor under FastRPC: a message on the same edge to the same DSP, and its
 * answer. Also says which driver serves which FastRPC channel where the DSP
 * offers more than one.
 */
#include <linux/completion.h>
#include <linux/device/bus.h>
#include <linux/errno.h>
#include <linux/gfp.h>
#include <linux/io.h>
#include <linux/mutex.h>
#include <linux/rpmsg.h>
#include <linux/string.h>

#include "qda_bench_internal.h"
#include "qda_sim_abi.h"

#define QDA_BENCH_ANSWER_MS	1000
#define QDA_BENCH_LOOKS		256 /* before something else may run */

/**
 * struct qda_bench_channel - the echo channel
 * @device: the channel, NULL without one
 * @word: a page for the DSP's answers by word
 * @cookie: of the message under way
 * @value: what the DSP answered
 * @answered: set after @value, for those that look
 * @done: for those that sleep
 */
struct qda_bench_channel {
	/** @lock: one user at a time, and none while the channel goes */
	struct mutex lock;
	struct rpmsg_device *device;
	u32 *word;
	u64 cookie;
	u32 value;
	bool answered;
	struct completion done;
};

static struct qda_bench_channel qda_bench_channel = {
	.lock = __MUTEX_INITIALIZER(qda_bench_channel.lock),
	.done = COMPLETION_INITIALIZER(qda_bench_channel.done),
};

/* In interrupt context. What belongs to no message is dropped. */
static int qda_bench_echo_callback(struct rpmsg_device *device, void *data, int size,
				   void *private, u32 source)
{
	struct qda_bench_channel *channel = &qda_bench_channel;
	struct qda_sim_echo_reply reply;

	if (size < sizeof(reply))
		return 0;
	memcpy(&reply, data, sizeof(reply));
	if (reply.cookie != READ_ONCE(channel->cookie))
		return 0;
	channel->value = reply.value;
	/* Pairs with qda_bench_is_answered(): the value is there. */
	smp_store_release(&channel->answered, true);
	complete(&channel->done);
	return 0;
}

static bool qda_bench_is_answered(struct qda_bench_channel *channel, u32 flags, u32 value)
{
	if (flags & QDA_BENCH_ECHO_WORD)
		return READ_ONCE(*channel->word) == value;
	/* Pairs with qda_bench_echo_callback(). */
	return smp_load_acquire(&channel->answered);
}

static int qda_bench_look(struct qda_bench_channel *channel, u32 flags, u32 value)
{
	u64 start = qda_bench_ticks();
	unsigned int looks = 0;

	for (;;) {
		if (qda_bench_is_answered(channel, flags, value))
			return 0;
		cpu_relax();
		if (++looks % QDA_BENCH_LOOKS)
			continue;
		if (qda_bench_ns(qda_bench_ticks() - start) / NSEC_PER_MSEC >= QDA_BENCH_ANSWER_MS)
			return -ETIMEDOUT;
		/* GLINK gives receive buffers back to the DSP in a work. */
		cond_resched();
	}
}

static int qda_bench_wait(struct qda_bench_channel *channel, u32 flags, u32 value)
{
	if (flags & (QDA_BENCH_ECHO_WORD | QDA_BENCH_ECHO_SPIN))
		return qda_bench_look(channel, flags, value);
	return wait_for_completion_timeout(&channel->done,
					   msecs_to_jiffies(QDA_BENCH_ANSWER_MS)) ? 0 : -ETIMEDOUT;
}

static int qda_bench_echo_once(struct qda_bench_channel *channel, u32 flags, u32 *ns)
{
	u64 cookie = channel->cookie + 1;
	struct qda_sim_echo message = {
		.cookie = cookie,
		.flags = (flags & QDA_BENCH_ECHO_PROCESS ? QDA_SIM_ECHO_PROCESS : 0) |
			 (flags & QDA_BENCH_ECHO_WORD ? QDA_SIM_ECHO_WORD : 0),
		.value = (u32)cookie * 3,
		.word = virt_to_phys(channel->word),
	};
	u64 start, end;
	int ret;

	reinit_completion(&channel->done);
	channel->answered = false;
	WRITE_ONCE(channel->cookie, cookie);
	WRITE_ONCE(*channel->word, 0);

	start = qda_bench_ticks();
	ret = rpmsg_send(channel->device->ept, &message, sizeof(message));
	if (!ret)
		ret = qda_bench_wait(channel, flags, message.value + 1);
	end = qda_bench_ticks();

	*ns = qda_bench_ns(end - start);
	if (!ret && !(flags & QDA_BENCH_ECHO_WORD) && channel->value != message.value + 1)
		ret = -EBADMSG;
	return ret;
}

int qda_bench_echo(struct qda_bench_echo *echo)
{
	struct qda_bench_channel *channel = &qda_bench_channel;
	u32 __user *to = u64_to_user_ptr(echo->ns_ptr);
	int ret = 0;
	u32 ns;

	echo->done = 0;
	if (echo->flags & ~(QDA_BENCH_ECHO_PROCESS | QDA_BENCH_ECHO_SPIN | QDA_BENCH_ECHO_WORD))
		return -EINVAL;
	if (echo->calls > QDA_BENCH_CALLS_MAX)
		return -E2BIG;

	guard(mutex)(&channel->lock);
	if (!channel->device)
		return -ENODEV;
	while (echo->done < echo->calls && !ret) {
		ret = qda_bench_echo_once(channel, echo->flags, &ns);
		if (!ret && put_user(ns, to + echo->done))
			ret = -EFAULT;
		if (!ret) {
			echo->done++;
			ret = qda_bench_pass();
		}
	}
	return echo->done == echo->calls ? 0 : ret;
}

static int qda_bench_echo_probe(struct rpmsg_device *device)
{
	guard(mutex)(&qda_bench_channel.lock);
	if (qda_bench_channel.device)
		return -EBUSY;
	qda_bench_channel.device = device;
	return 0;
}

static void qda_bench_echo_remove(struct rpmsg_device *device)
{
	guard(mutex)(&qda_bench_channel.lock);
	qda_bench_channel.device = NULL;
}

static const struct rpmsg_device_id qda_bench_echo_ids[] = {
	{ .name = QDA_SIM_ECHO_CHANNEL },
	{}
};
MODULE_DEVICE_TABLE(rpmsg, qda_bench_echo_ids);

static struct rpmsg_driver qda_bench_echo_driver = {
	.drv.name = "qda_bench",
	.id_table = qda_bench_echo_ids,
	.probe = qda_bench_echo_probe,
	.callback = qda_bench_echo_callback,
	.remove = qda_bench_echo_remove,
};

/* Both drivers want all channels. */
static int qda_bench_new_device(struct notifier_block *block, unsigned long action, void *data)
{
	struct rpmsg_device *device = container_of(data, struct rpmsg_device, dev);
	const char *driver;

	if (action != BUS_NOTIFY_ADD_DEVICE)
		return NOTIFY_DONE;
	if (!strcmp(device->id.name, "fastrpcglink-apps-dsp"))
		driver = "qda";
	else if (strstarts(device->id.name, "fastrpcglink-apps-dsp-"))
		driver = "qcom,fastrpc";
	else
		return NOTIFY_DONE;
	return notifier_from_errno(device_set_driver_override(&device->dev, driver));
}

static struct notifier_block qda_bench_notifier = {
	.notifier_call = qda_bench_new_device,
};

int qda_bench_echo_register(void)
{
	int ret;

	qda_bench_channel.word = (u32 *)get_zeroed_page(GFP_KERNEL);
	if (!qda_bench_channel.word)
		return -ENOMEM;
	ret = register_rpmsg_driver(&qda_bench_echo_driver);
	if (ret)
		goto free;
	/* The bus has no name of its own outside of its code. */
	ret = bus_register_notifier(qda_bench_echo_driver.drv.bus, &qda_bench_notifier);
	if (!ret)
		return 0;
	unregister_rpmsg_driver(&qda_bench_echo_driver);
free:
	free_page((unsigned long)qda_bench_channel.word);
	return ret;
}

void qda_bench_echo_unregister(void)
{
	bus_unregister_notifier(qda_bench_echo_driver.drv.bus, &qda_bench_notifier);
	unregister_rpmsg_driver(&qda_bench_echo_driver);
	free_page((unsigned long)qda_bench_channel.word);
}
