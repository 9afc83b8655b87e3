/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Log lines of code on a DSP, as a program wants them. This header is QDA's own:
 * other FastRPC libraries do not have it.
 */
#ifndef FASTRPC_LOG_H
#define FASTRPC_LOG_H

#ifdef __cplusplus
extern "C" {
#endif

/** struct fastrpc_log_line - one line of FARF() on a DSP */
struct fastrpc_log_line {
	int domain;	     /* of enum: ADSP 0, MDSP 1, SDSP 2, CDSP 3, ... */
	int session;	     /* 0 to 3 */
	int level;	     /* one of HAP_LEVEL_* */
	int line;	     /* in the source file */
	unsigned int thread; /* low 16 bits of the DSP's number of it */
	const char *file;    /* source file, at most 30 characters */
	const char *text;    /* at most 218 printable characters, no newline */
};

/**
 * fastrpc_log_callback() - have the lines of all DSPs given to a function
 * @function: called by a thread of the library for each line; it may not call
 *	the library. The strings are valid until it returns. NULL: lines go
 *	where FASTRPC_LOG says again.
 * @context: handed to @function
 *
 * Which lines there are, FASTRPC_FARF says when a session starts; see
 * fastrpc(7). When this returns, no function that was there before is called
 * any more. Thread-safe, but not from @function itself.
 */
void fastrpc_log_callback(void (*function)(void *context,
					   const struct fastrpc_log_line *line),
			  void *context);

#ifdef __cplusplus
}
#endif

#endif /* FASTRPC_LOG_H */
