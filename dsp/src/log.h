/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The message log: diagnostics of the DSP, log lines of skels, violations of
 * the protocol by the host. Every process of the DSP writes whole lines.
 */
#ifndef DSP_LOG_H
#define DSP_LOG_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>

/**
 * log_open() - set the log up, before any fork
 * @path: file to append to, NULL for standard error
 * @domain: name at the start of each line
 * @violations: counter shared by all processes of the DSP
 *
 * Return: 0 or a negative errno.
 */
int log_open(const char *path, const char *domain, uint32_t *violations);

/** log_line() - one line "<domain> dsp: ..." */
__attribute__((format(printf, 1, 2))) void log_line(const char *format, ...);

/** log_pd() - one line "<domain> pd <n> <origin>: ..." of a process */
__attribute__((format(printf, 3, 4))) void log_pd(int32_t pd,
						  const char *origin,
						  const char *format, ...);

/** log_pd_va() - as log_pd(), with an optional level between */
void log_pd_va(int32_t pd, const char *origin, const char *level,
	       const char *format, va_list args);

/** log_violation() - one line "VIOLATION: ...", counted */
__attribute__((format(printf, 1, 2))) void log_violation(const char *format,
							 ...);

/** log_fd() - the descriptor, which a new process has to keep */
int log_fd(void);

#endif /* DSP_LOG_H */
