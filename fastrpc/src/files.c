// SPDX-License-Identifier: BSD-3-Clause
/*
 * Files of the host for code on the DSP: the interface apps_std, as far as a
 * loader and readers of files need it. They are those below the folders of
 * DSP_LIBRARY_PATH, and only for reading unless FASTRPC_FILES=rw.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "AEEStdErr.h"
#include "host_call.h"
#include "path.h"

#define FILES_MAX 64

struct file {
	bool used;
	bool ended;
	bool failed;
	int fd;
};

struct files {
	struct file file[FILES_MAX];
};

struct files *files_new(void)
{
	return calloc(1, sizeof(struct files));
}

void files_free(struct files *files)
{
	for (int i = 0; files && i < FILES_MAX; i++)
		if (files->file[i].used)
			close(files->file[i].fd);
	free(files);
}

static bool may_write(void)
{
	const char *how = secure_getenv("FASTRPC_FILES");

	return how && !strcmp(how, "rw");
}

/* open()'s flags for fopen()'s mode, or -1. */
static int flags_of(const char *mode)
{
	bool both = strchr(mode, '+');

	if (*mode != 'r' && *mode != 'w' && *mode != 'a')
		return -1;
	if (*mode == 'r' && !both)
		return O_RDONLY;
	if (!may_write())
		return -1;
	if (*mode == 'r')
		return O_RDWR;
	return (both ? O_RDWR : O_WRONLY) | O_CREAT |
	       (*mode == 'w' ? O_TRUNC : O_APPEND);
}

/* Numbers of files begin at 1. */
static int open_file(struct files *files, const struct host_call *call,
		     const char *name, const char *mode)
{
	int32_t number = 0;
	struct stat st;
	int flags, fd;

	if (!name || !mode)
		return AEE_EBADPARM;
	while (number < FILES_MAX && files->file[number].used)
		number++;
	if (number == FILES_MAX)
		return AEE_EOUTOFHANDLES;
	flags = flags_of(mode);
	/* A device or pipe could make the server wait. */
	fd = flags < 0 ? -EACCES : path_open(name, flags | O_NONBLOCK);
	if (fd == -ENOENT)
		return AEE_ENOSUCHFILE;
	if (fd < 0)
		return AEE_EFOPEN;
	if (fstat(fd, &st) || !S_ISREG(st.st_mode)) {
		close(fd);
		return AEE_EFOPEN;
	}
	files->file[number] = (struct file){ .used = true, .fd = fd };
	number++;
	return host_call_give(call, 0, &number, sizeof(number));
}

static struct file *find(struct files *files, int32_t number)
{
	if (number < 1 || number > FILES_MAX || !files->file[number - 1].used)
		return NULL;
	return &files->file[number - 1];
}

static int close_file(struct file *file)
{
	file->used = false;
	return close(file->fd) ? AEE_EFCLOSE : 0;
}

struct transfer {
	int32_t count;
	int32_t ended;
};

static int read_file(struct file *file, const struct host_call *call)
{
	struct transfer done = { 0 };
	ssize_t n;

	if (call->outputs != 2)
		return AEE_EBADPARM;
	n = read(file->fd, call->out[1].pv, call->out[1].nLen);
	if (n < 0) {
		file->failed = true;
		return AEE_EFREAD;
	}
	file->ended = (size_t)n < call->out[1].nLen;
	done.count = (int32_t)n;
	done.ended = file->ended;
	return host_call_give(call, 0, &done, sizeof(done));
}

static int write_file(struct file *file, const struct host_call *call)
{
	struct transfer done = { 0 };
	ssize_t n;

	if (call->inputs != 2)
		return AEE_EBADPARM;
	n = write(file->fd, call->in[1].pv, call->in[1].nLen);
	if (n < 0) {
		file->failed = true;
		return AEE_EFWRITE;
	}
	done.count = (int32_t)n;
	return host_call_give(call, 0, &done, sizeof(done));
}

static int tell(struct file *file, const struct host_call *call)
{
	off_t at = lseek(file->fd, 0, SEEK_CUR);
	int32_t position = (int32_t)at;

	if (at < 0 || at > INT32_MAX)
		return AEE_EFTELL;
	return host_call_give(call, 0, &position, sizeof(position));
}

static int seek(struct file *file, const struct host_call *call)
{
	static const int whence[] = { SEEK_SET, SEEK_CUR, SEEK_END };
	int32_t in[3];

	if (host_call_fixed(call, in, sizeof(in)) || in[2] < 0 || in[2] > 2)
		return AEE_EBADPARM;
	file->ended = false;
	return lseek(file->fd, in[1], whence[in[2]]) < 0 ? AEE_EFSEEK : 0;
}

static int length(struct file *file, const struct host_call *call)
{
	struct stat st;
	uint64_t size;

	if (fstat(file->fd, &st))
		return AEE_EFLEN;
	size = (uint64_t)st.st_size;
	return host_call_give(call, 0, &size, sizeof(size));
}

static int flag(bool value, const struct host_call *call)
{
	int32_t out = value;

	return host_call_give(call, 0, &out, sizeof(out));
}

static int exists(const struct host_call *call)
{
	const char *name = host_call_string(call, 1);
	uint8_t there;
	int fd;

	if (!name)
		return AEE_EBADPARM;
	fd = path_open(name, O_PATH);
	there = fd >= 0;
	if (there)
		close(fd);
	return host_call_give(call, 0, &there, sizeof(there));
}

enum method {
	FOPEN = 0,
	FFLUSH = 2,
	FCLOSE = 3,
	FREAD = 4,
	FWRITE = 5,
	FTELL = 8,
	FSEEK = 9,
	FLEN = 10,
	REWIND = 11,
	FEOF = 12,
	FERROR = 13,
	CLEARERR = 14,
	FOPEN_WITH_ENV = 19,
	FILE_EXISTS = 22,
	FSYNC = 23,
};

static int call_file(struct file *file, enum method method,
		     const struct host_call *call)
{
	switch (method) {
	case FCLOSE:
		return close_file(file);
	case FREAD:
		return read_file(file, call);
	case FWRITE:
		return write_file(file, call);
	case FTELL:
		return tell(file, call);
	case FSEEK:
		return seek(file, call);
	case FLEN:
		return length(file, call);
	case REWIND:
		file->ended = false;
		return lseek(file->fd, 0, SEEK_SET) ? AEE_EFSEEK : 0;
	case FEOF:
		return flag(file->ended, call);
	case FERROR:
		return flag(file->failed, call);
	case CLEARERR:
		file->ended = false;
		file->failed = false;
		return 0;
	case FFLUSH:
		return 0;
	case FSYNC:
		return fsync(file->fd) ? AEE_EFFLUSH : 0;
	default:
		return AEE_EUNSUPPORTED;
	}
}

int files_call(struct files *files, const struct host_call *call)
{
	enum method method = REMOTE_SCALARS_METHOD(call->scalars);
	struct file *file;
	int32_t number;

	switch (method) {
	case FOPEN:
		return open_file(files, call, host_call_string(call, 1),
				 host_call_string(call, 2));
	case FOPEN_WITH_ENV:
		/* The variable is the DSP's idea of the host's search path. */
		return open_file(files, call, host_call_string(call, 3),
				 host_call_string(call, 4));
	case FILE_EXISTS:
		return exists(call);
	default:
		break;
	}
	if (host_call_fixed(call, &number, sizeof(number)))
		return AEE_EBADPARM;
	file = find(files, number);
	return file ? call_file(file, method, call) : AEE_EBADPARM;
}
