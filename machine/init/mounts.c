// SPDX-License-Identifier: BSD-3-Clause
/*
 * The machine's root is the host's, by hostfs. What belongs to a kernel is
 * mounted over it here, and only the guest sees that.
 */
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "init.h"

static const struct {
	const char *type, *where, *data;
	bool create;   /* the directory is in a mount of ours */
	bool optional; /* a kernel may be built without it */
} table[] = {
	{ "proc", "/proc", NULL, false, false },
	{ "sysfs", "/sys", NULL, false, false },
	{ "debugfs", "/sys/kernel/debug", "mode=755", false, true },
	{ "tracefs", "/sys/kernel/tracing", "mode=755", false, true },
	{ "devtmpfs", "/dev", "mode=755", false, false },
	{ "devpts", "/dev/pts", "mode=620,gid=5,ptmxmode=666", true, false },
	{ "tmpfs", "/dev/shm", "mode=1777", true, false },
};

static const struct {
	const char *target, *name;
} links[] = {
	{ "/proc/self/fd", "/dev/fd" },
	{ "/proc/self/fd/0", "/dev/stdin" },
	{ "/proc/self/fd/1", "/dev/stdout" },
	{ "/proc/self/fd/2", "/dev/stderr" },
};

static void loopback_up(void)
{
	struct ifreq request = { .ifr_name = "lo", .ifr_flags = IFF_UP };
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return;
	ioctl(fd, SIOCSIFFLAGS, &request);
	close(fd);
}

void mounts_set_up(void)
{
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		if (table[i].create)
			mkdir(table[i].where, 0755);
		if (mount(table[i].type, table[i].where, table[i].type,
			  MS_NOSUID | MS_RELATIME, table[i].data) &&
		    !table[i].optional)
			fail("cannot mount %s on %s: %s", table[i].type,
			     table[i].where, strerror(errno));
	}
	for (size_t i = 0; i < sizeof(links) / sizeof(links[0]); i++) {
		if (symlink(links[i].target, links[i].name) && errno != EEXIST)
			fail("cannot make %s: %s", links[i].name,
			     strerror(errno));
	}
	sethostname("qda-sim", strlen("qda-sim"));
	loopback_up();
}

int write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	int err = 0;

	if (fd < 0)
		return -errno;
	if (write(fd, text, strlen(text)) < 0)
		err = -errno;
	close(fd);
	return err;
}
