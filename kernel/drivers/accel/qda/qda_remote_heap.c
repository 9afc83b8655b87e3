// SPDX-License-Identifier: GPL-2.0-only
/*
 * The remote heap: reserved memory of the device tree that becomes the heap of
 * the DSP's audio process. Where the node names virtual machines, they are given
 * the memory by the secure world and the kernel must not touch it meanwhile.
 *
 * The audio process lives as long as the DSP. It is given the heap once, when it
 * is first joined, and again by a new device, after the DSP was restarted.
 */
#include <linux/device/devres.h>
#include <linux/firmware/qcom/qcom_scm.h>
#include <linux/ioport.h>
#include <linux/of.h>
#include <linux/of_reserved_mem.h>

#include <drm/drm_print.h>

#include "qda_drv.h"
#include "qda_remote_heap.h"

/* As many as mainline's fastrpc takes */
#define QDA_REMOTE_HEAP_VMS_MAX	16

/**
 * struct qda_remote_heap_owner - to whom the memory was assigned
 * @qda: the device
 * @vms: set of the virtual machines
 */
struct qda_remote_heap_owner {
	struct qda_device *qda;
	u64 vms;
};

/* If this fails the memory is lost. It is reserved, so nobody else gets it. */
static void qda_remote_heap_unassign(void *data)
{
	struct qda_remote_heap_owner *owner = data;
	struct qda_remote_heap *heap = &owner->qda->remote_heap;
	const struct qcom_scm_vmperm kernel = {
		.vmid = QCOM_SCM_VMID_HLOS,
		.perm = QCOM_SCM_PERM_RWX,
	};
	int ret;

	ret = qcom_scm_assign_mem(heap->base, heap->size, &owner->vms, &kernel, 1);
	if (ret)
		drm_err(&owner->qda->drm, "the remote heap is not given back: %d\n", ret);
}

static int qda_remote_heap_assign_to(struct qda_device *qda, const u32 *vmids, int count)
{
	struct qcom_scm_vmperm perms[QDA_REMOTE_HEAP_VMS_MAX];
	struct qda_remote_heap *heap = &qda->remote_heap;
	struct qda_remote_heap_owner *owner;
	u64 kernel = BIT_ULL(QCOM_SCM_VMID_HLOS);
	int ret;

	owner = devm_kzalloc(qda->drm.dev, sizeof(*owner), GFP_KERNEL);
	if (!owner)
		return -ENOMEM;

	owner->qda = qda;
	for (int i = 0; i < count; i++) {
		if (vmids[i] >= BITS_PER_TYPE(owner->vms))
			return dev_err_probe(qda->drm.dev, -EINVAL,
					     "unknown virtual machine %u\n", vmids[i]);
		perms[i].vmid = vmids[i];
		perms[i].perm = QCOM_SCM_PERM_RWX;
		owner->vms |= BIT_ULL(vmids[i]);
	}

	ret = qcom_scm_assign_mem(heap->base, heap->size, &kernel, perms, count);
	if (ret)
		return dev_err_probe(qda->drm.dev, ret, "the remote heap is not assigned\n");

	return devm_add_action_or_reset(qda->drm.dev, qda_remote_heap_unassign, owner);
}

static int qda_remote_heap_assign(struct qda_device *qda)
{
	u32 vmids[QDA_REMOTE_HEAP_VMS_MAX];
	int count;

	count = of_property_read_variable_u32_array(qda->drm.dev->of_node, "qcom,vmids",
						    vmids, 0, ARRAY_SIZE(vmids));
	if (count <= 0)
		return count == -EINVAL ? 0 : count;

	if (!IS_REACHABLE(CONFIG_QCOM_SCM))
		return dev_err_probe(qda->drm.dev, -EOPNOTSUPP,
				     "the remote heap needs QCOM_SCM\n");
	if (!qcom_scm_is_available())
		return -EPROBE_DEFER;

	return qda_remote_heap_assign_to(qda, vmids, count);
}

/**
 * qda_remote_heap_init - find the remote heap of a DSP that has one
 * @qda: device; it gets the memory back when it is unbound
 *
 * Return: 0 or a negative error code.
 */
int qda_remote_heap_init(struct qda_device *qda)
{
	struct resource res;

	if (qda->domain != DRM_QDA_DOMAIN_ADSP && qda->domain != DRM_QDA_DOMAIN_SDSP)
		return 0;
	if (of_reserved_mem_region_to_resource(qda->drm.dev->of_node, 0, &res))
		return 0;

	qda->remote_heap.base = res.start;
	qda->remote_heap.size = resource_size(&res);

	return qda_remote_heap_assign(qda);
}

/**
 * qda_remote_heap_take - see who gives the remote heap to the DSP
 * @qda: device with a remote heap
 *
 * Return: true if the caller does, false if that was done.
 */
bool qda_remote_heap_take(struct qda_device *qda)
{
	guard(spinlock_irq)(qda_calls_lock(qda));

	if (qda->remote_heap.given)
		return false;

	qda->remote_heap.given = true;
	return true;
}

/**
 * qda_remote_heap_take_back - the DSP refused the remote heap, or was not asked
 * @qda: device
 */
void qda_remote_heap_take_back(struct qda_device *qda)
{
	guard(spinlock_irq)(qda_calls_lock(qda));

	qda->remote_heap.given = false;
}
