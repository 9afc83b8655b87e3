// SPDX-License-Identifier: BSD-3-Clause
/* Log lines of generated code and others on the host. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "HAP_farf.h"
#include "fastrpc.h"
#include "log.h"

static void put(int level, const char *file, int line, const char *format,
		va_list args)
{
	const char *slash = strrchr(file, '/');
	char text[900];

	vsnprintf(text, sizeof(text), format, args);
	log_at(level, "%s:%d: %s: %s", slash ? slash + 1 : file, line,
	       log_level_name(level), text);
}

/* A bit for each level that is wanted. */
static int wanted(int level)
{
	return level >= 0 && level < 32 && farf_mask() >> level & 1;
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
