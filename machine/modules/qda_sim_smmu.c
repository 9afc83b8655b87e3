// SPDX-License-Identifier: GPL-2.0-only
/*
 * SMMU of the simulated machine: stage-1 LPAE tables per stream in guest
 * memory, walked by the DSP process. What are registers and a command queue on
 * silicon is one shared page. Invalidation is synchronous: an unmap returns
 * when the DSP cannot reach the pages any more, or is no more.
 */
#include <linux/bits.h>
#include <linux/cleanup.h>
#include <linux/device.h>
#include <linux/dma-mapping.h>
#include <linux/err.h>
#include <linux/gfp.h>
#include <linux/io-pgtable.h>
#include <linux/io.h>
#include <linux/iommu.h>
#include <linux/ktime.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/of.h>
#include <linux/platform_device.h>
#include <linux/property.h>
#include <linux/sizes.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <asm/barrier.h>

#include "qda_sim_link.h"

#define QDA_SIM_INPUT_BITS	39
#define QDA_SIM_OUTPUT_BITS	40

/**
 * struct qda_sim_domain - one set of page tables
 * @domain: what the IOMMU core sees
 * @iommu: the SMMU
 * @cfg: page table configuration; holds the root
 * @ops: page table operations
 * @streams: number of streams that point to the tables, or did until the DSP
 *	has acknowledged their change; nobody walks the tables when it is 0
 */
struct qda_sim_domain {
	struct iommu_domain domain;
	struct qda_sim_iommu *iommu;
	struct io_pgtable_cfg cfg;
	struct io_pgtable_ops *ops;
	atomic_t streams;
};

/**
 * struct qda_sim_stream - Linux's own record of a stream table entry
 * @entry: the entry
 * @domain: whose tables it points to, or NULL
 * @dev: the device that was attached last, named in fault messages
 * @group: all devices of a stream are in one group
 * @users: number of times that devices of @group name the stream
 */
struct qda_sim_stream {
	u64 entry;
	struct qda_sim_domain *domain;
	struct device *dev;
	struct iommu_group *group;
	unsigned int users;
};

/**
 * struct qda_sim_iommu - the SMMU
 * @iommu: what the IOMMU core sees
 * @dev: its platform device
 * @shared: page shared with the DSP
 * @link: doorbells, or NULL
 * @glink: state of the DSP, or NULL
 * @request_seq: number of the last request
 * @fault_seq: number of the last fault that was read; only the interrupt uses it
 * @streams: by stream id
 */
struct qda_sim_iommu {
	struct iommu_device iommu;
	struct device *dev;
	struct qda_sim_smmu *shared;
	/** @group_lock: protects group and users of @streams */
	struct mutex group_lock;
	/** @stream_lock: protects entry, domain and dev of @streams */
	spinlock_t stream_lock;
	/** @request_lock: one request at a time; protects @link to @request_seq */
	spinlock_t request_lock;
	struct qda_sim_link *link;
	struct qda_sim_glink *glink;
	u32 request_seq;
	u32 fault_seq;
	struct qda_sim_stream streams[QDA_SIM_STREAMS];
};

struct qda_sim_request {
	u32 kind;
	u32 stream;
	u64 root;
	u64 iova;
	u64 size;
};

/* The one SMMU of the machine. */
static struct qda_sim_iommu *qda_sim_iommu;

static struct qda_sim_domain *to_qda_sim_domain(struct iommu_domain *domain)
{
	return container_of(domain, struct qda_sim_domain, domain);
}

/* ---- invalidation ----------------------------------------------------- */

static bool qda_sim_request_done(struct qda_sim_iommu *iommu, u32 boot)
{
	u32 now;

	if (qda_sim_read(&iommu->shared->ack_seq) == iommu->request_seq)
		return true;
	return !qda_sim_dsp_running(iommu->glink, &now) || now != boot;
}

static void qda_sim_request_wait(struct qda_sim_iommu *iommu, u32 boot)
{
	ktime_t deadline = qda_sim_dsp_deadline(iommu->glink);

	while (!qda_sim_request_done(iommu, boot)) {
		if (ktime_before(ktime_get(), deadline)) {
			cpu_relax();
			continue;
		}
		/* Condemned, and the supervisor had its time to kill it. */
		if (!qda_sim_dsp_condemn(iommu->glink,
					 "it did not answer an SMMU invalidation"))
			return;
		deadline = qda_sim_dsp_deadline(iommu->glink);
	}
}

