/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Misbehaviour on demand. A mode acts on user invokes (handles above the
 * static ones), counted from 1 over the life of the machine: the N-th, or
 * from the N-th on.
 */
#ifndef DSP_FAULT_H
#define DSP_FAULT_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

enum fault_mode {
	FAULT_NONE,
	FAULT_DROP,
	FAULT_NEVER_REPLY,
	FAULT_DELAY,
	FAULT_LATE,
	FAULT_DUPLICATE,
	FAULT_REORDER,
	FAULT_CORRUPT,
	FAULT_UNKNOWN_CTX,
	FAULT_STALE_SEQ,
	FAULT_EARLY_RESPONSE,
	FAULT_SHORT_PACKET,
	FAULT_STRAY_SIGNAL,
	FAULT_SCRIBBLE,
	FAULT_STATUS_AFTER,
	FAULT_CRASH_PD,
	FAULT_CRASH_DSP,
	FAULT_HANG,
	FAULT_BAD_INDEX,
	FAULT_LATE_MAPS,
	FAULT_NO_ATTRIBUTES,
	FAULT_NEVER_START,
};

struct fault_plan {
	enum fault_mode mode;
	uint32_t nth;
};

/**
 * fault_parse() - read MODE[:N]
 *
 * Return: 0, or -EINVAL when there is no such mode or N is not in 1..2^31.
 */
int fault_parse(const char *text, struct fault_plan *plan);

/** fault_list() - print the modes, a line each */
void fault_list(FILE *file);

/** fault_name() - the name of a mode */
const char *fault_name(enum fault_mode mode);

/** fault_strikes() - does the plan act on user invoke @count? */
bool fault_strikes(const struct fault_plan *plan, enum fault_mode mode,
		   uint32_t count);

#endif /* DSP_FAULT_H */
