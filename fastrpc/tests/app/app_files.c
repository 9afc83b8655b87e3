// SPDX-License-Identifier: BSD-3-Clause
/*
 * Code on the DSP uses files of the host, each method of apps_std once, as stubs
 * on the DSP would call it.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "api.h"

#define INSIDE_MAX 8

static char root[] = "/tmp/app-files-XXXXXX";
static remote_handle64 probe;

static void put_file(const char *name, const char *text)
{
	char path[128];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", root, name);
	file = fopen(path, "we");
	check(file != NULL);
	fputs(text, file);
	fclose(file);
}

static bool is_in_root(const char *name)
{
	char path[128];

	snprintf(path, sizeof(path), "%s/%s", root, name);
	return !access(path, F_OK);
}

static void begin(const char *rights)
{
	check(mkdtemp(root) != NULL);
	put_file("inside", "first\nsecond\n");
	check_equal(setenv("DSP_LIBRARY_PATH", root, 1), 0);
	check_equal(setenv("FASTRPC_FILES", rights, 1), 0);
	api_begin();
	probe = open_probe(0);
}

static void end(void)
{
	char command[64];

	api_end();
	snprintf(command, sizeof(command), "rm -rf %s", root);
	check_equal(system(command), 0);
}

/* The call as the DSP makes it: numbers, strings, rooms for what comes back. */
struct request {
	uint32_t numbers[4];
	const char *strings[3];
	void *out;
	uint32_t size;
	void *more;
	uint32_t room;
};

static int host(uint32_t method, unsigned int numbers, const struct request *r)
{
	uint32_t field = method < 31 ? method : 31;
	uint32_t words[5] = { method };
	remote_arg args[INSIDE_MAX];
	unsigned int in = 0, out = 0, skip = method < 31;

	memcpy(words + 1, r->numbers, sizeof(r->numbers));
	args[in++] = buffer_arg(&field, sizeof(field));
	args[in++] = buffer_arg("apps_std", 9);
	args[in++] = buffer_arg(words + skip, 4 * (numbers + !skip));
	for (unsigned int i = 0; i < ARRAY_SIZE(r->strings); i++)
		if (r->strings[i])
			args[in++] = buffer_arg(r->strings[i],
						strlen(r->strings[i]) + 1);
	if (r->size)
		args[in + out++] = buffer_arg(r->out, r->size);
	if (r->room)
		args[in + out++] = buffer_arg(r->more, r->room);
	return api.remote_handle64_invoke(
		probe, REMOTE_SCALARS_MAKE(PROBE_HOST, in, out), args);
}

#define HOST(method, numbers, ...) \
	host(method, numbers, &(struct request){ __VA_ARGS__ })

static uint32_t length(const char *text)
{
	return (uint32_t)strlen(text) + 1;
}

static uint32_t open_file(const char *name, const char *mode)
{
	uint32_t file = 0;

	check_equal(HOST(0, 2, .numbers = { length(name), length(mode) },
			 .strings = { name, mode }, .out = &file, .size = 4),
		    0);
	return file;
}

static void reading(void)
{
	uint32_t file, again, out[2], ended, needed;
	char bytes[32] = "", position[8];
	uint64_t size = 0;

	begin("r");
	file = open_file("inside", "r");
	check_equal(HOST(10, 1, .numbers = { file }, .out = &size, .size = 8),
		    0);
	check_equal(size, 13);
	check_equal(HOST(20, 2, .numbers = { file, 32 }, .out = &ended,
			 .size = 4, .more = bytes, .room = 32),
		    0);
	check_equal(strcmp(bytes, "first\n"), 0);
	check_equal(HOST(6, 2, .numbers = { file, 8 }, .out = &needed,
			 .size = 4, .more = position, .room = 8),
		    0);
	check_equal(needed, 8);
	check_equal(HOST(4, 2, .numbers = { file, 32 }, .out = out, .size = 8,
			 .more = bytes, .room = 32),
		    0);
	check_equal(out[0], 7);
	check_equal(out[1], 1);
	check_equal(memcmp(bytes, "second\n", 7), 0);
	check_equal(HOST(12, 1, .numbers = { file }, .out = &ended, .size = 4),
		    0);
	check_equal(ended, 1);
	check_equal(HOST(14, 1, .numbers = { file }), 0);
	check_equal(HOST(13, 1, .numbers = { file }, .out = &ended, .size = 4),
		    0);
	check_equal(ended, 0);
	check_equal(HOST(9, 3, .numbers = { file, 2, 0 }), 0);
	check_equal(HOST(8, 1, .numbers = { file }, .out = out, .size = 4), 0);
	check_equal(out[0], 2);
	check_equal(HOST(11, 1, .numbers = { file }), 0);
	check_equal(HOST(1, 3, .numbers = { file, 7, 2 },
			 .strings = { "inside", "r" }, .out = &again,
			 .size = 4),
		    0);
	check_equal(HOST(25, 1, .numbers = { again }, .out = out, .size = 4),
		    AEE_EUNSUPPORTED);
	check_equal(HOST(3, 1, .numbers = { again }), 0);
	check_equal(HOST(3, 1, .numbers = { again }), AEE_EBADPARM);
	end();
}

