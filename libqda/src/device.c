// SPDX-License-Identifier: BSD-3-Clause
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"

static const char *const domain_names[] = {
	[QDA_DOMAIN_ADSP] = "adsp",   [QDA_DOMAIN_MDSP] = "mdsp",
	[QDA_DOMAIN_SDSP] = "sdsp",   [QDA_DOMAIN_CDSP] = "cdsp",
	[QDA_DOMAIN_CDSP1] = "cdsp1", [QDA_DOMAIN_GDSP0] = "gdsp0",
	[QDA_DOMAIN_GDSP1] = "gdsp1", [QDA_DOMAIN_CDSP2] = "cdsp2",
	[QDA_DOMAIN_CDSP3] = "cdsp3",
};

#define DOMAINS ((int)(sizeof(domain_names) / sizeof(domain_names[0])))

_Static_assert(QDA_DOMAIN_CDSP3 == DRM_QDA_DOMAIN_CDSP3, "the kernel's number");
_Static_assert(QDA_DOMAIN_GDSP1 == DRM_QDA_DOMAIN_GDSP1, "the kernel's number");
_Static_assert(QDA_DOMAIN_CDSP == DRM_QDA_DOMAIN_CDSP, "the kernel's number");

QDA_EXPORT const char *qda_domain_name(int domain)
{
	return domain >= 0 && domain < DOMAINS ? domain_names[domain] : NULL;
}

QDA_EXPORT int qda_domain_from_name(const char *name)
{
	for (int domain = 0; domain < DOMAINS; domain++)
		if (!strcmp(name, domain_names[domain]))
			return domain;
	return -EINVAL;
}

void qda_copy_struct(void *to, size_t to_size, const void *from,
		     size_t from_size)
{
	memset(to, 0, to_size);
	memcpy(to, from, to_size < from_size ? to_size : from_size);
}

int qda_node_ioctl(int fd, unsigned long request, void *arg)
{
	int ret;

	do {
		ret = qda_sys->ioctl(fd, request, arg);
	} while (ret == -EINTR);
	return ret;
}

static int node_version(int fd, struct qda_device_info *info)
{
	char name[8] = "";
	struct drm_version version = {
		.name = name,
		.name_len = sizeof(name) - 1,
	};
	int ret = qda_node_ioctl(fd, DRM_IOCTL_VERSION, &version);

	if (ret)
		return ret;
	if (strcmp(name, "qda"))
		return -ENOTTY;
	info->version_major = version.version_major;
	info->version_minor = version.version_minor;
	return 0;
}

static int node_query(int fd, struct qda_device_info *info)
{
	struct drm_qda_query_device device = { 0 };
	struct drm_qda_query query = {
		.type = DRM_QDA_QUERY_DEVICE,
		.size = sizeof(device),
		.data_ptr = (uintptr_t)&device,
	};
	int ret = qda_node_ioctl(fd, DRM_IOCTL_QDA_QUERY, &query);

	if (ret)
		return ret;
	info->domain = device.domain;
	info->sessions = device.sessions;
	info->calls = device.calls;
	info->address_bits = device.address_bits;
	info->buffer_size_max = device.bo_size_max;
	if (device.features & DRM_QDA_FEATURE_POLL)
		info->features |= QDA_FEATURE_POLL;
	return 0;
}

int qda_node_open(const char *path, int *fd, struct qda_device_info *info)
{
	int node = qda_sys->open(path);
	int ret;

	if (node < 0)
		return node;
	*info = (struct qda_device_info){ 0 };
	ret = node_version(node, info);
	if (!ret)
		ret = node_query(node, info);
	if (ret) {
		qda_sys->close(node);
		return ret;
	}
	*fd = node;
	return 0;
}

QDA_EXPORT int qda_device_open_path(const char *path,
				    struct qda_device **device)
{
	size_t size = strlen(path) + 1;
	struct qda_device *new;
	int ret, fd;

	new = calloc(1, sizeof(*new) + size);
	if (!new)
		return -ENOMEM;
	memcpy(new->path, path, size);
	ret = qda_node_open(path, &fd, &new->info);
	if (ret) {
		free(new);
		return ret;
	}
	qda_sys->close(fd);
	*device = new;
	return 0;
}

static int open_if_domain(const char *path, int domain,
			  struct qda_device **device)
{
	struct qda_device *new;
	int ret = qda_device_open_path(path, &new);

	if (ret)
		return ret;
	if (domain != QDA_DOMAIN_ANY && (int)new->info.domain != domain) {
		qda_device_close(new);
		return -ENXIO;
	}
	*device = new;
	return 0;
}

static int is_accel(const struct dirent *entry)
{
	unsigned int minor;
	int end = 0;

	return sscanf(entry->d_name, "accel%u%n", &minor, &end) == 1 &&
	       !entry->d_name[end];
}

/* Errors of other people's devices do not matter, lack of rights does. */
static int try_device(const char *name, int domain, struct qda_device **device)
{
	char path[300];
	int ret;

	snprintf(path, sizeof(path), "%s/%s", qda_sys->node_dir, name);
	ret = open_if_domain(path, domain, device);
	if (ret == -ENOTTY || ret == -ENOENT || ret == -ENODEV)
		return -ENXIO;
	return ret;
}

static int find_device(int domain, struct qda_device **device)
{
	struct dirent **entries;
	int ret = -ENXIO;
	int count = scandir(qda_sys->class_dir, &entries, is_accel,
			    versionsort);

	if (count < 0)
		return errno == ENOMEM ? -ENOMEM : -ENXIO;
	for (int i = 0; i < count; i++) {
		if (ret == -ENXIO || ret == -EACCES || ret == -EPERM) {
			int err = try_device(entries[i]->d_name, domain,
					     device);

			if (err != -ENXIO)
				ret = err;
		}
		free(entries[i]);
	}
	free(entries);
	return ret;
}

QDA_EXPORT int qda_device_open(int domain, struct qda_device **device)
{
	const char *path = secure_getenv("QDA_DEVICE");

	if (domain != QDA_DOMAIN_ANY && !qda_domain_name(domain))
		return -EINVAL;
	if (path && *path)
		return open_if_domain(path, domain, device);
	return find_device(domain, device);
}

QDA_EXPORT void qda_device_close(struct qda_device *device)
{
	free(device);
}

QDA_EXPORT const char *qda_device_path(const struct qda_device *device)
{
	return device->path;
}

QDA_EXPORT int qda_device_get_info(const struct qda_device *device,
				   struct qda_device_info *info, size_t size)
{
	qda_copy_struct(info, size, &device->info, sizeof(device->info));
	return 0;
}
