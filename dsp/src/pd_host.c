// SPDX-License-Identifier: BSD-3-Clause
#include "pd_host.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "AEEStdErr.h"
#include "dsp.h"
#include "pd_hostile.h"
#include "pd_relay.h"

#define BUFFERS_MAX   16
#define CHUNK	      (256 * 1024)
#define FILE_SIZE_MAX (64u << 20)
#define HEAP_UNIT     (1u << 20)

#define ADD_PAGES   0x1000u
#define HEAP_SYSTEM 25u

/* What stands in a request; see the README for the bytes. */
struct request {
	struct request *next;
	uint32_t context; /* 0: not taken yet */
	uint32_t handle;
	uint32_t sc;
	const uint8_t *bytes;
	size_t size;
	uint8_t *reply;
	size_t reply_size;
	bool done;
	int result;
};

static struct {
	pthread_mutex_t lock;
	pthread_cond_t asked;
	pthread_cond_t answered;
	bool listening;
	uint32_t context;
	struct request *waiting, **waiting_end;
	struct request *taken;
} host = {
	.lock = PTHREAD_MUTEX_INITIALIZER,
	.asked = PTHREAD_COND_INITIALIZER,
	.answered = PTHREAD_COND_INITIALIZER,
	.waiting_end = &host.waiting,
};

bool pd_host_listens(void)
{
	return __atomic_load_n(&host.listening, __ATOMIC_ACQUIRE);
}

bool pd_host_is_there(void)
{
	return pd_host_listens() || pd_relay_is_there();
}

/* ---- the bytes ---- */

static size_t put(uint8_t *to, size_t at, const remote_buf *buffer)
{
	uint32_t length = (uint32_t)buffer->nLen;

	if (to)
		memcpy(to + at, &length, sizeof(length));
	at += sizeof(length);
	if (!length)
		return at;
	at = (at + 7) & ~(size_t)7;
	if (to)
		memcpy(to + at, buffer->pv, length);
	return at + length;
}

static size_t pack(uint8_t *to, uint32_t sc, const remote_arg *args)
{
	unsigned int in = REMOTE_SCALARS_INBUFS(sc);
	unsigned int all = in + REMOTE_SCALARS_OUTBUFS(sc);
	size_t at = 0;

	for (unsigned int i = 0; i < in; i++)
		at = put(to, at, &args[i].buf);
	for (unsigned int i = in; i < all; i++) {
		uint32_t length = (uint32_t)args[i].buf.nLen;

		if (to)
			memcpy(to + at, &length, sizeof(length));
		at += sizeof(length);
	}
	return at;
}

/* Outputs have the sizes that were asked for, or the answer is refused. */
static int unpack(remote_arg *outs, unsigned int count, const uint8_t *bytes,
		  size_t size)
{
	size_t at = 0;

	for (unsigned int i = 0; i < count; i++) {
		remote_buf *out = &outs[i].buf;
		uint32_t length;

		if (size - at < sizeof(length))
			return AEE_EBADPARM;
		memcpy(&length, bytes + at, sizeof(length));
		at += sizeof(length);
		if (length != out->nLen)
			return AEE_EBADPARM;
		if (!length)
			continue;
		at = (at + 7) & ~(size_t)7;
		if (at > size || length > size - at)
			return AEE_EBADPARM;
		memcpy(out->pv, bytes + at, length);
		at += length;
	}
	return 0;
}

/* ---- the host's side ---- */

/* Called with the lock held, as what follows. */
static struct request *find_taken(uint32_t context)
{
	struct request *r = host.taken;

	while (r && r->context != context)
		r = r->next;
	return r;
}

static void finish(struct request *r, int result, const remote_buf *bytes)
{
	struct request **link = &host.taken;

	while (*link != r)
		link = &(*link)->next;
	*link = r->next;
	r->result = result;
	if (!result && bytes->nLen) {
		r->reply = malloc(bytes->nLen);
		r->reply_size = bytes->nLen;
		if (r->reply)
			memcpy(r->reply, bytes->pv, bytes->nLen);
		else
			r->result = AEE_ENOMEMORY;
	}
	r->done = true;
	pthread_cond_broadcast(&host.answered);
}

static struct request *take(void)
{
	struct request *r = host.waiting;

	host.waiting = r->next;
	if (!host.waiting)
		host.waiting_end = &host.waiting;
	do {
		r->context = ++host.context;
	} while (!r->context || find_taken(r->context));
	r->next = host.taken;
	host.taken = r;
	return r;
}

