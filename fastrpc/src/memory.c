// SPDX-License-Identifier: BSD-3-Clause
#include "memory.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <search.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "session.h"

/*
 * Stays as long as its session: a call of it has no reference of its own. A
 * slot may have several sessions, those with nothing but old handles too.
 */
struct import {
	struct import *next;
	struct session *session;
	void *buffer;
};

/*
 * Calls read what is here, which may not change under them; all else writes.
 * The references of a memory are counted without it.
 */
static pthread_rwlock_t lock = PTHREAD_RWLOCK_INITIALIZER;
static struct tree ranges; /* that calls find */
static struct tree hidden_ranges;
static void *memories; /* by identity, a tree of tsearch(3) */
static struct range *static_ranges;

_Thread_local unsigned long memory_steps;

static int by_identity(const void *a, const void *b)
{
	const struct memory *one = a, *other = b;

	if (one->device != other->device)
		return one->device < other->device ? -1 : 1;
	if (one->inode != other->inode)
		return one->inode < other->inode ? -1 : 1;
	return 0;
}

static int identify(int fd, struct memory *key)
{
	struct stat st;

	key->device = 0;
	key->inode = 0;
	if (fstat(fd, &st))
		return -errno;
	key->device = st.st_dev;
	key->inode = st.st_ino;
	return 0;
}

/* Called with the lock held. */
static struct memory *find_known(int fd)
{
	struct memory key, **found;

	if (identify(fd, &key))
		return NULL;
	found = tfind(&key, &memories, by_identity);
	if (!found)
		return NULL;
	atomic_fetch_add(&(*found)->refs, 1);
	return *found;
}

struct memory *memory_known(int fd)
{
	struct memory *memory;

	pthread_rwlock_rdlock(&lock);
	memory = find_known(fd);
	pthread_rwlock_unlock(&lock);
	return memory;
}

bool memory_is(const struct memory *memory, int fd)
{
	struct memory key;

	return !identify(fd, &key) && !by_identity(memory, &key);
}

/* Called with the lock held for writing. */
static int add(int fd, bool adopt, struct memory **memory)
{
	struct memory *new = calloc(1, sizeof(*new));
	off_t size = lseek(fd, 0, SEEK_END);
	int ret = size > 0 ? 0 : size ? -errno : -EINVAL;

	if (!new)
		ret = -ENOMEM;
	if (!ret)
		ret = identify(fd, new);
	if (!ret) {
		/* 0 is no tag, and the low numbers are those of others. */
		new->fd = adopt ? fd : fcntl(fd, F_DUPFD_CLOEXEC, 3);
		if (new->fd < 0)
			ret = -errno;
		else if (!tsearch(new, &memories, by_identity))
			ret = -ENOMEM;
		if (ret && !adopt && new->fd >= 0)
			close(new->fd);
	}
	if (ret) {
		free(new);
		return ret;
	}
	new->size = (uint64_t)size;
	atomic_init(&new->refs, 1);
	*memory = new;
	return 0;
}

int memory_get(int fd, bool adopt, struct memory **memory)
{
	struct memory *known;
	int ret = 0;

	pthread_rwlock_wrlock(&lock);
	known = find_known(fd);
	if (known)
		*memory = known;
	else
		ret = add(fd, adopt, memory);
	pthread_rwlock_unlock(&lock);
	if (adopt && (known || ret))
		close(fd);
	return ret;
}

static void release(struct import **link)
{
	struct import *import = *link;

	*link = import->next;
	import->session->backend->release(import->session->inner,
					  import->buffer);
	free(import);
}

static void destroy(struct memory *memory)
{
	while (memory->imports)
		release(&memory->imports);
	close(memory->fd);
	free(memory);
}

void memory_put(struct memory *memory)
{
	unsigned int refs = atomic_load(&memory->refs);

	while (refs > 1)
		if (atomic_compare_exchange_weak(&memory->refs, &refs,
						 refs - 1))
			return;
	/* The last one, unless it is looked up just now. */
	pthread_rwlock_wrlock(&lock);
	if (atomic_fetch_sub(&memory->refs, 1) == 1) {
		tdelete(memory, &memories, by_identity);
		destroy(memory);
	}
	pthread_rwlock_unlock(&lock);
}

