// SPDX-License-Identifier: GPL-2.0-only
/*
 * Doorbells between Linux and the simulated DSP: a virtio device without a
 * data path. On hardware these are interrupts and mailboxes (IPCC).
 */
#include <linux/err.h>
#include <linux/module.h>
#include <linux/scatterlist.h>
#include <linux/slab.h>
#include <linux/virtio.h>
#include <linux/virtio_config.h>

#include "qda_sim_link.h"

/*
 * More than one interrupt may be under way; the DSP side leaves one out when
 * no buffer is there, because then interrupts that Linux has yet to take are.
 */
#define QDA_SIM_IRQ_BUFFERS	32

struct qda_sim_link {
	struct virtio_device *vdev;
	struct virtqueue *queues[QDA_SIM_QUEUES];
	struct qda_sim_glink *glink;
	struct qda_sim_iommu *iommu;
	struct qda_sim_hello hello;
	u32 glink_irq[QDA_SIM_IRQ_BUFFERS];
	u32 control_irq[QDA_SIM_IRQ_BUFFERS];
};

bool qda_sim_link_kick(struct qda_sim_link *link, enum qda_sim_queue queue)
{
	return virtqueue_notify(link->queues[queue]);
}

static int qda_sim_link_post(struct virtqueue *vq, u32 *buffer)
{
	struct scatterlist sg;

	sg_init_one(&sg, buffer, sizeof(*buffer));
	return virtqueue_add_inbuf(vq, &sg, 1, buffer, GFP_ATOMIC);
}

static void qda_sim_link_refill(struct virtqueue *vq)
{
	unsigned int len, i;
	u32 *buffer;
	int ret;

	for (i = 0; i < QDA_SIM_IRQ_BUFFERS; i++) {
		buffer = virtqueue_get_buf(vq, &len);
		if (!buffer)
			return;
		ret = qda_sim_link_post(vq, buffer);
		if (ret)
			dev_err_ratelimited(&vq->vdev->dev,
					    "%s: an interrupt buffer is lost: %pe\n",
					    vq->name, ERR_PTR(ret));
	}
}

static void qda_sim_link_glink_irq(struct virtqueue *vq)
{
	struct qda_sim_link *link = vq->vdev->priv;

	qda_sim_link_refill(vq);
	qda_sim_glink_irq(link->glink);
}

static void qda_sim_link_control_irq(struct virtqueue *vq)
{
	struct qda_sim_link *link = vq->vdev->priv;

	qda_sim_link_refill(vq);
	qda_sim_iommu_irq(link->iommu);
	qda_sim_glink_state_irq(link->glink);
}

static int qda_sim_link_post_all(struct qda_sim_link *link)
{
	int i, ret;

	for (i = 0; i < QDA_SIM_IRQ_BUFFERS; i++) {
		ret = qda_sim_link_post(link->queues[QDA_SIM_GLINK_IRQ],
					&link->glink_irq[i]);
		if (!ret)
			ret = qda_sim_link_post(link->queues[QDA_SIM_CONTROL_IRQ],
						&link->control_irq[i]);
		if (ret)
			return ret;
	}
	return 0;
}

static int qda_sim_link_say_hello(struct qda_sim_link *link)
{
	struct virtqueue *vq = link->queues[QDA_SIM_CONTROL_KICK];
	struct scatterlist sg;
	int ret;

	link->hello = (struct qda_sim_hello) {
		.magic = QDA_SIM_HELLO_MAGIC,
		.version = QDA_SIM_ABI_VERSION,
		.edge = qda_sim_glink_address(link->glink),
		.smmu = qda_sim_iommu_address(link->iommu),
	};
	sg_init_one(&sg, &link->hello, sizeof(link->hello));
	ret = virtqueue_add_outbuf(vq, &sg, 1, &link->hello, GFP_KERNEL);
	if (ret)
		return ret;
	return virtqueue_kick(vq) ? 0 : -EIO;
}

