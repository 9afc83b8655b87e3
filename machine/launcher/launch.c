// SPDX-License-Identifier: BSD-3-Clause
/* The launch description for qda-sim-init. */
#include <errno.h>
#include <grp.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "launch.h"
#include "machine.h"

#define GROUPS_MAX 1024

static void put(FILE *f, const char *key, const char *value)
{
	fprintf(f, "%s%s%c", key, value, '\0');
}

static void put_number(FILE *f, const char *key, unsigned long value)
{
	fprintf(f, "%s%lu%c", key, value, '\0');
}

static void put_user(FILE *f, const struct options *options)
{
	gid_t groups[GROUPS_MAX];
	int count = getgroups(GROUPS_MAX, groups);
	mode_t mask = umask(0);

	umask(mask);
	put_number(f, LAUNCH_UMASK, mask);
	put_number(f, LAUNCH_UID, options->root ? 0 : getuid());
	put_number(f, LAUNCH_GID, options->root ? 0 : getgid());
	for (int i = 0; i < count && !options->root; i++)
		put_number(f, LAUNCH_GROUP, groups[i]);
}

static void put_terminal(FILE *f, const struct machine *machine)
{
	struct winsize size = { .ws_row = 24, .ws_col = 80 };

	ioctl(STDIN_FILENO, TIOCGWINSZ, &size);
	put_number(f, LAUNCH_PTY, machine->pty);
	put_number(f, LAUNCH_ROWS, size.ws_row);
	put_number(f, LAUNCH_COLUMNS, size.ws_col);
}

/*
 * modules.list has lines of "DRIVER FILE" in loading order; DRIVER is "all"
 * for what every machine needs.
 */
static int put_modules(FILE *f, const struct machine *machine)
{
	const char *driver = machine->options->driver;
	char path[PATH_MAX + 16], line[300], who[32], file[256];
	FILE *list;

	snprintf(path, sizeof(path), "%s/modules.list",
		 machine->parts->modules);
	list = fopen(path, "re");
	if (!list) {
		complain("cannot read %s: %s", path, strerror(errno));
		return -1;
	}
	while (fgets(line, sizeof(line), list)) {
		if (sscanf(line, "%31s %255s", who, file) != 2 ||
		    (strcmp(who, "all") && strcmp(who, driver)))
			continue;
		fprintf(f, LAUNCH_MODULE "%s/%s%c", machine->parts->modules,
			file, '\0');
	}
	fclose(list);
	return 0;
}

static void put_device(FILE *f, const struct options *options)
{
	if (options->no_dsp || !strcmp(options->driver, "none"))
		return;
	if (!strcmp(options->driver, "qda"))
		put(f, LAUNCH_DEVICE, "/dev/accel/accel0");
	else
		fprintf(f, LAUNCH_DEVICE "/dev/fastrpc-%s%c", options->domain,
			'\0');
	put_number(f, LAUNCH_WAIT, options->boot_seconds / 2 + 1);
}

int launch_write(const struct machine *machine)
{
	const struct options *options = machine->options;
	char path[256], *cwd;
	int err;
	FILE *f;

	snprintf(path, sizeof(path), "%s/launch", machine->runtime->dir);
	cwd = getcwd(NULL, 0);
	f = cwd ? fopen(path, "we") : NULL;
	if (!f) {
		complain("cannot %s: %s",
			 cwd ? "write to the runtime directory" :
			       "find out the current directory",
			 strerror(errno));
		free(cwd);
		return -1;
	}
	for (char **arg = options->command; *arg; arg++)
		put(f, LAUNCH_ARG, *arg);
	for (char **env = environ; *env; env++)
		put(f, LAUNCH_ENV, *env);
	put(f, LAUNCH_CWD, cwd);
	free(cwd);
	put_user(f, options);
	put_terminal(f, machine);
	put_device(f, options);
	put_number(f, LAUNCH_CHECK, options->check);
	err = put_modules(f, machine);
	if (fclose(f) && !err) {
		complain("cannot write %s: %s", path, strerror(errno));
		err = -1;
	}
	return err;
}
