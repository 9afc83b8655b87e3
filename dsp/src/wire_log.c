// SPDX-License-Identifier: BSD-3-Clause
#include "wire_log.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#include "guest_memory.h"

static FILE *wire_file;

int wire_log_open(const char *path)
{
	if (!path)
		return 0;
	wire_file = fopen(path, "ae");
	return wire_file ? 0 : -errno;
}

void wire_log_flush(void)
{
	if (wire_file)
		fflush(wire_file);
}

static const char *process_group_name(uint32_t method)
{
	static const char *const names[] = {
		[0] = "attach",	       [1] = "release",	 [4] = "mmap",
		[5] = "munmap",	       [6] = "create",	 [7] = "create_attr",
		[8] = "create_static", [10] = "mem_map", [11] = "mem_unmap",
	};

	if (method >= sizeof(names) / sizeof(names[0]) || !names[method])
		return "unknown";
	return names[method];
}

const char *fastrpc_method_name(uint32_t handle, uint32_t method)
{
	switch (handle) {
	case FASTRPC_HANDLE_REMOTECTL:
		return method == 0 ? "open" : method == 1 ? "close" : "unknown";
	case FASTRPC_HANDLE_PROCESS_GROUP:
		return process_group_name(method);
	case FASTRPC_HANDLE_UTILITIES:
		return method == 0 ? "get_attributes" :
		       method == 1 ? "set_cpu_info" :
				     "unknown";
	default:
		return "call";
	}
}

void wire_log_message(uint32_t number, const struct fastrpc_message *m)
{
	uint32_t method = REMOTE_SCALARS_METHOD(m->sc);
	FILE *f = wire_file;

	if (!f)
		return;
	if (m->handle > FASTRPC_HANDLE_STATIC_MAX)
		fprintf(f, "msg %u handle 0x%x", number, m->handle);
	else
		fprintf(f, "msg %u handle %u", number, m->handle);
	fprintf(f, " method %u name %s\n", method,
		fastrpc_method_name(m->handle, method));
	fprintf(f, "msg %u client %d\n", number, m->client_id);
	fprintf(f, "msg %u tid %d\n", number, m->tid);
	fprintf(f, "msg %u ctx 0x%" PRIx64 "\n", number, m->ctx);
	fprintf(f, "msg %u ctx-type %u\n", number,
		(unsigned int)(m->ctx & FASTRPC_CTX_TYPE_MASK));
	fprintf(f, "msg %u sc 0x%08x\n", number, m->sc);
	fprintf(f, "msg %u sid %u\n", number, m->sid);
	fprintf(f, "msg %u addr 0x%" PRIx64 "\n", number, m->iova);
	fprintf(f, "msg %u size %" PRIu64 "\n", number, m->size);
}

static void log_arg(uint32_t number, unsigned int i,
		    const struct fastrpc_arg *a)
{
	FILE *f = wire_file;

	fprintf(f, "msg %u arg %u %s length %" PRIu64, number, i,
		fastrpc_arg_kind_name(a->kind), a->length);
	if (a->kind <= FASTRPC_OUT_BUFFER)
		fprintf(f, " offset 0x%" PRIx64, a->pv & DSP_PAGE_MASK);
	else
		fprintf(f, " offset 0x%x", a->offset);
	fprintf(f,
		" num %u index %u sid %u page 0x%" PRIx64 " size %" PRIu64 "\n",
		a->list_num, a->list_index, a->sid, a->page_iova, a->page_size);
	if (a->kind <= FASTRPC_OUT_BUFFER)
		fprintf(f, "msg %u pv %u 0x%" PRIx64 "\n", number, i, a->pv);
	else
		fprintf(f, "msg %u tag %u %d\n", number, i, a->tag);
}

void wire_log_args(uint32_t number, const struct fastrpc_args *args)
{
	unsigned int i;

	if (!wire_file)
		return;
	for (i = 0; i < args->count; i++)
		log_arg(number, i, &args->arg[i]);
}

void wire_log_field(uint32_t number, const char *name, const char *format, ...)
{
	va_list args;

	if (!wire_file)
		return;
	fprintf(wire_file, "msg %u field %s ", number, name);
	va_start(args, format);
	vfprintf(wire_file, format, args);
	va_end(args);
	fputc('\n', wire_file);
}

void wire_log_data(uint32_t number, unsigned int arg, const void *data,
		   size_t size)
{
	const uint8_t *bytes = data;
	size_t i;

	if (!wire_file)
		return;
	fprintf(wire_file, "msg %u data %u ", number, arg);
	for (i = 0; i < size; i++)
		fprintf(wire_file, "%02x", bytes[i]);
	fputc('\n', wire_file);
}

void wire_log_violation(uint32_t number, const char *text)
{
	if (wire_file)
		fprintf(wire_file, "msg %u violation %s\n", number, text);
}

void wire_log_reply(uint32_t number, uint64_t ctx, int32_t status)
{
	if (!wire_file)
		return;
	fprintf(wire_file, "reply %u ctx 0x%" PRIx64 "\n", number, ctx);
	fprintf(wire_file, "reply %u status 0x%x\n", number, (uint32_t)status);
}

void wire_log_status(int32_t client, uint32_t status)
{
	static const char *const names[] = { "up", "exit", "kill", "exception",
					     "restart" };

	if (wire_file)
		fprintf(wire_file, "status client %d value %u name %s\n",
			client, status, status < 5 ? names[status] : "?");
}

void wire_log_odd_packet(uint32_t number, size_t size)
{
	if (wire_file)
		fprintf(wire_file, "msg %u bytes %zu\n", number, size);
}
