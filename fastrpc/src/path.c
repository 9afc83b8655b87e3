// SPDX-License-Identifier: BSD-3-Clause
#include "path.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define DEFAULT_FOLDERS "/usr/lib/dsp"
#define NAME_ROOM	4096

static const char *only_root; /* set once, before there are threads */

void path_set_root(const char *folder)
{
	only_root = folder;
}

const char *path_folders(void)
{
	const char *folders = secure_getenv("DSP_LIBRARY_PATH");

	if (!folders)
		folders = secure_getenv("ADSP_LIBRARY_PATH");
	return folders ? folders : DEFAULT_FOLDERS;
}

/* A part of a list of folders. */
struct folder {
	const char *name;
	size_t length;
};

/*
 * The next folder of the list. An empty entry stands for no folder, not for the
 * current one.
 */
static bool next_folder(const char **at, struct folder *folder)
{
	while (**at) {
		folder->name = *at;
		folder->length = strcspn(*at, ";");
		*at += folder->length;
		if (**at)
			(*at)++;
		if (folder->length)
			return true;
	}
	return false;
}

/* The folders that are roots: all of the search path, or the only one. */
struct roots {
	const char *at;
	bool seen;
};

static struct roots all_roots(void)
{
	return (struct roots){ .at = path_folders() };
}

static bool next_root(struct roots *roots, struct folder *root)
{
	if (!only_root)
		return next_folder(&roots->at, root);
	if (roots->seen)
		return false;
	roots->seen = true;
	*root = (struct folder){ only_root, strlen(only_root) };
	return true;
}

static int open_root(const struct folder *root)
{
	char path[NAME_ROOM];
	int fd;

	if (root->length >= sizeof(path))
		return -ENAMETOOLONG;
	memcpy(path, root->name, root->length);
	path[root->length] = '\0';
	fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

/* What is left of a name that begins with the root itself. */
static const char *below(const struct folder *root, const char *name)
{
	if (only_root || strncmp(name, root->name, root->length) ||
	    name[root->length] != '/')
		return name;
	name += root->length;
	return name + strspn(name, "/");
}

/* @name is what below() has left. */
static int open_below(const struct folder *root, const char *name, int flags)
{
	struct open_how how = {
		/* openat2() refuses O_NOCTTY where nothing is opened. */
		.flags = (unsigned int)flags | O_CLOEXEC |
			 (flags & O_PATH ? 0 : O_NOCTTY),
		.mode = flags & O_CREAT ? 0666 : 0,
		.resolve = RESOLVE_NO_MAGICLINKS |
			   (only_root ? RESOLVE_IN_ROOT : RESOLVE_BENEATH),
	};
	int folder = open_root(root), fd;

	if (folder < 0)
		return folder;
	fd = (int)syscall(SYS_openat2, folder, name, &how, sizeof(how));
	if (fd < 0)
		fd = -errno;
	close(folder);
	return fd;
}

bool path_is_there(void)
{
	struct roots roots = all_roots();
	struct folder root;

	while (next_root(&roots, &root)) {
		int fd = open_root(&root);

		if (fd < 0)
			continue;
		close(fd);
		return true;
	}
	return false;
}

int path_open(const char *name, int flags)
{
	struct roots roots = all_roots();
	struct folder root;
	int ret = -ENOENT;

	while (next_root(&roots, &root)) {
		int fd = open_below(&root, below(&root, name), flags);

		if (fd >= 0)
			return fd;
		if (fd != -ENOENT && ret == -ENOENT)
			ret = fd;
	}
	return ret;
}

int path_search(const char *name, int flags)
{
	const char *at = path_folders();
	char path[NAME_ROOM];
	struct folder folder;

	while (only_root && *name != '/' && next_folder(&at, &folder)) {
		int length = snprintf(path, sizeof(path), "%.*s/%s",
				      (int)folder.length, folder.name, name);
		int fd = length < (int)sizeof(path) ? path_open(path, flags) :
						      -ENOENT;

		if (fd != -ENOENT)
			return fd;
	}
	return path_open(name, flags);
}

/* ---- names in their folders ---- */

/* Opens the folder of a name; @last is set to what the name is called there. */
static int open_parent(const struct folder *root, const char *name,
		       const char **last)
{
	char path[NAME_ROOM];
	const char *slash;
	size_t length;

	name = below(root, name);
	slash = strrchr(name, '/');
	*last = slash ? slash + 1 : name;
	if (!**last || !strcmp(*last, ".") || !strcmp(*last, ".."))
		return -EINVAL;
	if (!slash)
		return open_below(root, ".", O_PATH | O_DIRECTORY);
	length = (size_t)(slash - name) + 1; /* "/" keeps its slash */
	if (length >= sizeof(path))
		return -ENAMETOOLONG;
	memcpy(path, name, length);
	path[length] = '\0';
	return open_below(root, path, O_PATH | O_DIRECTORY);
}

struct change {
	const char *name;
	const char *to; /* of a rename */
	int (*make)(const struct change *change, const struct folder *root,
		    int parent, const char *last);
	mode_t mode;
	int flags;
};

static int apply(const struct change *change)
{
	struct roots roots = all_roots();
	struct folder root;
	int ret = -ENOENT;

	while (next_root(&roots, &root)) {
		const char *last;
		int parent = open_parent(&root, change->name, &last);
		int err = parent;

		if (parent >= 0) {
			err = change->make(change, &root, parent, last);
			close(parent);
		}
		if (!err)
			return 0;
		if (err != -ENOENT && ret == -ENOENT)
			ret = err;
	}
	return ret;
}

static int make_folder(const struct change *change, const struct folder *root,
		       int parent, const char *last)
{
	(void)root;
	return mkdirat(parent, last, change->mode & 0777) ? -errno : 0;
}

static int remove_name(const struct change *change, const struct folder *root,
		       int parent, const char *last)
{
	(void)root;
	return unlinkat(parent, last, change->flags) ? -errno : 0;
}

static int rename_name(const struct change *change, const struct folder *root,
		       int parent, const char *last)
{
	const char *to;
	int folder = open_parent(root, change->to, &to);
	int ret;

	if (folder < 0)
		return folder;
	ret = renameat(parent, last, folder, to) ? -errno : 0;
	close(folder);
	return ret;
}

int path_make_folder(const char *name, mode_t mode)
{
	const struct change change = { .name = name,
				       .make = make_folder,
				       .mode = mode };

	return apply(&change);
}

int path_remove(const char *name, bool folder)
{
	const struct change change = { .name = name,
				       .make = remove_name,
				       .flags = folder ? AT_REMOVEDIR : 0 };

	return apply(&change);
}

int path_rename(const char *from, const char *to)
{
	const struct change change = { .name = from,
				       .to = to,
				       .make = rename_name };

	return apply(&change);
}
