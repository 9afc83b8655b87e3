// SPDX-License-Identifier: BSD-3-Clause
/*
 * The whole library on a device inside of this program: what a call costs in
 * system calls, and that nothing is left behind. What comes of it on a DSP is
 * tested on the simulated machine.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "library.h"

#define CALLS 100
#define SIZE  8192

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
	enum {
		COUNT = 100000,
		PART = 4096
	};
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
				      FASTRPC_MAP_FD_DELAYED),
			 0);
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
				      FASTRPC_MAP_FD),
			 0);
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

static sem_t first_told;
static unsigned int told;

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

/* The end of the process is told while the program closes them, and not after. */
static void queues_end_while_they_are_closed(void **state)
{
	unsigned int before;
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
	before = __atomic_load_n(&told, __ATOMIC_SEQ_CST);
	assert_in_range(before, 1, 3);
	usleep(50000);
	assert_int_equal(told, before);
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
				 args),
			 0);
	assert_int_equal(seen[0].raw.tag, fd);
	assert_int_equal(seen[0].raw.offset, 1000);
	assert_int_equal(seen[0].raw.length, 4000);
	rpcmem_free(memory);
}

/* ---- polling ---- */

static int set_qos(remote_handle64 handle, uint32_t how)
{
	struct remote_rpc_control_latency latency = { how, 100 };

	return handle ? remote_handle64_control(handle, DSPRPC_CONTROL_LATENCY,
						&latency, sizeof(latency)) :
			remote_handle_control(DSPRPC_CONTROL_LATENCY, &latency,
					      sizeof(latency));
}

static bool polls(void)
{
	close_all_sessions();
	assert_int_equal(remote_handle64_open(URI, &module), 0);
	return fake.created.flags & DRM_QDA_SESSION_POLL;
}

/* QDA's driver is told when a process starts, and not later. */
static void polling_is_asked_for_before_a_process_starts(void **state)
{
	(void)state;
	assert_int_equal(set_qos(module, RPC_POLL_QOS), AEE_EUNSUPPORTED);
	assert_int_equal(set_qos(module, RPC_DISABLE_QOS), 0);
	assert_false(polls());
	close_all_sessions();
	assert_int_equal(set_qos(0, RPC_POLL_QOS), 0);
	assert_true(polls());
	assert_int_equal(set_qos(module, RPC_POLL_QOS), 0);
	assert_true(polls());
	assert_int_equal(set_qos(module, RPC_DISABLE_QOS), AEE_EUNSUPPORTED);
	assert_false(polls());
	setenv("FASTRPC_POLL", "1", 1);
	assert_true(polls());
	assert_int_equal(set_qos(module, RPC_POLL_QOS), 0);
	unsetenv("FASTRPC_POLL");
	assert_true(polls());
	assert_int_equal(set_qos(module, RPC_DISABLE_QOS), AEE_EUNSUPPORTED);
	assert_false(polls());
}

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
		CASE(handles_carry_tag_offset_and_length),
		CASE(polling_is_asked_for_before_a_process_starts),
	};

	sem_init(&first_told, 0, 0);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
