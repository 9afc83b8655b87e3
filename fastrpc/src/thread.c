// SPDX-License-Identifier: BSD-3-Clause
#include <signal.h>
#include <time.h>

#include "fastrpc.h"

/* What a DSP that works needs for the end of a process, with room to spare. */
#define END_SECONDS 5

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

bool end_thread(pthread_t thread)
{
	struct timespec end;

	if (pthread_equal(thread, pthread_self())) {
		pthread_detach(thread);
		return true;
	}
	/* By a clock that may be set: what matters is that there is an end. */
	clock_gettime(CLOCK_REALTIME, &end);
	end.tv_sec += END_SECONDS;
	if (!pthread_timedjoin_np(thread, NULL, &end))
		return true;
	pthread_detach(thread);
	return false;
}

void run_for_a_while(void *(*run)(void *), void *data)
{
	pthread_t thread;

	if (start_thread(&thread, run, data))
		run(data);
	else
		end_thread(thread);
}

void fork_lock(pthread_mutex_t *lock, enum fork_step step)
{
	if (step == FORK_BEFORE) {
		pthread_mutex_lock(lock);
		return;
	}
	pthread_mutex_unlock(lock);
	/* Those who waited for it are not there. */
	if (step == FORK_CHILD)
		pthread_mutex_init(lock, NULL);
}

void fork_rwlock(pthread_rwlock_t *lock, enum fork_step step)
{
	if (step == FORK_BEFORE) {
		pthread_rwlock_wrlock(lock);
		return;
	}
	pthread_rwlock_unlock(lock);
	if (step == FORK_CHILD)
		pthread_rwlock_init(lock, NULL);
}
