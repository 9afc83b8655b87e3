/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * libqda: remote procedure calls to a Hexagon DSP
 *
 * A device is a DSP. A session is one process on it. A module is a library
 * that was loaded into that process. A call runs one of its functions. A
 * buffer is memory that the program and the DSP share.
 *
 * Functions return 0 or a negative errno. What the DSP itself answers is
 * another number, the result, and comes through a pointer: a call that
 * returned 0 was carried out by the DSP, whatever its result. Where the pointer
 * is NULL a result other than 0 becomes -EREMOTEIO. Pointers to objects are set
 * only on success.
 *
 * Everything may be used from several threads at once, but an object must not
 * be freed while another thread uses it. A child made by fork() does not have
 * its parent's sessions: each use of one returns -EOWNERDEAD, and freeing
 * releases what the child holds of it and nothing of the parent's.
 */
#ifndef QDA_H
#define QDA_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct qda_device;
struct qda_session;
struct qda_buffer;
struct qda_module;
struct qda_call;
struct qda_map;

/* ---- Devices ---------------------------------------------------------- */

/* Which DSP of the SoC. Other numbers are reserved. */
#define QDA_DOMAIN_ANY	 (-1)
#define QDA_DOMAIN_ADSP	 0
#define QDA_DOMAIN_MDSP	 1
#define QDA_DOMAIN_SDSP	 2
#define QDA_DOMAIN_CDSP	 3
#define QDA_DOMAIN_CDSP1 4
#define QDA_DOMAIN_GDSP0 5
#define QDA_DOMAIN_GDSP1 6
#define QDA_DOMAIN_CDSP2 7
#define QDA_DOMAIN_CDSP3 8

/** Constants of a device. Fields are only ever added at the end. */
struct qda_device_info {
	uint32_t domain;   /* QDA_DOMAIN_* */
	uint32_t sessions; /* how many sessions may exist at once */
	uint32_t calls;	   /* how many calls of a session may be in flight */
	uint32_t address_bits;	  /* width of an address in the DSP's memory */
	uint64_t buffer_size_max; /* in bytes */
	uint32_t version_major;	  /* of the driver's interface */
	uint32_t version_minor;
	uint32_t features; /* QDA_FEATURE_* */
	uint32_t reserved;
};

/* &qda_device_info.features */
#define QDA_FEATURE_POLL (1U << 0) /* QDA_SESSION_POLL can be had */

/**
 * qda_device_open - find a DSP
 * @domain: QDA_DOMAIN_*; QDA_DOMAIN_ANY takes the first
 * @device: set to the device; free with qda_device_close()
 *
 * Looks through /sys/class/accel. The environment variable QDA_DEVICE, the
 * path of a device node, is taken instead where it is set; it must still be
 * the domain that was asked for.
 *
 * -ENXIO where there is no such device, -EACCES where there are devices that
 * the program may not open.
 */
int qda_device_open(int domain, struct qda_device **device);

/** qda_device_open_path - take the DSP behind a device node */
int qda_device_open_path(const char *path, struct qda_device **device);

/** qda_device_close - free a device; its sessions stay as they are */
void qda_device_close(struct qda_device *device);

/** qda_device_path - path of the device node, valid until the device is freed */
const char *qda_device_path(const struct qda_device *device);

/**
 * qda_device_get_info - constants of the device
 * @info: filled in
 * @size: sizeof(*info); fields that do not fit are left out, and those that
 *	this library does not know are zero
 */
int qda_device_get_info(const struct qda_device *device,
			struct qda_device_info *info, size_t size);

/** qda_domain_name - "cdsp" for QDA_DOMAIN_CDSP, NULL for an unknown number */
const char *qda_domain_name(int domain);

/** qda_domain_from_name - the number of a name, -EINVAL for an unknown one */
int qda_domain_from_name(const char *name);

/* ---- Sessions --------------------------------------------------------- */

/* &qda_session_options.flags */
#define QDA_SESSION_SIGNED (1U << 0) /* a signed process, needs CAP_SYS_ADMIN */
#define QDA_SESSION_EVENTS \
	(1U << 1) /* tells by qda_session_event() how it ends */
