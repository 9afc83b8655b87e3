// SPDX-License-Identifier: BSD-3-Clause
/* Calls that nobody waits for. */
#include <pthread.h>
#include <string.h>

#include "api.h"

#define JOBS 1000

static int submit(remote_handle64 probe, fastrpc_async_descriptor_t *how,
		  uint32_t method, uint32_t in, uint32_t *out)
{
	/* On the stack, as generated code has it. */
	remote_arg args[] = { buffer_arg(&in, sizeof(in)),
			      buffer_arg(out, sizeof(*out)) };
	int ret;

	ret = api.remote_handle64_invoke_async(
		probe, how, REMOTE_SCALARS_MAKE(method, 1, out ? 1 : 0), args);
	memset(args, 0xee, sizeof(args));
	in = 0xdeadbeef;
	__asm__ volatile("" : : "r"(&in) : "memory");
	return ret;
}

static void polled(void)
{
	fastrpc_async_descriptor_t how = { .type = FASTRPC_ASYNC_POLL };
	remote_handle64 probe;
	uint32_t *out;
	int result = 77;

	api_begin();
	probe = open_probe(0);
	out = api.rpcmem_alloc(RPCMEM_HEAP_ID_SYSTEM, 0, 4096);
	check(out);
	check_equal(submit(probe, &how, PROBE_COUNT, 200, out), 0);
	check(how.jobid != 0);
	check_equal(api.fastrpc_async_get_status(how.jobid, 0, &result),
		    AEE_EBUSY);
	check_equal(api.fastrpc_async_get_status(how.jobid, 1000, &result),
		    AEE_EBUSY);
	check_equal(result, 77);
	check_equal(api.fastrpc_release_async_job(how.jobid), AEE_EBUSY);
	check_equal(api.fastrpc_async_get_status(how.jobid, -1, &result), 0);
	check_equal(result, 0);
	check_equal(*out, 1);
	check_equal(api.fastrpc_async_get_status(how.jobid, 0, &result), 0);
	check_equal(api.fastrpc_release_async_job(how.jobid), 0);
	check_equal(api.fastrpc_release_async_job(how.jobid), AEE_EBADPARM);
	check_equal(api.fastrpc_async_get_status(how.jobid, -1, &result),
		    AEE_EBADPARM);

	check_equal(submit(probe, &how, PROBE_RESULT, 39, NULL), 0);
	check_equal(api.fastrpc_async_get_status(how.jobid, 10000000, &result),
		    0);
	check_equal(result, 39);
	check_equal(api.fastrpc_release_async_job(how.jobid), 0);
	api.rpcmem_free(out);
	api_end();
}

static struct {
	pthread_mutex_t lock;
	pthread_cond_t ended;
	unsigned int count;
	uint64_t results;
} calls = { .lock = PTHREAD_MUTEX_INITIALIZER,
	    .ended = PTHREAD_COND_INITIALIZER };

static void on_end(fastrpc_async_jobid id, void *context, int result)
{
	(void)id;
	pthread_mutex_lock(&calls.lock);
	calls.count++;
	calls.results += (uint64_t)(result == *(int *)context);
	pthread_cond_signal(&calls.ended);
	pthread_mutex_unlock(&calls.lock);
}

static unsigned int ended(void)
{
	unsigned int count;

	pthread_mutex_lock(&calls.lock);
	count = calls.count;
	pthread_mutex_unlock(&calls.lock);
	return count;
}

/* Most wait until the last is made; then each tells how it ended. */
static void a_thousand_in_flight(void)
{
	static fastrpc_async_jobid ids[JOBS];
	static uint32_t waiting[JOBS];
	static int results[JOBS];
	remote_handle64 probe;
	uint32_t out;

	api_begin();
	probe = open_probe(0);
	for (int i = 0; i < JOBS; i++) {
		fastrpc_async_descriptor_t how = {
			.type = FASTRPC_ASYNC_CALLBACK,
			.cb = { on_end, &results[i] },
		};

		/* A third wait for nothing, where they get to be carried out. */
		results[i] = i % 3 == 2 ? 1000 + i : 0;
		check_equal(submit(probe, &how,
				   results[i] ? PROBE_RESULT : PROBE_BLOCK,
				   (uint32_t)results[i],
				   results[i] ? NULL : &waiting[i]),
			    0);
		ids[i] = how.jobid;
	}
	check(ended() <= JOBS / 3);
	while (ended() < JOBS)
		check_equal(probe_word(probe, PROBE_RELEASE, 0, &out), 0);
	check_equal(calls.results, JOBS);
	for (int i = 0; i < JOBS; i++) {
		check(results[i] || waiting[i]);
		check_equal(api.fastrpc_release_async_job(ids[i]), 0);
	}
	api_end();
}

static void nobody_wants_to_know(void)
{
	fastrpc_async_descriptor_t how = { .type = FASTRPC_ASYNC_NO_SYNC };
	unsigned int files = open_files();
	remote_handle64 probe;
	uint32_t out = 0;

	api_begin();
	probe = open_probe(0);
	check_equal(submit(probe, &how, PROBE_COUNT, 0, NULL), 0);
	check_equal(submit(probe, NULL, PROBE_COUNT, 0, NULL), 0);
	for (int i = 0; i < 500 && out < 3; i++) {
		sleep_ms(10);
		out = 0;
		check_equal(probe_word(probe, PROBE_COUNT, 0, &out), 0);
	}
	check(out >= 3);
	how.type = FASTRPC_ASYNC_CALLBACK;
	check_equal(submit(probe, &how, PROBE_COUNT, 0, NULL), AEE_EBADPARM);
	how.type = FASTRPC_ASYNC_POLL;
	check_equal(submit(probe + 1, &how, PROBE_COUNT, 0, NULL),
		    AEE_EINVHANDLE);
	check_equal(api.remote_handle64_invoke_async(
			    probe, &how, REMOTE_SCALARS_MAKE(4, 1, 1), NULL),
		    AEE_EBADPARM);
	api_end();
	/* A call that nobody knows of may have ended only now. */
	for (int i = 0; i < 500 && open_files() > files; i++)
		sleep_ms(10);
}

/* Calls that wait end with the process that they are in. */
static void the_process_dies(void)
{
	fastrpc_async_descriptor_t how[4];
	remote_handle64 probe;
	int result;

	api_begin();
	probe = open_probe(0);
	for (int i = 0; i < 4; i++) {
		how[i].type = FASTRPC_ASYNC_POLL;
		check_equal(submit(probe, &how[i], PROBE_BLOCK, 0, NULL), 0);
	}
	sleep_ms(100);
	check_equal(probe_word(probe, PROBE_CRASH, PROBE_CRASH_ABORT, NULL),
		    DSP_ERROR(AEE_EBADSTATE));
	for (int i = 0; i < 4; i++) {
		check_equal(api.fastrpc_async_get_status(how[i].jobid, 10000000,
							 &result),
			    0);
		check_equal(result, DSP_ERROR(AEE_EBADSTATE));
		check_equal(api.fastrpc_release_async_job(how[i].jobid), 0);
	}
	api_end();
}

static const struct subtest tests[] = {
	SUBTEST(polled),
	{ .name = "a_thousand_in_flight",
	  .run = a_thousand_in_flight,
	  .timeout = 120 },
	SUBTEST(nobody_wants_to_know),
	SUBTEST(the_process_dies),
};

int main(int argc, char **argv)
{
	return harness_main(argc, argv, tests, ARRAY_SIZE(tests));
}
