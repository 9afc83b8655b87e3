/* SPDX-License-Identifier: BSD-3-Clause */
/* A way to a DSP. Each is complete: what it lacks gives -EOPNOTSUPP. */
#ifndef FASTRPC_BACKEND_H
#define FASTRPC_BACKEND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Of struct process_options.kind */
enum process_kind {
	PROCESS_DYNAMIC,
	PROCESS_STATIC,
	PROCESS_ROOT,
	PROCESS_SENSORS,
};

/* What a process is started with. */
struct process_options {
	enum process_kind kind;
	char name[32]; /* of PROCESS_STATIC */
	bool is_unsigned;
	bool dump;
	bool adaptive_qos;
	bool poll; /* calls look for their end before they sleep */
	bool events;
	const void *shell; /* program it begins with; NULL: the DSP's own */
	size_t shell_length;
};

/* An argument of a call. */
struct argument {
	void *pointer; /* as the program gave it; offset of a handle */
	size_t length;
	void *buffer;	 /* import() of the memory it lies in, or NULL */
	int fd;		 /* of that memory; -1 without */
	uint64_t offset; /* in that memory */
	int32_t tag;	 /* of a DMA handle */
};

/* How memory is to be given to a process: numbers of enum fastrpc_map_flags. */
enum map_kind {
	MAP_STATIC = 0,
	MAP_TAG = 2,
	MAP_TAG_DELAYED = 3,
	MAP_TAG_NOMAP = 16,
};

struct map_request {
	enum map_kind kind;
	int fd; /* refers to the memory */
	int32_t tag;
	void *buffer;	  /* import() of it */
	uint64_t size;	  /* of the memory */
	uint64_t address; /* in: the program's; out: the process's */
	uint64_t length;
};

/* What happened to a process; numbers of enum remote_rpc_status_flags. */
enum process_status {
	PROCESS_UP,
	PROCESS_EXIT,
	PROCESS_KILLED,
	PROCESS_EXCEPTION,
	PROCESS_RESTART,
};

struct backend {
	const char *name;

	/* Memory of the system heap is better than that of alloc(). */
	bool prefers_heap;

	/* It learns what becomes of processes. */
	bool tells_status;

	/*
	 * A session without a process. -ENXIO where this back end has no such
	 * DSP, -EACCES where the program may not use it.
	 */
	int (*open)(int domain, void **session);
	void (*close)(void *session);

	/* -EREMOTEIO with the DSP's answer, here and below. */
	int (*start)(void *session, const struct process_options *options,
		     int32_t *result);

	/* A new dma-buf, and what import() of it would give. */
	int (*alloc)(void *session, size_t size, int *fd, void **buffer);
	int (*import)(void *session, int fd, void **buffer);
	void (*release)(void *session, void *buffer);

	int (*map)(void *session, struct map_request *request, void **map,
		   int32_t *result);
	int (*unmap)(void *session, const struct map_request *request,
		     void *map, int32_t *result);

	/* The heap of the process grows by memory that the back end makes. */
	int (*grow)(void *session, uint64_t size, uint64_t *address, void **map,
		    int32_t *result);
	int (*shrink)(void *session, uint64_t address, uint64_t size, void *map,
		      int32_t *result);

	int (*invoke)(void *session, uint32_t handle, uint32_t scalars,
		      const struct argument *args, unsigned int count,
		      int32_t *result);

	/* What the DSP says about itself, by enum remote_dsp_attributes. */
	int (*attribute)(void *session, uint32_t id, uint32_t *value);

	/*
	 * Whether calls look for their end before they sleep. Where that is
	 * decided when the process starts, 0 for one that there is not yet, or
	 * that is so already.
	 */
	int (*poll)(void *session, bool on);

	/*
	 * Waits until something becomes of the process; -ECANCELED when nothing
	 * will any more. stop_waiting() ends it, from another thread.
	 */
	int (*wait_status)(void *session, enum process_status *status);
	void (*stop_waiting)(void *session);

	/*
	 * Waits until the DSP is up again after it went down: 0, -ETIME, or
	 * -ECANCELED where @stop_fd can be read.
	 */
	int (*wait_up)(void *session, int stop_fd, int timeout_ms);
};

extern const struct backend backend_qda;
extern const struct backend backend_misc;

/* For tests: what a session of QDA's back end is to libqda. */
struct qda_session *backend_qda_session(void *session);

#endif
