// SPDX-License-Identifier: BSD-3-Clause
#include <stdarg.h>
#include <stdio.h>

#include "harness.h"

struct call current;
unsigned int complaints;

void complain(const char *format, ...)
{
	va_list list;

	complaints++;
	fprintf(stderr, "%s.%s (seed %llu, sizes %d): ",
		current.interface ? current.interface->name : "?",
		current.method ? current.method->name : "open or close",
		(unsigned long long)current.seed, current.sizes);
	va_start(list, format);
	vfprintf(stderr, format, list);
	va_end(list);
	fputc('\n', stderr);
}
