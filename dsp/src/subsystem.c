// SPDX-License-Identifier: BSD-3-Clause
#include "subsystem.h"

#include <errno.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "log.h"
#include "pd_relay.h"
#include "wire_log.h"

/*
 * At the memory, before one at the descriptors: for about as long as a host takes
 * to send the next of many messages, or the next call after an answer.
 */
#define LOOKS	   256
#define LOOKS_IDLE 1024
#define ROUNDS_MAX 16 /* with work in memory, until then */

#define PUT_OFF_MAX 16 /* rounds in which the host is not rung */

static void glink_irq(void *data)
{
	struct subsystem *s = data;
	struct virtqueue *vq = &s->dsp->vhost.queue[QDA_SIM_GLINK_IRQ];

	if (virtqueue_raise(vq)) {
		log_violation("virtio: the GLINK irq queue is broken");
		exit(1);
	}
}

static void glink_message(void *data, enum glink_channel_id channel,
			  const void *message, size_t size)
{
	if (channel == GLINK_ECHO)
		echo_receive(data, message, size);
	else
		fastrpc_receive(data, channel, message, size);
}

/* The host's driver went away without a word about its processes. */
static void glink_closed(void *data, enum glink_channel_id channel)
{
	struct subsystem *s = data;
	struct pd *pd;

	for (pd = s->pd; pd < s->pd + DSP_PDS_MAX; pd++) {
		if (!pd->used || pd->channel != channel)
			continue;
		if (channel != GLINK_ECHO)
			log_line("client %d was not released before the "
				 "channel was closed",
				 pd->client);
		pd_end(s, pd);
	}
	reply_forget(s, channel);
	if (channel == GLINK_ECHO)
		echo_forget(s);
	s->audio_heap[channel] = false;
}

static int open_signals(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGHUP);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	sigprocmask(SIG_BLOCK, &set, NULL);
	return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

static struct subsystem *prepare(struct dsp *dsp)
{
	struct subsystem *s = calloc(1, sizeof(*s));
	int ret;

	if (!s)
		return NULL;
	s->dsp = dsp;
	s->bus = (struct smmu_master){
		.mem = &dsp->vhost.memory,
		.smmu = dsp->smmu,
		.busy = &dsp->shared->busy,
	};
	s->glink.edge = dsp->edge;
	s->glink.irq = glink_irq;
	s->glink.receive = glink_message;
	s->glink.closed = glink_closed;
	s->glink.data = s;
	s->glink.coalesce_us = dsp->options.coalesce_us;
	s->glink.channels = dsp->options.bench ? GLINK_CHANNELS : 1;
	s->signal_fd = open_signals();
	ret = wire_log_open(dsp->options.wire_log);
	if (ret)
		log_line("%s: %s", dsp->options.wire_log, strerror(-ret));
	virtqueue_take_over(&dsp->vhost.queue[QDA_SIM_GLINK_IRQ]);
	return s->signal_fd < 0 || pd_relay_open(dsp) ? NULL : s;
}

static void drain(int fd)
{
	uint8_t data[128];

	while (read(fd, data, sizeof(data)) > 0)
		;
}

enum {
	KICK,
	SIGNAL,
	FIXED_POLLS
};

static unsigned int collect(struct subsystem *s, struct pollfd *p)
{
	unsigned int i, n = FIXED_POLLS;

	p[KICK] = (struct pollfd){
		.fd = s->dsp->vhost.queue[QDA_SIM_GLINK_KICK].kick,
		.events = POLLIN,
	};
	p[SIGNAL] = (struct pollfd){ .fd = s->signal_fd, .events = POLLIN };
	for (i = 0; i < s->used_count; i++) {
		struct pd *pd = s->used[i];

		if (pd->dead)
			continue;
		p[n++] = (struct pollfd){ .fd = pd->socket, .events = POLLIN };
		p[n++] = (struct pollfd){ .fd = pd->output, .events = POLLIN };
	}
	return n;
}

/* Nothing here changes which PDs are alive, so the order is that of collect. */
static void serve_pds(struct subsystem *s, const struct pollfd *p)
{
	unsigned int i;

	for (i = 0; i < s->used_count; i++) {
		struct pd *pd = s->used[i];

		if (pd->dead)
			continue;
		if (p[0].revents || p[1].revents || pd_has_replies(pd))
			pd_serve(s, pd, p[0].revents, p[1].revents);
		p += 2;
	}
}

