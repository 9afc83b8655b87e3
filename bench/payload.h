/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The data of the benchmark's calls, for programs, the DSP and loops in the
 * kernel alike. What bench.idl's functions are on the wire (docs/idl.md, "Wire
 * layout"); numbers are little endian:
 *
 *	method	to the DSP				back
 *	2 configure	{u32 service_ns, u32 check_all}	-
 *	3 state	-				{u64 calls, refused, busy_ns}
 *	4 nothing	-				-
 *	5 take	{u64 nonce}				-
 *	6 answer	{u64 nonce}			{u64 proof}
 *	7 exchange	{u64 nonce, u32 length, u32 length}, data	{u64 proof}, data
 *	8 gather	{u64 nonce, u32 parts, u32 0}, u32 lengths[parts],
 *		part, part...				{u64 proof}
 *
 * configure() and state() are not counted; configure() sets them to 0.
 * exchange() and gather() check data by payload_is_marked(): of exchange() the
 * seed is the nonce, of part I of gather() it is the nonce + I. What is wrong is
 * refused: counted as such, and the result is AEE_EBADPARM. proof is
 * payload_proof() of the nonce; the data back are of payload_answer().
 *
 * A nonce differs from call to call, so that nothing of an earlier call can
 * pass for an answer.
 */
#ifndef BENCH_PAYLOAD_H
#define BENCH_PAYLOAD_H

#ifdef __KERNEL__
#include <linux/string.h>
#include <linux/types.h>
#else
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#endif

enum payload_method {
	PAYLOAD_CONFIGURE = 2,
	PAYLOAD_STATE,
	PAYLOAD_NOTHING,
	PAYLOAD_TAKE,
	PAYLOAD_ANSWER,
	PAYLOAD_EXCHANGE,
	PAYLOAD_GATHER,
};

/* Of gather(): the record, the lengths and the record back are arguments too. */
#define PAYLOAD_GATHER_OWN 3

/* splitmix64's finalizer: each bit of the outcome depends on each bit of @value */
static inline uint64_t payload_mix(uint64_t value)
{
	value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9ull;
	value = (value ^ (value >> 27)) * 0x94d049bb133111ebull;
	return value ^ (value >> 31);
}

static inline uint64_t payload_proof(uint64_t nonce)
{
	return payload_mix(nonce ^ 0x70726f6f66ull);
}

/* The seed of what the DSP answers to data with seed @nonce. */
static inline uint64_t payload_answer_seed(uint64_t nonce)
{
	return payload_mix(nonce ^ 0x616e73776572ull);
}

/* The three words of @length bytes that are looked at, without @all. */
static inline uint64_t payload_probe(uint64_t length, unsigned int which)
{
	switch (which) {
	case 0:
		return 0;
	case 1:
		return length / 2 & ~7ull;
	default:
		return length - 8;
	}
}

/**
 * payload_mark - write data
 * @data: aligned to 8
 * @length: a multiple of 8
 * @seed: tells data of different calls apart
 * @all: every word, not only the first, one in the middle and the last
 */
static inline void payload_mark(void *data, uint64_t length, uint64_t seed,
				bool all)
{
	volatile uint64_t *words = data;
	uint64_t at;
	unsigned int i;

	if (all)
		for (at = 0; at < length; at += 8)
			words[at / 8] = payload_mix(seed + at);
	for (i = 0; !all && length && i < 3; i++) {
		at = payload_probe(length, i);
		words[at / 8] = payload_mix(seed + at);
	}
}

/** payload_is_marked - are data what payload_mark() wrote? */
static inline bool payload_is_marked(const void *data, uint64_t length,
				     uint64_t seed, bool all)
{
	const volatile uint64_t *words = data;
	uint64_t at;
	unsigned int i;
	bool right = true;

	if (all)
		for (at = 0; at < length; at += 8)
			right &= words[at / 8] == payload_mix(seed + at);
	for (i = 0; !all && length && i < 3; i++) {
		at = payload_probe(length, i);
		right &= words[at / 8] == payload_mix(seed + at);
	}
	return right;
}

/** payload_answer - the DSP: write the answer to data with seed @nonce */
static inline void payload_answer(void *data, uint64_t length, uint64_t nonce,
				  bool all)
{
	payload_mark(data, length, payload_answer_seed(nonce), all);
}

/** payload_is_answered - the caller: is it? */
static inline bool payload_is_answered(const void *data, uint64_t length,
				       uint64_t nonce, bool all)
{
	return payload_is_marked(data, length, payload_answer_seed(nonce), all);
}

#endif
