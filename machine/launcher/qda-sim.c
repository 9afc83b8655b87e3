// SPDX-License-Identifier: BSD-3-Clause
/* qda-sim: run a command on the simulated machine. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "launch.h"
#include "machine.h"
#include "terminal.h"

#define DSP_VIOLATION 3 /* qda-dsp --strict: the host broke the protocol */

/* Descriptors 0 to 2 are taken for granted from here on. */
static void open_standard_streams(void)
{
	int fd;

	do {
		fd = open("/dev/null", O_RDWR | O_CLOEXEC);
	} while (fd >= 0 && fd < 3);
	close(fd);
}

static unsigned int choose_pty(void)
{
	unsigned int pty = 0;

	if (!terminal_is_ours(STDIN_FILENO) || !isatty(STDOUT_FILENO))
		return 0;
	pty = LAUNCH_PTY_STDIO;
	if (isatty(STDERR_FILENO))
		pty |= LAUNCH_PTY_STDERR;
	return pty;
}

static int choose_logs(struct machine *machine)
{
	const char *dir = machine->options->keep_log;

	if (dir && mkdir(dir, 0777) && errno != EEXIST) {
		complain("cannot make %s: %s", dir, strerror(errno));
		return -1;
	}
	if (!dir)
		dir = machine->runtime->dir;
	snprintf(machine->kernel_log, sizeof(machine->kernel_log),
		 "%s/kernel.log", dir);
	snprintf(machine->dsp_log, sizeof(machine->dsp_log), "%s/dsp.log", dir);
	machine->dsp_log_file = fopen(machine->dsp_log, "we");
	if (!machine->dsp_log_file) {
		complain("cannot write %s: %s", machine->dsp_log,
			 strerror(errno));
		return -1;
	}
	return 0;
}

static int copy_file(const char *from, const char *to)
{
	char bytes[4096];
	FILE *in = fopen(from, "re"), *out = fopen(to, "we");
	size_t n;
	int err = in && out ? 0 : -1;

	while (!err && (n = fread(bytes, 1, sizeof(bytes), in)))
		if (fwrite(bytes, 1, n, out) != n)
			err = -1;
	if (in)
		fclose(in);
	if (out && fclose(out))
		err = -1;
	return err;
}

/* The runtime directory goes; the logs of the last failure stay. */
static void keep_failed_logs(const struct machine *machine)
{
	const char *cache = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");
	char dir[3000], path[3100];
	static const char *const below[] = { "/qda", "/failed" };

	if (machine->options->keep_log) {
		complain("the logs are in %s", machine->options->keep_log);
		return;
	}
	if (cache && *cache == '/')
		snprintf(dir, sizeof(dir), "%s", cache);
	else
		snprintf(dir, sizeof(dir), "%s/.cache", home ? home : "");
	mkdir(dir, 0777);
	for (size_t i = 0; i < sizeof(below) / sizeof(below[0]); i++) {
		strncat(dir, below[i], sizeof(dir) - strlen(dir) - 1);
		mkdir(dir, 0777);
	}
	snprintf(path, sizeof(path), "%s/dsp.log", dir);
	copy_file(machine->dsp_log, path);
	snprintf(path, sizeof(path), "%s/kernel.log", dir);
	if (copy_file(machine->kernel_log, path))
		complain(
			"cannot write to %s: use --keep-log DIR to keep the logs",
			dir);
	else
		complain("the whole log is %s", path);
}

static int run_once(struct machine *machine, bool *hung)
{
	int status = machine_start(machine);

	*hung = false;
	if (!status)
		status = session_run(machine, hung);
	machine_kill(machine);
	return status;
}

/* An overloaded host may starve a boot for good; one more try helps. */
static int run(struct machine *machine)
{
	bool hung;
	int status = run_once(machine, &hung);

	if (hung) {
		complain("trying once more");
		status = run_once(machine, &hung);
	}
	return status;
}

static int judge(const struct machine *machine, int status)
{
	const struct options *options = machine->options;
	int dsp = machine->dsp_status;

	if (status == EXIT_MACHINE || status == EXIT_BOUND)
		return status;
	if (options->strict && WIFEXITED(dsp) &&
	    WEXITSTATUS(dsp) == DSP_VIOLATION) {
		complain(
			"the host broke the FastRPC protocol: see the DSP's VIOLATION lines");
		status = EXIT_MACHINE;
	}
	if (options->check && check_log(machine->kernel_log, options)) {
		complain("the kernel log holds warnings");
		status = EXIT_MACHINE;
	}
	return status;
}

int main(int argc, char **argv)
{
	static struct options options;
	static struct parts parts;
	static struct runtime runtime;
	static struct machine machine = {
		.options = &options,
		.parts = &parts,
		.runtime = &runtime,
		.dsp_lines = -1,
		.link.fd = -1,
		.console = { -1, -1 },
	};
	int status = EXIT_MACHINE;

	open_standard_streams();
	options_parse(&options, argc, argv);
	signal(SIGPIPE, SIG_IGN);
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	if (parts_find(&parts, &options) ||
	    runtime_open(&runtime, options.memory_bytes))
		return EXIT_MACHINE;

	machine.pty = choose_pty();
	if (!choose_logs(&machine) && !launch_write(&machine)) {
		status = judge(&machine, run(&machine));
		fclose(machine.dsp_log_file);
		if (status == EXIT_MACHINE || status == EXIT_BOUND) {
			show_tail(machine.kernel_log, "the kernel log");
			keep_failed_logs(&machine);
		}
	}
	runtime_close(&runtime);
	return status;
}
