/* SPDX-License-Identifier: BSD-3-Clause */
/* Numbers for people, three digits or so. All write to @text and return it. */
#ifndef BENCH_FORMAT_H
#define BENCH_FORMAT_H

#include <stddef.h>

#include "statistics.h"

#define FORMAT_MAX 64

/** format_us - nanoseconds as microseconds, "12.3" */
const char *format_us(char text[FORMAT_MAX], double ns);

/** format_number - "1.23", "12.3", "123", "1234" */
const char *format_number(char text[FORMAT_MAX], double number);

/** format_rate - of a second: "12.3k" */
const char *format_rate(char text[FORMAT_MAX], double rate);

/** format_whole - "1000000" */
const char *format_whole(char text[FORMAT_MAX], double number);

/** format_bytes - "64 B", "4 KiB" */
const char *format_bytes(char text[FORMAT_MAX], double bytes);

/** format_interval - "1.23 [1.20, 1.27]" */
const char *format_interval(char text[FORMAT_MAX],
			    const struct interval *interval);

#endif
