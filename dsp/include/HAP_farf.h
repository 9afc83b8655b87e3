/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Log lines from DSP code: FARF(HIGH, "sum of %d values", n). The line shows
 * up on the host with the domain, the process, the source file and line.
 */
#ifndef HAP_FARF_H
#define HAP_FARF_H

#ifdef __cplusplus
extern "C" {
#endif

#define HAP_LEVEL_LOW	 0
#define HAP_LEVEL_MEDIUM 1
#define HAP_LEVEL_HIGH	 2
#define HAP_LEVEL_ERROR	 3
#define HAP_LEVEL_FATAL	 4
#define HAP_LEVEL_ALWAYS 5

/**
 * HAP_debug_v2() - write one log line; use FARF() instead
 * @level: one of HAP_LEVEL_*
 * @file: source file, of which only the last component is shown
 * @line: line in @file
 * @format: printf format; a line is cut at about 900 characters
 */
__attribute__((format(printf, 4, 5)))
void HAP_debug_v2(int level, const char *file, int line, const char *format,
		  ...);

/* @level is one of LOW, MEDIUM, HIGH, ERROR, FATAL, ALWAYS. */
#define FARF(level, ...) \
	HAP_debug_v2(HAP_LEVEL_##level, __FILE__, __LINE__, __VA_ARGS__)

#ifdef __cplusplus
}
#endif

#endif /* HAP_FARF_H */
