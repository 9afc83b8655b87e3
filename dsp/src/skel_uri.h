/* SPDX-License-Identifier: BSD-3-Clause */
/* The name by which the host opens a skel. */
#ifndef DSP_SKEL_URI_H
#define DSP_SKEL_URI_H

#include <stdbool.h>
#include <stddef.h>

#define SKEL_NAME_MAX 256

struct skel_uri {
	char library[SKEL_NAME_MAX]; /* file name without folder */
	char symbol[SKEL_NAME_MAX];
	char domain[32];   /* empty when not given */
	bool handle_based; /* _modver=1.0: open, close, a handle */
};

/**
 * skel_uri_parse() - read a URI or a plain interface name
 *
 * file:///lib<if>_skel.so?<symbol>[&_modver=1.0][&_dom=NAME][&OPTION=...]
 * or <if>, which means lib<if>_skel.so and <if>_skel_invoke.
 *
 * Return: 0, or -EINVAL with a reason in @error.
 */
int skel_uri_parse(const char *uri, struct skel_uri *out, char *error,
		   size_t error_size);

#endif /* DSP_SKEL_URI_H */
