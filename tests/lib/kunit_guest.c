// SPDX-License-Identifier: BSD-3-Clause
/*
 * Runs in the machine as root: loads modules with KUnit suites, which run as
 * they are loaded, and prints each case's verdict as the other tests do.
 *
 * usage: kunit_guest MODULE...
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <unistd.h>

#define DEBUGFS	"/sys/kernel/debug"
#define SUITES	DEBUGFS "/kunit"

static unsigned int passed, failed, skipped;

static int load(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	int ret;

	if (fd < 0) {
		fprintf(stderr, "%s: %s\n", path, strerror(errno));
		return -1;
	}
	ret = (int)syscall(SYS_finit_module, fd, "", 0);
	if (ret && errno == EEXIST)
		ret = 0;
	if (ret)
		fprintf(stderr, "%s cannot be loaded: %s\n", path,
			strerror(errno));
	close(fd);
	return ret;
}

/* "    ok 3 name" or "not ok 3 name # SKIP why"; summaries are not indented */
static void case_line(const char *suite, const char *line)
{
	const char *verdict = line + strspn(line, " ");
	char name[128];

	if (verdict == line)
		return;
	if (sscanf(verdict, "ok %*u %127s", name) == 1) {
		if (strstr(verdict, "# SKIP")) {
			printf("skip %s.%s: in the kernel\n", suite, name);
			skipped++;
		} else {
			printf("ok %s.%s\n", suite, name);
			passed++;
		}
	} else if (sscanf(verdict, "not ok %*u %127s", name) == 1) {
		printf("not ok %s.%s: see the kernel log\n", suite, name);
		failed++;
	}
}

static void print_suite(const char *suite)
{
	char path[512], line[1024];
	FILE *results;

	snprintf(path, sizeof(path), SUITES "/%s/results", suite);
	results = fopen(path, "re");
	if (!results)
		return;
	while (fgets(line, sizeof(line), results)) {
		line[strcspn(line, "\n")] = '\0';
		case_line(suite, line);
	}
	fclose(results);
}

static int print_suites(void)
{
	struct dirent *entry;
	DIR *dir = opendir(SUITES);

	if (!dir) {
		perror(SUITES);
		return -1;
	}
	while ((entry = readdir(dir)))
		if (entry->d_name[0] != '.')
			print_suite(entry->d_name);
	closedir(dir);
	return 0;
}

int main(int argc, char **argv)
{
	int i;

	if (access(SUITES, F_OK) != 0)
		mount("debugfs", DEBUGFS, "debugfs", 0, NULL);
	for (i = 1; i < argc; i++)
		if (load(argv[i]))
			return 1;
	if (print_suites())
		return 1;
	printf("%u cases passed, %u failed, %u skipped\n", passed, failed,
	       skipped);
	return passed > 0 && failed == 0 ? 0 : 1;
}
