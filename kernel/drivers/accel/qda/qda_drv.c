// SPDX-License-Identifier: GPL-2.0-only
/*
 * Qualcomm DSP Accelerator: remote procedure calls to a Hexagon DSP.
 *
 * The device comes and goes with the RPMsg channel to the DSP. Nothing here
 * waits for the DSP inside drm_dev_enter(), since that would stop the removal
 * of every DRM device.
 */
#include <linux/module.h>
#include <linux/of.h>
#include <linux/random.h>
#include <linux/rpmsg.h>
#include <linux/string.h>

#include <kunit/visibility.h>

#include <drm/drm_accel.h>
#include <drm/drm_drv.h>
#include <drm/drm_file.h>
#include <drm/drm_gem.h>
#include <drm/drm_ioctl.h>
#include <drm/drm_print.h>
#include <drm/qda_accel.h>

#include "qda_call.h"
#include "qda_context_bank.h"
#include "qda_coredump.h"
#include "qda_debugfs.h"
#include "qda_drv.h"
#include "qda_event.h"
#include "qda_gem.h"
#include "qda_map.h"
#include "qda_message.h"
#include "qda_process.h"
#include "qda_session.h"
#include "qda_state.h"
#include "qda_usage.h"

static const struct drm_ioctl_desc qda_ioctls[] = {
	DRM_IOCTL_DEF_DRV(QDA_QUERY, qda_ioctl_query, 0),
	DRM_IOCTL_DEF_DRV(QDA_BO_CREATE, qda_ioctl_bo_create, 0),
	DRM_IOCTL_DEF_DRV(QDA_BO_INFO, qda_ioctl_bo_info, 0),
	DRM_IOCTL_DEF_DRV(QDA_REMOTE_SESSION_CREATE, qda_ioctl_session_create, 0),
	DRM_IOCTL_DEF_DRV(QDA_REMOTE_INVOKE, qda_ioctl_invoke, 0),
	DRM_IOCTL_DEF_DRV(QDA_REMOTE_WAIT, qda_ioctl_wait, 0),
	DRM_IOCTL_DEF_DRV(QDA_BO_SYNC, qda_ioctl_bo_sync, 0),
	DRM_IOCTL_DEF_DRV(QDA_REMOTE_MAP, qda_ioctl_map, 0),
	DRM_IOCTL_DEF_DRV(QDA_REMOTE_UNMAP, qda_ioctl_unmap, 0),
	DRM_IOCTL_DEF_DRV(QDA_REMOTE_BATCH, qda_ioctl_batch, 0),
};

static const struct file_operations qda_fops = {
	.owner = THIS_MODULE,
	DRM_ACCEL_FOPS,
	.show_fdinfo = drm_show_fdinfo,
};

/*
 * Version of the interface:
 * 1.0: queries, buffer objects, dynamic sessions, calls
 * 1.1: events, polling, maps, syncs, kinds of sessions, attributes of the DSP
 * 1.2: batches of calls
 */
static const struct drm_driver qda_driver = {
	.driver_features = DRIVER_COMPUTE_ACCEL | DRIVER_GEM,
	.open = qda_session_open,
	.postclose = qda_session_close,
	.gem_create_object = qda_gem_create_object,
	.gem_prime_import = qda_gem_prime_import,
	.show_fdinfo = qda_show_fdinfo,
	.ioctls = qda_ioctls,
	.num_ioctls = ARRAY_SIZE(qda_ioctls),
	.fops = &qda_fops,
	.name = "qda",
	.desc = "Qualcomm DSP Accelerator",
	.major = 1,
	.minor = 2,
};

