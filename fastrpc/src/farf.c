// SPDX-License-Identifier: BSD-3-Clause
/* Which log lines are wanted. */
#include "log.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fastrpc.h"
#include "path.h"

#define SEPARATORS ", \t\r\n"

static bool take_files(const char *at, struct farf *farf)
{
	size_t used = 0;

	for (at += strspn(at, SEPARATORS); *at; at += strspn(at, SEPARATORS)) {
		size_t length = strcspn(at, SEPARATORS);

		if (farf->count == FARF_FILES_MAX ||
		    used + length + 2 > sizeof(farf->files))
			return false;
		memcpy(farf->files + used, at, length);
		farf->files[used + length] = '\0';
		used += length + 1;
		farf->count++;
		at += length;
	}
	farf->files[used] = '\0';
	return true;
}

bool farf_parse(const char *text, struct farf *farf)
{
	unsigned long mask;
	char *end;

	memset(farf, 0, sizeof(*farf));
	text += strspn(text, SEPARATORS);
	errno = 0;
	mask = strtoul(text, &end, 0);
	if (end == text || *text == '-' || errno || mask > UINT32_MAX ||
	    (*end && !strchr(SEPARATORS, *end)) || !take_files(end, farf)) {
		memset(farf, 0, sizeof(*farf));
		return false;
	}
	farf->mask = (uint32_t)mask;
	return true;
}

static void read_file(struct farf *farf)
{
	char name[256], text[1024];
	ssize_t n;
	int fd;

	snprintf(name, sizeof(name), "%s.farf", program_invocation_short_name);
	fd = path_open(name, O_RDONLY | O_NONBLOCK);
	if (fd < 0)
		return;
	n = read(fd, text, sizeof(text) - 1);
	close(fd);
	text[n < 0 ? 0 : n] = '\0';
	if (!farf_parse(text, farf))
		log_text("%s is not a number, such as 0x1f, and names of "
			 "source files after it",
			 name);
}

void farf_read(struct farf *farf)
{
	const char *text = secure_getenv("FASTRPC_FARF");

	memset(farf, 0, sizeof(*farf));
	if (!text)
		read_file(farf);
	else if (*text && !farf_parse(text, farf))
		log_text("FASTRPC_FARF=%s is not a number, such as 0x1f, and "
			 "names of source files after it",
			 text);
}

static bool asks_for(const struct farf *farf, int level, const char *file)
{
	const char *slash = strrchr(file, '/');
	const char *name = slash ? slash + 1 : file;

	if (level < 0 || level > 31 || !(farf->mask >> level & 1))
		return false;
	for (const char *at = farf->files; *at; at += strlen(at) + 1)
		if (!strcmp(at, name))
			return true;
	return !farf->count;
}

static struct farf from_file;

static void read_once(void)
{
	read_file(&from_file);
}

bool farf_wants(int level, const char *file)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	const char *text = secure_getenv("FASTRPC_FARF");
	struct farf farf;

	if (text)
		return farf_parse(text, &farf) && asks_for(&farf, level, file);
	pthread_once(&once, read_once);
	return asks_for(&from_file, level, file);
}
