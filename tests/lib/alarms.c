// SPDX-License-Identifier: BSD-3-Clause
#include "alarms.h"

#include <signal.h>
#include <sys/time.h>

#include "harness.h"

static volatile sig_atomic_t alarms;

static void on_alarm(int signal)
{
	(void)signal;
	alarms++;
}

void alarms_start(unsigned int us, int flags)
{
	struct sigaction action = { .sa_handler = on_alarm, .sa_flags = flags };
	struct itimerval timer = { { 0, us }, { 0, us } };

	alarms = 0;
	check(sigaction(SIGALRM, &action, NULL) == 0);
	check(setitimer(ITIMER_REAL, &timer, NULL) == 0);
}

unsigned int alarms_stop(void)
{
	struct itimerval none = { 0 };

	check(setitimer(ITIMER_REAL, &none, NULL) == 0);
	return (unsigned int)alarms;
}
