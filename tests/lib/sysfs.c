// SPDX-License-Identifier: BSD-3-Clause
#include "sysfs.h"

#include <fcntl.h>
#include <glob.h>
#include <string.h>
#include <unistd.h>

#include "harness.h"

#define DRIVER "/sys/bus/rpmsg/drivers/qda"

bool write_text(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	bool good;

	if (fd < 0)
		return false;
	good = write(fd, text, strlen(text)) == (ssize_t)strlen(text);
	close(fd);
	return good;
}

void driver_unbind(void)
{
	glob_t found;
	char *name;

	check(glob(DRIVER "/*fastrpc*", 0, NULL, &found) == 0);
	name = strrchr(found.gl_pathv[0], '/') + 1;
	check(write_text(DRIVER "/unbind", name));
	globfree(&found);
}
