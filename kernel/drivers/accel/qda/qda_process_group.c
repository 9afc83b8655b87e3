// SPDX-License-Identifier: GPL-2.0-only
/*
 * Requests to the DSP's manager of processes, remote handle 1: pure functions
 * that fill in what is sent, as mainline's fastrpc driver sends it. The number
 * of the process stands in the payload; that of the message is 0.
 */
#include <linux/export.h>
#include <linux/string.h>

#include <asm/byteorder.h>

#include <kunit/visibility.h>

#include <drm/qda_accel.h>

#include "qda_process_group.h"

static void qda_process_group_init(struct qda_process_group *group,
				   unsigned int method, unsigned int inputs,
				   unsigned int outputs)
{
	*group = (struct qda_process_group){
		.request.handle = QDA_HANDLE_PROCESS,
		.request.scalars = DRM_QDA_SCALARS(method, inputs, outputs, 0, 0),
	};
}

static void qda_process_group_set(struct qda_process_group *group, unsigned int i,
				  const void *data, u32 length)
{
	group->request.args[i].data = data;
	group->request.args[i].length = length;
}

static void qda_process_group_set_page(struct qda_process_group *group,
				       unsigned int i, u64 address, u64 size)
{
	group->page.address = cpu_to_le64(address);
	group->page.size = cpu_to_le64(size);
	qda_process_group_set(group, i, &group->page, sizeof(group->page));
}

static void qda_process_group_set_name(struct qda_process_group *group,
				       unsigned int i, const char *name)
{
	strscpy(group->name, name);
	qda_process_group_set(group, i, group->name, strlen(group->name) + 1);
}

static void qda_process_group_set_client(struct qda_process_group *group,
					 u32 client_id)
{
	group->client.client_id = cpu_to_le32(client_id);
	qda_process_group_set(group, 0, &group->client, sizeof(group->client));
}

/**
 * qda_process_group_attach - join the root process, or that for sensors
 * @group: filled in
 * @client_id: number of the process
 *
 * Which one it is stands in the context of the call.
 */
void qda_process_group_attach(struct qda_process_group *group, u32 client_id)
{
	qda_process_group_init(group, QDA_METHOD_ATTACH, 1, 0);
	qda_process_group_set_client(group, client_id);
}
EXPORT_SYMBOL_IF_KUNIT(qda_process_group_attach);

/**
 * qda_process_group_release - end a process, or leave one that was joined
 * @group: filled in
 * @client_id: number of the process
 */
void qda_process_group_release(struct qda_process_group *group, u32 client_id)
{
	qda_process_group_init(group, QDA_METHOD_RELEASE, 1, 0);
	qda_process_group_set_client(group, client_id);
}
EXPORT_SYMBOL_IF_KUNIT(qda_process_group_release);

/**
 * qda_process_group_create - start a process
 * @group: filled in
 * @client_id: number of the process
 * @name: its name
 * @attributes: DRM_QDA_PROCESS_*; without any the DSP has another method
 * @shell: DSP address of what it starts with
 * @shell_length: its length in bytes, that of the signature included, or 0
 * @signature_length: length of the signature at its end, or 0
 * @memory: DSP address of the memory for heap and stack
 * @memory_size: its size
 */
void qda_process_group_create(struct qda_process_group *group, u32 client_id,
			      const char *name, u32 attributes,
			      u64 shell, u32 shell_length, u32 signature_length,
			      u64 memory, u64 memory_size)
{
	qda_process_group_init(group, attributes ? QDA_METHOD_CREATE_ATTR :
						   QDA_METHOD_CREATE, 4, 0);
	qda_process_group_set_name(group, 1, name);
	group->create = (struct qda_wire_create){
		.client_id = cpu_to_le32(client_id),
		.name_length = cpu_to_le32(group->request.args[1].length),
		.shell_length = cpu_to_le32(shell_length),
		.pages = cpu_to_le32(1),
		.attributes = cpu_to_le32(attributes),
		.signature_length = cpu_to_le32(signature_length),
	};
	qda_process_group_set(group, 0, &group->create, sizeof(group->create));
	qda_process_group_set(group, 2, NULL, shell_length);
	group->request.args[2].address = shell;
	qda_process_group_set_page(group, 3, memory, memory_size);
}
EXPORT_SYMBOL_IF_KUNIT(qda_process_group_create);

/**
 * qda_process_group_create_static - join a process that the firmware has
 * @group: filled in
 * @client_id: number of the process
 * @name: its name
 * @heap: address of the memory that becomes its heap, without a stream id
 * @heap_size: its size, or 0
 */
