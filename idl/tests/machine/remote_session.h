/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef REMOTE_SESSION_H
#define REMOTE_SESSION_H

/* The session that all calls go to; 0, or a message on stderr. */
int remote_session_start(void);
void remote_session_end(void);

#endif
