// SPDX-License-Identifier: BSD-3-Clause
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "AEEStdErr.h"
#include "HAP_farf.h"
#include "HAP_mem.h"
#include "probe.h"
#include "remote.h"

#define EXPORT __attribute__((visibility("default")))

EXPORT int probe_skel_invoke(uint32_t sc, remote_arg *args);
EXPORT int probe_skel_handle_invoke(remote_handle64 handle, uint32_t sc,
				    remote_arg *args);

struct call {
	unsigned int in, out, in_handles;
	const remote_arg *ins, *outs, *handles;
};

static struct {
	pthread_mutex_t lock;
	pthread_cond_t released;
	uint32_t count;
	uint32_t blocked;
	uint32_t releases;
} state = {
	.lock = PTHREAD_MUTEX_INITIALIZER,
	.released = PTHREAD_COND_INITIALIZER,
};

/* Word @i of in-buffer @n, or 0 when it is not that long. */
static uint32_t in_word(const struct call *c, unsigned int n, unsigned int i)
{
	uint32_t word = 0;

	if (n < c->in && c->ins[n].buf.nLen >= (i + 1) * sizeof(word))
		memcpy(&word, (char *)c->ins[n].buf.pv + i * sizeof(word),
		       sizeof(word));
	return word;
}

static int out_words(const struct call *c, const uint32_t *words, size_t n)
{
	if (!c->out || c->outs[0].buf.nLen < n * sizeof(*words))
		return PROBE_EARGS;
	memcpy(c->outs[0].buf.pv, words, n * sizeof(*words));
	return 0;
}

static void wait_ms(uint32_t ms)
{
	struct timespec ts = { ms / 1000, ms % 1000 * 1000000l };

	while (nanosleep(&ts, &ts))
		;
}

static int echo(const struct call *c)
{
	unsigned int i;
	size_t n;

	if (c->in != c->out)
		return PROBE_EARGS;
	for (i = 0; i < c->in; i++) {
		n = c->ins[i].buf.nLen;
		if (n > c->outs[i].buf.nLen)
			n = c->outs[i].buf.nLen;
		if (n)
			memmove(c->outs[i].buf.pv, c->ins[i].buf.pv, n);
	}
	return 0;
}

static int checksum(const struct call *c)
{
	uint32_t sum = in_word(c, 0, 0);
	unsigned int i;
	size_t k;

	for (i = 1; i < c->in; i++) {
		const uint8_t *bytes = c->ins[i].buf.pv;

		for (k = 0; k < c->ins[i].buf.nLen; k++)
			sum += bytes[k];
	}
	for (i = 1; i < c->out; i++) {
		if (c->outs[i].buf.nLen)
			memset(c->outs[i].buf.pv, (int)(sum & 0xff),
			       c->outs[i].buf.nLen);
	}
	return out_words(c, &sum, 1);
}

static int count(const struct call *c)
{
	uint32_t n;

	wait_ms(in_word(c, 0, 0));
	n = __atomic_add_fetch(&state.count, 1, __ATOMIC_SEQ_CST);
	return out_words(c, &n, 1);
}

static uint32_t recurse(uint32_t depth)
{
	volatile char page[1024];

	page[0] = (char)depth;
	if (!depth)
		return 0;
	return recurse(depth - 1) + (uint32_t)page[0];
}

static void *abort_later(void *unused)
{
	(void)unused;
	wait_ms(PROBE_CRASH_LATER_MS);
	abort();
}

static int crash_later(void)
{
	pthread_t thread;

	return pthread_create(&thread, NULL, abort_later, NULL);
}

/* What it does is wrong on purpose: a sanitizer would stop it politely. */
__attribute__((no_sanitize("address", "undefined"))) static int crash(
	const struct call *c)
{
	volatile int zero = 0;
	volatile char *in0 = c->in ? c->ins[0].buf.pv : NULL;
	char *wild = (char *)((uintptr_t)in0 ^ 0x300000000);

	switch (in_word(c, 0, 0)) {
	case PROBE_CRASH_NULL:
		return *(volatile int *)(uintptr_t)(unsigned int)zero;
	case PROBE_CRASH_WILD_READ:
		return *(volatile char *)wild;
	case PROBE_CRASH_WILD_WRITE:
		*(volatile char *)wild = 1;
		break;
	case PROBE_CRASH_READ_ONLY:
		in0[0] = 1;
		break;
	case PROBE_CRASH_LATER:
		return crash_later();
	case PROBE_CRASH_ABORT:
		abort();
	case PROBE_CRASH_EXIT:
		exit(7);
	case PROBE_CRASH_DIVIDE:
		return (int)c->in / zero;
	case PROBE_CRASH_STACK:
		return (int)recurse(UINT32_MAX);
	case PROBE_CRASH_JUMP:
		((void (*)(void))(uintptr_t)in0)();
		break;
	case PROBE_CRASH_KILL:
		raise(SIGKILL);
		break;
	}
	return PROBE_EARGS;
}

