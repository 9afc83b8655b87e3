/* SPDX-License-Identifier: BSD-3-Clause */
/* The handles that every process serves: 0 and 3 to 9. */
#ifndef DSP_PD_HANDLES_H
#define DSP_PD_HANDLES_H

#include "remote.h"

/** pd_handle_invoke() - call a static handle; returns the status to answer */
int pd_handle_invoke(uint32_t handle, uint32_t sc, remote_arg *args);

#endif /* DSP_PD_HANDLES_H */
