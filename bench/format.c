// SPDX-License-Identifier: BSD-3-Clause
#include "format.h"

#include <math.h>
#include <stdio.h>

const char *format_number(char text[FORMAT_MAX], double number)
{
	double size = fabs(number);
	int digits = size < 10 ? 2 : size < 100 ? 1 : 0;

	if (isnan(number))
		snprintf(text, FORMAT_MAX, "-");
	else if (size < 1e-9)
		snprintf(text, FORMAT_MAX, "0");
	else if (size < 0.1)
		snprintf(text, FORMAT_MAX, "%.2g", number);
	else
		snprintf(text, FORMAT_MAX, "%.*f", digits, number);
	return text;
}

const char *format_us(char text[FORMAT_MAX], double ns)
{
	return format_number(text, ns / 1000);
}

const char *format_rate(char text[FORMAT_MAX], double rate)
{
	char number[FORMAT_MAX];

	if (rate < 10000)
		return format_number(text, rate);
	snprintf(text, FORMAT_MAX, "%sk", format_number(number, rate / 1000));
	return text;
}

const char *format_whole(char text[FORMAT_MAX], double number)
{
	snprintf(text, FORMAT_MAX, "%.0f", number);
	return text;
}

const char *format_bytes(char text[FORMAT_MAX], double bytes)
{
	static const char *const units[] = { "B", "KiB", "MiB", "GiB" };
	unsigned int unit = 0;

	while (bytes >= 1024 && unit < 3) {
		bytes /= 1024;
		unit++;
	}
	snprintf(text, FORMAT_MAX, "%.3g %s", bytes, units[unit]);
	return text;
}

const char *format_interval(char text[FORMAT_MAX],
			    const struct interval *interval)
{
	char value[FORMAT_MAX], low[FORMAT_MAX], high[FORMAT_MAX];

	snprintf(text, FORMAT_MAX, "%.18s [%.18s, %.18s]",
		 format_number(value, interval->value),
		 format_number(low, interval->low),
		 format_number(high, interval->high));
	return text;
}
