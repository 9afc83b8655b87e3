// SPDX-License-Identifier: BSD-3-Clause
#include "pd.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "log.h"
#include "subsystem.h"

#define REPLIES_BATCH 64
#define OUTPUT_BATCH  16 /* lines of a skel that prints without end */

uint32_t pd_stream(const struct dsp *dsp, uint32_t sid)
{
	if (!sid)
		return SMMU_STREAM_BYPASS;
	/* Out of the table for a wild SID: refused by the walk. */
	if (sid >= QDA_SIM_STREAMS)
		return QDA_SIM_STREAMS;
	return sid + dsp->options.stream_base;
}

struct pd *pd_find(struct subsystem *s, enum glink_channel_id channel,
		   int32_t client)
{
	unsigned int i;

	for (i = 0; i < s->used_count; i++) {
		if (s->used[i]->channel == channel &&
		    s->used[i]->client == client)
			return s->used[i];
	}
	return NULL;
}

static struct pd *find_free(struct subsystem *s)
{
	struct pd *pd;

	for (pd = s->pd; pd < s->pd + DSP_PDS_MAX; pd++) {
		if (!pd->used)
			return pd;
	}
	return NULL;
}

static void child(struct subsystem *s, struct pd *pd, int socket, int output,
		  pid_t parent)
{
	const struct pd_config config = {
		.dsp = s->dsp,
		.slot = pd->slot,
		.service = pd->service,
		.rings = pd->rings,
		.client = pd->client,
		.stream = pd->stream,
		.socket = socket,
		.output = output,
		.parent = parent,
	};

	pd_main(&config);
}

static int start_process(struct subsystem *s, struct pd *pd)
{
	pid_t parent = getpid();
	int sockets[2], pipes[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sockets))
		return -errno;
	if (pipe2(pipes, O_CLOEXEC)) {
		close(sockets[0]);
		close(sockets[1]);
		return -errno;
	}
	fcntl(pipes[0], F_SETFL, O_NONBLOCK);
	pd->pid = fork();
	if (!pd->pid)
		child(s, pd, sockets[1], pipes[1], parent);
	close(sockets[1]);
	close(pipes[1]);
	pd->socket = sockets[0];
	pd->output = pipes[0];
	if (pd->pid < 0) {
		close(pd->socket);
		close(pd->output);
		return -EAGAIN;
	}
	__atomic_store_n(&pd->slot->pid, pd->pid, __ATOMIC_RELEASE);
	return 0;
}

int32_t pd_create(struct subsystem *s, enum glink_channel_id channel,
		  int32_t client, enum fastrpc_pd_type type, uint32_t sid,
		  enum dsp_service service)
{
	struct pd *pd = find_free(s);
	int ret;

	if (!pd) {
		log_line("no room for a process: %d are alive", DSP_PDS_MAX);
		return DSP_STATUS(AEE_ENOMEMORY);
	}
	memset(pd, 0, sizeof(*pd));
	pd->channel = channel;
	pd->client = client;
	pd->type = type;
	pd->service = service;
	pd->sid = sid;
	pd->stream = pd_stream(s->dsp, sid);
	pd->slot = &s->dsp->shared->slots[pd - s->pd];
	pd->waiting_end = &pd->waiting;
	pd->rings = &s->dsp->shared->rings[pd - s->pd];
	pd_ring_reset(&pd->rings->jobs);
	pd_ring_reset(&pd->rings->replies);
	memset(pd->slot, 0, sizeof(*pd->slot));
	pd->slot->stream = pd->stream;
	ret = start_process(s, pd);
	if (ret) {
		log_line("no process: %s", strerror(-ret));
		return DSP_STATUS(AEE_ENOMEMORY);
	}
	pd->used = true;
	s->used[s->used_count++] = pd;
	s->processes++;
	return 0;
}

/* ---- jobs and replies ---- */

static size_t job_size(const struct pd_job *job)
{
	return offsetof(struct pd_job, arg) + job->count * sizeof(job->arg[0]);
}

