// SPDX-License-Identifier: BSD-3-Clause
/* The whole compiler on text from a fuzzer: whatever it is, no crash. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "compile.h"
#include "emit.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

typedef void (*emitter)(struct idl *idl, const struct layout *layout,
			struct text *out);

static const emitter emitters[] = {
	emit_header, emit_stub, emit_skel, emit_json, emit_doc,
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct layout layout = { 0 };
	struct text out = { 0 };
	struct idl idl;
	/* A block of its own, with the NUL that a file's text has. */
	char *text = malloc(size + 1);

	if (!text)
		return 0;
	memcpy(text, data, size);
	text[size] = '\0';
	idl_init(&idl);
	if (compile_memory(&idl, "fuzz.idl", text, size, &layout))
		for (size_t i = 0; i < sizeof(emitters) / sizeof(emitters[0]);
		     i++)
			emitters[i](&idl, &layout, &out);
	else if (!idl.messages.length)
		abort(); /* a failure without a word */
	text_free(&out);
	idl_free(&idl);
	free(text);
	return 0;
}
