// SPDX-License-Identifier: BSD-3-Clause
/* FastRPC calls of the fake guest, laid out by hand from the protocol. */
#include <string.h>
#include <unistd.h>

#include "fake_guest.h"

#define REPLY_MS 10000

static void put32(uint8_t *at, uint32_t value)
{
	memcpy(at, &value, sizeof(value));
}

static void put64(uint8_t *at, uint64_t value)
{
	memcpy(at, &value, sizeof(value));
}

static uint32_t align128(uint32_t n)
{
	return (n + 127) & ~127u;
}

/* Byte @at of a call, whose pages need not follow each other in RAM. */
static uint8_t *byte_at(struct guest *g, const struct call *c, uint32_t at)
{
	return guest_iova_at(g, c->sid, c->iova + at);
}

static void copy_in(struct guest *g, const struct call *c, uint32_t at,
		    const void *data, uint32_t size)
{
	uint32_t i;

	for (i = 0; i < size; i++)
		*byte_at(g, c, at + i) = ((const uint8_t *)data)[i];
}

static void copy_out(struct guest *g, const struct call *c, uint32_t at,
		     void *data, uint32_t size)
{
	uint32_t i;

	for (i = 0; i < size; i++)
		((uint8_t *)data)[i] = *byte_at(g, c, at + i);
}

static void put_arg(struct guest *g, struct call *c, unsigned int i)
{
	uint32_t at = c->offset[i], length = c->arg[i].length;
	uint8_t arg[16] = { 0 }, list[8] = { 0 }, page[16] = { 0 };
	uint64_t first = c->iova + (at & ~4095u);

	put64(arg + 8, length);
	put32(list + 4, i);
	if (length) {
		/* any bits above: only the low 12 carry meaning */
		put64(arg, 0xffff800012345000ull | (at & 4095));
		put32(list, 1);
		put64(page, (uint64_t)c->sid << 32 | first);
		put64(page + 8, ((at & 4095) + length + 4095) & ~4095ull);
	}
	copy_in(g, c, 16 * i, arg, sizeof(arg));
	copy_in(g, c, 16 * c->count + 8 * i, list, sizeof(list));
	copy_in(g, c, 24 * c->count + 16 * i, page, sizeof(page));
	if (i < c->ins && length)
		copy_in(g, c, at, c->arg[i].data, length);
}

void call_build(struct guest *g, struct call *c, int32_t client,
		unsigned int type, uint32_t sid, uint32_t handle,
		uint32_t method, unsigned int ins, unsigned int outs,
		const struct call_arg *arg)
{
	uint32_t at;
	unsigned int i;

	memset(c, 0, sizeof(*c));
	c->sid = sid;
	c->count = ins + outs;
	c->ins = ins;
	if (c->count > CALL_ARGS)
		test_fail("%u arguments", c->count);
	at = align128(40 * c->count + 388);
	for (i = 0; i < c->count; i++) {
		c->arg[i] = arg[i];
		c->offset[i] = at;
		at = align128(at + arg[i].length);
	}
	c->pages = (at + 4095) / 4096;
	c->iova = guest_map(g, sid, c->pages, false);
	c->metadata = guest_iova_at(g, sid, c->iova);
	for (i = 0; i < c->count; i++)
		put_arg(g, c, i);
	g->sequence++;
	c->ctx = g->sequence << 16 | (g->sequence % 255 + 1) << 8 | type;
	put32(c->message, (uint32_t)client);
	put32(c->message + 4, 4321);
	put64(c->message + 8, c->ctx);
	put32(c->message + 16, handle);
	put32(c->message + 20, method << 24 | ins << 16 | outs << 8);
	put64(c->message + 24, (uint64_t)sid << 32 | c->iova);
	put64(c->message + 32, c->pages * 4096ull);
}

void call_send(struct guest *g, const struct call *c)
{
	guest_send(g, c->message, sizeof(c->message));
}

