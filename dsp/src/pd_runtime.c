// SPDX-License-Identifier: BSD-3-Clause
#include "pd_runtime.h"

#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "HAP_farf.h"
#include "HAP_mem.h"
#include "log.h"
#include "pd_log.h"
#include "pd_memory.h"

#define EXPORT __attribute__((visibility("default")))

static struct {
	int32_t client;
	struct pd_slot *slot;
	pthread_mutex_t lock;
} runtime = { .lock = PTHREAD_MUTEX_INITIALIZER };

void pd_runtime_init(int32_t client, struct pd_slot *slot)
{
	runtime.client = client;
	runtime.slot = slot;
}

/* To the DSP's own log in any case, and to a host that asked for the level. */
static void put(int level, const char *file, int line, const char *format,
		va_list args)
{
	static const char *const names[] = { "LOW",   "MEDIUM", "HIGH",
					     "ERROR", "FATAL",	"CRITICAL" };
	const char *slash = strrchr(file, '/');
	const char *name = "UNKNOWN";
	char origin[128];
	va_list again;

	if (level >= HAP_LEVEL_LOW && level <= HAP_LEVEL_CRITICAL)
		name = names[level];
	snprintf(origin, sizeof(origin), "%s:%d", slash ? slash + 1 : file,
		 line);
	va_copy(again, args);
	log_pd_va(runtime.client, origin, name, format, args);
	pd_log_put(level, file, line, format, again);
	va_end(again);
}

EXPORT void HAP_debug_v2(int level, const char *file, int line,
			 const char *format, ...)
{
	va_list args;

	va_start(args, format);
	put(level, file, line, format, args);
	va_end(args);
}

EXPORT void HAP_debug_runtime(int level, const char *file, int line,
			      const char *format, ...)
{
	va_list args;

	if (!pd_log_is_wanted(level, file))
		return;
	va_start(args, format);
	put(level, file, line, format, args);
	va_end(args);
}

static struct pd_tag *find_tag(int tag)
{
	struct pd_tag *t = runtime.slot->tags;

	for (; t < runtime.slot->tags + DSP_PD_MAPS; t++) {
		if (__atomic_load_n(&t->valid, __ATOMIC_ACQUIRE) && !t->heap &&
		    t->tag == tag)
			return t;
	}
	return NULL;
}

EXPORT int HAP_mmap_get(int fd, void **vaddr, uint64_t *paddr)
{
	struct pd_tag *t;

	pthread_mutex_lock(&runtime.lock);
	t = find_tag(fd);
	if (t) {
		__atomic_add_fetch(&t->held, 1, __ATOMIC_ACQ_REL);
		*vaddr = pd_memory_pointer(t->iova);
		if (paddr)
			*paddr = t->iova;
	}
	pthread_mutex_unlock(&runtime.lock);
	return t ? AEE_SUCCESS : AEE_ENOMEMORY;
}

EXPORT int adsp_mmap_fd_getinfo(int fd, uint32_t *size)
{
	struct pd_tag *t;

	pthread_mutex_lock(&runtime.lock);
	t = find_tag(fd);
	if (t)
		*size = t->size < UINT32_MAX ? (uint32_t)t->size : UINT32_MAX;
	pthread_mutex_unlock(&runtime.lock);
	return t ? AEE_SUCCESS : AEE_ENOSUCHMAP;
}

EXPORT int HAP_mmap_put(int fd)
{
	struct pd_tag *t;
	int ret = AEE_EBADPARM;

	pthread_mutex_lock(&runtime.lock);
	t = find_tag(fd);
	if (t && t->held) {
		__atomic_sub_fetch(&t->held, 1, __ATOMIC_ACQ_REL);
		ret = AEE_SUCCESS;
	}
	pthread_mutex_unlock(&runtime.lock);
	return ret;
}
