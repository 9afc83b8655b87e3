/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _QDA_MAP_H_
#define _QDA_MAP_H_

struct drm_device;
struct drm_file;
struct qda_session;

int qda_ioctl_map(struct drm_device *drm, void *data, struct drm_file *file);
int qda_ioctl_unmap(struct drm_device *drm, void *data, struct drm_file *file);
void qda_maps_free(struct qda_session *session);

#endif
