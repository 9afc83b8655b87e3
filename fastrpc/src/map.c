// SPDX-License-Identifier: BSD-3-Clause
#include "map.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>

#include "AEEStdErr.h"
#include "memory.h"
#include "remote.h"

/* Of remote_mmap64(): the heap of the process grows. */
#define ADD_PAGES     0x1000u
#define ADD_PAGES_LLC 0x3000u

struct map {
	struct map *next;
	struct memory *memory; /* with a reference; NULL: heap */
	struct map_request request;
	void *inner;	/* the back end's */
	void *address;	/* the program's */
	bool automatic; /* made by FASTRPC_ATTR_TRY_MAP_STATIC */
};

static uint64_t in_pages(uint64_t length)
{
	return (length + 4095) & ~4095ULL;
}

static void free_map(struct map *map)
{
	if (map->memory)
		memory_put(map->memory);
	free(map);
}

/* Called with the session's maps_lock held, as what follows. */
static struct map **find_tag(struct session *session, int tag)
{
	struct map **link = &session->maps;

	while (*link && (!(*link)->memory || (*link)->request.tag != tag))
		link = &(*link)->next;
	return link;
}

static int unmap(struct session *session, struct map **link, int32_t *result)
{
	struct map *map = *link;
	int ret;

	*result = 0;
	if (map->memory)
		ret = session->backend->unmap(session->inner, &map->request,
					      map->inner, result);
	else
		ret = session->backend->shrink(session->inner,
					       map->request.address,
					       map->request.length, map->inner,
					       result);
	/* Else it is gone, as the back end's part of it is. */
	if (ret == -EREMOTEIO)
		return ret;
	*link = map->next;
	free_map(map);
	return ret;
}

/*
 * A map of that number: the same memory's may stay, another's was left behind
 * when the program closed the descriptor and got the number again.
 */
static int make_room(struct session *session, int tag, struct memory *memory,
		     int32_t *result)
{
	struct map **link = find_tag(session, tag);

	if (!*link)
		return 0;
	if ((*link)->memory == memory)
		return -EALREADY;
	return unmap(session, link, result);
}

int map_check_tag(struct session *session, int tag, struct memory *memory,
		  int32_t *result)
{
	int ret;

	pthread_mutex_lock(&session->maps_lock);
	ret = make_room(session, tag, memory, result);
	pthread_mutex_unlock(&session->maps_lock);
	return ret == -EALREADY ? 0 : ret;
}

static int map_locked(struct session *session, struct map *map, int32_t *result)
{
	int ret = make_room(session, map->request.tag, map->memory, result);

	if (!ret)
		ret = memory_import(session, map->memory, &map->request.buffer);
	if (!ret)
		ret = session->backend->map(session->inner, &map->request,
					    &map->inner, result);
	if (ret)
		return ret;
	map->next = session->maps;
	session->maps = map;
	return 0;
}

/* Takes the reference of the memory over, also on failure. */
static int map_memory(struct session *session, struct memory *memory, int fd,
		      enum map_kind kind, void *address, uint64_t length,
		      bool automatic, uint64_t *remote, int32_t *result)
{
	struct map *map = calloc(1, sizeof(*map));
	int ret = map ? 0 : -ENOMEM;

	*result = 0;
	if (!ret && (!length || length > memory->size))
		ret = -ERANGE;
	if (ret) {
		free(map);
		memory_put(memory);
		return ret;
	}
	map->memory = memory;
	map->address = address;
	map->automatic = automatic;
	map->request = (struct map_request){
		.kind = kind,
		.fd = fd,
		.tag = fd,
		.size = memory->size,
		.address = (uintptr_t)address,
		.length = in_pages(length),
	};
	pthread_mutex_lock(&session->maps_lock);
	ret = map_locked(session, map, result);
	if (!ret && remote)
		*remote = map->request.address;
	pthread_mutex_unlock(&session->maps_lock);
	if (ret)
		free_map(map);
	return ret;
}

void map_forget_session(struct session *session)
{
	while (session->maps) {
		struct map *map = session->maps;

		session->maps = map->next;
		free_map(map);
	}
}

/* ---- maps that nobody asked for by name ---- */

void map_static_ranges(struct session *session)
{
	struct static_range *list;
	size_t count = range_list_static(&list);
	int32_t result;

	for (size_t i = 0; i < count; i++)
		map_memory(session, list[i].memory, list[i].memory->fd,
			   MAP_STATIC, list[i].address, list[i].size, true,
			   NULL, &result);
	free(list);
}

