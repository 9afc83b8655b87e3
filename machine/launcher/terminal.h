/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef QDA_SIM_TERMINAL_H
#define QDA_SIM_TERMINAL_H

#include <stdbool.h>

/* terminal_is_ours() - whether @fd is the terminal that we may read now. */
bool terminal_is_ours(int fd);

/*
 * terminal_raw() - hand the keyboard to COMMAND's terminal. It is restored by
 * terminal_restore(), which may be called at any time.
 */
void terminal_raw(void);
void terminal_restore(void);

#endif