/* The binding's labels in the order of DRM_QDA_DOMAIN_* */
static const char * const qda_domains[] = {
	[DRM_QDA_DOMAIN_ADSP] = "adsp",
	[DRM_QDA_DOMAIN_MDSP] = "mdsp",
	[DRM_QDA_DOMAIN_SDSP] = "sdsp",
	[DRM_QDA_DOMAIN_CDSP] = "cdsp",
	[DRM_QDA_DOMAIN_CDSP1] = "cdsp1",
	[DRM_QDA_DOMAIN_GDSP0] = "gdsp0",
	[DRM_QDA_DOMAIN_GDSP1] = "gdsp1",
	[DRM_QDA_DOMAIN_CDSP2] = "cdsp2",
	[DRM_QDA_DOMAIN_CDSP3] = "cdsp3",
};

static int qda_read_domain(struct qda_device *qda, struct device *dev)
{
	const char *label;
	int ret;

	ret = of_property_read_string(dev->of_node, "label", &label);
	if (ret)
		return dev_err_probe(dev, ret, "no label in the device tree\n");

	ret = match_string(qda_domains, ARRAY_SIZE(qda_domains), label);
	if (ret < 0)
		return dev_err_probe(dev, ret, "unknown DSP \"%s\"\n", label);

	qda->domain = ret;
	qda->dma_bits = qda_domain_is_compute(ret) ? qda->soc->dma_bits_cdsp :
						     qda->soc->dma_bits;

	return 0;
}

/* Newer SoCs are known by their own compatible, as with mainline's fastrpc. */
static const char * const qda_poll_machines[] = {
	"qcom,milos",
	"qcom,qcs8300",
	"qcom,sa8775p",
	"qcom,sar2130p",
	"qcom,sm8450",
	"qcom,sm8550",
	"qcom,sm8650",
	"qcom,sm8750",
	"qcom,x1e80100",
	"qcom,x1p42100",
	NULL
};

static int qda_send(struct rpmsg_device *rpdev, struct qda_message *message, bool wait)
{
	if (!wait)
		return rpmsg_trysend(rpdev->ept, message, sizeof(*message));

	return rpmsg_send(rpdev->ept, message, sizeof(*message));
}

/**
 * qda_device_init - initialise what needs no hardware
 * @qda: zeroed device
 */
void qda_device_init(struct qda_device *qda)
{
	/* The DSP may still answer calls of a device that was here before. */
	atomic_set(&qda->sequence, get_random_u32());

	init_rwsem(&qda->transport_lock);
	init_waitqueue_head(&qda->settled);
	xa_init_flags(&qda->calls, XA_FLAGS_ALLOC1 | XA_FLAGS_LOCK_IRQ);
	INIT_LIST_HEAD(&qda->sessions);
	qda->calls_max = QDA_CONTEXT_INDEX_MAX;
	INIT_DELAYED_WORK(&qda->trim_work, qda_calls_trim_work);
	qda->send = qda_send;
	qda_attributes_init(&qda->attributes);
	qda_state_init(qda);
	qda_coredump_init(qda);
}
EXPORT_SYMBOL_IF_KUNIT(qda_device_init);

static int qda_probe(struct rpmsg_device *rpdev)
{
	struct device *dev = &rpdev->dev;
	struct qda_device *qda;
	int ret;

	/* A driver override binds whatever channel there is. */
	if (!of_device_get_match_data(dev))
		return -ENODEV;

	qda = devm_drm_dev_alloc(dev, &qda_driver, struct qda_device, drm);
	if (IS_ERR(qda))
		return PTR_ERR(qda);

	qda_device_init(qda);
	qda->soc = of_device_get_match_data(dev);
	qda->poll = qda->soc->poll || of_machine_compatible_match(qda_poll_machines);
	ret = qda_read_domain(qda, dev);
	if (ret)
		return ret;

	ret = qda_remote_heap_init(qda);
	if (ret)
		return ret;

	ret = qda_context_banks_create(qda);
	if (ret)
		return ret;

	qda->wq = alloc_workqueue("qda", WQ_UNBOUND, 0);
	if (!qda->wq)
		return -ENOMEM;

	qda->rpdev = rpdev;
	dev_set_drvdata(dev, qda);

	qda_debugfs_create(qda);
	qda_state_debugfs(qda);

	ret = drm_dev_register(&qda->drm, 0);
	if (ret) {
		destroy_workqueue(qda->wq);
		return ret;
	}
	qda_events_dsp_up(qda);

	return 0;
}

