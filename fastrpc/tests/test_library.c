// SPDX-License-Identifier: BSD-3-Clause
/*
 * The whole library on a device inside of this program: what a call costs in
 * system calls, and that nothing is left behind. What comes of it on a DSP is
 * tested on the simulated machine.
 */
#include <errno.h>
#include <semaphore.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "test.h"

#include "AEEStdErr.h"
#include "dspqueue.h"
#include "remote.h"
#include "rpcmem.h"

#define URI    "file:///libx_skel.so?x_skel_handle_invoke&_modver=1.0"
#define REMOTE 0x1234
#define CALLS  100
#define SIZE   8192

const int fastrpc_default_domain = CDSP_DOMAIN_ID;

static struct fake_arg seen[16];
static unsigned int seen_count;

/* The loader gives one handle; the module adds bytes up. */
static int32_t dsp(uint32_t handle, uint32_t scalars, struct fake_arg *args,
		   unsigned int count)
{
	uint32_t out[2] = { REMOTE, 0 };

	if (!handle && scalars == 0x00020200)
		memcpy(args[2].pointer, out, sizeof(out));
	if (handle != REMOTE)
		return 0;
	memcpy(seen, args, count * sizeof(*args));
	seen_count = count;
	out[0] = 0;
	for (size_t i = 0; count > 1 && i < args[0].length; i++)
		out[0] += ((uint8_t *)args[0].pointer)[i];
	if (count > 1 && args[1].length >= sizeof(out[0]))
		memcpy(args[1].pointer, out, sizeof(out[0]));
	return 0;
}

static remote_handle64 module;

static int setup(void **state)
{
	struct remote_rpc_control_unsigned_module params = { -1, 1 };

	(void)state;
	fake_reset();
	fake.function = dsp;
	setenv("DSP_LIBRARY_PATH", "/nowhere", 1);
	if (remote_session_control(DSPRPC_CONTROL_UNSIGNED_MODULE, &params,
				   sizeof(params)))
		return -1;
	return remote_handle64_open(URI, &module);
}

static int teardown(void **state)
{
	struct remote_rpc_session_close params = { -1 };

	(void)state;
	assert_int_equal(remote_handle64_close(module), 0);
	assert_int_equal(remote_session_control(FASTRPC_SESSION_CLOSE, &params,
						sizeof(params)), 0);
	assert_int_equal(fake.files, 0);
	assert_int_equal(fake.bos, 0);
	return 0;
}

static int sum(const void *bytes, size_t count, uint32_t *result)
{
	remote_arg args[2];

	args[0].buf = (remote_buf){ (void *)bytes, count };
	args[1].buf = (remote_buf){ result, sizeof(*result) };
	return remote_handle64_invoke(module, REMOTE_SCALARS_MAKE(2, 1, 1),
				      args);
}

static void check_cost(const void *bytes, size_t count)
{
	unsigned int before;
	uint32_t result;

	/* The first one imports and makes room. */
	assert_int_equal(sum(bytes, count, &result), 0);
	before = fake.ioctls;
	for (int i = 0; i < CALLS; i++)
		assert_int_equal(sum(bytes, count, &result), 0);
	assert_int_equal(fake.ioctls - before, CALLS);
}

/* As through libqda: one system call each, and shared memory is not copied. */
static void a_warm_call_is_one_ioctl(void **state)
{
	static uint8_t plain[SIZE];
	uint8_t *memory;

	(void)state;
	check_cost(plain, sizeof(plain));
	assert_int_equal(seen[0].raw.length, SIZE);
	memory = rpcmem_alloc(RPCMEM_HEAP_ID_SYSTEM, 0, SIZE);
	assert_non_null(memory);
	check_cost(memory + 100, 200);
	assert_int_equal(seen[0].raw.offset, 100);
	assert_int_not_equal(seen[0].raw.handle, seen[1].raw.handle);
	rpcmem_free(memory);
}

