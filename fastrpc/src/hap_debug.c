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

	if (!farf_wants(level, file))
		return;
	va_start(args, format);
	put(level, file, line, format, args);
	va_end(args);
}
