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

#define KMEMLEAK "/sys/kernel/debug/kmemleak"

void log_line(const char *text)
{
	char line[512];
	int fd = open("/dev/kmsg", O_WRONLY | O_CLOEXEC);

	if (fd < 0)
		return;
	snprintf(line, sizeof(line), "<4>qda-sim: %s\n", text);
	/* the log is the only place to complain to */
	(void)!write(fd, line, strlen(line));
	close(fd);
}

/* Work of mainline's own outlives a closed file and finds the module gone. */
static bool must_stay(const char *name)
{
	return !strcmp(name, "fastrpc");
}

/* One pass over the loaded modules; returns how many went. */
static int unload_pass(void)
{
	char name[64];
	int gone = 0;
	FILE *f = fopen("/proc/modules", "re");

	if (!f)
		return 0;
	while (fscanf(f, "%63s%*[^\n]", name) == 1)
		if (!must_stay(name) &&
		    !syscall(SYS_delete_module, name, O_NONBLOCK))
			gone++;
	fclose(f);
	return gone;
}

/*
 * What programs left behind may keep a driver busy for a moment: a process on
 * the DSP that is still being released.
 */
static int unload_driver(const char *name)
{
	const struct timespec pause = { .tv_nsec = 50 * 1000 * 1000 };
	int tries = 100;
	int err;

	do {
		while (unload_pass())
			;
		if (!syscall(SYS_delete_module, name, O_NONBLOCK) ||
		    errno == ENOENT)
			return 0;
		err = errno;
		nanosleep(&pause, NULL);
	} while (--tries);
	return -err;
}

/* The last module of the launch is the driver under test. */
static void unload_modules(const struct launch *launch)
{
	char name[64], text[128];
	int err;

	if (!launch->module_count)
		return;
	module_name(launch->modules[launch->module_count - 1], name,
		    sizeof(name));
	if (must_stay(name))
		return;
	err = unload_driver(name);
	if (err) {
		snprintf(text, sizeof(text), "BUG: cannot unload %s: %s", name,
			 strerror(-err));
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
