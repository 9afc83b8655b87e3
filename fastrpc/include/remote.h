/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * FastRPC: calls from a program to functions on a Hexagon DSP, and what a skel
 * needs to know to be called.
 *
 * Functions return 0, a code of AEEStdErr.h, or what the called function
 * returned; codes of the DSP's own machinery have DSP_AEE_EOFFSET added.
 *
 * A program names a library on the DSP by URI:
 *
 *   file:///lib<interface>_skel.so?<symbol>&_modver=1.0[&_dom=cdsp][&_session=1]
 *
 * With _modver=1.0 the symbol has the type remote_skel_handle_invoke: method 0
 * opens (two in-buffers: u32 length and the URI; one out-handle, to be set in
 * h64), method 1 closes, and each call carries the handle that open gave.
 * Without it the symbol has the type remote_skel_invoke. In-buffers may be
 * mapped read-only on the DSP, and an access beyond the mapped pages ends the
 * process. What the symbol returns goes to the program unchanged.
 *
 * A domain is a DSP of the SoC; an effective domain id is domain + 8 * session
 * and names one of the program's processes on it. Where a struct has a domain,
 * an effective id may stand there, and -1 for all.
 */
#ifndef REMOTE_H
#define REMOTE_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Generated code marks its declarations with these. */
#ifndef __QAIC_REMOTE
#define __QAIC_REMOTE(ff) ff
#endif
#ifndef __QAIC_REMOTE_EXPORT
#define __QAIC_REMOTE_EXPORT
#endif
#ifndef __QAIC_REMOTE_ATTRIBUTE
#define __QAIC_REMOTE_ATTRIBUTE
#endif
#ifndef __QAIC_RETURN
#define __QAIC_RETURN
#endif
#ifndef __QAIC_IN
#define __QAIC_IN
#endif
#ifndef __QAIC_IN_CHAR
#define __QAIC_IN_CHAR
#endif
#ifndef __QAIC_IN_LEN
#define __QAIC_IN_LEN(len)
#endif
#ifndef __QAIC_OUT
#define __QAIC_OUT
#endif
#ifndef __QAIC_INT64PTR
#define __QAIC_INT64PTR uint64_t
#endif

/* ---- Arguments -------------------------------------------------------- */

typedef uint32_t remote_handle;
typedef uint64_t remote_handle64;

/* A range of memory. */
typedef struct {
	void *pv;
	size_t nLen;
} remote_buf;

typedef struct {
	uint64_t pv;
	int64_t nLen;
} remote_buf64;

/*
 * A whole buffer, by its file descriptor: on the DSP the number under which
 * HAP_mmap_get() finds it.
 */
typedef struct {
	int32_t fd;
	uint32_t offset;
} remote_dma_handle;

typedef struct {
	int32_t fd;
	uint32_t offset;
	uint32_t len;
} remote_dma_handle64;

typedef union {
	remote_buf buf;
	remote_handle h;
	remote_handle64 h64;
	remote_dma_handle dma;
} remote_arg;

typedef union {
	remote_buf64 buf;
	remote_handle h;
	remote_handle64 h64;
	remote_dma_handle64 dma;
} remote_arg64;

/* What a skel exports, without and with _modver=1.0. */
typedef int (*remote_skel_invoke)(uint32_t sc, remote_arg *args);
typedef int (*remote_skel_handle_invoke)(remote_handle64 handle, uint32_t sc,
					 remote_arg *args);

/*
 * Scalars: attributes 31:29, method 28:24, and how many arguments of each kind
 * there are. Arguments stand in the order of the fields: in-buffers,
 * out-buffers, in-handles, out-handles.
 */
#define REMOTE_SCALARS_METHOD_ATTR(sc) (((sc) >> 29) & 0x7)
#define REMOTE_SCALARS_METHOD(sc)      (((sc) >> 24) & 0x1f)
#define REMOTE_SCALARS_INBUFS(sc)      (((sc) >> 16) & 0xff)
#define REMOTE_SCALARS_OUTBUFS(sc)     (((sc) >> 8) & 0xff)
#define REMOTE_SCALARS_INHANDLES(sc)   (((sc) >> 4) & 0xf)
#define REMOTE_SCALARS_OUTHANDLES(sc)  ((sc)&0xf)
#define REMOTE_SCALARS_LENGTH(sc)                                 \
	(REMOTE_SCALARS_INBUFS(sc) + REMOTE_SCALARS_OUTBUFS(sc) + \
	 REMOTE_SCALARS_INHANDLES(sc) + REMOTE_SCALARS_OUTHANDLES(sc))

