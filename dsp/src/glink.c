// SPDX-License-Identifier: BSD-3-Clause
#include "glink.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "log.h"

#define CHANNEL_NAME   "fastrpcglink-apps-dsp"
#define LOCAL_ID       1u
#define VERSION_1      1u
#define FEATURE_REUSE  1u
#define FIFO	       QDA_SIM_FIFO_SIZE
#define FIFO_RESERVE   16u	/* room for a READ_NOTIF */
#define INTENTS_SMALL  16u	/* promised when the channel opens */
#define INTENT_SIZE    256u
#define COMMANDS_BATCH 4096	/* Linux cannot keep us busy for ever */
#define REOPENS_MAX    64	/* in a row: a driver that fails to probe closes again */

enum command {
	CMD_VERSION = 0,
	CMD_VERSION_ACK = 1,
	CMD_OPEN = 2,
	CMD_CLOSE = 3,
	CMD_OPEN_ACK = 4,
	CMD_INTENT = 5,
	CMD_RX_DONE = 6,
	CMD_RX_INTENT_REQ = 7,
	CMD_RX_INTENT_REQ_ACK = 8,
	CMD_TX_DATA = 9,
	CMD_CLOSE_ACK = 11,
	CMD_TX_DATA_CONT = 12,
	CMD_READ_NOTIF = 13,
	CMD_RX_DONE_W_REUSE = 14,
	CMD_SIGNALS = 15,
};

struct header {
	uint16_t cmd;
	uint16_t param1;
	uint32_t param2;
};

struct data_header {
	struct header h;
	uint32_t chunk;
	uint32_t left;
};

struct intent_pair {
	uint32_t size;
	uint32_t id;
};

/* Linux broke the protocol in a way that leaves no way to go on. */
static void give_up(struct glink *g, const char *why, uint32_t value)
{
	log_violation("GLINK: %s (%u)", why, value);
	g->broken = true;
}

static uint32_t align8(uint32_t n)
{
	return (n + 7) & ~7u;
}

/* ---- DSP to Linux ---- */

static uint32_t free_bytes(const struct glink *g)
{
	uint32_t tail = __atomic_load_n(&g->edge->rx_tail, __ATOMIC_ACQUIRE);
	uint32_t head = g->edge->rx_head;

	if (tail >= FIFO || head >= FIFO)
		return 0;
	return (tail + FIFO - head - 1) % FIFO;
}

static uint32_t room(const struct glink *g)
{
	uint32_t free = free_bytes(g);

	return free > FIFO_RESERVE ? free - FIFO_RESERVE : 0;
}

static void put(struct glink *g, const void *data, uint32_t size)
{
	uint32_t head = g->edge->rx_head;
	uint32_t first = size < FIFO - head ? size : FIFO - head;

	memcpy(g->edge->rx + head, data, first);
	memcpy(g->edge->rx, (const uint8_t *)data + first, size - first);
	__atomic_store_n(&g->edge->rx_head, align8(head + size) % FIFO,
			 __ATOMIC_RELEASE);
}

/*
 * Control commands are answers to what Linux sent, at most a few for each,
 * and Linux reads its FIFO in interrupt context: no room means that Linux
 * stopped reading.
 */
static void put_control(struct glink *g, const void *data, uint32_t size)
{
	if (room(g) < align8(size)) {
		log_line("GLINK: Linux does not read its FIFO");
		g->broken = true;
		return;
	}
	put(g, data, size);
}

static void command(struct glink *g, uint16_t cmd, uint16_t param1,
		    uint32_t param2)
{
	const struct header h = { cmd, param1, param2 };

	put_control(g, &h, sizeof(h));
}

static void promise(struct glink *g, uint32_t count, uint32_t size)
{
	struct {
		struct header h;
		struct intent_pair pair[INTENTS_SMALL];
	} m = { .h = { CMD_INTENT, LOCAL_ID, count } };
	uint32_t i;

	for (i = 0; i < count; i++) {
		g->local[g->intents].size = size;
		m.pair[i] = (struct intent_pair){ size, g->intents };
		g->intents++;
	}
	put_control(g, &m, sizeof(m.h) + count * sizeof(m.pair[0]));
}

