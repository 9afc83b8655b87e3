// SPDX-License-Identifier: GPL-2.0-only
/*
 * GLINK edge of the simulated DSP, and the DSP's life: it starts, crashes, is
 * condemned, and starts again. The kernel's own GLINK code runs over FIFOs in
 * shared memory; on hardware qcom_glink_smem does what is done here.
 *
 * The DSP can write to every shared word, so Linux keeps its own indices to
 * itself (the shared ones only inform the DSP) and checks the DSP's.
 */
#include <linux/align.h>
#include <linux/atomic.h>
#include <linux/debugfs.h>
#include <linux/device.h>
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/gfp.h>
#include <linux/io.h>
#include <linux/lockdep.h>
#include <linux/minmax.h>
#include <linux/module.h>
#include <linux/of.h>
#include <linux/platform_device.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include <linux/workqueue.h>

#include "qcom_glink_native.h"
#include "qda_sim_link.h"

/* GLINK's own rule: the FIFO is never quite full, and a READ_NOTIF must fit. */
#define QDA_SIM_TX_RESERVE	16

/*
 * GLINK looks at most twice before it takes a message, but it looks for ever
 * at an INTENT that claims to be longer than what is there.
 */
#define QDA_SIM_RX_LOOKS	8

/*
 * How often an interrupt looks at the FIFO because more came meanwhile; then a
 * work goes on, so that the DSP cannot keep Linux here by writing on.
 */
#define QDA_SIM_IRQ_LOOKS	4

/* Commands of GLINK that matter here, the first two bytes of each */
#define QDA_SIM_RX_DONE		6
#define QDA_SIM_TX_DATA		9
#define QDA_SIM_RX_DONE_REUSE	14

/* Real time: generous, because the hosts of simulated machines are overloaded. */
#define QDA_SIM_ANSWER_MS	10000
#define QDA_SIM_KILL_MS		5000

/**
 * struct qda_sim_pipe - one direction of one life of the edge
 * @native: what the GLINK code sees
 * @glink: the edge
 * @index: Linux's index into the FIFO
 * @limit: receive only: how far the DSP had written at the last interrupt
 * @looks: receive only: looks at the FIFO since GLINK took something from it
 * @quiet: transmit only: what was written last gives a receive buffer back
 */
struct qda_sim_pipe {
	struct qcom_glink_pipe native;
	struct qda_sim_glink *glink;
	u32 index;
	u32 limit;
	u32 looks;
	bool quiet;
};

/**
 * struct qda_sim_counters - what passed the edge since the machine started
 * @kicks: doorbells that Linux rang
 * @kicks_saved: those it did not ring, because the DSP had no wish for them
 * @interrupts: doorbells that the DSP rang
 * @sent: messages that Linux sent
 * @received: messages that it received
 */
struct qda_sim_counters {
	atomic_long_t kicks;
	atomic_long_t kicks_saved;
	atomic_long_t interrupts;
	atomic_long_t sent;
	atomic_long_t received;
};

/**
 * struct qda_sim_glink - the edge and the state of its DSP
 * @link: doorbells
 * @parent: parent of the edge's device
 * @node: the glink-edge node
 * @shared: pages shared with the DSP
 * @workqueue: runs @work
 * @work: brings the edge up and down
 * @rx_work: goes on where an interrupt left off
 * @device: the edge's device while it is up
 * @rx: receive pipe while the edge is up
 * @native: the GLINK code's edge while it is up
 * @debugfs: what programs that test a driver use
 * @counters: what passed the edge
 * @linux_state: enum qda_sim_linux_state
 * @kill_time: when a condemned DSP must be dead
 */
struct qda_sim_glink {
	struct qda_sim_link *link;
	struct device *parent;
	struct device_node *node;
	struct qda_sim_edge *shared;
	struct workqueue_struct *workqueue;
	struct work_struct work;
	struct work_struct rx_work;
	struct platform_device *device;
	struct qda_sim_pipe *rx;
	struct dentry *debugfs;
	struct qda_sim_counters counters;
	/** @irq_lock: protects @native against its removal, as a disabled interrupt would */
	spinlock_t irq_lock;
	struct qcom_glink *native;
	/** @state_lock: protects the members below; no lock is taken inside it */
	spinlock_t state_lock;
	u32 linux_state;
	ktime_t kill_time;
};

/* ---- state ------------------------------------------------------------ */

bool qda_sim_dsp_running(struct qda_sim_glink *glink, u32 *boot)
{
	*boot = READ_ONCE(glink->shared->boots);
	return qda_sim_read(&glink->shared->dsp_state) == QDA_SIM_DSP_RUNNING;
}

