// SPDX-License-Identifier: BSD-3-Clause
/*
 * Requests that are nearly right: seeded mutations of those in tests/corpus,
 * of each ioctl of the header and those of DRM that the node takes, with
 * encoded sizes that are shorter and longer than the kernel's, and with mmap,
 * poll and read between. What they are told is not looked at: no request may
 * hang, the kernel says nothing, and in the end nothing is left.
 *
 * A line of the corpus: NAME, the struct in hexadecimal and, for a pointer in
 * it, what it points to. A word of the latter that reads "handle\0\0" or "call
 * \0\0\0\0" stands for a handle or a call that there is.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "alarms.h"
#include "dsp_probe.h"
#include "platform.h"

#define INPUTS_MAX  256
#define STRUCT_MAX  256
#define POINTED_MAX 1024
#define FAST_MS	    5000
#define DEBUG_MS    10000
#define PER_SESSION 300
#define TICK_US	    10000
#define BOUND_NS    12000000000LL /* a map that the DSP does not answer */
#define BO_MAX	    (1 << 20)

/* ---- what can be asked ---- */

/* What a session is given */
enum thing {
	HANDLE,
	CALL,
	MAP,
	DMA_BUF,
	OFFSET,
	THINGS
};

struct kind {
	const char *name;
	unsigned long number;
	int pointer;	  /* where it stands in the struct, or -1 */
	int known;	  /* the same of a 32-bit number that was given */
	enum thing thing; /* which one that is */
};

#define KIND(name, number, pointer, ...)           \
	{                                          \
		name, number, pointer, __VA_ARGS__ \
	}
#define AT(type, member) ((int)offsetof(struct type, member))

static const struct kind kinds[] = {
	KIND("query", DRM_IOCTL_QDA_QUERY, AT(drm_qda_query, data_ptr), -1),
	KIND("bo_create", DRM_IOCTL_QDA_BO_CREATE, -1, -1),
	KIND("bo_info", DRM_IOCTL_QDA_BO_INFO, -1, AT(drm_qda_bo_info, handle),
	     HANDLE),
	KIND("bo_sync", DRM_IOCTL_QDA_BO_SYNC, -1, AT(drm_qda_bo_sync, handle),
	     HANDLE),
	KIND("session_create", DRM_IOCTL_QDA_REMOTE_SESSION_CREATE, -1, -1),
	KIND("invoke", DRM_IOCTL_QDA_REMOTE_INVOKE,
	     AT(drm_qda_remote_invoke, args_ptr), -1),
	KIND("wait", DRM_IOCTL_QDA_REMOTE_WAIT,
	     AT(drm_qda_remote_wait, calls_ptr), -1),
	KIND("batch", DRM_IOCTL_QDA_REMOTE_BATCH,
	     AT(drm_qda_remote_batch, calls_ptr), -1),
	KIND("map", DRM_IOCTL_QDA_REMOTE_MAP, -1,
	     AT(drm_qda_remote_map, handle), HANDLE),
	KIND("unmap", DRM_IOCTL_QDA_REMOTE_UNMAP, -1,
	     AT(drm_qda_remote_unmap, map), MAP),
	KIND("gem_close", DRM_IOCTL_GEM_CLOSE, -1, AT(drm_gem_close, handle),
	     HANDLE),
	KIND("prime_export", DRM_IOCTL_PRIME_HANDLE_TO_FD, -1,
	     AT(drm_prime_handle, handle), HANDLE),
	KIND("prime_import", DRM_IOCTL_PRIME_FD_TO_HANDLE, -1,
	     AT(drm_prime_handle, fd), DMA_BUF),
	KIND("mmap", 0, -1, -1),
};

struct input {
	const struct kind *kind;
	uint8_t fields[STRUCT_MAX];
	size_t size;
	uint8_t pointed[POINTED_MAX];
	size_t pointed_size;
};

static struct input inputs[INPUTS_MAX];
static unsigned int inputs_count;

/* ---- the corpus ---- */

static size_t read_hex(const char *text, uint8_t *bytes, size_t room)
{
	unsigned int byte;
	size_t size = 0;

	while (sscanf(text, "%2x", &byte) == 1) {
		check(size < room);
		bytes[size++] = (uint8_t)byte;
		text += 2;
	}
	check_equal(*text, '\0');
	return size;
}

static void read_line(char *line)
{
	char *name = strtok(line, " \n"), *fields = strtok(NULL, " \n");
	char *pointed = strtok(NULL, " \n");
	struct input *input = &inputs[inputs_count];
	unsigned int i;

	if (!name || *name == '#')
		return;
	check(inputs_count < INPUTS_MAX && fields);
	for (i = 0; i < ARRAY_SIZE(kinds); i++)
		if (!strcmp(kinds[i].name, name))
			input->kind = &kinds[i];
	if (!input->kind)
		subtest_fail(__FILE__, __LINE__, "no request %s", name);
	input->size = read_hex(fields, input->fields, STRUCT_MAX);
	if (pointed)
		input->pointed_size = read_hex(pointed, input->pointed,
					       POINTED_MAX);
	inputs_count++;
}