static struct glink_remote_intent *find_intent(struct glink *g, size_t size)
{
	struct glink_remote_intent *i, *best = NULL;

	for (i = g->remote; i < g->remote + GLINK_REMOTE_INTENTS; i++) {
		if (i->known && !i->in_use && i->size >= size &&
		    (!best || i->size < best->size))
			best = i;
	}
	return best;
}

static bool has_intent_for(const struct glink *g, size_t size)
{
	const struct glink_remote_intent *i;

	for (i = g->remote; i < g->remote + GLINK_REMOTE_INTENTS; i++) {
		if (i->known && i->size >= size)
			return true;
	}
	return false;
}

/* Linux rings the doorbell when it has read; one such request is enough. */
static void ask_for_room(struct glink *g)
{
	const struct header h = { CMD_READ_NOTIF, 0, 0 };

	if (g->asked_room || free_bytes(g) < sizeof(h))
		return;
	g->asked_room = true;
	put(g, &h, sizeof(h));
	g->irq(g->data);
}

/* Return: true when the packet is on its way. */
static bool send_packet(struct glink *g, const struct glink_packet *p)
{
	struct {
		struct data_header h;
		uint8_t data[GLINK_PACKET_MAX];
	} m;
	struct glink_remote_intent *intent = find_intent(g, p->size);

	if (!intent) {
		if (!g->asked_intent && !has_intent_for(g, p->size)) {
			g->asked_intent = true;
			command(g, CMD_RX_INTENT_REQ, LOCAL_ID, p->size);
			g->irq(g->data);
		}
		return false;
	}
	if (room(g) < align8(sizeof(m.h) + p->size)) {
		ask_for_room(g);
		return false;
	}
	m.h = (struct data_header){
		.h = { CMD_TX_DATA, LOCAL_ID, intent->id },
		.chunk = p->size,
	};
	memcpy(m.data, p->data, p->size);
	intent->in_use = true;
	put(g, &m, sizeof(m.h) + p->size);
	return true;
}

static void send_queue(struct glink *g)
{
	bool sent = false;

	while (g->queue_used && g->open_local && g->open_remote &&
	       !g->broken && send_packet(g, &g->queue[g->queue_head])) {
		g->queue_head = (g->queue_head + 1) % GLINK_QUEUE_LENGTH;
		g->queue_used--;
		sent = true;
	}
	if (sent)
		g->irq(g->data);
}

int glink_send(struct glink *g, const void *data, size_t size)
{
	struct glink_packet *p;

	if (size > GLINK_PACKET_MAX)
		return -EMSGSIZE;
	if (g->queue_used == GLINK_QUEUE_LENGTH)
		return -ENOBUFS;
	p = &g->queue[(g->queue_head + g->queue_used++) % GLINK_QUEUE_LENGTH];
	p->size = size;
	memcpy(p->data, data, size);
	send_queue(g);
	return 0;
}

void glink_corrupt_index(struct glink *g)
{
	__atomic_store_n(&g->edge->rx_head, 3 * FIFO + 5, __ATOMIC_RELEASE);
	g->broken = true;
	g->irq(g->data);
}

/* ---- Linux to DSP ---- */

static uint32_t available(struct glink *g)
{
	uint32_t head = __atomic_load_n(&g->edge->tx_head, __ATOMIC_ACQUIRE);
	uint32_t tail = g->edge->tx_tail;

	if (head >= FIFO || (head & 7)) {
		give_up(g, "FIFO head out of range", head);
		return 0;
	}
	if (tail >= FIFO) {
		give_up(g, "FIFO tail out of range", tail);
		return 0;
	}
	return (head + FIFO - tail) % FIFO;
}

static void peek(const struct glink *g, uint32_t offset, void *data,
		 uint32_t size)
{
	uint32_t at = (g->edge->tx_tail + offset) % FIFO;
	uint32_t first = size < FIFO - at ? size : FIFO - at;

	memcpy(data, g->edge->tx + at, first);
	memcpy((uint8_t *)data + first, g->edge->tx, size - first);
}

