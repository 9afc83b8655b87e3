// SPDX-License-Identifier: BSD-3-Clause
#include "request.h"

/* Of a cache line, so that no two parts share one. */
#define PART_ALIGNMENT 64

struct configure_record {
	uint32_t service_ns;
	uint32_t check_all;
};

struct exchange_record {
	uint64_t nonce;
	uint32_t data_length;
	uint32_t answer_length;
};

struct gather_record {
	uint64_t nonce;
	uint32_t parts;
	uint32_t padding;
};

static uint64_t aligned(uint64_t length)
{
	return (length + PART_ALIGNMENT - 1) & ~(uint64_t)(PART_ALIGNMENT - 1);
}

unsigned int request_args(const struct workload *workload)
{
	if (workload->args)
		return workload->args;
	return workload->payload ? 4 : 0;
}

static unsigned int parts_of(const struct workload *workload)
{
	unsigned int args = request_args(workload);

	return args > 4 ? args - PAYLOAD_GATHER_OWN : 0;
}

static uint64_t part_length(const struct workload *workload)
{
	uint64_t length = (workload->payload / parts_of(workload) + 7) & ~7ull;

	return length ? length : 8;
}

size_t request_payload_size(const struct workload *workload)
{
	unsigned int parts = parts_of(workload);

	if (parts)
		return parts * aligned(part_length(workload));
	return request_args(workload) == 4 ? 2 * aligned(workload->payload) : 0;
}

static void add(struct request *request, void *data, size_t length)
{
	struct request_arg *arg = &request->args[request->in + request->out];

	*arg = (struct request_arg){ data, (uint32_t)length, false, 0 };
}

static void add_in(struct request *request, void *data, size_t length)
{
	add(request, data, length);
	request->in++;
}

static void add_out(struct request *request, void *data, size_t length)
{
	add(request, data, length);
	request->out++;
}

static void of_payload(struct request *request, uint64_t offset)
{
	struct request_arg *arg =
		&request->args[request->in + request->out - 1];

	arg->payload = true;
	arg->offset = offset;
}

static void init_exchange(struct request *request, uint64_t length,
			  uint8_t *memory)
{
	struct exchange_record record = {
		.data_length = (uint32_t)length,
		.answer_length = (uint32_t)length,
	};

	memcpy(request->record, &record, sizeof(record));
	add_in(request, request->record, sizeof(record));
	add_in(request, memory, length);
	of_payload(request, 0);
	add_out(request, request->back, sizeof(uint64_t));
	add_out(request, memory + aligned(length), length);
	of_payload(request, aligned(length));
}

static void init_gather(struct request *request, unsigned int parts,
			uint64_t length, uint8_t *memory)
{
	struct gather_record record = { .parts = parts };

	memcpy(request->record, &record, sizeof(record));
	add_in(request, request->record, sizeof(record));
	add_in(request, request->lengths, parts * sizeof(uint32_t));
	for (unsigned int i = 0; i < parts; i++) {
		request->lengths[i] = (uint32_t)length;
		add_in(request, memory + i * aligned(length), length);
		of_payload(request, i * aligned(length));
	}
	add_out(request, request->back, sizeof(uint64_t));
}

static void clear(struct request *request, uint32_t method)
{
	memset(request, 0, sizeof(*request));
	request->method = method;
}

void request_init(struct request *request, const struct workload *workload,
		  void *memory)
{
	static const uint32_t methods[] = {
		PAYLOAD_NOTHING,  PAYLOAD_TAKE,	    PAYLOAD_ANSWER,
		PAYLOAD_EXCHANGE, PAYLOAD_EXCHANGE, PAYLOAD_GATHER,
	};
	unsigned int args = request_args(workload);

	clear(request, methods[args < 5 ? args : 5]);
	request->check_all = workload->check_all;
	if (args == 1 || args == 2)
		add_in(request, request->record, sizeof(uint64_t));
	if (args == 2)
		add_out(request, request->back, sizeof(uint64_t));
	if (args == 3 || args == 4)
		init_exchange(request, workload->payload, memory);
	if (args > 4)
		init_gather(request, parts_of(workload), part_length(workload),
			    memory);
}

void request_init_configure(struct request *request,
			    const struct workload *workload)
{
	struct configure_record record = {
		.service_ns = workload->service_ns,
		.check_all = workload->check_all,
	};

	clear(request, PAYLOAD_CONFIGURE);
	memcpy(request->record, &record, sizeof(record));
	add_in(request, request->record, sizeof(record));
}

void request_init_state(struct request *request)
{
	clear(request, PAYLOAD_STATE);
	add_out(request, request->back, sizeof(request->back));
}

void request_tally(const struct request *request, struct tally *tally)
{
	tally->calls += request->back[0];
	tally->refused += request->back[1];
	tally->busy_ns += request->back[2];
}

void request_move(struct request *request, void *memory)
{
	for (unsigned int i = 0; i < request->in + request->out; i++)
		if (request->args[i].payload)
			request->args[i].data = (uint8_t *)memory +
						request->args[i].offset;
}

void request_mark(struct request *request, uint64_t nonce)
{
	memcpy(request->record, &nonce, sizeof(nonce));
	request->back[0] = 0;
	if (request->method == PAYLOAD_EXCHANGE)
		payload_mark(request->args[1].data, request->args[1].length,
			     nonce, request->check_all);
	for (unsigned int i = 2;
	     request->method == PAYLOAD_GATHER && i < request->in; i++)
		payload_mark(request->args[i].data, request->args[i].length,
			     nonce + i - 2, request->check_all);
}

bool request_is_answered(const struct request *request, uint64_t nonce)
{
	const struct request_arg *answer = &request->args[3];

	if (request->method < PAYLOAD_ANSWER)
		return true;
	if (request->back[0] != payload_proof(nonce))
		return false;
	return request->method != PAYLOAD_EXCHANGE ||
	       payload_is_answered(answer->data, answer->length, nonce,
				   request->check_all);
}