static bool send_job(struct pd *pd, const struct pd_job *job)
{
	if (!pd_ring_put(&pd->rings->jobs, &pd->jobs_head, job, job_size(job)))
		return false;
	pd_ring_wake(&pd->rings->jobs);
	return true;
}

/* A job that cannot be sent because the process ended is answered by reap. */
void pd_submit(struct pd *pd, const struct pd_job *job)
{
	struct pd_waiting_job *w;

	if (!pd->waiting && send_job(pd, job))
		return;
	w = malloc(offsetof(struct pd_waiting_job, job) + job_size(job));
	if (!w)
		abort(); /* the supervisor starts anew */
	w->next = NULL;
	memcpy(&w->job, job, job_size(job));
	*pd->waiting_end = w;
	pd->waiting_end = &w->next;
}

static void send_waiting(struct pd *pd)
{
	struct pd_waiting_job *w;

	while ((w = pd->waiting) && send_job(pd, &w->job)) {
		pd->waiting = w->next;
		if (!pd->waiting)
			pd->waiting_end = &pd->waiting;
		free(w);
	}
}

static void take_replies(struct subsystem *s, struct pd *pd)
{
	struct pd_reply reply;
	unsigned int i;
	int ret;

	for (i = 0; i < REPLIES_BATCH; i++) {
		ret = pd_ring_get(&pd->rings->replies, &pd->replies_tail,
				  &reply, sizeof(reply));
		if (ret && ret != sizeof(reply)) {
			log_line("pd %d spoils its replies", pd->client);
			kill(pd->pid, SIGKILL);
			pd->replies_tail = __atomic_load_n(
				&pd->rings->replies.head, __ATOMIC_RELAXED);
		}
		if (ret != sizeof(reply))
			return;
		if (pd->channel == GLINK_ECHO)
			echo_finish(s, &reply);
		else
			fastrpc_finish(s, pd, &reply);
	}
}

bool pd_has_jobs(const struct pd *pd)
{
	return !pd_ring_is_empty(&pd->rings->jobs, pd->jobs_head);
}

bool pd_has_replies(const struct pd *pd)
{
	return pd_ring_has(&pd->rings->replies, pd->replies_tail);
}

bool pd_expect(struct pd *pd)
{
	return pd_ring_expect(&pd->rings->replies, pd->replies_tail);
}

/* The bytes by which a process has woken the subsystem. */
static bool drain(struct pd *pd)
{
	uint8_t bytes[64];

	return recv(pd->socket, bytes, sizeof(bytes), MSG_DONTWAIT) > 0;
}

static void put_output_line(struct pd *pd)
{
	if (pd->line_used)
		log_pd(pd->client, "output", "%.*s", (int)pd->line_used,
		       pd->line);
	pd->line_used = 0;
}

static void take_output(struct pd *pd, unsigned int batches)
{
	char data[256];
	ssize_t i, n;

	while (batches--) {
		n = read(pd->output, data, sizeof(data));
		if (!n) { /* the process closed it */
			close(pd->output);
			pd->output = -1;
		}
		if (n <= 0)
			return;
		for (i = 0; i < n; i++) {
			if (data[i] == '\n' ||
			    pd->line_used == sizeof(pd->line))
				put_output_line(pd);
			if (data[i] != '\n')
				pd->line[pd->line_used++] = data[i];
		}
	}
}

void pd_serve(struct subsystem *s, struct pd *pd, short events,
	      short output_events)
{
	if (output_events)
		take_output(pd, OUTPUT_BATCH);
	/* Without its socket it is of no use; reaping reports it. */
	if (events && !((events & POLLIN) && drain(pd)))
		kill(pd->pid, SIGKILL);
	take_replies(s, pd);
	if (pd->waiting)
		send_waiting(pd);
}

/* ---- the end ---- */

static void drop_waiting(struct pd *pd)
{
	struct pd_waiting_job *w;

	while ((w = pd->waiting)) {
		pd->waiting = w->next;
		free(w);
	}
	pd->waiting_end = &pd->waiting;
}