static int beyond(const struct call *c)
{
	const remote_arg *buffer = c->in > 1 ? &c->ins[1] : &c->outs[0];
	const remote_arg *result = c->in > 1 ? &c->outs[0] : &c->outs[1];
	volatile uint8_t *at;

	if (c->in + c->out < 2)
		return PROBE_EARGS;
	at = (uint8_t *)buffer->buf.pv + buffer->buf.nLen + in_word(c, 0, 0);
	if (in_word(c, 0, 1))
		*at = 0x5a;
	else if (c->in + c->out == 3 && result->buf.nLen)
		*(uint8_t *)result->buf.pv = *at;
	else
		(void)*at;
	return 0;
}

static int block(const struct call *c)
{
	uint32_t mine, n;

	pthread_mutex_lock(&state.lock);
	n = ++state.blocked;
	mine = state.releases;
	while (mine == state.releases)
		pthread_cond_wait(&state.released, &state.lock);
	pthread_mutex_unlock(&state.lock);
	return c->out ? out_words(c, &n, 1) : 0;
}

static int release(const struct call *c)
{
	uint32_t n;

	pthread_mutex_lock(&state.lock);
	n = state.blocked;
	state.blocked = 0;
	state.releases++;
	pthread_cond_broadcast(&state.released);
	pthread_mutex_unlock(&state.lock);
	return c->out ? out_words(c, &n, 1) : 0;
}

static int tags(const struct call *c)
{
	uint32_t words[15 * 4] = { 0 };
	unsigned int i;
	void *at;

	for (i = 0; i < c->in_handles; i++) {
		const remote_dma_handle *d = &c->handles[i].dma;
		uint32_t *w = &words[4 * i];

		w[0] = (uint32_t)d->fd;
		w[1] = d->offset;
		w[2] = !HAP_mmap_get(d->fd, &at, NULL);
		if (!w[2])
			continue;
		memcpy(&w[3], (char *)at + d->offset, sizeof(w[3]));
		HAP_mmap_put(d->fd);
	}
	return out_words(c, words, 4 * c->in_handles);
}

static int tag_sum(const struct call *c)
{
	int tag = (int)in_word(c, 0, 0);
	uint32_t sum = 0;
	unsigned int i;
	void *at;
	int ret = HAP_mmap_get(tag, &at, NULL);

	if (ret)
		return ret;
	for (i = 0; i < 4096; i++)
		sum += ((uint8_t *)at)[i];
	if (!in_word(c, 0, 1))
		HAP_mmap_put(tag);
	return out_words(c, &sum, 1);
}

static int tag_fill(const struct call *c)
{
	int tag = (int)in_word(c, 0, 0);
	void *at;
	int ret = HAP_mmap_get(tag, &at, NULL);

	if (ret)
		return ret;
	memset(at, (int)in_word(c, 0, 1), in_word(c, 0, 2));
	return HAP_mmap_put(tag);
}

static uint64_t in_long(const struct call *c)
{
	return in_word(c, 0, 0) | (uint64_t)in_word(c, 0, 1) << 32;
}

static int out_longs(const struct call *c, const uint64_t *longs, size_t n)
{
	if (!c->out || c->outs[0].buf.nLen < n * sizeof(*longs))
		return PROBE_EARGS;
	memcpy(c->outs[0].buf.pv, longs, n * sizeof(*longs));
	return 0;
}

static int heap_take(const struct call *c)
{
	uint32_t bytes = in_word(c, 0, 0);
	uint64_t where;
	void *at;
	int ret = HAP_malloc(bytes, &at);

	if (ret)
		return ret;
	memset(at, (int)in_word(c, 0, 1), bytes);
	where = (uintptr_t)at;
	return out_longs(c, &where, 1);
}

static int heap_stats(const struct call *c)
{
	HAP_mem_stats_t stats;
	uint64_t longs[2];

	HAP_mem_get_stats(&stats);
	longs[0] = stats.bytes_free;
	longs[1] = stats.bytes_used;
	return out_longs(c, longs, 2);
}

static int peek(const struct call *c)
{
	uint32_t word = *(volatile uint32_t *)(uintptr_t)in_long(c);

	return out_words(c, &word, 1);
}

static int read_file(const struct call *c)
{
	char path[256];
	ssize_t n;
	int fd;

	if (c->in != 1 || c->out != 1 || c->ins[0].buf.nLen >= sizeof(path))
		return PROBE_EARGS;
	memcpy(path, c->ins[0].buf.pv, c->ins[0].buf.nLen);
	path[c->ins[0].buf.nLen] = '\0';
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return AEE_ENOSUCH;
	n = read(fd, c->outs[0].buf.pv, c->outs[0].buf.nLen);
	close(fd);
	return n < 0 ? AEE_EFAILED : 0;
}

