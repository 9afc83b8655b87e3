// SPDX-License-Identifier: BSD-3-Clause
#include <dlfcn.h>
#include <stdio.h>
#include <string.h>

#include <AEEStdErr.h>
#include <HAP_farf.h>

#include "loopback.h"

#define REMOTECTL    0
#define FIRST_HANDLE 0x100
#define SKEL_HANDLE  1

struct loopback_call loopback_call;

static const char *known;
static loopback_skel known_skel;

void HAP_debug_v2(int level, const char *file, int line, const char *format,
		  ...)
{
	(void)level;
	(void)file;
	(void)line;
	(void)format;
}

static bool names_skel(const struct fake_arg *uri)
{
	const char *start = memchr(uri->pointer, '?', uri->length);
	size_t length = strlen(known);

	return length && start && !strncmp(start + 1, known, length) &&
	       start[1 + length] == '&';
}

static int open_skel(struct fake_arg *uri)
{
	uint32_t length = (uint32_t)uri->length;
	remote_arg args[3] = {
		{ .buf = { &length, sizeof(length) } },
		{ .buf = { uri->pointer, length } },
	};
	int err;

	err = known_skel(0, REMOTE_SCALARS_MAKEX(0, 0, 2, 0, 0, 1), args);
	assert_int_equal(args[2].h64, SKEL_HANDLE);
	return err;
}

static int32_t remotectl(uint32_t scalars, struct fake_arg *args)
{
	uint32_t handle = 0;
	int32_t error;

	if (scalars != 0x00020200)
		return 0;
	if (names_skel(&args[1]))
		error = open_skel(&args[1]);
	else
		error = (int32_t)(DSP_AEE_EOFFSET + AEE_EUNABLETOLOAD);
	if (!error)
		handle = FIRST_HANDLE;
	memcpy(args[2].pointer, &handle, sizeof(handle));
	memcpy((char *)args[2].pointer + 4, &error, sizeof(error));
	return 0;
}

static void note(uint32_t scalars, const struct fake_arg *args,
		 unsigned int count)
{
	loopback_call.scalars = scalars;
	loopback_call.count = count;
	for (unsigned int i = 0; i < count; i++)
		loopback_call.lengths[i] = args[i].length;
	if (count && args[0].length <= sizeof(loopback_call.prim_in))
		memcpy(loopback_call.prim_in, args[0].pointer, args[0].length);
}

static int32_t invoke(uint32_t handle, uint32_t scalars, struct fake_arg *args,
		      unsigned int count)
{
	remote_arg remote[540];

	if (handle == REMOTECTL)
		return remotectl(scalars, args);
	note(scalars, args, count);
	for (unsigned int i = 0; i < count; i++)
		remote[i].buf = (remote_buf){ args[i].pointer, args[i].length };
	assert_int_equal(handle, FIRST_HANDLE);
	return known_skel(SKEL_HANDLE, scalars, remote);
}

loopback_skel loopback_load(const char *library, const char *symbol)
{
	void *loaded = dlopen(library, RTLD_NOW | RTLD_LOCAL);
	void *function = loaded ? dlsym(loaded, symbol) : NULL;
	loopback_skel skel;

	if (!function)
		fprintf(stderr, "%s\n", dlerror());
	assert_non_null(function);
	/* ISO C has no conversion between the two kinds of pointers. */
	memcpy(&skel, &function, sizeof(skel));
	return skel;
}

struct qda_session *loopback_session(const char *symbol, loopback_skel skel)
{
	struct qda_session *session;

	fake_reset();
	known = symbol;
	known_skel = skel;
	fake.function = invoke;
	session = fake_session();
	qda_remote_use(session);
	return session;
}