struct next_in {
	uint32_t context;
	int32_t result;
	uint32_t length;
	uint32_t room;
};

static int next(remote_arg *args)
{
	struct pd_request_head out;
	struct request *r;
	struct next_in in;
	int status;

	if (args[0].buf.nLen != sizeof(in) || args[2].buf.nLen != sizeof(out))
		return DSP_STATUS(AEE_EBADPARM);
	memcpy(&in, args[0].buf.pv, sizeof(in));
	if (in.length != args[1].buf.nLen || in.room != args[3].buf.nLen)
		return DSP_STATUS(AEE_EBADPARM);
	if (pd_hostile_next(&args[1].buf, &out, &args[3].buf, &status)) {
		memcpy(args[2].buf.pv, &out, sizeof(out));
		return status;
	}
	pthread_mutex_lock(&host.lock);
	r = in.context ? find_taken(in.context) : NULL;
	if (r)
		finish(r, in.result, &args[1].buf);
	while (!host.waiting)
		pthread_cond_wait(&host.asked, &host.lock);
	r = take();
	out = (struct pd_request_head){ r->context, r->handle, r->sc,
					(int32_t)r->size };
	memcpy(args[2].buf.pv, &out, sizeof(out));
	if (in.room)
		memcpy(args[3].buf.pv, r->bytes,
		       r->size < in.room ? r->size : in.room);
	pthread_mutex_unlock(&host.lock);
	return 0;
}

static int fetch(remote_arg *args)
{
	uint32_t in[3]; /* context, offset, length */
	int32_t needed = 0;
	struct request *r;
	int ret = 0;

	if (args[0].buf.nLen != sizeof(in) ||
	    args[1].buf.nLen != sizeof(needed))
		return DSP_STATUS(AEE_EBADPARM);
	memcpy(in, args[0].buf.pv, sizeof(in));
	if (pd_hostile_fetch(&args[2].buf, &ret)) {
		memcpy(args[1].buf.pv, &needed, sizeof(needed));
		return ret;
	}
	pthread_mutex_lock(&host.lock);
	r = find_taken(in[0]);
	if (!r || in[2] != args[2].buf.nLen || in[1] > r->size ||
	    in[2] > r->size - in[1])
		ret = DSP_STATUS(AEE_EBADPARM);
	else if (in[2])
		memcpy(args[2].buf.pv, r->bytes + in[1], in[2]);
	pthread_mutex_unlock(&host.lock);
	if (!ret)
		memcpy(args[1].buf.pv, &needed, sizeof(needed));
	return ret;
}

int pd_host_listener(uint32_t sc, remote_arg *args)
{
	switch (sc) {
	case REMOTE_SCALARS_MAKE(3, 0, 0):
		__atomic_store_n(&host.listening, true, __ATOMIC_RELEASE);
		return 0;
	case REMOTE_SCALARS_MAKE(4, 2, 2):
		return next(args);
	case REMOTE_SCALARS_MAKE(5, 1, 2):
		return fetch(args);
	default:
		return DSP_STATUS(AEE_EUNSUPPORTED);
	}
}

/* ---- the process's side ---- */

int pd_host_exchange(uint32_t handle, uint32_t sc, const uint8_t *bytes,
		     size_t size, uint8_t **reply, size_t *reply_size)
{
	struct request r = {
		.handle = handle,
		.sc = sc,
		.bytes = bytes,
		.size = size,
	};

	pthread_mutex_lock(&host.lock);
	*host.waiting_end = &r;
	host.waiting_end = &r.next;
	pthread_cond_signal(&host.asked);
	while (!r.done)
		pthread_cond_wait(&host.answered, &host.lock);
	pthread_mutex_unlock(&host.lock);
	*reply = r.reply;
	*reply_size = r.reply_size;
	return r.result;
}

int pd_host_invoke(uint32_t handle, uint32_t sc, remote_arg *args)
{
	size_t size = pack(NULL, sc, args), reply_size;
	uint8_t *bytes = malloc(size + 1), *reply = NULL;
	int ret;

	if (!bytes)
		return AEE_ENOMEMORY;
	pack(bytes, sc, args);
	if (pd_host_listens())
		ret = pd_host_exchange(handle, sc, bytes, size, &reply,
				       &reply_size);
	else
		ret = pd_relay_invoke(handle, sc, bytes, size, &reply,
				      &reply_size);
	if (!ret)
		ret = unpack(args + REMOTE_SCALARS_INBUFS(sc),
			     REMOTE_SCALARS_OUTBUFS(sc), reply, reply_size);
	free(bytes);
	free(reply);
	return ret;
}