#define QDA_SESSION_POLL \
	(1U << 2) /* calls look for their end before sleeping */
#define QDA_SESSION_OUTPUT_ALWAYS (1U << 3) /* outputs whatever the result */

/* &qda_session_options.kind */
#define QDA_SESSION_DYNAMIC 0 /* a new process of the session's own */
#define QDA_SESSION_STATIC  1 /* a process that the DSP's firmware names */
#define QDA_SESSION_ROOT    2 /* the DSP's root process */
#define QDA_SESSION_SENSORS 3 /* the DSP's process for sensors */

/* &qda_session_options.attributes; all but the second need CAP_SYS_ADMIN */
#define QDA_PROCESS_DEBUG	 (1U << 0) /* can be debugged */
#define QDA_PROCESS_ADAPTIVE_QOS (1U << 4) /* the DSP learns when calls come */
#define QDA_PROCESS_SYSTEM	 (1U << 5) /* a process of the system */
#define QDA_PROCESS_DUMP	 (1U << 7) /* its memory is dumped when it dies */

/** How to open a session. Fields are only ever added at the end. */
struct qda_session_options {
	uint32_t size;	/* sizeof(struct qda_session_options) */
	uint32_t flags; /* QDA_SESSION_* */
	const void *
		shell; /* program the process starts with; NULL: the DSP's own */
	size_t shell_length; /* its length in bytes, the signature's included */
	int64_t timeout_ns;  /* of each qda_invoke(); 0: none */
	uint32_t kind;	     /* QDA_SESSION_DYNAMIC or another */
	uint32_t attributes; /* QDA_PROCESS_*, of a dynamic process */
	const char *name;    /* of a static process, such as "audiopd" */
	uint32_t signature_length; /* test signature at the end of the shell */
	uint32_t reserved;	   /* 0 */
};

#ifdef __cplusplus
#define QDA_SESSION_OPTIONS_INIT                                            \
	{                                                                   \
		sizeof(struct qda_session_options), 0, nullptr, 0, 0, 0, 0, \
			nullptr, 0, 0                                       \
	}
#else
#define QDA_SESSION_OPTIONS_INIT                           \
	{                                                  \
		.size = sizeof(struct qda_session_options) \
	}
#endif

/**
 * qda_session_open - start a process on the DSP
 * @device: the DSP
 * @options: NULL for an unsigned process without a timeout
 * @session: set to the session; end it with qda_session_close()
 * @result: set to the DSP's answer with -EREMOTEIO, else to 0; may be NULL
 */
int qda_session_open(struct qda_device *device,
		     const struct qda_session_options *options,
		     struct qda_session **session, int32_t *result);

/**
 * qda_session_prepare - open a session that has no process yet
 *
 * It can have buffers; qda_session_start() gives it its process.
 */
int qda_session_prepare(struct qda_device *device,
			struct qda_session **session);

/** qda_session_start - start its process, once; see qda_session_open() */
int qda_session_start(struct qda_session *session,
		      const struct qda_session_options *options,
		      int32_t *result);

/**
 * qda_session_close - end a session and its process on the DSP
 *
 * What was not freed of its buffers, modules and calls is freed with it. Never
 * waits for the DSP.
 */
void qda_session_close(struct qda_session *session);

/** qda_session_fd - the open device node, for ioctls of one's own */
int qda_session_fd(const struct qda_session *session);

/* &qda_session_state.state */
#define QDA_SESSION_STATE_NONE	   0
#define QDA_SESSION_STATE_CREATING 1
#define QDA_SESSION_STATE_RUNNING  2
#define QDA_SESSION_STATE_DEAD	   3

/** State of a session. Fields are only ever added at the end. */
struct qda_session_state {
	uint32_t state;	  /* QDA_SESSION_STATE_* */
	uint32_t process; /* the process's number in the DSP's logs */
	uint32_t calls;	  /* calls in flight or not collected */
	uint32_t reserved;
};

/** qda_session_get_state - ask the kernel how the session is; see qda_device_get_info() */
int qda_session_get_state(struct qda_session *session,
			  struct qda_session_state *state, size_t size);

