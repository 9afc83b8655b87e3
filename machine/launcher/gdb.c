// SPDX-License-Identifier: BSD-3-Clause
/* A debugger for the kernel, which is an ordinary process. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "machine.h"

static FILE *open_script(const struct machine *machine, char path[160])
{
	FILE *f;

	snprintf(path, 160, "%s/gdb", machine->runtime->dir);
	f = fopen(path, "ae");
	if (!f)
		complain("cannot write %s: %s", path, strerror(errno));
	return f;
}

void gdb_add(const struct machine *machine, const char *text, size_t length)
{
	char path[160];
	FILE *f = open_script(machine, path);

	if (!f)
		return;
	fprintf(f, "%.*s\n", (int)length, text);
	fclose(f);
}

/* User-Mode Linux lives on signals; they are not the debugger's business. */
void gdb_ready(const struct machine *machine)
{
	char path[160];
	FILE *f = open_script(machine, path);

	if (!f)
		return;
	fputs("handle SIGSEGV SIGUSR1 SIGALRM SIGIO SIGWINCH SIGCHLD SIGSYS nostop noprint pass\n",
	      f);
	fclose(f);
	complain(
		"the driver is loaded; COMMAND starts when a debugger attaches and continues:\n"
		"  gdb -p %d -ex 'set confirm off' -ex 'file %s' -x %s",
		machine->linux_pid, machine->parts->kernel, path);
}

bool gdb_attached(const struct machine *machine)
{
	char path[64], line[128];
	int tracer = 0;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/status", machine->linux_pid);
	f = fopen(path, "re");
	while (f && fgets(line, sizeof(line), f))
		if (sscanf(line, "TracerPid: %d", &tracer) == 1)
			break;
	if (f)
		fclose(f);
	return tracer;
}
