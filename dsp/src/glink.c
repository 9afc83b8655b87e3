// SPDX-License-Identifier: BSD-3-Clause
#include "glink.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "dsp.h"
#include "log.h"

#define VERSION_1     1u
#define FEATURE_REUSE 1u
#define FIFO	      QDA_SIM_FIFO_SIZE
#define FIFO_RESERVE  16u /* room for a READ_NOTIF */
/*
 * What is promised when a channel opens: for more FastRPC messages than mainline's
 * driver has in flight, which does not wait for a buffer, of their very size,
 * because then GLINK takes the first; and a few that are larger.
 */
#define INTENTS_SMALL  256u
#define INTENT_SMALL   40u
#define INTENTS_LARGE  8u
#define INTENT_LARGE   256u
#define WITHHELD_MAX   96u /* given back before Linux is told */
#define QUIET_MAX      32u /* answers that nobody waits for, before one ring */
#define QUIET_US       5000u
#define ANSWER_RESERVE 4096u /* room for control commands that answers leave */
#define COMMANDS_BATCH 4096  /* Linux cannot keep us busy for ever */
#define REOPENS_MAX    64 /* in a row: a driver that fails to probe closes again */

static const char *const names[GLINK_CHANNELS] = {
	[GLINK_FASTRPC] = "fastrpcglink-apps-dsp",
	[GLINK_FASTRPC_2] = "fastrpcglink-apps-dsp-2",
	[GLINK_FASTRPC_3] = "fastrpcglink-apps-dsp-3",
	[GLINK_ECHO] = QDA_SIM_ECHO_CHANNEL,
};

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
static void put_control_quietly(struct glink *g, const void *data,
				uint32_t size)
{
	if (room(g) < align8(size)) {
		log_line("GLINK: Linux does not read its FIFO");
		g->broken = true;
		return;
	}
	put(g, data, size);
}

static void put_control(struct glink *g, const void *data, uint32_t size)
{
	put_control_quietly(g, data, size);
	g->urgent = true;
}

static void command(struct glink *g, uint16_t cmd, uint16_t param1,
		    uint32_t param2)
{
	const struct header h = { cmd, param1, param2 };

	put_control(g, &h, sizeof(h));
}

/* Linux learns of it with the next answer, unless it waits for many. */
static void give_back(struct glink *g, const struct glink_channel *c,
		      uint32_t id)
{
	const struct header h = { CMD_RX_DONE_W_REUSE, c->local_id, id };

	put_control_quietly(g, &h, sizeof(h));
	if (++g->withheld > WITHHELD_MAX)
		g->urgent = true;
}

static void promise(struct glink *g, struct glink_channel *c, uint32_t count,
		    uint32_t size)
{
	struct {
		struct header h;
		struct intent_pair pair[INTENTS_SMALL];
	} m = { .h = { CMD_INTENT, c->local_id, count } };
	uint32_t i;

	for (i = 0; i < count; i++) {
		c->local[c->intents].size = size;
		m.pair[i] = (struct intent_pair){ size, c->intents };
		c->intents++;
	}
	put_control(g, &m, sizeof(m.h) + count * sizeof(m.pair[0]));
}

/* The smallest that is large enough. */
static struct glink_remote_intent *find_intent(struct glink_channel *c,
					       size_t size)
{
	struct glink_remote_intent *i, *best = NULL;

	for (i = c->remote; i < c->remote + c->remote_used; i++) {
		if (!i->known || i->in_use || i->size < size ||
		    (best && i->size >= best->size))
			continue;
		best = i;
		if (i->size == c->remote_smallest)
			break;
	}
	return best;
}

