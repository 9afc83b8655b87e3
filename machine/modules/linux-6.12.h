/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the modules need that Linux 6.12 lacks. build-modules includes it ahead
 * of each source where kernel/6.12.config is in use, so the sources are written
 * for the newest kernel alone.
 */
#ifndef _QDA_LINUX_6_12_H_
#define _QDA_LINUX_6_12_H_

#include <linux/device.h>
#include <linux/ioport.h>
#include <linux/minmax.h>
#include <linux/module.h>
#include <linux/of_device.h>
#include <linux/of_reserved_mem.h>
#include <linux/uaccess.h>

/* A namespace is named by a string now. */
#undef MODULE_IMPORT_NS
#define MODULE_IMPORT_NS(ns)	MODULE_INFO(import_ns, ns)

/*
 * An attachment is told the domain before it now. This catches the definitions,
 * whose parameters stand behind the name, and not the tables of operations.
 */
#define qda_sim_attach_identity(domain, dev, ...) \
	qda_sim_attach_identity(domain, dev)
#define qda_sim_attach_blocked(domain, dev, ...) \
	qda_sim_attach_blocked(domain, dev)
#define qda_sim_attach_paging(domain, dev, ...) \
	qda_sim_attach_paging(domain, dev)

static inline int copy_struct_to_user(void __user *to, size_t to_size,
				      const void *from, size_t from_size,
				      bool *lost)
{
	size_t common = min(to_size, from_size);

	if (lost)
		*lost = memchr_inv(from + common, 0, from_size - common);
	if (copy_to_user(to, from, common) ||
	    clear_user(to + common, to_size - common))
		return -EFAULT;
	return 0;
}

static inline int
of_reserved_mem_region_to_resource(const struct device_node *np,
				   unsigned int index, struct resource *res)
{
	struct device_node *target = of_parse_phandle(np, "memory-region", index);
	struct reserved_mem *memory = of_reserved_mem_lookup(target);

	of_node_put(target);
	if (!memory)
		return -ENODEV;
	res->start = memory->base;
	res->end = memory->base + memory->size - 1;
	res->flags = IORESOURCE_MEM;
	return 0;
}

/*
 * A device that has no driver gets its IOMMU when it is added, but until 6.15
 * only a driver's probe looked into the device tree for it.
 */
static inline bool qda_device_iommu_mapped(struct device *dev)
{
	return device_iommu_mapped(dev) ||
	       (!of_dma_configure(dev, dev->of_node, true) &&
		device_iommu_mapped(dev));
}

#define device_iommu_mapped(dev)	qda_device_iommu_mapped(dev)

#endif