static void qda_sim_invalidate(struct qda_sim_iommu *iommu,
			       const struct qda_sim_request *request)
{
	struct qda_sim_smmu *shared = iommu->shared;
	u32 boot;

	guard(spinlock_irqsave)(&iommu->request_lock);
	/* A DSP that starts after this look at its state sees the new tables. */
	virt_mb();
	if (!iommu->glink || !qda_sim_dsp_running(iommu->glink, &boot))
		return;
	shared->request_kind = request->kind;
	shared->request_stream = request->stream;
	shared->request_root = request->root;
	shared->request_iova = request->iova;
	shared->request_size = request->size;
	qda_sim_publish(&shared->request_seq, ++iommu->request_seq);
	if (qda_sim_link_kick(iommu->link, QDA_SIM_CONTROL_KICK))
		qda_sim_request_wait(iommu, boot);
}

static void qda_sim_invalidate_stream(struct qda_sim_iommu *iommu, u32 stream)
{
	const struct qda_sim_request request = {
		.kind = QDA_SIM_INVALIDATE_STREAM,
		.stream = stream,
	};

	qda_sim_invalidate(iommu, &request);
}

static u64 qda_sim_domain_root(struct qda_sim_domain *domain)
{
	return domain->cfg.arm_lpae_s1_cfg.ttbr & QDA_SIM_STE_ROOT;
}

static bool qda_sim_domain_in_use(struct qda_sim_domain *domain)
{
	/* Pairs with the barrier in qda_sim_stream_set(). */
	smp_mb();
	return atomic_read(&domain->streams);
}

static void qda_sim_invalidate_range(struct qda_sim_domain *domain, u64 iova,
				     u64 size)
{
	const struct qda_sim_request request = {
		.kind = QDA_SIM_INVALIDATE_RANGE,
		.root = qda_sim_domain_root(domain),
		.iova = iova,
		.size = size,
	};

	if (qda_sim_domain_in_use(domain))
		qda_sim_invalidate(domain->iommu, &request);
}

static void qda_sim_tlb_flush_all(void *cookie)
{
	struct qda_sim_domain *domain = cookie;
	const struct qda_sim_request request = {
		.kind = QDA_SIM_INVALIDATE_ROOT,
		.root = qda_sim_domain_root(domain),
	};

	if (qda_sim_domain_in_use(domain))
		qda_sim_invalidate(domain->iommu, &request);
}

static void qda_sim_tlb_flush_walk(unsigned long iova, size_t size,
				   size_t granule, void *cookie)
{
	qda_sim_invalidate_range(cookie, iova, size);
}

static void qda_sim_tlb_add_page(struct iommu_iotlb_gather *gather,
				 unsigned long iova, size_t granule, void *cookie)
{
	struct qda_sim_domain *domain = cookie;

	iommu_iotlb_gather_add_page(&domain->domain, gather, iova, granule);
}

static const struct iommu_flush_ops qda_sim_flush_ops = {
	.tlb_flush_all = qda_sim_tlb_flush_all,
	.tlb_flush_walk = qda_sim_tlb_flush_walk,
	.tlb_add_page = qda_sim_tlb_add_page,
};

static void qda_sim_flush_iotlb_all(struct iommu_domain *domain)
{
	qda_sim_tlb_flush_all(to_qda_sim_domain(domain));
}

static void qda_sim_iotlb_sync(struct iommu_domain *domain,
			       struct iommu_iotlb_gather *gather)
{
	if (gather->start > gather->end)
		return;
	qda_sim_invalidate_range(to_qda_sim_domain(domain), gather->start,
				 gather->end - gather->start + 1);
}

/* ---- stream table ----------------------------------------------------- */

static void qda_sim_stream_set(struct qda_sim_iommu *iommu, u32 id, u64 entry,
			       struct qda_sim_domain *domain, struct device *dev)
{
	struct qda_sim_stream *stream = &iommu->streams[id];
	struct qda_sim_domain *old;

	scoped_guard(spinlock_irqsave, &iommu->stream_lock) {
		stream->dev = dev;
		if (stream->entry == entry)
			return;
		old = stream->domain;
		stream->domain = domain;
		stream->entry = entry;
		if (domain)
			atomic_inc(&domain->streams);
		/* Who sees the entry sees tables that are being invalidated. */
		smp_mb();
		WRITE_ONCE(iommu->shared->stream_table[id], entry);
	}
	qda_sim_invalidate_stream(iommu, id);
	if (old)
		atomic_dec(&old->streams);
}

static void qda_sim_device_set(struct device *dev, u64 entry,
			       struct qda_sim_domain *domain)
{
	struct iommu_fwspec *fwspec = dev_iommu_fwspec_get(dev);
	unsigned int i;

