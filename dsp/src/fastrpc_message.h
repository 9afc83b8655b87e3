/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * FastRPC on the wire: what the host sends, parsed and checked. Pure
 * functions on bytes, no state and no side effects.
 */
#ifndef DSP_FASTRPC_MESSAGE_H
#define DSP_FASTRPC_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "remote.h"

#define FASTRPC_MESSAGE_SIZE 40u
#define FASTRPC_SIGNAL_SIZE  8u
#define FASTRPC_ARGS_MAX     (255u + 255u + 15u + 15u)

/* Metadata: arg[N], list[N], page[N], then these at 40 * N. */
#define FASTRPC_ARG_BYTES     40u
#define FASTRPC_FDLIST_LENGTH 16u
#define FASTRPC_CRC_OFFSET    (FASTRPC_FDLIST_LENGTH * 8u)
#define FASTRPC_POLL_OFFSET   (FASTRPC_CRC_OFFSET + 64u * 4u)
#define FASTRPC_METADATA_MAX \
	(FASTRPC_ARG_BYTES * FASTRPC_ARGS_MAX + FASTRPC_POLL_OFFSET + 4u)

#define FASTRPC_POLL_DONE 0xdecafu

#define FASTRPC_HANDLE_REMOTECTL     0u
#define FASTRPC_HANDLE_PROCESS_GROUP 1u
#define FASTRPC_HANDLE_UTILITIES     2u
#define FASTRPC_HANDLE_STATIC_MAX    20u

/* Bits 3:0 of a context. */
enum fastrpc_pd_type {
	FASTRPC_PD_ROOT = 0,
	FASTRPC_PD_USER = 1,
	FASTRPC_PD_SENSORS = 2,
};

#define FASTRPC_CTX_TYPE_MASK 0xfull
#define FASTRPC_CTX_POLLED \
	0x20ull /* the host looks at the poll word; if offered */
#define FASTRPC_CTX_ZERO_MASK 0xd0ull

#define FASTRPC_STATUS_CTX 0xabcdabcdull

struct fastrpc_message {
	int32_t client_id;
	int32_t tid;
	uint64_t ctx;
	uint32_t handle;
	uint32_t sc;
	uint32_t sid; /* taken out of the address */
	uint64_t iova;
	uint64_t size;
};

enum fastrpc_arg_kind {
	FASTRPC_IN_BUFFER,
	FASTRPC_OUT_BUFFER,
	FASTRPC_IN_HANDLE,
	FASTRPC_OUT_HANDLE,
};

struct fastrpc_arg {
	enum fastrpc_arg_kind kind;
	/* as sent */
	uint64_t pv;
	uint32_t list_num;
	uint32_t list_index;
	uint32_t sid;
	uint64_t page_iova;
	uint64_t page_size;
	/* what it means */
	uint64_t iova; /* first byte */
	uint64_t length;
	int32_t tag;	 /* handles */
	uint32_t offset; /* handles */
};

struct fastrpc_args {
	unsigned int count;
	struct fastrpc_arg arg[FASTRPC_ARGS_MAX];
};

/* What is wrong with a message; the first things found. */
#define FASTRPC_FINDINGS_MAX 8
#define FASTRPC_FINDING_SIZE 128

struct fastrpc_findings {
	unsigned int count;
	char text[FASTRPC_FINDINGS_MAX][FASTRPC_FINDING_SIZE];
};

/** fastrpc_find() - add one finding */
__attribute__((format(printf, 2, 3))) void fastrpc_find(
	struct fastrpc_findings *f, const char *format, ...);

/** fastrpc_metadata_size() - bytes of metadata that are read for @sc */
size_t fastrpc_metadata_size(uint32_t sc);

/** fastrpc_arg_kind_name() - "in", "out", "in-handle", "out-handle" */
const char *fastrpc_arg_kind_name(enum fastrpc_arg_kind kind);

/**
 * fastrpc_message_parse() - parse and check the 40 bytes
 * @sid_position: bit of the SID in addresses
 *
 * Return: 0 when the metadata may be read, -EBADMSG when not. Findings can
 * be there in both cases.
 */
int fastrpc_message_parse(const void *data, size_t size,
			  unsigned int sid_position, struct fastrpc_message *m,
			  struct fastrpc_findings *f);

/**
 * fastrpc_metadata_parse() - parse and check the metadata
 * @data: a private copy of fastrpc_metadata_size() bytes
 *
 * Return: 0 when the arguments can be used, -EBADMSG when not.
 */
int fastrpc_metadata_parse(const struct fastrpc_message *m, const void *data,
			   unsigned int sid_position, struct fastrpc_args *args,
			   struct fastrpc_findings *f);

#endif /* DSP_FASTRPC_MESSAGE_H */
