// SPDX-License-Identifier: GPL-2.0-only
/*
 * Context banks: the address spaces that the SMMU gives to the DSP.
 *
 * Each available "qcom,fastrpc-compute-cb" node becomes a platform device, so
 * that the IOMMU core finds it: it keeps the node, which the SMMU drivers match
 * on. No driver binds to it, it only stands for the masters behind the bank.
 *
 * A bank lives as long as something is mapped through it. That may be longer
 * than the RPMsg device, which goes away when the DSP goes down, so its parent
 * is the platform bus. When the DSP is up again, the new device gets the banks
 * that are still there: an IOMMU may refuse, or confuse, two devices of one
 * stream. A session of the old device counts until its file is closed, since
 * what it has mapped must not be shared with a process of somebody else.
 */
#include <linux/dma-mapping.h>
#include <linux/iommu.h>
#include <linux/of.h>
#include <linux/platform_device.h>
#include <linux/property.h>
#include <linux/rpmsg.h>
#include <linux/sched.h>
#include <linux/slab.h>

#include <drm/drm_managed.h>
#include <drm/drm_print.h>

#include "qda_context_bank.h"
#include "qda_drv.h"

#define QDA_CONTEXT_BANK_COMPATIBLE	"qcom,fastrpc-compute-cb"
#define QDA_CONTEXT_BANK_NAME		"qda-context-bank"

/* Mainline's fastrpc has 14 sessions on a channel at most. */
#define QDA_CONTEXT_BANK_SESSIONS_MAX	64

/* How long to wait for the bank of a session that is being closed */
#define QDA_CONTEXT_BANK_TIMEOUT	(2 * HZ)

/* Protects the list of all banks; held while one is made or goes. */
static DEFINE_MUTEX(qda_context_banks_lock);
static LIST_HEAD(qda_context_banks);

/* Protects the number of sessions of all banks. */
static DEFINE_SPINLOCK(qda_context_banks_use_lock);

/* Woken when a bank is given back. */
static DECLARE_WAIT_QUEUE_HEAD(qda_context_banks_wait);

static void qda_context_bank_free(struct kref *ref)
{
	struct qda_context_bank *bank = container_of(ref, struct qda_context_bank, ref);

	list_del(&bank->node);
	platform_device_unregister(bank->pdev);
	mutex_unlock(&qda_context_banks_lock);
	kfree(bank);
}

/**
 * qda_context_bank_get - take a reference
 * @bank: context bank
 *
 * Return: @bank.
 */
struct qda_context_bank *qda_context_bank_get(struct qda_context_bank *bank)
{
	kref_get(&bank->ref);
	return bank;
}

/**
 * qda_context_bank_put - drop a reference
 * @bank: context bank
 *
 * Context: May sleep.
 */
void qda_context_bank_put(struct qda_context_bank *bank)
{
	kref_put_mutex(&bank->ref, qda_context_bank_free, &qda_context_banks_lock);
}

/**
 * qda_context_bank_dev - device to map memory for
 * @bank: context bank
 *
 * Return: the device.
 */
struct device *qda_context_bank_dev(struct qda_context_bank *bank)
{
	return &bank->pdev->dev;
}

static struct platform_device *qda_context_bank_add_device(struct device_node *np)
{
	struct platform_device *pdev;
	int ret;

	pdev = platform_device_alloc(QDA_CONTEXT_BANK_NAME, PLATFORM_DEVID_AUTO);
	if (!pdev)
		return ERR_PTR(-ENOMEM);

	device_set_node(&pdev->dev, of_fwnode_handle(of_node_get(np)));

	/* The fastrpc driver matches the node and must not take the device. */
	ret = device_set_driver_override(&pdev->dev, QDA_CONTEXT_BANK_NAME);
	if (!ret)
		ret = platform_device_add(pdev);
	if (ret) {
		platform_device_put(pdev);
		return ERR_PTR(ret);
	}

	return pdev;
}

static int qda_context_bank_set_up_dma(struct qda_device *qda, struct device *dev)
{
	int ret;

	if (!device_iommu_mapped(dev))
		return dev_err_probe(qda->drm.dev, -EPROBE_DEFER,
				     "no IOMMU yet for %pOF\n", dev->of_node);

	ret = dma_set_mask_and_coherent(dev, DMA_BIT_MASK(qda->dma_bits));
	if (ret)
		return dev_err_probe(qda->drm.dev, ret, "no %u-bit DMA for %pOF\n",
				     qda->dma_bits, dev->of_node);

	/* A buffer must come out as one segment. */
	dma_set_max_seg_size(dev, UINT_MAX);

	return 0;
}

static struct qda_context_bank *qda_context_bank_find(struct device_node *np)
{
	struct qda_context_bank *bank;

	list_for_each_entry(bank, &qda_context_banks, node)
		if (bank->pdev->dev.of_node == np)
			return bank;

	return NULL;
}

static struct qda_context_bank *qda_context_bank_create(struct qda_device *qda,
							struct device_node *np)
{
	struct qda_context_bank *bank;
	u32 stream, sessions = 1;
	int ret;

	ret = of_property_read_u32(np, "reg", &stream);
	if (ret)
		return ERR_PTR(dev_err_probe(qda->drm.dev, ret,
					     "no stream id in %pOF\n", np));

	of_property_read_u32(np, "qcom,nsessions", &sessions);

