/* SPDX-License-Identifier: BSD-3-Clause */
/* The run time for skels: HAP_* functions, exported by the executable. */
#ifndef DSP_PD_RUNTIME_H
#define DSP_PD_RUNTIME_H

#include "dsp.h"

/** pd_runtime_init() - before the first skel is loaded */
void pd_runtime_init(int32_t client, struct pd_slot *slot);

#endif /* DSP_PD_RUNTIME_H */
