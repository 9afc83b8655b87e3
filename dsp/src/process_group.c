// SPDX-License-Identifier: BSD-3-Clause
/* Handle 1: processes and their lasting mappings, called by the kernel. */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "log.h"
#include "subsystem.h"
#include "wire_log.h"

#define NAME_MAX_SIZE	 256u
#define CREATE_PAGES_MAX 4u

#define MMAP_ADD_PAGES	   0x1000u
#define MMAP_ADD_PAGES_LLC 0x3000u

/* MEM_MAP flags */
enum map_flag {
	MAP_STATIC = 0,
	MAP_FD = 2,
	MAP_FD_DELAYED = 3,
	MAP_FD_NOMAP = 16,
	MAP_FD_EXTENDED = 17,
	MAP_FD_DELAYED_EXTENDED = 18,
};

struct page {
	uint64_t address;
	uint64_t size;
};

struct create {
	int32_t client;
	uint32_t name_length;
	uint32_t file_length;
	uint32_t pages;
	uint32_t attributes;
	uint32_t signature_length;
};

struct create_static {
	int32_t client;
	uint32_t name_length;
	uint32_t pages;
};

struct mmap_request {
	int32_t client;
	uint32_t flags;
	uint64_t va;
	int32_t page_bytes;
	uint32_t pad; /* not initialized by every host */
};

struct munmap_request {
	int32_t client;
	uint32_t pad; /* not initialized by every host */
	uint64_t va;
	uint64_t size;
};

struct mem_map_request {
	int32_t client;
	int32_t tag;
	int32_t offset;
	uint32_t flags;
	uint64_t va;
	int32_t page_bytes;
	int32_t data_length;
};

struct mem_unmap_request {
	int32_t client;
	int32_t tag;
	uint64_t va;
	uint64_t size;
};

/* Reads in-buffer @i whole into @to; it must have exactly this size. */
static int32_t read_exact(struct subsystem *s, struct request *r,
			  unsigned int i, void *to, size_t size)
{
	if (r->args.arg[i].length != size)
		return fastrpc_refuse(r, AEE_EBADPARM,
				      "arg %u has %" PRIu64 " bytes, not %zu",
				      i, r->args.arg[i].length, size);
	if (fastrpc_read_arg(s, r, i, to, size))
		return DSP_STATUS(AEE_EBADPARM);
	return 0;
}

static int32_t check_new_client(struct subsystem *s, struct request *r,
				int32_t client)
{
	if (!client)
		return fastrpc_refuse(r, AEE_EBADPARM,
				      "a process with client id 0");
	if (pd_find(s, r->channel, client))
		return fastrpc_refuse(r, AEE_EALREADY,
				      "client %d has a process already",
				      client);
	return 0;
}

static int32_t check_type(struct request *r, enum fastrpc_pd_type type)
{
	unsigned int sent = r->m.ctx & FASTRPC_CTX_TYPE_MASK;

	if (sent == type)
		return 0;
	return fastrpc_refuse(r, AEE_EBADPARM, "ctx for PD type %u, not %u",
			      sent, type);
}

/* The process that a payload names, for a message of its own kind and SID. */
static int32_t find_live(struct subsystem *s, struct request *r, int32_t client,
			 struct pd **pd)
{
	int32_t status;

	*pd = pd_find(s, r->channel, client);
	if (!*pd)
		return fastrpc_refuse(r, AEE_EBADPID,
				      "client %d has no process", client);
	status = check_type(r, (*pd)->type);
	if (status)
		return status;
	if ((*pd)->sid != r->m.sid)
		return fastrpc_refuse(r, AEE_EBADPARM,
				      "SID %u, the process has %u", r->m.sid,
				      (*pd)->sid);
	return (*pd)->dead ? DSP_STATUS(AEE_EBADSTATE) : 0;
}

static bool is_aligned(const struct page *p)
{
	return p->size && !((p->address | p->size) & DSP_PAGE_MASK);
}

/*
 * A page descriptor in a payload: the memory must be there, for the SID of
 * the message.
 */
