// SPDX-License-Identifier: BSD-3-Clause
/* Fault mode fuzz: packets of any content and length between the right ones. */
#include <string.h>

#include "log.h"
#include "subsystem.h"

#define PACKETS_MOST 3

/* Where a message tells what it is */
static const uint64_t sentinels[] = {
	FASTRPC_STATUS_CTX, 0, 1, 0xffffffffffffffff, 0x100000000,
};

static uint32_t below(struct subsystem *s, uint32_t bound)
{
	return fault_random(&s->fuzz) % bound;
}

static void start(struct subsystem *s)
{
	/* Another sequence after each restart, and still the same every time. */
	s->fuzz = (uint64_t)s->dsp->options.fault.seed << 32 |
		  s->dsp->edge->boots;
	log_line("fuzz: seed %u, start %u", s->dsp->options.fault.seed,
		 s->dsp->edge->boots);
}

static void random_bytes(struct subsystem *s, uint8_t *data, size_t size)
{
	size_t i;

	for (i = 0; i < size; i++)
		data[i] = (uint8_t)fault_random(&s->fuzz);
}

static void mutate(struct subsystem *s, uint8_t *data, size_t size)
{
	size_t at = below(s, (uint32_t)size);
	uint64_t word = sentinels[below(s, sizeof(sentinels) / 8)];

	switch (below(s, 4)) {
	case 0:
		data[at] ^= (uint8_t)(1u << below(s, 8));
		break;
	case 1:
		data[at] = (uint8_t)fault_random(&s->fuzz);
		break;
	case 2:
		memcpy(data + at / 8 * 8, &word, 8);
		break;
	default:
		random_bytes(s, data + at, size - at);
	}
}

static void one_packet(struct subsystem *s, enum glink_channel_id channel,
		       const void *reply, size_t size)
{
	uint8_t data[GLINK_PACKET_MAX] = { 0 };
	uint32_t i;

	if (below(s, 2))
		memcpy(data, reply, size);
	else
		random_bytes(s, data, sizeof(data));
	for (i = below(s, 4) + 1; i; i--)
		mutate(s, data, below(s, 2) ? size : sizeof(data));
	glink_send(&s->glink, channel, data, below(s, GLINK_PACKET_MAX) + 1);
}

void fuzz_packets(struct subsystem *s, enum glink_channel_id channel,
		  const void *reply, size_t size)
{
	uint32_t i;

	if (!s->fuzz)
		start(s);
	if (below(s, 100) >= s->dsp->options.fault.percent)
		return;
	for (i = below(s, PACKETS_MOST) + 1; i; i--)
		one_packet(s, channel, reply, size);
}
