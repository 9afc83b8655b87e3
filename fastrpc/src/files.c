// SPDX-License-Identifier: BSD-3-Clause
/*
 * Files of the host for code on the DSP: the interface apps_std. They are those
 * that path.h finds, and only for reading unless FASTRPC_FILES=rw.
 */
#include "files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "AEEStdErr.h"
#include "log.h"
#include "path.h"

struct files *files_new(struct dsp_log *log)
{
	struct files *files = calloc(1, sizeof(*files));

	if (files)
		files->log = log;
	return files;
}

void files_free(struct files *files)
{
	if (!files)
		return;
	for (int i = 0; i < FILES_MAX; i++)
		if (files->file[i].used)
			close(files->file[i].fd);
	folders_close(files);
	environment_free(files);
	free(files);
}

bool files_may_write(void)
{
	const char *how = secure_getenv("FASTRPC_FILES");

	return how && !strcmp(how, "rw");
}

int files_error(int error, int otherwise)
{
	switch (-error) {
	case 0:
		return 0;
	case ENOENT:
	case ENOTDIR:
		return AEE_ENOSUCHFILE;
	case EEXIST:
	case ENOTEMPTY:
		return AEE_EALREADY;
	case EINVAL:
	case ENAMETOOLONG:
		return AEE_EINVALIDFILENAME;
	case EXDEV:
	case ELOOP:
	case EACCES:
	case EPERM:
		return AEE_ENOTALLOWED;
	case EROFS:
		return AEE_EREADONLY;
	default:
		return otherwise;
	}
}

/* open()'s flags for fopen()'s mode, or -1. */
static int flags_of(const char *mode)
{
	bool both = strchr(mode, '+');

	if (*mode != 'r' && *mode != 'w' && *mode != 'a')
		return -1;
	if (*mode == 'r' && !both)
		return O_RDONLY;
	if (!files_may_write())
		return -1;
	if (*mode == 'r')
		return O_RDWR;
	return (both ? O_RDWR : O_WRONLY) | O_CREAT |
	       (*mode == 'w' ? O_TRUNC : O_APPEND);
}

/* Numbers of files begin at 1. */
static int open_file(struct files *files, const struct host_call *call,
		     const char *name, const char *mode,
		     int (*open_name)(const char *name, int flags))
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
	fd = flags < 0 ? -EACCES : open_name(name, flags | O_NONBLOCK);
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

/* A position is its eight bytes; the DSP only keeps them. */
static int get_position(struct file *file, const struct host_call *call)
{
	int64_t at = lseek(file->fd, 0, SEEK_CUR);

	if (at < 0)
		return AEE_EFGETPOS;
	return host_call_give_sized(call, &at, sizeof(at));
}

static int set_position(struct file *file, const struct host_call *call)
{
	int64_t at;

	if (call->inputs != 2 || call->in[1].nLen != sizeof(at))
		return AEE_EBADPARM;
	memcpy(&at, call->in[1].pv, sizeof(at));
	file->ended = false;
	return lseek(file->fd, at, SEEK_SET) < 0 ? AEE_EFSETPOS : 0;
}

/* A line and a NUL, as much as there is room for. */
static int read_line(struct file *file, const struct host_call *call)
{
	char *line, *end;
	int32_t ended;
	ssize_t n;

	if (call->outputs != 2 || !call->out[1].nLen)
		return AEE_EBADPARM;
	line = call->out[1].pv;
	n = read(file->fd, line, call->out[1].nLen - 1);
	if (n < 0) {
		file->failed = true;
		return AEE_EFGETS;
	}
	end = memchr(line, '\n', (size_t)n);
	if (end) {
		off_t back = n - (end + 1 - line);

		/* What was read of the next lines is for the next time. */
		memset(end + 1, 0, (size_t)back);
		if (back && lseek(file->fd, -back, SEEK_CUR) < 0)
			return AEE_EFGETS;
	}
	file->ended = !n && call->out[1].nLen > 1;
	ended = file->ended;
	return host_call_give(call, 0, &ended, sizeof(ended));
}

