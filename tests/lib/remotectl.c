// SPDX-License-Identifier: BSD-3-Clause
#include "remotectl.h"

#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

/* Where the parts lie in the one page that carries them. */
enum place {
	PLACE_IN = 0,
	PLACE_OUT = 128,
	PLACE_TEXT = 256,
	PLACE_URI = 1024,
};

static const char *const domains[] = {
	[DRM_QDA_DOMAIN_ADSP] = "adsp",	  [DRM_QDA_DOMAIN_MDSP] = "mdsp",
	[DRM_QDA_DOMAIN_SDSP] = "sdsp",	  [DRM_QDA_DOMAIN_CDSP] = "cdsp",
	[DRM_QDA_DOMAIN_CDSP1] = "cdsp1", [DRM_QDA_DOMAIN_GDSP0] = "gdsp0",
	[DRM_QDA_DOMAIN_GDSP1] = "gdsp1", [DRM_QDA_DOMAIN_CDSP2] = "cdsp2",
	[DRM_QDA_DOMAIN_CDSP3] = "cdsp3",
};

void remotectl_uri(char uri[REMOTECTL_URI_MAX], const char *name,
		   uint32_t domain)
{
	check(domain < ARRAY_SIZE(domains));
	snprintf(
		uri, REMOTECTL_URI_MAX,
		"file:///lib%s_skel.so?%s_skel_handle_invoke&_modver=1.0&_dom=%s",
		name, name, domains[domain]);
}

int remote_open_uri(int fd, const char *uri, struct remote_opened *opened)
{
	size_t size = strlen(uri) + 1;
	struct remotectl_open_in in = { size, REMOTE_ERROR_SIZE - 1 };
	struct remotectl_open_out out;
	struct call call;
	struct bo bo;
	int ret;

	ret = bo_try_create(fd, PLACE_URI + size, 0, &bo);
	if (ret)
		return ret;
	memcpy(bo.map + PLACE_IN, &in, sizeof(in));
	memcpy(bo.map + PLACE_URI, uri, size);
	call_init(&call, REMOTECTL_HANDLE, REMOTECTL_OPEN);
	call_arg(&call, 0, &bo, PLACE_IN, sizeof(in));
	call_arg(&call, 1, &bo, PLACE_URI, size);
	call_arg(&call, 2, &bo, PLACE_OUT, sizeof(out));
	call_arg(&call, 3, &bo, PLACE_TEXT, in.error_size);
	ret = call_run(fd, &call);
	memcpy(&out, bo.map + PLACE_OUT, sizeof(out));
	memset(opened, 0, sizeof(*opened));
	opened->result = call.invoke.result;
	opened->handle = out.handle;
	opened->error = out.error;
	memcpy(opened->text, bo.map + PLACE_TEXT, in.error_size);
	munmap(bo.map, bo.size);
	handle_close(fd, bo.handle);
	return ret;
}

uint32_t remote_open(int fd, const char *name)
{
	struct remote_opened opened;
	char uri[REMOTECTL_URI_MAX];

	remotectl_uri(uri, name, device_query(fd).domain);
	check_ok(remote_open_uri(fd, uri, &opened));
	if (opened.result || opened.error)
		subtest_fail(__FILE__, __LINE__, "open of %s: %#x, %#x: %s",
			     uri, opened.result, opened.error, opened.text);
	return opened.handle;
}

int remote_close(int fd, uint32_t handle)
{
	struct remotectl_close_in in = { handle, REMOTE_ERROR_SIZE - 1 };
	struct call call;
	int32_t error;
	struct bo bo;

	bo_create(fd, 4096, &bo);
	memcpy(bo.map + PLACE_IN, &in, sizeof(in));
	call_init(&call, REMOTECTL_HANDLE, REMOTECTL_CLOSE);
	call_arg(&call, 0, &bo, PLACE_IN, sizeof(in));
	call_arg(&call, 1, &bo, PLACE_OUT, sizeof(error));
	call_arg(&call, 2, &bo, PLACE_TEXT, in.error_size);
	check_ok(call_run(fd, &call));
	memcpy(&error, bo.map + PLACE_OUT, sizeof(error));
	bo_destroy(&bo);
	return call.invoke.result ? call.invoke.result : error;
}