/* Indices of the attributes of qda_session_get_attributes(). */
#define QDA_DSP_UNSIGNED    1 /* processes for unsigned modules */
#define QDA_DSP_HVX_64B	    2 /* vector units of 64 bytes */
#define QDA_DSP_HVX_128B    3 /* vector units of 128 bytes */
#define QDA_DSP_VTCM_PAGE   4 /* largest page of the tightly coupled memory */
#define QDA_DSP_VTCM_COUNT  5 /* number of such pages */
#define QDA_DSP_ARCH	    6 /* version of the instruction set */
#define QDA_DSP_HMX_DEPTH   7 /* matrix unit: depth */
#define QDA_DSP_HMX_SPATIAL 8 /* matrix unit: width */
#define QDA_DSP_ATTRIBUTES  256

/**
 * qda_session_get_attributes - what the DSP says about itself
 * @attributes: by number; what is 0 the DSP does not have
 * @count: how many are wanted, at most QDA_DSP_ATTRIBUTES
 *
 * The first question of a device waits for the DSP. -EOPNOTSUPP when the DSP
 * does not know it.
 */
int qda_session_get_attributes(struct qda_session *session,
			       uint32_t *attributes, size_t count);

/* &qda_event.what */
#define QDA_EVENT_CALL	       1 /* a call of qda_call_submit_event() ended */
#define QDA_EVENT_PROCESS_DIED 2 /* the session's process ended by itself */
#define QDA_EVENT_DSP_DOWN     3 /* the DSP, or its driver, is gone */
#define QDA_EVENT_DSP_UP       4 /* it is back: open another session */

/* &qda_event.reason */
#define QDA_REASON_EXIT	     1 /* it ended */
#define QDA_REASON_KILLED    2 /* it was killed */
#define QDA_REASON_EXCEPTION 3 /* it made a mistake */
#define QDA_REASON_RESTART   4 /* the DSP restarts */

/** News of a session. Fields are only ever added at the end. */
struct qda_event {
	uint32_t what;	 /* QDA_EVENT_* */
	uint32_t reason; /* QDA_REASON_* of QDA_EVENT_PROCESS_DIED, or 0 */
	uint32_t device; /* of QDA_EVENT_DSP_UP: N of /dev/accel/accelN */
	uint32_t reserved;
	struct qda_call
		*call; /* of QDA_EVENT_CALL: qda_call_wait() returns at once */
	void *user;    /* of QDA_EVENT_CALL: as it was submitted */
};

/**
 * qda_session_event - take the next event
 * @deadline_ns: how long to wait for one, see qda_deadline(); 0 does not wait
 * @event: filled in
 * @size: sizeof(*event)
 *
 * -ETIME when none came. poll() on qda_session_fd() tells when there is one.
 * Any number of threads may take events; each goes to one of them.
 */
int qda_session_event(struct qda_session *session, int64_t deadline_ns,
		      struct qda_event *event, size_t size);

/** What the library did. Fields are only ever added at the end. */
struct qda_session_stats {
	uint64_t calls;	    /* sent to the DSP, module opening included */
	uint64_t bytes_in;  /* copied by the CPU on their way to the DSP */
	uint64_t bytes_out; /* copied by the CPU on their way back */
	uint64_t arguments_shared; /* arguments that no CPU touched */
	uint64_t arguments_copied;
	uint64_t arenas; /* buffers made to copy arguments through */
};

/** qda_session_get_stats - counters since the session was opened */
int qda_session_get_stats(const struct qda_session *session,
			  struct qda_session_stats *stats, size_t size);

/**
 * qda_session_detail - what the DSP said about the last failure
 * @text: gets the text and a NUL, cut to @size; "" where there is none
 *
 * For example the name of the library that a module lacks. Set by
 * qda_module_open() and qda_module_close(). There is one text for a session: a
 * program that opens modules of it in several threads may read another's.
 */
int qda_session_detail(struct qda_session *session, char *text, size_t size);

/* ---- Buffers ---------------------------------------------------------- */

/**
 * qda_buffer_create - memory that the program and the DSP share
 * @size: in bytes, not 0
 * @buffer: set to the buffer, zeroed; free with qda_buffer_free()
 */