void map_static_everywhere(struct memory *memory, void *address, size_t size)
{
	int32_t result;

	for (unsigned int i = 0; i < SLOTS; i++) {
		struct session *session = session_peek(i);

		if (!session)
			continue;
		atomic_fetch_add(&memory->refs, 1);
		if (session->started)
			map_memory(session, memory, memory->fd, MAP_STATIC,
				   address, size, true, NULL, &result);
		else
			memory_put(memory);
		session_put(session);
	}
}

void map_remove_static(struct memory *memory)
{
	int32_t result;

	for (unsigned int i = 0; i < SLOTS; i++) {
		struct session *session = session_peek(i);
		struct map **link;

		if (!session)
			continue;
		pthread_mutex_lock(&session->maps_lock);
		link = &session->maps;
		while (*link) {
			bool is = (*link)->automatic &&
				  (*link)->memory == memory;

			if (!is || unmap(session, link, &result) == -EREMOTEIO)
				link = &(*link)->next;
		}
		pthread_mutex_unlock(&session->maps_lock);
		session_put(session);
	}
}

bool map_lookup(struct session *session, int tag, struct map_view *view)
{
	struct map **link;
	bool found;

	pthread_mutex_lock(&session->maps_lock);
	link = find_tag(session, tag);
	found = *link;
	if (found)
		*view = (struct map_view){ (*link)->request.length,
					   (*link)->address };
	pthread_mutex_unlock(&session->maps_lock);
	return found;
}

/* ---- the public functions ---- */

static int report(int error, int32_t result, const char *what, int domain,
		  int fd)
{
	char name[32];

	if (error == -EALREADY)
		return AEE_EALREADY;
	if (error == -ENOENT)
		return AEE_ENOSUCHMAP;
	if (error)
		log_failure(error, result, "%s of descriptor %d, %s", what, fd,
			    slot_name((unsigned int)domain, name,
				      sizeof(name)));
	return aee_of(error, result);
}

/* -1 is the library's default. */
static int slot_of(int domain)
{
	return domain == -1 ? fastrpc_default_domain : domain;
}

static int map_fd(int domain, int fd, enum map_kind kind, void *address,
		  uint64_t length, uint64_t *remote)
{
	struct session *session;
	struct memory *memory;
	int32_t result = 0;
	int ret;

	if (!slot_is_valid(domain))
		return AEE_EINVALIDDOMAIN;
	if (fd <= 0 || memory_get(fd, false, &memory))
		return AEE_EINVALIDFD;
	ret = session_get((unsigned int)domain, true, &session, &result);
	if (ret) {
		memory_put(memory);
		return aee_of(ret, result);
	}
	ret = map_memory(session, memory, fd, kind, address, length, false,
			 remote, &result);
	session_note_end(session, ret, result);
	session_put(session);
	return report(ret, result, "no map", domain, fd);
}

static bool is_match(const struct map *map, int fd, uint64_t remote,
		     uint64_t length)
{
	if (length != map->request.length)
		return false;
	if (remote)
		return map->request.address == remote;
	return map->memory && map->request.tag == fd;
}

static int unmap_in(struct session *session, int fd, uint64_t remote,
		    uint64_t length, bool heap_only, int32_t *result)
{
	struct map **link;
	int ret = -ENOENT;

	pthread_mutex_lock(&session->maps_lock);
	link = &session->maps;
	while (*link && ((heap_only && (*link)->memory) ||
			 !is_match(*link, fd, remote, in_pages(length))))
		link = &(*link)->next;
	if (*link)
		ret = unmap(session, link, result);
	pthread_mutex_unlock(&session->maps_lock);
	return ret;
}

int map_shrink(struct session *session, uint64_t remote, uint64_t size,
	       int32_t *result)
{
	return remote ? unmap_in(session, -1, remote, size, true, result) :
			-ENOENT;
}

static int unmap_match(int domain, int fd, uint64_t remote, uint64_t length)
{
	struct session *session;
	int32_t result = 0;
	int ret;

	if (!slot_is_valid(domain))
		return AEE_EINVALIDDOMAIN;
	session = session_peek((unsigned int)domain);
	if (!session)
		return AEE_ENOSUCHMAP;
	ret = unmap_in(session, fd, remote, length, false, &result);
	session_note_end(session, ret, result);
	session_put(session);
	return report(ret, result, "no end of the map", domain, fd);
}

static bool kind_is_known(int flags)
{
	return flags == FASTRPC_MAP_STATIC || flags == FASTRPC_MAP_FD ||
	       flags == FASTRPC_MAP_FD_DELAYED || flags == FASTRPC_MAP_FD_NOMAP;
}