/* Beside the sources, which are above the directory of the build. */
static void read_corpus(void)
{
	static char line[4 * (STRUCT_MAX + POINTED_MAX)];
	FILE *file = fopen("tests/corpus/ioctl.txt", "re");

	if (!file)
		subtest_skip("no tests/corpus/ioctl.txt here: %s",
			     strerror(errno));
	while (fgets(line, sizeof(line), file))
		read_line(line);
	fclose(file);
	check(inputs_count > 0);
}

/* ---- mutation ---- */

static unsigned int random_state;

static uint32_t below(uint32_t bound)
{
	return (uint32_t)rand_r(&random_state) % bound;
}

static uint64_t odd_number(void)
{
	static const uint64_t numbers[] = {
		0,
		1,
		2,
		3,
		4,
		7,
		8,
		15,
		16,
		24,
		32,
		40,
		255,
		256,
		4095,
		4096,
		4097,
		0x7fffffff,
		0x80000000,
		0xffffffff,
		0x100000000,
		0x7fffffffffffffff,
		0x8000000000000000,
		0xfffffffffffff000,
		0xffffffffffffffff,
	};

	return numbers[below(ARRAY_SIZE(numbers))];
}

static void mutate(uint8_t *bytes, size_t size)
{
	uint64_t number = odd_number();
	size_t at;

	if (size < 8)
		return;
	at = below((uint32_t)size);
	switch (below(4)) {
	case 0:
		bytes[at] ^= (uint8_t)(1 << below(8));
		break;
	case 1:
		bytes[at] = (uint8_t)below(256);
		break;
	case 2:
		memcpy(bytes + at / 4 * 4, &number, 4);
		break;
	default:
		memcpy(bytes + at / 8 * 8, &number, 8);
	}
}

/* ---- asking ---- */

/* The end of memory, so that what reaches beyond is found. */
static uint8_t *memory;
#define MEMORY 65536u

static uint64_t given[THINGS][8];
static unsigned int given_count[THINGS];

/* How many requests of a kind were right in spite of all */
static unsigned int granted[ARRAY_SIZE(kinds)];

static void note(enum thing thing, uint64_t number)
{
	given[thing][given_count[thing]++ % 8] = number;
}

static uint64_t one_of(enum thing thing)
{
	return given[thing][below(8)];
}

static void fill_in(uint8_t *bytes, size_t size)
{
	uint64_t number;
	size_t at;

	for (at = 0; at + 8 <= size; at += 8) {
		if (!memcmp(bytes + at, "handle\0\0", 8))
			number = one_of(HANDLE);
		else if (!memcmp(bytes + at, "call\0\0\0\0", 8))
			number = one_of(CALL);
		else
			continue;
		memcpy(bytes + at, &number, 8);
	}
}

/* Never where this program keeps its own. */
static uint64_t place(const struct input *input)
{
	size_t room = input->pointed_size;

	switch (below(8)) {
	case 0:
		return 0;
	case 1:
		return 0xffff800000000000 + odd_number() % 0x10000;
	case 2:
		room /= 2;
		break;
	default:
		if (room < 2048)
			room = 2048;
	}
	if (room > MEMORY)
		room = MEMORY;
	memcpy(memory + MEMORY - room, input->pointed,
	       room < input->pointed_size ? room : input->pointed_size);
	return (uintptr_t)memory + MEMORY - room;
}

/* What would only be a matter of how much memory and time there is. */
static void tame(struct input *input)
{
	struct drm_qda_bo_create *create = (void *)input->fields;
	struct drm_qda_remote_session_create *session = (void *)input->fields;

	if (input->kind->number == DRM_IOCTL_QDA_BO_CREATE &&
	    create->size < 1ULL << 32)
		create->size %= BO_MAX;
	/* So that a session that has a process is had at all. */
	if (input->kind->number == DRM_IOCTL_QDA_REMOTE_SESSION_CREATE)
		session->shell_length %= 8192;
}

static unsigned long number_of(const struct input *input)
{
	unsigned long number = input->kind->number;
	size_t size = _IOC_SIZE(number);

	if (below(6) == 0)
		size = below(4) ? size + 8 * below(4) - 8 : below(STRUCT_MAX);
	return _IOC(_IOC_DIR(number), _IOC_TYPE(number), _IOC_NR(number),
		    size % STRUCT_MAX);
}

