// SPDX-License-Identifier: GPL-2.0-only
/*
 * Buffer objects and their mappings to the DSP.
 *
 * An own BO is pageable memory that is pinned while it is mapped; an imported
 * one keeps the dma-buf. Both are mapped to each session that has a handle, for
 * the device of the session's context bank: an own BO by the DMA API, an
 * imported one by its exporter, through an attachment that lives as long as the
 * mapping. The DSP is told one address for each BO, so it must be contiguous in
 * the address space of the bank; what is not is refused.
 */
#include <linux/dma-buf.h>
#include <linux/dma-mapping.h>
#include <linux/scatterlist.h>
#include <linux/slab.h>

#include <drm/drm_prime.h>
#include <drm/drm_print.h>

#include "qda_context_bank.h"
#include "qda_drv.h"
#include "qda_gem.h"
#include "qda_message.h"
#include "qda_session.h"

/* The DMA API does not tell a lack of addresses from a lack of memory. */
static int qda_mapping_errno(int error)
{
	return error == -ENOMEM ? -ENOSPC : error;
}

static struct sg_table *qda_gem_get_sg_table(struct drm_gem_object *obj)
{
	struct drm_gem_shmem_object *shmem = to_drm_gem_shmem_obj(obj);
	struct sg_table *sgt;
	int ret;

	sgt = kzalloc_obj(*sgt);
	if (!sgt)
		return ERR_PTR(-ENOMEM);

	ret = sg_alloc_table_from_pages(sgt, shmem->pages, obj->size >> PAGE_SHIFT,
					0, obj->size, GFP_KERNEL);
	if (ret) {
		kfree(sgt);
		return ERR_PTR(ret);
	}

	return sgt;
}

static int qda_mapping_map_own(struct qda_mapping *mapping)
{
	struct device *dev = qda_context_bank_dev(mapping->bank);
	struct drm_gem_shmem_object *shmem = &mapping->bo->shmem;
	struct sg_table *sgt;
	int ret;

	ret = drm_gem_shmem_pin(shmem);
	if (ret)
		return ret;

	sgt = qda_gem_get_sg_table(&shmem->base);
	if (IS_ERR(sgt)) {
		ret = PTR_ERR(sgt);
		goto err_unpin;
	}

	/* The pages may be mapped for several banks, so they are synced apart. */
	ret = dma_map_sgtable(dev, sgt, DMA_BIDIRECTIONAL, DMA_ATTR_SKIP_CPU_SYNC);
	if (ret) {
		ret = qda_mapping_errno(ret);
		goto err_free_sgt;
	}
	dma_sync_sgtable_for_device(dev, sgt, DMA_BIDIRECTIONAL);
	mapping->sgt = sgt;

	return 0;

err_free_sgt:
	sg_free_table(sgt);
	kfree(sgt);
err_unpin:
	drm_gem_shmem_unpin(shmem);
	return ret;
}

static void qda_mapping_unmap_own(struct qda_mapping *mapping)
{
	dma_unmap_sgtable(qda_context_bank_dev(mapping->bank), mapping->sgt,
			  DMA_BIDIRECTIONAL, DMA_ATTR_SKIP_CPU_SYNC);
	sg_free_table(mapping->sgt);
	kfree(mapping->sgt);
	drm_gem_shmem_unpin(&mapping->bo->shmem);
}

static int qda_mapping_map_import(struct qda_mapping *mapping)
{
	struct device *dev = qda_context_bank_dev(mapping->bank);
	struct dma_buf_attachment *attach;
	struct sg_table *sgt;

	attach = dma_buf_attach(mapping->bo->import, dev);
	if (IS_ERR(attach))
		return PTR_ERR(attach);

	sgt = dma_buf_map_attachment_unlocked(attach, DMA_BIDIRECTIONAL);
	if (IS_ERR(sgt)) {
		dma_buf_detach(mapping->bo->import, attach);
		return qda_mapping_errno(PTR_ERR(sgt));
	}

	mapping->attach = attach;
	mapping->sgt = sgt;

	return 0;
}

static void qda_mapping_unmap_import(struct qda_mapping *mapping)
{
	dma_buf_unmap_attachment_unlocked(mapping->attach, mapping->sgt,
					  DMA_BIDIRECTIONAL);
	dma_buf_detach(mapping->bo->import, mapping->attach);
}