static void registered_memory_is_found(void **state)
{
	int fd = memfd_create("buffer", MFD_CLOEXEC);
	uint8_t *map;
	uint32_t result;

	(void)state;
	assert_int_equal(ftruncate(fd, SIZE), 0);
	map = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	remote_register_buf(map, SIZE, fd);
	close(fd);
	memset(map + 50, 1, 10);
	check_cost(map + 50, 10);
	assert_int_equal(seen[0].raw.offset, 50);
	assert_int_equal(sum(map + 50, 10, &result), 0);
	assert_int_equal(result, 10);
	assert_int_equal(sum(map + SIZE - 1, 2, &result), AEE_EBADPARM);
	remote_register_buf(map, SIZE, -1);
	check_cost(map + 50, 10);
	assert_int_equal(seen[0].raw.offset, 0);
	munmap(map, SIZE);
}

/* A hundred thousand of them make a call no dearer. */
static void many_registrations(void **state)
{
	enum { COUNT = 100000, PART = 4096 };
	int fd = memfd_create("buffer", MFD_CLOEXEC);
	uint8_t *map;

	(void)state;
	assert_int_equal(ftruncate(fd, (off_t)COUNT * PART), 0);
	map = mmap(NULL, (size_t)COUNT * PART, PROT_READ | PROT_WRITE,
		   MAP_SHARED, fd, 0);
	assert_true(map != MAP_FAILED);
	for (size_t i = 0; i < COUNT; i++)
		remote_register_buf(map + i * PART, PART, fd);
	check_cost(map + 77777 * (size_t)PART + 5, 100);
	for (size_t i = 0; i < COUNT; i++)
		remote_register_buf(map + i * PART, PART, -1);
	munmap(map, (size_t)COUNT * PART);
	close(fd);
}

static void maps_have_the_program_s_numbers(void **state)
{
	uint8_t *memory;
	int fd;

	(void)state;
	memory = rpcmem_alloc(RPCMEM_HEAP_ID_SYSTEM, 0, SIZE);
	assert_non_null(memory);
	fd = rpcmem_to_fd(memory);
	assert_int_equal(fastrpc_mmap(CDSP_DOMAIN_ID, fd, memory, 0, SIZE - 1,
				      FASTRPC_MAP_FD_DELAYED), 0);
	assert_int_equal(fake.mapped.tag, fd);
	assert_int_equal(fake.mapped.kind, DRM_QDA_MAP_TAG_DELAYED);
	assert_int_equal(fake.mapped.length, SIZE);
	assert_int_equal(fake.maps, 1);
	assert_int_equal(fastrpc_munmap(CDSP_DOMAIN_ID, fd, memory, SIZE - 1),
			 0);
	assert_int_equal(fake.maps, 0);
	rpcmem_free(memory);
}

/* The driver's part of a map is gone when the process is. */
static void a_map_ends_once(void **state)
{
	uint8_t *memory;
	int fd;

	(void)state;
	memory = rpcmem_alloc(RPCMEM_HEAP_ID_SYSTEM, 0, SIZE);
	assert_non_null(memory);
	fd = rpcmem_to_fd(memory);
	assert_int_equal(fastrpc_mmap(CDSP_DOMAIN_ID, fd, memory, 0, SIZE,
				      FASTRPC_MAP_FD), 0);
	fake.remote_map_error = -EINVAL;
	assert_int_equal(fastrpc_munmap(CDSP_DOMAIN_ID, fd, memory, SIZE),
			 AEE_EBADPARM);
	assert_int_equal(fastrpc_munmap(CDSP_DOMAIN_ID, fd, memory, SIZE),
			 AEE_ENOSUCHMAP);
	fake.remote_map_error = 0;
	fake.maps = 0;
	rpcmem_free(memory);
}

/* ---- queues ---- */

#define WAIT_SIGNAL 6

static sem_t process_ends, first_told;
static unsigned int told;

static int32_t queue_dsp(uint32_t handle, uint32_t scalars,
			 struct fake_arg *args, unsigned int count)
{
	if (handle != REMOTE)
		return dsp(handle, scalars, args, count);
	if (REMOTE_SCALARS_METHOD(scalars) == WAIT_SIGNAL) {
		sem_wait(&process_ends);
		return AEE_EFAILED;
	}
	if (REMOTE_SCALARS_OUTBUFS(scalars))
		memset(args[count - 1].pointer, 0, args[count - 1].length);
	return 0;
}

