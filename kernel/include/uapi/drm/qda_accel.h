/* SPDX-License-Identifier: MIT */
/*
 * Qualcomm DSP Accelerator (QDA): remote procedure calls to a Hexagon DSP
 */
#ifndef _UAPI_QDA_ACCEL_H_
#define _UAPI_QDA_ACCEL_H_

#include "drm.h"

#if defined(__cplusplus)
extern "C" {
#endif

/**
 * DOC: Contract
 *
 * - Structs are laid out alike for 32-bit and 64-bit programs: fields are
 *   naturally aligned, sizes are multiples of 8 bytes, padding is explicit.
 * - Padding, and each field that a flag or kind does not use, must be zero.
 *   Unknown flags, types and kinds are refused.
 * - Structs grow only at their end. One that is shorter than the kernel's
 *   reads as if its missing fields were zero, and zero in a field that was
 *   added later means what the kernel did before.
 * - Each addition raises the driver's minor version, each incompatible change
 *   would raise the major one; ioctl numbers are never reused. As with every
 *   DRM driver, a field of an ioctl's struct that the kernel does not know is
 *   not looked at: check the version before use.
 * - Arrays are given as {pointer, count, stride}; the stride is the size of
 *   an element as the program knows it, at most 4096. What the kernel does not
 *   know of an element must be zero.
 * - Data of a call is named in one way: the GEM handle of a buffer object
 *   (BO), an offset into it and a length. It does not matter whether the BO
 *   was created here or imported, nor whether arguments share one.
 */

/**
 * DOC: Session
 *
 * An open file is a session: at most one process on the DSP (a protection
 * domain), one context bank of the SMMU, and a name space of GEM handles. The
 * context bank is taken when the file first needs one and kept until the
 * process on the DSP has ended after the file was closed. Every BO whose
 * handle is in the file is mapped to the session's DSP address space.
 *
 * A session ends with its file, with its process on the DSP (ECONNRESET) or
 * with the DSP (ENODEV); a new one is had by opening the node again. When the
 * DSP went down its node goes, and a new one appears when it is up again.
 */

/**
 * DOC: Privileges
 *
 * Who may open the node may start an unsigned process of its own and call it.
 * All else needs CAP_SYS_ADMIN: a signed process, each kind of session other
 * than DRM_QDA_SESSION_DYNAMIC and the attributes that say so. What the DSP
 * lets a process do is the DSP's own business.
 */

/**
 * DOC: Events
 *
 * read() on the file returns whole events, each of which begins with struct
 * drm_event; poll() tells when there are some. A session gets events only when
 * it asks for them: of its process and the DSP with
 * DRM_QDA_SESSION_EVENTS, of the end of a call with DRM_QDA_INVOKE_EVENT. Room
 * for an event is set aside when it is asked for, so none is ever lost.
 *
 * Events can be read after the DSP went down, from the file that was open then.
 */

/**
 * DOC: Errors
 *
 * What each errno means, in every ioctl of this driver:
 *
 * ==============  ==========================================================
 * EINVAL          A field has a value that is never right: an unknown flag,
 *                 type or kind, non-zero padding, an unaligned or unknown
 *                 stride, a number of arguments other than the scalars say.
 * ENOENT          No such BO handle in this file, or no such call.
 * ERANGE          Offset and length do not lie within the BO.
 * E2BIG           More elements, or larger ones, than the documented maximum,
 *                 or an element has non-zero bytes that this kernel does not
 *                 know.
 * EFAULT          A pointer to an array or struct is not accessible.
 * EPERM           The caller may not use this kind, attribute or remote
 *                 handle (remote handles 1 and 2 are the kernel's own).
 * ENOTCONN        The session has no process on the DSP yet.
 * EEXIST          The session has, or had, its process on the DSP.
 * EBUSY           Every context bank is taken, or a tag is in use.
 * ENOSPC          A limit is reached: calls or maps of this session, events
 *                 that were not read, or addresses of its DSP address space.
 *                 When memory runs out while a BO is mapped to it, that cannot
 *                 be told apart.
 * EOPNOTSUPP      An imported buffer is not contiguous in the DSP's address
 *                 space or is to be synced here, or this DSP cannot do it:
 *                 polling, attributes, a kind of session.
 * EREMOTEIO       The DSP refused the request; a result field says why.
 * ETIME           The deadline passed. The call stays in flight.
 * ETIMEDOUT       The DSP did not answer a request of the kernel in time, or
 *                 had no room for a message; a call was then not sent.
 * ECONNRESET      The session's process on the DSP has died. What became of
 *                 a call that was in flight is not known.
 * EPIPE           The DSP went down while the call was in flight.
 * ENODEV          The DSP is down, or the device is gone.
 * EINTR           A signal arrived. Calling again with the struct as it was
 *                 left goes on where it was interrupted.
 * ENOMEM          Out of memory; nothing was done.
 * ==============  ==========================================================
 */

#define DRM_QDA_QUERY			0x00
#define DRM_QDA_BO_CREATE		0x01
#define DRM_QDA_BO_INFO			0x02
#define DRM_QDA_REMOTE_SESSION_CREATE	0x03
#define DRM_QDA_REMOTE_INVOKE		0x04
#define DRM_QDA_REMOTE_WAIT		0x05
#define DRM_QDA_BO_SYNC			0x06
#define DRM_QDA_REMOTE_MAP		0x07
#define DRM_QDA_REMOTE_UNMAP		0x08
#define DRM_QDA_REMOTE_BATCH		0x09

#define DRM_IOCTL_QDA_QUERY \
	DRM_IOWR(DRM_COMMAND_BASE + DRM_QDA_QUERY, struct drm_qda_query)
#define DRM_IOCTL_QDA_BO_CREATE \
	DRM_IOWR(DRM_COMMAND_BASE + DRM_QDA_BO_CREATE, struct drm_qda_bo_create)
#define DRM_IOCTL_QDA_BO_INFO \
	DRM_IOWR(DRM_COMMAND_BASE + DRM_QDA_BO_INFO, struct drm_qda_bo_info)
#define DRM_IOCTL_QDA_REMOTE_SESSION_CREATE \
	DRM_IOWR(DRM_COMMAND_BASE + DRM_QDA_REMOTE_SESSION_CREATE, \
		 struct drm_qda_remote_session_create)
#define DRM_IOCTL_QDA_REMOTE_INVOKE \
	DRM_IOWR(DRM_COMMAND_BASE + DRM_QDA_REMOTE_INVOKE, \
		 struct drm_qda_remote_invoke)
#define DRM_IOCTL_QDA_REMOTE_WAIT \
	DRM_IOWR(DRM_COMMAND_BASE + DRM_QDA_REMOTE_WAIT, struct drm_qda_remote_wait)
#define DRM_IOCTL_QDA_BO_SYNC \
	DRM_IOW(DRM_COMMAND_BASE + DRM_QDA_BO_SYNC, struct drm_qda_bo_sync)
#define DRM_IOCTL_QDA_REMOTE_MAP \
	DRM_IOWR(DRM_COMMAND_BASE + DRM_QDA_REMOTE_MAP, struct drm_qda_remote_map)
#define DRM_IOCTL_QDA_REMOTE_UNMAP \
	DRM_IOWR(DRM_COMMAND_BASE + DRM_QDA_REMOTE_UNMAP, \
		 struct drm_qda_remote_unmap)
#define DRM_IOCTL_QDA_REMOTE_BATCH \
	DRM_IOWR(DRM_COMMAND_BASE + DRM_QDA_REMOTE_BATCH, \
		 struct drm_qda_remote_batch)

/**
 * define DRM_QDA_DEADLINE_NONE - Wait for ever.
 */
#define DRM_QDA_DEADLINE_NONE		0x7fffffffffffffffLL

/* Which DSP of the SoC: &drm_qda_query_device.domain */
#define DRM_QDA_DOMAIN_ADSP		0 /* audio */
#define DRM_QDA_DOMAIN_MDSP		1 /* modem */
#define DRM_QDA_DOMAIN_SDSP		2 /* sensors */
#define DRM_QDA_DOMAIN_CDSP		3 /* compute */
#define DRM_QDA_DOMAIN_CDSP1		4 /* second compute DSP */
#define DRM_QDA_DOMAIN_GDSP0		5 /* general purpose */
#define DRM_QDA_DOMAIN_GDSP1		6
#define DRM_QDA_DOMAIN_CDSP2		7
#define DRM_QDA_DOMAIN_CDSP3		8

/* &drm_qda_query.type */
#define DRM_QDA_QUERY_DEVICE		0 /* struct drm_qda_query_device */
#define DRM_QDA_QUERY_SESSION		1 /* struct drm_qda_query_session */
#define DRM_QDA_QUERY_DSP		2 /* struct drm_qda_query_dsp */

/**
 * struct drm_qda_query - ask about the device, the session or the DSP
 *
 * Never waits for the DSP, but for DRM_QDA_QUERY_DSP: the first one of a
 * device asks it, as struct drm_qda_query_dsp says.
 */
struct drm_qda_query {
	/** @type: In: DRM_QDA_QUERY_*. */
	__u32 type;

	/**
	 * @size: In: size of the struct at @data_ptr. Out: its size as this
	 * kernel knows it. A longer struct is filled up with zeroes, a shorter
	 * one gets the fields that fit.
	 */
	__u32 size;

	/**
	 * @data_ptr: In: user pointer to the struct that @type names; 0 only
	 * asks for @size.
	 */
	__u64 data_ptr;
};

/**
 * struct drm_qda_query_device - constants of the device
 */
struct drm_qda_query_device {
	/** @domain: Out: DRM_QDA_DOMAIN_*. */
	__u32 domain;

	/** @sessions: Out: how many sessions may exist at once. */
	__u32 sessions;

	/**
	 * @calls: Out: how many calls of a session may be in flight, or sent and
	 * not collected. As many events of calls have room before one is read.
	 */
	__u32 calls;

	/** @address_bits: Out: width of an address in the DSP's memory. */
	__u32 address_bits;

	/** @bo_size_max: Out: largest size of a BO in bytes. */
	__u64 bo_size_max;

	/** @features: Out: DRM_QDA_FEATURE_*. */
	__u32 features;

	/** @maps: Out: how many maps (REMOTE_MAP) a session may have. */
	__u32 maps;
};

/* &drm_qda_query_device.features */
#define DRM_QDA_FEATURE_POLL		(1U << 0) /* DRM_QDA_SESSION_POLL */
#define DRM_QDA_FEATURE_COHERENT	(1U << 1) /* the DSP sees the CPU's caches */

/* &drm_qda_query_session.state */
#define DRM_QDA_SESSION_STATE_NONE	0 /* no process was created yet */
#define DRM_QDA_SESSION_STATE_CREATING	1
#define DRM_QDA_SESSION_STATE_RUNNING	2
#define DRM_QDA_SESSION_STATE_DEAD	3 /* the process died or never started */

/**
 * struct drm_qda_query_session - state of the session
 */
struct drm_qda_query_session {
	/** @state: Out: DRM_QDA_SESSION_STATE_*. */
	__u32 state;

	/**
	 * @process: Out: the number under which the DSP knows the process, as
	 * it shows in the DSP's logs; 0 without one.
	 */
	__u32 process;

	/**
	 * @calls: Out: calls that were sent and not collected yet, or whose event
	 * was not sent yet.
	 */
	__u32 calls;

	/** @pad: Zero. */
	__u32 pad;
};

/* Indices of &drm_qda_query_dsp.attributes; what is 0 the DSP does not have */
#define DRM_QDA_DSP_UNSIGNED		1 /* processes for unsigned modules */
#define DRM_QDA_DSP_HVX_64B		2 /* vector units of 64 bytes */
#define DRM_QDA_DSP_HVX_128B		3 /* vector units of 128 bytes */
#define DRM_QDA_DSP_VTCM_PAGE		4 /* largest page of the tightly coupled memory */
#define DRM_QDA_DSP_VTCM_COUNT		5 /* number of such pages */
#define DRM_QDA_DSP_ARCH		6 /* version of the instruction set */
#define DRM_QDA_DSP_HMX_DEPTH		7 /* matrix unit: depth */
#define DRM_QDA_DSP_HMX_SPATIAL		8 /* matrix unit: width */
#define DRM_QDA_DSP_ASYNC		9 /* asynchronous calls of its own */
#define DRM_QDA_DSP_STATUS		10 /* tells how its processes do */

/**
 * define DRM_QDA_DSP_ATTRIBUTES - How many attributes the DSP is asked for.
 */
#define DRM_QDA_DSP_ATTRIBUTES		256

/**
 * struct drm_qda_query_dsp - what the DSP says about itself
 *
 * The first query of a device takes the session's context bank, if it has none,
 * asks the DSP and waits for it at most 10 seconds (ETIMEDOUT); others wait for
 * it to end. Neither is interrupted but by a fatal signal. EOPNOTSUPP when the
 * DSP does not know the question; after another failure it may be asked again,
 * EREMOTEIO when that is that the DSP refused.
 */
struct drm_qda_query_dsp {
	/**
	 * @attributes: Out: by number, DRM_QDA_DSP_* among them, as the DSP
	 * answered; 0 is always 0.
	 */
	__u32 attributes[DRM_QDA_DSP_ATTRIBUTES];
};

/* &drm_qda_bo_create.flags and &drm_qda_bo_info.flags */
#define DRM_QDA_BO_CACHED		(1U << 1) /* CPU mappings are cached always */

/**
 * struct drm_qda_bo_create - create a buffer object
 *
 * The BO is zeroed, can be mapped with mmap() and exported with
 * DRM_IOCTL_PRIME_HANDLE_TO_FD. What the CPU wrote to a mapping before a call
 * the DSP sees, and the reverse after it; where the DSP does not see the CPU's
 * caches (no DRM_QDA_FEATURE_COHERENT) the mapping is therefore not cached. With
 * DRM_QDA_BO_CACHED it is, and DRM_IOCTL_QDA_BO_SYNC has to be used.
 *
 * The BO is freed when its handle was closed with DRM_IOCTL_GEM_CLOSE (or the
 * file) and nothing uses it: no mapping, no importer, no call in flight, no
 * map on the DSP.
 */
struct drm_qda_bo_create {
	/**
	 * @size: In: size in bytes, not 0. Out: the size that was allocated, a
	 * multiple of the page size.
	 */
	__u64 size;

	/** @flags: In: DRM_QDA_BO_CACHED or 0. */
	__u32 flags;

	/** @handle: Out: GEM handle, never 0. */
	__u32 handle;

	/** @mmap_offset: Out: offset to pass to mmap() on the device file. */
	__u64 mmap_offset;
};

/* &drm_qda_bo_info.flags, beside DRM_QDA_BO_CACHED */
#define DRM_QDA_BO_IMPORTED		(1U << 0) /* another device's memory */

/**
 * struct drm_qda_bo_info - ask about a buffer object
 */
struct drm_qda_bo_info {
	/** @handle: In: GEM handle. */
	__u32 handle;

	/** @flags: Out: DRM_QDA_BO_IMPORTED, DRM_QDA_BO_CACHED. In: must be zero. */
	__u32 flags;

	/** @size: Out: size in bytes. */
	__u64 size;

	/**
	 * @mmap_offset: Out: offset to pass to mmap() on the device file; 0
	 * for an imported BO, which only its exporter maps.
	 */
	__u64 mmap_offset;
};

/* &drm_qda_bo_sync.flags */
#define DRM_QDA_SYNC_READ		(1U << 0) /* the CPU reads what the DSP wrote */
#define DRM_QDA_SYNC_WRITE		(1U << 1) /* the CPU writes what the DSP reads */
#define DRM_QDA_SYNC_END		(1U << 2) /* access ends; else it begins */

/**
 * struct drm_qda_bo_sync - frame the CPU's access to a part of a buffer object
 *
 * For a BO with DRM_QDA_BO_CACHED: before the CPU accesses what a call has
 * written or will read, and after it did so. Only the named bytes are synced,
 * rounded to the CPU's cache lines. Does nothing, successfully, where nothing
 * is to be done. A dma-buf that was imported is synced by its own
 * DMA_BUF_IOCTL_SYNC; here it gives EOPNOTSUPP.
 */
struct drm_qda_bo_sync {
	/** @handle: In: GEM handle. */
	__u32 handle;

	/**
	 * @flags: In: DRM_QDA_SYNC_READ, DRM_QDA_SYNC_WRITE or both;
	 * DRM_QDA_SYNC_END with the same when the access ends.
	 */
	__u32 flags;

	/** @offset: In: where the part starts in the BO, in bytes. */
	__u64 offset;

	/** @length: In: its length in bytes, not 0. */
	__u64 length;
};

/* &drm_qda_remote_session_create.kind */
#define DRM_QDA_SESSION_DYNAMIC		0 /* a new process of the session's own */
#define DRM_QDA_SESSION_STATIC		1 /* a process that the DSP's firmware names */
#define DRM_QDA_SESSION_ROOT		2 /* the DSP's root process */
#define DRM_QDA_SESSION_SENSORS		3 /* the DSP's process for sensors */

/* &drm_qda_remote_session_create.flags */
#define DRM_QDA_SESSION_EVENTS		(1U << 0) /* struct drm_qda_event_session */
#define DRM_QDA_SESSION_POLL		(1U << 1) /* calls look for their end themselves */

/*
 * &drm_qda_remote_session_create.attributes: what the DSP is asked for. Those
 * marked with * need CAP_SYS_ADMIN.
 */
#define DRM_QDA_PROCESS_DEBUG		(1U << 0) /* * can be debugged */
#define DRM_QDA_PROCESS_PTRACE		(1U << 1) /* * can be traced */
#define DRM_QDA_PROCESS_UNSIGNED	(1U << 3) /* runs unsigned modules, with fewer rights */
#define DRM_QDA_PROCESS_ADAPTIVE_QOS	(1U << 4) /* the DSP learns when calls come */
#define DRM_QDA_PROCESS_SYSTEM		(1U << 5) /* * a process of the system */
#define DRM_QDA_PROCESS_DUMP		(1U << 7) /* * its memory is dumped when it dies */
#define DRM_QDA_PROCESS_DEBUG_DUMP	(1U << 8) /* * dumped, and more of it */

/**
 * struct drm_qda_remote_session_create - start the session's process on the DSP
 *
 * Once per file. Waits for the DSP's answer at most 10 seconds and is not
 * interrupted but by a fatal signal. After a failure that reached the DSP the
 * session is dead; before that (EINVAL, ENOENT, ERANGE, EPERM, EBUSY, ENOSPC,
 * ENOMEM, and ETIMEDOUT when the DSP had no room for the request) it is as it
 * was: DRM_QDA_QUERY_SESSION tells.
 */
struct drm_qda_remote_session_create {
	/**
	 * @kind: In: DRM_QDA_SESSION_*. The session of a kind other than
	 * DRM_QDA_SESSION_DYNAMIC joins a process that other sessions may join
	 * too. Such a kind needs CAP_SYS_ADMIN and gives EOPNOTSUPP where
	 * the DSP has no such process by its domain: sensors are with the
	 * audio and the sensors DSP, static processes with the audio DSP and
	 * the compute DSPs.
	 */
	__u32 kind;

	/**
	 * @flags: In: DRM_QDA_SESSION_EVENTS, DRM_QDA_SESSION_POLL. With the
	 * latter, a call that waits looks for its end in memory for a moment
	 * before it sleeps, 10 ms at most, which costs CPU time and saves an
	 * interrupt's way; for DRM_QDA_SESSION_DYNAMIC, and EOPNOTSUPP without
	 * DRM_QDA_FEATURE_POLL. The DSP's attributes are then asked for too,
	 * as DRM_QDA_QUERY_DSP does.
	 */
	__u32 flags;

	/**
	 * @attributes: In: DRM_QDA_PROCESS_*; 0 for a kind other than
	 * DRM_QDA_SESSION_DYNAMIC. A process without DRM_QDA_PROCESS_UNSIGNED
	 * needs CAP_SYS_ADMIN.
	 */
	__u32 attributes;

	/**
	 * @shell_handle: In: GEM handle of the BO that holds the program the
	 * process starts with; 0 where the DSP has one. This and the fields of
	 * the shell that follow are for DRM_QDA_SESSION_DYNAMIC.
	 */
	__u32 shell_handle;

	/** @shell_offset: In: where the program starts in the BO, in bytes. */
	__u64 shell_offset;

	/**
	 * @shell_length: In: its length in bytes, with @signature_length at
	 * most 4 MiB.
	 */
	__u64 shell_length;

	/**
	 * @result: Out: the DSP's answer, 0 for success. Set with EREMOTEIO,
	 * else 0.
	 */
	__s32 result;

	/**
	 * @signature_length: In: length in bytes of the test signature that
	 * follows the program in the BO, or 0.
	 */
	__u32 signature_length;

	/**
	 * @name: In: for DRM_QDA_SESSION_STATIC the name of the process, such
	 * as "audiopd", filled up with zeroes, at least one; else zeroes.
	 */
	__u8 name[32];
};

/* &drm_qda_remote_map.kind */
#define DRM_QDA_MAP_TAG			0 /* mapped now, found by its tag */
#define DRM_QDA_MAP_TAG_DELAYED		1 /* mapped when code on the DSP asks for the tag */
#define DRM_QDA_MAP_STATIC		2 /* as the first; calls, too, find it at its address */
#define DRM_QDA_MAP_HEAP		3 /* the process's heap grows by it */

/**
 * struct drm_qda_remote_map - give memory to the process on the DSP to keep
 *
 * Calls need no map: their arguments are found without. It is for memory that
 * code on the DSP comes back to by itself: by a tag that it knows, by an address
 * that it keeps, or as heap. The BO is kept until the map is taken back by
 * DRM_IOCTL_QDA_REMOTE_UNMAP or, after the file was closed, the process has
 * ended.
 *
 * Waits for the DSP's answer at most 10 seconds (ETIMEDOUT) and is not
 * interrupted but by a fatal signal; what was sent then is taken for mapped
 * until the process has ended, and its tag for used.
 */
struct drm_qda_remote_map {
	/** @kind: In: DRM_QDA_MAP_*. */
	__u32 kind;

	/** @flags: In: must be zero. */
	__u32 flags;

	/** @handle: In: GEM handle of the BO. */
	__u32 handle;

	/**
	 * @tag: In: the number under which code on the DSP asks for the memory,
	 * neither 0 nor -1; EBUSY when another map of the session has it. 0 for
	 * DRM_QDA_MAP_HEAP.
	 */
	__s32 tag;

	/** @offset: In: where the part starts in the BO; a multiple of 4096. */
	__u64 offset;

	/** @length: In: its length in bytes, a multiple of 4096, not 0. */
	__u64 length;

	/**
	 * @address: Out: where the process has it; 0 for
	 * DRM_QDA_MAP_TAG_DELAYED.
	 */
	__u64 address;

	/** @map: Out: number of the map for DRM_IOCTL_QDA_REMOTE_UNMAP, never 0. */
	__u32 map;

	/** @result: Out: the DSP's answer. Set with EREMOTEIO, else 0. */
	__s32 result;
};

/**
 * struct drm_qda_remote_unmap - take memory back from the process on the DSP
 *
 * Waits as DRM_IOCTL_QDA_REMOTE_MAP does. When it fails after something was
 * sent, the map remains until the process has ended; with EREMOTEIO it may be
 * tried again.
 */
struct drm_qda_remote_unmap {
	/** @map: In: number of the map; ENOENT when there is none. */
	__u32 map;

	/** @flags: In: must be zero. */
	__u32 flags;

	/** @result: Out: the DSP's answer. Set with EREMOTEIO, else 0. */
	__s32 result;

	/** @pad: In: must be zero. */
	__u32 pad;
};

/*
 * Scalars of a call: which method, and how many arguments of each class. The
 * arguments stand in this order: input buffers, output buffers, input DMA
 * handles, output DMA handles.
 */
#define DRM_QDA_SCALARS(method, in_buffers, out_buffers, in_handles, out_handles) \
	((((__u32)(method) & 0x1f) << 24) | \
	 (((__u32)(in_buffers) & 0xff) << 16) | \
	 (((__u32)(out_buffers) & 0xff) << 8) | \
	 (((__u32)(in_handles) & 0xf) << 4) | \
	 ((__u32)(out_handles) & 0xf))
#define DRM_QDA_SCALARS_METHOD(scalars)		(((scalars) >> 24) & 0x1f)
#define DRM_QDA_SCALARS_IN_BUFFERS(scalars)	(((scalars) >> 16) & 0xff)
#define DRM_QDA_SCALARS_OUT_BUFFERS(scalars)	(((scalars) >> 8) & 0xff)
#define DRM_QDA_SCALARS_IN_HANDLES(scalars)	(((scalars) >> 4) & 0xf)
#define DRM_QDA_SCALARS_OUT_HANDLES(scalars)	((scalars) & 0xf)

/**
 * define DRM_QDA_ARGS_MAX - The most arguments that scalars can express.
 */
#define DRM_QDA_ARGS_MAX	540

/**
 * struct drm_qda_remote_arg - one argument of a call
 *
 * The DSP reads input bytes from and writes output bytes to the BO itself;
 * nothing is copied. Arguments may lie in one BO and may overlap.
 */
struct drm_qda_remote_arg {
	/** @handle: In: GEM handle; 0 only with @length 0. */
	__u32 handle;

	/** @flags: In: must be zero. */
	__u32 flags;

	/** @offset: In: where the argument starts in the BO, in bytes. */
	__u64 offset;

	/**
	 * @length: In: its length in bytes, below 4 GiB. 0 is an empty
	 * argument: @handle and @offset must then be 0 too.
	 */
	__u64 length;

	/**
	 * @tag: In: for a DMA-handle argument the number under which code on
	 * the DSP knows the buffer, neither 0 nor -1; for a buffer argument 0.
	 */
	__s32 tag;

	/** @pad: In: must be zero. */
	__u32 pad;
};

/* &drm_qda_remote_invoke.flags */
#define DRM_QDA_INVOKE_NOWAIT		(1U << 0) /* return when the call was sent */
#define DRM_QDA_INVOKE_EVENT		(1U << 1) /* its end is a struct drm_qda_event_call */

/**
 * struct drm_qda_remote_invoke - call a function on the DSP
 *
 * A new call has @call 0. The kernel sends it exactly once and writes its
 * number to @call before it waits; with @call set the ioctl sends nothing,
 * ignores all but @call and @deadline_ns, and waits. So when a wait ends with
 * EINTR or ETIME, calling again with the struct as it was left never runs the
 * function twice.
 *
 * Returns 0 when the DSP has answered; @result is what it answered. The call
 * is then done with and its number void. BOs that a call uses are kept at least
 * until the DSP has answered, at most until the call was collected too,
 * whatever becomes of their handles.
 *
 * With DRM_QDA_INVOKE_EVENT, which needs DRM_QDA_INVOKE_NOWAIT, the end of the
 * call is an event and nothing else: nobody can wait for its number. The event
 * may be there before the ioctl returns. ENOSPC when too many events were not
 * read.
 */
struct drm_qda_remote_invoke {
	/**
	 * @remote_handle: In: the module on the DSP; 0 opens and closes modules
	 * by URI, others come from there. 1 and 2 are refused.
	 */
	__u32 remote_handle;

	/** @scalars: In: DRM_QDA_SCALARS(); bits 31:29 must be zero. */
	__u32 scalars;

	/** @args_ptr: In: user pointer to struct drm_qda_remote_arg[]. */
	__u64 args_ptr;

	/** @args_count: In: number of arguments, as @scalars say. */
	__u32 args_count;

	/**
	 * @args_stride: In: size of an element; a multiple of 8. 0 without
	 * arguments.
	 */
	__u32 args_stride;

	/** @flags: In: DRM_QDA_INVOKE_*. */
	__u32 flags;

	/** @result: Out: the DSP's return value, whatever the function returned. */
	__s32 result;

	/**
	 * @deadline_ns: In: until when to wait, in ns of CLOCK_MONOTONIC;
	 * DRM_QDA_DEADLINE_NONE waits for ever, a time that is past does not
	 * wait. With DRM_QDA_INVOKE_NOWAIT 0.
	 */
	__s64 deadline_ns;

	/** @call: In: 0 for a new call. Out: its number. */
	__u64 call;

	/**
	 * @user_data: In: given back in the event of DRM_QDA_INVOKE_EVENT; 0
	 * without.
	 */
	__u64 user_data;
};

/**
 * struct drm_qda_remote_call - a call to wait for, and how it ended
 */
struct drm_qda_remote_call {
	/** @call: In: number of the call. */
	__u64 call;

	/**
	 * @done: Out: 1 when the call ended and was collected by this ioctl,
	 * which makes its number void; else 0.
	 */
	__u32 done;

	/**
	 * @error: Out: 0 when the DSP answered, else the errno as a positive
	 * number: ECONNRESET, EPIPE or ENODEV.
	 */
	__u32 error;

	/** @result: Out: the DSP's return value where @error is 0. */
	__s32 result;

	/** @pad: In: must be zero. */
	__u32 pad;
};

/* &drm_qda_remote_wait.flags */
#define DRM_QDA_WAIT_ANY		(1U << 0) /* one call is enough; else all */

/**
 * define DRM_QDA_WAIT_CALLS_MAX - The most calls that one ioctl waits for.
 */
#define DRM_QDA_WAIT_CALLS_MAX	4096

/**
 * struct drm_qda_remote_wait - wait for calls that were sent before
 *
 * Returns 0 when all calls, or with DRM_QDA_WAIT_ANY at least one, ended; then
 * each that has ended is collected. With ETIME and EINTR none is collected.
 * ENOENT, with none collected, when a number is not that of a call of this
 * session or stands in the array twice.
 */
struct drm_qda_remote_wait {
	/** @calls_ptr: In: user pointer to struct drm_qda_remote_call[]. */
	__u64 calls_ptr;

	/** @calls_count: In: number of calls, not 0. */
	__u32 calls_count;

	/** @calls_stride: In: size of an element; a multiple of 8. */
	__u32 calls_stride;

	/** @flags: In: DRM_QDA_WAIT_ANY or 0. */
	__u32 flags;

	/** @done: Out: how many calls were collected. */
	__u32 done;

	/** @deadline_ns: In: as in &drm_qda_remote_invoke.deadline_ns. */
	__s64 deadline_ns;
};

/**
 * struct drm_qda_remote_batch_call - one call of a batch, and how it ended
 *
 * The fields of a new call mean what those of struct drm_qda_remote_invoke do.
 */
struct drm_qda_remote_batch_call {
	/** @remote_handle: In: the module on the DSP. */
	__u32 remote_handle;

	/** @scalars: In: DRM_QDA_SCALARS(). */
	__u32 scalars;

	/** @args_ptr: In: user pointer to struct drm_qda_remote_arg[]. */
	__u64 args_ptr;

	/** @args_count: In: number of arguments, as @scalars say. */
	__u32 args_count;

	/** @args_stride: In: size of an element; 0 without arguments. */
	__u32 args_stride;

	/**
	 * @user_data: In: given back in the event of DRM_QDA_INVOKE_EVENT; 0
	 * without.
	 */
	__u64 user_data;

	/**
	 * @flags: In: DRM_QDA_INVOKE_EVENT, which needs
	 * &drm_qda_remote_batch.flags DRM_QDA_INVOKE_NOWAIT, or 0.
	 */
	__u32 flags;

	/**
	 * @done: Out: 1 when the call ended and was collected, which makes its
	 * number void, or was never sent; else 0.
	 */
	__u32 done;

	/**
	 * @call: In: ignored in a new batch, then its number as it was left.
	 * Out: its number; 0 when it was not sent.
	 */
	__u64 call;

	/**
	 * @error: Out: with @done as &drm_qda_remote_call.error or, for a call
	 * that was not sent, the errno that DRM_IOCTL_QDA_REMOTE_INVOKE gives
	 * then; else 0.
	 */
	__u32 error;

	/** @result: Out: the DSP's return value where @done is 1 and @error 0. */
	__s32 result;
};

/**
 * define DRM_QDA_BATCH_CALLS_MAX - The most calls of a batch.
 */
#define DRM_QDA_BATCH_CALLS_MAX	256

/**
 * struct drm_qda_remote_batch - call many functions on the DSP at once
 *
 * A new batch has @sent 0. Every call is checked and made ready, and its number
 * written to the array, before any is sent: when one is wrong none is sent,
 * @sent remains 0 and @failed says which it was. They are sent in the order of
 * the array, each exactly once; the DSP may execute them at the same time and
 * end them in any order.
 *
 * Returns 0 when all have ended; then all are collected. With
 * DRM_QDA_INVOKE_NOWAIT it returns when all were sent, to be waited for by this
 * ioctl or DRM_IOCTL_QDA_REMOTE_WAIT, or as events. With ETIME and EINTR none
 * is collected. With @sent set the ioctl sends nothing, ignores @flags and all
 * of the calls but their numbers, and waits. So calling again with the struct
 * and the array as they were left never runs a function twice.
 *
 * When the DSP takes no more messages, or goes down, in the middle of a batch,
 * the calls that were not sent say so by their @error and have no number; the
 * others are waited for as usual. When not one was sent, their error is the
 * ioctl's.
 *
 * ENOENT, with none collected, when a number, other than 0, is not that of a
 * call of this session or stands in the array twice. ENOSPC when the session
 * would have too many calls. Since 1.2.
 */
struct drm_qda_remote_batch {
	/** @calls_ptr: In: user pointer to struct drm_qda_remote_batch_call[]. */
	__u64 calls_ptr;

	/** @calls_count: In: number of calls, not 0. */
	__u32 calls_count;

	/** @calls_stride: In: size of an element; a multiple of 8, at least 56. */
	__u32 calls_stride;

	/** @flags: In: DRM_QDA_INVOKE_NOWAIT or 0. */
	__u32 flags;

	/**
	 * @sent: In: 0 for a new batch. Out: how many of its calls were sent, or
	 * are told of by an event.
	 */
	__u32 sent;

	/**
	 * @failed: Out: after an error of one call, or of its arguments or
	 * number, the call's index in the array; else @calls_count. In: ignored.
	 */
	__u32 failed;

	/** @pad: In: must be zero. */
	__u32 pad;

	/** @deadline_ns: In: as in &drm_qda_remote_invoke.deadline_ns. */
	__s64 deadline_ns;
};

/* &drm_event.type */
#define DRM_QDA_EVENT_CALL		0x80000000 /* struct drm_qda_event_call */
#define DRM_QDA_EVENT_SESSION		0x80000001 /* struct drm_qda_event_session */

/**
 * struct drm_qda_event_call - a call that was sent with DRM_QDA_INVOKE_EVENT ended
 */
struct drm_qda_event_call {
	/** @base: Type DRM_QDA_EVENT_CALL and the length of the event. */
	struct drm_event base;

	/** @call: Number of the call, which is void. */
	__u64 call;

	/** @user_data: &drm_qda_remote_invoke.user_data. */
	__u64 user_data;

	/** @error: As &drm_qda_remote_call.error. */
	__u32 error;

	/** @result: The DSP's return value where @error is 0. */
	__s32 result;
};

/* &drm_qda_event_session.what */
#define DRM_QDA_EVENT_PROCESS_DIED	0 /* the session's process ended by itself */
#define DRM_QDA_EVENT_DSP_DOWN		1 /* the DSP, or its driver, is gone */
#define DRM_QDA_EVENT_DSP_UP		2 /* it is back: open @device */

/* &drm_qda_event_session.reason: what the DSP said of DRM_QDA_EVENT_PROCESS_DIED */
#define DRM_QDA_REASON_EXIT		1 /* it ended */
#define DRM_QDA_REASON_KILLED		2 /* it was killed */
#define DRM_QDA_REASON_EXCEPTION	3 /* it made a mistake */
#define DRM_QDA_REASON_RESTART		4 /* the DSP restarts */

/**
 * struct drm_qda_event_session - news of a session with DRM_QDA_SESSION_EVENTS
 *
 * At most one of each @what, in the order of their numbers. A process that ends
 * because its session is closed is no news.
 */
struct drm_qda_event_session {
	/** @base: Type DRM_QDA_EVENT_SESSION and the length of the event. */
	struct drm_event base;

	/** @what: DRM_QDA_EVENT_PROCESS_DIED and the like. */
	__u32 what;

	/** @reason: DRM_QDA_REASON_*, or 0. */
	__u32 reason;

	/**
	 * @device: With DRM_QDA_EVENT_DSP_UP the number N of the new node
	 * /dev/accel/accelN, else 0.
	 */
	__u32 device;

	/** @pad: Zero. */
	__u32 pad;
};

#if defined(__cplusplus)
}
#endif

#endif
