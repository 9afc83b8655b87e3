/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef QDA_TEST_SYSFS_H
#define QDA_TEST_SYSFS_H

#include <stdbool.h>

/** write_text - write a file of sysfs or debugfs: was it there, and taken? */
bool write_text(const char *path, const char *text);

/**
 * driver_unbind - take the driver from the DSP, which runs on and offers itself
 * again; the subtest fails when it is bound to none
 */
void driver_unbind(void);

#endif
