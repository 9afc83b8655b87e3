/* SPDX-License-Identifier: BSD-3-Clause */
/* The heap that the host adds to a process (HAP_mem.h). */
#ifndef DSP_PD_HEAP_H
#define DSP_PD_HEAP_H

#include "dsp.h"

/** pd_heap_init() - allocate from the segments of this slot */
void pd_heap_init(struct pd_slot *slot);

#endif /* DSP_PD_HEAP_H */
