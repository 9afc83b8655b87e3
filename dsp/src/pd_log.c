// SPDX-License-Identifier: BSD-3-Clause
#include "pd_log.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <time.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "AEEStdErr.h"
#include "dsp.h"
#include "pd_host.h"

#define LINES_MAX 256
#define BATCH_MAX 16
#define FILES_MAX 16
#define FLUSH_MS  1000
#define NAME_SIZE 64

/* As it is on the wire; strings end with a NUL or with the field. */
struct record {
	uint32_t level;
	uint16_t line;
	uint16_t thread;
	char text[218];
	char file[30];
};

static struct {
	pthread_mutex_t lock;
	pthread_cond_t changed;
	bool is_there; /* the thread */
	bool wanted;   /* the host takes lines; also read without lock */
	uint32_t levels;
	char file[FILES_MAX][NAME_SIZE];
	unsigned int files;
	struct record record[LINES_MAX];
	uint64_t put, sent; /* how many ever */
	unsigned int lost;
	bool stuck; /* the host did not take them in time */
} logs = {
	.lock = PTHREAD_MUTEX_INITIALIZER,
	.changed = PTHREAD_COND_INITIALIZER,
};

/* Called with the lock held. */
static void want(bool wanted)
{
	__atomic_store_n(&logs.wanted, wanted, __ATOMIC_RELAXED);
}