#define REMOTE_SCALARS_MAKEX(attr, method, in, out, in_handles, out_handles)  \
	((((uint32_t)(attr)&0x7) << 29) | (((uint32_t)(method)&0x1f) << 24) | \
	 (((uint32_t)(in)&0xff) << 16) | (((uint32_t)(out)&0xff) << 8) |      \
	 (((uint32_t)(in_handles)&0xf) << 4) | ((uint32_t)(out_handles)&0xf))
#define REMOTE_SCALARS_MAKE(method, in, out) \
	REMOTE_SCALARS_MAKEX(0, method, in, out, 0, 0)

/* ---- Domains ---------------------------------------------------------- */

#define ADSP_DOMAIN_ID	0 /* audio */
#define MDSP_DOMAIN_ID	1 /* modem */
#define SDSP_DOMAIN_ID	2 /* sensors */
#define CDSP_DOMAIN_ID	3 /* compute */
#define CDSP1_DOMAIN_ID 4
#define GDSP0_DOMAIN_ID 5 /* general purpose */
#define GDSP1_DOMAIN_ID 6

#define ADSP_DOMAIN_NAME  "adsp"
#define MDSP_DOMAIN_NAME  "mdsp"
#define SDSP_DOMAIN_NAME  "sdsp"
#define CDSP_DOMAIN_NAME  "cdsp"
#define CDSP1_DOMAIN_NAME "cdsp1"
#define GDSP0_DOMAIN_NAME "gdsp0"
#define GDSP1_DOMAIN_NAME "gdsp1"

/* To be appended to a URI. */
#define ADSP_DOMAIN  "&_dom=adsp"
#define MDSP_DOMAIN  "&_dom=mdsp"
#define SDSP_DOMAIN  "&_dom=sdsp"
#define CDSP_DOMAIN  "&_dom=cdsp"
#define CDSP1_DOMAIN "&_dom=cdsp1"
#define GDSP0_DOMAIN "&_dom=gdsp0"
#define GDSP1_DOMAIN "&_dom=gdsp1"

/* Begins names of remote_handle_open() that are the library's own. */
#define ITRANSPORT_PREFIX "'\":;./\\"

#define MAX_DOMAIN_URI_SIZE 12

typedef struct domain {
	int id;
	char uri[MAX_DOMAIN_URI_SIZE];
} domain_t;

/* ---- Asynchronous calls ----------------------------------------------- */

enum fastrpc_async_notify_type {
	FASTRPC_ASYNC_NO_SYNC,	/* nobody wants to know how it ends */
	FASTRPC_ASYNC_CALLBACK, /* cb.fn is called when it has ended */
	FASTRPC_ASYNC_POLL,	/* fastrpc_async_get_status() is asked */
};

typedef uint64_t fastrpc_async_jobid;

typedef struct fastrpc_async_callback {
	void (*fn)(fastrpc_async_jobid jobid, void *context, int result);
	void *context;
} fastrpc_async_callback_t;

/* Given with a call; jobid is set by it. */
typedef struct fastrpc_async_descriptor {
	enum fastrpc_async_notify_type type;
	fastrpc_async_jobid jobid;
	fastrpc_async_callback_t cb;
} fastrpc_async_descriptor_t;

/* ---- remote_handle_control() ------------------------------------------ */

