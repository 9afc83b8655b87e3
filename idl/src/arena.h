/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Memory of one run of the compiler. Nothing is freed before the end of the
 * run; a program that has no memory left says so and ends.
 */
#ifndef IDL_ARENA_H
#define IDL_ARENA_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena_chunk;

/** A pile of allocations that are freed together. Zero-initialised: empty. */
struct arena {
	struct arena_chunk *chunks;
	size_t left; /* bytes left in the newest chunk */
};

/** arena_alloc - zeroed memory, aligned for anything */
void *arena_alloc(struct arena *arena, size_t size);
char *arena_copy(struct arena *arena, const char *text, size_t length);
__attribute__((format(printf, 2, 3))) char *arena_format(struct arena *arena,
							 const char *format,
							 ...);
void arena_free(struct arena *arena);

/* A map from pointers (interned names, above all) to pointers. */
struct map_entry {
	const void *key;
	void *value;
};

struct map {
	struct map_entry *entries;
	size_t capacity; /* a power of two, or 0 */
	size_t count;
};

void *map_get(const struct map *map, const void *key);
void map_put(struct arena *arena, struct map *map, const void *key,
	     void *value);

/* Each text once: equal texts are equal pointers. */
struct names {
	const char **slots;
	size_t capacity;
	size_t count;
};

const char *names_intern(struct arena *arena, struct names *names,
			 const char *text, size_t length);

/** Text that grows; freed with text_free(), not with an arena. */
struct text {
	char *data; /* NUL-terminated once something was added */
	size_t length;
	size_t capacity;
};

void text_add(struct text *text, const char *data, size_t length);
__attribute__((format(printf, 2, 3))) void text_print(struct text *text,
						      const char *format, ...);
__attribute__((format(printf, 2, 0))) void text_vprint(struct text *text,
						       const char *format,
						       va_list arguments);
void text_free(struct text *text);

#endif
