// SPDX-License-Identifier: BSD-3-Clause
/* The machine's two programs: the DSP and the kernel. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "machine.h"
#include "qda_sim_abi.h"

#define DSP_POLL_US 500
#define KERNEL_ARGS 32
#define LISTENING   0x10000u /* __SO_ACCEPTCON in /proc/net/unix */

/*
 * Whether a process listens at @path. Connecting would do as well, but the
 * DSP serves one machine and would take this for it.
 */
static bool is_listening(const char *path)
{
	char line[512];
	unsigned int flags;
	int at;
	bool found = false;
	FILE *f = fopen("/proc/net/unix", "re");

	if (!f)
		return !access(path, F_OK);
	while (!found && fgets(line, sizeof(line), f)) {
		line[strcspn(line, "\n")] = '\0';
		at = 0;
		if (sscanf(line, "%*s %*s %*s %x %*s %*s %*s %n", &flags,
			   &at) != 1 ||
		    !at)
			continue;
		found = (flags & LISTENING) && !strcmp(line + at, path);
	}
	fclose(f);
	return found;
}

static void socket_path(const struct machine *machine, char path[160])
{
	snprintf(path, 160, "%s/dsp.sock", machine->runtime->dir);
}

const char *machine_describe(int status, char text[64])
{
	if (WIFSIGNALED(status))
		snprintf(text, 64, "was killed by signal %d (%s)",
			 WTERMSIG(status), strsignal(WTERMSIG(status)));
	else
		snprintf(text, 64, "ended with status %d", WEXITSTATUS(status));
	return text;
}

static int dsp_wait(struct machine *machine, const char *socket)
{
	long long end = now_ms() + machine->options->dsp_seconds * 1000ll;
	char text[64];

	while (!is_listening(socket)) {
		machine_reap(machine);
		machine_dsp_output(machine);
		if (!machine->dsp_pid) {
			complain("%s %s before the machine was on",
				 machine->parts->dsp,
				 machine_describe(machine->dsp_status, text));
			return EXIT_MACHINE;
		}
		if (now_ms() > end) {
			complain("%s did not start to listen within %u s",
				 machine->parts->dsp,
				 machine->options->dsp_seconds);
			return EXIT_BOUND;
		}
		usleep(DSP_POLL_US);
	}
	return 0;
}

static void dsp_arguments(const struct machine *machine, const char *argv[],
			  const char *socket)
{
	const struct options *options = machine->options;
	const char *skels = options->skel_path;
	size_t n = 0;

	if (!skels && machine->parts->skels[0])
		skels = machine->parts->skels;

	const char *const pairs[][2] = {
		{ "--socket", socket },
		{ "--domain", options->domain },
		{ "--log", options->wire_log },
		{ "--fault", options->fault },
		{ "--coalesce", options->coalesce },
		{ "--spin", options->spin },
		{ "--skel-path", skels },
		{ "--sid-position",
		  strcmp(options->soc, "sm8650") ? "56" : NULL },
	};

	argv[n++] = machine->parts->dsp;
	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		if (!pairs[i][1])
			continue;
		argv[n++] = pairs[i][0];
		argv[n++] = pairs[i][1];
	}
	if (options->strict)
		argv[n++] = "--strict";
	if (options->poll)
		argv[n++] = "--poll";
	if (!strcmp(options->driver, "bench"))
		argv[n++] = "--bench";
	argv[n] = NULL;
}

/*
 * A DSP that looks for work does so at the cost of the kernel, unless each has a
 * processor of its own: for the kernel the first, for the DSP the second that
 * this process may use. NULL when there are not so many, or nothing spins.
 */
static const cpu_set_t *own_processor(const struct machine *machine,
				      unsigned int which, cpu_set_t *set)
{
	cpu_set_t usable;

	if (!machine->options->spin ||
	    sched_getaffinity(0, sizeof(usable), &usable) ||
	    CPU_COUNT(&usable) < 2)
		return NULL;
	CPU_ZERO(set);
	for (size_t i = 0; i < CPU_SETSIZE; i++) {
		if (!CPU_ISSET(i, &usable) || which--)
			continue;
		CPU_SET(i, set);
		break;
	}
	return set;
}

static int dsp_start(struct machine *machine)
{
	const char *argv[26];
	struct spawn spawning = { .path = machine->parts->dsp, .keep = -1 };
	cpu_set_t processor;
	char socket[160];
	int ends[2];

	spawning.processors = own_processor(machine, 1, &processor);
	socket_path(machine, socket);
	unlink(socket);
	dsp_arguments(machine, argv, socket);
	if (pipe2(ends, O_CLOEXEC)) {
		complain("cannot make a pipe: %s", strerror(errno));
		return EXIT_MACHINE;
	}
	fcntl(ends[0], F_SETFL, O_NONBLOCK);
	spawning.argv = (char *const *)argv;
	spawning.in = open("/dev/null", O_RDONLY | O_CLOEXEC);
	spawning.out = ends[1];
	spawning.err = ends[1];
	machine->dsp_lines = ends[0];
	machine->dsp_pid = spawn(&spawning);
	close(ends[1]);
	close(spawning.in);
	if (machine->dsp_pid < 0) {
		complain("cannot start %s: %s", machine->parts->dsp,
			 strerror(-machine->dsp_pid));
		machine->dsp_pid = 0;
		return EXIT_MACHINE;
	}
	return dsp_wait(machine, socket);
}

static char *argument(const char *format, ...)
	__attribute__((format(printf, 1, 2)));
static char *argument(const char *format, ...)
{
	va_list args;
	char *text;

	va_start(args, format);
	if (vasprintf(&text, format, args) < 0)
		abort();
	va_end(args);
	return text;
}

