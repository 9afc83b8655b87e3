// SPDX-License-Identifier: BSD-3-Clause
/*
 * libqda against the real driver and a DSP, on the simulated machine. What
 * libqda does by itself is tested with a device of its own in libqda/tests.
 */
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <AEEStdErr.h>
#include <probe.h>
#include <calculator.h>
#include <qda.h>
#include <qda_remote.h>

#define THREADS	    8
#define CALLS	    8
#define MILLISECOND 1000000LL

static struct qda_session *open_session(void)
{
	struct qda_session *session;
	struct qda_device *device;

	assert_int_equal(qda_device_open(QDA_DOMAIN_ANY, &device), 0);
	assert_int_equal(qda_session_open(device, NULL, &session, NULL), 0);
	qda_device_close(device);
	return session;
}

static struct qda_module *open_probe(struct qda_session *session)
{
	struct qda_module *probe;

	assert_int_equal(
		qda_module_open(session, PROBE_URI_HANDLE, &probe, NULL), 0);
	return probe;
}

static int probe_number(struct qda_module *probe, uint32_t method,
			uint32_t number, int32_t *result)
{
	struct qda_arg arg = qda_in(&number, sizeof(number));

	return qda_module_invoke(probe, QDA_SCALARS(method, 1, 0, 0, 0), &arg,
				 1, result);
}

static void calculates(void **state)
{
	struct qda_session *session = open_session();
	int numbers[1000], max;
	remote_handle64 calculator;
	int64_t sum;

	(void)state;
	for (int i = 0; i < 1000; i++)
		numbers[i] = i - 3;
	qda_remote_use(session);
	assert_int_equal(calculator_open(calculator_URI, &calculator), 0);
	assert_int_equal(calculator_sum(calculator, numbers, 1000, &sum), 0);
	assert_int_equal(sum, 499500 - 3000);
	assert_int_equal(calculator_max(calculator, numbers, 1000, &max), 0);
	assert_int_equal(max, 996);
	assert_int_equal(calculator_max(calculator, NULL, 0, &max),
			 AEE_EBADPARM);
	assert_int_equal(calculator_close(calculator), 0);
	qda_remote_use(NULL);
	qda_session_close(session);
}

static void carries_the_most_buffers(void **state)
{
	struct qda_session *session = open_session();
	struct qda_module *probe = open_probe(session);
	uint8_t in[255][300], out[255][300];
	struct qda_arg args[510];

	(void)state;
	for (int i = 0; i < 255; i++) {
		memset(in[i], i, 300);
		args[i] = qda_in(in[i], i);
		args[255 + i] = qda_out(out[i], i + 1);
	}
	assert_int_equal(qda_module_invoke(
				 probe, QDA_SCALARS(PROBE_ECHO, 255, 255, 0, 0),
				 args, 510, NULL),
			 0);
	for (int i = 0; i < 255; i++) {
		assert_memory_equal(out[i], in[i], i);
		assert_int_equal(out[i][i], 0);
	}
	qda_session_close(session);
}

static void two_sessions_share_a_buffer(void **state)
{
	struct qda_session *one = open_session(), *other = open_session();
	struct qda_module *probe = open_probe(other);
	struct qda_buffer *ours, *theirs;
	char *address, back[6] = "";
	struct qda_arg args[2];
	int fd;

	(void)state;
	assert_int_equal(qda_buffer_create(one, 8192, &ours), 0);
	assert_int_equal(qda_buffer_map(ours, (void **)&address), 0);
	strcpy(address + 4090, "across");
	assert_int_equal(qda_buffer_export(ours, &fd), 0);
	assert_int_equal(qda_buffer_import(other, fd, &theirs), 0);
	close(fd);
	args[0] = qda_range(theirs, 4090, 6);
	args[1] = qda_out(back, 6);
	assert_int_equal(qda_module_invoke(probe,
					   QDA_SCALARS(PROBE_ECHO, 1, 1, 0, 0),
					   args, 2, NULL),
			 0);
	assert_memory_equal(back, "across", 6);
	qda_session_close(one);
	assert_int_equal(qda_buffer_map(theirs, (void **)&address), 0);
	assert_memory_equal(address + 4090, "across", 6);
	qda_session_close(other);
}

