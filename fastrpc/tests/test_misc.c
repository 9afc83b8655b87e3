// SPDX-License-Identifier: BSD-3-Clause
/*
 * The back end for mainline's driver, with nodes that are files of this program:
 * what has to hold between threads. What comes of it is tested on the machine.
 */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>
#include <misc/fastrpc.h>

#include "backend.h"

#define CDSP   3
#define NODE   "/dev/fastrpc-cdsp"
#define SECURE "/dev/fastrpc-cdsp-secure"

int __real_open64(const char *path, int flags, ...);
int __real_close(int fd);
int __wrap_open64(const char *path, int flags, ...);
int __wrap_close(int fd);
int __wrap_ioctl(int fd, unsigned long number, void *arg);

static ino_t normal, secure; /* which file is which node */
static int in_use = -1;	     /* what other threads have read */
static int asked_with = -1;

static ino_t identity(int fd)
{
	struct stat st;

	return fstat(fd, &st) ? 0 : st.st_ino;
}

int __wrap_open64(const char *path, int flags, ...)
{
	int fd;

	if (strcmp(path, NODE) && strcmp(path, SECURE))
		return __real_open64(path, flags);
	fd = memfd_create(path, MFD_CLOEXEC);
	*(strcmp(path, NODE) ? &secure : &normal) = identity(fd);
	return fd;
}

/* The number would mean nothing, or another file, from now on. */
int __wrap_close(int fd)
{
	assert_int_not_equal(fd, in_use);
	return __real_close(fd);
}

int __wrap_ioctl(int fd, unsigned long number, void *arg)
{
	(void)arg;
	if (number == FASTRPC_IOCTL_INIT_CREATE)
		asked_with = fd;
	else
		in_use = fd;
	return 0;
}

/* Others may use the session, which has no process yet, all the time. */
static void the_other_node_has_the_same_number(void **state)
{
	struct process_options options = { .kind = PROCESS_DYNAMIC };
	uint32_t value;
	int32_t result;
	void *session;

	(void)state;
	assert_int_equal(backend_misc.open(CDSP, &session), 0);
	assert_int_equal(backend_misc.attribute(session, 6, &value), 0);
	assert_int_equal(identity(in_use), normal);
	assert_int_equal(backend_misc.start(session, &options, &result), 0);
	assert_int_equal(asked_with, in_use);
	assert_int_equal(identity(in_use), secure);
	assert_true(fcntl(in_use, F_GETFD) & FD_CLOEXEC);
	in_use = -1;
	backend_misc.close(session);
}

static void an_unsigned_process_stays_where_it_is(void **state)
{
	struct process_options options = { .kind = PROCESS_DYNAMIC,
					   .is_unsigned = true };
	int32_t result;
	void *session;

	(void)state;
	assert_int_equal(backend_misc.open(CDSP, &session), 0);
	assert_int_equal(backend_misc.start(session, &options, &result), 0);
	assert_int_equal(identity(asked_with), normal);
	backend_misc.close(session);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_other_node_has_the_same_number),
		cmocka_unit_test(an_unsigned_process_stays_where_it_is),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