	bank = kzalloc_obj(*bank);
	if (!bank)
		return ERR_PTR(-ENOMEM);

	kref_init(&bank->ref);
	bank->stream = (u64)stream << qda->soc->stream_shift;
	bank->sessions_max = clamp(sessions, 1, QDA_CONTEXT_BANK_SESSIONS_MAX);
	bank->pdev = qda_context_bank_add_device(np);
	if (IS_ERR(bank->pdev)) {
		ret = PTR_ERR(bank->pdev);
		goto err_free;
	}

	ret = qda_context_bank_set_up_dma(qda, &bank->pdev->dev);
	if (ret)
		goto err_unregister;
	bank->coherent = device_get_dma_attr(&bank->pdev->dev) == DEV_DMA_COHERENT;

	list_add_tail(&bank->node, &qda_context_banks);

	return bank;

err_unregister:
	platform_device_unregister(bank->pdev);
err_free:
	kfree(bank);
	return ERR_PTR(ret);
}

static struct qda_context_bank *qda_context_bank_obtain(struct qda_device *qda,
							struct device_node *np)
{
	struct qda_context_bank *bank;

	guard(mutex)(&qda_context_banks_lock);

	bank = qda_context_bank_find(np);
	if (bank)
		return qda_context_bank_get(bank);

	return qda_context_bank_create(qda, np);
}

static unsigned int qda_context_banks_count(struct device_node *parent)
{
	unsigned int count = 0;

	for_each_available_child_of_node_scoped(parent, np)
		if (of_device_is_compatible(np, QDA_CONTEXT_BANK_COMPATIBLE))
			count++;

	return count;
}

static void qda_context_banks_release(struct drm_device *drm, void *data)
{
	struct qda_device *qda = to_qda_device(drm);

	while (qda->num_banks)
		qda_context_bank_put(qda->banks[--qda->num_banks]);
	kfree(qda->banks);
}

/**
 * qda_context_banks_create - create the context banks of the device tree
 * @qda: device, which lets go of them with its last reference
 *
 * Return: 0 or a negative error code.
 */
int qda_context_banks_create(struct qda_device *qda)
{
	struct device_node *parent = qda->drm.dev->of_node;
	unsigned int count = qda_context_banks_count(parent);
	struct qda_context_bank *bank;
	int ret;

	if (!count)
		return dev_err_probe(qda->drm.dev, -ENODEV, "no context banks in %pOF\n",
				     parent);

	qda->coherent = true;
	qda->banks = kzalloc_objs(*qda->banks, count);
	if (!qda->banks)
		return -ENOMEM;

	ret = drmm_add_action_or_reset(&qda->drm, qda_context_banks_release, NULL);
	if (ret)
		return ret;

	for_each_available_child_of_node_scoped(parent, np) {
		if (!of_device_is_compatible(np, QDA_CONTEXT_BANK_COMPATIBLE))
			continue;

		bank = qda_context_bank_obtain(qda, np);
		if (IS_ERR(bank))
			return PTR_ERR(bank);

		qda->banks[qda->num_banks++] = bank;
		qda->sessions_max += bank->sessions_max;
		qda->coherent &= bank->coherent;
	}

	return 0;
}

/* Takes the bank with the fewest sessions; true when waiting is no use. */
static bool qda_context_bank_try(struct qda_device *qda,
				 struct qda_context_bank **taken)
{
	struct qda_context_bank *bank, *best = NULL;
	bool closing = false;

	guard(spinlock)(&qda_context_banks_use_lock);

	for (unsigned int i = 0; i < qda->num_banks; i++) {
		bank = qda->banks[i];
		closing |= bank->closing;
		if (bank->sessions < bank->sessions_max &&
		    (!best || bank->sessions < best->sessions))
			best = bank;
	}
	if (!best)
		return !closing;

	best->sessions++;
	*taken = qda_context_bank_get(best);
	return true;
}

/**
 * qda_context_bank_take - take a context bank for a session
 * @qda: device
 *
 * Waits for a moment if all are taken but some are being released.
 *
 * Return: the bank, which goes back by qda_context_bank_return(), or an error
 * pointer: -EBUSY if all are taken, -ERESTARTSYS on a fatal signal.
 */
struct qda_context_bank *qda_context_bank_take(struct qda_device *qda)
{
	struct qda_context_bank *bank = NULL;
	long ret;

	ret = wait_event_killable_timeout(qda_context_banks_wait,
					  qda_context_bank_try(qda, &bank),
					  QDA_CONTEXT_BANK_TIMEOUT);
	if (ret < 0)
		return ERR_PTR(ret);

	return bank ?: ERR_PTR(-EBUSY);
}

/**
 * qda_context_bank_closing - announce that a session's bank will be given back
 * @bank: its context bank
 */
void qda_context_bank_closing(struct qda_context_bank *bank)
{
	guard(spinlock)(&qda_context_banks_use_lock);

	bank->closing++;
}

/**
 * qda_context_bank_return - give a session's context bank back
 * @bank: its context bank
 * @closing: it was announced by qda_context_bank_closing()
 */
void qda_context_bank_return(struct qda_context_bank *bank, bool closing)
{
	scoped_guard(spinlock, &qda_context_banks_use_lock) {
		bank->sessions--;
		if (closing)
			bank->closing--;
	}
	wake_up_all(&qda_context_banks_wait);
	qda_context_bank_put(bank);
}
