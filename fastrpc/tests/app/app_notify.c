// SPDX-License-Identifier: BSD-3-Clause
/*
 * What becomes of processes, as a program learns of it: by a function that it
 * registers with QDA's driver. Mainline's knows nothing of it, and says so.
 */
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

#include "api.h"

#define RESTART "/sys/kernel/debug/qda_sim/restart"

/* A DSP that restarts takes a moment. */
#define BACK_MS 20000

static struct {
	pthread_mutex_t lock;
	pthread_cond_t changed;
	unsigned int count;
	struct {
		int domain, session;
		remote_rpc_status_flags_t status;
	} news[16];
} told = { .lock = PTHREAD_MUTEX_INITIALIZER,
	   .changed = PTHREAD_COND_INITIALIZER };

static int on_news(void *context, int domain, int session,
		   remote_rpc_status_flags_t status)
{
	pthread_mutex_lock(&told.lock);
	if (context == &told && told.count < ARRAY_SIZE(told.news)) {
		told.news[told.count].domain = domain;
		told.news[told.count].session = session;
		told.news[told.count++].status = status;
	}
	pthread_cond_signal(&told.changed);
	pthread_mutex_unlock(&told.lock);
	return 0;
}

static void next_news(unsigned int number, int session, int status)
{
	pthread_mutex_lock(&told.lock);
	while (told.count <= number)
		pthread_cond_wait(&told.changed, &told.lock);
	pthread_mutex_unlock(&told.lock);
	check_equal(told.news[number].domain, CDSP_DOMAIN_ID);
	check_equal(told.news[number].session, session);
	check_equal(told.news[number].status, status);
}

static int register_news(int slot, fastrpc_notif_fn_t function, void *context)
{
	remote_rpc_notif_register_t request = { context, slot, function };

	return api.remote_session_control(FASTRPC_REGISTER_STATUS_NOTIFICATIONS,
					  &request, sizeof(request));
}

static void listen_to(int session)
{
	check_equal(register_news(CDSP_DOMAIN_ID + 8 * session, on_news, &told),
		    0);
}

/* Mainline's driver drops what the DSP says: nothing to rely on is promised. */
static bool is_refused(void)
{
	if (!on_mainline())
		return false;
	check_equal(register_news(CDSP_DOMAIN_ID, on_news, &told),
		    AEE_EUNSUPPORTED);
	api_end();
	return true;
}

static void crash(remote_handle64 probe, uint32_t how)
{
	check_equal(probe_word(probe, PROBE_CRASH, how, NULL),
		    DSP_ERROR(AEE_EBADSTATE));
	api.remote_handle64_close(probe);
}

static void processes_that_end(void)
{
	remote_handle64 probe;

	api_begin();
	if (is_refused())
		return;
	check_equal(register_news(CDSP_DOMAIN_ID, NULL, NULL), AEE_EBADPARM);
	check_equal(register_news(99, on_news, NULL), AEE_EINVALIDDOMAIN);
	listen_to(1);
	probe = open_probe(1);
	next_news(0, 1, FASTRPC_USER_PD_UP);
	crash(probe, PROBE_CRASH_ABORT);
	next_news(1, 1, FASTRPC_USER_PD_EXCEPTION);
	probe = open_probe(1);
	next_news(2, 1, FASTRPC_USER_PD_UP);
	crash(probe, PROBE_CRASH_EXIT);
	next_news(3, 1, FASTRPC_USER_PD_EXIT);
	/* Of a process that nobody has asked about there is no news. */
	crash(open_probe(0), PROBE_CRASH_ABORT);
	api_end();
	check_equal(told.count, 4);
}

/* It crashes between calls; the program learns of it all the same. */
static void a_crash_that_no_call_sees(void)
{
	remote_handle64 probe;
	uint32_t out;

	api_begin();
	if (is_refused())
		return;
	listen_to(0);
	probe = open_probe(0);
	next_news(0, 0, FASTRPC_USER_PD_UP);
	check_equal(probe_word(probe, PROBE_CRASH, PROBE_CRASH_LATER, NULL), 0);
	next_news(1, 0, FASTRPC_USER_PD_EXCEPTION);
	check_equal(probe_word(probe, PROBE_COUNT, 0, &out),
		    DSP_ERROR(AEE_EBADSTATE));
	api.remote_handle64_close(probe);
	check_equal(probe_word(open_probe(0), PROBE_COUNT, 0, &out), 0);
	next_news(2, 0, FASTRPC_USER_PD_UP);
	api_end();
}

