// SPDX-License-Identifier: BSD-3-Clause
/* Folders, and names of files: what apps_std does that is not about bytes. */
#include "files.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "AEEStdErr.h"
#include "path.h"

/* As they are on the wire. */
struct entry {
	int32_t inode;
	char name[255];
	int32_t ended;
};

struct status {
	uint64_t size_of_this;
	uint64_t device;
	uint64_t inode;
	uint32_t mode;
	uint32_t links;
	uint64_t special;
	uint64_t size;
	int64_t accessed, accessed_ns;
	int64_t modified, modified_ns;
	int64_t changed, changed_ns;
};

_Static_assert(sizeof(struct entry) == 264, "of the protocol");
_Static_assert(sizeof(struct status) == 96, "of the protocol");

void folders_close(struct files *files)
{
	for (int i = 0; i < FOLDERS_MAX; i++)
		if (files->folder[i])
			closedir(files->folder[i]);
}

/* Numbers of folders begin at 1. */
static int open_folder(struct files *files, const struct host_call *call)
{
	const char *name = host_call_string(call, 1);
	uint64_t number = 0;
	int fd;

	if (!name)
		return AEE_EBADPARM;
	while (number < FOLDERS_MAX && files->folder[number])
		number++;
	if (number == FOLDERS_MAX)
		return AEE_EOUTOFHANDLES;
	fd = path_open(name, O_RDONLY | O_DIRECTORY);
	if (fd < 0)
		return files_error(fd, AEE_EFOPEN);
	files->folder[number] = fdopendir(fd);
	if (!files->folder[number]) {
		close(fd);
		return AEE_ENOMEMORY;
	}
	number++;
	return host_call_give(call, 0, &number, sizeof(number));
}

static DIR **find(struct files *files, const struct host_call *call)
{
	uint64_t number;

	if (host_call_fixed(call, &number, sizeof(number)) || number < 1 ||
	    number > FOLDERS_MAX || !files->folder[number - 1])
		return NULL;
	return &files->folder[number - 1];
}

/* A name that does not fit is left out: a part of it is another name. */
static int read_folder(DIR *folder, const struct host_call *call)
{
	struct entry entry = { 0 };
	const struct dirent *next;
	size_t length;

	do {
		errno = 0;
		next = readdir(folder);
		if (!next && errno)
			return AEE_EFREAD;
		length = next ? strlen(next->d_name) : 0;
	} while (length >= sizeof(entry.name));
	entry.ended = !next;
	if (next) {
		entry.inode = (int32_t)next->d_ino;
		memcpy(entry.name, next->d_name, length);
	}
	return host_call_give(call, 0, &entry, sizeof(entry));
}

static int status(const struct host_call *call)
{
	const char *name = host_call_string(call, 1);
	struct status out = { .size_of_this = sizeof(out) };
	struct stat st;
	int fd, ret;

	if (!name)
		return AEE_EBADPARM;
	fd = path_open(name, O_PATH);
	if (fd < 0)
		return files_error(fd, AEE_EFAILED);
	ret = fstat(fd, &st) ? AEE_EFAILED : 0;
	close(fd);
	if (ret)
		return ret;
	out.device = st.st_dev;
	out.inode = st.st_ino;
	out.mode = st.st_mode;
	out.links = (uint32_t)st.st_nlink;
	out.special = st.st_rdev;
	out.size = (uint64_t)st.st_size;
	out.accessed = st.st_atim.tv_sec;
	out.accessed_ns = st.st_atim.tv_nsec;
	out.modified = st.st_mtim.tv_sec;
	out.modified_ns = st.st_mtim.tv_nsec;
	out.changed = st.st_ctim.tv_sec;
	out.changed_ns = st.st_ctim.tv_nsec;
	return host_call_give(call, 0, &out, sizeof(out));
}

static int make_folder(const struct host_call *call, const char *name)
{
	uint32_t in[2]; /* length of the name, mode */

	if (host_call_fixed(call, in, sizeof(in)))
		return AEE_EBADPARM;
	return files_error(path_make_folder(name, (mode_t)in[1]), AEE_EFAILED);
}

static int change_name(const struct host_call *call, const char *from)
{
	const char *to = host_call_string(call, 2);

	if (!to)
		return AEE_EBADPARM;
	return files_error(path_rename(from, to), AEE_EFAILED);
}

/* What writes, though it writes no bytes. */
static int change(enum apps_std_method method, const struct host_call *call)
{
	const char *name = host_call_string(call, 1);

	if (!name)
		return AEE_EBADPARM;
	if (!files_may_write())
		return AEE_EREADONLY;
	switch (method) {
	case STD_MKDIR:
		return make_folder(call, name);
	case STD_RMDIR:
		return files_error(path_remove(name, true), AEE_EFAILED);
	case STD_FREMOVE:
		return files_error(path_remove(name, false), AEE_EFAILED);
	default:
		return change_name(call, name);
	}
}

int folder_call(struct files *files, enum apps_std_method method,
		const struct host_call *call)
{
	DIR **folder;
	int ret;

	switch (method) {
	case STD_OPENDIR:
		return open_folder(files, call);
	case STD_STAT:
		return status(call);
	case STD_READDIR:
		folder = find(files, call);
		return folder ? read_folder(*folder, call) : AEE_EBADPARM;
	case STD_CLOSEDIR:
		folder = find(files, call);
		if (!folder)
			return AEE_EBADPARM;
		ret = closedir(*folder) ? AEE_EFCLOSE : 0;
		*folder = NULL;
		return ret;
	default:
		return change(method, call);
	}
}
