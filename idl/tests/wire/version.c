// SPDX-License-Identifier: BSD-3-Clause
/*
 * IDL_VERSION: the stub's URI says it, and a skel refuses to be opened by a stub
 * that is newer, or that does not say.
 */
#include <stdio.h>
#include <string.h>

#include <AEEStdErr.h>

#include "version.h"

#define BASE "file:///libversion_skel.so?version_skel_handle_invoke&_modver=1.0"

int version_skel_handle_invoke(remote_handle64 handle, uint32_t scalars,
			       remote_arg *args);

int version_open(const char *uri, remote_handle64 *handle)
{
	(void)uri;
	*handle = 7;
	return AEE_SUCCESS;
}

int version_close(remote_handle64 handle)
{
	return handle == 7 ? AEE_SUCCESS : AEE_EFAILED;
}

int version_f(remote_handle64 handle, int x)
{
	return handle == 7 && x == 1 ? AEE_SUCCESS : AEE_EFAILED;
}

static const struct {
	const char *uri;
	int result;
} opens[] = {
	{ BASE "&_idlver=1.2.3", AEE_SUCCESS },
	{ BASE "&_idlver=1.2.2", AEE_SUCCESS },
	{ BASE "&_idlver=1.1.9", AEE_SUCCESS },
	{ BASE "&_idlver=0.9.9&_dom=cdsp", AEE_SUCCESS },
	{ BASE "&_dom=cdsp&_idlver=1.2.3", AEE_SUCCESS },
	{ BASE "&_idlver=1.2.4", AEE_ESTUBSKELVERMISMATCH },
	{ BASE "&_idlver=1.10.0", AEE_ESTUBSKELVERMISMATCH },
	{ BASE "&_idlver=2.0.0", AEE_ESTUBSKELVERMISMATCH },
	{ BASE "&_idlver=", AEE_ESTUBSKELVERMISMATCH },
	{ BASE "&_idlver=1.x.3", AEE_ESTUBSKELVERMISMATCH },
	{ BASE, AEE_ESTUBSKELVERMISMATCH },
};

static int open_with(const char *uri, remote_handle64 *handle)
{
	uint32_t length = (uint32_t)strlen(uri) + 1;
	remote_arg args[3] = {
		{ .buf = { &length, sizeof(length) } },
		{ .buf = { (void *)uri, length } },
	};
	int result = version_skel_handle_invoke(
		0, REMOTE_SCALARS_MAKEX(0, 0, 2, 0, 0, 1), args);

	*handle = args[2].h64;
	return result;
}

static int check_unknown_methods(void)
{
	uint32_t number = 3;
	remote_arg arg = { .buf = { &number, sizeof(number) } };
	int bad = 0;

	for (; number <= 33; number++) {
		uint32_t id = number < 31 ? number : 31;

		bad |= version_skel_handle_invoke(
			       7, REMOTE_SCALARS_MAKEX(0, id, 1, 0, 0, 0),
			       &arg) != AEE_EUNSUPPORTED;
	}
	if (bad)
		puts("a method that is not there is not AEE_EUNSUPPORTED");
	return bad;
}

int main(void)
{
	int bad = check_unknown_methods();

	for (size_t i = 0; i < sizeof(opens) / sizeof(opens[0]); i++) {
		remote_handle64 handle = 0;
		int result = open_with(opens[i].uri, &handle);

		if (result == opens[i].result && (result || handle == 7))
			continue;
		printf("%s: %#x\n", opens[i].uri, result);
		bad = 1;
	}
	if (strcmp(version_URI, opens[0].uri) != 0) {
		printf("the stub's URI is %s\n", version_URI);
		bad = 1;
	}
	return bad;
}