static void kernel_arguments(const struct machine *machine, char *argv[],
			     int line)
{
	const struct options *options = machine->options;
	const char *dir = machine->runtime->dir;
	size_t n = 0;

	argv[n++] = argument("%s", machine->parts->kernel);
	argv[n++] = argument("mem=%lluM", options->memory_bytes >> 20);
	argv[n++] = argument("umid=qda-sim");
	argv[n++] = argument("uml_dir=%s/", dir);
	argv[n++] = argument("dtb=%s/machine.dtb", dir);
	argv[n++] = argument("root=/dev/root");
	argv[n++] = argument("rootfstype=hostfs");
	argv[n++] = argument("rootflags=/");
	argv[n++] = argument("rw");
	argv[n++] = argument("init=%s/init", dir);
	argv[n++] = argument("seccomp=auto");
	argv[n++] = argument("con=null");
	argv[n++] = argument("con0=fd:0,fd:1");
	argv[n++] = argument("ssl0=fd:%d,fd:%d", line, line);
	argv[n++] = argument("loglevel=7");
	argv[n++] = argument("printk.devkmsg=on");
	argv[n++] = argument("kunit.enable=1");
	argv[n++] = argument("kunit.autorun=1");
	if (!options->no_dsp)
		argv[n++] = argument("virtio_uml.device=%s/dsp.sock:%u", dir,
				     QDA_SIM_VIRTIO_ID);
	if (!strcmp(options->kernel, "smp"))
		argv[n++] = argument("ncpus=2");
	/*
	 * Without debugging SLUB caches pointers to objects that are in use,
	 * and kmemleak takes these for references: it would find nothing.
	 */
	if (options->check && !strcmp(options->kernel, "debug")) {
		argv[n++] = argument("kmemleak=on");
		argv[n++] = argument("slab_debug=F");
	}
	argv[n++] = argument("--");
	argv[n++] = argument("%s/launch", dir);
	argv[n] = NULL;
}

/* A path may hold what a kernel command line cannot. */
static int link_part(const struct machine *machine, const char *name,
		     const char *target)
{
	char path[160];

	snprintf(path, sizeof(path), "%s/%s", machine->runtime->dir, name);
	unlink(path);
	if (!symlink(target, path))
		return 0;
	complain("cannot make %s: %s", path, strerror(errno));
	return -1;
}

static int spawn_kernel(struct machine *machine, const int line[2],
			const int console[2])
{
	char *argv[KERNEL_ARGS];
	char *tmpdir = argument("TMPDIR=%s", machine->runtime->dir);
	char *const envp[] = { tmpdir, "PATH=/usr/bin:/bin", NULL };
	struct spawn spawning = {
		.path = machine->parts->kernel,
		.argv = argv,
		.envp = envp,
		.in = console[0],
		.keep = line[1],
		.traceable = machine->options->gdb,
	};
	cpu_set_t processor;
	int log = open(machine->kernel_log,
		       O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC,
		       0644);

	if (log < 0) {
		complain("cannot write %s: %s", machine->kernel_log,
			 strerror(errno));
		free(tmpdir);
		return EXIT_MACHINE;
	}
	spawning.out = log;
	spawning.err = log;
	/* a kernel with two has to share them */
	if (strcmp(machine->options->kernel, "smp") != 0)
		spawning.processors = own_processor(machine, 0, &processor);
	kernel_arguments(machine, argv, line[1]);
	machine->linux_pid = spawn(&spawning);
	for (size_t i = 0; argv[i]; i++)
		free(argv[i]);
	free(tmpdir);
	close(log);
	if (machine->linux_pid > 0)
		return 0;
	complain("cannot start %s: %s", machine->parts->kernel,
		 strerror(-machine->linux_pid));
	machine->linux_pid = 0;
	return EXIT_MACHINE;
}

static int kernel_start(struct machine *machine)
{
	int line[2], status;

	if (link_part(machine, "init", machine->parts->init) ||
	    link_part(machine, "machine.dtb", machine->parts->dtb))
		return EXIT_MACHINE;
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, line) ||
	    pipe2(machine->console, O_CLOEXEC)) {
		complain("cannot make a line: %s", strerror(errno));
		return EXIT_MACHINE;
	}
	fcntl(line[0], F_SETFL, O_NONBLOCK);
	link_init(&machine->link, line[0], false);
	status = spawn_kernel(machine, line, machine->console);
	close(line[1]);
	return status;
}

int machine_start(struct machine *machine)
{
	int status = machine->options->no_dsp ? 0 : dsp_start(machine);

	return status ? status : kernel_start(machine);
}

void machine_reap(struct machine *machine)
{
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		if (pid == machine->linux_pid) {
			machine->linux_pid = 0;
			machine->linux_status = status;
		} else if (pid == machine->dsp_pid) {
			machine->dsp_pid = 0;
			machine->dsp_status = status;
		}
	}
}

void machine_kill(struct machine *machine)
{
	kill_group(machine->linux_pid);
	kill_group(machine->dsp_pid);
	kill_rest(machine->runtime->janitor);
	machine_reap(machine);
	machine_dsp_output(machine);
	close(machine->dsp_lines);
	close(machine->link.fd);
	close(machine->console[0]);
	close(machine->console[1]);
}

void machine_dsp_output(struct machine *machine)
{
	char bytes[4096];
	ssize_t n;

	while (machine->dsp_lines >= 0) {
		n = read(machine->dsp_lines, bytes, sizeof(bytes));
		if (n < 0)
			return;
		if (n == 0) {
			close(machine->dsp_lines);
			machine->dsp_lines = -1;
			return;
		}
		show(bytes, (size_t)n);
		if (machine->dsp_log_file)
			fwrite(bytes, 1, (size_t)n, machine->dsp_log_file);
	}
}