/* ---- ranges ---- */

static struct range *range_of(struct tree_node *node)
{
	return (struct range *)((char *)node - offsetof(struct range, node));
}

/* The latest of the kind that starts there; one of that size if there is one. */
static struct range *find_start(struct tree_node *node, uintptr_t start,
				size_t size, enum range_kind kind,
				struct range *best)
{
	struct range *range;

	if (!node)
		return best;
	if (node->start > start)
		return find_start(node->left, start, size, kind, best);
	if (node->start < start)
		return find_start(node->right, start, size, kind, best);
	range = range_of(node);
	best = find_start(node->left, start, size, kind, best);
	if (range->kind == kind && (!best || best->node.end - start != size ||
				    node->end - start == size))
		best = range;
	return find_start(node->right, start, size, kind, best);
}

/* Called with the lock held. */
static struct range *find_range(void *address, size_t size,
				enum range_kind kind)
{
	struct range *range;

	range = find_start(ranges.root, (uintptr_t)address, size, kind, NULL);
	return range ? range :
		       find_start(hidden_ranges.root, (uintptr_t)address, size,
				  kind, NULL);
}

static struct range *new_range(struct memory *memory, uintptr_t start,
			       uintptr_t end, enum range_kind kind,
			       uint32_t flags)
{
	struct range *new = calloc(1, sizeof(*new));

	if (!new)
		return NULL;
	new->node.start = start;
	new->node.end = end;
	new->memory = memory;
	new->kind = kind;
	new->hidden = flags &RANGE_HIDDEN;
	new->map_static = flags &RANGE_MAP_STATIC;
	new->uses = 1;
	tree_insert(new->hidden ? &hidden_ranges : &ranges, &new->node);
	if (new->map_static) {
		new->next = static_ranges;
		static_ranges = new;
	}
	return new;
}

int range_add(struct memory *memory, void *address, size_t size,
	      enum range_kind kind, uint32_t flags, struct range **range)
{
	uintptr_t start = (uintptr_t)address, end;
	struct range *known;

	if (__builtin_add_overflow(start, size, &end) || !size)
		return -EINVAL;
	pthread_rwlock_wrlock(&lock);
	known = find_range(address, size, kind);
	if (known && known->node.end == end && known->memory == memory) {
		known->uses++;
		*range = known;
		/* The range has one already: this is not the last. */
		atomic_fetch_sub(&memory->refs, 1);
	} else {
		*range = new_range(memory, start, end, kind, flags);
	}
	pthread_rwlock_unlock(&lock);
	return *range ? 0 : -ENOMEM;
}

static void unlink_static(struct range *range)
{
	struct range **link = &static_ranges;

	while (*link != range)
		link = &(*link)->next;
	*link = range->next;
}

int range_remove(void *address, size_t size, enum range_kind kind,
		 struct range **range)
{
	struct range *found;

	*range = NULL;
	pthread_rwlock_wrlock(&lock);
	found = find_range(address, size, kind);
	if (found && !--found->uses) {
		tree_remove(found->hidden ? &hidden_ranges : &ranges,
			    &found->node);
		if (found->map_static)
			unlink_static(found);
		*range = found;
	}
	pthread_rwlock_unlock(&lock);
	return found ? 0 : -ENOENT;
}

void range_free(struct range *range)
{
	if (range->kind != RANGE_REGISTERED)
		munmap((void *)range->node.start,
		       range->node.end - range->node.start);
	memory_put(range->memory);
	free(range);
}

int range_fd(void *address, enum range_kind kind)
{
	struct range *range;
	int fd = -1;

	pthread_rwlock_rdlock(&lock);
	range = find_range(address, 0, kind);
	if (range)
		fd = range->memory->fd;
	pthread_rwlock_unlock(&lock);
	return fd;
}

