// SPDX-License-Identifier: BSD-3-Clause
#include "pd_hostile.h"

#include <string.h>

#include "AEEStdErr.h"
#include "dsp.h"
#include "fault.h"
#include "log.h"

#define REQUESTS  2000
#define BYTES_MAX (192 * 1024) /* more than a host takes at once */

#define COUNT(array) ((uint32_t)(sizeof(array) / sizeof((array)[0])))

static struct {
	uint64_t state;
	uint32_t left;
	bool failed; /* the last one; the host gives up on two */
	uint32_t size;
	uint8_t bytes[BYTES_MAX];
} hostile;

void pd_hostile_init(uint32_t seed, uint32_t client)
{
	if (!seed)
		return;
	hostile.state = (uint64_t)seed << 32 | client;
	hostile.left = REQUESTS;
}

static uint32_t below(uint32_t bound)
{
	return fault_random(&hostile.state) % bound;
}

static bool percent(uint32_t chance)
{
	return below(100) < chance;
}

static void put(const void *from, uint32_t length)
{
	uint32_t at = hostile.size;

	if (at + sizeof(length) + 7 + length > BYTES_MAX)
		return;
	memcpy(hostile.bytes + at, &length, sizeof(length));
	at += sizeof(length);
	if (length) {
		at = (at + 7) & ~7u;
		memcpy(hostile.bytes + at, from, length);
	}
	hostile.size = at + length;
}

static void put_random(uint32_t length)
{
	uint8_t bytes[512];

	for (uint32_t i = 0; i < length && i < sizeof(bytes); i++)
		bytes[i] = (uint8_t)fault_random(&hostile.state);
	put(bytes, length < sizeof(bytes) ? length : sizeof(bytes));
}

/*
 * Names of files that a test has made, ways out of its folder, and nonsense:
 * none that would cost the host a file of its own, should a guard fail.
 */
static void put_name(void)
{
	static const char *const names[] = {
		"good.txt",
		"sub",
		"sub/inner.txt",
		"new.txt",
		"sub/new",
		"../outside/secret.txt",
		"../outside",
		"..",
		"../..",
		".",
		"",
		"sub/../../outside/secret.txt",
		"link_out",
		"link_out/secret.txt",
		"link_file",
		"link_absolute",
		"sub/link_up/outside/secret.txt",
		"/proc/version",
		"/",
		"//proc//version",
		"./../outside/secret.txt",
		"fifo",
		"/proc/self/environ",
		"link_out/new.txt",
		"../new.txt",
		"../outside/new.txt",
		"sub/../link_out/../outside/secret.txt",
	};
	const char *name = names[below(COUNT(names))];
	static char longest[8192];

	if (percent(80)) {
		/* Now and then without its end. */
		put(name, (uint32_t)strlen(name) + !percent(5));
	} else if (percent(20)) {
		memset(longest, below(2) ? '/' : 'a', sizeof(longest) - 1);
		put(longest, 1 + below(sizeof(longest)));
	} else {
		put_random(below(64));
	}
}

static void put_mode(void)
{
	static const char *const modes[] = {
		"r", "w", "a", "r+", "w+", "a+", "rb", "", "x", "wwwwwwww"
	};
	const char *mode = modes[below(COUNT(modes))];

	put(mode, (uint32_t)strlen(mode) + 1);
}

/* Numbers of files, sizes, whences: small ones and those at the ends. */
static void put_numbers(bool extended)
{
	uint32_t numbers[6];

	for (uint32_t i = 0; i < COUNT(numbers); i++)
		numbers[i] = percent(85) ? below(5) :
			     percent(50) ? below(80) :
					   0u - below(3) * 0x40000000u;
	if (extended)
		numbers[0] = 31 + below(7);
	put(numbers, 4 * (1 + below(COUNT(numbers))));
}

static void put_output(void)
{
	static const uint32_t sizes[] = { 0,	   1,	4,	 8,    16,
					  64,	   96,	300,	 4096, 100000,
					  1 << 20, ~0u, 1u << 31 };
	uint32_t length = sizes[below(COUNT(sizes))];

	if (hostile.size + sizeof(length) > BYTES_MAX)
		return;
	memcpy(hostile.bytes + hostile.size, &length, sizeof(length));
	hostile.size += sizeof(length);
}

/*
 * What each method of apps_std takes: n numbers, p a path, m a mode, b bytes, and
 * x numbers the first of which is the method, above those that scalars can have.
 */
static const struct {
	uint8_t method, outputs;
	const char *inputs;
} shapes[] = {
	{ 0, 1, "npm" }, { 1, 1, "npm" },   { 2, 0, "n" },   { 3, 0, "n" },
	{ 4, 2, "n" },	 { 5, 1, "nb" },    { 6, 1, "n" },   { 7, 0, "nb" },
	{ 8, 1, "n" },	 { 9, 0, "n" },	    { 10, 1, "n" },  { 11, 0, "n" },
	{ 12, 1, "n" },	 { 13, 1, "n" },    { 14, 0, "n" },  { 15, 0, "np" },
	{ 16, 2, "np" }, { 17, 0, "nppn" }, { 18, 0, "np" }, { 19, 1, "npppm" },
	{ 20, 2, "n" },	 { 21, 2, "npp" },  { 22, 1, "np" }, { 23, 0, "n" },
	{ 24, 0, "np" }, { 26, 1, "np" },   { 27, 0, "n" },  { 28, 1, "n" },
	{ 29, 0, "np" }, { 30, 0, "np" },   { 31, 1, "xp" }, { 31, 0, "xpp" },
	{ 31, 0, "x" },
};