static int32_t check_page(struct subsystem *s, struct request *r,
			  const struct page *p, uint64_t *iova)
{
	unsigned int position = s->dsp->options.sid_position;
	uint32_t sid = (uint32_t)(p->address >> position);
	struct smmu_fault f;
	uint64_t end;

	*iova = p->address & ((1ull << position) - 1);
	if (sid != r->m.sid)
		return fastrpc_refuse(r, AEE_EBADPARM,
				      "page with SID %u, the message has %u",
				      sid, r->m.sid);
	if (!is_aligned(p))
		return fastrpc_refuse(r, AEE_EBADPARM,
				      "page 0x%" PRIx64 " size %" PRIu64
				      " is not aligned or empty",
				      *iova, p->size);
	if (__builtin_add_overflow(*iova, p->size, &end) ||
	    end > DSP_REGION_SIZE)
		return fastrpc_refuse(r, AEE_EBADVA,
				      "page 0x%" PRIx64 " size %" PRIu64
				      " is beyond the DSP's address space",
				      *iova, p->size);
	if (!smmu_check(&s->bus, pd_stream(s->dsp, sid), *iova, p->size, false,
			&f))
		return 0;
	fastrpc_report_fault(s, &f);
	return fastrpc_refuse(r, AEE_EBADVA,
			      "page: 0x%" PRIx64 " of stream %u: %s", f.iova,
			      f.stream, smmu_result_text(f.reason));
}

/* A name with its NUL as the last of @length bytes. */
static int32_t read_name(struct subsystem *s, struct request *r, unsigned int i,
			 uint32_t length, char *name)
{
	int32_t status;

	if (!length || length > NAME_MAX_SIZE)
		return fastrpc_refuse(r, AEE_EBADPARM, "a name of %u bytes",
				      length);
	status = read_exact(s, r, i, name, length);
	if (status)
		return status;
	if (memchr(name, '\0', length) != name + length - 1)
		return fastrpc_refuse(r, AEE_EBADPARM,
				      "the name is not one string");
	wire_log_field(r->number, "name", "%s", name);
	return 0;
}

/* A DSP of this kind, whatever its number. */
static bool domain_is(const struct subsystem *s, const char *kind)
{
	return !strncmp(s->dsp->options.domain, kind, strlen(kind));
}

static int32_t attach(struct subsystem *s, struct request *r)
{
	enum fastrpc_pd_type type = r->m.ctx & FASTRPC_CTX_TYPE_MASK;
	int32_t client, status;

	status = read_exact(s, r, 0, &client, sizeof(client));
	if (status)
		return status;
	wire_log_field(r->number, "client", "%d", client);
	if (type == FASTRPC_PD_USER)
		return fastrpc_refuse(r, AEE_EBADPARM,
				      "attach with a user ctx type");
	status = check_new_client(s, r, client);
	if (!status && type == FASTRPC_PD_SENSORS && !domain_is(s, "adsp") &&
	    !domain_is(s, "sdsp"))
		status = DSP_STATUS(AEE_ENOSUCH);
	return status ? status :
			pd_create(s, r->channel, client, type, r->m.sid,
				  type == FASTRPC_PD_SENSORS ?
					  DSP_SERVICE_SENSORS :
					  DSP_SERVICE_ROOT);
}

static int32_t release(struct subsystem *s, struct request *r)
{
	int32_t client, status;
	struct pd *pd;

	status = read_exact(s, r, 0, &client, sizeof(client));
	if (status)
		return status;
	wire_log_field(r->number, "client", "%d", client);
	if (r->m.client_id && r->m.client_id != client)
		return fastrpc_refuse(r, AEE_EBADPARM,
				      "client %d releases client %d",
				      r->m.client_id, client);
	pd = pd_find(s, r->channel, client);
	/* Hosts release what they never created; that is no violation. */
	if (!pd)
		return DSP_STATUS(AEE_EBADPID);
	status = check_type(r, pd->type);
	if (status)
		return status;
	pd_end(s, pd);
	r->released = client;
	return 0;
}