enum handle_control_req_id {
	DSPRPC_RESERVED,
	DSPRPC_CONTROL_LATENCY,	 /* struct remote_rpc_control_latency */
	DSPRPC_GET_DSP_INFO,	 /* struct remote_dsp_capability */
	DSPRPC_CONTROL_WAKELOCK, /* struct remote_rpc_control_wakelock */
	DSPRPC_GET_DOMAIN,	 /* struct remote_rpc_get_domain */
	DSPRPC_SET_PATH,	 /* struct remote_control_custom_path */
	DSPRPC_GET_PATH,	 /* struct remote_control_custom_path */
	DSPRPC_SMMU_SUPPORT,
	DSPRPC_KALLOC_SUPPORT,
	DSPRPC_PM,
	DSPRPC_RPC_POLL,
	DSPRPC_ASYNC_WAKE,
	DSPRPC_NOTIF_WAKE,
	DSPRPC_REMOTE_PROCESS_KILL,
	DSPRPC_SET_MODE,
};

/* &remote_rpc_control_latency.enable */
enum remote_rpc_latency_flags {
	RPC_DISABLE_QOS,
	RPC_PM_QOS,	  /* keep the CPU out of deep sleep while calls come */
	RPC_ADAPTIVE_QOS, /* the DSP wakes the CPU before a call ends */
	RPC_POLL_QOS,	  /* look for the end of a call before sleeping */
};

struct remote_rpc_control_latency {
	uint32_t enable;  /* enum remote_rpc_latency_flags */
	uint32_t latency; /* in us; for RPC_POLL_QOS at most 10000 */
};

/* &remote_dsp_capability.attribute_ID */
enum remote_dsp_attributes {
	DOMAIN_SUPPORT,
	UNSIGNED_PD_SUPPORT,
	HVX_SUPPORT_64B,
	HVX_SUPPORT_128B,
	VTCM_PAGE,
	VTCM_COUNT,
	ARCH_VER,
	HMX_SUPPORT_DEPTH,
	HMX_SUPPORT_SPATIAL,
	ASYNC_FASTRPC_SUPPORT,
	STATUS_NOTIFICATION_SUPPORT,
	MCID_MULTICAST,
};

typedef struct remote_dsp_capability {
	uint32_t domain;
	uint32_t attribute_ID; /* enum remote_dsp_attributes */
	uint32_t capability;   /* out */
} fastrpc_capability;

#define FASTRPC_WAKELOCK_CONTROL_SUPPORTED 1

struct remote_rpc_control_wakelock {
	uint32_t enable;
};

typedef struct remote_rpc_get_domain {
	int domain; /* out: the handle's, or the library's default */
} remote_rpc_get_domain_t;

/* A value that belongs to a key in file URIs. */
struct remote_control_custom_path {
	int32_t value_size; /* its NUL included */
	const char *path;   /* the key */
	char *value;
};

/* ---- remote_session_control() ----------------------------------------- */

enum session_control_req_id {
	FASTRPC_RESERVED_1,
	FASTRPC_THREAD_PARAMS,		/* struct remote_rpc_thread_params */
	DSPRPC_CONTROL_UNSIGNED_MODULE, /* ..._control_unsigned_module */
	FASTRPC_RESERVED_2,
	FASTRPC_RELATIVE_THREAD_PRIORITY, /* ..._relative_thread_priority */
	FASTRPC_RESERVED_3,
	FASTRPC_REMOTE_PROCESS_KILL,	       /* ..._process_clean_params */
	FASTRPC_SESSION_CLOSE,		       /* ..._session_close */
	FASTRPC_CONTROL_PD_DUMP,	       /* ..._control_pd_dump */
	FASTRPC_REMOTE_PROCESS_EXCEPTION,      /* ..._process_exception */
	FASTRPC_REMOTE_PROCESS_TYPE,	       /* struct remote_process_type */
	FASTRPC_REGISTER_STATUS_NOTIFICATIONS, /* ..._notif_register */
	FASTRPC_PD_INITMEM_SIZE,	       /* ..._pd_initmem_size */
	FASTRPC_RESERVE_NEW_SESSION,	       /* ..._reserve_new_session */
	FASTRPC_GET_EFFECTIVE_DOMAIN_ID,       /* ..._effective_domain_id */
	FASTRPC_GET_URI,		       /* ..._get_uri */
	FASTRPC_MAX_THREAD_PARAM,
	FASTRPC_CONTEXT_CREATE,	 /* struct fastrpc_context_create */
	FASTRPC_CONTEXT_DESTROY, /* struct fastrpc_context_destroy */
};

