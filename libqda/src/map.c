// SPDX-License-Identifier: BSD-3-Clause
#include <errno.h>
#include <stdlib.h>

#include "internal.h"

_Static_assert(QDA_MAP_TAG_DELAYED == DRM_QDA_MAP_TAG_DELAYED, "");
_Static_assert(QDA_MAP_STATIC == DRM_QDA_MAP_STATIC, "");
_Static_assert(QDA_MAP_HEAP == DRM_QDA_MAP_HEAP, "");

QDA_EXPORT int qda_map_create(struct qda_buffer *buffer, uint32_t kind,
			      int32_t tag, uint64_t offset, uint64_t length,
			      struct qda_map **map, int32_t *result)
{
	struct qda_session *session = buffer->session;
	struct drm_qda_remote_map request = {
		.kind = kind,
		.handle = buffer->handle,
		.tag = tag,
		.offset = offset,
		.length = length,
	};
	int ret = qda_session_check(session);
	struct qda_map *new;

	if (result)
		*result = 0;
	if (ret)
		return ret;
	new = calloc(1, sizeof(*new));
	if (!new)
		return -ENOMEM;
	ret = qda_node_ioctl(session->fd, DRM_IOCTL_QDA_REMOTE_MAP, &request);
	if (ret) {
		if (ret == -EREMOTEIO && result)
			*result = request.result;
		free(new);
		return ret;
	}
	new->session = session;
	new->number = request.map;
	new->address = request.address;
	pthread_mutex_lock(&session->modules_lock);
	new->next = session->maps;
	session->maps = new;
	pthread_mutex_unlock(&session->modules_lock);
	*map = new;
	return 0;
}

QDA_EXPORT uint64_t qda_map_address(const struct qda_map *map)
{
	return map->address;
}

static void unlink_map(struct qda_map *map)
{
	struct qda_map **link = &map->session->maps;

	while (*link != map)
		link = &(*link)->next;
	*link = map->next;
}

QDA_EXPORT int qda_map_free(struct qda_map *map, int32_t *result)
{
	struct drm_qda_remote_unmap request = { 0 };
	struct qda_session *session;
	int ret;

	if (result)
		*result = 0;
	if (!map)
		return 0;
	session = map->session;
	ret = qda_session_check(session);
	if (ret) {
		unlink_map(map);
		free(map);
		return ret;
	}
	request.map = map->number;
	ret = qda_node_ioctl(session->fd, DRM_IOCTL_QDA_REMOTE_UNMAP, &request);
	if (ret == -EREMOTEIO) {
		if (result)
			*result = request.result;
		return ret;
	}
	pthread_mutex_lock(&session->modules_lock);
	unlink_map(map);
	pthread_mutex_unlock(&session->modules_lock);
	free(map);
	return ret;
}

void qda_session_free_maps(struct qda_session *session)
{
	struct qda_map *map = session->maps;

	while (map) {
		struct qda_map *next = map->next;

		free(map);
		map = next;
	}
}
