// SPDX-License-Identifier: BSD-3-Clause
#include "emit.h"

void emit_doc(struct idl *idl, const struct layout *layout, struct text *out)
{
	(void)idl;
	(void)layout;
	(void)out;
}
