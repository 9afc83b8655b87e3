// SPDX-License-Identifier: BSD-3-Clause
/*
 * Generated code registers the descriptor with each call and never takes it
 * back. So what is registered is kept as long as the descriptor refers to it,
 * which is looked at whenever another one comes.
 */
#include "dma_handle.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "memory.h"

struct entry {
	struct memory *memory; /* with a reference, or NULL */
	uint32_t length;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct entry *entries; /* by descriptor: they are small numbers */
static int count;

/* Called with the lock held, as what follows. */
static void clear(struct entry *entry)
{
	if (entry->memory)
		memory_put(entry->memory);
	*entry = (struct entry){ 0 };
}

static void sweep(void)
{
	for (int fd = 0; entries && fd < count; fd++)
		if (entries[fd].memory && !memory_is(entries[fd].memory, fd))
			clear(&entries[fd]);
}

static int make_room(int fd)
{
	int new_count = count ? count : 64;
	struct entry *new;

	if (fd < count)
		return 0;
	while (new_count <= fd)
		new_count = new_count > INT32_MAX / 2 ? INT32_MAX :
							2 * new_count;
	new = reallocarray(entries, (size_t)new_count, sizeof(*new));
	if (!new)
		return -ENOMEM;
	memset(new + count, 0, (size_t)(new_count - count) * sizeof(*new));
	entries = new;
	count = new_count;
	return 0;
}

static struct entry *find(int fd)
{
	if (fd >= count || !entries[fd].memory ||
	    !memory_is(entries[fd].memory, fd))
		return NULL;
	return &entries[fd];
}

static int set(int fd, uint32_t length)
{
	struct entry *entry = find(fd);
	struct memory *memory;
	int ret;

	if (entry) {
		if (length > entry->memory->size)
			return -ERANGE;
		if (length)
			entry->length = length;
		else
			clear(entry);
		return 0;
	}
	sweep();
	if (!length)
		return 0;
	ret = memory_get(fd, false, &memory);
	if (ret)
		return ret;
	ret = length > memory->size ? -ERANGE : make_room(fd);
	if (ret)
		memory_put(memory);
	else
		entries[fd] = (struct entry){ memory, length };
	return ret;
}

int dma_handle_set(int fd, uint32_t length)
{
	int ret;

	if (fd <= 0)
		return -EBADF;
	pthread_mutex_lock(&lock);
	ret = set(fd, length);
	pthread_mutex_unlock(&lock);
	return ret;
}

int dma_handle_get(int fd, struct memory **memory, uint64_t *length)
{
	struct entry *entry;
	int ret = 0;

	if (fd <= 0)
		return -EBADF;
	pthread_mutex_lock(&lock);
	entry = find(fd);
	if (entry) {
		*memory = entry->memory;
		*length = entry->length;
		atomic_fetch_add(&entry->memory->refs, 1);
	}
	pthread_mutex_unlock(&lock);
	if (entry)
		return 0;
	ret = memory_get(fd, false, memory);
	if (!ret)
		*length = (*memory)->size;
	return ret;
}

void dma_handle_drop(int fd)
{
	pthread_mutex_lock(&lock);
	if (fd < count)
		clear(&entries[fd]);
	pthread_mutex_unlock(&lock);
}

void dma_handle_fork(enum fork_step step)
{
	fork_lock(&lock, step);
}
