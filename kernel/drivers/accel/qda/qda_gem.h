/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _QDA_GEM_H_
#define _QDA_GEM_H_

#include <linux/dma-direction.h>
#include <linux/kref.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/sizes.h>

#include <drm/drm_gem_shmem_helper.h>

struct dma_buf;
struct dma_buf_attachment;
struct qda_context_bank;
struct qda_device;
struct qda_session;

/* A segment's length is an unsigned int, and an address space has 4 GiB. */
#define QDA_BO_SIZE_MAX		SZ_2G

/**
 * struct qda_bo - a buffer object
 */
struct qda_bo {
	/** @shmem: The GEM object, and the pages of an own BO. */
	struct drm_gem_shmem_object shmem;

	/** @import: Another device's buffer, with a reference, or NULL. */
	struct dma_buf *import;

	/** @cached: User space asked for DRM_QDA_BO_CACHED. */
	bool cached;

	/** @lock: Protects @mappings. */
	struct mutex lock;

	/** @mappings: One for each session that has a handle. */
	struct list_head mappings;

	/** @attachments_lock: Protects @attachments. */
	struct mutex attachments_lock;

	/** @attachments: Other devices that have an own BO mapped. */
	struct list_head attachments;
};

/** enum qda_bo_use - what a BO is to a session */
enum qda_bo_use {
	/** @QDA_BO_UNMAPPED: Its handle is just going away. */
	QDA_BO_UNMAPPED,

	/** @QDA_BO_MAPPED: The DSP can reach it. */
	QDA_BO_MAPPED,

	/** @QDA_BO_ACTIVE: A call or a map uses it. */
	QDA_BO_ACTIVE,
};

/**
 * struct qda_mapping - a buffer object in the address space of a session
 *
 * It lasts as long as the session has a handle of the BO or a call uses it.
 */
struct qda_mapping {
	/**
	 * @ref: Held by the handles together, and by each call. A call needs
	 * this and the next two and no more, so they share a cache line.
	 */
	struct kref ref;

	/** @address: Where the DSP finds it, stream id included. */
	u64 address;

	/** @size: The size of the BO. */
	u64 size;

	/** @node: In &qda_bo.mappings while there are handles. */
	struct list_head node;

	/** @handles: Number of handles; protected by &qda_bo.lock. */
	unsigned int handles;

	/** @session: Whose mapping it is; not to be followed without a handle. */
	struct qda_session *session;

	/**
	 * @found_by: A handle by which it stands in &qda_session.by_handle, or
	 * 0; protected by &qda_bo.lock.
	 */
	u32 found_by;

	/** @session_id: The number of that session, for debugfs. */
	u64 session_id;

	/** @index: Where it is in &qda_device.mappings. */
	u32 index;

	/** @bo: The BO, with a reference. */
	struct qda_bo *bo;

	/** @bank: The context bank, with a reference. */
	struct qda_context_bank *bank;

	/** @attach: Attachment of an imported BO. */
	struct dma_buf_attachment *attach;

	/** @sgt: The pages. */
	struct sg_table *sgt;
};

static inline struct qda_bo *to_qda_bo(struct drm_gem_object *obj)
{
	return container_of(obj, struct qda_bo, shmem.base);
}

struct drm_gem_object *qda_gem_create_object(struct drm_device *drm, size_t size);
struct drm_gem_object *qda_gem_prime_import(struct drm_device *drm,
					    struct dma_buf *dma_buf);

struct dma_buf *qda_gem_export(struct drm_gem_object *obj, int flags);
struct drm_gem_object *qda_gem_exported(struct drm_device *drm,
					struct dma_buf *dma_buf);

enum qda_bo_use qda_bo_use(struct qda_bo *bo, struct qda_session *session);
void qda_bo_sync(struct qda_bo *bo, u64 offset, u64 length,
		 enum dma_data_direction direction, bool end);

static inline struct qda_mapping *qda_mapping_get(struct qda_mapping *mapping)
{
	kref_get(&mapping->ref);
	return mapping;
}

/* In any context; false if the reference is the last one, which remains. */
static inline bool qda_mapping_try_put(struct qda_mapping *mapping)
{
	return refcount_dec_not_one(&mapping->ref.refcount);
}

void qda_mapping_note(struct drm_file *file, struct drm_gem_object *obj, u32 handle);
struct qda_mapping *qda_mapping_find(struct drm_file *file, u32 handle);
struct qda_mapping *qda_mapping_create_kernel(struct qda_session *session,
					      size_t size);
void qda_mapping_put(struct qda_mapping *mapping);

#endif
