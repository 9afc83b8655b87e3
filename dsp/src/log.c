// SPDX-License-Identifier: BSD-3-Clause
#include "log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define LINE_SIZE 1024

static struct {
	int fd;
	const char *domain;
	uint32_t *violations;
} message_log = { .fd = STDERR_FILENO, .domain = "dsp" };

int log_open(const char *path, const char *domain, uint32_t *violations)
{
	int fd;

	message_log.domain = domain;
	message_log.violations = violations;
	if (path)
		fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC,
			  0644);
	else
		/* Skels get their own standard error. */
		fd = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 10);
	if (fd < 0)
		return -errno;
	message_log.fd = fd;
	return 0;
}

int log_fd(void)
{
	return message_log.fd;
}

/* One write() a line, so that lines of different processes do not mix. */
static void write_line(char *line, size_t used, const char *format,
		       va_list args)
{
	ssize_t n;
	size_t i;
	int len;

	len = vsnprintf(line + used, LINE_SIZE - 1 - used, format, args);
	if (len > 0)
		used += len;
	if (used > LINE_SIZE - 2)
		used = LINE_SIZE - 2;
	while (used && line[used - 1] == '\n')
		used--;
	for (i = 0; i < used; i++) {
		if ((unsigned char)line[i] < ' ' && line[i] != '\t')
			line[i] = ' ';
	}
	line[used++] = '\n';
	do {
		n = write(message_log.fd, line, used);
	} while (n < 0 && errno == EINTR);
}

static size_t prefix_length(int len)
{
	return len < 0 ? 0 : len < LINE_SIZE / 2 ? len : LINE_SIZE / 2 - 1;
}

void log_line(const char *format, ...)
{
	char line[LINE_SIZE];
	va_list args;
	int len;

	len = snprintf(line, LINE_SIZE / 2, "%s dsp: ", message_log.domain);
	va_start(args, format);
	write_line(line, prefix_length(len), format, args);
	va_end(args);
}

void log_pd_va(int32_t pd, const char *origin, const char *level,
	       const char *format, va_list args)
{
	char line[LINE_SIZE];
	int len;

	len = snprintf(line, LINE_SIZE / 2, "%s pd %d %s: %s%s",
		       message_log.domain, pd, origin, level ? level : "",
		       level ? ": " : "");
	write_line(line, prefix_length(len), format, args);
}

void log_pd(int32_t pd, const char *origin, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	log_pd_va(pd, origin, NULL, format, args);
	va_end(args);
}

void log_violation(const char *format, ...)
{
	char line[LINE_SIZE];
	va_list args;
	int len;

	if (message_log.violations)
		__atomic_add_fetch(message_log.violations, 1, __ATOMIC_RELAXED);
	len = snprintf(line, LINE_SIZE / 2, "VIOLATION: ");
	va_start(args, format);
	write_line(line, prefix_length(len), format, args);
	va_end(args);
}