static remote_arg buffer(const void *pointer, size_t length)
{
	remote_arg arg;

	arg.buf = (remote_buf){ (void *)pointer, length };
	return arg;
}

int pd_host_open(const char *name, uint32_t *handle)
{
	uint32_t in[2] = { (uint32_t)strlen(name) + 1, 64 };
	uint32_t out[2] = { 0 };
	char text[64];
	remote_arg args[] = { buffer(in, sizeof(in)), buffer(name, in[0]),
			      buffer(out, sizeof(out)),
			      buffer(text, sizeof(text)) };
	int ret = pd_host_invoke(0, REMOTE_SCALARS_MAKE(0, 2, 2), args);

	*handle = out[0];
	return ret ? ret : (int)out[1];
}

static int open_file(uint32_t files, const char *name, int32_t *number)
{
	static const char variable[] = "ADSP_LIBRARY_PATH";
	uint32_t in[4] = { sizeof(variable), 2, (uint32_t)strlen(name) + 1, 2 };
	remote_arg args[] = {
		buffer(in, sizeof(in)), buffer(variable, sizeof(variable)),
		buffer(";", 2),		buffer(name, in[2]),
		buffer("r", 2),		buffer(number, sizeof(*number))
	};

	return pd_host_invoke(files, REMOTE_SCALARS_MAKE(19, 5, 1), args);
}

static int read_chunk(uint32_t files, int32_t number, void *to, int fd,
		      bool *ended)
{
	uint32_t in[2] = { (uint32_t)number, CHUNK };
	int32_t out[2]; /* bytes, end of the file */
	remote_arg args[] = { buffer(in, sizeof(in)), buffer(out, sizeof(out)),
			      buffer(to, CHUNK) };
	int ret = pd_host_invoke(files, REMOTE_SCALARS_MAKE(4, 1, 2), args);

	if (ret)
		return ret;
	if (out[0] < 0 || out[0] > CHUNK || write(fd, to, out[0]) != out[0])
		return AEE_EFREAD;
	*ended = out[1] || !out[0];
	return 0;
}

static int copy_file(uint32_t files, int32_t number, int fd)
{
	void *chunk = malloc(CHUNK);
	size_t chunks = 0;
	bool ended = false;
	int ret = chunk ? 0 : AEE_ENOMEMORY;

	while (!ret && !ended) {
		ret = read_chunk(files, number, chunk, fd, &ended);
		if (++chunks > FILE_SIZE_MAX / CHUNK)
			ret = AEE_EFLEN;
	}
	free(chunk);
	return ret;
}

static void close_file(uint32_t files, int32_t number)
{
	remote_arg args[] = { buffer(&number, sizeof(number)) };

	pd_host_invoke(files, REMOTE_SCALARS_MAKE(3, 1, 0), args);
}

int pd_host_load(const char *name, int *fd)
{
	int32_t number;
	uint32_t files;
	int ret = pd_host_open("apps_std", &files);

	if (!ret)
		ret = open_file(files, name, &number);
	if (ret)
		return ret;
	*fd = memfd_create(name, MFD_CLOEXEC);
	ret = *fd < 0 ? AEE_ENOMEMORY : copy_file(files, number, *fd);
	close_file(files, number);
	if (ret && *fd >= 0)
		close(*fd);
	return ret;
}

int pd_host_grow(size_t size)
{
	struct {
		uint32_t heap, local_flags, remote_flags, pad;
		uint64_t address;
		int64_t length;
	} in = { HEAP_SYSTEM, 0, ADD_PAGES, 0, 0, 0 };
	uint64_t out[2];
	remote_arg args[] = { buffer(&in, sizeof(in)),
			      buffer(out, sizeof(out)) };
	uint32_t memory;
	int ret = pd_host_open("apps_mem", &memory);

	in.length = (int64_t)((size + HEAP_UNIT - 1) &
			      ~(size_t)(HEAP_UNIT - 1));
	return ret ? ret :
		     pd_host_invoke(memory, REMOTE_SCALARS_MAKE(2, 1, 1), args);
}