static void qda_mapping_unmap(struct qda_mapping *mapping)
{
	if (mapping->bo->import)
		qda_mapping_unmap_import(mapping);
	else
		qda_mapping_unmap_own(mapping);
}

/* One range of addresses, page aligned, that covers the whole BO? */
static bool qda_mapping_is_contiguous(struct qda_mapping *mapping)
{
	dma_addr_t start = sg_dma_address(mapping->sgt->sgl);
	struct scatterlist *sg;
	u64 covered = 0;
	int i;

	for_each_sgtable_dma_sg(mapping->sgt, sg, i) {
		if (sg_dma_address(sg) != start + covered)
			return false;
		covered += sg_dma_len(sg);
	}

	return covered >= mapping->size &&
	       IS_ALIGNED(start, QDA_WIRE_PAGE);
}

static void qda_mapping_free(struct qda_mapping *mapping)
{
	qda_context_bank_put(mapping->bank);
	drm_gem_object_put(&mapping->bo->shmem.base);
	kfree(mapping);
}

static struct qda_mapping *qda_mapping_create(struct qda_bo *bo,
					      struct qda_session *session)
{
	struct qda_mapping *mapping;
	int ret;

	mapping = kzalloc_obj(*mapping);
	if (!mapping)
		return ERR_PTR(-ENOMEM);

	kref_init(&mapping->ref);
	INIT_LIST_HEAD(&mapping->node);
	mapping->session = session;
	mapping->session_id = session->id;
	drm_gem_object_get(&bo->shmem.base);
	mapping->bo = bo;
	mapping->size = bo->shmem.base.size;
	mapping->bank = qda_context_bank_get(session->bank);

	if (bo->import)
		ret = qda_mapping_map_import(mapping);
	else
		ret = qda_mapping_map_own(mapping);
	if (ret)
		goto err_free;

	if (!qda_mapping_is_contiguous(mapping)) {
		ret = -EOPNOTSUPP;
		goto err_unmap;
	}
	mapping->address = sg_dma_address(mapping->sgt->sgl) | mapping->bank->stream;

	ret = xa_alloc(&session->qda->mappings, &mapping->index, mapping, xa_limit_32b,
		       GFP_KERNEL);
	if (ret)
		goto err_unmap;

	atomic_long_inc(&session->qda->counters.mappings_made);

	return mapping;

err_unmap:
	qda_mapping_unmap(mapping);
err_free:
	qda_mapping_free(mapping);
	return ERR_PTR(ret);
}

static void qda_mapping_release(struct kref *ref)
{
	struct qda_mapping *mapping = container_of(ref, struct qda_mapping, ref);
	struct qda_device *qda = to_qda_device(mapping->bo->shmem.base.dev);

	xa_erase(&qda->mappings, mapping->index);
	qda_mapping_unmap(mapping);
	qda_mapping_free(mapping);
}

/**
 * qda_mapping_put - drop a reference
 * @mapping: the mapping
 *
 * Context: May sleep.
 */
void qda_mapping_put(struct qda_mapping *mapping)
{
	kref_put(&mapping->ref, qda_mapping_release);
}

static struct qda_mapping *qda_bo_find_mapping(struct qda_bo *bo,
					       struct qda_session *session)
{
	struct qda_mapping *mapping;

	lockdep_assert_held(&bo->lock);

	list_for_each_entry(mapping, &bo->mappings, node)
		if (mapping->session == session)
			return mapping;

	return NULL;
}

/**
 * qda_bo_use - see what a BO is to a session
 * @bo: the BO
 * @session: the session
 *
 * Return: see &enum qda_bo_use.
 */
enum qda_bo_use qda_bo_use(struct qda_bo *bo, struct qda_session *session)
{
	struct qda_mapping *mapping;

	guard(mutex)(&bo->lock);

	mapping = qda_bo_find_mapping(bo, session);
	if (!mapping)
		return QDA_BO_UNMAPPED;

	return kref_read(&mapping->ref) > 1 ? QDA_BO_ACTIVE : QDA_BO_MAPPED;
}

/*
 * Lets the next call find a mapping without its BO. A handle that is being
 * closed is not to be found any more; one that is closed later takes it away.
 */
static void qda_mapping_set_found(struct qda_mapping *mapping,
				  struct drm_file *file, u32 handle)
{
	struct drm_gem_object *obj;

	lockdep_assert_held(&mapping->bo->lock);

	if (mapping->found_by)
		return;

