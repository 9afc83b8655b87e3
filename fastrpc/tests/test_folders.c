// SPDX-License-Identifier: BSD-3-Clause
/* Folders, names and variables, for a DSP that means harm. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "AEEStdErr.h"
#include "files_fixture.h"
#include "path.h"

struct entry {
	int32_t inode;
	char name[255];
	int32_t ended;
};

static int list(uint64_t folder, char *names)
{
	struct entry entry;
	int count = 0, ret;

	*names = '\0';
	for (;;) {
		ret = on_file(28, (int32_t *)&folder, 2, sizeof(entry), &entry,
			      0);
		if (ret || entry.ended)
			return ret ? -ret : count;
		strcat(strcat(names, entry.name), " ");
		count++;
	}
}

static int open_folder(const char *name, uint64_t *folder)
{
	uint32_t in = (uint32_t)strlen(name) + 1;

	return with_strings(26, &in, 1, STRINGS(name), 8, folder, 0);
}

static void lists_folders(void **state)
{
	uint64_t folder, none = 17;
	char names[4096];

	(void)state;
	assert_int_equal(open_folder(".", &folder), 0);
	assert_int_equal(list(folder, names), 5);
	assert_non_null(strstr(names, "inside "));
	assert_non_null(strstr(names, "fifo "));
	assert_int_equal(on_file(27, (int32_t *)&folder, 2, 0, NULL, 0), 0);
	assert_int_equal(on_file(27, (int32_t *)&folder, 2, 0, NULL, 0),
			 AEE_EBADPARM);
	assert_int_equal(list(folder, names), -AEE_EBADPARM);
	assert_int_equal(list(none, names), -AEE_EBADPARM);
	assert_int_equal(open_folder("inside", &folder), AEE_ENOSUCHFILE);
	assert_int_equal(open_folder("nothing", &folder), AEE_ENOSUCHFILE);
	assert_int_equal(open_folder("link", &folder), AEE_ENOTALLOWED);
	assert_int_equal(open_folder("..", &folder), AEE_ENOTALLOWED);
	assert_int_equal(open_folder("/", &folder), AEE_ENOTALLOWED);
	for (int i = 0; i < 16; i++)
		assert_int_equal(open_folder(".", &folder), 0);
	assert_int_equal(open_folder(".", &folder), AEE_EOUTOFHANDLES);
}

static int status(const char *name, uint64_t *out)
{
	uint32_t in[2] = { 31, (uint32_t)strlen(name) + 1 };

	return with_strings(31, in, 2, STRINGS(name), 96, out, 0);
}

static void tells_the_status_of_names(void **state)
{
	uint64_t out[12];
	struct stat st;
	char path[256];

	(void)state;
	snprintf(path, sizeof(path), "%s/inside", root);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(status("inside", out), 0);
	assert_int_equal(out[0], 96);
	assert_int_equal(out[2], st.st_ino);
	assert_int_equal((uint32_t)out[3], st.st_mode);
	assert_int_equal(out[3] >> 32, 1);
	assert_int_equal(out[5], 10);
	assert_int_equal(out[8], st.st_mtim.tv_sec);
	assert_int_equal(out[9], st.st_mtim.tv_nsec);
	assert_int_equal(status("fifo", out), 0);
	assert_int_equal(status("absent", out), AEE_ENOSUCHFILE);
	assert_int_equal(status("link/secret", out), AEE_ENOTALLOWED);
	assert_int_equal(status("link", out), AEE_ENOTALLOWED);
}

static void changes_names_only_when_asked(void **state)
{
	(void)state;
	assert_int_equal(named(29, "made", NULL, 0700), AEE_EREADONLY);
	assert_int_equal(named(30, "made", NULL, 0), AEE_EREADONLY);
	assert_int_equal(named(24, "inside", NULL, 0), AEE_EREADONLY);
	assert_int_equal(named(33, "inside", "moved", 0), AEE_EREADONLY);
	assert_true(exists(root, "inside"));
	setenv("FASTRPC_FILES", "rw", 1);
	assert_int_equal(named(29, "made", NULL, 0700), 0);
	assert_true(exists(root, "made"));
	assert_int_equal(named(29, "made", NULL, 0700), AEE_EALREADY);
	assert_int_equal(named(33, "inside", "made/moved", 0), 0);
	assert_true(exists(root, "made/moved"));
	assert_int_equal(named(30, "made", NULL, 0), AEE_EALREADY);
	assert_int_equal(named(24, "made/moved", NULL, 0), 0);
	assert_int_equal(named(24, "made/moved", NULL, 0), AEE_ENOSUCHFILE);
	assert_int_equal(named(30, "made", NULL, 0), 0);
	assert_false(exists(root, "made"));
}

/* The search path may be relative, and a folder inside have the name of its root. */
static void takes_the_root_off_a_name_once(void **state)
{
	const char *name = strrchr(root, '/') + 1;
	char inner[128], path[256];
	int32_t number;

	(void)state;
	snprintf(inner, sizeof(inner), "%s/%s", root, name);
	assert_int_equal(mkdir(inner, 0700), 0);
	assert_int_equal(chdir("/tmp"), 0);
	setenv("DSP_LIBRARY_PATH", name, 1);
	setenv("FASTRPC_FILES", "rw", 1);
	snprintf(path, sizeof(path), "%s/%s/made", name, name);
	assert_int_equal(named(29, path, NULL, 0700), 0);
	assert_true(exists(inner, "made"));
	assert_int_equal(named(30, path, NULL, 0), 0);
	assert_int_equal(named(33, "inside", path, 0), 0);
	assert_true(exists(inner, "made"));
	assert_int_equal(open_named(path, "r", &number), 0);
}