	for (i = 0; i < fwspec->num_ids; i++)
		qda_sim_stream_set(qda_sim_iommu, fwspec->ids[i], entry, domain, dev);
}

static int qda_sim_attach_identity(struct iommu_domain *domain, struct device *dev,
				   struct iommu_domain *old)
{
	qda_sim_device_set(dev, QDA_SIM_STE_IDENTITY, NULL);
	return 0;
}

static int qda_sim_attach_blocked(struct iommu_domain *domain, struct device *dev,
				  struct iommu_domain *old)
{
	qda_sim_device_set(dev, QDA_SIM_STE_BLOCKED, NULL);
	return 0;
}

static int qda_sim_attach_paging(struct iommu_domain *domain, struct device *dev,
				 struct iommu_domain *old)
{
	struct qda_sim_domain *tables = to_qda_sim_domain(domain);

	qda_sim_device_set(dev, qda_sim_domain_root(tables) | QDA_SIM_STE_TABLE,
			   tables);
	return 0;
}

static struct iommu_domain qda_sim_identity_domain = {
	.type = IOMMU_DOMAIN_IDENTITY,
	.ops = &(const struct iommu_domain_ops) {
		.attach_dev = qda_sim_attach_identity,
	},
};

static struct iommu_domain qda_sim_blocked_domain = {
	.type = IOMMU_DOMAIN_BLOCKED,
	.ops = &(const struct iommu_domain_ops) {
		.attach_dev = qda_sim_attach_blocked,
	},
};

/* ---- page tables ------------------------------------------------------ */

static struct iommu_domain *qda_sim_domain_alloc_paging(struct device *dev)
{
	struct qda_sim_domain *domain;

	domain = kzalloc_obj(*domain);
	if (!domain)
		return ERR_PTR(-ENOMEM);
	domain->iommu = qda_sim_iommu;
	domain->cfg = (struct io_pgtable_cfg) {
		.pgsize_bitmap = SZ_4K | SZ_2M | SZ_1G,
		.ias = QDA_SIM_INPUT_BITS,
		.oas = QDA_SIM_OUTPUT_BITS,
		.coherent_walk = true,
		.tlb = &qda_sim_flush_ops,
		.iommu_dev = qda_sim_iommu->dev,
	};
	domain->ops = alloc_io_pgtable_ops(ARM_64_LPAE_S1, &domain->cfg, domain);
	if (!domain->ops) {
		kfree(domain);
		return ERR_PTR(-ENOMEM);
	}
	domain->domain.pgsize_bitmap = domain->cfg.pgsize_bitmap;
	domain->domain.geometry.aperture_end = DMA_BIT_MASK(QDA_SIM_INPUT_BITS);
	domain->domain.geometry.force_aperture = true;
	return &domain->domain;
}

static void qda_sim_domain_free(struct iommu_domain *domain)
{
	struct qda_sim_domain *tables = to_qda_sim_domain(domain);

	free_io_pgtable_ops(tables->ops);
	kfree(tables);
}

static int qda_sim_map_pages(struct iommu_domain *domain, unsigned long iova,
			     phys_addr_t paddr, size_t pgsize, size_t pgcount,
			     int prot, gfp_t gfp, size_t *mapped)
{
	struct io_pgtable_ops *ops = to_qda_sim_domain(domain)->ops;

	return ops->map_pages(ops, iova, paddr, pgsize, pgcount, prot, gfp, mapped);
}

static size_t qda_sim_unmap_pages(struct iommu_domain *domain, unsigned long iova,
				  size_t pgsize, size_t pgcount,
				  struct iommu_iotlb_gather *gather)
{
	struct io_pgtable_ops *ops = to_qda_sim_domain(domain)->ops;

	return ops->unmap_pages(ops, iova, pgsize, pgcount, gather);
}

static phys_addr_t qda_sim_iova_to_phys(struct iommu_domain *domain, dma_addr_t iova)
{
	struct io_pgtable_ops *ops = to_qda_sim_domain(domain)->ops;

	return ops->iova_to_phys(ops, iova);
}

/* ---- devices ---------------------------------------------------------- */

static bool qda_sim_capable(struct device *dev, enum iommu_cap cap)
{
	return cap == IOMMU_CAP_CACHE_COHERENCY;
}

static int qda_sim_of_xlate(struct device *dev, const struct of_phandle_args *args)
{
	return iommu_fwspec_add_ids(dev, args->args, 1);
}

