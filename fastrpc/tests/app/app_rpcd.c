// SPDX-License-Identifier: BSD-3-Clause
/*
 * The daemon qda-rpcd, and programs that have no files of their own: what code on
 * the DSP asks for goes to the daemon. A subtest is named after the domain of the
 * machine it has to be run on.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "api.h"

#define NOBODY	 65534
#define BOUND_MS 20000
#define STEP_US	 2000
#define ARGS_MAX 12

#define HOSTED "file:///libhosted_skel.so?probe_skel_handle_invoke&_modver=1.0"

static char root[] = "/tmp/app-rpcd-XXXXXX";
static char text[1 << 16];

struct daemon {
	pid_t pid;
	int output; /* its standard error */
};

enum rights {
	ALL,
	NONE,
	ONE_CAPABILITY
};

/* ---- the daemon ---- */

static void keep_one_capability(void)
{
	struct __user_cap_header_struct head = {
		.version = _LINUX_CAPABILITY_VERSION_3,
	};
	struct __user_cap_data_struct sets[2] = { 0 };
	uint32_t bit = 1u << CAP_SYS_ADMIN;

	sets[0].effective = sets[0].permitted = sets[0].inheritable = bit;
	if (syscall(SYS_capset, &head, sets) ||
	    prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_SYS_ADMIN, 0, 0))
		_exit(99);
}

static void take_rights(enum rights rights)
{
	if (rights == ALL)
		return;
	if (rights == ONE_CAPABILITY)
		prctl(PR_SET_KEEPCAPS, 1);
	if (setresgid(NOBODY, NOBODY, NOBODY) ||
	    setresuid(NOBODY, NOBODY, NOBODY))
		_exit(99);
	if (rights == ONE_CAPABILITY)
		keep_one_capability();
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
}

/* A signal that comes before main() waits for the daemon. */
static void hold_signals(sigset_t *before)
{
	sigset_t signals;

	sigemptyset(&signals);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGHUP);
	sigprocmask(SIG_BLOCK, &signals, before);
}

static struct daemon start(enum rights rights, const char *const *options)
{
	const char *args[ARGS_MAX] = { "qda-rpcd", "--root", root };
	struct daemon daemon;
	sigset_t before;

	for (unsigned int i = 0; i + 4 < ARGS_MAX && options[i]; i++)
		args[3 + i] = options[i];
	daemon.output = memfd_create("stderr", MFD_CLOEXEC);
	check(daemon.output >= 0);
	hold_signals(&before);
	daemon.pid = fork();
	if (!daemon.pid) {
		dup2(daemon.output, STDERR_FILENO);
		take_rights(rights);
		execv(TEST_DAEMON, (char *const *)args);
		_exit(98);
	}
	sigprocmask(SIG_SETMASK, &before, NULL);
	check(daemon.pid > 0);
	return daemon;
}

#define START(rights, ...) \
	start(rights, (const char *const[]){ __VA_ARGS__ __VA_OPT__(, ) NULL })

static unsigned int count_of(const struct daemon *daemon, const char *part)
{
	ssize_t n = pread(daemon->output, text, sizeof(text) - 1, 0);

	check(n >= 0);
	text[n] = '\0';
	return count_in(text, part);
}

/* Waits until it has said so, so often. */
static void expect(const struct daemon *daemon, const char *part,
		   unsigned int times)
{
	for (int us = 0; us < BOUND_MS * 1000; us += STEP_US) {
		if (count_of(daemon, part) >= times)
			return;
		usleep(STEP_US);
	}
	subtest_fail(__FILE__, __LINE__, "not %u times \"%s\", but: %s", times,
		     part, text);
}

/* The exit status, or 128 + the number of a signal. */
static int status_of(const struct daemon *daemon)
{
	int status;

	for (int us = 0; us < BOUND_MS * 1000; us += STEP_US) {
		pid_t pid = waitpid(daemon->pid, &status, WNOHANG);

		check(pid >= 0);
		if (pid)
			return WIFEXITED(status) ? WEXITSTATUS(status) :
						   128 + WTERMSIG(status);
		usleep(STEP_US);
	}
	subtest_fail(__FILE__, __LINE__, "the daemon does not end");
}

static void stop(struct daemon *daemon)
{
	check_equal(kill(daemon->pid, SIGTERM), 0);
	check_equal(status_of(daemon), 0);
	close(daemon->output);
}

/* ---- the program ---- */