	obj = drm_gem_object_lookup(file, handle);
	if (obj == &mapping->bo->shmem.base &&
	    !xa_err(xa_store(&mapping->session->by_handle, handle, mapping, GFP_KERNEL)))
		mapping->found_by = handle;
	if (obj)
		drm_gem_object_put(obj);
}

static void qda_mapping_clear_found(struct qda_mapping *mapping)
{
	lockdep_assert_held(&mapping->bo->lock);

	if (mapping->found_by)
		xa_erase(&mapping->session->by_handle, mapping->found_by);
	mapping->found_by = 0;
}

/**
 * qda_mapping_note - let the first call, too, find a mapping without its BO
 * @file: file of the caller
 * @obj: a BO that got a handle just now, with a reference
 * @handle: the handle, which another thread may have closed meanwhile
 */
void qda_mapping_note(struct drm_file *file, struct drm_gem_object *obj, u32 handle)
{
	struct qda_bo *bo = to_qda_bo(obj);
	struct qda_mapping *mapping;

	guard(mutex)(&bo->lock);

	mapping = qda_bo_find_mapping(bo, to_qda_session(file));
	if (mapping)
		qda_mapping_set_found(mapping, file, handle);
}

static struct qda_mapping *qda_mapping_find_slowly(struct drm_file *file, u32 handle)
{
	struct drm_gem_object *obj = drm_gem_object_lookup(file, handle);
	struct qda_mapping *mapping;
	struct qda_bo *bo;

	if (!obj)
		return NULL;

	bo = to_qda_bo(obj);
	scoped_guard(mutex, &bo->lock) {
		mapping = qda_bo_find_mapping(bo, to_qda_session(file));
		if (mapping) {
			qda_mapping_get(mapping);
			qda_mapping_set_found(mapping, file, handle);
		}
	}
	drm_gem_object_put(obj);

	return mapping;
}

/**
 * qda_mapping_find - find the mapping of a handle
 * @file: file of the caller
 * @handle: GEM handle
 *
 * Return: the mapping, with a reference, or NULL.
 */
struct qda_mapping *qda_mapping_find(struct drm_file *file, u32 handle)
{
	struct qda_session *session = to_qda_session(file);
	struct qda_mapping *mapping;

	xa_lock(&session->by_handle);
	mapping = xa_load(&session->by_handle, handle);
	if (mapping)
		qda_mapping_get(mapping);
	xa_unlock(&session->by_handle);

	return mapping ?: qda_mapping_find_slowly(file, handle);
}

/**
 * qda_mapping_create_kernel - allocate memory that only the DSP uses
 * @session: session with a context bank
 * @size: size in bytes
 *
 * Return: the mapping of a BO that has no handle, or an error pointer.
 */
struct qda_mapping *qda_mapping_create_kernel(struct qda_session *session,
					      size_t size)
{
	struct drm_gem_shmem_object *shmem;
	struct qda_mapping *mapping;

	shmem = drm_gem_shmem_create(&session->qda->drm, size);
	if (IS_ERR(shmem))
		return ERR_CAST(shmem);

	mapping = qda_mapping_create(to_qda_bo(&shmem->base), session);
	drm_gem_object_put(&shmem->base);

	return mapping;
}

/* A handle appears in a file: the BO is mapped to its session. */
static int qda_gem_open(struct drm_gem_object *obj, struct drm_file *file)
{
	struct qda_session *session = to_qda_session(file);
	struct qda_bo *bo = to_qda_bo(obj);
	struct qda_mapping *mapping;
	int ret;

	ret = qda_session_take_bank(session);
	if (ret)
		return ret;

	guard(mutex)(&bo->lock);

	mapping = qda_bo_find_mapping(bo, session);
	if (!mapping) {
		mapping = qda_mapping_create(bo, session);
		if (IS_ERR(mapping))
			return PTR_ERR(mapping);
		list_add_tail(&mapping->node, &bo->mappings);
	}
	mapping->handles++;

	return 0;
}

/* A handle disappears from a file. */
static void qda_gem_close(struct drm_gem_object *obj, struct drm_file *file)
{
	struct qda_bo *bo = to_qda_bo(obj);
	struct qda_mapping *mapping;

	scoped_guard(mutex, &bo->lock) {
		mapping = qda_bo_find_mapping(bo, to_qda_session(file));
		/* It is not known which handle it is. */
		qda_mapping_clear_found(mapping);
		if (--mapping->handles)
			return;
		list_del(&mapping->node);
	}
	qda_mapping_put(mapping);
}