static void writing(void)
{
	uint32_t file, words[3];
	struct stat st;
	char path[128];
	remote_arg args[5];

	begin("rw");
	file = open_file("new", "w+");
	words[0] = 5;
	words[1] = file;
	words[2] = 4;
	args[0] = buffer_arg(words, 4);
	args[1] = buffer_arg("apps_std", 9);
	args[2] = buffer_arg(words + 1, 8);
	args[3] = buffer_arg("data", 4);
	args[4] = buffer_arg(words + 1, 8);
	check_equal(api.remote_handle64_invoke(
			    probe, REMOTE_SCALARS_MAKE(PROBE_HOST, 4, 1), args),
		    0);
	check_equal(words[1], 4);
	check_equal(HOST(2, 1, .numbers = { file }), 0);
	check_equal(HOST(23, 1, .numbers = { file }), 0);
	check_equal(HOST(32, 2, .numbers = { file, 3 }), 0);
	check_equal(HOST(3, 1, .numbers = { file }), 0);
	snprintf(path, sizeof(path), "%s/new", root);
	check_equal(stat(path, &st), 0);
	check_equal(st.st_size, 3);
	check_equal(HOST(29, 2, .numbers = { 5, 0755 }, .strings = { "made" }),
		    0);
	check_equal(HOST(33, 2, .numbers = { 4, 11 },
			 .strings = { "new", "made/moved" }),
		    0);
	check(is_in_root("made/moved"));
	check_equal(HOST(30, 1, .numbers = { 5 }, .strings = { "made" }),
		    AEE_EALREADY);
	check_equal(HOST(24, 1, .numbers = { 11 }, .strings = { "made/moved" }),
		    0);
	check_equal(HOST(30, 1, .numbers = { 5 }, .strings = { "made" }), 0);
	check(!is_in_root("made"));
	end();
}

static void writing_is_not_allowed(void)
{
	uint32_t file;

	begin("r");
	check_equal(HOST(0, 2, .numbers = { 4, 2 }, .strings = { "new", "w" },
			 .out = &file, .size = 4),
		    AEE_EFOPEN);
	check_equal(HOST(29, 2, .numbers = { 5, 0755 }, .strings = { "made" }),
		    AEE_EREADONLY);
	check_equal(HOST(24, 1, .numbers = { 7 }, .strings = { "inside" }),
		    AEE_EREADONLY);
	check_equal(HOST(33, 2, .numbers = { 7, 2 },
			 .strings = { "inside", "x" }),
		    AEE_EREADONLY);
	check(is_in_root("inside"));
	end();
}

static void folders(void)
{
	struct {
		int32_t inode;
		char name[255];
		int32_t ended;
	} entry;
	union {
		uint64_t number;
		uint32_t words[2];
	} folder = { 0 };
	uint64_t status[12] = { 0 };
	unsigned int seen = 0;
	uint8_t there = 2;

	begin("r");
	check_equal(HOST(26, 1, .numbers = { 2 }, .strings = { "." },
			 .out = &folder, .size = 8),
		    0);
	do {
		check_equal(
			HOST(28, 2,
			     .numbers = { folder.words[0], folder.words[1] },
			     .out = &entry, .size = 264),
			0);
		seen += !entry.ended && !strcmp(entry.name, "inside");
	} while (!entry.ended);
	check_equal(seen, 1);
	check_equal(HOST(27, 2,
			 .numbers = { folder.words[0], folder.words[1] }),
		    0);
	check_equal(HOST(31, 1, .numbers = { 7 }, .strings = { "inside" },
			 .out = status, .size = 96),
		    0);
	check_equal(status[5], 13);
	check_equal(HOST(22, 1, .numbers = { 7 }, .strings = { "inside" },
			 .out = &there, .size = 1),
		    0);
	check_equal(there, 1);
	end();
}