static int qda_sim_link_open(struct qda_sim_link *link)
{
	struct virtqueue_info info[QDA_SIM_QUEUES] = {
		[QDA_SIM_GLINK_IRQ] = { "glink-irq", qda_sim_link_glink_irq },
		[QDA_SIM_GLINK_KICK] = { "glink-kick", NULL },
		[QDA_SIM_CONTROL_IRQ] = { "control-irq", qda_sim_link_control_irq },
		[QDA_SIM_CONTROL_KICK] = { "control-kick", NULL },
	};
	struct virtio_device *vdev = link->vdev;
	int ret;

	ret = virtio_find_vqs(vdev, QDA_SIM_QUEUES, link->queues, info, NULL);
	if (ret)
		return dev_err_probe(&vdev->dev, ret,
				     "the DSP process does not offer %u queues\n",
				     QDA_SIM_QUEUES);
	virtio_device_ready(vdev);
	ret = qda_sim_link_post_all(link);
	if (!ret)
		ret = qda_sim_link_say_hello(link);
	if (!ret)
		return 0;
	virtio_reset_device(vdev);
	vdev->config->del_vqs(vdev);
	return dev_err_probe(&vdev->dev, ret, "cannot greet the DSP process\n");
}

static int qda_sim_link_probe(struct virtio_device *vdev)
{
	struct qda_sim_link *link;
	int ret;

	link = kzalloc_obj(*link);
	if (!link)
		return -ENOMEM;
	link->vdev = vdev;
	vdev->priv = link;

	link->glink = qda_sim_glink_create(link, &vdev->dev);
	if (IS_ERR(link->glink)) {
		ret = PTR_ERR(link->glink);
		goto free_link;
	}
	link->iommu = qda_sim_iommu_connect(link, link->glink);
	if (!link->iommu) {
		ret = dev_err_probe(&vdev->dev, -ENODEV,
				    "no free qda,sim-smmu node in the device tree\n");
		goto destroy_glink;
	}
	ret = qda_sim_link_open(link);
	if (ret)
		goto disconnect;
	qda_sim_glink_start(link->glink);
	return 0;

disconnect:
	qda_sim_iommu_disconnect(link->iommu);
destroy_glink:
	qda_sim_glink_destroy(link->glink);
free_link:
	kfree(link);
	return ret;
}

static void qda_sim_link_remove(struct virtio_device *vdev)
{
	struct qda_sim_link *link = vdev->priv;

	qda_sim_glink_stop(link->glink);
	qda_sim_iommu_disconnect(link->iommu);
	virtio_reset_device(vdev);
	/* With its queues the DSP side drops every hold on guest memory. */
	vdev->config->del_vqs(vdev);
	qda_sim_glink_destroy(link->glink);
	kfree(link);
}

static const struct virtio_device_id qda_sim_link_ids[] = {
	{ QDA_SIM_VIRTIO_ID, VIRTIO_DEV_ANY_ID },
	{}
};
MODULE_DEVICE_TABLE(virtio, qda_sim_link_ids);

static struct virtio_driver qda_sim_link_driver = {
	.driver.name = "qda-sim-link",
	.id_table = qda_sim_link_ids,
	.probe = qda_sim_link_probe,
	.remove = qda_sim_link_remove,
};

static int __init qda_sim_init(void)
{
	int ret;

	/* The SMMU first: the DSP is told about its page. */
	ret = qda_sim_iommu_register();
	if (ret)
		return ret;
	ret = register_virtio_driver(&qda_sim_link_driver);
	if (ret)
		qda_sim_iommu_unregister();
	return ret;
}
module_init(qda_sim_init);

/*
 * Devices behind the SMMU hold a reference to this module, so it can only be
 * removed after the FastRPC driver.
 */
static void __exit qda_sim_exit(void)
{
	unregister_virtio_driver(&qda_sim_link_driver);
	qda_sim_iommu_unregister();
}
module_exit(qda_sim_exit);

MODULE_DESCRIPTION("Platform of the simulated machine: doorbells, SMMU and GLINK edge");
MODULE_LICENSE("GPL");
