/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Remote handle 0: modules are opened and closed by URI (FastRPC wire, as the
 * ecosystem's user library sends it).
 */
#ifndef QDA_TEST_REMOTECTL_H
#define QDA_TEST_REMOTECTL_H

#include "device.h"

#define REMOTECTL_HANDLE  0
#define REMOTECTL_OPEN	  DRM_QDA_SCALARS(0, 2, 2, 0, 0)
#define REMOTECTL_CLOSE	  DRM_QDA_SCALARS(1, 1, 2, 0, 0)
#define REMOTECTL_URI_MAX 256

struct remotectl_open_in {
	uint32_t name_size;
	uint32_t error_size;
};

struct remotectl_open_out {
	uint32_t handle;
	int32_t error;
};

struct remotectl_close_in {
	uint32_t handle;
	uint32_t error_size;
};

/** remotectl_uri - URI of lib<name>_skel.so on a DSP, DRM_QDA_DOMAIN_* */
void remotectl_uri(char uri[REMOTECTL_URI_MAX], const char *name,
		   uint32_t domain);

#endif
