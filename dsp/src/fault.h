/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Misbehaviour on demand. A mode acts on user invokes (handles above the
 * static ones), counted from 1 over the life of the machine: the N-th, or
 * from the N-th on. With "random" each of them draws its own mode or none.
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
	FAULT_STRAY_STATUS,
	FAULT_SCRIBBLE,
	FAULT_STATUS_AFTER,
	FAULT_CRASH_PD,
	FAULT_CRASH_DSP,
	FAULT_HANG,
	FAULT_BAD_INDEX,
	FAULT_LATE_MAPS,
	FAULT_NO_ATTRIBUTES,
	FAULT_NEVER_START,
	FAULT_RANDOM,
	FAULT_FUZZ,
	FAULT_REQUESTS,
};

struct fault_plan {
	enum fault_mode mode;
	uint32_t nth;
	uint32_t seed;	  /* of FAULT_RANDOM and what follows */
	uint32_t percent; /* how often these act */
};

/**
 * fault_parse() - read MODE[:N] or, for random and fuzz, MODE:SEED[:PERCENT]
 *
 * Return: 0, or -EINVAL when there is no such mode or a number is not in
 * 1..2^31 or no percentage.
 */
int fault_parse(const char *text, struct fault_plan *plan);

/** fault_list() - print the modes, a line each */
void fault_list(FILE *file);

/** fault_name() - the name of a mode */
const char *fault_name(enum fault_mode mode);

/**
 * fault_of() - what happens to user invoke @count, 0: it is none
 *
 * The same plan and count always give the same. Never FAULT_RANDOM or what
 * follows.
 */
enum fault_mode fault_of(const struct fault_plan *plan, uint32_t count);

/** fault_random() - the next number of a sequence */
uint32_t fault_random(uint64_t *state);

#endif /* DSP_FAULT_H */
