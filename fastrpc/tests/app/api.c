// SPDX-License-Identifier: BSD-3-Clause
#include "api.h"

#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/dma-heap.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

struct api api;

static void *symbol(void *library, const char *name)
{
	void *found = dlsym(library, name);

	if (!found)
		subtest_fail(__FILE__, __LINE__, "no symbol %s", name);
	return found;
}

#define LOAD(name) to->name = symbol(to->library, #name)

void api_load(struct api *to, const char *library)
{
	to->library = dlopen(library, RTLD_NOW | RTLD_LOCAL);
	if (!to->library)
		subtest_fail(__FILE__, __LINE__, "%s", dlerror());
	LOAD(remote_handle_open);
	LOAD(remote_handle_invoke);
	LOAD(remote_handle_close);
	LOAD(remote_handle_control);
	LOAD(remote_handle64_open);
	LOAD(remote_handle64_invoke);
	LOAD(remote_handle64_close);
	LOAD(remote_handle64_control);
	LOAD(remote_session_control);
	LOAD(fastrpc_mmap);
	LOAD(fastrpc_munmap);
	LOAD(remote_mem_map);
	LOAD(remote_mem_unmap);
	LOAD(remote_mmap64);
	LOAD(remote_munmap64);
	LOAD(remote_register_buf);
	LOAD(remote_register_buf_attr2);
	LOAD(remote_register_fd2);
	LOAD(remote_register_dma_handle);
	LOAD(remote_handle64_invoke_async);
	LOAD(fastrpc_async_get_status);
	LOAD(fastrpc_release_async_job);
	LOAD(rpcmem_alloc);
	LOAD(rpcmem_alloc2);
	LOAD(rpcmem_free);
	LOAD(rpcmem_to_fd);
}

void api_begin(void)
{
	struct remote_rpc_control_unsigned_module params = { -1, 1 };

	api_load(&api, "libcdsprpc.so.1");
	check_equal(api.remote_session_control(DSPRPC_CONTROL_UNSIGNED_MODULE,
					       &params, sizeof(params)),
		    0);
}

void api_end(void)
{
	struct remote_rpc_session_close params = { -1 };

	check_equal(api.remote_session_control(FASTRPC_SESSION_CLOSE, &params,
					       sizeof(params)),
		    0);
}

bool on_mainline(void)
{
	return access("/sys/module/qda", F_OK) != 0;
}

remote_handle64 open_probe(unsigned int session)
{
	remote_handle64 probe = 0;
	char uri[160];

	snprintf(uri, sizeof(uri), "%s&_dom=cdsp&_session=%u", PROBE_URI_HANDLE,
		 session);
	check_equal(api.remote_handle64_open(uri, &probe), 0);
	check(probe != 0);
	return probe;
}

int probe_word(remote_handle64 probe, uint32_t method, uint32_t in,
	       uint32_t *out)
{
	remote_arg args[2] = { buffer_arg(&in, sizeof(in)),
			       buffer_arg(out, sizeof(*out)) };

	return api.remote_handle64_invoke(
		probe, REMOTE_SCALARS_MAKE(method, 1, out ? 1 : 0), args);
}

int heap_fd(size_t size)
{
	struct dma_heap_allocation_data data = {
		.len = size,
		.fd_flags = O_RDWR | O_CLOEXEC,
	};
	int heap = open("/dev/dma_heap/system", O_RDONLY | O_CLOEXEC);

	if (heap < 0)
		subtest_skip("no system heap: %s", strerror(errno));
	if (ioctl(heap, DMA_HEAP_IOCTL_ALLOC, &data))
		subtest_fail(__FILE__, __LINE__, "no buffer: %s",
			     strerror(errno));
	close(heap);
	return (int)data.fd;
}

unsigned int open_files(void)
{
	unsigned int count = 0;

	for (int fd = 0; fd < 1024; fd++)
		count += fcntl(fd, F_GETFD) >= 0;
	return count;
}

unsigned int entries_of(const char *folder)
{
	DIR *entries = opendir(folder);
	unsigned int count = 0;

	check(entries != NULL);
	while (readdir(entries))
		count++;
	closedir(entries);
	return count;
}

unsigned int count_in(const char *text, const char *part)
{
	unsigned int count = 0;

	while ((text = strstr(text, part))) {
		text += strlen(part);
		count++;
	}
	return count;
}
