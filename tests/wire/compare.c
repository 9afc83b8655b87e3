// SPDX-License-Identifier: BSD-3-Clause
/*
 * Compares two wire logs of qda-dsp call for call: what this project's driver
 * sent against what mainline's sent for the same calls. Every field has to be
 * the same but for what the table below allows, with the reason.
 *
 * usage: compare OURS MAINLINES
 */
#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LINE_MAX_SIZE 16384
#define NAMES_MAX     256

enum rule {
	SAME,	 /* the default */
	ANY,	 /* may differ */
	RENAMED, /* differs, but one to one; 0 only stands for 0 */
};

static const struct allowance {
	const char *call; /* name of the call; NULL: all */
	const char *field;
	enum rule rule;
	const char *reason;
} allowances[] = {
	{ NULL, "client", RENAMED,
	  "the number of a process is any that is in use once" },
	{ NULL, "field.client", RENAMED, "the same number in a payload" },
	{ NULL, "handle", RENAMED,
	  "the DSP gives numbers to modules; it may give others next time" },
	{ NULL, "tid", ANY, "threads of two runs" },
	{ NULL, "ctx", ANY,
	  "index and sequence are the host's own; ctx-type is compared" },
	{ NULL, "reply.ctx", ANY, "echo of ctx" },
	{ NULL, "sid", ANY, "context banks are taken in any order" },
	{ NULL, "arg.sid", ANY, "context banks are taken in any order" },
	{ NULL, "addr", ANY, "where the metadata lies" },
	{ NULL, "size", ANY,
	  "mainline's counts the data that it copies behind the metadata" },
	{ NULL, "arg.offset", ANY,
	  "data lies where user space put it, not behind the metadata" },
	{ NULL, "arg.page", ANY, "where the data lies" },
	{ NULL, "arg.size", ANY,
	  "how many pages data spans depends on where it starts" },
	{ NULL, "pv", ANY,
	  "mainline lets a kernel address through; only bits 11:0 count, which are arg.offset" },
	{ "create_attr", "field.page.addr", ANY,
	  "where the memory of the new process lies" },
	{ "create", "field.page.addr", ANY,
	  "where the memory of the new process lies" },
	{ "mem_map", "field.page.addr", ANY,
	  "where the memory lies that the process gets" },
	{ "mmap", "field.page.addr", ANY,
	  "where the memory lies that the process gets" },
	{ "mem_map", "field.va-out", ANY,
	  "the simulated DSP has memory where the host's address says" },
	{ "mmap", "field.va-out", ANY,
	  "the simulated DSP has memory where the host's address says" },
	{ "mem_unmap", "field.va", ANY, "the same address again" },
	{ "munmap", "field.va", ANY, "the same address again" },
};

/* One line of a log, or a part of it: what it is about and its value. */
struct item {
	char *label; /* "arg[2].offset" */
	char *field; /* "arg.offset" */
	char *value;
};

struct message {
	unsigned long number;
	char *name;
	struct item *items;
	size_t count;
};

struct wire_log {
	const char *path;
	struct message *messages;
	size_t count;
};

struct renaming {
	char *field;
	char *a, *b;
};

static struct renaming renamings[NAMES_MAX];
static size_t renaming_count;
static bool allowance_used[sizeof(allowances) / sizeof(allowances[0])];

static _Noreturn __attribute__((format(printf, 1, 2))) void die(
	const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	exit(2);
}

static char *copy(const char *text)
{
	char *new = strdup(text);

	if (!new)
		die("out of memory");
	return new;
}

/* A place for one more element, by powers of two. */
static void *grown(void *array, size_t count, size_t size)
{
	if (count & (count - 1))
		return array;
	array = realloc(array, (count ? count * 2 : 1) * size);
	if (!array)
		die("out of memory");
	return array;
}

static struct message *message_of(struct wire_log *log, unsigned long number)
{
	struct message *new;
	size_t i;

	for (i = log->count; i > 0; i--)
		if (log->messages[i - 1].number == number)
			return &log->messages[i - 1];
	log->messages = grown(log->messages, log->count, sizeof(*new));
	new = &log->messages[log->count++];
	*new = (struct message){ .number = number };
	return new;
}

static void add(struct message *message, const char *label, const char *field,
		const char *value)
{
	message->items = grown(message->items, message->count,
			       sizeof(*message->items));
	message->items[message->count++] = (struct item){
		.label = copy(label),
		.field = copy(field),
		.value = copy(value),
	};
}