static void make_root(void)
{
	char path[128];
	FILE *file;

	check(mkdtemp(root) != NULL);
	check_equal(chmod(root, 0755), 0);
	snprintf(path, sizeof(path), "%s/inside", root);
	file = fopen(path, "we");
	check(file != NULL);
	fputs("of the daemon", file);
	fclose(file);
	check_equal(setenv("DSP_LIBRARY_PATH", "/nowhere", 1), 0);
	unsetenv("FASTRPC_FARF");
}

static void remove_root(void)
{
	char command[64];

	snprintf(command, sizeof(command), "rm -rf %s", root);
	check_equal(system(command), 0);
}

static void give_library(void)
{
	char command[512];

	snprintf(command, sizeof(command), "cp %s/libhosted_skel.so %s",
		 TEST_FOLDER, root);
	check_equal(system(command), 0);
}

/* fopen() of code on the DSP. */
static int open_there(remote_handle64 probe, const char *name, const char *mode,
		      uint32_t *file)
{
	uint32_t method = 0;
	uint32_t sizes[2] = { (uint32_t)strlen(name) + 1,
			      (uint32_t)strlen(mode) + 1 };
	remote_arg args[] = {
		buffer_arg(&method, 4),	    buffer_arg("apps_std", 9),
		buffer_arg(sizes, 8),	    buffer_arg(name, sizes[0]),
		buffer_arg(mode, sizes[1]), buffer_arg(file, 4),
	};

	return api.remote_handle64_invoke(
		probe, REMOTE_SCALARS_MAKE(PROBE_HOST, 5, 1), args);
}

static void read_inside(remote_handle64 probe)
{
	uint32_t method = 4, in[2] = { 0, 64 }, out[2] = { 0 };
	char bytes[64] = "";
	remote_arg args[] = {
		buffer_arg(&method, 4), buffer_arg("apps_std", 9),
		buffer_arg(in, 8),	buffer_arg(out, 8),
		buffer_arg(bytes, 64),
	};

	check_equal(open_there(probe, "/inside", "r", &in[0]), 0);
	check_equal(api.remote_handle64_invoke(
			    probe, REMOTE_SCALARS_MAKE(PROBE_HOST, 3, 2), args),
		    0);
	check_equal(out[0], 13);
	check_equal(strcmp(bytes, "of the daemon"), 0);
	args[0] = buffer_arg(&(uint32_t){ 3 }, 4);
	args[2] = buffer_arg(in, 4);
	check_equal(api.remote_handle64_invoke(
			    probe, REMOTE_SCALARS_MAKE(PROBE_HOST, 3, 0), args),
		    0);
}

static void wait_for_server(remote_handle64 probe)
{
	uint32_t file;

	for (int us = 0; us < BOUND_MS * 1000; us += STEP_US) {
		if (open_there(probe, "/inside", "r", &file) !=
		    AEE_EUNSUPPORTED)
			return;
		usleep(STEP_US);
	}
	subtest_fail(__FILE__, __LINE__, "nobody serves");
}

/* ---- the root process of the compute DSP ---- */

static void cdsp_files(void)
{
	remote_handle64 probe;
	struct daemon daemon;
	uint32_t file;

	make_root();
	api_begin();
	probe = open_probe(0);
	/* Nobody serves it yet. */
	check_equal(open_there(probe, "/inside", "r", &file), AEE_EUNSUPPORTED);
	daemon = START(ALL, "--domain", "cdsp", "--pd", "root");
	expect(&daemon, "the root process of the cdsp has /tmp", 1);
	read_inside(probe);
	read_inside(open_probe(1));
	stop(&daemon);
	check_equal(open_there(probe, "/inside", "r", &file), AEE_EUNSUPPORTED);
	api_end();
	remove_root();
}

static void cdsp_libraries(void)
{
	remote_handle64 hosted;
	struct daemon daemon;
	uint32_t out = 0;

	make_root();
	give_library();
	/* The search path is one inside of the root. */
	check_equal(setenv("DSP_LIBRARY_PATH", "/nowhere;/", 1), 0);
	daemon = START(ALL, "--instance", "cdsp-root");
	expect(&daemon, "the root process of the cdsp has", 1);
	check_equal(setenv("DSP_LIBRARY_PATH", "/nowhere", 1), 0);
	api_begin();
	check_equal(api.remote_handle64_open(HOSTED "&_dom=cdsp", &hosted), 0);
	check_equal(probe_word(hosted, PROBE_COUNT, 0, &out), 0);
	check_equal(out, 1);
	api_end();
	stop(&daemon);
	remove_root();
}

