/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Runs generated stubs and skels against the oracle, without a DSP: what the
 * stub sends is compared byte for byte, and handed to the skel in blocks of
 * exactly its size; so is what the skel answers. One call at a time.
 */
#ifndef HARNESS_H
#define HARNESS_H

#include <remote.h>

#include "oracle.h"

/* Any two numbers will do, as long as a skel does not know them. */
#define FAKE_REMOTE_HANDLE 0x0000000076543210u
#define FAKE_SKEL_HANDLE   0x1122334455667788u

/* Made by generate.py, one for each interface in the program. */
struct interface {
	const char *name;
	const struct method *methods;
	unsigned int method_count;
	bool has_handle;
	/* One of the two, or none where another process has the skel. */
	int (*skel)(uint32_t scalars, remote_arg *args);
	int (*skel64)(remote_handle64 handle, uint32_t scalars,
		      remote_arg *args);
	/* Only with handles. */
	const char *uri;
	int (*open)(const char *uri, remote_handle64 *handle);
	int (*close)(remote_handle64 handle);
};

extern const struct interface *const interfaces[];
extern const unsigned int interface_count;

/* The call that is being made. */
struct call {
	const struct interface *interface;
	const struct method *method;
	const struct value *in, *out;
	const struct message *message; /* what the wire shall be */
	int result;		       /* of the function */
	uint64_t seed;		       /* what a peer makes the values from */
	int sizes;
	unsigned int served; /* how often the function was called */
};

extern struct call current;
extern unsigned int complaints;

/* complain - about the current call; the program fails at its end */
__attribute__((format(printf, 1, 2))) void complain(const char *format, ...);

/* What happens before each call that another process serves, else NULL. */
extern void (*announce)(void);

/* run_call - call with the given values; the answer must be as expected */
void run_call(const struct interface *interface, const struct method *method,
	      uint64_t handle, struct call *call);

/* serve - what each function on the DSP does */
int serve(const struct method *method, uint64_t handle,
	  const struct slot *slots);
int serve_open(const char *uri, remote_handle64 *handle);
int serve_close(remote_handle64 handle);

/* What a function does under a hostile stub instead: touch all it was given. */
extern bool serve_hostile;

/* An invocation, away from the caller's memory. */
struct invocation {
	uint64_t handle;
	uint32_t scalars;
	unsigned int in_count, out_count, handle_count;
	remote_arg *args;
};

/* deliver - to the skel, in this process or in another one; its result */
extern int (*deliver)(struct invocation *invocation);
int deliver_here(struct invocation *invocation);

/* peer_start - a program of the same interfaces serves from now on */
void peer_start(const char *program);
int peer_serve(int fd);

/* check_interface - call each method with values from a seed, ROUNDS times */
void check_interface(const struct interface *interface, uint64_t seed,
		     unsigned int rounds);
void check_all(uint64_t seed, unsigned int rounds);
void hostile_all(uint64_t seed, unsigned int rounds);
void noise_all(uint64_t seed, unsigned int rounds);
void vectors_all(const char *file);

#endif
