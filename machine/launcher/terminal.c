// SPDX-License-Identifier: BSD-3-Clause
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "machine.h"
#include "terminal.h"

static struct termios saved;
static bool raw;

bool terminal_is_ours(int fd)
{
	return isatty(fd) && tcgetpgrp(fd) == getpgrp();
}

void terminal_raw(void)
{
	struct termios mode;

	if (raw || tcgetattr(STDIN_FILENO, &saved))
		return;
	mode = saved;
	cfmakeraw(&mode);
	raw = !tcsetattr(STDIN_FILENO, TCSADRAIN, &mode);
}

void terminal_restore(void)
{
	if (raw)
		tcsetattr(STDIN_FILENO, TCSADRAIN, &saved);
	raw = false;
}

static void put(const char *bytes, size_t length)
{
	ssize_t n;

	while (length) {
		n = write(STDERR_FILENO, bytes, length);
		if (n < 0 && errno != EINTR)
			return;
		if (n < 0)
			continue;
		bytes += n;
		length -= (size_t)n;
	}
}

void show(const char *bytes, size_t length)
{
	const char *newline;
	size_t line;

	while (raw && (newline = memchr(bytes, '\n', length))) {
		line = (size_t)(newline - bytes);
		put(bytes, line);
		put("\r\n", 2);
		bytes += line + 1;
		length -= line + 1;
	}
	put(bytes, length);
}

void complain(const char *format, ...)
{
	char text[8192];
	size_t length;
	va_list args;

	length = (size_t)snprintf(text, sizeof(text), "qda-sim: ");
	va_start(args, format);
	vsnprintf(text + length, sizeof(text) - length - 1, format, args);
	va_end(args);
	strcat(text, "\n");
	show(text, strlen(text));
}
