// SPDX-License-Identifier: BSD-3-Clause
#include "arena.h"

#include <stdalign.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHUNK_SIZE ((size_t)64 << 10)

struct arena_chunk {
	struct arena_chunk *next;
	size_t size;
	max_align_t data[];
};

static void *check(void *memory)
{
	if (memory)
		return memory;
	fputs("qda-idl: out of memory\n", stderr);
	exit(EXIT_FAILURE);
}

static void add_chunk(struct arena *arena, size_t size)
{
	struct arena_chunk *chunk;

	if (size < CHUNK_SIZE)
		size = CHUNK_SIZE;
	chunk = check(calloc(1, sizeof(*chunk) + size));
	chunk->size = size;
	chunk->next = arena->chunks;
	arena->chunks = chunk;
	arena->left = size;
}

void *arena_alloc(struct arena *arena, size_t size)
{
	char *memory;

	size = (size + alignof(max_align_t) - 1) & ~(alignof(max_align_t) - 1);
	if (!arena->chunks || size > arena->left)
		add_chunk(arena, size);
	memory = (char *)arena->chunks->data + arena->chunks->size -
		 arena->left;
	arena->left -= size;
	return memory;
}

char *arena_copy(struct arena *arena, const char *text, size_t length)
{
	char *copy = arena_alloc(arena, length + 1);

	memcpy(copy, text, length);
	return copy;
}

static char *format_text(const char *format, va_list arguments, size_t *length)
{
	char *text;
	int ret = vasprintf(&text, format, arguments);

	check(ret < 0 ? NULL : text);
	*length = (size_t)ret;
	return text;
}

char *arena_format(struct arena *arena, const char *format, ...)
{
	va_list arguments;
	char *text, *copy;
	size_t length;

	va_start(arguments, format);
	text = format_text(format, arguments, &length);
	va_end(arguments);
	copy = arena_copy(arena, text, length);
	free(text);
	return copy;
}

void arena_free(struct arena *arena)
{
	struct arena_chunk *chunk = arena->chunks;

	while (chunk) {
		struct arena_chunk *next = chunk->next;

		free(chunk);
		chunk = next;
	}
	*arena = (struct arena){ 0 };
}

static size_t hash_pointer(const void *key)
{
	uint64_t value = (uint64_t)(uintptr_t)key;

	return (size_t)((value >> 4) * 0x9e3779b97f4a7c15ULL >> 20);
}

static struct map_entry *find(const struct map *map, const void *key)
{
	size_t mask = map->capacity - 1;
	size_t i = hash_pointer(key) & mask;

	while (map->entries[i].key && map->entries[i].key != key)
		i = (i + 1) & mask;
	return &map->entries[i];
}

void *map_get(const struct map *map, const void *key)
{
	return map->capacity ? find(map, key)->value : NULL;
}

static void grow_map(struct arena *arena, struct map *map)
{
	struct map old = *map;

	map->capacity = old.capacity ? 2 * old.capacity : 8;
	map->entries = arena_alloc(arena,
				   map->capacity * sizeof(*map->entries));
	for (size_t i = 0; i < old.capacity; i++)
		if (old.entries[i].key)
			*find(map, old.entries[i].key) = old.entries[i];
}

void map_put(struct arena *arena, struct map *map, const void *key, void *value)
{
	struct map_entry *entry;

	if (2 * (map->count + 1) > map->capacity)
		grow_map(arena, map);
	entry = find(map, key);
	if (!entry->key)
		map->count++;
	entry->key = key;
	entry->value = value;
}

static size_t hash_text(const char *text, size_t length)
{
	uint64_t hash = 0xcbf29ce484222325ULL;

	for (size_t i = 0; i < length; i++)
		hash = (hash ^ (unsigned char)text[i]) * 0x100000001b3ULL;
	return (size_t)(hash ^ hash >> 32);
}

static const char **find_name(const struct names *names, const char *text,
			      size_t length)
{
	size_t mask = names->capacity - 1;
	size_t i = hash_text(text, length) & mask;

	while (names->slots[i] &&
	       (strncmp(names->slots[i], text, length) != 0 ||
		names->slots[i][length]))
		i = (i + 1) & mask;
	return &names->slots[i];
}

static void grow_names(struct arena *arena, struct names *names)
{
	struct names old = *names;

	names->capacity = old.capacity ? 2 * old.capacity : 256;
	names->slots = arena_alloc(arena,
				   names->capacity * sizeof(*names->slots));
	for (size_t i = 0; i < old.capacity; i++)
		if (old.slots[i])
			*find_name(names, old.slots[i],
				   strlen(old.slots[i])) = old.slots[i];
}

const char *names_intern(struct arena *arena, struct names *names,
			 const char *text, size_t length)
{
	const char **slot;

	if (2 * (names->count + 1) > names->capacity)
		grow_names(arena, names);
	slot = find_name(names, text, length);
	if (!*slot) {
		*slot = arena_copy(arena, text, length);
		names->count++;
	}
	return *slot;
}

static void reserve(struct text *text, size_t more)
{
	size_t capacity = text->capacity ? text->capacity : 1024;

	while (capacity - text->length <= more)
		capacity *= 2;
	if (capacity == text->capacity)
		return;
	text->data = check(realloc(text->data, capacity));
	text->capacity = capacity;
}

void text_add(struct text *text, const char *data, size_t length)
{
	reserve(text, length);
	memcpy(text->data + text->length, data, length);
	text->length += length;
	text->data[text->length] = '\0';
}

void text_vprint(struct text *text, const char *format, va_list arguments)
{
	size_t length;
	char *more = format_text(format, arguments, &length);

	text_add(text, more, length);
	free(more);
}

void text_print(struct text *text, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	text_vprint(text, format, arguments);
	va_end(arguments);
}

void text_free(struct text *text)
{
	free(text->data);
	*text = (struct text){ 0 };
}
