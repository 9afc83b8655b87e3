// SPDX-License-Identifier: BSD-3-Clause
#include "path.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define DEFAULT_FOLDERS "/usr/lib/dsp"
#define FOLDER_MAX	4096

static const char *folders_of(void)
{
	const char *folders = secure_getenv("DSP_LIBRARY_PATH");

	if (!folders)
		folders = secure_getenv("ADSP_LIBRARY_PATH");
	return folders ? folders : DEFAULT_FOLDERS;
}

static int open_below(const char *folder, size_t length, const char *name,
		      int flags)
{
	struct open_how how = {
		/* openat2() refuses O_NOCTTY where nothing is opened. */
		.flags = (unsigned int)flags | O_CLOEXEC |
			 (flags & O_PATH ? 0 : O_NOCTTY),
		.mode = flags & O_CREAT ? 0666 : 0,
		.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS,
	};
	char path[FOLDER_MAX];
	int root, fd;

	if (length >= sizeof(path))
		return -ENAMETOOLONG;
	memcpy(path, folder, length);
	path[length] = '\0';
	root = open(length ? path : ".", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (root < 0)
		return -errno;
	fd = (int)syscall(SYS_openat2, root, name, &how, sizeof(how));
	if (fd < 0)
		fd = -errno;
	close(root);
	return fd;
}

bool path_is_there(void)
{
	const char *at = folders_of();
	char path[FOLDER_MAX];

	for (; *at; at += strcspn(at, ";"), at += *at == ';') {
		size_t length = strcspn(at, ";");

		if (!length || length >= sizeof(path))
			continue;
		memcpy(path, at, length);
		path[length] = '\0';
		if (!access(path, X_OK))
			return true;
	}
	return false;
}

int path_open(const char *name, int flags)
{
	const char *at = folders_of();
	int ret = -ENOENT;

	while (*at) {
		size_t length = strcspn(at, ";");
		int fd = -ENOENT;

		/* An empty entry stands for no folder, not for the current one. */
		if (length)
			fd = open_below(at, length, name, flags);
		if (fd >= 0)
			return fd;
		if (fd != -ENOENT && ret == -ENOENT)
			ret = fd;
		at += length + (at[length] == ';');
	}
	return ret;
}