/* "arg 2 in-buffer length 8 offset 0x280 ...": a kind, then pairs */
static void add_arg(struct message *message, char *rest)
{
	const char *index = strsep(&rest, " ");
	const char *kind = strsep(&rest, " ");
	char label[128], field[64];
	const char *name, *value;

	if (!index || !kind)
		die("an argument without its kind");
	snprintf(label, sizeof(label), "arg[%s].kind", index);
	add(message, label, "arg.kind", kind);
	while ((name = strsep(&rest, " "))) {
		value = strsep(&rest, " ");
		snprintf(label, sizeof(label), "arg[%s].%s", index, name);
		snprintf(field, sizeof(field), "arg.%s", name);
		add(message, label, field, value ? value : "");
	}
}

/* "page 0 addr 0xffe00000 size 4096" of a payload */
static void add_page(struct message *message, char *rest)
{
	const char *index = strsep(&rest, " ");
	char label[128], field[64];
	const char *name, *value;

	while ((name = strsep(&rest, " "))) {
		value = strsep(&rest, " ");
		snprintf(label, sizeof(label), "field.page[%s].%s", index,
			 name);
		snprintf(field, sizeof(field), "field.page.%s", name);
		add(message, label, field, value ? value : "");
	}
}

/* "pv 2 0x280", "tag 3 5", "data 0 00ff": which argument, and a value */
static void add_indexed(struct message *message, const char *field, char *rest)
{
	const char *index = strsep(&rest, " ");
	char label[128];

	snprintf(label, sizeof(label), "%s[%s]", field, index ? index : "");
	add(message, label, field, rest ? rest : "");
}

static void add_named(struct message *message, const char *prefix, char *rest)
{
	const char *name = strsep(&rest, " ");
	char field[128];

	snprintf(field, sizeof(field), "%s.%s", prefix, name ? name : "");
	add(message, field, field, rest ? rest : "");
}

/* "handle 0 method 6 name create" */
static void add_header(struct message *message, char *rest)
{
	const char *handle = strsep(&rest, " ");
	const char *word;

	add(message, "handle", "handle", handle ? handle : "");
	while ((word = strsep(&rest, " "))) {
		const char *value = strsep(&rest, " ");

		if (strcmp(word, "name") == 0 && value)
			message->name = copy(value);
		add(message, word, word, value ? value : "");
	}
}

static void add_line(struct wire_log *log, char *line)
{
	char *rest = line;
	const char *kind = strsep(&rest, " ");
	const char *number = strsep(&rest, " ");
	struct message *message;
	const char *field;

	if (strcmp(kind, "status") == 0)
		return; /* of a process, not part of a call */
	if (!rest || (strcmp(kind, "msg") != 0 && strcmp(kind, "reply") != 0))
		die("%s: not a line of a wire log: %s", log->path, line);
	message = message_of(log, strtoul(number, NULL, 10));
	if (strcmp(kind, "reply") == 0) {
		add_named(message, "reply", rest);
		return;
	}
	field = strsep(&rest, " ");
	if (!rest)
		die("%s: a field without a value: %s", log->path, field);
	if (strcmp(field, "handle") == 0)
		add_header(message, rest);
	else if (strcmp(field, "arg") == 0)
		add_arg(message, rest);
	else if (strcmp(field, "field") == 0 && strncmp(rest, "page ", 5) == 0)
		add_page(message, rest + 5);
	else if (strcmp(field, "field") == 0)
		add_named(message, "field", rest);
	else if (strcmp(field, "pv") == 0 || strcmp(field, "tag") == 0 ||
		 strcmp(field, "data") == 0)
		add_indexed(message, field, rest);
	else
		add(message, field, field, rest);
}

static void read_log(struct wire_log *log, const char *path)
{
	static char line[LINE_MAX_SIZE];
	FILE *file = fopen(path, "re");

	if (!file)
		die("%s: %s", path, strerror(errno));
	log->path = path;
	while (fgets(line, sizeof(line), file)) {
		line[strcspn(line, "\n")] = '\0';
		if (*line)
			add_line(log, line);
	}
	fclose(file);
	if (log->count == 0)
		die("%s: no message", path);
}

static bool renamed(const char *field, const char *a, const char *b)
{
	bool zero_a = strcmp(a, "0") == 0, zero_b = strcmp(b, "0") == 0;
	size_t i;

	/* a number means the same in the payload as in the header */
	if (strncmp(field, "field.", 6) == 0)
		field += 6;
	if (zero_a || zero_b)
		return zero_a && zero_b;
	for (i = 0; i < renaming_count; i++) {
		struct renaming *old = &renamings[i];

		if (strcmp(old->field, field) != 0)
			continue;
		if (strcmp(old->a, a) == 0 || strcmp(old->b, b) == 0)
			return strcmp(old->a, a) == 0 && strcmp(old->b, b) == 0;
	}
	if (renaming_count == NAMES_MAX)
		die("more than %d numbers", NAMES_MAX);
	renamings[renaming_count++] = (struct renaming){ copy(field), copy(a),
							 copy(b) };
	return true;
}

