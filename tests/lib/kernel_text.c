// SPDX-License-Identifier: BSD-3-Clause
#include "kernel_text.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "harness.h"

char *text_read(const char *path)
{
	size_t length = 0, room = 65536;
	char *text = malloc(room);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n;

	if (fd < 0)
		subtest_fail(__FILE__, __LINE__, "no %s: %s", path,
			     strerror(errno));
	while (text && (n = read(fd, text + length, room - length - 1)) > 0) {
		length += (size_t)n;
		if (room - length < 4096)
			text = realloc(text, room *= 2);
	}
	check(text != NULL);
	if (n < 0)
		subtest_fail(__FILE__, __LINE__, "read of %s: %s", path,
			     strerror(errno));
	close(fd);
	text[length] = '\0';
	return text;
}

void text_write(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd < 0 || write(fd, text, strlen(text)) < 0)
		subtest_fail(__FILE__, __LINE__, "write to %s: %s", path,
			     strerror(errno));
	close(fd);
}

char *debugfs_read(const char *name)
{
	DIR *dir = opendir(DEBUGFS_ACCEL);
	struct dirent *entry;
	char path[512];

	if (!dir)
		subtest_skip("no " DEBUGFS_ACCEL ": %s", strerror(errno));
	while ((entry = readdir(dir))) {
		snprintf(path, sizeof(path), DEBUGFS_ACCEL "/%s/%s",
			 entry->d_name, name);
		if (entry->d_name[0] != '.' && !access(path, R_OK)) {
			closedir(dir);
			return text_read(path);
		}
	}
	subtest_fail(__FILE__, __LINE__, "no %s in " DEBUGFS_ACCEL, name);
}

unsigned int debugfs_rows(const char *table, unsigned int column,
			  const char *value)
{
	char *text = debugfs_read(table), *line, *word, *lines, *words;
	unsigned int count = 0, i;

	line = strtok_r(text, "\n", &lines);
	while ((line = strtok_r(NULL, "\n", &lines))) {
		word = strtok_r(line, " ", &words);
		for (i = 1; i < column && word; i++)
			word = strtok_r(NULL, " ", &words);
		count += word && !strcmp(word, value);
	}
	free(text);
	return count;
}

uint64_t text_number(const char *text, const char *key)
{
	const char *line = text;
	size_t length = strlen(key);

	while (strncmp(line, key, length) != 0 || line[length] != ':') {
		line = strchr(line, '\n');
		if (!line)
			subtest_fail(__FILE__, __LINE__, "no %s in:\n%s", key,
				     text);
		line++;
	}
	line += length;
	line += strcspn(line, "0123456789\n");
	check(isdigit(*line));
	return strtoull(line, NULL, 10);
}

/* The same of a text that is freed. */
static uint64_t number_in(char *text, const char *key)
{
	uint64_t number = text_number(text, key);

	free(text);
	return number;
}

uint64_t counter_read(const char *name)
{
	return number_in(debugfs_read("counters"), name);
}

uint64_t edge_counter_read(const char *name)
{
	return number_in(text_read(DEBUGFS_SIM "counters"), name);
}

char *fdinfo_read(int fd)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", fd);
	return text_read(path);
}

uint64_t fdinfo_number(int fd, const char *key)
{
	return number_in(fdinfo_read(fd), key);
}
