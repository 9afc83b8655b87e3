/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef QDA_INTERNAL_H
#define QDA_INTERNAL_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <qda_accel.h>

#include "qda.h"
#include "range.h"
#include "sys.h"

#define QDA_EXPORT __attribute__((visibility("default")))

#define QDA_DETAIL_SIZE 256

/* One DMA descriptor of the DSP covers a cache line; see &qda_call.arena. */
#define QDA_ARENA_ALIGN 128

/* Room of a new arena, and what one may keep when its call has ended. */
#define QDA_ARENA_SIZE_MIN  (64 * 1024)
#define QDA_ARENA_SIZE_KEEP (1024 * 1024)

struct qda_device {
	struct qda_device_info info;
	char path[];
};

struct qda_buffer {
	struct qda_session *session;
	uint32_t handle;
	uint32_t refs; /* under qda_session.buffers_lock */
	size_t size;
	uint64_t mmap_offset;
	int dma_buf;   /* of an import: only its exporter maps it */
	void *address; /* under qda_session.buffers_lock */
};

struct qda_module {
	struct qda_session *session;
	struct qda_module *next;
	uint32_t handle;
};

struct qda_copy {
	void *pointer;
	size_t offset; /* in the arena */
	size_t length;
	unsigned int arg;
};

/*
 * A call and what it needs. Recycled, so that a call that finds one idle
 * allocates nothing.
 */
struct qda_call {
	struct qda_session *session;
	struct qda_call *next; /* in the idle or the abandoned list */
	struct qda_call *next_all;

	uint8_t *args; /* struct drm_qda_remote_arg, or the start of it */
	uint32_t args_stride;
	struct qda_copy *copies; /* inputs, then outputs */
	unsigned int capacity;	 /* of args, copies and order */
	unsigned int count;
	unsigned int copies_in;
	unsigned int copies_count;
	uint16_t *order; /* of copies, by address */

	/*
	 * Where arguments in ordinary memory are copied through, each at a
	 * cache line of its own: the DSP writes whole lines back.
	 */
	uint32_t arena_handle;
	size_t arena_size;
	uint8_t *arena;

	uint64_t id;
	bool done;
	int error;
	int32_t result;

	bool by_event;	/* its end is an event */
	bool forgotten; /* freed before that; under calls_lock */
	void *user;
};

struct qda_map {
	struct qda_session *session;
	struct qda_map *next;
	uint32_t number;
	uint64_t address;
};

struct qda_counters {
	atomic_uint_least64_t calls;
	atomic_uint_least64_t bytes_in;
	atomic_uint_least64_t bytes_out;
	atomic_uint_least64_t arguments_shared;
	atomic_uint_least64_t arguments_copied;
	atomic_uint_least64_t arenas;
};

struct qda_session {
	int fd;
	uint64_t buffer_size_max;
	int64_t timeout_ns;
	bool output_always;
	bool batches; /* the driver knows them */

	/* A page that reads 0 in a forked child. */
	const uint32_t *alive;

	/*
	 * Handles are a name space of the open file, and importing a buffer
	 * that is there already gives its handle again. So a handle is given
	 * out and closed under this lock.
	 */
	pthread_mutex_t buffers_lock;
	struct qda_buffer **buffers; /* by handle */
	uint32_t buffers_count;

	pthread_rwlock_t ranges_lock;
	struct qda_ranges ranges; /* where buffers are mapped */

	pthread_mutex_t calls_lock;
	struct qda_call *calls; /* all */
	struct qda_call *idle;
	struct qda_call *abandoned; /* nobody waits, the DSP may still write */
	struct qda_call *abandoned_last;
	atomic_bool have_abandoned;

	pthread_mutex_t modules_lock;
	struct qda_module *modules;
	struct qda_map *maps; /* under modules_lock too */
	char detail[QDA_DETAIL_SIZE];

	struct qda_counters counters;
};

/* A buffer object as the kernel knows it, below struct qda_buffer. */
struct qda_bo {
	uint32_t handle;
	uint64_t size;
	uint64_t mmap_offset;
};

int qda_bo_create(int fd, uint64_t size, struct qda_bo *bo);
void qda_bo_close(int fd, uint32_t handle);

/* -EOWNERDEAD in a child of the process that opened the session. */
int qda_session_check(const struct qda_session *session);

/* Opens a node and makes sure that a QDA device is behind it. */
int qda_node_open(const char *path, int *fd, struct qda_device_info *info);

/* ioctl() that goes on after a signal; 0 or a negative errno. */
int qda_node_ioctl(int fd, unsigned long request, void *arg);

/* The mapped buffer that holds all of the bytes, or NULL; see range.h. */
int qda_session_find(struct qda_session *session, const void *pointer,
		     size_t length, struct qda_buffer **buffer,
		     uint64_t *offset);
void qda_session_free_buffers(struct qda_session *session);

/* arena.c: turns arguments into what the kernel takes. */
int qda_call_prepare(struct qda_call *call, uint32_t scalars,
		     const struct qda_arg *args, size_t count);
void qda_call_copy_in(struct qda_call *call);
void qda_call_copy_out(struct qda_call *call);
void qda_call_drop_arena(struct qda_call *call);

/*
 * call.c: a call of a session, with its arguments where the DSP finds them; to be
 * put when it has ended, or was not sent, or nobody waits for it any more.
 */
int qda_call_get(struct qda_session *session, uint32_t scalars,
		 const struct qda_arg *args, size_t count,
		 struct qda_call **call);
void qda_call_put(struct qda_call *call);

/* Notes how a call ended, and brings its outputs back. */
void qda_call_settle(struct qda_call *call, int error, int32_t result);

/* Collects those that have ended, without waiting; -ETIME when none has. */
int qda_calls_ask(struct qda_session *session,
		  struct drm_qda_remote_call *calls, unsigned int count);

void qda_session_free_calls(struct qda_session *session);
void qda_session_free_modules(struct qda_session *session);
void qda_session_free_maps(struct qda_session *session);

/* Notes how a call by event ended. False: it was freed before, forget it. */
bool qda_call_ended(struct qda_call *call, int error, int32_t result);

static inline void qda_count(atomic_uint_least64_t *counter, uint64_t n)
{
	atomic_fetch_add_explicit(counter, n, memory_order_relaxed);
}

/* Fills a struct of the caller's, who may know fewer or more fields. */
void qda_copy_struct(void *to, size_t to_size, const void *from,
		     size_t from_size);

#endif
