/* SPDX-License-Identifier: BSD-3-Clause */
/* What a program of libqda's adds to generated stubs. */
#ifndef QDA_REMOTE_H
#define QDA_REMOTE_H

#include <qda.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * qda_remote_use - let modules that are opened from now on be of a session
 * @session: NULL ends that; it must outlive what is opened
 *
 * Concerns URIs without "&_dom=". Those with it, and all where no session was
 * given, are of a session for each domain that is opened at the first use and
 * kept until the program ends.
 */
void qda_remote_use(struct qda_session *session);

/**
 * qda_remote_error - why this thread's last remote_*() call failed
 *
 * A negative errno as libqda's functions return them; -EREMOTEIO where what was
 * returned is the DSP's result, 0 after success.
 */
int qda_remote_error(void);

#ifdef __cplusplus
}
#endif

#endif
