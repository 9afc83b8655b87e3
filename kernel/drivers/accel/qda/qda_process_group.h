/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _QDA_PROCESS_GROUP_H_
#define _QDA_PROCESS_GROUP_H_

#include <linux/build_bug.h>
#include <linux/types.h>

#include "qda_kernel_call.h"
#include "qda_message.h"

/* Methods of QDA_HANDLE_PROCESS */
#define QDA_METHOD_ATTACH		0
#define QDA_METHOD_RELEASE		1
#define QDA_METHOD_MMAP			4
#define QDA_METHOD_MUNMAP		5
#define QDA_METHOD_CREATE		6
#define QDA_METHOD_CREATE_ATTR		7
#define QDA_METHOD_CREATE_STATIC	8
#define QDA_METHOD_MEM_MAP		10
#define QDA_METHOD_MEM_UNMAP		11

/* Flags of QDA_METHOD_MEM_MAP */
#define QDA_MEM_MAP_STATIC		0
#define QDA_MEM_MAP_TAG			2
#define QDA_MEM_MAP_TAG_DELAYED		3

/* Flag of QDA_METHOD_MMAP: the heap of the process grows */
#define QDA_MMAP_ADD_PAGES		0x1000

/* Input of QDA_METHOD_ATTACH and QDA_METHOD_RELEASE */
struct qda_wire_client {
	__le32 client_id;
};

/* Input of QDA_METHOD_CREATE and QDA_METHOD_CREATE_ATTR */
struct qda_wire_create {
	__le32 client_id;
	__le32 name_length;
	__le32 shell_length;		/* with that of the signature */
	__le32 pages;
	__le32 attributes;
	__le32 signature_length;
};

/* Input of QDA_METHOD_CREATE_STATIC */
struct qda_wire_create_static {
	__le32 client_id;
	__le32 name_length;
	__le32 pages;
};

/* Input of QDA_METHOD_MMAP */
struct qda_wire_mmap {
	__le32 client_id;
	__le32 flags;
	__le64 address;
	__le32 page_size;		/* of a struct qda_wire_page */
	__le32 zero;
};

/* Input of QDA_METHOD_MUNMAP */
struct qda_wire_munmap {
	__le32 client_id;
	__le32 zero;
	__le64 address;
	__le64 size;
};

/* Input of QDA_METHOD_MEM_MAP */
struct qda_wire_mem_map {
	__le32 client_id;
	__le32 tag;
	__le32 offset;
	__le32 flags;
	__le64 address;
	__le32 page_size;		/* of a struct qda_wire_page */
	__le32 data_length;
};

/* Input of QDA_METHOD_MEM_UNMAP */
struct qda_wire_mem_unmap {
	__le32 client_id;
	__le32 tag;
	__le64 address;
	__le64 size;
};

/* Output of QDA_METHOD_MMAP and QDA_METHOD_MEM_MAP */
struct qda_wire_mapped {
	__le64 address;
};

static_assert(sizeof(struct qda_wire_create) == 24);
static_assert(sizeof(struct qda_wire_create_static) == 12);
static_assert(sizeof(struct qda_wire_mmap) == 24);
static_assert(sizeof(struct qda_wire_munmap) == 24);
static_assert(sizeof(struct qda_wire_mem_map) == 32);
static_assert(sizeof(struct qda_wire_mem_unmap) == 24);

/* Room for the name of a process, with its NUL */
#define QDA_PROCESS_NAME_SIZE	32

/**
 * struct qda_process_group - a request to the DSP's manager of processes
 * @request: the call; it points into this struct
 */
struct qda_process_group {
	struct qda_kernel_request request;
	/* private: what the arguments of @request are */
	struct qda_wire_client client;
	struct qda_wire_create create;
	struct qda_wire_create_static create_static;
	struct qda_wire_mmap mmap;
	struct qda_wire_munmap munmap;
	struct qda_wire_mem_map mem_map;
	struct qda_wire_mem_unmap mem_unmap;
	struct qda_wire_page page;
	char name[QDA_PROCESS_NAME_SIZE];
};

void qda_process_group_attach(struct qda_process_group *group, u32 client_id);
void qda_process_group_release(struct qda_process_group *group, u32 client_id);
void qda_process_group_create(struct qda_process_group *group, u32 client_id,
			      const char *name, u32 attributes,
			      u64 shell, u32 shell_length, u32 signature_length,
			      u64 memory, u64 memory_size);
void qda_process_group_create_static(struct qda_process_group *group,
				     u32 client_id, const char *name,
				     u64 heap, u64 heap_size);
void qda_process_group_mmap(struct qda_process_group *group, u32 client_id,
			    u64 address, u64 size);
void qda_process_group_munmap(struct qda_process_group *group, u32 client_id,
			      u64 mapped, u64 size);
void qda_process_group_mem_map(struct qda_process_group *group, u32 client_id,
			       u32 flags, s32 tag, u64 address, u64 size);
void qda_process_group_mem_unmap(struct qda_process_group *group, u32 client_id,
				 s32 tag, u64 mapped, u64 size);

#endif