/* Of the threads that run calls; before the process is started. */
struct remote_rpc_thread_params {
	int domain;
	int prio;	/* 1 (highest) to 255; -1: default, 192 */
	int stack_size; /* 16 KiB to 8 MiB; -1: default */
};

/* Before the process is started. */
struct remote_rpc_control_unsigned_module {
	int domain;
	int enable;
};

struct remote_rpc_relative_thread_priority {
	int domain;
	int relative_thread_priority; /* below 0: more important */
};

/* Ends the process, whatever runs in it. */
struct remote_rpc_process_clean_params {
	int domain;
};

/* Closes all handles and ends the process. */
struct remote_rpc_session_close {
	int domain;
};

struct remote_rpc_control_pd_dump {
	int domain;
	int enable;
};

typedef struct remote_rpc_process_clean_params remote_rpc_process_exception;

enum fastrpc_process_type {
	PROCESS_TYPE_SIGNED,
	PROCESS_TYPE_UNSIGNED,
};

struct remote_process_type {
	int domain;
	int process_type; /* out: enum fastrpc_process_type */
};

typedef enum remote_rpc_status_flags {
	FASTRPC_USER_PD_UP,
	FASTRPC_USER_PD_EXIT,
	FASTRPC_USER_PD_FORCE_KILL,
	FASTRPC_USER_PD_EXCEPTION,
	FASTRPC_DSP_SSR,
} remote_rpc_status_flags_t;

/* Called from a thread of the library's; what it returns is not used. */
typedef int (*fastrpc_notif_fn_t)(void *context, int domain, int session,
				  remote_rpc_status_flags_t status);

typedef struct remote_rpc_notif_register {
	void *context;
	int domain;
	fastrpc_notif_fn_t notifier_fn;
} remote_rpc_notif_register_t;

struct remote_rpc_pd_initmem_size {
	int domain;
	uint32_t pd_initmem_size; /* 3 MiB to 200 MiB; signed processes only */
};

/* Lengths of names are without their NUL. */
typedef struct remote_rpc_reserve_new_session {
	char *domain_name;
	uint32_t domain_name_len;
	char *session_name;
	uint32_t session_name_len;
	uint32_t effective_domain_id; /* out */
	uint32_t session_id;	      /* out: 1 and above */
} remote_rpc_reserve_new_session_t;

typedef struct remote_rpc_effective_domain_id {
	char *domain_name;
	uint32_t domain_name_len;
	uint32_t session_id;
	uint32_t effective_domain_id; /* out */
} remote_rpc_effective_domain_id_t;

typedef struct remote_rpc_get_uri {
	char *domain_name;
	uint32_t domain_name_len;
	uint32_t session_id;
	char *module_uri;
	uint32_t module_uri_len;
	char *uri;	  /* out: module_uri with domain and session */
	uint32_t uri_len; /* its room; AEE_EBADSIZE when it is too small */
} remote_rpc_get_uri_t;

typedef struct fastrpc_context_create {
	uint32_t *effec_domain_ids;
	uint32_t num_domain_ids;
	uint64_t flags;
	uint64_t ctx; /* out */
} fastrpc_context_create;

typedef struct fastrpc_context_destroy {
	uint64_t ctx;
	uint64_t flags;
} fastrpc_context_destroy;

/* ---- Memory ----------------------------------------------------------- */

/* Of remote_mem_map() */
enum remote_mem_map_flags {
	REMOTE_MAP_MEM_STATIC, /* until remote_mem_unmap() */
};

/* Of fastrpc_mmap(). Other numbers up to 16 are reserved. */
enum fastrpc_map_flags {
	FASTRPC_MAP_STATIC, /* mapped now, until fastrpc_munmap() */
	FASTRPC_MAP_RESERVED,
	FASTRPC_MAP_FD,		   /* mapped now, found by HAP_mmap_get() */
	FASTRPC_MAP_FD_DELAYED,	   /* mapped by HAP_mmap() */
	FASTRPC_MAP_FD_NOMAP = 16, /* as before, never mapped for the CPU */
};

