// SPDX-License-Identifier: BSD-3-Clause
/* The FastRPC message loop: check a message, find who runs it, answer. */
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "log.h"
#include "subsystem.h"
#include "wire_log.h"

#define LOG_DATA_MAX 64
#define LOOKED_AT_US 5000 /* hosts look for 10 ms from the sending on */

int32_t fastrpc_refuse(struct request *r, uint32_t aee, const char *format, ...)
{
	char text[FASTRPC_FINDING_SIZE];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	fastrpc_find(&r->findings, "%s", text);
	return DSP_STATUS(aee);
}

/* Writes the findings that were not written yet. */
static void log_findings(struct request *r)
{
	unsigned int i;

	for (i = 0; i < r->findings.count; i++) {
		log_violation("message %u, handle %u method %u: %s", r->number,
			      r->m.handle, REMOTE_SCALARS_METHOD(r->m.sc),
			      r->findings.text[i]);
		wire_log_violation(r->number, r->findings.text[i]);
	}
	r->findings.count = 0;
}

void fastrpc_report_fault(struct subsystem *s, const struct smmu_fault *f)
{
	const struct dsp_fault_report report = {
		.stream = f->stream,
		.write = f->write,
		.iova = f->iova,
	};

	log_line("SMMU fault: stream %u, %s of 0x%" PRIx64 ": %s", f->stream,
		 f->write ? "write" : "read", f->iova,
		 smmu_result_text(f->reason));
	if (f->stream != SMMU_STREAM_BYPASS)
		send(s->dsp->supervisor_fd, &report, sizeof(report),
		     MSG_DONTWAIT | MSG_NOSIGNAL);
}

static int unmapped(struct subsystem *s, struct request *r, const char *what,
		    const struct smmu_fault *f)
{
	fastrpc_report_fault(s, f);
	fastrpc_refuse(r, AEE_EBADPARM, "%s: 0x%" PRIx64 " of stream %u: %s",
		       what, f->iova, f->stream, smmu_result_text(f->reason));
	return -EFAULT;
}

static int access_arg(struct subsystem *s, struct request *r, unsigned int i,
		      void *to, const void *from, size_t size)
{
	const struct fastrpc_arg *a = &r->args.arg[i];
	uint32_t stream = pd_stream(s->dsp, a->sid);
	struct smmu_fault f;
	char what[16];
	int ret;

	if (to)
		ret = smmu_read(&s->bus, stream, a->iova, to, size, &f);
	else
		ret = smmu_write(&s->bus, stream, a->iova, from, size, &f);
	if (!ret)
		return 0;
	snprintf(what, sizeof(what), "arg %u", i);
	return unmapped(s, r, what, &f);
}

int fastrpc_read_arg(struct subsystem *s, struct request *r, unsigned int i,
		     void *to, size_t size)
{
	return access_arg(s, r, i, to, NULL, size);
}

int fastrpc_write_arg(struct subsystem *s, struct request *r, unsigned int i,
		      const void *from, size_t size)
{
	return access_arg(s, r, i, NULL, from, size);
}

/* ---- calls that a PD runs ---- */

static void put_word(struct subsystem *s, const struct call *c, size_t offset,
		     const void *data, size_t size)
{
	struct smmu_fault f;

	if (smmu_write(&s->bus, pd_stream(s->dsp, c->m.sid), c->m.iova + offset,
		       data, size, &f))
		fastrpc_report_fault(s, &f);
}

/* Legacy firmware maps handle arguments by itself and lists them after. */
static void list_handles(struct subsystem *s, struct call *c)
{
	uint64_t list[FASTRPC_FDLIST_LENGTH] = { 0 };
	unsigned int i, n = 0;

	for (i = 0; i < c->handle_count; i++) {
		if (pd_map_unuse(c->pd, c->handles[i]) &&
		    n < FASTRPC_FDLIST_LENGTH)
			list[n++] = (uint32_t)c->handles[i];
	}
	if (n)
		put_word(s, c,
			 FASTRPC_ARG_BYTES * REMOTE_SCALARS_LENGTH(c->m.sc),
			 list, n * sizeof(list[0]));
}

