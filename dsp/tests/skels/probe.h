/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The probe skel: methods that are of use to test everything between a
 * program and a skel. Both calling conventions are there:
 *
 *   file:///libprobe_skel.so?probe_skel_handle_invoke&_modver=1.0
 *   file:///libprobe_skel.so?probe_skel_invoke
 *
 * "in0" and "out0" are the first in- and out-buffer. A method that gets other
 * arguments than it wants returns PROBE_EARGS and does nothing. Open fails
 * with PROBE_EOPEN when the URI has the option "fail".
 */
#ifndef PROBE_H
#define PROBE_H

#include <stdint.h>

#define PROBE_URI_HANDLE \
	"file:///libprobe_skel.so?probe_skel_handle_invoke&_modver=1.0"
#define PROBE_URI_PLAIN "file:///libprobe_skel.so?probe_skel_invoke"

#define PROBE_EARGS 0x70726f62
#define PROBE_EOPEN 0x70726f63

enum probe_method {
	PROBE_OPEN = 0,
	PROBE_CLOSE = 1,

	/* n in, n out: out[i] = in[i], up to the shorter of the two */
	PROBE_ECHO = 2,

	/*
	 * in0 uint32_t[4]: [0] is the start value; in1...: bytes
	 * out0 uint32_t: start value + sum of the bytes of in1...
	 * more out-buffers are filled with the low byte of the sum
	 */
	PROBE_CHECKSUM = 3,

	/*
	 * in0 uint32_t: milliseconds to wait first
	 * out0 uint32_t: how often the method ran in this process
	 */
	PROBE_COUNT = 4,

	/* in0 uint32_t: milliseconds */
	PROBE_SLEEP = 5,

	/* in0 uint32_t: enum probe_crash. Does not return, but for the last. */
	PROBE_CRASH = 6,

	/* in0 int32_t: is returned */
	PROBE_RESULT = 7,

	/* in0 text without NUL, logged with FARF(HIGH, ...) */
	PROBE_LOG = 8,

	/*
	 * in0 uint32_t[2]: distance, write
	 * in1 or out0: a buffer; accesses the byte at its end + distance
	 * more out: out1 (or out0 with in1) uint8_t: the byte read
	 */
	PROBE_BEYOND = 9,

	/* waits for PROBE_RELEASE; out0 uint32_t: how many wait now */
	PROBE_BLOCK = 10,

	/* out0 uint32_t: how many PROBE_BLOCK it let go */
	PROBE_RELEASE = 11,

	/*
	 * any in-handles; out0 uint32_t[4] for each: tag, offset, 1 when
	 * HAP_mmap_get() finds it, the word at the offset
	 */
	PROBE_TAGS = 12,

	/* in0 uint32_t: depth, a kilobyte of stack each */
	PROBE_RECURSE = 13,

	/* in0 text without NUL, printed to standard output */
	PROBE_PRINT = 14,

	/*
	 * in0 {uint32_t tag, uint32_t keep}: HAP_mmap_get(); out0 uint32_t:
	 * sum of the buffer's first 4096 bytes; put again unless keep
	 */
	PROBE_TAG_SUM = 15,

	/* in0 uint32_t tag: HAP_mmap_put(), its result is returned */
	PROBE_TAG_PUT = 16,

	/* in0 path, out0 bytes: reads the file into out0 with read(2) */
	PROBE_READ_FILE = 17,

	/*
	 * in0 uint32_t[2]: bytes, value; HAP_malloc(), whose result is
	 * returned, and filled with the value; out0 uint64_t: where it is
	 */
	PROBE_HEAP_TAKE = 18,

	/* in0 uint64_t: where it is; HAP_free(), its result is returned */
	PROBE_HEAP_GIVE = 19,

	/* out0 uint64_t[2]: bytes free and bytes used of the heap */
	PROBE_HEAP_STATS = 20,

	/* in0 uint32_t[3]: tag, value, bytes; fills the start of the buffer */
	PROBE_TAG_FILL = 21,

	/* in0 uint64_t: an address in this process; out0 uint32_t: its word */
	PROBE_PEEK = 22,

	/*
	 * in0 uint32_t[3]: HAP_LEVEL_*, 1 for FARF(RUNTIME_...), how often
	 * in1 text without NUL
	 */
	PROBE_FARF = 23,

	/*
	 * in0 uint32_t: method; in1 name of a module of the host, with its NUL
	 * in2... and all out are the arguments of that method, whose result is
	 * returned
	 */
	PROBE_HOST = 24,
};

enum probe_crash {
	PROBE_CRASH_NULL = 0,
	PROBE_CRASH_WILD_READ = 1, /* an IOVA that nothing maps */
	PROBE_CRASH_READ_ONLY = 2, /* a write to in0 */
	PROBE_CRASH_ABORT = 3,
	PROBE_CRASH_EXIT = 4,
	PROBE_CRASH_DIVIDE = 5,
	PROBE_CRASH_STACK = 6,
	PROBE_CRASH_JUMP = 7, /* execute in0 */
	PROBE_CRASH_KILL = 8, /* SIGKILL to itself */
	PROBE_CRASH_WILD_WRITE = 9,
	PROBE_CRASH_LATER = 10, /* aborts when it has returned */
};

#define PROBE_CRASH_LATER_MS 30

#endif /* PROBE_H */