/* Of remote_register_buf_attr() */
#define FASTRPC_ATTR_NONE		0
#define FASTRPC_ATTR_NON_COHERENT	2
#define FASTRPC_ATTR_COHERENT		4
#define FASTRPC_ATTR_KEEP_MAP		8  /* mapped until unregistered */
#define FASTRPC_ATTR_NOMAP		16 /* never mapped by a call */
#define FASTRPC_ATTR_FORCE_NOFLUSH	32
#define FASTRPC_ATTR_FORCE_NOINVALIDATE 64
#define FASTRPC_ATTR_TRY_MAP_STATIC	128 /* mapped as soon as it can be */

/* Of remote_set_mode() */
#define REMOTE_MODE_PARALLEL 0
#define REMOTE_MODE_SERIAL   1

/* ---- Functions -------------------------------------------------------- */

/**
 * remote_handle_open - load a library into the program's process on the DSP
 * @name: URI, or the bare name of an interface; _dom and _session in it choose
 *	the process, which is started if need be
 * @ph: set to the handle
 */
__QAIC_REMOTE_EXPORT int __QAIC_REMOTE(remote_handle_open)(const char *name,
							   remote_handle *ph);
__QAIC_REMOTE_EXPORT int __QAIC_REMOTE(remote_handle64_open)(
	const char *name, remote_handle64 *ph);

/**
 * remote_handle_invoke - call a function and wait for it
 * @h: handle of the library, or one of the DSP's constant handles 0 and 3 to
 *	20 of the library's default domain
 * @dwScalars: REMOTE_SCALARS_MAKEX()
 * @pra: the arguments, as many as the scalars say
 *
 * Memory of rpcmem_alloc() and registered buffers is used where it is. Other
 * arguments are copied; those that overlap in the program overlap on the DSP.
 * The function runs at most once, whatever signals arrive.
 */
__QAIC_REMOTE_EXPORT int __QAIC_REMOTE(remote_handle_invoke)(remote_handle h,
							     uint32_t dwScalars,
							     remote_arg *pra);
__QAIC_REMOTE_EXPORT int __QAIC_REMOTE(remote_handle64_invoke)(
	remote_handle64 h, uint32_t dwScalars, remote_arg *pra);

/**
 * remote_handle_invoke_async - call a function and do not wait
 * @desc: how its end is told; jobid is set
 *
 * Memory of arguments must stay as it is until the call has ended.
 */
__QAIC_REMOTE_EXPORT int __QAIC_REMOTE(remote_handle_invoke_async)(
	remote_handle h, fastrpc_async_descriptor_t *desc, uint32_t dwScalars,
	remote_arg *pra);
__QAIC_REMOTE_EXPORT int __QAIC_REMOTE(remote_handle64_invoke_async)(
	remote_handle64 h, fastrpc_async_descriptor_t *desc, uint32_t dwScalars,
	remote_arg *pra);

/** remote_handle_close - unload the library; the handle is void afterwards */
__QAIC_REMOTE_EXPORT int __QAIC_REMOTE(remote_handle_close)(remote_handle h);
__QAIC_REMOTE_EXPORT int __QAIC_REMOTE(remote_handle64_close)(
	remote_handle64 h);

/**
 * remote_handle_control - settings and questions by enum handle_control_req_id
 * @data: the struct that belongs to @req
 * @datalen: its size
 */
__QAIC_REMOTE_EXPORT int __QAIC_REMOTE(remote_handle_control)(uint32_t req,
							      void *data,
							      uint32_t datalen);
__QAIC_REMOTE_EXPORT int __QAIC_REMOTE(remote_handle64_control)(
	remote_handle64 h, uint32_t req, void *data, uint32_t datalen);

/** remote_session_control - the same by enum session_control_req_id */
__QAIC_REMOTE_EXPORT int __QAIC_REMOTE(remote_session_control)(
	uint32_t req, void *data, uint32_t datalen);

/**
 * fastrpc_mmap - give a buffer to a process to keep
 * @domain: effective domain id; -1 for the library's default
 * @fd: of the buffer; the number under which code on the DSP finds it
 * @addr: where the program has it; may be NULL
 * @offset: 0
 * @length: in bytes, at most the buffer's size
 */