static int32_t check_create(struct subsystem *s, struct request *r,
			    const struct create *c)
{
	struct page pages[CREATE_PAGES_MAX];
	char name[NAME_MAX_SIZE];
	int32_t status;
	uint64_t iova;
	uint32_t i;

	status = check_type(r, FASTRPC_PD_USER);
	if (!status)
		status = check_new_client(s, r, c->client);
	if (!status)
		status = read_name(s, r, 1, c->name_length, name);
	if (status)
		return status;
	if (r->args.arg[2].length != c->file_length)
		return fastrpc_refuse(r, AEE_EBADPARM,
				      "a shell of %" PRIu64
				      " bytes, %u announced",
				      r->args.arg[2].length, c->file_length);
	if (c->signature_length > c->file_length)
		return fastrpc_refuse(r, AEE_EBADPARM,
				      "a signature of %u bytes",
				      c->signature_length);
	if (!c->pages || c->pages > CREATE_PAGES_MAX)
		return fastrpc_refuse(r, AEE_EBADPARM, "%u pages", c->pages);
	status = read_exact(s, r, 3, pages, c->pages * sizeof(pages[0]));
	for (i = 0; i < c->pages && !status; i++) {
		status = check_page(s, r, &pages[i], &iova);
		wire_log_field(r->number, "page",
			       "%u addr 0x%" PRIx64 " size %" PRIu64, i, iova,
			       pages[i].size);
	}
	return status;
}

static int32_t create(struct subsystem *s, struct request *r)
{
	struct create c;
	int32_t status;

	status = read_exact(s, r, 0, &c, sizeof(c));
	if (status)
		return status;
	wire_log_field(r->number, "client", "%d", c.client);
	wire_log_field(r->number, "namelen", "%u", c.name_length);
	wire_log_field(r->number, "filelen", "%u", c.file_length);
	wire_log_field(r->number, "pageslen", "%u", c.pages);
	wire_log_field(r->number, "attrs", "0x%x", c.attributes);
	wire_log_field(r->number, "siglen", "%u", c.signature_length);
	status = check_create(s, r, &c);
	if (status)
		return status;
	return pd_create(s, r->channel, c.client, FASTRPC_PD_USER, r->m.sid,
			 DSP_SERVICE_NONE);
}

/* Memory that is the DSP's by its physical address, without a SID. */
static int32_t check_heap(struct subsystem *s, struct request *r,
			  const struct page *p)
{
	struct smmu_fault f;

	wire_log_field(r->number, "page", "0 addr 0x%" PRIx64 " size %" PRIu64,
		       p->address, p->size);
	if (s->audio_heap[r->channel])
		return fastrpc_refuse(r, AEE_EALREADY, "a second heap");
	if (!is_aligned(p))
		return fastrpc_refuse(r, AEE_EBADPARM,
				      "heap 0x%" PRIx64 " size %" PRIu64
				      " is not aligned or empty",
				      p->address, p->size);
	if (!smmu_check(&s->bus, SMMU_STREAM_BYPASS, p->address, p->size, true,
			&f))
		return 0;
	fastrpc_report_fault(s, &f);
	return fastrpc_refuse(r, AEE_EBADVA, "heap: 0x%" PRIx64 ": %s", f.iova,
			      smmu_result_text(f.reason));
}

/* The audio process gets a heap when it is first joined, and only then. */
static int32_t take_heap(struct subsystem *s, struct request *r,
			 const struct create_static *c, bool audio)
{
	struct page page;
	int32_t status = read_exact(s, r, 2, &page, sizeof(page));

	if (status)
		return status;
	if (c->pages > 1)
		return fastrpc_refuse(r, AEE_EBADPARM, "%u heap pages",
				      c->pages);
	if (!c->pages && (page.address || page.size))
		return fastrpc_refuse(r, AEE_EBADPARM,
				      "no heap, but its page is not zero");
	if (audio && !c->pages && !s->audio_heap[r->channel])
		return fastrpc_refuse(r, AEE_ENOMEMORY,
				      "the audio process has no heap yet");
	if (!c->pages)
		return 0;
	if (!audio)
		return fastrpc_refuse(r, AEE_EBADPARM,
				      "a heap for another than the audio "
				      "process");
	status = check_heap(s, r, &page);
	if (!status)
		s->audio_heap[r->channel] = true;
	return status;
}

static bool has_static(const struct subsystem *s, const char *name)
{
	static const struct {
		const char *name;
		const char *domain;
	} known[] = {
		{ "audiopd", "adsp" },
		{ "oispd", "adsp" },
		{ "securepd", "cdsp" },
	};
	unsigned int i;

	for (i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		if (!strcmp(name, known[i].name))
			return domain_is(s, known[i].domain);
	}
	return false;
}

