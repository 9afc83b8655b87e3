// SPDX-License-Identifier: BSD-3-Clause
/*
 * What differs between machines. QDA_VARIANT says what this one is: the domain's
 * number, the width of an address of the DSP and whether its banks are coherent,
 * such as "3 32 1".
 */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "dsp_probe.h"
#include "kernel_text.h"

#define MIB (1024ULL * 1024)

static void constants(void)
{
	const char *variant = getenv("QDA_VARIANT");
	struct drm_qda_query_device device;
	unsigned int domain, bits, coherent;
	int fd = file_open();

	check(variant != NULL);
	check(sscanf(variant, "%u %u %u", &domain, &bits, &coherent) == 3);
	device = device_query(fd);
	check_equal(device.domain, domain);
	check_equal(device.address_bits, bits);
	check_equal(!!(device.features & DRM_QDA_FEATURE_COHERENT), coherent);
	close(fd);
}

/* Buffers of many sizes in each context bank: all that a call names is found. */
static void calls_in_each_bank(void)
{
	static const uint64_t sizes[] = { 1, 4097, 3 * MIB + 1, 8 * MIB };
	int fds[16], first = session_open();
	unsigned int count = device_query(first).sessions, i;
	struct bo bo;
	size_t k;

	check(count >= 1 && count <= ARRAY_SIZE(fds));
	for (i = 0; i < count; i++) {
		fds[i] = i ? session_open() : first;
		for (k = 0; k < ARRAY_SIZE(sizes); k++) {
			bo_create(fds[i], sizes[k], &bo);
			pattern_fill(bo.map, sizes[k], i);
			check_equal(dsp_sum(fds[i], bo.handle, 0, sizes[k]),
				    pattern_sum(0, sizes[k], i));
			dsp_fill(fds[i], bo.handle, sizes[k] / 2, 1, 7);
			check(bo.map[sizes[k] / 2] != 0);
			bo_destroy(&bo);
		}
	}
	for (i = 0; i < count; i++)
		close(fds[i]);
}

static const char *const labels[] = {
	"adsp",	 "mdsp",  "sdsp",  "cdsp",  "cdsp1",
	"gdsp0", "gdsp1", "cdsp2", "cdsp3",
};

/* The device tree's own words, none of which the driver passes on. */
static void names_nothing(const char *where, const void *bytes, size_t size)
{
	static const char *const words[] = { "compute-cb", "fastrpc-compute" };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(labels); i++)
		if (memmem(bytes, size, labels[i], strlen(labels[i])))
			subtest_fail(__FILE__, __LINE__, "%s says %s", where,
				     labels[i]);
	for (i = 0; i < ARRAY_SIZE(words); i++)
		if (memmem(bytes, size, words[i], strlen(words[i])))
			subtest_fail(__FILE__, __LINE__, "%s says %s", where,
				     words[i]);
}

static void text_names_nothing(const char *where, char *text)
{
	names_nothing(where, text, strlen(text));
	free(text);
}

/* Names in a directory that hold @part. */
static unsigned int entries_name_nothing(const char *path, const char *part)
{
	DIR *dir = opendir(path);
	unsigned int count = 0;
	struct dirent *entry;

	check(dir != NULL);
	while ((entry = readdir(dir))) {
		if (!strstr(entry->d_name, part))
			continue;
		names_nothing(path, entry->d_name, strlen(entry->d_name));
		count++;
	}
	closedir(dir);
	return count;
}

static void query_names_nothing(int fd, uint32_t type)
{
	uint8_t bytes[4096] = { 0 };
	struct drm_qda_query query = {
		.type = type,
		.size = sizeof(bytes),
		.data_ptr = (uintptr_t)bytes,
	};

	if (request(fd, DRM_IOCTL_QDA_QUERY, &query) == 0)
		names_nothing("QUERY", bytes, sizeof(bytes));
}

/* Which node of the device tree it was is nobody's business. */
static void no_names_of_the_device_tree(void)
{
	static const char *const files[] = {
		"name", "sessions", "calls", "mappings", "counters",
	};
	struct probe probe;
	uint32_t type;
	size_t i;

	probe_open(&probe);
	for (i = 0; i < ARRAY_SIZE(files); i++)
		text_names_nothing(files[i], debugfs_read(files[i]));
	text_names_nothing("fdinfo", fdinfo_read(probe.fd));
	text_names_nothing("uevent",
			   text_read("/sys/class/accel/accel0/uevent"));
	for (type = 0; type < 8; type++)
		query_names_nothing(probe.fd, type);
	entries_name_nothing(DEBUGFS_ACCEL, "");
	entries_name_nothing("/sys/class/accel", "accel");
	check(entries_name_nothing("/sys/bus/platform/devices", "qda-") == 5);
	probe_close(&probe);
}

static const struct subtest tests[] = {
	SUBTEST(constants),
	SUBTEST(calls_in_each_bank),
	SUBTEST(no_names_of_the_device_tree),
};

int main(int argc, char **argv)
{
	return harness_main(argc, argv, tests, ARRAY_SIZE(tests));
}
