// SPDX-License-Identifier: BSD-3-Clause
/*
 * What udev does on a full system: nodes that appear are opened to every
 * user of this machine, also those that come back when the DSP restarts.
 */
#include <errno.h>
#include <linux/netlink.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "init.h"

#define KERNEL_EVENTS 1 /* netlink group of the kernel's own events */

static const char *const open_nodes[] = {
	"accel/", "dri/", "dma_heap/", "fastrpc-", "udmabuf", "kmsg", "rpmsg",
};

static void open_to_all(const char *node)
{
	char path[256];

	for (size_t i = 0; i < sizeof(open_nodes) / sizeof(*open_nodes); i++) {
		if (strncmp(node, open_nodes[i], strlen(open_nodes[i])))
			continue;
		snprintf(path, sizeof(path), "/dev/%s", node);
		chmod(path, 0666);
	}
}

/* Nodes of built-in drivers were there before anybody could listen. */
static void open_existing(void)
{
	static const char *const nodes[] = {
		"dma_heap/system", "udmabuf",	     "kmsg",
		"dri/card0",	   "dri/renderD128",
	};

	for (size_t i = 0; i < sizeof(nodes) / sizeof(*nodes); i++)
		open_to_all(nodes[i]);
}

int devices_open(void)
{
	struct sockaddr_nl address = {
		.nl_family = AF_NETLINK,
		.nl_groups = KERNEL_EVENTS,
	};
	int fd = socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK,
			NETLINK_KOBJECT_UEVENT);

	if (fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof(address)))
		fail("cannot listen to device events: %s", strerror(errno));
	open_existing();
	return fd;
}

void devices_event(int fd)
{
	char event[4096];
	const char *node = NULL;
	bool add = false;
	ssize_t n;

	while ((n = recv(fd, event, sizeof(event) - 1, 0)) > 0) {
		event[n] = '\0';
		for (char *line = event; line < event + n;
		     line += strlen(line) + 1) {
			if (!strcmp(line, "ACTION=add"))
				add = true;
			else if (!strncmp(line, "DEVNAME=", 8))
				node = line + 8;
		}
		if (add && node)
			open_to_all(node);
		add = false;
		node = NULL;
	}
}

static long milliseconds_since(const struct timespec *start)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (now.tv_sec - start->tv_sec) * 1000 +
	       (now.tv_nsec - start->tv_nsec) / 1000000;
}

void devices_wait(int fd, const struct launch *launch)
{
	struct pollfd poller = { .fd = fd, .events = POLLIN };
	struct timespec start;
	long left;

	clock_gettime(CLOCK_MONOTONIC, &start);
	while (launch->device) {
		devices_event(fd);
		if (!access(launch->device, F_OK))
			break;
		left = launch->wait_seconds * 1000L -
		       milliseconds_since(&start);
		if (left <= 0)
			fail("no driver made %s within %u s: the kernel log says why",
			     launch->device, launch->wait_seconds);
		poll(&poller, 1, (int)left);
	}
	if (launch->device)
		open_to_all(launch->device + strlen("/dev/"));
}
