// SPDX-License-Identifier: BSD-3-Clause
#include "output.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct staged {
	struct staged *next;
	const char *path;
	char *temporary;
	bool done;
};

static bool fail(const char *path)
{
	fprintf(stderr, "qda-idl: cannot write %s: %s\n", path,
		strerror(errno));
	return false;
}

static bool write_all(int fd, const struct text *text)
{
	size_t done = 0;

	while (done < text->length) {
		ssize_t ret = write(fd, text->data + done, text->length - done);

		if (ret < 0 && errno == EINTR)
			continue;
		if (ret < 0)
			return false;
		done += (size_t)ret;
	}
	return true;
}

/* As open() would have made it. */
static bool set_mode(int fd)
{
	mode_t mask = umask(0);

	umask(mask);
	return !fchmod(fd, 0666 & ~mask);
}

bool output_stage(struct arena *arena, struct outputs *outputs,
		  const char *path, const struct text *text)
{
	struct staged *staged = arena_alloc(arena, sizeof(*staged));
	struct stat status;
	bool good;
	int fd;

	staged->path = arena_copy(arena, path, strlen(path));
	staged->temporary = arena_format(arena, "%s.XXXXXX", staged->path);
	if (!stat(path, &status) && S_ISDIR(status.st_mode)) {
		errno = EISDIR;
		return fail(path);
	}
	fd = mkstemp(staged->temporary);
	if (fd < 0)
		return fail(path);
	staged->next = outputs->files;
	outputs->files = staged;
	good = write_all(fd, text) && set_mode(fd);
	if (close(fd) || !good)
		return fail(path);
	return true;
}

bool output_commit(struct outputs *outputs)
{
	for (struct staged *file = outputs->files; file; file = file->next) {
		if (rename(file->temporary, file->path))
			return fail(file->path);
		file->done = true;
	}
	return true;
}

void output_discard(struct outputs *outputs)
{
	for (struct staged *file = outputs->files; file; file = file->next)
		if (!file->done)
			unlink(file->temporary);
}