static uint32_t put_files_request(void)
{
	uint32_t shape = below(COUNT(shapes));
	const char *inputs = shapes[shape].inputs;
	uint32_t outputs = shapes[shape].outputs;

	for (const char *at = inputs; *at; at++) {
		if (*at == 'n' || *at == 'x')
			put_numbers(*at == 'x');
		else if (*at == 'p')
			put_name();
		else if (*at == 'm')
			put_mode();
		else
			put_random(below(512));
	}
	for (uint32_t i = 0; i < outputs; i++)
		put_output();
	return REMOTE_SCALARS_MAKE(shapes[shape].method, strlen(inputs),
				   outputs);
}

/* More memory, or less: heaps, addresses and sizes of all kinds. */
static uint32_t put_memory_request(void)
{
	static const int64_t sizes[] = { 0,	    1,	       4096,
					 65536,	    -1,	       INT64_MIN,
					 INT64_MAX, 1ll << 40, 0x7ffff000 };
	uint64_t in[4] = { below(2) ? 25 : below(1000),
			   below(2) ? 0x1000 : fault_random(&hostile.state),
			   fault_random(&hostile.state),
			   (uint64_t)sizes[below(COUNT(sizes))] };

	if (percent(50)) {
		put(in, sizeof(in));
		put_output();
		return REMOTE_SCALARS_MAKE(2, 1, 1);
	}
	put(in + 2, 16);
	return REMOTE_SCALARS_MAKE(3, 1, 0);
}

static uint32_t put_anything(void)
{
	uint32_t inputs = below(40), outputs = below(40);

	for (uint32_t i = 0; i < inputs; i++)
		put_random(below(512));
	for (uint32_t i = 0; i < outputs; i++)
		put_output();
	return percent(50) ? REMOTE_SCALARS_MAKE(below(32), inputs, outputs) :
			     fault_random(&hostile.state);
}

/* The bytes do not say what the scalars and the length say. */
static void spoil(struct pd_request_head *head)
{
	static const int32_t lengths[] = { -1,	   INT32_MIN, INT32_MAX,
					   0,	   1,	      3,
					   65535,  65536,     65537,
					   100000, 1 << 20,   (1 << 20) + 1 };

	if (percent(50))
		head->length = lengths[below(COUNT(lengths))];
	if (percent(30))
		head->sc = fault_random(&hostile.state);
	if (percent(20))
		head->handle = fault_random(&hostile.state);
	for (uint32_t i = below(8); i && hostile.size; i--)
		hostile.bytes[below(hostile.size)] = (uint8_t)fault_random(
			&hostile.state);
}

static void make(struct pd_request_head *head)
{
	hostile.size = 0;
	head->context = fault_random(&hostile.state);
	head->handle = below(5);
	if (percent(63))
		head->handle = 1, head->sc = put_files_request();
	else if (percent(50))
		head->handle = 2, head->sc = put_memory_request();
	else
		head->sc = put_anything();
	/* Now and then more than the host takes at once. */
	if (percent(5))
		while (hostile.size < 70000)
			put_random(512);
	head->length = (int32_t)hostile.size;
	if (percent(25))
		spoil(head);
}

/* What only files outside of the host's folder have. */
static void check_answer(const remote_buf *answer)
{
	static const char *const outside[] = { "OUTSIDE-THE-ROOT",
					       "Linux version " };

	for (uint32_t i = 0; i < COUNT(outside); i++)
		if (memmem(answer->pv, answer->nLen, outside[i],
			   strlen(outside[i])))
			log_violation("the host gives what is outside of its "
				      "folder: %s",
				      outside[i]);
}

bool pd_hostile_next(const remote_buf *answer, struct pd_request_head *head,
		     const remote_buf *room, int *status)
{
	size_t size;

	if (!hostile.left)
		return false;
	hostile.left--;
	check_answer(answer);
	make(head);
	size = hostile.size < room->nLen ? hostile.size : room->nLen;
	if (size)
		memcpy(room->pv, hostile.bytes, size);
	hostile.failed = !hostile.failed && percent(2);
	*status = hostile.failed ? (int)(1 + below(0x200)) : 0;
	return true;
}

bool pd_hostile_fetch(const remote_buf *to, int *status)
{
	if (!hostile.left)
		return false;
	for (size_t i = 0; i < to->nLen; i += 64)
		((uint8_t *)to->pv)[i] = (uint8_t)fault_random(&hostile.state);
	*status = percent(10) ? AEE_EFAILED : 0;
	return true;
}