static struct iommu_device *qda_sim_probe_device(struct device *dev)
{
	struct iommu_fwspec *fwspec = dev_iommu_fwspec_get(dev);
	unsigned int i;

	for (i = 0; i < fwspec->num_ids; i++) {
		if (fwspec->ids[i] < QDA_SIM_STREAMS)
			continue;
		dev_err(dev, "stream id %u is beyond the SMMU's %u streams\n",
			fwspec->ids[i], QDA_SIM_STREAMS);
		return ERR_PTR(-EINVAL);
	}
	return &qda_sim_iommu->iommu;
}

static struct iommu_group *qda_sim_find_group(struct iommu_fwspec *fwspec)
{
	struct iommu_group *group = NULL, *other;
	unsigned int i;

	for (i = 0; i < fwspec->num_ids; i++) {
		other = qda_sim_iommu->streams[fwspec->ids[i]].group;
		if (group && other && other != group)
			return ERR_PTR(-EINVAL);
		if (other)
			group = other;
	}
	return group;
}

static struct iommu_group *qda_sim_device_group(struct device *dev)
{
	struct iommu_fwspec *fwspec = dev_iommu_fwspec_get(dev);
	struct iommu_group *group;
	unsigned int i;

	guard(mutex)(&qda_sim_iommu->group_lock);
	group = qda_sim_find_group(fwspec);
	if (!group)
		group = generic_device_group(dev);
	else if (!IS_ERR(group))
		iommu_group_ref_get(group);
	if (IS_ERR(group))
		return group;
	for (i = 0; i < fwspec->num_ids; i++) {
		qda_sim_iommu->streams[fwspec->ids[i]].group = group;
		qda_sim_iommu->streams[fwspec->ids[i]].users++;
	}
	return group;
}

static void qda_sim_stream_forget(struct qda_sim_stream *stream, struct device *dev)
{
	if (!--stream->users)
		stream->group = NULL;
	guard(spinlock_irqsave)(&qda_sim_iommu->stream_lock);
	if (stream->dev == dev)
		stream->dev = NULL;
}

static void qda_sim_release_device(struct device *dev)
{
	struct iommu_fwspec *fwspec = dev_iommu_fwspec_get(dev);
	unsigned int i;

	/* Not set when the device never got as far as qda_sim_device_group(). */
	if (!dev->iommu_group)
		return;
	guard(mutex)(&qda_sim_iommu->group_lock);
	for (i = 0; i < fwspec->num_ids; i++)
		qda_sim_stream_forget(&qda_sim_iommu->streams[fwspec->ids[i]], dev);
}

/* A stream may be left untranslated, as firmware does on some machines. */
static int qda_sim_def_domain_type(struct device *dev)
{
	return device_property_read_bool(dev, "qda,sim-bypass") ? IOMMU_DOMAIN_IDENTITY : 0;
}

static const struct iommu_ops qda_sim_iommu_ops = {
	.owner = THIS_MODULE,
	.capable = qda_sim_capable,
	.of_xlate = qda_sim_of_xlate,
	.probe_device = qda_sim_probe_device,
	.release_device = qda_sim_release_device,
	.device_group = qda_sim_device_group,
	.def_domain_type = qda_sim_def_domain_type,
	.identity_domain = &qda_sim_identity_domain,
	.blocked_domain = &qda_sim_blocked_domain,
	.release_domain = &qda_sim_blocked_domain,
	.domain_alloc_paging = qda_sim_domain_alloc_paging,
	.default_domain_ops = &(const struct iommu_domain_ops) {
		.attach_dev = qda_sim_attach_paging,
		.map_pages = qda_sim_map_pages,
		.unmap_pages = qda_sim_unmap_pages,
		.flush_iotlb_all = qda_sim_flush_iotlb_all,
		.iotlb_sync = qda_sim_iotlb_sync,
		.iova_to_phys = qda_sim_iova_to_phys,
		.free = qda_sim_domain_free,
	},
};

/* ---- faults ----------------------------------------------------------- */

static bool qda_sim_fault_handled(struct qda_sim_iommu *iommu, u32 id, u64 iova,
				  bool write)
{
	struct qda_sim_stream *stream;

	if (id >= QDA_SIM_STREAMS)
		return false;
	stream = &iommu->streams[id];
	guard(spinlock_irqsave)(&iommu->stream_lock);
	if (!stream->domain || !stream->dev)
		return false;
	return !report_iommu_fault(&stream->domain->domain, stream->dev, iova,
				   write ? IOMMU_FAULT_WRITE : IOMMU_FAULT_READ);
}