static bool has_work(struct subsystem *s)
{
	unsigned int i;

	if (!glink_is_idle(&s->glink))
		return true;
	for (i = 0; i < s->used_count; i++)
		if (!s->used[i]->dead && pd_has_replies(s->used[i]))
			return true;
	return false;
}

/* Asks all to be woken by them, and looks once more. */
static int sleep_for(struct subsystem *s, int timeout)
{
	unsigned int i;

	timeout = glink_sleep(&s->glink, timeout);
	for (i = 0; i < s->used_count && timeout; i++)
		if (!s->used[i]->dead && !pd_expect(s->used[i]))
			timeout = 0;
	return timeout;
}

static void awake(struct subsystem *s)
{
	unsigned int i;

	glink_wake(&s->glink);
	for (i = 0; i < s->used_count; i++)
		if (!s->used[i]->dead)
			pd_ring_awake(&s->used[i]->rings->replies);
}

/* A process that has the jobs but not the processor. */
static bool jobs_wait(const struct subsystem *s)
{
	unsigned int i;

	for (i = 0; i < s->used_count; i++)
		if (!s->used[i]->dead && pd_has_jobs(s->used[i]))
			return true;
	return false;
}

/* After one message a process gets to work at once, after several more follow. */
static unsigned int looks_now(const struct subsystem *s)
{
	if (jobs_wait(s) && s->messages - s->messages_then <= 1)
		return 1;
	return s->calls.used ? LOOKS : LOOKS_IDLE;
}

static bool look(struct subsystem *s)
{
	unsigned int i, looks = looks_now(s);

	for (i = 0; i < looks && s->rounds < ROUNDS_MAX; i++) {
		if (!has_work(s))
			continue;
		s->rounds++;
		return true;
	}
	s->rounds = 0;
	return false;
}

/*
 * For benchmarks: look for a while before sleeping, because what it takes to
 * wake a process is no part of what is compared. Others may have the processor
 * in between; the DSP's own processes need it.
 */
static int spin(struct subsystem *s, struct pollfd *p, unsigned int n,
		bool *found)
{
	uint64_t end = 0, now;
	int ret;

	do {
		*found = look(s);
		if (*found)
			return 0;
		ret = poll(p, n, 0);
		*found = ret;
		if (ret)
			return ret;
		s->messages_then = s->messages;
		sched_yield();
		now = now_us();
		if (!end)
			end = now + s->dsp->options.spin_us;
	} while (now < end);
	return 0;
}

static int wait_for_work(struct subsystem *s, struct pollfd *p, unsigned int n,
			 int timeout)
{
	bool found = false;
	int ret = 0;

	if (timeout && s->dsp->options.spin_us)
		ret = spin(s, p, n, &found);
	if (found)
		return ret;
	ret = poll(p, n, sleep_for(s, timeout));
	awake(s);
	return ret;
}

/*
 * A host that has just written is not asleep: what it wrote is handled first, so
 * that one doorbell does for the answers to many messages.
 */
static int ring(struct subsystem *s)
{
	if (!glink_is_idle(&s->glink) && s->put_off++ < PUT_OFF_MAX)
		return -1;
	s->put_off = 0;
	return glink_ring(&s->glink);
}

static int sooner(int a, int b)
{
	if (a < 0 || b < 0)
		return a < 0 ? b : a;
	return a < b ? a : b;
}

static void run(struct subsystem *s)
{
	struct pollfd p[FIXED_POLLS + 2 * DSP_PDS_MAX];
	bool more = glink_poll(&s->glink);
	unsigned int n;
	int timeout;

	for (;;) {
		timeout = reply_later(s);
		timeout = sooner(timeout, ring(s));
		n = collect(s, p);
		if (wait_for_work(s, p, n, more ? 0 : timeout) < 0)
			continue;
		serve_pds(s, p + FIXED_POLLS);
		if (p[SIGNAL].revents) {
			drain(s->signal_fd);
			pd_reap(s);
		}
		if (p[KICK].revents)
			drain(p[KICK].fd);
		if (p[KICK].revents || more || !glink_is_idle(&s->glink))
			more = glink_poll(&s->glink);
	}
}

void subsystem_main(struct dsp *dsp)
{
	struct subsystem *s;

	prctl(PR_SET_NAME, "qda-dsp-system");
	s = prepare(dsp);
	if (!s) {
		log_line("the subsystem cannot start");
		exit(1);
	}
	run(s);
	exit(0);
}
