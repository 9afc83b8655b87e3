// SPDX-License-Identifier: BSD-3-Clause
/*
 * What ends, at the wrong moment: a DSP that does not let go, callbacks that
 * close what is being closed, and fork() in the middle of everything.
 */
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "library.h"

#define LISTENER    7
#define LISTEN_NEXT 6
#define PROCESS	    4

#define SIZE	   8192
#define PATIENCE_S 60

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED true
#else
#define SANITIZED false
#endif

static void wait_ms(unsigned int ms)
{
	const struct timespec wait = { ms / 1000, ms % 1000 * 1000000L };

	nanosleep(&wait, NULL);
}

static sem_t in_callback;

/* What hangs ends the program. */
static int ends_setup(void **state)
{
	alarm(PATIENCE_S);
	sem_init(&in_callback, 0, 0);
	return library_setup(state);
}

/* ---- a DSP that lets no call end ---- */

static sem_t lets_go;
static atomic_uint held;

/* Neither the call that waits for requests ends, nor the process. */
static int32_t holding_dsp(uint32_t handle, uint32_t scalars,
			   struct fake_arg *args, unsigned int count)
{
	if ((handle == LISTENER &&
	     REMOTE_SCALARS_METHOD(scalars) == LISTEN_NEXT) ||
	    handle == PROCESS) {
		atomic_fetch_add(&held, 1);
		sem_wait(&lets_go);
		return (int32_t)(DSP_AEE_EOFFSET + AEE_EBADSTATE);
	}
	return dsp(handle, scalars, args, count);
}

static void open_listening_session(void)
{
	remote_handle64 second;

	fake.function = holding_dsp;
	setenv("DSP_LIBRARY_PATH", "/", 1);
	assert_int_equal(remote_handle64_open(URI "&_session=1", &second), 0);
	while (atomic_load(&held) < 1)
		wait_ms(1);
}

static void a_dsp_that_keeps_a_request_open(void **state)
{
	(void)state;
	sem_init(&lets_go, 0, 0);
	atomic_store(&held, 0);
	open_listening_session();
	close_all_sessions();
	assert_int_equal(atomic_load(&held), 2);
	/* Its process is kept until then, and no longer. */
	sem_post(&lets_go);
	sem_post(&lets_go);
	for (int i = 0; i < 1000 && fake_files(); i++)
		wait_ms(5);
}

static void a_process_that_does_not_end_is_killed(void **state)
{
	struct remote_rpc_process_clean_params params = { CDSP_DOMAIN_ID };

	(void)state;
	sem_init(&lets_go, 0, 0);
	fake.function = holding_dsp;
	assert_int_equal(remote_session_control(FASTRPC_REMOTE_PROCESS_KILL,
						&params, sizeof(params)),
			 0);
	assert_int_equal(remote_session_control(FASTRPC_REMOTE_PROCESS_KILL,
						&params, sizeof(params)),
			 AEE_ENOSUCH);
	sem_post(&lets_go);
	assert_int_equal(remote_handle64_close(module), 0);
	for (int i = 0; i < 1000 && fake_files(); i++)
		wait_ms(5);
}

/* ---- queues ---- */

static void closes_slowly(dspqueue_t queue, AEEResult error, void *context)
{
	(void)error;
	(void)context;
	sem_post(&in_callback);
	wait_ms(100);
	assert_int_equal(dspqueue_close(queue), 0);
}

/* The thread that is waited for waits for nobody. */
static void a_session_ends_while_a_queue_is_closed(void **state)
{
	(void)state;
	fake.function = queue_dsp;
	make_queue(closes_slowly, NULL);
	make_queue(closes_slowly, NULL);
	sem_post(&process_ends);
	sem_wait(&in_callback);
	close_all_sessions();
	fake.function = dsp;
}

static int created;

static void creates_another(dspqueue_t queue, AEEResult error, void *context)
{
	dspqueue_t another;

	(void)error;
	(void)context;
	sem_post(&in_callback);
	wait_ms(100);
	created = dspqueue_create(CDSP_DOMAIN_ID, 0, 0, 0, NULL, NULL, NULL,
				  &another);
	assert_int_equal(dspqueue_close(queue), 0);
}