static bool has_intent_for(const struct glink_channel *c, size_t size)
{
	const struct glink_remote_intent *i;

	for (i = c->remote; i < c->remote + c->remote_used; i++) {
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
	g->urgent = true;
}

/* When Linux is to be rung for a packet that was written now. */
static void note_news(struct glink *g, bool quiet)
{
	unsigned int patience = quiet ? QUIET_US : g->coalesce_us;
	uint64_t due = 0;

	if (quiet && ++g->quiet >= QUIET_MAX)
		g->urgent = true;
	/* What is due waits at most as long as this would. */
	if (g->news && patience >= QUIET_US && g->coalesce_us <= QUIET_US)
		return;
	if (patience)
		due = now_us() + patience;
	if (!g->news || due < g->due_us)
		g->due_us = due;
	g->news = true;
}

/* Return: true when the packet is on its way. */
static bool send_packet(struct glink *g, struct glink_channel *c,
			const struct glink_packet *p)
{
	struct {
		struct data_header h;
		uint8_t data[GLINK_PACKET_MAX];
	} m;
	struct glink_remote_intent *intent = find_intent(c, p->size);

	if (!intent) {
		if (!c->asked_intent && !has_intent_for(c, p->size)) {
			c->asked_intent = true;
			command(g, CMD_RX_INTENT_REQ, c->local_id, p->size);
		}
		/* The buffers that it waits for may be those of quiet answers. */
		if (g->quiet)
			g->urgent = true;
		return false;
	}
	if (room(g) < ANSWER_RESERVE + align8(sizeof(m.h) + p->size)) {
		ask_for_room(g);
		return false;
	}
	m.h = (struct data_header){
		.h = { CMD_TX_DATA, c->local_id, intent->id },
		.chunk = p->size,
	};
	memcpy(m.data, p->data, p->size);
	intent->in_use = true;
	put(g, &m, sizeof(m.h) + p->size);
	note_news(g, p->quiet);
	return true;
}

static bool send_queue(struct glink *g, struct glink_channel *c)
{
	bool sent = false;

	while (c->queue_used && c->open_local && c->open_remote && !g->broken &&
	       send_packet(g, c, &c->queue[c->queue_head])) {
		c->queue_head = (c->queue_head + 1) % GLINK_QUEUE_LENGTH;
		c->queue_used--;
		sent = true;
	}
	/* A short queue stays in the cache. */
	if (!c->queue_used)
		c->queue_head = 0;
	return sent;
}

static bool send_queues(struct glink *g)
{
	bool sent = false;
	unsigned int i;

	for (i = 0; i < g->channels; i++)
		sent |= send_queue(g, &g->channel[i]);
	return sent;
}

static int enqueue(struct glink *g, enum glink_channel_id id, const void *data,
		   size_t size, bool quiet)
{
	struct glink_channel *c = &g->channel[id];
	struct glink_packet *p;

	if (size > GLINK_PACKET_MAX)
		return -EMSGSIZE;
	if (c->queue_used == GLINK_QUEUE_LENGTH)
		return -ENOBUFS;
	p = &c->queue[(c->queue_head + c->queue_used++) % GLINK_QUEUE_LENGTH];
	p->size = size;
	p->quiet = quiet;
	memcpy(p->data, data, size);
	send_queue(g, c);
	return 0;
}

int glink_send(struct glink *g, enum glink_channel_id id, const void *data,
	       size_t size)
{
	return enqueue(g, id, data, size, false);
}

int glink_send_quietly(struct glink *g, enum glink_channel_id id,
		       const void *data, size_t size)
{
	return enqueue(g, id, data, size, true);
}

void glink_corrupt_index(struct glink *g)
{
	__atomic_store_n(&g->edge->rx_head, 3 * FIFO + 5, __ATOMIC_RELEASE);
	g->broken = true;
	g->irq(g->data);
}

int glink_ring(struct glink *g)
{
	uint64_t now;

	if (!g->news && !g->urgent)
		return -1;
	if (!g->urgent && g->due_us) {
		now = now_us();
		if (now < g->due_us)
			return (int)((g->due_us - now + 999) / 1000);
	}
	/*
	 * The index before the wish: pairs with the barrier of Linux, which
	 * makes its wish and then looks at the index.
	 */
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	if (g->room_made ||
	    __atomic_load_n(&g->edge->rx_ring, __ATOMIC_RELAXED) !=
		    QDA_SIM_RING_NEVER) {
		/* It is rung after this, so what wish is lost is fulfilled. */
		__atomic_store_n(&g->edge->rx_ring, QDA_SIM_RING_NEVER,
				 __ATOMIC_RELEASE);
		g->irq(g->data);
	}
	g->news = false;
	g->urgent = false;
	g->room_made = false;
	g->withheld = 0;
	g->quiet = 0;
	return -1;
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

static void open_channel(struct glink *g, const struct glink_channel *c)
{
	const char *name = names[c - g->channel];
	uint32_t size = (uint32_t)strlen(name) + 1;
	struct {
		struct header h;
		char name[32];
	} m = { .h = { CMD_OPEN, c->local_id, size } };

	memcpy(m.name, name, size);
	put_control(g, &m, sizeof(m.h) + align8(size));
}

static void open_channels(struct glink *g)
{
	unsigned int i;

	for (i = 0; i < g->channels; i++) {
		g->channel[i].local_id = i + 1;
		open_channel(g, &g->channel[i]);
	}
}

static void close_channel(struct glink *g, struct glink_channel *c)
{
	unsigned int i;

	c->open_remote = false;
	g->was_closed = true;
	c->intents = 0;
	c->queue_used = 0;
	c->asked_intent = false;
	memset(c->remote, 0, sizeof(c->remote));
	c->remote_used = 0;
	g->closed(g->data, c - g->channel);
	for (i = 0; i < GLINK_LOCAL_INTENTS; i++) {
		free(c->local[i].data);
		c->local[i] = (struct glink_local_intent){ 0 };
	}
}

static struct glink_channel *find_name(struct glink *g, const char *name)
{
	unsigned int i;

	for (i = 0; i < g->channels; i++)
		if (!strcmp(names[i], name))
			return &g->channel[i];
	return NULL;
}

/* Linux names a channel by its own number, or by ours where it answers. */
static struct glink_channel *find_remote(struct glink *g, uint16_t id)
{
	unsigned int i;

	for (i = 0; i < g->channels; i++)
		if (g->channel[i].open_remote && g->channel[i].remote_id == id)
			return &g->channel[i];
	return NULL;
}

static struct glink_channel *find_local(struct glink *g, uint16_t id)
{
	return id && id <= g->channels ? &g->channel[id - 1] : NULL;
}

static void opened(struct glink *g, uint16_t id, uint32_t name_size)
{
	struct glink_channel *c;
	char name[32] = "";

	if (!name_size || name_size > sizeof(name)) {
		give_up(g, "OPEN with a name of a bad length", name_size);
		return;
	}
	peek(g, sizeof(struct header), name, name_size);
	c = name[name_size - 1] ? NULL : find_name(g, name);
	if (!c) {
		name[sizeof(name) - 1] = '\0';
		log_line("GLINK: Linux opened another channel, \"%s\"", name);
		return;
	}
	if (c->open_remote) {
		give_up(g, "the channel is opened twice", id);
		return;
	}
	c->open_remote = true;
	c->remote_id = id;
	command(g, CMD_OPEN_ACK, id, 0);
	promise(g, c, INTENTS_SMALL, INTENT_SMALL);
	promise(g, c, INTENTS_LARGE, INTENT_LARGE);
}

/* Return: false when there is no room. */
static bool add_intent(struct glink_channel *c, const struct intent_pair *pair)
{
	unsigned int i = 0;

	while (i < c->remote_used && c->remote[i].known)
		i++;
	if (i == GLINK_REMOTE_INTENTS)
		return false;
	c->remote[i] = (struct glink_remote_intent){
		.id = pair->id,
		.size = pair->size,
		.known = true,
	};
	if (!c->remote_used || pair->size < c->remote_smallest)
		c->remote_smallest = pair->size;
	if (i == c->remote_used)
		c->remote_used++;
	return true;
}

static void take_intents(struct glink *g, struct glink_channel *c,
			 uint32_t count)
{
	struct intent_pair pair;
	uint32_t i;

	for (i = 0; i < count; i++) {
		peek(g, sizeof(struct header) + i * sizeof(pair), &pair,
		     sizeof(pair));
		if (add_intent(c, &pair))
			continue;
		log_line("GLINK: more than %d receive intents, the rest is "
			 "not used",
			 GLINK_REMOTE_INTENTS);
		return;
	}
}

static void intent_done(struct glink *g, struct glink_channel *c, uint32_t id,
			bool reuse)
{
	struct glink_remote_intent *r;

	for (r = c->remote; r < c->remote + c->remote_used; r++) {
		if (r->id != id || !r->known)
			continue;
		if (!r->in_use)
			log_violation("GLINK: receive intent %u is done but "
				      "was not used",
				      id);
		r->in_use = false;
		r->known = reuse;
		return;
	}
	/* Linux says so from a work item, which a close may overtake. */
	if (!g->was_closed)
		log_violation("GLINK: unknown receive intent %u is done", id);
}

static void intent_wanted(struct glink *g, struct glink_channel *c,
			  uint32_t size)
{
	bool grant = c->intents < GLINK_LOCAL_INTENTS && size &&
		     size <= GLINK_MESSAGE_MAX;

	if (grant)
		promise(g, c, 1, size);
	command(g, CMD_RX_INTENT_REQ_ACK, c->local_id, grant);
}

static void message_complete(struct glink *g, struct glink_channel *c,
			     uint32_t id, uint8_t *data, uint32_t size)
{
	c->local[id].data = NULL;
	c->local[id].filled = 0;
	give_back(g, c, id);
	g->receive(g->data, c - g->channel, data, size);
	free(data);
}

static void take_data(struct glink *g, const struct data_header *d)
{
	struct glink_channel *c = find_remote(g, d->h.param1);
	struct glink_local_intent *intent;
	uint32_t id = d->h.param2;

	if (!c) {
		log_violation("GLINK: data on unknown channel %u", d->h.param1);
		return;
	}
	c->reopens = 0;
	if (id >= c->intents) {
		log_violation("GLINK: data for unknown intent %u", id);
		return;
	}
	intent = &c->local[id];
	if (!intent->data)
		intent->data = malloc(intent->size);
	if (!intent->data || d->chunk > intent->size - intent->filled ||
	    d->left > intent->size - intent->filled - d->chunk) {
		log_violation("GLINK: %u + %u bytes do not fit intent %u",
			      d->chunk, d->left, id);
		free(intent->data);
		intent->data = NULL;
		intent->filled = 0;
		give_back(g, c, id);
		return;
	}
	peek(g, sizeof(*d), intent->data + intent->filled, d->chunk);
	intent->filled += d->chunk;
	if (!d->left)
		message_complete(g, c, id, intent->data, intent->filled);
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

/* What is about a channel that Linux has opened. */
static void handle_remote(struct glink *g, const struct header *h)
{
	struct glink_channel *c = find_remote(g, h->param1);

	if (!c) {
		if (h->cmd == CMD_CLOSE)
			command(g, CMD_CLOSE_ACK, h->param1, 0);
		/* Linux says so from a work item, which a close may overtake. */
		else if (!g->was_closed)
			log_violation("GLINK: command %u on unknown channel %u",
				      h->cmd, h->param1);
		return;
	}
	switch (h->cmd) {
	case CMD_CLOSE:
		command(g, CMD_CLOSE_ACK, h->param1, 0);
		command(g, CMD_CLOSE, c->local_id, 0);
		close_channel(g, c);
		break;
	case CMD_INTENT:
		take_intents(g, c, h->param2);
		break;
	case CMD_RX_DONE:
	case CMD_RX_DONE_W_REUSE:
		intent_done(g, c, h->param2, h->cmd == CMD_RX_DONE_W_REUSE);
		break;
	case CMD_RX_INTENT_REQ:
		intent_wanted(g, c, h->param2);
		break;
	case CMD_RX_INTENT_REQ_ACK:
		c->asked_intent = false;
		break;
	}
}

/* What is about a channel that we have opened. */
static void handle_local(struct glink *g, const struct header *h)
{
	struct glink_channel *c = find_local(g, h->param1);

	if (!c) {
		log_violation("GLINK: command %u on unknown channel %u", h->cmd,
			      h->param1);
		return;
	}
	c->open_local = h->cmd == CMD_OPEN_ACK;
	/* Offer the channel anew, to whatever driver comes next. */
	if (!c->open_local && c->reopens++ < REOPENS_MAX)
		open_channel(g, c);
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
		open_channels(g);
		break;
	case CMD_OPEN:
		opened(g, h->param1, h->param2 & 0xffff);
		break;
	case CMD_OPEN_ACK:
	case CMD_CLOSE_ACK:
		handle_local(g, h);
		break;
	case CMD_CLOSE:
	case CMD_INTENT:
	case CMD_RX_DONE:
	case CMD_RX_DONE_W_REUSE:
	case CMD_RX_INTENT_REQ:
	case CMD_RX_INTENT_REQ_ACK:
		handle_remote(g, h);
		break;
	case CMD_TX_DATA:
	case CMD_TX_DATA_CONT:
		take_data(g, d);
		break;
	case CMD_READ_NOTIF: /* an interrupt is the answer */
		g->urgent = true;
		g->room_made = true;
		break;
	case CMD_SIGNALS:
		break;
	default:
		give_up(g, "unknown command", h->cmd);
	}
}

bool glink_is_idle(const struct glink *g)
{
	return g->broken ||
	       __atomic_load_n(&g->edge->tx_head, __ATOMIC_ACQUIRE) ==
		       g->edge->tx_tail;
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
	if (n && g->coalesce_us)
		g->awake_until_us = now_us() + g->coalesce_us;
	send_queues(g);
	return n == COMMANDS_BATCH;
}

/* Something waits until Linux gives receive buffers back or makes room. */
static bool waits(const struct glink *g)
{
	unsigned int i;

	for (i = 0; i < g->channels; i++)
		if (g->channel[i].queue_used)
			return true;
	return false;
}

int glink_sleep(struct glink *g, int timeout)
{
	bool waiting = waits(g);

	if (timeout && g->coalesce_us && now_us() < g->awake_until_us)
		return 1;
	if (!timeout || g->broken)
		return timeout;
	__atomic_store_n(&g->edge->tx_ring,
			 waiting ? QDA_SIM_RING_ALWAYS : QDA_SIM_RING_NEWS,
			 __ATOMIC_RELAXED);
	/* The wish before the last look: pairs with Linux's barrier. */
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	return glink_is_idle(g) && !(waiting && send_queues(g)) ? timeout : 0;
}

void glink_wake(struct glink *g)
{
	__atomic_store_n(&g->edge->tx_ring, QDA_SIM_RING_NEVER,
			 __ATOMIC_RELAXED);
}