static int text(const struct call *c, int print)
{
	int length;

	if (c->in < 1)
		return PROBE_EARGS;
	length = (int)c->ins[0].buf.nLen;
	if (print)
		printf("%.*s\n", length, (char *)c->ins[0].buf.pv);
	else
		FARF(HIGH, "%.*s", length, (char *)c->ins[0].buf.pv);
	return 0;
}

static void farf(int level, int runtime, int length, const char *text)
{
	switch (2 * level + runtime) {
#define LEVEL(name)                                         \
	case 2 * FARF_##name##_LEVEL:                       \
		FARF(name, "%.*s", length, text);           \
		break;                                      \
	case 2 * FARF_##name##_LEVEL + 1:                   \
		FARF(RUNTIME_##name, "%.*s", length, text); \
		break
		LEVEL(LOW);
		LEVEL(MEDIUM);
		LEVEL(HIGH);
		LEVEL(ERROR);
		LEVEL(FATAL);
#undef LEVEL
	}
}

static int farf_often(const struct call *c)
{
	uint32_t i;

	if (c->in != 2)
		return PROBE_EARGS;
	for (i = 0; i < in_word(c, 0, 2); i++)
		farf((int)in_word(c, 0, 0), in_word(c, 0, 1) != 0,
		     (int)c->ins[1].buf.nLen, c->ins[1].buf.pv);
	return 0;
}

/* The arguments after the first two are passed on as they are. */
static int call_host(const struct call *c)
{
	remote_handle module;
	int ret, err;

	if (c->in < 2 || !c->ins[1].buf.nLen ||
	    ((char *)c->ins[1].buf.pv)[c->ins[1].buf.nLen - 1])
		return PROBE_EARGS;
	ret = remote_handle_open(c->ins[1].buf.pv, &module);
	if (ret)
		return ret;
	ret = remote_handle_invoke(module,
				   REMOTE_SCALARS_MAKE(in_word(c, 0, 0),
						       c->in - 2, c->out),
				   (remote_arg *)c->ins + 2);
	err = remote_handle_close(module);
	return ret ? ret : err;
}

static int dispatch(uint32_t method, const struct call *c)
{
	switch (method) {
	case PROBE_ECHO:
		return echo(c);
	case PROBE_CHECKSUM:
		return checksum(c);
	case PROBE_COUNT:
		return count(c);
	case PROBE_SLEEP:
		wait_ms(in_word(c, 0, 0));
		return 0;
	case PROBE_CRASH:
		return crash(c);
	case PROBE_RESULT:
		return (int)in_word(c, 0, 0);
	case PROBE_LOG:
	case PROBE_PRINT:
		return text(c, method == PROBE_PRINT);
	case PROBE_BEYOND:
		return beyond(c);
	case PROBE_BLOCK:
		return block(c);
	case PROBE_RELEASE:
		return release(c);
	case PROBE_TAGS:
		return tags(c);
	case PROBE_RECURSE:
		recurse(in_word(c, 0, 0));
		return 0;
	case PROBE_TAG_SUM:
		return tag_sum(c);
	case PROBE_TAG_PUT:
		return HAP_mmap_put((int)in_word(c, 0, 0));
	case PROBE_READ_FILE:
		return read_file(c);
	case PROBE_HEAP_TAKE:
		return heap_take(c);
	case PROBE_HEAP_GIVE:
		return HAP_free((void *)(uintptr_t)in_long(c));
	case PROBE_HEAP_STATS:
		return heap_stats(c);
	case PROBE_TAG_FILL:
		return tag_fill(c);
	case PROBE_PEEK:
		return peek(c);
	case PROBE_FARF:
		return farf_often(c);
	case PROBE_HOST:
		return call_host(c);
	default:
		return AEE_EUNSUPPORTED;
	}
}

int probe_skel_invoke(uint32_t sc, remote_arg *args)
{
	struct call c = {
		.in = REMOTE_SCALARS_INBUFS(sc),
		.out = REMOTE_SCALARS_OUTBUFS(sc),
		.in_handles = REMOTE_SCALARS_INHANDLES(sc),
	};

	c.ins = args;
	c.outs = args + c.in;
	c.handles = args + c.in + c.out;
	return dispatch(REMOTE_SCALARS_METHOD(sc), &c);
}

static int open_handle(uint32_t sc, remote_arg *args)
{
	if (sc != REMOTE_SCALARS_MAKEX(0, PROBE_OPEN, 2, 0, 0, 1))
		return PROBE_EARGS;
	if (memmem(args[1].buf.pv, args[1].buf.nLen, "&fail", 5))
		return PROBE_EOPEN;
	args[2].h64 = (uintptr_t)malloc(1);
	return 0;
}

int probe_skel_handle_invoke(remote_handle64 handle, uint32_t sc,
			     remote_arg *args)
{
	switch (REMOTE_SCALARS_METHOD(sc)) {
	case PROBE_OPEN:
		return open_handle(sc, args);
	case PROBE_CLOSE:
		free((void *)(uintptr_t)handle);
		return 0;
	default:
		return handle ? probe_skel_invoke(sc, args) : AEE_EINVHANDLE;
	}
}
