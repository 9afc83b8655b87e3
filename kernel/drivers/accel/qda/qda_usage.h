/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _QDA_USAGE_H_
#define _QDA_USAGE_H_

#include <linux/ktime.h>
#include <linux/types.h>

struct drm_file;
struct drm_printer;
struct qda_session;

/**
 * struct qda_usage - how much a session has used the DSP; lock of calls
 * @in_flight: calls that the DSP works on for somebody
 * @total: calls that were sent, the kernel's own among them
 * @since: since when @in_flight is not 0
 * @busy_ns: how long it was not 0 before that
 */
struct qda_usage {
	unsigned int in_flight;
	u64 total;
	ktime_t since;
	u64 busy_ns;
};

void qda_usage_begin(struct qda_session *session, ktime_t now);
void qda_usage_end(struct qda_session *session, ktime_t now);

void qda_show_fdinfo(struct drm_printer *p, struct drm_file *file);

#endif