int qda_buffer_create(struct qda_session *session, size_t size,
		      struct qda_buffer **buffer);

/**
 * qda_buffer_import - let the DSP use memory of another device
 * @fd: a dma-buf; stays the caller's
 *
 * Importing the same memory again gives the same buffer once more; it must be
 * freed as often.
 */
int qda_buffer_import(struct qda_session *session, int fd,
		      struct qda_buffer **buffer);

/** qda_buffer_export - a new dma-buf descriptor of the buffer, close-on-exec */
int qda_buffer_export(struct qda_buffer *buffer, int *fd);

/**
 * qda_buffer_map - let the program reach the buffer
 * @address: set to its first byte; the same for each call, until it is freed
 *
 * From now on a pointer into the buffer may be an argument of a call, and
 * nothing is copied.
 */
int qda_buffer_map(struct qda_buffer *buffer, void **address);

/** qda_buffer_size - size in bytes; what was asked for, in whole pages */
size_t qda_buffer_size(const struct qda_buffer *buffer);

/** qda_buffer_handle - GEM handle in the session's device node */
uint32_t qda_buffer_handle(const struct qda_buffer *buffer);

/**
 * qda_buffer_free - give the buffer up
 *
 * Its mapping is gone at once. A call in flight keeps the memory until it has
 * ended.
 */
void qda_buffer_free(struct qda_buffer *buffer);

/* ---- Maps -------------------------------------------------------------- */

#define QDA_MAP_TAG	    0 /* mapped now, found by its tag */
#define QDA_MAP_TAG_DELAYED 1 /* mapped when code on the DSP asks for the tag */
#define QDA_MAP_STATIC	    2 /* as the first, for the life of the process */
#define QDA_MAP_HEAP	    3 /* the process's heap grows by it */

/**
 * qda_map_create - give a part of a buffer to the session's process to keep
 * @kind: QDA_MAP_*
 * @tag: the number under which code on the DSP asks for it, neither 0 nor -1;
 *	0 for QDA_MAP_HEAP
 * @offset: where the part starts, a multiple of 4096
 * @length: in bytes, a multiple of 4096
 * @map: set to the map; take it back with qda_map_free()
 * @result: why, with -EREMOTEIO; else 0. May be NULL.
 *
 * Calls need no maps: it is for memory that code on the DSP comes back to by
 * itself. The memory is kept until the map is taken back or the process has
 * ended, whatever becomes of the buffer. -EBUSY when the tag is in use.
 */
int qda_map_create(struct qda_buffer *buffer, uint32_t kind, int32_t tag,
		   uint64_t offset, uint64_t length, struct qda_map **map,
		   int32_t *result);

/** qda_map_address - where the process has it; 0 for QDA_MAP_TAG_DELAYED */
uint64_t qda_map_address(const struct qda_map *map);

/**
 * qda_map_free - take the memory back
 * @result: as in qda_map_create()
 *
 * With -EREMOTEIO the DSP would not let go of it: the map stays, and this may
 * be tried again. In any other case it is freed.
 */
int qda_map_free(struct qda_map *map, int32_t *result);

/* ---- Calls ------------------------------------------------------------ */

/**
 * struct qda_arg - one argument of a call
 * @pointer: the argument's bytes, where @buffer is NULL
 * @buffer: the buffer that holds the argument
 * @offset: where it starts in @buffer; 0 without one
 * @length: in bytes, below 4 GiB; an argument of length 0 needs nothing else
 * @tag: for a DMA-handle argument the number under which code on the DSP knows
 *	the buffer, 0 for its GEM handle; for others 0
 * @reserved: 0
 *
 * Bytes at a pointer inside of a mapped buffer are used where they are. Others
 * are copied through a buffer of the library's: inputs before the call, outputs
 * after one that had result 0, or any with QDA_SESSION_OUTPUT_ALWAYS. An output
 * byte that the function did not write is then 0, or what it was as an input.
 * Arguments that overlap in the program overlap on the DSP.
 */
struct qda_arg {
	void *pointer;
	struct qda_buffer *buffer;
	uint64_t offset;
	size_t length;
	int32_t tag;
	uint32_t reserved;
};