/* Where the daemon failed, what is lost is a file of the test's own. */
static void cdsp_stays_in_its_root(void)
{
	char outside[] = "/tmp/app-other-XXXXXX", absolute[64], relative[64];
	const char *const names[] = {
		absolute,
		relative,
		"link/secret",
		"/link/secret",
		"/proc/self/environ",
	};
	remote_handle64 probe;
	struct daemon daemon;
	char path[128];
	uint32_t file;

	make_root();
	check(mkdtemp(outside) != NULL);
	snprintf(absolute, sizeof(absolute), "%s/secret", outside);
	snprintf(relative, sizeof(relative), "../../..%s/secret", outside);
	close(open(absolute, O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
	snprintf(path, sizeof(path), "%s/link", root);
	check_equal(symlink(outside, path), 0);
	daemon = START(ALL);
	expect(&daemon, "the root process of the cdsp has", 1);
	api_begin();
	probe = open_probe(0);
	for (unsigned int i = 0; i < ARRAY_SIZE(names); i++) {
		check_equal(open_there(probe, names[i], "r", &file),
			    AEE_ENOSUCHFILE);
		check_equal(open_there(probe, names[i], "r+", &file),
			    AEE_EFOPEN);
	}
	check_equal(open_there(probe, "/new", "w", &file), AEE_EFOPEN);
	read_inside(probe);
	stop(&daemon);
	daemon = START(ALL, "--writable");
	expect(&daemon, "the root process of the cdsp has", 1);
	check(open_there(probe, "/link/new", "w", &file));
	snprintf(path, sizeof(path), "%s/new", outside);
	check_equal(access(path, F_OK), -1);
	check_equal(open_there(probe, "/../../new", "w", &file), 0);
	snprintf(path, sizeof(path), "%s/new", root);
	check_equal(access(path, F_OK), 0);
	api_end();
	stop(&daemon);
	unlink(absolute);
	check_equal(rmdir(outside), 0);
	remove_root();
}

static void restart_dsp(void)
{
	int fd = open("/sys/kernel/debug/qda_sim/restart",
		      O_WRONLY | O_CLOEXEC);

	check(fd >= 0);
	check_equal(write(fd, "1", 1), 1);
	close(fd);
}

static unsigned int files_of(const struct daemon *daemon)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/fd", daemon->pid);
	return entries_of(path);
}

/*
 * The DSP goes and comes, twice: the daemon is there again, files and all, and
 * keeps nothing of the time before.
 */
static void cdsp_restart(void)
{
	struct daemon daemon;
	unsigned int files = 0;

	if (on_mainline())
		subtest_skip(
			"mainline's driver may crash when the DSP restarts "
			"while somebody uses it");
	make_root();
	daemon = START(ALL);
	api_begin();
	for (unsigned int i = 1; i <= 3; i++) {
		expect(&daemon, "the root process of the cdsp has", i);
		read_inside(open_probe(0));
		api_end();
		if (i == 1)
			files = files_of(&daemon);
		check_equal(files_of(&daemon), files);
		if (i < 3)
			restart_dsp();
	}
	check_equal(count_of(&daemon, "is gone; waiting for another"), 2);
	stop(&daemon);
	remove_root();
}

static void cdsp_logs(void)
{
	remote_handle64 probe;
	struct daemon daemon;

	make_root();
	daemon = START(ALL, "--farf", "0x2");
	expect(&daemon, "the root process of the cdsp has", 1);
	api_begin();
	probe = open_probe(0);
	read_inside(probe);
	api_end();
	stop(&daemon);
	/* Of the root process itself; what it does for others is of level LOW. */
	daemon = START(ALL, "--farf", "0x1");
	expect(&daemon, "the root process of the cdsp has", 1);
	api_begin();
	read_inside(open_probe(0));
	api_end();
	expect(&daemon, "qda-rpcd: cdsp pd_relay.c:", 1);
	expect(&daemon, "LOW: handle 1 method 0 for another process\n", 1);
	check_equal(count_of(&daemon, "MEDIUM"), 0);
	stop(&daemon);
	daemon = START(ALL, "--log", "none", "--farf", "0x1f");
	probe = open_probe(0);
	wait_for_server(probe);
	read_inside(probe);
	api_end();
	check_equal(count_of(&daemon, "\n"), 0);
	stop(&daemon);
	remove_root();
}

static void cdsp_without_rights(void)
{
	struct daemon daemon;

	if (on_mainline())
		subtest_skip("mainline's driver lets everybody attach");
	make_root();
	daemon = START(NONE, "--wait");
	check_equal(status_of(&daemon), 1);
	check_equal(count_of(&daemon, "\n"), 1);
	check_equal(count_of(&daemon,
			     "qda-rpcd: cannot start a process on the cdsp: "
			     "the caller has not the right to do this (signed "
			     "processes, and those of the DSP itself, need "
			     "CAP_SYS_ADMIN"),
		    1);
	close(daemon.output);
	remove_root();
}

/* As its unit runs it. */
static void cdsp_with_one_capability(void)
{
	remote_handle64 probe;
	struct daemon daemon;

	make_root();
	daemon = START(ONE_CAPABILITY, "--wait");
	expect(&daemon, "the root process of the cdsp has", 1);
	api_begin();
	probe = open_probe(0);
	read_inside(probe);
	api_end();
	stop(&daemon);
	remove_root();
}

/* A DSP that the machine does not have. */
static void cdsp_without_a_dsp(void)
{
	struct daemon daemon;

	make_root();
	daemon = START(ALL, "--domain", "adsp");
	check_equal(status_of(&daemon), 1);
	check_equal(count_of(&daemon, "qda-rpcd: there is no way to the adsp:"),
		    1);
	close(daemon.output);
	daemon = START(ALL, "--domain", "adsp", "--wait");
	expect(&daemon, "qda-rpcd: waiting for the adsp\n", 1);
	usleep(300000);
	check_equal(count_of(&daemon, "\n"), 1);
	stop(&daemon);
	/* A process that this DSP does not have. */
	daemon = START(ALL, "--pd", "audio", "--wait");
	check_equal(status_of(&daemon), 1);
	check_equal(count_of(&daemon,
			     "qda-rpcd: cannot start a process on the cdsp:"),
		    1);
	close(daemon.output);
	remove_root();
}

/* Any of the signals, at any moment of its first 30 ms. */
static void cdsp_signals(void)
{
	static const int numbers[] = { SIGTERM, SIGINT, SIGHUP };
	struct daemon daemon;

	make_root();
	for (unsigned int i = 0; i < 30; i++) {
		daemon = START(ALL);
		usleep(1000 * i);
		check_equal(kill(daemon.pid, numbers[i % 3]), 0);
		check_equal(status_of(&daemon), 0);
		close(daemon.output);
	}
	remove_root();
}

/* ---- processes of other DSPs ---- */

/* The program attaches to the process too, and its code there asks for files. */
static void serves_in(const char *library, const char *instance,
		      const char *process, const char *says)
{
	remote_handle64 probe;
	remote_handle fake;
	struct daemon daemon;

	make_root();
	for (unsigned int i = 0; i < 2; i++) {
		daemon = START(ALL, "--instance", instance);
		expect(&daemon, says, 1);
		api_load(&api, library);
		check_equal(api.remote_handle_open(process, &fake), 0);
		check_equal(api.remote_handle64_open(PROBE_URI_HANDLE, &probe),
			    0);
		read_inside(probe);
		api_end();
		stop(&daemon);
	}
	remove_root();
}

static void adsp_root(void)
{
	serves_in("libadsprpc.so.1", "adsp-root",
		  ITRANSPORT_PREFIX "attachguestos",
		  "the root process of the adsp has");
}

static void adsp_audio(void)
{
	serves_in("libadsprpc.so.1", "adsp-audio",
		  ITRANSPORT_PREFIX "createstaticpd:audiopd",
		  "the audio process of the adsp has");
}

static void adsp_sensors(void)
{
	serves_in("libadsprpc.so.1", "adsp-sensors",
		  ITRANSPORT_PREFIX "createstaticpd:sensorspd",
		  "the sensors process of the adsp has");
}

static void sdsp_sensors(void)
{
	serves_in("libsdsprpc.so.1", "sdsp-sensors",
		  ITRANSPORT_PREFIX "createstaticpd:sensorspd",
		  "the sensors process of the sdsp has");
}

static const struct subtest tests[] = {
	SUBTEST(cdsp_files),
	SUBTEST(cdsp_libraries),
	SUBTEST(cdsp_stays_in_its_root),
	{ .name = "cdsp_restart", .run = cdsp_restart, .timeout = 90 },
	SUBTEST(cdsp_logs),
	SUBTEST(cdsp_without_rights),
	SUBTEST(cdsp_with_one_capability),
	SUBTEST(cdsp_without_a_dsp),
	SUBTEST(cdsp_signals),
	SUBTEST(adsp_root),
	SUBTEST(adsp_audio),
	SUBTEST(adsp_sensors),
	SUBTEST(sdsp_sensors),
};

int main(int argc, char **argv)
{
	return harness_main(argc, argv, tests, ARRAY_SIZE(tests));
}