ktime_t qda_sim_dsp_deadline(struct qda_sim_glink *glink)
{
	unsigned long flags;
	ktime_t deadline;

	spin_lock_irqsave(&glink->state_lock, flags);
	if (glink->linux_state == QDA_SIM_LINUX_CONDEMNED)
		deadline = glink->kill_time;
	else
		deadline = ktime_add_ms(ktime_get(), QDA_SIM_ANSWER_MS);
	spin_unlock_irqrestore(&glink->state_lock, flags);
	return deadline;
}

static bool qda_sim_glink_set_state(struct qda_sim_glink *glink, u32 state)
{
	unsigned long flags;
	bool change;
	u32 boot;

	spin_lock_irqsave(&glink->state_lock, flags);
	change = glink->linux_state != state;
	/* One that is dead starts anyway: its next life is not to pay. */
	if (state == QDA_SIM_LINUX_CONDEMNED)
		change &= qda_sim_dsp_running(glink, &boot);
	/* Only death absolves: the DSP must not be let UP again before it. */
	if (glink->linux_state == QDA_SIM_LINUX_CONDEMNED)
		change = state == QDA_SIM_LINUX_DOWN;
	if (change) {
		glink->linux_state = state;
		glink->kill_time = ktime_add_ms(ktime_get(), QDA_SIM_KILL_MS);
		qda_sim_publish(&glink->shared->linux_state, state);
	}
	spin_unlock_irqrestore(&glink->state_lock, flags);
	if (change)
		qda_sim_link_kick(glink->link, QDA_SIM_CONTROL_KICK);
	return change;
}

bool qda_sim_dsp_condemn(struct qda_sim_glink *glink, const char *reason)
{
	if (!qda_sim_glink_set_state(glink, QDA_SIM_LINUX_CONDEMNED))
		return false;
	dev_err(glink->parent, "the DSP is condemned: %s\n", reason);
	return true;
}

/* ---- FIFOs ------------------------------------------------------------ */

#define to_qda_sim_pipe(p)	container_of(p, struct qda_sim_pipe, native)

static bool qda_sim_index_valid(struct qda_sim_glink *glink, u32 index,
				const char *reason)
{
	if (index < QDA_SIM_FIFO_SIZE && IS_ALIGNED(index, 8))
		return true;
	qda_sim_dsp_condemn(glink, reason);
	return false;
}

static size_t qda_sim_rx_avail(struct qcom_glink_pipe *native)
{
	struct qda_sim_pipe *pipe = to_qda_sim_pipe(native);

	if (++pipe->looks > QDA_SIM_RX_LOOKS) {
		qda_sim_dsp_condemn(pipe->glink, "it sent part of a GLINK message");
		return 0;
	}
	return (pipe->limit - pipe->index) % QDA_SIM_FIFO_SIZE;
}

static void qda_sim_rx_peek(struct qcom_glink_pipe *native, void *data,
			    unsigned int offset, size_t count)
{
	struct qda_sim_pipe *pipe = to_qda_sim_pipe(native);
	const u8 *fifo = pipe->glink->shared->rx;
	u32 tail = (pipe->index + offset) % QDA_SIM_FIFO_SIZE;
	size_t first = min_t(size_t, count, QDA_SIM_FIFO_SIZE - tail);

	memcpy(data, fifo + tail, first);
	memcpy(data + first, fifo, count - first);
}

static void qda_sim_rx_advance(struct qcom_glink_pipe *native, size_t count)
{
	struct qda_sim_pipe *pipe = to_qda_sim_pipe(native);
	__le16 command;

	qda_sim_rx_peek(native, &command, 0, sizeof(command));
	if (le16_to_cpu(command) == QDA_SIM_TX_DATA)
		atomic_long_inc(&pipe->glink->counters.received);
	pipe->looks = 0;
	pipe->index = (pipe->index + count) % QDA_SIM_FIFO_SIZE;
	qda_sim_publish(&pipe->glink->shared->rx_tail, pipe->index);
}

static size_t qda_sim_tx_avail(struct qcom_glink_pipe *native)
{
	struct qda_sim_pipe *pipe = to_qda_sim_pipe(native);
	u32 tail = qda_sim_read(&pipe->glink->shared->tx_tail);
	u32 used, boot;

	/* Nobody will read: let the sender go on, or it would wait for ever. */
	if (!qda_sim_index_valid(pipe->glink, tail,
				 "its read index of the transmit FIFO is invalid") ||
	    !qda_sim_dsp_running(pipe->glink, &boot))
		return QDA_SIM_FIFO_SIZE - QDA_SIM_TX_RESERVE;
	used = (pipe->index - tail) % QDA_SIM_FIFO_SIZE;
	if (used > QDA_SIM_FIFO_SIZE - QDA_SIM_TX_RESERVE)
		return 0;
	return QDA_SIM_FIFO_SIZE - QDA_SIM_TX_RESERVE - used;
}

