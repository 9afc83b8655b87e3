// SPDX-License-Identifier: BSD-3-Clause
/*
 * A DSP that asks the host for anything, on a machine with the fault mode
 * "requests": the program goes on, and what is outside of the folder that it
 * offers stays as it was. What comes back to the DSP is looked at there.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "api.h"

#define HOSTED "file:///libhosted_skel.so?probe_skel_handle_invoke&_modver=1.0"
#define SECRET "OUTSIDE-THE-ROOT\n"

/* The DSP's process of each has requests of its own. */
#define SESSIONS 3

static char place[] = "/tmp/app-requests-XXXXXX";

static void run(const char *format)
{
	char command[512];

	snprintf(command, sizeof(command), format, place, TEST_FOLDER);
	check_equal(system(command), 0);
}

static void make_place(void)
{
	check(mkdtemp(place) != NULL);
	run("cd %s && mkdir -p root/sub outside && "
	    "printf 'good\\n' >root/good.txt && "
	    "printf 'inner\\n' >root/sub/inner.txt && "
	    "printf 'OUTSIDE-THE-ROOT\\n' >outside/secret.txt && "
	    "ln -s ../outside root/link_out && "
	    "ln -s ../outside/secret.txt root/link_file && "
	    "ln -s \"$PWD/outside/secret.txt\" root/link_absolute && "
	    "ln -s ../.. root/sub/link_up && mkfifo root/fifo && "
	    "cp %s/libhosted_skel.so root");
}

static unsigned int entries(const char *name)
{
	char path[128];

	snprintf(path, sizeof(path), "%s/%s", place, name);
	return entries_of(path) - 2;
}

static bool has(const char *name, const char *contents)
{
	char path[128], text[64] = "";
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", place, name);
	file = fopen(path, "re");
	if (!file)
		return false;
	text[fread(text, 1, sizeof(text) - 1, file)] = '\0';
	fclose(file);
	return !strcmp(text, contents);
}

/* It has to come from the host, which answers the other requests before. */
static void use_hosted(unsigned int session)
{
	uint32_t in[4] = { session }, out = 0;
	remote_arg args[] = { buffer_arg(in, sizeof(in)),
			      buffer_arg("\1\2\3", 3),
			      buffer_arg(&out, sizeof(out)) };
	remote_handle64 hosted;
	char uri[160];

	snprintf(uri, sizeof(uri), HOSTED "&_dom=cdsp&_session=%u", session);
	check_equal(api.remote_handle64_open(uri, &hosted), 0);
	check_equal(api.remote_handle64_invoke(
			    hosted, REMOTE_SCALARS_MAKE(PROBE_CHECKSUM, 2, 1),
			    args),
		    0);
	check_equal(out, 6 + session);
}

static void serve(const char *rights)
{
	unsigned int files;
	char root[128];

	make_place();
	snprintf(root, sizeof(root), "%s/root", place);
	check_equal(setenv("DSP_LIBRARY_PATH", root, 1), 0);
	check_equal(setenv("FASTRPC_FILES", rights, 1), 0);
	check_equal(setenv("FASTRPC_LOG", "none", 1), 0);
	files = open_files();
	api_begin();
	for (unsigned int session = 0; session < SESSIONS; session++)
		use_hosted(session);
	api_end();
	check_equal(open_files(), files);
	check_equal(entries(""), 2);
	check_equal(entries("outside"), 1);
	check(has("outside/secret.txt", SECRET));
}

static void only_for_reading(void)
{
	serve("ro");
	check_equal(entries("root"), 7);
	check_equal(entries("root/sub"), 2);
	check(has("root/good.txt", "good\n"));
	check(has("root/sub/inner.txt", "inner\n"));
	run("rm -rf %s");
}

static void for_writing_too(void)
{
	serve("rw");
	run("rm -rf %s");
}

static const struct subtest tests[] = {
	{ .name = "only_for_reading", .run = only_for_reading, .timeout = 120 },
	{ .name = "for_writing_too", .run = for_writing_too, .timeout = 120 },
};

int main(int argc, char **argv)
{
	return harness_main(argc, argv, tests, ARRAY_SIZE(tests));
}