void qda_process_group_create_static(struct qda_process_group *group,
				     u32 client_id, const char *name,
				     u64 heap, u64 heap_size)
{
	qda_process_group_init(group, QDA_METHOD_CREATE_STATIC, 3, 0);
	qda_process_group_set_name(group, 1, name);
	group->create_static = (struct qda_wire_create_static){
		.client_id = cpu_to_le32(client_id),
		.name_length = cpu_to_le32(group->request.args[1].length),
		.pages = cpu_to_le32(heap_size ? 1 : 0),
	};
	qda_process_group_set(group, 0, &group->create_static,
			      sizeof(group->create_static));
	qda_process_group_set_page(group, 2, heap, heap_size);
}
EXPORT_SYMBOL_IF_KUNIT(qda_process_group_create_static);

/**
 * qda_process_group_mmap - let the heap of a process grow
 * @group: filled in
 * @client_id: number of the process
 * @address: DSP address of the memory
 * @size: its size
 */
void qda_process_group_mmap(struct qda_process_group *group, u32 client_id,
			    u64 address, u64 size)
{
	qda_process_group_init(group, QDA_METHOD_MMAP, 2, 1);
	group->mmap = (struct qda_wire_mmap){
		.client_id = cpu_to_le32(client_id),
		.flags = cpu_to_le32(QDA_MMAP_ADD_PAGES),
		.page_size = cpu_to_le32(sizeof(struct qda_wire_page)),
	};
	qda_process_group_set(group, 0, &group->mmap, sizeof(group->mmap));
	qda_process_group_set_page(group, 1, address, size);
	qda_process_group_set(group, 2, NULL, sizeof(struct qda_wire_mapped));
}
EXPORT_SYMBOL_IF_KUNIT(qda_process_group_mmap);

/**
 * qda_process_group_munmap - take memory back from the heap of a process
 * @group: filled in
 * @client_id: number of the process
 * @mapped: where the process has it
 * @size: its size
 */
void qda_process_group_munmap(struct qda_process_group *group, u32 client_id,
			      u64 mapped, u64 size)
{
	qda_process_group_init(group, QDA_METHOD_MUNMAP, 1, 0);
	group->munmap = (struct qda_wire_munmap){
		.client_id = cpu_to_le32(client_id),
		.address = cpu_to_le64(mapped),
		.size = cpu_to_le64(size),
	};
	qda_process_group_set(group, 0, &group->munmap, sizeof(group->munmap));
}
EXPORT_SYMBOL_IF_KUNIT(qda_process_group_munmap);

/**
 * qda_process_group_mem_map - give memory with a tag to a process
 * @group: filled in
 * @client_id: number of the process
 * @flags: QDA_MEM_MAP_*
 * @tag: number under which the process knows it
 * @address: DSP address of the memory
 * @size: its size
 */
void qda_process_group_mem_map(struct qda_process_group *group, u32 client_id,
			       u32 flags, s32 tag, u64 address, u64 size)
{
	qda_process_group_init(group, QDA_METHOD_MEM_MAP, 3, 1);
	group->mem_map = (struct qda_wire_mem_map){
		.client_id = cpu_to_le32(client_id),
		.tag = cpu_to_le32(tag),
		.flags = cpu_to_le32(flags),
		.page_size = cpu_to_le32(sizeof(struct qda_wire_page)),
	};
	qda_process_group_set(group, 0, &group->mem_map, sizeof(group->mem_map));
	qda_process_group_set_page(group, 1, address, size);
	qda_process_group_set(group, 3, NULL, sizeof(struct qda_wire_mapped));
}
EXPORT_SYMBOL_IF_KUNIT(qda_process_group_mem_map);

/**
 * qda_process_group_mem_unmap - take memory with a tag back from a process
 * @group: filled in
 * @client_id: number of the process
 * @tag: number under which the process knows it
 * @mapped: where the process has it
 * @size: its size
 */
void qda_process_group_mem_unmap(struct qda_process_group *group, u32 client_id,
				 s32 tag, u64 mapped, u64 size)
{
	qda_process_group_init(group, QDA_METHOD_MEM_UNMAP, 1, 0);
	group->mem_unmap = (struct qda_wire_mem_unmap){
		.client_id = cpu_to_le32(client_id),
		.tag = cpu_to_le32(tag),
		.address = cpu_to_le64(mapped),
		.size = cpu_to_le64(size),
	};
	qda_process_group_set(group, 0, &group->mem_unmap, sizeof(group->mem_unmap));
}
EXPORT_SYMBOL_IF_KUNIT(qda_process_group_mem_unmap);
