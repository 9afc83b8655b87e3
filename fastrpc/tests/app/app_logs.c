// SPDX-License-Identifier: BSD-3-Clause
/* FARF() of code on the DSP, as it shows up where the program runs. */
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <syslog.h>
#include <unistd.h>

#include <HAP_farf.h>
#include <fastrpc_log.h>

#include "api.h"

static char text[1 << 20];

/* Standard error goes to a file from now on. */
static int catch_errors(void)
{
	int fd = memfd_create("stderr", MFD_CLOEXEC);

	check(fd >= 0);
	check_equal(dup2(fd, STDERR_FILENO), STDERR_FILENO);
	return fd;
}

static void forget(int fd)
{
	check_equal(ftruncate(fd, 0), 0);
	check_equal(lseek(fd, 0, SEEK_SET), 0);
}

static void let_go(int fd)
{
	api_end();
	close(fd);
}

static const char *caught(int fd)
{
	ssize_t n = pread(fd, text, sizeof(text) - 1, 0);

	check(n >= 0);
	text[n] = '\0';
	return text;
}

static int farf(remote_handle64 probe, int level, int runtime, uint32_t often,
		const char *what)
{
	uint32_t in[3] = { (uint32_t)level, (uint32_t)runtime, often };
	remote_arg args[] = { buffer_arg(in, sizeof(in)),
			      buffer_arg(what, strlen(what)) };

	return api.remote_handle64_invoke(
		probe, REMOTE_SCALARS_MAKE(PROBE_FARF, 2, 0), args);
}

static remote_handle64 begin(const char *mask)
{
	check_equal(setenv("DSP_LIBRARY_PATH", "/nowhere", 1), 0);
	if (mask)
		check_equal(setenv("FASTRPC_FARF", mask, 1), 0);
	else
		unsetenv("FASTRPC_FARF");
	api_begin();
	return open_probe(0);
}

/* Every level with every mask of one level: what the mask asks for, no more. */
static void levels_of_a_mask(void)
{
	static const char *const names[] = { "LOW", "MEDIUM", "HIGH", "ERROR",
					     "FATAL" };
	int fd = catch_errors();
	char mask[16], line[64];

	for (int wanted = 0; wanted < 5; wanted++) {
		remote_handle64 probe;

		snprintf(mask, sizeof(mask), "0x%x", 1 << wanted);
		probe = begin(mask);
		forget(fd);
		for (int level = 0; level < 5; level++) {
			check_equal(farf(probe, level, 0, 1, "plain"), 0);
			check_equal(farf(probe, level, 1, 1, "asked"), 0);
		}
		caught(fd);
		check_equal(count_in(text, "plain\n"), 1);
		check_equal(count_in(text, "asked\n"), 1);
		snprintf(line, sizeof(line), ": %s: plain\n", names[wanted]);
		check_equal(count_in(text, line), 1);
		check_equal(count_in(text, "fastrpc: cdsp probe_skel.c:"), 2);
		api_end();
	}
	close(fd);
}

/* Without a mask there is nothing, and no thread. */
static void nothing_is_asked_for(void)
{
	int fd = catch_errors();
	remote_handle64 probe = begin(NULL);

	for (int level = 0; level < 5; level++) {
		check_equal(farf(probe, level, 0, 1, "plain"), 0);
		check_equal(farf(probe, level, 1, 1, "asked"), 0);
	}
	check_equal(count_in(caught(fd), "\n"), 0);
	let_go(fd);
}

static void source_files_of_a_mask(void)
{
	int fd = catch_errors();
	remote_handle64 probe = begin("0x1f other.c,probe_skel.c");

	check_equal(farf(probe, HAP_LEVEL_HIGH, 1, 1, "here"), 0);
	check_equal(count_in(caught(fd), "here\n"), 1);
	api_end();
	probe = begin("0x1f other.c");
	forget(fd);
	check_equal(farf(probe, HAP_LEVEL_HIGH, 1, 1, "not here"), 0);
	check_equal(farf(probe, HAP_LEVEL_HIGH, 0, 1, "nor here"), 0);
	check_equal(count_in(caught(fd), "here\n"), 0);
	let_go(fd);
}

/* The file <program>.farf in the search path. */
static void mask_of_a_file(void)
{
	char folder[] = "/tmp/app-logs-XXXXXX", path[128];
	int fd = catch_errors();
	remote_handle64 probe;
	FILE *file;

	check(mkdtemp(folder) != NULL);
	snprintf(path, sizeof(path), "%s/%s.farf", folder,
		 program_invocation_short_name);
	file = fopen(path, "we");
	check(file != NULL);
	fputs("0x08\n", file);
	fclose(file);
	unsetenv("FASTRPC_FARF");
	check_equal(setenv("DSP_LIBRARY_PATH", folder, 1), 0);
	api_begin();
	probe = open_probe(0);
	check_equal(farf(probe, HAP_LEVEL_ERROR, 1, 1, "wrong"), 0);
	check_equal(farf(probe, HAP_LEVEL_HIGH, 1, 1, "right"), 0);
	check_equal(count_in(caught(fd), "ERROR: wrong\n"), 1);
	check_equal(count_in(text, "right"), 0);
	let_go(fd);
	unlink(path);
	rmdir(folder);
}

