// SPDX-License-Identifier: BSD-3-Clause
#include "fastrpc_message.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "guest_memory.h"

/* The wire layouts; everything is little endian, as this host is. */
struct wire_message {
	int32_t client_id;
	int32_t tid;
	uint64_t ctx;
	uint32_t handle;
	uint32_t sc;
	uint64_t address;
	uint64_t size;
};

struct wire_buffer {
	uint64_t pv;
	uint64_t length;
};

struct wire_handle {
	int32_t tag;
	uint32_t offset;
	uint32_t length;
	uint32_t unused;
};

struct wire_list {
	uint32_t num;
	uint32_t index;
};

struct wire_page {
	uint64_t address;
	uint64_t size;
};

_Static_assert(sizeof(struct wire_message) == FASTRPC_MESSAGE_SIZE, "layout");
_Static_assert(sizeof(struct wire_buffer) + sizeof(struct wire_list) +
			       sizeof(struct wire_page) ==
		       FASTRPC_ARG_BYTES,
	       "layout");

/* The three arrays at the start of the metadata. */
struct arrays {
	const uint8_t *args;
	const uint8_t *list;
	const uint8_t *pages;
};

void fastrpc_find(struct fastrpc_findings *f, const char *format, ...)
{
	va_list args;

	if (f->count == FASTRPC_FINDINGS_MAX)
		return;
	va_start(args, format);
	vsnprintf(f->text[f->count++], FASTRPC_FINDING_SIZE, format, args);
	va_end(args);
}

size_t fastrpc_metadata_size(uint32_t sc)
{
	/* The poll word is optional: older hosts end before it. */
	return FASTRPC_ARG_BYTES * REMOTE_SCALARS_LENGTH(sc) +
	       FASTRPC_POLL_OFFSET;
}

const char *fastrpc_arg_kind_name(enum fastrpc_arg_kind kind)
{
	static const char *const names[] = {
		[FASTRPC_IN_BUFFER] = "in",
		[FASTRPC_OUT_BUFFER] = "out",
		[FASTRPC_IN_HANDLE] = "in-handle",
		[FASTRPC_OUT_HANDLE] = "out-handle",
	};

	return names[kind];
}

static uint32_t address_sid(uint64_t address, unsigned int position)
{
	return (uint32_t)(address >> position);
}

static uint64_t address_iova(uint64_t address, unsigned int position)
{
	return address & ((1ull << position) - 1);
}

static void check_ctx(uint64_t ctx, struct fastrpc_findings *f)
{
	if (ctx & FASTRPC_CTX_ZERO_MASK)
		fastrpc_find(f,
			     "ctx 0x%" PRIx64 ": bits 7, 6 and 4 are not zero",
			     ctx);
	if ((ctx & FASTRPC_CTX_TYPE_MASK) > FASTRPC_PD_SENSORS)
		fastrpc_find(f, "ctx 0x%" PRIx64 ": unknown PD type %u", ctx,
			     (unsigned int)(ctx & FASTRPC_CTX_TYPE_MASK));
	if (ctx == FASTRPC_STATUS_CTX)
		fastrpc_find(f,
			     "ctx 0x%" PRIx64 " is the one of status "
			     "messages",
			     ctx);
}

static void check_client(const struct fastrpc_message *m,
			 struct fastrpc_findings *f)
{
	const uint32_t release = REMOTE_SCALARS_MAKE(1, 1, 0);

	switch (m->handle) {
	case FASTRPC_HANDLE_PROCESS_GROUP:
		/* Downstream hosts send RELEASE with the real id. */
		if (m->client_id && m->sc != release)
			fastrpc_find(f, "handle 1 with client id %d, not 0",
				     m->client_id);
		break;
	case FASTRPC_HANDLE_UTILITIES:
		if (m->client_id)
			fastrpc_find(f, "handle 2 with client id %d, not 0",
				     m->client_id);
		break;
	default:
		if (!m->client_id)
			fastrpc_find(f, "handle 0x%x with client id 0",
				     m->handle);
	}
}

int fastrpc_message_parse(const void *data, size_t size,
			  unsigned int sid_position, struct fastrpc_message *m,
			  struct fastrpc_findings *f)
{
	struct wire_message w;

