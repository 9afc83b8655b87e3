// SPDX-License-Identifier: BSD-3-Clause
/* Log lines of generated code and others on the host. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "HAP_farf.h"
#include "fastrpc.h"

static const char *name_of(int level)
{
	static const char *const names[] = { "LOW",   "MEDIUM", "HIGH",
					     "ERROR", "FATAL",	"CRITICAL" };
	unsigned int number = (unsigned int)level & 0xf;

	return number < ARRAY_SIZE(names) ? names[number] : "UNKNOWN";
}

static void put(int level, const char *file, int line, const char *format,
		va_list args)
{
	const char *slash = strrchr(file, '/');
	char text[900];

	vsnprintf(text, sizeof(text), format, args);
	log_text("%s:%d: %s: %s", slash ? slash + 1 : file, line,
		 name_of(level), text);
}

/* FASTRPC_FARF is a number with a bit for each level that is wanted. */
static int wanted(int level)
{
	const char *mask = secure_getenv("FASTRPC_FARF");

	return mask && level >= 0 && level < 32 &&
	       strtoul(mask, NULL, 0) >> level & 1;
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

	if (!wanted(level))
		return;
	va_start(args, format);
	put(level, file, line, format, args);
	va_end(args);
}
