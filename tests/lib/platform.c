// SPDX-License-Identifier: BSD-3-Clause
#include "platform.h"

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "device.h"
#include "kernel_text.h"

#define BUS	"/sys/bus/rpmsg/"
#define DRIVER	BUS "drivers/qda/"
#define LINK	"/sys/bus/virtio/drivers/qda-sim-link/"
#define BUFFERS "/sys/kernel/debug/dma_buf/bufinfo"

int file_write(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	int ret = 0;

	if (fd < 0)
		return -errno;
	if (write(fd, text, strlen(text)) != (ssize_t)strlen(text))
		ret = -errno;
	close(fd);
	return ret;
}

int64_t file_number(const char *path)
{
	char text[32] = "";
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t size;

	if (fd < 0)
		return -errno;
	size = read(fd, text, sizeof(text) - 1);
	close(fd);
	return size > 0 ? strtoll(text, NULL, 0) : -EIO;
}

bool kernel_is_debug(void)
{
	struct utsname kernel;

	check(uname(&kernel) == 0);
	return strstr(kernel.release, "debug") != NULL;
}

/* The last component of the first path that matches; false without one. */
static bool first_name(const char *pattern, char *name, size_t size)
{
	glob_t found;
	bool any = glob(pattern, 0, NULL, &found) == 0;

	if (any)
		snprintf(name, size, "%s", strrchr(found.gl_pathv[0], '/') + 1);
	globfree(&found);
	return any;
}

void driver_autoprobe(bool on)
{
	check_ok(file_write(BUS "drivers_autoprobe", on ? "1" : "0"));
}

/* The device that was unbound; the one that the DSP offers next has its name. */
static ino_t unbound;

static ino_t device_inode(char *name, size_t size)
{
	char path[256];
	struct stat st;

	if (!first_name(BUS "devices/*fastrpc*", name, size))
		return 0;
	snprintf(path, sizeof(path), BUS "devices/%s/", name);
	return stat(path, &st) ? 0 : st.st_ino;
}

int driver_unbind(void)
{
	char name[128];

	unbound = device_inode(name, sizeof(name));
	if (!first_name(DRIVER "*fastrpc*", name, sizeof(name)))
		return -ENODEV;
	return file_write(DRIVER "unbind", name);
}

/*
 * The kernel's GLINK code cannot open a channel twice: it gets lost in its
 * answers when the device that was unbound is bound again before it went.
 */
static void wait_for_offer(char *name, size_t size)
{
	int64_t end = deadline_in(PLATFORM_BACK_MS);
	ino_t inode;

	do {
		sleep_ms(1);
		inode = device_inode(name, size);
	} while ((!inode || inode == unbound) && now_ns() < end);
	/* It shows before it can be bound, and a bind too early leaks memory. */
	sleep_ms(kernel_is_debug() ? 500 : 50);
}

void driver_bind(void)
{
	char name[128];

	wait_for_offer(name, sizeof(name));
	check_ok(file_write(DRIVER "bind", name));
}

int driver_unload(void)
{
	char name[128];

	unbound = device_inode(name, sizeof(name));
	return syscall(SYS_delete_module, "qda", O_NONBLOCK) ? -errno : 0;
}

/* Where the build has put it: beside the directory of the test programs. */
static void module_path(char *path, size_t size)
{
	struct utsname kernel;
	const char *flavour;
	char *slash;
	ssize_t length = readlink("/proc/self/exe", path, size - 1);

	check(length > 0);
	path[length] = '\0';
	slash = strstr(path, "/tests/");
	check(slash != NULL);
	check(uname(&kernel) == 0);
	flavour = strrchr(kernel.release, '-');
	check(flavour != NULL);
	snprintf(slash, size - (size_t)(slash - path), "/modules-%s/qda.ko",
		 flavour + 1);
}

void driver_load(void)
{
	char path[512], name[128];
	int fd;

	wait_for_offer(name, sizeof(name));
	module_path(path, sizeof(path));
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		subtest_fail(__FILE__, __LINE__, "%s: %s", path,
			     strerror(errno));
	check(syscall(SYS_finit_module, fd, "", 0) == 0);
	close(fd);
	node_wait();
}

void dsp_unplug(void)
{
	check_ok(file_write(LINK "unbind", "virtio0"));
}

void dsp_plug(void)
{
	check_ok(file_write(LINK "bind", "virtio0"));
	node_wait();
}

int64_t dsp_starts(void)
{
	return file_number(DEBUGFS_SIM "starts");
}

int dsp_kill(void)
{
	return file_write(DEBUGFS_SIM "restart", "1");
}

void dsp_wait(int64_t starts)
{
	int64_t end = deadline_in(PLATFORM_BACK_MS);

	/* It starts when the old device is gone, so the node is the new one's. */
	while (dsp_starts() == starts && now_ns() < end)
		usleep(200);
	check(dsp_starts() != starts);
	node_wait();
}

void dsp_restart(void)
{
	int64_t starts = dsp_starts();

	check(starts > 0);
	check_ok(dsp_kill());
	dsp_wait(starts);
}

void platform_repair(void)
{
	int fd;

	file_write(BUS "drivers_autoprobe", "1");
	if (access(LINK "virtio0", F_OK))
		file_write(LINK "bind", "virtio0");
	fd = node_open_within(1000);
	if (fd < 0)
		dsp_kill();
	else
		close(fd);
}

void node_wait(void)
{
	int fd = node_open_within(PLATFORM_BACK_MS);

	if (fd < 0)
		check_ok(fd);
	close(fd);
}

/* Every context bank can be had, and works. */
static void banks_are_free(void)
{
	int64_t end = deadline_in(PLATFORM_BACK_MS);
	unsigned int count, i;
	int files[64];
	int ret;

	node_wait();
	files[0] = file_open();
	count = device_query(files[0]).sessions;
	close(files[0]);
	check(count <= ARRAY_SIZE(files));
	for (i = 0; i < count; i++) {
		files[i] = file_open();
		do {
			ret = process_create(files[i]);
		} while (ret == -EBUSY && now_ns() < end);
		check_ok(ret);
	}
	while (count--)
		close(files[count]);
}

static void no_dma_buf_is_left(void)
{
	unsigned int count = 0;
	char line[256];
	FILE *file = fopen(BUFFERS, "re");

	if (!file)
		return;
	while (fgets(line, sizeof(line), file))
		if (strstr(line, " objects, "))
			sscanf(line, "Total %u", &count);
	fclose(file);
	check_equal(count, 0);
}

static unsigned int table_rows(const char *table)
{
	char *text = debugfs_read(table), *line = text;
	unsigned int count = 0;

	while ((line = strchr(line, '\n')) && *++line)
		count++;
	free(text);
	return count;
}

/* What was closed is released by and by. */
static void tables_are_empty(void)
{
	static const char *const tables[] = { "sessions", "calls", "mappings" };
	int64_t end = deadline_in(PLATFORM_BACK_MS);
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(tables); i++) {
		while (table_rows(tables[i]) && now_ns() < end)
			sleep_ms(5);
		if (table_rows(tables[i]))
			subtest_fail(__FILE__, __LINE__, "%s are left:\n%s",
				     tables[i], debugfs_read(tables[i]));
	}
}

void nothing_is_left(void)
{
	banks_are_free();
	no_dma_buf_is_left();
	tables_are_empty();
}