static void scribble(struct subsystem *s, const struct call *c)
{
	uint8_t garbage[FASTRPC_ARG_BYTES * FASTRPC_ARGS_MAX +
			FASTRPC_CRC_OFFSET];
	unsigned int n = REMOTE_SCALARS_LENGTH(c->m.sc);

	memset(garbage, 0xa5, sizeof(garbage));
	put_word(s, c, 0, garbage, FASTRPC_ARG_BYTES * n + FASTRPC_CRC_OFFSET);
}

static bool tell_poll_word(struct subsystem *s, const struct call *c)
{
	const uint32_t done = FASTRPC_POLL_DONE;
	size_t offset = fastrpc_metadata_size(c->m.sc);

	if (!s->dsp->options.poll || c->m.handle <= FASTRPC_HANDLE_STATIC_MAX ||
	    c->m.size < offset + sizeof(done))
		return false;
	put_word(s, c, offset, &done, sizeof(done));
	return true;
}

/* The host has said that it looks at the word, and it does so for a while. */
static bool is_looked_at(const struct subsystem *s, const struct call *c)
{
	return c->m.ctx & FASTRPC_CTX_POLLED &&
	       s->dsp->options.fault.mode == FAULT_NONE &&
	       now_us() - c->since_us < LOOKED_AT_US;
}

static void end_call(struct subsystem *s, struct call *c, int32_t status)
{
	list_handles(s, c);
	if (c->fault == FAULT_SCRIBBLE)
		scribble(s, c);
	calls_remove(s, c);
	if (!status && tell_poll_word(s, c) && is_looked_at(s, c))
		reply_send_quietly(s, c->channel, c->number, &c->m);
	else
		reply_send(s, c->channel, c->number, &c->m, c->fault, status);
}

static void note_bad_arg(struct subsystem *s, const struct call *c,
			 const struct pd_reply *reply)
{
	log_violation("message %u, handle %u method %u: arg %u: 0x%" PRIx64
		      " of stream %u: %s",
		      c->number, c->m.handle, REMOTE_SCALARS_METHOD(c->m.sc),
		      reply->bad_arg - 1, reply->bad_iova,
		      pd_stream(s->dsp, c->m.sid),
		      smmu_result_text(reply->bad_reason));
	wire_log_violation(c->number, "an argument is not mapped");
}

void fastrpc_finish(struct subsystem *s, struct pd *pd,
		    const struct pd_reply *reply)
{
	struct call *c = calls_by_id(s, reply->id);

	/* A PD is not trusted: it may name a call that is not its own. */
	if (!c || c->pd != pd) {
		log_line("pd %d answers a call it does not run", pd->client);
		return;
	}
	if (reply->bad_arg)
		note_bad_arg(s, c, reply);
	else
		end_call(s, c, reply->status);
}

void fastrpc_abort_calls(struct subsystem *s, struct pd *pd, int32_t status)
{
	unsigned int i;

	for (i = 0; i < s->calls.fresh; i++) {
		struct call *c = &s->calls.call[i];

		if (c->used && c->pd == pd)
			end_call(s, c, status);
	}
}

static void fill_job(struct subsystem *s, const struct call *c,
		     const struct request *r, struct pd_job *job)
{
	unsigned int i;

	job->id = calls_id(s, c);
	job->handle = r->m.handle;
	job->sc = r->m.sc;
	job->flags = 0;
	if (c->fault == FAULT_CRASH_PD)
		job->flags |= PD_JOB_CRASH;
	job->count = r->args.count;
	for (i = 0; i < r->args.count; i++) {
		const struct fastrpc_arg *a = &r->args.arg[i];

		job->arg[i] = (struct pd_job_arg){
			.iova = a->iova,
			.length = a->length,
			.tag = a->tag,
			.offset = a->offset,
		};
	}
}

static void use_handles(struct call *c, const struct request *r)
{
	unsigned int i;

	for (i = 0; i < r->args.count; i++) {
		const struct fastrpc_arg *a = &r->args.arg[i];

		if (a->kind <= FASTRPC_OUT_BUFFER || !a->length)
			continue;
		pd_map_use(c->pd, a);
		c->handles[c->handle_count++] = a->tag;
	}
}

