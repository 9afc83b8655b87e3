// SPDX-License-Identifier: BSD-3-Clause
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "runtime.h"

#define NAME_TEMPLATE	"/qda-sim.XXXXXX"
#define REMOVE_TRIES	100
#define REMOVE_PAUSE_US 20000

/* The path becomes part of a kernel command line and of a socket's address. */
static bool path_fits(const struct runtime *runtime, const char *path)
{
	return path && *path == '/' && !path[strcspn(path, " \t\n\"',:=")] &&
	       strlen(path) + sizeof(NAME_TEMPLATE) + sizeof("/dsp.sock") <
		       sizeof(runtime->base);
}

/* User-Mode Linux maps its memory file executable. */
static bool can_hold_memory(const char *path, unsigned long long memory)
{
	char name[128];
	struct statvfs fs;
	void *map = MAP_FAILED;
	int fd;

	if (statvfs(path, &fs) ||
	    (unsigned long long)fs.f_bavail * fs.f_frsize < memory)
		return false;
	snprintf(name, sizeof(name), "%s" NAME_TEMPLATE, path);
	fd = mkostemp(name, O_CLOEXEC);
	if (fd < 0)
		return false;
	unlink(name);
	if (!ftruncate(fd, 4096))
		map = mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC,
			   MAP_SHARED, fd, 0);
	close(fd);
	if (map == MAP_FAILED)
		return false;
	munmap(map, 4096);
	return true;
}

static bool choose_base(struct runtime *runtime, unsigned long long memory)
{
	const char *const candidates[] = {
		getenv("QDA_SIM_RUNTIME_DIR"),
		"/dev/shm",
		getenv("XDG_RUNTIME_DIR"),
		getenv("TMPDIR"),
		"/tmp",
		"/var/tmp",
	};

	for (size_t i = 0; i < sizeof(candidates) / sizeof(*candidates); i++) {
		if (!path_fits(runtime, candidates[i]) ||
		    !can_hold_memory(candidates[i], memory))
			continue;
		snprintf(runtime->base, sizeof(runtime->base), "%s",
			 candidates[i]);
		return true;
	}
	fprintf(stderr,
		"qda-sim: none of /dev/shm, $XDG_RUNTIME_DIR, $TMPDIR and /tmp can hold the machine's memory:\n"
		"a directory with %llu MiB free is needed, not mounted noexec; set QDA_SIM_RUNTIME_DIR\n",
		memory >> 20);
	return false;
}

static int remove_one(const char *path, const struct stat *st, int type,
		      struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path) && errno != ENOENT;
}

/* Processes that are being killed may still make a file in it. */
static void remove_tree(const char *dir)
{
	for (int i = 0; i < REMOVE_TRIES; i++) {
		nftw(dir, remove_one, 8, FTW_DEPTH | FTW_PHYS | FTW_MOUNT);
		if (access(dir, F_OK))
			break;
		usleep(REMOVE_PAUSE_US);
	}
}

/* Does the process have memory of the machine, whose file is in dir? */
static bool maps_a_file_of(const char *pid, const char *dir)
{
	char path[32], *line = NULL;
	bool found = false;
	size_t size = 0;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%.10s/maps", pid);
	f = fopen(path, "re");
	if (!f)
		return false;
	while (!found && getline(&line, &size, f) > 0)
		found = strstr(line, dir) != NULL;
	free(line);
	fclose(f);
	return found;
}

static bool kill_processes_of(const char *dir)
{
	DIR *processes = opendir("/proc");
	struct dirent *entry;
	bool any = false;

	while (processes && (entry = readdir(processes))) {
		long pid = strtol(entry->d_name, NULL, 10);

		if (pid <= 0 || pid == getpid() ||
		    !maps_a_file_of(entry->d_name, dir))
			continue;
		any = true;
		kill((pid_t)pid, SIGKILL);
	}
	if (processes)
		closedir(processes);
	return any;
}

/*
 * A process of User-Mode Linux that was just being made when its kernel was
 * killed has not yet asked to be killed with it, and would run for ever.
 */
static void kill_strays(const char *dir)
{
	int quiet = 0;

	for (int i = 0; i < REMOVE_TRIES && quiet < 3; i++) {
		quiet = kill_processes_of(dir) ? 0 : quiet + 1;
		usleep(REMOVE_PAUSE_US);
	}
}

/*
 * A process of its own removes the directory, because qda-sim itself may be
 * killed: the pipe's end is closed in any case. Nothing is said in it then.
 */
