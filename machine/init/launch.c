// SPDX-License-Identifier: BSD-3-Clause
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "init.h"
#include "launch.h"

static int read_whole(const char *path, char **text, size_t *length)
{
	struct stat st;
	size_t have = 0;
	ssize_t n;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return -errno;
	if (fstat(fd, &st) || !(*text = malloc((size_t)st.st_size + 1))) {
		close(fd);
		return -ENOMEM;
	}
	while (have < (size_t)st.st_size) {
		n = read(fd, *text + have, (size_t)st.st_size - have);
		if (n <= 0)
			break;
		have += (size_t)n;
	}
	close(fd);
	(*text)[have] = '\0';
	*length = have;
	return have == (size_t)st.st_size ? 0 : -EIO;
}

static unsigned int number(const char *text)
{
	return (unsigned int)strtoul(text, NULL, 10);
}

/* The value of @line if its key is @key, else NULL. */
static char *value_of(char *line, const char *key)
{
	size_t length = strlen(key);

	return strncmp(line, key, length) ? NULL : line + length;
}

static void take_once(struct launch *launch, char *line)
{
	char *value;

	if ((value = value_of(line, LAUNCH_CWD)))
		launch->cwd = value;
	else if ((value = value_of(line, LAUNCH_DEVICE)))
		launch->device = value;
	else if ((value = value_of(line, LAUNCH_WAIT)))
		launch->wait_seconds = number(value);
	else if ((value = value_of(line, LAUNCH_PTY)))
		launch->pty = number(value);
	else if ((value = value_of(line, LAUNCH_ROWS)))
		launch->rows = number(value);
	else if ((value = value_of(line, LAUNCH_COLUMNS)))
		launch->columns = number(value);
	else if ((value = value_of(line, LAUNCH_UID)))
		launch->uid = number(value);
	else if ((value = value_of(line, LAUNCH_GID)))
		launch->gid = number(value);
	else if ((value = value_of(line, LAUNCH_UMASK)))
		launch->umask = number(value);
	else if ((value = value_of(line, LAUNCH_CHECK)))
		launch->check = number(value);
}

static void take(struct launch *launch, char *line)
{
	char *value;

	if ((value = value_of(line, LAUNCH_ARG)))
		launch->argv[launch->argc++] = value;
	else if ((value = value_of(line, LAUNCH_ENV)))
		launch->env[launch->env_count++] = value;
	else if ((value = value_of(line, LAUNCH_MODULE)))
		launch->modules[launch->module_count++] = value;
	else if ((value = value_of(line, LAUNCH_GROUP)))
		launch->groups[launch->group_count++] = number(value);
	else
		take_once(launch, line);
}

int launch_read(struct launch *launch, const char *path)
{
	size_t length = 0, lines = 1;
	char *line;
	int err = read_whole(path, &launch->text, &length);

	if (err)
		return err;
	for (size_t i = 0; i < length; i++)
		lines += launch->text[i] == '\0';

	launch->argv = calloc(lines + 1, sizeof(*launch->argv));
	launch->env = calloc(lines + 1, sizeof(*launch->env));
	launch->modules = calloc(lines + 1, sizeof(*launch->modules));
	launch->groups = calloc(lines + 1, sizeof(*launch->groups));
	if (!launch->argv || !launch->env || !launch->modules ||
	    !launch->groups)
		return -ENOMEM;

	for (line = launch->text; line < launch->text + length;
	     line += strlen(line) + 1)
		take(launch, line);
	return launch->argc ? 0 : -EINVAL;
}