	if (size != sizeof(w)) {
		fastrpc_find(f, "%zu bytes, not %u", size,
			     FASTRPC_MESSAGE_SIZE);
		return -EBADMSG;
	}
	memcpy(&w, data, sizeof(w));
	*m = (struct fastrpc_message){
		.client_id = w.client_id,
		.tid = w.tid,
		.ctx = w.ctx,
		.handle = w.handle,
		.sc = w.sc,
		.sid = address_sid(w.address, sid_position),
		.iova = address_iova(w.address, sid_position),
		.size = w.size,
	};
	check_ctx(m->ctx, f);
	check_client(m, f);
	if (m->iova & DSP_PAGE_MASK)
		fastrpc_find(f, "metadata at 0x%" PRIx64 ", not page aligned",
			     m->iova);
	if (m->size & DSP_PAGE_MASK)
		fastrpc_find(f, "size %" PRIu64 " is not a multiple of 4096",
			     m->size);
	if (m->size < fastrpc_metadata_size(m->sc))
		fastrpc_find(f,
			     "size %" PRIu64 " is less than the %zu bytes "
			     "of metadata",
			     m->size, fastrpc_metadata_size(m->sc));
	return f->count ? -EBADMSG : 0;
}

static enum fastrpc_arg_kind kind_of(uint32_t sc, unsigned int i)
{
	unsigned int end = REMOTE_SCALARS_INBUFS(sc);

	if (i < end)
		return FASTRPC_IN_BUFFER;
	end += REMOTE_SCALARS_OUTBUFS(sc);
	if (i < end)
		return FASTRPC_OUT_BUFFER;
	end += REMOTE_SCALARS_INHANDLES(sc);
	return i < end ? FASTRPC_IN_HANDLE : FASTRPC_OUT_HANDLE;
}

/* A page descriptor says where the argument is; its SID is the message's. */
static void parse_page(const struct fastrpc_message *m, unsigned int i,
		       const struct wire_page *page, unsigned int sid_position,
		       struct fastrpc_arg *a, struct fastrpc_findings *f)
{
	uint64_t end;

	a->sid = address_sid(page->address, sid_position);
	a->page_iova = address_iova(page->address, sid_position);
	a->page_size = page->size;
	if (a->sid != m->sid)
		fastrpc_find(f, "arg %u: SID %u, the message has %u", i, a->sid,
			     m->sid);
	if (a->page_iova & DSP_PAGE_MASK)
		fastrpc_find(f, "arg %u: page 0x%" PRIx64 " is not aligned", i,
			     a->page_iova);
	if (__builtin_add_overflow(a->page_iova, a->page_size, &end) ||
	    end > 1ull << sid_position)
		fastrpc_find(f,
			     "arg %u: page 0x%" PRIx64 " size 0x%" PRIx64
			     " wraps",
			     i, a->page_iova, a->page_size);
}

static void parse_empty(unsigned int i, const struct wire_page *page,
			struct fastrpc_arg *a, struct fastrpc_findings *f)
{
	a->page_iova = page->address;
	a->page_size = page->size;
	if (a->list_num)
		fastrpc_find(f, "arg %u: empty, but list num is %u", i,
			     a->list_num);
	if (a->kind <= FASTRPC_OUT_BUFFER && a->pv)
		fastrpc_find(f, "arg %u: empty, but pv is not 0", i);
	if (a->kind <= FASTRPC_OUT_BUFFER && (page->address || page->size))
		fastrpc_find(f, "arg %u: empty, but has a page", i);
}

static void parse_buffer(unsigned int i, struct fastrpc_arg *a,
			 struct fastrpc_findings *f)
{
	uint64_t in_page = a->pv & DSP_PAGE_MASK;
	uint64_t end;

	a->iova = a->page_iova + in_page;
	if (a->page_size & DSP_PAGE_MASK)
		fastrpc_find(f,
			     "arg %u: page size %" PRIu64 " is not a "
			     "multiple of 4096",
			     i, a->page_size);
	if (__builtin_add_overflow(in_page, a->length, &end) ||
	    end > a->page_size)
		fastrpc_find(f,
			     "arg %u: offset 0x%" PRIx64 " length %" PRIu64
			     " exceed the pages (%" PRIu64 " bytes)",
			     i, in_page, a->length, a->page_size);
}