/* Fault modes that act before the reply. */
static bool strike_early(struct subsystem *s, const struct call *c)
{
	if (c->fault == FAULT_HANG) {
		log_line("fault mode: the DSP hangs");
		glink_ring(&s->glink);
		__atomic_store_n(&s->dsp->shared->hung, 1, __ATOMIC_RELAXED);
		for (;;)
			pause();
	}
	return c->fault == FAULT_NEVER_REPLY;
}

/* Return: 0 when the PD will answer, else the status to answer. */
static int32_t start_call(struct subsystem *s, struct pd *pd,
			  const struct request *r)
{
	struct pd_job job;
	struct call *c;

	c = calls_add(s, r->channel, &r->m);
	if (!c)
		return DSP_STATUS(AEE_ENOMEMORY);
	c->number = r->number;
	c->pd = pd;
	c->since_us = r->m.ctx & FASTRPC_CTX_POLLED ? now_us() : 0;
	c->fault = FAULT_NONE;
	if (r->m.handle > FASTRPC_HANDLE_STATIC_MAX)
		c->fault = fault_of(&s->dsp->options.fault,
				    ++s->dsp->shared->user_invokes);
	use_handles(c, r);
	if (strike_early(s, c))
		return 0;
	fill_job(s, c, r, &job);
	pd_submit(pd, &job);
	if (c->fault == FAULT_CRASH_DSP) {
		glink_ring(&s->glink);
		usleep(20000);
		abort();
	}
	return 0;
}

/* ---- messages ---- */

static int read_metadata(struct subsystem *s, struct request *r)
{
	uint8_t data[FASTRPC_METADATA_MAX];
	struct smmu_fault f;

	if (smmu_read(&s->bus, pd_stream(s->dsp, r->m.sid), r->m.iova, data,
		      fastrpc_metadata_size(r->m.sc), &f))
		return unmapped(s, r, "metadata", &f);
	return fastrpc_metadata_parse(&r->m, data, s->dsp->options.sid_position,
				      &r->args, &r->findings);
}

static void log_data(struct subsystem *s, struct request *r)
{
	uint8_t data[LOG_DATA_MAX];
	struct smmu_fault f;
	unsigned int i;

	for (i = 0; i < r->args.count; i++) {
		const struct fastrpc_arg *a = &r->args.arg[i];

		if (a->kind != FASTRPC_IN_BUFFER || !a->length ||
		    a->length > sizeof(data))
			continue;
		if (!smmu_read(&s->bus, pd_stream(s->dsp, a->sid), a->iova,
			       data, a->length, &f))
			wire_log_data(r->number, i, data, a->length);
	}
}

/* What a message of a client needs beyond being well formed. */
static int32_t check_client(struct request *r, const struct pd *pd)
{
	if (!pd)
		return fastrpc_refuse(r, AEE_EBADPID,
				      "client %d has no process",
				      r->m.client_id);
	if (r->m.sid != pd->sid)
		return fastrpc_refuse(r, AEE_EBADPARM,
				      "SID %u, the process has %u", r->m.sid,
				      pd->sid);
	if ((r->m.ctx & FASTRPC_CTX_TYPE_MASK) != pd->type)
		return fastrpc_refuse(r, AEE_EBADPARM,
				      "ctx for PD type %u, the process is %u",
				      (unsigned int)(r->m.ctx &
						     FASTRPC_CTX_TYPE_MASK),
				      pd->type);
	return pd->dead ? DSP_STATUS(AEE_EBADSTATE) : 0;
}

static void answer(struct subsystem *s, struct request *r, int32_t status)
{
	log_findings(r);
	reply_send(s, r->channel, r->number, &r->m, FAULT_NONE, status);
}

static void run_client_call(struct subsystem *s, struct request *r)
{
	struct pd *pd = pd_find(s, r->channel, r->m.client_id);
	int32_t status = check_client(r, pd);

	if (!status)
		status = start_call(s, pd, r);
	if (status)
		answer(s, r, status);
	wire_log_flush();
}

