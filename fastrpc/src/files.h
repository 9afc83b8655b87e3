/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What apps_std gives a process on the DSP: files (files.c), folders
 * (folders.c) and variables (environment.c). One thread uses it, the listener's.
 */
#ifndef FASTRPC_FILES_H
#define FASTRPC_FILES_H

#include <dirent.h>
#include <stdbool.h>
#include <stdint.h>

#include "host_call.h"

#define FILES_MAX     64
#define FOLDERS_MAX   16
#define VARIABLES_MAX 32

/* Numbers of methods; those from LONG_FORM on are the input's first word. */
#define LONG_FORM 31
enum apps_std_method {
	STD_FOPEN = 0,
	STD_FREOPEN = 1,
	STD_FFLUSH = 2,
	STD_FCLOSE = 3,
	STD_FREAD = 4,
	STD_FWRITE = 5,
	STD_FGETPOS = 6,
	STD_FSETPOS = 7,
	STD_FTELL = 8,
	STD_FSEEK = 9,
	STD_FLEN = 10,
	STD_REWIND = 11,
	STD_FEOF = 12,
	STD_FERROR = 13,
	STD_CLEARERR = 14,
	STD_PRINT_STRING = 15,
	STD_GETENV = 16,
	STD_SETENV = 17,
	STD_UNSETENV = 18,
	STD_FOPEN_WITH_ENV = 19,
	STD_FGETS = 20,
	STD_GET_SEARCH_PATHS_WITH_ENV = 21,
	STD_FILE_EXISTS = 22,
	STD_FSYNC = 23,
	STD_FREMOVE = 24,
	STD_FDOPEN_DECRYPT = 25,
	STD_OPENDIR = 26,
	STD_CLOSEDIR = 27,
	STD_READDIR = 28,
	STD_MKDIR = 29,
	STD_RMDIR = 30,
	STD_STAT = 31,
	STD_FTRUNC = 32,
	STD_FRENAME = 33,
	STD_FOPEN_FD = 34,
	STD_FCLOSE_FD = 35,
	STD_FOPEN_WITH_ENV_FD = 36,
};

/* A variable that code on the DSP has set, or unset: then without a value. */
struct variable {
	char *name;
	char *value;
};

struct file {
	bool used;
	bool ended;
	bool failed;
	int fd;
};

struct files {
	struct dsp_log *log; /* the listener's */
	struct file file[FILES_MAX];
	DIR *folder[FOLDERS_MAX];
	struct variable variable[VARIABLES_MAX];
};

/* Whether the program lets the DSP write: FASTRPC_FILES=rw. */
bool files_may_write(void);

/* The code for an errno of path.h; @otherwise where there is no better one. */
int files_error(int error, int otherwise);

/* Folders, and what changes names. Return the result. */
int folder_call(struct files *files, enum apps_std_method method,
		const struct host_call *call);
void folders_close(struct files *files);

/* getenv() and the like. Return the result. */
int environment_call(struct files *files, enum apps_std_method method,
		     const struct host_call *call);
void environment_free(struct files *files);

#endif