void qda_sim_iommu_irq(struct qda_sim_iommu *iommu)
{
	const struct qda_sim_smmu *shared = iommu->shared;
	u32 seq = qda_sim_read(&shared->fault_seq);
	u32 stream, missed = seq - iommu->fault_seq - 1;
	bool write;
	u64 iova;

	if (seq == iommu->fault_seq)
		return;
	iommu->fault_seq = seq;
	stream = READ_ONCE(shared->fault_stream);
	iova = READ_ONCE(shared->fault_iova);
	write = READ_ONCE(shared->fault_write);
	if (!qda_sim_fault_handled(iommu, stream, iova, write))
		dev_err_ratelimited(iommu->dev,
				    "unhandled context fault: stream %#x, iova %#llx, %s, %u more not recorded\n",
				    stream, iova, write ? "write" : "read", missed);
}

/* ---- life ------------------------------------------------------------- */

struct qda_sim_iommu *qda_sim_iommu_connect(struct qda_sim_link *link,
					    struct qda_sim_glink *glink)
{
	struct qda_sim_iommu *iommu = qda_sim_iommu;

	if (!iommu)
		return NULL;
	guard(spinlock_irqsave)(&iommu->request_lock);
	if (iommu->glink)
		return NULL;
	iommu->link = link;
	iommu->glink = glink;
	return iommu;
}

void qda_sim_iommu_disconnect(struct qda_sim_iommu *iommu)
{
	guard(spinlock_irqsave)(&iommu->request_lock);
	iommu->link = NULL;
	iommu->glink = NULL;
}

phys_addr_t qda_sim_iommu_address(struct qda_sim_iommu *iommu)
{
	return virt_to_phys(iommu->shared);
}

static int qda_sim_iommu_probe(struct platform_device *pdev)
{
	struct qda_sim_iommu *iommu;
	int ret;

	if (qda_sim_iommu)
		return dev_err_probe(&pdev->dev, -EBUSY,
				     "the machine has one SMMU only\n");
	iommu = devm_kzalloc(&pdev->dev, sizeof(*iommu), GFP_KERNEL);
	if (!iommu)
		return -ENOMEM;
	iommu->dev = &pdev->dev;
	mutex_init(&iommu->group_lock);
	spin_lock_init(&iommu->stream_lock);
	spin_lock_init(&iommu->request_lock);
	/* Pages, not .bss: only RAM proper is visible to the DSP process. */
	iommu->shared = alloc_pages_exact(sizeof(*iommu->shared),
					  GFP_KERNEL | __GFP_ZERO);
	if (!iommu->shared)
		return -ENOMEM;
	platform_set_drvdata(pdev, iommu);
	qda_sim_iommu = iommu;

	ret = iommu_device_sysfs_add(&iommu->iommu, &pdev->dev, NULL, "qda-sim-smmu");
	if (ret)
		goto free_page;
	ret = iommu_device_register(&iommu->iommu, &qda_sim_iommu_ops, &pdev->dev);
	if (ret)
		goto remove_sysfs;
	return 0;

remove_sysfs:
	iommu_device_sysfs_remove(&iommu->iommu);
free_page:
	qda_sim_iommu = NULL;
	free_pages_exact(iommu->shared, sizeof(*iommu->shared));
	return dev_err_probe(&pdev->dev, ret, "the IOMMU core refuses the SMMU\n");
}

static void qda_sim_iommu_remove(struct platform_device *pdev)
{
	struct qda_sim_iommu *iommu = platform_get_drvdata(pdev);

	iommu_device_unregister(&iommu->iommu);
	iommu_device_sysfs_remove(&iommu->iommu);
	qda_sim_iommu = NULL;
	free_pages_exact(iommu->shared, sizeof(*iommu->shared));
}

static const struct of_device_id qda_sim_iommu_match[] = {
	{ .compatible = "qda,sim-smmu" },
	{}
};
MODULE_DEVICE_TABLE(of, qda_sim_iommu_match);

static struct platform_driver qda_sim_iommu_driver = {
	.probe = qda_sim_iommu_probe,
	.remove = qda_sim_iommu_remove,
	.driver = {
		.name = "qda-sim-smmu",
		.of_match_table = qda_sim_iommu_match,
		/* Devices behind it must be gone first: see qda_sim_exit(). */
		.suppress_bind_attrs = true,
	},
};

int qda_sim_iommu_register(void)
{
	return platform_driver_register(&qda_sim_iommu_driver);
}

void qda_sim_iommu_unregister(void)
{
	platform_driver_unregister(&qda_sim_iommu_driver);
}