static u32 qda_sim_tx_put(u8 *fifo, u32 head, const void *data, size_t count)
{
	size_t first = min_t(size_t, count, QDA_SIM_FIFO_SIZE - head);

	memcpy(fifo + head, data, first);
	memcpy(fifo, data + first, count - first);
	return (head + count) % QDA_SIM_FIFO_SIZE;
}

static void qda_sim_tx_write(struct qcom_glink_pipe *native,
			     const void *hdr, size_t hlen,
			     const void *data, size_t dlen)
{
	struct qda_sim_pipe *pipe = to_qda_sim_pipe(native);
	struct qda_sim_edge *shared = pipe->glink->shared;
	u16 command = le16_to_cpup(hdr);
	u32 head;

	if (command == QDA_SIM_TX_DATA)
		atomic_long_inc(&pipe->glink->counters.sent);
	pipe->quiet = command == QDA_SIM_RX_DONE || command == QDA_SIM_RX_DONE_REUSE;
	head = qda_sim_tx_put(shared->tx, pipe->index, hdr, hlen);
	if (dlen)
		head = qda_sim_tx_put(shared->tx, head, data, dlen);
	pipe->index = ALIGN(head, 8) % QDA_SIM_FIFO_SIZE;
	qda_sim_publish(&shared->tx_head, pipe->index);
}

static void qda_sim_tx_kick(struct qcom_glink_pipe *native)
{
	struct qda_sim_pipe *pipe = to_qda_sim_pipe(native);
	struct qda_sim_counters *counters = &pipe->glink->counters;
	u32 *wish = &pipe->glink->shared->tx_ring;
	u32 ring;

	/*
	 * The index before the wish: pairs with the fence of the DSP, which
	 * makes its wish and then looks at the index.
	 */
	virt_mb();
	ring = READ_ONCE(*wish);
	if (ring == QDA_SIM_RING_NEVER || (ring == QDA_SIM_RING_NEWS && pipe->quiet)) {
		atomic_long_inc(&counters->kicks_saved);
		return;
	}
	/* It is rung after this, so whatever wish is lost here is fulfilled. */
	WRITE_ONCE(*wish, QDA_SIM_RING_NEVER);
	atomic_long_inc(&counters->kicks);
	qda_sim_link_kick(pipe->glink->link, QDA_SIM_GLINK_KICK);
}

/* Handles what is there now. */
static void qda_sim_glink_look(struct qda_sim_glink *glink, u32 head)
{
	if (!qda_sim_index_valid(glink, head,
				 "its write index of the receive FIFO is invalid"))
		return;
	glink->rx->limit = head;
	glink->rx->looks = 0;
	qcom_glink_native_rx(glink->native);
}

/*
 * While Linux is here the DSP need not ring. What it writes before it can see
 * that Linux wants to be rung again, Linux sees after that: both have a full
 * barrier between the two. Room that the DSP makes in the other FIFO it rings
 * for always, because somebody has asked for it.
 */
static void qda_sim_glink_receive(struct qda_sim_glink *glink)
{
	struct qda_sim_edge *shared = glink->shared;
	unsigned int looks = 0;
	u32 head;

	lockdep_assert_held(&glink->irq_lock);
	do {
		WRITE_ONCE(shared->rx_ring, QDA_SIM_RING_NEVER);
		head = qda_sim_read(&shared->rx_head);
		qda_sim_glink_look(glink, head);
		/* Pairs with the fence of the DSP in glink_ring(). */
		virt_store_mb(shared->rx_ring, QDA_SIM_RING_ALWAYS);
		if (qda_sim_read(&shared->rx_head) == head)
			return;
	} while (++looks < QDA_SIM_IRQ_LOOKS);
	schedule_work(&glink->rx_work);
}

static void qda_sim_glink_rx_work(struct work_struct *work)
{
	struct qda_sim_glink *glink = container_of(work, struct qda_sim_glink, rx_work);

	spin_lock_irq(&glink->irq_lock);
	if (glink->native)
		qda_sim_glink_receive(glink);
	spin_unlock_irq(&glink->irq_lock);
}

