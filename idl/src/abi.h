/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IDL_ABI_H
#define IDL_ABI_H

#include "idl.h"
#include "layout.h"

/**
 * abi_compare - what a peer that was made of an older file would not understand
 * @now: the newer run; breaks are reported there as errors, harmless additions
 *	as notes
 *
 * Returns how many breaks there are.
 */
unsigned int abi_compare(struct idl *now, const struct layout *layout,
			 struct idl *old, const struct layout *old_layout);

#endif
