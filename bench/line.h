/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Contenders whose caller waits for each call: a line is one way to the DSP,
 * with one call on it at a time. A contender of them differs from another by its
 * struct line_type alone.
 */
#ifndef BENCH_LINE_H
#define BENCH_LINE_H

#include "contender.h"
#include "request.h"

struct line;

/**
 * struct line_type - a transport
 * @buffers_max: of how many buffers a session makes sense; 0: it has none
 * @sessions_max: how many sessions there can be; NULL for any number
 * @open: a session of its own with a bench module, and @buffers, at least one,
 *	for payloads of at most @size bytes, which may be 0. 0 or a negative errno
 * @join: another line, for another thread, in the session of @first, which is
 *	closed later; NULL where each thread is to have a session
 * @memory: for the payload, of @size bytes as of open; another one for each
 *	@index below @buffers of open; NULL when it cannot be had
 * @invoke: call, wait and bring what comes back to the request's arguments. 0,
 *	what the transport says, -EBADMSG when the function refused
 */
struct line_type {
	unsigned int buffers_max;
	unsigned int (*sessions_max)(void);
	int (*open)(struct line **line, size_t size, unsigned int buffers);
	int (*join)(struct line **line, struct line *first, size_t size,
		    unsigned int buffers);
	void *(*memory)(struct line *line, unsigned int index);
	int (*invoke)(struct line *line, struct request *request,
		      unsigned int index);
	void (*close)(struct line *line);
};

/* What contender.unfit, open and so on are, for contenders of lines. */
const char *line_unfit(const struct line_type *type,
		       const struct workload *workload);
int line_open(const struct line_type *type, struct contender_state **state,
	      const struct workload *workload);
int line_run(struct contender_state *state, unsigned int calls, uint32_t *ns);
int line_count(struct contender_state *state, struct tally *tally);
void line_close(struct contender_state *state);

/* A contender's two functions that name the type. */
#define LINE_FUNCTIONS(type)                                             \
	static const char *type##_unfit(const struct workload *workload) \
	{                                                                \
		return line_unfit(&(type), workload);                    \
	}                                                                \
	static int type##_open(struct contender_state **state,           \
			       const struct workload *workload)          \
	{                                                                \
		return line_open(&(type), state, workload);              \
	}

#endif