void qda_sim_glink_irq(struct qda_sim_glink *glink)
{
	unsigned long flags;

	atomic_long_inc(&glink->counters.interrupts);
	spin_lock_irqsave(&glink->irq_lock, flags);
	if (glink->native)
		qda_sim_glink_receive(glink);
	spin_unlock_irqrestore(&glink->irq_lock, flags);
}

/* ---- up and down ------------------------------------------------------ */

static struct qda_sim_pipe *qda_sim_pipe_alloc(struct qda_sim_glink *glink,
					       struct device *dev)
{
	struct qda_sim_pipe *pipe;

	/* With the device: a stale endpoint may keep the GLINK code's edge alive. */
	pipe = devm_kzalloc(dev, sizeof(*pipe), GFP_KERNEL);
	if (!pipe)
		return NULL;
	pipe->glink = glink;
	pipe->native.length = QDA_SIM_FIFO_SIZE;
	return pipe;
}

static struct qcom_glink *qda_sim_glink_probe(struct qda_sim_glink *glink)
{
	struct device *dev = &glink->device->dev;
	struct qda_sim_pipe *tx;

	glink->rx = qda_sim_pipe_alloc(glink, dev);
	tx = qda_sim_pipe_alloc(glink, dev);
	if (!glink->rx || !tx)
		return ERR_PTR(-ENOMEM);
	glink->rx->native.avail = qda_sim_rx_avail;
	glink->rx->native.peek = qda_sim_rx_peek;
	glink->rx->native.advance = qda_sim_rx_advance;
	tx->native.avail = qda_sim_tx_avail;
	tx->native.write = qda_sim_tx_write;
	tx->native.kick = qda_sim_tx_kick;
	return qcom_glink_native_probe(dev, GLINK_FEATURE_INTENT_REUSE,
				       &glink->rx->native, &tx->native, false);
}

static int qda_sim_glink_up(struct qda_sim_glink *glink)
{
	const struct platform_device_info info = {
		.parent = glink->parent,
		.fwnode = of_fwnode_handle(glink->node),
		.name = "glink-edge",
		.id = PLATFORM_DEVID_NONE,
	};
	struct platform_device *device;
	struct qcom_glink *native;

	device = platform_device_register_full(&info);
	if (IS_ERR(device))
		return PTR_ERR(device);
	glink->device = device;
	qda_sim_glink_set_state(glink, QDA_SIM_LINUX_UP);
	native = qda_sim_glink_probe(glink);
	if (IS_ERR(native)) {
		platform_device_unregister(device);
		return PTR_ERR(native);
	}

	spin_lock_irq(&glink->irq_lock);
	glink->native = native;
	qda_sim_glink_receive(glink);
	spin_unlock_irq(&glink->irq_lock);
	return 0;
}

static void qda_sim_glink_down(struct qda_sim_glink *glink)
{
	struct qcom_glink *native;

	spin_lock_irq(&glink->irq_lock);
	native = glink->native;
	glink->native = NULL;
	spin_unlock_irq(&glink->irq_lock);
	if (!native)
		return;
	qcom_glink_native_remove(native);
	platform_device_unregister(glink->device);
}

static void qda_sim_glink_running(struct qda_sim_glink *glink, u32 boot)
{
	int ret;

	if (glink->native)
		return;
	ret = qda_sim_glink_up(glink);
	if (!ret) {
		dev_info(glink->parent, "the DSP is up, start %u\n", boot);
		return;
	}
	dev_err(glink->parent, "the GLINK edge cannot come up: %pe\n", ERR_PTR(ret));
	/* Its next start is another try. */
	qda_sim_dsp_condemn(glink, "nobody can talk to it");
}

static void qda_sim_glink_stopped(struct qda_sim_glink *glink, u32 boot)
{
	if (glink->native)
		dev_info(glink->parent, "the DSP is down, start %u\n", boot);
	qda_sim_glink_down(glink);
	/* The next start finds empty FIFOs, and starts when it sees DOWN. */
	WRITE_ONCE(glink->shared->tx_head, 0);
	WRITE_ONCE(glink->shared->rx_tail, 0);
	qda_sim_glink_set_state(glink, QDA_SIM_LINUX_DOWN);
}

static void qda_sim_glink_work(struct work_struct *work)
{
	struct qda_sim_glink *glink = container_of(work, struct qda_sim_glink, work);
	u32 boot;

	if (qda_sim_dsp_running(glink, &boot))
		qda_sim_glink_running(glink, boot);
	else
		qda_sim_glink_stopped(glink, boot);
}

void qda_sim_glink_state_irq(struct qda_sim_glink *glink)
{
	queue_work(glink->workqueue, &glink->work);
}

