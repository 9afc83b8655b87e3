// SPDX-License-Identifier: BSD-3-Clause
/* What a program reads from the file: calls that end, processes, the DSP */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "dsp_probe.h"
#include "platform.h"

#define RESTART_MS 20000

union event {
	struct drm_event base;
	struct drm_qda_event_call call;
	struct drm_qda_event_session session;
};

static bool is_readable(int fd, int ms)
{
	struct pollfd poller = { .fd = fd, .events = POLLIN };
	int ret = poll(&poller, 1, ms);

	check(ret >= 0);
	return ret == 1 && poller.revents & POLLIN;
}

/* One event: a buffer that holds no two of them. */
static void next_event(int fd, union event *event)
{
	ssize_t size;

	check(is_readable(fd, RESTART_MS));
	memset(event, 0x5a, sizeof(*event));
	size = read(fd, event, sizeof(*event));
	check(size >= (ssize_t)sizeof(event->base));
	check_equal(event->base.length, size);
}

static void next_call(int fd, union event *event)
{
	next_event(fd, event);
	check_equal(event->base.type, DRM_QDA_EVENT_CALL);
	check_equal(event->base.length, sizeof(event->call));
}

static void next_news(int fd, uint32_t what, struct drm_qda_event_session *news)
{
	union event event;

	next_event(fd, &event);
	check_equal(event.base.type, DRM_QDA_EVENT_SESSION);
	check_equal(event.base.length, sizeof(event.session));
	check_equal(event.session.what, what);
	check_equal(event.session.pad, 0);
	*news = event.session;
}

static void is_silent(int fd)
{
	union event event;

	check(!is_readable(fd, 0));
	check(fcntl(fd, F_SETFL, O_NONBLOCK) == 0);
	check(read(fd, &event, sizeof(event)) == -1);
	check_equal(errno, EAGAIN);
	check(fcntl(fd, F_SETFL, 0) == 0);
}

static int send_with_event(int fd, struct call *call, uint64_t user_data)
{
	call->invoke.flags = DRM_QDA_INVOKE_NOWAIT | DRM_QDA_INVOKE_EVENT;
	call->invoke.deadline_ns = 0;
	call->invoke.user_data = user_data;
	return call_send(fd, call);
}

static uint64_t submit(int fd, struct call *call, uint64_t user_data)
{
	check_ok(send_with_event(fd, call, user_data));
	check(call->invoke.call != 0);
	return call->invoke.call;
}

/* As probe_open(), in a session that is told of its process and the DSP. */
static void watcher_open(struct probe *probe)
{
	int fd = node_open_within(RESTART_MS);

	check(fd >= 0);
	probe_open_in(probe, fd, DRM_QDA_SESSION_EVENTS);
}

static void end_of_a_call(void)
{
	struct probe probe;
	union event event;
	struct call call;
	uint64_t number;

	probe_open(&probe);
	is_silent(probe.fd);
	probe_return_call(&probe, &call, 0, 42);
	number = submit(probe.fd, &call, 0x123456789abcdef0);
	next_call(probe.fd, &event);
	check_equal(event.call.call, number);
	check_equal(event.call.user_data, 0x123456789abcdef0);
	check_equal(event.call.error, 0);
	check_equal(event.call.result, 42);
	is_silent(probe.fd);
	check_equal(session_query(probe.fd).calls, 0);
	probe_close(&probe);
}

static void negative_result(void)
{
	struct probe probe;
	union event event;
	struct call call;

	probe_open(&probe);
	probe_return_call(&probe, &call, 0, INT32_MIN);
	submit(probe.fd, &call, 0);
	next_call(probe.fd, &event);
	check_equal(event.call.error, 0);
	check_equal(event.call.result, INT32_MIN);
	probe_close(&probe);
}

