// SPDX-License-Identifier: GPL-2.0-only
/*
 * Keeping the CPU's caches and the DSP's view of a BO in step, where the DSP
 * does not see the caches.
 *
 * Only BOs whose CPU mappings are cached need it. What is synced is handed to
 * the DMA API as the bytes that were named: it is the architecture that rounds
 * them to cache lines, because at the edges it has to keep the neighbours' bytes.
 */
#include <linux/dma-mapping.h>
#include <linux/sched.h>

#include <drm/qda_accel.h>

#include "qda_context_bank.h"
#include "qda_drv.h"
#include "qda_gem.h"
#include "qda_message.h"

static void qda_sync_piece(struct qda_mapping *mapping, u64 offset, u64 length,
			   enum dma_data_direction direction, bool end)
{
	struct qda_device *qda = to_qda_device(mapping->bo->shmem.base.dev);
	struct device *dev = qda_context_bank_dev(mapping->bank);
	dma_addr_t address = sg_dma_address(mapping->sgt->sgl) + offset;

	if (end)
		dma_sync_single_for_device(dev, address, length, direction);
	else
		dma_sync_single_for_cpu(dev, address, length, direction);

	atomic_long_add(length, &qda->counters.synced_bytes);
}

/*
 * The mapping is one range for the DSP, but the DMA API takes a range that is
 * synced to be one for the CPU too: it goes by pieces that are contiguous in
 * both.
 */
static void qda_sync_mapping(struct qda_mapping *mapping, u64 offset, u64 length,
			     enum dma_data_direction direction, bool end)
{
	u64 piece, start = 0, last = offset + length;
	struct scatterlist *sg;
	unsigned int i;

	for_each_sgtable_sg(mapping->sgt, sg, i) {
		if (start >= last)
			break;

		if (start + sg->length > offset) {
			piece = min(start + sg->length, last) - max(start, offset);
			qda_sync_piece(mapping, max(start, offset), piece,
				       direction, end);
			cond_resched();
		}
		start += sg->length;
	}
}

static bool qda_sync_is_needed(struct qda_bo *bo)
{
	return !bo->import && !bo->shmem.map_wc;
}

/**
 * qda_bo_sync - begin or end an access of the CPU to a part of a BO
 * @bo: own BO
 * @offset: where the part starts
 * @length: its length in bytes; the part lies within the BO
 * @direction: DMA_FROM_DEVICE, DMA_TO_DEVICE or both, as seen by the DSP
 * @end: the access ends
 *
 * Syncs the part for each session that the BO is mapped to and whose context
 * bank is not coherent. A mapping cannot go while @bo is locked.
 *
 * Context: May sleep.
 */
void qda_bo_sync(struct qda_bo *bo, u64 offset, u64 length,
		 enum dma_data_direction direction, bool end)
{
	struct qda_mapping *mapping;

	if (!qda_sync_is_needed(bo))
		return;

	guard(mutex)(&bo->lock);

	list_for_each_entry(mapping, &bo->mappings, node)
		if (!mapping->bank->coherent)
			qda_sync_mapping(mapping, offset, length, direction, end);
}

static enum dma_data_direction qda_sync_direction(u32 flags)
{
	switch (flags & (DRM_QDA_SYNC_READ | DRM_QDA_SYNC_WRITE)) {
	case DRM_QDA_SYNC_READ:
		return DMA_FROM_DEVICE;
	case DRM_QDA_SYNC_WRITE:
		return DMA_TO_DEVICE;
	case DRM_QDA_SYNC_READ | DRM_QDA_SYNC_WRITE:
		return DMA_BIDIRECTIONAL;
	default:
		return DMA_NONE;
	}
}

/**
 * qda_ioctl_bo_sync - DRM_IOCTL_QDA_BO_SYNC
 * @drm: DRM device
 * @data: struct drm_qda_bo_sync
 * @file: file of the caller
 *
 * Return: 0 or a negative error code.
 */
int qda_ioctl_bo_sync(struct drm_device *drm, void *data, struct drm_file *file)
{
	const u32 known = DRM_QDA_SYNC_READ | DRM_QDA_SYNC_WRITE | DRM_QDA_SYNC_END;
	struct drm_qda_bo_sync *args = data;
	enum dma_data_direction direction = qda_sync_direction(args->flags);
	struct drm_gem_object *obj;
	int ret;

	if (args->flags & ~known || direction == DMA_NONE || !args->length)
		return -EINVAL;

	obj = drm_gem_object_lookup(file, args->handle);
	if (!obj)
		return -ENOENT;

	ret = to_qda_bo(obj)->import ? -EOPNOTSUPP :
		qda_check_range(args->offset, args->length, obj->size);
	if (!ret)
		qda_bo_sync(to_qda_bo(obj), args->offset, args->length, direction,
			    args->flags & DRM_QDA_SYNC_END);
	drm_gem_object_put(obj);

	return ret;
}
