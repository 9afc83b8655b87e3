/* SPDX-License-Identifier: BSD-3-Clause */
/* What the process of a protection domain can be told by the host. */
#ifndef DSP_PD_PROCESS_H
#define DSP_PD_PROCESS_H

#include <stdint.h>

/** pd_exit_after_reply() - the process ends when this call was answered */
void pd_exit_after_reply(void);

/**
 * pd_set_threads() - how threads that run calls are to be
 * @priority: 1 to 255; there are no priorities here
 * @stack_size: 16 KiB to 8 MiB
 *
 * Return: a status for the reply.
 */
int32_t pd_set_threads(uint32_t priority, uint32_t stack_size);

#endif /* DSP_PD_PROCESS_H */