static void a_buffer_is_known_by_its_tag(void **state)
{
	struct qda_session *session = open_session();
	struct qda_module *probe = open_probe(session);
	struct qda_buffer *buffer;
	uint32_t *address, seen[8];
	struct qda_arg args[3];

	(void)state;
	assert_int_equal(qda_buffer_create(session, 4096, &buffer), 0);
	assert_int_equal(qda_buffer_map(buffer, (void **)&address), 0);
	address[3] = 4711;
	args[0] = qda_out(seen, sizeof(seen));
	args[1] = qda_dma(buffer, 12, 100, 77);
	args[2] = qda_dma(buffer, 0, 4096, 0);
	assert_int_equal(qda_module_invoke(probe,
					   QDA_SCALARS(PROBE_TAGS, 0, 1, 2, 0),
					   args, 3, NULL),
			 0);
	assert_int_equal(seen[0], 77);
	assert_int_equal(seen[1], 12);
	assert_int_equal(seen[2], 1);
	assert_int_equal(seen[3], 4711);
	assert_int_equal(seen[4], qda_buffer_handle(buffer));
	qda_session_close(session);
}

static void explains_what_cannot_be_loaded(void **state)
{
	struct qda_session *session = open_session();
	struct qda_module *module;
	char text[256];
	int32_t result;

	(void)state;
	assert_int_equal(qda_module_open(session,
					 "file:///libnone_skel.so?"
					 "none_skel_handle_invoke"
					 "&_modver=1.0",
					 &module, &result),
			 -EREMOTEIO);
	assert_string_equal(qda_result_name(result), "AEE_EUNABLETOLOAD");
	assert_int_equal(qda_session_detail(session, text, sizeof(text)), 0);
	assert_non_null(strstr(text, "libnone_skel.so"));
	assert_int_equal(qda_module_open(session,
					 "file:///libprobe_skel.so?"
					 "none_skel_handle_invoke"
					 "&_modver=1.0",
					 &module, &result),
			 -EREMOTEIO);
	assert_string_equal(qda_result_name(result), "AEE_ENOSUCHSYMBOL");
	qda_session_close(session);
}

static void passes_results_unchanged(void **state)
{
	struct qda_session *session = open_session();
	struct qda_module *probe = open_probe(session);
	static const int32_t results[] = {
		0, 1, -1, 39, INT32_MIN, INT32_MAX, (int32_t)0x80000406
	};
	int32_t result;

	(void)state;
	for (size_t i = 0; i < sizeof(results) / sizeof(results[0]); i++) {
		assert_int_equal(probe_number(probe, PROBE_RESULT,
					      (uint32_t)results[i], &result),
				 0);
		assert_int_equal(result, results[i]);
	}
	qda_session_close(session);
}

static void on_alarm(int signal)
{
	(void)signal;
}

/* How often the probe's counting method ran, this time included. */
static uint32_t count(struct qda_module *probe, uint32_t milliseconds)
{
	uint32_t runs = 0;
	struct qda_arg args[] = {
		qda_in(&milliseconds, sizeof(milliseconds)),
		qda_out(&runs, sizeof(runs)),
	};

	assert_int_equal(qda_module_invoke(probe,
					   QDA_SCALARS(PROBE_COUNT, 1, 1, 0, 0),
					   args, 2, NULL),
			 0);
	return runs;
}

