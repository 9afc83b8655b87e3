// SPDX-License-Identifier: BSD-3-Clause
/*
 * What can only be seen when everything is over: a driver that cannot be
 * unloaded and memory that nobody points to. Findings go to the kernel log,
 * where qda-sim --check looks for all the others too.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "init.h"

#define KMEMLEAK	"/sys/kernel/debug/kmemleak"

void log_line(const char *text)
{
	char line[512];
	int fd = open("/dev/kmsg", O_WRONLY | O_CLOEXEC);

	if (fd < 0)
		return;
	snprintf(line, sizeof(line), "<4>qda-sim: %s\n", text);
	if (write(fd, line, strlen(line)) < 0)
		note("cannot write to the kernel log: %s", text);
	close(fd);
}

static int unload(const char *path)
{
	char name[64];

	module_name(path, name, sizeof(name));
	return syscall(SYS_delete_module, name, O_NONBLOCK) ? -errno : 0;
}

/* The last module is the driver under test: nothing may hold it now. */
static void unload_modules(const struct launch *launch)
{
	char text[300];
	int err;

	for (size_t i = launch->module_count; i--;) {
		err = unload(launch->modules[i]);
		if (!err || i != launch->module_count - 1)
			continue;
		snprintf(text, sizeof(text), "BUG: cannot unload %s: %s",
			 launch->modules[i], strerror(-err));
		log_line(text);
	}
}

/*
 * Reports are a line that begins with "unreferenced object" and indented
 * lines, the first of which says who allocated it. What the kernel itself
 * loses while it boots, before there is a program, is not ours.
 */
static void report_leaks(void)
{
	char line[300], object[300] = "";
	bool ours = false;
	FILE *f = fopen(KMEMLEAK, "re");

	if (!f)
		return;
	while (fgets(line, sizeof(line), f)) {
		line[strcspn(line, "\n")] = '\0';
		if (line[0] != ' ') {
			snprintf(object, sizeof(object), "%s", line);
			ours = false;
			continue;
		}
		if (object[0] && !strstr(line, "comm \"swapper/0\"")) {
			log_line(object);
			ours = true;
		}
		object[0] = '\0';
		if (ours)
			log_line(line);
	}
	fclose(f);
}

/*
 * A first scan only notes each object's checksum; what the second finds
 * unchanged and unreferenced is reported.
 */
static int scan_memory(void)
{
	const struct timespec pause = { .tv_nsec = 100 * 1000 * 1000 };
	int err = write_file(KMEMLEAK, "scan");

	if (err)
		return err;
	nanosleep(&pause, NULL);
	return write_file(KMEMLEAK, "scan");
}

void closing_check(const struct launch *launch)
{
	if (!launch->check)
		return;
	unload_modules(launch);
	if (!scan_memory())
		report_leaks();
}
