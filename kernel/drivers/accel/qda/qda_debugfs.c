// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the driver shows to whoever debugs it. DRM's core does not create the
 * files of an accel driver, and removes them with the device's directory.
 */
#include <linux/debugfs.h>
#include <linux/seq_file.h>

#include "qda_debugfs.h"
#include "qda_drv.h"

static int qda_debugfs_counters_show(struct seq_file *m, void *data)
{
	struct qda_device *qda = m->private;
	struct qda_counters *counters = &qda->counters;
	const struct {
		const char *name;
		atomic_long_t *value;
	} lines[] = {
		{ "calls_allocated", &counters->calls_allocated },
		{ "slots_allocated", &counters->slots_allocated },
		{ "mappings_made", &counters->mappings_made },
		{ "works_queued", &counters->works_queued },
		{ "calls_polled", &counters->calls_polled },
		{ "synced_bytes", &counters->synced_bytes },
		{ "dropped_late", &counters->dropped_late },
		{ "dropped_duplicate", &counters->dropped_duplicate },
		{ "dropped_stranger", &counters->dropped_stranger },
		{ "dropped_malformed", &counters->dropped_malformed },
	};

	for (unsigned int i = 0; i < ARRAY_SIZE(lines); i++)
		seq_printf(m, "%s: %ld\n", lines[i].name,
			   atomic_long_read(lines[i].value));

	return 0;
}
DEFINE_SHOW_ATTRIBUTE(qda_debugfs_counters);

/**
 * qda_debugfs_create - create the files of a device
 * @qda: device that is not registered yet
 */
void qda_debugfs_create(struct qda_device *qda)
{
	debugfs_create_file("counters", 0444, qda->drm.debugfs_root, qda,
			    &qda_debugfs_counters_fops);
}
