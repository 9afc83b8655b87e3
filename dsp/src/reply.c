// SPDX-License-Identifier: BSD-3-Clause
/* Replies on the channel, and everything the fault plan does to them. */
#include <string.h>

#include "log.h"
#include "subsystem.h"
#include "wire_log.h"

#define DELAY_MS       200
#define EARLY_MS       50
#define REORDER_MS     1000
#define KERNEL_LATE_MS 11000 /* hosts wait 10 s for their own calls */

struct reply_v1 {
	uint64_t ctx;
	int32_t status;
	uint32_t pad;
};

struct reply_v2 {
	uint64_t ctx;
	int32_t status;
	uint32_t flags;
	uint32_t early_wake_us;
	uint32_t version;
};

struct status_message {
	uint64_t ctx;
	uint32_t type;
	int32_t client;
	uint32_t status;
	uint32_t pad;
};

#define V2_FLAG_NORMAL 0u
#define V2_FLAG_EARLY  1u
#define V2_VERSION     2u
#define STATUS_TYPE    4u

static void note_lost(int ret)
{
	if (ret)
		log_line("a reply is lost: %d packets wait for Linux",
			 GLINK_QUEUE_LENGTH);
}

static void send_now(struct subsystem *s, enum glink_channel_id channel,
		     const void *data, size_t size)
{
	note_lost(glink_send(&s->glink, channel, data, size));
}

static void send_later(struct subsystem *s, enum glink_channel_id channel,
		       uint64_t due_ms, int32_t client, const void *data,
		       size_t size)
{
	struct later_packet *p;

	if (s->later_used == PACKETS_LATER) {
		send_now(s, channel, data, size);
		return;
	}
	p = &s->later[s->later_used++];
	p->due_ms = due_ms;
	p->channel = channel;
	p->client = client;
	p->size = size;
	memcpy(p->data, data, size);
}

static void remove_later(struct subsystem *s, unsigned int i)
{
	s->later_used--;
	memmove(&s->later[i], &s->later[i + 1],
		(s->later_used - i) * sizeof(s->later[0]));
}

static void flush_later(struct subsystem *s, unsigned int i)
{
	struct later_packet p = s->later[i];

	remove_later(s, i);
	send_now(s, p.channel, p.data, p.size);
}

int reply_later(struct subsystem *s)
{
	uint64_t now, next = UINT64_MAX;
	unsigned int i = 0;

	if (!s->later_used)
		return -1;
	now = now_ms();
	while (i < s->later_used) {
		if (s->later[i].due_ms && s->later[i].due_ms <= now) {
			flush_later(s, i);
			continue;
		}
		if (s->later[i].due_ms && s->later[i].due_ms < next)
			next = s->later[i].due_ms;
		i++;
	}
	return next == UINT64_MAX ? -1 : (int)(next - now);
}

void reply_forget(struct subsystem *s, enum glink_channel_id channel)
{
	unsigned int i = 0;

	while (i < s->later_used) {
		if (s->later[i].channel == channel)
			remove_later(s, i);
		else
			i++;
	}
}

void reply_released(struct subsystem *s, enum glink_channel_id channel,
		    int32_t client)
{
	unsigned int i = 0;

	while (i < s->later_used) {
		if (!s->later[i].due_ms && s->later[i].channel == channel &&
		    s->later[i].client == client)
			flush_later(s, i);
		else
			i++;
	}
}

/* Ends of processes that never were, and an end that is none. */
static void send_strays(struct subsystem *s, enum glink_channel_id channel)
{
	static const struct status_message strays[] = {
		{ FASTRPC_STATUS_CTX, STATUS_TYPE, 0, PD_STATUS_EXIT, 0 },
		{ FASTRPC_STATUS_CTX, STATUS_TYPE, -1, PD_STATUS_EXIT, 0 },
		{ FASTRPC_STATUS_CTX, STATUS_TYPE, 0x10001, PD_STATUS_EXIT, 0 },
		{ FASTRPC_STATUS_CTX, STATUS_TYPE + 1, 1, PD_STATUS_EXIT, 0 },
		{ FASTRPC_STATUS_CTX, STATUS_TYPE, 1, 99, 0 },
	};
	unsigned int i;

	for (i = 0; i < sizeof(strays) / sizeof(strays[0]); i++)
		send_now(s, channel, &strays[i], sizeof(strays[i]));
}

/*
 * A packet that precedes the reply and must not be taken for it: its status is
 * wrong, so a host that does is found out.
 */
static void send_decoy(struct subsystem *s, enum glink_channel_id channel,
		       enum fault_mode mode, const struct reply_v1 *r)
{
	struct reply_v1 decoy = { .ctx = r->ctx, .status = ~r->status };
	struct reply_v2 early = {
		.ctx = r->ctx,
		.status = ~r->status,
		.flags = V2_FLAG_EARLY,
		.version = V2_VERSION,
	};
	uint64_t signal = 1ull << 32;