__QAIC_REMOTE_EXPORT int __QAIC_REMOTE(fastrpc_mmap)(
	int domain, int fd, void *addr, int offset, size_t length,
	enum fastrpc_map_flags flags);
__QAIC_REMOTE_EXPORT int __QAIC_REMOTE(fastrpc_munmap)(int domain, int fd,
						       void *addr,
						       size_t length);

/** remote_mem_map - as fastrpc_mmap(), and tells where the process has it */
__QAIC_REMOTE_EXPORT int __QAIC_REMOTE(remote_mem_map)(
	int domain, int fd, int flags, uint64_t virtAddr, size_t size,
	uint64_t *remoteVirtAddr);
__QAIC_REMOTE_EXPORT int __QAIC_REMOTE(remote_mem_unmap)(
	int domain, uint64_t remoteVirtAddr, size_t size);

/* Older forms, for the library's default domain. */
__QAIC_REMOTE_EXPORT int __QAIC_REMOTE(remote_mmap)(int fd, uint32_t flags,
						    uint32_t vaddrin, int size,
						    uint32_t *vaddrout);
__QAIC_REMOTE_EXPORT int __QAIC_REMOTE(remote_munmap)(uint32_t vaddrout,
						      int size);
__QAIC_REMOTE_EXPORT int __QAIC_REMOTE(remote_mmap64)(
	int fd, uint32_t flags, __QAIC_INT64PTR vaddrin, int64_t size,
	__QAIC_INT64PTR *vaddrout);
__QAIC_REMOTE_EXPORT int __QAIC_REMOTE(remote_munmap64)(
	__QAIC_INT64PTR vaddrout, int64_t size);

/**
 * remote_register_buf - let calls use a buffer where it is
 * @buf: where the program has mapped it
 * @fd: a dma-buf that @buf is a mapping of from its first byte; -1 takes the
 *	registration back
 */
__QAIC_REMOTE_EXPORT void __QAIC_REMOTE(remote_register_buf)(void *buf,
							     int size, int fd);
__QAIC_REMOTE_EXPORT void __QAIC_REMOTE(remote_register_buf_attr)(void *buf,
								  int size,
								  int fd,
								  int attr);
__QAIC_REMOTE_EXPORT void __QAIC_REMOTE(remote_register_buf_attr2)(void *buf,
								   size_t size,
								   int fd,
								   int attr);

/**
 * remote_register_fd - an address for a buffer that the CPU never touches
 *
 * Return: a range of that size which no one may access, for arguments of calls;
 * (void *)-1 on failure.
 */
__QAIC_REMOTE_EXPORT void *__QAIC_REMOTE(remote_register_fd)(int fd, int size);
__QAIC_REMOTE_EXPORT void *__QAIC_REMOTE(remote_register_fd2)(int fd,
							      size_t size);

/** remote_register_dma_handle - the size of a buffer in DMA-handle arguments */
__QAIC_REMOTE_EXPORT int __QAIC_REMOTE(remote_register_dma_handle)(
	int fd, uint32_t len);
__QAIC_REMOTE_EXPORT int __QAIC_REMOTE(remote_register_dma_handle_attr)(
	int fd, uint32_t len, uint32_t attr);

__QAIC_REMOTE_EXPORT int __QAIC_REMOTE(remote_set_mode)(uint32_t mode);

/**
 * fastrpc_async_get_status - how a FASTRPC_ASYNC_POLL call is doing
 * @timeout_us: how long to wait; 0: not at all, below 0: for ever
 * @result: set to what the function returned, when it has ended
 */
__QAIC_REMOTE_EXPORT int __QAIC_REMOTE(fastrpc_async_get_status)(
	fastrpc_async_jobid jobid, int timeout_us, int *result);

/** fastrpc_release_async_job - forget a FASTRPC_ASYNC_POLL call that ended */
__QAIC_REMOTE_EXPORT int __QAIC_REMOTE(fastrpc_release_async_job)(
	fastrpc_async_jobid jobid);

#ifdef __cplusplus
}
#endif

#endif /* REMOTE_H */