static int32_t create_static(struct subsystem *s, struct request *r)
{
	struct create_static c;
	char name[NAME_MAX_SIZE];
	int32_t status;

	status = read_exact(s, r, 0, &c, sizeof(c));
	if (status)
		return status;
	wire_log_field(r->number, "client", "%d", c.client);
	wire_log_field(r->number, "namelen", "%u", c.name_length);
	wire_log_field(r->number, "pageslen", "%u", c.pages);
	status = check_type(r, FASTRPC_PD_USER);
	if (!status)
		status = check_new_client(s, r, c.client);
	if (!status)
		status = read_name(s, r, 1, c.name_length, name);
	if (status)
		return status;
	if (!has_static(s, name)) {
		log_line("there is no static process \"%s\"", name);
		return DSP_STATUS(AEE_ENOSUCH);
	}
	status = take_heap(s, r, &c, !strcmp(name, "audiopd"));
	if (status)
		return status;
	return pd_create(s, r->channel, c.client, FASTRPC_PD_USER, r->m.sid,
			 DSP_SERVICE_STATIC);
}

static int32_t write_va(struct subsystem *s, struct request *r, unsigned int i,
			uint64_t va)
{
	if (r->args.arg[i].length != sizeof(va))
		return fastrpc_refuse(r, AEE_EBADPARM,
				      "arg %u has %" PRIu64 " bytes, not 8", i,
				      r->args.arg[i].length);
	wire_log_field(r->number, "va-out", "0x%" PRIx64, va);
	if (fastrpc_write_arg(s, r, i, &va, sizeof(va)))
		return DSP_STATUS(AEE_EBADPARM);
	return 0;
}

/* The part that MMAP and MEM_MAP have in common. */
static int32_t map_page(struct subsystem *s, struct request *r, int32_t client,
			int32_t page_bytes, enum pd_map_kind kind, int32_t tag)
{
	unsigned int out = r->args.count - 1;
	struct page page;
	int32_t status;
	uint64_t iova, va;
	struct pd *pd;

	if (page_bytes != sizeof(page))
		return fastrpc_refuse(r, AEE_EBADPARM,
				      "page descriptors of %d bytes, not one "
				      "of 16",
				      page_bytes);
	status = read_exact(s, r, 1, &page, sizeof(page));
	if (!status)
		status = find_live(s, r, client, &pd);
	if (!status)
		status = check_page(s, r, &page, &iova);
	if (status)
		return status;
	wire_log_field(r->number, "page", "0 addr 0x%" PRIx64 " size %" PRIu64,
		       iova, page.size);
	status = pd_map_add(pd, kind, tag, iova, page.size, &va);
	if (status)
		return status;
	status = write_va(s, r, out, va);
	if (status)
		pd_map_remove(pd, kind, tag, va, page.size);
	return status;
}

static int32_t do_mmap(struct subsystem *s, struct request *r)
{
	struct mmap_request q;
	int32_t status;

	status = read_exact(s, r, 0, &q, sizeof(q));
	if (status)
		return status;
	wire_log_field(r->number, "client", "%d", q.client);
	wire_log_field(r->number, "flags", "0x%x", q.flags);
	wire_log_field(r->number, "va-in", "0x%" PRIx64, q.va);
	wire_log_field(r->number, "num", "%d", q.page_bytes);
	if (q.flags != MMAP_ADD_PAGES && q.flags != MMAP_ADD_PAGES_LLC)
		return DSP_STATUS(AEE_EUNSUPPORTED);
	return map_page(s, r, q.client, q.page_bytes, PD_MAP_PAGES, 0);
}

static int32_t do_munmap(struct subsystem *s, struct request *r)
{
	struct munmap_request q;
	int32_t status;
	struct pd *pd;

	status = read_exact(s, r, 0, &q, sizeof(q));
	if (status)
		return status;
	wire_log_field(r->number, "client", "%d", q.client);
	wire_log_field(r->number, "va", "0x%" PRIx64, q.va);
	wire_log_field(r->number, "size", "%" PRIu64, q.size);
	status = find_live(s, r, q.client, &pd);
	if (status)
		return status;
	return pd_map_remove(pd, PD_MAP_PAGES, 0, q.va, q.size);
}

static bool map_flag_is_known(uint32_t flags)
{
	switch (flags) {
	case MAP_STATIC:
	case MAP_FD:
	case MAP_FD_DELAYED:
	case MAP_FD_NOMAP:
	case MAP_FD_EXTENDED:
	case MAP_FD_DELAYED_EXTENDED:
		return true;
	default:
		return false;
	}
}