static void run_release(struct subsystem *s, struct request *r)
{
	bool after = s->dsp->options.fault.mode == FAULT_STATUS_AFTER;
	int32_t status = process_group_call(s, r);

	if (r->released && !after)
		reply_status(s, r->channel, r->released, PD_STATUS_EXIT);
	answer(s, r, status);
	if (r->released && after)
		reply_status(s, r->channel, r->released, PD_STATUS_EXIT);
	if (r->released)
		reply_released(s, r->channel, r->released);
}

static bool is_map(uint32_t sc)
{
	switch (REMOTE_SCALARS_METHOD(sc)) {
	case PROCESS_GROUP_MMAP:
	case PROCESS_GROUP_MUNMAP:
	case PROCESS_GROUP_MEM_MAP:
	case PROCESS_GROUP_MEM_UNMAP:
		return true;
	default:
		return false;
	}
}

static void run_process_group(struct subsystem *s, struct request *r)
{
	const struct fault_plan *plan = &s->dsp->options.fault;
	int32_t status;

	if (r->m.sc == REMOTE_SCALARS_MAKE(PROCESS_GROUP_RELEASE, 1, 0)) {
		run_release(s, r);
		return;
	}
	status = process_group_call(s, r);
	if (is_map(r->m.sc) && fault_of(plan, ++s->maps) == FAULT_LATE_MAPS) {
		log_findings(r);
		reply_send_late(s, r->channel, r->number, &r->m, status);
		return;
	}
	answer(s, r, status);
}

static void dispatch(struct subsystem *s, struct request *r)
{
	if (calls_find(s, r->channel, r->m.ctx)) {
		answer(s, r,
		       fastrpc_refuse(r, AEE_EBADCONTEXT,
				      "ctx 0x%" PRIx64 " is in flight",
				      r->m.ctx));
		return;
	}
	switch (r->m.handle) {
	case FASTRPC_HANDLE_PROCESS_GROUP:
		run_process_group(s, r);
		break;
	case FASTRPC_HANDLE_UTILITIES:
		answer(s, r, utilities_call(s, r));
		break;
	default:
		run_client_call(s, r);
	}
}

/* Answer what cannot be handled, as far as it has a context. */
static void refuse_message(struct subsystem *s, struct request *r,
			   const void *data, size_t size)
{
	if (size >= 16)
		memcpy(&r->m.ctx, (const uint8_t *)data + 8, 8);
	log_findings(r);
	if (size >= 16)
		reply_send(s, r->channel, r->number, &r->m, FAULT_NONE,
			   DSP_STATUS(AEE_EBADPARM));
	wire_log_flush();
}

void fastrpc_receive(struct subsystem *s, enum glink_channel_id channel,
		     const void *data, size_t size)
{
	static struct request r;

	memset(&r.m, 0, sizeof(r.m));
	r.findings.count = 0;
	r.args.count = 0;
	r.released = 0;
	r.number = ++s->messages;
	r.channel = channel;
	if (size == FASTRPC_SIGNAL_SIZE) {
		/* dspsignal: nobody waits for one here */
		wire_log_odd_packet(r.number, size);
		wire_log_flush();
		return;
	}
	if (size != FASTRPC_MESSAGE_SIZE)
		wire_log_odd_packet(r.number, size);
	if (fastrpc_message_parse(data, size, s->dsp->options.sid_position,
				  &r.m, &r.findings)) {
		if (size == FASTRPC_MESSAGE_SIZE)
			wire_log_message(r.number, &r.m);
		refuse_message(s, &r, data, size);
		return;
	}
	if (r.m.ctx & FASTRPC_CTX_POLLED && !s->dsp->options.poll)
		fastrpc_find(&r.findings,
			     "ctx 0x%" PRIx64 ": bit 5 is set, "
			     "which was not offered",
			     r.m.ctx);
	wire_log_message(r.number, &r.m);
	if (read_metadata(s, &r)) {
		wire_log_args(r.number, &r.args);
		refuse_message(s, &r, data, size);
		return;
	}
	wire_log_args(r.number, &r.args);
	if (s->dsp->options.log_data)
		log_data(s, &r);
	dispatch(s, &r);
}