/* With all rights inside, nothing outside comes, goes or changes. */
static void changes_nothing_outside(void **state)
{
	static const char *const names[] = {
		"../x",
		"link/secret",
		"link/x",
		"./link/../x",
		"..",
		".",
		"",
		"/",
		"/tmp/x",
		"inside/",
		"made/../../x",
		"made/..",
	};
	char absolute[128];

	(void)state;
	setenv("FASTRPC_FILES", "rw", 1);
	assert_int_equal(named(29, "made", NULL, 0700), 0);
	snprintf(absolute, sizeof(absolute), "%s/secret", outside);
	assert_int_not_equal(named(24, absolute, NULL, 0), 0);
	assert_int_not_equal(named(33, "inside", absolute, 0), 0);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		assert_int_not_equal(named(29, names[i], NULL, 0700), 0);
		assert_int_not_equal(named(30, names[i], NULL, 0), 0);
		assert_int_not_equal(named(24, names[i], NULL, 0), 0);
		assert_int_not_equal(named(33, "inside", names[i], 0), 0);
		assert_int_not_equal(named(33, names[i], "made/y", 0), 0);
	}
	assert_int_equal(named(29, "made/..", NULL, 0700),
			 AEE_EINVALIDFILENAME);
	assert_true(exists(root, "inside"));
	assert_true(exists(outside, "secret"));
	assert_false(exists("/tmp", "x"));
	assert_false(exists(outside, "x"));
	/* A link itself may go: what it refers to stays. */
	assert_int_equal(named(24, "link", NULL, 0), 0);
	assert_true(exists(outside, "secret"));
}

static int get_variable(const char *name, char *value, uint32_t room)
{
	uint32_t in[2] = { (uint32_t)strlen(name) + 1, room };

	return with_strings(16, in, 2, STRINGS(name), 4, value, room);
}

static int set_variable(const char *name, const char *value, uint32_t override)
{
	uint32_t in[3] = { (uint32_t)strlen(name) + 1,
			   (uint32_t)strlen(value) + 1, override };

	return with_strings(17, in, 3, STRINGS(name, value), 0, NULL, 0);
}

static void shows_no_variable_of_the_program(void **state)
{
	char out[256], name[16];
	int32_t needed;

	(void)state;
	setenv("SECRET", "token", 1);
	assert_int_equal(get_variable("SECRET", out, 64), AEE_EGETENV);
	assert_int_equal(get_variable("PATH", out, 64), AEE_EGETENV);
	assert_int_equal(get_variable("DSP_LIBRARY_PATH", out, 64), 0);
	assert_string_equal(out + 4, root);
	assert_int_equal(get_variable("ADSP_LIBRARY_PATH", out, 2), 0);
	memcpy(&needed, out, 4);
	assert_int_equal(needed, strlen(root) + 1);
	assert_int_equal(out[4], 0);
	/* What the DSP sets is its own. */
	assert_int_equal(set_variable("SECRET", "mine", 0), 0);
	assert_int_equal(set_variable("SECRET", "no", 0), 0);
	assert_int_equal(get_variable("SECRET", out, 64), 0);
	assert_string_equal(out + 4, "mine");
	assert_string_equal(getenv("SECRET"), "token");
	assert_int_equal(set_variable("SECRET", "yes", 1), 0);
	assert_int_equal(get_variable("SECRET", out, 64), 0);
	assert_string_equal(out + 4, "yes");
	assert_int_equal(named(18, "SECRET", NULL, 0), 0);
	assert_int_equal(get_variable("SECRET", out, 64), AEE_EGETENV);
	assert_int_equal(set_variable("", "x", 1), AEE_EBADPARM);
	assert_int_equal(set_variable("a=b", "x", 1), AEE_EBADPARM);
	for (int i = 0; i < 31; i++) {
		snprintf(name, sizeof(name), "N%d", i);
		assert_int_equal(set_variable(name, "x", 1), 0);
	}
	assert_int_equal(set_variable("ONE_MORE", "x", 1), AEE_ESETENV);
}