/* Called with the lock held. */
static size_t copy_static(struct static_range *list)
{
	size_t count = 0;

	for (struct range *range = static_ranges; range; range = range->next) {
		if (list) {
			atomic_fetch_add(&range->memory->refs, 1);
			list[count] = (struct static_range){
				.memory = range->memory,
				.address = (void *)range->node.start,
				.size = range->node.end - range->node.start,
			};
		}
		count++;
	}
	return count;
}

size_t range_list_static(struct static_range **list)
{
	size_t count;

	pthread_rwlock_rdlock(&lock);
	count = copy_static(NULL);
	*list = count ? calloc(count, sizeof(**list)) : NULL;
	count = *list ? copy_static(*list) : 0;
	pthread_rwlock_unlock(&lock);
	return count;
}

/* ---- for calls ---- */

/* Called with the lock held. */
static void *import_of(const struct memory *memory,
		       const struct session *session)
{
	const struct import *import = memory->imports;

	while (import && import->session != session)
		import = import->next;
	return import ? import->buffer : NULL;
}

int memory_find(struct session *session, const void *pointer, size_t length,
		struct place *place)
{
	uintptr_t start = (uintptr_t)pointer, end;
	struct tree_node *node = NULL;
	int ret = 0;

	place->memory = NULL;
	if (__builtin_add_overflow(start, length, &end))
		return -EFAULT;
	pthread_rwlock_rdlock(&lock);
	if (ranges.root)
		node = tree_find(&ranges, start, end, &memory_steps);
	if (node) {
		place->memory = range_of(node)->memory;
		place->offset = start - node->start;
		place->buffer = import_of(place->memory, session);
		atomic_fetch_add(&place->memory->refs, 1);
	} else if (ranges.root && tree_find(&ranges, start, start + 1, NULL)) {
		ret = -ERANGE;
	}
	pthread_rwlock_unlock(&lock);
	if (!place->memory || place->buffer)
		return ret;
	ret = memory_import(session, place->memory, &place->buffer);
	if (ret)
		memory_put(place->memory);
	return ret;
}

int memory_set_import(struct session *session, struct memory *memory,
		      void *buffer)
{
	struct import *import = malloc(sizeof(*import));

	if (!import)
		return -ENOMEM;
	pthread_rwlock_wrlock(&lock);
	*import = (struct import){ memory->imports, session, buffer };
	memory->imports = import;
	pthread_rwlock_unlock(&lock);
	return 0;
}

/* Called with the lock held for writing. */
static int import_new(struct session *session, struct memory *memory)
{
	struct import *import = malloc(sizeof(*import));
	int ret;

	if (!import)
		return -ENOMEM;
	*import = (struct import){ memory->imports, session, NULL };
	ret = session->backend->import(session->inner, memory->fd,
				       &import->buffer);
	if (ret)
		free(import);
	else
		memory->imports = import;
	return ret;
}

int memory_import(struct session *session, struct memory *memory, void **buffer)
{
	int ret = 0;

	pthread_rwlock_wrlock(&lock);
	if (!import_of(memory, session))
		ret = import_new(session, memory);
	*buffer = import_of(memory, session);
	pthread_rwlock_unlock(&lock);
	return ret;
}

static struct session *forgotten;

static void forget(const void *node, VISIT visit, int depth)
{
	struct memory *memory = *(struct memory *const *)node;
	struct import **link = &memory->imports;

	(void)depth;
	if (visit != postorder && visit != leaf)
		return;
	while (*link && (*link)->session != forgotten)
		link = &(*link)->next;
	if (*link)
		release(link);
}

void memory_forget_session(struct session *session)
{
	pthread_rwlock_wrlock(&lock);
	forgotten = session;
	twalk(memories, forget);
	pthread_rwlock_unlock(&lock);
}

static void clear_imports(const void *node, VISIT visit, int depth)
{
	struct memory *memory = *(struct memory *const *)node;

	(void)depth;
	(void)visit;
	while (memory->imports) {
		struct import *import = memory->imports;

		memory->imports = import->next;
		free(import);
	}
}

void memory_fork(enum fork_step step)
{
	fork_rwlock(&lock, step);
	if (step == FORK_CHILD)
		twalk(memories, clear_imports);
}