/* Who asks it from now on asks another, or nobody. */
static void forget_server(struct subsystem *s, const struct pd *pd)
{
	uint32_t pid = (uint32_t)pd->pid;

	if (pd->service < DSP_SERVICES)
		__atomic_compare_exchange_n(
			&s->dsp->shared->server[pd->service], &pid, 0, false,
			__ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE);
}

/* The process is a zombie or gone: it reaches no memory. */
static void forget_process(struct subsystem *s, struct pd *pd)
{
	forget_server(s, pd);
	__atomic_store_n(&pd->slot->pid, 0, __ATOMIC_RELEASE);
	waitpid(pd->pid, NULL, 0);
	pd->pid = 0;
	close(pd->socket);
	if (pd->output >= 0)
		close(pd->output);
	pd->socket = -1;
	pd->output = -1;
	drop_waiting(pd);
}

static void give_back(struct subsystem *s, struct pd *pd)
{
	unsigned int i = 0;

	while (s->used[i] != pd)
		i++;
	s->used[i] = s->used[--s->used_count];
	pd->used = false;
}

void pd_end(struct subsystem *s, struct pd *pd)
{
	if (!pd->dead) {
		kill(pd->pid, SIGKILL);
		waitid(P_PID, pd->pid, NULL, WEXITED | WNOWAIT);
		take_output(pd, OUTPUT_BATCH);
		put_output_line(pd);
		forget_process(s, pd);
	}
	fastrpc_abort_calls(s, pd, DSP_STATUS(AEE_EBADSTATE));
	give_back(s, pd);
}

static void report_fault(struct subsystem *s, const struct pd *pd,
			 const struct pd_fault *f)
{
	struct smmu_fault fault = {
		.reason = f->reason,
		.stream = pd->stream,
		.iova = f->address,
		.write = f->write,
	};
	char module[sizeof(f->module) + 1];

	snprintf(module, sizeof(module), "%.*s", (int)sizeof(f->module),
		 f->module);
	if (f->in_region)
		log_pd(pd->client, "fault",
		       "%s of 0x%" PRIx64 " at %s+0x%" PRIx64 ": %s",
		       f->write ? "write" : "read", f->address, module, f->pc,
		       smmu_result_text(f->reason));
	else
		log_pd(pd->client, "fault",
		       "signal %u (%s), address 0x%" PRIx64
		       ", at %s+0x%" PRIx64,
		       f->signal, strsignal(f->signal), f->address, module,
		       f->pc);
	if (f->in_region)
		fastrpc_report_fault(s, &fault);
}

static enum pd_status status_of_end(int code, int status)
{
	if (code == CLD_EXITED)
		return PD_STATUS_EXIT;
	return status == SIGKILL ? PD_STATUS_KILLED : PD_STATUS_EXCEPTION;
}

static void process_ended(struct subsystem *s, struct pd *pd, int code,
			  int status)
{
	struct pd_fault fault = pd->slot->fault;

	while (pd_has_replies(pd))
		take_replies(s, pd);
	take_output(pd, OUTPUT_BATCH);
	put_output_line(pd);
	if (fault.valid)
		report_fault(s, pd, &fault);
	log_pd(pd->client, "ended", "%s %d",
	       code == CLD_EXITED ? "exit status" : "signal", status);
	forget_process(s, pd);
	pd->dead = true;
	/* The news first: it tells the host why the calls in flight fail. */
	if (pd->channel != GLINK_ECHO)
		reply_status(s, pd->channel, pd->client,
			     status_of_end(code, status));
	fastrpc_abort_calls(s, pd, DSP_STATUS(AEE_EBADSTATE));
}

void pd_reap(struct subsystem *s)
{
	struct pd *pd;
	siginfo_t info;

	for (pd = s->pd; pd < s->pd + DSP_PDS_MAX; pd++) {
		if (!pd->used || pd->dead)
			continue;
		info.si_pid = 0;
		if (waitid(P_PID, pd->pid, &info,
			   WEXITED | WNOWAIT | WNOHANG) ||
		    !info.si_pid)
			continue;
		process_ended(s, pd, info.si_code, info.si_status);
	}
}

