/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * One call's bytes, as bench.idl's stub would send them, for every transport to
 * carry. A test compares them with the stub's.
 */
#ifndef BENCH_REQUEST_H
#define BENCH_REQUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "contender.h"
#include "payload.h"

#define REQUEST_ARGS_MAX  256
#define REQUEST_PARTS_MAX (REQUEST_ARGS_MAX - PAYLOAD_GATHER_OWN)

/* An argument; one of the payload lies at @offset of the request's memory. */
struct request_arg {
	void *data;
	uint32_t length;
	bool payload;
	uint64_t offset;
};

struct request {
	uint32_t method;
	unsigned int in;  /* buffers to the DSP */
	unsigned int out; /* and back */
	struct request_arg args[REQUEST_ARGS_MAX];
	bool check_all;
	/* Where arguments other than the payload lie: records and lengths. */
	_Alignas(8) uint8_t record[16];
	uint64_t back[3];
	uint32_t lengths[REQUEST_PARTS_MAX];
};

/** request_args - how many arguments the workload's calls have */
unsigned int request_args(const struct workload *workload);

/** request_payload_size - memory that the payload of a call takes, in bytes */
size_t request_payload_size(const struct workload *workload);

/**
 * request_init - a call of the workload
 * @memory: request_payload_size() bytes for the payload, aligned to 8, kept by
 *	the caller; NULL where they are 0
 *
 * The request points into itself: it must not be copied.
 */
void request_init(struct request *request, const struct workload *workload,
		  void *memory);

/** request_init_configure - bench.idl's configure() for the workload */
void request_init_configure(struct request *request,
			    const struct workload *workload);

/** request_init_state - bench.idl's state(); request_tally() adds the answer */
void request_init_state(struct request *request);
void request_tally(const struct request *request, struct tally *tally);

/** request_move - the payload lies in other memory of the same size */
void request_move(struct request *request, void *memory);

/** request_mark - make it another call: write the nonce and the data */
void request_mark(struct request *request, uint64_t nonce);

/** request_is_answered - did the DSP answer this call? */
bool request_is_answered(const struct request *request, uint64_t nonce);

#endif
