// SPDX-License-Identifier: BSD-3-Clause
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "init.h"

void module_name(const char *path, char *name, size_t size)
{
	const char *base = strrchr(path, '/');
	char *dot;

	snprintf(name, size, "%s", base ? base + 1 : path);
	dot = strstr(name, ".ko");
	if (dot)
		*dot = '\0';
	/* as the kernel does it */
	for (; *name; name++)
		if (*name == '-')
			*name = '_';
}

/* A debugger on the host needs to know where the module's code is. */
static void note_address(const char *path)
{
	char name[64], file[128], address[32] = "";
	FILE *f;

	module_name(path, name, sizeof(name));
	snprintf(file, sizeof(file), "/sys/module/%s/sections/.text", name);
	f = fopen(file, "re");
	if (!f)
		return;
	if (fgets(address, sizeof(address), f))
		note("add-symbol-file %s %.*s", path,
		     (int)strcspn(address, "\n"), address);
	fclose(f);
}

void modules_load(const struct launch *launch)
{
	for (size_t i = 0; i < launch->module_count; i++) {
		const char *path = launch->modules[i];
		int fd = open(path, O_RDONLY | O_CLOEXEC);

		if (fd < 0)
			fail("cannot open kernel module %s: %s", path,
			     strerror(errno));
		if (syscall(SYS_finit_module, fd, "", 0) && errno != EEXIST)
			fail("cannot load kernel module %s: %s", path,
			     strerror(errno));
		close(fd);
		note_address(path);
	}
}