static const char *last_part(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* ---- what waits ---- */

/* Called with the lock held. */
static void add(const struct record *record)
{
	if (logs.put - logs.sent == LINES_MAX) {
		logs.lost++;
		return;
	}
	logs.record[logs.put++ % LINES_MAX] = *record;
	pthread_cond_broadcast(&logs.changed);
}

/* Called with the lock held. Said when the worst is over, so that it is said. */
static void add_lost(void)
{
	/* of a level that the host wants */
	struct record record = { .level = (uint32_t)ffs((int)logs.levels) - 1 };

	if (!logs.lost || logs.put - logs.sent > LINES_MAX / 2)
		return;
	snprintf(record.text, sizeof(record.text),
		 "%u lines were lost before this one: the host is too slow",
		 logs.lost);
	logs.lost = 0;
	add(&record);
}

/* ---- to the host ---- */

static int send_batch(uint32_t handle, struct record *batch, size_t count)
{
	uint32_t length = (uint32_t)(count * sizeof(*batch));
	remote_arg args[2];

	args[0].buf = (remote_buf){ &length, sizeof(length) };
	args[1].buf = (remote_buf){ batch, length };
	return pd_host_invoke(handle, REMOTE_SCALARS_MAKE(0, 2, 0), args);
}

/* Called with the lock held. */
static size_t take_batch(struct record *batch)
{
	size_t count = 0;

	while (logs.sent + count < logs.put && count < BATCH_MAX) {
		batch[count] = logs.record[(logs.sent + count) % LINES_MAX];
		count++;
	}
	return count;
}

/* Called with the lock held. */
static size_t wait_for_batch(struct record *batch)
{
	size_t count;

	for (;;) {
		add_lost();
		count = take_batch(batch);
		if (count)
			return count;
		pthread_cond_wait(&logs.changed, &logs.lock);
	}
}

static void *send_lines(void *unused)
{
	struct record batch[BATCH_MAX];
	uint32_t handle = 0;
	size_t count;
	int ret;

	(void)unused;
	ret = pd_host_open("adspmsgd_apps", &handle);
	pthread_mutex_lock(&logs.lock);
	while (!ret) {
		count = wait_for_batch(batch);
		pthread_mutex_unlock(&logs.lock);
		ret = send_batch(handle, batch, count);
		pthread_mutex_lock(&logs.lock);
		logs.sent += count;
		logs.stuck = false;
		pthread_cond_broadcast(&logs.changed);
	}
	want(false);
	logs.is_there = false;
	pthread_cond_broadcast(&logs.changed);
	pthread_mutex_unlock(&logs.lock);
	return NULL;
}

/* Called with the lock held. */
static int start_thread(void)
{
	pthread_t thread;

	if (logs.is_there)
		return 0;
	if (pthread_create(&thread, NULL, send_lines, NULL))
		return DSP_STATUS(AEE_ENOMEMORY);
	pthread_detach(thread);
	logs.is_there = true;
	return 0;
}

int pd_log_daemon(uint32_t sc)
{
	int ret = 0;

	pthread_mutex_lock(&logs.lock);
	switch (sc) {
	case REMOTE_SCALARS_MAKE(2, 0, 0): /* by calls */
		ret = start_thread();
		want(!ret);
		break;
	case REMOTE_SCALARS_MAKE(3, 0, 0): /* no more */
		want(false);
		break;
	default: /* by shared memory, among others */
		ret = DSP_STATUS(AEE_EUNSUPPORTED);
	}
	pthread_mutex_unlock(&logs.lock);
	return ret;
}

/* ---- what is wanted ---- */

static bool are_names(const remote_buf *lengths, const remote_arg *names,
		      uint32_t count)
{
	uint32_t length;

	for (uint32_t i = 0; i < count; i++) {
		const remote_buf *name = &names[i].buf;

		memcpy(&length, (const char *)lengths->pv + 4 * i,
		       sizeof(length));
		if (!length || length != name->nLen || length > NAME_SIZE ||
		    memchr(name->pv, '\0', length) !=
			    (char *)name->pv + length - 1)
			return false;
	}
	return true;
}

int pd_log_levels(bool wide, const remote_arg *args, unsigned int in)
{
	const remote_arg *names = args + 2;
	uint32_t head[2]; /* levels, number of files */

	if (in < 2 || args[0].buf.nLen != sizeof(head))
		return DSP_STATUS(AEE_EBADPARM);
	memcpy(head, args[0].buf.pv, sizeof(head));
	if (head[1] > FILES_MAX || in != 2 + head[1] ||
	    args[1].buf.nLen != 4 * head[1] ||
	    !are_names(&args[1].buf, names, head[1]))
		return DSP_STATUS(AEE_EBADPARM);
	pthread_mutex_lock(&logs.lock);
	for (uint32_t i = 0; i < head[1]; i++)
		memcpy(logs.file[i], names[i].buf.pv, names[i].buf.nLen);
	logs.files = head[1];
	logs.levels = wide ? head[0] : head[0] & 0xffff;
	pthread_mutex_unlock(&logs.lock);
	return 0;
}

/* Called with the lock held. */
static bool is_wanted(int level, const char *file)
{
	const char *name = last_part(file);

	if (level < 0 || level > 31 || !(logs.levels >> level & 1))
		return false;
	for (unsigned int i = 0; i < logs.files; i++)
		if (!strcmp(logs.file[i], name))
			return true;
	return !logs.files;
}

bool pd_log_is_wanted(int level, const char *file)
{
	bool ret;

	pthread_mutex_lock(&logs.lock);
	ret = is_wanted(level, file);
	pthread_mutex_unlock(&logs.lock);
	return ret;
}

/* ---- from skels ---- */

/* A string without its NUL where it is as long as the field. */
static void set(char *field, size_t size, const char *text)
{
	memcpy(field, text, strnlen(text, size));
}

void pd_log_put(int level, const char *file, int line, const char *format,
		va_list args)
{
	struct record record = {
		.level = (uint32_t)level,
		.line = (uint16_t)line,
		.thread = (uint16_t)syscall(SYS_gettid),
	};
	char text[sizeof(record.text) + 1];

	vsnprintf(text, sizeof(text), format, args);
	set(record.text, sizeof(record.text), text);
	set(record.file, sizeof(record.file), last_part(file));
	pthread_mutex_lock(&logs.lock);
	if (logs.wanted && is_wanted(level, file))
		add(&record);
	pthread_mutex_unlock(&logs.lock);
}

void pd_log_flush(void)
{
	struct timespec end;
	uint64_t put;

	/* Each call comes here, and hardly any has lines for the host. */
	if (!__atomic_load_n(&logs.wanted, __ATOMIC_RELAXED))
		return;
	pthread_mutex_lock(&logs.lock);
	put = logs.put;
	if (logs.wanted && !logs.stuck && logs.sent < put) {
		clock_gettime(CLOCK_REALTIME, &end);
		end.tv_sec += FLUSH_MS / 1000;
		while (logs.wanted && !logs.stuck && logs.sent < put)
			if (pthread_cond_timedwait(&logs.changed, &logs.lock,
						   &end))
				logs.stuck = true;
	}
	pthread_mutex_unlock(&logs.lock);
}