struct seen {
	unsigned int count;
	struct fastrpc_log_line line;
	char text[256], file[64];
};

static void see(void *context, const struct fastrpc_log_line *line)
{
	struct seen *seen = context;

	seen->count++;
	seen->line = *line;
	snprintf(seen->text, sizeof(seen->text), "%s", line->text);
	snprintf(seen->file, sizeof(seen->file), "%s", line->file);
}

static void a_function_of_the_program(void)
{
	__typeof__(fastrpc_log_callback) *set;
	struct seen seen = { 0 };
	int fd = catch_errors();
	remote_handle64 probe = begin("0x1f");

	*(void **)&set = dlsym(api.library, "fastrpc_log_callback");
	check(set != NULL);
	set(see, &seen);
	check_equal(farf(probe, HAP_LEVEL_FATAL, 0, 3, "to the program\n"), 0);
	check_equal(seen.count, 3);
	check_equal(seen.line.domain, CDSP_DOMAIN_ID);
	check_equal(seen.line.session, 0);
	check_equal(seen.line.level, HAP_LEVEL_FATAL);
	check(seen.line.line > 0);
	check_equal(strcmp(seen.text, "to the program"), 0);
	check_equal(strcmp(seen.file, "probe_skel.c"), 0);
	check_equal(count_in(caught(fd), "\n"), 0);
	set(NULL, NULL);
	check_equal(farf(probe, HAP_LEVEL_FATAL, 0, 1, "to all"), 0);
	check_equal(seen.count, 3);
	check_equal(count_in(caught(fd), "to all\n"), 1);
	let_go(fd);
}

/* A daemon for system logs, as far as one line goes. */
static void the_log_of_the_system(void)
{
	struct sockaddr_un name = { .sun_family = AF_UNIX,
				    .sun_path = "/dev/log" };
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	remote_handle64 probe;
	char line[1024] = "";
	int errors = catch_errors();

	check(fd >= 0);
	if (bind(fd, (struct sockaddr *)&name, sizeof(name)))
		subtest_skip("there is a /dev/log, or there cannot be one");
	check_equal(setenv("FASTRPC_LOG", "syslog", 1), 0);
	probe = begin("0x8");
	check_equal(farf(probe, HAP_LEVEL_ERROR, 0, 1, "for all to see"), 0);
	check(read(fd, line, sizeof(line) - 1) > 0);
	unlink(name.sun_path);
	closelog();
	close(fd);
	/* user.err, and what standard error would have shown. */
	check_equal(strncmp(line, "<11>", 4), 0);
	check(strstr(line, "fastrpc: cdsp probe_skel.c:") != NULL);
	check(strstr(line, "ERROR: for all to see") != NULL);
	check_equal(count_in(caught(errors), "\n"), 0);
	let_go(errors);
}

/* What a skel logs is never a format, nor a command to the terminal. */
static void text_that_means_harm(void)
{
	int fd = catch_errors();
	remote_handle64 probe = begin("0x1f");

	check_equal(farf(probe, HAP_LEVEL_HIGH, 0, 1,
			 "%n%s%s%s\x1b[2Jend%100000d"),
		    0);
	check_equal(count_in(caught(fd), "HIGH: %n%s%s%s?[2Jend%100000d\n"), 1);
	let_go(fd);
}

/* More lines than anybody can read: the program goes on, and some are shown. */
static void a_flood(void)
{
	int fd = catch_errors();
	remote_handle64 probe = begin("0x1f");
	unsigned int shown;

	check_equal(farf(probe, HAP_LEVEL_LOW, 0, 20000, "drop"), 0);
	check_equal(farf(probe, HAP_LEVEL_LOW, 0, 0, ""), 0);
	api_end();
	shown = count_in(caught(fd), "LOW: drop\n");
	check(shown > 0);
	check(shown < 20000);
	check(count_in(text, "lines were lost before this one") +
		      count_in(text, "lines more were left out") >
	      0);
	close(fd);
}

static const struct subtest tests[] = {
	SUBTEST(levels_of_a_mask),	    SUBTEST(nothing_is_asked_for),
	SUBTEST(source_files_of_a_mask),    SUBTEST(mask_of_a_file),
	SUBTEST(a_function_of_the_program), SUBTEST(the_log_of_the_system),
	SUBTEST(text_that_means_harm),	    SUBTEST(a_flood),
};

int main(int argc, char **argv)
{
	return harness_main(argc, argv, tests, ARRAY_SIZE(tests));
}
