/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The inside of the FastRPC library.
 *
 * memory    what a dma-buf is to the library, found by file descriptor or by
 *   |       address
 * session   one process of the program on a DSP, by effective domain id
 *   |
 * backend   how sessions reach the DSP: QDA's driver or mainline's
 *
 * Inner functions return 0 or a negative errno, and what the DSP answered
 * through a pointer; public ones a code of AEEStdErr.h. aee_of() is in between.
 */
#ifndef FASTRPC_H
#define FASTRPC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include <pthread.h>

#define EXPORT __attribute__((visibility("default")))

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

#define DOMAINS	      8
#define SESSIONS      4 /* of a domain */
#define SLOTS	      (DOMAINS * SESSIONS)
#define ARGUMENTS_MAX 540 /* 255 + 255 + 15 + 15 */

/* Each of the three libraries has its own. */
extern const int fastrpc_default_domain;

/*
 * What a public function returns: the DSP's answer for -EREMOTEIO, else the
 * code that FastRPC programs know for an errno.
 */
int aee_of(int error, int32_t result);

/*
 * One line on standard error, or in syslog with FASTRPC_LOG=syslog, or nowhere
 * with FASTRPC_LOG=none: what was to be done, and why it failed.
 */
__attribute__((format(printf, 3, 4))) void log_failure(int error,
						       int32_t result,
						       const char *format, ...);
__attribute__((format(printf, 1, 2))) void log_text(const char *format, ...);

/* Who says so; "fastrpc" where nothing else is set. The text stays the caller's. */
void log_set_name(const char *name);

/* The same for a line of code: @level is one of HAP_LEVEL_*. */
__attribute__((format(printf, 2, 3))) void log_at(int level, const char *format,
						  ...);

/* "HIGH" and the like */
const char *log_level_name(int level);

/* By CLOCK_MONOTONIC */
static inline int64_t now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

/* A thread of the library's, which takes no signals: they are the program's. */
int start_thread(pthread_t *thread, void *(*run)(void *), void *data);

/*
 * Waits for the end of a thread, but not for ever: one that waits for a DSP that
 * does not answer is left to itself (false), and has to own what it uses. A
 * thread that ends itself does not wait.
 */
bool end_thread(pthread_t thread);

/* Runs it, in a thread that may be left to itself as above. */
void run_for_a_while(void *(*run)(void *), void *data);

/*
 * Each part of the library that has locks is told of fork(): before it takes
 * them, so that what they protect is whole in the child, and after it the parent
 * lets go of them and the child makes them anew. Locks that are held while a DSP
 * is waited for are not taken: what they protect is void in the child.
 */
enum fork_step {
	FORK_BEFORE,
	FORK_PARENT,
	FORK_CHILD,
};
void fork_lock(pthread_mutex_t *lock, enum fork_step step);
void fork_rwlock(pthread_rwlock_t *lock, enum fork_step step);

#endif
