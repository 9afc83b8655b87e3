// SPDX-License-Identifier: GPL-2.0-only
/*
 * Own BOs as dma-bufs of others.
 *
 * DRM's helper does not sync caches, neither for an importer that does not see
 * them nor for DMA_BUF_IOCTL_SYNC, since it is made for memory that is not cached
 * then. A BO here is cached when the context banks are coherent, which other
 * devices need not be, or when user space asked for it. So the attachments are
 * kept track of, and synced as the mappings to sessions are.
 */
#include <linux/dma-buf.h>
#include <linux/dma-mapping.h>
#include <linux/slab.h>

#include <drm/drm_device.h>
#include <drm/drm_drv.h>
#include <drm/drm_prime.h>

#include "qda_gem.h"

/**
 * struct qda_attachment - an importer of a BO that has it mapped
 * @node: in &qda_bo.attachments
 * @dev: the importer's device
 * @sgt: the pages as it sees them
 * @direction: for which it has them mapped, and so for which they are synced
 */
struct qda_attachment {
	struct list_head node;
	struct device *dev;
	struct sg_table *sgt;
	enum dma_data_direction direction;
};

static struct qda_bo *qda_exported_bo(struct dma_buf *dma_buf)
{
	return to_qda_bo(dma_buf->priv);
}

static struct sg_table *qda_export_map(struct dma_buf_attachment *attach,
				       enum dma_data_direction direction)
{
	struct qda_bo *bo = qda_exported_bo(attach->dmabuf);
	struct qda_attachment *attachment;
	struct sg_table *sgt;

	attachment = kzalloc_obj(*attachment);
	if (!attachment)
		return ERR_PTR(-ENOMEM);

	sgt = drm_gem_map_dma_buf(attach, direction);
	if (IS_ERR(sgt)) {
		kfree(attachment);
		return sgt;
	}

	attachment->dev = attach->dev;
	attachment->sgt = sgt;
	attachment->direction = direction;
	dma_sync_sgtable_for_device(attach->dev, sgt, direction);
	scoped_guard(mutex, &bo->attachments_lock)
		list_add_tail(&attachment->node, &bo->attachments);

	return sgt;
}

static void qda_export_forget(struct qda_bo *bo, struct sg_table *sgt)
{
	struct qda_attachment *attachment;

	guard(mutex)(&bo->attachments_lock);

	list_for_each_entry(attachment, &bo->attachments, node) {
		if (attachment->sgt != sgt)
			continue;

		list_del(&attachment->node);
		kfree(attachment);
		return;
	}
}

static void qda_export_unmap(struct dma_buf_attachment *attach, struct sg_table *sgt,
			     enum dma_data_direction direction)
{
	qda_export_forget(qda_exported_bo(attach->dmabuf), sgt);
	drm_gem_unmap_dma_buf(attach, sgt, direction);
}

static int qda_export_sync(struct dma_buf *dma_buf,
			   enum dma_data_direction direction, bool end)
{
	struct qda_bo *bo = qda_exported_bo(dma_buf);
	struct qda_attachment *attachment;

	if (bo->shmem.map_wc)
		return 0;

	qda_bo_sync(bo, 0, dma_buf->size, direction, end);

	guard(mutex)(&bo->attachments_lock);

	list_for_each_entry(attachment, &bo->attachments, node) {
		if (end)
			dma_sync_sgtable_for_device(attachment->dev, attachment->sgt,
						    attachment->direction);
		else
			dma_sync_sgtable_for_cpu(attachment->dev, attachment->sgt,
						 attachment->direction);
	}

	return 0;
}

static int qda_export_begin_cpu_access(struct dma_buf *dma_buf,
				       enum dma_data_direction direction)
{
	return qda_export_sync(dma_buf, direction, false);
}

static int qda_export_end_cpu_access(struct dma_buf *dma_buf,
				     enum dma_data_direction direction)
{
	return qda_export_sync(dma_buf, direction, true);
}

static const struct dma_buf_ops qda_export_ops = {
	.attach = drm_gem_map_attach,
	.detach = drm_gem_map_detach,
	.map_dma_buf = qda_export_map,
	.unmap_dma_buf = qda_export_unmap,
	.release = drm_gem_dmabuf_release,
	.mmap = drm_gem_dmabuf_mmap,
	.vmap = drm_gem_dmabuf_vmap,
	.vunmap = drm_gem_dmabuf_vunmap,
	.begin_cpu_access = qda_export_begin_cpu_access,
	.end_cpu_access = qda_export_end_cpu_access,
};

/**
 * qda_gem_export - make a dma-buf of an own BO
 * @obj: the GEM object
 * @flags: flags of the file
 *
 * Return: the dma-buf or an error pointer.
 */
struct dma_buf *qda_gem_export(struct drm_gem_object *obj, int flags)
{
	struct dma_buf_export_info info = {
		.exp_name = KBUILD_MODNAME,
		.owner = obj->dev->driver->fops->owner,
		.ops = &qda_export_ops,
		.size = obj->size,
		.flags = flags,
		.priv = obj,
		.resv = obj->resv,
	};

	return drm_gem_dmabuf_export(obj->dev, &info);
}

/**
 * qda_gem_exported - the BO that a dma-buf was made of
 * @drm: DRM device
 * @dma_buf: the dma-buf
 *
 * Return: the GEM object, without a reference, or NULL if the dma-buf is not of
 * this device.
 */
struct drm_gem_object *qda_gem_exported(struct drm_device *drm,
					struct dma_buf *dma_buf)
{
	struct drm_gem_object *obj;

	if (dma_buf->ops != &qda_export_ops)
		return NULL;

	obj = dma_buf->priv;
	return obj->dev == drm ? obj : NULL;
}
