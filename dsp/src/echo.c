// SPDX-License-Identifier: BSD-3-Clause
/*
 * The echo channel: what a message to the DSP and its answer cost when nothing
 * is to be done, for the comparison with FastRPC on the same machine.
 */
#include <string.h>

#include "log.h"
#include "subsystem.h"

#define ECHO_CLIENT 1

static void answer(struct subsystem *s, const struct qda_sim_echo *m,
		   uint32_t value)
{
	const struct qda_sim_echo_reply reply = { .cookie = m->cookie,
						  .value = value };
	uint32_t *word;

	if (!(m->flags & QDA_SIM_ECHO_WORD)) {
		if (glink_send(&s->glink, GLINK_ECHO, &reply, sizeof(reply)))
			log_line("an echo is lost");
		return;
	}
	word = guest_memory_at(&s->dsp->vhost.memory, m->word, sizeof(*word));
	if (word && !(m->word % sizeof(*word)))
		__atomic_store_n(word, value, __ATOMIC_RELEASE);
	else
		log_violation("echo: no word at 0x%llx",
			      (unsigned long long)m->word);
}

/* The way of a call: to a process by its ring, and back. */
static void pass_to_process(struct subsystem *s, const struct qda_sim_echo *m)
{
	struct pd *pd = pd_find(s, GLINK_ECHO, ECHO_CLIENT);
	struct pd_job job; /* large, and sent without arguments */

	job.id = 0;
	job.handle = 0;
	job.sc = m->value;
	job.flags = PD_JOB_ECHO;
	job.count = 0;
	if (!pd && !pd_create(s, GLINK_ECHO, ECHO_CLIENT, FASTRPC_PD_USER, 0,
			      DSP_SERVICE_NONE))
		pd = pd_find(s, GLINK_ECHO, ECHO_CLIENT);
	while (job.id < ECHOES_MAX && s->echo[job.id].used)
		job.id++;
	if (!pd || pd->dead || job.id == ECHOES_MAX) {
		log_line("an echo is lost: no process, or too many wait");
		return;
	}
	s->echo[job.id] = (struct echo_pending){ true, *m };
	pd_submit(pd, &job);
}

void echo_finish(struct subsystem *s, const struct pd_reply *reply)
{
	struct echo_pending *e;

	if (reply->id >= ECHOES_MAX || !s->echo[reply->id].used) {
		log_line("a process answers an echo it was not sent");
		return;
	}
	e = &s->echo[reply->id];
	e->used = false;
	answer(s, &e->message, (uint32_t)reply->status);
}

void echo_forget(struct subsystem *s)
{
	memset(s->echo, 0, sizeof(s->echo));
}

void echo_receive(struct subsystem *s, const void *data, size_t size)
{
	struct qda_sim_echo m;

	if (size != sizeof(m)) {
		log_violation("echo: a message of %zu bytes", size);
		return;
	}
	memcpy(&m, data, sizeof(m));
	if (m.flags & QDA_SIM_ECHO_PROCESS)
		pass_to_process(s, &m);
	else
		answer(s, &m, m.value + 1);
}
