/* SPDX-License-Identifier: BSD-3-Clause */
/* Signals that interrupt what the process waits in, again and again. */
#ifndef QDA_TEST_ALARMS_H
#define QDA_TEST_ALARMS_H

/**
 * alarms_start - let a signal come each @us, and nothing be done about it
 * @flags: SA_RESTART, or 0 for waits that end with EINTR
 */
void alarms_start(unsigned int us, int flags);

/** alarms_stop - no more of them; how many came since they were started */
unsigned int alarms_stop(void);

#endif