static void advance(struct glink *g, uint32_t size)
{
	__atomic_store_n(&g->edge->tx_tail, (g->edge->tx_tail + size) % FIFO,
			 __ATOMIC_RELEASE);
}

static void open_channel(struct glink *g)
{
	struct {
		struct header h;
		char name[24];
	} m = { .h = { CMD_OPEN, LOCAL_ID, sizeof(CHANNEL_NAME) } };

	memcpy(m.name, CHANNEL_NAME, sizeof(CHANNEL_NAME));
	put_control(g, &m, sizeof(m));
}

static void close_channel(struct glink *g)
{
	unsigned int i;

	g->open_remote = false;
	g->was_closed = true;
	g->intents = 0;
	g->queue_used = 0;
	g->asked_intent = false;
	memset(g->remote, 0, sizeof(g->remote));
	g->closed(g->data);
	for (i = 0; i < GLINK_LOCAL_INTENTS; i++) {
		free(g->local[i].data);
		g->local[i] = (struct glink_local_intent){ 0 };
	}
}

static void opened(struct glink *g, uint16_t id, uint32_t name_size)
{
	char name[32] = "";

	if (!name_size || name_size > sizeof(name)) {
		give_up(g, "OPEN with a name of a bad length", name_size);
		return;
	}
	peek(g, sizeof(struct header), name, name_size);
	if (name[name_size - 1] || strcmp(name, CHANNEL_NAME)) {
		name[sizeof(name) - 1] = '\0';
		log_line("GLINK: Linux opened another channel, \"%s\"", name);
		return;
	}
	if (g->open_remote) {
		give_up(g, "the channel is opened twice", id);
		return;
	}
	g->open_remote = true;
	g->remote_id = id;
	command(g, CMD_OPEN_ACK, id, 0);
	promise(g, INTENTS_SMALL, INTENT_SIZE);
}

static void take_intents(struct glink *g, uint32_t count)
{
	struct glink_remote_intent *r;
	struct intent_pair pair;
	uint32_t i;

	for (i = 0; i < count; i++) {
		peek(g, sizeof(struct header) + i * sizeof(pair), &pair,
		     sizeof(pair));
		for (r = g->remote; r < g->remote + GLINK_REMOTE_INTENTS; r++)
			if (!r->known)
				break;
		if (r == g->remote + GLINK_REMOTE_INTENTS) {
			log_line("GLINK: more than %d receive intents, the "
				 "rest is not used", GLINK_REMOTE_INTENTS);
			return;
		}
		*r = (struct glink_remote_intent){
			.id = pair.id, .size = pair.size, .known = true };
	}
}

static void intent_done(struct glink *g, uint32_t id, bool reuse)
{
	struct glink_remote_intent *r;

	for (r = g->remote; r < g->remote + GLINK_REMOTE_INTENTS; r++) {
		if (!r->known || r->id != id)
			continue;
		if (!r->in_use)
			log_violation("GLINK: receive intent %u is done but "
				      "was not used", id);
		r->in_use = false;
		r->known = reuse;
		return;
	}
	/* Linux says so from a work item, which a close may overtake. */
	if (!g->was_closed)
		log_violation("GLINK: unknown receive intent %u is done", id);
}

static void intent_wanted(struct glink *g, uint32_t size)
{
	bool grant = g->intents < GLINK_LOCAL_INTENTS && size &&
		     size <= GLINK_MESSAGE_MAX;

	if (grant)
		promise(g, 1, size);
	command(g, CMD_RX_INTENT_REQ_ACK, LOCAL_ID, grant);
}

static void message_complete(struct glink *g, uint32_t id, uint8_t *data,
			     uint32_t size)
{
	g->local[id].data = NULL;
	g->local[id].filled = 0;
	command(g, CMD_RX_DONE_W_REUSE, LOCAL_ID, id);
	g->receive(g->data, data, size);
	free(data);
}

