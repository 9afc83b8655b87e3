// SPDX-License-Identifier: BSD-3-Clause
#include "skel_loader.h"

#include <dlfcn.h>
#include <link.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "dsp.h"
#include "fastrpc_message.h"
#include "pd_host.h"
#include "skel_uri.h"

#define SKELS_MAX   256
#define MODULES_MAX 64

struct skel {
	uint32_t handle; /* 0: free */
	unsigned int calls;
	void *library;
	int file; /* what the host sent, or -1 */
	remote_skel_invoke invoke;
	remote_skel_handle_invoke handle_invoke;
	remote_handle64 h64;
};

/* Where loaded code is, for messages about crashes. */
struct module {
	uint64_t start;
	uint64_t end;
	uint64_t base;
	char name[64];
};

static struct {
	const char *path;
	const char *domain;
	uint32_t next_handle;
	pthread_mutex_t lock;
	struct skel skel[SKELS_MAX];
	struct module module[MODULES_MAX];
	uint32_t modules;
} loader = { .lock = PTHREAD_MUTEX_INITIALIZER };

void skel_loader_init(const char *path, const char *domain, uint32_t seed)
{
	loader.path = path;
	loader.domain = domain;
	/* Odd multiplier: a permutation, so neighbours get far apart. */
	loader.next_handle = seed * 2654435761u;
}

/* ---- modules ---- */

static int note_module(struct dl_phdr_info *info, size_t size, void *data)
{
	const char *slash = strrchr(info->dlpi_name, '/');
	uint32_t i, n = loader.modules;
	uint64_t start = UINT64_MAX, end = 0;
	struct module *m;

	(void)size;
	(void)data;
	for (i = 0; i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *ph = &info->dlpi_phdr[i];
		uint64_t at = info->dlpi_addr + ph->p_vaddr;

		if (ph->p_type != PT_LOAD || !(ph->p_flags & PF_X))
			continue;
		if (at < start)
			start = at;
		if (at + ph->p_memsz > end)
			end = at + ph->p_memsz;
	}
	for (i = 0; i < n; i++) {
		if (loader.module[i].start == start)
			return 0;
	}
	if (n == MODULES_MAX || start >= end)
		return 0;
	m = &loader.module[n];
	m->start = start;
	m->end = end;
	m->base = info->dlpi_addr;
	snprintf(m->name, sizeof(m->name), "%s",
		 slash		  ? slash + 1 :
		 *info->dlpi_name ? info->dlpi_name :
				    "qda-dsp");
	__atomic_store_n(&loader.modules, n + 1, __ATOMIC_RELEASE);
	return 0;
}

uint64_t skel_module_at(uint64_t pc, char *name, size_t size)
{
	uint32_t i, n = __atomic_load_n(&loader.modules, __ATOMIC_ACQUIRE);
	const char *found = "?";
	size_t length;

	for (i = 0; i < n; i++) {
		if (pc < loader.module[i].start || pc >= loader.module[i].end)
			continue;
		found = loader.module[i].name;
		pc -= loader.module[i].base;
		break;
	}
	length = strnlen(found, size - 1);
	memcpy(name, found, length);
	name[length] = '\0';
	return pc;
}

/* ---- opening ---- */

/* Return: true when there was a file to load, loadable or not. */
static bool load_from(const char *folder, int folder_length,
		      const char *library, void **out, char *error,
		      size_t error_size)
{
	char path[4096];
	int n;

	n = snprintf(path, sizeof(path), "%.*s/%s", folder_length, folder,
		     library);
	if (n < 0 || (size_t)n >= sizeof(path) || access(path, F_OK))
		return false;
	*out = dlopen(path, RTLD_NOW | RTLD_LOCAL);
	if (!*out)
		snprintf(error, error_size, "%s", dlerror());
	return true;
}

/* What the DSP does not have itself it may get from the host's file server. */
static void *load_from_host(const char *library, int *file, char *error,
			    size_t error_size)
{
	char path[64];
	void *found;
	int fd, ret;

	ret = pd_host_load(library, &fd);
	if (ret) {
		snprintf(error, error_size,
			 "%s not found in skel path %s, nor "
			 "by the host (0x%x)",
			 library,
			 loader.path && *loader.path ? loader.path : "(empty)",
			 (uint32_t)ret);
		return NULL;
	}
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	found = dlopen(path, RTLD_NOW | RTLD_LOCAL);
	if (!found) {
		snprintf(error, error_size, "%s of the host: %s", library,
			 dlerror());
		close(fd);
		return NULL;
	}
	/* Kept: another one of that name would be taken for this library. */
	*file = fd;
	return found;
}

static void *load(const char *library, int *file, char *error,
		  size_t error_size)
{
	const char *at = loader.path;
	void *found = NULL;
	size_t length;

	/* Modules that are part of the DSP's own program. */
	if (!strcmp(library, "libdspqueue_rpc_skel.so") ||
	    !strcmp(library, "libadsp_default_listener_skel.so"))
		return dlopen(NULL, RTLD_NOW);
	while (at && *at) {
		length = strcspn(at, ":");
		if (length && load_from(at, (int)length, library, &found, error,
					error_size))
			return found;
		at += length + (at[length] == ':');
	}
	if (pd_host_is_there())
		return load_from_host(library, file, error, error_size);
	snprintf(error, error_size, "%s not found in skel path %s", library,
		 loader.path && *loader.path ? loader.path : "(empty)");
	return NULL;
}