static void signals_do_not_repeat_a_call(void **state)
{
	struct qda_session *session = open_session();
	struct qda_module *probe = open_probe(session);
	struct sigaction action = { .sa_handler = on_alarm };
	struct itimerval often = { { 0, 5000 }, { 0, 5000 } }, never = { 0 };

	(void)state;
	/* Without SA_RESTART each of them ends the ioctl with EINTR. */
	sigaction(SIGALRM, &action, NULL);
	setitimer(ITIMER_REAL, &often, NULL);
	assert_int_equal(count(probe, 100), 1);
	setitimer(ITIMER_REAL, &never, NULL);
	assert_int_equal(count(probe, 0), 2);
	qda_session_close(session);
}

static void a_late_call_does_no_harm(void **state)
{
	struct qda_session *session = open_session();
	struct qda_module *probe = open_probe(session);
	uint32_t milliseconds = 150, runs = 77;
	struct qda_arg args[] = {
		qda_in(&milliseconds, sizeof(milliseconds)),
		qda_out(&runs, sizeof(runs)),
	};
	struct qda_session_state now;

	(void)state;
	assert_int_equal(qda_invoke_until(session, qda_module_handle(probe),
					  QDA_SCALARS(PROBE_COUNT, 1, 1, 0, 0),
					  args, 2,
					  qda_deadline(20 * MILLISECOND), NULL),
			 -ETIME);
	assert_int_equal(runs, 77);
	usleep(200000);
	assert_int_equal(count(probe, 0), 2);
	assert_int_equal(runs, 77);
	/* The late call was collected on the way. */
	assert_int_equal(qda_session_get_state(session, &now, sizeof(now)), 0);
	assert_int_equal(now.calls, 0);
	qda_session_close(session);
}

struct crew {
	struct qda_module *probe;
	uint32_t seed;
	int ret;
};

/* Has several calls in flight, each with bytes of its own. */
static int exchange(struct crew *crew)
{
	struct qda_session *session = qda_module_session(crew->probe);
	uint32_t in[CALLS][16], out[CALLS][16] = { { 0 } };
	struct qda_call *calls[CALLS];
	int ret = 0, sent = 0;

	for (; !ret && sent < CALLS; sent++) {
		struct qda_arg args[] = {
			qda_in(in[sent], sizeof(in[sent])),
			qda_out(out[sent], sizeof(out[sent])),
		};

		for (int i = 0; i < 16; i++)
			in[sent][i] = crew->seed++;
		ret = qda_call_submit(session, qda_module_handle(crew->probe),
				      QDA_SCALARS(PROBE_ECHO, 1, 1, 0, 0), args,
				      2, &calls[sent]);
		if (ret)
			break;
	}
	for (int i = 0; i < sent; i++) {
		int err = qda_call_wait(calls[i], QDA_DEADLINE_NONE, NULL);

		ret = ret ? ret : err;
		qda_call_free(calls[i]);
	}
	if (!ret && memcmp(in, out, sizeof(in)))
		ret = -EBADMSG;
	return ret;
}

/* The same in one system call. */
static int exchange_at_once(struct crew *crew)
{
	struct qda_batch_call calls[CALLS];
	uint32_t in[CALLS][16], out[CALLS][16] = { { 0 } };
	struct qda_arg args[CALLS][2];
	int ret;

	for (int n = 0; n < CALLS; n++) {
		for (int i = 0; i < 16; i++)
			in[n][i] = crew->seed++;
		args[n][0] = qda_in(in[n], sizeof(in[n]));
		args[n][1] = qda_out(out[n], sizeof(out[n]));
		calls[n] = (struct qda_batch_call){
			.handle = qda_module_handle(crew->probe),
			.scalars = QDA_SCALARS(PROBE_ECHO, 1, 1, 0, 0),
			.args = args[n],
			.count = 2,
		};
	}
	ret = qda_invoke_batch(qda_module_session(crew->probe), calls, CALLS,
			       QDA_DEADLINE_NONE, NULL);
	if (!ret && memcmp(in, out, sizeof(in)))
		ret = -EBADMSG;
	return ret;
}