static void ask_to_map(int fd, const struct input *input)
{
	uint64_t words[2];
	void *map;

	memcpy(words, input->fields, sizeof(words));
	map = mmap(NULL, words[0] % BO_MAX, PROT_READ | PROT_WRITE, MAP_SHARED,
		   fd, (off_t)(below(2) ? one_of(OFFSET) : words[1]));
	if (map == MAP_FAILED)
		return;
	granted[input->kind - kinds]++;
	munmap(map, words[0] % BO_MAX);
}

static void note_what_is_given(const struct input *input)
{
	struct drm_prime_handle prime;
	uint32_t word;
	uint64_t number;

	switch (input->kind->number) {
	case DRM_IOCTL_PRIME_FD_TO_HANDLE:
		memcpy(&word, input->fields, 4);
		note(HANDLE, word);
		break;
	case DRM_IOCTL_QDA_BO_CREATE:
		memcpy(&word, input->fields + AT(drm_qda_bo_create, handle), 4);
		memcpy(&number,
		       input->fields + AT(drm_qda_bo_create, mmap_offset), 8);
		note(HANDLE, word);
		note(OFFSET, number);
		break;
	case DRM_IOCTL_QDA_REMOTE_INVOKE:
		memcpy(&number, input->fields + AT(drm_qda_remote_invoke, call),
		       8);
		note(CALL, number);
		break;
	case DRM_IOCTL_QDA_REMOTE_MAP:
		memcpy(&word, input->fields + AT(drm_qda_remote_map, map), 4);
		note(MAP, word);
		break;
	case DRM_IOCTL_PRIME_HANDLE_TO_FD:
		memcpy(&prime, input->fields, sizeof(prime));
		note(DMA_BUF, (uint64_t)prime.fd);
		break;
	default:
		break;
	}
}

static void ask(int fd, struct input input)
{
	const struct kind *kind = input.kind;
	uint64_t number;
	unsigned int i;

	fill_in(input.fields, input.size);
	fill_in(input.pointed, input.pointed_size);
	if (kind->known >= 0 && below(4)) {
		number = one_of(kind->thing);
		memcpy(input.fields + kind->known, &number, 4);
	}
	for (i = below(3); i; i--)
		mutate(input.fields, input.size);
	for (i = below(2); i; i--)
		mutate(input.pointed, input.pointed_size);
	tame(&input);
	if (kind->pointer >= 0) {
		number = place(&input);
		memcpy(input.fields + kind->pointer, &number, 8);
	}
	if (!kind->number) {
		ask_to_map(fd, &input);
	} else if (ioctl(fd, number_of(&input), input.fields) == 0) {
		granted[kind - kinds]++;
		note_what_is_given(&input);
	}
}

/* ---- for a time ---- */

static void look_for_events(int fd)
{
	struct pollfd file = { fd, POLLIN, 0 };
	uint8_t event[64];

	if (poll(&file, 1, 0) == 1 && file.revents & POLLIN)
		(void)!read(fd, event, below(sizeof(event)));
}

static void one_session(unsigned int round)
{
	int first = open("/dev/null", O_RDONLY), fd = file_open();
	int64_t start;
	unsigned int i;

	memset(given, 0, sizeof(given));
	if (round % 4)
		process_create(fd);
	for (i = 0; i < PER_SESSION; i++) {
		start = now_ns();
		ask(fd, inputs[below(inputs_count)]);
		if (i % 16 == 0)
			look_for_events(fd);
		check(now_ns() - start < BOUND_NS);
	}
	/* With dma-bufs that were exported and forgotten. */
	closefrom(first);
}

static void mutated_requests(void)
{
	const char *text = getenv("QDA_SEED");
	unsigned int seed = text ? (unsigned int)strtoul(text, NULL, 0) :
				   (unsigned int)now_ns();
	unsigned int round, i;
	int64_t end;

	printf("QDA_SEED=%u\n", seed);
	random_state = seed;
	read_corpus();
	memory = mmap(NULL, MEMORY + 4096, PROT_READ | PROT_WRITE,
		      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	check(memory != MAP_FAILED);
	check(mprotect(memory + MEMORY, 4096, PROT_NONE) == 0);
	/* They end what would wait for ever. */
	alarms_start(TICK_US, 0);
	end = deadline_in(kernel_is_debug() ? DEBUG_MS : FAST_MS);
	for (round = 0; now_ns() < end; round++)
		one_session(round);
	printf("%u requests, granted:", round * PER_SESSION);
	for (i = 0; i < ARRAY_SIZE(kinds); i++)
		printf(" %s %u", kinds[i].name, granted[i]);
	putchar('\n');
	alarms_stop();
	nothing_is_left();
}

static const struct subtest tests[] = {
	LONG(mutated_requests),
};

int main(int argc, char **argv)
{
	return harness_main(argc, argv, tests, ARRAY_SIZE(tests));
}
