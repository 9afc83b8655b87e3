/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Log lines: FARF(HIGH, "sum of %d values", n), on the DSP and on the host.
 *
 * Levels are LOW, MEDIUM, HIGH, ERROR, FATAL, CRITICAL and ALWAYS; #define
 * FARF_LOW 0 and the like before the include leaves a level out. With RUNTIME_
 * before it, a line is only written when the mask asks for its level. On the
 * DSP a line shows up on the host with the domain, the process, the source file
 * and its line.
 */
#ifndef HAP_FARF_H
#define HAP_FARF_H

#ifdef __cplusplus
extern "C" {
#endif

#define HAP_LEVEL_LOW	       0
#define HAP_LEVEL_MEDIUM       1
#define HAP_LEVEL_HIGH	       2
#define HAP_LEVEL_ERROR	       3
#define HAP_LEVEL_FATAL	       4
#define HAP_LEVEL_CRITICAL     5
#define HAP_LEVEL_RPC_LOW      16 /* of the FastRPC library itself */
#define HAP_LEVEL_RPC_MEDIUM   17
#define HAP_LEVEL_RPC_HIGH     18
#define HAP_LEVEL_RPC_ERROR    19
#define HAP_LEVEL_RPC_FATAL    20
#define HAP_LEVEL_RPC_CRITICAL 21
#define HAP_LEVEL_RUNTIME      (1 << 5)

/**
 * HAP_debug_v2() - write one log line; use FARF() instead
 * @level: one of HAP_LEVEL_*
 * @file: source file, of which only the last component is shown
 * @line: line in @file
 * @format: printf format; a line is cut at about 900 characters
 */
__attribute__((format(printf, 4, 5))) void HAP_debug_v2(
	int level, const char *file, int line, const char *format, ...);

/** HAP_debug_runtime() - the same, if the mask asks for @level and @file */
__attribute__((format(printf, 4, 5))) void HAP_debug_runtime(
	int level, const char *file, int line, const char *format, ...);

#ifndef FARF_LOW
#define FARF_LOW 1
#endif
#ifndef FARF_MEDIUM
#define FARF_MEDIUM 1
#endif
#ifndef FARF_HIGH
#define FARF_HIGH 1
#endif
#ifndef FARF_ERROR
#define FARF_ERROR 1
#endif
#ifndef FARF_FATAL
#define FARF_FATAL 1
#endif
#ifndef FARF_CRITICAL
#define FARF_CRITICAL 1
#endif
#define FARF_ALWAYS 1

#define FARF_LOW_LEVEL	    HAP_LEVEL_LOW
#define FARF_MEDIUM_LEVEL   HAP_LEVEL_MEDIUM
#define FARF_HIGH_LEVEL	    HAP_LEVEL_HIGH
#define FARF_ERROR_LEVEL    HAP_LEVEL_ERROR
#define FARF_FATAL_LEVEL    HAP_LEVEL_FATAL
#define FARF_CRITICAL_LEVEL HAP_LEVEL_CRITICAL
#define FARF_ALWAYS_LEVEL   HAP_LEVEL_HIGH

#define FARF_RUNTIME_LOW	  1
#define FARF_RUNTIME_MEDIUM	  1
#define FARF_RUNTIME_HIGH	  1
#define FARF_RUNTIME_ERROR	  1
#define FARF_RUNTIME_FATAL	  1
#define FARF_RUNTIME_RPC_LOW	  1
#define FARF_RUNTIME_RPC_MEDIUM	  1
#define FARF_RUNTIME_RPC_HIGH	  1
#define FARF_RUNTIME_RPC_ERROR	  1
#define FARF_RUNTIME_RPC_FATAL	  1
#define FARF_RUNTIME_RPC_CRITICAL 1

#define FARF_RUNTIME_LOW_LEVEL	      (HAP_LEVEL_RUNTIME | HAP_LEVEL_LOW)
#define FARF_RUNTIME_MEDIUM_LEVEL     (HAP_LEVEL_RUNTIME | HAP_LEVEL_MEDIUM)
#define FARF_RUNTIME_HIGH_LEVEL	      (HAP_LEVEL_RUNTIME | HAP_LEVEL_HIGH)
#define FARF_RUNTIME_ERROR_LEVEL      (HAP_LEVEL_RUNTIME | HAP_LEVEL_ERROR)
#define FARF_RUNTIME_FATAL_LEVEL      (HAP_LEVEL_RUNTIME | HAP_LEVEL_FATAL)
#define FARF_RUNTIME_RPC_LOW_LEVEL    (HAP_LEVEL_RUNTIME | HAP_LEVEL_RPC_LOW)
#define FARF_RUNTIME_RPC_MEDIUM_LEVEL (HAP_LEVEL_RUNTIME | HAP_LEVEL_RPC_MEDIUM)
#define FARF_RUNTIME_RPC_HIGH_LEVEL   (HAP_LEVEL_RUNTIME | HAP_LEVEL_RPC_HIGH)
#define FARF_RUNTIME_RPC_ERROR_LEVEL  (HAP_LEVEL_RUNTIME | HAP_LEVEL_RPC_ERROR)
#define FARF_RUNTIME_RPC_FATAL_LEVEL  (HAP_LEVEL_RUNTIME | HAP_LEVEL_RPC_FATAL)
#define FARF_RUNTIME_RPC_CRITICAL_LEVEL \
	(HAP_LEVEL_RUNTIME | HAP_LEVEL_RPC_CRITICAL)

#define FARF(level, ...)                                                       \
	do {                                                                   \
		if (FARF_##level && FARF_##level##_LEVEL >= HAP_LEVEL_RUNTIME) \
			HAP_debug_runtime(FARF_##level##_LEVEL -               \
						  HAP_LEVEL_RUNTIME,           \
					  __FILE__, __LINE__, __VA_ARGS__);    \
		else if (FARF_##level)                                         \
			HAP_debug_v2(FARF_##level##_LEVEL, __FILE__, __LINE__, \
				     __VA_ARGS__);                             \
	} while (0)

#ifdef __cplusplus
}
#endif

#endif /* HAP_FARF_H */