	switch (mode) {
	case FAULT_UNKNOWN_CTX:
		decoy.ctx ^= 0xffc0ull | 0xffff00000000ull;
		send_now(s, channel, &decoy, sizeof(decoy));
		break;
	case FAULT_STALE_SEQ:
		/* bits 63:32 are of the sequence, whatever the host's layout */
		decoy.ctx -= 1ull << 32;
		send_now(s, channel, &decoy, sizeof(decoy));
		break;
	case FAULT_SHORT_PACKET:
		send_now(s, channel, &decoy, 12);
		break;
	case FAULT_STRAY_SIGNAL:
		send_now(s, channel, &signal, sizeof(signal));
		break;
	case FAULT_STRAY_STATUS:
		send_strays(s, channel);
		break;
	case FAULT_EARLY_RESPONSE:
		send_now(s, channel, &early, sizeof(early));
		break;
	default:
		break;
	}
}

/* The second of two goes out first. */
static void send_reordered(struct subsystem *s, enum glink_channel_id channel,
			   const struct reply_v1 *r)
{
	if (!s->later_used) {
		send_later(s, channel, now_ms() + REORDER_MS, 0, r, sizeof(*r));
		return;
	}
	send_now(s, channel, r, sizeof(*r));
	flush_later(s, 0);
}

static void send_faulty(struct subsystem *s, enum glink_channel_id channel,
			enum fault_mode mode, const struct fastrpc_message *m,
			struct reply_v1 *r)
{
	struct reply_v2 final = {
		.ctx = r->ctx,
		.status = r->status,
		.flags = V2_FLAG_NORMAL,
		.version = V2_VERSION,
	};

	switch (mode) {
	case FAULT_DROP:
	case FAULT_NEVER_REPLY:
		return;
	case FAULT_BAD_INDEX:
		glink_corrupt_index(&s->glink);
		return;
	case FAULT_DELAY:
		send_later(s, channel, now_ms() + DELAY_MS, 0, r, sizeof(*r));
		return;
	case FAULT_LATE:
		send_later(s, channel, 0, m->client_id, r, sizeof(*r));
		return;
	case FAULT_REORDER:
		send_reordered(s, channel, r);
		return;
	case FAULT_EARLY_RESPONSE:
		send_decoy(s, channel, mode, r);
		send_later(s, channel, now_ms() + EARLY_MS, 0, &final,
			   sizeof(final));
		return;
	case FAULT_CORRUPT:
		r->status = ~r->status;
		break;
	case FAULT_DUPLICATE:
		send_now(s, channel, r, sizeof(*r));
		break;
	default:
		send_decoy(s, channel, mode, r);
		break;
	}
	send_now(s, channel, r, sizeof(*r));
}

void reply_send(struct subsystem *s, enum glink_channel_id channel,
		uint32_t number, const struct fastrpc_message *m,
		enum fault_mode fault, int32_t status)
{
	struct reply_v1 r = { .ctx = m->ctx, .status = status };

	wire_log_reply(number, m->ctx, status);
	wire_log_flush();
	if (s->dsp->options.fault.mode == FAULT_FUZZ)
		fuzz_packets(s, channel, &r, sizeof(r));
	if (fault != FAULT_NONE)
		send_faulty(s, channel, fault, m, &r);
	else
		send_now(s, channel, &r, sizeof(r));
}

void reply_send_quietly(struct subsystem *s, enum glink_channel_id channel,
			uint32_t number, const struct fastrpc_message *m)
{
	const struct reply_v1 r = { .ctx = m->ctx };

	wire_log_reply(number, m->ctx, 0);
	wire_log_flush();
	note_lost(glink_send_quietly(&s->glink, channel, &r, sizeof(r)));
}

void reply_send_late(struct subsystem *s, enum glink_channel_id channel,
		     uint32_t number, const struct fastrpc_message *m,
		     int32_t status)
{
	const struct reply_v1 r = { .ctx = m->ctx, .status = status };

	wire_log_reply(number, m->ctx, status);
	wire_log_flush();
	send_later(s, channel, now_ms() + KERNEL_LATE_MS, 0, &r, sizeof(r));
}

void reply_status(struct subsystem *s, enum glink_channel_id channel,
		  int32_t client, enum pd_status status)
{
	const struct status_message m = {
		.ctx = FASTRPC_STATUS_CTX,
		.type = STATUS_TYPE,
		.client = client,
		.status = status,
	};

	wire_log_status(client, status);
	wire_log_flush();
	send_now(s, channel, &m, sizeof(m));
}