static void *work(void *argument)
{
	struct crew *crew = argument;

	for (int round = 0; !crew->ret && round < 20; round++)
		crew->ret = round % 2 ? exchange(crew) : exchange_at_once(crew);
	return NULL;
}

static void threads_have_calls_in_flight(void **state)
{
	struct qda_session *session = open_session();
	struct qda_module *probe = open_probe(session);
	struct crew crews[THREADS];
	pthread_t threads[THREADS];

	(void)state;
	for (uint32_t i = 0; i < THREADS; i++) {
		crews[i] = (struct crew){ probe, i << 24, 0 };
		assert_int_equal(
			pthread_create(&threads[i], NULL, work, &crews[i]), 0);
	}
	for (int i = 0; i < THREADS; i++) {
		pthread_join(threads[i], NULL);
		assert_int_equal(crews[i].ret, 0);
	}
	qda_session_close(session);
}

static void a_crash_ends_its_session_only(void **state)
{
	struct qda_session *session = open_session(), *other = open_session();
	struct qda_module *probe = open_probe(session);
	struct qda_module *healthy = open_probe(other);
	struct qda_session_state now;

	(void)state;
	assert_int_equal(probe_number(probe, PROBE_CRASH, PROBE_CRASH_WILD_READ,
				      NULL),
			 -ECONNRESET);
	assert_int_equal(probe_number(probe, PROBE_SLEEP, 0, NULL),
			 -ECONNRESET);
	assert_int_equal(qda_session_get_state(session, &now, sizeof(now)), 0);
	assert_int_equal(now.state, QDA_SESSION_STATE_DEAD);
	assert_int_equal(probe_number(healthy, PROBE_SLEEP, 0, NULL), 0);
	qda_session_close(session);
	session = open_session();
	assert_int_equal(count(open_probe(session), 0), 1);
	qda_session_close(session);
	qda_session_close(other);
}

static void closes_with_a_call_in_flight(void **state)
{
	struct qda_session *session = open_session();
	struct qda_module *probe = open_probe(session);
	uint32_t milliseconds = 300;
	struct qda_arg arg = qda_in(&milliseconds, sizeof(milliseconds));
	struct qda_call *call;

	(void)state;
	assert_int_equal(qda_call_submit(session, qda_module_handle(probe),
					 QDA_SCALARS(PROBE_SLEEP, 1, 0, 0, 0),
					 &arg, 1, &call),
			 0);
	qda_session_close(session);
}

static void a_child_leaves_the_session_alone(void **state)
{
	struct qda_session *session = open_session();
	struct qda_module *probe = open_probe(session);
	struct qda_buffer *buffer;
	void *address;
	int status;
	pid_t pid;

	(void)state;
	assert_int_equal(qda_buffer_create(session, 4096, &buffer), 0);
	assert_int_equal(qda_buffer_map(buffer, &address), 0);
	pid = fork();
	if (!pid) {
		int ret = probe_number(probe, PROBE_SLEEP, 0, NULL);

		qda_buffer_free(buffer);
		qda_session_close(session);
		_exit(ret == -EOWNERDEAD ? 0 : 1);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	strcpy(address, "mine");
	assert_int_equal(count(probe, 0), 1);
	qda_session_close(session);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(calculates),
		cmocka_unit_test(carries_the_most_buffers),
		cmocka_unit_test(two_sessions_share_a_buffer),
		cmocka_unit_test(a_buffer_is_known_by_its_tag),
		cmocka_unit_test(explains_what_cannot_be_loaded),
		cmocka_unit_test(passes_results_unchanged),
		cmocka_unit_test(signals_do_not_repeat_a_call),
		cmocka_unit_test(a_late_call_does_no_harm),
		cmocka_unit_test(threads_have_calls_in_flight),
		cmocka_unit_test(a_crash_ends_its_session_only),
		cmocka_unit_test(closes_with_a_call_in_flight),
		cmocka_unit_test(a_child_leaves_the_session_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