static void qda_gem_free(struct drm_gem_object *obj)
{
	mutex_destroy(&to_qda_bo(obj)->attachments_lock);
	mutex_destroy(&to_qda_bo(obj)->lock);
	drm_gem_shmem_object_free(obj);
}

static const struct drm_gem_object_funcs qda_gem_funcs = {
	.free = qda_gem_free,
	.open = qda_gem_open,
	.close = qda_gem_close,
	.print_info = drm_gem_shmem_object_print_info,
	.export = qda_gem_export,
	.pin = drm_gem_shmem_object_pin,
	.unpin = drm_gem_shmem_object_unpin,
	.get_sg_table = qda_gem_get_sg_table,
	.vmap = drm_gem_shmem_object_vmap,
	.vunmap = drm_gem_shmem_object_vunmap,
	.mmap = drm_gem_shmem_object_mmap,
	.vm_ops = &drm_gem_shmem_vm_ops,
};

static void qda_gem_import_free(struct drm_gem_object *obj)
{
	struct qda_bo *bo = to_qda_bo(obj);

	drm_gem_object_release(obj);
	dma_buf_put(bo->import);
	mutex_destroy(&bo->attachments_lock);
	mutex_destroy(&bo->lock);
	kfree(bo);
}

/* Only its exporter knows how to map it for the CPU. */
static int qda_gem_import_mmap(struct drm_gem_object *obj, struct vm_area_struct *vma)
{
	return -EINVAL;
}

static const struct drm_gem_object_funcs qda_gem_import_funcs = {
	.free = qda_gem_import_free,
	.open = qda_gem_open,
	.close = qda_gem_close,
	.mmap = qda_gem_import_mmap,
};

static struct qda_bo *qda_bo_alloc(const struct drm_gem_object_funcs *funcs)
{
	struct qda_bo *bo;

	bo = kzalloc_obj(*bo);
	if (!bo)
		return NULL;

	bo->shmem.base.funcs = funcs;
	mutex_init(&bo->lock);
	INIT_LIST_HEAD(&bo->mappings);
	mutex_init(&bo->attachments_lock);
	INIT_LIST_HEAD(&bo->attachments);

	return bo;
}

/**
 * qda_gem_create_object - allocate the struct of an own BO for the shmem helper
 * @drm: DRM device
 * @size: size of the BO
 *
 * Return: the GEM object or an error pointer.
 */
struct drm_gem_object *qda_gem_create_object(struct drm_device *drm, size_t size)
{
	struct qda_bo *bo = qda_bo_alloc(&qda_gem_funcs);

	/* The helper frees the object by its address when it cannot set it up. */
	static_assert(offsetof(struct qda_bo, shmem.base) == 0);

	if (!bo)
		return ERR_PTR(-ENOMEM);

	/* Unless user space tells when the CPU writes and reads, it may not cache. */
	bo->shmem.map_wc = !to_qda_device(drm)->coherent;

	return &bo->shmem.base;
}

/**
 * qda_gem_prime_import - make a BO of a dma-buf
 * @drm: DRM device
 * @dma_buf: the dma-buf
 *
 * A dma-buf that was exported by this device is the BO that it was made of.
 * Others are attached when they are mapped to a session.
 *
 * Return: the GEM object, with a reference, or an error pointer.
 */
struct drm_gem_object *qda_gem_prime_import(struct drm_device *drm,
					    struct dma_buf *dma_buf)
{
	struct drm_gem_object *obj;
	struct qda_bo *bo;

	obj = qda_gem_exported(drm, dma_buf);
	if (obj) {
		drm_gem_object_get(obj);
		return obj;
	}

	if (!dma_buf->size || !PAGE_ALIGNED(dma_buf->size))
		return ERR_PTR(-EOPNOTSUPP);
	if (dma_buf->size > QDA_BO_SIZE_MAX)
		return ERR_PTR(-ENOSPC);

	bo = qda_bo_alloc(&qda_gem_import_funcs);
	if (!bo)
		return ERR_PTR(-ENOMEM);

	obj = &bo->shmem.base;
	obj->resv = dma_buf->resv;
	drm_gem_private_object_init(drm, obj, dma_buf->size);
	get_dma_buf(dma_buf);
	bo->import = dma_buf;

	return obj;
}