EXPORT int fastrpc_mmap(int domain, int fd, void *addr, int offset,
			size_t length, enum fastrpc_map_flags flags)
{
	if (!kind_is_known((int)flags) || offset)
		return AEE_EBADPARM;
	return map_fd(slot_of(domain), fd, (enum map_kind)flags, addr, length,
		      NULL);
}

EXPORT int fastrpc_munmap(int domain, int fd, void *addr, size_t length)
{
	(void)addr;
	return unmap_match(slot_of(domain), fd, 0, length);
}

EXPORT int remote_mem_map(int domain, int fd, int flags, uint64_t virtAddr,
			  size_t size, uint64_t *remoteVirtAddr)
{
	if (flags != REMOTE_MAP_MEM_STATIC || !remoteVirtAddr)
		return AEE_EBADPARM;
	return map_fd(slot_of(domain), fd, MAP_STATIC,
		      (void *)(uintptr_t)virtAddr, size, remoteVirtAddr);
}

EXPORT int remote_mem_unmap(int domain, uint64_t remoteVirtAddr, size_t size)
{
	if (!remoteVirtAddr)
		return AEE_EBADPARM;
	return unmap_match(slot_of(domain), -1, remoteVirtAddr, size);
}

/* Called with the session's maps_lock held. */
static int grow_locked(struct session *session, uint64_t size, uint64_t *remote,
		       int32_t *result)
{
	struct map *map = calloc(1, sizeof(*map));
	int ret;

	if (!map)
		return -ENOMEM;
	ret = session->backend->grow(session->inner, size, remote, &map->inner,
				     result);
	if (ret) {
		free(map);
		return ret;
	}
	map->request.address = *remote;
	map->request.length = size;
	map->next = session->maps;
	session->maps = map;
	return 0;
}

int map_grow(struct session *session, uint64_t size, uint64_t *remote,
	     int32_t *result)
{
	int ret;

	*result = 0;
	pthread_mutex_lock(&session->maps_lock);
	ret = grow_locked(session, in_pages(size), remote, result);
	pthread_mutex_unlock(&session->maps_lock);
	return ret;
}

static int grow(int domain, int64_t size, uint64_t *remote)
{
	struct session *session;
	int32_t result = 0;
	int ret;

	ret = session_get((unsigned int)domain, true, &session, &result);
	if (ret)
		return aee_of(ret, result);
	ret = map_grow(session, (uint64_t)size, remote, &result);
	session_note_end(session, ret, result);
	session_put(session);
	return report(ret, result, "no growth of the heap", domain, -1);
}

static int map_64(int fd, uint32_t flags, uint64_t vaddrin, int64_t size,
		  uint64_t *remote)
{
	if (size <= 0)
		return AEE_EBADPARM;
	if (flags == ADD_PAGES || flags == ADD_PAGES_LLC)
		return fd > 0 ? AEE_EUNSUPPORTED :
				grow(fastrpc_default_domain, size, remote);
	if (flags)
		return AEE_EUNSUPPORTED;
	return map_fd(fastrpc_default_domain, fd, MAP_STATIC,
		      (void *)(uintptr_t)vaddrin, (uint64_t)size, remote);
}

EXPORT int remote_mmap64(int fd, uint32_t flags, uint64_t vaddrin, int64_t size,
			 uint64_t *vaddrout)
{
	return vaddrout ? map_64(fd, flags, vaddrin, size, vaddrout) :
			  AEE_EBADPARM;
}

EXPORT int remote_munmap64(uint64_t vaddrout, int64_t size)
{
	if (size <= 0 || !vaddrout)
		return AEE_EBADPARM;
	return unmap_match(fastrpc_default_domain, -1, vaddrout,
			   (uint64_t)size);
}

EXPORT int remote_mmap(int fd, uint32_t flags, uint32_t vaddrin, int size,
		       uint32_t *vaddrout)
{
	uint64_t remote;
	int ret;

	if (!vaddrout)
		return AEE_EBADPARM;
	ret = map_64(fd, flags, vaddrin, size, &remote);
	if (ret)
		return ret;
	if (remote > UINT32_MAX) {
		remote_munmap64(remote, size);
		return AEE_EBADVA;
	}
	*vaddrout = (uint32_t)remote;
	return 0;
}

EXPORT int remote_munmap(uint32_t vaddrout, int size)
{
	return remote_munmap64(vaddrout, size);
}
