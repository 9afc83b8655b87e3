/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Log lines for the host. They wait here until a thread has sent them; code
 * that logs never waits for the host.
 */
#ifndef DSP_PD_LOG_H
#define DSP_PD_LOG_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>

#include "remote.h"

/** pd_log_daemon() - the static handle by which the host asks for lines */
int pd_log_daemon(uint32_t sc);

/**
 * pd_log_levels() - which lines the host wants
 * @wide: levels are 32 bits, else 16
 * @args: what the host sent: levels, and names of source files
 * @in: how many buffers that are
 *
 * Return: a status for the reply.
 */
int pd_log_levels(bool wide, const remote_arg *args, unsigned int in);

/** pd_log_is_wanted() - the host has asked for lines of that level and file */
bool pd_log_is_wanted(int level, const char *file);

/** pd_log_put() - a line, which is lost when too many wait */
void pd_log_put(int level, const char *file, int line, const char *format,
		va_list args);

/** pd_log_flush() - wait until the lines so far are sent, a bounded time */
void pd_log_flush(void);

#endif /* DSP_PD_LOG_H */