static void slow_to_hear(dspqueue_t queue, AEEResult error, void *context)
{
	const struct timespec while_another_closes = { 0, 100000000 };

	(void)queue;
	(void)context;
	assert_int_equal(error, AEE_ECONNRESET);
	__atomic_add_fetch(&told, 1, __ATOMIC_SEQ_CST);
	sem_post(&first_told);
	nanosleep(&while_another_closes, NULL);
}

static void closes_itself(dspqueue_t queue, AEEResult error, void *context)
{
	(void)error;
	assert_int_equal(dspqueue_close(queue), 0);
	sem_post(context);
}

static dspqueue_t make_queue(dspqueue_callback_t error, void *context)
{
	dspqueue_t queue;

	assert_int_equal(dspqueue_create(CDSP_DOMAIN_ID, 0, 0, 0, NULL, error,
					 context, &queue), 0);
	return queue;
}

/* The end of the process is told to all, while the program closes them. */
static void queues_end_while_they_are_closed(void **state)
{
	dspqueue_t queue[3];

	(void)state;
	fake.function = queue_dsp;
	told = 0;
	for (int i = 0; i < 3; i++)
		queue[i] = make_queue(slow_to_hear, NULL);
	sem_post(&process_ends);
	sem_wait(&first_told);
	for (int i = 2; i >= 0; i--)
		assert_int_equal(dspqueue_close(queue[i]), 0);
	assert_int_equal(told, 3);
	fake.function = dsp;
}

static void a_callback_may_close_its_queue(void **state)
{
	const struct timespec moment = { 0, 50000000 };
	sem_t closed;

	(void)state;
	fake.function = queue_dsp;
	sem_init(&closed, 0, 0);
	make_queue(closes_itself, &closed);
	make_queue(closes_itself, &closed);
	sem_post(&process_ends);
	sem_wait(&closed);
	sem_wait(&closed);
	nanosleep(&moment, NULL);
	fake.function = dsp;
}

/* Its threads are not there, and are not waited for. */
static void a_child_may_close_queues(void **state)
{
	dspqueue_t queue;
	int status;
	pid_t child;

	(void)state;
	fake.function = queue_dsp;
	queue = make_queue(NULL, NULL);
	usleep(50000);	/* until the threads wait */
	child = fork();
	if (!child) {
		alarm(10);
		_exit(dspqueue_close(queue) ? 1 : 0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	sem_post(&process_ends);
	while (dspqueue_close(queue))
		usleep(1000);
	fake.function = dsp;
}

static void handles_carry_tag_offset_and_length(void **state)
{
	uint8_t *memory;
	remote_arg args[1];
	int fd;

	(void)state;
	memory = rpcmem_alloc(RPCMEM_HEAP_ID_SYSTEM, 0, SIZE);
	assert_non_null(memory);
	fd = rpcmem_to_fd(memory);
	assert_int_equal(remote_register_dma_handle(fd, 5000), 0);
	args[0].dma.fd = fd;
	args[0].dma.offset = 1000;
	assert_int_equal(remote_handle64_invoke(
				 module, REMOTE_SCALARS_MAKEX(0, 2, 0, 0, 1, 0),
				 args), 0);
	assert_int_equal(seen[0].raw.tag, fd);
	assert_int_equal(seen[0].raw.offset, 1000);
	assert_int_equal(seen[0].raw.length, 4000);
	rpcmem_free(memory);
}

#define CASE(function) \
	cmocka_unit_test_setup_teardown(function, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(a_warm_call_is_one_ioctl),
		CASE(registered_memory_is_found),
		CASE(many_registrations),
		CASE(maps_have_the_program_s_numbers),
		CASE(a_map_ends_once),
		CASE(queues_end_while_they_are_closed),
		CASE(a_callback_may_close_its_queue),
		CASE(a_child_may_close_queues),
		CASE(handles_carry_tag_offset_and_length),
	};

	sem_init(&process_ends, 0, 0);
	sem_init(&first_told, 0, 0);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