/* ---- mappings ---- */

static struct pd_map *find_tag(struct pd *pd, int32_t tag)
{
	struct pd_map *map;

	for (map = pd->map; map < pd->map + DSP_PD_MAPS; map++) {
		if (map->kind > PD_MAP_PAGES && map->tag == tag)
			return map;
	}
	return NULL;
}

static struct pd_map *free_map(struct pd *pd)
{
	struct pd_map *map;

	for (map = pd->map; map < pd->map + DSP_PD_MAPS; map++) {
		if (!map->kind)
			return map;
	}
	return NULL;
}

static struct pd_tag *tag_of(struct pd *pd, const struct pd_map *map)
{
	return &pd->slot->tags[map - pd->map];
}

static void publish(struct pd *pd, struct pd_map *map)
{
	struct pd_tag *tag = tag_of(pd, map);

	tag->tag = map->tag;
	tag->iova = map->iova;
	tag->size = map->size;
	tag->heap = map->kind == PD_MAP_PAGES;
	__atomic_store_n(&tag->held, 0, __ATOMIC_RELAXED);
	__atomic_store_n(&tag->valid, 1, __ATOMIC_RELEASE);
}

static void unpublish(struct pd *pd, struct pd_map *map)
{
	__atomic_store_n(&tag_of(pd, map)->valid, 0, __ATOMIC_RELEASE);
	map->kind = 0;
}

int32_t pd_map_add(struct pd *pd, enum pd_map_kind kind, int32_t tag,
		   uint64_t iova, uint64_t size, uint64_t *va)
{
	struct pd_map *map = NULL;

	if (kind != PD_MAP_PAGES) {
		map = find_tag(pd, tag);
		if (map && map->kind != PD_MAP_TRANSIENT)
			return DSP_STATUS(AEE_EALREADY);
		/* Calls that use it keep what they were given. */
		if (map)
			unpublish(pd, map);
	}
	map = free_map(pd);
	if (!map)
		return DSP_STATUS(AEE_ENOMEMORY);
	*va = kind == PD_MAP_DELAYED ? 0 : DSP_REGION_BASE + iova;
	*map = (struct pd_map){
		.kind = kind,
		.tag = tag,
		.iova = iova,
		.size = size,
		.va = *va,
	};
	publish(pd, map);
	return 0;
}

int32_t pd_map_remove(struct pd *pd, enum pd_map_kind kind, int32_t tag,
		      uint64_t va, uint64_t size)
{
	struct pd_map *map;

	for (map = pd->map; map < pd->map + DSP_PD_MAPS; map++) {
		if (map->kind != kind || map->va != va || map->size != size ||
		    (kind != PD_MAP_PAGES && map->tag != tag))
			continue;
		if (__atomic_load_n(&tag_of(pd, map)->held, __ATOMIC_ACQUIRE))
			return DSP_STATUS(AEE_EBADSTATE);
		unpublish(pd, map);
		return 0;
	}
	return DSP_STATUS(AEE_ENOSUCHMAP);
}

void pd_map_use(struct pd *pd, const struct fastrpc_arg *arg)
{
	struct pd_map *map = find_tag(pd, arg->tag);

	if (!map) {
		map = free_map(pd);
		if (!map)
			return;
		*map = (struct pd_map){
			.kind = PD_MAP_TRANSIENT,
			.tag = arg->tag,
			.iova = arg->page_iova,
			.size = arg->page_size,
		};
		publish(pd, map);
	}
	if (map->kind == PD_MAP_TRANSIENT)
		map->calls++;
}

bool pd_map_unuse(struct pd *pd, int32_t tag)
{
	struct pd_map *map = find_tag(pd, tag);

	if (!map || map->kind != PD_MAP_TRANSIENT || !map->calls)
		return false;
	if (--map->calls)
		return false;
	if (!pd->dead &&
	    __atomic_load_n(&tag_of(pd, map)->held, __ATOMIC_ACQUIRE))
		return false;
	unpublish(pd, map);
	return true;
}