static void take_data(struct glink *g, const struct data_header *d)
{
	struct glink_local_intent *intent;
	uint32_t id = d->h.param2;

	g->reopens = 0;
	if (!g->open_remote || d->h.param1 != g->remote_id) {
		log_violation("GLINK: data on unknown channel %u",
			      d->h.param1);
		return;
	}
	if (id >= g->intents) {
		log_violation("GLINK: data for unknown intent %u", id);
		return;
	}
	intent = &g->local[id];
	if (!intent->data)
		intent->data = malloc(intent->size);
	if (!intent->data || d->chunk > intent->size - intent->filled ||
	    d->left > intent->size - intent->filled - d->chunk) {
		log_violation("GLINK: %u + %u bytes do not fit intent %u",
			      d->chunk, d->left, id);
		free(intent->data);
		intent->data = NULL;
		intent->filled = 0;
		command(g, CMD_RX_DONE_W_REUSE, LOCAL_ID, id);
		return;
	}
	peek(g, sizeof(*d), intent->data + intent->filled, d->chunk);
	intent->filled += d->chunk;
	if (!d->left)
		message_complete(g, id, intent->data, intent->filled);
}

/* Size of a command in the FIFO, 0 when it cannot be right. */
static uint32_t command_size(struct glink *g, const struct header *h,
			     struct data_header *d, uint32_t avail)
{
	uint64_t size = sizeof(*h);

	switch (h->cmd) {
	case CMD_OPEN:
		size += align8(h->param2 & 0xffff);
		break;
	case CMD_INTENT:
		size += (uint64_t)h->param2 * sizeof(struct intent_pair);
		break;
	case CMD_TX_DATA:
	case CMD_TX_DATA_CONT:
		if (avail < sizeof(*d))
			return 0;
		peek(g, 0, d, sizeof(*d));
		d->h = *h;
		size = (sizeof(*d) + (uint64_t)d->chunk + 7) & ~7ull;
		break;
	}
	return size <= avail ? size : 0;
}

static void handle(struct glink *g, const struct header *h,
		   const struct data_header *d)
{
	switch (h->cmd) {
	case CMD_VERSION:
		command(g, CMD_VERSION_ACK, VERSION_1,
			h->param2 & FEATURE_REUSE);
		command(g, CMD_VERSION, VERSION_1, h->param2 & FEATURE_REUSE);
		break;
	case CMD_VERSION_ACK:
		open_channel(g);
		break;
	case CMD_OPEN:
		opened(g, h->param1, h->param2 & 0xffff);
		break;
	case CMD_OPEN_ACK:
		g->open_local = true;
		break;
	case CMD_CLOSE:
		command(g, CMD_CLOSE_ACK, h->param1, 0);
		command(g, CMD_CLOSE, LOCAL_ID, 0);
		close_channel(g);
		break;
	case CMD_CLOSE_ACK:
		/* Offer the channel anew, to whatever driver comes next. */
		g->open_local = false;
		if (g->reopens++ < REOPENS_MAX)
			open_channel(g);
		break;
	case CMD_INTENT:
		take_intents(g, h->param2);
		break;
	case CMD_RX_DONE:
	case CMD_RX_DONE_W_REUSE:
		intent_done(g, h->param2, h->cmd == CMD_RX_DONE_W_REUSE);
		break;
	case CMD_RX_INTENT_REQ:
		intent_wanted(g, h->param2);
		break;
	case CMD_RX_INTENT_REQ_ACK:
		g->asked_intent = false;
		break;
	case CMD_TX_DATA:
	case CMD_TX_DATA_CONT:
		take_data(g, d);
		break;
	case CMD_READ_NOTIF:	/* the interrupt below is the answer */
	case CMD_SIGNALS:
		break;
	default:
		give_up(g, "unknown command", h->cmd);
	}
}

bool glink_poll(struct glink *g)
{
	struct data_header d;
	struct header h;
	unsigned int n = 0;
	uint32_t avail, size;

	g->asked_room = false;
	while (!g->broken && n < COMMANDS_BATCH) {
		avail = available(g);
		if (avail < sizeof(h))
			break;
		peek(g, 0, &h, sizeof(h));
		size = command_size(g, &h, &d, avail);
		if (!size) {
			give_up(g, "truncated command", h.cmd);
			break;
		}
		handle(g, &h, &d);
		advance(g, size);
		n++;
	}
	if (n)
		g->irq(g->data);
	send_queue(g);
	return n == COMMANDS_BATCH;
}
