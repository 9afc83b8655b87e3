// SPDX-License-Identifier: BSD-3-Clause
/*
 * Runs in the machine as root: loads modules with KUnit suites, which run as
 * they are loaded, and prints each case's verdict as the other tests do. The
 * verdicts stand in the kernel log, as KTAP.
 *
 * usage: kunit_guest MODULE...
 */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define CASE_INDENT 4
#define RECORD_MAX  8192

static unsigned int passed, failed, skipped;
static char suite[128] = "?";

static bool load(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	long ret;

	if (fd < 0) {
		fprintf(stderr, "%s: %s\n", path, strerror(errno));
		return false;
	}
	ret = syscall(SYS_finit_module, fd, "", 0);
	if (ret)
		fprintf(stderr, "%s cannot be loaded: %s\n", path,
			strerror(errno));
	close(fd);
	return ret == 0;
}

/* The machine unloads the driver in the end, so nothing may use it. */
static bool unload(const char *path)
{
	const char *base = strrchr(path, '/');
	char name[128];

	snprintf(name, sizeof(name), "%s", base ? base + 1 : path);
	name[strcspn(name, ".")] = '\0';
	if (syscall(SYS_delete_module, name, O_NONBLOCK) == 0)
		return true;
	fprintf(stderr, "%s cannot be unloaded: %s\n", name, strerror(errno));
	return false;
}

/* "    ok 3 name", "    not ok 3 name", "    ok 3 name # SKIP why" */
static void case_line(const char *line)
{
	char name[128];

	if (sscanf(line, "# Subtest: %127s", name) == 1) {
		memcpy(suite, name, sizeof(suite));
	} else if (sscanf(line, "not ok %*u %127s", name) == 1) {
		printf("not ok %s.%s: see the kernel log\n", suite, name);
		failed++;
	} else if (sscanf(line, "ok %*u %127s", name) != 1) {
		return;
	} else if (strstr(line, "# SKIP")) {
		printf("skip %s.%s: skipped by the suite\n", suite, name);
		skipped++;
	} else {
		printf("ok %s.%s\n", suite, name);
		passed++;
	}
}

/* A record is "level,number,time,flags;text"; deeper lines are parameters. */
static void read_verdicts(int log)
{
	char record[RECORD_MAX];
	ssize_t size;

	while ((size = read(log, record, sizeof(record) - 1)) > 0 ||
	       (size < 0 && errno == EPIPE)) {
		const char *text;

		if (size < 0)
			continue; /* overwritten before it was read */
		record[size] = '\0';
		record[strcspn(record, "\n")] = '\0';
		text = strchr(record, ';');
		if (text && strspn(text + 1, " ") == CASE_INDENT)
			case_line(text + 1 + CASE_INDENT);
	}
}

int main(int argc, char **argv)
{
	int log = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	bool good = true;
	int i;

	if (log < 0 || lseek(log, 0, SEEK_END) < 0) {
		perror("/dev/kmsg");
		return 1;
	}
	for (i = 1; i < argc; i++)
		if (load(argv[i]))
			good &= unload(argv[i]);
		else
			good = false;
	read_verdicts(log);
	close(log);
	printf("%u cases passed, %u failed, %u skipped\n", passed, failed,
	       skipped);
	return good && passed > 0 && failed == 0 ? 0 : 1;
}