/* {u64 ctx, u32 type, s32 client, u32 status, u32 pad} */
static bool take_news(struct guest *g, const uint8_t *packet, int size)
{
	uint64_t ctx;

	memcpy(&ctx, packet, sizeof(ctx));
	if (ctx != 0xabcdabcd)
		return false;
	if (size != 24 || packet[8] != 4)
		test_fail("a bad status message of %d bytes", size);
	memcpy(&g->news_client, packet + 12, sizeof(g->news_client));
	memcpy(&g->news, packet + 16, sizeof(g->news));
	return true;
}

int32_t call_wait(struct guest *g, struct call *c)
{
	uint8_t packet[64];
	int32_t status;
	uint64_t ctx;
	unsigned int i;
	int n;

	do {
		n = guest_receive(g, packet, sizeof(packet), REPLY_MS);
		if (n < 16)
			test_fail("no reply (%d)", n);
	} while (take_news(g, packet, n));
	memcpy(&ctx, packet, sizeof(ctx));
	if (ctx != c->ctx)
		test_fail("a reply for 0x%llx, not 0x%llx",
			  (unsigned long long)ctx, (unsigned long long)c->ctx);
	memcpy(&status, packet + 8, sizeof(status));
	for (i = c->ins; i < c->count; i++)
		copy_out(g, c, c->offset[i], c->arg[i].data, c->arg[i].length);
	return status;
}

void call_end(struct guest *g, struct call *c)
{
	guest_unmap(g, c->sid, c->iova, c->pages);
}

static int32_t call_whole(struct guest *g, int32_t client, unsigned int type,
			  uint32_t sid, uint32_t handle, uint32_t method,
			  unsigned int ins, unsigned int outs,
			  const struct call_arg *arg)
{
	struct call c;
	int32_t status;

	call_build(g, &c, client, type, sid, handle, method, ins, outs, arg);
	call_send(g, &c);
	status = call_wait(g, &c);
	call_end(g, &c);
	return status;
}

int32_t user_call(struct guest *g, int32_t client, uint32_t sid,
		  uint32_t handle, uint32_t method, unsigned int ins,
		  unsigned int outs, const struct call_arg *arg)
{
	return call_whole(g, client, 1, sid, handle, method, ins, outs, arg);
}

int32_t kernel_call(struct guest *g, unsigned int type, uint32_t sid,
		    uint32_t method, unsigned int ins, unsigned int outs,
		    const struct call_arg *arg)
{
	return call_whole(g, 0, type, sid, 1, method, ins, outs, arg);
}

int32_t process_create(struct guest *g, int32_t client, uint32_t sid)
{
	const uint32_t in0[6] = { (uint32_t)client, 5, 0, 1, 8, 0 };
	uint64_t page[2] = { (uint64_t)sid << 32 | guest_map(g, sid, 4, false),
			     4 * 4096 };
	const struct call_arg arg[] = {
		{ (void *)in0, sizeof(in0) },
		{ "test", 5 },
		{ NULL, 0 },
		{ page, sizeof(page) },
	};

	return kernel_call(g, 1, sid, 7, 4, 0, arg);
}

int32_t process_release(struct guest *g, int32_t client, uint32_t sid)
{
	const struct call_arg arg[] = { { &client, sizeof(client) } };

	return kernel_call(g, 1, sid, 1, 1, 0, arg);
}

int32_t module_open(struct guest *g, int32_t client, uint32_t sid,
		    const char *uri, uint32_t *handle)
{
	const uint32_t in0[2] = { (uint32_t)strlen(uri) + 1, 255 };
	uint32_t out0[2] = { 0 };
	char error[255];
	const struct call_arg arg[] = {
		{ (void *)in0, sizeof(in0) },
		{ (void *)uri, in0[0] },
		{ out0, sizeof(out0) },
		{ error, sizeof(error) },
	};
	int32_t status = user_call(g, client, sid, 0, 0, 2, 2, arg);

	if (status)
		return status;
	*handle = out0[0];
	return (int32_t)out0[1];
}
