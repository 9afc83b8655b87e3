// SPDX-License-Identifier: BSD-3-Clause
/*
 * Lines that code on the DSP logs, as records of the interface adspmsgd_apps.
 * What they say is hostile: it is shown as text, never as a format, without
 * anything that a terminal could take for a command, and so many a second only.
 */
#include "log.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "AEEStdErr.h"
#include "HAP_farf.h"
#include "fastrpc.h"
#include "fastrpc_log.h"
#include "session.h"

#define TEXT_SIZE 218
#define FILE_SIZE 30

/* At once, and as many more for each second that passes. */
#define LINES_A_SECOND 1000

/* As it is on the wire; the strings end with a NUL or with the field. */
struct record {
	uint32_t level;
	uint16_t line;
	uint16_t thread;
	char text[TEXT_SIZE];
	char file[FILE_SIZE];
};

_Static_assert(sizeof(struct record) == 256, "of the protocol");

struct dsp_log {
	unsigned int slot;
	uint32_t mask;
	unsigned int room; /* lines that may still be shown */
	unsigned int left_out;
	int64_t filled; /* when @room was last filled up, ms */
};

/* Held while it is called, so that it can be taken away. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static void (*callback)(void *context, const struct fastrpc_log_line *line);
static void *callback_context;

EXPORT void fastrpc_log_callback(
	void (*function)(void *context, const struct fastrpc_log_line *line),
	void *context)
{
	pthread_mutex_lock(&lock);
	callback = function;
	callback_context = context;
	pthread_mutex_unlock(&lock);
}

/* Not taken for fork(): the callback may call it. */
void dsp_log_fork(enum fork_step step)
{
	if (step == FORK_CHILD)
		pthread_mutex_init(&lock, NULL);
}

struct dsp_log *dsp_log_new(unsigned int slot, uint32_t mask)
{
	struct dsp_log *log = calloc(1, sizeof(*log));

	if (!log)
		return NULL;
	log->slot = slot;
	log->mask = mask;
	log->room = LINES_A_SECOND;
	log->filled = now_ms();
	return log;
}

static void write_line(const struct dsp_log *log,
		       const struct fastrpc_log_line *line)
{
	char name[32];

	slot_name(log->slot, name, sizeof(name));
	if (*line->file)
		log_at(line->level, "%s %s:%d: %s: %s", name, line->file,
		       line->line, log_level_name(line->level), line->text);
	else
		log_at(line->level, "%s: %s", name, line->text);
}

static void deliver(const struct dsp_log *log, struct fastrpc_log_line *line)
{
	line->domain = (int)(log->slot % DOMAINS);
	line->session = (int)(log->slot / DOMAINS);
	pthread_mutex_lock(&lock);
	if (callback)
		callback(callback_context, line);
	else
		write_line(log, line);
	pthread_mutex_unlock(&lock);
}

static void tell_left_out(struct dsp_log *log)
{
	char text[64];
	struct fastrpc_log_line line = { .level = HAP_LEVEL_ERROR,
					 .file = "",
					 .text = text };

	if (!log->left_out)
		return;
	snprintf(text, sizeof(text), "%u lines more were left out",
		 log->left_out);
	log->left_out = 0;
	deliver(log, &line);
}

static bool has_room(struct dsp_log *log)
{
	int64_t time = now_ms();
	int64_t more = (time - log->filled) * LINES_A_SECOND / 1000;

	if (more > 0) {
		log->filled = time;
		log->room = more + log->room > LINES_A_SECOND ?
				    LINES_A_SECOND :
				    log->room + (unsigned int)more;
	}
	if (!log->room) {
		log->left_out++;
		return false;
	}
	tell_left_out(log);
	log->room--;
	return true;
}

/* Text that is safe to show; newlines at its end are what printf() is used to. */
static void clean(char *to, const char *from, size_t size)
{
	size_t length = strnlen(from, size);

	while (length && (from[length - 1] == '\n' || from[length - 1] == '\r'))
		length--;
	for (size_t i = 0; i < length; i++)
		to[i] = from[i] >= ' ' && from[i] < 0x7f   ? from[i] :
			from[i] == '\t' || from[i] == '\n' ? ' ' :
							     '?';
	to[length] = '\0';
}

static void show(struct dsp_log *log, const struct record *record)
{
	char text[TEXT_SIZE + 1], file[FILE_SIZE + 1];
	struct fastrpc_log_line line = {
		.level = (int)record->level,
		.line = record->line,
		.thread = record->thread,
		.file = file,
		.text = text,
	};

	if (record->level >= 32 || !(log->mask >> record->level & 1))
		return;
	if (!has_room(log))
		return;
	clean(text, record->text, sizeof(record->text));
	clean(file, record->file, sizeof(record->file));
	deliver(log, &line);
}

int dsp_log_call(struct dsp_log *log, const struct host_call *call)
{
	const remote_buf *in = &call->in[1];
	struct record record;

	if ((call->scalars & 0x1fffffff) != REMOTE_SCALARS_MAKE(0, 2, 0))
		return AEE_EUNSUPPORTED;
	if (in->nLen % sizeof(record))
		return AEE_EBADPARM;
	for (size_t at = 0; at < in->nLen; at += sizeof(record)) {
		memcpy(&record, (const char *)in->pv + at, sizeof(record));
		show(log, &record);
	}
	return 0;
}

/* Of the level that most lines have. */
void dsp_log_print(struct dsp_log *log, const char *text)
{
	struct record record = { .level = HAP_LEVEL_HIGH };

	/* It may be longer than a record's. */
	do {
		size_t length = strnlen(text, sizeof(record.text));

		memset(record.text, 0, sizeof(record.text));
		memcpy(record.text, text, length);
		show(log, &record);
		text += length;
	} while (*text);
}

void dsp_log_free(struct dsp_log *log)
{
	if (log)
		tell_left_out(log);
	free(log);
}