/** qda_in - an input in ordinary memory, or in a mapped buffer */
static inline struct qda_arg qda_in(const void *pointer, size_t length)
{
	struct qda_arg arg = { (void *)pointer, NULL, 0, length, 0, 0 };

	return arg;
}

/** qda_out - an output in ordinary memory, or in a mapped buffer */
static inline struct qda_arg qda_out(void *pointer, size_t length)
{
	struct qda_arg arg = { pointer, NULL, 0, length, 0, 0 };

	return arg;
}

/** qda_range - an input or output in a buffer */
static inline struct qda_arg qda_range(struct qda_buffer *buffer,
				       uint64_t offset, size_t length)
{
	struct qda_arg arg = { NULL, buffer, offset, length, 0, 0 };

	return arg;
}

/** qda_dma - a DMA-handle argument: a buffer that code on the DSP maps itself */
static inline struct qda_arg qda_dma(struct qda_buffer *buffer, uint64_t offset,
				     size_t length, int32_t tag)
{
	struct qda_arg arg = { NULL, buffer, offset, length, tag, 0 };

	return arg;
}

/**
 * QDA_SCALARS - which method, and how many arguments of each class
 *
 * Arguments stand in this order: input buffers, output buffers, input DMA
 * handles, output DMA handles. Numbers must be in range: qda_scalars() checks.
 */
#define QDA_SCALARS(method, in, out, in_handles, out_handles)                  \
	((((uint32_t)(method)&0x1f) << 24) | (((uint32_t)(in)&0xff) << 16) |   \
	 (((uint32_t)(out)&0xff) << 8) | (((uint32_t)(in_handles)&0xf) << 4) | \
	 ((uint32_t)(out_handles)&0xf))

/**
 * qda_scalars - QDA_SCALARS() for numbers that are not known beforehand
 *
 * -EINVAL for a method above 31, -E2BIG for more than 255 inputs, 255 outputs,
 * 15 input handles or 15 output handles.
 */
int qda_scalars(unsigned int method, unsigned int in, unsigned int out,
		unsigned int in_handles, unsigned int out_handles,
		uint32_t *scalars);

/** define QDA_DEADLINE_NONE - Wait for ever. */
#define QDA_DEADLINE_NONE INT64_MAX

/** qda_deadline - CLOCK_MONOTONIC in @timeout_ns from now, for the calls below */
int64_t qda_deadline(int64_t timeout_ns);

/**
 * qda_invoke - run a function on the DSP and wait for it
 * @handle: remote handle, see qda_module_handle(); 1 and 2 are refused
 * @scalars: QDA_SCALARS()
 * @args: the arguments
 * @count: how many; must be what @scalars say
 * @result: set to what the function returned; may be NULL
 *
 * The function runs at most once, whatever signals arrive. Waits as long as the
 * session's timeout says. After -ETIME it may still run, and may still write
 * to arguments that lie in buffers.
 */
int qda_invoke(struct qda_session *session, uint32_t handle, uint32_t scalars,
	       const struct qda_arg *args, size_t count, int32_t *result);

/** qda_invoke_until - qda_invoke() with a deadline, see qda_deadline() */
int qda_invoke_until(struct qda_session *session, uint32_t handle,
		     uint32_t scalars, const struct qda_arg *args, size_t count,
		     int64_t deadline_ns, int32_t *result);

/** define QDA_BATCH_MAX - The most calls of qda_invoke_batch(). */
#define QDA_BATCH_MAX 256

/**
 * struct qda_batch_call - one call of qda_invoke_batch()
 * @handle: remote handle
 * @scalars: QDA_SCALARS()
 * @args: the arguments
 * @count: how many; must be what @scalars say
 * @error: set to 0 when the DSP answered, else to a negative errno; -ECANCELED
 *	for a call that was not sent because of another one
 * @result: set to what the function returned, where @error is 0
 */
struct qda_batch_call {
	uint32_t handle;
	uint32_t scalars;
	const struct qda_arg *args;
	size_t count;
	int error;
	int32_t result;
};

