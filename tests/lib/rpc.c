// SPDX-License-Identifier: BSD-3-Clause
#include "rpc.h"

#include <stdio.h>
#include <string.h>

#include "remotectl.h"

uint32_t rpc_open_module(const struct rpc_driver *driver, int fd,
			 const char *name)
{
	char uri[REMOTECTL_URI_MAX];
	char text[REMOTE_ERROR_SIZE] = "";
	struct remotectl_open_in in = { .error_size = sizeof(text) - 1 };
	struct remotectl_open_out out = { 0 };
	struct rpc_buffer buffers[] = {
		{ &in, sizeof(in) },
		{ uri, 0 },
		{ &out, sizeof(out) },
		{ text, sizeof(text) - 1 },
	};
	int32_t result = -1;

	remotectl_uri(uri, name, DRM_QDA_DOMAIN_CDSP);
	in.name_size = buffers[1].size = strlen(uri) + 1;
	check_ok(driver->invoke(fd, REMOTECTL_HANDLE, REMOTECTL_OPEN, buffers,
				&result));
	if (result || out.error)
		subtest_fail(__FILE__, __LINE__, "open of %s: %#x, %#x: %s",
			     uri, result, out.error, text);
	return out.handle;
}

void rpc_close_module(const struct rpc_driver *driver, int fd, uint32_t handle)
{
	char text[REMOTE_ERROR_SIZE] = "";
	struct remotectl_close_in in = { handle, sizeof(text) - 1 };
	int32_t error = -1;
	struct rpc_buffer buffers[] = {
		{ &in, sizeof(in) },
		{ &error, sizeof(error) },
		{ text, sizeof(text) - 1 },
	};
	int32_t result = -1;

	check_ok(driver->invoke(fd, REMOTECTL_HANDLE, REMOTECTL_CLOSE, buffers,
				&result));
	check_equal(result, 0);
	check_equal(error, 0);
}
