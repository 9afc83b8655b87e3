/* SPDX-License-Identifier: BSD-3-Clause */
/* A folder that is served, one that is not, and requests as the DSP packs them. */
#ifndef FILES_FIXTURE_H
#define FILES_FIXTURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "host_call.h"

/*
 * @root has a file "inside" of ten digits, a link "link" to @outside, and a pipe
 * "fifo"; @outside has a file "secret".
 */
extern char root[64], outside[64];
extern struct files *files;

extern char printed[64]; /* by print_string */

int files_setup(void **state);
int files_teardown(void **state);
void put_file(const char *folder, const char *name, const char *text);
bool exists(const char *folder, const char *name);

/* A request as the DSP packs it: inputs with their bytes, then room for outputs. */
struct builder {
	uint8_t bytes[4096];
	size_t size;
};

void add(struct builder *b, const void *data, uint32_t length);
void want(struct builder *b, uint32_t length);

/* Carries the request out; host_call_free() in any case. */
int run(struct host_call *call, uint32_t scalars, const struct builder *b);

int open_named(const char *name, const char *mode, int32_t *number);

/* A method with these numbers in, and room for so many bytes out. */
int on_file(uint32_t method, const int32_t *in, uint32_t count, uint32_t room,
	    void *out, uint32_t more);

/*
 * A method with @count numbers, then strings up to a NULL, and room for @room
 * bytes of numbers and @more bytes; all that comes back is put to @out.
 */
int with_strings(uint32_t method, const uint32_t *in, uint32_t count,
		 const char *const *strings, uint32_t room, void *out,
		 uint32_t more);

#define STRINGS(...) ((const char *const[]){ __VA_ARGS__, NULL })

/* Methods that take names only: lengths first, after the number from 31 on. */
int named(uint32_t method, const char *first, const char *second,
	  uint32_t last);

#endif
