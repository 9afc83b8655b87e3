/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What the program and the DSP agree on. The interface is
 *
 *	interface template : remote_handle64 {
 *		long scale(in sequence<long> vec, in long factor,
 *			   rout sequence<long> res);
 *	};
 */
#ifndef TEMPLATE_H
#define TEMPLATE_H

#include <stdint.h>

#define TEMPLATE_URI \
	"file:///libtemplate_skel.so?template_skel_handle_invoke&_modver=1.0"

/* 0 and 1 open and close; one's own methods begin at 2. */
#define TEMPLATE_SCALE 2

/*
 * The first input holds the numbers among the parameters, and the length of
 * each sequence, in the order of the parameters.
 */
struct template_scale_in {
	uint32_t vec_len;
	int32_t factor;
	uint32_t res_len;
};

#endif