static void variables(void)
{
	char value[64] = "", paths[64] = "";
	uint32_t needed = 0, rooms = 64, found[2] = { 0 };
	uint32_t words[4] = { 21, 17, 2, 1 };
	remote_arg args[] = {
		buffer_arg(words, 4),	   buffer_arg("apps_std", 9),
		buffer_arg(words + 1, 12), buffer_arg("DSP_LIBRARY_PATH", 17),
		buffer_arg(";", 2),	   buffer_arg(&rooms, 4),
		buffer_arg(found, 8),	   buffer_arg(paths, sizeof(paths)),
	};

	begin("r");
	check_equal(HOST(16, 2, .numbers = { 17, 64 },
			 .strings = { "DSP_LIBRARY_PATH" }, .out = &needed,
			 .size = 4, .more = value, .room = 64),
		    0);
	check_equal(strcmp(value, root), 0);
	check_equal(needed, strlen(root) + 1);
	check_equal(HOST(16, 2, .numbers = { 5, 64 }, .strings = { "HOME" },
			 .out = &needed, .size = 4, .more = value, .room = 64),
		    AEE_EGETENV);
	check_equal(HOST(17, 3, .numbers = { 5, 3, 1 },
			 .strings = { "HOME", "me" }),
		    0);
	check_equal(HOST(16, 2, .numbers = { 5, 64 }, .strings = { "HOME" },
			 .out = &needed, .size = 4, .more = value, .room = 64),
		    0);
	check_equal(strcmp(value, "me"), 0);
	check_equal(HOST(18, 1, .numbers = { 5 }, .strings = { "HOME" }), 0);
	check_equal(api.remote_handle64_invoke(
			    probe, REMOTE_SCALARS_MAKE(PROBE_HOST, 6, 2), args),
		    0);
	check_equal(found[0], 1);
	check_equal(strcmp(paths, root), 0);
	end();
}

/*
 * A DSP that means harm gets no further than its folder. Where the host failed,
 * what is lost is a file of the test's own.
 */
static void harm(void)
{
	char absolute[64], out[64], in[64], path[128];
	const char *const names[] = { absolute,	     "../out/secret",
				      "link/secret", "inside/../../out/secret",
				      "../out/new",  "link/new",
				      "..",	     "../out" };
	uint32_t back[24];

	begin("rw");
	snprintf(in, sizeof(in), "%s/in", root);
	snprintf(out, sizeof(out), "%s/out", root);
	snprintf(absolute, sizeof(absolute), "%s/out/secret", root);
	check_equal(mkdir(in, 0755) | mkdir(out, 0755), 0);
	put_file("out/secret", "secret");
	put_file("in/inside", "first\nsecond\n");
	snprintf(path, sizeof(path), "%s/in/link", root);
	check_equal(symlink(out, path), 0);
	check_equal(setenv("DSP_LIBRARY_PATH", in, 1), 0);
	for (unsigned int i = 0; i < ARRAY_SIZE(names); i++) {
		const char *name = names[i];
		uint32_t size = length(name);

		check(HOST(0, 2, .numbers = { size, 2 },
			   .strings = { name, "r" }, .out = back, .size = 4));
		check(HOST(0, 2, .numbers = { size, 2 },
			   .strings = { name, "w" }, .out = back, .size = 4));
		check(HOST(24, 1, .numbers = { size }, .strings = { name }));
		check(HOST(30, 1, .numbers = { size }, .strings = { name }));
		check(HOST(26, 1, .numbers = { size }, .strings = { name },
			   .out = back, .size = 8));
		check(HOST(29, 2, .numbers = { size, 0777 },
			   .strings = { name }));
		check(HOST(31, 1, .numbers = { size }, .strings = { name },
			   .out = back, .size = 96));
		check(HOST(33, 2, .numbers = { 7, size },
			   .strings = { "inside", name }));
		check(HOST(33, 2, .numbers = { size, 6 },
			   .strings = { name, "taken" }));
	}
	/* Numbers that nothing has, and requests that are too short. */
	for (uint32_t method = 0; method < 40; method++) {
		check(HOST(method, 1, .numbers = { 0xffffffff }));
		check(HOST(method, 0, .out = back, .size = 4));
	}
	check(is_in_root("in/inside"));
	check(is_in_root("out/secret"));
	check(!is_in_root("out/new"));
	check_equal(open_file("inside", "r"), 1);
	end();
}

static const struct subtest tests[] = {
	SUBTEST(reading), SUBTEST(writing),   SUBTEST(writing_is_not_allowed),
	SUBTEST(folders), SUBTEST(variables), SUBTEST(harm),
};

int main(int argc, char **argv)
{
	return harness_main(argc, argv, tests, ARRAY_SIZE(tests));
}