/* Neither while it is in flight nor after its end. */
static void nobody_can_wait_for_it(void)
{
	struct drm_qda_remote_call end;
	struct probe probe;
	union event event;
	struct call call, again;
	uint64_t number;

	probe_open(&probe);
	probe_sleep_call(&probe, &call, 0, 300);
	number = submit(probe.fd, &call, 1);
	check_equal(session_query(probe.fd).calls, 1);
	check_errno(call_collect(probe.fd, number, deadline_in(0), &end),
		    -ENOENT);
	call_init(&again, 0, 0);
	again.invoke.call = number;
	check_errno(call_send(probe.fd, &again), -ENOENT);
	next_call(probe.fd, &event);
	check_equal(event.call.call, number);
	check_errno(call_collect(probe.fd, number, deadline_in(0), &end),
		    -ENOENT);
	probe_close(&probe);
}

/* Each call has its event, with the program's own word in it. */
static void many_calls(void)
{
	bool seen[PROBE_SLOTS] = { false };
	struct probe probe;
	union event event;
	struct call call;
	unsigned int i;

	probe_open(&probe);
	for (i = 0; i < PROBE_SLOTS; i++) {
		probe_return_call(&probe, &call, i, (int32_t)i);
		submit(probe.fd, &call, i);
	}
	for (i = 0; i < PROBE_SLOTS; i++) {
		next_call(probe.fd, &event);
		check(event.call.user_data < PROBE_SLOTS);
		check(!seen[event.call.user_data]);
		seen[event.call.user_data] = true;
		check_equal(event.call.result, event.call.user_data);
	}
	is_silent(probe.fd);
	probe_close(&probe);
}

static void several_events_in_one_read(void)
{
	struct drm_qda_event_call events[4];
	struct probe probe;
	struct call call;
	unsigned int i;

	probe_open(&probe);
	for (i = 0; i < 4; i++) {
		probe_return_call(&probe, &call, i, 0);
		submit(probe.fd, &call, i);
	}
	while (session_query(probe.fd).calls > 0)
		sleep_ms(1);
	check_equal(read(probe.fd, events, sizeof(events)), sizeof(events));
	is_silent(probe.fd);
	probe_close(&probe);
}