/* Mapped when DSP code asks for the tag: until then it has no address. */
static bool map_is_delayed(uint32_t flags)
{
	return flags == MAP_FD_DELAYED || flags == MAP_FD_DELAYED_EXTENDED;
}

static int32_t mem_map(struct subsystem *s, struct request *r)
{
	struct mem_map_request q;
	int32_t status;

	status = read_exact(s, r, 0, &q, sizeof(q));
	if (status)
		return status;
	wire_log_field(r->number, "client", "%d", q.client);
	wire_log_field(r->number, "tag", "%d", q.tag);
	wire_log_field(r->number, "offset", "%d", q.offset);
	wire_log_field(r->number, "flags", "%u", q.flags);
	wire_log_field(r->number, "va-in", "0x%" PRIx64, q.va);
	wire_log_field(r->number, "num", "%d", q.page_bytes);
	wire_log_field(r->number, "data-len", "%d", q.data_length);
	if (q.data_length || r->args.arg[2].length)
		return fastrpc_refuse(r, AEE_EBADPARM, "arg 2 is not empty");
	if (!map_flag_is_known(q.flags))
		return DSP_STATUS(AEE_EUNSUPPORTED);
	if (!q.tag || q.tag == -1)
		return DSP_STATUS(AEE_EBADFD);
	if (q.offset < 0 || q.offset & DSP_PAGE_MASK)
		return fastrpc_refuse(r, AEE_EBADPARM, "offset %d", q.offset);
	return map_page(s, r, q.client, q.page_bytes,
			map_is_delayed(q.flags) ? PD_MAP_DELAYED : PD_MAP_TAG,
			q.tag);
}

static int32_t mem_unmap(struct subsystem *s, struct request *r)
{
	struct mem_unmap_request q;
	int32_t status;
	struct pd *pd;

	status = read_exact(s, r, 0, &q, sizeof(q));
	if (status)
		return status;
	wire_log_field(r->number, "client", "%d", q.client);
	wire_log_field(r->number, "tag", "%d", q.tag);
	wire_log_field(r->number, "va", "0x%" PRIx64, q.va);
	wire_log_field(r->number, "size", "%" PRIu64, q.size);
	status = find_live(s, r, q.client, &pd);
	if (status)
		return status;
	return pd_map_remove(pd, q.va ? PD_MAP_TAG : PD_MAP_DELAYED, q.tag,
			     q.va, q.size);
}

static const struct method {
	uint32_t sc;
	int32_t (*call)(struct subsystem *s, struct request *r);
} methods[] = {
#define SC(method, in, out) REMOTE_SCALARS_MAKE(PROCESS_GROUP_##method, in, out)
	[PROCESS_GROUP_ATTACH] = { SC(ATTACH, 1, 0), attach },
	[PROCESS_GROUP_RELEASE] = { SC(RELEASE, 1, 0), release },
	[PROCESS_GROUP_MMAP] = { SC(MMAP, 2, 1), do_mmap },
	[PROCESS_GROUP_MUNMAP] = { SC(MUNMAP, 1, 0), do_munmap },
	[PROCESS_GROUP_CREATE] = { SC(CREATE, 4, 0), create },
	[PROCESS_GROUP_CREATE_ATTR] = { SC(CREATE_ATTR, 4, 0), create },
	[PROCESS_GROUP_CREATE_STATIC] = { SC(CREATE_STATIC, 3, 0),
					  create_static },
	[PROCESS_GROUP_MEM_MAP] = { SC(MEM_MAP, 3, 1), mem_map },
	[PROCESS_GROUP_MEM_UNMAP] = { SC(MEM_UNMAP, 1, 0), mem_unmap },
#undef SC
};

int32_t process_group_call(struct subsystem *s, struct request *r)
{
	uint32_t n = REMOTE_SCALARS_METHOD(r->m.sc);

	if (n >= sizeof(methods) / sizeof(methods[0]) || !methods[n].call)
		return DSP_STATUS(AEE_EUNSUPPORTED);
	if (r->m.sc != methods[n].sc)
		return fastrpc_refuse(r, AEE_EBADPARM,
				      "scalars 0x%08x, not "
				      "0x%08x",
				      r->m.sc, methods[n].sc);
	return methods[n].call(s, r);
}