static void __attribute__((noreturn)) be_janitor(const char *dir, int pipe_end)
{
	sigset_t all;
	ssize_t said;
	char byte;

	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, NULL);
	setsid();
	prctl(PR_SET_NAME, "qda-sim-janitor");
	dup2(pipe_end, 0);
	close_range(1, ~0u, 0);
	if (chdir("/"))
		_exit(1);
	do {
		said = read(0, &byte, 1);
	} while (said < 0 && errno == EINTR);
	if (said <= 0)
		kill_strays(dir);
	remove_tree(dir);
	_exit(0);
}

int runtime_open(struct runtime *runtime, unsigned long long memory)
{
	int ends[2];

	runtime->janitor = -1;
	if (!choose_base(runtime, memory))
		return -1;
	snprintf(runtime->dir, sizeof(runtime->dir), "%s" NAME_TEMPLATE,
		 runtime->base);
	if (pipe2(ends, O_CLOEXEC) || !mkdtemp(runtime->dir)) {
		fprintf(stderr, "qda-sim: cannot make %s: %s\n", runtime->dir,
			strerror(errno));
		return -1;
	}
	runtime->janitor = fork();
	if (!runtime->janitor) {
		close(ends[1]);
		be_janitor(runtime->dir, ends[0]);
	}
	close(ends[0]);
	runtime->janitor_pipe = ends[1];
	if (runtime->janitor < 0) {
		fprintf(stderr, "qda-sim: cannot start a process: %s\n",
			strerror(errno));
		rmdir(runtime->dir);
		return -1;
	}
	return 0;
}

void runtime_close(struct runtime *runtime)
{
	if (runtime->janitor < 0)
		return;
	/* All processes are gone; if it fails, the janitor looks for itself. */
	(void)!write(runtime->janitor_pipe, "", 1);
	close(runtime->janitor_pipe);
	while (waitpid(runtime->janitor, NULL, 0) < 0 && errno == EINTR)
		;
	runtime->janitor = -1;
}

static void start_child(const struct spawn *spawn, int report, pid_t parent)
{
	const struct rlimit no_core = { 0, 0 };
	sigset_t none;
	int err;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(1);
	if (spawn->traceable)
		prctl(PR_SET_PTRACER, PR_SET_PTRACER_ANY);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	for (int sig = 1; sig < 32; sig++)
		signal(sig, SIG_DFL);
	setsid();
	setrlimit(RLIMIT_CORE, &no_core);
	if (spawn->processors)
		sched_setaffinity(0, sizeof(*spawn->processors),
				  spawn->processors);
	dup2(spawn->in, 0);
	dup2(spawn->out, 1);
	dup2(spawn->err, 2);
	if (spawn->keep >= 0)
		fcntl(spawn->keep, F_SETFD, 0);
	execve(spawn->path, spawn->argv, spawn->envp ? spawn->envp : environ);
	err = errno;
	if (write(report, &err, sizeof(err)) != sizeof(err))
		_exit(1);
	_exit(127);
}

pid_t spawn(const struct spawn *spawn)
{
	pid_t parent = getpid(), pid;
	int ends[2], err = 0;

	if (pipe2(ends, O_CLOEXEC))
		return -errno;
	pid = fork();
	if (!pid)
		start_child(spawn, ends[1], parent);
	close(ends[1]);
	if (pid < 0) {
		close(ends[0]);
		return -EAGAIN;
	}
	if (read(ends[0], &err, sizeof(err)) != sizeof(err))
		err = 0;
	close(ends[0]);
	if (!err)
		return pid;
	waitpid(pid, NULL, 0);
	return -err;
}

void kill_group(pid_t pid)
{
	if (pid <= 0)
		return;
	kill(pid, SIGKILL);
	kill(-pid, SIGKILL);
}

static bool kill_children(pid_t spare)
{
	char path[64];
	bool any = false;
	long pid;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/self/task/%d/children", getpid());
	f = fopen(path, "re");
	if (!f)
		return false;
	while (fscanf(f, "%ld", &pid) == 1) {
		if (pid == spare)
			continue;
		any = true;
		kill_group((pid_t)pid);
	}
	fclose(f);
	return any;
}

void kill_rest(pid_t spare)
{
	long long end = now_ms() + 5000;
	int quiet = 0;

	/* the list may miss one process while another ends */
	while (quiet < 3 && now_ms() < end) {
		quiet = kill_children(spare) ? 0 : quiet + 1;
		while (waitpid(-1, NULL, WNOHANG) > 0)
			;
		usleep(1000);
	}
}

long long now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000ll + now.tv_nsec / 1000000;
}