static void parse_handle(unsigned int i, struct fastrpc_arg *a,
			 struct fastrpc_findings *f)
{
	a->iova = a->page_iova;
	if (!a->page_size)
		fastrpc_find(f,
			     "arg %u: a handle without pages, though the "
			     "DSP does not map by itself",
			     i);
	else if (a->offset + a->length > a->page_size)
		fastrpc_find(f,
			     "arg %u: offset %u length %" PRIu64 " exceed "
			     "the buffer (%" PRIu64 " bytes)",
			     i, a->offset, a->length, a->page_size);
	if (!a->tag || a->tag == -1)
		fastrpc_find(f, "arg %u: a handle with tag %d", i, a->tag);
}

static void parse_arg(const struct fastrpc_message *m, const struct arrays *in,
		      unsigned int i, unsigned int sid_position,
		      struct fastrpc_args *args, struct fastrpc_findings *f)
{
	struct fastrpc_arg *a = &args->arg[i];
	struct wire_buffer buffer;
	struct wire_handle handle;
	struct wire_list list;
	struct wire_page page;

	memcpy(&buffer, in->args + i * sizeof(buffer), sizeof(buffer));
	memcpy(&handle, in->args + i * sizeof(handle), sizeof(handle));
	memcpy(&list, in->list + i * sizeof(list), sizeof(list));
	*a = (struct fastrpc_arg){
		.kind = kind_of(m->sc, i),
		.list_num = list.num,
		.list_index = list.index,
	};
	if (a->kind <= FASTRPC_OUT_BUFFER) {
		a->pv = buffer.pv;
		a->length = buffer.length;
	} else {
		a->tag = handle.tag;
		a->offset = handle.offset;
		a->length = handle.length;
		if (handle.unused)
			fastrpc_find(f, "arg %u: unused bytes are not zero", i);
	}
	if (list.num > 1)
		fastrpc_find(f, "arg %u: list num is %u", i, list.num);
	if (list.index >= args->count) {
		fastrpc_find(f, "arg %u: page index %u of %u", i, list.index,
			     args->count);
		return;
	}
	memcpy(&page, in->pages + list.index * sizeof(page), sizeof(page));
	if (!a->length) {
		parse_empty(i, &page, a, f);
		return;
	}
	if (!list.num)
		fastrpc_find(f, "arg %u: %" PRIu64 " bytes without pages", i,
			     a->length);
	parse_page(m, i, &page, sid_position, a, f);
	if (a->kind <= FASTRPC_OUT_BUFFER)
		parse_buffer(i, a, f);
	else
		parse_handle(i, a, f);
}

static bool is_zero(const uint8_t *data, size_t size)
{
	/* Each byte is as the one before it. */
	return !size || (!data[0] && !memcmp(data, data + 1, size - 1));
}

int fastrpc_metadata_parse(const struct fastrpc_message *m, const void *data,
			   unsigned int sid_position, struct fastrpc_args *args,
			   struct fastrpc_findings *f)
{
	unsigned int i, n = REMOTE_SCALARS_LENGTH(m->sc);
	const uint8_t *bytes = data;
	const struct arrays in = {
		.args = bytes,
		.list = bytes + sizeof(struct wire_buffer) * n,
		.pages = bytes + (sizeof(struct wire_buffer) +
				  sizeof(struct wire_list)) *
					 n,
	};
	const uint8_t *tail = bytes + FASTRPC_ARG_BYTES * n;

	args->count = n;
	for (i = 0; i < n; i++)
		parse_arg(m, &in, i, sid_position, args, f);
	if (!is_zero(tail, FASTRPC_CRC_OFFSET))
		fastrpc_find(f, "the fd list is not zero");
	if (!is_zero(tail + FASTRPC_CRC_OFFSET,
		     FASTRPC_POLL_OFFSET - FASTRPC_CRC_OFFSET))
		fastrpc_find(f, "the crc list is not zero");
	return f->count ? -EBADMSG : 0;
}