static int truncate_file(struct file *file, const struct host_call *call)
{
	int32_t in[3]; /* the method, the file, its new size */

	if (host_call_fixed(call, in, sizeof(in)) || in[2] < 0)
		return AEE_EBADPARM;
	return ftruncate(file->fd, in[2]) ? AEE_EFWRITE : 0;
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

static int print(struct files *files, const struct host_call *call)
{
	const char *text = host_call_string(call, 1);

	if (!text)
		return AEE_EBADPARM;
	dsp_log_print(files->log, text);
	return 0;
}

static int call_file(struct file *file, enum apps_std_method method,
		     const struct host_call *call)
{
	switch (method) {
	case STD_FCLOSE:
		return close_file(file);
	case STD_FREAD:
		return read_file(file, call);
	case STD_FWRITE:
		return write_file(file, call);
	case STD_FGETPOS:
		return get_position(file, call);
	case STD_FSETPOS:
		return set_position(file, call);
	case STD_FTELL:
		return tell(file, call);
	case STD_FSEEK:
		return seek(file, call);
	case STD_FLEN:
		return length(file, call);
	case STD_REWIND:
		file->ended = false;
		return lseek(file->fd, 0, SEEK_SET) ? AEE_EFSEEK : 0;
	case STD_FEOF:
		return flag(file->ended, call);
	case STD_FERROR:
		return flag(file->failed, call);
	case STD_CLEARERR:
		file->ended = false;
		file->failed = false;
		return 0;
	case STD_FGETS:
		return read_line(file, call);
	case STD_FSYNC:
		return fsync(file->fd) ? AEE_EFFLUSH : 0;
	case STD_FTRUNC:
		return truncate_file(file, call);
	default: /* nothing is kept here that could be flushed */
		return 0;
	}
}

/* Methods whose first number is a file's; @at is where it stands. */
static int with_file(struct files *files, enum apps_std_method method,
		     const struct host_call *call, unsigned int at)
{
	uint32_t in[2];
	struct file *file;

	if (host_call_fixed(call, in, (at + 1) * sizeof(in[0])))
		return AEE_EBADPARM;
	file = find(files, (int32_t)in[at]);
	return file ? call_file(file, method, call) : AEE_EBADPARM;
}

/* The file is closed whatever becomes of the new one, as freopen() does. */
static int open_again(struct files *files, const struct host_call *call)
{
	const char *name = host_call_string(call, 1);
	const char *mode = host_call_string(call, 2);
	int ret;

	if (!name || !mode)
		return AEE_EBADPARM;
	ret = with_file(files, STD_FCLOSE, call, 0);
	return ret ? ret : open_file(files, call, name, mode, path_open);
}

static int method_of(const struct host_call *call, enum apps_std_method *method)
{
	uint32_t number = REMOTE_SCALARS_METHOD(call->scalars);

	if (number == LONG_FORM &&
	    (host_call_fixed(call, &number, sizeof(number)) ||
	     number < LONG_FORM))
		return AEE_EBADPARM;
	*method = (enum apps_std_method)number;
	return 0;
}

int files_call(struct files *files, const struct host_call *call)
{
	enum apps_std_method method;
	int ret = method_of(call, &method);

	if (ret)
		return ret;
	switch (method) {
	case STD_FOPEN:
		return open_file(files, call, host_call_string(call, 1),
				 host_call_string(call, 2), path_open);
	case STD_FOPEN_WITH_ENV:
		/* The variable is the DSP's idea of the host's search path. */
		return open_file(files, call, host_call_string(call, 3),
				 host_call_string(call, 4), path_search);
	case STD_FREOPEN:
		return open_again(files, call);
	case STD_FILE_EXISTS:
		return exists(call);
	case STD_PRINT_STRING:
		return print(files, call);
	case STD_GETENV:
	case STD_SETENV:
	case STD_UNSETENV:
	case STD_GET_SEARCH_PATHS_WITH_ENV:
		return environment_call(files, method, call);
	case STD_OPENDIR:
	case STD_CLOSEDIR:
	case STD_READDIR:
	case STD_MKDIR:
	case STD_RMDIR:
	case STD_FREMOVE:
	case STD_FRENAME:
	case STD_STAT:
		return folder_call(files, method, call);
	case STD_FTRUNC:
		return with_file(files, method, call, 1);
	case STD_FDOPEN_DECRYPT: /* nothing here has a key */
	case STD_FOPEN_FD: /* a number of the host's is no use on the DSP */
	case STD_FCLOSE_FD:
	case STD_FOPEN_WITH_ENV_FD:
		return AEE_EUNSUPPORTED;
	default:
		return method > STD_FOPEN_WITH_ENV_FD ?
			       AEE_EUNSUPPORTED :
			       with_file(files, method, call, 0);
	}
}