/* ---- debugfs ---------------------------------------------------------- */

/*
 * Whatever is written restarts the DSP at once, whatever it is doing; EBUSY
 * when it restarts just now. Each write that succeeds is a start of its own.
 */
static ssize_t qda_sim_restart_write(struct file *file, const char __user *data,
				     size_t size, loff_t *position)
{
	struct qda_sim_glink *glink = file->private_data;
	bool condemned;

	condemned = qda_sim_dsp_condemn(glink, "a program asks for a restart");
	/* If it crashed just now nobody else would look at it any more. */
	queue_work(glink->workqueue, &glink->work);
	return condemned ? size : -EBUSY;
}

static const struct file_operations qda_sim_restart_fops = {
	.owner = THIS_MODULE,
	.open = simple_open,
	.write = qda_sim_restart_write,
};

static int qda_sim_counters_show(struct seq_file *m, void *unused)
{
	struct qda_sim_glink *glink = m->private;
	struct qda_sim_counters *counters = &glink->counters;

	seq_printf(m, "kicks: %ld\n", atomic_long_read(&counters->kicks));
	seq_printf(m, "kicks_saved: %ld\n", atomic_long_read(&counters->kicks_saved));
	seq_printf(m, "interrupts: %ld\n", atomic_long_read(&counters->interrupts));
	seq_printf(m, "sent: %ld\n", atomic_long_read(&counters->sent));
	seq_printf(m, "received: %ld\n", atomic_long_read(&counters->received));
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(qda_sim_counters);

static void qda_sim_glink_create_debugfs(struct qda_sim_glink *glink)
{
	glink->debugfs = debugfs_create_dir("qda_sim", NULL);
	debugfs_create_file("restart", 0200, glink->debugfs, glink,
			    &qda_sim_restart_fops);
	debugfs_create_u32("starts", 0444, glink->debugfs, &glink->shared->boots);
	debugfs_create_file("counters", 0444, glink->debugfs, glink,
			    &qda_sim_counters_fops);
}

/* ---- start and stop --------------------------------------------------- */

void qda_sim_glink_start(struct qda_sim_glink *glink)
{
	queue_work(glink->workqueue, &glink->work);
	qda_sim_glink_create_debugfs(glink);
}

void qda_sim_glink_stop(struct qda_sim_glink *glink)
{
	debugfs_remove_recursive(glink->debugfs);
	disable_work_sync(&glink->work);
	disable_work_sync(&glink->rx_work);
	qda_sim_glink_down(glink);
}

/* ---- life ------------------------------------------------------------- */

static struct device_node *qda_sim_glink_node(void)
{
	struct device_node *remoteproc, *node;

	remoteproc = of_find_compatible_node(NULL, NULL, "qda,sim-remoteproc");
	node = of_get_child_by_name(remoteproc, "glink-edge");
	of_node_put(remoteproc);
	return node;
}

struct qda_sim_glink *qda_sim_glink_create(struct qda_sim_link *link,
					   struct device *parent)
{
	struct qda_sim_glink *glink;

	glink = kzalloc_obj(*glink);
	if (!glink)
		return ERR_PTR(-ENOMEM);
	glink->link = link;
	glink->parent = parent;
	spin_lock_init(&glink->irq_lock);
	spin_lock_init(&glink->state_lock);
	INIT_WORK(&glink->work, qda_sim_glink_work);
	INIT_WORK(&glink->rx_work, qda_sim_glink_rx_work);

	glink->node = qda_sim_glink_node();
	if (!glink->node) {
		dev_err(parent, "no qda,sim-remoteproc node with a glink-edge in the device tree\n");
		kfree(glink);
		return ERR_PTR(-ENODEV);
	}
	glink->workqueue = alloc_ordered_workqueue("qda_sim_glink", 0);
	glink->shared = alloc_pages_exact(sizeof(*glink->shared),
					  GFP_KERNEL | __GFP_ZERO);
	if (!glink->workqueue || !glink->shared) {
		qda_sim_glink_destroy(glink);
		return ERR_PTR(-ENOMEM);
	}
	return glink;
}

phys_addr_t qda_sim_glink_address(struct qda_sim_glink *glink)
{
	return virt_to_phys(glink->shared);
}

void qda_sim_glink_destroy(struct qda_sim_glink *glink)
{
	if (glink->workqueue)
		destroy_workqueue(glink->workqueue);
	if (glink->shared)
		free_pages_exact(glink->shared, sizeof(*glink->shared));
	of_node_put(glink->node);
	kfree(glink);
}