static int closes_sessions(void *context, int domain, int session,
			   remote_rpc_status_flags_t status)
{
	struct remote_rpc_session_close close = { domain + 8 * session };

	if (status != FASTRPC_USER_PD_UP)
		api.remote_session_control(FASTRPC_SESSION_CLOSE, &close,
					   sizeof(close));
	return on_news(context, domain, session, status);
}

/* A function that is told may use the library, also on what it is told of. */
static void a_function_that_closes_the_session(void)
{
	remote_handle64 probe;
	uint32_t out;

	api_begin();
	if (is_refused())
		return;
	check_equal(register_news(CDSP_DOMAIN_ID, closes_sessions, &told), 0);
	listen_to(0);
	probe = open_probe(0);
	next_news(1, 0, FASTRPC_USER_PD_UP);
	check_equal(probe_word(probe, PROBE_CRASH, PROBE_CRASH_ABORT, NULL),
		    DSP_ERROR(AEE_EBADSTATE));
	next_news(2, 0, FASTRPC_USER_PD_EXCEPTION);
	next_news(3, 0, FASTRPC_USER_PD_EXCEPTION);
	check_equal(probe_word(probe, PROBE_COUNT, 0, &out), AEE_EINVHANDLE);
	check_equal(probe_word(open_probe(0), PROBE_COUNT, 0, &out), 0);
	api_end();
}

/* ---- the DSP restarts ---- */

static void restart_dsp(void)
{
	int fd = open(RESTART, O_WRONLY | O_CLOEXEC);

	if (fd < 0)
		subtest_skip("no " RESTART ": not root?");
	check_equal(write(fd, "1", 1), 1);
	close(fd);
}

static remote_handle64 open_when_it_is_back(void)
{
	remote_handle64 probe = 0;
	int ret = -1;

	check_equal(setenv("FASTRPC_LOG", "none", 1), 0);
	for (int ms = 0; ret && ms < BACK_MS; ms += 20) {
		ret = api.remote_handle64_open(PROBE_URI_HANDLE "&_dom=cdsp",
					       &probe);
		if (ret)
			sleep_ms(20);
	}
	check_equal(ret, 0);
	return probe;
}

static void *blocked_call(void *probe)
{
	uint32_t out;

	return (void *)(intptr_t)probe_word(*(remote_handle64 *)probe,
					    PROBE_BLOCK, 0, &out);
}

/* A call that waits comes back, and the next process is a new one. */
static void a_restart(void)
{
	remote_handle64 probe;
	pthread_t thread;
	void *result;
	uint32_t out;

	if (on_mainline())
		subtest_skip(
			"mainline's driver may crash when the DSP restarts "
			"while somebody uses it");
	api_begin();
	listen_to(0);
	probe = open_probe(0);
	check_equal(probe_word(probe, PROBE_COUNT, 0, &out), 0);
	check_equal(pthread_create(&thread, NULL, blocked_call, &probe), 0);
	sleep_ms(100);
	restart_dsp();
	pthread_join(thread, &result);
	check(result != NULL);
	next_news(0, 0, FASTRPC_USER_PD_UP);
	next_news(1, 0, FASTRPC_DSP_SSR);
	check(probe_word(probe, PROBE_COUNT, 0, &out) != 0);
	api.remote_handle64_close(probe);
	probe = open_when_it_is_back();
	check_equal(probe_word(probe, PROBE_COUNT, 0, &out), 0);
	check_equal(out, 1);
	next_news(2, 0, FASTRPC_USER_PD_UP);
	api_end();
}

static const struct subtest tests[] = {
	SUBTEST(processes_that_end),
	SUBTEST(a_crash_that_no_call_sees),
	SUBTEST(a_function_that_closes_the_session),
	SUBTEST(a_restart),
};

int main(int argc, char **argv)
{
	return harness_main(argc, argv, tests, ARRAY_SIZE(tests));
}