static void qda_remove(struct rpmsg_device *rpdev)
{
	struct qda_device *qda = dev_get_drvdata(&rpdev->dev);

	drm_dev_unplug(&qda->drm);

	scoped_guard(rwsem_write, &qda->transport_lock)
		qda->leaving = true;

	qda_coredump_device(qda);

	/* All waiters return, and nothing new is begun. */
	qda_calls_disconnect(qda);
	qda_events_dsp_down(qda);
	qda_process_release_all(qda);
	qda_calls_abort(qda);
	qda_calls_stop_trim(qda);

	scoped_guard(rwsem_write, &qda->transport_lock)
		qda->rpdev = NULL;

	/* Sessions without a file end here, those with one at its closing. */
	destroy_workqueue(qda->wq);
}

/**
 * qda_receive - take a message of the DSP
 * @qda: device
 * @data: the message, of any alignment
 * @length: its length in bytes
 *
 * Context: Any.
 */
void qda_receive(struct qda_device *qda, const void *data, size_t length)
{
	struct qda_reply reply;
	ktime_t now = ktime_get();

	qda_coredump_received(qda, data, length, now);
	qda_reply_parse(&reply, data, length);
	switch (reply.kind) {
	case QDA_REPLY_ANSWER:
		qda_call_answer(qda, &reply, now);
		break;
	case QDA_REPLY_EXIT:
		qda_session_exited(qda, reply.client_id, reply.reason);
		break;
	case QDA_REPLY_EARLY:
	case QDA_REPLY_STATUS:
		break;
	case QDA_REPLY_SIGNAL:
		atomic_long_inc(&qda->counters.dropped_stranger);
		break;
	case QDA_REPLY_INVALID:
		atomic_long_inc(&qda->counters.dropped_malformed);
		break;
	}
}
EXPORT_SYMBOL_IF_KUNIT(qda_receive);

/* Called in interrupt context, also before and after the life of the device. */
static int qda_callback(struct rpmsg_device *rpdev, void *data, int len,
			void *priv, u32 addr)
{
	struct qda_device *qda = dev_get_drvdata(&rpdev->dev);

	if (qda)
		qda_receive(qda, data, len);

	return 0;
}

static const struct qda_soc qda_soc_default = {
	.stream_shift = 32,
	.dma_bits = 32,
	.dma_bits_cdsp = 32,
};

static const struct qda_soc qda_soc_kaanapali = {
	.stream_shift = 56,
	.dma_bits = 32,
	.dma_bits_cdsp = 34,
	.poll = true,
};

static const struct of_device_id qda_of_match[] = {
	{ .compatible = "qcom,kaanapali-fastrpc", .data = &qda_soc_kaanapali },
	{ .compatible = "qcom,fastrpc", .data = &qda_soc_default },
	{ }
};
MODULE_DEVICE_TABLE(of, qda_of_match);

static struct rpmsg_driver qda_rpmsg_driver = {
	.probe = qda_probe,
	.remove = qda_remove,
	.callback = qda_callback,
	.drv = {
		.name = "qda",
		.of_match_table = qda_of_match,
	},
};

static int __init qda_init(void)
{
	int ret;

	ret = qda_call_cache_create();
	if (ret)
		return ret;

	ret = register_rpmsg_driver(&qda_rpmsg_driver);
	if (ret)
		qda_call_cache_destroy();

	return ret;
}
module_init(qda_init);

static void __exit qda_exit(void)
{
	unregister_rpmsg_driver(&qda_rpmsg_driver);
	qda_call_cache_destroy();
}
module_exit(qda_exit);

MODULE_DESCRIPTION("Qualcomm DSP Accelerator");
MODULE_LICENSE("GPL");
MODULE_IMPORT_NS("DMA_BUF");
