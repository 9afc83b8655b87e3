/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Values as C programs hold them: in the types of a generated header. Each
 * block has exactly the size that the interface promises, so that a sanitizer
 * sees who reads or writes beyond it.
 */
#ifndef NATIVE_H
#define NATIVE_H

#include "describe.h"

/* native_give - what a caller passes, with garbage where answers will be */
void native_give(struct pool *pool, const struct parameter *parameter,
		 const struct value *in, const struct value *out,
		 struct slot *slot);

/* native_received - does the function see what the caller gave? */
bool native_received(const struct parameter *parameter, const struct value *in,
		     const struct value *out, const struct slot *slot);

/* native_answer - what a function answers */
void native_answer(const struct parameter *parameter, const struct value *out,
		   const struct slot *slot);

/* native_answered - does the caller see what the function answered? */
bool native_answered(const struct parameter *parameter, const struct value *out,
		     const struct slot *slot);

/* native_ended - do all strings that came back end within their room? */
bool native_ended(const struct parameter *parameter, const struct slot *slot);

/*
 * native_touch - read all that the function was given, write all that it may,
 * trusting the lengths that it was given; @sink keeps the reading
 */
void native_touch(const struct parameter *parameter, const struct slot *slot,
		  uint64_t *sink);

#endif
