// SPDX-License-Identifier: BSD-3-Clause
#include <signal.h>

#include "fastrpc.h"

int start_thread(pthread_t *thread, void *(*run)(void *), void *data)
{
	sigset_t all, old;
	int ret;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	ret = pthread_create(thread, NULL, run, data);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	return ret;
}
