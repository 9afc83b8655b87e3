// SPDX-License-Identifier: BSD-3-Clause
/*
 * What the library costs: the same calls as through libqda, by which it reaches
 * QDA's driver, and with more memory registered. The library is inside of this
 * program, so that both call the same module by the same session: else where the
 * machine puts the DSP's processes is what would be measured.
 */
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include <qda.h>

#include "harness.h"
#include "paired.h"
#include "probe.h"
#include "remote.h"
#include "rpcmem.h"

#include "backend.h"
#include "handle.h"
#include "memory.h"

#define LIMIT	 1.05
#define SIZE	 65536
#define FEW	 10
#define MANY	 100000ul
#define PIECE	 64
#define LOOKUPS	 1000
#define ARGS_MAX 8

const int fastrpc_default_domain = CDSP_DOMAIN_ID;

static remote_handle64 probe;

/* A call by the library, and by libqda. */
static struct {
	uint32_t scalars;
	remote_arg args[ARGS_MAX];
} library;

static struct {
	struct session *session;
	struct qda_session *qda;
	uint32_t handle;
	struct qda_arg args[ARGS_MAX];
	size_t count;
} native;

static void call_library(void *unused)
{
	(void)unused;
	check_equal(remote_handle64_invoke(probe, library.scalars,
					   library.args),
		    0);
}

static void call_native(void *unused)
{
	int32_t result;

	(void)unused;
	check_ok(qda_invoke(native.qda, native.handle, library.scalars,
			    native.args, native.count, &result));
	check_equal(result, 0);
}

static void begin(void)
{
	struct remote_rpc_control_unsigned_module params = { -1, 1 };

	check_equal(remote_session_control(DSPRPC_CONTROL_UNSIGNED_MODULE,
					   &params, sizeof(params)),
		    0);
	check_equal(remote_handle64_open(PROBE_URI_HANDLE, &probe), 0);
}

static void begin_both(void)
{
	if (access("/dev/accel/accel0", F_OK))
		subtest_skip("libqda is for QDA's driver");
	begin();
	check_equal(handle_get(probe, &native.session, &native.handle), 0);
	native.qda = backend_qda_session(native.session->inner);
}

static void end(void)
{
	struct remote_rpc_session_close params = { -1 };

	session_put(native.session);
	check_equal(remote_session_control(FASTRPC_SESSION_CLOSE, &params,
					   sizeof(params)),
		    0);
}

static void compare(const char *name, uint32_t scalars)
{
	struct contender base = { .run = call_native };
	struct contender what = { .run = call_library };

	library.scalars = scalars;
	native.count = REMOTE_SCALARS_LENGTH(scalars);
	check_cost(name, &base, &what, LIMIT);
}

/* Both have the argument in ordinary memory. */
static void both(unsigned int i, void *memory, size_t size)
{
	library.args[i].buf = (remote_buf){ memory, size };
	native.args[i] = (struct qda_arg){ .pointer = memory, .length = size };
}

static void a_small_call(void)
{
	uint32_t in = 0;

	begin_both();
	both(0, &in, sizeof(in));
	compare("a small call", REMOTE_SCALARS_MAKE(PROBE_RESULT, 1, 0));
	end();
}

static void many_arguments(void)
{
	static uint8_t memory[ARGS_MAX][256];

	begin_both();
	for (unsigned int i = 0; i < ARGS_MAX; i++)
		both(i, memory[i], sizeof(memory[i]));
	compare("many arguments", REMOTE_SCALARS_MAKE(PROBE_ECHO, 4, 4));
	end();
}

static void shared_memory(void)
{
	struct qda_buffer *buffer[2];
	void *memory[2];

	begin_both();
	for (unsigned int i = 0; i < 2; i++) {
		memory[i] = rpcmem_alloc(RPCMEM_HEAP_ID_SYSTEM, 0, SIZE);
		check(memory[i]);
		library.args[i].buf = (remote_buf){ memory[i], SIZE };
		check_ok(qda_buffer_create(native.qda, SIZE, &buffer[i]));
		native.args[i] = (struct qda_arg){ .buffer = buffer[i],
						   .length = SIZE };
	}
	compare("shared memory", REMOTE_SCALARS_MAKE(PROBE_ECHO, 1, 1));
	for (unsigned int i = 0; i < 2; i++) {
		rpcmem_free(memory[i]);
		qda_buffer_free(buffer[i]);
	}
	end();
}

/* Pieces of one buffer, each registered by itself. */
static struct {
	uint8_t *map;
	size_t count;
} pieces;

/* In turn those that a call may have, far from each other. */
static void find_pieces(void *unused)
{
	(void)unused;
	for (unsigned int i = 0; i < LOOKUPS; i++) {
		size_t number = i % ARGS_MAX * (pieces.count / ARGS_MAX);
		struct place place;

		check_ok(memory_find(native.session,
				     pieces.map + number * PIECE, PIECE,
				     &place));
		check(place.memory != NULL);
		memory_put(place.memory);
	}
}

/* Two lookups more dear are to make a call at most 5 % dearer. */
static void much_memory_is_registered(void)
{
	double few = 0, many, call;
	void *memory;

	begin_both();
	memory = rpcmem_alloc(RPCMEM_HEAP_ID_SYSTEM, 0, MANY * PIECE);
	check(memory);
	pieces.map = mmap(NULL, MANY * PIECE, PROT_READ | PROT_WRITE,
			  MAP_SHARED, rpcmem_to_fd(memory), 0);
	check(pieces.map != MAP_FAILED);
	library.scalars = REMOTE_SCALARS_MAKE(PROBE_ECHO, 1, 1);
	library.args[0].buf = (remote_buf){ pieces.map, PIECE };
	library.args[1].buf = (remote_buf){ pieces.map + 5 * PIECE, PIECE };
	for (; pieces.count < MANY; pieces.count++) {
		if (pieces.count == FEW)
			few = median_ns(find_pieces, NULL) / LOOKUPS;
		remote_register_buf(pieces.map + pieces.count * PIECE, PIECE,
				    rpcmem_to_fd(memory));
	}
	many = median_ns(find_pieces, NULL) / LOOKUPS;
	call = median_ns(call_library, NULL);
	printf("# a lookup of 10: %.0f ns, of 100,000: %.0f ns, a call: %.0f ns\n",
	       few, many, call);
	check((many - few) * 2 <= (LIMIT - 1) * call);
	while (pieces.count--)
		remote_register_buf(pieces.map + pieces.count * PIECE, PIECE,
				    -1);
	munmap(pieces.map, MANY * PIECE);
	rpcmem_free(memory);
	end();
}

static const struct subtest tests[] = {
	{ .name = "a_small_call", .run = a_small_call, .timeout = 60 },
	{ .name = "many_arguments", .run = many_arguments, .timeout = 60 },
	{ .name = "shared_memory", .run = shared_memory, .timeout = 60 },
	{ .name = "much_memory_is_registered",
	  .run = much_memory_is_registered,
	  .timeout = 120 },
};

int main(int argc, char **argv)
{
	return harness_main(argc, argv, tests, ARRAY_SIZE(tests));
}