/**
 * qda_invoke_batch - run many functions on the DSP and wait for all
 * @calls: the calls; all may run at the same time, so that none may depend on
 *	another
 * @count: how many, at most QDA_BATCH_MAX (-E2BIG)
 * @deadline_ns: see qda_deadline()
 * @failed: set to the index of the call that was refused, else to @count; may be
 *	NULL
 *
 * One system call, however many calls there are. All calls are made ready before
 * one is sent: if one is wrong, none runs. They are sent in their order, and each
 * runs at most once, whatever signals arrive.
 *
 * Returns 0 when the DSP answered all, whatever their results. Else the first
 * error of a call, and each @error tells of its own; after -ETIME those with that
 * error may still run. -EOPNOTSUPP with a driver before 1.2.
 *
 * A call whose arguments lie in ordinary memory needs a buffer of the library's
 * for the time of the batch; the first batch makes as many as it needs.
 */
int qda_invoke_batch(struct qda_session *session, struct qda_batch_call *calls,
		     size_t count, int64_t deadline_ns, size_t *failed);

/**
 * qda_call_submit - send a call and do not wait
 * @call: set to the call; free with qda_call_free()
 *
 * Inputs are read before this returns. Pointers of outputs must stay valid
 * until qda_call_wait() has returned 0 or the call was freed.
 */
int qda_call_submit(struct qda_session *session, uint32_t handle,
		    uint32_t scalars, const struct qda_arg *args, size_t count,
		    struct qda_call **call);

/**
 * qda_call_submit_event - qda_call_submit() whose end is an event
 * @user: given back by the event
 *
 * qda_session_event() gives the call when it has ended; until then it cannot be
 * waited for. It may be freed before: then there is no event.
 */
int qda_call_submit_event(struct qda_session *session, uint32_t handle,
			  uint32_t scalars, const struct qda_arg *args,
			  size_t count, void *user, struct qda_call **call);

/**
 * qda_call_wait - wait for a call
 *
 * -ETIME when the deadline passed: it can be waited for again. Once the call
 * has ended each further wait returns the same. One thread at a time.
 */
int qda_call_wait(struct qda_call *call, int64_t deadline_ns, int32_t *result);

/** qda_call_free - forget a call, whether it has ended or not */
void qda_call_free(struct qda_call *call);

/* ---- Modules ---------------------------------------------------------- */

/**
 * qda_module_open - load a library into the session's process
 * @uri: "file:///lib<if>_skel.so?<if>_skel_handle_invoke&_modver=1.0"
 * @module: set to the module; free with qda_module_close()
 * @result: why, with -EREMOTEIO; else 0. May be NULL. See also
 *	qda_session_detail()
 */
int qda_module_open(struct qda_session *session, const char *uri,
		    struct qda_module **module, int32_t *result);

/**
 * qda_module_close - unload it again
 * @result: as in qda_module_open()
 *
 * The module is freed whatever this returns.
 */
int qda_module_close(struct qda_module *module, int32_t *result);

/** qda_module_handle - the remote handle */
uint32_t qda_module_handle(const struct qda_module *module);

/** qda_module_session - the session that the module was loaded into */
struct qda_session *qda_module_session(const struct qda_module *module);

/** qda_module_invoke - qda_invoke() for a module */
int qda_module_invoke(struct qda_module *module, uint32_t scalars,
		      const struct qda_arg *args, size_t count,
		      int32_t *result);

/* ---- Errors ----------------------------------------------------------- */

/*
 * Texts for an errno, negative or not, and for a DSP's result, with or without
 * the offset 0x80000400 that the DSP adds. Never NULL; a hint that there is
 * not is "".
 */
const char *qda_error_name(int error);
const char *qda_error_text(int error);
const char *qda_error_hint(int error);
const char *qda_result_name(int32_t result);
const char *qda_result_text(int32_t result);
const char *qda_result_hint(int32_t result);

/**
 * qda_error_format - one line that says what went wrong and what to do
 * @error: what a function returned; 0 to speak of @result alone
 * @result: what the DSP answered; 0 where it did not
 * @text: gets the line without a line break, cut to @size
 *
 * Returns its length as snprintf() does.
 */
int qda_error_format(char *text, size_t size, int error, int32_t result);

#ifdef __cplusplus
}
#endif

#endif