/* An event that does not fit, or cannot be copied, stays. */
static void short_buffer(void)
{
	void *unmapped = mmap(NULL, 4096, PROT_NONE,
			      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	struct probe probe;
	union event event;
	struct call call;

	probe_open(&probe);
	probe_return_call(&probe, &call, 0, 3);
	submit(probe.fd, &call, 9);
	check(is_readable(probe.fd, 10000));
	check(unmapped != MAP_FAILED);
	check_equal(read(probe.fd, &event, sizeof(event.call) - 1), 0);
	check(read(probe.fd, unmapped, sizeof(event)) == -1);
	check_equal(errno, EFAULT);
	check(munmap(unmapped, 4096) == 0);
	next_call(probe.fd, &event);
	check_equal(event.call.user_data, 9);
	probe_close(&probe);
}

/*
 * Events that are not read take up room: when there is none, a call is refused,
 * and nothing is lost.
 */
static void unread_events(void)
{
	struct probe probe;
	union event event;
	struct call call;
	uint64_t sent = 0, i;
	int ret;

	probe_open(&probe);
	do {
		probe_return_call(&probe, &call, sent % PROBE_SLOTS, 0);
		ret = send_with_event(probe.fd, &call, sent);
	} while (!ret && ++sent < 100000);
	check_errno(ret, -ENOSPC);
	check_equal(call.invoke.call, 0);
	check(sent >= device_query(probe.fd).calls);
	/* A call without an event does not need the room. */
	while (session_query(probe.fd).calls > 0)
		sleep_ms(1);
	call.invoke.flags = 0;
	call.invoke.user_data = 0;
	call.invoke.deadline_ns = deadline_in(10000);
	check_ok(call_run(probe.fd, &call));
	for (i = 0; i < sent; i++)
		next_call(probe.fd, &event);
	is_silent(probe.fd);
	probe_return_call(&probe, &call, 0, 0);
	submit(probe.fd, &call, 0);
	next_call(probe.fd, &event);
	probe_close(&probe);
}

/* A call that was refused leaves no event, and takes no room. */
static void refused_calls(void)
{
	struct probe probe;
	struct call call;
	unsigned int i;

	probe_open(&probe);
	for (i = 0; i < 20000; i++) {
		probe_return_call(&probe, &call, 0, 0);
		call.args[0].handle = 4711;
		check_errno(send_with_event(probe.fd, &call, i), -ENOENT);
	}
	is_silent(probe.fd);
	probe_return_call(&probe, &call, 0, 0);
	submit(probe.fd, &call, 0);
	check(is_readable(probe.fd, 10000));
	probe_close(&probe);
}

static void file_closed_before_the_end(void)
{
	struct probe probe;
	struct call call;
	unsigned int i;

	for (i = 0; i < 3; i++) {
		watcher_open(&probe);
		probe_return_call(&probe, &call, 1, 0);
		submit(probe.fd, &call, 1);
		check(is_readable(probe.fd, 10000));
		probe_sleep_call(&probe, &call, 0, 200);
		submit(probe.fd, &call, 2);
		probe_abandon(&probe);
	}
	sleep_ms(400);
}

static void process_dies(enum probe_crash crash, uint32_t reason)
{
	struct drm_qda_event_session news;
	bool told = false, ended = false;
	struct probe probe;
	union event event;
	struct call call;

	watcher_open(&probe);
	probe_crash_call(&probe, &call, crash);
	submit(probe.fd, &call, 77);
	while (!told || !ended) {
		next_event(probe.fd, &event);
		if (event.base.type == DRM_QDA_EVENT_CALL) {
			check(!ended);
			check_equal(event.call.user_data, 77);
			check_equal(event.call.error, ECONNRESET);
			check_equal(event.call.result, 0);
			ended = true;
			continue;
		}
		check(!told);
		news = event.session;
		check_equal(news.what, DRM_QDA_EVENT_PROCESS_DIED);
		check_equal(news.reason, reason);
		check_equal(news.device, 0);
		told = true;
	}
	is_silent(probe.fd);
	probe_return_call(&probe, &call, 0, 0);
	check_errno(send_with_event(probe.fd, &call, 1), -ECONNRESET);
	is_silent(probe.fd);
	probe_abandon(&probe);
}

static void process_makes_a_mistake(void)
{
	process_dies(PROBE_CRASH_NULL, DRM_QDA_REASON_EXCEPTION);
}

static void process_exits(void)
{
	process_dies(PROBE_CRASH_EXIT, DRM_QDA_REASON_EXIT);
}

static void process_is_killed(void)
{
	process_dies(PROBE_CRASH_KILL, DRM_QDA_REASON_KILLED);
}

static void who_did_not_ask_is_not_told(void)
{
	struct probe probe;
	struct call call;

	probe_open(&probe);
	probe_crash_call(&probe, &call, PROBE_CRASH_ABORT);
	check_errno(call_run(probe.fd, &call), -ECONNRESET);
	is_silent(probe.fd);
	probe_abandon(&probe);
}

static void asked_twice(void)
{
	struct drm_qda_event_session news;
	struct probe probe;
	struct call call;

	watcher_open(&probe);
	check_errno(process_create_flags(probe.fd, DRM_QDA_SESSION_EVENTS),
		    -EEXIST);
	check_errno(process_create_flags(probe.fd, 0), -EEXIST);
	probe_crash_call(&probe, &call, PROBE_CRASH_NULL);
	check_errno(call_run(probe.fd, &call), -ECONNRESET);
	next_news(probe.fd, DRM_QDA_EVENT_PROCESS_DIED, &news);
	probe_abandon(&probe);
}

/* The first one has events or it has not. */
static void asked_too_late(void)
{
	struct probe probe;
	struct call call;

	probe_open(&probe);
	check_errno(process_create_flags(probe.fd, DRM_QDA_SESSION_EVENTS),
		    -EEXIST);
	probe_crash_call(&probe, &call, PROBE_CRASH_NULL);
	check_errno(call_run(probe.fd, &call), -ECONNRESET);
	is_silent(probe.fd);
	probe_abandon(&probe);
}

static int open_number(uint32_t number)
{
	char path[64];

	snprintf(path, sizeof(path), "/dev/accel/accel%u", number);
	return open(path, O_RDWR | O_CLOEXEC);
}

/* The DSP goes and comes: calls end first, and the new node can be opened. */
static void dsp_goes_and_comes(void)
{
	struct drm_qda_event_session news;
	struct probe probe;
	union event event;
	struct call call;
	int fd;

	watcher_open(&probe);
	probe_sleep_call(&probe, &call, 0, 300);
	submit(probe.fd, &call, 5);
	check_ok(driver_unbind());
	next_call(probe.fd, &event);
	check_equal(event.call.user_data, 5);
	check_equal(event.call.error, EPIPE);
	next_news(probe.fd, DRM_QDA_EVENT_DSP_DOWN, &news);
	check_equal(news.reason, 0);
	check_equal(news.device, 0);
	next_news(probe.fd, DRM_QDA_EVENT_DSP_UP, &news);
	fd = open_number(news.device);
	check(fd >= 0);
	check_ok(process_create(fd));
	check_equal(session_query(fd).state, DRM_QDA_SESSION_STATE_RUNNING);
	is_silent(probe.fd);
	close(fd);
	probe_abandon(&probe);
}

/* A file is told once, however often the DSP restarts, and of the first time. */
static void dsp_restarts_again(void)
{
	struct drm_qda_event_session news;
	struct probe probe;
	unsigned int i;
	int old[3], fd;

	for (i = 0; i < 3; i++) {
		old[i] = node_open_within(RESTART_MS);
		check_ok(process_create_flags(old[i], DRM_QDA_SESSION_EVENTS));
		check_ok(driver_unbind());
		fd = node_open_within(RESTART_MS);
		check(fd >= 0);
		close(fd);
	}
	for (i = 0; i < 3; i++) {
		next_news(old[i], DRM_QDA_EVENT_DSP_DOWN, &news);
		next_news(old[i], DRM_QDA_EVENT_DSP_UP, &news);
		is_silent(old[i]);
		close(old[i]);
	}
	watcher_open(&probe);
	probe_abandon(&probe);
}

/* Those who wait for the DSP may go before it is back. */
static void closed_while_the_dsp_is_gone(void)
{
	int fds[3], fd;
	unsigned int i;

	for (i = 0; i < 3; i++) {
		fds[i] = node_open_within(RESTART_MS);
		check_ok(process_create_flags(fds[i], DRM_QDA_SESSION_EVENTS));
	}
	check_ok(driver_unbind());
	for (i = 0; i < 3; i++)
		close(fds[i]);
	fd = node_open_within(RESTART_MS);
	check(fd >= 0);
	close(fd);
}

static const struct subtest tests[] = {
	SUBTEST(end_of_a_call),
	SUBTEST(negative_result),
	SUBTEST(nobody_can_wait_for_it),
	LONG(many_calls),
	SUBTEST(several_events_in_one_read),
	SUBTEST(short_buffer),
	LONG(unread_events),
	LONG(refused_calls),
	SUBTEST(file_closed_before_the_end),
	SUBTEST(process_makes_a_mistake),
	SUBTEST(process_exits),
	SUBTEST(process_is_killed),
	SUBTEST(who_did_not_ask_is_not_told),
	SUBTEST(asked_twice),
	SUBTEST(asked_too_late),
	LONG(dsp_goes_and_comes),
	LONG(dsp_restarts_again),
	LONG(closed_while_the_dsp_is_gone),
};

int main(int argc, char **argv)
{
	return harness_main(argc, argv, tests, ARRAY_SIZE(tests));
}