static void a_queue_is_created_while_others_end(void **state)
{
	(void)state;
	fake.function = queue_dsp;
	make_queue(creates_another, NULL);
	sem_post(&process_ends);
	sem_wait(&in_callback);
	close_all_sessions();
	assert_int_equal(created, AEE_EBADSTATE);
	fake.function = dsp;
}

static void *end_process_later(void *unused)
{
	(void)unused;
	wait_ms(100);
	sem_post(&process_ends);
	return NULL;
}

/* The DSP says so in answer to a call, before it is told otherwise. */
static void a_queue_is_closed_just_after_its_process_died(void **state)
{
	dspqueue_t queue;
	pthread_t thread;

	(void)state;
	fake.function = queue_dsp;
	queue = make_queue(NULL, NULL);
	fake.invoke_error = -ECONNRESET;
	assert_int_equal(pthread_create(&thread, NULL, end_process_later, NULL),
			 0);
	assert_int_equal(dspqueue_close(queue), 0);
	pthread_join(thread, NULL);
	fake.invoke_error = 0;
	fake.function = dsp;
}

/* ---- fork() ---- */

/* Runs it in a child, which has to return 0 in time. */
static void check_child(int (*run)(void *), void *data)
{
	pid_t child = fork();
	int status;

	if (!child) {
		alarm(10);
		_exit(run(data));
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
}

static int close_queue(void *queue)
{
	return dspqueue_close(queue);
}

/* Its threads are not there, and are not waited for. */
static void a_child_may_close_queues(void **state)
{
	dspqueue_t queue;

	(void)state;
	fake.function = queue_dsp;
	queue = make_queue(NULL, NULL);
	wait_ms(50); /* until the threads wait */
	check_child(close_queue, queue);
	sem_post(&process_ends);
	assert_int_equal(dspqueue_close(queue), 0);
	fake.function = dsp;
}

static int has_no_session(void *unused)
{
	uint32_t result;

	(void)unused;
	if (fake.files || fake.bos)
		return 1;
	if (sum("abc", 3, &result) != AEE_ECONNRESET)
		return 2;
	return remote_handle64_close(module) ? 3 : 0;
}

/* A dead one that only a handle refers to is the child's no more than others. */
static void a_child_has_no_session(void **state)
{
	remote_handle64 other;
	uint32_t result;

	(void)state;
	fake.invoke_error = -ECONNRESET;
	assert_int_equal(sum("abc", 3, &result),
			 (int)(DSP_AEE_EOFFSET + AEE_EBADSTATE));
	fake.invoke_error = 0;
	assert_int_equal(remote_handle64_open(URI, &other), 0);
	assert_int_equal(fake.files, 2);
	check_child(has_no_session, NULL);
	assert_int_equal(remote_handle64_close(other), 0);
}

static sem_t job_may_end;

static int32_t slow_dsp(uint32_t handle, uint32_t scalars,
			struct fake_arg *args, unsigned int count)
{
	if (handle == REMOTE)
		sem_wait(&job_may_end);
	return dsp(handle, scalars, args, count);
}

static int job_is_unknown(void *id)
{
	int result;

	return fastrpc_async_get_status(*(fastrpc_async_jobid *)id, -1,
					&result) != AEE_EBADPARM ||
	       fastrpc_release_async_job(*(fastrpc_async_jobid *)id) !=
		       AEE_EBADPARM;
}

/* Nobody would ever end the parent's jobs there. */
static void a_child_has_no_jobs(void **state)
{
	fastrpc_async_descriptor_t how = { .type = FASTRPC_ASYNC_POLL };
	int result;

	(void)state;
	sem_init(&job_may_end, 0, 0);
	fake.function = slow_dsp;
	assert_int_equal(remote_handle64_invoke_async(
				 module, &how, REMOTE_SCALARS_MAKE(2, 0, 0),
				 NULL),
			 0);
	check_child(job_is_unknown, &how.jobid);
	sem_post(&job_may_end);
	assert_int_equal(fastrpc_async_get_status(how.jobid, -1, &result), 0);
	assert_int_equal(fastrpc_release_async_job(how.jobid), 0);
	fake.function = dsp;
}

static int turn_qos_off(void)
{
	struct remote_rpc_control_latency off = { RPC_DISABLE_QOS, 0 };

	return remote_handle_control(DSPRPC_CONTROL_LATENCY, &off, sizeof(off));
}

/* As a program does that was just started. */
static int does_everything(void *unused)
{
	struct remote_rpc_session_close close = { -1 };
	fastrpc_async_descriptor_t how = { .type = FASTRPC_ASYNC_POLL };
	uint8_t *memory = rpcmem_alloc(RPCMEM_HEAP_ID_SYSTEM, 0, SIZE);
	uint32_t result = 0;
	int status = -1;

	(void)unused;
	if (!memory || remote_handle64_open(URI, &module))
		return 1;
	memset(memory, 1, SIZE);
	if (sum(memory, SIZE, &result) || result != SIZE)
		return 2;
	if (remote_register_dma_handle(rpcmem_to_fd(memory), SIZE) ||
	    fastrpc_mmap(CDSP_DOMAIN_ID, rpcmem_to_fd(memory), memory, 0, SIZE,
			 FASTRPC_MAP_FD))
		return 3;
	if (remote_handle64_invoke_async(module, &how,
					 REMOTE_SCALARS_MAKE(2, 0, 0), NULL) ||
	    fastrpc_async_get_status(how.jobid, -1, &status) || status)
		return 4;
	rpcmem_free(memory);
	if (turn_qos_off())
		return 5;
	return remote_session_control(FASTRPC_SESSION_CLOSE, &close,
				      sizeof(close)) ?
		       6 :
		       0;
}

static atomic_bool enough;

static void *use_qos(void *unused)
{
	(void)unused;
	while (!atomic_load(&enough))
		turn_qos_off();
	return NULL;
}

static void *use_memory(void *unused)
{
	(void)unused;
	while (!atomic_load(&enough)) {
		uint8_t *memory = rpcmem_alloc(RPCMEM_HEAP_ID_SYSTEM, 0, SIZE);
		int fd = rpcmem_to_fd(memory);
		uint32_t result;

		remote_register_dma_handle(fd, SIZE);
		sum(memory, 100, &result);
		fastrpc_mmap(CDSP_DOMAIN_ID, fd, memory, 0, SIZE,
			     FASTRPC_MAP_FD);
		fastrpc_munmap(CDSP_DOMAIN_ID, fd, memory, SIZE);
		rpcmem_free(memory);
	}
	return NULL;
}

static void *use_sessions(void *unused)
{
	struct remote_rpc_session_close close = { CDSP_DOMAIN_ID + 8 };

	(void)unused;
	while (!atomic_load(&enough)) {
		fastrpc_async_descriptor_t how = { .type = FASTRPC_ASYNC_POLL };
		remote_handle64 other;
		int result;

		if (remote_handle64_open(URI "&_session=1", &other))
			break;
		remote_handle64_invoke_async(
			other, &how, REMOTE_SCALARS_MAKE(2, 0, 0), NULL);
		fastrpc_async_get_status(how.jobid, -1, &result);
		fastrpc_release_async_job(how.jobid);
		remote_session_control(FASTRPC_SESSION_CLOSE, &close,
				       sizeof(close));
	}
	return NULL;
}

/* Whatever other threads hold at that moment, the child can begin anew. */
static void a_child_may_do_everything(void **state)
{
	void *(*const runs[])(void *) = { use_memory, use_qos, use_qos,
					  use_sessions };
	pthread_t threads[4];

	(void)state;
	if (SANITIZED) {
		print_message("skipped: the sanitizer's own locks are not "
			      "whole in a child\n");
		return;
	}
	atomic_store(&enough, false);
	for (int i = 0; i < 4; i++)
		assert_int_equal(
			pthread_create(&threads[i], NULL, runs[i], NULL), 0);
	for (int i = 0; i < 200; i++)
		check_child(does_everything, NULL);
	atomic_store(&enough, true);
	for (int i = 0; i < 4; i++)
		pthread_join(threads[i], NULL);
}

#define END(function) \
	cmocka_unit_test_setup_teardown(function, ends_setup, library_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		END(a_dsp_that_keeps_a_request_open),
		END(a_process_that_does_not_end_is_killed),
		END(a_session_ends_while_a_queue_is_closed),
		END(a_queue_is_created_while_others_end),
		END(a_queue_is_closed_just_after_its_process_died),
		END(a_child_may_close_queues),
		END(a_child_has_no_session),
		END(a_child_has_no_jobs),
		END(a_child_may_do_everything),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