/* As qda-idl packs sequence<string>: lengths, then a buffer for each. */
static int search_paths(const char *variable, uint32_t first, uint32_t second,
			struct host_call *call)
{
	uint32_t in[3] = { (uint32_t)strlen(variable) + 1, 2, 2 };
	uint32_t rooms[2] = { first, second };
	struct builder b = { .size = 0 };

	add(&b, in, sizeof(in));
	add(&b, variable, in[0]);
	add(&b, ";", 2);
	add(&b, rooms, sizeof(rooms));
	want(&b, 8);
	want(&b, first);
	want(&b, second);
	return run(call, REMOTE_SCALARS_MAKE(21, 4, 3), &b);
}

static void tells_search_paths(void **state)
{
	char folders[128], name[128];
	struct host_call call;
	int32_t number;
	uint32_t count;
	uint16_t longest;

	(void)state;
	snprintf(folders, sizeof(folders), "/nowhere;;%s", root);
	setenv("DSP_LIBRARY_PATH", folders, 1);
	assert_int_equal(search_paths("ADSP_LIBRARY_PATH", 64, 64, &call), 0);
	memcpy(&count, call.out[0].pv, 4);
	memcpy(&longest, (char *)call.out[0].pv + 4, 2);
	assert_int_equal(count, 2);
	assert_int_equal(longest, strlen(root) + 1);
	assert_string_equal(call.out[1].pv, "/nowhere");
	assert_string_equal(call.out[2].pv, root);
	/* The DSP puts a name behind one of them. */
	snprintf(name, sizeof(name), "%s/inside", (char *)call.out[2].pv);
	host_call_free(&call);
	assert_int_equal(open_named(name, "r", &number), 0);
	snprintf(name, sizeof(name), "%s/../inside", root);
	assert_int_equal(open_named(name, "r", &number), AEE_EFOPEN);
	snprintf(name, sizeof(name), "%s-x/inside", root);
	assert_int_equal(open_named(name, "r", &number), AEE_EFOPEN);
	/* No room for the second. */
	assert_int_equal(search_paths("DSP_LIBRARY_PATH", 9, 3, &call), 0);
	assert_string_equal(call.out[1].pv, "/nowhere");
	assert_string_equal(call.out[2].pv, "");
	host_call_free(&call);
	assert_int_equal(search_paths("PATH", 9, 3, &call), AEE_EGETENV);
	host_call_free(&call);
}

/* One root, as a daemon has it: names and links mean what they say there. */
static void has_one_root(void **state)
{
	char path[256];
	int32_t number;

	(void)state;
	snprintf(path, sizeof(path), "%s/usr", root);
	assert_int_equal(mkdir(path, 0700), 0);
	put_file(path, "deep", "1");
	snprintf(path, sizeof(path), "%s/inner", root);
	assert_int_equal(symlink("/usr/deep", path), 0);
	path_set_root(root);
	setenv("DSP_LIBRARY_PATH", "/nowhere;/usr", 1);
	setenv("FASTRPC_FILES", "rw", 1);
	assert_int_equal(open_named("/usr/deep", "r", &number), 0);
	assert_int_equal(open_named("/../../inside", "r", &number), 0);
	assert_int_equal(open_named("inner", "r", &number), 0);
	assert_int_equal(open_named("link/secret", "r", &number),
			 AEE_ENOSUCHFILE);
	assert_int_equal(open_named("/etc/passwd", "r", &number),
			 AEE_ENOSUCHFILE);
	assert_int_equal(open_named("deep", "r", &number), AEE_ENOSUCHFILE);
	assert_int_equal(with_strings(19, (uint32_t[4]){ 2, 2, 5, 2 }, 4,
				      STRINGS("X", ";", "deep", "r"), 4,
				      &number, 0),
			 0);
	assert_int_equal(named(29, "/../../../made", NULL, 0700), 0);
	assert_true(exists(root, "made"));
	assert_int_equal(named(33, "/usr/deep", "/made/here", 0), 0);
	assert_true(exists(root, "made/here"));
}

#define CASE(function) \
	cmocka_unit_test_setup_teardown(function, files_setup, files_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(lists_folders),
		CASE(tells_the_status_of_names),
		CASE(changes_names_only_when_asked),
		CASE(takes_the_root_off_a_name_once),
		CASE(changes_nothing_outside),
		CASE(shows_no_variable_of_the_program),
		CASE(tells_search_paths),
		CASE(has_one_root),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