/* A process that was released: its number may be another's now. */
static void forget_client(const char *a)
{
	size_t i;

	for (i = 0; i < renaming_count; i++) {
		if (strcmp(renamings[i].field, "client") != 0 ||
		    strcmp(renamings[i].a, a) != 0)
			continue;
		renamings[i] = renamings[--renaming_count];
		return;
	}
}

static enum rule rule_of(const char *call, const char *field, bool **used)
{
	size_t i;

	for (i = 0; i < sizeof(allowances) / sizeof(allowances[0]); i++) {
		const struct allowance *allowance = &allowances[i];

		if (strcmp(allowance->field, field) != 0 ||
		    (allowance->call && strcmp(allowance->call, call) != 0))
			continue;
		*used = &allowance_used[i];
		return allowance->rule;
	}
	return SAME;
}

static bool same_value(const char *call, const struct item *a,
		       const struct item *b)
{
	bool equal = strcmp(a->value, b->value) == 0, *used = NULL;
	enum rule rule = rule_of(call, a->field, &used);

	if (strcmp(a->field, "handle") == 0 && strncmp(a->value, "0x", 2) != 0)
		rule = SAME; /* a handle that is the same everywhere */
	if (rule != SAME && !equal)
		*used = true;
	if (rule == RENAMED)
		return renamed(a->field, a->value, b->value);
	return rule == ANY || equal;
}

static unsigned int compare_messages(const struct message *a,
				     const struct message *b, size_t position)
{
	size_t count = a->count < b->count ? a->count : b->count, i;
	const char *call = a->name ? a->name : "?";
	unsigned int differences = 0;

	for (i = 0; i < count; i++) {
		const struct item *x = &a->items[i], *y = &b->items[i];

		if (strcmp(x->label, y->label) != 0) {
			printf("message %zu (%s): %s here, %s there\n",
			       position, call, x->label, y->label);
			return differences + 1;
		}
		if (!same_value(call, x, y)) {
			printf("message %zu (%s): %s is %s, not %s\n", position,
			       call, x->label, x->value, y->value);
			differences++;
		}
	}
	if (a->count != b->count) {
		const struct message *longer = a->count > b->count ? a : b;

		printf("message %zu (%s): only %s has %s\n", position, call,
		       longer == a ? "the first log" : "the second log",
		       longer->items[count].label);
		differences++;
	}
	return differences;
}

static void note_release(const struct message *message)
{
	size_t i;

	if (!message->name || strcmp(message->name, "release") != 0)
		return;
	for (i = 0; i < message->count; i++)
		if (strcmp(message->items[i].field, "field.client") == 0)
			forget_client(message->items[i].value);
}

static unsigned int compare_logs(const struct wire_log *a,
				 const struct wire_log *b)
{
	size_t count = a->count < b->count ? a->count : b->count, i;
	unsigned int differences = 0;

	for (i = 0; i < count; i++) {
		differences += compare_messages(&a->messages[i],
						&b->messages[i], i + 1);
		note_release(&a->messages[i]);
	}
	if (a->count != b->count) {
		printf("%s has %zu messages, %s has %zu\n", a->path, a->count,
		       b->path, b->count);
		differences++;
	}
	return differences;
}

/* The low bits of pv say where data starts; ours has nothing above them. */
static unsigned int check_pv(const struct wire_log *log)
{
	unsigned int leaks = 0;
	size_t i, j;

	for (i = 0; i < log->count; i++) {
		const struct message *message = &log->messages[i];

		for (j = 0; j < message->count; j++) {
			const struct item *item = &message->items[j];

			if (strcmp(item->field, "pv") != 0 ||
			    strtoull(item->value, NULL, 0) < 4096)
				continue;
			printf("message %zu: %s is %s: an address left the kernel\n",
			       i + 1, item->label, item->value);
			leaks++;
		}
	}
	return leaks;
}

int main(int argc, char **argv)
{
	static struct wire_log ours, mainlines;
	unsigned int differences;
	size_t i;

	if (argc != 3)
		die("usage: %s OURS MAINLINES", argv[0]);
	read_log(&ours, argv[1]);
	read_log(&mainlines, argv[2]);
	differences = compare_logs(&ours, &mainlines) + check_pv(&ours);
	printf("%zu messages, %u differences; allowed:\n", ours.count,
	       differences);
	for (i = 0; i < sizeof(allowances) / sizeof(allowances[0]); i++)
		if (allowance_used[i])
			printf("\t%-12s %s\n", allowances[i].field,
			       allowances[i].reason);
	return differences ? 1 : 0;
}