static int open_handle(struct skel *skel, const char *uri)
{
	uint32_t length = strlen(uri) + 1;
	char copy[SKEL_NAME_MAX * 4];
	remote_arg args[3];
	int ret;

	memcpy(copy, uri, length);
	args[0].buf = (remote_buf){ &length, sizeof(length) };
	args[1].buf = (remote_buf){ copy, length };
	args[2].h64 = 0;
	ret = skel->handle_invoke(0, REMOTE_SCALARS_MAKEX(0, 0, 2, 0, 0, 1),
				  args);
	skel->h64 = args[2].h64;
	return ret;
}

static void unload(const struct skel *skel)
{
	dlclose(skel->library);
	if (skel->file >= 0)
		close(skel->file);
}

static int load_skel(const struct skel_uri *uri, const char *text,
		     struct skel *skel, char *error, size_t error_size)
{
	void *symbol;
	int ret;

	skel->file = -1;
	skel->library = load(uri->library, &skel->file, error, error_size);
	if (!skel->library)
		return DSP_STATUS(AEE_EUNABLETOLOAD);
	dl_iterate_phdr(note_module, NULL);
	symbol = dlsym(skel->library, uri->symbol);
	if (!symbol) {
		snprintf(error, error_size, "%s has no symbol %s", uri->library,
			 uri->symbol);
		ret = DSP_STATUS(AEE_ENOSUCHSYMBOL);
		goto unload;
	}
	if (!uri->handle_based) {
		skel->invoke = (remote_skel_invoke)symbol;
		return 0;
	}
	skel->handle_invoke = (remote_skel_handle_invoke)symbol;
	ret = open_handle(skel, text);
	if (!ret)
		return 0;
	snprintf(error, error_size, "open of %s returned 0x%x", uri->symbol,
		 (uint32_t)ret);
unload:
	unload(skel);
	return ret;
}

static struct skel *find(uint32_t handle)
{
	struct skel *s;

	for (s = loader.skel; s < loader.skel + SKELS_MAX; s++) {
		if (s->handle == handle)
			return s;
	}
	return NULL;
}

/* Handles do not come back soon, and other processes have others. */
static uint32_t new_handle(void)
{
	do {
		loader.next_handle = loader.next_handle * 1664525u +
				     1013904223u;
	} while (loader.next_handle <= FASTRPC_HANDLE_STATIC_MAX ||
		 find(loader.next_handle));
	return loader.next_handle;
}

int skel_open(const char *uri, uint32_t *handle, char *error, size_t error_size)
{
	struct skel skel = { 0 }, *slot;
	struct skel_uri parsed;
	int ret;

	if (strlen(uri) >= SKEL_NAME_MAX * 4 ||
	    skel_uri_parse(uri, &parsed, error, error_size))
		return DSP_STATUS(AEE_EBADPARM);
	if (*parsed.domain && strcmp(parsed.domain, loader.domain)) {
		snprintf(error, error_size, "_dom=%s, but this is %s",
			 parsed.domain, loader.domain);
		return DSP_STATUS(AEE_EBADPARM);
	}
	ret = load_skel(&parsed, uri, &skel, error, error_size);
	if (ret)
		return ret;
	pthread_mutex_lock(&loader.lock);
	slot = find(0);
	if (slot) {
		skel.handle = new_handle();
		*slot = skel;
		*handle = skel.handle;
	}
	pthread_mutex_unlock(&loader.lock);
	if (slot)
		return 0;
	snprintf(error, error_size, "%d modules are open", SKELS_MAX);
	unload(&skel);
	return DSP_STATUS(AEE_ENOMEMORY);
}

static int close_handle(const struct skel *skel)
{
	remote_arg args[1];

	args[0].h64 = skel->h64;
	return skel->handle_invoke(
		skel->h64, REMOTE_SCALARS_MAKEX(0, 1, 0, 0, 1, 0), args);
}

int skel_close(uint32_t handle, char *error, size_t error_size)
{
	struct skel skel, *slot;
	int ret = 0;

	pthread_mutex_lock(&loader.lock);
	slot = handle ? find(handle) : NULL;
	if (slot)
		skel = *slot;
	if (slot && !slot->calls)
		memset(slot, 0, sizeof(*slot));
	pthread_mutex_unlock(&loader.lock);
	if (!slot) {
		snprintf(error, error_size, "no module has handle 0x%x",
			 handle);
		return DSP_STATUS(AEE_EINVHANDLE);
	}
	if (skel.calls) {
		snprintf(error, error_size, "%u calls are in flight",
			 skel.calls);
		return DSP_STATUS(AEE_EBADSTATE);
	}
	if (skel.handle_invoke)
		ret = close_handle(&skel);
	if (ret)
		snprintf(error, error_size, "close returned 0x%x",
			 (uint32_t)ret);
	unload(&skel);
	return ret;
}

int skel_invoke(uint32_t handle, uint32_t sc, remote_arg *args)
{
	struct skel *slot, skel;
	int ret;

	pthread_mutex_lock(&loader.lock);
	slot = find(handle);
	if (slot) {
		slot->calls++;
		skel = *slot;
	}
	pthread_mutex_unlock(&loader.lock);
	if (!slot)
		return DSP_STATUS(AEE_EINVHANDLE);
	ret = skel.invoke ? skel.invoke(sc, args) :
			    skel.handle_invoke(skel.h64, sc, args);
	pthread_mutex_lock(&loader.lock);
	slot->calls--;
	pthread_mutex_unlock(&loader.lock);
	return ret;
}
