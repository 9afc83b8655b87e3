/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What the benchmark compares. A contender is one way to have the DSP run the
 * functions of bench.idl; the framework opens it with a workload, lets it make
 * blocks of calls, and does the statistics. payload.h has the functions' bytes.
 *
 * Each call does the same work for every contender: its data are written by
 * payload_mark(), checked by the DSP, answered by the DSP and checked by
 * payload_is_answered(). What the caller does beside the call itself (marking,
 * checking) is the same for all and outside of what is timed.
 */
#ifndef BENCH_CONTENDER_H
#define BENCH_CONTENDER_H

#include <stdbool.h>
#include <stdint.h>

#include "clock.h"

/*
 * What lies between two time stamps; tables never mix them. A system call of
 * the simulated machine costs more than the driver does.
 */
enum bench_clock {
	BENCH_KERNEL,	    /* a loop in the kernel: no system call */
	BENCH_SYSTEM_CALLS, /* a program: all its system calls */
};

/* How the caller learns that a call has ended; tables never mix these either. */
enum bench_wait {
	BENCH_SLEEP,  /* it sleeps */
	BENCH_POLL,   /* it looks into memory, and may sleep at last */
	BENCH_STREAM, /* several calls are under way: depth, batch */
};

/* What ns[] of contender.run is. */
enum bench_unit {
	BENCH_LATENCY, /* from before a call until it has ended */
	BENCH_PERIOD,  /* from end to end; of a batch: its time by its calls */
};

/**
 * struct workload - what is to be called, and how. Zero means the default.
 * @payload: bytes to the DSP, and the same number back, in one call; a multiple
 *	of 8. In buffers that are shared with the DSP, where the contender has
 *	such; ready before run.
 * @args: arguments of a call, which is bench.idl's function
 *	0 nothing(), 1 take(), 2 answer(), 4 exchange() with @payload,
 *	5 to 255 gather() of args - 3 parts, of @payload / parts bytes each
 *	(rounded up to 8, at least 8). Default: 4 with a payload, 0 without.
 * @threads: which call at once, each with a session of its own or not, as it is
 *	best for the contender; run() divides its calls among them
 * @depth: calls of each thread in flight at once
 * @batch: calls of each thread in one system call
 * @handles: buffers that the session has; the calls' buffer is another one of
 *	them each time
 * @sessions: which are open at once; calls go to them in turn
 * @service_ns: how long the function works (it spins), beside its checks
 * @check_all: the DSP and the caller look at every byte, not only at probes
 */
struct workload {
	uint64_t payload;
	unsigned int args;
	unsigned int threads;
	unsigned int depth;
	unsigned int batch;
	unsigned int handles;
	unsigned int sessions;
	unsigned int service_ns;
	bool check_all;
};

/**
 * struct tally - what the DSP has seen since bench.idl's configure()
 * @calls: how many
 * @refused: how many of them for wrong data
 * @busy_ns: how long at least one of them was at work
 */
struct tally {
	uint64_t calls;
	uint64_t refused;
	uint64_t busy_ns;
};

struct contender_state;

/**
 * struct contender - one way to call
 * @name: as in "--contenders" and the JSON: lower case, "transport-mode"
 * @title: for people, at most 24 characters
 * @clock: see there
 * @wait: see there
 * @unit: see there
 * @rival: not of this project: when it fails, that is what was found out
 * @unfit: why it cannot have such a workload by its nature, for people; NULL if
 *	it can. What has no batches is unfit for batch 64, and left out. What is
 *	fit and then fails is a failure, and shows as one.
 * @open: gets ready: sessions, modules, buffers, bench.idl's configure(). 0 or a
 *	negative errno; nothing is left then. Others may be open meanwhile. -ENODEV
 *	when this machine does not have it: reported as absent.
 * @run: makes @calls calls and sets ns[0] to ns[calls - 1], in nanoseconds,
 *	UINT32_MAX for longer. 0, -EBADMSG for an answer that is wrong, or what the
 *	first failed call got. Leaves no call in flight.
 * @count: what bench.idl's state() says, of all sessions together. The framework
 *	checks that the DSP had each call, and refused none. 0 or a negative errno.
 * @close: frees all
 */
struct contender {
	const char *name;
	const char *title;
	enum bench_clock clock;
	enum bench_wait wait;
	enum bench_unit unit;
	bool rival;

	const char *(*unfit)(const struct workload *workload);
	int (*open)(struct contender_state **state,
		    const struct workload *workload);
	int (*run)(struct contender_state *state, unsigned int calls,
		   uint32_t *ns);
	int (*count)(struct contender_state *state, struct tally *tally);
	void (*close)(struct contender_state *state);
};

/**
 * contenders - all there are, NULL at the end; in contenders.c, a line each
 *
 * The order of the tables. A file of contenders defines its own as
 * "const struct contender NAME" and adds them there and to meson.build.
 */
extern const struct contender *const contenders[];

#endif
